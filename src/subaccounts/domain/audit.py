"""Sealing: giving events positions and chaining them, in batches, so that no command waits for a chain."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final, final

from attrs import evolve, frozen

from .events import SealedEvent
from .ids import ChainId
from .key import Key

CHAIN_START: Final = "0" * 64
"""What the first link is chained to."""


@final
@frozen(kw_only=True)
class AuditChain:
    """Hold the head of an organization's chain: the last position given, 0 before the first, and its digest (hex)."""

    id: ChainId
    version: int = 0
    position: int = 0
    digest: str = CHAIN_START

    @property
    def keys(self) -> frozenset[Key]:
        """Return no keys."""
        return frozenset()


@final
@frozen(kw_only=True)
class Seal:
    """Give an event its position and digest (hex)."""

    event: str
    position: int
    digest: str


def commitment(*, salt: str, content: str) -> str:
    """Return the digest (hex) that stands for an event in the chain; without the salt it says nothing of the content."""
    return hashlib.sha256(f"{salt}\n{content}".encode()).hexdigest()


def link(before: str, /, *, position: int, commitment: str) -> str:
    """Return the chain digest (hex) after one more event."""
    return hashlib.sha256(f"{before}\n{position}\n{commitment}".encode()).hexdigest()


def seal(chain: AuditChain, commitments: Sequence[tuple[str, str]], /) -> tuple[AuditChain, tuple[Seal, ...]]:
    """Return the chain's new head and a seal for each (event id, commitment), in this order."""
    position, digest, seals = chain.position, chain.digest, []
    for event, committed in commitments:
        position += 1
        digest = link(digest, position=position, commitment=committed)
        seals.append(Seal(event=event, position=position, digest=digest))
    return evolve(chain, position=position, digest=digest), tuple(seals)


def first_broken(before: str, links: Sequence[tuple[SealedEvent, str]], /, *, after: int) -> int | None:
    """Return the first position whose event is missing or does not follow from the ones before, or None.

    `before` is the digest at the position `after`, ahead of the first; each link is a sealed event with its commitment.
    """
    digest = before
    for position, (sealed, committed) in enumerate(links, after + 1):
        digest = link(digest, position=position, commitment=committed)
        if sealed.position != position or digest != sealed.digest:
            return position
    return None
