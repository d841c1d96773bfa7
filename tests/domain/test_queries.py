"""Finding people: whom a query names, which words find whom. That every repository finds the same is the kit's."""

from __future__ import annotations

import pytest
from hypothesis import given

from subaccounts.domain import fields as f
from subaccounts.domain.email import Email
from subaccounts.domain.fields import FieldValue
from subaccounts.domain.life import State
from subaccounts.domain.queries import LONGEST_SEARCH, PeopleCursor, PeopleQuery, matches, search_text, search_words
from subaccounts.errors import InvalidValue
from subaccounts.testing import builders as a
from subaccounts.testing.strategies import hostile_text, names

ANNA = a.sub_account(
    login="Anna.K",
    profile=a.profile(
        {
            f.FULL_NAME: "Анна Коваль-Ґудзь",
            f.POSITION: "Старший касир",
            f.EMAIL: Email.parse("A.Koval@Example.com"),
            f.DEPARTMENTS: frozenset({a.department_id(1), a.department_id(2)}),
        }
    ),
)


def found(text: str) -> bool:
    return matches(ANNA, PeopleQuery(organization=a.OURS, words=search_words(text)))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "anna",
        "ANNA.k",
        "анна",
        "ков",
        "КОВАЛЬ-ҐУДЗЬ",
        "кас ст",
        "a.koval@example.com",
        "a.kov анн",
        "ａｎｎａ",
    ],
)
def test_words_that_find(text: str) -> None:
    """Each word begins a word of login, name, position or e-mail, in any order, case and width."""
    assert found(text)


@pytest.mark.parametrize("text", ["nna", "оваль", "koval", "anna boris", "example.com", "ґудзь", "анна%", "_нна", "*"])
def test_words_that_do_not(text: str) -> None:
    """The middle of a word finds nobody, one wrong word is enough, and no letter is a wild card."""
    assert not found(text)


@given(hostile_text())
def test_any_text_is_some_words(text: str) -> None:
    """Whatever is typed, it is at most eight words of the first 200 letters, and asking for them twice is the same."""
    words = search_words(text)
    assert len(words) <= 8
    assert words == search_words(" ".join(words))[: len(words)] or len(text) > LONGEST_SEARCH
    found(text)


def test_how_much_is_looked_for() -> None:
    """Eight words are looked for, of the first 200 letters; what is beyond is not."""
    assert tuple("abcdefgh") == search_words("a b c d e f g h i j")
    assert ("a" * LONGEST_SEARCH,) == search_words("a" * (LONGEST_SEARCH + 1))


@given(names())
def test_a_person_is_found_by_the_own_name(name: str) -> None:
    """Every word of a name finds its bearer."""
    person = a.sub_account(profile=a.profile({f.FULL_NAME: name}))
    for word in search_words(name):
        assert matches(person, PeopleQuery(organization=a.OURS, words=(word,)))


def test_a_word_is_kept_once() -> None:
    """Login and key are often one word, and it is stored once."""
    assert " anna" == search_text(a.sub_account(login="anna", profile=a.profile({})))


def test_no_words_find_everybody() -> None:
    """A query without words, account, departments is of the organization."""
    assert matches(ANNA, PeopleQuery(organization=a.OURS))
    assert not matches(ANNA, PeopleQuery(organization=a.THEIRS))


@pytest.mark.parametrize(
    ("departments", "expected"),
    [(None, True), (frozenset({1}), True), (frozenset({2, 3}), True), (frozenset({3}), False), (frozenset(), False)],
)
def test_departments_narrow(departments: frozenset[int] | None, expected: bool) -> None:
    """One department in common is enough; naming none at all finds nobody."""
    asked = None if departments is None else frozenset(map(a.department_id, departments))
    assert expected is matches(ANNA, PeopleQuery(organization=a.OURS, departments=asked))


def test_an_account_narrows() -> None:
    """Only who lives under the account is found."""
    assert matches(ANNA, PeopleQuery(organization=a.OURS, account=a.account_id(1)))
    assert not matches(ANNA, PeopleQuery(organization=a.OURS, account=a.account_id(2)))


@pytest.mark.parametrize("state", State)
def test_states_narrow(state: State) -> None:
    """Everybody but the deleted is found unless states are named, and then exactly those."""
    person = a.sub_account(state=state)
    assert (state is not State.DELETED) is matches(person, PeopleQuery(organization=a.OURS))
    assert matches(person, PeopleQuery(organization=a.OURS, states=frozenset({state})))
    assert not matches(person, PeopleQuery(organization=a.OURS, states=frozenset(State) - {state}))


@pytest.mark.parametrize(
    ("values", "text"),
    [({}, " x"), ({f.POSITION: "Head of IT"}, " x head of it"), ({f.GIVEN_NAME: "A", f.FAMILY_NAME: "B"}, " x a b")],
)
def test_what_a_person_is_found_by(values: dict[str, FieldValue], text: str) -> None:
    """The search text is what is known, folded, one space before each word."""
    assert text == search_text(a.sub_account(login="x", profile=a.profile(values)))


@pytest.mark.parametrize(
    ("login_key", "problem"),
    [
        ("anna", None),
        ("k" * 254, None),
        ("\u0378nna", None),
        ("k" * 255, "too_long"),
        ("", "empty"),
        ("\ud7ffnna", None),
        ("\ud800nna", "characters"),
        ("anna\udfff", "characters"),
        ("\ue000nna", None),
    ],
)
def test_where_a_page_can_begin(login_key: str, problem: str | None) -> None:
    """A page begins after any login that could be stored, by another version of Unicode too, and after nothing else."""
    if problem is None:
        assert login_key == PeopleCursor(login_key=login_key, id="anna").login_key
        return
    with pytest.raises(InvalidValue) as refusal:
        PeopleCursor(login_key=login_key, id="anna")
    assert ("after", problem) == (refusal.value.field, refusal.value.problem)


def test_a_page_begins_after_somebody() -> None:
    """The id of the last person of a page is one, or refused by the same name."""
    with pytest.raises(InvalidValue) as refusal:
        PeopleCursor(login_key="anna", id="")
    assert ("after", "empty") == (refusal.value.field, refusal.value.problem)
