"""The two ways to judge mutants: in the functions of a process that has everything imported, or imported anew.

Each way first judges a mutant that changes nothing. It has to survive, or the way itself breaks tests and no verdict
would mean anything.
"""

from __future__ import annotations

import gc
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, TextIO

from attrs import frozen

from . import children, fresh, inplace, suite
from .children import Verdict
from .killers import Killers
from .plan import TESTS, File, Plan, other_tests, own_tests
from .sites import Mutant

LEAST_SECONDS: Final = 5
"""Processor time that every test is given with a mutant, in seconds."""
BEGINNING: Final = 6 * LEAST_SECONDS
"""Processor time until the first test, in seconds: importing and collecting."""
TIMES: Final = 3
"""How many times what the test takes without a mutant it is given beside."""

LIKELY: Final = 3
"""Files of tests that are asked first, because they killed others like it."""

Judged = Iterator[tuple[Mutant, Verdict]]


class ControlFailed(Exception):
    """Say that a mutant that changes nothing was noticed."""


@frozen(kw_only=True)
class Trial:
    """Hold what both ways need: the files by their name, what each test costs, and how many are judged at once."""

    files: Mapping[str, File]
    seconds: Mapping[str, float]
    processes: int

    def allow(self, test: str) -> None:
        """Give a test its time."""
        children.allow(LEAST_SECONDS + int(TIMES * self.seconds.get(test, 0)))


def imported_anew(trial: Trial, plan: Plan) -> Judged:
    """Judge what needs a fresh import: files that killed its like first, then the module's own tests, then all others."""
    killers = Killers()

    def judge(job: tuple[Mutant | None, File]) -> str | None:
        mutant, file = job
        code = mutant.code(file.source, file.path) if mutant is not None else file.code
        fresh.put(file.module, file.path, code)
        known = killers.of(mutant) if mutant is not None else []
        likely = list(dict.fromkeys(name.partition("::")[0] for name in known if name.startswith(TESTS)))[:LIKELY]
        own = [name for name in own_tests(file) if name not in likely]
        others = [name for name in other_tests(file, trial.seconds) if name not in likely]
        asked = (names for names in (likely, own, others) if names)
        failures = (suite.first_failure(names, trial.allow, first=known) for names in asked)
        return next((failure for failure in failures if failure is not None), None)

    if not plan.fresh:
        return
    jobs: list[tuple[Mutant | None, File]] = [(mutant, trial.files[mutant.module]) for mutant in plan.fresh]
    jobs.insert(0, (None, jobs[0][1]))
    for (mutant, _), verdict in children.verdicts(jobs, judge, seconds=BEGINNING, processes=trial.processes):
        if mutant is not None:
            if verdict.by:
                killers.add(mutant, verdict.by)
            yield mutant, verdict
        elif verdict.outcome != "survived":
            raise ControlFailed(verdict)


def in_place(trial: Trial, plan: Plan) -> Judged:
    """Judge what can be put into functions that are there: tests are collected once, each mutant has a copy.

    The collecting happens in a child, so that this process never imports what is mutated; verdicts come back through
    a pipe.
    """
    if not plan.in_place:
        return
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        status = 1
        try:
            with os.fdopen(writing, "w", encoding="utf-8") as lines:
                suite.collected(TESTS, lambda items: _serve(items, trial, plan, lines))
            status = 0
        finally:
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as lines:
        for line in lines:
            number, outcome, by = json.loads(line)
            yield plan.in_place[number][0], Verdict(outcome=outcome, by=by)
    _, status = os.waitpid(child, 0)
    if status:
        raise ChildProcessError(f"the collecting process ended with {status}")


def _serve(items: Sequence[Any], trial: Trial, plan: Plan, lines: TextIO) -> None:
    """Judge every mutant in a copy of this process, and write the verdicts."""
    by_id = {item.nodeid: item for item in items}
    alive = {name: inplace.functions(str(file.path)) for name, file in trial.files.items()}
    killers = Killers()
    gc.collect()
    gc.freeze()

    def judge(number: int | None) -> str | None:
        names = list(by_id)
        if number is not None:
            mutant, names = plan.in_place[number]
            names = killers.first(mutant, names)
            file = trial.files[mutant.module]
            if not inplace.put(alive[file.name], file.code, mutant.code(file.source, file.path)):
                raise RuntimeError(f"nothing was changed by {mutant.key}")
        with suite.silence():
            return suite.first_failure_of([by_id[name] for name in names], trial.allow)

    jobs: list[int | None] = [None, *range(len(plan.in_place))]
    judged = children.verdicts(jobs, judge, seconds=BEGINNING, processes=trial.processes)
    for number, verdict in judged:
        if number is None:
            if verdict.outcome != "survived":
                raise ControlFailed(verdict)
            continue
        if verdict.by:
            killers.add(plan.in_place[number][0], verdict.by)
        lines.write(json.dumps([number, verdict.outcome, verdict.by]) + "\n")
        lines.flush()
