"""Repositories that break the clauses of unique keys, C5 and C6."""

from __future__ import annotations

from collections import Counter
from typing import Final

from attrs import evolve

from ...domain.decision import Batch
from ...domain.ids import AnyRecordId
from ...domain.key import Key
from ...errors import StorageFailed, Taken
from .broken import BrokenRepository
from .saboteur import breaks


@breaks("C5")
class NeverFreesAKey(BrokenRepository):
    """Adds the new keys of a record and forgets to take the old ones away."""

    def commit(self, batch: Batch, /) -> None:
        with self.lock:
            self.rehearse(batch)
            ever: dict[Key, AnyRecordId] = {}
            for written in self.journal:
                ever |= {key: record.id for record in written.puts for key in record.keys}
            _refuse_held(batch, ever)
            self.write(batch)


@breaks("C5")
class FreesKeysTooLate(BrokenRepository):
    """Inserts the new keys before it deletes the old ones, so that nobody can take over within a batch."""

    def commit(self, batch: Batch, /) -> None:
        with self.lock:
            self.rehearse(batch)
            keys = [key for record in batch.puts for key in record.keys]
            _refuse_held(batch, dict(self.inner.holders(keys)))
            self.write(batch)


@breaks("C6")
class CutsLongKeys(BrokenRepository):
    """Keeps keys in a column that is too short for the longest of them, and compares what is left."""

    def commit(self, batch: Batch, /) -> None:
        with self.lock:
            self.rehearse(batch)
            written = {each.id for each in (*batch.puts, *batch.removes)}
            ever = {key for before in self.journal for record in before.puts for key in record.keys}
            held = self.inner.holders(tuple(key for key in ever if len(key.value) > COLUMN))
            there = {_cut(key) for key, holder in held.items() if holder not in written}
            # One that was written before and let go could be refused for that as well, which is another clause (C5).
            wanted = [key for record in batch.puts for key in record.keys - ever if len(key.value) > COLUMN]
            times = Counter(map(_cut, wanted))
            taken = frozenset(key for key in wanted if _cut(key) in there or times[_cut(key)] > 1)
            if taken:
                raise Taken(keys=taken)
            self.write(batch)


COLUMN: Final = 400
"""Characters of the column."""


def _cut(key: Key) -> Key:
    return evolve(key, value=key.value[:COLUMN])


@breaks("C6")
class NamesTheKeysOfOneRecord(BrokenRepository):
    """Stops at the first record that the database complains of: of a thousand pasted lines it blames one at a time."""

    def commit(self, batch: Batch, /) -> None:
        try:
            self.write(batch)
        except Taken as error:
            blamed = next(record.keys & error.keys for record in batch.puts if record.keys & error.keys)
            raise Taken(keys=blamed) from error


@breaks("C6", also={"C11": "it asks for both keys of one taken login to be named"})
class NamesOneTakenKey(BrokenRepository):
    """Names the one unique key that its database complained of, though more are taken."""

    def commit(self, batch: Batch, /) -> None:
        try:
            self.write(batch)
        except Taken as error:
            raise Taken(keys=frozenset({min(error.keys, key=repr)})) from error


@breaks("C6", also={"C5": "a group that would come back under a name that was given away is refused by that name"})
class CallsItAFailure(BrokenRepository):
    """Expects a taken key when it inserts, and takes what its database says of an update for a breakdown."""

    def commit(self, batch: Batch, /) -> None:
        try:
            self.write(batch)
        except Taken as error:
            if any(record.version and record.keys & error.keys for record in batch.puts):
                raise StorageFailed(store="broken", problem="unreachable") from error
            raise


def _refuse_held(batch: Batch, held: dict[Key, AnyRecordId]) -> None:
    taken = {key for record in batch.puts for key in record.keys if held.get(key, record.id) != record.id}
    if taken:
        raise Taken(keys=frozenset(taken))
