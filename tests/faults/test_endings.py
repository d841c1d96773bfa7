"""`kill -9` at every step of the job that tells of ends: each end is told once, and none is lost."""

from __future__ import annotations

from collections.abc import Callable
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


@pytest.mark.parametrize("color", COLORS)
def test_at_every_step(
    color: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, record_property: Callable[[str, object], None]
) -> None:
    """Killed at any call, before or after it: whole chunks are told, and what is left is told five minutes later, once."""
    monkeypatch.setattr(endings, "CHUNK", 2)
    with World(COLORS[color]) as world:
        job, people = prepare(world)
        stage = Stage(world, job)
        path, whole = tmp_path / "killed.db", copied(world.path, tmp_path / "whole.db")
        answer = in_child(lambda: stage.run(whole, Faulty())).answer
        assert answer is not None
        told, calls = answer.told, answer.calls
        commits, leases = calls.count("repository.commit"), calls.count("repository.lease")
        assert (PEOPLE, 2, 3) == (told, commits, leases)
        for fault in Fault.at_every_call(len(calls)):
            copied(world.path, path)
            assert in_child(lambda: stage.run(path, Faulty(fault))).killed, fault  # noqa: B023 - called at once
            assert sound(path), fault
            with Restarted(world, path) as after:
                before = len(ends(after, job))
                assert before in {0, 2, PEOPLE}, fault
                now = after.rival.handle(job)
                world.clock.advance(endings.HELD)
                later = after.rival.handle(job)
                assert PEOPLE == before + now + later, fault
                assert sorted(people, key=lambda each: each.value) == sorted(
                    (each for each in ends(after, job) if each is not None), key=lambda each: each.value
                ), fault
                assert () == after.plain.tasks_page(job.organization, ENDINGS, after=None, limit=99), fault
                check_stored(after)
        record_property(f"killed while telling of ends, {color}", (1, 2 * len(calls)))
