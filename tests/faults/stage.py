"""One command on a file that was prepared for it: carried out undisturbed, killed at each call, and repeated.

What is expected is not written down but played: what an undisturbed run leaves and answers, once and once more. A run
that is to die is a process of its own, which opens everything after its fork. The entropy counts anew in every run, so
that equal runs leave equal rows.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Final

from attrs import field, frozen

from subaccounts import AsyncSubAccounts, Command
from subaccounts.errors import OutcomeUnknown, SubAccountsError
from subaccounts.repositories import AsyncSQLiteRepository, SQLiteRepository
from subaccounts.testing import CountingEntropy, CountingHasher, FakeHostAccounts, FakeNotifier, FakeSubscriptions
from subaccounts.testing.faults import AFTER, Fault, Faulty, in_child
from tests.faults.facade import facade
from tests.faults.files import copied, sound
from tests.invariants.checks import check_stored
from tests.invariants.stored import Rows, changed, sqlite_rows, whole_bytes
from tests.invariants.world import World, comparable

Opening = Callable[[Path, Faulty], Any]
"""How a run opens its repository; what it puts between itself and the file can be struck too."""
COMMIT: Final = "repository.commit"
FIRST, LATER = 1, 2
"""Seeds of the entropy of a first run and of one after a restart: a new process makes other identifiers."""


@frozen(kw_only=True)
class Run:
    """Hold what an undisturbed run answered or raised, and which ports it called."""

    told: object
    calls: tuple[str, ...]


@frozen(kw_only=True)
class Left:
    """Hold what a run told and what it left in the file."""

    told: object
    rows: Rows = field(repr=False)


@frozen(kw_only=True)
class Expected:
    """Hold what a dead run has to leave, and what has to come of repeating the command then."""

    rows: Rows = field(repr=False)
    repeated: Left


@frozen(kw_only=True)
class Report:
    """Hold how a command took being killed, and what the undisturbed one did, the first time and again."""

    calls: tuple[str, ...]
    kills: int
    wrote: bool
    told_again: object
    wrote_again: bool
    problems: tuple[str, ...]


class Restarted(World):
    """Be the world of a process that comes after the dead one: all it has is the file and the keys."""

    def __init__(self, before: World, path: Path) -> None:
        self.kind, self.is_async, self._folder, self._runner = "sqlite", False, None, None
        self.clock, self.entropy, self.keys = before.clock, CountingEntropy(LATER), before.keys
        self.path, self.plain = path, SQLiteRepository(path)
        self.rival = self._plain(self.plain, CountingHasher(), FakeHostAccounts(), FakeSubscriptions(), FakeNotifier())


def open_plain(path: Path, faulty: Faulty) -> SQLiteRepository:
    """Open the plain repository."""
    return SQLiteRepository(path)


def open_async(path: Path, faulty: Faulty) -> AsyncSQLiteRepository:
    """Open the async repository."""
    return AsyncSQLiteRepository(path, threads=1)


class Stage:
    """Hold a command and the file it was prepared on, in the world of the one who prepared it.

    `once` says that the command carries a request id: repeated, it has to tell the same and write nothing. `in_chunks`
    says that each of its commits is whole: what is left between them is expected, and repeating ends as if undisturbed.
    """

    def __init__(
        self,
        world: World,
        command: Command[Any],
        *,
        once: bool = False,
        in_chunks: bool = False,
        opening: Opening | None = None,
    ) -> None:
        self._world, self._command, self._once, self._in_chunks = world, command, once, in_chunks
        self._open: Opening = opening or (open_async if world.is_async else open_plain)
        self._known: dict[bytes, Left] = {}
        self._kills = 0
        assert isinstance(world.plain, SQLiteRepository)
        world.plain.close()  # no connection is shared across a fork

    def report(self) -> Report:
        """Kill the command before and after every call, and say what was wrong afterwards."""
        with tempfile.TemporaryDirectory() as folder:
            return self._report(Path(folder))

    def _report(self, folder: Path) -> Report:
        run, states = self._undisturbed(folder)
        before, after = states[0], states[-1]
        problems = self._repeating(run, states)
        for fault in Fault.at_every_call(len(run.calls)):
            expected = states[_committed(run.calls, fault)]
            problem = self._killed(self._prepared(folder / "killed.db"), fault, expected)
            problems += [f"{fault}, {run.calls[fault.call - 1]}: {problem}"] if problem else []
        return Report(
            calls=run.calls,
            kills=self._kills,
            wrote=before.rows != after.rows,
            told_again=after.repeated.told,
            wrote_again=after.rows != after.repeated.rows,
            problems=tuple(problems),
        )

    def _repeating(self, run: Run, states: list[Expected]) -> list[str]:
        """Say what is wrong with repeating the command, even where nobody died."""
        after, problems = states[-1], list[str]()
        if self._once and run.told != after.repeated.told:
            problems.append(f"repeated, it told {after.repeated.told}")
        for state in states if self._in_chunks else states[-1:] if self._once else ():
            if after.rows != state.repeated.rows:
                problems.append(f"repeated, it left something else: {sorted(changed(after.rows, state.repeated.rows))}")
        return problems

    def _undisturbed(self, folder: Path) -> tuple[Run, list[Expected]]:
        """Play the command, and what has to be left after each number of its commits."""
        whole = self._prepared(folder / "whole.db")
        run = in_child(lambda: self.run(whole, Faulty())).answer
        assert run is not None
        commits = [number for number, call in enumerate(run.calls, 1) if call == COMMIT]
        states = [self._expected(self._world.path, folder / "before.db")]
        for number in commits[:-1]:
            states.append(self._between(number, folder / f"{number}.db") if self._in_chunks else states[0])
        if commits:
            states.append(self._expected(whole, folder / "after.db"))
        return run, states

    def _between(self, number: int, path: Path) -> Expected:
        """Say what is left when the answer of a commit is lost, of several that each are whole: nobody dies of it."""
        lost = Faulty(Fault(call=number, when=AFTER, what=OutcomeUnknown()))

        def run() -> None:
            with suppress(OutcomeUnknown):
                self.run(self._prepared(path), lost)

        in_child(run)
        return self._expected(path, path.with_suffix(".again"))

    def _expected(self, path: Path, scratch: Path) -> Expected:
        return Expected(rows=sqlite_rows(path), repeated=self._repeated(copied(path, scratch)))

    def _prepared(self, to: Path) -> Path:
        return copied(self._world.path, to)

    def _killed(self, path: Path, fault: Fault, expected: Expected) -> str | None:
        """Kill one run, look at the file, start again; return what is wrong."""
        ended = in_child(lambda: self.run(path, Faulty(fault)))
        if not ended.killed:
            return f"it lived and told {ended.answer}"
        self._kills += 1
        with Restarted(self._world, path) as world:  # the first to open what was left is the library
            rows = world.rows()
            if expected.rows != rows:
                return f"not what had to be left: {sorted(changed(expected.rows, rows))}"
            check_stored(world)
        if not sound(path):
            return "the file is damaged"
        again = self._repeated(path)
        if expected.repeated.told != again.told:
            return f"repeated, it told {again.told}"
        if expected.repeated.rows != again.rows:
            return f"repeated, it left something else: {sorted(changed(expected.repeated.rows, again.rows))}"
        return None

    def _repeated(self, path: Path) -> Left:
        """Carry out the command after a restart, plainly: a file has no color. Equal files are gone on from once."""
        content = whole_bytes(path)
        if content not in self._known:
            with Restarted(self._world, path) as world:
                try:
                    told = comparable(world.rival.handle(self._command))
                except SubAccountsError as error:
                    told = (error.code, str(error))
                check_stored(world)
                self._known[content] = Left(told=told, rows=world.rows())
        return self._known[content]

    def run(self, path: Path, faulty: Faulty) -> Run:
        """Open everything, carry out the command in the world's color, and close; what it raises, the run raises."""
        repository = self._open(path, faulty)
        subs = facade(self._world, faulty, repository=repository, entropy=CountingEntropy(FIRST))
        if isinstance(subs, AsyncSubAccounts):
            told = asyncio.run(self._awaited(subs, repository))
        else:
            with closing(repository):
                told = comparable(subs.handle(self._command))
        return Run(told=told, calls=tuple(faulty.calls))

    async def _awaited(self, subs: AsyncSubAccounts, repository: Any) -> object:
        try:
            return comparable(await subs.handle(self._command))
        finally:
            await repository.close()


def _committed(calls: tuple[str, ...], fault: Fault) -> int:
    """Return how many commits of a run were answered when the fault struck."""
    return calls[: fault.call if fault.when is AFTER else fault.call - 1].count(COMMIT)
