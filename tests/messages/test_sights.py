"""Why somebody sees something, in words: every fact has a sentence in every language, filled with names, for a person to hear.

The sentences are in files for a person to read: `sights/<language>.txt`, written anew by `SUBACCOUNTS_WRITE_SNAPSHOTS=1`.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from subaccounts import ApplicationId, ExplainedSight, Label, Language
from subaccounts.domain.audience import MOST_NAMED, Audience, Ungrouped
from subaccounts.domain.explained import nameless
from subaccounts.domain.fields import Kind
from subaccounts.domain.ids import GroupId
from subaccounts.domain.resource import Resource
from subaccounts.domain.viewer import Apart, Viewer
from subaccounts.domain.visibility import Fact, Half, Sight, Why, explain
from subaccounts.locale import LANGUAGES
from subaccounts.messages import sight_sentences
from subaccounts.messages import sight_words as words
from subaccounts.testing import builders as a
from subaccounts.testing import groups as g
from tests.domain.test_visibility import RESOURCES, UNGROUPED, VIEWERS

HOME: Final = Path(__file__).parent / "sights"
SCHOOL: Final = {g.application_id(): "School"}
NAMES: Final = {
    "en": ("Safety at work", "Sales", "Partners"),
    "da": ("Sikkerhed på arbejdet", "Salg", "Partnere"),
    "ru": ("Охрана труда", "Продажи", "Партнёры"),
}
every_language = pytest.mark.parametrize("language", LANGUAGES)


def told(sight: Sight, *labels: Label, name: str = "Safety at work", language: str = "en") -> tuple[str, ...]:
    """Return the sentences about a sight of a course."""
    explained = ExplainedSight(sight=sight, resource=g.resource_id(), name=name, labels=labels)
    return sight_sentences(explained, language=Language(tag=language), applications=SCHOOL)


def one(fact: Fact) -> Sight:
    """Return a sight of one fact."""
    return Sight(visible=fact.holds, facts=(fact,))


def about(why: Why) -> tuple[GroupId | ApplicationId, ...]:
    """Return what a fact of this kind is about."""
    opens = {Why.OPEN_TO_EMPLOYEES, Why.OPENED_BY_GROUP, Why.NOT_OPENED_BY_GROUP}
    return (g.application_id(),) if why in opens else (g.group_id(1), g.group_id(2))


def everything(language: str) -> str:
    """Return every sentence of a language, as a person hears it."""
    name, *groups = NAMES[language]
    labels = [Label(of=g.group_id(number), name=each) for number, each in enumerate(groups, 1)]
    lines: list[str] = []
    for why, holds in words.FACTS:
        fact = Fact(half=Half.AUDIENCE, why=why, holds=holds, about=about(why))
        lines += [f"{why.value}:", *(f"    {each}" for each in told(one(fact), *labels, name=name, language=language))]
    for apart in Apart:
        out = Fact(half=Half.AUDIENCE, why=Why.IN_NO_GROUP, holds=False, about=(), apart=((g.group_id(1), apart),))
        lines += [f"{apart.value}:", f"    {told(one(out), *labels, name=name, language=language)[-1]}"]
    many = tuple(map(g.group_id, range(1, 34)))
    fact = Fact(half=Half.AUDIENCE, why=Why.IN_GROUP, holds=True, about=many)
    numbered = [Label(of=each, name=f"{number:02}") for number, each in enumerate(many, 1)]
    lines += ["many:", f"    {told(one(fact), *numbered, name=name, language=language)[-1]}"]
    return "\n".join(lines) + "\n"


@every_language
def test_every_sentence_reads_as_it_was_reviewed(language: str) -> None:
    """Each sentence of a language is what its file says."""
    path, expected = HOME / f"{language}.txt", everything(language)
    if os.environ.get("SUBACCOUNTS_WRITE_SNAPSHOTS"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(expected, encoding="utf-8", newline="\n")
    assert expected == path.read_text(encoding="utf-8")


@every_language
@given(viewer=VIEWERS, resource=RESOURCES, ungrouped=UNGROUPED)
def test_whatever_is_found_has_a_sentence(
    language: str, viewer: Viewer, resource: Resource, ungrouped: Ungrouped
) -> None:
    """Of whatever the rule finds, there is the verdict and a sentence for each fact, with all names and no place left open."""
    sight = explain(viewer, resource, ungrouped)
    labels = [Label(of=each, name=f"the {each.kind} {each.value[-1]}") for each in nameless(sight)]
    verdict, *because = told(sight, *labels, language=language)
    assert len(sight.facts) + sum(len(fact.apart) for fact in sight.facts) == len(because)
    text = "\n".join((verdict, *because))
    assert "$" not in text
    for label in labels:
        assert label.name in text


def test_every_fact_has_words() -> None:
    """Every kind of fact, and every reason why a membership does not count, is among the words."""
    assert set(Why) == {why for why, _ in words.FACTS}
    assert set(Apart) == set(words.MEMBERSHIPS)
    both = {why for why in Why if {(why, True), (why, False)} <= words.FACTS.keys()}
    assert {Why.NOBODY_NAMED_EMPLOYEES} == both


@every_language
def test_every_sentence_is_different(language: str) -> None:
    """No two facts are told in the same words: what is to be mended can be told from each."""
    lines = [line for line in everything(language).splitlines() if line.startswith("    ")]
    verdicts = {
        told(Sight(visible=seen, facts=()), name=NAMES[language][0], language=language)[0] for seen in (True, False)
    }
    facts = [line for line in lines if line.strip() not in verdicts]
    assert 2 == len(verdicts)
    assert len(words.FACTS) + len(Apart) + 1 == len(facts) == len(set(facts))


def test_as_it_is_read_to_somebody() -> None:
    """A support person reads: whether, and why, with groups by their names and what was not accepted yet."""
    audience = Audience(groups=frozenset({g.group_id(1), g.group_id(2)}))
    viewer = g.viewer(kind=Kind.EXTERNAL, apart={g.group_id(2): Apart.INVITED})
    sight = explain(viewer, g.resource(audience=audience, application=g.application_id()), Ungrouped.NOBODY)
    labels = (Label(of=g.group_id(1), name="Sales"), Label(of=g.group_id(2), name="Partners"))
    assert (
        'You do not see "Safety at work".',
        (
            '"Safety at work" is part of School. From outside you can open that only through a group, and no group of yours'
            " opens it for you."
        ),
        'You are in no group that "Safety at work" is shown to: Partners, Sales.',
        'You were invited to the group "Partners" and have not accepted yet.',
    ) == told(sight, *labels)


@pytest.mark.parametrize(
    ("tag", "verdict"),
    [
        ("en-GB", 'You see "Course".'),
        ("da-GL", "Du kan se »Course«."),
        ("ru-UA", "Вы видите «Course»."),
        ("pl", 'You see "Course".'),
    ],
)
def test_the_readers_language(tag: str, verdict: str) -> None:
    """Who reads a region's form of a language reads the wider one; whose language does not come along reads English."""
    assert (verdict,) == told(Sight(visible=True, facts=()), name="Course", language=tag)


def test_english_unless_said() -> None:
    """Without a language it is English, and an application without a name is told by its id."""
    fact = Fact(half=Half.APPLICATION, why=Why.OPENED_BY_GROUP, holds=True, about=(g.application_id(7),))
    explained = ExplainedSight(sight=one(fact), resource=g.resource_id(), name="Course")
    assert (
        'You see "Course".',
        f'"Course" is part of {a.value(7)}, which a group of yours opens for you.',
    ) == sight_sentences(explained)


@given(st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=20))
def test_a_name_is_only_a_name(name: str) -> None:
    """Whatever something is called, it is put in as it is, and never looked at as words of ours."""
    fact = Fact(half=Half.AUDIENCE, why=Why.IN_GROUP, holds=True, about=(g.group_id(1),))
    assert (
        f'You see "{name}".',
        f'You are in a group that "{name}" is shown to: {name}.',
    ) == told(one(fact), Label(of=g.group_id(1), name=name), name=name)


@pytest.mark.parametrize(
    ("many", "ending"), [(1, ": 00."), (10, "08, 09."), (11, "08, 09 and 1 more."), (12, "and 2 more.")]
)
def test_many_names(many: int, ending: str) -> None:
    """Ten names are told, of the others how many they are; a thousand make a sentence no longer."""
    ids = tuple(map(g.group_id, range(1, many + 1)))
    fact = Fact(half=Half.AUDIENCE, why=Why.IN_NO_GROUP, holds=False, about=ids)
    labels = [Label(of=each, name=f"{number:02}") for number, each in enumerate(ids)]
    assert told(one(fact), *labels)[-1].endswith(ending)


def test_a_group_that_is_told_of_once() -> None:
    """A group that would open the application and is named too is told of at the first; what it says is said once."""
    group = g.group_id(1)
    viewer = g.viewer(kind=Kind.EXTERNAL, apart={group: Apart.LEFT}, withheld={group: frozenset({g.application_id()})})
    course = g.resource(audience=Audience(groups=frozenset({group})), application=g.application_id())
    lines = told(explain(viewer, course, Ungrouped.NOBODY), Label(of=group, name="Sales"))
    assert 4 == len(lines)
    assert 'You are not in the group "Sales" any more.' == lines[2]


def test_many_memberships() -> None:
    """Of a thousand groups that somebody left ten are told of."""
    ids = tuple(map(g.group_id, range(MOST_NAMED)))
    fact = Fact(
        half=Half.AUDIENCE, why=Why.IN_NO_GROUP, holds=False, about=ids, apart=tuple((each, Apart.LEFT) for each in ids)
    )
    assert 2 + 10 == len(told(one(fact)))
    assert 2 + 3 == len(told(one(evolve(fact, apart=fact.apart[:3]))))
