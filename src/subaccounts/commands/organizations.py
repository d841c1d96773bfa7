"""Organizations: create and read."""

from __future__ import annotations

from typing import Any, ClassVar, final

from attrs import evolve, frozen

from ..domain import authority, generation
from ..domain.actor import Actor
from ..domain.audience import Ungrouped
from ..domain.authority import Action
from ..domain.decision import Decision, Happened
from ..domain.events import OrganizationCreated
from ..domain.ids import OrganizationId
from ..domain.organization import LONGEST_NAME, LapsePolicy, Organization, Realm
from ..domain.text import clean_text
from ..errors import InvalidValue, NameTaken, NotFound
from .command import Change, Command
from .ports_at_hand import PortsAtHand


async def permitted(
    ports: PortsAtHand,
    actor: Actor,
    action: Action,
    id: OrganizationId,  # noqa: A002 - positional
    /,
) -> Organization:
    """Return the organization of the id; raise `NotAllowed` when the actor has no such authority there, then `NotFound`."""
    authority.permit(actor, action, organization=id)
    found = await ports.repository.organization(id)
    if found is None:
        raise NotFound(what="organization")
    return found


@final
@frozen(kw_only=True)
class CreateOrganization(Change[Organization]):
    """Create a customer under an id of the host's choice (a UUID, a portal's name), at most 64 characters.

    `ungrouped` is who sees a resource that names nobody: there is no default for it, because each answer surprises
    somebody. `realm` is where sign-in keys are unique and stays for good; `lapse` is what a lapsed subscription does to the
    people who exist. Only the system creates organizations. Raises `NameTaken` when the id exists.
    """

    action: ClassVar[Action] = Action.CREATE_ORGANIZATION
    receipt: ClassVar[Any] = Organization
    actor: Actor
    id: OrganizationId
    name: str
    ungrouped: Ungrouped
    realm: Realm = Realm.ACCOUNT
    lapse: LapsePolicy = LapsePolicy.KEEP_SIGNING_IN

    @property
    def tenant(self) -> OrganizationId:
        """Return the new organization's id."""
        return self.id

    async def decide(self, ports: PortsAtHand, /) -> Decision[Organization]:
        """Create the organization, bound to the key ring."""
        authority.permit(self.actor, self.action, organization=self.id)
        if clean_text(self.id.value, field="organization", longest=64) != self.id.value:
            raise InvalidValue(field="organization", problem="characters")
        if await ports.repository.organization(self.id) is not None:
            raise NameTaken(field="organization")
        ports.keys.reload()
        created = Organization(
            id=self.id,
            name=clean_text(self.name, field="name", longest=LONGEST_NAME),
            realm=self.realm,
            lapse=self.lapse,
            ungrouped=self.ungrouped,
            key_ring=ports.keys.ring,
            generation=generation.ahead(ports.keys.generation),
            created_at=ports.now,
        )
        return Decision(
            organization=self.id,
            by=authority.by(self.actor),
            result=evolve(created, version=1),
            puts=(created,),
            happened=(Happened(what=OrganizationCreated()),),
        )


@final
@frozen(kw_only=True)
class ReadOrganization(Command[Organization]):
    """Read an organization. Raises `NotFound` when there is none."""

    action: ClassVar[Action] = Action.READ_ORGANIZATION
    actor: Actor
    id: OrganizationId

    async def run(self, ports: PortsAtHand, /) -> Organization:
        """Answer the organization."""
        return await permitted(ports, self.actor, self.action, self.id)
