"""What is wrong with a host's settings, said before anything is asked of them: `manage.py check`, and every start."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning  # noqa: A004 - Django's name for it
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

from ...errors import KeyRingFailed
from ...keys import KeyRing
from .borrowed import trouble
from .configured import KNOWN, NAME, configured, database


def checked(app_configs: Sequence[AppConfig] | None = None, **_: Any) -> list[CheckMessage]:
    """Return what is wrong with the setting `SUBACCOUNTS` and with the database and the key ring that it names."""
    return [*_of_shape(), *_of_database(), *_of_key_ring()]


def _of_shape() -> Iterator[CheckMessage]:
    given = getattr(settings, NAME, None)
    if not isinstance(given, dict):
        hint = f'{NAME} = {{"DATABASE": "default", "KEY_RING": BASE_DIR / "portal.keys"}}'
        yield Error(f"The setting {NAME} is missing, or is no dictionary.", hint=hint, id="subaccounts.E001")
        return
    unknown = sorted(map(str, given.keys() - KNOWN))
    if unknown:
        hint = f"It knows {' and '.join(sorted(KNOWN))}."
        yield Error(f"{NAME} holds what nobody reads: {', '.join(unknown)}.", hint=hint, id="subaccounts.E002")


def _of_database() -> Iterator[CheckMessage]:
    alias = database()
    if alias not in connections.settings:
        yield Error(f"{NAME} names the database {alias!r}, which DATABASES has not.", id="subaccounts.E003")
        return
    try:
        wrapper = connections[alias]
        why = trouble(wrapper)
    except ImproperlyConfigured as error:
        yield Error(f"The database {alias!r} cannot be used.", hint=str(error), id="subaccounts.E004")
        return
    if why is not None:
        yield Error(f"The database {alias!r} cannot hold sub-accounts.", hint=f"{why}.", id="subaccounts.E004")
        return
    if wrapper.settings_dict["ATOMIC_REQUESTS"]:
        hint = f'Decorate the views that sign in with non_atomic_requests(using="{alias}"), or switch it off.'
        told = f"ATOMIC_REQUESTS is on for {alias!r}: a sign-in in such a request is refused with InsideTransaction."
        yield Warning(told, hint=hint, id="subaccounts.W001")
    if not wrapper.settings_dict["AUTOCOMMIT"]:
        told = f"AUTOCOMMIT is off for {alias!r}: every sign-in is refused with InsideTransaction."
        yield Warning(told, hint="Switch it on, and use transaction.atomic.", id="subaccounts.W002")


def _of_key_ring() -> Iterator[CheckMessage]:
    place = configured().get("KEY_RING")
    if place is None:
        hint = "It is the path of a file outside the database and its backups."
        yield Error(f"{NAME} names no KEY_RING.", hint=hint, id="subaccounts.E005")
        return
    try:
        KeyRing.open(place, create=False)
    except KeyRingFailed as error:
        hint = 'Make one: python -c "from subaccounts import KeyRing; KeyRing.open(...)" with this path.'
        made = hint if error.problem == "missing" else "What each problem means is in the how-to about the key ring."
        yield Error(f"The key ring at {place} cannot be used: {error}.", hint=made, id="subaccounts.E006")
