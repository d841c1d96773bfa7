"""`kill -9` at every step of the job that tells of ends: each end is told once, and none is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from subaccounts import AddMembers, AsyncSubAccounts, ExpireMemberships, MakeGroup, SubAccountId, Window
from subaccounts.commands import endings
from subaccounts.domain.ending import ENDINGS
from subaccounts.domain.group_events import MembershipExpired
from subaccounts.domain.queries import EventQuery
from subaccounts.repositories import SQLiteRepository
from subaccounts.testing import CountingEntropy
from subaccounts.testing.faults import Fault, Faulty, in_child
from tests.faults.facade import facade
from tests.faults.files import copied, sound
from tests.faults.nursery import COLORS
from tests.faults.stage import FIRST, Restarted, open_async, open_plain
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
    assert isinstance(world.plain, SQLiteRepository)
    world.plain.close()  # no connection is shared across a fork
    return ExpireMemberships(actor=OPERATOR, organization=shop.organization), people


def run(world: World, job: ExpireMemberships, path: Path, faulty: Faulty) -> tuple[int, tuple[str, ...]]:
    """Run the job on a file in the world's color; answer how many were told of, and the calls of ports."""
    repository: Any = open_async(path, faulty) if world.is_async else open_plain(path, faulty)
    subs = facade(world, faulty, repository=repository, entropy=CountingEntropy(FIRST))
    if not isinstance(subs, AsyncSubAccounts):
        told = subs.handle(job)
        repository.close()
        return told, tuple(faulty.calls)

    async def awaited() -> int:
        answer: int = await subs.handle(job)
        await repository.close()
        return answer

    return asyncio.run(awaited()), tuple(faulty.calls)


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
        path, whole = tmp_path / "killed.db", copied(world.path, tmp_path / "whole.db")
        answer = in_child(lambda: run(world, job, whole, Faulty())).answer
        assert answer is not None
        told, calls = answer
        commits, leases = calls.count("repository.commit"), calls.count("repository.lease")
        assert (PEOPLE, 2, 3) == (told, commits, leases)
        for fault in Fault.at_every_call(len(calls)):
            copied(world.path, path)
            assert in_child(lambda: run(world, job, path, Faulty(fault))).killed, fault  # noqa: B023 - called at once
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
