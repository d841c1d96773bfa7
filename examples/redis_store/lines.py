"""The lines to Redis, a plain and an async one: a connection of the pool for each question, and no second try.

A client that repeats a command whose answer it lost would write twice, or be told `Stale` by its own first try. So plans
are not sent through `redis.Redis`, which repeats, but through the connections beneath it, where one can tell what was
lost before it was sent (nothing happened) from what was lost after (nobody knows).

A line leads to one server. On a cluster of several nodes it would have to choose the node by the key; that is not here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol, TypeVar, cast, final

from redis import ConnectionPool
from redis.asyncio import ConnectionPool as AsyncConnectionPool
from redis.exceptions import AuthenticationError, BusyLoadingError, RedisError, ResponseError

from subaccounts.errors import OutcomeUnknown, SubAccountsError

from .failures import failure, told
from .plans import Ask, Command, Plan

R = TypeVar("R")
_LOST: Final = (RedisError, OSError)
_REFUSED: Final = (AuthenticationError, BusyLoadingError)
"""Answers that redis-py takes for a broken line; Redis said them instead of doing anything."""


class Connection(Protocol):
    """What is used of a plain connection of redis-py."""

    def pack_commands(self, commands: Sequence[Command], /) -> list[bytes]: ...
    def send_packed_command(self, command: list[bytes], /) -> None: ...
    def read_response(self) -> Any: ...
    def disconnect(self) -> None: ...


class AsyncConnection(Protocol):
    """What is used of an async connection of redis-py."""

    def pack_commands(self, commands: Sequence[Command], /) -> list[bytes]: ...
    async def send_packed_command(self, command: list[bytes], /) -> None: ...
    async def read_response(self) -> Any: ...
    async def disconnect(self, nowait: bool = ...) -> None: ...  # noqa: FBT001 - as redis-py has it


@final
class Line:
    """Run plans on a plain pool, which threads and forks share."""

    def __init__(self, url: str, *, timeout: float) -> None:
        make: Callable[..., Any] = ConnectionPool.from_url
        self._pool = make(url, **_settings(timeout))
        self.store = _store(self._pool.connection_kwargs)

    def run(self, plan: Plan[R], /) -> R:
        """Return what a plan comes to; raise `StorageFailed` or `OutcomeUnknown` when Redis does not answer."""
        with told(self.store):
            try:
                asked = next(plan)
                while True:
                    asked = plan.send(self._answers(asked))
            except StopIteration as done:
                return cast("R", done.value)

    def _answers(self, asked: Ask) -> list[Any]:
        connection = cast("Connection", self._pool.get_connection())
        try:
            packed = connection.pack_commands(asked.commands)
            try:
                connection.send_packed_command(packed)
                return [_read(connection) for _ in asked.commands]
            except BaseException as error:  # an answer nobody waits for would be taken for the next one's
                connection.disconnect()
                if isinstance(error, _LOST):
                    raise _lost(self.store, asked, error) from None
                raise
        finally:
            self._pool.release(connection)

    def close(self) -> None:
        """Close all connections; a later plan opens new ones."""
        self._pool.disconnect()


@final
class AsyncLine:
    """Run plans on an async pool, which the tasks of one event loop share."""

    def __init__(self, url: str, *, timeout: float) -> None:
        make: Callable[..., Any] = AsyncConnectionPool.from_url
        self._pool = make(url, **_settings(timeout))
        self.store = _store(self._pool.connection_kwargs)

    async def run(self, plan: Plan[R], /) -> R:
        """Return what a plan comes to, as `Line.run` does."""
        with told(self.store):
            try:
                asked = next(plan)
                while True:
                    asked = plan.send(await self._answers(asked))
            except StopIteration as done:
                return cast("R", done.value)

    async def _answers(self, asked: Ask) -> list[Any]:
        connection = cast("AsyncConnection", await self._pool.get_connection())
        try:
            packed = connection.pack_commands(asked.commands)
            try:
                await connection.send_packed_command(packed)
                return [await _read_async(connection) for _ in asked.commands]
            except BaseException as error:  # a canceled task too leaves an answer that nobody waits for
                await connection.disconnect(nowait=True)
                if isinstance(error, _LOST):
                    raise _lost(self.store, asked, error) from None
                raise
        finally:
            await self._pool.release(connection)

    async def close(self) -> None:
        """Close all connections; a later plan opens new ones."""
        await self._pool.disconnect()


def _settings(timeout: float) -> dict[str, Any]:
    # The older protocol: nothing comes that was not asked for, so answers and commands pair off.
    return {"decode_responses": True, "protocol": 2, "socket_timeout": timeout, "socket_connect_timeout": timeout}


def _store(place: dict[str, Any]) -> str:
    """Return what a failure calls the server; never its password."""
    at = place.get("path") or f"{place.get('host', 'localhost')}:{place.get('port', 6379)}"
    return f"Redis at {at}"


def _read(connection: Connection) -> Any:
    try:
        return connection.read_response()
    except ResponseError as error:  # an answer too: Redis refused one command, and the next one's follows
        return error


async def _read_async(connection: AsyncConnection) -> Any:
    try:
        return await connection.read_response()
    except ResponseError as error:  # as above
        return error


def _lost(store: str, asked: Ask, error: Exception) -> SubAccountsError:
    """Return what to raise when the line broke after something was sent."""
    if asked.changes and not isinstance(error, _REFUSED):
        return OutcomeUnknown()
    return failure(store, error)
