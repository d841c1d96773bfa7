"""What a command finds at hand while it runs: the ports, the time, and the few things every command does with them.

Every port is awaited here, whatever its color; which colors there are is the shell's business.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, Self, TypeVar

from attrs import define, evolve, field

from ..domain import adding, authority, seats
from ..domain.account import HostAccount, HostRole
from ..domain.actor import Actor, SignedIn
from ..domain.authority import Action
from ..domain.catalog import CatalogEntry
from ..domain.decision import Batch, Decision, RequestRecord, Seen, seen
from ..domain.events import Event
from ..domain.fields import FieldValue
from ..domain.ids import AccountId, CatalogId, DepartmentId, OrganizationId, SubAccountId
from ..domain.life import State
from ..domain.organization import LapsePolicy
from ..domain.password_policy import Blocklist, PasswordPolicy
from ..domain.sub_account import Person, SubAccount, realm_key
from ..domain.subject import Subject, still_holds
from ..domain.subscription import StoredSeats, Subscription
from ..domain.task import Task
from ..domain.text import bounded, refuse_hidden
from ..errors import InvalidValue, NotAllowed, NotFound, RequestReused
from ..ports import (
    AsyncHostAccounts,
    AsyncNotifier,
    AsyncRepository,
    AsyncSubscriptions,
    Clock,
    Texts,
)
from .command import LONGEST_REQUEST_ID, Change
from .proofs import ProofsAtHand
from .reach import reach
from .tasks import ending_tasks, notice_task

R = TypeVar("R")
ROLES_KEPT: Final = timedelta(minutes=5)
"""How long a recognized subject relies on the host account's roles; signing in always asks anew."""
MOST_ROLES_KEPT: Final = 10_000
"""Host accounts whose roles are remembered; beyond it all are asked again."""


@define(kw_only=True)
class PortsAtHand(ProofsAtHand):
    """Hold the ports for one try of a `handle`; `now` is its time (UTC). `again` is the next try's."""

    repository: AsyncRepository
    host_accounts: AsyncHostAccounts
    subscriptions: AsyncSubscriptions
    notifier: AsyncNotifier
    texts: Texts
    clock: Clock
    passwords: PasswordPolicy
    blocklist: Blocklist
    roles_known: dict[HostAccount, tuple[frozenset[HostRole], datetime]]
    _relied_on: set[Seen] = field(factory=set, init=False, repr=False)

    def again(self, now: datetime, /) -> Self:
        """Return what the next try finds at hand: hashes made are kept, and what the last try relied on is forgotten."""
        return evolve(self, now=now)

    async def settle(self, decision: Decision[R], /, *, of: Change[Any] | None = None) -> R:
        """Commit a decision, then answer it: its refusal raised, or its result.

        Raises `Conflict` when something changed meanwhile; the shell has the command decide again.
        """
        request = self._remembered(of, decision.result) if of is not None and of.request_id is not None else None
        if decision.writes or request is not None:
            await self.repository.commit(
                Batch(
                    organization=decision.organization,
                    puts=decision.puts,
                    removes=decision.removes,
                    guards=(*decision.guards, *self._guards(decision)),
                    counts=decision.counts,
                    events=tuple(
                        Event(
                            id=self.new_id(),
                            organization=decision.organization,
                            at=self.now,
                            by=happened.by or decision.by,
                            account=happened.account,
                            sub_account=happened.sub_account,
                            happening=happened.what,
                            salt=self.entropy.token(),
                        )
                        for happened in decision.happened
                    ),
                    seals=decision.seals,
                    tasks=self._tasks(decision),
                    acknowledgments=decision.acknowledgments,
                    request=request,
                )
            )
        if decision.refusal is not None:
            raise decision.refusal
        return decision.result

    def _tasks(self, decision: Decision[Any]) -> tuple[Task, ...]:
        """Return what the decision leaves to be done later: its own tasks, its notices, the ends of its memberships."""
        notices = (
            notice_task(telling, self.texts.wording(telling), id=self.new_id(), now=self.now)
            for telling in decision.tellings
        )
        return (*decision.tasks, *notices, *ending_tasks(decision.puts, self.new_id))

    def _guards(self, decision: Decision[Any]) -> list[Seen]:
        """Return the guards of what this try relied on, beside those the decision has itself."""
        if not self._relied_on:
            return []
        named = {*decision.guards, *map(seen, decision.puts), *decision.removes}
        return sorted(self._relied_on - named, key=lambda each: (each.id.value, each.version))

    async def recall(self, change: Change[Any], /) -> tuple[bool, Any]:
        """Return whether this request was answered before, and its receipt.

        Raises `RequestReused` when the id was used for another command, and what `require_ring` raises.
        """
        if change.request_id is None:
            return False, None
        if not bounded(change.request_id, field="request_id", longest=LONGEST_REQUEST_ID):
            raise InvalidValue(field="request_id", problem="empty")
        refuse_hidden(change.request_id, field="request_id")
        record = await self.repository.request(change.tenant, change.request_id)
        if record is None:
            return False, None
        if record.command != type(change).__name__ or record.fingerprint != _fingerprint(change):
            raise RequestReused(request_id=change.request_id)
        organization = await self.repository.organization(change.tenant)
        if organization is not None:
            self.require_ring(organization)  # the answer can have a code in it
        from .. import wire

        self.repeating = True
        return True, wire.loads(change.receipt, record.receipt)

    def _remembered(self, change: Change[Any], receipt: object) -> RequestRecord:
        from .. import wire

        assert change.request_id is not None, "only asked for with one"  # noqa: S101 - narrows the type for the checker
        return RequestRecord(
            organization=change.tenant,
            id=change.request_id,
            command=type(change).__name__,
            fingerprint=_fingerprint(change),
            receipt=wire.dumps(receipt, of=change.receipt),
            at=self.now,
        )

    async def permitted(self, actor: Actor, action: Action, id: SubAccountId, /) -> Person:  # noqa: A002 - positional
        """Return a person the actor may do this to; raise `NotAllowed`, and `NotFound` for who is deleted or unknown.

        Whoever reaches less than the organization is told the same of a person that does not exist as of one that is
        out of reach. A person acts while its sign-in holds and its host account is in order.
        """
        itself = await self.recognized(actor.subject) if isinstance(actor, SignedIn) else None
        if isinstance(actor, SignedIn) and itself is None:
            raise NotAllowed(action="act_after_sign_out")
        # Who acts for itself is judged and changed on one read, or its sign-in could end in between.
        person = itself if itself and itself.sub_account.id == id else await self.repository.person(id)
        if person is None:
            authority.permit(actor, action, organization=id.organization)
            raise NotFound(what="sub_account")
        await self._permit(actor, action, person.sub_account)
        if person.sub_account.state is State.DELETED:
            raise NotFound(what="sub_account")
        self.require_ring(person.organization)
        if itself is not None:
            self._relied_on.add(seen(person.organization))  # a sign-in of before the organization was restored is none
        return person

    async def recognized(self, subject: Subject, /) -> Person | None:
        """Return the person of a subject that holds, or None; its host account's roles are as known for minutes.

        The subscription is asked only where a lapse blocks. Raises what `require_ring` raises.
        """
        person = await self.repository.person(subject.sub_account)
        if person is None:
            return None
        self.require_ring(person.organization)
        if not still_holds(subject, person):
            return None
        if person.organization.lapse is LapsePolicy.BLOCKED:
            subscription = await self.subscriptions.current(person.organization.id)
            if not subscription.covers(self.now):
                return None
        return None if await self._remembered_roles(person.account.host) else person

    async def _permit(self, actor: Actor, action: Action, person: SubAccount) -> None:
        """Let the actor do this to the person, or raise `NotAllowed`; reads the tree only where roles need it."""
        organization, departments = person.id.organization, person.profile.departments
        try:
            authority.permit(
                actor,
                action,
                organization=organization,
                account=person.account,
                person=person.id,
                lineage=departments,
            )
        except NotAllowed:
            if not await self.reach(authority.department_scopes(actor, action, organization), departments):
                raise

    async def reach(
        self, scopes: frozenset[DepartmentId], departments: Collection[DepartmentId], /
    ) -> frozenset[DepartmentId]:
        """Return those of the departments that lie in a scope or below one.

        Whatever this try commits relies on it: who loses reach before the commit is judged anew.
        """
        found = await reach(self.repository, scopes, departments)
        self._relied_on.update(map(seen, found.read))
        return found.departments

    async def within(
        self,
        actor: Actor,
        action: Action,
        organization: OrganizationId,
        /,
        *,
        account: AccountId | None,
        departments: frozenset[DepartmentId] | None,
    ) -> frozenset[DepartmentId] | None:
        """Return the departments to which an actor's look at many people is narrowed; None is everybody.

        Roles over departments see the people in them and below. Raises `NotAllowed`.
        """
        try:
            authority.permit(actor, action, organization=organization, account=account)
        except NotAllowed:
            scopes = authority.department_scopes(actor, action, organization)
            if not scopes:
                raise
            below = await self.repository.offspring(scopes)
            return below if departments is None else departments & below
        return departments

    async def seats_taken(self, organization: OrganizationId, subscription: Subscription, /) -> int:
        """Return how many seats the subscription's rule counts now, 0 where it counts none."""
        name = seats.counter(subscription.seats, now=self.now)
        if name is None:
            return 0
        counted = await self.repository.counter(organization, name)
        if counted is not None:
            return counted
        rule = subscription.seats
        if not isinstance(rule, StoredSeats):
            return 0
        return await self.repository.people_count(
            organization, kinds=rule.kinds, systems=rule.systems, states=rule.states
        )

    async def is_free(self, person: SubAccount, space: str, value: str, /) -> bool:
        """Tell whether nobody else of a person's realm holds a key."""
        key = realm_key(person.account, person.realm, space, value)
        return all(holder == person.id for holder in (await self.repository.holders((key,))).values())

    async def entries(
        self, organization: OrganizationId, given: Mapping[str, FieldValue | None], /
    ) -> dict[CatalogId, CatalogEntry]:
        """Return those of the catalog entries named by fields that exist in the organization."""
        ours = [entry for entry in adding.named(given) if entry.organization == organization]
        found = await self.repository.catalog_entries(ours) if ours else ()
        return {entry.id: entry for entry in found}

    async def _remembered_roles(self, host: HostAccount) -> frozenset[HostRole]:
        """Return the forbidden roles a host account holds, as known for at most five minutes."""
        known = self.roles_known.get(host)
        if known is not None and self.now - ROLES_KEPT < known[1] <= self.now:
            return known[0]
        roles = await self.host_accounts.roles(host)
        if len(self.roles_known) >= MOST_ROLES_KEPT:
            self.roles_known.clear()
        self.roles_known[host] = (roles, self.now)
        return roles


def _fingerprint(change: Change[Any]) -> str:
    from .. import wire

    return hashlib.sha256(wire.dumps(change).encode()).hexdigest()
