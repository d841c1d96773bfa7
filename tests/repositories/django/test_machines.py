"""The state machines of the kit on Django's databases: any batches, and any life of commands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import pytest

from subaccounts.testing import StorageContract
from subaccounts.testing.machines import CommandsMachine, Machine, RepositoryMachine
from tests.kit.stores import ran
from tests.repositories.django.site import Everywhere, opened


class OnDjango(StorageContract):
    """Keep everything on an alias of Django's."""

    alias: ClassVar[str]

    def open(self) -> Any:
        """Open the database of the running life, empty."""
        opened(self.alias, self.folder)
        return Everywhere(self.alias)

    def reopen(self, repository: Any, /) -> Any:
        """Open it again, on another connection."""
        repository.close()
        return Everywhere(self.alias)


class SQLite(OnDjango):
    """A file."""

    alias = "sqlite"


class PostgreSQL(OnDjango):
    """PostgreSQL."""

    alias = "postgresql"


@pytest.mark.parametrize("store", [SQLite, PostgreSQL])
@pytest.mark.parametrize("machine", [RepositoryMachine, CommandsMachine])
def test_any_life(
    machine: type[Machine], store: type[StorageContract], record_property: Callable[[str, object], None]
) -> None:
    """Whatever is written, asked and done in whatever order is answered as the clauses and the invariants ask for."""
    report = ran(machine, store, 300)
    record_property("ran", str(report))
    assert "" == report.problem
