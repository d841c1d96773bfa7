"""One racer: it asks what its lot says, remembers the code and the sign-in it was given, and writes down what it heard."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, final

from attrs import evolve

from subaccounts import Handover, Subject
from subaccounts.domain.decision import Batch
from subaccounts.domain.steps import Authenticated
from subaccounts.errors import OutcomeUnknown
from subaccounts.testing.histories import Operation, Recorder
from tests.races.asked import COMMANDS, shown
from tests.races.lots import THE_CODE, Race, asking
from tests.races.starts import facade, put, start


@final
class Raced:
    """Stand before a repository: meet the others after the first read, and let chosen commits end in the unknown."""

    def __init__(self, repository: Any, meet: Callable[[], object]) -> None:
        self._repository, self._meet = repository, meet
        self.meets, self._commits = False, 0
        self.lost: frozenset[int] = frozenset()
        self.unanswered: frozenset[int] = frozenset()

    def begin(self, race: Race, racer: int) -> None:
        """Begin a race."""
        self.meets, self._commits = race.meet, 0
        self.lost = frozenset(number for who, number in race.lost if who == racer)
        self.unanswered = frozenset(number for who, number in race.unanswered if who == racer)

    def met(self) -> None:
        """Meet the others, if that is still to come."""
        if self.meets:
            self.meets = False
            self._meet()

    def commit(self, batch: Batch, /) -> None:
        """Commit, or lose the batch, or lose the answer."""
        number, self._commits = self._commits, self._commits + 1
        if number in self.lost:
            raise OutcomeUnknown
        self._repository.commit(batch)
        if number in self.unanswered:
            raise OutcomeUnknown

    def __getattr__(self, method: str) -> Callable[..., Any]:
        read = getattr(self._repository, method)

        def ask(*args: Any, **kwargs: Any) -> Any:
            answer = read(*args, **kwargs)
            self.met()
            return answer

        return ask


def run(
    races: Sequence[Race],
    repository: Any,
    *,
    racer: int,
    of: int,
    together: Callable[[], object],
    stored: bool = False,
) -> list[Operation]:
    """Run every race as the racer of this number, of so many; answer what was asked and heard.

    The racers share the work of storing where races begin, unless that is `stored`. `together` waits for all of them.
    """
    for race in () if stored else races[racer::of]:
        put(repository, start(race.name, race.start).records)
    recorder = Recorder(f"racer {racer + 1}", seen_as=shown)
    raced = Raced(repository, together)
    subs = facade(raced)
    for race in races:
        raced.begin(race, racer)
        code, epochs = start(race.name, race.start).code, (1, 1)
        together()
        for name in race.of(racer):
            asked = asking(race.name, name)
            asked = evolve(asked, epochs=epochs, secret=code if asked.secret == THE_CODE else asked.secret)
            command = COMMANDS[asked.what](asked)
            answer = recorder.run(asked, lambda command=command: subs.handle(command))  # type: ignore[misc]  # bound now
            code, epochs = _learned(answer, code, epochs)
            raced.met()
        raced.met()
    return recorder.operations


def _learned(answer: Any, code: str, epochs: tuple[int, int]) -> tuple[str, tuple[int, int]]:
    """Return the newest code and sign-in a racer knows after an answer."""
    match answer:
        case Handover(code=issued) if issued is not None:
            return issued.code.reveal(), epochs
        case Authenticated(subject=subject) | (Subject() as subject):
            return code, (subject.epoch, subject.account_epoch)
        case _:
            return code, epochs
