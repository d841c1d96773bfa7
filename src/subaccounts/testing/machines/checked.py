"""A repository whose every answer is compared with the model's, and whose every batch the model writes too."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Hashable
from datetime import datetime, timedelta
from typing import Any, Final, final

from ...domain.decision import Batch
from ...domain.ids import OrganizationId
from ...domain.queries import LARGEST_PAGE
from ...domain.task import Leased
from ..contracts.bridge import Bridge, finish
from ..contracts.expect import shown
from .again import Again
from .agreement import agree, broken, misleased, tells_a_hash
from .answers import READS, Answers
from .broken import ClauseBroken, call
from .facts import Fact, of_task, queues_of, touched
from .model import Model
from .outcome import suspects, told
from .verdict import Verdict, judge

_TICK: Final = timedelta(microseconds=1)
RULES: Final = frozenset({"storage", "secrets"})
"""What the answer itself shows to be broken; whether a write or a read did it makes no difference."""


@final
class Checked:
    """Be an async repository that stands before another and raises `ClauseBroken` for a wrong answer.

    What it is given is the bridge to a repository of either color. After every batch it reads what the batch is about,
    so that a write that went wrong is found at once and not when somebody reads it; before it, what of that was never
    read, so that the batch is not blamed for what was there. `journal` holds the batches that were written. `plain` is
    the same with plain methods, for a repository of that color.
    """

    def __init__(self, bridge: Bridge, /, *, model: Model | None = None, journal: list[Batch] | None = None) -> None:
        self.bridge: Bridge = bridge
        self.model: Model = model if model is not None else Model()
        self.journal: list[Batch] = journal if journal is not None else []
        self.compared: int = 0
        """How many answers were compared."""
        self._agreed: set[Hashable] = set()
        """What was read once and was right: from then on every batch that is about it reads it anew."""

    def __getattr__(self, name: str) -> Callable[..., Coroutine[Any, Any, Any]]:
        if name not in READS:
            raise AttributeError(name)

        async def ask(*args: Any, **named: Any) -> Any:
            return await self.ask(name, *args, **named)

        return ask

    @property
    def plain(self) -> Any:
        """Return the same repository with plain methods."""
        return _Plain(self)

    async def ask(self, name: str, /, *args: Any, **named: Any) -> Any:
        """Return the answer of a read; raises `ClauseBroken` when it is not the model's."""
        clause, problem, answer = await self._heard(name, args, named)
        if clause is not None:
            raise ClauseBroken(clause=clause, asked=call(name, args, named), problem=problem)
        return answer

    async def commit(self, batch: Batch, /) -> None:
        """Commit; raises the conflict that the clauses ask for, and `ClauseBroken` for anything else."""
        queues = queues_of(batch, self.model)
        for fact in touched(batch, self.model, queues):
            if not fact.about <= self._agreed:
                await self.ask(fact.read, *fact.args, **fact.named)
        verdict = judge(self.model, batch)
        raised = await self._committed(batch)
        await self._judge(batch, verdict, raised)
        if raised is None:
            self.model.write(batch)
            self.journal.append(batch)
        for fact in touched(batch, self.model, queues):
            await self._look_back(fact, batch, refused=raised is not None)
        if tells_a_hash(repr(self.bridge.port), self.model):
            problem = "the repr of the repository shows the hash of a password"
            raise ClauseBroken(clause="secrets", asked=call("commit", (batch,), {}), problem=problem)
        if raised is not None:
            raise raised

    async def lease(
        self, organization: OrganizationId, queue: str, /, *, now: datetime, until: datetime, limit: int
    ) -> tuple[Leased, ...]:
        """Lease; raises `ClauseBroken` for other tasks than those due (Q2), or a wrong end or fence (Q3)."""
        named: dict[str, Any] = {"now": now, "until": until, "limit": limit}
        before = {name: held for (of, name), held in self.model.tasks.items() if of == organization}
        expected = self.model.lease(organization, queue, **named)
        self.compared += 1
        clause, asked = "Q2", call("lease", (organization, queue), named)
        try:
            leased: Any = await self.bridge.lease(organization, queue, **named)
            same, problem = expected == leased, f"expected {shown(expected)}, but it was {shown(leased)}"
            clause = misleased(expected, leased, before, queue=queue, limit=limit)
        except Exception as error:  # noqa: BLE001 - whatever a lease raises is a wrong answer here
            same, problem = False, f"{type(error).__name__} was raised: {error}"
        if not same:
            raise ClauseBroken(clause=clause, asked=asked, problem=problem)
        for each in expected:
            await self._look_at(each, asked)
        return expected

    async def _look_at(self, leased: Leased, asked: str) -> None:
        """Read a task that was just leased: what it shows is wrong (Q6), or the lease is not what its worker was told."""
        task = leased.task
        fact = of_task(task.id, task.queue, self.model, of=task.organization, clause="Q3")
        clause, problem, _ = await self._heard(fact.read, fact.args, fact.named)
        if clause is None:
            return
        if clause not in RULES and not await self._is_held(leased):
            clause = fact.clause
        seen = f"{call(fact.read, fact.args, fact.named)}\n  after: {asked}"
        raise ClauseBroken(clause=clause, asked=seen, problem=problem)

    async def _is_held(self, leased: Leased) -> bool:
        """Tell whether storage goes by a lease, whatever it shows: at its end somebody gets the task, and nobody before."""
        task, most = leased.task, {"until": leased.task.due, "limit": LARGEST_PAGE}
        early = await self.bridge.lease(task.organization, task.queue, now=task.due - _TICK, **most)
        late = await self.bridge.lease(task.organization, task.queue, now=task.due, **most)
        before, then = ({(each.task.id, each.fence) for each in _leases(found)} for found in (early, late))
        return task.id not in {name for name, _ in before} and (task.id, leased.fence + 1) in then

    async def _heard(self, name: str, args: tuple[Any, ...], named: dict[str, Any]) -> tuple[str | None, str, Any]:
        """Return the clause that a read breaks now, or None, how it does, and its answer."""
        self.compared += 1
        expected = getattr(Answers(self.model), name)(*args, **named)
        try:
            answer = await getattr(self.bridge, name)(*args, **named)
        except Exception as error:  # noqa: BLE001 - whatever a read raises is a wrong answer here
            said = str(error) if isinstance(error, AssertionError) else f"{type(error).__name__} was raised: {error}"
            return READS[name], said, None
        if agree(name, expected, answer):
            return None, "", answer
        problem = f"expected {shown(expected)}, but it was {shown(answer)}"
        return broken(name, expected, answer, model=self.model), problem, answer

    async def _committed(self, batch: Batch) -> Exception | None:
        try:
            await self.bridge.commit(batch)
        except Exception as error:  # noqa: BLE001 - every outcome is judged
            return error
        return None

    async def _judge(self, batch: Batch, verdict: Verdict, raised: Exception | None) -> None:
        """Raise `ClauseBroken` unless a commit ended as the clauses say, and told no hash."""
        rows = Model(records=self.model.records | {record.id: record for record in batch.puts})
        if raised is not None and tells_a_hash(_everything_in(raised), rows):
            problem = f"{type(raised).__name__} shows the hash of a password"
            raise ClauseBroken(clause="secrets", asked=call("commit", (batch,), {}), problem=problem)
        if told(verdict.conflict) == told(raised):
            return
        problem = f"expected that it {told(verdict.conflict)}, but it {told(raised)}"
        for suspect in suspects(verdict, raised, batch, model=self.model, journal=self.journal):
            if suspect.again is None or await self._holds(suspect.again):
                raise ClauseBroken(clause=suspect.clause, asked=call("commit", (batch,), {}), problem=problem)

    async def _look_back(self, fact: Fact, batch: Batch, *, refused: bool) -> None:
        """Read what a batch was about: as it says when it was written, as before when it was refused (C1)."""
        clause, problem, answer = await self._heard(fact.read, fact.args, fact.named)
        if clause is None:
            self._agreed |= fact.about
            return
        if fact.read == "counter" and isinstance(answer, int) and answer < 0:
            clause = "C7"
        elif clause not in RULES and not (fact.again and all([await self._holds(each) for each in fact.again])):
            clause = "C1" if refused else fact.clause
        asked = f"{call(fact.read, fact.args, fact.named)}\n  after: {call('commit', (batch,), {})}"
        raise ClauseBroken(clause=clause, asked=asked, problem=problem)

    async def _holds(self, again: Again) -> bool:
        raised = await self._committed(again.batch)
        return raised is None if again.hears is None else isinstance(raised, again.hears)


def _leases(answer: Any) -> tuple[Leased, ...]:
    return tuple(each for each in answer if isinstance(each, Leased)) if isinstance(answer, tuple) else ()


class _Plain:
    """Finish every question at once: nothing suspends behind a plain port."""

    def __init__(self, checked: Checked) -> None:
        self._checked = checked

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name not in {"commit", "lease"} and name not in READS:
            raise AttributeError(name)
        method = getattr(self._checked, name)
        return lambda *args, **named: finish(method(*args, **named))


def _everything_in(error: Exception) -> str:
    return "\n".join((str(error), repr(error), *getattr(error, "__notes__", ())))
