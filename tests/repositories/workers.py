"""A worker of a crowd: it opens the store for itself, and sends until nothing is due. Processes import it from here."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast, final

from attrs import frozen

from subaccounts import AsyncSubAccounts, Delivered, DeliverNotices, SubAccounts
from subaccounts.errors import StorageFailed
from subaccounts.ports import AsyncRepository
from subaccounts.testing import FrozenClock
from subaccounts.testing.contracts.bridge import Bridge
from subaccounts.testing.crowds.races import Meet, Racer
from subaccounts.testing.faults import Faulty
from tests.faults.mail import WORKER, Outbox, ports


@final
@frozen
class Delivers:
    """Send what is due, a few notices in a run, into one outbox of all; say what came of it, run by run."""

    folder: Path

    async def __call__(self, repository: AsyncRepository, racer: Racer, meet: Meet, /) -> list[Delivered]:
        """Race."""
        subs = self.facade(cast("Bridge", repository).port, racer)
        runs: list[Delivered] = []
        meet()
        while not runs or runs[-1].more:
            try:
                answer = subs.handle(DeliverNotices(actor=WORKER, limit=7))
                runs.append(await answer if racer.color == "async" else answer)
            except StorageFailed as failed:  # a crowd of writers waits for its turn, and not for ever
                if failed.problem != "locked":
                    raise
        return runs

    def facade(self, repository: Any, racer: Racer) -> Any:
        """Return the library on a repository, with identifiers that nobody else makes."""
        color = str(racer.color)
        made = ports(Faulty(), Outbox(self.folder), color=color, repository=repository, run=racer.number + 1)
        made["clock"] = FrozenClock()  # workers that run at once have one time
        kind: Any = AsyncSubAccounts if color == "async" else SubAccounts
        return kind(**made, blocklist=frozenset())
