"""Reading the fields that a person fills in at its first sign-in, by whichever way it comes. The rules are `registration`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from ..domain import adding, registration
from ..domain import fields as f
from ..domain.catalog import CatalogEntry
from ..domain.fields import FieldValue, RawValue
from ..domain.ids import CatalogId
from ..domain.policy import RegistrationPolicy
from ..domain.profile import Profile
from ..domain.supplier import Supplier
from ..errors import FieldRefused, FieldsMissing, Refusal, TooMany

MOST_FIELDS: Final = 100
"""Fields of one registration; the page of a policy asks for a dozen."""


def require_fields(fields: Mapping[str, RawValue], /) -> None:
    """Raise `TooMany` before anything is looked at, for more than 100 fields."""
    if len(fields) > MOST_FIELDS:
        raise TooMany(what="fields", limit=MOST_FIELDS)


def parsed(fields: Mapping[str, RawValue], /) -> tuple[dict[str, FieldValue], list[Refusal]]:
    """Return the fields that can be read, and what is wrong with the others."""
    given: dict[str, FieldValue] = {}
    problems: list[Refusal] = []
    for name, raw in fields.items():
        try:
            given[name] = f.parse_field(name, raw)
        except Refusal as refusal:
            problems.append(refusal)
    return given, problems


def filled(
    profile: Profile,
    policy: RegistrationPolicy,
    given: Mapping[str, FieldValue],
    entries: Mapping[CatalogId, CatalogEntry],
    /,
    *,
    now: datetime,
) -> tuple[Profile, list[Refusal]]:
    """Return the record with the fields a person gave, as far as it can give them, and what is wrong or missing."""
    asked = registration.asked(profile, policy)
    problems: list[Refusal] = []
    for name, value in given.items():
        try:
            if name not in asked and name in f.CONTACTS:
                raise FieldRefused(field=name, why="needs_proof")
            adding.check_entries({name: value}, entries)
            profile = profile.supply({name: value}, by=Supplier.PERSON, at=now, policy=policy)
        except Refusal as refusal:
            problems.append(refusal)
    missing = registration.asked(profile, policy)
    return profile, [*problems, FieldsMissing(fields=missing)] if missing else problems
