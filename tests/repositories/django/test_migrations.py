"""Django's migrations make the tables that Alembic's steps make, keep step with them, and can be taken back."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connections, models
from django.db.migrations.loader import MigrationLoader
from django.test import override_settings
from sqlalchemy import create_engine, inspect
from sqlalchemy.engine import URL

from subaccounts.domain.decision import Batch
from subaccounts.errors import StorageFailed
from subaccounts.repositories.django import DjangoRepository
from subaccounts.repositories.django.operations import Step
from subaccounts.repositories.sqlalchemy import SQLAlchemyRepository, migrate
from subaccounts.repositories.sqlalchemy.migrations import VERSION_TABLE
from subaccounts.repositories.sqlalchemy.tables import metadata
from subaccounts.testing import builders as b
from tests.repositories.django.site import each_alias, lead
from tests.repositories.sql.bare import bare
from tests.repositories.sql.databases import Database
from tests.repositories.sql.test_migrations import drift, revisions

NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
FOLDER = Path(str(import_module("subaccounts.repositories.django.migrations").__file__)).parent
MIGRATIONS = sorted(file.stem for file in FOLDER.glob("[0-9]*.py"))
BATCH = Batch(organization=b.OURS, puts=(b.organization(),))


@pytest.fixture
def url(alias: str, tmp_path: Path) -> Iterator[URL]:
    """Lead an alias to a database with nothing in it, and have the settings name it."""
    with bare(NAMES[alias], tmp_path) as url:
        lead(alias, Database(name=NAMES[alias], url=url, async_driver=""))
        with override_settings(SUBACCOUNTS={"DATABASE": alias}):
            yield url
        connections[alias].close()


def run(*arguments: str, alias: str) -> str:
    """Run a command of manage.py on a database; return what it printed."""
    out = StringIO()
    call_command(*arguments, database=alias, skip_checks=True, stdout=out)
    return out.getvalue()


def there(url: URL) -> list[str]:
    """Return the tables that are there, Django's own left out."""
    engine = create_engine(url)
    names = [name for name in inspect(engine).get_table_names() if name.startswith("subaccounts_")]
    engine.dispose()
    return sorted(names)


@each_alias
class TestMaking:
    """`manage.py migrate` on a database with nothing in it."""

    def test_from_nothing(self, alias: str, url: URL) -> None:
        """It makes the tables of the metadata and nothing else, and they work."""
        run("migrate", "subaccounts", alias=alias)
        assert sorted([*metadata.tables, VERSION_TABLE]) == there(url)
        assert [] == drift(url)
        repository = DjangoRepository()
        repository.commit(BATCH)
        assert b.organization(version=1) == repository.organization(b.OURS)

    def test_alembic_goes_on_from_there(self, alias: str, url: URL) -> None:
        """What Django made, `migrate` knows as its own: there is nothing to do, and nothing foreign."""
        run("migrate", "subaccounts", alias=alias)
        migrate(url)
        assert [] == drift(url)

    def test_django_goes_on_from_there(self, alias: str, url: URL) -> None:
        """What `migrate` made, and what is in it, stays as it is when Django comes to the same database."""
        migrate(url)
        repository = SQLAlchemyRepository(url)
        repository.commit(BATCH)
        repository.close()
        run("migrate", "subaccounts", alias=alias)
        assert b.organization(version=1) == DjangoRepository().organization(b.OURS)

    def test_and_back(self, alias: str, url: URL) -> None:
        """Backwards every table of ours goes, forwards they are there again."""
        run("migrate", "subaccounts", alias=alias)
        run("migrate", "subaccounts", "zero", alias=alias)
        assert [] == there(url)
        run("migrate", "subaccounts", alias=alias)
        assert [] == drift(url)

    def test_as_sql(self, alias: str, url: URL) -> None:
        """`sqlmigrate` writes down what would be run, there and back, and runs nothing."""
        forwards = "".join(run("sqlmigrate", "subaccounts", name, alias=alias) for name in MIGRATIONS)
        backwards = "".join(run("sqlmigrate", "subaccounts", name, "--backwards", alias=alias) for name in MIGRATIONS)
        made = [name for name in metadata.tables if f"CREATE TABLE {name} " in forwards]
        dropped = [name for name in [*metadata.tables, VERSION_TABLE] if f"DROP TABLE {name};" in backwards]
        assert (sorted(metadata.tables), []) == (sorted(made), there(url))
        assert sorted([*metadata.tables, VERSION_TABLE]) == sorted(dropped)
        assert (len(MIGRATIONS), len(MIGRATIONS)) == (forwards.count("BEGIN;"), forwards.count("COMMIT;"))

    def test_the_sql_makes_the_tables(self, alias: str, url: URL) -> None:
        """What `sqlmigrate` writes is what `migrate` runs."""
        script = "".join(run("sqlmigrate", "subaccounts", name, alias=alias) for name in MIGRATIONS)
        with connections[alias].cursor() as cursor:
            for statement in script.split(";\n"):
                if statement.strip().strip("-"):
                    cursor.execute(statement)
        assert [] == drift(url)

    def test_tables_of_somebody_else(self, alias: str, url: URL) -> None:
        """A table of our name that nobody of ours made is left alone: the migration says so and makes nothing."""
        with connections[alias].cursor() as cursor:
            cursor.execute("CREATE TABLE subaccounts_tasks (mine int)")
        with pytest.raises(StorageFailed) as refused:
            run("migrate", "subaccounts", alias=alias)
        assert ("foreign", ["subaccounts_tasks"]) == (refused.value.problem, there(url))

    def test_another_database(self, alias: str, url: URL) -> None:
        """On a database that the settings do not name nothing is made."""
        with override_settings(SUBACCOUNTS={"DATABASE": "default"}):
            run("migrate", "subaccounts", alias=alias)
        assert [] == there(url)


class TestInStep:
    """The models, Django's migrations and Alembic's steps say the same."""

    def test_nothing_to_make(self) -> None:
        """`makemigrations` finds nothing that no migration says."""
        out = StringIO()
        call_command("makemigrations", "subaccounts", "--check", "--dry-run", skip_checks=True, stdout=out)
        assert "No changes detected in app 'subaccounts'" == out.getvalue().strip()

    def test_the_state_has_every_column(self) -> None:
        """What the migrations tell Django of a model is the model: an unmanaged one `makemigrations` never compares."""
        state = MigrationLoader(None, ignore_no_migrations=True).project_state().apps
        for model in apps.get_app_config("subaccounts").get_models():
            migrated = state.get_model("subaccounts", model.__name__)
            assert _columns(model) == _columns(migrated)
            assert model._meta.default_permissions == migrated._meta.default_permissions

    def test_every_step_has_a_migration(self) -> None:
        """Each of Alembic's steps is run by one migration of Django's, in the same order."""
        modules = [import_module(f"subaccounts.repositories.django.migrations.{name}") for name in MIGRATIONS]
        steps = [step for module in modules for step in module.Migration.operations if isinstance(step, Step)]
        assert revisions() == [step.revision for step in steps]
        assert [None, *revisions()[:-1]] == [step.after for step in steps]

    def test_every_table_has_a_model(self) -> None:
        """Each table has one model of storage with just its columns, its key and its lengths."""
        stored = {model._meta.db_table: model for model in _models() if model.__name__.startswith("Stored")}
        assert sorted(metadata.tables) == sorted(stored)
        for name, table in metadata.tables.items():
            fields = {field.column: field for field in stored[name]._meta.concrete_fields if field.column}
            assert [column.name for column in table.columns] == list(fields)
            assert [(c.name, c.nullable) for c in table.columns] == [(n, f.null) for n, f in fields.items()]
            key = getattr(stored[name]._meta.pk, "field_names", None) or (stored[name]._meta.pk.column,)
            assert [column.name for column in table.primary_key] == list(key)
            lengths = {c.name: getattr(c.type, "impl_instance", c.type) for c in table.columns}
            assert {n: getattr(t, "length", None) for n, t in lengths.items() if n in _texts(fields)} == _texts(fields)

    def test_what_is_shown_is_there(self) -> None:
        """The models of the admin read columns that are there, and neither a body nor a table with secrets."""
        shown = [model for model in _models() if not model.__name__.startswith("Stored")]
        assert ["Account", "AuditEvent", "Person"] == sorted(model.__name__ for model in shown)
        for model in shown:
            columns = {field.column for field in model._meta.concrete_fields}
            assert columns <= set(metadata.tables[model._meta.db_table].columns.keys())
            assert not columns & {"body", "search", "receipt"}


def _models() -> list[Any]:
    return list(apps.get_app_config("subaccounts").get_models())


def _columns(model: type[models.Model]) -> list[Any]:
    said = [field.deconstruct() for field in model._meta.concrete_fields]
    return [
        (name, kind, {key: value for key, value in given.items() if key != "verbose_name"})
        for name, kind, _, given in said
    ]


def _texts(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: field.max_length for name, field in fields.items() if isinstance(field, models.CharField)}
