"""The Argon2id hasher: known answers, equal work on every path, ceilings, pepper and rehash."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import logging
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from argon2 import PasswordHasher, low_level
from argon2.exceptions import HashingError
from hypothesis import given, settings
from hypothesis import strategies as st

from subaccounts.domain.password import PasswordHash
from subaccounts.domain.secret import Secret
from subaccounts.errors import BrokenPort, KeyRingFailed
from subaccounts.hashing import (
    ASVS_FLOOR,
    RFC_9106_HIGH_MEMORY,
    RFC_9106_LOW_MEMORY,
    Argon2Hasher,
    AsyncArgon2Hasher,
    HashingPool,
    HashingProfile,
)
from subaccounts.keys import KeyRing
from subaccounts.ports import AsyncHasher, Hasher
from subaccounts.testing.hashers import CHEAPEST

RIGHT, WRONG = Secret("correct horse battery"), Secret("wrong horse battery")
EPOCH = datetime(2026, 11, 21, tzinfo=UTC)
SMALL = HashingProfile._for_tests_only(memory_kib=64, rounds=2, lanes=2)
ONE_OF_EACH = "$argon2id$v=19$m={m},t={t},p={p}$" + "A" * 22 + "$" + "A" * 43
DJANGO = (
    "pbkdf2_sha256$10$salt$"
    + base64.b64encode(hashlib.pbkdf2_hmac("sha256", b"correct horse battery", b"salt", 10)).decode()
)


class Work:
    """Record what Argon2 computed: (KiB, rounds, lanes) of each hash."""

    def __init__(self) -> None:
        self.done: list[tuple[int, int, int]] = []
        self.fails = False
        self._real = low_level.hash_secret_raw

    def __call__(self, secret: bytes, salt: bytes, **how: Any) -> bytes:
        self.done.append((how["memory_cost"], how["time_cost"], how["parallelism"]))
        if self.fails:
            raise HashingError("Memory allocation error")
        if how["memory_cost"] > 1024 * 1024:  # asked for and recorded; a test machine need not have it
            return bytes(how["hash_len"])
        return self._real(secret, salt, **how)

    def since(self) -> list[tuple[int, int, int]]:
        """Return what was computed since the last call."""
        done, self.done = self.done, []
        return done


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Work:
    """Watch Argon2."""
    work = Work()
    monkeypatch.setattr(low_level, "hash_secret_raw", work)
    return work


@pytest.fixture(scope="module")
def pool() -> Iterator[HashingPool]:
    """Share two workers among the tests of this file."""
    with HashingPool(workers=2) as pool:
        yield pool


def _profile(parameters: tuple[int, int, int]) -> HashingProfile:
    """Return the profile of (KiB, rounds, lanes), a small part of what a host would choose."""
    memory_kib, rounds, lanes = parameters
    return HashingProfile._for_tests_only(memory_kib=memory_kib, rounds=rounds, lanes=lanes)


def cost(profile: HashingProfile) -> tuple[int, int, int]:
    """Return a profile as `Work` records it."""
    return profile.memory_kib, profile.rounds, profile.lanes


class TestKnownAnswers:
    """What others computed, we compute."""

    @pytest.mark.asvs("11.2.1")
    def test_rfc_9106(self) -> None:
        """The Argon2 we run gives the Argon2id tag of RFC 9106 section 5.3."""
        ffi, out = low_level.ffi, low_level.ffi.new("uint8_t[]", 32)
        inputs = [ffi.new("uint8_t[]", bytes([byte]) * size) for byte, size in ((1, 32), (2, 16), (3, 8), (4, 12))]
        context = ffi.new(
            "argon2_context *",
            {
                "version": 0x13, "out": out, "outlen": 32, "pwd": inputs[0], "pwdlen": 32, "salt": inputs[1],
                "saltlen": 16, "secret": inputs[2], "secretlen": 8, "ad": inputs[3], "adlen": 12, "t_cost": 3,
                "m_cost": 32, "lanes": 4, "threads": 4, "allocate_cbk": ffi.NULL, "free_cbk": ffi.NULL, "flags": 0,
            },
        )  # fmt: skip
        assert 0 == low_level.core(context, low_level.Type.ID.value)
        tag = "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"
        assert tag == bytes(ffi.buffer(out)).hex()

    @pytest.mark.parametrize(
        ("password", "encoded"),
        [
            ("password", "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"),
            ("password", "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc"),
            ("password", "$argon2id$v=19$m=65536,t=1,p=1$c29tZXNhbHQ$9qWtwbpyPd3vm1rB1GThgPzZ3/ydHL92zKL+15XZypg"),
            ("password", "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"),
            ("password", "$argon2id$v=19$m=65536,t=2,p=1$ZGlmZnNhbHQ$vfMrBczELrFdWP0ZsfhWsRPaHppYdP3MVEMIVlqoFBw"),
            (
                "differentpassword",
                "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$C4TWUs9rDEvq7w3+J4umqA32aWKB1+DSiRuBfYxFj94",
            ),
        ],
    )
    def test_reference_implementation(self, pool: HashingPool, password: str, encoded: str) -> None:
        """The strings in the tests of the reference implementation match their passwords and no others."""
        hasher = Argon2Hasher(profile=CHEAPEST, pool=pool)
        stored = PasswordHash(encoded=encoded)
        assert hasher.matches(password=Secret(password), stored=stored)
        assert not hasher.matches(password=Secret(password + " "), stored=stored)

    def test_argon2_cffi_both_ways(self, pool: HashingPool) -> None:
        """Our hashes are read by argon2-cffi and its hashes by us."""
        hasher = Argon2Hasher(profile=SMALL, pool=pool)
        theirs = PasswordHasher(time_cost=2, memory_cost=64, parallelism=2)
        assert theirs.verify(hasher.hash(RIGHT).encoded, RIGHT.reveal())
        assert not theirs.check_needs_rehash(hasher.hash(RIGHT).encoded)
        assert hasher.matches(password=RIGHT, stored=PasswordHash(encoded=theirs.hash(RIGHT.reveal())))

    def test_default_profile_for_real(self) -> None:
        """Without any choice the hash costs what RFC 9106 recommends second, and the pool is the shared one."""
        hasher = Argon2Hasher()
        stored = hasher.hash(RIGHT)
        assert stored.encoded.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
        assert (True, False) == tuple(hasher.matches(password=word, stored=stored) for word in (RIGHT, WRONG))


class TestMatching:
    """Which password made which hash."""

    @settings(max_examples=50)
    @given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40), st.text(max_size=40))
    def test_accepts_the_password_and_its_canonical_twin_alone(self, pool: HashingPool, text: str, other: str) -> None:
        """A password matches exactly when it is canonically equivalent: NUL, spaces and case count, nothing is cut."""
        hasher = Argon2Hasher(profile=CHEAPEST, pool=pool)
        stored = hasher.hash(Secret(text))
        same = unicodedata.normalize("NFC", text) == unicodedata.normalize("NFC", other)
        assert hasher.matches(password=Secret(unicodedata.normalize("NFD", text)), stored=stored)
        assert same == hasher.matches(password=Secret(other), stored=stored)

    @pytest.mark.asvs("6.2.8")
    def test_reads_a_long_password_to_its_end(self, pool: HashingPool) -> None:
        """Two passwords of 1,024 characters that differ in the last one are two passwords."""
        hasher = Argon2Hasher(profile=CHEAPEST, pool=pool)
        stored = hasher.hash(Secret("x" * 1024))
        assert not hasher.matches(password=Secret("x" * 1023 + "y"), stored=stored)

    def test_salts_each_hash(self, pool: HashingPool) -> None:
        """The same password twice is stored as two different hashes."""
        hasher = Argon2Hasher(profile=CHEAPEST, pool=pool)
        assert hasher.hash(RIGHT) != hasher.hash(RIGHT)

    def test_shows_no_hash(self, pool: HashingPool) -> None:
        """Neither a hasher nor a stored hash shows salt or tag in its repr."""
        hasher = Argon2Hasher(profile=CHEAPEST, pool=pool, keys=KeyRing.in_memory(b"\xaa" * 32))
        stored = hasher.hash(RIGHT)
        shown = repr(hasher) + repr(stored)
        assert [] == [part for part in stored.encoded.split("$")[4:] if part in shown]
        assert "aaaaaaaa" not in shown


class TestEqualWork:
    """Every path costs one hash of today, or more."""

    def test_nothing_costs_a_hash_of_today(self, pool: HashingPool, work: Work) -> None:
        """An unknown login computes exactly one hash, at the present parameters, and is refused."""
        assert not Argon2Hasher(profile=SMALL, pool=pool).matches(password=RIGHT, stored=None)
        assert [cost(SMALL)] == work.since()

    def test_right_and_wrong_cost_one_hash(self, pool: HashingPool, work: Work) -> None:
        """Against a hash of today, the right and the wrong password compute exactly one hash each."""
        hasher = Argon2Hasher(profile=SMALL, pool=pool)
        stored = hasher.hash(RIGHT)
        work.since()
        for password in (RIGHT, WRONG):
            hasher.matches(password=password, stored=stored)
            assert [cost(SMALL)] == work.since()

    @pytest.mark.parametrize(
        "encoded",
        [
            "",
            "garbage",
            "!",
            "$argon2id$v=19$m=64,t=2,p=2$$",
            ONE_OF_EACH.format(m=64, t=2, p=2) + "=",
            ONE_OF_EACH.format(m=64, t=2, p=2)[:-1] + "B",
            ONE_OF_EACH.format(m=64, t=2, p=2) + "\n",
            ONE_OF_EACH.format(m=64, t=2, p=2).replace("argon2id", "argon2i"),
            ONE_OF_EACH.format(m=64, t=2, p=2).replace("argon2id", "argon2d"),
            ONE_OF_EACH.format(m=64, t=2, p=2).replace("v=19", "v=16"),
            ONE_OF_EACH.format(m="064", t=2, p=2),
            ONE_OF_EACH.format(m="٦٤", t=2, p=2),
            ONE_OF_EACH.format(m=8, t=1, p=2),
            ONE_OF_EACH.format(m=64, t=0, p=2),
            "pbkdf2_sha1$10$salt$" + "A" * 27 + "=",
            "pbkdf2_sha256$2000001$salt$" + "A" * 43 + "=",
            "pbkdf2_sha256$10$salt$AAAA",
            "md5$salt$5f4dcc3b5aa765d61d8327deb882cf99",
            "x" * 1_000_000,
        ],
    )
    def test_garbage_costs_one_hash_and_matches_nothing(self, pool: HashingPool, work: Work, encoded: str) -> None:
        """What is no hash we read is refused without an exception, after exactly one hash of today."""
        hasher = Argon2Hasher(profile=SMALL, pool=pool)
        assert not hasher.matches(password=RIGHT, stored=PasswordHash(encoded=encoded))
        assert [cost(SMALL)] == work.since()

    @given(st.text(max_size=80).map(lambda text: text if text.isascii() else "$argon2id$" + text))
    def test_no_stored_text_raises(self, pool: HashingPool, encoded: str) -> None:
        """Whatever text stands in the store, the answer is no."""
        hasher = Argon2Hasher(profile=CHEAPEST, pool=pool)
        assert not hasher.matches(password=RIGHT, stored=PasswordHash(encoded=encoded))

    @pytest.mark.parametrize(
        ("old", "today"),
        [
            ((8, 1, 1), (64, 2, 2)),
            ((736, 1, 1), (1024, 3, 4)),
            ((304, 2, 1), (1024, 3, 4)),
            ((1024, 2, 4), (1024, 3, 4)),
            ((1023, 3, 4), (1024, 3, 4)),
            ((480, 4, 1), (2000, 1, 1)),
            ((736, 1, 1), (32768, 1, 4)),
        ],
    )
    def test_an_older_weaker_hash_is_made_up_for(
        self, pool: HashingPool, work: Work, old: tuple[int, int, int], today: tuple[int, int, int]
    ) -> None:
        """Failing against cheaper parameters costs as much as failing against none: what is lacking is computed on top.

        Passing costs the old hash alone. Argon2 takes 8 KiB a lane at least, so that it can be as much as that too many.
        """
        before, now = _profile(old), _profile(today)
        stored = Argon2Hasher(profile=before, pool=pool).hash(RIGHT)
        hasher = Argon2Hasher(profile=now, pool=pool)
        work.since()
        assert not hasher.matches(password=WRONG, stored=stored)
        done = work.since()
        assert [old] == done[:1]
        assert abs(now.work - sum(memory * rounds for memory, rounds, _ in done)) <= 8 * now.lanes
        assert max(memory for memory, _, _ in done) <= max(now.memory_kib, before.memory_kib)
        assert hasher.matches(password=RIGHT, stored=stored)
        assert [old] == work.since()

    def test_an_old_hash_of_as_much_work_is_enough(self, pool: HashingPool, work: Work) -> None:
        """Where other parameters make the same work, nothing is lacking and nothing is computed on top."""
        stored = Argon2Hasher(profile=_profile((64, 2, 1)), pool=pool).hash(RIGHT)
        work.since()
        assert not Argon2Hasher(profile=_profile((128, 1, 2)), pool=pool).matches(password=WRONG, stored=stored)
        assert [(64, 2, 1)] == work.since()

    def test_an_older_stronger_hash_is_enough(self, pool: HashingPool, work: Work) -> None:
        """Failing against dearer parameters costs that hash alone."""
        stored = Argon2Hasher(profile=SMALL, pool=pool).hash(RIGHT)
        work.since()
        assert not Argon2Hasher(profile=CHEAPEST, pool=pool).matches(password=WRONG, stored=stored)
        assert [cost(SMALL)] == work.since()

    def test_a_legacy_hash_is_made_up_for(self, pool: HashingPool, work: Work) -> None:
        """Failing against a legacy hash costs a hash of today on top; passing costs none."""
        hasher = Argon2Hasher(profile=SMALL, pool=pool)
        assert hasher.matches(password=RIGHT, stored=PasswordHash(encoded=DJANGO))
        assert [] == work.since()
        assert not hasher.matches(password=WRONG, stored=PasswordHash(encoded=DJANGO))
        assert [cost(SMALL)] == work.since()

    @pytest.mark.asvs("11.2.5")
    def test_a_hash_that_argon2_gives_up_on_is_no_match(
        self, pool: HashingPool, work: Work, caplog: pytest.LogCaptureFixture
    ) -> None:
        """When Argon2 fails, nothing matches, not even the right password; making a hash says so."""
        hasher = Argon2Hasher(profile=SMALL, pool=pool)
        stored = hasher.hash(RIGHT)
        work.fails = True
        with caplog.at_level(logging.WARNING):
            assert not hasher.matches(password=RIGHT, stored=stored)
            with pytest.raises(BrokenPort, match="memory"):
                hasher.hash(RIGHT)
        ours = {record.getMessage() for record in caplog.records if record.name.startswith("subaccounts.")}
        assert {"Argon2 gave up with HashingError"} == ours


class TestCeiling:
    """What a stored hash can make us spend."""

    @pytest.mark.parametrize(
        ("m", "t", "p"),
        [(262_145, 1, 1), (4_194_304, 3, 4), (9_999_999_999, 1, 1), (64, 21, 1), (4096, 1, 17), (64, 9_999_999_999, 1)],
    )
    def test_is_judged_before_it_is_obeyed(self, pool: HashingPool, work: Work, m: int, t: int, p: int) -> None:
        """A hash that asks for more than 256 MiB, 20 rounds or 16 lanes matches nothing and costs a hash of today."""
        hasher = Argon2Hasher(profile=SMALL, pool=pool)
        assert not hasher.matches(password=RIGHT, stored=PasswordHash(encoded=ONE_OF_EACH.format(m=m, t=t, p=p)))
        assert [cost(SMALL)] == work.since()

    @pytest.mark.parametrize(("m", "t", "p"), [(4096, 20, 1), (4096, 1, 16)])
    def test_leaves_what_is_below_it_alone(self, pool: HashingPool, work: Work, m: int, t: int, p: int) -> None:
        """A hash at the ceiling is computed."""
        hasher = Argon2Hasher(profile=CHEAPEST, pool=pool)
        assert not hasher.matches(password=RIGHT, stored=PasswordHash(encoded=ONE_OF_EACH.format(m=m, t=t, p=p)))
        assert [(m, t, p)] == work.since()

    @pytest.mark.parametrize(("profile", "obeyed"), [(RFC_9106_HIGH_MEMORY, True), (RFC_9106_LOW_MEMORY, False)])
    def test_rises_with_the_chosen_profile(
        self, pool: HashingPool, work: Work, profile: HashingProfile, obeyed: bool
    ) -> None:
        """Two gigabytes are obeyed only where the host chose the profile that needs them."""
        hasher = Argon2Hasher(profile=profile, pool=pool)
        encoded = ONE_OF_EACH.format(m=2_097_152, t=1, p=4)  # all zeros, which is what `Work` answers at this size
        assert obeyed == hasher.matches(password=RIGHT, stored=PasswordHash(encoded=encoded))
        assert [cost(profile)] == work.since()


class TestPepper:
    """The key mixed in before hashing."""

    def test_is_needed_to_match(self, pool: HashingPool) -> None:
        """A peppered hash names its key and matches under it; under another ring it cannot even be tried."""
        ring = KeyRing.in_memory(bytes(32))
        hasher = Argon2Hasher(profile=CHEAPEST, pool=pool, keys=ring)
        stored = hasher.hash(RIGHT)
        assert ring.current == stored.pepper
        assert (True, False) == tuple(hasher.matches(password=word, stored=stored) for word in (RIGHT, WRONG))
        bare = PasswordHash(encoded=stored.encoded)
        assert not Argon2Hasher(profile=CHEAPEST, pool=pool).matches(password=RIGHT, stored=bare)

    @pytest.mark.asvs("11.2.5")
    @pytest.mark.parametrize("keys", [None, KeyRing.in_memory(b"other" * 8)], ids=["no ring", "another ring"])
    def test_fails_closed_when_its_key_is_gone(self, pool: HashingPool, work: Work, keys: KeyRing | None) -> None:
        """Without the key nobody signs in and the operator hears which key is missing, after the work of any other answer."""
        stored = Argon2Hasher(profile=SMALL, pool=pool, keys=KeyRing.in_memory(bytes(32))).hash(RIGHT)
        work.since()
        with pytest.raises(KeyRingFailed) as caught:
            Argon2Hasher(profile=CHEAPEST, pool=pool, keys=keys).matches(password=RIGHT, stored=stored)
        assert [cost(CHEAPEST)] == work.since()
        assert ("missing", stored.pepper) == (caught.value.problem, caught.value.detail)

    def test_equivalent_spellings_share_it(self, pool: HashingPool) -> None:
        """NFC comes before the pepper, or two keyboards would have two passwords."""
        hasher = Argon2Hasher(profile=CHEAPEST, pool=pool, keys=KeyRing.in_memory(bytes(32)))
        assert hasher.matches(password=Secret("cafe\u0301"), stored=hasher.hash(Secret("café")))

    def test_is_no_matter_of_legacy_hashes(self, pool: HashingPool) -> None:
        """A legacy hash that claims a pepper was not made by us and matches nothing."""
        hasher = Argon2Hasher(profile=CHEAPEST, pool=pool, keys=KeyRing.in_memory(bytes(32)))
        assert hasher.matches(password=RIGHT, stored=PasswordHash(encoded=DJANGO))
        assert not hasher.matches(password=RIGHT, stored=PasswordHash(encoded=DJANGO, pepper="0123456789abcdef"))


class TestRehash:
    """Which stored hashes are of yesterday."""

    def test_of_today_stay(self, pool: HashingPool) -> None:
        """A hash just made needs no rehash, with and without a pepper."""
        for keys in (None, KeyRing.in_memory(bytes(32))):
            hasher = Argon2Hasher(profile=CHEAPEST, pool=pool, keys=keys)
            assert not hasher.needs_rehash(hasher.hash(RIGHT))

    @pytest.mark.asvs("11.2.2")
    @pytest.mark.parametrize("change", [{"memory_kib": 16}, {"rounds": 2}, {"memory_kib": 32, "lanes": 2}], ids=str)
    def test_other_parameters_do_not(self, pool: HashingPool, change: dict[str, int]) -> None:
        """Other memory, rounds or lanes want a new hash, in both directions."""
        other = HashingProfile._for_tests_only(**({"memory_kib": 8, "rounds": 1, "lanes": 1} | change))
        here, there = (Argon2Hasher(profile=profile, pool=pool) for profile in (CHEAPEST, other))
        assert here.needs_rehash(there.hash(RIGHT))
        assert there.needs_rehash(here.hash(RIGHT))

    @pytest.mark.parametrize("encoded", [DJANGO, "", "garbage"])
    def test_another_scheme_does_not(self, encoded: str) -> None:
        """Whatever is not Argon2id wants to be."""
        assert Argon2Hasher(profile=CHEAPEST).needs_rehash(PasswordHash(encoded=encoded))

    @pytest.mark.parametrize("sizes", [(11, 43), (22, 22)])
    def test_a_shorter_salt_or_tag_does_not(self, sizes: tuple[int, int]) -> None:
        """Salts below 16 bytes and tags below 32 want a new hash."""
        encoded = "$argon2id$v=19$m=8,t=1,p=1$" + "$".join("A" * size for size in sizes)
        assert Argon2Hasher(profile=CHEAPEST).needs_rehash(PasswordHash(encoded=encoded))

    def test_follows_the_pepper(self, pool: HashingPool) -> None:
        """A rotated key, a pepper switched on and one switched off want a new hash; the old ones still match."""
        ring = KeyRing.in_memory(bytes(32))
        peppered, plain = (Argon2Hasher(profile=CHEAPEST, pool=pool, keys=ring, pepper=on) for on in (True, False))
        old, bare = peppered.hash(RIGHT), plain.hash(RIGHT)
        assert (None, False, True) == (bare.pepper, plain.needs_rehash(bare), peppered.needs_rehash(bare))
        assert (True, False) == (plain.needs_rehash(old), peppered.needs_rehash(old))
        ring.rotate(now=EPOCH)
        assert peppered.needs_rehash(old)
        assert all(hasher.matches(password=RIGHT, stored=old) for hasher in (peppered, plain))


class TestLegacyVerifiers:
    """What a host's own verifier can do wrong."""

    @pytest.mark.parametrize("answer", ["yes", 1, ValueError("the password was hunter2"), object()])
    def test_only_a_plain_yes_counts(
        self, pool: HashingPool, work: Work, caplog: pytest.LogCaptureFixture, answer: object
    ) -> None:
        """A verifier that raises, or answers anything but True, has not said yes; its words are not logged."""

        class Odd:
            def recognizes(self, encoded: str, /) -> bool:
                return encoded.startswith("odd$")

            def matches(self, *, password: Secret, encoded: str) -> bool:
                if isinstance(answer, Exception):
                    raise answer
                return answer  # type: ignore[return-value]  # what a broken verifier does

        hasher = Argon2Hasher(profile=SMALL, pool=pool, legacy=[Odd()])
        assert not hasher.matches(password=RIGHT, stored=PasswordHash(encoded="odd$"))
        assert [cost(SMALL)] == work.since()
        assert "hunter2" not in caplog.text

    def test_sees_the_password_as_it_was_received(self, pool: HashingPool) -> None:
        """An older system did not normalize, so its verifier gets the text as typed."""
        seen = []

        class Watching:
            def recognizes(self, encoded: str, /) -> bool:
                return True

            def matches(self, *, password: Secret, encoded: str) -> bool:
                seen.append(password.reveal())
                return True

        hasher = Argon2Hasher(profile=CHEAPEST, pool=pool, legacy=[Watching()])
        assert hasher.matches(password=Secret("cafe\u0301"), stored=PasswordHash(encoded="old$"))
        assert ["cafe\u0301"] == seen

    def test_can_be_none(self, pool: HashingPool) -> None:
        """Without verifiers no older hash is read."""
        hasher = Argon2Hasher(profile=CHEAPEST, pool=pool, legacy=())
        assert not hasher.matches(password=RIGHT, stored=PasswordHash(encoded=DJANGO))


class TestBothColors:
    """The async twin says what the plain one says."""

    def test_are_the_ports(self, pool: HashingPool) -> None:
        """Each hasher is accepted where its port is asked for."""
        plain: Hasher = Argon2Hasher(profile=CHEAPEST, pool=pool)
        twin: AsyncHasher = AsyncArgon2Hasher(profile=CHEAPEST, pool=pool)
        stored = asyncio.run(twin.hash(RIGHT))
        assert plain.matches(password=RIGHT, stored=stored)

    def test_agree(self, pool: HashingPool) -> None:
        """A hash of one color is matched and judged the same by the other."""

        async def story() -> tuple[bool, bool, bool, bool]:
            twin = AsyncArgon2Hasher(profile=CHEAPEST, pool=pool)
            stored = await twin.hash(RIGHT)
            return (
                await twin.matches(password=RIGHT, stored=stored),
                await twin.matches(password=WRONG, stored=stored),
                await twin.matches(password=RIGHT, stored=None),
                await twin.needs_rehash(stored),
            )

        assert (True, False, False, False) == asyncio.run(story())

    def test_errors_arrive(self, pool: HashingPool) -> None:
        """What the worker raises reaches whoever awaits."""
        stored = Argon2Hasher(profile=CHEAPEST, pool=pool, keys=KeyRing.in_memory(bytes(32))).hash(RIGHT)
        twin = AsyncArgon2Hasher(profile=CHEAPEST, pool=pool)
        with pytest.raises(KeyRingFailed):
            asyncio.run(twin.matches(password=RIGHT, stored=stored))


class TestProfile:
    """Which parameters there can be."""

    @pytest.mark.asvs("11.4.2")
    @pytest.mark.parametrize(
        ("memory", "rounds"), [(19 * 1024 - 1, 2), (46 * 1024 - 1, 1), (12 * 1024 - 1, 3), (8, 20), (1 << 22, 0)]
    )
    def test_refuses_less_than_the_floor(self, memory: int, rounds: int) -> None:
        """Weaker parameters than OWASP ASVS 5.0 Appendix C accepts cannot be built."""
        with pytest.raises(ValueError, match="ASVS"):
            HashingProfile(memory_kib=memory, rounds=rounds, lanes=1)

    @pytest.mark.parametrize(
        ("memory", "rounds", "lanes"), [(1 << 23, 1, 1), (1 << 16, 21, 1), (1 << 16, 3, 0), (1 << 16, 3, 17)]
    )
    def test_refuses_more_than_a_machine_survives(self, memory: int, rounds: int, lanes: int) -> None:
        """More than 4 GiB, 20 rounds or 16 lanes, or no lane at all, cannot be built."""
        with pytest.raises(ValueError, match="at most"):
            HashingProfile(memory_kib=memory, rounds=rounds, lanes=lanes)

    @pytest.mark.parametrize(("memory", "rounds"), [(19 * 1024, 2), (46 * 1024, 1), (12 * 1024, 3)])
    def test_takes_each_row_of_the_floor(self, memory: int, rounds: int) -> None:
        """The three rows of the appendix themselves are accepted."""
        assert memory * rounds == HashingProfile(memory_kib=memory, rounds=rounds, lanes=1).work

    def test_names_the_published_ones(self) -> None:
        """The named profiles have the published numbers."""
        assert (65_536, 3, 4) == cost(RFC_9106_LOW_MEMORY)
        assert (2_097_152, 1, 4) == cost(RFC_9106_HIGH_MEMORY)
        assert (19_456, 2, 1) == cost(ASVS_FLOOR)
