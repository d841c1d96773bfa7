"""The published page, docs/explanation/mutants.md: written by a run over everything, never by hand."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from . import plan, report
from .explained import Reason, names

PAGE = plan.ROOT / "docs" / "explanation" / "mutants.md"

INTRODUCTION = """\
# Mutants

A test that cannot fail proves nothing. So every rule of `domain/` and every command of `commands/` is changed in one
small way at a time, and the tests have to notice. A changed rule is a *mutant*; one that a test notices is *killed*.
This page is written by the tool that does it:

```sh
.venv/bin/nox -s mutants                                      # judge, print scores and survivors
.venv/bin/nox -s "mutants(domain)"                            # one of the two rooms
.venv/bin/nox -s mutants -- --log "$PWD/build/mutants.jsonl"  # keep the verdicts
python -m tools.mutants --judged build/mutants.jsonl --as-told --write  # and write this page of what they are
python -m tools.mutants --write                               # both at once
python -m tools.mutants --judged --write                      # what changed since this page, whose verdicts are kept
python -m tools.mutants attempts                              # modules whose name contains a word
```

It fails when less than 95 of a hundred mutants of the domain are killed, when a survivor has no reason in
`tools/mutants/explained.toml`, and when a reason is out of date.
"""

CHANGES = """\
## What is changed

Comparisons (each to its neighbor and to its opposite), `and` and `or` and each of their conditions, `not`, arithmetic
and set operators, constants (numbers, booleans, texts), members of enumerations, conditions of comprehensions, ends of
slices, both sides of a conditional expression, what a function returns, what it raises, calls whose answer nobody
takes, each named argument of a call, and each entry of a table.

Left alone are types and decorators (a type checker judges them), `assert` (it narrows types here), docstrings, the
sentences of errors for programmers, and `domain/_lookalikes.py`, which is data that a test compares with its source.

## How it is judged

A mutant inside a function is put in its place in a process that has everything imported: the function keeps its
identity and gets other code. A mutant of a table, a constant, a default or a class body, and of whatever ran while
modules were imported, is imported anew. Both ways are first tried with a mutant that changes nothing and has to
survive. Each mutant has a process of its own and is judged by the tests of `tests/domain` and `tests/commands` that
run its lines, until one fails. Hypothesis draws the same 25 examples for each. A test that takes three
times as much processor time as without the mutant, and five seconds more, kills it; a column counts these.

No tool that was there does this: mutmut 3.8 leaves properties, tables, constants and class bodies alone, and half of
our rules are tables; cosmic-ray 8.7 knows neither returned values nor removed calls, arguments or entries, and starts
the whole suite anew for each mutant. So `tools/mutants/` is ours, a few hundred lines with tests of its own.
"""


def text(
    found: report.Report,
    reasons: Iterable[Reason],
    *,
    today: str,
    machine: str,
    minutes: float,
    command: str,
) -> str:
    """Return the page."""
    run = f"{minutes:.0f} minutes, `{command}`." if minutes else f"`{command}`."
    reasons = tuple(reasons)
    bare = {each.key for each in found.of("survived")} - names(reasons)
    run += f" {len(bare)} survivors have no reason yet." if bare else ""
    return "\n".join(
        [
            INTRODUCTION,
            "## Scores\n",
            "".join((f"{today}, {machine}, {run}", *_reservations(found), "\n")),
            *report.table(found.scores()),
            "",
            CHANGES,
            *_survivors(reasons),
        ]
    )


def _reservations(found: report.Report) -> Iterator[str]:
    """Yield what a reader has to know of verdicts that this run did not reach itself."""
    if found.taken_over:
        yield f" {found.taken_over:,} verdicts are an earlier run's, on modules that did not change since."
    if found.unjudged:
        modules = ", ".join(f"`{module}` {number}" for module, number in sorted(found.unjudged.items()))
        yield f" Not judged are {sum(found.unjudged.values()):,}: {modules}."


def _survivors(reasons: Iterable[Reason]) -> Iterator[str]:
    yield "## What survives, and why\n"
    for reason in reasons:
        yield f"**{reason.title}** ({len(reason.mutants)}). {reason.why}\n"
        yield "```text"
        for mutant in reason.mutants:
            where, _, change = mutant.partition(": ")
            before, _, after = change.partition(" => ")
            yield f"{where}\n  - {before}\n  + {after}"
        yield "```\n"


def write(
    found: report.Report, reasons: Iterable[Reason], *, minutes: float, processes: int, path: Path = PAGE
) -> None:
    """Write the page for a run that has just ended."""
    path.write_text(
        text(
            found,
            reasons,
            today=f"{datetime.now(UTC):%Y-%m-%d}",
            machine=f"{platform.python_implementation()} {platform.python_version()} on {os.cpu_count()} cores",
            minutes=minutes,
            command=f"python -m tools.mutants {f'--processes {processes}' if minutes else '--as-told'} --write",
        ).rstrip()
        + "\n",
        encoding="utf-8",
    )
