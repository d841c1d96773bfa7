"""Many at once on a database: one winner of each claim, guards that hold to the end, counters that never pass their limit,
tasks that one worker has.

`SUBACCOUNTS_TEST_CLAIMS` says how many logins eight claim at once; 10,000 by processes is what is promised, and takes
minutes: `nox -s claims`.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar

from subaccounts.repositories.sqlalchemy import AsyncSQLAlchemyRepository, SQLAlchemyRepository
from subaccounts.testing.contracts.bridge import Color
from subaccounts.testing.crowds import CrowdContract
from tests.repositories.sql.shops import empty


class OnDatabase(CrowdContract):
    """Open the repository on the database that a subclass names."""

    __test__ = False
    name: ClassVar[str]
    claims: ClassVar[int] = int(os.environ.get("SUBACCOUNTS_TEST_CLAIMS", "24"))

    def open(self) -> Any:
        """Open it with our tables and no row in them."""
        self.place = empty(self.name, self.folder)
        return self.opener()()

    def opener(self) -> Callable[[], object]:
        """Open what is there."""
        if self.color == "async":
            return partial(AsyncSQLAlchemyRepository, self.place.async_url)
        return partial(SQLAlchemyRepository, self.place.url)


class TestPostgreSQL(OnDatabase):
    """PostgreSQL through psycopg."""

    __test__ = True
    name: ClassVar[str] = "PostgreSQL"


class TestAsyncPostgreSQL(TestPostgreSQL):
    """PostgreSQL through psycopg, awaitably."""

    color: ClassVar[Color] = "async"


class TestMariaDB(OnDatabase):
    """MariaDB through PyMySQL."""

    __test__ = True
    name: ClassVar[str] = "MariaDB"


class TestAsyncMariaDB(TestMariaDB):
    """MariaDB through asyncmy."""

    color: ClassVar[Color] = "async"


class TestSQLite(OnDatabase):
    """A file, through SQLAlchemy."""

    __test__ = True
    name: ClassVar[str] = "SQLite"
