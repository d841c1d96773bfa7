"""A host's own engine of SQLite gets its connections back as they were: a setting of ours stays with no connection.

SQLite enforces foreign keys only where a connection asks for it. The repository does, and a host that never did has rows
that it could not delete any more, on whichever connection of the pool a commit of ours had been.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import Connection, create_engine, event
from sqlalchemy.ext.asyncio import AsyncEngine

from subaccounts.domain.decision import Batch
from subaccounts.errors import Conflict, OutcomeUnknown, StorageFailed
from subaccounts.repositories.sqlalchemy import migrate
from subaccounts.testing import builders as b
from subaccounts.testing.contracts.bridge import Color
from tests.repositories.sql.databases import sqlite_in
from tests.repositories.sql.shops import Shop, each_color

ONE: Final[dict[str, Any]] = {"pool_size": 1, "max_overflow": 0, "connect_args": {"timeout": 0}}
"""A pool of one connection, so that the host gets the one that we had; whoever is in the way is told at once."""
HOSTS_OWN: Final = (
    "CREATE TABLE courses (id integer PRIMARY KEY)",
    "CREATE TABLE lessons (course integer REFERENCES courses)",
    "INSERT INTO courses VALUES (1)",
    "INSERT INTO lessons VALUES (1)",
)
"""A course with a lesson, which this host deletes first."""
ENFORCED: Final = "PRAGMA foreign_keys"
FOUNDED: Final = Batch(organization=b.OURS, puts=(b.organization(),))


def asked(shop: Shop, *statements: str) -> list[Any]:
    """Run statements of the host's in a transaction of its own; return the rows of the last."""

    def run(connection: Connection) -> list[Any]:
        answers = [connection.exec_driver_sql(each) for each in statements]
        return [tuple(row) for row in answers[-1]] if answers[-1].returns_rows else []

    if shop.color == "plain":
        with shop.engine.begin() as connection:
            return run(connection)

    async def awaited() -> list[Any]:
        async with AsyncEngine(shop.engine).begin() as connection:
            return await connection.run_sync(run)

    answer: list[Any] = shop.finish(awaited())
    return answer


def committed(shop: Shop) -> None:
    """Write what can be written."""
    shop.finish(shop.repository.commit(FOUNDED))


def refused(shop: Shop) -> None:
    """Write what somebody else's write is in the way of, and a person of no account."""
    committed(shop)
    with pytest.raises(Conflict):
        committed(shop)
    with pytest.raises(StorageFailed):
        shop.finish(shop.repository.commit(Batch(organization=b.OURS, puts=b.person())))


def locked_at_the_end(shop: Shop) -> None:
    """Write while somebody else reads: it is the COMMIT that fails, in the middle of a transaction."""
    with closing(sqlite3.connect(str(shop.place.url.database), isolation_level=None)) as other:
        other.execute("BEGIN")
        other.execute("SELECT * FROM courses").fetchall()
        with pytest.raises(StorageFailed) as told:
            committed(shop)
    assert "locked" == told.value.problem


@pytest.fixture
def shop(tmp_path: Path, color: Color) -> Iterator[Shop]:
    """Answer a repository on the host's engine, whose tables are beside ours."""
    with Shop(sqlite_in(tmp_path), color, **ONE) as opened:
        asked(opened, *HOSTS_OWN)
        yield opened


@each_color
@pytest.mark.parametrize("write", [committed, refused, locked_at_the_end])
class TestShared:
    """Whatever became of a commit, the host's next statement is as if there had been none."""

    def test_a_host_that_does_not_enforce(self, shop: Shop, write: Callable[[Shop], None]) -> None:
        """A host that never enforced foreign keys deletes as it always did."""
        write(shop)
        assert [(0,)] == asked(shop, ENFORCED)
        asked(shop, "DELETE FROM courses")
        assert [(0, 1)] == asked(shop, "SELECT (SELECT count(*) FROM courses), (SELECT count(*) FROM lessons)")

    def test_a_host_that_enforces(self, shop: Shop, write: Callable[[Shop], None]) -> None:
        """A host that enforces them still does."""
        event.listen(shop.engine, "connect", lambda raw, _: raw.execute(f"{ENFORCED} = ON"))
        shop.finish(AsyncEngine(shop.engine).dispose()) if shop.color == "async" else shop.engine.dispose()
        write(shop)
        assert [(1,)] == asked(shop, ENFORCED)


def test_ours_are_enforced_all_the_same(tmp_path: Path) -> None:
    """What belongs to nobody is refused, whatever the host asks of its connections."""
    with Shop(sqlite_in(tmp_path), **ONE) as shop:
        committed(shop)
        with pytest.raises(StorageFailed) as told:
            shop.repository.commit(Batch(organization=b.OURS, puts=b.person()))
    assert "dangling" == told.value.problem


def test_a_connection_that_is_gone(tmp_path: Path) -> None:
    """Instead of a connection that was closed under a commit no other one is opened, just to be given back."""
    opened: list[object] = []
    with Shop(sqlite_in(tmp_path), **ONE) as shop:
        event.listen(shop.engine, "connect", lambda raw, _: opened.append(raw))
        event.listen(shop.engine, "commit", lambda each: each.connection.driver_connection.close())
        with pytest.raises(OutcomeUnknown):
            committed(shop)
        assert 1 == len(opened)


def test_after_migrating(tmp_path: Path) -> None:
    """`migrate` gives the connection back as it was too."""
    engine = create_engine(f"sqlite:///{tmp_path / 'portal.db'}", **ONE)
    migrate(engine)
    with engine.connect() as connection:
        assert 0 == connection.exec_driver_sql(ENFORCED).scalar_one()
    engine.dispose()
