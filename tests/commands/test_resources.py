"""Resources: put by the host's own ids, refused where they open something unsaid, removed, read and listed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve

from subaccounts import (
    Audience,
    Command,
    HostUser,
    Kind,
    ListResources,
    ListVisible,
    OrganizationId,
    Outcome,
    PutResources,
    ReadResource,
    RemoveResources,
    ResourceCursor,
    ResourceId,
    System,
    Ungrouped,
    WhoSees,
)
from subaccounts.commands import resources as room
from subaccounts.domain.membership import Window
from subaccounts.domain.resource_events import ResourceChanged, ResourceMade, ResourceRemoved
from subaccounts.domain.widening import QUIET, Loud
from subaccounts.errors import FieldRefused, InvalidValue, NotFound, TooMany, WidensSight
from subaccounts.testing import builders as a
from subaccounts.testing import groups as g
from tests.commands.shop import SETUP, Shop, watched
from tests.commands.shown import EVERYTHING, application, course, group, held, put, putting, stored, to


def listing(shop: Shop, **said: Any) -> ListResources:
    """Return the command that lists courses."""
    return ListResources(actor=shop.admin, organization=shop.id, **{"type": "course", **said})


class TestPut:
    """What a host says of its resources is stored under the host's own ids."""

    def test_made_changed_and_the_same(self, shop: Shop) -> None:
        """Given nothing, a resource is made; given it, it is changed into what is said; said again, nothing is written."""
        sales = group(shop)
        first = course(shop, audience=to(sales), application=application(shop), rostered=True)
        (made,) = put(shop, first)
        assert (1, first.id, Outcome.MADE, None) == (made.number, made.resource, made.outcome, made.refusal)
        (changed,) = put(shop, evolve(first, name="Safety", hidden_from_external=True))
        assert Outcome.CHANGED is changed.outcome
        before = shop.stored()
        (same,) = put(shop, evolve(first, name="  Safety ", hidden_from_external=True))
        assert Outcome.SAME is same.outcome
        assert before == shop.stored()
        expected = g.resource(
            of=shop.id,
            version=2,
            name="Safety",
            audience=to(sales),
            application=application(shop),
            hidden_from_external=True,
            rostered=True,
        )
        assert expected == held(shop, first.id) == shop.handle(ReadResource(actor=shop.admin, resource=first.id))
        assert [
            ResourceMade(resource=first.id),
            ResourceChanged(resource=first.id, changed=("name", "hidden_from_external")),
        ] == shop.happened(ResourceMade, ResourceChanged)

    def test_by_the_system(self, shop: Shop) -> None:
        """A host's own job puts them as well, and the trail says so."""
        command = evolve(putting(shop, course(shop)), actor=System(name="sync"))
        (line,) = shop.handle(command)
        assert Outcome.MADE is line.outcome
        assert ("system", "sync") == (shop.events()[-1].by.kind, shop.events()[-1].by.id)

    def test_a_bad_line_loses_no_good_one(self, shop: Shop) -> None:
        """Every bad line is refused by itself, and changes nothing; the others go through together."""
        there = course(shop, 1)
        put(shop, there)
        unknown = Audience(departments=frozenset({a.department_id(7, of=shop.id)}))
        lines = put(
            shop,
            evolve(there, name="\x00"),
            course(shop, 2),
            course(shop, 3, audience=unknown),
            evolve(there, id=g.resource_id(of=OrganizationId(value="abroad"))),
            course(shop, 2, name="Twice"),
        )
        assert [None, Outcome.MADE, None, None, None] == [line.outcome for line in lines]
        codes = ["invalid_value", None, "field_refused", "not_found", "invalid_value"]
        assert codes == [line.refusal.code if line.refusal else None for line in lines]
        assert "Course 1" == held(shop, there.id).name
        assert () == shop.repository.resources([course(shop, 3).id])

    def test_what_an_audience_names(self, shop: Shop) -> None:
        """A group of another organization, one that was never made and one that is retired are refused by the part."""
        retired = group(shop, 3, retired_at=shop.clock())
        for each in (g.group_id(1, of=a.THEIRS), g.group_id(2, of=shop.id), retired.id):
            (line,) = put(shop, course(shop, audience=to(each)))
            assert isinstance(line.refusal, FieldRefused)
            assert "groups" == line.refusal.field
        assert () == shop.repository.resources([course(shop).id])

    def test_nothing_to_put(self, shop: Shop) -> None:
        """No lines, no answers, and nothing is asked or written."""
        answer, batches = shop.committed(lambda: put(shop))
        assert ((), []) == (answer, batches)

    @pytest.mark.parametrize("many", [1000, 1001])
    def test_how_many(self, shop: Shop, many: int) -> None:
        """A thousand at once, and not one more."""
        command = putting(shop, *(course(shop, number) for number in range(many)))
        if many == 1000:
            assert 1000 == len(shop.handle(command))
            return
        refused = shop.refused(command)
        assert isinstance(refused, TooMany)
        assert ("resources", 1000) == (refused.what, refused.limit)
        removing = RemoveResources(
            actor=shop.admin, organization=shop.id, resources=tuple(each.id for each in command.resources)
        )
        assert isinstance(shop.refused(removing), TooMany)

    def test_how_many_names(self, shop: Shop) -> None:
        """Ten thousand groups and the like are judged at once; more are refused as a whole, for all lines hang together."""
        many = [
            course(shop, first, audience=to(*(g.group_id(first + each, of=shop.id) for each in range(1000))))
            for first in range(0, 11_000, 1000)
        ]
        assert isinstance(shop.refused(putting(shop, *many)), TooMany)
        assert ["unknown"] * 10 == [getattr(line.refusal, "why", None) for line in put(shop, *many[:10])]

    def test_an_organization_that_is_not_there(self, shop: Shop) -> None:
        """Who puts into nothing is told that there is no such organization."""
        nowhere = OrganizationId(value="nowhere")
        boss = HostUser.administrator("boss", of=nowhere)
        for command in (
            PutResources(actor=boss, organization=nowhere, resources=()),
            RemoveResources(actor=boss, organization=nowhere, resources=()),
            ListResources(actor=boss, organization=nowhere, type="course"),
            WhoSees(actor=boss, resource=g.resource_id(of=nowhere)),
        ):
            refused = shop.refused(command)
            assert isinstance(refused, NotFound)
            assert "organization" == refused.what


class TestLoud:
    """What would be opened to many is refused until it is accepted."""

    def refused(self, shop: Shop, *drafts: Any, accepting: frozenset[Loud] = QUIET) -> tuple[str, ...]:
        """Put the drafts, and return what the only line was not let do."""
        before = shop.stored()
        (line,) = put(shop, *drafts, accepting=accepting)
        assert before == shop.stored()
        assert isinstance(line.refusal, WidensSight)
        return line.refusal.loud

    @pytest.mark.parametrize(
        ("ungrouped", "loud"),
        [
            (Ungrouped.EVERYBODY, ("to_everybody", "to_externals")),
            (Ungrouped.EMPLOYEES, ("to_everybody",)),
            (Ungrouped.NOBODY, ()),
        ],
    )
    def test_by_the_organizations_choice(self, ungrouped: Ungrouped, loud: tuple[str, ...]) -> None:
        """What names nobody opens as the organization chose; accepted, it is done, and the event keeps what was accepted."""
        shop = Shop(ungrouped=ungrouped)
        for said in range(len(loud)):
            accepting = frozenset(map(Loud, loud[:said]))
            assert loud[said:] == self.refused(shop, course(shop), accepting=accepting)
        (line,) = put(shop, course(shop), accepting=frozenset(map(Loud, loud)))
        assert Outcome.MADE is line.outcome
        assert [ResourceMade(resource=course(shop).id, loud=loud)] == shop.happened(ResourceMade)

    def test_the_last_group(self, shop: Shop) -> None:
        """To take away a resource's last group opens it, and is refused by default."""
        put(shop, course(shop, audience=to(group(shop))), accepting=QUIET)
        assert ("to_everybody", "to_externals") == self.refused(shop, course(shop))

    def test_an_application_that_a_group_opens(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        """A resource of a department is open to people from outside where any group opens its application, however many groups
        there are to look through."""
        monkeypatch.setattr(room, "LARGEST_PAGE", 3)
        shown = Audience(departments=frozenset({a.department_id(1, of=shop.id)}))
        stored(shop, a.department(1, of=shop.id))
        for number in range(1, 7):
            group(shop, number, allows_external=True)
        draft = course(shop, audience=shown, application=application(shop, 1))
        (line,) = put(shop, evolve(draft, id=course(shop, 2).id), accepting=QUIET)
        assert Outcome.MADE is line.outcome
        group(shop, 7, allows_external=True, applications=frozenset({application(shop, 1)}))
        asked = watched(shop)
        assert ("to_externals",) == self.refused(shop, draft)
        assert 3 == asked.count("groups_page")  # of seven groups, three at once

    def test_a_group_that_is_opened_meanwhile(self, shop: Shop) -> None:
        """A group that lets people from outside in before the commit has the line judged again, by what it is now."""
        sales = group(shop)

        def opened() -> None:
            stored(shop, evolve(sales, allows_external=True))

        shop.meanwhile(opened)
        assert ("to_externals",) == self.refused_meanwhile(shop, course(shop, audience=to(sales)))

    def refused_meanwhile(self, shop: Shop, draft: Any) -> tuple[str, ...]:
        """Put a draft while somebody else acts, and return what the line was not let do."""
        (line,) = put(shop, draft, accepting=QUIET)
        assert isinstance(line.refusal, WidensSight)
        assert () == shop.repository.resources([draft.id])
        return line.refusal.loud

    def test_a_group_that_is_retired_meanwhile(self, shop: Shop) -> None:
        """A group that is retired before the commit is named by nobody new."""
        sales = group(shop)
        shop.meanwhile(lambda: stored(shop, evolve(sales, retired_at=shop.clock())))
        (line,) = put(shop, course(shop, audience=to(sales)))
        assert isinstance(line.refusal, FieldRefused)

    def test_two_at_once(self, shop: Shop) -> None:
        """Of two who make one resource at once the second changes what the first made."""
        shop.meanwhile(lambda: put(shop, course(shop, name="First")))
        (line,) = put(shop, course(shop, name="Second"))
        assert Outcome.CHANGED is line.outcome
        assert "Second" == held(shop, course(shop).id).name


class TestRemove:
    """Nobody sees any more what was removed; put again, it is back with its roster."""

    def test_removed_and_back(self, shop: Shop) -> None:
        """Given a course everybody sees, removed it is in no list and seen by nobody; put again it is."""
        anna = shop.add().sub_account.id
        put(shop, course(shop, 1), course(shop, 2))
        asked = (course(shop, 1).id, g.resource_id(9, of=shop.id), g.resource_id(of=a.THEIRS))
        command = RemoveResources(actor=shop.admin, organization=shop.id, resources=asked)
        gone, unknown, abroad = shop.handle(command)
        assert (1, Outcome.REMOVED, None) == (gone.number, gone.outcome, gone.refusal)
        assert [2, 3] == [unknown.number, abroad.number]
        assert isinstance(unknown.refusal, NotFound)
        assert isinstance(abroad.refusal, NotFound)
        assert shop.clock() == held(shop, asked[0]).removed_at
        assert [ResourceRemoved(resource=asked[0])] == shop.happened(ResourceRemoved)
        visible = ListVisible(actor=shop.admin, person=anna, type="course")
        for page in (shop.handle(listing(shop)), shop.handle(visible)):
            assert ["Course 2"] == [each.name for each in page.resources]
        assert () == shop.handle(WhoSees(actor=shop.admin, resource=asked[0])).people
        before = shop.stored()
        assert Outcome.SAME is shop.handle(command)[0].outcome
        assert before == shop.stored()
        (back,) = put(shop, course(shop, 1))
        assert Outcome.MADE is back.outcome
        assert 2 == len(shop.handle(visible).resources)

    def test_nothing_to_remove(self, shop: Shop) -> None:
        """No lines, no answers; and only resources of others are looked for nowhere."""
        for asked in ((), (g.resource_id(of=a.THEIRS),)):
            command = RemoveResources(actor=shop.admin, organization=shop.id, resources=asked)
            assert len(asked) == len(shop.handle(command))


class TestList:
    """Everything that was not removed, whoever sees it, in the order of names."""

    def test_pages(self, shop: Shop) -> None:
        """Pages follow each other by name and id, each resource once, and the last says that it is."""
        names = ("Ärzte", "arbeit", "Zoo", "Arbeit", "fish")
        put(shop, *(course(shop, number, name=name) for number, name in enumerate(names)))
        put(shop, evolve(course(shop), id=ResourceId.of(shop.id, "test", "1")))
        found, after = list[str](), None
        for _ in range(3):
            page = shop.handle(listing(shop, after=after, limit=2))
            found += [each.name for each in page.resources]
            after = page.after
        assert after is None
        assert ["arbeit", "Arbeit", "fish", "Zoo", "Ärzte"] == found
        whole = shop.handle(listing(shop, limit=5))
        assert (5, None) == (len(whole.resources), whole.after)
        first = shop.handle(listing(shop, limit=1))
        assert ResourceCursor.at(first.resources[0]) == first.after

    @pytest.mark.parametrize(
        ("prefix", "names"),
        [("ar", ["Arbeit", "ARZT"]), (" AR ", ["Arbeit", "ARZT"]), ("ﬁ", ["fish"]), ("", ["Arbeit", "ARZT", "fish"])],
    )
    def test_prefix(self, shop: Shop, prefix: str, names: list[str]) -> None:
        """What is typed is folded as the names were."""
        put(shop, *(course(shop, number, name=name) for number, name in enumerate(("Arbeit", "ARZT", "fish"))))
        assert names == [each.name for each in shop.handle(listing(shop, prefix=prefix)).resources]

    @pytest.mark.parametrize(
        ("said", "field"),
        [({"type": "Course!"}, "type"), ({"prefix": "a\x00"}, "prefix"), ({"prefix": "a" * 201}, "prefix")],
    )
    def test_what_is_no_question(self, shop: Shop, said: dict[str, str], field: str) -> None:
        """A type or a prefix that is none is refused by name."""
        refused = shop.refused(listing(shop, **said))
        assert isinstance(refused, InvalidValue)
        assert field == refused.field

    def test_an_unknown_resource(self, shop: Shop) -> None:
        """What was never put is not there."""
        asking: list[Callable[[ResourceId], Command[Any]]] = [
            lambda each: ReadResource(actor=shop.admin, resource=each),
            lambda each: WhoSees(actor=shop.admin, resource=each),
        ]
        for ask in asking:
            refused = shop.refused(ask(g.resource_id(of=shop.id)))
            assert isinstance(refused, NotFound)
            assert "resource" == refused.what


def test_who_sees_changes_with_the_window(shop: Shop) -> None:
    """A resource of a group is seen by whoever is in it now, and the list of these people goes page by page."""
    people = [shop.add(login, fields={"kind": Kind.EMPLOYEE}).sub_account.id for login in ("anna", "boris", "carla")]
    sales = group(shop, 1, *people[:2])
    stored(
        shop,
        g.membership(
            7, group=sales.id, person=people[2], of=shop.id, window=Window(until=shop.clock() + timedelta(hours=1))
        ),
    )
    put(shop, course(shop, audience=to(sales)))
    asked = WhoSees(actor=SETUP, resource=course(shop).id, limit=2)
    first = shop.handle(asked)
    assert ["anna", "boris"] == [each.login.text for each in first.people]
    last = shop.handle(evolve(asked, after=first.after))
    assert (["carla"], None) == ([each.login.text for each in last.people], last.after)
    shop.wait(hours=1)
    whole = shop.handle(asked)
    assert (["anna", "boris"], None) == ([each.login.text for each in whole.people], whole.after)


def test_everything_can_be_accepted_beforehand(shop: Shop) -> None:
    """Who accepts everything puts whatever it says, and the event names what that was for each."""
    put(shop, course(shop, 1), course(shop, 2, audience=to(group(shop))), accepting=EVERYTHING)
    assert [("to_everybody", "to_externals"), ()] == [what.loud for what in shop.happened(ResourceMade)]
