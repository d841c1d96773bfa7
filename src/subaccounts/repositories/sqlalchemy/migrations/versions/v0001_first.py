"""The first schema: everything there is. It is never changed once released: databases out there are made of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from subaccounts.repositories.sqlalchemy.types import Body, Exact, Moment

revision: str = "subaccounts_0001"
down_revision: str | None = None
branch_labels: tuple[str, ...] | None = ("subaccounts",)
depends_on: str | None = None


def upgrade() -> None:
    """Make every table."""
    _chains()
    _counters()
    _events()
    _organizations()
    _requests()
    _strangers()
    _tasks()
    _unique_keys()
    _accounts()
    _catalog()
    _sub_accounts()
    _credentials()
    _sub_account_departments()


def downgrade() -> None:
    """Drop every table, and with them all that was stored."""
    op.drop_table("subaccounts_sub_account_departments")
    op.drop_table("subaccounts_credentials")
    op.drop_table("subaccounts_sub_accounts")
    op.drop_table("subaccounts_catalog")
    op.drop_table("subaccounts_accounts")
    op.drop_table("subaccounts_unique_keys")
    op.drop_table("subaccounts_tasks")
    op.drop_table("subaccounts_strangers")
    op.drop_table("subaccounts_requests")
    op.drop_table("subaccounts_organizations")
    op.drop_table("subaccounts_events")
    op.drop_table("subaccounts_counters")
    op.drop_table("subaccounts_chains")


def _chains() -> None:
    op.create_table(
        "subaccounts_chains",
        sa.Column("organization", Exact(length=200), nullable=False),
        sa.Column("id", Exact(length=64), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("body", Body(), nullable=False),
        sa.PrimaryKeyConstraint("organization", "id", name=op.f("subaccounts_chains_pkey")),
    )


def _counters() -> None:
    op.create_table(
        "subaccounts_counters",
        sa.Column("organization", Exact(length=200), nullable=False),
        sa.Column("name", Exact(length=200), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organization", "name", name=op.f("subaccounts_counters_pkey")),
    )


def _events() -> None:
    op.create_table(
        "subaccounts_events",
        sa.Column("organization", Exact(length=200), nullable=False),
        sa.Column("id", Exact(length=64), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("happening", Exact(length=64), nullable=False),
        sa.Column("account", Exact(length=64), nullable=True),
        sa.Column("sub_account", Exact(length=64), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.Column("digest", Exact(length=64), nullable=True),
        sa.Column("body", Body(), nullable=False),
        sa.PrimaryKeyConstraint("organization", "id", name=op.f("subaccounts_events_pkey")),
        sa.UniqueConstraint("organization", "position", name=op.f("subaccounts_events_organization_position_key")),
    )
    op.create_index(
        "subaccounts_events_by_account", "subaccounts_events", ["organization", "account", "id"], unique=False
    )
    op.create_index(
        "subaccounts_events_by_sub_account", "subaccounts_events", ["organization", "sub_account", "id"], unique=False
    )


def _organizations() -> None:
    op.create_table(
        "subaccounts_organizations",
        sa.Column("organization", Exact(length=200), nullable=False),
        sa.Column("name", Exact(length=200), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("body", Body(), nullable=False),
        sa.PrimaryKeyConstraint("organization", name=op.f("subaccounts_organizations_pkey")),
    )


def _requests() -> None:
    op.create_table(
        "subaccounts_requests",
        sa.Column("organization", Exact(length=200), nullable=False),
        sa.Column("id", Exact(length=200), nullable=False),
        sa.Column("command", Exact(length=100), nullable=False),
        sa.Column("fingerprint", Exact(length=64), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("receipt", Body(), nullable=False),
        sa.PrimaryKeyConstraint("organization", "id", name=op.f("subaccounts_requests_pkey")),
    )


def _strangers() -> None:
    op.create_table(
        "subaccounts_strangers",
        sa.Column("organization", Exact(length=200), nullable=False),
        sa.Column("id", Exact(length=64), nullable=False),
        sa.Column("last_at", Moment(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("body", Body(), nullable=False),
        sa.PrimaryKeyConstraint("organization", "id", name=op.f("subaccounts_strangers_pkey")),
    )
    op.create_index(
        "subaccounts_strangers_by_age", "subaccounts_strangers", ["organization", "last_at", "id"], unique=False
    )


def _tasks() -> None:
    op.create_table(
        "subaccounts_tasks",
        sa.Column("organization", Exact(length=200), nullable=False),
        sa.Column("id", Exact(length=200), nullable=False),
        sa.Column("queue", Exact(length=200), nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("body", Body(), nullable=False),
        sa.PrimaryKeyConstraint("organization", "id", name=op.f("subaccounts_tasks_pkey")),
    )
    op.create_index(
        "subaccounts_tasks_by_turn", "subaccounts_tasks", ["organization", "queue", "due_at", "id"], unique=False
    )


def _unique_keys() -> None:
    op.create_table(
        "subaccounts_unique_keys",
        sa.Column("organization", Exact(length=200), nullable=False),
        sa.Column("space", Exact(length=20), nullable=False),
        sa.Column("value", Exact(length=500), nullable=False),
        sa.Column("kind", Exact(length=20), nullable=False),
        sa.Column("holder", Exact(length=64), nullable=False),
        sa.PrimaryKeyConstraint("organization", "space", "value", name=op.f("subaccounts_unique_keys_pkey")),
    )
    op.create_index(
        "subaccounts_unique_keys_by_holder", "subaccounts_unique_keys", ["organization", "kind", "holder"], unique=False
    )


def _accounts() -> None:
    op.create_table(
        "subaccounts_accounts",
        sa.Column("organization", Exact(length=200), nullable=False),
        sa.Column("id", Exact(length=64), nullable=False),
        sa.Column("system", Exact(length=100), nullable=False),
        sa.Column("host_id", Exact(length=200), nullable=False),
        sa.Column("name", Exact(length=200), nullable=False),
        sa.Column("state", Exact(length=20), nullable=False),
        sa.Column("opened_at", Moment(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("body", Body(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization"],
            ["subaccounts_organizations.organization"],
            name=op.f("subaccounts_accounts_organization_fkey"),
        ),
        sa.PrimaryKeyConstraint("organization", "id", name=op.f("subaccounts_accounts_pkey")),
    )


def _catalog() -> None:
    op.create_table(
        "subaccounts_catalog",
        sa.Column("organization", Exact(length=200), nullable=False),
        sa.Column("kind", Exact(length=64), nullable=False),
        sa.Column("id", Exact(length=64), nullable=False),
        sa.Column("name", Exact(length=200), nullable=False),
        sa.Column("parent", Exact(length=64), nullable=True),
        sa.Column("retired_at", Moment(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("body", Body(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization"],
            ["subaccounts_organizations.organization"],
            name=op.f("subaccounts_catalog_organization_fkey"),
        ),
        sa.PrimaryKeyConstraint("organization", "kind", "id", name=op.f("subaccounts_catalog_pkey")),
    )
    op.create_index("subaccounts_catalog_by_parent", "subaccounts_catalog", ["organization", "parent"], unique=False)


def _sub_accounts() -> None:
    op.create_table(
        "subaccounts_sub_accounts",
        sa.Column("organization", Exact(length=200), nullable=False),
        sa.Column("id", Exact(length=64), nullable=False),
        sa.Column("account", Exact(length=64), nullable=False),
        sa.Column("login", Exact(length=64), nullable=False),
        sa.Column("login_key", Exact(length=64), nullable=False),
        sa.Column("state", Exact(length=20), nullable=False),
        sa.Column("kind", Exact(length=20), nullable=False),
        sa.Column("search", Body(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("claimed_at", Moment(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("body", Body(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization", "account"],
            ["subaccounts_accounts.organization", "subaccounts_accounts.id"],
            name=op.f("subaccounts_sub_accounts_organization_account_fkey"),
        ),
        sa.PrimaryKeyConstraint("organization", "id", name=op.f("subaccounts_sub_accounts_pkey")),
    )
    op.create_index(
        "subaccounts_sub_accounts_by_account",
        "subaccounts_sub_accounts",
        ["organization", "account", "login_key", "id"],
        unique=False,
    )
    op.create_index(
        "subaccounts_sub_accounts_by_login",
        "subaccounts_sub_accounts",
        ["organization", "login_key", "id"],
        unique=False,
    )
    op.create_index(
        "subaccounts_sub_accounts_by_state",
        "subaccounts_sub_accounts",
        ["organization", "state", "kind", "account"],
        unique=False,
    )


def _credentials() -> None:
    op.create_table(
        "subaccounts_credentials",
        sa.Column("organization", Exact(length=200), nullable=False),
        sa.Column("id", Exact(length=64), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("body", Body(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization", "id"],
            ["subaccounts_sub_accounts.organization", "subaccounts_sub_accounts.id"],
            name=op.f("subaccounts_credentials_organization_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("organization", "id", name=op.f("subaccounts_credentials_pkey")),
    )


def _sub_account_departments() -> None:
    op.create_table(
        "subaccounts_sub_account_departments",
        sa.Column("organization", Exact(length=200), nullable=False),
        sa.Column("sub_account", Exact(length=64), nullable=False),
        sa.Column("department", Exact(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization", "sub_account"],
            ["subaccounts_sub_accounts.organization", "subaccounts_sub_accounts.id"],
            name=op.f("subaccounts_sub_account_departments_organization_sub_account_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "organization", "sub_account", "department", name=op.f("subaccounts_sub_account_departments_pkey")
        ),
    )
