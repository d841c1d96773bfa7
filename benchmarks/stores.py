"""Where visibility is measured: a portal stored by us and by hand, on SQLite and on PostgreSQL."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from attrs import frozen

from benchmarks import replay
from benchmarks.hand import Hand
from benchmarks.portal import Portal, fill
from subaccounts.ports import Repository
from subaccounts.repositories import SQLiteRepository


@frozen(kw_only=True)
class Store:
    """Hold one portal twice: `ours` behind the port, and by `hand` as somebody would for one host alone.

    `alone` asks ours a question and returns what sends its statements again.
    """

    name: str
    portal: Portal
    ours: Repository
    hand: Hand
    alone: Callable[[Callable[[], object]], replay.Again]


@contextmanager
def on_sqlite(folder: Path, portal: Portal) -> Iterator[Store]:
    """Fill two files."""
    with SQLiteRepository(folder / "ours.db") as ours:
        fill(ours, portal)
        hand = Hand.on_sqlite(folder / "hand.db", portal)
        yield Store(name="SQLite", portal=portal, ours=ours, hand=hand, alone=partial(replay.on_sqlite, ours))
        hand.close()


@contextmanager
def on_postgresql(_: Path, portal: Portal) -> Iterator[Store | None]:
    """Fill a new database with both; None where there is no server, with a word on how to have one."""
    try:
        from sqlalchemy import create_engine

        from benchmarks.databases import postgresql
        from subaccounts.repositories.sqlalchemy import SQLAlchemyRepository, migrate

        url = postgresql()
    except ImportError as error:
        print(f"PostgreSQL is left out: start {error.name or error}", file=sys.stderr)
        yield None
        return
    migrate(url)
    engine = create_engine(url, hide_parameters=True)
    ours = SQLAlchemyRepository(engine)
    fill(ours, portal)
    hand = Hand.on_postgresql(url.set(drivername="postgresql").render_as_string(hide_password=False), portal)
    alone = partial(replay.on_postgresql, engine, hand.connection)
    yield Store(name="PostgreSQL", portal=portal, ours=ours, hand=hand, alone=alone)
    hand.close()
    engine.dispose()
