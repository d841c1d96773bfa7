"""Running our tests inside this process: all of them once to learn what each runs, or some until one fails.

The tests are collected once, in a process that runs none of them; each mutant gets a copy of that process.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import pytest
from attrs import define, field

PROFILE: Final = "mutants"
"""The profile of Hypothesis: the same few examples every time, and no time spent on making a failure small."""
SHARED: Final = "::*"
"""Stands for every test of a file, in place of a test's name."""
LOADED_ONCE: Final = ("argon2", "asyncio", "cattrs", "coverage", "hypothesis.strategies", "precis_i18n", "sqlite3")
"""What tests use and mutants do not change."""
QUIET: Final = ("-q", "--tb=no", "--assert=plain", "-p", "no:cacheprovider", "-p", "no:anyio", "-p", "no:xdist")


def prepare() -> None:
    """Choose the profile of Hypothesis and load what tests use and mutants do not change."""
    from hypothesis import Phase, settings

    settings.register_profile(
        PROFILE,
        derandomize=True,
        max_examples=25,
        database=None,
        deadline=None,
        suppress_health_check=list(_health_checks()),
        phases=[Phase.explicit, Phase.generate],
    )
    os.environ["HYPOTHESIS_PROFILE"] = PROFILE
    for name in LOADED_ONCE:
        import_module(name)


def _health_checks() -> Iterator[Any]:
    from hypothesis import HealthCheck

    yield from HealthCheck


@contextmanager
def silence() -> Iterator[None]:
    """Send what tests print to nobody."""
    sys.stdout.flush()
    sys.stderr.flush()
    kept = [os.dup(1), os.dup(2)]
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)
    try:
        yield
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        for number, was in zip((1, 2), kept, strict=True):
            os.dup2(was, number)
            os.close(was)
        os.close(nothing)


class BrokenRun(Exception):
    """Say that the run itself failed, so that nothing was learned about a mutant."""


@define(eq=False)
class _Failures:
    """Remember the first test that failed, and end the run there."""

    allow: Callable[[str], None]
    likely: Collection[str] = ()
    first: str | None = None

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items.sort(key=lambda item: item.nodeid not in self.likely)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> None:
        self.allow(item.nodeid)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and self.first is None:
            self.first = report.nodeid

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed and self.first is None:
            self.first = report.nodeid or "collection"


def first_failure(arguments: Sequence[str], allow: Callable[[str], None], *, first: Collection[str] = ()) -> str | None:
    """Collect and run tests until one fails, those named `first` first; return its name, None when all pass.

    `allow` is called before each.
    """
    failures = _Failures(allow, likely=first)
    with silence():
        status = pytest.main([*QUIET, "-x", *arguments], plugins=[failures])
    if status == pytest.ExitCode.OK:
        return None
    if failures.first is None and status != pytest.ExitCode.USAGE_ERROR:  # a conftest.py that cannot be imported
        raise BrokenRun(f"pytest ended with {status}")
    return failures.first or "conftest.py"


def first_failure_of(items: Sequence[pytest.Item], allow: Callable[[str], None]) -> str | None:
    """Run collected tests in this order until one fails; return its name, None when all pass."""
    failures = _Failures(allow)
    items[0].config.pluginmanager.register(failures)
    for item, following in zip(items, [*items[1:], None], strict=True):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if failures.first is not None:
            return failures.first
    return None


@define(eq=False)
class _Loop:
    """Take the place of the loop that runs tests."""

    run: Callable[[list[pytest.Item]], object]

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if session.testsfailed:
            raise RuntimeError("the tests could not be collected")
        self.run(session.items)
        return True


def collected(arguments: Sequence[str], run: Callable[[list[pytest.Item]], object]) -> None:
    """Collect tests and hand them to `run` instead of running them. What they print is lost, what `run` prints not."""
    out = os.dup(1)

    def heard(items: list[pytest.Item]) -> None:
        nothing = os.dup(1)
        os.dup2(out, 1)
        run(items)
        sys.stdout.flush()
        os.dup2(nothing, 1)

    with silence():
        status = pytest.main([*QUIET, "--capture=no", *arguments], plugins=[_Loop(heard)])
    os.close(out)
    if status != pytest.ExitCode.OK:
        raise RuntimeError(f"the tests could not be collected: {status}")


@define
class Learned:
    """Hold what each test runs: lines by file, of those that ran on import too; and how long each test took."""

    lines: dict[str, dict[str, list[str]]] = field(factory=dict)
    on_import: dict[str, list[int]] = field(factory=dict)
    seconds: dict[str, float] = field(factory=dict)


def learn(arguments: Sequence[str], folder: Path) -> dict[str, Any]:
    """Run every test once and return what it ran, as plain data of `Learned`. Raises `RuntimeError` when one fails."""
    import coverage

    watch = coverage.Coverage(data_file=None, branch=False, source=[str(folder)], config_file=False)
    learned, failed = Learned(), list[str]()

    class Watch:
        """Tell coverage whose lines these are."""

        test = ""

        @pytest.hookimpl(wrapper=True)
        def pytest_runtest_protocol(self, item: pytest.Item) -> Any:
            self.test = item.nodeid
            watch.switch_context(self.test)
            begun = time.process_time()
            answer = yield
            learned.seconds[item.nodeid] = time.process_time() - begun
            watch.switch_context("")
            return answer

        @pytest.hookimpl(wrapper=True)
        def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> Any:
            if fixturedef.scope == "function":
                return (yield)
            # Made once and used by others too: what it runs, all of the file's tests run.
            watch.switch_context(self.test.partition("::")[0] + SHARED)
            answer = yield
            watch.switch_context(self.test)
            return answer

        def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
            if report.failed:
                failed.append(report.nodeid)

    watch.start()
    with silence():
        status = pytest.main([*QUIET, *arguments], plugins=[Watch()])
    watch.stop()
    if status != pytest.ExitCode.OK:
        raise RuntimeError(f"the tests are not green before any mutant: {status} {failed[:5]}")
    data = watch.get_data()
    for file in data.measured_files():
        of_file = data.contexts_by_lineno(file)
        learned.lines[file] = {str(line): [name for name in names if name] for line, names in of_file.items()}
        learned.on_import[file] = [line for line, names in of_file.items() if "" in names]
    return {"lines": learned.lines, "on_import": learned.on_import, "seconds": learned.seconds}
