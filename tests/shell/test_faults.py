"""Failing ports: for every command, at every call of a port, before and after the answer. Who dies is in tests/faults.

Nobody is let in by a failure, nothing is half written, and the next try succeeds.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import pytest
from attrs import evolve

from subaccounts import (
    AddPerson,
    Change,
    Command,
    ForgetSignUps,
    ForgetStrangers,
    OrganizationId,
    ReadOrganization,
    ResetPassword,
    SealAudit,
    SignIn,
)
from subaccounts.errors import OutcomeUnknown, StorageFailed
from subaccounts.testing.faults import AFTER, Fault, Faulty
from tests.faults.facade import facade
from tests.invariants.checks import check_stored
from tests.invariants.world import KINDS, OPERATOR, Shop, World, comparable
from tests.shell.samples import SAMPLES, every_command

COMMIT: Final = "repository.commit"
JOBS: Final = frozenset({SealAudit, ForgetStrangers, ForgetSignUps})
"""They commit in chunks, and ask after each whether there is more."""


def test_every_command_has_a_sample() -> None:
    """A new command cannot be forgotten here."""
    assert every_command() == set(SAMPLES)


def _names(command: type[Command[Any]]) -> str:
    return command.__name__


def _broken() -> StorageFailed:
    return StorageFailed(store="the test", problem="unreachable")


@contextmanager
def struck(world: World, fault: Fault | None = None) -> Iterator[Faulty]:
    """Let commands of a world run on ports that a fault can strike; without one their calls are counted."""
    faulty, before = Faulty(fault), world.subs
    repository = world._twin if world.is_async else world.plain
    world.subs = facade(world, faulty, repository=repository, entropy=world.entropy)
    try:
        yield faulty
    finally:
        world.subs = before


class TestBefore:
    """A port that fails instead of answering."""

    @pytest.mark.asvs("16.5.2")
    @pytest.mark.parametrize("kind", KINDS)
    @pytest.mark.parametrize("command", SAMPLES, ids=_names)
    def test_nothing_is_written(self, kind: str, command: type[Command[Any]]) -> None:
        """Whichever call fails up to the first commit, it is raised, nothing is stored, and the next try succeeds."""
        with World(kind) as world:
            given = SAMPLES[command](Shop(world))
            before, calls = world.rows(), _calls(kind, command)
            # What was committed stays, whatever fails afterwards: a later chunk of a job.
            for number in range(1, 1 + (calls.index(COMMIT) + 1 if COMMIT in calls else len(calls))):
                with struck(world, Fault(call=number, what=_broken())), pytest.raises(StorageFailed):
                    world.handle(given)
                assert before == world.rows(), f"call {number} left something behind"
            world.handle(given)
            check_stored(world)

    @pytest.mark.parametrize("command", [each for each in SAMPLES if each not in JOBS], ids=_names)
    def test_nothing_is_asked_after_a_commit(self, command: type[Command[Any]]) -> None:
        """The commit is the last call of all: nothing can fail once the change is there, and be told as a failure."""
        calls = _calls("memory", command)
        assert COMMIT not in calls or calls[-1] == COMMIT

    @pytest.mark.asvs("16.5.3")
    @pytest.mark.parametrize("kind", KINDS)
    def test_a_wrong_proof_is_no_right_one(self, kind: str) -> None:
        """Whichever call of a sign-in fails, with a wrong password too, nobody is let in."""
        with World(kind) as world:
            shop = Shop(world)
            shop.active("anna")
            with struck(world) as counting:
                world.handle(shop.signing_in("anna", "not it at all"))
            for number in range(1, len(counting.calls) + 1):
                with struck(world, Fault(call=number, what=_broken())), pytest.raises(StorageFailed):
                    world.handle(shop.signing_in("anna", "not it at all"))


class TestAfter:
    """A port that does its work and then fails to answer."""

    @pytest.mark.asvs("2.3.3")
    @pytest.mark.parametrize("kind", KINDS)
    @pytest.mark.parametrize("command", SAMPLES, ids=_names)
    def test_all_or_nothing(self, kind: str, command: type[Command[Any]]) -> None:
        """Whichever answer is lost, everything is stored or nothing: a commit that was lost was whole."""
        calls = _calls(kind, command)
        for number in range(1, len(calls) + 1):
            with World(kind) as world:
                given = SAMPLES[command](Shop(world))
                before = world.rows()
                lost = Fault(call=number, when=AFTER, what=OutcomeUnknown())
                with struck(world, lost), pytest.raises(OutcomeUnknown):
                    world.handle(given)
                assert (COMMIT in calls[:number]) == (before != world.rows()), f"call {number}"
                check_stored(world)


class TestRepeating:
    """After an unknown outcome the request id tells what happened."""

    @pytest.mark.parametrize("kind", KINDS)
    @pytest.mark.parametrize("command", [each for each in SAMPLES if issubclass(each, Change)], ids=_names)
    def test_a_request_is_carried_out_once(self, kind: str, command: type[Change[Any]]) -> None:
        """Lost at the commit or at any call after it, a repeated request answers, and is stored as if given once."""
        expected, calls = _stored_by_one(kind, command)
        for fault in Fault.at_every_call(len(calls), what=OutcomeUnknown()):
            if fault.call <= calls.index(COMMIT):
                continue
            with World(kind) as world:
                given = _with_request(SAMPLES[command](Shop(world)))
                with struck(world, fault), pytest.raises(OutcomeUnknown):
                    world.handle(given)
                answer, again = world.handle(given), world.handle(given)
                assert comparable(answer) == comparable(again)
                assert expected == len(world.rows())
                check_stored(world)


class TestCanceled:
    """A task that is canceled in the middle of a command."""

    @pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.startswith("async")])
    @pytest.mark.parametrize("command", [SignIn, AddPerson, ResetPassword], ids=_names)
    def test_all_or_nothing(self, kind: str, command: type[Command[Any]]) -> None:
        """Canceled at any question it stores everything or nothing; repeated, with its request id, it is answered."""
        for number in range(len(_questions(kind, command))):
            with World(kind) as world:
                given = SAMPLES[command](Shop(world))
                given = _with_request(given) if isinstance(given, Change) else given
                before = world.rows()
                with world.hooked(before=_canceling(number)), pytest.raises(asyncio.CancelledError):
                    world.handle(given)
                committing = world.calls[-1] == "repository.commit"
                world.handle(ReadOrganization(actor=OPERATOR, id=OrganizationId(value="acme")))  # waits its turn
                assert committing or before == world.rows()
                check_stored(world)
                world.handle(given)


def _canceling(number: int) -> Callable[[str], None]:
    """Return a hook that cancels the task that asks the question of this number."""
    left = [number]

    def hook(where: str) -> None:
        left[0] -= 1
        if left[0] == -1:
            task = asyncio.current_task()
            assert task is not None
            task.cancel()

    return hook


def _with_request(command: Command[Any]) -> Command[Any]:
    changed: Command[Any] = evolve(command, request_id="request-1")  # type: ignore[misc]  # every command is attrs
    return changed


def _stored_by_one(kind: str, command: type[Command[Any]]) -> tuple[int, list[str]]:
    """Return how much is stored when a request is given once, and what that asks of ports."""
    with World(kind) as world:
        given = _with_request(SAMPLES[command](Shop(world)))
        with struck(world) as counting:
            world.handle(given)
        return len(world.rows()), counting.calls


def _calls(kind: str, command: type[Command[Any]]) -> list[str]:
    """Return what a successful run of a sample asks of ports."""
    with World(kind) as world:
        given = SAMPLES[command](Shop(world))
        with struck(world) as counting:
            world.handle(given)
        return counting.calls


def _questions(kind: str, command: type[Command[Any]]) -> tuple[str, ...]:
    """Return what a successful run of a sample asks of the ports that a task waits for."""
    with World(kind) as world:
        _, calls = world.traced(SAMPLES[command](Shop(world)))
        return calls
