"""One suite for two colors: a bridge makes a plain or an async port awaitable, and refuses the wrong color by name."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Literal, Self, TypeVar, final

T = TypeVar("T")
Color = Literal["plain", "async"]
"""What a port's methods answer: values, or awaitables."""


@final
class Bridge:
    """Call a port of the declared color through awaitable methods.

    An answer of the other color is an AssertionError that names the method: an un-awaited coroutine is truthy, and
    `if matches:` on one would let anybody in.
    """

    def __init__(self, port: object, color: Color, /) -> None:
        self.port = port
        self.color = color

    def __getattr__(self, name: str) -> Callable[..., Coroutine[Any, Any, object]]:
        if name.startswith("__"):
            raise AttributeError(name)

        async def call(*args: object, **kwargs: object) -> object:
            method = getattr(self.port, name, None)
            if method is None:
                raise AssertionError(f"{type(self.port).__name__} has no `{name}`")
            return await self._settle(name, method(*args, **kwargs))

        return call

    async def _settle(self, name: str, answer: object) -> object:
        if self.color == "async":
            if not inspect.isawaitable(answer):
                raise AssertionError(f"`{name}` answered at once; a port of color 'async' answers awaitables")
            answer = await answer
        if inspect.isawaitable(answer):
            discard(answer)
            raise AssertionError(f"`{name}` answered an un-awaited coroutine; the declared color is {self.color!r}")
        return answer


def discard(answer: Awaitable[object], /) -> None:
    """Close a coroutine nobody will await, so that Python does not warn of it too."""
    if inspect.iscoroutine(answer):
        answer.close()


def finish(body: Coroutine[Any, Any, T], /) -> T:
    """Run a coroutine whose ports are plain: it never suspends, so one `send` ends it."""
    try:
        body.send(None)
    except StopIteration as done:
        result: T = done.value
        return result
    body.close()
    raise AssertionError("something suspended; a port of color 'plain' never does")


@final
class Loop:
    """Run coroutines in the way of their color while its block lasts: async ones on one event loop of their own."""

    def __init__(self, color: Color, /) -> None:
        self._runner = asyncio.Runner() if color == "async" else None

    def run(self, body: Coroutine[Any, Any, T], /) -> T:
        """Run a coroutine to its end and return its result."""
        return finish(body) if self._runner is None else self._runner.run(body)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._runner is not None:
            self._runner.close()
