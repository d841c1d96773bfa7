"""What a racing process does that signs people up, as top-level functions that a spawned process can import."""

from __future__ import annotations

from collections.abc import Sequence

from subaccounts import BeginSignUp, CompleteSignUp, Door, Secret
from subaccounts.errors import LinkRefused
from tests.invariants.world import FIELDS
from tests.races.workers import Track, facade, password_of, together, until_told


def begin_own(track: Track, work: Sequence[str]) -> list[str]:
    """Begin with contacts of one's own, one by one; answer the names of the answers."""
    subs = facade(track)
    together()
    mine = [beginning(track, f"{name}-{track.racer}@shop.example") for name in work]
    return [type(until_told(subs, command)[0]).__name__ for command in mine]


def begin_same(track: Track, work: Sequence[str]) -> list[str]:
    """Begin with each contact at the same moment as everybody; answer what was told."""
    subs, told = facade(track), []
    for name in work:
        together()
        told.append(repr(until_told(subs, beginning(track, f"{name}@shop.example"))[0]))
    return told


def complete_same(track: Track, work: Sequence[str]) -> list[str]:
    """Complete each sign-up by its link at the same moment as everybody; answer the step's name or the refusal's code."""
    subs, told = facade(track), []
    for link in work:
        together()
        try:
            command = CompleteSignUp(link=Secret(link), password=Secret(password_of(track.racer)))
            told.append(type(until_told(subs, command)[0]).__name__)
        except LinkRefused as refusal:
            told.append(refusal.code)
    return told


def beginning(track: Track, email: str) -> BeginSignUp:
    """Return the command that begins with an e-mail."""
    return BeginSignUp(door=Door.outside(track.account), fields={**FIELDS, "email": email})
