"""The contracts of the ports `Entropy` and `Keys`, which have one color."""

from __future__ import annotations

import re
import unittest
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Any, ClassVar, Final, cast

from ...errors import KeyRingFailed
from ...ports import Entropy, Keys
from ..clock import NOON
from .contract import Contract, clause, in_threads
from .expect import expect_equal, expect_true

UUID_7: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
"""RFC 9562 5.7: version 7, variant 10, lowercase with hyphens (section 4)."""
TOKEN: Final = re.compile("[0-9a-f]{32}")
MANY: Final = 2000


class EntropyContract(Contract):
    """Prove the clauses of `Entropy`. `repeats = True` is for stand-ins that answer the same in every run."""

    repeats: ClassVar[bool] = False

    @clause("E1")
    async def test_e1_identifiers_are_new_uuids(self) -> None:
        """Each identifier is a UUIDv7 and new, also within one moment and from several threads."""
        entropy = self._opened()

        async def draw() -> list[str]:
            return [entropy.identifier(NOON) for _ in range(MANY // 8)]

        drawn: list[str] = []
        for outcome in in_threads([draw] * 8):
            if isinstance(outcome, Exception):
                raise outcome
            drawn += outcome
        expect_equal([], [text for text in drawn if not UUID_7.fullmatch(text)], "identifiers that are no UUIDv7")
        expect_equal([], [text for text, times in Counter(drawn).items() if times > 1], "identifiers that came twice")

    @clause("E1")
    async def test_e1_identifiers_are_ordered_by_time(self) -> None:
        """An identifier of a later millisecond sorts after those of earlier ones, and carries that millisecond."""
        entropy = self._opened()
        moments = [NOON + timedelta(milliseconds=n * n) for n in range(200)]
        drawn = [entropy.identifier(moment) for moment in moments for _ in range(3)]
        groups = [drawn[n : n + 3] for n in range(0, len(drawn), 3)]
        late = [max(one) for one, two in pairwise(groups) if max(one) >= min(two)]
        expect_equal([], late, "identifiers that sort after one of a later moment")
        told = [int(text.replace("-", "")[:12], 16) for text in drawn[::3]]
        expect_equal([round(moment.timestamp() * 1000) for moment in moments], told, "the milliseconds (RFC 9562 5.7)")

    @clause("E2")
    async def test_e2_tokens_are_hexadecimal_and_new(self) -> None:
        """Each token has 32 hexadecimal digits and none comes twice; each digit takes every value."""
        entropy = self._opened()
        drawn = [entropy.token() for _ in range(MANY)]
        expect_equal([], [text for text in drawn if not TOKEN.fullmatch(text)], "tokens of another shape")
        expect_equal(MANY, len(set(drawn)), f"different tokens of {MANY}")
        fixed = [place for place in range(32) if len({text[place] for text in drawn}) < 16]
        expect_equal([], fixed, "places where some digit never stands")

    @clause("E2")
    async def test_e2_two_sources_answer_differently(self) -> None:
        """Two sources answer different tokens, unless they say that they repeat; then the same."""
        one, two = self._opened(), self._opened()
        expect_equal(self.repeats, one.token() == two.token(), "whether two sources answered the same token")

    def _opened(self) -> Entropy:
        return cast("Entropy", self.open())


class KeysContract(Contract):
    """Prove the clauses of `Keys`. `rotate` shows how a ring gets another current key, `advance` how it goes on."""

    def other(self) -> object:
        """Return another ring, of another deployment."""
        return None

    def reopen(self, keys: Any, /) -> object:
        """Return the same ring after a restart."""
        return keys

    def rotate(self, keys: Any, /) -> object:
        """Return the ring with a new current key, the old one still readable: by its own `rotate`, if it has one."""
        rotating = getattr(keys, "rotate", None)
        if rotating is None:
            return None
        rotating(now=NOON)
        return keys

    def advance(self, keys: Any, /) -> object:
        """Return the ring advanced to its next generation: by its own `advance`, if it has one."""
        advancing = getattr(keys, "advance", None)
        if advancing is None:
            return None
        advancing(to=keys.generation + 1)
        return keys

    @clause("K1")
    async def test_k1_a_ring_says_which_it_is(self) -> None:
        """A ring answers one name, the same after a restart and after a rotation, and another ring another one."""
        keys = self._opened()
        name = keys.ring
        expect_true(bool(name) and isinstance(name, str), "a ring has no name")
        expect_equal(name, cast("Keys", self.reopen(keys)).ring, "the name after a restart")
        rotated = self.rotate(keys)
        if rotated is not None:
            expect_equal(name, cast("Keys", rotated).ring, "the name after a rotation")
        other = self.other()
        if other is not None:
            expect_true(name != cast("Keys", other).ring, "two rings have one name")

    @clause("K2")
    async def test_k2_the_same_question_has_the_same_digest(self) -> None:
        """Purpose, parts and key decide the digest, also after a restart and from several threads."""
        keys = self._opened()
        parts = ["código", "7", ""]
        digest = keys.derive(purpose="claim", parts=parts)
        expect_true(len(digest) >= 32, "a digest has less than 32 bytes")
        again = cast("Keys", self.reopen(keys)).derive(purpose="claim", parts=tuple(parts), key=keys.current)
        expect_true(digest == again, "the digest changed with a restart")

        async def derive() -> bytes:
            return keys.derive(purpose="claim", parts=parts)

        expect_true([digest] * 8 == in_threads([derive] * 8), "threads were answered differently")

    @clause("K2")
    async def test_k2_any_other_question_has_another_digest(self) -> None:
        """Another purpose, other parts or the same letters parted elsewhere answer another digest."""
        keys = self._opened()
        questions: Sequence[tuple[str, tuple[str, ...]]] = (
            ("claim", ("ab", "c")), ("claim", ("a", "bc")), ("claim", ("abc",)), ("claim", ("ab", "c", "")),
            ("claim", ("", "ab", "c")), ("claim", ("c", "ab")), ("claim", ()), ("claim", ("",)), ("claim", ("ab\x00c",)),
            ("claim", ("ab/c",)), ("claim", ("ab,c",)), ("pepper", ("ab", "c")), ("claimab", ("c",)), ("claim", ("AB", "c")),
        )  # fmt: skip
        digests = [keys.derive(purpose=purpose, parts=parts) for purpose, parts in questions]
        expect_equal(len(questions), len(set(digests)), f"different digests of {len(questions)} questions")

    @clause("K2")
    async def test_k2_another_key_has_another_digest(self) -> None:
        """After a rotation the old key still answers what it answered, and the new one something else."""
        keys = self._opened()
        old, before = keys.current, keys.derive(purpose="claim", parts=("a",))
        made = self.rotate(keys)
        if made is None:
            raise unittest.SkipTest("`rotate` answers no ring with another key")
        rotated = cast("Keys", made)
        expect_true(old != rotated.current, "the current key is the same after a rotation")
        expect_true(
            before == rotated.derive(purpose="claim", parts=("a",), key=old), "the old key answers another digest"
        )
        expect_true(before != rotated.derive(purpose="claim", parts=("a",)), "the new key answers the old digest")

    @clause("K3")
    async def test_k3_without_key_the_current_one_is_used(self) -> None:
        """Deriving without a key is deriving with the current one."""
        keys = self._opened()
        current = keys.derive(purpose="claim", parts=("a",), key=keys.current)
        expect_true(current == keys.derive(purpose="claim", parts=("a",)), "another key than the current one was used")

    @clause("K3")
    async def test_k3_an_unknown_key_fails(self) -> None:
        """A key that is not on the ring is said to be missing, by its id; no digest is made up, and no other key is taken."""
        keys = self._opened()
        for key in ("no-such-key", "", keys.current + " ", keys.current.swapcase() + "x"):
            try:
                keys.derive(purpose="claim", parts=("a",), key=key)
            except KeyRingFailed as failed:
                expect_equal(
                    ("missing", key), (failed.problem, failed.detail), "what is said of a key that is not there"
                )
                continue
            raise AssertionError(f"a digest was derived under {key!r}, which is on no ring")

    @clause("K4")
    async def test_k4_a_generation_is_a_number_from_1(self) -> None:
        """A ring says how far it is, the same when it is read again and after a restart."""
        keys = self._opened()
        first = keys.generation
        expect_true(type(first) is int and first >= 1, f"{first!r} is no number from 1")
        keys.reload()
        expect_equal(first, keys.generation, "the generation when it is read again")
        expect_equal(first, cast("Keys", self.reopen(keys)).generation, "the generation after a restart")

    @clause("K4")
    async def test_k4_an_advance_is_seen_by_all(self) -> None:
        """An advanced ring is one further, for good: in the process that advanced it, and in others once they read again."""
        keys = self._opened()
        first, other = keys.generation, cast("Keys", self.reopen(keys))
        advanced = self.advance(keys)
        if advanced is None:
            raise unittest.SkipTest("`advance` answers no ring that went on")
        for each in (cast("Keys", advanced), other):
            each.reload()
            expect_equal(first + 1, each.generation, "the generation of an advanced ring")

    def _opened(self) -> Keys:
        return cast("Keys", self.open())
