"""Making our tables and bringing them up to date: one at a time, and never those of somebody else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.engine import URL

from ...._extra import from_extra
from ....errors import StorageFailed
from ..tables import PREFIX, metadata
from ..transactions import asked, begun, engine_of, store_of, writer, writing
from ..types import MYSQL

if TYPE_CHECKING:
    from alembic.config import Config

VERSION_TABLE: Final = f"{PREFIX}alembic_version"
"""Where the schema's version is kept: a table of our own, beside the host's."""
LOCATION: Final = "subaccounts.repositories.sqlalchemy:migrations"
_LOCK: Final = 0x53554241
"""`SUBA`: the number of the lock that keeps two from migrating at once."""
_PATIENCE: Final = 600
"""Seconds to wait for another's migration on MySQL and MariaDB."""


def migrate(database: Engine | URL | str, /, *, to: str = "head") -> None:
    """Make our tables, or bring those of an earlier release up to this one; does nothing where there is nothing to do.

    Several processes can start at once: one migrates and the others wait. `to` is a revision of Alembic's; one that is
    not there is a `ValueError`. Raises `StorageFailed`: `newer` for a schema of a later release, `foreign` for tables of
    our names that `migrate` did not finish making (a host's own Alembic makes some, and so does a migration that was
    interrupted on MySQL and MariaDB, whose statements about tables end a transaction: somebody has to look at those), and
    what a repository raises.
    """
    engine = database if isinstance(database, Engine) else engine_of(database)
    try:
        asked(store_of(engine), lambda: _migrate(engine, to), times=1)
    finally:
        if engine is not database:
            engine.dispose()


def _migrate(engine: Engine, to: str) -> None:
    config, known = scripts(to)
    with _alone(engine) as connection:
        upgrade(connection, config, to, known=known)


def upgrade(connection: Connection, config: Config, to: str, /, *, known: frozenset[str]) -> None:
    """Bring the tables up to a revision in the transaction that a connection is in; config and revisions are `scripts`'.

    Raises `StorageFailed`: `newer`, `foreign`, as `migrate` does.
    """
    from alembic import command

    _refuse_others(connection, known=known)
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def scripts(to: str, /) -> tuple[Config, frozenset[str]]:
    """Return where Alembic finds our steps, and every revision there is; ValueError if `to` is none of them,
    `MissingExtra` without Alembic."""
    with from_extra("sqlalchemy"):
        from alembic.config import Config
        from alembic.script import ScriptDirectory
        from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", LOCATION)
    ours = ScriptDirectory.from_config(config)
    try:
        ours.get_revisions(to)
    except CommandError as error:
        raise ValueError(f"there is no revision {to!r}") from error
    return config, frozenset(each.revision for each in ours.walk_revisions())


def _refuse_others(connection: Connection, *, known: frozenset[str]) -> None:
    """Raise `StorageFailed` for a schema that is not of this or an earlier release."""
    from alembic.migration import MigrationContext

    store = store_of(connection.engine)
    there = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE}).get_current_heads()
    if not known >= set(there):
        raise StorageFailed(store=store, problem="newer", detail=", ".join(sorted(set(there) - known)))
    if not there and metadata.tables.keys() & set(inspect(connection).get_table_names()):
        raise StorageFailed(
            store=store, problem="foreign", detail=f"tables are there, their version in {VERSION_TABLE} is not"
        )


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """Give a connection in a transaction that is committed at the block's end, and until then keep others from migrating.

    SQLite's transaction does that by itself, PostgreSQL's holds a lock. MySQL's ends at the first statement about a table,
    so that the lock is the connection's, and is given back after the commit.
    """
    with writing(writer(engine)) as connection:
        if connection.dialect.name in MYSQL:
            with _named_lock(connection), connection.begin():
                yield connection
            return
        with connection.begin():
            begun(connection)
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK})
            yield connection


@contextmanager
def _named_lock(connection: Connection) -> Iterator[None]:
    name = {"name": f"{PREFIX}migration"}
    got = connection.scalar(text("SELECT GET_LOCK(:name, :seconds)"), {**name, "seconds": _PATIENCE})
    connection.commit()
    if got != 1:
        raise StorageFailed(store=store_of(connection.engine), problem="locked", detail="somebody else is migrating")
    try:
        yield
    except BaseException:
        connection.invalidate()  # the lock goes with the connection, whatever state that is in
        raise
    connection.execute(text("DO RELEASE_LOCK(:name)"), name)
    connection.commit()


def include_object(thing: Any, name: str | None, kind: str, reflected: bool, compare_to: Any) -> bool:  # noqa: FBT001 - Alembic's own signature
    """Tell a host's autogenerate to leave our tables and what is in them alone; no other table of a name like theirs."""
    table = name if kind == "table" else getattr(getattr(thing, "table", None), "name", None)
    return table != VERSION_TABLE and table not in metadata.tables
