"""What is said when a database cannot do its work: stable words for a host, no statement, no value, nobody's data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from ...errors import InvalidValue, Stale, StorageFailed, SubAccountsError

R = TypeVar("R")

_RETRIED: Final = frozenset({"40001", "40P01"})
"""SQLSTATE: serialization failure, deadlock (PostgreSQL's appendix A; also what MySQL says of a deadlock)."""
_RETRIED_MYSQL: Final = frozenset({1213, 1020})
"""ER_LOCK_DEADLOCK, which is also how a Galera node says that another one's transaction won; ER_CHECKREAD."""
_PROBLEMS: Final = {
    "23503": "dangling",  # foreign_key_violation
    "23502": "dangling",
    "25006": "read_only",  # read_only_sql_transaction
    "53100": "full",  # disk_full
    "55P03": "locked",  # lock_not_available
    "57014": "locked",  # query_canceled: a statement timeout
    "42P01": "outdated",  # undefined_table
    "42703": "outdated",  # undefined_column
    "3F000": "outdated",  # invalid_schema_name
    "42P07": "foreign",  # duplicate_table
    "22021": "unstorable",  # character_not_in_repertoire
    "22001": "unstorable",  # string_data_right_truncation
    "22P05": "unstorable",  # untranslatable_character
    "22008": "unstorable",  # datetime_field_overflow
    "22003": "unstorable",  # numeric_value_out_of_range
    "42501": "read_only",  # insufficient_privilege
}
_PROBLEMS_MYSQL: Final = {
    1452: "dangling",  # ER_NO_REFERENCED_ROW_2
    1451: "dangling",  # ER_ROW_IS_REFERENCED_2
    1290: "read_only",  # ER_OPTION_PREVENTS_STATEMENT: --read-only
    1792: "read_only",  # ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION
    1836: "read_only",  # ER_READ_ONLY_MODE
    1142: "read_only",  # ER_TABLEACCESS_DENIED_ERROR
    1114: "full",  # ER_RECORD_FILE_FULL
    1021: "full",  # ER_DISK_FULL
    1205: "locked",  # ER_LOCK_WAIT_TIMEOUT
    1969: "locked",  # ER_STATEMENT_TIMEOUT, MariaDB's max_statement_time
    3024: "locked",  # ER_QUERY_TIMEOUT, MySQL's max_execution_time
    1317: "locked",  # ER_QUERY_INTERRUPTED
    1146: "outdated",  # ER_NO_SUCH_TABLE
    1054: "outdated",  # ER_BAD_FIELD_ERROR
    1047: "unreachable",  # see _NOT_READY
    1050: "foreign",  # ER_TABLE_EXISTS_ERROR
    1366: "unstorable",  # ER_TRUNCATED_WRONG_VALUE_FOR_FIELD
    1406: "unstorable",  # ER_DATA_TOO_LONG
    1264: "unstorable",  # ER_WARN_DATA_OUT_OF_RANGE
}
_NOT_READY: Final = 1047
"""ER_UNKNOWN_COM_ERROR, by which a Galera node says that it belongs to no cluster that has a majority."""
_PROBLEMS_SQLITE: Final = {
    "SQLITE_BUSY": "locked",
    "SQLITE_LOCKED": "locked",
    "SQLITE_READONLY": "read_only",
    "SQLITE_FULL": "full",
    "SQLITE_CORRUPT": "damaged",
    "SQLITE_NOTADB": "damaged",
    "SQLITE_ERROR": "outdated",
    "SQLITE_CONSTRAINT_FOREIGNKEY": "dangling",
    "SQLITE_TOOBIG": "unstorable",
}


def failure(store: str, error: Exception, /) -> SubAccountsError:
    """Return what to raise for what a driver raised before a commit: `Stale`, or `StorageFailed` with the code alone."""
    if isinstance(error, (UnicodeEncodeError, OverflowError)):  # a lone surrogate, a number beyond 64 bits
        return StorageFailed(store=store, problem="unstorable")
    if isinstance(error, PoolTimeout):
        return StorageFailed(store=store, problem="locked", detail="the pool has no free connection")
    if not isinstance(error, DBAPIError) or error.orig is None:
        return StorageFailed(store=store, problem="unreachable", detail=type(error).__name__)
    return _of_driver(store, error.orig, lost=error.connection_invalidated)


def _of_driver(store: str, orig: BaseException, *, lost: bool) -> SubAccountsError:
    if isinstance(orig, (UnicodeEncodeError, OverflowError)):
        return StorageFailed(store=store, problem="unstorable")
    state, number, name = code(orig)
    if state in _RETRIED or number in _RETRIED_MYSQL or duplicate(orig):
        return Stale()
    problem = _PROBLEMS.get(state) or _PROBLEMS_MYSQL.get(number) or _sqlite(name) or _unsaid(orig)
    return StorageFailed(
        store=store,
        problem="unreachable" if lost else problem,
        detail=state or name or str(number or "") or type(orig).__name__,
    )


def _unsaid(orig: BaseException) -> str:
    """Return the problem of an error without a code: psycopg finds a NUL itself, and calls it an error of data (PEP 249)."""
    return "unstorable" if any(each.__name__ == "DataError" for each in type(orig).__mro__) else "unreachable"


def unheard(error: DBAPIError, /) -> bool:
    """Tell whether a server did not carry out what it was told: a node that has lost its cluster takes no statement."""
    return error.orig is not None and code(error.orig)[1] == _NOT_READY


def duplicate(orig: BaseException | None, /) -> bool:
    """Tell whether a row was there already: a unique key that somebody took since it was looked at.

    MySQL undoes its statement and leaves the transaction as it was; PostgreSQL ends the transaction.
    """
    return orig is not None and not _DUPLICATES.isdisjoint(code(orig))


_DUPLICATES: Final = frozenset({"23505", 1062, "SQLITE_CONSTRAINT_PRIMARYKEY", "SQLITE_CONSTRAINT_UNIQUE"})
"""SQLSTATE unique_violation, MySQL's ER_DUP_ENTRY, SQLite's names of the two constraints."""


def code(orig: BaseException, /) -> tuple[str, int, str]:
    """Return a driver's error as SQLSTATE, MySQL's number and SQLite's name, each empty where there is none."""
    state: Any = getattr(orig, "sqlstate", None)
    name: Any = getattr(orig, "sqlite_errorname", None)
    number: Any = orig.args[0] if orig.args else None
    return state or "", number if isinstance(number, int) else 0, name or ""


def _sqlite(name: str) -> str | None:
    return _PROBLEMS_SQLITE.get(name) or _PROBLEMS_SQLITE.get("_".join(name.split("_")[:2]))


def said(store: str, ask: Callable[[], R], lost: Callable[[SQLAlchemyError], Exception | None], /) -> R:
    """Ask, and say what went wrong in our words. `lost` says what it is when more than the statement is gone.

    They are raised after the driver's were let go, and not `from None`: its words repeat the row it could not write, and
    a context that is hidden from a traceback is still there for whoever reports errors.
    """
    try:
        return ask()
    except InvalidValue as error:  # a body that the library did not write
        told: Exception = StorageFailed(store=store, problem="damaged", detail=error.field)
    except SQLAlchemyError as error:
        told = lost(error) or failure(store, error)
    except (UnicodeEncodeError, OverflowError) as error:
        told = failure(store, error)
    raise told
