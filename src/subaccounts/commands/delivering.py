"""One run of a worker: whose notices it takes, how many at once, and what it does with each.

Every step is a commit of its own, so that a worker can die between any two of them: before the lease, nothing has happened;
after it, the notice is due again when the lease ends; once sent, it is at most sent again, the same.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any, Final, assert_never, final

from attrs import define, evolve, field

from ..domain import codes, dead_letter, delivery, link
from ..domain.decision import Decision
from ..domain.delivery import Attempt, Fate, Owner
from ..domain.events import By
from ..domain.ids import OrganizationId, SignUpId, SubAccountId
from ..domain.message import Accepted, Deferred, Message, Rejected, SendOutcome
from ..domain.notice import DEAD_LETTERS, NOTICES, Notice
from ..domain.organization import Organization
from ..domain.pace import Pace, is_frail
from ..domain.proof import Form
from ..domain.secret import Secret
from ..domain.task import Leased, Task
from ..domain.viewer import ViewerFacts
from ..errors import BrokenPort, Conflict, InvalidValue, KeyRingFailed, NotFound, NotRestored, PortError, WrongColor
from .moment import moment
from .ports_at_hand import PortsAtHand

ORGANIZATIONS: Final = 100
"""Organizations asked for at once; each gets a turn before any gets another."""
MOST_DECISIONS: Final = 8
"""How often a notice is decided anew when others are at its person; then it is put off."""


@final
@define(kw_only=True)
class Delivering:
    """Hold a run: the ports, how many notices are `left` to take, the pace, and what came of them so far."""

    ports: PortsAtHand
    by: By
    left: int
    tally: Counter[str] = field(factory=Counter)
    not_restored: list[OrganizationId] = field(factory=list)
    failed: PortError | None = None
    """What is to be raised when everybody else was served: the first part of the host's that is not as it has to be."""
    _failed_for: set[OrganizationId] = field(factory=set, init=False)
    _pace: Pace = field(factory=Pace, init=False)
    _sender: Any = field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        self._sender = self.ports.notifier.send  # a facade without a notifier says so before anything is leased

    async def of_one(self, organization: OrganizationId, /) -> None:
        """Deliver what is due of one organization."""
        while self.left > 0 and await self._some(organization):
            pass

    async def of_all(self) -> None:
        """Deliver what is due of every organization, some of each in turn, so that a large one keeps nobody waiting."""
        anybody = True
        while anybody:
            anybody, after = False, None
            now = moment(self.ports.clock)
            due = self.ports.repository.due
            while self.left > 0 and (page := await due(NOTICES, now=now, after=after, limit=ORGANIZATIONS)):
                for organization in page:
                    if self.left > 0 and organization not in {*self.not_restored, *self._failed_for}:
                        anybody |= await self._turn(organization)
                after = page[-1].value

    async def _turn(self, organization: OrganizationId) -> bool:
        try:
            self.ports.require_ring(await self._organization(organization))
            return await self._some(organization)
        except NotRestored:
            self.not_restored.append(organization)
        except KeyRingFailed as failed:
            if failed.problem != "foreign":
                raise
            self.not_restored.append(organization)
        except (WrongColor, BrokenPort) as failed:
            self.failed = self.failed or failed
            self._failed_for.add(organization)
        return False

    async def _some(self, organization: OrganizationId) -> bool:
        """Take some notices under one lease, and deliver them; tell whether there were any."""
        now = moment(self.ports.clock)
        until, limit = now + delivery.LEASED, min(self._pace.size, self.left)
        taken = await self.ports.repository.lease(organization, NOTICES, now=now, until=until, limit=limit)
        self.left -= len(taken)
        frail = any(is_frail(leased.fence) for leased in taken)
        if frail:
            await self._give_back(taken[1:])
            taken = taken[:1]
        for number, leased in enumerate(taken):
            if moment(self.ports.clock) + delivery.ROOM > until:
                await self._give_back(taken[number:])
                self._pace = self._pace.lost()
                return True
            try:
                await self._one(leased)
            except (NotRestored, KeyRingFailed):
                await self._give_back(taken[number:])
                raise
            except (WrongColor, BrokenPort):  # it may have been sent: whoever gets it again should not get it at once
                await self._put_off(self._now(), leased)
                await self._give_back(taken[number + 1 :])
                raise
        self._pace = self._pace.alone() if frail else self._pace.kept()
        return bool(taken)

    async def _one(self, leased: Leased) -> None:
        """Do with a notice what the rules say of it now; whoever changes its person meanwhile has it decided anew."""
        from .. import wire

        try:
            notice = wire.loads(Notice, leased.task.body)
        except InvalidValue:  # a later release wrote it, and a worker of that one can read it
            await self._put_off(self._now(), leased)
            return
        for _ in range(MOST_DECISIONS):
            ports = self._now()
            organization, owner = await self._read(ports, notice)
            ports.require_ring(organization)
            facts = await self._invited(ports, notice)
            fate = delivery.fate(
                notice, organization=organization, owner=owner, facts=facts, tries=leased.fence, now=ports.now
            )
            match fate:
                case Fate.OVERTAKEN:
                    await self._cancel(ports, notice, leased)
                    return
                case Fate.EXPIRED | Fate.TOO_MANY_TRIES:
                    await self._give_up(ports, notice, leased, why=fate.value)
                    return
                case Fate.SEND:
                    begins = delivery.begin(notice, owner, organization=organization, by=self.by, now=ports.now)
                    if begins is None or await self._settled(ports, begins):
                        await self._send(ports, notice, leased)
                        return
                case _:
                    assert_never(fate)
        await self._put_off(self._now(), leased)

    async def _send(self, ports: PortsAtHand, notice: Notice, leased: Leased) -> None:
        """Hand a notice to the notifier, and keep what came of it."""
        try:
            outcome = await self._outcome(ports, notice)
        except KeyRingFailed as failed:
            if not failed.lacks(notice.proof.key if notice.proof else None):
                raise
            await self._cancel(ports, notice, leased)  # a key that was retired killed its proofs
            return
        ports = self._now()
        match outcome:
            case Accepted():
                self.tally["sent"] += 1
                await self._settled(ports, delivery.accepted(notice, leased, outcome, by=self.by))
            case Rejected(reason=reason):
                await self._give_up(ports, notice, leased, why="rejected", reason=reason)
            case Deferred(reason=reason) if delivery.is_worn(notice, tries=leased.fence, now=ports.now):
                await self._give_up(ports, notice, leased, why=Fate.TOO_MANY_TRIES.value, reason=reason)
            case Deferred(retry_after=asked):
                await self._put_off(ports, leased, asked=asked)
            case _:
                raise BrokenPort(port="notifier.send", problem="it answered no outcome")

    async def _outcome(self, ports: PortsAtHand, notice: Notice) -> SendOutcome:
        try:
            outcome: SendOutcome = await self._sender(message(ports, notice))
        except (WrongColor, BrokenPort, KeyRingFailed):
            raise
        except Exception as error:  # noqa: BLE001 - a provider's library fails as it likes, and its words can hold an address
            return Deferred(reason=type(error).__name__)
        return outcome

    async def _read(self, ports: PortsAtHand, notice: Notice) -> tuple[Organization, Owner | None]:
        """Return the organization of a notice, and whose row it is judged by, as they are now."""
        whose = delivery.owner_of(notice)
        if isinstance(whose, SubAccountId):
            person = await ports.repository.person(whose)
            if person is not None:
                return person.organization, person
        attempt = await ports.repository.sign_up(whose) if isinstance(whose, SignUpId) else None
        facts = await ports.repository.account(attempt.account) if attempt is not None else None
        if attempt is not None and facts is not None:
            return facts.organization, Attempt(account=facts.account, sign_up=attempt)
        return await self._organization(notice.organization), None

    async def _invited(self, ports: PortsAtHand, notice: Notice) -> ViewerFacts | None:
        """Return the facts of a person whom a notice invites, as they are now."""
        whose = notice.sub_account if notice.invitation is not None else None
        found = await ports.repository.viewer_facts((whose,)) if whose is not None else ()
        return found[0] if found else None

    async def _organization(self, organization: OrganizationId) -> Organization:
        found = await self.ports.repository.organization(organization)
        if found is None:
            raise NotFound(what="organization")
        return found

    async def _cancel(self, ports: PortsAtHand, notice: Notice, leased: Leased) -> None:
        self.tally["cancelled"] += 1
        await self._settled(ports, delivery.cancelled(notice, leased, by=self.by))

    async def _give_up(self, ports: PortsAtHand, notice: Notice, leased: Leased, *, why: str, reason: str = "") -> None:
        from .. import wire

        self.tally["rejected" if why == "rejected" else "given_up"] += 1
        decision, kept = dead_letter.give_up(notice, leased, why=why, reason=reason, by=self.by, now=ports.now)
        body, id_ = wire.dumps(kept), ports.new_id()
        task = Task(organization=notice.organization, queue=DEAD_LETTERS, id=id_, due=ports.now, body=body)
        await self._settled(ports, evolve(decision, tasks=(task,)))

    async def _put_off(self, ports: PortsAtHand, leased: Leased, *, asked: timedelta | None = None) -> None:
        self.tally["deferred"] += 1
        chance = int(ports.entropy.token()[:8], 16) / 2**32
        due = ports.now + delivery.wait(leased.fence, asked=asked, chance=chance)
        await self._settled(ports, delivery.given_back((leased,), due=due, by=self.by))

    async def _give_back(self, taken: tuple[Leased, ...]) -> None:
        """Let others have what was taken and not tried."""
        if taken:
            ports = self._now()
            await self._settled(ports, delivery.given_back(taken, due=ports.now, by=self.by))

    async def _settled(self, ports: PortsAtHand, decision: Decision[None]) -> bool:
        """Commit a decision; tell whether it was, or somebody else was faster: whoever has the lease now says what it is."""
        try:
            await ports.settle(decision)
        except Conflict:
            return False
        return True

    def _now(self) -> PortsAtHand:
        """Return the ports at the time it is now: a run can be long, and nothing in it relies on what was read before."""
        self.ports.now = moment(self.ports.clock)
        return self.ports


def message(ports: PortsAtHand, notice: Notice, /) -> Message:
    """Return what is sent of a notice, with its link or code derived under the key ring.

    Raises `KeyRingFailed` for one of a retired key.
    """
    proof, link_, code = notice.proof, None, None
    if proof is not None:
        digest = ports.proof_digest(notice.organization, proof)
        if proof.form is Form.LINK:
            text = Secret(link.text(proof, digest, organization=notice.organization))
            link_ = ports.texts.page(notice.organization, proof.purpose, text)
        else:
            code = Secret(codes.text(digest))
    plain, html = notice.wording.texts(link=link_, code=code)
    return Message(
        id=notice.id,
        organization=notice.organization,
        kind=notice.kind,
        to=notice.to,
        language=notice.language,
        subject=notice.wording.subject,
        text=plain,
        html=html,
    )
