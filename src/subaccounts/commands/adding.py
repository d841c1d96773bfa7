"""Adding people: one, or up to a thousand lines with an answer for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, final

from attrs import evolve, field, frozen

from ..domain import accounts, adding, authority
from ..domain.account import AccountInput
from ..domain.actor import Actor
from ..domain.adding import MOST_LINES, Line, LineAnswer, NewPerson, Surroundings
from ..domain.authority import Action
from ..domain.codes import IssuedCode
from ..domain.decision import Decision
from ..domain.fields import RawValue
from ..domain.ids import AccountId, OrganizationId, SubAccountId
from ..domain.key import Key
from ..domain.life import State
from ..domain.profile import NO_PROFILE
from ..domain.sign_in_key import LONGEST_LOGIN
from ..domain.sub_account import DELETED_SPACE, SIGN_IN_SPACE, AccountFacts, SubAccount
from ..errors import FieldRefused, NotAllowed, Refusal, TooMany
from .accounts import account_facts
from .command import Change, R
from .ports_at_hand import PortsAtHand

MOST_PASTED = 100_000
"""Characters of a pasted list; a thousand of the longest logins fit well."""


@final
@frozen(kw_only=True)
class AddedPerson:
    """Answer with the person added and the code to hand over.

    There is none where the policy has claims open, where the activation was sent at once, and where a request is repeated after
    the key that made the code was retired, which killed it.
    """

    sub_account: SubAccount
    code: IssuedCode | None


@final
@frozen(kw_only=True)
class AddedLine:
    """Answer one line: the person and its code, or the refusal; no code where `AddedPerson` has none.

    `number` counts the lines handed in from 1 (of pasted ones those that are not empty); `typed` is the login as it
    was typed, at most 64 characters of it.
    """

    number: int
    typed: str
    sub_account: SubAccount | None
    code: IssuedCode | None
    refusal: Refusal | None


@frozen(kw_only=True)
class _Adding(Change[R]):
    """Be what adding one and adding many share."""

    action: ClassVar[Action] = Action.ADD_PEOPLE
    takes: ClassVar[AccountInput] = AccountInput.ADD_PEOPLE
    receipt: ClassVar[Any] = tuple[LineAnswer, ...]
    actor: Actor
    account: AccountId
    reuse_deleted: bool = False

    @property
    def tenant(self) -> OrganizationId:
        """Return the account's organization."""
        return self.account.organization

    async def add(self, ports: PortsAtHand, people: Sequence[NewPerson]) -> Decision[tuple[LineAnswer, ...]]:
        """Judge every line against what is stored, and decide on those that are good."""
        if len(people) > MOST_LINES:
            raise TooMany(what="people", limit=MOST_LINES)
        lines = await self._permitted(ports, adding.parse(people))
        facts = await account_facts(ports, self.account)
        accounts.after(facts.account, AccountInput.ADD_PEOPLE)
        around = await self._surroundings(ports, facts, lines)
        ids = [(ports.new_id(), ports.new_id()) for _ in lines]
        added = adding.add(lines, around, ids=ids)
        return Decision(
            organization=self.tenant,
            by=authority.by(self.actor),
            result=added.answers,
            puts=added.puts,
            guards=added.guards,
            counts=added.counts,
            tellings=added.tellings,
            happened=added.happened,
        )

    async def _permitted(self, ports: PortsAtHand, lines: tuple[Line, ...]) -> tuple[Line, ...]:
        """Let the actor add to the account, or at least to the departments its roles reach, line by line."""
        try:
            authority.permit(self.actor, self.action, organization=self.tenant, account=self.account)
        except NotAllowed:
            scopes = authority.department_scopes(self.actor, self.action, self.tenant)
            if not scopes:
                raise
            reach = await ports.reach(scopes, frozenset().union(*map(_departments, lines)))
            refusal = FieldRefused(field="departments", why="not_supplied_by_you")
            return tuple(line if _within(line, reach) else Line(number=line.number, refusal=refusal) for line in lines)
        return lines

    async def _surroundings(self, ports: PortsAtHand, facts: AccountFacts, lines: tuple[Line, ...]) -> Surroundings:
        subscription = await ports.subscriptions.current(self.tenant)
        accounts.require_subscription(subscription, now=ports.now)
        wanted: set[Key] = set()
        named = frozenset().union(*(adding.named(line.fields) for line in lines))
        for line in lines:
            wanted.update(adding.wanted(line, facts).values())
        holders = await ports.repository.holders(wanted) if wanted else {}
        ours = [entry for entry in named if entry.organization == self.tenant]
        entries = await ports.repository.catalog_entries(ours) if ours else ()
        return Surroundings(
            facts=facts,
            holders=frozenset(holders),
            entries={entry.id: entry for entry in entries},
            tombstones=await tombstones(ports, holders),
            reuse_deleted=self.reuse_deleted,
            subscription=subscription,
            taken=await ports.seats_taken(self.tenant, subscription),
            key=ports.keys.current,
            now=ports.now,
        )

    def minted(self, answer: LineAnswer, ports: PortsAtHand) -> IssuedCode | None:
        """Return the code to hand over for an answer."""
        return ports.mint(answer.sub_account, answer.code) if answer.sub_account else None


def _departments(line: Line) -> frozenset[Any]:
    departments = line.fields.get("departments", frozenset())
    return departments if isinstance(departments, frozenset) else frozenset()


def _within(line: Line, reach: frozenset[Any]) -> bool:
    departments = _departments(line)
    return line.refusal is not None or (bool(departments) and departments <= reach)


async def tombstones(ports: PortsAtHand, holders: Mapping[Key, Any]) -> dict[Key, SubAccount]:
    """Return the deleted people among the holders of keys, by the login they keep; who has the login lives."""
    found = {}
    for key, holder in holders.items():
        if key.space != DELETED_SPACE or not isinstance(holder, SubAccountId):
            continue
        if holders.get(evolve(key, space=SIGN_IN_SPACE)) != holder:
            person = await ports.repository.person(holder)
            if person is not None and person.sub_account.state is State.DELETED:
                found[key] = person.sub_account
    return found


@final
@frozen(kw_only=True)
class AddPerson(_Adding[AddedPerson]):
    """Add one person under an account: a login, and the fields the policy has the administrator give.

    `fields` are by name, as text or typed values. `reuse_deleted` gives a deleted person's login to the new one on
    purpose. Raises what a line would be refused with: `InvalidValue`, `NameTaken`, `FieldsMissing`, `FieldRefused`,
    `SeatsFull`; `SubscriptionRequired`, `WrongState` for a closed account, and `NotFound`.
    """

    login: str
    fields: Mapping[str, RawValue] = field(factory=lambda: NO_PROFILE.values)

    async def decide(self, ports: PortsAtHand, /) -> Decision[tuple[LineAnswer, ...]]:
        """Add the person, or raise the refusal of its line."""
        decision = await self.add(ports, (NewPerson(login=self.login, fields=self.fields),))
        refusal = decision.result[0].refusal
        if refusal is not None:
            raise refusal
        return decision

    def present(self, receipt: tuple[LineAnswer, ...], ports: PortsAtHand, /) -> AddedPerson:
        """Answer with the person and its code."""
        (answer,) = receipt
        assert answer.sub_account is not None, "a refused person was raised"  # noqa: S101 - narrows the type
        return AddedPerson(sub_account=answer.sub_account, code=self.minted(answer, ports))


@final
@frozen(kw_only=True)
class AddPeople(_Adding[tuple[AddedLine, ...]]):
    """Add up to 1,000 people at once; each line is answered, and the good ones go through together.

    Raises `TooMany` for more, `SubscriptionRequired`, `WrongState` for a closed account, `NotFound`; a line's refusal is in
    its answer.
    """

    people: tuple[NewPerson, ...]

    @classmethod
    def pasted(
        cls,
        text: str,
        /,
        *,
        actor: Actor,
        account: AccountId,
        reuse_deleted: bool = False,
        request_id: str | None = None,
    ) -> AddPeople:
        """Make the command from pasted lines of one login each; blanks around a login and empty lines are dropped.

        Raises `TooMany` for more than 1,000 lines or 100,000 characters.
        """
        if len(text) > MOST_PASTED:
            raise TooMany(what="pasted characters", limit=MOST_PASTED)
        logins = [login for line in text.splitlines() if (login := line.strip(" \t\ufeff"))]
        if len(logins) > MOST_LINES:
            raise TooMany(what="people", limit=MOST_LINES)
        people = tuple(NewPerson(login=login) for login in logins)
        return cls(actor=actor, account=account, people=people, reuse_deleted=reuse_deleted, request_id=request_id)

    async def decide(self, ports: PortsAtHand, /) -> Decision[tuple[LineAnswer, ...]]:
        """Add the good lines."""
        return await self.add(ports, self.people)

    def present(self, receipt: tuple[LineAnswer, ...], ports: PortsAtHand, /) -> tuple[AddedLine, ...]:
        """Answer every line, with codes minted for those added."""
        return tuple(
            AddedLine(
                number=answer.number,
                typed=str(self.people[answer.number - 1].login)[:LONGEST_LOGIN],
                sub_account=answer.sub_account,
                code=self.minted(answer, ports),
                refusal=answer.refusal,
            )
            for answer in receipt
        )
