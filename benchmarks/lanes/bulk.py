"""Write many people into our tables, a thousand at a time: by the repository, by SQLAlchemy's insert-many, by COPY.

All write the same rows of the same four tables. What is measured is the writing: records are made, and for the two that
are not ours turned into rows, before the clock runs. A lane's option is `<database>-<way>`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from attrs import evolve
from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import URL

from benchmarks.databases import mariadb, postgresql
from subaccounts.domain.decision import Batch
from subaccounts.repositories._stored import event_columns
from subaccounts.repositories.sqlalchemy import SQLAlchemyRepository, migrate, rows, tables
from subaccounts.testing import builders as a

CHUNK: Final = 1_000
Rows = dict[str, list[dict[str, Any]]]


def open_lane(folder: Path, _: int, option: str) -> Callable[[list[int]], float]:
    """Make a database with an organization and an account; return what adds as many people as a list is long."""
    database, way = option.split("-")
    url = _DATABASES[database](folder)
    migrate(url)
    engine = create_engine(url, hide_parameters=True)
    repository = SQLAlchemyRepository(engine)
    repository.commit(Batch(organization=a.OURS, puts=(a.organization(), a.account())))
    known = 0

    def add(whom: list[int]) -> float:
        nonlocal known
        seconds = 0.0
        for first in range(known, known + len(whom), CHUNK):
            batch = _batch(range(first + 1, min(first + CHUNK, known + len(whom)) + 1))
            work: Any = batch if way == "ours" else _rows(batch)
            began = time.perf_counter()
            _WAYS[way](engine, repository, work)
            seconds += time.perf_counter() - began
        known += len(whom)
        return seconds

    return add


def _batch(numbers: range) -> Batch:
    people = [a.person(number) for number in numbers]
    hashed = [(person, evolve(credential, password=a.password_hash())) for person, credential in people]
    events = tuple(a.event(number, sub_account=a.sub_account_id(number)) for number in numbers)
    return Batch(organization=a.OURS, puts=tuple(record for both in hashed for record in both), events=events)


def _rows(batch: Batch) -> Rows:
    made: Rows = {}
    for record in batch.puts:
        made.setdefault(rows.TABLES[record.id.kind].name, []).append(rows.row_of(record))
        for key in sorted(record.keys, key=lambda key: key.space):
            held = {"organization": a.OURS.value, "space": key.space, "value": rows.key_value(key)}
            held |= {"kind": record.id.kind, "holder": record.id.value}
            made.setdefault(tables.unique_keys.name, []).append(held)
    made[tables.events.name] = [event_columns(event) for event in batch.events]
    return made


def _ours(_: Engine, repository: SQLAlchemyRepository, batch: Batch) -> None:
    repository.commit(batch)


def _core(engine: Engine, _: object, made: Rows) -> None:
    with engine.begin() as connection:
        for name, values in made.items():
            connection.execute(tables.metadata.tables[name].insert(), values)


def _copy(engine: Engine, _: object, made: Rows) -> None:
    with engine.begin() as connection:
        raw: Any = connection.connection.driver_connection
        for name, values in made.items():
            columns = ", ".join(f'"{column}"' for column in values[0])
            with raw.cursor() as cursor, cursor.copy(f"COPY {name} ({columns}) FROM STDIN") as copy:
                for row in values:
                    copy.write_row(tuple(row.values()))


_DATABASES: Final[dict[str, Callable[[Path], URL]]] = {
    "postgresql": lambda _: postgresql(),
    "mariadb": lambda _: mariadb(),
    "sqlite": lambda folder: URL.create("sqlite+pysqlite", database=str(folder / "p.db")),
}
_WAYS: Final[dict[str, Callable[[Engine, SQLAlchemyRepository, Any], None]]] = {
    "ours": _ours,
    "core": _core,
    "copy": _copy,
}
