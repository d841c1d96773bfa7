"""What every contract class shares: how a clause becomes a test method, how it is driven and how a failure reads."""

from __future__ import annotations

import asyncio
import functools
import inspect
import tempfile
import threading
import unittest
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar, Final, TypeVar, cast

from attrs import Factory, define

from .bridge import Bridge, Color, Loop, finish
from .clauses import clauses

C = TypeVar("C", bound="Contract")
T = TypeVar("T")
Call = Callable[[], Coroutine[Any, Any, T]]
AT_ONCE: Final = 8
"""How many threads or tasks collide: more than cores, so that some are always interrupted."""
RULES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "storage": "what was put is read back, by everybody and as it was",
        "secrets": "a password hash is told to nobody but who reads its credential, and who would sign up to nobody but who"
        " reads the attempt",
    }
)
"""The rules that hold for all of storage and are no numbered clause of one method, by their names."""


@define
class Running:
    """Hold what one running test opened, to be closed when it ends."""

    stack: ExitStack = Factory(ExitStack)
    ports: list[object] = Factory(list)
    folder: Path | None = None


class Contract:
    """Be the base of every contract: subclass one, answer the port from `open`, and let a test runner collect it.

    `color` declares what the port is: `plain` (it answers values) or `async` (it answers awaitables). `open` is called
    anew in every test and answers a port without data; it can be `async def`. In it `self.folder` is an empty
    directory that is removed afterwards. Pytest collects a subclass named `Test...`; for unittest add `TestCase` to
    its bases; without either there is `run_contract`.
    """

    color: ClassVar[Color] = "plain"
    _running: Running | None = None

    def open(self) -> object:
        """Return a new port without data; the author of an adapter writes this."""
        raise unittest.SkipTest(f"{type(self).__name__} answers no port from `open`")

    def close(self, port: Any, /) -> object:
        """Give back what a port holds when its test ended: calls its `close`, if it has one."""
        closing = getattr(port, "close", None)
        return closing() if closing is not None else None

    @property
    def folder(self) -> Path:
        """Return a directory of the running test, empty at first and removed after it."""
        running = self._now()
        if running.folder is None:
            running.folder = Path(running.stack.enter_context(tempfile.TemporaryDirectory()))
        return running.folder

    async def bridged(self) -> Bridge:
        """Open a port and return the bridge to it; it is closed when the test ends."""
        return await self.bridge_to(self.open())

    async def bridge_to(self, port: object, /) -> Bridge:
        """Return the bridge to a port, which is awaited first if its maker was `async def`."""
        if inspect.isawaitable(port):
            port = await port
        if not any(port is known for known in self._now().ports):
            self._now().ports.append(port)
        return Bridge(port, self.color)

    async def at_once(self, calls: Sequence[Call[T]], /) -> list[T | Exception]:
        """Run the calls at the same time, in threads or as tasks by color; return what each answered or raised."""
        if self.color == "plain":
            return in_threads(calls)
        answers = await asyncio.gather(*(call() for call in calls), return_exceptions=True)
        return [_told(answer) for answer in answers]

    def _now(self) -> Running:
        if self._running is None:
            raise RuntimeError("there is a folder and there are ports only while a test runs")
        return self._running

    @contextmanager
    def running(self) -> Iterator[Loop]:
        """Give the contract a folder and ports of its own for a while; yields what runs coroutines in its color."""
        self._running = Running()
        try:
            with self._running.stack, Loop(self.color) as loop:
                try:
                    yield loop
                finally:
                    loop.run(self._close_all())
        finally:
            self._running = None

    async def _close_all(self) -> None:
        for port in reversed(self._now().ports):
            closing = self.close(port)
            if inspect.isawaitable(closing):
                await closing

    def drive(self, test: Coroutine[Any, Any, None], /) -> None:
        """Run one test body in the contract's color, with a folder and ports of its own."""
        with self.running() as loop:
            loop.run(test)


def clause(number: str, /) -> Callable[[Callable[[C], Coroutine[Any, Any, None]]], Callable[[C], None]]:
    """Turn an `async def test_...(self)` into a test method that any runner calls, and that fails with its clause.

    `number` is the clause's (`C3`), or the name of one of the `RULES` that hold for all of storage (`storage`).
    """

    def decorate(body: Callable[[C], Coroutine[Any, Any, None]]) -> Callable[[C], None]:
        @functools.wraps(body)
        def test(self: C) -> None:
            try:
                self.drive(body(self))
            except unittest.SkipTest:
                raise
            except Exception as error:
                raise AssertionError(_failure(number, body.__doc__ or body.__name__, error)) from error

        test.__dict__["clause"] = number
        del test.__dict__["__wrapped__"]  # pytest would look through it and find a coroutine
        return test

    return decorate


def clause_of(test: object, /) -> str | None:
    """Return the number of the clause that a method proves, or None for a method that is no test of the kit."""
    return cast("str | None", getattr(test, "clause", None))


def clause_tests(contract: type[Contract], /) -> dict[str, str]:
    """Return the tests of a contract class with the clause each proves, in the order of their names."""
    found = {name: clause_of(getattr(contract, name)) for name in sorted(dir(contract)) if name.startswith("test_")}
    return {name: number for name, number in found.items() if number is not None}


def in_threads(calls: Sequence[Call[T]], /) -> list[T | Exception]:
    """Run plain calls in threads that start together; return what each answered or raised."""
    outcomes: list[T | Exception] = [RuntimeError("the thread died")] * len(calls)
    barrier = threading.Barrier(len(calls))

    def work(place: int, call: Call[T]) -> None:
        barrier.wait()
        try:
            outcomes[place] = finish(call())
        except Exception as error:  # noqa: BLE001 - every outcome is an answer here, and the caller judges it
            outcomes[place] = error

    threads = [threading.Thread(target=work, args=(n, call), daemon=True) for n, call in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def _told(answer: T | BaseException) -> T | Exception:
    if isinstance(answer, BaseException) and not isinstance(answer, Exception):
        raise answer
    return answer


def stated(number: str, /) -> str:
    """Return a clause as a failure begins with it: its number and its sentence, or the name of a rule and what it says."""
    if number in clauses():
        return f"{number}. {clauses()[number]}"
    return f"{number}: {RULES.get(number, 'a rule of its port')}"


def _failure(number: str, rule: str, error: Exception) -> str:
    problem = str(error) if isinstance(error, AssertionError) else f"{type(error).__name__} was raised: {error}"
    return f"{stated(number)}\n  tested: {' '.join(rule.split())}\n  failed: {problem}"
