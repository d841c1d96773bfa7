"""How our statements go to PostgreSQL on a connection of Django's: as psycopg sends and reads them by itself.

The values travel beside the statement, so that a server that logs a statement logs none of them; times come back aware,
whatever `USE_TZ` and `TIME_ZONE` are. Django's own cursors on the same connection stay as they are.
"""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg.adapt import AdaptersMap
from psycopg.rows import TupleRow, tuple_row
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg, PGExecutionContext_psycopg

from .borrowed import Borrowed


class _Cursor(psycopg.Cursor[TupleRow]):
    """Read and send values as psycopg does where nobody has told it otherwise."""

    __slots__ = ()

    @property
    def adapters(self) -> AdaptersMap:
        return psycopg.adapters


class _Context(PGExecutionContext_psycopg):
    """Make cursors of ours."""

    def create_default_cursor(self) -> Any:
        connection: Any = self._dbapi_connection.dbapi_connection
        return _Cursor(connection, row_factory=tuple_row)


class PostgreSQL(Borrowed, PGDialect_psycopg):
    """PostgreSQL through psycopg 3."""

    supports_statement_cache: bool = True
    execution_ctx_cls: Any = _Context
