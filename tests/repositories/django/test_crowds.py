"""Many at once on databases of Django's, threads and processes, each on Django's connection of its own."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar

from subaccounts.testing.crowds import CrowdContract
from tests.repositories.django.site import Everywhere, lead, opened
from tests.repositories.sql.databases import Database


def led(alias: str, place: Database) -> Everywhere:
    """Lead this process's Django to a database that is there, and open a repository on it."""
    lead(alias, place)
    return Everywhere(alias)


class OnDjango(CrowdContract):
    """Open the repository on the database that a subclass names."""

    __test__ = False
    alias: ClassVar[str]

    def open(self) -> Any:
        """Open an empty one."""
        self.place = opened(self.alias, self.folder)
        return Everywhere(self.alias)

    def opener(self) -> Callable[[], object]:
        """Open what is there, in a process that need not know Django yet."""
        return partial(led, self.alias, self.place)


class TestSQLite(OnDjango):
    """A file of several processes."""

    __test__ = True
    alias = "sqlite"


class TestPostgreSQL(OnDjango):
    """PostgreSQL through psycopg 3."""

    __test__ = True
    alias = "postgresql"
