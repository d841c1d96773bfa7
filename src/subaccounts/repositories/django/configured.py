"""What the host's settings say: which database, and where the key ring is. What is wrong with them is `checks`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS

from ...keys import KeyRing

NAME: Final = "SUBACCOUNTS"
KNOWN: Final = frozenset({"DATABASE", "KEY_RING"})


def configured() -> Mapping[str, Any]:
    """Return the setting `SUBACCOUNTS`; empty where there is none."""
    given: Any = getattr(settings, NAME, {})
    return given if isinstance(given, Mapping) else {}


def database() -> str:
    """Return the alias of the database that our tables are in; Django's default unless the settings name another."""
    return str(configured().get("DATABASE", DEFAULT_DB_ALIAS))


def key_ring() -> KeyRing:
    """Open the key ring that the settings name; it has to be there.

    Raises ImproperlyConfigured where they name none, and `KeyRingFailed` as `KeyRing.open` does.
    """
    place = configured().get("KEY_RING")
    if place is None:
        raise ImproperlyConfigured(f"{NAME} names no KEY_RING, the path of the file with the deployment's keys")
    return KeyRing.open(place, create=False)
