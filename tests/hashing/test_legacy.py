"""Django's PBKDF2: what it matches, and what it refuses to compute."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subaccounts.domain.secret import Secret
from subaccounts.hashing import DjangoPBKDF2, LegacyVerifier

# Made by `PBKDF2PasswordHasher().encode("correct horse", "seasalt", 1000)` of Django 5.2.
BY_DJANGO = "pbkdf2_sha256$1000$seasalt$mQnueSakb748zqBAC1tmWVZsZbi2zPGZarEzTGdfmso="


class TestDjango:
    """What Django stored."""

    def test_matches_what_django_made(self) -> None:
        """A hash made by Django itself matches its password and no other."""
        verifier: LegacyVerifier = DjangoPBKDF2()
        assert verifier.recognizes(BY_DJANGO)
        answers = [verifier.matches(password=Secret(text), encoded=BY_DJANGO) for text in ("correct horse", "wrong")]
        assert [True, False] == answers

    @pytest.mark.parametrize(
        ("iterations", "bearable"), [(1, True), (2_000_000, True), (2_000_001, False), (9_999_999, False)]
    )
    def test_bounds_the_iterations(self, iterations: int, bearable: bool) -> None:
        """Two million iterations are obeyed, one more is not."""
        encoded = BY_DJANGO.replace("$1000$", f"${iterations}$")
        assert bearable == DjangoPBKDF2().recognizes(encoded)

    def test_computes_nothing_beyond_the_bound(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Asked all the same, it answers no without computing."""
        monkeypatch.setattr(hashlib, "pbkdf2_hmac", lambda *_: pytest.fail("it computed"))
        encoded = BY_DJANGO.replace("$1000$", "$9999999$")
        assert not DjangoPBKDF2().matches(password=Secret("correct horse"), encoded=encoded)

    @pytest.mark.parametrize(
        "encoded",
        [
            "",
            "!",
            BY_DJANGO + "\n",
            BY_DJANGO + "$",
            BY_DJANGO.replace("sha256", "sha1"),
            BY_DJANGO.replace("$1000$", "$01000$"),
            BY_DJANGO.replace("$1000$", "$-1000$"),
            BY_DJANGO.replace("$1000$", "$١٠$"),
            BY_DJANGO.replace("seasalt", ""),
            BY_DJANGO.replace("seasalt", "s" * 129),
            BY_DJANGO[:-1],
            "argon2$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$AAAA",
        ],
    )
    def test_recognizes_nothing_else(self, encoded: str) -> None:
        """Any other text, however close, is not recognized and matches nothing."""
        verifier = DjangoPBKDF2()
        assert not verifier.recognizes(encoded)
        assert not verifier.matches(password=Secret("correct horse"), encoded=encoded)

    @given(st.text(max_size=60))
    def test_never_raises(self, encoded: str) -> None:
        """Whatever text stands in the store, the answer is no."""
        assert not DjangoPBKDF2().matches(password=Secret("x"), encoded="pbkdf2_sha256$" + encoded)
