"""Judge every mutant of `domain/` and `commands/`, print the scores and the survivors.

    python -m tools.mutants                     # everything
    python -m tools.mutants attempts codes      # modules whose name contains one of these
    python -m tools.mutants --again old.jsonl   # what was not killed by a test in an earlier run's --log
    python -m tools.mutants --write             # everything, and write docs/explanation/mutants.md and the verdicts of it
    python -m tools.mutants --judged            # what these verdicts settled is not judged again where nothing changed
    python -m tools.mutants --judged --judged old.jsonl --as-told  # judge nothing more, and say what was never judged
    python -m tools.mutants --processes 2       # at once; 2 unless said otherwise

Ends with 1 when a survivor has no reason in explained.toml, when a reason is out of date, or when less than 95 of a
hundred mutants of the domain were killed.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from attrs import evolve

from . import children, explained, log, page, plan, report, suite, ways
from .children import Verdict
from .sites import Mutant

BAR = 95.0
"""Of a hundred mutants of the domain, how many have to be killed."""
WAYS = {"in-place": (ways.in_place,), "fresh": (ways.imported_anew,), "both": (ways.in_place, ways.imported_anew)}


def main(arguments: Sequence[str]) -> int:
    """Run, print, and say by the exit status whether everything is as it has to be."""
    asked = _arguments(arguments)
    begun = time.monotonic()
    os.chdir(plan.ROOT)
    sys.path[:0] = [str(plan.ROOT), str(plan.ROOT / "src")]
    files = plan.files(asked.modules)
    if asked.as_told:
        return _as_told(files, asked)
    suite.prepare()
    learned: Any = children.call(lambda: suite.learn(plan.TESTS, plan.PACKAGE))
    print(f"{len(learned['seconds'])} tests in {sum(learned['seconds'].values()):.0f} s of processor time", flush=True)
    todo = plan.Plan()
    for file in files:
        plan.planned(file, learned, todo)
    if asked.again is not None:
        todo = _again(todo, log.left(asked.again))
    found = report.Report()
    if asked.judged is not None:
        named = explained.names(explained.read())
        todo = _resumed(todo, log.settled(asked.judged, files, explained=named), found)
    print(f"{len(todo.in_place)} in place, {len(todo.fresh)} fresh, {len(todo.unseen)} that no test runs", flush=True)
    by_name = {file.name: file for file in files}

    def hear(mutant: Mutant, verdict: Verdict) -> None:
        found.add(mutant, verdict)
        if asked.log is not None:
            log.append(asked.log, mutant, verdict, by_name[mutant.module])

    for mutant in todo.unseen:
        hear(mutant, Verdict(outcome="survived"))
    trial = ways.Trial(files=by_name, seconds=learned["seconds"], processes=asked.processes)
    for way in WAYS[asked.way]:
        for mutant, verdict in way(trial, todo):
            hear(mutant, verdict)
    return _judge(found, files, asked, minutes=(time.monotonic() - begun) / 60)


def _arguments(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.mutants", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("modules", nargs="*", help="parts of the names of modules")
    parser.add_argument("--write", action="store_true", help="write the published page")
    parser.add_argument("--processes", type=int, default=2, help="how many mutants are judged at once")
    parser.add_argument("--way", choices=WAYS, default="both", help="judge only a part")
    parser.add_argument("--log", type=Path, help="append each verdict to this file as it comes, one line of JSON")
    parser.add_argument(
        "--judged",
        type=Path,
        nargs="?",
        const=log.KEPT,
        action="append",
        help="take over what this log settled in unchanged modules, or what the page's verdicts did; can be given again",
    )
    parser.add_argument("--as-told", action="store_true", help="judge nothing more than --judged tells")
    parser.add_argument("--again", type=Path, help="judge only what survived or took too long in this log")
    asked = parser.parse_args(arguments)
    if asked.write and (asked.modules or asked.again or asked.way != "both"):
        parser.error("the page is about everything: --write stands alone")
    if asked.as_told and not asked.judged:
        parser.error("--as-told goes with --judged")
    return asked


def _as_told(files: Sequence[plan.File], asked: argparse.Namespace) -> int:
    """Report what a log tells of modules that are still the same; what it does not tell of was not judged."""
    told, found = log.told(asked.judged, files), report.Report()
    for file in files:
        for mutant in plan.mutants_of(file):
            if mutant.key in told:
                found.take_over(mutant, told[mutant.key])
            else:
                found.leave(mutant)
    return _judge(found, files, asked, minutes=0)


def _again(todo: plan.Plan, keys: frozenset[str]) -> plan.Plan:
    return evolve(
        todo,
        in_place=[each for each in todo.in_place if each[0].key in keys],
        fresh=[mutant for mutant in todo.fresh if mutant.key in keys],
        unseen=[mutant for mutant in todo.unseen if mutant.key in keys],
    )


def _resumed(todo: plan.Plan, told: dict[str, Verdict], found: report.Report) -> plan.Plan:
    """Take over what an earlier run settled and return what is left to be judged."""
    every = (*(each[0] for each in todo.in_place), *todo.fresh, *todo.unseen)
    for mutant in every:
        if mutant.key in told:
            found.take_over(mutant, told[mutant.key])
    return _again(todo, frozenset(mutant.key for mutant in every) - told.keys())


def _judge(found: report.Report, files: Sequence[plan.File], asked: argparse.Namespace, *, minutes: float) -> int:
    scores = found.scores()
    print("\n".join(report.table(scores)))
    survived = found.of("survived")
    reasons = explained.read()
    judged = {mutant.key: mutant for mutant, _ in found.judged}
    unexplained, outdated = explained.compare(reasons, survived=[each.key for each in survived], judged=judged)
    for title, mutants in (
        ("survived, without a reason", [judged[key] for key in unexplained]),
        ("took too long", found.of("timeout")),
    ):
        print(f"\n{title}: {len(mutants)}")
        for mutant in mutants:
            print("\n".join(report.difference(mutant)))
    print(f"\nnot judged: {sum(found.unjudged.values())}")
    print("".join(f"\nexplained, but did not survive: {key}" for key in outdated))
    print(f"{len(survived)} survived, {len(survived) - len(unexplained)} of them explained; {minutes:.0f} minutes")
    if asked.write:
        page.write(found, reasons, minutes=minutes, processes=asked.processes)
        log.keep(found.judged, files)
    domain = report.total(score for name, score in scores.items() if name.startswith("domain/"))
    return int(bool(unexplained or outdated or found.unjudged) or domain.percent < BAR)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
