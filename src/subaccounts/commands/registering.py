"""Completing a registration: what a person typed is parsed, judged and settled, whatever proved that it is the person.

Typed codes and open windows come here from `signing_in`, links from `links`: one path, so that a way in cannot differ from
another.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import final

from attrs import evolve, field, frozen

from ..domain import sign_in
from ..domain.decision import seen
from ..domain.fields import FieldValue, RawValue
from ..domain.profile import NO_PROFILE
from ..domain.scene import Scene
from ..domain.secret import Secret
from ..domain.steps import AnyStep
from ..errors import Refusal
from .filling import filled, parsed
from .new_passwords import password_problems, personal_words
from .ports_at_hand import PortsAtHand


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
    given, problems = parsed(typed.fields)
    entries = await ports.entries(here.facts.organization.id, given)
    profile = None
    if here.found is not None and here.facts.account is not None:
        policy = here.facts.account.policy
        profile, more = filled(here.found[0].profile, policy, given, entries, now=ports.now)
        problems += more
    problems += scene_password_problems(ports, here, typed, given)
    decision = sign_in.claim(here, right=right, profile=profile, password=hashed, problems=tuple(problems))
    return await ports.settle(evolve(decision, guards=(*decision.guards, *map(seen, entries.values()))))


def scene_password_problems(
    ports: PortsAtHand, here: Scene, typed: Typed, given: Mapping[str, FieldValue], /
) -> list[Refusal]:
    """Return what is wrong with the new password of who is in this scene; `given` are the typed fields, parsed."""
    # Parsed fields only: a raw one is of any length, and is compared in Unicode's slowest forms.
    proof = typed.proof.reveal() if typed.proof is not None else None  # no initial secret becomes the password
    personal = personal_words(here.facts.sub_account, *given.values(), proof)
    return password_problems(ports, typed.password, personal=personal, second_factor=here.door.second_factor)
