"""Ways to carry out a command that look right until somebody is killed: the suite has to reject each of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, final

from attrs import evolve, frozen

from subaccounts import Command
from subaccounts.commands.ports_at_hand import PortsAtHand
from subaccounts.domain.decision import Batch
from subaccounts.repositories import SQLiteRepository
from subaccounts.testing.faults import Faulty
from tests.faults.stage import Opening


def halves(batch: Batch) -> tuple[Batch, Batch]:
    """Return what changes, and what is remembered of it."""
    return evolve(batch, events=(), request=None), Batch(
        organization=batch.organization, events=batch.events, request=batch.request
    )


class Around:
    """Stand before a repository; a subclass gets its own idea of a commit."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


class CommitsTwice(Around):
    """Settle in two commits: what changes, then what is remembered of it. A command's own idea, so it awaits."""

    async def commit(self, batch: Batch, /) -> None:
        for half in halves(batch):
            await self.inner.commit(half)


class TwoTransactions(Around):
    """Write a batch in two transactions, as an adapter does that has a table of events of its own."""

    def commit(self, batch: Batch, /) -> None:
        for half in halves(batch):
            self.inner.commit(half)


class WritesBehind(Around):
    """Answer a commit before it is written, and write it when somebody asks next, or at the end."""

    def __init__(self, inner: Any) -> None:
        super().__init__(inner)
        self.waiting: list[Batch] = []

    def __getattr__(self, name: str) -> Any:
        while self.waiting:
            self.inner.commit(self.waiting.pop(0))
        return getattr(self.inner, name)

    def commit(self, batch: Batch, /) -> None:
        self.waiting.append(batch)


class ForgetsRequests(Around):
    """Keep everything but the request, so that nobody knows any more what was answered."""

    def commit(self, batch: Batch, /) -> None:
        self.inner.commit(evolve(batch, request=None))


@final
@frozen(kw_only=True)
class TwoCommits(Command[Any]):
    """Carry out another command, settled in two commits."""

    inner: Command[Any]

    async def run(self, ports: PortsAtHand, /) -> Any:
        """Run it with a repository that splits what it is given."""
        ports.repository = CommitsTwice(ports.repository)
        return await self.inner.run(ports)


@final
@frozen(kw_only=True)
class Naive:
    """Hold what is naive: the command, or the repository; `told` is a word of what the suite says of it."""

    told: str = ""
    command: Callable[[Command[Any]], Command[Any]] = lambda command: command
    opening: Opening | None = None


def _behind(path: Path, faulty: Faulty) -> WritesBehind:
    return WritesBehind(SQLiteRepository(path))


def _forgetting(path: Path, faulty: Faulty) -> ForgetsRequests:
    return ForgetsRequests(SQLiteRepository(path))


def _two_transactions(path: Path, faulty: Faulty) -> TwoTransactions:
    return TwoTransactions(faulty.port(SQLiteRepository(path), name="storage"))


NAIVE: Final[Mapping[str, Naive]] = {
    "a command that commits twice": Naive(
        told="not what had to be left", command=lambda inner: TwoCommits(inner=inner)
    ),
    "a repository of two transactions": Naive(told="not what had to be left", opening=_two_transactions),
    "a repository that writes behind": Naive(told="not what had to be left", opening=_behind),
    "a repository that forgets requests": Naive(told="repeated, it told", opening=_forgetting),
}
"""Every naive way, by what it is."""
