"""The schema: made from nothing, by many at once, upgraded from every revision there was, and what it looks like then.

How a host's own Alembic gets along with it is `test_host_alembic`.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, MetaData, create_engine, inspect, select, text
from sqlalchemy.engine import URL

from subaccounts.domain.decision import Batch
from subaccounts.errors import StorageFailed
from subaccounts.repositories.sqlalchemy import SQLAlchemyRepository, include_object, migrate
from subaccounts.repositories.sqlalchemy.migrations import LOCATION, VERSION_TABLE
from subaccounts.repositories.sqlalchemy.tables import metadata
from subaccounts.testing import builders as b
from tests.repositories.children import server
from tests.repositories.sql.bare import DONE, bare, migrate_at_once
from tests.repositories.sql.shops import PLACES, Shop, each_database, empty

RACERS: Final = 4


def revisions() -> list[str]:
    """Return the id of every revision, oldest first."""
    config = Config()
    config.set_main_option("script_location", LOCATION)
    return [each.revision for each in reversed(list(ScriptDirectory.from_config(config).walk_revisions()))]


def drift(url: URL) -> list[Any]:
    """Return what Alembic would change to make the database like the metadata."""
    engine = create_engine(url)
    options = {"compare_type": True, "include_object": lambda *args: not include_object(*args)}
    with engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection, opts=options), metadata)
    engine.dispose()
    return [each for each in found if VERSION_TABLE not in repr(each)]


def stored(url: URL) -> dict[str, list[Any]]:
    """Return every row of each table that is there, in columns that were there from the first revision on."""
    engine = create_engine(url)
    there = MetaData()
    there.reflect(engine)
    with engine.connect() as connection:
        found = {
            name: sorted(repr(tuple(row)) for row in connection.execute(select(table)))
            for name, table in there.tables.items()
            if name != VERSION_TABLE
        }
    engine.dispose()
    return found


@each_database
class TestMaking:
    """`migrate` makes what is missing and nothing else."""

    def test_from_nothing(self, name: str, tmp_path: Path) -> None:
        """An empty database gets just the tables of the metadata, a version beside them, and works."""
        with bare(name, tmp_path) as url:
            migrate(url)
            engine = create_engine(url)
            assert sorted([*metadata.tables, VERSION_TABLE]) == sorted(inspect(engine).get_table_names())
            engine.dispose()
            assert [] == drift(url)
            repository = SQLAlchemyRepository(url)
            repository.commit(Batch(organization=b.OURS, puts=(b.organization(),)))
            assert repository.organization(b.OURS) is not None
            repository.close()

    def test_twice(self, name: str, tmp_path: Path) -> None:
        """Migrating what is migrated changes nothing, and leaves what is stored."""
        with bare(name, tmp_path) as url:
            migrate(url)
            repository = SQLAlchemyRepository(url)
            repository.commit(Batch(organization=b.OURS, puts=(b.organization(), b.account(), *b.person())))
            repository.close()
            before = stored(url)
            migrate(url)
            assert before == stored(url)

    def test_processes_at_once(self, name: str, tmp_path: Path) -> None:
        """Processes that migrate at the same time all succeed."""
        context = server()
        with bare(name, tmp_path) as url:
            go, told = context.Event(), context.Queue()
            given = (url.render_as_string(hide_password=False), go, told)
            children = [context.Process(target=migrate_at_once, args=given) for _ in range(RACERS)]
            for child in children:
                child.start()
            go.set()
            answers = [told.get(timeout=120) for _ in children]
            for child in children:
                child.join()
            assert [DONE] * RACERS == answers
            assert [] == drift(url)

    @pytest.mark.parametrize("earlier", revisions())
    def test_from_every_revision(self, name: str, earlier: str, tmp_path: Path) -> None:
        """A database of an earlier revision, with a shop in it, becomes the present one and loses nobody."""
        with bare(name, tmp_path) as url:
            migrate(url, to=earlier)
            place = PLACES[name](tmp_path)
            with Shop(type(place)(name=place.name, url=url, async_driver=place.async_driver)).opened() as shop:
                _, code = shop.add("anna")
                before = stored(url)
                migrate(url)
                assert ([], before) == (drift(url), {table: stored(url)[table] for table in before})
                shop.claim("anna", code)
                assert "authenticated" == type(shop.sign_in("anna")).__name__.lower()


@each_database
class TestRefused:
    """A schema that is not ours, or not of this release, is left as it is."""

    def test_a_later_release(self, name: str, tmp_path: Path) -> None:
        """A schema whose revision nobody here knows is newer, and is told with that revision."""
        with bare(name, tmp_path) as url:
            migrate(url)
            run(url, f"UPDATE {VERSION_TABLE} SET version_num = 'subaccounts_9999'")
            before = stored(url)
            with pytest.raises(StorageFailed) as refused:
                migrate(url)
            assert ("newer", "subaccounts_9999") == (refused.value.problem, refused.value.detail)
            assert before == stored(url)

    def test_tables_without_a_version(self, name: str, tmp_path: Path) -> None:
        """Tables of our names without a version, as an interrupted migration of MySQL leaves them, are foreign."""
        with bare(name, tmp_path) as url:
            migrate(url)
            run(url, f"DELETE FROM {VERSION_TABLE}")
            with pytest.raises(StorageFailed) as refused:
                migrate(url)
            assert "foreign" == refused.value.problem
            assert [] == drift(url)

    def test_no_tables(self, name: str, tmp_path: Path) -> None:
        """Reads and commits tell a database without our tables: it is outdated."""
        with bare(name, tmp_path) as url:
            repository = SQLAlchemyRepository(url)
            with pytest.raises(StorageFailed) as unread:
                repository.organization(b.OURS)
            with pytest.raises(StorageFailed) as unwritten:
                repository.commit(Batch(organization=b.OURS, puts=(b.organization(),)))
            assert ("outdated", "outdated") == (unread.value.problem, unwritten.value.problem)
            repository.close()

    def test_no_such_revision(self, name: str, tmp_path: Path) -> None:
        """A revision that is not there is a mistake of the program, and makes nothing."""
        with bare(name, tmp_path) as url:
            with pytest.raises(ValueError, match="there is no revision 'nonsense'"):
                migrate(url, to="nonsense")
            assert {} == stored(url)


@each_database
def test_every_key_begins_with_the_organization(name: str, tmp_path: Path) -> None:
    """In the database itself every primary, unique and foreign key begins with the organization, and so does every index."""
    place = empty(name, tmp_path)
    engine = create_engine(place.url)
    look, begun = inspect(engine), set()
    for table in metadata.tables:
        keys: list[Sequence[str | None]] = [look.get_pk_constraint(table)["constrained_columns"]]
        keys += [each["column_names"] for each in look.get_unique_constraints(table)]
        keys += [each["column_names"] for each in look.get_indexes(table)]
        foreign = look.get_foreign_keys(table)
        keys += [each["constrained_columns"] for each in foreign] + [each["referred_columns"] for each in foreign]
        assert keys[0]
        begun |= {columns[0] for columns in keys}
    engine.dispose()
    assert {"organization"} == begun


def test_the_page_on_scaling_names_every_table() -> None:
    """What is to be distributed over shards is every table there is, each after those that it refers to."""
    page = Path(__file__).parents[3] / "docs" / "explanation" / "scaling.md"
    named = re.findall(
        r"'(subaccounts_\w+)'", page.read_text(encoding="utf-8").partition("ARRAY[")[2].partition("]")[0]
    )
    assert {"subaccounts_organizations", *named} == set(metadata.tables)
    above = {name: {key.column.table.name for key in table.foreign_keys} for name, table in metadata.tables.items()}
    order = {name: place for place, name in enumerate(("subaccounts_organizations", *named))}
    assert [] == [name for name, others in above.items() if any(order[each] > order[name] for each in others)]


def test_without_alembic() -> None:
    """Where Alembic is not installed, migrating says which extra to install."""
    code = (
        "import sys; sys.modules['alembic'] = None\n"
        "from subaccounts.errors import MissingExtra\n"
        "from subaccounts.repositories.sqlalchemy import migrate\n"
        "try:\n    migrate('sqlite://')\nexcept MissingExtra as error:\n    print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert 'alembic is not installed: pip install "subaccounts[sqlalchemy]"' == done.stdout.strip()


def run(url: URL, statement: str) -> None:
    """Run a statement as somebody else."""
    engine: Engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()
