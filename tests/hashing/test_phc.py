"""Argon2id hashes as text: one text for one hash, and nothing else is read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subaccounts.hashing.phc import Encoded

SOUND = "$argon2id$v=19$m=64,t=2,p=2$" + "A" * 22 + "$" + "A" * 43
hashes = st.builds(
    Encoded,
    memory_kib=st.integers(64, 2**32 - 1),
    rounds=st.integers(1, 2**32 - 1),
    lanes=st.integers(1, 8),
    salt=st.binary(min_size=9, max_size=64),
    tag=st.binary(min_size=17, max_size=64),
)


@given(hashes)
def test_is_read_as_it_was_written(encoded: Encoded) -> None:
    """Every hash is read back the same, and written back the same."""
    assert encoded == Encoded.parse(encoded.text())


@given(st.text(max_size=20), st.integers(0, len(SOUND)), st.integers(0, 4))
def test_what_is_read_is_what_we_write(inserted: str, place: int, cut: int) -> None:
    """Whatever is put in place of a piece of a hash, it is refused or is exactly what we would write."""
    text = SOUND[:place] + inserted + SOUND[place + cut :]
    encoded = Encoded.parse(text)
    assert encoded is None or text == encoded.text()


@pytest.mark.parametrize(
    "text",
    [
        SOUND + "\n",
        " " + SOUND,
        SOUND + "=",
        SOUND[:-1] + "B",  # bits that decode to nothing
        SOUND + "AA",  # a length that no bytes have
        SOUND.replace("m=64", "m=15"),  # below 8 KiB for each lane
        SOUND.replace("A" * 22, "A" * 10),
        SOUND.replace("A" * 43, "A" * 21),
        SOUND.replace("A" * 43, "A" * 88),
        SOUND.replace("m=64", "m=+64"),
        SOUND.replace("m=64,t=2", "t=2,m=64"),
        SOUND.replace(",p=2", ",p=2,keyid=AAAA"),
    ],
)
def test_anything_else_is_not_a_hash(text: str) -> None:
    """Another order, another alphabet, padding, stray bits, short salts and long tags are not read."""
    assert Encoded.parse(SOUND) is not None
    assert Encoded.parse(text) is None
