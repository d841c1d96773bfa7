"""`kill -9`, and a port that fails, at every step of the job that tells of ends: each end is told once, and none is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest

from subaccounts import AddMembers, ExpireMemberships, MakeGroup, SubAccountId, Window
from subaccounts.commands import endings
from subaccounts.domain.ending import ENDINGS
from subaccounts.domain.group_events import MembershipExpired
from subaccounts.domain.queries import EventQuery
from subaccounts.testing.faults import Fault, Faulty, in_child
from tests.faults import failures
from tests.faults.files import copied, sound
from tests.faults.nursery import COLORS
from tests.faults.stage import Restarted, Stage
from tests.invariants.checks import check_stored
from tests.invariants.world import OPERATOR, Shop, World

PEOPLE: Final = 3
"""Invitations whose window has ended, told of in chunks of two."""


def prepare(world: World) -> tuple[ExpireMemberships, list[SubAccountId]]:
    """Invite people until a moment ago; answer the job, and them."""
    shop, run = Shop(world), world.rival.handle
    people = [shop.add(f"member-{number}").sub_account.id for number in range(PEOPLE)]
    group = run(MakeGroup(actor=shop.admin, organization=shop.organization, name="Partners")).id
    window = Window(until=world.clock() + timedelta(days=1))
    run(AddMembers(actor=shop.admin, group=group, people=tuple(people), window=window))
    world.clock.advance(timedelta(days=1))
    return ExpireMemberships(actor=OPERATOR, organization=shop.organization), people


def ends(world: World, job: ExpireMemberships) -> list[SubAccountId | None]:
    """Return whose ends the trail tells of."""
    events = world.plain.events_page(EventQuery(organization=job.organization, limit=1000))
    return [each.sub_account for each in events if isinstance(each.happening, MembershipExpired)]


class Undisturbed:
    """Hold a job that was prepared, how it goes alone in a color, and what has to come of it, whatever strikes it."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world, self.path = world, folder / "struck.db"
        self.job, self.people = prepare(world)
        self.stage = Stage(world, self.job)
        whole = copied(world.path, folder / "whole.db")
        run = in_child(lambda: self.stage.run(whole, Faulty())).answer
        assert run is not None
        commits, leases = run.calls.count("repository.commit"), run.calls.count("repository.lease")
        assert (PEOPLE, 2, 3) == (run.told, commits, leases)
        self.calls = len(run.calls)

    def runs(self, fault: Fault) -> None:
        """Do the job on what was prepared, and let the fault strike."""
        copied(self.world.path, self.path)
        self.stage.run(self.path, Faulty(fault))

    def check(self, fault: Fault) -> None:
        """Assert that whole chunks were told of, and that the next runs tell of what is left, each end once."""
        assert sound(self.path), fault
        with Restarted(self.world, self.path) as after:
            before = len(ends(after, self.job))
            assert before in {0, 2, PEOPLE}, fault
            now = after.rival.handle(self.job)
            self.world.clock.advance(endings.HELD)
            later = after.rival.handle(self.job)
            assert PEOPLE == before + now + later, fault
            assert sorted(self.people, key=lambda each: each.value) == sorted(
                (each for each in ends(after, self.job) if each is not None), key=lambda each: each.value
            ), fault
            assert () == after.plain.tasks_page(self.job.organization, ENDINGS, after=None, limit=99), fault
            check_stored(after)


@pytest.fixture(params=COLORS)
def undisturbed(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Undisturbed]:
    """Prepare a job of two chunks in each color."""
    monkeypatch.setattr(endings, "CHUNK", 2)
    with World(COLORS[request.param]) as world:
        yield Undisturbed(world, tmp_path)


def test_killed_at_every_step(undisturbed: Undisturbed, record_property: Callable[[str, object], None]) -> None:
    """Killed at any call, before or after it: whole chunks are told, and what is left is told five minutes later, once."""
    failures.kill_at_every_call(undisturbed, undisturbed.calls)
    record_property(f"killed while telling of ends, {undisturbed.world.kind}", (1, 2 * undisturbed.calls))


def test_failed_at_every_step(undisturbed: Undisturbed, record_property: Callable[[str, object], None]) -> None:
    """Whichever port fails, before or after its work: it is raised, and what is left is told five minutes later, once."""
    failures.fail_at_every_call(undisturbed, undisturbed.calls)
    record_property(f"failed while telling of ends, {undisturbed.world.kind}", (1, 2 * undisturbed.calls))
