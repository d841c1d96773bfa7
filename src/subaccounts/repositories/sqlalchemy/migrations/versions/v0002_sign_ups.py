"""Attempts to sign up, and an index for looking at all that waits in a queue. It is never changed once released."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from subaccounts.repositories.sqlalchemy.types import Body, Exact, Moment

revision: str = "subaccounts_0002"
down_revision: str | None = "subaccounts_0001"
branch_labels: tuple[str, ...] | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Make the table and the index."""
    op.create_table(
        "subaccounts_sign_ups",
        sa.Column("organization", Exact(length=200), nullable=False),
        sa.Column("id", Exact(length=64), nullable=False),
        sa.Column("account", Exact(length=64), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("body", Body(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization", "account"],
            ["subaccounts_accounts.organization", "subaccounts_accounts.id"],
            name=op.f("subaccounts_sign_ups_organization_account_fkey"),
        ),
        sa.PrimaryKeyConstraint("organization", "id", name=op.f("subaccounts_sign_ups_pkey")),
    )
    op.create_index(
        "subaccounts_sign_ups_by_account", "subaccounts_sign_ups", ["organization", "account"], unique=False
    )
    op.create_index(
        "subaccounts_sign_ups_by_age", "subaccounts_sign_ups", ["organization", "expires_at", "id"], unique=False
    )
    op.create_index("subaccounts_tasks_by_queue", "subaccounts_tasks", ["organization", "queue", "id"], unique=False)


def downgrade() -> None:
    """Drop them, and with them every attempt."""
    op.drop_index("subaccounts_tasks_by_queue", table_name="subaccounts_tasks")
    op.drop_table("subaccounts_sign_ups")
