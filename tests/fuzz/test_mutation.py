"""Plain data with parts dropped, repeated, renamed, retyped and exchanged: the structured half of the search, always on."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.mutation import ODD, STEP, mutated, spots
from tests.fuzz.plain import PUBLIC, STORED
from tests.fuzz.targets import TARGETS

STEPS = st.binary(max_size=8 * STEP)
PLACES = st.integers(0, 255)


@pytest.mark.parametrize("number", range(len(PUBLIC)), ids=[str(of) for of, _ in PUBLIC])
@settings(max_examples=100)
@given(place=PLACES, steps=STEPS)
def test_what_hosts_read(number: int, place: int, steps: bytes) -> None:
    """Mutated plain data is read as a value that is itself again, or refused in known words; nothing else is raised."""
    TARGETS["shape"].judge(bytes([number, place]) + steps)


@pytest.mark.parametrize("number", range(len(STORED)), ids=[of.__name__ for of in STORED])
@settings(max_examples=100)
@given(place=PLACES.filter(lambda place: place != ord("{")), steps=STEPS)
def test_what_storage_reads(number: int, place: int, steps: bytes) -> None:
    """A mutated row is read as a record that is stored the same again, or refused in known words."""
    TARGETS["stored"].judge(bytes([number, place]) + steps)


@settings(max_examples=100)
@given(steps=STEPS)
def test_what_a_ring_is_read_from(steps: bytes) -> None:
    """A mutated key file is a ring with keys of the true one, or damaged."""
    TARGETS["key_file"].judge(b"\x01" + steps)


PLAIN: Any = {"a": [1, {"b": "c"}], "d": None}


class TestMutation:
    """Mutations are calculations."""

    @given(steps=STEPS)
    def test_equal_steps(self, steps: bytes) -> None:
        """The same steps make the same of the same data, and leave what they were given as it was."""
        before = copy.deepcopy(PLAIN)
        assert repr(mutated(PLAIN, steps)) == repr(mutated(PLAIN, steps))
        assert before == PLAIN

    def test_every_place_is_found(self) -> None:
        """A place is every member of every list and dictionary, outer ones first."""
        assert ["a", "d", 0, 1, "b"] == [spot.at for spot in spots(PLAIN)]

    @pytest.mark.parametrize(
        ("steps", "made"),
        [
            ((), PLAIN),
            ((1, 0, 0), {"a": ODD[0], "d": None}),
            ((1, 1, 0), {"d": None}),
            ((3, 2, 0), {"a": [1, 1, {"b": "c"}], "d": None}),
            ((2, 2, 7), {"a": [1, {"b": "c"}], "d": None, "d7": None}),
            ((2, 3, 0), {"a": None}),
            ((2, 4, 3), {"a": [1, {"b": "c"}], "d": 1}),
            ((2, 5, 1), {"a": [1, {"b": "c"}], "d": [None]}),
            ((5, 6, 1), {"a": [1, {"b": "c\x01"}], "d": None}),
        ],
    )
    def test_steps(self, steps: tuple[int, ...], made: Any) -> None:
        """Each kind of step does what it is called."""
        assert made == mutated(PLAIN, bytes(steps))
