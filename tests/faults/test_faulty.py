"""The injector of the kit: it counts what is asked, strikes where it was told to, and changes nothing else."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any

import pytest

from subaccounts import KeyRing
from subaccounts.domain.decision import Batch
from subaccounts.errors import Busy, OutcomeUnknown, Stale, StorageFailed, SubAccountsError
from subaccounts.repositories import AsyncMemoryRepository, MemoryRepository
from subaccounts.testing import NOON, CountingEntropy, FrozenClock
from subaccounts.testing import builders as b
from subaccounts.testing.faults import AFTER, BEFORE, KILL, ChildFailed, Fault, Faulty, When, child, in_child

BATCH = Batch(organization=b.OURS, puts=(b.organization(),))


def there(repository: MemoryRepository) -> bool:
    """Tell whether the batch is stored."""
    return repository.organization(b.OURS) is not None


class TestFault:
    """A fault is a value."""

    def test_at_every_call(self) -> None:
        """There is one before and one after each call, in the order of time, and none for no calls."""
        expected = [(1, BEFORE), (1, AFTER), (2, BEFORE), (2, AFTER)]
        assert expected == [(fault.call, fault.when) for fault in Fault.at_every_call(2)]
        assert () == Fault.at_every_call(0)

    def test_it_says_what_it_does(self) -> None:
        """In a failure one reads what happened, on which side of which call."""
        assert "killed after call 7" == str(Fault(call=7, when=AFTER))
        assert "outcome unknown before call 1" == str(Fault(call=1, what=OutcomeUnknown()))

    @pytest.mark.parametrize("call", [0, -1])
    def test_calls_are_counted_from_one(self, call: int) -> None:
        """A fault that could never strike is refused."""
        with pytest.raises(ValueError, match="must be >= 1"):
            Fault(call=call)

    def test_the_same_error_can_strike_twice(self) -> None:
        """An error that is raised again does not carry the story of the last time."""
        fault, depths = Fault(call=1, what=Busy()), []
        for _ in range(2):
            with pytest.raises(Busy) as raised:
                fault.strike()
            depths.append(len(raised.traceback))
        assert depths[0] == depths[1]


class TestCounting:
    """What is a call."""

    def test_calls_of_all_ports_are_counted_together(self) -> None:
        """Methods, looks at attributes and the clock itself are calls, by their names, in order."""
        faulty = Faulty()
        ports = faulty.ports(
            clock=FrozenClock(),
            keys=KeyRing.in_memory(b"k" * 32),
            entropy=CountingEntropy(),
            repository=MemoryRepository(),
        )
        now: datetime = ports["clock"]()
        ring: str = ports["keys"].ring
        ports["entropy"].identifier(now)
        ports["repository"].commit(BATCH)
        assert (NOON, KeyRing.in_memory(b"k" * 32).ring) == (now, ring)
        assert ["clock", "keys.ring", "entropy.identifier", "repository.commit"] == faulty.calls

    def test_a_plain_attribute_is_a_look(self) -> None:
        """An attribute that is no property is counted, and struck, as one is."""

        class Ring:
            ring = "r"

        faulty = Faulty(Fault(call=2, what=Busy()))
        keys = faulty.port(Ring(), name="keys")
        assert "r" == keys.ring
        with pytest.raises(Busy):
            assert keys.ring

    def test_a_property_is_not_worked_out_before_its_turn(self) -> None:
        """Struck before, a property was not looked at; struck after, it was."""
        looked = []

        class Ring:
            @property
            def ring(self) -> str:
                looked.append(1)
                return "r"

        for when, times in ((BEFORE, 0), (AFTER, 1)):
            keys = Faulty(Fault(call=1, when=when, what=Busy())).port(Ring(), name="keys")
            with pytest.raises(Busy):
                assert keys.ring
            assert times == len(looked)

    def test_closing_is_no_call(self) -> None:
        """What is closed is closed, uncounted, and nothing private is passed on."""

        class Port:
            def close(self) -> str:
                return "closed"

            def _inside(self) -> None: ...

        faulty = Faulty(Fault(call=1, what=Busy()))
        port = faulty.port(Port(), name="repository")
        assert ("closed", []) == (port.close(), faulty.calls)
        assert not hasattr(port, "_inside")


class TestStriking:
    """Where it strikes."""

    @pytest.mark.parametrize("when", When)
    def test_plain(self, when: When) -> None:
        """Before the call nothing was asked, after it everything was done; the next call is answered."""
        inner, error = MemoryRepository(), StorageFailed(store="the test", problem="unreachable")
        repository = Faulty(Fault(call=2, when=when, what=error)).port(inner, name="repository")
        assert not there(repository)
        with pytest.raises(StorageFailed) as raised:
            repository.commit(BATCH)
        assert error is raised.value
        assert (when is AFTER, when is AFTER) == (there(inner), there(repository))

    @pytest.mark.parametrize("when", When)
    def test_async(self, when: When) -> None:
        """An async port is struck in the same places, and keeps its color."""

        async def body() -> tuple[bool, bool]:
            inner = MemoryRepository()
            faulty = Faulty(Fault(call=2, when=when, what=OutcomeUnknown()))
            repository = faulty.port(AsyncMemoryRepository(inner), name="repository")
            assert None is await repository.organization(b.OURS)
            with pytest.raises(OutcomeUnknown):
                await repository.commit(BATCH)
            return there(inner), await repository.organization(b.OURS) is not None

        assert (when is AFTER, when is AFTER) == asyncio.run(body())

    @pytest.mark.parametrize("color", ["plain", "async"])
    def test_an_error_is_an_answer(self, color: str) -> None:
        """After a call that raised, the fault strikes instead of the port's error; without a fault the error comes through."""
        ask = _plainly if color == "plain" else _awaited
        assert [Stale, OutcomeUnknown] == [ask(None), ask(Fault(call=2, when=AFTER, what=OutcomeUnknown()))]


def _plainly(fault: Fault | None) -> type[SubAccountsError]:
    repository = Faulty(fault).port(MemoryRepository(), name="repository")
    repository.commit(BATCH)
    with pytest.raises(SubAccountsError) as raised:
        repository.commit(BATCH)
    return raised.type


def _awaited(fault: Fault | None) -> type[SubAccountsError]:
    async def body() -> type[SubAccountsError]:
        repository = Faulty(fault).port(AsyncMemoryRepository(), name="repository")
        await repository.commit(BATCH)
        with pytest.raises(SubAccountsError) as raised:
            await repository.commit(BATCH)
        return raised.type

    running: Coroutine[Any, Any, type[SubAccountsError]] = body()
    return asyncio.run(running)


def _raise() -> None:
    raise Busy


class TestChild:
    """What happens to a child is told to its parent."""

    def test_it_answers(self) -> None:
        """A child that comes to its end was not killed, and its answer is there; it was another process."""
        ended = in_child(lambda: ("answer", os.getpid()))
        assert ended.answer is not None
        assert (False, "answer") == (ended.killed, ended.answer[0])
        assert os.getpid() != ended.answer[1]

    @pytest.mark.parametrize("when", When)
    def test_it_dies_at_its_call(self, when: When) -> None:
        """Killed before a call or after it, the child is gone at once: no `finally` runs and nothing is answered."""
        hears, tells = os.pipe()

        def work() -> str:
            port = Faulty(Fault(call=2, when=when, what=KILL)).port(_Writing(tells), name="port")
            try:
                port.write(b"1")
                port.write(b"2")
            finally:
                os.write(tells, b"cleaned up")
            return "lived"

        ended = in_child(work)
        os.close(tells)
        with os.fdopen(hears, "rb") as pipe:
            assert (True, None) == (ended.killed, ended.answer)
            assert (b"1" if when is BEFORE else b"12") == pipe.read()

    @pytest.mark.parametrize(
        ("work", "told"),
        [
            (_raise, "Busy"),
            (lambda: lambda: "a function is not pickled", "local object"),
            (lambda: os.kill(os.getpid(), signal.SIGTERM), "ended with -15"),
            (lambda: os._exit(3), "ended with 3"),
        ],
        ids=["raised", "unpicklable", "terminated", "left"],
    )
    def test_any_other_end_is_a_failure(self, work: Callable[[], object], told: str) -> None:
        """A child that raises, answers what cannot be sent, or is ended otherwise was not killed by a fault."""
        with pytest.raises(ChildFailed, match=told):
            in_child(work)

    def test_one_that_hangs_is_ended(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A child that waits for what never comes is ended and told of."""
        monkeypatch.setattr(child, "LONGEST_LIFE", 1)
        with pytest.raises(ChildFailed, match="still at work"):
            in_child(signal.pause)


class _Writing:
    """Be a port whose work can be seen from another process."""

    def __init__(self, to: int) -> None:
        self._to = to

    def write(self, text: bytes) -> None:
        """Do the work."""
        os.write(self._to, text)
