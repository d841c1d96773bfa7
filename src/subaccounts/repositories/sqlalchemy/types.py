"""The three kinds of columns: texts that compare as bytes everywhere, bodies nobody logs, and moments in UTC. And what
PostgreSQL and SQLite are given as one value: a list of such texts.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final, final

from sqlalchemy import Dialect, String, Text, TypeDecorator
from sqlalchemy.dialects import mysql, postgresql
from sqlalchemy.types import TypeEngine, UserDefinedType

from ...wire import read_time, time_text

MYSQL: Final = frozenset({"mysql", "mariadb"})


@final
class Exact(TypeDecorator[str]):
    """Hold a text of at most `length` characters that compares and sorts as its bytes, trailing blanks included.

    PostgreSQL's collation `C`, MariaDB's `utf8mb4_nopad_bin`, MySQL's `utf8mb4_0900_bin`, SQLite's own `BINARY`. The
    better known `utf8mb4_bin` holds that a text and the same text with a blank are one.
    """

    impl: TypeEngine[Any] | type[TypeEngine[Any]] = String
    cache_ok: bool | None = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        length = self.impl_instance.length if isinstance(self.impl_instance, String) else None
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.VARCHAR(length, collation="C"))
        if dialect.name in MYSQL:
            collation = "utf8mb4_nopad_bin" if getattr(dialect, "is_mariadb", False) else "utf8mb4_0900_bin"
            return dialect.type_descriptor(mysql.VARCHAR(length, charset="utf8mb4", collation=collation))
        return dialect.type_descriptor(String(length))


@final
class _Array(UserDefinedType[str]):
    """Be a list of texts to PostgreSQL, given as the literal that goes to the server anyway."""

    cache_ok = True
    render_bind_cast = True

    def get_col_spec(self, **_: Any) -> str:
        return 'VARCHAR[] COLLATE "C"'


@final
class ExactList(TypeDecorator[Sequence[str]]):
    """Hold a list of texts, each of any length, which goes as one value to PostgreSQL, and to SQLite as JSON.

    PostgreSQL's driver would first look at every value for what all of them are: of five, 30 of the 90 microseconds that it
    takes to ask whether somebody sees something (measured). SQLite has places for 32,766 values in a statement.
    """

    impl: TypeEngine[Any] | type[TypeEngine[Any]] = Text
    cache_ok: bool | None = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return _Array() if dialect.name == "postgresql" else dialect.type_descriptor(Text())

    def process_bind_param(self, value: Sequence[str] | None, dialect: Dialect) -> str:
        values = value or ()
        return _literal(values) if dialect.name == "postgresql" else json.dumps([*values], ensure_ascii=False)


def _literal(values: Sequence[str]) -> str:
    """Return an array as PostgreSQL reads it: each value in quotes, so that no word and no mark in it means anything."""
    return f"{{{','.join(map(_quoted, values))}}}"


def _quoted(value: str) -> str:
    escaped = value.replace("\\", r"\\").replace('"', r"\"")
    return f'"{escaped}"'


class Unsaid(str):
    """Be a text for a driver, and none for whoever writes down what is sent and what comes back.

    At DEBUG `aiosqlite` writes down the former and an engine with `echo="debug"` the latter, hidden parameters or not.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return "'...'"


@final
class Body(TypeDecorator[str]):
    """Hold a text of any length, which can be a password's hash: it is sent and read so that nobody logs it."""

    impl: TypeEngine[Any] | type[TypeEngine[Any]] = Text
    cache_ok: bool | None = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name in MYSQL:
            return dialect.type_descriptor(mysql.LONGTEXT(charset="utf8mb4", collation="utf8mb4_bin"))
        return dialect.type_descriptor(Text())

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else Unsaid(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else Unsaid(value)


@final
class Moment(TypeDecorator[datetime]):
    """Hold a time to the microsecond, aware and in UTC for us; for SQLite, which has no times, as ISO 8601."""

    impl: TypeEngine[Any] | type[TypeEngine[Any]] = String
    cache_ok: bool | None = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.TIMESTAMP(timezone=True, precision=6))
        if dialect.name in MYSQL:
            return dialect.type_descriptor(mysql.DATETIME(fsp=6))
        return dialect.type_descriptor(String(27))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if dialect.name == "postgresql":
            return value
        if dialect.name in MYSQL:
            return value.astimezone(UTC).replace(tzinfo=None)
        return time_text(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if dialect.name == "postgresql":
            at: datetime = value
            return at.astimezone(UTC)
        if dialect.name in MYSQL:
            naive: datetime = value
            return naive.replace(tzinfo=UTC)
        return read_time(value)
