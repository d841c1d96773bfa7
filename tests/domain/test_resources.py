"""Putting and removing resources: what each line becomes, what is refused of it, what is loud, and what is guarded."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from subaccounts.domain import resources
from subaccounts.domain.audience import NOBODY_NAMED, Audience, Ungrouped
from subaccounts.domain.catalog import CatalogEntry
from subaccounts.domain.decision import Decision, seen
from subaccounts.domain.events import By
from subaccounts.domain.group import Group
from subaccounts.domain.ids import ResourceId, resource_type
from subaccounts.domain.outcome import Outcome
from subaccounts.domain.resource import Resource
from subaccounts.domain.resource_events import ResourceChanged, ResourceMade, ResourceRemoved
from subaccounts.domain.resources import ResourceDraft, ResourceLine, Surroundings
from subaccounts.domain.widening import QUIET, Loud
from subaccounts.errors import FieldRefused, InvalidValue, NotFound, Refusal, TooMany, WidensSight
from subaccounts.testing import NOON
from subaccounts.testing import builders as a
from subaccounts.testing import groups as g
from tests.domain.test_visibility import RESOURCES, UNGROUPED

BOSS = By(kind="host_user", id="boss")
SALES = Audience(groups=frozenset({g.group_id(1)}))
OPEN = g.group(2, allows_external=True, applications=frozenset({g.application_id()}), version=4)
EVERYTHING = frozenset(Loud)


def draft(number: int = 1, **changes: Any) -> ResourceDraft:
    """Return the draft of a course that is shown to the sales people."""
    return evolve(ResourceDraft(id=g.resource_id(number), name=f"Course {number}", audience=SALES), **changes)


def course(number: int = 1, **changes: Any) -> Resource:
    """Return the course of that draft as stored."""
    return g.resource(number, version=3, audience=SALES, **changes)


def around(
    *stored: Resource,
    groups: tuple[Group, ...] = (g.group(1, version=2), OPEN),
    entries: tuple[CatalogEntry, ...] = (),
    ungrouped: Ungrouped = Ungrouped.EVERYBODY,
    kept: frozenset[ResourceId] = frozenset(),
) -> Surroundings:
    """Return what drafts are judged against."""
    return Surroundings(
        organization=a.OURS,
        ungrouped=ungrouped,
        stored={each.id: each for each in stored},
        groups={each.id: each for each in groups},
        entries={each.id: each for each in entries},
        kept=kept,
        now=NOON,
    )


def put(
    *drafts: ResourceDraft, beside: Surroundings | None = None, accepting: frozenset[Loud] = QUIET
) -> Decision[Any]:
    """Decide on drafts."""
    return resources.put(drafts, beside or around(), accepting=accepting, by=BOSS)


def refusal_of(decision: Decision[Any]) -> Refusal:
    """Return why the only line was refused, which writes nothing and tells nothing."""
    (line,) = decision.result
    assert isinstance(line, ResourceLine)
    assert (None, (), (), ()) == (line.outcome, decision.puts, decision.guards, decision.happened)
    assert line.refusal is not None
    return line.refusal


class TestPut:
    """A draft is the whole resource: it is made, changed into that, or it was so already."""

    def test_made(self) -> None:
        """What is not there is made as the draft says, its name cleaned."""
        full = draft(name="  Course\u00a01 ", application=g.application_id(7), hidden_from_external=True, rostered=True)
        made = put(full)
        expected = g.resource(
            1, audience=SALES, application=g.application_id(7), hidden_from_external=True, rostered=True
        )
        assert (expected,) == made.puts
        assert (ResourceLine(number=1, resource=expected.id, outcome=Outcome.MADE),) == made.result
        assert (a.OURS, BOSS) == (made.organization, made.by)
        (told,) = made.happened
        assert (ResourceMade(resource=expected.id), None, None) == (told.what, told.account, told.sub_account)

    @pytest.mark.parametrize(
        ("changes", "named"),
        [
            ({"name": "Another"}, "name"),
            ({"application": g.application_id(9)}, "application"),
            ({"audience": Audience(groups=frozenset({g.group_id(1)}), departments=frozenset())}, None),
            ({"audience": Audience(groups=frozenset({g.group_id(2)}))}, "audience"),
            ({"hidden_from_external": True}, "hidden_from_external"),
            ({"rostered": True}, "rostered"),
        ],
    )
    def test_changed(self, changes: dict[str, Any], named: str | None) -> None:
        """What differs is changed on the version that was read, and the event names it; what does not, writes nothing."""
        then = put(draft(**changes), beside=around(course()), accepting=EVERYTHING)
        if named is None:
            assert ((), (), ()) == (then.puts, then.guards, then.happened)
            assert Outcome.SAME is then.result[0].outcome
            return
        assert (evolve(course(), **changes),) == then.puts
        assert Outcome.CHANGED is then.result[0].outcome
        told = then.happened[0].what
        assert isinstance(told, ResourceChanged)
        assert (course().id, (named,)) == (told.resource, told.changed)

    def test_what_was_removed_comes_back(self) -> None:
        """It is made again, under the version that it was removed with; and whatever opens it is judged anew."""
        gone = evolve(course(), removed_at=NOON)
        assert (course(),) == put(draft(), beside=around(gone)).puts
        refused = refusal_of(put(draft(audience=NOBODY_NAMED), beside=around(evolve(gone, audience=NOBODY_NAMED))))
        assert isinstance(refused, WidensSight)

    def test_lines_are_answered_in_order(self) -> None:
        """Each line is answered under its number, a bad one by itself; the good ones go through together."""
        decision = put(draft(1), draft(2, name=""), draft(1), draft(3), beside=around(course(3)))
        assert [1, 2, 3, 4] == [line.number for line in decision.result]
        assert [g.resource_id(each) for each in (1, 2, 1, 3)] == [line.resource for line in decision.result]
        assert [Outcome.MADE, None, None, Outcome.SAME] == [line.outcome for line in decision.result]
        assert [g.resource_id(1)] == [each.id for each in decision.puts]
        empty, twice = (line.refusal for line in decision.result[1:3])
        assert isinstance(empty, InvalidValue)
        assert isinstance(twice, InvalidValue)
        assert [("name", "empty"), ("resource", "repeated")] == [(e.field, e.problem) for e in (empty, twice)]

    def test_whatever_was_looked_at_is_guarded(self) -> None:
        """The groups that were read, named or opening an application, and the entries that are named."""
        job = a.job_profile(1, version=6)
        audience = Audience(groups=frozenset({g.group_id(1)}), job_profiles=frozenset({job.job_profile}))
        decision = put(draft(audience=audience), beside=around(entries=(job,)))
        assert {seen(g.group(1, version=2)), seen(OPEN), seen(job)} == set(decision.guards)


class TestAudience:
    """What an audience names has to be there, and in use unless it was named before."""

    @pytest.mark.parametrize(
        ("part", "id_of", "made"),
        [
            ("groups", g.group_id, g.group),
            ("departments", a.department_id, a.department),
            ("job_profiles", a.job_profile_id, a.job_profile),
            ("permission_types", a.permission_type_id, a.permission_type),
        ],
    )
    def test_what_is_named(self, part: str, id_of: Any, made: Any) -> None:
        """Unknown, of another organization, and retired are refused by the part; one in use is taken."""
        asked = draft(audience=Audience(**{part: frozenset({id_of(5)})}))

        def beside(*found: Any) -> Surroundings:
            return around(groups=found) if part == "groups" else around(entries=found)

        unknown = refusal_of(put(asked, beside=beside()))
        abroad = refusal_of(
            put(evolve(asked, audience=Audience(**{part: frozenset({id_of(5, of=a.THEIRS)})})), beside=beside(made(5)))
        )
        retired = refusal_of(put(asked, beside=beside(made(5, retired_at=NOON))))
        for refused, why in ((unknown, "unknown"), (abroad, "unknown"), (retired, "retired")):
            assert isinstance(refused, FieldRefused)
            assert (part, why) == (refused.field, refused.why)
        taken = put(asked, beside=beside(made(5)), accepting=EVERYTHING)
        assert Outcome.MADE is taken.result[0].outcome

    def test_what_was_named_before_stays(self) -> None:
        """A group that was retired since is no reason to refuse another name; it is one where the resource was removed."""
        retired = (g.group(1, retired_at=NOON),)
        renamed = draft(name="Another")
        assert Outcome.CHANGED is put(renamed, beside=around(course(), groups=retired)).result[0].outcome
        gone = course(removed_at=NOON)
        assert isinstance(refusal_of(put(renamed, beside=around(gone, groups=retired))), FieldRefused)

    def test_of_another_organization(self) -> None:
        """A resource of others is not there, and neither is an application of others."""
        abroad = refusal_of(put(draft(id=g.resource_id(of=a.THEIRS))))
        assert isinstance(abroad, NotFound)
        assert "resource" == abroad.what
        foreign = refusal_of(put(draft(application=g.application_id(of=a.THEIRS))))
        assert isinstance(foreign, NotFound)
        assert "application" == foreign.what

    def test_everything_that_is_named(self) -> None:
        """Members are those of every part, and no more than 10,000 at once."""
        audience = Audience(
            groups=frozenset({g.group_id(1)}),
            departments=frozenset({a.department_id(1)}),
            job_profiles=frozenset({a.job_profile_id(1)}),
            permission_types=frozenset({a.permission_type_id(1)}),
        )
        assert {g.group_id(1), a.department_id(1), a.job_profile_id(1), a.permission_type_id(1)} == resources.members(
            audience
        )
        thousand = [
            Audience(groups=frozenset(map(g.group_id, range(first, first + 1000)))) for first in range(0, 10_000, 1000)
        ]
        assert 10_000 == len(resources.members_at_once(thousand))
        with pytest.raises(TooMany) as refused:
            resources.members_at_once([*thousand, Audience(departments=frozenset({a.department_id(1)}))])
        assert ("names in audiences", 10_000) == (refused.value.what, refused.value.limit)


class TestLoud:
    """What opens a resource to many is refused until all of it is accepted."""

    def test_a_new_resource_that_names_nobody(self) -> None:
        """It is open to everybody from its first moment, and the refusal says to whom."""
        for accepting, missing in (
            (QUIET, ("to_everybody", "to_externals")),
            (frozenset({Loud.TO_EVERYBODY}), ("to_externals",)),
            (frozenset({Loud.TO_EXTERNALS}), ("to_everybody",)),
        ):
            refused = refusal_of(put(draft(audience=NOBODY_NAMED), accepting=accepting))
            assert isinstance(refused, WidensSight)
            assert missing == refused.loud

    def test_accepted(self) -> None:
        """What was accepted is done, and the event says that it was."""
        made = put(draft(audience=NOBODY_NAMED), accepting=EVERYTHING)
        told = made.happened[0].what
        assert isinstance(told, ResourceMade)
        assert ("to_everybody", "to_externals") == told.loud
        widened = put(draft(audience=NOBODY_NAMED), beside=around(course()), accepting=EVERYTHING)
        told_of = widened.happened[0].what
        assert isinstance(told_of, ResourceChanged)
        assert (("audience",), ("to_everybody", "to_externals")) == (told_of.changed, told_of.loud)

    @pytest.mark.parametrize("changes", [{"hidden_from_external": True}, {"rostered": False}, {"removed_at": NOON}])
    def test_a_roster_that_was_kept(self, changes: dict[str, Any]) -> None:
        """What is shown again to who takes part lets in whoever was kept on its roster: from outside too, so it is said."""
        stored = evolve(course(rostered=True), **changes)
        again = draft(rostered=True)
        assert resources.may_wake(stored, again)
        for kept in (frozenset({stored.id}), frozenset({g.resource_id(2)})):
            beside = around(stored, kept=kept)
            expected = {Loud.TO_EXTERNALS} if stored.id in kept else QUIET
            assert expected == resources.opening(beside.before(stored.id), resources.drafted(again, beside), beside)

    @pytest.mark.parametrize("changes", [{"hidden_from_external": True, "rostered": True}, {"rostered": False}])
    def test_a_roster_that_stays_shut(self, changes: dict[str, Any]) -> None:
        """What shows nobody's roster wakes none, and neither does what shows one that is shown already."""
        stored = course(rostered=True)
        for before in (stored, evolve(stored, removed_at=NOON), evolve(stored, hidden_from_external=True)):
            beside = around(before, kept=frozenset({stored.id}))
            shut = draft(**changes)
            assert not resources.may_wake(before, shut)
            assert QUIET == resources.opening(beside.before(stored.id), resources.drafted(shut, beside), beside)
        assert not resources.may_wake(stored, draft(rostered=True))

    def test_an_application_that_nobody_opens(self) -> None:
        """What is inside an application that no group opens to people from outside is not open to them."""
        asked = draft(audience=Audience(groups=frozenset({OPEN.id})), application=g.application_id(8))
        assert Outcome.MADE is put(asked).result[0].outcome
        assert isinstance(refusal_of(put(evolve(asked, application=g.application_id()))), WidensSight)

    def test_what_is_open_already_is_not_loud(self) -> None:
        """Another name for what everybody sees anyway is quiet."""
        seen_by_all = g.resource(1, version=3)
        again = put(draft(audience=NOBODY_NAMED, name="Another"), beside=around(seen_by_all))
        assert Outcome.CHANGED is again.result[0].outcome

    @given(RESOURCES, UNGROUPED, st.booleans())
    def test_to_remove_is_never_loud(self, resource: Resource, ungrouped: Ungrouped, opened: bool) -> None:
        """Whatever a resource is, its removal opens nothing: so removing has nothing to accept."""
        groups = (g.group(1, allows_external=opened, applications=frozenset({g.application_id()})),)
        beside = around(resource, groups=groups, ungrouped=ungrouped)
        assert QUIET == resources.opening(resource, evolve(resource, removed_at=NOON), beside)


class TestRemove:
    """Nobody sees any more what was removed."""

    def test_every_line(self) -> None:
        """Removed, gone already, unknown and named twice, each under its number."""
        beside = around(course(1), course(2, removed_at=NOON))
        asked = [g.resource_id(each) for each in (1, 2, 3, 1)]
        decision = resources.remove(asked, beside, by=BOSS)
        assert (evolve(course(1), removed_at=NOON),) == decision.puts
        assert [1, 2, 3, 4] == [line.number for line in decision.result]
        assert asked == [line.resource for line in decision.result]
        assert [Outcome.REMOVED, Outcome.SAME, None, None] == [line.outcome for line in decision.result]
        unknown, twice = (line.refusal for line in decision.result[2:])
        assert isinstance(unknown, NotFound)
        assert "resource" == unknown.what
        assert isinstance(twice, InvalidValue)
        assert (a.OURS, BOSS) == (decision.organization, decision.by)
        assert [ResourceRemoved(resource=g.resource_id(1))] == [each.what for each in decision.happened]


@pytest.mark.parametrize("text", ["course", "a", "x" * 40, "c0-_"])
def test_a_type_is_a_word(text: str) -> None:
    """Letters of ASCII, digits, hyphen and underscore, beginning with a letter, at most forty."""
    assert text == resource_type(text) == ResourceId.of(a.OURS, text, "1").type


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "syntax"),
        ("x" * 41, "syntax"),
        ("Course", "syntax"),
        ("a/b", "syntax"),
        ("1", "syntax"),
        (None, "not_text"),
    ],
)
def test_what_is_no_type(text: Any, problem: str) -> None:
    """Anything else is refused by name: an id with a stroke is no type either."""
    with pytest.raises(InvalidValue) as refused:
        resource_type(text)
    assert ("type", problem) == (refused.value.field, refused.value.problem)
