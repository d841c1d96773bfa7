"""Repositories that break the clauses of versions and guards, C2 to C4."""

from __future__ import annotations

from attrs import evolve

from ...domain.catalog import CatalogEntry
from ...domain.credential import Credential
from ...domain.decision import Batch, Record
from ...domain.ids import AnyRecordId
from ...domain.organization import Organization
from ...errors import Stale
from .batches import EVERY_REASON
from .broken import BrokenRepository
from .saboteur import breaks

_A_LOST_RACE = {"C13": "of several batches at once the losers are found by their versions and guards"}


@breaks("C2")
class UpsertsCredentials(BrokenRepository):
    """Writes a new credential over the one that is there: a password somebody has claimed is replaced."""

    def commit(self, batch: Batch, /) -> None:
        self.write(evolve(batch, puts=tuple(map(self._upserted, batch.puts))))

    def _upserted(self, record: Record) -> Record:
        return self.now(record) if isinstance(record, Credential) and record.version == 0 else record


@breaks("C2", also={"C5": "a record cannot come back to show that it has let go of its keys"})
class NeverFreesAnId(BrokenRepository):
    """Marks records as removed and finds them again when a new one has their id."""

    def commit(self, batch: Batch, /) -> None:
        gone: set[AnyRecordId] = {each.id for written in self.journal for each in written.removes}
        if any(record.id in gone for record in batch.puts):
            raise Stale
        self.write(batch)


@breaks("C2")
class RaisesItsDriversError(BrokenRepository):
    """Lets what its driver says of a second organization escape, instead of `Stale`."""

    def commit(self, batch: Batch, /) -> None:
        new = any(isinstance(record, Organization) and record.version == 0 for record in batch.puts)
        if new and self.inner.organization(batch.organization):
            raise KeyError("duplicate key value violates unique constraint")
        self.write(batch)


@breaks("C2", also=EVERY_REASON | _A_LOST_RACE)
class OverwritesNewOnes(BrokenRepository):
    """Takes a new record with an existing id for another version of it."""

    def commit(self, batch: Batch, /) -> None:
        with self.lock:
            puts = tuple(self.now(record) if record.version == 0 else record for record in batch.puts)
            self.write(evolve(batch, puts=puts))


@breaks("C3")
class LetsTheLastRenameWin(BrokenRepository):
    """Writes over whatever is there, where it is only the name of a department."""

    def commit(self, batch: Batch, /) -> None:
        self.write(evolve(batch, puts=tuple(map(self._last, batch.puts))))

    def _last(self, record: Record) -> Record:
        wins = isinstance(record, CatalogEntry) and record.version and self.version(record.id)
        return self.now(record) if wins else record


@breaks("C3", also=EVERY_REASON | _A_LOST_RACE)
class IgnoresVersions(BrokenRepository):
    """Writes over whatever is there: the last one wins."""

    def commit(self, batch: Batch, /) -> None:
        with self.lock:
            puts = tuple(self.now(record) if record.version else record for record in batch.puts)
            self.write(evolve(batch, puts=puts))


@breaks("C4")
class GuardsOnlyRecords(BrokenRepository):
    """Makes guards a condition of its UPDATE, so that a batch without records has none."""

    def commit(self, batch: Batch, /) -> None:
        self.write(batch if batch.puts else evolve(batch, guards=()))


@breaks("C4", also=EVERY_REASON | _A_LOST_RACE)
class IgnoresGuards(BrokenRepository):
    """Writes whatever has become of what was only read."""

    def commit(self, batch: Batch, /) -> None:
        self.write(evolve(batch, guards=()))
