"""What the tables look like, one description for PostgreSQL, MariaDB, MySQL and SQLite. How an older schema becomes this
one is `migrations`; what goes into the columns is `rows`.

Every primary, unique and foreign key begins with the organization: a row of one tenant cannot meet another's, and the
same tables can be sharded by it. Columns hold what is asked for, `body` the whole record as JSON, in a text: a database's
own JSON type would sort its keys.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, Index, Integer, MetaData, Table, UniqueConstraint

from .types import Body, Exact, Moment

PREFIX: Final = "subaccounts_"
"""What every table's name begins with: they live in the host's own database."""

LONGEST_OWN_ID: Final = 64
"""Characters of an id that the library makes: a UUID's 36, a digest's 64."""
LONGEST_KEY: Final = 500
"""Characters of a unique key's column; InnoDB's keys end at 3,072 bytes, four to a character. What `rows` does with a longer
one is there."""
MOST_KEY_BYTES: Final = 1_500
"""Bytes of a unique key that is kept as it is: with the longest organization's id a row of PostgreSQL's index, which ends
at 2,704, has room for it."""

metadata: Final = MetaData(
    naming_convention={
        "ix": "%(table_name)s_%(column_0_N_name)s",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "pk": "%(table_name)s_pkey",
    }
)


def _tenant() -> Column[str]:
    return Column("organization", Exact(200), primary_key=True)


def _id(name: str = "id", *, longest: int = LONGEST_OWN_ID) -> Column[str]:
    return Column(name, Exact(longest), primary_key=True)


def _record() -> tuple[Column[int], Column[str]]:
    return (Column("version", BigInteger, nullable=False), Column("body", Body, nullable=False))


organizations: Final = Table(
    f"{PREFIX}organizations",
    metadata,
    _tenant(),
    Column("name", Exact(200), nullable=False),
    Column("created_at", Moment, nullable=False),
    *_record(),
)
catalog: Final = Table(
    f"{PREFIX}catalog",
    metadata,
    _tenant(),
    _id("kind"),
    _id(),
    Column("name", Exact(200), nullable=False),
    Column("parent", Exact(LONGEST_OWN_ID)),
    Column("retired_at", Moment),
    *_record(),
    ForeignKeyConstraint(["organization"], [organizations.c.organization]),
    Index(f"{PREFIX}catalog_by_parent", "organization", "parent"),
)
accounts: Final = Table(
    f"{PREFIX}accounts",
    metadata,
    _tenant(),
    _id(),
    Column("system", Exact(100), nullable=False),
    Column("host_id", Exact(200), nullable=False),
    Column("name", Exact(200), nullable=False),
    Column("state", Exact(20), nullable=False),
    Column("opened_at", Moment, nullable=False),
    *_record(),
    ForeignKeyConstraint(["organization"], [organizations.c.organization]),
)
sub_accounts: Final = Table(
    f"{PREFIX}sub_accounts",
    metadata,
    _tenant(),
    _id(),
    Column("account", Exact(LONGEST_OWN_ID), nullable=False),
    Column("login", Exact(LONGEST_OWN_ID), nullable=False),
    Column("login_key", Exact(LONGEST_OWN_ID), nullable=False),
    Column("state", Exact(20), nullable=False),
    Column("kind", Exact(20), nullable=False),
    Column("search", Body, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("claimed_at", Moment),
    *_record(),
    ForeignKeyConstraint(["organization", "account"], [accounts.c.organization, accounts.c.id]),
    Index(f"{PREFIX}sub_accounts_by_login", "organization", "login_key", "id"),
    Index(f"{PREFIX}sub_accounts_by_account", "organization", "account", "login_key", "id"),
    Index(f"{PREFIX}sub_accounts_by_state", "organization", "state", "kind", "account"),
)
sub_account_departments: Final = Table(
    f"{PREFIX}sub_account_departments",
    metadata,
    _tenant(),
    _id("sub_account"),
    _id("department"),
    ForeignKeyConstraint(
        ["organization", "sub_account"], [sub_accounts.c.organization, sub_accounts.c.id], ondelete="CASCADE"
    ),
)
credentials: Final = Table(
    f"{PREFIX}credentials",
    metadata,
    _tenant(),
    _id(),
    *_record(),
    ForeignKeyConstraint(["organization", "id"], [sub_accounts.c.organization, sub_accounts.c.id]),
)
sign_ups: Final = Table(
    f"{PREFIX}sign_ups",
    metadata,
    _tenant(),
    _id(),
    Column("account", Exact(LONGEST_OWN_ID), nullable=False),
    Column("expires_at", Moment, nullable=False),
    *_record(),
    ForeignKeyConstraint(["organization", "account"], [accounts.c.organization, accounts.c.id]),
    Index(f"{PREFIX}sign_ups_by_account", "organization", "account"),
    Index(f"{PREFIX}sign_ups_by_age", "organization", "expires_at", "id"),
)
strangers: Final = Table(
    f"{PREFIX}strangers",
    metadata,
    _tenant(),
    _id(),
    Column("last_at", Moment, nullable=False),
    *_record(),
    Index(f"{PREFIX}strangers_by_age", "organization", "last_at", "id"),
)
chains: Final = Table(
    f"{PREFIX}chains",
    metadata,
    _tenant(),
    _id(),
    Column("position", BigInteger, nullable=False),
    *_record(),
)
unique_keys: Final = Table(
    f"{PREFIX}unique_keys",
    metadata,
    _tenant(),
    _id("space", longest=20),
    _id("value", longest=LONGEST_KEY),
    Column("kind", Exact(20), nullable=False),
    Column("holder", Exact(LONGEST_OWN_ID), nullable=False),
    Index(f"{PREFIX}unique_keys_by_holder", "organization", "kind", "holder"),
)
counters: Final = Table(
    f"{PREFIX}counters",
    metadata,
    _tenant(),
    _id("name", longest=200),
    Column("value", BigInteger, nullable=False),
)
events: Final = Table(
    f"{PREFIX}events",
    metadata,
    _tenant(),
    _id(),
    Column("at", Moment, nullable=False),
    Column("happening", Exact(LONGEST_OWN_ID), nullable=False),
    Column("account", Exact(LONGEST_OWN_ID)),
    Column("sub_account", Exact(LONGEST_OWN_ID)),
    Column("position", BigInteger),
    Column("digest", Exact(LONGEST_OWN_ID)),
    Column("body", Body, nullable=False),
    UniqueConstraint("organization", "position"),
    Index(f"{PREFIX}events_by_account", "organization", "account", "id"),
    Index(f"{PREFIX}events_by_sub_account", "organization", "sub_account", "id"),
)
requests: Final = Table(
    f"{PREFIX}requests",
    metadata,
    _tenant(),
    _id(longest=200),
    Column("command", Exact(100), nullable=False),
    Column("fingerprint", Exact(LONGEST_OWN_ID), nullable=False),
    Column("at", Moment, nullable=False),
    Column("receipt", Body, nullable=False),
)
tasks: Final = Table(
    f"{PREFIX}tasks",
    metadata,
    _tenant(),
    _id(longest=200),
    Column("queue", Exact(200), nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("fence", Integer, nullable=False),
    Column("body", Body, nullable=False),
    Index(f"{PREFIX}tasks_by_turn", "organization", "queue", "due_at", "id"),
    Index(f"{PREFIX}tasks_by_queue", "organization", "queue", "id"),
)
