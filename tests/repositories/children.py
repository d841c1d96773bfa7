"""What other processes do to a file while a test looks on: numbered batches, races, deaths. Started by `forkserver`.

The server is one process without threads that has loaded the package; each child is a fork of it and costs little.
"""

from __future__ import annotations

import multiprocessing as mp
import os
import signal
import sqlite3
import tempfile
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any

from attrs import evolve

from subaccounts.domain.decision import Batch, Count
from subaccounts.errors import Conflict
from subaccounts.repositories import SQLiteRepository
from subaccounts.repositories.sqlite import opening, schema
from subaccounts.testing import builders as b

GO = "go"


def server() -> ForkServerContext:
    """Return the way to start children."""
    context = mp.get_context("forkserver")
    context.set_forkserver_preload(["tests.repositories.children"])
    return context


def first_batch() -> Batch:
    """Return what every numbered batch needs."""
    return Batch(organization=b.OURS, puts=(b.organization(), b.account()))


def numbered_batch(number: int) -> Batch:
    """Return a batch of several records, keys, a count, an event and a request that all carry one number."""
    person, credential = b.person(number, login=f"person-{number}")
    return Batch(
        organization=b.OURS,
        puts=(person, evolve(credential, password=b.password_hash()), b.department(number)),
        counts=(Count(name="people", by=1),),
        events=(b.event(number, sub_account=person.id),),
        request=b.request(f"request-{number}"),
    )


def traces(path: Path, number: int) -> dict[str, bool]:
    """Say which parts of a numbered batch are in the file: all of them or none, if commits are whole."""
    value, connection = b.value(number), sqlite3.connect(path)
    asked = {
        "person": ("SELECT count(*) FROM sub_accounts WHERE id = ?", value),
        "credential": ("SELECT count(*) FROM credentials WHERE id = ?", value),
        "department": ("SELECT count(*) FROM catalog WHERE id = ?", value),
        "keys of the person": ("SELECT count(*) / 2 FROM unique_keys WHERE kind = 'sub_account' AND holder = ?", value),
        "key of the department": ("SELECT count(*) FROM unique_keys WHERE kind = 'department' AND holder = ?", value),
        "event": ("SELECT count(*) FROM events WHERE id = ?", value),
        "request": ("SELECT count(*) FROM requests WHERE id = ?", f"request-{number}"),
    }
    found = {part: connection.execute(sql, (of,)).fetchone()[0] == 1 for part, (sql, of) in asked.items()}
    connection.close()
    return found


def write_numbers(path: str, first: int, told: Any) -> None:
    """Commit one numbered batch after the other for as long as this process lives, and tell each that returned."""
    repository = SQLiteRepository(path)
    number = first
    while True:
        repository.commit(numbered_batch(number))
        told.send(number)
        number += 1


def die_at_statement(path: str, number: int, statement: int) -> None:
    """Commit a numbered batch and be killed when SQLite begins the given statement, counted from 1; else end well."""
    seen = 0

    def count(_: str) -> None:
        nonlocal seen
        seen += 1
        if seen == statement:
            os.kill(os.getpid(), signal.SIGKILL)

    repository = SQLiteRepository(path)
    assert repository.organization(b.OURS) is not None
    with repository._connections.mine() as connection:
        connection.set_trace_callback(count)
    repository.commit(numbered_batch(number))
    connection.set_trace_callback(None)


def make_at_once(path: str, go: Any, told: Any, later: schema.Step | None = None) -> None:
    """Make the file together with other processes, or take a step of a later release, and say how it went."""
    if later is not None:
        schema.STEPS = (*schema.STEPS, later)
    go.wait()
    try:
        repository = SQLiteRepository(path)
        repository.close()
    except Exception as error:  # noqa: BLE001 - whatever it is, the test has to hear of it
        told.put(repr(error))
    else:
        told.put(GO)


def raise_version(path: str, times: int, go: Any, told: Any) -> None:
    """Put the same record again and again on the version just read, and say how many of these commits succeeded."""
    repository = SQLiteRepository(path)
    go.wait()
    won = 0
    for _ in range(times):
        organization = repository.organization(b.OURS)
        assert organization is not None
        try:
            repository.commit(Batch(organization=b.OURS, puts=(organization,), counts=(Count(name="rounds", by=1),)))
            won += 1
        except Conflict:
            pass
    told.put(won)


def read_as_nobody(path: str, told: Any) -> None:
    """Open the file as a user who owns nothing, read from it and write to it, and say what happened."""
    with tempfile.TemporaryDirectory() as folder, SQLiteRepository(Path(folder) / "portal.db") as warm:
        warm.commit(first_batch())  # whoever is nobody later cannot load modules from everywhere
        assert warm.organization(b.OURS) is not None
    if os.getuid() == 0:  # whom no mode keeps from writing
        os.setgid(65534)
        os.setuid(65534)
    answers: list[object] = []
    try:
        repository = SQLiteRepository(path)
        answers.append(repository.organization(b.OURS) is not None)
        repository.commit(numbered_batch(1))
    except Exception as error:  # noqa: BLE001 - whatever it is, the test has to hear of it
        answers.append(f"{type(error).__name__} {getattr(error, 'problem', error)}")
    told.put(answers)


def make_and_die(path: str, statement: int) -> None:
    """Make a file and be killed when SQLite begins the given statement, counted from 1; else end well."""
    seen = 0

    def count(_: str) -> None:
        nonlocal seen
        seen += 1
        if seen == statement:
            os.kill(os.getpid(), signal.SIGKILL)

    known = opening.connect

    def counted(place: opening.Place) -> sqlite3.Connection:
        connection = known(place)
        connection.set_trace_callback(count)
        return connection

    opening.connect = counted
    SQLiteRepository(path).close()


def fork_and_use(path: str, told: Any) -> None:
    """Fork with the repository open, commit in both, and say how the child ended and what the parent sees."""
    repository = SQLiteRepository(path)
    repository.commit(first_batch())
    child = os.fork()
    if child == 0:
        repository.commit(numbered_batch(1))
        repository.close()
        os._exit(0)
    told.put(f"child exit {os.waitpid(child, 0)[1]}")
    repository.commit(numbered_batch(2))
    both = all([*traces(Path(path), 1).values(), *traces(Path(path), 2).values()])
    told.put("parent sees both" if both and repository.counter(b.OURS, "people") == 2 else "something is lost")
    repository.close()
    told.put("one file" if [Path(path)] == list(Path(path).parent.iterdir()) else "side files stay")
