"""The generation that store and key ring share: what fits, what keeps pace, what `restored` begins."""

from __future__ import annotations

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from subaccounts.domain import generation
from subaccounts.domain.events import By, OrganizationRestored
from subaccounts.domain.organization import FIRST_EPOCH
from subaccounts.errors import KeyRingFailed, NotRestored
from subaccounts.testing import NOON
from subaccounts.testing import builders as a

GENERATIONS = st.integers(1, 9)
RING = a.organization().key_ring
BY = By(kind="system", id="operator")


@given(organization=GENERATIONS, ring=GENERATIONS)
def test_what_fits_a_ring(organization: int, ring: int) -> None:
    """An organization of the ring's generation fits, and one a step ahead; any other names both numbers."""
    ours = a.organization(generation=organization)
    if organization in (ring, ring + 1):
        generation.require(ours, ring=RING, generation=ring)
        return
    with pytest.raises(NotRestored) as refused:
        generation.require(ours, ring=RING, generation=ring)
    assert (organization, ring) == (refused.value.organization, refused.value.ring)
    older = "store" if organization < ring else "key ring"
    assert f"the {older} is older" in str(refused.value)


@given(organization=GENERATIONS, ring=GENERATIONS)
def test_another_ring_fits_nothing(organization: int, ring: int) -> None:
    """Under another ring the numbers are not looked at, and both rings are named."""
    with pytest.raises(KeyRingFailed) as refused:
        generation.require(a.organization(generation=organization), ring="ring-2", generation=ring)
    assert "foreign" == refused.value.problem
    assert f"the store belongs to ring {RING}, this is ring ring-2" == refused.value.detail


@given(ring=GENERATIONS, ahead=st.booleans())
def test_keeping_pace(ring: int, ahead: bool) -> None:
    """What fits is one ahead afterwards, fits before the ring is advanced and after, and is written only if it moved."""
    ours = a.organization(generation=ring + ahead)
    decision = generation.keep_pace(ours, generation=ring, by=BY)
    assert (ring + 1, BY, ours.id) == (decision.result, decision.by, decision.organization)
    assert (() if ahead else (evolve(ours, generation=ring + 1),)) == decision.puts
    assert decision.writes is not ahead
    for each in (ring, ring + 1):
        generation.require(evolve(ours, generation=decision.result), ring=RING, generation=each)


@given(organization=GENERATIONS, ring=GENERATIONS)
def test_restored_fits_whatever_it_was(organization: int, ring: int) -> None:
    """One write: the present ring, a step ahead of it, another epoch, the time; one event with both generations."""
    ours = a.organization(version=3, generation=organization)
    decision = generation.restored(ours, ring="ring-2", generation=ring, epoch="another", now=NOON, by=BY)
    becomes = evolve(ours, key_ring="ring-2", generation=ring + 1, epoch="another", restored_at=NOON)
    assert (becomes,) == decision.puts
    assert (evolve(becomes, version=4), BY, ours.id) == (decision.result, decision.by, decision.organization)
    assert [OrganizationRestored(before=organization, after=ring + 1)] == [each.what for each in decision.happened]
    for each in (ring, ring + 1):
        generation.require(becomes, ring="ring-2", generation=each)


def test_what_says_nothing_of_it() -> None:
    """An organization that was never restored is in the first epoch, at the generation where rings begin."""
    ours = a.organization()
    assert (1, FIRST_EPOCH, None) == (ours.generation, ours.epoch, ours.restored_at)
    assert FIRST_EPOCH == a.claim_code().organization_epoch == "first"
