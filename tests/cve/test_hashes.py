"""Passwords as numbers and bytes: what a stored hash can ask for, what a long text costs, what normalizing folds."""

from __future__ import annotations

import os
import secrets
import unicodedata
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from argon2 import low_level

from subaccounts import ListPeople, Secret
from subaccounts.domain.password import PasswordHash
from subaccounts.errors import Busy, Refusal
from subaccounts.hashing import Argon2Hasher, HashingPool
from subaccounts.hashing.phc import Encoded
from subaccounts.keys import KeyRing
from subaccounts.system import SystemEntropy
from subaccounts.testing import CHEAPEST
from tests.cve.portal import PASSWORD, WRONG, Portal, at_once, is_in

MEGABYTE = "a\u0301\u0323" * 350_000
"""Combining marks out of order: what makes Unicode normalization take quadratic time."""


class TestCompatibilityFolding:
    """CVE-2026-19611 (wildfly-elytron, PR 2497): passwords were normalized by NFKC, so full-width letters and ligatures
    became plain ones, and several passwords opened one account.

    Here NFC alone: what Unicode calls the same text is the same password, and nothing else is.
    """

    @pytest.mark.asvs("6.2.8")
    @pytest.mark.parametrize(
        ("chosen", "other"),
        [
            ("\uff21\uff22\uff23 and sixteen more", "ABC and sixteen more"),
            ("\ufb01ve quiet otters swim", "five quiet otters swim"),
            ("\u00bd of a long passphrase", "1\u20442 of a long passphrase"),
            ("a long phrase \u2460 here", "a long phrase 1 here"),
        ],
    )
    def test_a_folded_twin_is_another_password(self, portal: Portal, chosen: str, other: str) -> None:
        """A password that NFKC makes of the chosen one does not sign in; the chosen one does."""
        assert unicodedata.normalize("NFKC", chosen) == unicodedata.normalize("NFKC", other)
        portal.active("anna", chosen)
        assert not is_in(portal.sign_in("anna", other))
        assert is_in(portal.sign_in("anna", chosen))

    def test_a_canonical_twin_is_the_same(self, portal: Portal) -> None:
        """A password typed with an accent as a mark of its own signs in: another keyboard, the same text."""
        portal.active("anna", "caf\u00e9 with a long passphrase")
        assert is_in(portal.sign_in("anna", "cafe\u0301 with a long passphrase"))


class TestQuadraticNormalize:
    """gh-149079 (CPython): normalizing a hundred thousand alternating combining marks takes seconds. CVE-2023-46695
    (Django): a long user name was normalized before its length was looked at. CVE-2013-1443 (Django): a megabyte as a
    password was hashed to its end. ASVS#1923: a limit for lengths was asked for.

    Here lengths are judged first, everywhere, and the longest text that reaches Unicode work is a thousand code points.
    """

    def test_nothing_long_is_normalized(self, portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
        """A megabyte in any text of a sign-in or of a page is refused, or nobody's, before Unicode work sees it."""
        longest, real = [0], unicodedata.normalize

        def watched(form: Any, text: str) -> str:
            longest[0] = max(longest[0], len(text))
            return real(form, text)

        monkeypatch.setattr(unicodedata, "normalize", watched)
        code = portal.code("anna")
        with pytest.raises(Refusal):
            Secret(MEGABYTE)
        attacks: list[Callable[[], object]] = [
            lambda: portal.sign_in(MEGABYTE, WRONG),
            lambda: portal.claim(MEGABYTE, code),
            lambda: portal.claim("anna", code, fields={"full_name": MEGABYTE, "position": MEGABYTE}),
            lambda: portal.add(MEGABYTE),
            lambda: portal.add("boris", email=MEGABYTE + "@example.org"),
            lambda: portal.add("boris", full_name=MEGABYTE),
            lambda: portal.handle(ListPeople(actor=portal.admin, organization=portal.id, search=MEGABYTE)),
            lambda: portal.open(MEGABYTE),
        ]
        for attack in attacks:
            try:
                answer = attack()
            except (Refusal, ValueError):
                continue
            assert not is_in(answer)  # type: ignore[arg-type]  # whatever a command answers, it is no Authenticated
        assert longest[0] <= 1024

    def test_a_long_password_is_refused_and_never_cut(self, portal: Portal) -> None:
        """A password beyond the limit is refused, and of two of just the limit the last character tells them apart."""
        code, longest = portal.code("anna"), "x y" * 85
        assert not is_in(portal.claim("anna", code, f"{longest}12"))
        assert is_in(portal.claim("anna", code, f"{longest}1"))
        assert [False, False, True] == [is_in(portal.sign_in("anna", longest + tail)) for tail in ("", "2", "1")]

    def test_the_naive_order_normalizes_it_all(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The attack works on a check that normalizes, and then counts."""
        seen: list[int] = []

        def normalize(form: str, text: str) -> str:
            seen.append(len(text))
            return text

        def naive(text: str) -> bool:
            return len(normalize("NFKC", text)) <= 64

        assert not naive(MEGABYTE)
        assert [len(MEGABYTE)] == seen


class TestHungrySearch:
    """CVE-2024-10270 (Keycloak, PR 35218): a search text was split by a regular expression that backtracks without end.

    Here a search text is bounded, split at blanks, and compared by storage as plain text.
    """

    @pytest.mark.parametrize("text", ['"' * 200, "a" * 199 + "!", "((((a+)+)+)+)$" * 14, "%_%_%" * 40, "\\" * 200])
    def test_every_text_is_plain(self, portal: Portal, text: str) -> None:
        """Quotes, wildcards and patterns find nobody whose data does not hold them."""
        portal.add("anna")
        found = portal.handle(ListPeople(actor=portal.admin, organization=portal.id, search=text))
        assert () == found.people


class TestHashAsksForMore:
    """model-hotel#552: whoever could write one row stored a hash with four gigabytes as its memory parameter, and
    verifying any password made the server allocate it.

    Here a stored hash is read strictly, and its parameters are bounded before they are obeyed.
    """

    @pytest.mark.parametrize(
        ("memory", "rounds", "lanes"),
        [(4 * 1024 * 1024, 1, 1), (2**31, 1, 1), (64 * 1024, 10_000, 1), (64 * 1024, 1, 10_000)],
    )
    def test_it_is_not_obeyed(self, monkeypatch: pytest.MonkeyPatch, memory: int, rounds: int, lanes: int) -> None:
        """A hash beyond the ceiling is no match, and what is computed instead is one hash of today."""
        computed: list[tuple[int, int, int]] = []
        real = low_level.hash_secret_raw

        def watched(*what: Any, **how: Any) -> bytes:
            computed.append((how["memory_cost"], how["time_cost"], how["parallelism"]))
            return real(*what, **how)

        monkeypatch.setattr(low_level, "hash_secret_raw", watched)
        text = Encoded(memory_kib=memory, rounds=rounds, lanes=lanes, salt=b"s" * 16, tag=b"t" * 32).text()
        hasher = Argon2Hasher(profile=CHEAPEST, pepper=False)
        assert not hasher.matches(password=Secret(PASSWORD), stored=PasswordHash(encoded=text))
        assert [(CHEAPEST.memory_kib, CHEAPEST.rounds, CHEAPEST.lanes)] == computed

    def test_the_naive_verify_obeys(self) -> None:
        """The attack works where the stored text is handed to the library: it reads four gigabytes as its order."""
        import argon2

        text = Encoded(memory_kib=4 * 1024 * 1024, rounds=1, lanes=1, salt=b"s" * 16, tag=b"t" * 32).text()
        assert 4 * 1024 * 1024 == argon2.extract_parameters(text).memory_cost


class TestMemoryOfManySignIns:
    """keycloak#28477, argon2id#35, gitea#14702, Rackula#2921, solana-private-channels#247: every sign-in hashed at once on
    a thread of its own, and a few dozen of them took the memory of the machine; one permit was the request's, so that
    a caller who hung up made room while the hash still ran.

    Here a fixed pool computes, a short queue waits, the next one hears busy, and the place belongs to the worker.
    """

    @pytest.mark.asvs("15.2.2")
    def test_never_more_than_the_workers(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Of sixteen sign-ins at once never more than two compute Argon2, and all are answered."""
        import threading

        inside, most, lock, real = [0], [0], threading.Lock(), low_level.hash_secret_raw

        def counted(*what: Any, **how: Any) -> bytes:
            with lock:
                inside[0] += 1
                most[0] = max(most[0], inside[0])
            try:
                return real(*what, **how)
            finally:
                with lock:
                    inside[0] -= 1

        monkeypatch.setattr(low_level, "hash_secret_raw", counted)
        with (
            HashingPool(workers=2) as pool,
            Portal(tmp_path, hasher=Argon2Hasher(profile=CHEAPEST, pool=pool, pepper=False)) as portal,
        ):
            for number in range(16):
                portal.active(f"anna-{number}")
            assert all(at_once(16, lambda number: is_in(portal.sign_in(f"anna-{number}"))))
        assert 1 <= most[0] <= 2

    @pytest.mark.asvs("15.2.2")
    def test_beyond_the_queue_it_is_busy(self, tmp_path: Path) -> None:
        """When workers and queue are full a sign-in is told that the portal is busy, and nothing is counted."""
        import threading

        opened = threading.Event()
        with (
            HashingPool(workers=1, queue=1) as pool,
            Portal(tmp_path, hasher=Argon2Hasher(profile=CHEAPEST, pool=pool, pepper=False)) as portal,
        ):
            subject = portal.active("anna")
            held = [pool.submit(opened.wait) for _ in range(2)]
            with pytest.raises(Busy):
                portal.sign_in("anna", WRONG)
            opened.set()
            assert [True, True] == [future.result() for future in held]
            assert 0 == portal.person(subject.sub_account).credential.attempts.in_a_row
            assert is_in(portal.sign_in("anna"))

    @pytest.mark.asvs("15.4.4")
    def test_who_came_first_is_served_first(self) -> None:
        """Whoever waits is served in the order of coming, so that nobody waits for those who came later."""
        import threading

        opened, served = threading.Event(), list[int]()
        with HashingPool(workers=1, queue=20) as pool:
            held = pool.submit(opened.wait)
            waiting = [pool.submit(partial(served.append, number)) for number in range(20)]
            assert [] == served
            opened.set()
            assert [True, *[None] * 20] == [held.result(), *(future.result() for future in waiting)]
        assert list(range(20)) == served


class TestGuessableRandomness:
    """CWE-338: reset tokens came from a generator whose next values are calculated from its last ones.

    Here salts and tokens come from the operating system, codes from HMAC under a key of at least 256 bits, and no
    module of ours imports `random`.
    """

    @pytest.mark.asvs("6.5.3", "11.5.1")
    def test_they_are_drawn_from_the_system(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Salts of events and of hashes draw 16 bytes from the cryptographic source, a key of the ring 32."""
        drawn: list[int] = []

        def recorded(source: Callable[[int], bytes]) -> Callable[[int], bytes]:
            def draw(size: int) -> bytes:
                drawn.append(size)
                return source(size)

            return draw

        hasher = Argon2Hasher(profile=CHEAPEST, pepper=False)
        monkeypatch.setattr(secrets, "token_bytes", recorded(secrets.token_bytes))
        monkeypatch.setattr(os, "urandom", recorded(os.urandom))
        SystemEntropy().token()
        hasher.hash(Secret(PASSWORD))
        assert [16, 16] == drawn
        KeyRing.open(tmp_path / "portal.keys")
        assert 32 in drawn

    @pytest.mark.asvs("11.5.2")
    def test_many_at_once_draw_each_for_itself(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Of four thousand salts from eight threads each is a draw of its own from the system, and no two are alike."""
        drawn: list[str] = []
        source = os.urandom

        def recorded(size: int) -> bytes:
            salt = source(size)
            drawn.append(salt.hex())
            return salt

        monkeypatch.setattr(os, "urandom", recorded)
        entropy = SystemEntropy()
        tokens = [each for told in at_once(8, lambda _: [entropy.token() for _ in range(500)]) for each in told]
        assert (4000, sorted(drawn)) == (len(set(tokens)), sorted(tokens))

    def test_a_seeded_generator_foretells_nothing(self, tmp_path: Path) -> None:
        """Two portals whose `random` was seeded alike hand out different codes and salts; one ring's codes differ too."""
        import random

        made = []
        for number in range(2):
            random.seed(20_26)
            ring = KeyRing.open(tmp_path / f"{number}.keys")
            made.append((ring.derive(purpose="claim-code", parts=("a",)), SystemEntropy().token()))
        assert 4 == len({text for pair in made for text in pair})
        random.seed(20_26)
        naive = [random.getrandbits(50) for _ in range(2)]
        random.seed(20_26)
        assert naive == [random.getrandbits(50) for _ in range(2)]
