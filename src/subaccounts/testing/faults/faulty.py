"""Ports that one fault can strike: they count their calls together and pass everything else on as it is."""

from __future__ import annotations

import inspect
import threading
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, cast, final

from .fault import AFTER, BEFORE, Fault, When

P = TypeVar("P")


@final
class Faulty:
    """Wrap the ports of one run; `calls` are the names of the calls so far, such as `repository.commit`.

    Without a fault it only counts. What is counted is every call of a public method but `close`, every look at a public
    attribute (`keys.ring`), and every call of a port that is itself called, as a clock is (`clock`). Plain and async
    ports keep their color. Threads and tasks can share one.
    """

    def __init__(self, fault: Fault | None = None, /) -> None:
        self.fault: Fault | None = fault
        self.calls: list[str] = []
        self._lock = threading.Lock()

    def port(self, port: P, /, *, name: str) -> P:
        """Return the port, counted and struck under this name."""
        return cast("P", _Port(port, name, self))

    def ports(self, **ports: object) -> dict[str, Any]:
        """Return the ports by their names, each wrapped: the arguments of `SubAccounts` or of `AsyncSubAccounts`."""
        return {name: self.port(port, name=name) for name, port in ports.items()}

    def ask(self, where: str, question: Callable[[], Any], /) -> Any:
        """Count a call, put the question and return its answer; whichever side the fault is on, it strikes there."""
        with self._lock:
            self.calls.append(where)
            call = len(self.calls)
        self._meet(call, BEFORE)
        try:
            answer = question()
        except Exception:
            self._meet(call, AFTER)
            raise
        if inspect.isawaitable(answer):
            return self._later(call, answer)
        self._meet(call, AFTER)
        return answer

    async def _later(self, call: int, answer: Awaitable[Any]) -> Any:
        try:
            value = await answer
        except Exception:
            self._meet(call, AFTER)
            raise
        self._meet(call, AFTER)
        return value

    def _meet(self, call: int, when: When) -> None:
        fault = self.fault
        if fault is not None and (call, when) == (fault.call, fault.when):
            fault.strike()


@final
class _Port:
    """Stand where a port stood."""

    def __init__(self, port: object, name: str, faulty: Faulty) -> None:
        self._port, self._name, self._faulty = port, name, faulty

    def __repr__(self) -> str:
        return f"Faulty({self._port!r})"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        call = cast("Callable[..., Any]", self._port)
        return self._faulty.ask(self._name, lambda: call(*args, **kwargs))

    def __getattr__(self, attribute: str) -> Any:
        if attribute.startswith("_"):
            raise AttributeError(attribute)
        where, kind = f"{self._name}.{attribute}", inspect.getattr_static(type(self._port), attribute, None)
        if isinstance(kind, property):  # what it answers can be worked out, so not even that is done before its turn
            return self._faulty.ask(where, lambda: getattr(self._port, attribute))
        held = getattr(self._port, attribute)
        if attribute == "close":
            return held
        if not callable(held):
            return self._faulty.ask(where, lambda: held)

        def ask(*args: Any, **kwargs: Any) -> Any:
            return self._faulty.ask(where, lambda: held(*args, **kwargs))

        return ask
