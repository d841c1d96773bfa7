"""A connection to a file that writes down what it is asked: the statements, and by which plan SQLite answers each."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any


class Listener(sqlite3.Connection):
    """Keep every statement with its values, in order; what begins and ends a transaction apart."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.heard: list[tuple[str, Any]] = []

    def execute(self, statement: str, values: Any = (), /) -> sqlite3.Cursor:
        """Execute a statement."""
        if statement not in ("BEGIN", "COMMIT"):
            self.heard.append((statement, values))
        return super().execute(statement, values)

    def plans(self) -> list[list[str]]:
        """Return the steps of SQLite's plan for each statement."""
        asked = [(f"EXPLAIN QUERY PLAN {statement}", values) for statement, values in self.heard]
        return [[row[3] for row in super(Listener, self).execute(*each)] for each in asked]

    def steps(self) -> list[str]:
        """Return what each statement was of a page of who sees what."""
        return [step(statement) for statement, _ in self.heard]


def listen(path: Path, /) -> Listener:
    """Return a connection to a file that is there."""
    return sqlite3.connect(path, isolation_level=None, factory=Listener)


def step(statement: str, /) -> str:
    """Return what a statement is of a page of who sees what, in the words of `sights` and `viewers`; else `other`."""
    return next((step for step, words in _STEPS.items() if words in statement), "other")


_STEPS = {
    "end": " OFFSET ",
    "walk": "r CROSS JOIN resources b",
    "count": "count(DISTINCT r.id)",
    "door": "AS id FROM audiences) r",
    "roster": "r.rostered AND NOT",
    "bodies": "SELECT id, body FROM resources",
    "walk past people": "FROM (SELECT * FROM sub_accounts s",
    "how many": "SELECT count(*) FROM (",
    "doors": "ORDER BY +s.login_key",
}
"""Words by which a step is known; the first that fits."""
