"""Rosters: who takes part in an assessment sees it whatever groups say, and who comes from outside sees nothing hidden."""

from __future__ import annotations

import pytest
from attrs import evolve

from subaccounts import (
    AddParticipants,
    ArchivePerson,
    DeletePerson,
    EditPerson,
    HostUser,
    Kind,
    ListParticipants,
    MaySee,
    Outcome,
    PreviewResource,
    RemoveParticipants,
    RemoveResources,
    ResourceDraft,
    ResourceId,
    SubAccountId,
    Ungrouped,
)
from subaccounts.domain.resource_events import ParticipantAdded, ParticipantRemoved
from subaccounts.domain.widening import QUIET, Loud
from subaccounts.errors import EmployeesOnly, NotFound, Refusal, TooMany, WidensSight, WrongState
from subaccounts.testing import builders as a
from subaccounts.testing import groups as g
from tests.commands.shop import Shop
from tests.commands.shown import OUTSIDE, group, put, to


@pytest.fixture
def shop() -> Shop:
    """Return a shop that shows nobody what names nobody, and whose administrator says who is external."""
    return Shop(ungrouped=Ungrouped.NOBODY)


def assessment(shop: Shop, **said: object) -> ResourceDraft:
    """Put an assessment with a roster, and return what was said of it."""
    draft = ResourceDraft(id=ResourceId.of(shop.id, "assessment", "360"), name="Feedback", rostered=True)
    draft = evolve(draft, **said)  # type: ignore[arg-type]  # the cases say what
    put(shop, draft)
    return draft


def person(shop: Shop, login: str = "anna", kind: Kind = Kind.EMPLOYEE) -> SubAccountId:
    """Add a person of a kind."""
    return shop.add(login, fields={"kind": kind}).sub_account.id


def adding(shop: Shop, *people: SubAccountId) -> AddParticipants:
    """Return the command that has people take part in the assessment."""
    return AddParticipants(actor=shop.admin, resource=ResourceId.of(shop.id, "assessment", "360"), people=people)


def sees(shop: Shop, who: SubAccountId) -> bool:
    """Tell whether a person sees the assessment."""
    asked = MaySee(actor=shop.admin, person=who, resource=ResourceId.of(shop.id, "assessment", "360"))
    return shop.handle(asked).visible


def listing(shop: Shop, **said: object) -> ListParticipants:
    """Return the command that lists the participants."""
    asked = ListParticipants(actor=shop.admin, resource=ResourceId.of(shop.id, "assessment", "360"))
    return evolve(asked, **said)  # type: ignore[arg-type]  # the cases say what


class TestAdd:
    """Who is put on the roster by name sees the resource."""

    @pytest.mark.parametrize("kind", Kind)
    def test_a_participant_sees_it(self, shop: Shop, kind: Kind) -> None:
        """Employee or not, whatever its audience and its application say; and the event names whom it happened to."""
        draft = assessment(shop, audience=to(group(shop)), application=g.application_id(of=shop.id))
        anna, boris = person(shop, "anna", kind), person(shop, "boris", kind)
        (line,) = shop.handle(adding(shop, anna))
        assert (anna, Outcome.ADDED, None) == (line.person, line.outcome, line.refusal)
        assert [True, False] == [sees(shop, each) for each in (anna, boris)]
        event = shop.events()[-1]
        assert (ParticipantAdded(resource=draft.id), shop.account.id, anna) == (
            event.happening,
            event.account,
            event.sub_account,
        )

    def test_every_person_is_answered_once(self, shop: Shop) -> None:
        """Added, there already, unknown, deleted, of another organization; who is named twice is one."""
        assessment(shop)
        anna, boris, gone = (person(shop, login) for login in ("anna", "boris", "gone"))
        shop.handle(adding(shop, anna))
        shop.handle(DeletePerson(actor=shop.admin, sub_account=gone))
        unknown, abroad = a.sub_account_id(77, of=shop.id), a.sub_account_id(of=a.THEIRS)
        lines = shop.handle(adding(shop, anna, boris, unknown, gone, abroad, boris))
        assert [anna, boris, unknown, gone, abroad] == [line.person for line in lines]
        assert [Outcome.SAME, Outcome.ADDED, None, None, None] == [line.outcome for line in lines]
        assert [NotFound] * 3 == [type(line.refusal) for line in lines[2:]]
        before = shop.stored()
        assert Outcome.SAME is shop.handle(adding(shop, anna, boris))[0].outcome
        assert before == shop.stored()

    @pytest.mark.parametrize("hidden", [True, False])
    def test_hidden_from_people_from_outside(self, shop: Shop, hidden: bool) -> None:
        """Somebody external is refused where the resource is hidden from externals; an employee beside it is added."""
        assessment(shop, hidden_from_external=hidden)
        anna, vera = person(shop, "anna"), person(shop, "vera", Kind.EXTERNAL)
        mine, hers = shop.handle(adding(shop, anna, vera))
        assert Outcome.ADDED is mine.outcome
        assert hidden is isinstance(hers.refusal, EmployeesOnly)
        assert (not hidden) is sees(shop, vera)

    def test_hidden_meanwhile(self, shop: Shop) -> None:
        """A resource that is hidden before the commit has everybody judged again."""
        draft = assessment(shop)
        vera = person(shop, "vera", Kind.EXTERNAL)
        shop.meanwhile(lambda: put(shop, evolve(draft, hidden_from_external=True)))
        (line,) = shop.handle(adding(shop, vera))
        assert isinstance(line.refusal, EmployeesOnly)

    def test_external_meanwhile(self, shop: Shop) -> None:
        """Somebody who becomes external before the commit is judged again."""
        assessment(shop, hidden_from_external=True)
        vera = person(shop, "vera")
        becoming = EditPerson(actor=shop.admin, sub_account=vera, fields=OUTSIDE, kind_previewed=True)
        shop.meanwhile(lambda: shop.handle(becoming))
        (line,) = shop.handle(adding(shop, vera))
        assert isinstance(line.refusal, EmployeesOnly)

    def test_added_twice_at_once(self, shop: Shop) -> None:
        """Of two who add one person at once the second finds it there."""
        assessment(shop)
        anna = person(shop)
        shop.meanwhile(lambda: shop.handle(adding(shop, anna)))
        assert Outcome.SAME is shop.handle(adding(shop, anna))[0].outcome
        assert 1 == len(shop.happened(ParticipantAdded))

    def test_where_there_is_no_roster(self, shop: Shop) -> None:
        """A course without a roster, one that was removed and one that never was take nobody, whoever it is."""
        anna = person(shop)
        draft = assessment(shop, rostered=False)
        told: list[Refusal] = [shop.refused(adding(shop, anna))]
        removing = RemoveResources(actor=shop.admin, organization=shop.id, resources=(draft.id,))
        put(shop, evolve(draft, rostered=True))
        shop.handle(removing)
        told.append(shop.refused(adding(shop, anna)))
        assert ["without a roster", "removed"] == [each.state for each in told if isinstance(each, WrongState)]
        missing = shop.refused(evolve(adding(shop, anna), resource=g.resource_id(9, of=shop.id)))
        assert isinstance(missing, NotFound)
        assert "resource" == missing.what

    def test_how_many(self, shop: Shop) -> None:
        """A thousand people at once and not one more, counted as they are handed in; none at all are none."""
        assessment(shop)
        people = tuple(a.sub_account_id(number, of=shop.id) for number in range(1001))
        assert 1000 == len(shop.handle(adding(shop, *people[:1000])))
        for refused in (
            shop.refused(adding(shop, *people)),
            shop.refused(RemoveParticipants(actor=shop.admin, resource=adding(shop).resource, people=people)),
        ):
            assert isinstance(refused, TooMany)
            assert ("people", 1000) == (refused.what, refused.limit)
        assert () == shop.handle(adding(shop))


class TestRemove:
    """Who is taken off the roster is shown the resource by nothing but its audience."""

    def test_taken_off(self, shop: Shop) -> None:
        """Given two participants, one is taken off; who was not on it is the same, who is not there is told so."""
        draft = assessment(shop)
        anna, boris, carla = (person(shop, login) for login in ("anna", "boris", "carla"))
        shop.handle(adding(shop, anna, boris))
        unknown = a.sub_account_id(77, of=shop.id)
        command = RemoveParticipants(actor=shop.admin, resource=draft.id, people=(anna, carla, unknown))
        gone, same, missing = shop.handle(command)
        assert (Outcome.REMOVED, Outcome.SAME, None) == (gone.outcome, same.outcome, missing.outcome)
        assert isinstance(missing.refusal, NotFound)
        assert [False, True] == [sees(shop, each) for each in (anna, boris)]
        assert [(ParticipantRemoved(resource=draft.id), anna)] == [
            (event.happening, event.sub_account)
            for event in shop.events()
            if isinstance(event.happening, ParticipantRemoved)
        ]
        before = shop.stored()
        assert Outcome.SAME is shop.handle(command)[0].outcome
        assert before == shop.stored()

    def test_a_resource_that_is_not_there(self, shop: Shop) -> None:
        """From the roster of nothing nobody is taken."""
        command = RemoveParticipants(actor=shop.admin, resource=g.resource_id(of=shop.id), people=(person(shop),))
        assert isinstance(shop.refused(command), NotFound)

    def test_a_removed_resource_keeps_its_roster(self, shop: Shop) -> None:
        """Nobody sees it meanwhile, and back it has the participants it had; they can be taken off all the while."""
        draft = assessment(shop)
        anna, boris = person(shop, "anna"), person(shop, "boris")
        shop.handle(adding(shop, anna, boris))
        shop.handle(RemoveResources(actor=shop.admin, organization=shop.id, resources=(draft.id,)))
        shop.handle(RemoveParticipants(actor=shop.admin, resource=draft.id, people=(boris,)))
        assert not sees(shop, anna)
        put(shop, draft)
        assert [True, False] == [sees(shop, each) for each in (anna, boris)]


class TestKept:
    """A roster that was kept lets its people in again, from outside too: that is said before, and has to be accepted."""

    @pytest.mark.parametrize("how", ["hidden", "without its roster", "removed"])
    def test_shown_again(self, shop: Shop, how: str) -> None:
        """Given a participant from outside, when the resource was hidden, or its roster or itself taken away, then to show it
        again is refused, previewed as loud, and done once it is accepted."""
        draft = assessment(shop)
        vera = person(shop, "vera", Kind.EXTERNAL)
        shop.handle(adding(shop, vera))
        if how == "removed":
            shop.handle(RemoveResources(actor=shop.admin, organization=shop.id, resources=(draft.id,)))
        else:
            put(shop, evolve(draft, hidden_from_external=how == "hidden", rostered=how == "hidden"))
        assert not sees(shop, vera)
        page = shop.handle(PreviewResource(actor=shop.admin, becomes=draft))
        assert [(vera, True)] == [(each.person, each.gains) for each in page.differences]
        (refused,) = put(shop, draft, accepting=QUIET)
        assert isinstance(refused.refusal, WidensSight)
        assert (frozenset({Loud.TO_EXTERNALS}), ("to_externals",)) == (page.loud, refused.refusal.loud)
        assert not sees(shop, vera)
        (line,) = put(shop, draft, accepting=page.loud)
        assert (None, True) == (line.refusal, sees(shop, vera))

    def test_shown_all_the_while(self, shop: Shop) -> None:
        """What is changed otherwise while its roster is shown lets nobody in, and nothing has to be accepted."""
        draft, vera = assessment(shop), person(shop, "vera", Kind.EXTERNAL)
        shop.handle(adding(shop, vera))
        (line,) = put(shop, evolve(draft, name="Feedback for all"), accepting=QUIET)
        assert (Outcome.CHANGED, True) == (line.outcome, sees(shop, vera))

    def test_with_nobody_on_it(self, shop: Shop) -> None:
        """A roster that nobody is on lets nobody in, and is shown again without a word."""
        draft = assessment(shop, hidden_from_external=True)
        (line,) = put(shop, evolve(draft, hidden_from_external=False), accepting=QUIET)
        assert Outcome.CHANGED is line.outcome


class TestList:
    """The people on a roster, page by page."""

    def test_pages(self, shop: Shop) -> None:
        """In the order of their ids, each once; deleted people are left out, archived ones are not."""
        assessment(shop)
        people = [person(shop, f"anna-{number}") for number in range(5)]
        shop.handle(adding(shop, *people))
        shop.handle(DeletePerson(actor=shop.admin, sub_account=people[1]))
        shop.handle(ArchivePerson(actor=shop.admin, sub_account=people[2]))
        ordered = sorted(people, key=lambda each: each.value)
        shown = [each for each in ordered if each != people[1]]
        for limit, sizes in ((2, [1, 2, 1]), (3, [2, 2]), (5, [4])):
            asked, pages = listing(shop, limit=limit), list[list[SubAccountId]]()
            while not pages or asked.after is not None:
                page = shop.handle(asked)
                pages.append([each.id for each in page.people])
                assert page.after in {None, ordered[min(len(pages) * limit, 5) - 1]}
                asked = evolve(asked, after=page.after)
            assert (shown, sizes) == ([each for one in pages for each in one], [len(one) for one in pages])

    def test_nobody(self, shop: Shop) -> None:
        """A roster with nobody on it is an empty page; of a resource that is not there there is none."""
        assessment(shop)
        page = shop.handle(listing(shop))
        assert ((), None) == (page.people, page.after)
        assert isinstance(shop.refused(listing(shop, resource=g.resource_id(of=shop.id))), NotFound)

    def test_a_page_holds_one_to_the_largest(self, shop: Shop) -> None:
        """Like every page."""
        assessment(shop)
        for limit in (0, 1001):
            refused = shop.refused(listing(shop, limit=limit))
            assert isinstance(refused, TooMany)
            assert ("people", 1000) == (refused.what, refused.limit)
        assert () == shop.handle(listing(shop, limit=1000)).people

    def test_whose_it_is(self, shop: Shop) -> None:
        """An administrator of one account does not reach the roster of a resource, which is the organization's."""
        assessment(shop)
        boss = HostUser.administrator("boss", of=shop.account.id)
        assert "not_allowed" == shop.refused(listing(shop, actor=boss)).code
        assert "not_allowed" == shop.refused(evolve(adding(shop), actor=boss)).code
