"""How a database answers a question: its plan, as its own EXPLAIN says it, and what it has to read for it."""

from __future__ import annotations

import re
from itertools import count
from typing import Any, Final

from sqlalchemy import Connection, create_engine

from tests.repositories.sql.databases import Database

EXPLAIN: Final = {"SQLite": "EXPLAIN QUERY PLAN", "PostgreSQL": "EXPLAIN (COSTS OFF)", "MariaDB": "EXPLAIN"}
THE_LONG_WAY: Final = re.compile(
    r"Sort|TEMP B-TREE|filesort|temporary|Seq Scan|SCAN |^ALL |^index |Bitmap|Materialize", re.MULTILINE
)
"""What a plan has in it that sorts, or reads a whole table or a whole index."""
PLACE_IN_INDEX: Final = re.compile(
    r"\(.*?\)|Index Cond.*|Filter.*|^(?:ref|range) |Using (?:where|index condition)(?:; )?", re.MULTILINE
)
"""What a plan has in it that says from where on an index is read, and what is asked of a row that was found there."""


def plan(place: Database, statement: str, parameters: Any) -> str:
    """Return how the database would answer, as its EXPLAIN says it, without figures that differ from row to row."""
    engine = create_engine(place.url)
    with engine.connect() as connection:
        told = connection.exec_driver_sql(f"{EXPLAIN[place.name]} {statement}", parameters)
        rows = [row._mapping for row in told]
    engine.dispose()
    match place.name:
        case "SQLite":
            return "\n".join(row["detail"] for row in rows)
        case "PostgreSQL":
            return "\n".join(row["QUERY PLAN"] for row in rows)
        case _:
            return "\n".join(f"{row['type']} {row['key']} {row['Extra']}" for row in rows)


def shape(told: str) -> list[str]:
    """Return what of a plan has to be the same wherever a page begins: which index, and each step that is taken."""
    return PLACE_IN_INDEX.sub("", told).split()


def effort(place: Database, statement: str, parameters: Any) -> int:
    """Return what a database does for an answer: the rows that it reads, and on SQLite its machine's instructions."""
    engine = create_engine(place.url)
    with engine.connect() as connection:
        match place.name:
            case "SQLite":
                spent = _instructions(connection, statement, parameters)
            case "PostgreSQL":
                explain = "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF, FORMAT JSON)"
                ((told,),) = connection.exec_driver_sql(f"{explain} {statement}", parameters)
                spent = _rows(told[0]["Plan"])
            case _:
                before = _handled(connection)
                connection.exec_driver_sql(statement, parameters).all()
                spent = _handled(connection) - before
    engine.dispose()
    return spent


def _instructions(connection: Connection, statement: str, parameters: Any) -> int:
    done = count()
    raw: Any = connection.connection.driver_connection
    raw.set_progress_handler(lambda: next(done) < 0, 1)
    connection.exec_driver_sql(statement, parameters).all()
    return next(done)


def _rows(step: dict[str, Any]) -> int:
    """Return the rows that the scans beneath a step of PostgreSQL's plan have read, those among it that did not fit."""
    if "Plans" in step:
        return sum(map(_rows, step["Plans"]))
    return int(step["Actual Loops"] * (step["Actual Rows"] + step.get("Rows Removed by Filter", 0)))


def _handled(connection: Connection) -> int:
    """Return how many rows MariaDB has read for this connection."""
    return sum(int(times) for _, times in connection.exec_driver_sql("SHOW SESSION STATUS LIKE 'Handler_read%%'"))
