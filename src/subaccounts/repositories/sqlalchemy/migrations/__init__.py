"""How a database gets our tables, and an older schema becomes the present one.

    from subaccounts.repositories.sqlalchemy import migrate

    migrate("postgresql+psycopg://localhost/portal")

A host that runs Alembic itself adds `subaccounts.repositories.sqlalchemy:migrations/versions` to its
`version_locations`, upgrades to `heads`, and gives its own autogenerate our `include_object`, so that it leaves our tables
alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Connection, Engine, text
from sqlalchemy.engine import URL

from ....errors import StorageFailed
from ..tables import PREFIX
from ..transactions import engine_of, migrating, store_of

VERSION_TABLE: Final = f"{PREFIX}alembic_version"
"""Where the schema's version is kept: a table of our own, beside the host's."""
LOCATION: Final = "subaccounts.repositories.sqlalchemy:migrations"
_LOCK: Final = 0x53554241
"""`SUBA`: the number of the lock that keeps two from migrating at once."""


def migrate(database: Engine | URL | str, /, *, to: str = "head") -> None:
    """Make our tables, or bring those of an earlier release up to this one; does nothing where there is nothing to do.

    Several processes can start at once: one migrates and the others wait. `to` is a revision of Alembic's. Raises
    `StorageFailed`: `newer` for a schema of a later release, and what a repository raises. On MySQL and MariaDB, whose
    statements about tables end a transaction, a migration that was interrupted has to be looked at by somebody.
    """
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    engine = database if isinstance(database, Engine) else engine_of(database)
    config = Config()
    config.set_main_option("script_location", LOCATION)
    try:
        with migrating(engine) as connection, _alone(connection):
            config.attributes["connection"] = connection
            command.upgrade(config, to)
    except CommandError:
        raise StorageFailed(store=store_of(engine), problem="newer") from None
    finally:
        if engine is not database:
            engine.dispose()


@contextmanager
def _alone(connection: Connection) -> Iterator[None]:
    """Keep others from migrating meanwhile; SQLite's transaction does that by itself."""
    match connection.dialect.name:
        case "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK})
            yield
        case "sqlite":
            yield
        case _:
            name = {"name": f"{PREFIX}migration"}
            connection.execute(text("SELECT GET_LOCK(:name, 600)"), name)
            try:
                yield
            finally:
                connection.execute(text("SELECT RELEASE_LOCK(:name)"), name)


def include_object(thing: Any, name: str | None, kind: str, reflected: bool, compare_to: Any) -> bool:  # noqa: FBT001 - Alembic's own signature
    """Tell a host's autogenerate to leave our tables and what is in them alone."""
    table = name if kind == "table" else getattr(getattr(thing, "table", None), "name", None)
    return not (table or "").startswith(PREFIX)
