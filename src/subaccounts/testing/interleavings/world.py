"""What commands share while they run at once: a repository, the host's accounts, what was bought. A value: writing to
a world answers another world, and the one before is still there to go another way from.

Who runs in it is `program`; in which order is `exploration`.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, assert_never, final

from attrs import evolve, field, frozen

from ...domain.account import HostAccount, HostRole
from ...domain.message import Accepted, Message
from ...domain.subscription import Subscription
from ...errors import SubAccountsError
from ...ports import Hasher, Keys
from ..clock import NOON
from ..hashers import CheapHasher
from ..hosts import BOUGHT

_WRITING: Final = frozenset({"commit", "lease"})
NOBODY: Final[Mapping[HostAccount, frozenset[HostRole]]] = {}


@final
@frozen(kw_only=True)
class HostBecomes:
    """Stand for the host giving an account other roles: something that happens beside commands, in one step."""

    host: HostAccount
    roles: frozenset[HostRole]


@final
@frozen(kw_only=True)
class SubscriptionBecomes:
    """Stand for the host's shop selling, renewing or ending a subscription: beside commands, in one step."""

    subscription: Subscription


@final
@frozen(kw_only=True, eq=False)
class Question:
    """Hold one call of a port: where commands give way to each other."""

    port: str
    method: str
    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = field(factory=dict)

    def __str__(self) -> str:
        return f"{self.port}.{self.method}"


@final
@frozen(kw_only=True)
class Answer:
    """Hold what a port answered: a value, or the error it raised."""

    value: Any = None
    error: SubAccountsError | None = None

    def same(self, other: Answer, /) -> bool:
        """Tell whether nobody could tell the two apart."""
        if self.error is None or other.error is None:
            return self.error is other.error and bool(self.value == other.value)
        return type(self.error) is type(other.error) and vars(self.error) == vars(other.error)


@final
@frozen(kw_only=True, eq=False)
class World:
    """Hold everything commands share; the time (UTC) stands still.

    `sent` are the messages that were sent so far: the provider takes every one over.
    `repository` is a plain one whose state is in dictionaries, sets and lists of frozen values, or wraps such a one.
    """

    repository: Any
    keys: Keys
    roles: Mapping[HostAccount, frozenset[HostRole]] = NOBODY
    subscription: Subscription = BOUGHT
    hasher: Hasher = field(factory=CheapHasher)
    sent: tuple[Message, ...] = ()
    now: datetime = NOON

    def ask(self, question: Question, /) -> tuple[Answer, World]:
        """Answer a question; the world that answers is another one when something was written."""
        match question.port:
            case "repository":
                return self._stored(question)
            case "host_accounts":
                return Answer(value=self.roles.get(question.args[0], frozenset())), self
            case "subscriptions":
                return Answer(value=self.subscription), self
            case "hasher":
                return Answer(value=getattr(self.hasher, question.method)(*question.args, **question.kwargs)), self
            case "notifier":
                return Answer(value=Accepted()), evolve(self, sent=(*self.sent, question.args[0]))
            case _:
                return Answer(), self._becomes(question.args[0])

    def _becomes(self, change: HostBecomes | SubscriptionBecomes) -> World:
        match change:
            case HostBecomes():
                return evolve(self, roles={**self.roles, change.host: change.roles})
            case SubscriptionBecomes():
                return evolve(self, subscription=change.subscription)
            case _:
                assert_never(change)

    def _stored(self, question: Question) -> tuple[Answer, World]:
        writes = question.method in _WRITING
        repository = copied(self.repository) if writes else self.repository
        left = (
            evolve(self, repository=repository) if writes else self
        )  # also by a commit that raised: it could be half done
        try:
            return Answer(value=getattr(repository, question.method)(*question.args, **question.kwargs)), left
        except SubAccountsError as error:
            return Answer(error=error.with_traceback(None)), left

    def same(self, other: World, /) -> bool:
        """Tell whether both hold the same; in which order messages were sent is nobody's concern."""
        mine, theirs = (
            (world.roles, world.subscription, sorted(each.id for each in world.sent)) for world in (self, other)
        )
        return mine == theirs and state(self.repository) == state(other.repository)


def copied(repository: Any, /) -> Any:
    """Return a repository in memory that holds the same and shares nothing that changes."""
    twin = copy.copy(repository)
    for name, held in vars(repository).items():
        if isinstance(held, dict | set | list):
            setattr(twin, name, held.copy())
        elif hasattr(held, "commit"):
            setattr(twin, name, copied(held))
    return twin


def state(repository: Any, /) -> dict[str, Any]:
    """Return what a repository in memory holds, by attribute."""
    held = {name: value for name, value in vars(repository).items() if isinstance(value, dict | set | list)}
    inside = {name: state(value) for name, value in vars(repository).items() if hasattr(value, "commit")}
    return held | inside
