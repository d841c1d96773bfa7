"""The audit chain: whatever is changed, removed or moved in it is found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from subaccounts.domain.audit import CHAIN_START, AuditChain, commitment, first_broken, link, seal
from subaccounts.domain.events import SealedEvent
from subaccounts.testing import builders as a

Links = list[tuple[SealedEvent, str]]


def sealed(contents: list[str]) -> tuple[AuditChain, Links]:
    """Return the head and the links of a chain of events with these contents."""
    made = [(a.event(n, happening=a.event().happening, salt=f"salt-{n}"), text) for n, text in enumerate(contents, 1)]
    commitments = [(event.id, commitment(salt=event.salt, content=text)) for event, text in made]
    head, seals = seal(a.chain(), commitments)
    return head, [
        (SealedEvent(position=each.position, digest=each.digest, event=event), committed)
        for each, (event, _), (_, committed) in zip(seals, made, commitments, strict=True)
    ]


CONTENTS = st.lists(st.text(max_size=5), min_size=1, max_size=8)


@given(CONTENTS)
def test_a_chain_as_it_was_sealed_is_whole(contents: list[str]) -> None:
    """Positions count from 1 without gaps, the head is the last link, and nothing is broken."""
    head, links = sealed(contents)
    assert list(range(1, len(contents) + 1)) == [event.position for event, _ in links]
    assert (len(contents), links[-1][0].digest) == (head.position, head.digest)
    assert None is first_broken(CHAIN_START, links, after=0)


@given(contents=CONTENTS, cut=st.integers(0, 8))
def test_a_chain_is_sealed_in_batches_as_in_one(contents: list[str], cut: int) -> None:
    """Where a batch ends makes no difference to the chain."""
    commitments = [(str(n), commitment(salt="", content=text)) for n, text in enumerate(contents)]
    once = seal(a.chain(), commitments)
    head, first = seal(a.chain(), commitments[:cut])
    head, second = seal(head, commitments[cut:])
    assert once == (head, first + second)


@given(contents=CONTENTS, cut=st.integers(0, 8))
def test_a_chain_is_checked_in_pages_as_in_one(contents: list[str], cut: int) -> None:
    """Where a page begins makes no difference to the check."""
    _, links = sealed(contents)
    cut = min(cut, len(links))
    before = links[cut - 1][0].digest if cut else CHAIN_START
    assert None is first_broken(before, links[cut:], after=cut)


def changed(links: Links, at: int) -> Links:
    """Change what one event says."""
    event, _ = links[at]
    return [*links[:at], (event, commitment(salt=event.event.salt, content="changed!")), *links[at + 1 :]]


def removed(links: Links, at: int) -> Links:
    """Remove one event, but not the last one: a cut end is found at the head of the chain."""
    return [*links[:at], *links[at + 1 :]]


def swapped(links: Links, at: int) -> Links:
    """Exchange one event with the next."""
    return [*links[:at], links[at + 1], links[at], *links[at + 2 :]]


def renumbered(links: Links, at: int) -> Links:
    """Give one event another position."""
    event, committed = links[at]
    return [*links[:at], (evolve(event, position=event.position + 1), committed), *links[at + 1 :]]


def resealed(links: Links, at: int) -> Links:
    """Change what one event says, with its own digest made to fit."""
    event, _ = links[at]
    committed = commitment(salt=event.event.salt, content="changed!")
    before = links[at - 1][0].digest if at else CHAIN_START
    digest = link(before, position=event.position, commitment=committed)
    return [*links[:at], (evolve(event, digest=digest), committed), *links[at + 1 :]]


def moved(links: Links, at: int) -> Links:
    """Exchange what two events say, positions and digests kept."""
    (one, text), (other, other_text) = links[at], links[at + 1]
    return [*links[:at], (one, other_text), (other, text), *links[at + 2 :]]


@pytest.mark.asvs("11.4.3")
@pytest.mark.parametrize(
    ("tamper", "found"),
    [(changed, 0), (removed, 0), (swapped, 0), (renumbered, 0), (resealed, 1), (moved, 0)],
    ids=lambda value: getattr(value, "__name__", ""),
)
@given(data=st.data(), size=st.integers(2, 8))
def test_whatever_is_tampered_with_is_found(
    tamper: Callable[[Links, int], Links], found: int, data: Any, size: int
) -> None:
    """The first position that no longer fits is named: the event's own, or the next where its digest was made to fit."""
    _, links = sealed([f"event {n}" for n in range(size)])
    at = data.draw(st.integers(0, size - 2))
    assert at + 1 + found == first_broken(CHAIN_START, tamper(links, at), after=0)


def test_a_commitment_hides_what_it_covers() -> None:
    """The same content under another salt is another commitment, and salt and content do not run together."""
    assert commitment(salt="a", content="b") != commitment(salt="c", content="b")
    assert commitment(salt="a", content="b") != commitment(salt="a", content="c")
    assert 64 == len(commitment(salt="", content=""))


def test_a_link_covers_its_position() -> None:
    """The same event at another position, or after another one, has another digest."""
    digests = {link(before, position=n, commitment="c") for before in (CHAIN_START, "1" * 64) for n in (1, 2)}
    assert 4 == len(digests)
