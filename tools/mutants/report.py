"""What a run found: the score of each module, and survivors as small differences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from attrs import define, field

from .children import Verdict
from .sites import Mutant


@define
class Score:
    """Count the mutants of a module."""

    killed: int = 0
    timeout: int = 0
    survived: int = 0

    @property
    def mutants(self) -> int:
        """Return how many were judged."""
        return self.killed + self.timeout + self.survived

    @property
    def percent(self) -> float:
        """Return how many of a hundred were noticed."""
        return 100 * (self.killed + self.timeout) / self.mutants if self.mutants else 100.0


@define
class Report:
    """Hold the verdict of each mutant."""

    judged: list[tuple[Mutant, Verdict]] = field(factory=list)
    taken_over: int = 0
    """How many of them an earlier run judged."""
    unjudged: Counter[str] = field(factory=Counter)
    """How many of each module nobody judged."""

    def add(self, mutant: Mutant, verdict: Verdict) -> None:
        """Remember a verdict."""
        self.judged.append((mutant, verdict))

    def take_over(self, mutant: Mutant, verdict: Verdict) -> None:
        """Remember a verdict of an earlier run."""
        self.add(mutant, verdict)
        self.taken_over += 1

    def leave(self, mutant: Mutant) -> None:
        """Remember that a mutant was not judged."""
        self.unjudged[mutant.module] += 1

    def scores(self) -> dict[str, Score]:
        """Return the score of each module, by its name."""
        found: dict[str, Score] = {}
        for mutant, verdict in self.judged:
            score = found.setdefault(mutant.module, Score())
            setattr(score, verdict.outcome, getattr(score, verdict.outcome) + 1)
        return dict(sorted(found.items()))

    def of(self, outcome: str) -> list[Mutant]:
        """Return the mutants with this outcome, by place."""
        found = [mutant for mutant, verdict in self.judged if verdict.outcome == outcome]
        return sorted(found, key=lambda mutant: (mutant.module, mutant.line, mutant.key))


def total(scores: Iterable[Score]) -> Score:
    """Return the sum of scores."""
    every = list(scores)
    return Score(
        killed=sum(each.killed for each in every),
        timeout=sum(each.timeout for each in every),
        survived=sum(each.survived for each in every),
    )


def table(scores: dict[str, Score]) -> Iterator[str]:
    """Yield the rows of a table in Markdown: each module, then each room."""
    yield "| module | mutants | killed | of them by time | survived | killed of 100 |"
    yield "|---|---:|---:|---:|---:|---:|"
    rooms: dict[str, list[Score]] = {}
    for name, score in scores.items():
        yield _row(f"`{name}`", score)
        rooms.setdefault(name.partition("/")[0], []).append(score)
    for room, of_room in rooms.items():
        yield _row(f"**{room}/**", total(of_room))


def _row(name: str, score: Score) -> str:
    noticed = score.killed + score.timeout
    return f"| {name} | {score.mutants:,} | {noticed:,} | {score.timeout} | {score.survived} | {score.percent:.1f} |"


def difference(mutant: Mutant) -> Iterator[str]:
    """Yield a mutant as people read it."""
    yield f"{mutant.module}:{mutant.line} {mutant.function or ''}".rstrip()
    yield f"  - {mutant.before}"
    yield f"  + {mutant.after}"
