"""Repositories broken on purpose on a good SQLite file, as other processes open them: what crowds have to find."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from attrs import evolve

from subaccounts.domain.decision import Batch, Record
from subaccounts.domain.ids import AccountId, CredentialId, OrganizationId, SubAccountId
from subaccounts.domain.sub_account import AccountFacts
from subaccounts.domain.task import Leased
from subaccounts.errors import Stale, Taken
from subaccounts.repositories import SQLiteRepository

MOMENT: Final = 0.02
"""Seconds."""


class Wrapped:
    """Be the good repository, save for what a subclass replaces."""

    def __init__(self, path: Path) -> None:
        self.good = SQLiteRepository(path)

    def __getattr__(self, name: str) -> Any:
        if name == "good":
            raise AttributeError(name)
        return getattr(self.good, name)


class WritesOverOthers(Wrapped):
    """Write over whatever is there by now, a moment later, in which others read what is about to change.

    It gives up where that is not what stands in the way.
    """

    def commit(self, batch: Batch, /) -> None:
        time.sleep(MOMENT)
        for _ in range(20):
            try:
                return self.good.commit(evolve(batch, puts=tuple(map(self._now, batch.puts))))
            except Stale:
                continue
        raise Stale

    def _now(self, record: Record) -> Record:
        if record.version == 0:
            return record
        match record.id:
            case OrganizationId():
                found: Any = self.good.organization(record.id)
            case AccountId():
                facts = self.good.account(record.id)
                found = facts.account if facts else None
            case SubAccountId() | CredentialId():
                person = self.good.person(SubAccountId(organization=record.id.organization, value=record.id.value))
                assert person is not None, "nobody is removed in a race"
                found = person.sub_account if isinstance(record.id, SubAccountId) else person.credential
            case _:
                return record
        return evolve(record, version=found.version)


class LooksAtNoGuard(Wrapped):
    """Look at no guard, and let a moment pass after each read, in which others read what is about to change."""

    def account(self, id: AccountId, /) -> AccountFacts | None:  # noqa: A002 - positional
        found = self.good.account(id)
        time.sleep(MOMENT)
        return found

    def commit(self, batch: Batch, /) -> None:
        self.good.commit(evolve(batch, guards=()))


class SaysDone(Wrapped):
    """Tell nobody that a login is taken."""

    def commit(self, batch: Batch, /) -> None:
        try:
            self.good.commit(batch)
        except Taken:
            return


class SellsMoreSeats(Wrapped):
    """Look at no limit."""

    def commit(self, batch: Batch, /) -> None:
        self.good.commit(evolve(batch, counts=tuple(evolve(count, at_most=None) for count in batch.counts)))


class LeasesForNoTime(Wrapped):
    """End every lease when it begins, once: the task is due for the next worker."""

    def lease(
        self, organization: OrganizationId, queue: str, /, *, now: datetime, until: datetime, limit: int
    ) -> tuple[Leased, ...]:
        given = self.good.lease(organization, queue, now=now, until=now, limit=limit)
        again = [each for each in given if each.fence == 1]
        if len(again) < len(given):
            return self.good.lease(organization, queue, now=now, until=until, limit=limit)
        return given


BROKEN: Final[dict[str, Callable[[Path], Any]]] = {
    "one_version": WritesOverOthers,
    "one_login": SaysDone,
    "guards": LooksAtNoGuard,
    "seats": SellsMoreSeats,
    "workers": LeasesForNoTime,
    "one_claim": WritesOverOthers,
}
"""By the race that has to find it."""
