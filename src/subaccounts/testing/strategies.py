"""Hypothesis strategies for the values of this package, for tests of hosts and adapters.

What a strategy draws is valid, except `hostile_text`. This needs Hypothesis (`pip install subaccounts[testing]`), so it is
imported by its own name.
Strategies for records and events do not belong here, nor anything that opens a repository.
"""

from __future__ import annotations

from typing import Final

from .._extra import from_extra
from ..domain.email import Email
from ..domain.fields import LONGEST_TEXT
from ..domain.identity import LONGEST_ISSUER, LONGEST_SUBJECT, Identity
from ..domain.language import Language
from ..domain.login import Login
from ..domain.phone import Phone
from ..domain.secret import Secret
from ..domain.text import clean_text, hidden_problem

with from_extra("testing"):
    from hypothesis import strategies as st
    from hypothesis.strategies import SearchStrategy

__all__ = [
    "email_texts",
    "emails",
    "hostile_text",
    "identities",
    "languages",
    "login_texts",
    "logins",
    "names",
    "passwords",
    "phone_texts",
    "phones",
]

_ALPHABETS: Final = (
    "abcdefghijklmnopqrstuvwxyz",
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "a\u00e4\u00e5\u00e6b\u00e7d\u00f0e\u00e9fghi\u0131klmn\u00f1o\u00f6\u00f8prs\u00dftuv\u00fcxyz\u00fe",
    "\u0430\u0431\u0432\u0433\u0434\u0435\u0436\u0437\u0438\u0456\u0457\u0454\u0491\u043a\u043e\u0440\u0441\u0443\u0445",
    "\u0410\u0411\u0412\u0415\u0406\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u0425",
    "\u03b1\u03b2\u03b3\u03b5\u03ba\u03bf\u03c1\u03c3\u03c5\u03c7",
    "\u4e00\u4e8c\u4e09\u306e\u308a\u30ab\u30bf",
    "\u05d0\u05d1\u05d2\u05d5\u05e1",
    "\u0915\u0916\u0917\u0928\u092e",
)
"""One alphabet a login, since a login keeps to one script: Latin, accented Latin, Cyrillic, Greek, Japanese, Hebrew,
Devanagari; both cases, and letters that look alike."""

_NAMES: Final = (
    "Anna",
    "Anna Kowalska-Nowak",
    "Bj\u00f8rn \u00c5strand",
    "\u0406\u0432\u0430\u043d \u041f\u0435\u0442\u0440\u0435\u043d\u043a\u043e",
    "O'Brien",
    "\u738b\u5c0f\u660e",
    "\u845b\U000e0100\u57ce",
    "\u092a\u094d\u0930\u0915\u093e\u0936 \u0936\u094d\u0930\u0947\u0937\u094d\u200d\u0920",
    "\u0645\u0647\u062f\u06cc \u0645\u06cc\u200c\u0631\u0632\u0627",
    "\u05d3\u05d5\u05d3",
)
"""Names as they occur, with joiners and variation selectors where their languages write them."""

_HOSTILE: Final = (
    *("", " ", "\x00", "a\x00b", "\r\nBcc: x@example.com", "\t", "\x1b[31m", "\x85", "\u2028"),
    *("\ud800", "a\udfffb", "\ufeffa", "a\u200bb", "a\u00adb", "a\u202eb", "\u2066a", "\u034f", "\ufffe", "\ue000"),
    *(
        "' OR 1=1 --",
        '"; DROP TABLE x',
        "%s%n",
        "{0.__class__}",
        "$" + "{7*7}",
        "{{7*7}}",
        "<script>",
        "=1+1",
        "@SUM(A1)",
    ),
    *("\u0430dmin", "m\u0131ke", "stra\u00dfe", "\u0130van", "\u212a", "\ufb01le", "\uff21\uff24\uff2d\uff29\uff2e"),
    *("a" * 5_000, "\u0301\u0316" * 2_000, "a\u0301" * 32, "\U0001f469\u200d\U0001f4bb", "null", "None", "NaN", "-1"),
)
"""What breaks parsers, stores, spreadsheets, headers and templates."""


def login_texts() -> SearchStrategy[str]:
    """Draw texts that `Login.parse` accepts: one script with ASCII digits and signs, sometimes an e-mail address."""

    def of_alphabet(letters: str) -> st.SearchStrategy[str]:
        """Begin and end with a letter, as the bidi rule asks of right-to-left logins (RFC 5893 2)."""
        ends = st.sampled_from(letters)
        return st.builds("{}{}{}".format, ends, st.text(letters + "0123456789._-", max_size=30), ends)

    return st.one_of([of_alphabet(letters) for letters in _ALPHABETS] + [email_texts()])


def logins() -> SearchStrategy[Login]:
    """Draw logins."""
    return login_texts().map(Login.parse)


def email_texts() -> SearchStrategy[str]:
    """Draw texts that `Email.parse` accepts, in both cases and with international domains in both forms."""
    atoms = st.text("abcdXYZ0189!#$%&'*+-/=?^_`{|}~", min_size=1, max_size=12)
    local = st.lists(atoms, min_size=1, max_size=4).map(".".join)
    labels = st.from_regex(r"[a-zA-Z0-9]([a-zA-Z0-9-]{0,8}[a-zA-Z0-9])?", fullmatch=True).filter(
        lambda label: label[:4].lower() != "xn--"
    )
    ends = st.sampled_from(
        [
            "com",
            "ORG",
            "example.com",
            "xn--strae-oqa.de",
            "stra\u00dfe.de",
            "\u043f\u043e\u0448\u0442\u0430.\u0443\u043a\u0440",
        ]
    )
    return st.builds("{}@{}.{}".format, local, labels, ends)


def emails() -> SearchStrategy[Email]:
    """Draw e-mail addresses."""
    return email_texts().map(Email.parse)


def phone_texts() -> SearchStrategy[str]:
    """Draw texts that `Phone.parse` accepts, with and without separators."""

    def written(digits: str, prefix: str, separator: str) -> str:
        return prefix + separator.join([digits[:3], digits[3:5], digits[5:]])

    digits = st.from_regex(r"[1-9][0-9]{6,14}", fullmatch=True)
    return st.builds(written, digits, st.sampled_from(["+", "00", "+ "]), st.sampled_from(["", " ", "-", ".", ") "]))


def phones() -> SearchStrategy[Phone]:
    """Draw telephone numbers."""
    return phone_texts().map(Phone.parse)


def languages() -> SearchStrategy[Language]:
    """Draw languages, known ones more often than tags of the right shape."""
    shaped = st.from_regex(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?", fullmatch=True)
    known = st.sampled_from(["en", "uk", "da", "de", "ru", "en-GB", "zh-Hant", "sr-Latn-RS", "es-419"])
    return (known | shaped).map(Language.parse)


def identities() -> SearchStrategy[Identity]:
    """Draw company accounts: issuers by URL or name, subjects of any printable letters, now and then as long as they can be."""
    letters = st.characters(categories=("L", "N", "P", "S"))
    issuers = st.builds(
        "https://{}.example/{}".format, st.from_regex(r"[a-z]{1,8}", fullmatch=True), st.text(letters, max_size=8)
    )
    issuers |= st.sampled_from(
        ["urn:example:idp", "\u043a\u043e\u043c\u043f\u0430\u043d\u0456\u044f", "x" * LONGEST_ISSUER]
    )
    subjects = st.text(letters, min_size=1, max_size=40) | st.sampled_from(
        ["y" * LONGEST_SUBJECT, "Y" * LONGEST_SUBJECT]
    )
    return st.builds(Identity, issuer=issuers, subject=subjects)


def names(*, longest: int = LONGEST_TEXT) -> SearchStrategy[str]:
    """Draw names as `clean_text` leaves them, at most `longest` code points long."""

    def cleaned(text: str) -> str:
        return clean_text(text, field="name", longest=3 * longest, shortest=0)

    letters = st.characters(categories=("L", "Nd", "Zs"), include_characters="-'.").filter(
        lambda letter: hidden_problem(letter) is None
    )
    drawn = st.sampled_from(_NAMES) | st.text(letters, min_size=1, max_size=min(longest, 40)).map(cleaned)
    return drawn.filter(lambda text: 0 < len(text) <= longest)


def hostile_text(*, longest: int = 5_000) -> SearchStrategy[str]:
    """Draw any text a stranger can send, lone surrogates and NUL included; at most `longest` code points long."""
    anything = st.text(st.characters(exclude_categories=()), max_size=min(longest, 80))
    known = st.sampled_from(_HOSTILE).filter(lambda text: len(text) <= longest)
    return known | anything | st.builds("{}{}".format, known, anything).filter(lambda text: len(text) <= longest)


def passwords(*, shortest: int = 15, longest: int = 64) -> SearchStrategy[Secret]:
    """Draw secrets of assigned letters, symbols and spaces; on no blocklist but by a very rare accident."""
    letters = st.characters(categories=("L", "N", "P", "S", "Zs"))
    return st.text(letters, min_size=shortest, max_size=longest).map(Secret)
