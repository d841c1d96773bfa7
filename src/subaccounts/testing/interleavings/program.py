"""A command as a program: from the answers it was given to the question it asks next, or to its end.

A command that runs cannot be copied, but it can be run again: given the same answers it asks the same questions. So
where it stands is nothing but the answers so far, and commands that stand alike need to be looked at once.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Generator
from datetime import datetime
from typing import Any, cast, final

from attrs import define, field

from ..._shell import AsyncSubAccounts
from ...commands.command import Command
from ...errors import SubAccountsError
from ..entropy import CountingEntropy
from ..texts import FakeTexts
from .outcome import Ending
from .world import Answer, HostBecomes, Question, SubscriptionBecomes, World

Task = Command[Any] | HostBecomes | SubscriptionBecomes
"""What can run beside something else."""


@final
@define(kw_only=True, eq=False)
class Progress:
    """Hold where a task stands: the question it asks next, or how it ended; and how it got there."""

    question: Question | None = None
    ending: Ending | None = None
    before: Progress | None = None
    answer: Answer | None = None
    next: list[Progress] = field(factory=list)
    running: Coroutine[Question, Any, Any] | None = field(default=None, repr=False)

    @property
    def answers(self) -> tuple[Answer, ...]:
        """Return the answers given so far, in order."""
        if self.before is None or self.answer is None:
            return ()
        return (*self.before.answers, self.answer)

    @property
    def commits(self) -> int:
        """Return how often the task has tried to write."""
        if self.before is None or self.before.question is None:
            return 0
        return self.before.commits + (self.before.question.method == "commit")


@final
class Program:
    """Run one task, as often as it takes, in the ports of one world; `seed` keeps its identifiers apart."""

    def __init__(self, task: Task, /, *, world: World, seed: int) -> None:
        self.task = task
        self._world, self._seed = world, seed
        self.start: Progress = Progress()
        self._go(self._fresh(), Answer(), self.start)

    @property
    def name(self) -> str:
        """Return what the task is called in a story."""
        return type(self.task).__name__

    def after(self, progress: Progress, answer: Answer, /) -> Progress:
        """Return where the task stands after one more answer."""
        for known in progress.next:
            if known.answer is not None and known.answer.same(answer):
                return known
        running, progress.running = progress.running or self._again(progress), None
        reached = Progress(before=progress, answer=answer)
        self._go(running, answer, reached)
        progress.next.append(reached)
        return reached

    def _go(self, running: Coroutine[Question, Any, Any], answer: Answer, reached: Progress) -> None:
        try:
            reached.question = running.send(answer.value) if answer.error is None else running.throw(answer.error)
            reached.running = running
        except StopIteration as finished:
            reached.ending = Ending(value=finished.value)
        except SubAccountsError as error:
            reached.ending = Ending(error=error.with_traceback(None))

    def _again(self, progress: Progress) -> Coroutine[Question, Any, Any]:
        """Run the task anew up to where it stood: one that ran on cannot be turned back."""
        running = self._fresh()
        question = running.send(None)
        for answer in progress.answers:
            question = running.send(answer.value) if answer.error is None else running.throw(answer.error)
        if str(question) != str(progress.question):
            raise AssertionError(f"{self.name} asked {question} where it had asked {progress.question}")
        return running

    def _fresh(self) -> Coroutine[Question, Any, Any]:
        if isinstance(self.task, HostBecomes | SubscriptionBecomes):
            return _host(self.task)
        pulse = Pulse(self._world.now, self._seed)
        names = ("repository", "host_accounts", "subscriptions", "hasher", "notifier")
        ports = {name: cast("Any", _Asking(name, pulse)) for name in names}
        subs = AsyncSubAccounts(
            **ports,
            texts=FakeTexts(),
            keys=self._world.keys,
            clock=pulse,
            entropy=pulse,
            blocklist=frozenset(),
        )
        return subs.handle(self.task)


async def _host(becomes: HostBecomes | SubscriptionBecomes) -> None:
    await _Turn(Question(port="host", method="becomes", args=(becomes,)))


@final
class _Turn(Awaitable[Any]):
    """Give way: hand the question to whoever drives the task, and return the answer it comes back with."""

    def __init__(self, question: Question) -> None:
        self._question = question

    def __await__(self) -> Generator[Question, Any, Any]:
        return (yield self._question)


@final
class _Asking:
    """Stand in for a port: every call of every method is a turn."""

    def __init__(self, port: str, pulse: Pulse) -> None:
        self._port, self._pulse = port, pulse

    def __getattr__(self, method: str) -> Callable[..., Awaitable[Any]]:
        async def ask(*args: Any, **kwargs: Any) -> Any:
            answer = await _Turn(Question(port=self._port, method=method, args=args, kwargs=kwargs))
            if method == "commit":
                self._pulse.wrote()
            return answer

        return ask


@final
class Pulse:
    """Be clock and entropy of one task; whoever runs it says what `wrote`. The time is asked at each try, and each try begins at the same identifier: a try
    that failed wrote nothing, so equal outcomes hold equal identifiers and nothing has to be renamed. After a commit the
    next try begins where that one ended."""

    def __init__(self, now: datetime, seed: int) -> None:
        self._now, self._seed = now, seed
        self._entropy = CountingEntropy(seed)
        self._used = self._written = (0, 0)

    def __call__(self) -> datetime:
        self._entropy, (identifiers, tokens) = CountingEntropy(self._seed), self._written
        for _ in range(identifiers):
            self._entropy.identifier(self._now)
        for _ in range(tokens):
            self._entropy.token()
        self._used = self._written
        return self._now

    def wrote(self) -> None:
        """Keep what was used so far: it is stored."""
        self._written = self._used

    def identifier(self, at: datetime, /) -> str:
        """Return the next identifier of this try."""
        self._used = (self._used[0] + 1, self._used[1])
        return self._entropy.identifier(at)

    def token(self) -> str:
        """Return the next token of this try."""
        self._used = (self._used[0], self._used[1] + 1)
        return self._entropy.token()
