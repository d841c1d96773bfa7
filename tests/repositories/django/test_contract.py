"""The Django repository keeps every clause of storage, on both databases, in transactions of its own and in the host's."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import connections, transaction

from subaccounts.repositories.django import DjangoRepository
from subaccounts.testing import RepositoryContract
from tests.repositories.django.site import Everywhere, opened
from tests.repositories.sql.test_joined import in_one_transaction


class OnDjango(RepositoryContract):
    """Open the repository on the database that a subclass names."""

    __test__ = False
    alias: ClassVar[str]

    def open(self) -> Any:
        """Open an empty one."""
        opened(self.alias, self.folder)
        return Everywhere(self.alias)

    def reopen(self, repository: Any, /) -> Any:
        """Open it again, on another connection."""
        repository.close()
        return Everywhere(self.alias)


class TestSQLite(OnDjango):
    """A file."""

    __test__ = True
    alias = "sqlite"


class TestPostgreSQL(OnDjango):
    """PostgreSQL through psycopg 3."""

    __test__ = True
    alias = "postgresql"


class InsideAtomic(RepositoryContract):
    """Run the kit inside one transaction of a host that is never committed."""

    __test__ = False
    alias: ClassVar[str]

    def open(self) -> Any:
        """Open an empty one, inside `atomic`."""
        opened(self.alias, self.folder)
        self.host = transaction.atomic(using=self.alias)
        self.host.__enter__()
        assert DjangoRepository(using=self.alias).joins_host_transaction
        return DjangoRepository(using=self.alias)

    def close(self, port: Any, /) -> None:
        """Roll back."""
        transaction.set_rollback(True, using=self.alias)
        self.host.__exit__(None, None, None)
        connections[self.alias].close()


for _name, _nothing in in_one_transaction(InsideAtomic).items():
    setattr(InsideAtomic, _name, _nothing)


class TestSQLiteInsideAtomic(InsideAtomic):
    """A transaction on a file."""

    __test__ = True
    alias = "sqlite"


class TestPostgreSQLInsideAtomic(InsideAtomic):
    """A transaction on PostgreSQL."""

    __test__ = True
    alias = "postgresql"
