"""Repositories that forget whose data it is: for every read of `Repository` one that answers another tenant's as well.

Most ask the good repository their own question for every tenant there is, as a query does that lacks the condition on the
organization, and put the answers together. What else reads do wrong is in the files named after the clauses.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from ...domain.ids import AccountId, AnyRecordId, OrganizationId, StrangerId
from ...domain.key import Key
from ...domain.queries import SignInFacts
from ...domain.sights import ViewersQuery
from ...domain.task import Leased
from ..moved import moved
from .broken import BrokenRepository
from .saboteur import NOTHING, breaks

SEEN: Final = {"C12": "what another organization put appears among what ours is answered"}


def asked_by(question: Any, /) -> OrganizationId | None:
    """Return who asks, None for a question about nothing."""
    if isinstance(question, tuple | list | set | frozenset):
        question = next(iter(question), None)
    if isinstance(question, ViewersQuery):
        question = question.resource
    named = getattr(question, "organization", None) or getattr(question, "id", question)
    tenant: OrganizationId | None = getattr(named, "organization", None)
    return tenant


def first(answers: list[Any], /) -> Any:
    """Return the tenant's own row, or else whosever there is."""
    return next((answer for answer in answers if answer is not None), None)


def rows(answers: list[Any], /) -> Any:
    """Return everybody's rows, the tenant's own first."""
    return tuple(row for answer in answers for row in answer)


def united(answers: list[Any], /) -> Any:
    """Return the ids as they stand in the tables: their values, taken for the tenant's own."""
    tenant = asked_by(answers[0])
    return answers[0] if tenant is None else answers[0].union(*(moved(answer, tenant) for answer in answers[1:]))


def leaks(read: str, clause: str, together: Callable[[list[Any]], Any], /, also: Mapping[str, str] = NOTHING) -> None:
    """Make a saboteur known whose one read leaks."""

    def asked(self: BrokenRepository, question: Any, /, *args: Any, **named: Any) -> Any:
        own = asked_by(question)
        ask = getattr(self.inner, read)
        if own is None:
            return ask(question, *args, **named)
        everybody = (own, *self.others(own))
        answers = [
            ask(*moved((question, *args), tenant), **{name: moved(value, tenant) for name, value in named.items()})
            for tenant in everybody
        ]
        return together(answers)

    said = f"Asks for `{read}` without saying whose, so that one tenant is answered what another put."
    body = {"__doc__": said, "__module__": __name__, read: asked}
    breaks(clause, also=also)(type(called(read), (BrokenRepository,), body))


def called(read: str, /) -> str:
    """Return how the saboteur of a read is called."""
    return f"Leaks{read.title().replace('_', '')}"


leaks("organization", "R1", first)
leaks("catalog_entries", "R2", rows, SEEN)
leaks("catalog_page", "R3", rows)
leaks("lineage", "R4", united)
leaks("offspring", "R5", united)
leaks("account", "R6", first, SEEN)
leaks("accounts_page", "R7", rows)
leaks("person", "R8", first, SEEN)
leaks("people_page", "R9", rows, SEEN)
leaks("people_count", "R10", sum)
leaks("counter", "R11", first, SEEN)


@breaks("R12", also=SEEN)
class LeaksHolders(BrokenRepository):
    """Compares the values of keys and not whose keys they are."""

    def holders(self, keys: Collection[Key], /) -> Mapping[Key, AnyRecordId]:
        found: dict[Key, AnyRecordId] = {}
        for key in keys:
            everybody = (key.organization, *self.others(key.organization))
            held = [self.inner.holders((moved(key, tenant),)) for tenant in everybody]
            holder = first([next(iter(each.values()), None) for each in held])
            if holder is not None:
                found[key] = holder
        return found


@breaks("R14")
class LeaksSignInFacts(BrokenRepository):
    """Finds who holds a key, whosever key it is, at an account that does exist."""

    def sign_in_facts(
        self, where: AccountId | OrganizationId, /, *, keys: Sequence[Key], stranger: StrangerId
    ) -> SignInFacts | None:
        own = self.inner.sign_in_facts(where, keys=keys, stranger=stranger)
        for of in self.others(where.organization) if own is not None and own.sub_account is None else ():
            theirs = self.inner.sign_in_facts(moved(where, of), keys=moved(keys, of), stranger=moved(stranger, of))
            if theirs is not None and theirs.sub_account is not None:
                return theirs
        return own


leaks("stale_strangers", "R17", rows)
leaks("events_page", "R18", rows, SEEN)
leaks("unsealed_events", "R19", rows, SEEN)
leaks("events_after", "R20", rows, SEEN)
leaks("chain", "R21", first)
leaks("request", "R22", first, SEEN)
leaks("sign_up", "R23", first, SEEN)
leaks("stale_sign_ups", "R24", rows)
leaks("groups", "R25", rows, SEEN)
leaks("groups_page", "R26", rows)
leaks("members_page", "R27", rows)
leaks("resources", "R28", rows, SEEN)
leaks("participants_page", "R29", rows)
leaks("viewer_facts", "R30", rows, SEEN)
leaks("resources_page", "R31", rows)
leaks("resources_count", "R32", sum)
leaks("visible_among", "R33", united)
leaks("viewers_page", "R34", rows)
leaks("tasks_page", "Q6", rows, SEEN)


@breaks("Q1")
class LeaksDue(BrokenRepository):
    """Names everybody who has anything due, in whatever queue."""

    def due(self, queue: str, /, *, now: datetime, after: str | None, limit: int) -> tuple[OrganizationId, ...]:
        queues = dict.fromkeys([queue, *(task.queue for batch in self.journal for task in batch.tasks)])
        found = {tenant for each in queues for tenant in self.inner.due(each, now=now, after=after, limit=limit)}
        return tuple(sorted(found, key=lambda tenant: tenant.value))[:limit]


@breaks("Q2")
class LeaksLease(BrokenRepository):
    """Leases the tasks of a queue, whosever they are."""

    def lease(
        self, organization: OrganizationId, queue: str, /, *, now: datetime, until: datetime, limit: int
    ) -> tuple[Leased, ...]:
        taken: tuple[Leased, ...] = ()
        for of in (organization, *self.others(organization)):
            if len(taken) < limit:
                taken += super().lease(of, queue, now=now, until=until, limit=limit - len(taken))
        return taken
