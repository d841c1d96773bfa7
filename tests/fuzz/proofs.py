"""Targets for what is typed or stored as a proof: passwords, codes, password hashes."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import Final

from subaccounts import PasswordPolicy, Secret
from subaccounts.domain import codes
from subaccounts.domain.password import PasswordHash
from subaccounts.domain.password_policy import canonical, is_personal, normalized
from subaccounts.domain.secret import LONGEST_SECRET
from subaccounts.errors import PasswordRefused
from subaccounts.hashing import Argon2Hasher
from subaccounts.hashing.blocklist import BundledBlocklist
from subaccounts.hashing.legacy import MOST_ITERATIONS, DjangoPBKDF2
from subaccounts.hashing.phc import Encoded
from subaccounts.testing import specimens
from subaccounts.testing.hashers import CHEAPEST
from tests.fuzz.oracle import tried
from tests.fuzz.target import Target, bytes_of, text_of, texts_of

POLICIES: Final = (PasswordPolicy(), PasswordPolicy(min_length=8, max_length=64), PasswordPolicy(max_length=1024))
NOTHING_STORED: Final = "a password that made none of these hashes"
CHEAP_WORK: Final = 1024
"""KiB written and iterations: what of a stored hash is computed here."""


def judge_password(data: bytes) -> None:
    """A password is kept as it was typed but for NFC, is never shown, and its own data is always known again."""
    typed, *personal = texts_of(data[1:], most=4)
    policy = POLICIES[data[0] % len(POLICIES)] if data else POLICIES[0]
    secret, _ = tried(lambda: Secret(typed), fields={"secret"})
    if secret is None:
        assert len(typed) > LONGEST_SECRET or not typed.isprintable()
        return
    assert {"Secret(****)"} == {repr(secret), str(secret), f"{secret}", f"{secret:>3}"}
    words = [word for word in personal if word.encode("utf-8", "ignore").decode() == word]
    blocklist = BundledBlocklist()
    chosen, refusal = tried(
        lambda: policy.check(secret, personal=words, blocklist=blocklist), fields=(), refusals=(PasswordRefused,)
    )
    compared = canonical(normalized(secret))
    if chosen is not None:
        assert unicodedata.normalize("NFC", typed) == chosen.reveal()
        assert policy.min_length <= len(chosen) <= policy.max_length
        assert compared not in blocklist
        again = policy.check(chosen, personal=words, blocklist=blocklist)
        assert chosen.reveal() == again.reveal()
    elif "personal" == refusal.reason:
        assert is_personal(compared, personal=words)
    for word in words:
        own = canonical(word)
        if own:
            assert is_personal(own, personal=[word]), "the word itself is known"
            assert is_personal(own * 2, personal=[word]), "saying it twice is known"


def judge_code(data: bytes) -> None:
    """What is typed is the code when it is, but for case, blanks, hyphens and letters read as digits, all of it."""
    digest = data[:8].ljust(32, b"\x07")
    code = codes.text(digest)
    pattern = text_of(data[8:])
    symbols = iter(code * (len(pattern) + 1))
    typed = "".join(code if letter == "\0" else next(symbols) if letter == "\1" else letter for letter in pattern)
    secret, _ = tried(lambda: Secret(typed), fields={"secret"})
    for written in (code, code.lower(), code.replace("-", ""), f" {code} "):
        assert codes.is_code(Secret(written), digest)
    if secret is None:
        return
    bare = typed.translate({ord(letter): None for letter in "- "}).upper()
    assert (bare.translate(str.maketrans("OIL", "011")) == code.replace("-", "")) == codes.is_code(secret, digest)


@cache
def _hasher() -> Argon2Hasher:
    return Argon2Hasher(profile=CHEAPEST)


def judge_hash(data: bytes) -> None:
    """A stored hash is read as what would be written, within its bounds, or not at all; a strange one matches nothing."""
    text = text_of(data)
    encoded, verifier = Encoded.parse(text), DjangoPBKDF2()
    if encoded is not None:
        assert text == encoded.text()
        assert len(encoded.salt) <= 64
        assert len(encoded.tag) <= 64
        assert encoded.salt.hex() not in repr(encoded)
        assert not verifier.recognizes(text)
    known = verifier.recognizes(text)
    iterations = int(text.split("$")[1]) if known else 0
    assert 0 <= iterations <= MOST_ITERATIONS
    stored = PasswordHash(encoded=text)
    assert _hasher().needs_rehash(stored) in (True, False)
    assert text[:40] not in repr(stored) or len(text) < 20
    if max(encoded.work if encoded else 0, iterations) <= CHEAP_WORK:
        assert not verifier.matches(password=Secret(NOTHING_STORED), encoded=text)
        assert _hasher().matches(password=Secret(NOTHING_STORED), stored=stored) is False


def _passwords() -> Iterable[bytes]:
    texts = (
        "correct horse battery staple",
        "password",
        "anna-anna-anna!",
        "\u0345" * 20,
        "é" * 15,
        "e\u0301" * 15,
        "\u0378" * 16,
    )
    for number in range(len(POLICIES)):
        for text in (*texts, *specimens.TEXTS):
            yield bytes([number]) + bytes_of(text, "anna", "anna@shop.example")
            yield bytes([number]) + bytes_of(text, text, "Zoë Ó'Brien-Müller")


_CODES: Final = (
    "\0",
    " \0 ",
    "\0-",
    "\0" + " " * 60,
    "\0" + " " * 60 + "tail",
    "\1" * 11,
    "oil-\1",
    "\0\t",
    "ı\0",
    "ſ",
    "",
)
_SOUND: Final = "$argon2id$v=19$m=64,t=2,p=2$" + "A" * 22 + "$" + "A" * 43
_HASHES: Final = (
    _SOUND, _SOUND + "\n", _SOUND.replace("m=64", "m=4194304"), _SOUND.replace("m=64", "m=8"), _SOUND.replace("=2", "=0"),
    _SOUND.replace("v=19", "v=16"), _SOUND[:-1] + "B", "$argon2id$v=19$m=٦٤,t=2,p=2$" + "A" * 22 + "$" + "A" * 43,
    "pbkdf2_sha256$600000$c2FsdA$" + "A" * 43 + "=", "pbkdf2_sha256$1$salt$" + "A" * 43 + "=", "pbkdf2_sha256$9999999$s$x", "",
)  # fmt: skip

TARGETS: Final = (
    Target(name="password", judge=judge_password, seeds=_passwords, words=("\u0301", "\u0345", "ß", "anna")),
    Target(
        name="code",
        judge=judge_code,
        seeds=lambda: [bytes([number] * 8) + bytes_of(text) for number in (0, 7, 255) for text in _CODES],
        words=("\0", "\1", "-", " ", "O", "l", "ı", "ſ"),
        longest=128,
    ),
    Target(
        name="hash",
        judge=judge_hash,
        seeds=lambda: [bytes_of(text) for text in _HASHES],
        words=("$argon2id$v=19$", "m=", ",t=", ",p=", "pbkdf2_sha256$", "$"),
    ),
)
