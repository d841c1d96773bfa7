"""Failing ports: for every command, at every question it asks, before and after the answer.

Nobody is let in by a failure, nothing is half written, and the next try succeeds.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from attrs import evolve

from subaccounts import (
    AddPerson,
    Change,
    Command,
    ForgetStrangers,
    OrganizationId,
    ReadOrganization,
    ResetPassword,
    SealAudit,
    SignIn,
)
from subaccounts.errors import OutcomeUnknown, PortError, StorageFailed
from tests.invariants.checks import check_stored
from tests.invariants.world import KINDS, OPERATOR, Shop, World, comparable
from tests.shell.samples import SAMPLES, every_command

JOBS: frozenset[object] = frozenset({SealAudit, ForgetStrangers})


def test_every_command_has_a_sample() -> None:
    """A new command cannot be forgotten here."""
    assert every_command() == set(SAMPLES)


def _names(command: type[Command[Any]]) -> str:
    return command.__name__


def _failing(number: int, error: Callable[[], Exception]) -> Callable[[str], None]:
    """Return a hook that fails the question of this number, counted from 0."""
    left = [number]

    def hook(where: str) -> None:
        if left[0] == 0:
            left[0] -= 1
            raise error()
        left[0] -= 1

    return hook


def _broken() -> Exception:
    return StorageFailed(store="the test", problem="unreachable")


class TestBefore:
    """A port that fails instead of answering."""

    @pytest.mark.parametrize("kind", KINDS)
    @pytest.mark.parametrize("command", SAMPLES, ids=_names)
    def test_nothing_is_written(self, kind: str, command: type[Command[Any]]) -> None:
        """Whichever question fails, the failure is raised, nothing is stored, and the command succeeds afterwards."""
        with World(kind) as world:
            given = SAMPLES[command](Shop(world))
            before, questions = world.rows(), _questions(kind, command)
            if command in JOBS:  # a chunk that was committed stays, whatever fails afterwards
                questions = questions[: questions.index("repository.commit") + 1]
            for number in range(len(questions)):
                world.subs._roles_known.clear()
                with world.hooked(before=_failing(number, _broken)), pytest.raises(PortError):
                    world.handle(given)
                assert before == world.rows(), f"question {number} left something behind"
            world.handle(given)
            check_stored(world)

    @pytest.mark.parametrize("kind", KINDS)
    def test_a_wrong_proof_is_no_right_one(self, kind: str) -> None:
        """Whichever question of a sign-in fails, with a wrong password too, nobody is let in."""
        with World(kind) as world:
            shop = Shop(world)
            shop.active("anna")
            _, calls = world.traced(shop.signing_in("anna", "not it at all"))
            for number in range(len(calls)):
                with world.hooked(before=_failing(number, _broken)), pytest.raises(PortError):
                    world.handle(shop.signing_in("anna", "not it at all"))


class TestAfter:
    """A port that does its work and then fails to answer."""

    @pytest.mark.parametrize("kind", KINDS)
    @pytest.mark.parametrize("command", SAMPLES, ids=_names)
    def test_all_or_nothing(self, kind: str, command: type[Command[Any]]) -> None:
        """Whichever answer is lost, everything is stored or nothing: a commit that was lost was whole."""
        questions = _questions(kind, command)
        for number in range(len(questions)):
            with World(kind) as world:
                given = SAMPLES[command](Shop(world))
                before = world.rows()
                with world.hooked(after=_failing(number, OutcomeUnknown)), pytest.raises(OutcomeUnknown):
                    world.handle(given)
                committed = "repository.commit" in questions[: number + 1]
                assert committed == (before != world.rows()), f"question {number}"
                check_stored(world)


class TestRepeating:
    """After an unknown outcome the request id tells what happened."""

    @pytest.mark.parametrize("kind", KINDS)
    @pytest.mark.parametrize("command", [each for each in SAMPLES if issubclass(each, Change)], ids=_names)
    def test_a_request_is_carried_out_once(self, kind: str, command: type[Change[Any]]) -> None:
        """Lost before the commit or after it, a repeated request answers, and is stored as if given once."""
        expected = _stored_by_one(kind, command)
        for lost in ("before", "after"):
            with World(kind) as world:
                given = _with_request(SAMPLES[command](Shop(world)))
                with world.hooked(**{lost: _losing_commit}), pytest.raises(OutcomeUnknown):
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


def _losing_commit(where: str) -> None:
    if where == "repository.commit":
        raise OutcomeUnknown


def _with_request(command: Command[Any]) -> Command[Any]:
    changed: Command[Any] = evolve(command, request_id="request-1")  # type: ignore[misc]  # every command is attrs
    return changed


def _stored_by_one(kind: str, command: type[Command[Any]]) -> int:
    with World(kind) as world:
        world.handle(_with_request(SAMPLES[command](Shop(world))))
        return len(world.rows())


def _questions(kind: str, command: type[Command[Any]]) -> tuple[str, ...]:
    """Return what a successful run of a sample asks of ports."""
    with World(kind) as world:
        _, calls = world.traced(SAMPLES[command](Shop(world)))
        return calls
