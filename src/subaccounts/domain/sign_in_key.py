"""What identifies a person at sign-in: how a typed login or e-mail becomes the text that is compared and unique.

Two texts are the same sign-in key if and only if their keys are equal, code point by code point. One key space: a text
with an at sign is an e-mail address wherever it was typed, so that nobody's login can be somebody else's e-mail.
Which look-alikes are too close is `confusables`; the values that keep what was typed are `login` and `email`.

Keys are made by RFC 8265 UsernameCaseMapped and nothing else. `upper`, `casefold`, NFKC, LOWER() and collations in SQL
each merge people: `mike` with a dotless i, a sharp s with two, `file` with a ligature.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Final

from ..errors import InvalidValue
from .text import JOINERS, bounded, refuse_hidden

if TYPE_CHECKING:
    from precis_i18n.profile import Profile

LONGEST_LOGIN: Final = 64
"""Code points of a login without an at sign, as typed and as key; our own choice, as long as a mailbox name."""

LONGEST_EMAIL: Final = 254
"""Octets of a mailbox, and code points before octets are counted (RFC 5321 4.5.3.1.3, erratum 1690)."""

LONGEST_LOCAL_PART: Final = 64
"""Octets before the at sign (RFC 5321 4.5.3.1.1)."""

LONGEST_LABEL: Final = 63
"""Octets of one label of a domain in its ASCII form (RFC 1035 2.3.4)."""

_ASCII_LABEL: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
_NOT_IN_LOCAL_PART: Final = frozenset(' ()<>[]:;,@\\"')
"""Specials of RFC 5322 3.2.3: they need quotes, and quoted local parts are refused."""


def sign_in_key(text: str) -> str:
    """Return the key of what a person typed at the sign-in page: a login's, or with an at sign an e-mail's.

    Asks less than `Login.parse` does (any mix of scripts), so that a rule that grows stricter locks nobody out.
    Raises `InvalidValue` with field `login`; a text that cannot be a key belongs to nobody.
    """
    if not isinstance(text, str):
        raise InvalidValue(field="login", problem="not_text")
    if "@" in text[:LONGEST_EMAIL]:
        return email_key(text, field="login")
    return login_key(text)


def login_key(text: str) -> str:
    """Return the key of a login without an at sign; a key's key is itself.

    Raises `InvalidValue`: `not_text`, `too_long`, `empty`, `surrogate`, `control`, `bidi`, `invisible`, `unassigned`,
    `characters`.
    """
    bounded(text, field="login", longest=LONGEST_LOGIN)
    key = username_key(text, field="login")
    if "@" in key:
        raise InvalidValue(field="login", problem="characters")
    return bounded(key, field="login", longest=LONGEST_LOGIN)


def username_key(text: str, *, field: str) -> str:
    """Apply UsernameCaseMapped (RFC 8265 3.3) to a text of bounded length, and two rules that make it stricter.

    No joiners: RFC 8264 allows them in some contexts, where they are as invisible as anywhere else. No combining mark
    in first place: it would sit on whatever is shown before the login. Raises `InvalidValue` as `login_key` does.
    """
    if text.isascii() and text.isprintable() and text and " " not in text:
        return text.lower()  # RFC 8264 9.11: 0x21 to 0x7E are valid; no other step of the profile touches ASCII
    return _slow_username_key(text, field=field)


def _slow_username_key(text: str, *, field: str) -> str:
    refuse_hidden(text, field=field)
    if not text:
        raise InvalidValue(field=field, problem="empty")
    try:
        key = _username_case_mapped().enforce(text)
    except UnicodeEncodeError as error:
        problem = {"DISALLOWED/bidi_rule": "bidi", "DISALLOWED/unassigned": "unassigned"}.get(
            error.reason, "characters"
        )
        raise InvalidValue(field=field, problem=problem) from None
    if unicodedata.category(key[0])[0] == "M" or not JOINERS.isdisjoint(key):
        raise InvalidValue(field=field, problem="characters")
    return key


@cache
def _username_case_mapped() -> Profile:
    """Load the profile at its first use: few processes ever see a login outside ASCII."""
    from precis_i18n import get_profile

    return get_profile("UsernameCaseMapped")


def email_key(text: str, *, field: str = "email") -> str:
    """Return the key of an e-mail address: local part by UsernameCaseMapped, domain in lower case and in Unicode.

    A minimal check, meant for addresses that will be proven: one at sign, a dot-atom or its UTF-8 cousin (RFC 6531)
    before it, a host name of two labels or more after it. Dots and plus signs stay: what they mean is known to one
    provider only. Raises `InvalidValue`: `not_text`, `too_long`, `empty`, `syntax`, and what `login_key` raises.
    """
    bounded(text, field=field, longest=LONGEST_EMAIL)
    if not text:
        raise InvalidValue(field=field, problem="empty")
    refuse_hidden(text, field=field)
    parts = text.split("@")
    if len(parts) != 2:
        raise InvalidValue(field=field, problem="syntax")
    typed, domain = parts
    local = _local_part(typed, field=field)
    labels = [_label(label, field=field) for label in domain.split(".")]
    if len(labels) < 2 or labels[-1].isdecimal():  # an address of numbers is no host name (RFC 3696 2)
        raise InvalidValue(field=field, problem="syntax")
    octets = max(_octets(typed), _octets(local)) + len(".".join(map(_ascii_form, labels))) + 1
    if octets > LONGEST_EMAIL:
        raise InvalidValue(field=field, problem="too_long", limit=LONGEST_EMAIL)
    return f"{local}@{'.'.join(labels)}"


def _local_part(typed: str, *, field: str) -> str:
    if not typed:
        raise InvalidValue(field=field, problem="syntax")
    key = username_key(typed, field=field)
    if not _NOT_IN_LOCAL_PART.isdisjoint(key) or "" in key.split("."):
        raise InvalidValue(field=field, problem="syntax")
    if max(_octets(typed), _octets(key)) > LONGEST_LOCAL_PART:  # a lower-case letter can be longer than its capital
        raise InvalidValue(field=field, problem="too_long", limit=LONGEST_LOCAL_PART)
    return key


def _label(typed: str, *, field: str) -> str:
    """Return one label of a domain as people read it: `xn--` decoded, lower case, NFC (RFC 5890 2.3.2.1 U-label)."""
    if not typed or len(typed) > LONGEST_LABEL:
        raise InvalidValue(field=field, problem="syntax")
    label = username_key(typed, field=field)
    if label.startswith("xn--"):
        label = _decoded(label, field=field)
    elif label.isascii():
        if not _ASCII_LABEL.fullmatch(label):
            raise InvalidValue(field=field, problem="syntax")
        return label
    hyphens = label.startswith("-") or label.endswith("-") or label[2:4] == "--"  # RFC 5891 4.2.3.1
    letters = all(letter == "-" or unicodedata.category(letter)[0] in "LMN" for letter in label)
    if hyphens or not letters or len(_ascii_form(label)) > LONGEST_LABEL:
        raise InvalidValue(field=field, problem="syntax")
    return label


def _decoded(label: str, *, field: str) -> str:
    """Return the Unicode form of an `xn--` label, if the label is the one way to write it: one domain, one key."""
    try:
        decoded = label[4:].encode("ascii").decode("punycode")
        if not decoded.isascii() and _ascii_form(decoded) == label and username_key(decoded, field=field) == decoded:
            return decoded
    except (UnicodeError, InvalidValue):
        pass
    raise InvalidValue(field=field, problem="syntax")


def _ascii_form(label: str) -> str:
    return label if label.isascii() else "xn--" + label.encode("punycode").decode("ascii")


def _octets(text: str) -> int:
    return len(text.encode())
