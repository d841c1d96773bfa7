"""What is asked about who sees what: which resources and people belong to an answer, and how names are sorted and found."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from subaccounts.domain.audience import Audience, Ungrouped
from subaccounts.domain.resource import LONGEST_NAME_KEY, name_key
from subaccounts.domain.sights import ResourceCursor, ResourceQuery, ViewersQuery, beyond, sees, shown
from subaccounts.domain.viewer import ViewerFacts
from subaccounts.errors import InvalidValue
from subaccounts.testing import NOON
from subaccounts.testing import builders as a
from subaccounts.testing import groups as g

EVERYTHING = ResourceQuery(organization=a.OURS, type="course", viewer=None, ungrouped=Ungrouped.NOBODY)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=6)


@pytest.mark.parametrize(
    ("changes", "belongs"),
    [
        ({}, True),
        ({"type": "cours"}, False),
        ({"organization": a.THEIRS}, False),
        ({"prefix": "cou"}, True),
        ({"prefix": "course 1"}, True),
        ({"prefix": "ours"}, False),
        ({"viewer": g.viewer()}, False),
        ({"viewer": g.viewer(), "ungrouped": Ungrouped.EMPLOYEES}, True),
    ],
)
def test_which_resources_belong(changes: dict[str, Any], belongs: bool) -> None:
    """A resource belongs by its organization, its type, the beginning of its name, and by who looks."""
    assert belongs is shown(g.resource(), evolve(EVERYTHING, **changes))


def test_what_was_removed_belongs_to_no_answer() -> None:
    """Not even to that of somebody who asks for everything."""
    assert not shown(g.resource(removed_at=NOON), EVERYTHING)


@pytest.mark.parametrize(
    ("audience", "belongs"), [(Audience(groups=frozenset({g.group_id()})), True), (Audience(), False)]
)
def test_which_people_belong(audience: Audience, belongs: bool) -> None:
    """A person belongs by the rule of who sees what, as it stands at the moment asked about."""
    facts = ViewerFacts(sub_account=a.sub_account(), memberships=(g.membership(),), groups=(g.group(),))
    query = ViewersQuery(resource=g.resource(audience=audience), ungrouped=Ungrouped.NOBODY, at=NOON)
    assert belongs is sees(facts, query)
    theirs = g.resource(of=a.THEIRS, audience=audience)
    assert not sees(facts, evolve(query, resource=theirs, ungrouped=Ungrouped.EVERYBODY))


def test_names_are_folded() -> None:
    """Case and compatibility forms do not count, and of a long name only its beginning does."""
    assert name_key("ﬁsh ŠTRASSE") == name_key("FISH štraße") == "fish štrasse"
    assert 100 == LONGEST_NAME_KEY == len(name_key("x" * 300))
    assert g.resource(name="Ärzte").name_key == "ärzte"


@given(TEXTS)
def test_folding_twice_is_folding_once(text: str) -> None:
    """What somebody types to find a name is folded as the name was."""
    assert name_key(text) == name_key(name_key(text))


@given(TEXTS, TEXTS)
def test_everything_that_begins_so_lies_before_what_is_beyond(prefix: str, text: str) -> None:
    """A text begins with a prefix just when it lies between the prefix and what is beyond it."""
    end = beyond(prefix)
    assert text.startswith(prefix) is (prefix <= text and (end is None or text < end))
    assert end is None or not (prefix + text >= end)


@pytest.mark.parametrize(
    ("prefix", "end"),
    [
        ("", None),
        ("a", "b"),
        ("a\ud7ff", "a\ue000"),
        ("a\U0010fffe", "a\U0010ffff"),
        (f"a{chr(sys.maxunicode)}", "b"),
        (chr(sys.maxunicode), None),
    ],
)
def test_what_is_beyond(prefix: str, end: str | None) -> None:
    """The last letter is followed by the next that a text can hold, or the one before it is."""
    assert end == beyond(prefix)


def test_a_cursor_stands_behind_a_resource() -> None:
    """It holds what a page is sorted by; its id is an id."""
    assert ResourceCursor(name_key="course 1", id="course/1") == ResourceCursor.at(g.resource())
    assert 241 == len(ResourceCursor(name_key="", id="x" * 241).id)
    with pytest.raises(InvalidValue) as refused:
        ResourceCursor(name_key="", id="x" * 242)
    assert "after" == refused.value.field


def test_a_page_unless_said_otherwise() -> None:
    """A page has fifty rows and begins at the beginning."""
    resources = ResourceQuery(organization=a.OURS, type="course", viewer=None, ungrouped=Ungrouped.EVERYBODY)
    viewers = ViewersQuery(resource=g.resource(), ungrouped=Ungrouped.EVERYBODY, at=NOON)
    assert (50, 50) == (resources.limit, viewers.limit)
    assert (None, None) == (resources.after, viewers.after)
