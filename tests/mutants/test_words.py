"""What is said about mutants: scores, survivors with and without a reason, the published page."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from tools.mutants import explained, log, page, plan, report
from tools.mutants.children import Verdict
from tools.mutants.explained import Reason
from tools.mutants.killers import MOST, Killers
from tools.mutants.sites import Mutant, mutants

SURVIVED, KILLED, TIMEOUT = Verdict(outcome="survived"), Verdict(outcome="killed", by="t"), Verdict(outcome="timeout")


def found() -> report.Report:
    """Return the report of a source with four mutants."""
    source = "def rule(a):\n    a(1)\n    return a < 2\n"
    every = mutants(source, module="domain/m.py", enums={})
    result = report.Report()
    for mutant, verdict in zip(every, [KILLED, SURVIVED, TIMEOUT, KILLED, KILLED, KILLED], strict=True):
        result.add(mutant, verdict)
    return result


def test_what_killed_one_is_asked_first_of_the_next() -> None:
    """First the tests that killed others of the function, the last that did first, then those of the module; the rest as it was."""
    source = "def rule(a):\n    return a < 2\n\n\ndef other(a):\n    return a < 3\n"
    every = mutants(source, module="domain/m.py", enums={})
    rule, other = (next(each for each in every if each.function == name) for name in ("rule", "other"))
    killers, names = Killers(), ["a", "b", "c", "d"]
    assert names == killers.first(rule, names)
    killers.add(rule, "c")
    killers.add(rule, "b")
    killers.add(other, "d")
    killers.add(other, "not among the tests that run its lines")
    assert ["b", "c", "d", "a"] == killers.first(rule, names)
    assert ["d", "b", "c", "a"] == killers.first(other, names)
    for number in range(9):
        killers.add(rule, str(number))
    assert MOST == len(killers.of(rule))


def test_a_score_counts_everything_once() -> None:
    """Killed, out of time and survived are all there is; out of time counts as killed."""
    score = found().scores()["domain/m.py"]
    assert (6, 4, 1, 1, 100 * 5 / 6) == (score.mutants, score.killed, score.timeout, score.survived, score.percent)


def test_the_table_sums_up_rooms() -> None:
    """Each module has a row, then each room."""
    rows = list(report.table(found().scores()))
    assert ["| `domain/m.py` | 6 | 5 | 1 | 1 | 83.3 |", "| **domain/** | 6 | 5 | 1 | 1 | 83.3 |"] == rows[2:]


def test_a_survivor_is_shown_as_a_difference() -> None:
    """A survivor is shown with its place, what was there and what stands there now."""
    (survivor,) = found().of("survived")
    assert ["domain/m.py:2 rule", "  - a(1)", "  + a(2)"] == list(report.difference(survivor))


def test_survivors_need_reasons() -> None:
    """A survivor without a reason is told, and so is a reason whose mutant was killed; what was not judged is not."""
    reasons = [Reason(title="t", why="w", mutants=("a.py f: same", "a.py f: killed", "b.py g: not judged"))]
    judged = ["a.py f: same", "a.py f: killed", "a.py f: new", "a.py f: also killed"]
    unexplained, outdated = explained.compare(reasons, survived=["a.py f: same", "a.py f: new"], judged=judged)
    assert (["a.py f: new"], ["a.py f: killed"]) == (unexplained, outdated)


def test_a_mutant_is_explained_once(tmp_path: Path) -> None:
    """Two reasons for one mutant are one too many."""
    path = tmp_path / "explained.toml"
    path.write_text('[[reason]]\ntitle = "t"\nwhy = "w"\nmutants = ["a", "a"]\n', encoding="utf-8")
    with pytest.raises(ValueError, match="explained twice"):
        explained.read(path)


def test_a_shared_fixture_is_every_tests() -> None:
    """What a fixture of a file runs, each test of that file judges, and no test of another."""
    seconds = {"a.py::one": 0.0, "a.py::two": 0.0, "ab.py::one": 0.0, "b.py::one": 0.0}
    assert {"b.py::one"} == plan.tests_named(["b.py::one"], seconds)
    assert {"a.py::one", "a.py::two", "b.py::one"} == plan.tests_named(["a.py::*", "b.py::one"], seconds)


def test_the_reasons_are_about_what_is_there() -> None:
    """Each explained mutant is a mutant of the present source, so that no reason outlives its rule."""
    there = {mutant.key for file in plan.files() for mutant in plan.mutants_of(file)}
    gone = [key for reason in explained.read() for key in reason.mutants if key not in there]
    assert [] == gone


def test_the_page() -> None:
    """The page tells scores, machine, command and each survivor with its reason."""
    reasons = [Reason(title="Same", why="It is the same.", mutants=("domain/m.py rule: a(1) => a(2)",))]
    said: dict[str, Any] = {"today": "2026-01-01", "machine": "CPython", "minutes": 3.2, "command": "mutants"}
    told = found()
    text = page.text(told, reasons, **said)
    assert "2026-01-01, CPython, 3 minutes, `mutants`.\n" in text
    told.taken_over, told.unjudged = 1234, Counter({"domain/m.py": 2, "domain/b.py": 1})
    resumed = page.text(told, [], **said | {"minutes": 0})
    earlier = "1,234 verdicts are an earlier run's, on modules that did not change since."
    left = "Not judged are 3: `domain/b.py` 1, `domain/m.py` 2."
    bare = "1 survivors have no reason yet."
    assert f"2026-01-01, CPython, `mutants`. {bare} {earlier} {left}\n" in resumed
    assert "| `domain/m.py` | 6 | 5 | 1 | 1 | 83.3 |" in text
    assert "**Same** (1). It is the same.\n\n```text\ndomain/m.py rule\n  - a(1)\n  + a(2)\n```" in text


def _logged(folder: Path, mutant: Mutant, file: plan.File) -> Path:
    """Return a later log, in which a mutant was killed."""
    log.append(folder / "later.jsonl", mutant, KILLED, file)
    return folder / "later.jsonl"


def test_what_an_earlier_run_leaves(tmp_path: Path) -> None:
    """Of a log the kills in modules that are the same are taken over, and survivors with a reason; whatever else survived, took
    too long or changed is judged again."""
    source, path = "def rule(a):\n    a(1)\n    return a < 2\n", tmp_path / "log.jsonl"
    file = plan.File(name="domain/m.py", path=path, source=source, code=compile(source, "m.py", "exec"))
    every = mutants(source, module=file.name, enums={})
    for mutant, verdict in zip(every[:3], [KILLED, SURVIVED, TIMEOUT], strict=True):
        log.append(path, mutant, verdict, file)
    assert {every[0].key: KILLED} == log.settled([path], [file], explained=())
    explained_ = {each.key for each in every}
    assert {every[0].key: KILLED, every[1].key: SURVIVED} == log.settled([path], [file], explained=explained_)
    changed = evolve(file, source=source.replace("a < 2", "a < 3"))
    assert {} == log.settled([path], [changed], explained=explained_) == log.settled([path], [], explained=explained_)
    assert {each.key for each in every[1:3]} == log.left(path)
    assert [KILLED, SURVIVED, TIMEOUT] == [*log.told([path], [file]).values()]
    assert {} == log.told([path], [changed])
    documented = evolve(file, source=source.replace("    a(1)", '    """Say what it does."""\n    # and why\n    a(1)'))
    assert log.told([path], [file]) == log.told([path], [documented])
    kept = tmp_path / "kept.jsonl.xz"
    log.keep([(every[0], KILLED), (every[2], TIMEOUT)], [file], kept)
    assert {every[0].key: KILLED, every[2].key: TIMEOUT} == log.told([kept], [file])
    assert log.told([path], [file]) | {every[1].key: KILLED} == log.told(
        [path, _logged(tmp_path, every[1], file)], [file]
    )
    taken = report.Report()
    taken.take_over(every[0], KILLED)
    taken.leave(every[1])
    assert {"domain/m.py": 1} == taken.unjudged
    assert (1, 1) == (taken.taken_over, taken.scores()["domain/m.py"].killed)
