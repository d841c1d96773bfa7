"""`kill -9` at any moment: what a commit said it wrote is there, and of no batch is there half.

Each child dies in the middle of its work, by the hand of the test at a moment of chance, or by its own at each single
statement. Hypothesis is not asked: a moment cannot be replayed. Whole commands die at their port calls in tests/faults.
"""

from __future__ import annotations

import random
import signal
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path

import pytest

from subaccounts.repositories import SQLiteRepository
from subaccounts.testing import builders as b
from tests.faults.files import sound
from tests.repositories.children import (
    die_at_statement,
    first_batch,
    make_and_die,
    numbered_batch,
    server,
    traces,
    write_numbers,
)

KILLS = 12


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Answer a file with what numbered batches need."""
    with SQLiteRepository(tmp_path / "portal.db") as repository:
        repository.commit(first_batch())
    return tmp_path / "portal.db"


@pytest.fixture(scope="module")
def context() -> ForkServerContext:
    """Answer the way to start children."""
    return server()


def ended(child: ForkServerProcess) -> int | None:
    """Wait for the end of a child and return how it ended: 0 well, -9 killed."""
    child.join(timeout=60)
    return child.exitcode


def test_at_any_moment(path: Path, context: ForkServerContext) -> None:
    """Killed at a moment of chance, a dozen times over: every batch told is whole, the one not told whole or absent."""
    number, chance = 1, random.Random(20260311)
    for _ in range(KILLS):
        hears, tells = context.Pipe(duplex=False)
        child = context.Process(target=write_numbers, args=(str(path), number, tells))
        child.start()
        tells.close()
        last = number - 1
        for _ in range(chance.randrange(1, 12)):
            last = hears.recv()
        child.kill()
        assert -signal.SIGKILL == ended(child)
        while hears.poll():  # what it told before it died
            try:
                last = hears.recv()
            except EOFError:
                break
        hears.close()
        assert {True} == {there for each in range(number, last + 1) for there in traces(path, each).values()}
        unsaid = set(traces(path, last + 1).values())
        assert unsaid in ({True}, {False})
        number = last + (2 if unsaid == {True} else 1)
        assert {False} == set(traces(path, number).values())
    assert sound(path)
    with SQLiteRepository(path) as repository:
        assert number - 1 == repository.counter(b.OURS, "people")
        repository.commit(numbered_batch(number))


def test_at_each_statement(path: Path, context: ForkServerContext) -> None:
    """Killed as each statement of a commit begins, in turn: nothing is there until the whole is."""
    statement = 0
    while True:
        statement += 1
        child = context.Process(target=die_at_statement, args=(str(path), 1, statement))
        child.start()
        code = ended(child)
        if code == 0:
            break
        assert (-signal.SIGKILL, {False}) == (code, set(traces(path, 1).values()))
        assert sound(path)
    assert {True} == set(traces(path, 1).values())
    assert statement > 10, "the commit has fewer statements than a batch has parts"


def test_while_it_is_made(tmp_path: Path, context: ForkServerContext) -> None:
    """Killed as each statement of the making of a file begins, in turn: the next one who opens it finishes the work."""
    statement, code = 0, None
    while code != 0:
        statement += 1
        path = tmp_path / f"{statement}.db"
        child = context.Process(target=make_and_die, args=(str(path), statement))
        child.start()
        code = ended(child)
        assert code in (0, -signal.SIGKILL)
        with SQLiteRepository(path) as repository:
            repository.commit(first_batch())
        assert sound(path)
    assert statement > 10, "the file is made of more than that"
