"""Threads on plain repositories and tasks on async ones: everybody has read before anybody commits.

The meeting point is inside the storage port, so that all rivals decide on the same facts: the worst case, every time.
"""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import pytest

from subaccounts import AddPerson, AsyncSubAccounts, ChangePassword, Command, Secret, SubAccounts
from subaccounts.domain.attempts import FREE_FAILURES
from subaccounts.domain.steps import Authenticated, EnterPassword
from subaccounts.errors import Busy, ProofRefused, Refusal
from subaccounts.testing.hashers import AsyncTestHasher, CheapHasher
from tests.invariants.checks import check_stored
from tests.invariants.world import KINDS, NOBODY_BLOCKED, OTHER_PASSWORD, PASSWORD, Shop, World

RIVALS: Final = 8
WRONG: Final = "not it at all"


class Meeting:
    """Let the first commit of every rival wait until all of them are about to commit."""

    def __init__(self, repository: Any, rivals: int) -> None:
        self._repository, self._rivals = repository, rivals
        self._barrier = threading.Barrier(rivals)
        self._here, self._all = 0, asyncio.Event()
        self._met: set[object] = set()

    def __getattr__(self, method: str) -> Callable[..., Any]:
        call: Callable[..., Any] = getattr(self._repository, method)
        return call

    def commit(self, batch: Any, /) -> Any:
        """Commit, the first time together with everybody."""
        if inspect.iscoroutinefunction(self._repository.commit):
            return self._later(batch)
        if threading.get_ident() not in self._met:
            self._met.add(threading.get_ident())
            self._barrier.wait(30)
        return self._repository.commit(batch)

    async def _later(self, batch: Any) -> None:
        task = asyncio.current_task()
        if task not in self._met:
            self._met.add(task)
            self._here += 1
            if self._here == self._rivals:
                self._all.set()
            await asyncio.wait_for(self._all.wait(), 30)
        await self._repository.commit(batch)


def at_once(world: World, commands: Sequence[Command[Any]]) -> list[Any]:
    """Run commands on one facade, all of which have read before the first commits; answer results and refusals."""
    meeting: Any = Meeting(world._twin if world.is_async else world.plain, len(commands))
    if world.is_async:
        return asyncio.run(_tasks(world, meeting, commands))
    subs = SubAccounts(host_accounts=world.hosts, hasher=CheapHasher(), **_ports(world, meeting))
    with ThreadPoolExecutor(len(commands)) as threads:
        return list(threads.map(lambda command: _heard(subs, command), commands))


def _ports(world: World, repository: Any) -> dict[str, Any]:
    shared = {"keys": world.keys, "clock": world.clock, "entropy": world.entropy}
    return {"repository": repository, "blocklist": NOBODY_BLOCKED, **shared}


def _heard(subs: SubAccounts, command: Command[Any]) -> Any:
    try:
        return subs.handle(command)
    except Refusal as refusal:
        return refusal


async def _tasks(world: World, meeting: Any, commands: Sequence[Command[Any]]) -> list[Any]:
    hasher: Any = AsyncTestHasher(CheapHasher())
    subs = AsyncSubAccounts(host_accounts=world.hosts, hasher=hasher, **_ports(world, meeting))
    return await asyncio.gather(*(subs.handle(command) for command in commands), return_exceptions=True)


@pytest.mark.parametrize("kind", KINDS)
def test_one_claim_wins(kind: str) -> None:
    """Of eight claims of one person that were all decided on the same facts one gets in, the others are told."""
    with World(kind) as world:
        shop = Shop(world)
        for turn in range(10):
            code = shop.add(f"anna-{turn}").code
            words = [f"the password of rival {number}" for number in range(RIVALS)]
            told = at_once(world, [shop.claiming(f"anna-{turn}", code, password=word) for word in words])
            names = [type(each).__name__ for each in told]
            assert ["AlreadyClaimed"] * (RIVALS - 1) + ["Authenticated"] == sorted(names)
            works = [isinstance(shop.sign_in(f"anna-{turn}", word), Authenticated) for word in words[:4]]
            assert [name == "Authenticated" for name in names[:4]] == works
        check_stored(world)


@pytest.mark.parametrize("kind", KINDS)
def test_guesses_reveal_no_more_than_the_limit(kind: str) -> None:
    """Of 24 guesses decided on the same facts at most the free ones are told that they were wrong."""
    with World(kind) as world:
        shop = Shop(world)
        subject = shop.active("anna")
        told = at_once(world, [shop.signing_in("anna", WRONG) for _ in range(24)])
        names = [type(each).__name__ for each in told]
        assert FREE_FAILURES - 1 == told.count(EnterPassword(wrong=True))
        assert {"EnterPassword", "LockedUntil", "Busy"} >= set(names)
        assert FREE_FAILURES == world.person(subject.sub_account).credential.attempts.in_a_row


@pytest.mark.parametrize("kind", KINDS)
def test_guesses_by_changing_the_password(kind: str) -> None:
    """Wrong current passwords in parallel are counted as wrong sign-ins are, together with them."""
    with World(kind) as world:
        shop = Shop(world)
        subject = shop.active("anna")
        change = ChangePassword(subject=subject, current=Secret(WRONG), new=Secret(OTHER_PASSWORD))
        guesses: list[Command[Any]] = [change, shop.signing_in("anna", WRONG)] * 6
        told = at_once(world, guesses)
        refused = [each for each in told if isinstance(each, ProofRefused) and each.until is None]
        assert FREE_FAILURES - 1 == len(refused) + told.count(EnterPassword(wrong=True))
        assert not any(isinstance(each, Authenticated) for each in told)
        assert FREE_FAILURES == world.person(subject.sub_account).credential.attempts.in_a_row


@pytest.mark.parametrize("kind", KINDS)
def test_the_right_password_is_in_or_locked(kind: str) -> None:
    """The right password among seven wrong ones lets in, or hears of the lock, or is told to try again."""
    with World(kind) as world:
        shop = Shop(world)
        for turn in range(6):
            shop.active(f"anna-{turn}")
            words = [WRONG] * 7
            words.insert(turn, PASSWORD)
            told = at_once(world, [shop.signing_in(f"anna-{turn}", word) for word in words])
            assert type(told[turn]).__name__ in {"Authenticated", "LockedUntil"}
            assert told.count(EnterPassword(wrong=True)) <= 2 * (FREE_FAILURES - 1)
            assert not any(isinstance(each, Busy) for each in told)


@pytest.mark.parametrize("kind", KINDS)
def test_one_holder_of_a_login(kind: str) -> None:
    """Of eight people added with one login one is added, the others hear that it is taken."""
    with World(kind) as world:
        shop = Shop(world)
        for turn in range(5):
            command = AddPerson(actor=shop.admin, account=shop.account.id, login=f"anna-{turn}")
            told = at_once(world, [command] * RIVALS)
            codes = sorted(each.code for each in told if isinstance(each, Refusal))
            assert ["name_taken"] * (RIVALS - 1) == codes
        check_stored(world)
