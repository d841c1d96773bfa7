"""The limit of visibility: who sees what, written by hand for one host, on SQLite and on PostgreSQL.

It knows groups, people from outside and what is hidden from them, and nothing else: no departments, windows, invitations,
applications, rosters. Every key begins with the tenant, as any host's of many customers would, and rows carry the body that a
page is to show.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final, Protocol, Self, final

from benchmarks.lane import login
from benchmarks.portal import Portal
from subaccounts.testing import builders as a
from subaccounts.testing import groups as g
from subaccounts.wire import store_dumps

Rows = list[tuple[Any, ...]]
PAGE: Final = 50
TYPE: Final = "course"
_TENANT: Final = a.OURS.value

_TABLES: Final = """
CREATE TABLE people (
    organization {text}, id {text}, login_key {text}, outside INTEGER, body TEXT, PRIMARY KEY (organization, id)
);
CREATE INDEX people_by_login ON people (organization, login_key, id);
CREATE TABLE resources (
    organization {text}, id {text}, type {text}, name_key {text}, hidden INTEGER, grouped INTEGER, body TEXT,
    PRIMARY KEY (organization, id)
);
CREATE INDEX resources_by_name ON resources (organization, type, name_key, id);
CREATE INDEX resources_by_group ON resources (organization, type, grouped, hidden);
CREATE TABLE members (organization {text}, person {text}, grp {text}, PRIMARY KEY (organization, person, grp)){bare};
CREATE INDEX members_by_group ON members (organization, grp, person);
CREATE TABLE shown (organization {text}, resource {text}, grp {text}, PRIMARY KEY (organization, resource, grp)){bare};
CREATE INDEX shown_by_group ON shown (organization, grp, resource)"""
_SHARED: Final = """
    FROM shown g JOIN members m ON m.organization = g.organization AND m.grp = g.grp
    WHERE g.organization = r.organization AND g.resource = r.id AND m.person = ?"""
_RULE: Final = f"(r.hidden = 0 OR ? = 0) AND (r.grouped = 0 AND ? = 1 OR EXISTS (SELECT 1 {_SHARED}))"
_CHECK: Final = f"SELECT 1 FROM resources r WHERE r.organization = ? AND r.id = ? AND {_RULE}"
_KEYSET: Final = f"""
    SELECT r.id, r.body FROM resources r
    WHERE r.organization = ? AND r.type = ? AND (r.name_key, r.id) > (?, ?) AND {_RULE}
    ORDER BY r.name_key, r.id LIMIT {PAGE}"""
_MINE: Final = """
    FROM members m JOIN shown g ON g.organization = m.organization AND g.grp = m.grp
    JOIN resources r ON r.organization = g.organization AND r.id = g.resource
    WHERE m.organization = ? AND m.person = ? AND r.type = ? AND (r.hidden = 0 OR ? = 0)"""
_JOINED: Final = f"""
    SELECT DISTINCT r.id, r.body, r.name_key {_MINE} AND (r.name_key, r.id) > (?, ?)
    ORDER BY r.name_key, r.id LIMIT {PAGE}"""
_COUNT: Final = f"""
    SELECT (SELECT count(DISTINCT r.id) {_MINE}) + (
        SELECT count(*) FROM resources r
        WHERE r.organization = ? AND r.type = ? AND r.grouped = 0 AND (r.hidden = 0 OR ? = 0) AND ? = 1
    )"""
_WHO: Final = f"""
    SELECT DISTINCT s.id, s.body, s.login_key
    FROM shown g JOIN members m ON m.organization = g.organization AND m.grp = g.grp
    JOIN people s ON s.organization = m.organization AND s.id = m.person
    WHERE g.organization = ? AND g.resource = ? AND (s.login_key, s.id) > (?, ?) AND (s.outside = 0 OR ? = 0)
    ORDER BY s.login_key, s.id LIMIT {PAGE}"""


class Connection(Protocol):
    """What is used of a connection of sqlite3 and of psycopg."""

    def execute(self, statement: Any, values: Any = ..., /) -> Any: ...
    def close(self) -> None: ...


@final
class Hand:
    """Answer what is asked of a portal, by hand."""

    def __init__(self, connection: Connection, portal: Portal, *, mark: str) -> None:
        self.connection, self._portal, self._mark = connection, portal, mark
        self._open = int(portal.ungrouped.value == "everybody")
        self.close = connection.close

    @classmethod
    def on_sqlite(cls, path: Path, portal: Portal) -> Self:
        """Fill a file with the pragmas of our own."""
        connection = sqlite3.connect(path, isolation_level=None)
        for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "cache_size = -8000"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("BEGIN")
        for statement in _TABLES.split(";"):
            connection.execute(statement.format(text="TEXT", bare=" WITHOUT ROWID"))
        for table, rows in _rows(portal):
            marks = ", ".join("?" * len(rows[0]))
            connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
        connection.execute("COMMIT")
        return cls(connection, portal, mark="?")

    @classmethod
    def on_postgresql(cls, address: str, portal: Portal) -> Self:
        """Fill tables that are named as no table of ours is."""
        import psycopg

        connection = psycopg.connect(address, autocommit=True)
        for statement in _TABLES.split(";"):
            connection.execute(statement.format(text='TEXT COLLATE "C"', bare=""))
        for table, rows in _rows(portal):
            with connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        connection.execute("ANALYZE")
        return cls(connection, portal, mark="%s")

    def check(self, person: int, resource: int) -> Callable[[], Rows]:
        """Ask whether a person sees a resource."""
        return self._asks(_CHECK, _TENANT, g.resource_id(resource).value, *self._rule(person))

    def page(self, person: int, after: int | None) -> Callable[[], Rows]:
        """Ask for a page of what a person sees: along the names, past what it does not see."""
        return self._asks(_KEYSET, _TENANT, TYPE, *self._behind(after), *self._rule(person))

    def joined(self, person: int, after: int | None) -> Callable[[], Rows]:
        """Ask for a page of what a person is shown by its groups: all of that, sorted."""
        return self._asks(_JOINED, *self._mine(person), *self._behind(after))

    def count(self, person: int) -> Callable[[], Rows]:
        """Ask how much a person sees."""
        outside = int(self._portal.external(person))
        return self._asks(_COUNT, *self._mine(person), _TENANT, TYPE, outside, self._open)

    def who(self, resource: int, after: int | None) -> Callable[[], Rows]:
        """Ask for a page of who sees a resource that is shown to groups."""
        behind = ("", "") if after is None else (login(after), a.sub_account_id(after).value)
        hidden = int(self._portal.hidden(resource))
        return self._asks(_WHO, _TENANT, g.resource_id(resource).value, *behind, hidden)

    def _rule(self, person: int) -> tuple[Any, ...]:
        return int(self._portal.external(person)), self._open, a.sub_account_id(person).value

    def _mine(self, person: int) -> tuple[Any, ...]:
        return _TENANT, a.sub_account_id(person).value, TYPE, int(self._portal.external(person))

    def _behind(self, after: int | None) -> tuple[str, str]:
        return ("", "") if after is None else (self._portal.name(after), g.resource_id(after).value)

    def _asks(self, statement: str, *values: Any) -> Callable[[], Rows]:
        text = statement.replace("?", self._mark)
        return lambda: self.connection.execute(text, values).fetchall()


def _rows(portal: Portal) -> Iterable[tuple[str, Rows]]:
    """Yield the rows of each table."""
    people, resources = range(1, len(portal.members) + 1), range(1, len(portal.shown) + 1)
    who, what = [a.sub_account_id(n).value for n in people], [g.resource_id(n).value for n in resources]
    groups = ["", *(g.group_id(n).value for n in range(1, portal.groups + 1))]
    yield "members", [(_TENANT, who[n - 1], groups[each]) for n in people for each in portal.members[n - 1]]
    yield "shown", [(_TENANT, what[n - 1], groups[each]) for n in resources for each in portal.shown[n - 1]]
    yield (
        "people",
        [(_TENANT, who[n - 1], login(n), int(portal.external(n)), store_dumps(portal.person(n))) for n in people],
    )
    yield (
        "resources",
        [
            (_TENANT, what[n - 1], TYPE, portal.name(n), int(portal.hidden(n)), int(bool(portal.shown[n - 1])), body)
            for n in resources
            for body in (store_dumps(portal.resource(n)),)
        ],
    )
