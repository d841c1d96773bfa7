"""What the file looks like, and how an older file becomes it. Rows are written by `tables`; who opens is `opening`.

Every primary, unique and foreign key begins with the organization: a row of one tenant cannot meet another's, and the
same tables can be sharded by it. Columns hold what is asked for, `body` the whole record as JSON. Texts compare as
bytes (SQLite's BINARY); times are ISO 8601 in UTC, of one length, so that they sort.

Versions go up by one step each. A step that has been released is never changed: files out there are made of it.
"""

from __future__ import annotations

from typing import Final

APPLICATION_ID: Final = 0x53554241
"""`SUBA`, in the file's header where `file(1)` finds it (SQLite file format 1.3.17)."""

Step = tuple[str, ...]
"""The statements that lead from one schema version to the next, run in one transaction with all the others."""

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

STEPS: tuple[Step, ...] = (_RECORDS + _LEDGERS, _SIGN_UPS)
"""Step n leads from version n to n + 1; a new file begins at version 0 and takes them all."""
