"""What is broken on purpose is found: storage that checks and then acts, and a command that reads twice.

A proof that nothing can fail is none. Each control is judged by the same rules as the real thing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from itertools import combinations_with_replacement
from typing import Any, Final

import pytest
from attrs import evolve, frozen

from subaccounts import Command, SubAccount, Subject
from subaccounts.domain import authority, people
from subaccounts.domain.actor import SignedIn
from subaccounts.domain.decision import Batch, Record
from subaccounts.domain.supplier import Supplier
from subaccounts.domain.task import Leased
from subaccounts.errors import NotAllowed, Stale
from subaccounts.repositories import MemoryRepository
from subaccounts.testing.interleavings import Exploration, Task
from tests.interleavings.crowd import WITH_LINKS
from tests.interleavings.explored import Tally, explore
from tests.interleavings.gatherings import GATHERINGS
from tests.interleavings.messages import ASKING, LINKS
from tests.interleavings.promises import PROMISES
from tests.interleavings.rules import breaches
from tests.interleavings.shop import Shop, shop
from tests.interleavings.sights import CHANGES
from tests.interleavings.sign_ups import SIGN_UPS
from tests.interleavings.tasks import AROUND, ARRIVALS, TASKS, WALKS

UNEXPLAINED: Final = "no serial order ends like this"
WRITING: Final = (TASKS, ARRIVALS, AROUND, SIGN_UPS, GATHERINGS, CHANGES, ASKING, LINKS)
"""The families in which something is written in one decision."""


class _Wrapped:
    """Keep everything in a memory repository; a control says what its commit forgets."""

    def __init__(self, plain: MemoryRepository) -> None:
        self._plain = plain

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or "_plain" not in vars(self):
            raise AttributeError(name)
        return getattr(self._plain, name)


class ChecksThenActs(_Wrapped):
    """Trust what was read: write without looking at versions, guards, keys or limits again."""

    def commit(self, batch: Batch) -> None:
        plain = self._plain
        for gone in batch.removes:
            plain._records.pop(gone.id, None)
        for record in batch.puts:
            plain._records[record.id] = self._next(record)
            plain._holders.update(dict.fromkeys(record.keys, record.id))
        for count in batch.counts:
            at = batch.organization, count.name
            plain._counters[at] = plain._counters.get(at, count.initial) + count.by
        plain._events.update({(batch.organization, event.id): event for event in batch.events})
        plain._seals.update({(batch.organization, seal.event): seal for seal in batch.seals})
        plain._tasks.update({(batch.organization, task.id): Leased(task=task, fence=0) for task in batch.tasks})
        for given in batch.acknowledgments:
            held = plain._tasks.pop((batch.organization, given.task), None)
            if held is not None and given.again is not None:
                plain._tasks[batch.organization, given.task] = evolve(held, task=evolve(held.task, due=given.again))
        if batch.request is not None:
            plain._requests[batch.organization, batch.request.id] = batch.request

    def _next(self, record: Record) -> Record:
        return evolve(record, version=self._plain._version(record.id) + 1)


class IgnoresGuards(_Wrapped):
    """Look at versions, and never at what was only read."""

    def commit(self, batch: Batch) -> None:
        self._plain.commit(evolve(batch, guards=()))


class CommitsHalf(_Wrapped):
    """Write down what happened before anything else, also when the rest is stale."""

    def commit(self, batch: Batch) -> None:
        self._plain.commit(Batch(organization=batch.organization, events=batch.events))
        self._plain.commit(evolve(batch, events=()))


class LeasesToEverybody(_Wrapped):
    """Say what is due without keeping it from the next who asks."""

    def lease(self, *where: Any, now: datetime, until: datetime, limit: int) -> tuple[Leased, ...]:
        del until
        due: tuple[Leased, ...] = self._plain.tasks_page(*where, after=None, limit=limit)
        return tuple(each for each in due if each.task.due <= now)


def broken(shop: Shop, storage: Callable[[MemoryRepository], object]) -> Shop:
    """Return the shop on broken storage."""
    return evolve(shop, world=evolve(shop.world, repository=storage(shop.world.repository)))


def test_check_then_act_is_found(record_property: Callable[[str, object], None]) -> None:
    """Storage that checks and then acts breaks invariants 1 to 4, and most of its pairs of writes are unexplained."""
    tally = Tally()
    for state in ("waiting", "active"):
        found = explore(broken(shop(state), ChecksThenActs), combinations_with_replacement(TASKS, 2))
        tally = evolve(tally, **{n: getattr(tally, n) + getattr(found, n) for n in ("explored", "interleavings")})
        tally.outcomes, tally.violated = tally.outcomes + found.outcomes, tally.violated + found.violated
        tally.rules.update(found.rules)
    record_property("explored on storage that checks and then acts", tally.numbers)
    assert {"invariant 1", "invariant 2", "invariant 3", "invariant 4", UNEXPLAINED} == {
        rule.partition(":")[0] for rule in tally.rules
    }
    assert tally.violated > tally.interleavings // 10


@pytest.mark.parametrize(
    ("state", "names", "rule"),
    [
        ("waiting", ("claim", "claim as a rival"), "invariant 2: several claims succeeded"),
        ("waiting", ("rename", "rename boris"), "invariant 1: two people hold one key"),
        ("active", ("edit", "reset"), "invariant 3: the old subject holds"),
        ("active", ("guess", "guess"), UNEXPLAINED),
        ("waiting, seats full but one", ("add hanna", "paste"), UNEXPLAINED),
    ],
)
def test_check_then_act_breaks(state: str, names: tuple[str, ...], rule: str) -> None:
    """Storage that checks and then acts breaks the very rule that two such tasks are about."""
    assert rule in explore(broken(shop(state), ChecksThenActs), [names]).rules


@pytest.mark.parametrize("family", WRITING, ids=lambda family: next(iter(family)))
def test_check_then_act_is_found_in_every_family(family: Mapping[str, Callable[[Shop], Task]]) -> None:
    """Where everything is under way, most of what writes is found on such storage beside itself, whatever family it is of."""
    here = broken(shop(WITH_LINKS), ChecksThenActs)
    alone = {name: Exploration(here.world, [make(here)]).serial((0,)) for name, make in family.items()}
    writing = {name for name, outcome in alone.items() if not outcome.world.same(here.world)}
    found = {name for name in writing if UNEXPLAINED in explore(here, [(name, name)], family).rules}
    assert len(found) > len(writing) // 2


def test_a_lease_for_everybody_is_found() -> None:
    """Storage that leases to whoever asks has two workers send one message twice."""
    tally = explore(broken(shop(WITH_LINKS), LeasesToEverybody), [("deliver", "deliver")], WALKS, promises=PROMISES)
    assert any(rule.startswith("invariant 8: sent 2 times") for rule in tally.rules)


@pytest.mark.parametrize("third", ["open claims", "close the account"])
def test_ignored_guards_are_found(third: str) -> None:
    """Storage that ignores guards lets a claim through after the account changed and somebody saw it unclaimed."""
    tally = explore(broken(shop("waiting"), IgnoresGuards), [("claim", third, "read")])
    assert {UNEXPLAINED} == set(tally.rules)
    assert "6." not in tally.told[0].partition("\n")[0]


def test_half_commits_are_found() -> None:
    """Storage that writes what happened before it finds the rest stale is told apart by invariant 12."""
    tally = explore(broken(shop("active"), CommitsHalf), [("reset", "delete")])
    assert "invariant 12: raised not_found and left SubAccountReset" in tally.rules


@frozen(kw_only=True)
class ReadsTwice(Command[SubAccount]):
    """Edit oneself the wrong way: judge the sign-in on one read and the person on another."""

    subject: Subject

    async def run(self, ports: Any, /) -> SubAccount:
        if await ports.recognized(self.subject) is None:
            raise NotAllowed(action="act_after_sign_out")
        person = await ports.repository.person(self.subject.sub_account)
        becomes = people.edit(person, {"full_name": "Anna Anew"}, by=Supplier.PERSON, email_free=False, now=ports.now)
        subscription = await ports.subscriptions.current(person.organization.id)
        by = authority.by(SignedIn(subject=self.subject))
        edited: SubAccount = await ports.settle(
            people.decide(person, becomes, by=by, subscription=subscription, taken=0)
        )
        return edited


def test_a_torn_read_is_found() -> None:
    """A command that reads twice what has to hold together acts for somebody whose sign-in was just ended."""
    here = shop("active")
    exploration = Exploration(here.world, (ReadsTwice(subject=here.subject), TASKS["reset"](here)))
    unexplained = [o for o in exploration.outcomes() if UNEXPLAINED in breaches(here, exploration, o)]
    assert [(0, 0, 1, 1, 1, 0, 0, 0)] == [o.schedule for o in unexplained if o.interleavings][:1]
    assert (
        "2. ResetPassword: repository.commit; answered Handover\n1. ReadsTwice: repository.person"
        in exploration.story(unexplained[0].schedule)
    )


def test_a_stale_answer_of_storage_is_no_failure() -> None:
    """Good storage says `Stale` to whoever was late, and the command that was late decides again."""
    here = shop("active")
    exploration = Exploration(here.world, (TASKS["guess"](here), TASKS["guess"](here)))
    tries = {outcome.commits for outcome in exploration.outcomes()}
    assert {(1, 1), (1, 2), (2, 1)} == tries
    assert Stale.code in exploration.story(exploration.outcomes()[-1].schedule)
