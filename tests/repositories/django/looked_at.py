"""A portal with Django's admin before it, and the browser of somebody who looks at its pages.

What belongs here: the means of several tests. The portal itself is `portal`.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
from django.core.management import call_command
from django.test import Client, override_settings
from sqlalchemy import create_engine, text

from tests.repositories.django.portal import Portal
from tests.repositories.django.site import default_at, file_in
from tests.repositories.sql.databases import Database, postgresql

MODELS: Final = ("account", "person", "auditevent")
"""What the admin shows."""


@cache
def _with_djangos_tables() -> bytes:
    """Return a file with our tables and Django's, which is made once."""
    with tempfile.TemporaryDirectory() as folder:
        place = file_in(Path(folder))
        with default_at(place), override_settings(SUBACCOUNTS={"DATABASE": "default"}):
            call_command("migrate", verbosity=0, skip_checks=True)
        return Path(str(place.url.database)).read_bytes()


@pytest.fixture(scope="module")
def admin_server() -> Iterator[Database]:
    """Give the database on the server with Django's tables in it too, which go when the module is done."""
    place = postgresql()
    with default_at(place), override_settings(SUBACCOUNTS={"DATABASE": "default"}):
        call_command("migrate", verbosity=0, skip_checks=True)
    yield place
    theirs = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'subaccounts%'"
    engine = create_engine(place.url)
    with engine.begin() as connection:
        for name in list(connection.scalars(text(theirs))):
            connection.execute(text(f"DROP TABLE {name} CASCADE"))
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def admin_portal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Portal]:
    """Give a portal on the database that is Django's default too, with Django's own tables in it."""
    from django.contrib.auth.models import User  # the site has to be configured first

    if request.param == "sqlite":
        made, place = _with_djangos_tables(), file_in(tmp_path)
        Path(str(place.url.database)).write_bytes(made)
    else:
        place = request.getfixturevalue("admin_server").emptied()
    with default_at(place), override_settings(SUBACCOUNTS={"DATABASE": "default"}):
        User.objects.all().delete()
        yield Portal("default", place)


def browser(*rights: str, staff: bool = True) -> Client:
    """Return a browser in which a user with these rights is signed in."""
    from django.contrib.auth.models import Permission, User

    user = User.objects.create_user("looker", password="look", is_staff=staff)
    user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    assert len(rights) == user.user_permissions.count()
    client = Client()
    client.force_login(user)
    return client


def looker() -> Client:
    """Return the browser of a user who may view everything of ours."""
    return browser(*(f"view_{model}" for model in MODELS))


def listed(client: Client, model: str, **query: Any) -> str:
    """Return the page of a list."""
    answer = client.get(f"/admin/subaccounts/{model}/", query, follow=True)
    assert 200 == answer.status_code
    return answer.content.decode()


def addresses(page: str, model: str) -> list[str]:
    """Return where the rows of a list lead."""
    found = re.findall(rf'href="(/admin/subaccounts/{model}/[^"?]+/change/)', page)
    return list(dict.fromkeys(found))
