"""Targets for the texts people and hosts write: logins, addresses, names, identifiers, lists, searches."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib import import_module
from pkgutil import walk_packages
from typing import Any, Final

import attrs

import subaccounts
from subaccounts import AddPeople, Email, HostAccount, Language, Login, Phone, System
from subaccounts.commands.adding import MOST_PASTED
from subaccounts.domain import adding
from subaccounts.domain.adding import MOST_LINES
from subaccounts.domain.confusables import skeleton
from subaccounts.domain.fields import FULL_NAME
from subaccounts.domain.language import LONGEST_LANGUAGE
from subaccounts.domain.phone import LONGEST_PHONE_TEXT, is_country
from subaccounts.domain.queries import LONGEST_SEARCH, PeopleQuery, matches, search_words
from subaccounts.domain.sign_in_key import LONGEST_EMAIL, LONGEST_LOGIN, sign_in_key
from subaccounts.domain.text import clean_text, hidden_problem
from subaccounts.errors import InvalidValue, TooMany
from subaccounts.testing import builders, specimens
from subaccounts.wire import dumps, loads
from tests.fuzz.oracle import tried
from tests.fuzz.target import Target, bytes_of, text_of, texts_of

LOGINS: Final = (
    "anna", "Anna.B", "kassa-1", "ганна", "Ґанна1", "каса№1", "李小龍", "محمد", "ᏣᎳᎩ", "ａｎｎａ", "İstanbul", "straße",
    "ﬁle", "ann\u0430", "an\u202ena", "an\u200dna", "\u0301anna", "i\u0323\u0307", "ǆ", "\u212b", "a@b.example",
    "Zoë@Пошта.укр", "a@xn--80akhbyknj4f.com", "\uff20", "a\uff20b.example", "x" * 64, "x" * 65,
)  # fmt: skip
EMAILS: Final = (
    *LOGINS, "a.b+c@example.com", "A@EXAMPLE.COM", "a@xn--bcher-kva.example", "a@\uff58\uff4e--a.example", "a@b",
    "a@1.2.3.4", '"a"@b.example', "a@-b.example", "a@b-.example", "a@ab--c.example", f"{'l' * 64}@b.example",
    f"a@{'b' * 63}.example", f"a@{'.'.join(['b' * 49] * 5)}", "a@b．example", "é@é.example", "e\u0301@e\u0301.example",
)  # fmt: skip
PHONES: Final = (
    "+380441234567",
    "00380 44 123-45-67",
    "+1 (212) 555.0100",
    "+1 876 555 0100",
    "+77011234567",
    "+44 (0)20 7946",
    "+٣٨٠",
    "+0",
    "044",
)
LANGUAGES: Final = ("uk", "ZH-hant-tw", "es-419", "sr-Latn-RS", "e", "en_GB", "uk-", "ı" * 3, "kſ")


def judge_login(data: bytes) -> None:
    """A login's key is its own key and compares as it promises; its skeleton is its own skeleton."""
    text = text_of(data)
    held, refusal = tried(lambda: Login.parse(text), fields={"login"})
    key, unknown = tried(lambda: sign_in_key(text), fields={"login"})
    if len(text) > LONGEST_EMAIL:
        assert ("too_long", "too_long") == (refusal.problem, unknown.problem)
    if held is None:
        return
    assert (text, key) == (held.text, held.key)
    assert held.key == sign_in_key(held.key), "a key's key is itself"
    assert held.skeleton == skeleton(held.key) == skeleton(held.skeleton), "a skeleton's skeleton is itself"
    assert len(held.key) <= (LONGEST_EMAIL if "@" in held.key else LONGEST_LOGIN)
    assert len(held.skeleton) <= 18 * len(held.key)
    assert not any(map(hidden_problem, held.key)), "nothing in a key is unseen"
    assert " " not in held.key
    assert held == loads(Login, dumps(held))
    _same_however_composed(text, held.key, sign_in_key)


def judge_email(data: bytes) -> None:
    """An address has one key, which is an address and its own key; its mask shows one letter of the mailbox."""
    text = text_of(data)
    held, refusal = tried(lambda: Email.parse(text), fields={"email"})
    if len(text) > LONGEST_EMAIL:
        assert "too_long" == refusal.problem
    if held is None:
        return
    assert (text, held.key) == (held.text, Email.parse(held.key).key)
    assert held.key == sign_in_key(text), "an address is the same key wherever it is typed"
    local, _, domain = held.key.partition("@")
    assert 1 <= len(local.encode()) <= 64
    assert all(0 < len(label) <= 63 for label in domain.split("."))
    assert "." in domain
    typed = text.partition("@")
    assert (typed[0][:1] if len(typed[0]) > 1 else "") + "***@" + typed[2] == held.masked
    assert held == loads(Email, dumps(held))
    _same_however_composed(text, held.key, lambda other: Email.parse(other).key)


def judge_phone(data: bytes) -> None:
    """A number has the digits that were typed and nothing else, is its own number and of one country, and its mask hides
    some of it."""
    text = text_of(data)
    held, refusal = tried(lambda: Phone.parse(text), fields={"phone"})
    if len(text) > LONGEST_PHONE_TEXT:
        assert "too_long" == refusal.problem
    if held is None:
        return
    assert held == Phone.parse(held.e164) == loads(Phone, dumps(held))
    assert re.fullmatch(r"\+[1-9][0-9]{6,14}", held.e164, re.ASCII)
    typed = "".join(letter for letter in text if letter in "0123456789")
    assert held.e164[1:] in (typed, typed.removeprefix("00"))
    assert len(held.e164) == len(held.masked)
    assert held.masked.count("*") >= 2
    assert held.e164.startswith(f"+{held.country}")
    assert is_country(held.country)


def judge_language(data: bytes) -> None:
    """A language differs from what was typed in its case only, and is its own language."""
    text = text_of(data)
    held, refusal = tried(lambda: Language.parse(text), fields={"language"})
    if len(text) > LONGEST_LANGUAGE:
        assert "too_long" == refusal.problem
    if held is not None:
        assert text.isascii()
        assert text.lower() == held.tag.lower()
        assert held == Language.parse(held.tag) == loads(Language, dumps(held))


LENGTHS: Final = ((1, 1), (64, 1), (128, 3), (200, 0), (256, 1), (1000, 1))
"""Longest and shortest of a name, for each first byte of an input."""


def judge_name(data: bytes) -> None:
    """A cleaned name is clean, composed, within its bounds, and the same however its letters were composed."""
    longest, shortest = LENGTHS[data[0] % len(LENGTHS)] if data else LENGTHS[0]
    text = text_of(data[1:])

    def clean(written: str) -> str:
        return clean_text(written, field="name", longest=longest, shortest=shortest)

    held, refusal = tried(lambda: clean(text), fields={"name"})
    if len(text) > longest:
        assert "too_long" == refusal.problem
    if held is None:
        return
    assert held == clean(held)
    assert shortest <= len(held) <= longest
    assert held == unicodedata.normalize("NFC", held) == " ".join(held.split())
    _same_however_composed(text, held, clean)


@cache
def opaque_fields() -> tuple[tuple[str, Any, int], ...]:
    """Return every attribute in the package that holds an opaque text: its place, its validator, its limit."""
    found: dict[str, tuple[str, Any, int]] = {}
    rooms = ("subaccounts.domain.", "subaccounts.commands.", "subaccounts.wire.")  # adapters take what has been parsed
    for module in walk_packages(subaccounts.__path__, "subaccounts.", onerror=lambda _: None):
        for of in vars(import_module(module.name)).values() if module.name.startswith(rooms) else ():
            if isinstance(of, type) and attrs.has(of) and of.__module__ == module.name:
                for each in attrs.fields(of):
                    for rule in _rules(each.validator):
                        place = f"{of.__module__}.{of.__qualname__}.{each.name}"
                        found[place] = (place, rule, _limit(rule))
    return tuple(found[place] for place in sorted(found))


def _rules(validator: Any) -> list[Any]:
    """Return the validators of opaque texts in one: itself, inside `optional`, or one of several."""
    inner = getattr(validator, "validator", validator)
    several = getattr(inner, "_validators", (inner,))
    return [each for each in several if getattr(each, "__qualname__", "").startswith("opaque.")]


def _limit(rule: Any) -> int:
    try:
        rule(None, None, "x" * 100_000)
    except InvalidValue as refusal:
        assert refusal.limit is not None
        return refusal.limit
    raise AssertionError("an opaque text has a limit")


def judge_id(data: bytes) -> None:
    """An id is taken as it is or refused: never empty, never long, never with a letter that cannot be stored."""
    places = opaque_fields()
    text = text_of(data[1:])
    place, rule, limit = places[data[0] % len(places)] if data else places[0]
    _, refusal = tried(lambda: rule(None, None, text), fields={refusal_field(rule)})
    categories = {unicodedata.category(letter) for letter in text if letter != " "}
    unseen = categories & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"}
    if not text:
        assert "empty" == refusal.problem, place
    elif len(text) > limit:
        assert ("too_long", limit) == (refusal.problem, refusal.limit), place
    elif "Cs" in categories or (unseen and not place.endswith("login_key")):
        assert "characters" == refusal.problem, place
    else:
        assert refusal is None, place


def refusal_field(rule: Any, /) -> str:
    """Return the field that a validator of opaque texts names."""
    try:
        rule(None, None, "")
    except InvalidValue as refusal:
        return refusal.field
    raise AssertionError("an opaque text is never empty")


def judge_host_account(data: bytes) -> None:
    """A host account has one way to be written, so that two of them are two."""
    system, *rest = texts_of(data, most=2)
    name = rest[0] if rest else "1"
    held, _ = tried(lambda: HostAccount(system=system, id=name), fields={"host_system", "host_id"})
    if held is not None:
        for text in (system, name):
            assert text == unicodedata.normalize("NFC", text) == " ".join(text.split())
            assert not any(unicodedata.category(letter) == "Cc" for letter in text), "nothing splits its key"
        assert held == loads(HostAccount, dumps(held))


def judge_pasted(data: bytes) -> None:
    """Pasted lines are at most a thousand, none empty; pasting what was read gives the same; each is judged by itself."""
    text = text_of(data)
    actor, account = System(name="fuzz"), builders.account_id()
    held, refusal = tried(
        lambda: AddPeople.pasted(text, actor=actor, account=account),
        fields={"people", "pasted characters"},
        refusals=(TooMany,),
    )
    if held is None:
        assert len(text) > MOST_PASTED or refusal.what == "people"
        return
    logins = [person.login for person in held.people]
    assert len(logins) <= MOST_LINES
    assert all(len(login.splitlines()) == 1 for login in logins)
    assert held == AddPeople.pasted("\r\n".join(logins), actor=actor, account=account)
    lines = adding.parse(held.people)
    assert list(range(1, len(logins) + 1)) == [line.number for line in lines]
    for login, line in list(zip(logins, lines, strict=True))[:30]:
        key, _ = tried(lambda: Login.parse(login), fields={"login"})  # noqa: B023 - used at once
        assert key == line.login


def judge_search(data: bytes) -> None:
    """A search has at most eight words, and whoever types a person's whole name finds that person."""
    text = text_of(data)
    words = search_words(text)
    assert len(words) <= 8
    assert all(word and not any(map(str.isspace, word)) for word in words)
    assert sum(map(len, words)) <= 3 * 18 * LONGEST_SEARCH  # NFKC makes up to 18 letters of one, casefold 3 of each
    name, _ = tried(lambda: clean_text(text, field="search", longest=LONGEST_SEARCH), fields={"search"})
    if name is not None:
        person = builders.sub_account(profile=builders.profile({FULL_NAME: name}))
        query = PeopleQuery(
            organization=person.id.organization, words=search_words(name), states=frozenset({person.state})
        )
        assert matches(person, query), "a name is found by itself"


def _same_however_composed(text: str, expected: str, parse: Callable[[str], str]) -> None:
    """Assert that the decomposed and the composed text are the same value, unless they are too long to be one."""
    for form in ("NFC", "NFD"):
        try:
            assert expected == parse(unicodedata.normalize(form, text)), f"{form} is somebody else"
        except InvalidValue as refusal:
            assert "too_long" == refusal.problem, form


def _lines() -> Iterator[bytes]:
    yield bytes_of("anna\nboris\r\n\tvera \u2028ганна\x85x\x0b\x1cy\ufeff")
    yield bytes_of("\n".join(f"person-{number}" for number in range(40)))
    yield bytes_of("a\n" * 1001)
    yield bytes_of("\n".join(specimens.TEXTS))


def _named() -> Iterator[bytes]:
    for number in range(len(LENGTHS)):
        yield from (
            bytes([number]) + bytes_of(text) for text in (*specimens.TEXTS, "葛\U000e0100城", "a\u200db", "\u0958")
        )


def _ids() -> Iterable[bytes]:
    texts = ("acme", "019cae2e-5c00-7000-8000-000000000001", "a b", "a\x1fb", "\u0378", "x" * 201, *specimens.TEXTS)
    return [bytes([number]) + bytes_of(text) for number in range(len(opaque_fields())) for text in texts]


def _all(texts: Iterable[str]) -> Callable[[], Iterable[bytes]]:
    return lambda: [bytes_of(text) for text in texts]


TARGETS: Final = (
    Target(name="login", judge=judge_login, seeds=_all((*LOGINS, *specimens.TEXTS)), words=LOGINS),
    Target(
        name="email", judge=judge_email, seeds=_all((*EMAILS, *specimens.TEXTS)), words=("@xn--", ".укр", "é", "\uff20")
    ),
    Target(name="phone", judge=judge_phone, seeds=_all(PHONES), words=("+", "00", "(0", "\u2011"), longest=64),
    Target(name="language", judge=judge_language, seeds=_all(LANGUAGES), longest=32),
    Target(name="name", judge=judge_name, seeds=_named, words=("\u200d", "\ufe0f", "\U000e0100", "\u0301", "\u3000")),
    Target(name="id", judge=judge_id, seeds=_ids, longest=300),
    Target(
        name="host_account",
        judge=judge_host_account,
        seeds=lambda: [bytes_of("crm", text) for text in specimens.TEXTS],
        words=("\u0301", "\u212b", "\u2000"),
    ),
    Target(name="pasted", judge=judge_pasted, seeds=_lines, words=("\n", "\u2028", "\x85", "\ufeff"), longest=2100),
    Target(name="search", judge=judge_search, seeds=_all((*specimens.TEXTS, "ΐ\u0345", "\ufdfa", "ǰ", "İ", "ẞ", "¨a"))),
)
