"""Storage broken on purpose, on a good SQLite file: what races have to find."""

from __future__ import annotations

from typing import Any

from attrs import evolve

from subaccounts import Account, SubAccount, SubAccountId
from subaccounts.domain.credential import Credential
from subaccounts.domain.decision import Batch, Record
from subaccounts.errors import Stale
from subaccounts.repositories import SQLiteRepository


class Wrapped:
    """Be the good repository, save for what a subclass replaces."""

    def __init__(self, repository: SQLiteRepository) -> None:
        self.good = repository

    def __getattr__(self, name: str) -> Any:
        return getattr(self.good, name)


class ChecksThenActs(Wrapped):
    """Trust what was read: write over whatever is there by now, and look at no guard."""

    def commit(self, batch: Batch, /) -> None:
        while True:
            try:
                return self.good.commit(evolve(batch, puts=tuple(map(self._now, batch.puts)), guards=()))
            except Stale:  # somebody was in between again: look once more, and write over that
                continue

    def _now(self, record: Record) -> Record:
        if record.version == 0:
            return record
        person = self.good.person(SubAccountId(organization=record.id.organization, value=record.id.value))
        assert person is not None, "a race has one person, whose id has the value of the account's"
        match record:
            case Account():
                return evolve(record, version=person.account.version)
            case SubAccount():
                return evolve(record, version=person.sub_account.version)
            case Credential():
                return evolve(record, version=person.credential.version)
            case _:
                raise AssertionError(f"nobody races for a {type(record).__name__} here")


class IgnoresGuards(Wrapped):
    """Look at the versions of what is written, and never at what was only read."""

    def commit(self, batch: Batch, /) -> None:
        self.good.commit(evolve(batch, guards=()))


class ReadsOnce(Wrapped):
    """Remember every person that was read, and look at the file no more."""

    def __init__(self, repository: SQLiteRepository) -> None:
        super().__init__(repository)
        self._known: dict[SubAccountId, Any] = {}

    def person(self, id: SubAccountId, /) -> Any:  # noqa: A002 - as the port calls it
        if id not in self._known:
            self._known[id] = self.good.person(id)
        return self._known[id]
