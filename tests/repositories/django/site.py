"""A Django site for the tests: settings once for the process, a database of its own for each test.

What belongs here: the means of several tests. The databases themselves are those of `tests.repositories.sql.databases`.
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Final, final

import django
import pytest
from django.conf import settings
from django.db import connections
from sqlalchemy.engine import URL

from subaccounts.repositories.django import DjangoRepository
from tests.repositories.sql.databases import Database, postgresql, sqlite_in


@cache
def _migrated() -> bytes:
    """Return a file with our tables, which is made once: most of a test's time would be Alembic's."""
    with tempfile.TemporaryDirectory() as folder:
        place = sqlite_in(Path(folder))
        return Path(str(place.url.database)).read_bytes()


def file_in(folder: Path) -> Database:
    """Return a new file with our tables."""
    file = folder / "portal.db"
    file.write_bytes(_migrated())
    url = URL.create("sqlite+pysqlite", database=str(file))
    return Database(name="SQLite", url=url, async_driver="sqlite+aiosqlite")


ALIASES: Final[dict[str, Callable[[Path], Database]]] = {"sqlite": file_in, "postgresql": lambda _: postgresql()}
"""Every database of the site by its alias, and how it is had for a test that has a folder."""
each_alias = pytest.mark.parametrize("alias", ALIASES)
APPS: Final = (
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "subaccounts.repositories.django",
)
MIDDLEWARE: Final = (
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
)
TEMPLATES: Final = {
    "BACKEND": "django.template.backends.django.DjangoTemplates",
    "APP_DIRS": True,
    "OPTIONS": {
        "context_processors": [
            "django.template.context_processors.request",
            "django.contrib.auth.context_processors.auth",
            "django.contrib.messages.context_processors.messages",
        ]
    },
}


def begun() -> None:
    """Configure Django for this process, unless it is."""
    if settings.configured:
        return
    settings.configure(
        SECRET_KEY="only for tests",
        ALLOWED_HOSTS=["testserver"],
        DATABASES={
            "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"},
            "sqlite": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"},
            "postgresql": {"ENGINE": "django.db.backends.postgresql", "NAME": "nowhere"},
        },
        INSTALLED_APPS=list(APPS),
        MIDDLEWARE=list(MIDDLEWARE),
        TEMPLATES=[TEMPLATES],
        ROOT_URLCONF="tests.repositories.django.urls",
        STATIC_URL="static/",
        USE_TZ=True,
        TIME_ZONE="UTC",
    )
    django.setup()


def lead(alias: str, place: Database, **changes: Any) -> None:
    """Let an alias lead to a database, in every thread; its connection in this one is closed."""
    begun()
    connections[alias].close()
    url, given = place.url, connections.settings[alias]
    given.update(NAME=url.database, TIME_ZONE=None, AUTOCOMMIT=True, CONN_HEALTH_CHECKS=False, OPTIONS={})
    if place.name == "PostgreSQL":
        host = url.host or url.query.get("host", "")
        given.update(HOST=host, PORT=url.port or "", USER=url.username or "", PASSWORD=url.password or "")
    given.update(changes)
    del connections[alias]


@contextmanager
def another(alias: str, **changes: Any) -> Iterator[None]:
    """Have one more database in the settings while the block lasts."""
    connections.settings[alias] = {**connections.settings["default"], **changes}
    try:
        yield
    finally:
        if alias in {wrapper.alias for wrapper in connections.all(initialized_only=True)}:
            del connections[alias]
        del connections.settings[alias]


def opened(alias: str, folder: Path, **changes: Any) -> Database:
    """Let an alias lead to a database with our tables and no row in them, and return it."""
    place = ALIASES[alias](folder).emptied()
    lead(alias, place, **changes)
    return place


@contextmanager
def default_at(place: Database, **changes: Any) -> Iterator[None]:
    """Let Django's default database be this one while the block lasts."""
    engines = {"SQLite": "django.db.backends.sqlite3", "PostgreSQL": "django.db.backends.postgresql"}
    kept = dict(connections.settings["default"])
    lead("default", place, ENGINE=engines[place.name], **changes)
    try:
        yield
    finally:
        connections["default"].close()
        connections.settings["default"].clear()
        connections.settings["default"].update(kept)
        del connections["default"]


@contextmanager
def on(alias: str, folder: Path, **changes: Any) -> Iterator[Database]:
    """Let an alias lead to an empty database while the block lasts."""
    place = opened(alias, folder, **changes)
    try:
        yield place
    finally:
        connections[alias].close()


@final
class Everywhere:
    """Be a repository that is asked in any thread: one that is no request of Django's closes what it opened."""

    def __init__(self, alias: str) -> None:
        self._alias, self._own = alias, DjangoRepository(using=alias)
        self._home = threading.get_ident()

    @property
    def joins_host_transaction(self) -> bool:
        """Answer as the repository does."""
        return self._own.joins_host_transaction

    def __getattr__(self, name: str) -> Any:
        asked = getattr(self._own, name)
        if name.startswith("_") or not callable(asked):
            return asked

        def ask(*args: Any, **kwargs: Any) -> Any:
            try:
                return asked(*args, **kwargs)
            finally:
                if threading.get_ident() != self._home:
                    connections[self._alias].close()

        return ask

    def close(self) -> None:
        """Close the connection of this thread."""
        connections[self._alias].close()


begun()
