"""People who exist: read, list, explain, rename, archive, restore, delete. Editing is `editing`, proofs are `credentials`."""

from __future__ import annotations

from typing import Any, ClassVar, final

from attrs import evolve, frozen

from ..domain import adding, authority, people
from ..domain import fields as f
from ..domain.actor import Actor
from ..domain.adding import NewPerson
from ..domain.authority import Action
from ..domain.codes import IssuedCode
from ..domain.credential import ClaimCode
from ..domain.decision import Decision
from ..domain.ids import AccountId, DepartmentId, OrganizationId, SubAccountId
from ..domain.life import LifeInput, State
from ..domain.login import Login
from ..domain.people import Becomes, Issued
from ..domain.profile import Explanation
from ..domain.queries import LONGEST_SEARCH, PeopleCursor, PeopleQuery, require_page, search_words
from ..domain.sub_account import AccountFacts, Person, SubAccount
from ..domain.text import clean_text
from .adding import tombstones
from .command import Change, Command, R
from .ports_at_hand import PortsAtHand


@final
@frozen(kw_only=True)
class Handover:
    """Answer with a person who waits for a claim and the code to hand over; no code where claims are open.

    Nor where a request is repeated after the key that made the code was retired, which killed it.
    """

    sub_account: SubAccount
    code: IssuedCode | None


@frozen(kw_only=True)
class PersonChange(Change[R]):
    """Be what changes of one person share: an actor, a person, one decision of what the person becomes."""

    receipt: ClassVar[Any] = SubAccount
    actor: Actor
    sub_account: SubAccountId

    @property
    def tenant(self) -> OrganizationId:
        """Return the person's organization."""
        return self.sub_account.organization

    async def permitted(self, ports: PortsAtHand, /) -> Person:
        """Return the person the actor may do this to. Raises `NotFound`, `NotAllowed`."""
        assert self.action is not None, "whatever changes a person needs authority"  # noqa: S101 - narrows the type
        return await ports.permitted(self.actor, self.action, self.sub_account)

    async def becoming(self, ports: PortsAtHand, person: Person, becomes: Becomes, /) -> Decision[SubAccount]:
        """Return the decision, with seats counted."""
        subscription = await ports.subscriptions.current(self.tenant)
        taken = await ports.seats_taken(self.tenant, subscription)
        return people.decide(person, becomes, by=authority.by(self.actor), subscription=subscription, taken=taken)


@frozen(kw_only=True)
class WaitingChange(PersonChange[Handover]):
    """Be what leads to a new claim shares: the receipt holds the stored part of the code, the answer the code."""

    receipt: ClassVar[Any] = Issued

    def code(self, ports: PortsAtHand, person: Person, /) -> ClaimCode | None:
        """Return a new claim code where the policy issues them by itself, else None."""
        return ports.new_code(person) if people.needs_code(person) else None

    async def waiting(self, ports: PortsAtHand, person: Person, becomes: Becomes, /) -> Decision[Issued]:
        """Return the decision with the code's stored part in its receipt."""
        decision = await self.becoming(ports, person, becomes)
        result = Issued(sub_account=decision.result, code=becomes.credential.code)
        return evolve(decision, result=result)  # type: ignore[arg-type,return-value]  # another receipt, same writes

    def present(self, receipt: Issued, ports: PortsAtHand, /) -> Handover:
        """Answer with the person and the code minted."""
        return Handover(sub_account=receipt.sub_account, code=ports.mint(receipt.sub_account, receipt.code))


@final
@frozen(kw_only=True)
class RenamePerson(PersonChange[SubAccount]):
    """Give a person another login; the id and everything else stay.

    Raises `NameTaken`, `InvalidValue`, and `WrongState` for who is archived.
    """

    action: ClassVar[Action] = Action.RENAME_PERSON
    takes: ClassVar[LifeInput] = LifeInput.RENAME
    login: str
    reuse_deleted: bool = False

    async def decide(self, ports: PortsAtHand, /) -> Decision[SubAccount]:
        """Rename the person."""
        person = await self.permitted(ports)
        login = Login.parse(self.login)
        facts = AccountFacts(organization=person.organization, account=person.account)
        (line,) = adding.parse((NewPerson(login=self.login),))
        wanted = adding.wanted(line, facts)
        holders = await ports.repository.holders(wanted.values())
        mine = person.sub_account.id
        # What the person holds itself is in nobody's way, and is no tombstone either when it was deleted meanwhile.
        taken = {key: holder for key, holder in holders.items() if holder != mine}
        others = [why for why, key in wanted.items() if key in taken]
        held = next((why for why in others if why != "deleted" or not self.reuse_deleted), None)
        decision = await self.becoming(ports, person, people.rename(person, login, held=held))
        for tombstone in (await tombstones(ports, taken)).values():
            released, what = adding.release(tombstone, to=mine)
            decision = evolve(decision, puts=(*decision.puts, released), happened=(*decision.happened, what))
        return decision


@final
@frozen(kw_only=True)
class ArchivePerson(PersonChange[SubAccount]):
    """Keep a person from signing in, for good until restored; the history stays, every proof is dead.

    Raises `WrongState` for who is archived already.
    """

    action: ClassVar[Action] = Action.ARCHIVE_PERSON
    takes: ClassVar[LifeInput] = LifeInput.ARCHIVE

    async def decide(self, ports: PortsAtHand, /) -> Decision[SubAccount]:
        """Archive the person."""
        person = await self.permitted(ports)
        return await self.becoming(ports, person, people.archive(person))


@final
@frozen(kw_only=True)
class RestorePerson(WaitingChange):
    """Bring an archived person back as the same one, waiting for a new claim.

    Raises `WrongState` for who is not archived, `SeatsFull` where the person would take a seat again.
    """

    action: ClassVar[Action] = Action.RESTORE_PERSON
    takes: ClassVar[LifeInput] = LifeInput.RESTORE

    async def decide(self, ports: PortsAtHand, /) -> Decision[Issued]:
        """Restore the person."""
        person = await self.permitted(ports)
        becomes = people.restore(person, code=self.code(ports, person), now=ports.now)
        return await self.waiting(ports, person, becomes)


@final
@frozen(kw_only=True)
class DeletePerson(PersonChange[SubAccount]):
    """Delete a person: a tombstone keeps the id, and the login so that the next person does not get it silently.

    Raises `NotFound` for who is deleted already.
    """

    action: ClassVar[Action] = Action.DELETE_PERSON
    takes: ClassVar[LifeInput] = LifeInput.DELETE

    async def decide(self, ports: PortsAtHand, /) -> Decision[SubAccount]:
        """Delete the person."""
        person = await self.permitted(ports)
        return await self.becoming(ports, person, people.delete(person))


@final
@frozen(kw_only=True)
class ReadPerson(Command[SubAccount]):
    """Read one person. Raises `NotFound` when there is none, or it is deleted."""

    action: ClassVar[Action] = Action.READ_PERSON
    actor: Actor
    sub_account: SubAccountId

    async def run(self, ports: PortsAtHand, /) -> SubAccount:
        """Answer the person."""
        return (await ports.permitted(self.actor, self.action, self.sub_account)).sub_account


@final
@frozen(kw_only=True)
class ExplainField(Command[Explanation]):
    """Say why a person's field has its value and who could replace it now. Raises `FieldRefused` for what is no field."""

    action: ClassVar[Action] = Action.READ_PERSON
    actor: Actor
    sub_account: SubAccountId
    field: str

    async def run(self, ports: PortsAtHand, /) -> Explanation:
        """Answer the explanation. Raises `FieldRefused` for what is no field."""
        f.field_type(self.field)
        person = await ports.permitted(self.actor, self.action, self.sub_account)
        return person.sub_account.profile.explain(self.field, policy=person.account.policy)


@final
@frozen(kw_only=True)
class PeoplePage:
    """Answer a page of people; `after` asks for the next one, None on the last."""

    people: tuple[SubAccount, ...]
    after: PeopleCursor | None


@final
@frozen(kw_only=True)
class ListPeople(Command[PeoplePage]):
    """List and search people, ordered by login, at most `limit` after `after`.

    Each word of `search` has to begin a word of the login, name, position or e-mail. Roles over departments list the
    people in them and below. Deleted people are not listed. Raises `InvalidValue` for a search of more than 200
    characters, `TooMany` for a limit outside 1 to 1,000.
    """

    action: ClassVar[Action] = Action.LIST_PEOPLE
    actor: Actor
    organization: OrganizationId
    account: AccountId | None = None
    departments: frozenset[DepartmentId] | None = None
    states: frozenset[State] = frozenset(State) - {State.DELETED}
    search: str = ""
    after: PeopleCursor | None = None
    limit: int = 50

    async def run(self, ports: PortsAtHand, /) -> PeoplePage:
        """Answer a page of people."""
        words = search_words(clean_text(self.search, field="search", longest=LONGEST_SEARCH, shortest=0))
        require_page(self.limit, of="people")
        departments = await ports.within(
            self.actor, self.action, self.organization, account=self.account, departments=self.departments
        )
        query = PeopleQuery(
            organization=self.organization,
            account=self.account,
            departments=departments,
            states=self.states - {State.DELETED},
            words=words,
            after=self.after,
            limit=self.limit + 1,
        )
        found = await ports.repository.people_page(query)
        page = found[: self.limit]
        more = len(found) > self.limit
        after = PeopleCursor(login_key=page[-1].login.key, id=page[-1].id.value) if more else None
        return PeoplePage(people=page, after=after)
