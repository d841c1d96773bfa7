"""Django's own login: `authenticate` alone, which records nothing, or its LoginView through the test client."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import django
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher

from benchmarks.lane import PASSWORD, login
from benchmarks.lanes.hashing import parameters

_CHEAP = parameters("")


class Cheap(Argon2PasswordHasher):
    """Hash with the least parameters; Django names a hasher by its class."""

    time_cost = _CHEAP["time_cost"]
    memory_cost = _CHEAP["memory_cost"]
    parallelism = _CHEAP["parallelism"]


class Real(Argon2PasswordHasher):
    """Hash with the parameters of the other real lanes."""

    time_cost, memory_cost, parallelism = 3, 64 * 1024, 4


def open_lane(folder: Path, people: int, option: str) -> Callable[[list[int]], None]:
    """Make a site with these users; `option` is `authenticate` or `view`, and `real` beside it for the real hash."""
    _configure(folder, Real if "real" in option else Cheap)
    from django.contrib.auth import authenticate
    from django.contrib.auth.hashers import make_password
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.test import Client

    call_command("migrate", verbosity=0)
    stored = make_password(PASSWORD)
    users = (User(username=login(number), password=stored) for number in range(people))
    User.objects.bulk_create(users, batch_size=1_000)
    client = Client()

    def by_authenticate(whom: list[int]) -> None:
        for number in whom:
            if authenticate(username=login(number), password=PASSWORD) is None:
                raise TypeError("nobody was signed in")

    def by_view(whom: list[int]) -> None:
        for number in whom:
            client.cookies.clear()
            answer = client.post("/login/", {"username": login(number), "password": PASSWORD})
            if answer.status_code != 302:
                raise TypeError(f"nobody was signed in: {answer.status_code}")

    return by_view if "view" in option else by_authenticate


def _configure(folder: Path, hasher: type[Argon2PasswordHasher]) -> None:
    """Set Django up on a file with the pragmas of the other lanes."""
    pragmas = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -8000;"
    settings.configure(
        SECRET_KEY="a key of nobody",
        ALLOWED_HOSTS=["testserver"],
        ROOT_URLCONF="benchmarks.lanes.django_urls",
        LOGIN_REDIRECT_URL="/",
        PASSWORD_HASHERS=[f"{hasher.__module__}.{hasher.__qualname__}"],
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
        ],
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": folder / "django.db",
                "OPTIONS": {"init_command": pragmas},
            }
        },
        USE_TZ=True,
    )
    django.setup()
