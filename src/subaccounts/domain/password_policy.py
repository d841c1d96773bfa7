"""Which new passwords are good enough: length, known characters, not common, not the person's own data.

What belongs here: judging a password somebody chooses (NIST SP 800-63B-4 section 3.1.1.2, OWASP ASVS 5.0 section 6.2).
There are no composition rules, no expiry and no hints, and there is no place to add them. A password that is only
entered to sign in is not judged again; hashing it is not done here, but `normalized` says which text is hashed.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator
from typing import Final, Protocol

from attrs import frozen

from ..errors import PasswordRefused
from .secret import LONGEST_SECRET, Secret

SINGLE_FACTOR: Final = 15
"""Code points a password has at least when it is the only proof (NIST SP 800-63B-4 section 3.1.1.2)."""
FLOOR: Final = 8
"""Code points below which no policy goes, whatever other factor there is (the same section; ASVS 6.2.1)."""
LONGEST: Final = 256
"""Code points a password can have; a longer one is refused, never cut. ASVS 6.2.9 asks for at least 64."""


class Blocklist(Protocol):
    """Know passwords that are common, expected or compromised.

    `text in blocklist` is asked with `canonical(password)`, the whole of it and never a part; the answer comes from
    memory, at once.
    """

    def __contains__(self, text: str, /) -> bool: ...


def normalized(password: Secret, /) -> str:
    """Return the text that is hashed: the password in Unicode NFC, and changed in nothing else.

    NFC only (NIST SP 800-63B-4; earlier drafts said NFKC): typing `é` as one code point or as two is the same
    password. A `Secret` is at most 1,024 code points long, so the length was judged before this, and normalizing it
    costs under a millisecond whatever it is made of.
    """
    return unicodedata.normalize("NFC", password.reveal())


def canonical(text: str, /) -> str:
    """Return the form in which passwords are compared with lists and personal data; it is never hashed or stored."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


@frozen(kw_only=True)
class PasswordPolicy:
    """Fix the lengths, in code points: alone, beside a second factor, and at most.

    Raises ValueError for a shorter minimum than 8, and for a maximum outside 64 to 1,024.
    """

    min_length: int = SINGLE_FACTOR
    with_second_factor: int = FLOOR
    max_length: int = LONGEST

    def __attrs_post_init__(self) -> None:
        if not FLOOR <= self.with_second_factor <= self.min_length:
            raise ValueError(f"a password has at least {FLOOR} characters, and alone not fewer than beside a factor")
        if not max(64, self.min_length) <= self.max_length <= LONGEST_SECRET:
            raise ValueError(f"the longest password has 64 to {LONGEST_SECRET} characters")

    def check(
        self, password: Secret, /, *, personal: Collection[str], blocklist: Blocklist, second_factor: bool = False
    ) -> Secret:
        """Return the password in NFC, or raise `PasswordRefused` with the first reason.

        `personal` is what is known of the person: login, e-mail, phone, every other text of its record, and the proof it
        came by. `second_factor` is true only when the host has proven another factor in this very act. Reasons in this
        order: `too_long`, `too_short`, `unassigned`, `common`, `personal`.
        """
        shortest = self.with_second_factor if second_factor else self.min_length
        if len(password) > self.max_length:
            raise PasswordRefused(reason="too_long", limit=self.max_length)
        if len(password) < shortest:
            raise PasswordRefused(reason="too_short", limit=shortest)
        text = normalized(password)
        if len(text) < shortest:  # eight letters typed as sixteen code points are eight
            raise PasswordRefused(reason="too_short", limit=shortest)
        # RFC 8264 section 9.10 and "stabilized strings" (UAX #15): an unassigned character can normalize differently
        # after an update of Python, and would lock the person out.
        if any(unicodedata.category(letter) == "Cn" for letter in text):
            raise PasswordRefused(reason="unassigned")
        compared = canonical(text)
        if compared in blocklist:
            raise PasswordRefused(reason="common")
        if is_personal(compared, personal=personal):
            raise PasswordRefused(reason="personal")
        return Secret(text)


def is_personal(password: str, /, *, personal: Collection[str]) -> bool:
    """Say whether the whole canonical password is one of these values, or a word of one, with a little decoration.

    Decoration is digits, punctuation and spaces at both ends, punctuation and spaces between, and saying it several
    times. Never a part of the password: `correct horse anna battery` is nobody's data (NIST SP 800-63B-4 compares the
    entire password, not substrings).
    """
    forms = set(_forms(password))
    return any(not forms.isdisjoint(_known(canonical(value))) for value in personal)


def _forms(password: str) -> Iterator[str]:
    """Yield the password as it is and with its decorations taken off, one after the other; never the empty text."""
    for text in (password, _joined(password)):
        for core in (text, _bare(text)):
            for form in (core, _once(core), _bare(_once(core))):
                if form:
                    yield form


def _known(value: str) -> Iterator[str]:
    """Yield what somebody could make a password of: the value, whole and bare, the name before its @, its words."""
    words = "".join(letter if _is(letter, "LMN") else " " for letter in value).split()
    for form in (value, _joined(value), _bare(value), _joined(value.rpartition("@")[0]), *words):
        yield form
        yield _once(form)  # what a password repeats is cut down to its shortest, so `anan` is known as `an` too


def _is(letter: str, classes: str) -> bool:
    """Say whether the letter is of one of these general categories: L letter, M mark, N number."""
    return unicodedata.category(letter)[0] in classes


def _joined(text: str) -> str:
    """Return the letters, marks and numbers alone."""
    return "".join(letter for letter in text if _is(letter, "LMN"))


def _bare(text: str) -> str:
    """Return the text from its first letter to its last."""
    places = [place for place, letter in enumerate(text) if _is(letter, "LM")]
    return text[places[0] : places[-1] + 1] if places else ""


def _once(text: str) -> str:
    """Return the shortest text that this one repeats: `anna` for `annaannaanna`, itself when nothing repeats."""
    return text[: (text + text).find(text, 1)] if text else text
