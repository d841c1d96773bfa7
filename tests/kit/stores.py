"""The four repositories without a server, as the author of a machine's test opens them, and how many steps a machine takes on each.

`SUBACCOUNTS_STEPS` says how many, for `nox -s soak`; without it a machine takes a few seconds.
"""

from __future__ import annotations

import math
import os
from typing import Any, ClassVar, Final

from subaccounts.repositories import (
    AsyncMemoryRepository,
    AsyncSQLiteRepository,
    MemoryRepository,
    SQLiteRepository,
)
from subaccounts.testing import StorageContract
from subaccounts.testing.contracts.bridge import Color
from subaccounts.testing.machines import Machine, MachineReport, run_machine

LIFE: Final = 50
LONG_LIFE: Final = 100
"""Steps of a life where a question is slow and many steps are asked for: a life begins and ends with some dozens of them."""
ASKS: Final = 3
"""Questions after each batch where one is slow: of the forty there are, all have their turn in a life."""
GIVEN: Final = "SUBACCOUNTS_STEPS"
"""Names what says how many steps a machine takes."""


class Memory(StorageContract):
    """Keep everything in memory."""

    def open(self) -> MemoryRepository:
        """Open an empty repository."""
        return MemoryRepository()


class SQLite(StorageContract):
    """Keep everything in a file."""

    def open(self) -> SQLiteRepository:
        """Open the file of the running life."""
        return SQLiteRepository(self.folder / "portal.db")

    def reopen(self, repository: Any, /) -> SQLiteRepository:
        """Close the file and open it again."""
        repository.close()
        return self.open()


class AsyncMemory(StorageContract):
    """Keep everything in memory, awaitably."""

    color: ClassVar[Color] = "async"

    def open(self) -> AsyncMemoryRepository:
        """Open an empty repository."""
        return AsyncMemoryRepository()


class AsyncSQLite(StorageContract):
    """Keep everything in a file, awaitably."""

    color: ClassVar[Color] = "async"

    def open(self) -> AsyncSQLiteRepository:
        """Open the file of the running life."""
        return AsyncSQLiteRepository(self.folder / "portal.db", threads=1)


STORES: Final = (Memory, SQLite, AsyncMemory, AsyncSQLite)
QUICK: Final = (Memory, SQLite, AsyncMemory)
"""Those that answer in the thread that asks, and ask nobody."""


def called(store: type[StorageContract], /) -> str:
    """Return how a store is called in a test id, by which `nox -s soak` asks for it."""
    return store.__name__


def steps(usually: int, /) -> int:
    """Return how many steps a machine takes: what the environment says, or what a test usually does."""
    return int(os.environ.get(GIVEN, usually))


def ran(machine: type[Machine], store: type[StorageContract], usually: int, /) -> MachineReport:
    """Run a machine on a store; the report is what it did. Where a question is a call and no more, all are asked every time."""
    slow = store not in QUICK
    life = LONG_LIFE if slow and GIVEN in os.environ else LIFE
    report = run_machine(machine, store, steps=steps(usually), life=life, asks=ASKS if slow else None)
    assert math.ceil(steps(usually)) <= report.tally.steps or report.broken
    return report
