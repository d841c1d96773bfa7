"""What the tables look like, one description for PostgreSQL, MariaDB, MySQL and SQLite. How an older schema becomes this
one is `migrations`; what goes into the columns is `rows`.

Every primary, unique and foreign key begins with the organization: a row of one tenant cannot meet another's, and the
same tables can be sharded by it. Columns hold what is asked for, `body` the whole record as JSON, in a text: a database's
own JSON type would sort its keys.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Table,
    UniqueConstraint,
)

from ...domain.ids import LONGEST_ID, LONGEST_TYPE
from ...domain.resource import LONGEST_NAME_KEY
from .types import Body, Exact, Moment

PREFIX: Final = "subaccounts_"
"""What every table's name begins with: they live in the host's own database."""

LONGEST_OWN_ID: Final = 64
"""Characters of an id that the library makes: a UUID's 36, a digest's 64."""
LONGEST_KEY: Final = 500
"""Characters of a unique key's column; InnoDB's keys end at 3,072 bytes, four to a character. What `rows` does with a longer
one is there."""
LONGEST_RESOURCE: Final = LONGEST_TYPE + 1 + LONGEST_ID
"""Characters of a resource's id: what it is, a slash, and the host's own id of it."""
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
    Index(f"{PREFIX}sub_account_departments_by_department", "organization", "department", "sub_account"),
)
sub_account_traits: Final = Table(
    f"{PREFIX}sub_account_traits",
    metadata,
    _tenant(),
    _id("sub_account"),
    _id("part", longest=20),
    _id("value"),
    ForeignKeyConstraint(
        ["organization", "sub_account"], [sub_accounts.c.organization, sub_accounts.c.id], ondelete="CASCADE"
    ),
    Index(f"{PREFIX}sub_account_traits_by_value", "organization", "part", "value", "sub_account"),
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
groups: Final = Table(
    f"{PREFIX}groups",
    metadata,
    _tenant(),
    _id(),
    Column("name", Exact(200), nullable=False),
    Column("allows_external", Boolean, nullable=False),
    Column("retired_at", Moment),
    *_record(),
    ForeignKeyConstraint(["organization"], [organizations.c.organization]),
)
group_applications: Final = Table(
    f"{PREFIX}group_applications",
    metadata,
    _tenant(),
    _id("group_id"),
    _id("application", longest=LONGEST_ID),
    ForeignKeyConstraint(["organization", "group_id"], [groups.c.organization, groups.c.id], ondelete="CASCADE"),
)
memberships: Final = Table(
    f"{PREFIX}memberships",
    metadata,
    _tenant(),
    _id(),
    Column("group_id", Exact(LONGEST_OWN_ID), nullable=False),
    Column("person", Exact(LONGEST_OWN_ID), nullable=False),
    Column("state", Exact(20), nullable=False),
    Column("begins_at", Moment),
    Column("ends_at", Moment),
    *_record(),
    ForeignKeyConstraint(["organization", "group_id"], [groups.c.organization, groups.c.id]),
    ForeignKeyConstraint(["organization", "person"], [sub_accounts.c.organization, sub_accounts.c.id]),
    Index(f"{PREFIX}memberships_by_group", "organization", "group_id", "person"),
    Index(f"{PREFIX}memberships_by_person", "organization", "person", "group_id"),
)
resources: Final = Table(
    f"{PREFIX}resources",
    metadata,
    _tenant(),
    _id(longest=LONGEST_RESOURCE),
    Column("type", Exact(LONGEST_TYPE), nullable=False),
    Column("name_key", Exact(LONGEST_NAME_KEY), nullable=False),
    Column("application", Exact(LONGEST_ID)),
    Column("hidden", Boolean, nullable=False),
    Column("rostered", Boolean, nullable=False),
    Column("named", Integer, nullable=False),
    Column("removed_at", Moment),
    *_record(),
    ForeignKeyConstraint(["organization"], [organizations.c.organization]),
    Index(f"{PREFIX}resources_by_name", "organization", "type", "name_key", "id"),
)
audiences: Final = Table(
    f"{PREFIX}audiences",
    metadata,
    _tenant(),
    _id("resource", longest=LONGEST_RESOURCE),
    _id("part", longest=20),
    _id("value"),
    Column("door", Boolean, nullable=False),
    Column("type", Exact(LONGEST_TYPE), nullable=False),
    Column("name_key", Exact(LONGEST_NAME_KEY), nullable=False),
    ForeignKeyConstraint(["organization", "resource"], [resources.c.organization, resources.c.id], ondelete="CASCADE"),
    Index(f"{PREFIX}audiences_by_door", "organization", "part", "value", "door", "type", "name_key", "resource"),
)
participations: Final = Table(
    f"{PREFIX}participations",
    metadata,
    _tenant(),
    _id(),
    Column("resource", Exact(LONGEST_RESOURCE), nullable=False),
    Column("person", Exact(LONGEST_OWN_ID), nullable=False),
    *_record(),
    ForeignKeyConstraint(["organization", "resource"], [resources.c.organization, resources.c.id]),
    ForeignKeyConstraint(["organization", "person"], [sub_accounts.c.organization, sub_accounts.c.id]),
    Index(f"{PREFIX}participations_by_person", "organization", "person", "resource"),
    Index(f"{PREFIX}participations_by_resource", "organization", "resource", "person"),
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
