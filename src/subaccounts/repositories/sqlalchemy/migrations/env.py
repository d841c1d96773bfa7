"""What Alembic runs: our steps on the connection that `migrate` gives, under a version table of our own."""

from __future__ import annotations

from alembic import context

from subaccounts.repositories.sqlalchemy.migrations import VERSION_TABLE, include_object
from subaccounts.repositories.sqlalchemy.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    include_object=lambda *args: not include_object(*args),
)
with context.begin_transaction():
    context.run_migrations()
