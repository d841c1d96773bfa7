"""Jobs that work chunk by chunk: one that meets others is decided anew by itself, and what was done before is answered."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from subaccounts import Command, ForgetSignUps, ForgetStrangers, SealAudit
from subaccounts.commands import audit, signing_up
from subaccounts.commands.chunks import MOST_DECISIONS
from subaccounts.domain.decision import Batch
from subaccounts.errors import Busy, Stale
from tests.commands.shop import SETUP, Shop
from tests.commands.sign_ups import OpenShop


def to_seal(shop: OpenShop) -> tuple[Command[int], int]:
    """Seal what happened."""
    for number in range(6):
        shop.add(f"p{number}")
    return SealAudit(actor=SETUP, organization=shop.id), len(shop.events())


def to_forget_strangers(shop: OpenShop) -> tuple[Command[int], int]:
    """Forget five wrong logins."""
    for number in range(5):
        shop.sign_in(f"nobody-{number}")
    shop.wait(hours=25)
    return ForgetStrangers(actor=SETUP, organization=shop.id), 5


def to_forget_sign_ups(shop: OpenShop) -> tuple[Command[int], int]:
    """Forget five attempts that nobody completed."""
    for number in range(5):
        shop.start(f"p{number}@example.com")
    shop.wait(hours=25)
    return ForgetSignUps(actor=SETUP, organization=shop.id), 5


def conflicting(shop: Shop, when: Callable[[int], bool]) -> list[int]:
    """Have the commits of these numbers, from 1, come too late; return a list that is as long as there were commits."""
    commit, asked = shop.repository.commit, list[int]()

    def late(batch: Batch) -> None:
        asked.append(len(asked) + 1)
        if when(asked[-1]):
            raise Stale
        commit(batch)

    shop.repository.commit = late  # type: ignore[method-assign]  # others, who were faster
    shop.subs = shop.facade()
    return asked


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> OpenShop:
    """Open a shop whose jobs work in chunks of two."""
    for room in (audit, signing_up):
        monkeypatch.setattr(room, "CHUNK", 2)
    return OpenShop()


JOBS = pytest.mark.parametrize("job", [to_seal, to_forget_strangers, to_forget_sign_ups])


@JOBS
def test_a_chunk_that_meets_others(shop: OpenShop, job: Callable[[OpenShop], tuple[Command[int], int]]) -> None:
    """However often each chunk is decided anew, everything is done, and all of it is counted once."""
    command, expected = job(shop)
    asked = conflicting(shop, lambda number: number % MOST_DECISIONS != 0)
    assert expected == shop.handle(command)
    assert MOST_DECISIONS * -(-expected // 2) == len(asked)
    assert 0 == shop.handle(command)


@JOBS
def test_a_chunk_that_others_keep(shop: OpenShop, job: Callable[[OpenShop], tuple[Command[int], int]]) -> None:
    """When the third chunk is never to be had, what was done before is answered; the next run does the rest."""
    command, expected = job(shop)
    asked = conflicting(shop, lambda number: 2 < number <= 2 + MOST_DECISIONS)
    assert 4 == shop.handle(command)
    assert 2 + MOST_DECISIONS == len(asked)
    assert expected - 4 == shop.handle(command)


@JOBS
def test_a_job_that_does_nothing(shop: OpenShop, job: Callable[[OpenShop], tuple[Command[int], int]]) -> None:
    """When not even the first chunk is to be had, the answer is busy, and nothing is changed."""
    command, _ = job(shop)
    before = shop.stored()
    conflicting(shop, lambda _: True)
    with pytest.raises(Busy):
        shop.handle(command)
    assert before == shop.stored()
