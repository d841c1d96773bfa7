"""A question to Redis without anybody who asks it: a generator that yields what to send and is sent what came back.

A plan knows no connection, so there is one of each for both colors. What runs them is `lines`.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, TypeVar, final

from attrs import frozen
from redis.exceptions import RedisError

R = TypeVar("R")
Command = tuple[str | int, ...]


@final
@frozen(kw_only=True)
class Ask:
    """Hold commands that are sent together and answered in their order.

    `changes` says that whoever loses the answer cannot know whether they were carried out.
    """

    commands: tuple[Command, ...]
    changes: bool = False


Plan = Generator[Ask, list[Any], R]
"""What it yields is sent; what it is sent are the answers, Redis's own errors among them as values; what it returns is
the answer of a repository's method."""


def ask(*commands: Command) -> Plan[list[Any]]:
    """Ask what changes nothing, or nothing that anybody would miss; raise the error that is among the answers."""
    if not commands:
        return []
    answers = yield Ask(commands=commands)
    return [good(answer) for answer in answers]


def good(answer: Any, /) -> Any:
    """Return an answer; raise it when it is an error."""
    if isinstance(answer, RedisError):
        raise answer
    return answer
