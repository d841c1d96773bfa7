"""Completing a registration: what a person typed is parsed, judged and settled, whatever proved that it is the person.

Typed codes and open windows come here from `signing_in`, links from `links`: one path, so that a way in cannot differ from
another.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, final

from attrs import evolve, field, frozen

from ..domain import adding, registration, sign_in
from ..domain import fields as f
from ..domain.catalog import CatalogEntry
from ..domain.decision import seen
from ..domain.email import Email
from ..domain.fields import FieldValue, RawValue
from ..domain.ids import CatalogId
from ..domain.policy import RegistrationPolicy
from ..domain.profile import NO_PROFILE, Profile
from ..domain.scene import Scene
from ..domain.secret import Secret
from ..domain.steps import AnyStep
from ..domain.supplier import Supplier
from ..errors import FieldRefused, FieldsMissing, Refusal, TooMany
from .ports_at_hand import PortsAtHand, personal_words

MOST_FIELDS: Final = 100
"""Fields of one registration; the page of a policy asks for a dozen."""


def require_fields(fields: Mapping[str, RawValue], /) -> None:
    """Raise `TooMany` before anything is looked at, for more than 100 fields."""
    if len(fields) > MOST_FIELDS:
        raise TooMany(what="fields", limit=MOST_FIELDS)


@final
@frozen(kw_only=True)
class Typed:
    """Hold what a person gave to create a password: the code or link that proved it, None if none did; password, fields."""

    proof: Secret | None
    password: Secret
    fields: Mapping[str, RawValue] = field(factory=lambda: NO_PROFILE.values)


async def register(ports: PortsAtHand, here: Scene, typed: Typed, /, *, right: bool) -> AnyStep:
    """Settle a registration and answer its step; `right` says that the proof is. One hash on every path."""
    hashed = await ports.hashed(typed.password)
    given, problems = _parsed(typed.fields)
    entries = await ports.entries(here.facts.organization.id, given)
    profile = None
    if here.found is not None and here.facts.account is not None:
        profile, more = _filled(here.found[0].profile, here.facts.account.policy, given, entries, ports)
        problems += more
    problems += password_problems(ports, here, typed, given)
    decision = sign_in.claim(here, right=right, profile=profile, password=hashed, problems=tuple(problems))
    return await ports.settle(evolve(decision, guards=(*decision.guards, *map(seen, entries.values()))))


def password_problems(
    ports: PortsAtHand, here: Scene, typed: Typed, given: Mapping[str, FieldValue], /
) -> list[Refusal]:
    """Return what is wrong with the new password of who is in this scene; `given` are the typed fields, parsed."""
    # Parsed fields only: a raw one is of any length, and is compared in Unicode's slowest forms.
    words = [value.text if isinstance(value, Email) else value for value in given.values()]
    words += [typed.proof.reveal()] if typed.proof is not None else []  # no initial secret becomes the password
    personal = personal_words(here.facts.sub_account, *(word for word in words if isinstance(word, str)))
    blocklist, factor = ports.blocklist, here.door.second_factor
    try:
        ports.passwords.check(typed.password, personal=personal, blocklist=blocklist, second_factor=factor)
    except Refusal as refusal:
        return [refusal]
    return []


def _parsed(fields: Mapping[str, RawValue]) -> tuple[dict[str, FieldValue], list[Refusal]]:
    given: dict[str, FieldValue] = {}
    problems: list[Refusal] = []
    for name, raw in fields.items():
        try:
            given[name] = f.parse_field(name, raw)
        except Refusal as refusal:
            problems.append(refusal)
    return given, problems


def _filled(
    profile: Profile,
    policy: RegistrationPolicy,
    given: Mapping[str, FieldValue],
    entries: Mapping[CatalogId, CatalogEntry],
    ports: PortsAtHand,
) -> tuple[Profile, list[Refusal]]:
    asked = registration.asked(profile, policy)
    problems: list[Refusal] = []
    for name, value in given.items():
        try:
            if name not in asked and name in f.CONTACTS:
                raise FieldRefused(field=name, why="needs_proof")
            adding.check_entries({name: value}, entries)
            profile = profile.supply({name: value}, by=Supplier.PERSON, at=ports.now, policy=policy)
        except Refusal as refusal:
            problems.append(refusal)
    missing = registration.asked(profile, policy)
    return profile, [*problems, FieldsMissing(fields=missing)] if missing else problems
