"""Judging races: the history of all of them, with a look at what is stored in the end, by the model."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from typing import Any

from attrs import frozen

from subaccounts.testing.histories import History, Operation, linearization, story
from tests.races.lots import Race
from tests.races.model import Accounts
from tests.races.starts import look, looked, start


@frozen(kw_only=True)
class Verdict:
    """Hold how many races and operations were judged, how many operations overlapped, and the stories of the wrong."""

    races: int
    operations: int
    overlapping: int
    told: tuple[str, ...]

    @property
    def numbers(self) -> tuple[int, int, int, int]:
        """Return races, operations, overlapping ones, and how many races have no order."""
        return self.races, self.operations, self.overlapping, len(self.told)


def judge(races: Sequence[Race], heard: Iterable[Operation], repository: Any) -> Verdict:
    """Judge what was heard in races that have all ended, and what they left in the repository."""
    model = Accounts({race.name: start(race.name, race.start).one for race in races})
    heard = tuple(heard)
    ended = time.monotonic_ns() + 1
    looks = [
        Operation(
            client="afterwards",
            command=look(race.name),
            invoked=ended + 2 * number,
            returned=ended + 2 * number + 1,
            answer=looked(repository, race.name),
        )
        for number, race in enumerate(races)
    ]
    histories = History(operations=(*heard, *looks)).parts(model.part)
    wrong = [history for history in histories.values() if linearization(history, model) is None]
    return Verdict(
        races=len(histories),
        operations=len(heard),
        overlapping=sum(history.overlaps for history in histories.values()),
        told=tuple(story(history, model) for history in wrong),
    )
