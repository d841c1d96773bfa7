"""How a migration of Django's makes our tables: it runs the step of Alembic's that makes them everywhere.

A table is then the same whoever made it, and whoever looks after it next: Alembic's version table is kept too.
"""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING, Any

from django.db import router
from django.db.migrations.operations.base import Operation
from sqlalchemy import Connection

from ..sqlalchemy.migrations.upgrading import VERSION_TABLE, scripts, upgrade
from .borrowed import borrowed
from .configured import database

if TYPE_CHECKING:
    from alembic.config import Config

_BASE = "base"
"""Alembic's word for no table at all."""


class Step(Operation):
    """Run one step of Alembic's on the database that the settings name; elsewhere there is nothing to do.

    `revision` is the step's, `after` the one before it, None for the first. Backwards, the first drops every table, and
    with them all that was stored. Raises `StorageFailed` where tables are there that nobody of ours made (`foreign`), or
    that a later release made (`newer`).
    """

    def __init__(self, revision: str, after: str | None = None) -> None:
        self.revision: str = revision
        self.after: str | None = after

    def describe(self) -> str:
        """Return what `migrate --plan` says."""
        return f"Run {self.revision} of Alembic's steps"

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Do nothing: what Django knows of the tables, other operations say."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Make what this step makes."""
        if self._is_here(app_label, schema_editor):
            config, known = scripts(self.revision)
            with borrowed(schema_editor.connection) as connection, connection.begin():
                if schema_editor.collect_sql:
                    _write_down(schema_editor, connection, config, f"{self.after or _BASE}:{self.revision}")
                else:
                    upgrade(connection, config, self.revision, known=known)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Drop what this step made."""
        if not self._is_here(app_label, schema_editor):
            return
        config, _ = scripts(self.revision)
        from alembic import command

        with borrowed(schema_editor.connection) as connection, connection.begin():
            if schema_editor.collect_sql:
                _write_down(schema_editor, connection, config, f"{self.revision}:{self.after or _BASE}", back=True)
            else:
                config.attributes["connection"] = connection
                command.downgrade(config, self.after or _BASE)
            if self.after is None:
                schema_editor.execute(f"DROP TABLE {VERSION_TABLE}")

    def _is_here(self, app_label: str, schema_editor: Any) -> bool:
        alias = schema_editor.connection.alias
        return bool(alias == database() and router.allow_migrate(alias, app_label))


def _write_down(editor: Any, connection: Connection, config: Config, steps: str, *, back: bool = False) -> None:
    """Collect the statements for `sqlmigrate` instead of running them; BEGIN and COMMIT are Django's to write."""
    from alembic import command

    config.output_buffer = StringIO()
    config.attributes["connection"] = connection
    (command.downgrade if back else command.upgrade)(config, steps, sql=True)
    statements = (statement.strip() for statement in config.output_buffer.getvalue().split(";\n"))
    editor.collected_sql += [f"{statement};" for statement in statements if statement not in {"", "BEGIN", "COMMIT"}]
