"""${message}"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from subaccounts.repositories.sqlalchemy.types import Body, Exact, Moment

revision: str = ${repr(up_revision)}
down_revision: str | None = ${repr(down_revision)}
branch_labels: tuple[str, ...] | None = ${repr(branch_labels)}
depends_on: str | None = ${repr(depends_on)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
