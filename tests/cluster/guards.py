"""Two on two nodes of whom each writes what the other only looks at, brought to their COMMITs at the same moment; and ways
to look that no other node hears of, which the race has to find.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from threading import Barrier, BrokenBarrierError, local
from typing import Any, Final

import attrs
from sqlalchemy import Connection, create_engine, event, select, update
from sqlalchemy.engine import URL

from subaccounts.domain.decision import Batch, Seen
from subaccounts.errors import Stale
from subaccounts.repositories.sqlalchemy import SQLAlchemyRepository, commit, galera
from subaccounts.repositories.sqlalchemy.rows import TABLES
from subaccounts.testing import builders as b

PAIRS: Final = 40
PATIENCE: Final = 30.0
Pair = tuple[Batch, Batch]


def some_records() -> tuple[Batch, list[Pair]]:
    """Return what has to be there, and pairs of batches: each puts one account and guards the other."""
    accounts = [b.account(number) for number in range(1, 2 * PAIRS + 1)]

    def one(mine: int, other: int) -> Batch:
        put = attrs.evolve(accounts[mine], version=1, name="Written")
        return Batch(organization=b.OURS, puts=(put,), guards=(Seen(id=accounts[other].id, version=1),))

    pairs = [(one(n, n + 1), one(n + 1, n)) for n in range(0, 2 * PAIRS, 2)]
    return Batch(organization=b.OURS, puts=(b.organization(), *accounts)), pairs


def no_records() -> tuple[Batch, list[Pair]]:
    """Return what has to be there, and pairs of batches: each adds one person and guards that the other is not there."""

    def one(mine: int, other: int) -> Batch:
        nobody = Seen(id=b.sub_account_id(other), version=0)
        return Batch(organization=b.OURS, puts=b.person(mine, login=f"person-{mine}"), guards=(nobody,))

    pairs = [(one(n, n + 1), one(n + 1, n)) for n in range(1, 2 * PAIRS, 2)]
    return Batch(organization=b.OURS, puts=(b.organization(), b.account())), pairs


RACES: Final[Mapping[str, Callable[[], tuple[Batch, list[Pair]]]]] = {
    "a record": some_records,
    "that there is none": no_records,
}


def race(urls: Sequence[URL], what: str) -> list[int]:
    """Race every pair, each of the two on a node of its own; return how many of each pair succeeded."""
    needed, pairs = RACES[what]()
    with ExitStack() as opened:
        meeting = Meeting()
        repositories = [meeting.repository(url, opened) for url in urls[:2]]
        repositories[0].commit(needed)

        def run(racer: int) -> list[bool]:
            return [meeting.told(repositories[racer], pair[racer]) for pair in pairs]

        threads = opened.enter_context(ThreadPoolExecutor(2))
        won = list(threads.map(run, range(2)))
    return [sum(each) for each in zip(*won, strict=True)]


class Meeting:
    """Let two threads meet just before the COMMIT of their first try, and at the end of each race."""

    def __init__(self) -> None:
        self._barrier, self._mine = Barrier(2), local()

    def repository(self, url: URL, opened: ExitStack) -> SQLAlchemyRepository:
        """Open a repository whose commits meet."""
        engine = create_engine(url)
        opened.callback(engine.dispose)
        repository = SQLAlchemyRepository(engine)
        event.listen(repository._writer, "commit", lambda _: self._meet())
        return repository

    def told(self, repository: SQLAlchemyRepository, batch: Batch) -> bool:
        """Commit, and tell whether that went."""
        self._mine.meets = True
        try:
            repository.commit(batch)
        except Stale:
            return False
        finally:
            self._meet()
            self._barrier.wait(PATIENCE)
        return True

    def _meet(self) -> None:
        if getattr(self._mine, "meets", False):
            self._mine.meets = False
            try:
                self._barrier.wait(PATIENCE)
            except BrokenBarrierError:
                raise AssertionError("the other racer did not come") from None


def for_share(connection: Connection, guard: Seen) -> None:
    """Guard by a lock, as on a server that is alone; of what is not there by the organization's row."""
    if not guard.version:
        _lock_organization(connection, guard)
    commit._guard(connection, guard)


def for_update(connection: Connection, guard: Seen) -> None:
    """Guard by a lock that nobody shares."""
    if not guard.version:
        _lock_organization(connection, guard)
    _checked(connection, guard, read=False)


def changing_nothing(connection: Connection, guard: Seen) -> None:
    """Guard by an UPDATE that leaves everything as it is."""
    table = TABLES[guard.id.kind]
    found = connection.execute(update(table).where(commit._is(guard.id)).values(version=table.c.version)).rowcount
    if (found == 1) is not (guard.version > 0):
        raise Stale
    _checked(connection, guard, read=True)


NAIVE: Final[Mapping[str, Callable[[Connection, Seen], None]]] = {
    "SELECT ... FOR SHARE": for_share,
    "SELECT ... FOR UPDATE": for_update,
    "UPDATE of nothing": changing_nothing,
}
"""Ways to guard that are enough on one server."""


def _checked(connection: Connection, guard: Seen, *, read: bool) -> None:
    table: Any = TABLES[guard.id.kind]
    found = select(table.c.version).where(commit._is(guard.id)).with_for_update(read=read)
    if (connection.scalar(found) or 0) != guard.version:
        raise Stale


def _lock_organization(connection: Connection, guard: Seen) -> None:
    commit._hold_organization(connection, Batch(organization=guard.id.organization, guards=(guard,)))


def read_without_waiting(connection: Connection) -> None:
    """Follow nobody: read what this node has by now."""
    galera.is_node(connection)
