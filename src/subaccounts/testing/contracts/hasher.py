"""The contract of the port `Hasher`."""

from __future__ import annotations

import unittest
from collections.abc import Sequence
from typing import Any, cast

from ...domain.password import PasswordHash
from ...domain.secret import Secret
from ...errors import Busy
from ...ports.twins import AsyncHasher
from .bridge import Bridge
from .contract import Call, Contract, clause
from .expect import expect_equal, expect_true

NO_HASHES = (
    "", "$", "plain text", "$argon2id$", "$argon2id$v=19$m=65536,t=3,p=4$$", "pbkdf2_sha256$", "\x00", "ж🦊", "$2b$12$short",
    "$argon2id$v=19$m=65536,t=3,p=4$not base64!$not base64!", "cheap$1", "x" * 5000, "$argon2id$v=19$m=-1,t=0,p=99$YQ$YQ",
)  # fmt: skip
"""What can stand where a hash should and is none."""

BOMBS = (
    "$argon2id$v=19$m=4294967295,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$c29tZXRhZ3NvbWV0YWdzb21ldGFnc29tZXRhZw",
    "$argon2id$v=19$m=4194304,t=4294967295,p=1$c29tZXNhbHRzb21lc2FsdA$c29tZXRhZ3NvbWV0YWdzb21ldGFnc29tZXRhZw",
    "$argon2id$v=19$m=65536,t=1000000,p=1$c29tZXNhbHRzb21lc2FsdA$c29tZXRhZ3NvbWV0YWdzb21ldGFnc29tZXRhZw",
    "pbkdf2_sha256$2000000000$c2FsdA$c29tZXRhZ3NvbWV0YWdzb21ldGFnc29tZXRhZw==",
)
"""Hashes that ask for gigabytes, or for years; a hasher that obeys one does not come back from this test."""

CROWD = 32
"""Calls at once that have to be too many for a hasher with the least room it can have."""

YES, NO = True, False
"""What `matches` and `needs_rehash` answer."""

RIGHT, WRONG = "correct horse battery staple", "correct horse battery stapl"


class HasherContract(Contract):
    """Prove the clauses of `Hasher`, or of `AsyncHasher` with `color = "async"`.

    Some clauses need to see what only the author can show: `work`, `other` and `narrow`. What is not shown is skipped.
    """

    def work(self, hasher: Any, /) -> int | None:
        """Return how many hashes were computed so far, or None if that cannot be told (H1 is then proven in part)."""
        counted = getattr(hasher, "work", None)
        return counted if isinstance(counted, int) else None

    def other(self) -> object:
        """Return a hasher with other parameters or another pepper, whose hashes the opened one reads; for H3."""
        return None

    def narrow(self) -> object:
        """Return a hasher with as little room for waiting as it can have; for H4."""
        return None

    async def opened(self) -> AsyncHasher:
        """Return a hasher, made awaitable."""
        return cast("AsyncHasher", await self.bridged())

    @clause("H1")
    async def test_h1_the_password_matches_its_hash(self) -> None:
        """A hash matches the password it was made of, in any script and at any length, and no other."""
        hasher = await self.opened()
        for text in (
            RIGHT,
            "пароль, який ніхто не вгадає 🦊",
            "x",
            "y" * 1024,
            " spaces at both ends ",
            "nul\x00inside",
        ):
            stored = await hasher.hash(Secret(text))
            expect_true(text not in stored.encoded or len(text) == 1, "the stored hash shows the password")
            expect_equal(YES, await hasher.matches(password=Secret(text), stored=stored), "the right password")
            for wrong in (text[:-1] + "\u0301", text[1:], text.swapcase(), text[:-1]):
                expect_equal(NO, await hasher.matches(password=Secret(wrong), stored=stored), "a wrong password")

    @clause("H1")
    async def test_h1_two_forms_of_one_text(self) -> None:
        """Composed or decomposed by the keyboard, the same letters are the same password (NIST SP 800-63B-4 3.1.1.2)."""
        hasher = await self.opened()
        stored = await hasher.hash(Secret("caf\u00e9 au lait, twice a day"))
        typed = Secret("cafe\u0301 au lait, twice a day")
        expect_equal(YES, await hasher.matches(password=typed, stored=stored), "the decomposed password")

    @clause("H1")
    async def test_h1_nothing_stored_matches_nothing(self) -> None:
        """For None the answer is False, whatever the password."""
        hasher = await self.opened()
        for text in (RIGHT, "", "None", "x" * 1024):
            expect_equal(NO, await hasher.matches(password=Secret(text), stored=None), "a password without a hash")

    @clause("H1")
    async def test_h1_nothing_costs_as_much_as_something(self) -> None:
        """A wrong password, a right one and no stored hash are the same work."""
        hasher = await self.opened()
        port = cast("Bridge", hasher).port
        if self.work(port) is None:
            raise unittest.SkipTest("`work` does not say how many hashes were computed")
        stored = await hasher.hash(Secret(RIGHT))
        spent = {}
        for name, text, at in (("right", RIGHT, stored), ("wrong", WRONG, stored), ("nothing", RIGHT, None)):
            before = self.work(port) or 0
            await hasher.matches(password=Secret(text), stored=at)
            spent[name] = (self.work(port) or 0) - before
        expect_equal({"right": 1, "wrong": 1, "nothing": 1}, spent, "how many hashes each cost")

    @clause("H2")
    async def test_h2_what_is_no_hash_matches_nothing(self) -> None:
        """Rubbish where a hash should be is answered False, not with an error, and equals no password."""
        hasher = await self.opened()
        for text in NO_HASHES:
            for password in (Secret(RIGHT), Secret(text[:1024])):
                found = await hasher.matches(password=password, stored=PasswordHash(encoded=text))
                expect_equal(NO, found, f"a password against the stored text {text[:60]!r}")

    @clause("H2")
    async def test_h2_a_bomb_is_not_obeyed(self) -> None:
        """A stored hash that asks for more work than the ceiling is answered False without doing it."""
        hasher = await self.opened()
        for text in BOMBS:
            found = await hasher.matches(password=Secret(RIGHT), stored=PasswordHash(encoded=text))
            expect_equal(NO, found, f"a password against {text[:60]!r}")

    @clause("H3")
    async def test_h3_a_hash_of_now_is_kept(self) -> None:
        """What this hasher has just made needs no other hash."""
        hasher = await self.opened()
        stored = await hasher.hash(Secret(RIGHT))
        expect_equal(NO, await hasher.needs_rehash(stored), "a fresh hash")

    @clause("H3")
    async def test_h3_a_hash_of_another_is_made_anew(self) -> None:
        """What was made with other parameters still matches, and needs to be made anew."""
        made = self.other()
        if made is None:
            raise unittest.SkipTest("`other` answers no hasher with other parameters")
        other = cast("AsyncHasher", await self.bridge_to(made))
        hasher = await self.opened()
        stored = await other.hash(Secret(RIGHT))
        expect_equal(YES, await hasher.matches(password=Secret(RIGHT), stored=stored), "the right password")
        expect_equal(YES, await hasher.needs_rehash(stored), "a hash with other parameters")

    @clause("H4")
    async def test_h4_too_many_are_refused_at_once(self) -> None:
        """With more calls than there is room for, some are answered and the others are `Busy`; later there is room."""
        made = self.narrow()
        if made is None:
            raise unittest.SkipTest("`narrow` answers no hasher with little room")
        hasher = cast("AsyncHasher", await self.bridge_to(made))

        async def match() -> bool:
            return await hasher.matches(password=Secret(RIGHT), stored=None)

        calls: Sequence[Call[bool]] = [match] * CROWD
        outcomes = await self.at_once(calls)
        strange = [outcome for outcome in outcomes if outcome is not False and not isinstance(outcome, Busy)]
        expect_equal([], strange, "answers other than False and `Busy`")
        busy = sum(isinstance(outcome, Busy) for outcome in outcomes)
        expect_true(0 < busy < CROWD, f"of {CROWD} calls at once {busy} were `Busy`; some should be, and not all")
        expect_equal(NO, await match(), "a call when the crowd is gone")
