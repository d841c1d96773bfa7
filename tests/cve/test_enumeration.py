"""Finding out who exists: by the work a sign-in does, by its words, by an error. Counted, never timed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import argon2
import pytest
from argon2 import low_level

from subaccounts import ArchivePerson, DeletePerson, EnterLoginAndProof, ResetPassword, Secret
from subaccounts.domain.attempts import DISABLED_AT, FREE_FAILURES
from subaccounts.domain.subject import Subject
from subaccounts.hashing import Argon2Hasher
from subaccounts.testing import CHEAPEST, CheapHasher, CountingHasher
from tests.cve.portal import PASSWORD, WRONG, Portal, is_in

GARBAGE = ("\ud800", "\x00", "", "a\u202eb", "\u0301", "null", "$argon2id$", "я" * 65, "x" * 100_000)
"""Texts that are no login, or look like something else: each broke somebody's lookup."""


def prepare(portal: Portal) -> tuple[str, ...]:
    """Put a person into every standing and return their logins, with one that nobody has."""
    for login in ("active", "archived", "reset", "deleted", "locked", "disabled"):
        subject = portal.active(login)
        if login in _ENDINGS:
            _ENDINGS[login](portal, subject)
    portal.add("unclaimed")
    return ("active", "unclaimed", "archived", "reset", "deleted", "locked", "disabled", "nobody")


def _lock(portal: Portal, login: str, times: int) -> None:
    for number in range(times):
        portal.wait(hours=1 if times > FREE_FAILURES else 0)
        portal.sign_in(login, f"{WRONG} {number}", door=portal.outside)


_ENDINGS: dict[str, Callable[[Portal, Subject], object]] = {
    "archived": lambda p, s: p.handle(ArchivePerson(actor=p.admin, sub_account=s.sub_account)),
    "reset": lambda p, s: p.handle(ResetPassword(actor=p.admin, sub_account=s.sub_account)),
    "deleted": lambda p, s: p.handle(DeletePerson(actor=p.admin, sub_account=s.sub_account)),
    "locked": lambda p, s: _lock(p, "locked", FREE_FAILURES),
    "disabled": lambda p, s: _lock(p, "disabled", DISABLED_AT),
}


class TestUnusablePassword:
    """CVE-2024-39329, ticket 20760 and PR 21041 (Django): where a user was missing, or had no usable password, no hash
    was computed, and the quick answer told who exists.

    Here exactly one hash is computed on every path, whatever is stored.
    """

    def test_one_hash_whoever_it_is(self, portal: Portal) -> None:
        """A wrong proof costs one hash for a login in any standing and for one that nobody has."""
        work = {}
        for login in prepare(portal):
            portal.hasher.reset()
            portal.sign_in(login, WRONG, door=portal.outside)
            work[login] = (portal.hasher.matchings, portal.hasher.hashes)
        assert dict.fromkeys(work, (1, 0)) == work

    def test_one_hash_for_an_older_cheaper_one(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A stored hash of cheaper parameters is made up for: work never tells how old a row is, or that there is none."""
        computed: list[int] = []
        real = low_level.hash_secret_raw

        def counted(*what: Any, **how: Any) -> bytes:
            computed.append(how["memory_cost"] * how["time_cost"])
            return real(*what, **how)

        dear = Argon2Hasher(profile=type(CHEAPEST)._for_tests_only(memory_kib=16, rounds=2, lanes=1), pepper=False)
        old = Argon2Hasher(profile=CHEAPEST, pepper=False).hash(Secret(PASSWORD))
        monkeypatch.setattr(low_level, "hash_secret_raw", counted)
        for stored in (None, old):
            assert not dear.matches(password=Secret(WRONG), stored=stored)
        assert [32, 8, 24] == computed

    def test_the_naive_lookup_tells(self) -> None:
        """The attack works on a lookup that returns before it hashes."""
        known, hashes = {"anna": "digest"}, list[str]()

        def naive(login: str, typed: str) -> bool:
            stored = known.get(login)
            if stored is None:
                return False
            hashes.append(login)
            return stored == hashlib.sha256(typed.encode()).hexdigest()

        assert [False, False] == [naive(login, WRONG) for login in ("anna", "nobody")]
        assert ["anna"] == hashes


class TestLockedIsQuicker:
    """GHSA-c27j-76xg-6x4f (Kirby): the delay that made known and unknown logins alike was left out once a login was
    blocked, and so the block told who exists.

    Here a delay changes neither the work nor the words, and a login that nobody has is delayed in the same way.
    """

    def test_the_tenth_guess_is_as_the_first(self, portal: Portal) -> None:
        """Guess after guess, known, waiting and unknown logins give the same step after the same work."""
        portal.active("active")
        portal.add("unclaimed")
        seen = set()
        for _ in range(2 * FREE_FAILURES):
            for login in ("active", "unclaimed", "nobody"):
                portal.hasher.reset()
                step = portal.sign_in(login, WRONG, door=portal.outside)
                seen.add((repr(step), portal.hasher.work))
        assert {(repr(EnterLoginAndProof(refused=True)), 1)} == seen

    def test_the_right_password_during_a_delay(self, tmp_path: Path) -> None:
        """During a delay the right password is answered as a wrong one, also when its hash is out of date."""
        with Portal(tmp_path) as portal:
            portal.active("active")
            _lock(portal, "active", FREE_FAILURES)
            portal.hasher._hasher = CheapHasher(generation=2)
            seen = set()
            for typed in (PASSWORD, WRONG):
                portal.hasher.reset()
                seen.add((repr(portal.sign_in("active", typed, door=portal.outside)), portal.hasher.work))
            assert {(repr(EnterLoginAndProof(refused=True)), 1)} == seen


class TestNoneRaises:
    """devise_invitable#200: an empty token matched a stored nothing. argon2-cffi: `verify(None, ...)` raises
    AttributeError, so a row without a password answers 500 where others answer "wrong".

    Here None is one of the hasher's inputs, and a text that can be no login is looked up as nobody's.
    """

    def test_none_is_a_plain_no(self) -> None:
        """The hasher answers False for None and raises nothing; argon2-cffi alone raises."""
        hasher = CountingHasher(Argon2Hasher(profile=CHEAPEST, pepper=False))
        assert hasher.matches(password=Secret(PASSWORD), stored=None) is False
        with pytest.raises(AttributeError):
            argon2.PasswordHasher().verify(None, PASSWORD)  # type: ignore[arg-type]  # the mistake that is meant

    @pytest.mark.parametrize("login", GARBAGE, ids=range(len(GARBAGE)))
    def test_garbage_is_an_unknown_login(self, portal: Portal, login: str) -> None:
        """A login that is no text of ours raises nothing: the same step and the same one hash as for an unknown one."""
        seen = set()
        for typed in ("nobody", login):
            portal.hasher.reset()
            seen.add((repr(portal.sign_in(typed, WRONG, door=portal.outside)), portal.hasher.work))
        assert 1 == len(seen)

    def test_an_empty_code_is_no_code(self, portal: Portal) -> None:
        """An empty or missing code claims nobody, neither who waits with a code nor who does not."""
        portal.add("anna")
        for login in ("anna", "nobody"):
            assert [False, False] == [is_in(portal.claim(login, code)) for code in (None, Secret(""))]


class TestOneAnswer:
    """CWE-204: the page said "no such user" for one login and "wrong password" for another.

    Here a closed door has one refusal for every standing. An open door, inside a host account, tells on purpose.
    """

    def test_one_refusal(self, portal: Portal) -> None:
        """A wrong proof at a closed door is answered by one and the same step for every standing of a login."""
        logins = prepare(portal)
        refused = repr(EnterLoginAndProof(refused=True))
        assert {refused} == {repr(portal.sign_in(login, WRONG, door=portal.outside)) for login in logins}
        assert {refused} == {repr(portal.claim(login, None, door=portal.outside)) for login in logins}
