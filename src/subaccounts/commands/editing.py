"""Editing people: their fields, given by an administrator or by themselves. What else happens to people is `people`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, final

from attrs import evolve, frozen

from ..domain import adding, authority, people
from ..domain import fields as f
from ..domain.actor import Actor, SignedIn
from ..domain.authority import Action
from ..domain.decision import Decision, seen
from ..domain.email import Email
from ..domain.fields import RawValue
from ..domain.ids import DepartmentId, JobProfileId
from ..domain.life import LifeInput
from ..domain.sub_account import EXTERNAL_SPACE, SIGN_IN_SPACE, Person, SubAccount
from ..domain.supplier import Supplier
from ..errors import FieldRefused, NotAllowed, PreviewFirst
from .people import PersonChange
from .ports_at_hand import PortsAtHand


async def require_move(
    ports: PortsAtHand, actor: Actor, action: Action, person: SubAccount, members: frozenset[DepartmentId], /
) -> None:
    """Keep an administrator of some departments from changing others, and from moving people out of reach.

    `members` are the departments that the person would be in. Raises `FieldRefused` (`not_supplied_by_you`).
    """
    if isinstance(actor, SignedIn):
        return
    organization, departments = person.id.organization, person.profile.departments
    try:
        authority.permit(actor, action, organization=organization, account=person.account)
    except NotAllowed:
        reach = await ports.reach(authority.department_scopes(actor, action, organization), members | departments)
        if not members & reach or not members ^ departments <= reach:
            raise FieldRefused(field=f.DEPARTMENTS, why="not_supplied_by_you") from None


@final
@frozen(kw_only=True)
class EditPerson(PersonChange[SubAccount]):
    """Give a person's fields values; None takes one away.

    An administrator's values have the supplier *administrator*, a person's own *person*; the policy says who may give
    what and who outranks whom. Another kind decides what the person sees: it is refused with `PreviewFirst` until
    `kind_previewed` says that what `PreviewPerson` shows was seen. Raises `FieldRefused`, `InvalidValue`, `SeatsFull`,
    `NameTaken` for an external id that somebody else has, and `WrongState` for who is archived.
    """

    action: ClassVar[Action] = Action.EDIT_PERSON
    takes: ClassVar[LifeInput] = LifeInput.EDIT
    fields: Mapping[str, RawValue | None]
    kind_previewed: bool = False

    async def decide(self, ports: PortsAtHand, /) -> Decision[SubAccount]:
        """Edit the person."""
        person = await self.permitted(ports)
        for name in self.fields:
            f.field_type(name)  # refused before a refusal repeats it, also where None would take nothing away
        given = {name: None if raw is None else f.parse_field(name, raw) for name, raw in self.fields.items()}
        entries = await ports.entries(self.tenant, given)
        kept = person.sub_account.profile
        already = adding.named({name: kept.value(name) for name in given})
        fresh = {name: _without(value, already) for name, value in given.items()}
        adding.check_entries(fresh, entries)
        if f.DEPARTMENTS in given:
            members: Any = given[f.DEPARTMENTS] or frozenset()
            await require_move(ports, self.actor, self.action, person.sub_account, members)
        supplier = Supplier.PERSON if isinstance(self.actor, SignedIn) else Supplier.ADMINISTRATOR
        free = await self._email_free(ports, person, given.get(f.EMAIL))
        external = await self._external_free(ports, person, given.get(f.EXTERNAL_ID))
        becomes = people.edit(person, given, by=supplier, email_free=free, external_free=external, now=ports.now)
        if becomes.sub_account.profile.kind is not kept.kind and not self.kind_previewed:
            raise PreviewFirst(what=f.KIND)
        decision = await self.becoming(ports, person, becomes)
        return evolve(decision, guards=(*decision.guards, *(seen(entry) for entry in entries.values())))

    async def _email_free(self, ports: PortsAtHand, person: Person, email: object) -> bool:
        return isinstance(email, Email) and await ports.is_free(person.sub_account, SIGN_IN_SPACE, email.key)

    async def _external_free(self, ports: PortsAtHand, person: Person, external: object) -> bool:
        return not isinstance(external, str) or await ports.is_free(person.sub_account, EXTERNAL_SPACE, external)


def _without(value: Any, already: frozenset[Any]) -> Any:
    if isinstance(value, frozenset):
        return value - already
    return None if isinstance(value, JobProfileId) and value in already else value
