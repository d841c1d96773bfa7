"""Faults made by the database itself: a trigger that refuses a row and repeats it, and everything an error says.

What belongs here: the means of the tests about failures. Connections that are cut are `proxies`.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy import create_engine

from subaccounts.repositories.sqlalchemy.tables import PREFIX
from subaccounts.testing import CheapHasher
from tests.repositories.sql.databases import Database
from tests.repositories.sql.shops import PASSWORD

CANARY: Final = CheapHasher().hash(PASSWORD).encoded.rpartition("$")[2]
"""What stands in the stored hash of everybody's password here, and nowhere else."""
CODES: Final = {
    ("PostgreSQL", "full"): "53100",
    ("PostgreSQL", "serialization"): "40001",
    ("PostgreSQL", "deadlock"): "40P01",
    ("PostgreSQL", "unknown"): "P0001",
    ("MariaDB", "full"): "1114",
    ("MariaDB", "serialization"): "1020",
    ("MariaDB", "deadlock"): "1213",
    ("MariaDB", "unknown"): "1644",
}
"""How each server says what went wrong, SQLSTATE or MySQL's number."""


@contextmanager
def refusing(place: Database, fault: str) -> Iterator[None]:
    """Have the database refuse every change of a credential while the block lasts, in words that repeat the row."""
    code, table, name = CODES[place.name, fault], f"{PREFIX}credentials", "subaccounts_test_fault"
    if place.name == "PostgreSQL":
        body = f"BEGIN RAISE EXCEPTION USING ERRCODE = '{code}', MESSAGE = NEW.body, DETAIL = NEW.body; END"
        make = [
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$",
            f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
        ]
        drop = [f"DROP TRIGGER {name} ON {table}", f"DROP FUNCTION {name}"]
    else:
        said = f"SUBSTRING(NEW.body, LOCATE('{CANARY[:8]}', NEW.body), 100)"
        state = "HY000" if fault in {"full", "unknown"} else "40001"
        signal = f"SIGNAL SQLSTATE '{state}' SET MYSQL_ERRNO = {code}, MESSAGE_TEXT = said"
        body = f"BEGIN DECLARE said VARCHAR(128) DEFAULT {said}; {signal}; END"
        make = [f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} FOR EACH ROW {body}"]
        drop = [f"DROP TRIGGER {name}"]
    _run(place, make)
    try:
        yield
    finally:
        _run(place, drop)


def _run(place: Database, statements: list[str]) -> None:
    engine = create_engine(place.url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


def everything_told(error: BaseException, /) -> str:
    """Return all that an error says, with its causes and contexts, hidden from a traceback or not."""
    told, waiting, seen = [], [error], set[int]()
    while waiting:
        each = waiting.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        told += [str(each), repr(each), repr(each.args), repr(vars(each)), *traceback.format_exception_only(each)]
        told += getattr(each, "__notes__", [])
        waiting += [deeper for deeper in (each.__cause__, each.__context__) if deeper is not None]
    return "\n".join(told)
