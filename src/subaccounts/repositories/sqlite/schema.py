"""What the file looks like, and how an older file becomes it. Rows are written by `tables`; who opens is `opening`.

Every primary, unique and foreign key begins with the organization: a row of one tenant cannot meet another's, and the
same tables can be sharded by it. Columns hold what is asked for, `body` the whole record as JSON. Texts compare as
bytes (SQLite's BINARY); times are ISO 8601 in UTC, of one length, so that they sort.

Versions go up by one step each. A step that has been released is never changed: files out there are made of it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from typing import Final

from ...errors import InvalidValue

APPLICATION_ID: Final = 0x53554241
"""`SUBA`, in the file's header where `file(1)` finds it (SQLite file format 1.3.17)."""

Fill = Callable[[sqlite3.Connection], None]
Step = tuple[str | Fill, ...]
"""What leads from one schema version to the next, in one transaction with all the others: statements, and what fills a new
table from the bodies that are there. A body is read as plain JSON by Python, not by SQLite, which can be built without."""

_RECORDS: Final[Step] = (
    "CREATE TABLE meta (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
    "INSERT INTO meta VALUES ('about', 'Sub-accounts. Times are UTC. Look, but write through the library only.')",
    """CREATE TABLE organizations (
        organization TEXT NOT NULL PRIMARY KEY, version INTEGER NOT NULL, name TEXT NOT NULL, created_at TEXT NOT NULL,
        body TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE catalog (
        organization TEXT NOT NULL REFERENCES organizations DEFERRABLE INITIALLY DEFERRED,
        kind TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, name TEXT NOT NULL, parent TEXT,
        retired_at TEXT, body TEXT NOT NULL,
        PRIMARY KEY (organization, kind, id)
    ) STRICT""",
    "CREATE INDEX catalog_by_parent ON catalog (organization, parent) WHERE parent IS NOT NULL",
    """CREATE TABLE accounts (
        organization TEXT NOT NULL REFERENCES organizations DEFERRABLE INITIALLY DEFERRED,
        id TEXT NOT NULL, version INTEGER NOT NULL, system TEXT NOT NULL, host_id TEXT NOT NULL, name TEXT NOT NULL,
        state TEXT NOT NULL, opened_at TEXT NOT NULL, body TEXT NOT NULL,
        PRIMARY KEY (organization, id)
    ) STRICT""",
    """CREATE TABLE sub_accounts (
        organization TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, account TEXT NOT NULL,
        login TEXT NOT NULL, login_key TEXT NOT NULL, state TEXT NOT NULL, kind TEXT NOT NULL, search TEXT NOT NULL,
        created_at TEXT NOT NULL, claimed_at TEXT, body TEXT NOT NULL,
        PRIMARY KEY (organization, id),
        FOREIGN KEY (organization, account) REFERENCES accounts DEFERRABLE INITIALLY DEFERRED
    ) STRICT""",
    "CREATE INDEX sub_accounts_by_login ON sub_accounts (organization, login_key, id)",
    "CREATE INDEX sub_accounts_by_account ON sub_accounts (organization, account, login_key, id)",
    "CREATE INDEX sub_accounts_by_state ON sub_accounts (organization, state, kind, account)",
    """CREATE TABLE sub_account_departments (
        organization TEXT NOT NULL, department TEXT NOT NULL, sub_account TEXT NOT NULL,
        PRIMARY KEY (organization, sub_account, department),
        FOREIGN KEY (organization, sub_account) REFERENCES sub_accounts ON DELETE CASCADE
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE credentials (
        organization TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, body TEXT NOT NULL,
        PRIMARY KEY (organization, id),
        FOREIGN KEY (organization, id) REFERENCES sub_accounts DEFERRABLE INITIALLY DEFERRED
    ) STRICT""",
)
_LEDGERS: Final[Step] = (
    """CREATE TABLE strangers (
        organization TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, last_at TEXT NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (organization, id)
    ) STRICT""",
    "CREATE INDEX strangers_by_age ON strangers (organization, last_at, id)",
    """CREATE TABLE unique_keys (
        organization TEXT NOT NULL, space TEXT NOT NULL, value TEXT NOT NULL, kind TEXT NOT NULL, holder TEXT NOT NULL,
        PRIMARY KEY (organization, space, value)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX unique_keys_by_holder ON unique_keys (organization, kind, holder)",
    """CREATE TABLE counters (
        organization TEXT NOT NULL, name TEXT NOT NULL, value INTEGER NOT NULL,
        PRIMARY KEY (organization, name)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE fresh_events (
        organization TEXT NOT NULL, id TEXT NOT NULL, at TEXT NOT NULL, happening TEXT NOT NULL, account TEXT,
        sub_account TEXT, body TEXT NOT NULL,
        PRIMARY KEY (organization, id)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE sealed_events (
        organization TEXT NOT NULL, id TEXT NOT NULL, at TEXT NOT NULL, happening TEXT NOT NULL, account TEXT,
        sub_account TEXT, position INTEGER NOT NULL, digest TEXT NOT NULL, body TEXT NOT NULL,
        PRIMARY KEY (organization, id)
    ) STRICT, WITHOUT ROWID""",
    "CREATE UNIQUE INDEX events_by_position ON sealed_events (organization, position)",
    "CREATE INDEX events_by_account ON sealed_events (organization, account, id) WHERE account IS NOT NULL",
    "CREATE INDEX events_by_sub_account ON sealed_events (organization, sub_account, id) WHERE sub_account IS NOT NULL",
    """CREATE VIEW events AS
        SELECT organization, id, at, happening, account, sub_account, position, digest, body FROM sealed_events
        UNION ALL
        SELECT organization, id, at, happening, account, sub_account, NULL, NULL, body FROM fresh_events""",
    """CREATE TABLE requests (
        organization TEXT NOT NULL, id TEXT NOT NULL, command TEXT NOT NULL, fingerprint TEXT NOT NULL,
        receipt TEXT NOT NULL, at TEXT NOT NULL,
        PRIMARY KEY (organization, id)
    ) STRICT""",
    """CREATE TABLE tasks (
        organization TEXT NOT NULL, id TEXT NOT NULL, queue TEXT NOT NULL, due_at TEXT NOT NULL,
        fence INTEGER NOT NULL, body TEXT NOT NULL,
        PRIMARY KEY (organization, id)
    ) STRICT""",
    "CREATE INDEX tasks_by_turn ON tasks (organization, queue, due_at, id)",
    """CREATE TABLE chains (
        organization TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, position INTEGER NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (organization, id)
    ) STRICT""",
)

_SIGN_UPS: Final[Step] = (
    """CREATE TABLE sign_ups (
        organization TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, account TEXT NOT NULL,
        expires_at TEXT NOT NULL, body TEXT NOT NULL,
        PRIMARY KEY (organization, id),
        FOREIGN KEY (organization, account) REFERENCES accounts DEFERRABLE INITIALLY DEFERRED
    ) STRICT""",
    "CREATE INDEX sign_ups_by_account ON sign_ups (organization, account)",
    "CREATE INDEX sign_ups_by_age ON sign_ups (organization, expires_at, id)",
    "CREATE INDEX tasks_by_queue ON tasks (organization, queue, id)",
)


def _fill_traits(connection: sqlite3.Connection) -> None:
    """Write down the job profile and the permission types of everybody; raise `InvalidValue` for a damaged body."""
    people = connection.execute("SELECT organization, id, body FROM sub_accounts")
    rows = ((*who, *trait) for *who, body in people for trait in _traits(body))
    connection.executemany(
        "INSERT INTO sub_account_traits (organization, sub_account, part, value) VALUES (?, ?, ?, ?)", rows
    )


def _traits(body: str) -> Iterator[tuple[str, str]]:
    try:
        profile = json.loads(body)["profile"]
        if "job_profile" in profile:
            yield "job_profile", profile["job_profile"]["value"]["value"]
        for each in profile["permission_types"]["value"] if "permission_types" in profile else ():
            yield "permission_type", each["value"]
    except (ValueError, KeyError, TypeError):
        raise InvalidValue(field="SubAccount", problem="syntax") from None


_GROUPS: Final[Step] = (
    """CREATE TABLE groups (
        organization TEXT NOT NULL REFERENCES organizations DEFERRABLE INITIALLY DEFERRED,
        id TEXT NOT NULL, version INTEGER NOT NULL, name TEXT NOT NULL, allows_external INTEGER NOT NULL,
        retired_at TEXT, body TEXT NOT NULL,
        PRIMARY KEY (organization, id)
    ) STRICT""",
    """CREATE TABLE group_applications (
        organization TEXT NOT NULL, group_id TEXT NOT NULL, application TEXT NOT NULL,
        PRIMARY KEY (organization, group_id, application),
        FOREIGN KEY (organization, group_id) REFERENCES groups ON DELETE CASCADE
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE memberships (
        organization TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, group_id TEXT NOT NULL,
        person TEXT NOT NULL, state TEXT NOT NULL, begins_at TEXT, ends_at TEXT, body TEXT NOT NULL,
        PRIMARY KEY (organization, id),
        FOREIGN KEY (organization, group_id) REFERENCES groups DEFERRABLE INITIALLY DEFERRED,
        FOREIGN KEY (organization, person) REFERENCES sub_accounts DEFERRABLE INITIALLY DEFERRED
    ) STRICT""",
    "CREATE INDEX memberships_by_person ON memberships (organization, person, group_id)",
    "CREATE INDEX memberships_by_group ON memberships (organization, group_id, person)",
    """CREATE TABLE sub_account_traits (
        organization TEXT NOT NULL, sub_account TEXT NOT NULL, part TEXT NOT NULL, value TEXT NOT NULL,
        PRIMARY KEY (organization, sub_account, part, value),
        FOREIGN KEY (organization, sub_account) REFERENCES sub_accounts ON DELETE CASCADE
    ) STRICT, WITHOUT ROWID""",
    _fill_traits,
    "CREATE INDEX sub_account_traits_by_value ON sub_account_traits (organization, part, value, sub_account)",
    "CREATE INDEX sub_accounts_by_department ON sub_account_departments (organization, department, sub_account)",
)
_RESOURCES: Final[Step] = (
    """CREATE TABLE resources (
        organization TEXT NOT NULL REFERENCES organizations DEFERRABLE INITIALLY DEFERRED,
        id TEXT NOT NULL, version INTEGER NOT NULL, type TEXT NOT NULL, name_key TEXT NOT NULL, application TEXT,
        hidden INTEGER NOT NULL, rostered INTEGER NOT NULL, named INTEGER NOT NULL, removed_at TEXT, body TEXT NOT NULL,
        PRIMARY KEY (organization, id)
    ) STRICT""",
    """CREATE INDEX resources_by_name ON resources
        (organization, type, name_key, id, named, hidden, rostered, application) WHERE removed_at IS NULL""",
    """CREATE TABLE audiences (
        organization TEXT NOT NULL, resource TEXT NOT NULL, part TEXT NOT NULL, value TEXT NOT NULL,
        door INTEGER NOT NULL, type TEXT NOT NULL, name_key TEXT NOT NULL, named INTEGER NOT NULL,
        hidden INTEGER NOT NULL, application TEXT,
        PRIMARY KEY (organization, resource, part, value),
        FOREIGN KEY (organization, resource) REFERENCES resources ON DELETE CASCADE
    ) STRICT, WITHOUT ROWID""",
    """CREATE INDEX audiences_by_value ON audiences
        (organization, part, value, door, type, name_key, resource, named, hidden, application)""",
    """CREATE TABLE participations (
        organization TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, resource TEXT NOT NULL,
        person TEXT NOT NULL, body TEXT NOT NULL,
        PRIMARY KEY (organization, id),
        FOREIGN KEY (organization, resource) REFERENCES resources DEFERRABLE INITIALLY DEFERRED,
        FOREIGN KEY (organization, person) REFERENCES sub_accounts DEFERRABLE INITIALLY DEFERRED
    ) STRICT""",
    "CREATE INDEX participations_by_person ON participations (organization, person, resource)",
    "CREATE INDEX participations_by_resource ON participations (organization, resource, person)",
)

STEPS: tuple[Step, ...] = (_RECORDS + _LEDGERS, _SIGN_UPS, _GROUPS + _RESOURCES)
"""Step n leads from version n to n + 1; a new file begins at version 0 and takes them all."""
