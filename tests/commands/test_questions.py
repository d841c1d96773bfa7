"""What a command asks of storage: of what is not named, and of whom is not there, it asks nothing more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from subaccounts import (
    AddMembers,
    AddParticipants,
    Audience,
    Command,
    ListMembers,
    ListParticipants,
    MaySee,
    PreviewDepartment,
    PreviewGroup,
    PreviewPerson,
    RemoveResources,
    SubAccount,
    SubAccountId,
    Ungrouped,
    WhoSees,
)
from subaccounts.domain.queries import PeopleQuery
from subaccounts.testing import builders as a
from subaccounts.testing import groups as g
from tests.commands.members import Company
from tests.commands.shop import Shop, watched
from tests.commands.shown import course, group, put, putting, stored, to

Asking = Callable[[Shop, SubAccountId], Command[Any]]


@pytest.fixture
def shop() -> Shop:
    """Return a shop with a group with nobody in it, a department, and courses: for nobody, with a roster, for each of the two."""
    shop = Shop(ungrouped=Ungrouped.NOBODY)
    stored(shop, a.department(of=shop.id))
    put(
        shop,
        course(shop),
        course(shop, 3, rostered=True),
        course(shop, 4, audience=to(group(shop))),
        course(shop, 5, audience=of_the_department(shop)),
    )
    return shop


def of_the_department(shop: Shop) -> Audience:
    """Return the audience of the department."""
    return Audience(departments=frozenset({a.department_id(of=shop.id)}))


def seeing(shop: Shop, person: SubAccountId, number: int) -> MaySee:
    """Return the question whether a person sees a course."""
    return MaySee(actor=shop.admin, person=person, resource=course(shop, number).id)


@pytest.mark.parametrize(
    ("asking", "expected"),
    [
        (lambda s, _: putting(s), "organization"),
        (lambda s, _: RemoveResources(actor=s.admin, organization=s.id, resources=()), "organization"),
        (lambda s, _: putting(s, course(s, 2)), "organization resources commit"),
        (
            lambda s, _: putting(s, course(s, 2, audience=to(g.group_id(of=s.id)))),
            "organization resources groups commit",
        ),
        (
            lambda s, _: putting(s, course(s, 2, audience=of_the_department(s))),
            "organization resources catalog_entries commit",
        ),
        (lambda s, _: AddParticipants(actor=s.admin, resource=course(s, 3).id, people=()), "resources"),
        (lambda s, _: ListParticipants(actor=s.admin, resource=course(s, 3).id), "resources participants_page"),
        (lambda s, _: AddMembers(actor=s.admin, group=g.group_id(of=s.id), people=()), "organization groups"),
        (lambda s, _: ListMembers(actor=s.admin, group=g.group_id(of=s.id)), "organization groups members_page"),
        (lambda s, _: WhoSees(actor=s.admin, resource=course(s).id), "organization resources viewers_page"),
        (
            lambda s, _: PreviewDepartment(
                actor=s.admin, department=a.department_id(of=s.id), parent=None, type="course"
            ),
            "organization catalog_entries offspring catalog_entries people_page",
        ),
        (
            lambda s, _: PreviewGroup(actor=s.admin, group=g.group_id(of=s.id), type="course"),
            "organization groups members_page",
        ),
        (
            lambda s, anna: PreviewPerson(actor=s.admin, person=anna, type="course", archived=True),
            "person viewer_facts resources_page resources_page",
        ),
        (lambda s, anna: seeing(s, anna, 1), "person viewer_facts resources"),
        (lambda s, anna: seeing(s, anna, 4), "person viewer_facts resources groups"),
        (lambda s, anna: seeing(s, anna, 5), "person viewer_facts resources catalog_entries"),
    ],
    ids=[
        *("put nothing", "remove nothing", "put a course of nobody", "put one of groups", "put one of departments"),
        *("add no participant", "an empty roster", "add no member", "an empty group", "seen by nobody"),
        *("preview an empty department", "preview an empty group", "preview in no department"),
        *("a sight of nothing", "a sight of groups", "a sight of departments"),
    ],
)
def test_of_nothing_nothing_is_asked(shop: Shop, asking: Asking, expected: str) -> None:
    """Where nobody and nothing of a kind is named or found, no question about it goes to storage."""
    command = asking(shop, shop.add().sub_account.id)
    asked = watched(shop)
    shop.handle(command)
    assert expected.split() == asked


def test_what_only_an_invitation_is_judged_by() -> None:
    """Of whom a message invites it is read in which groups it is, before it is sent; of whom another message goes to, it is not."""
    company = Company()
    subject = company.claimed("ext", fields={"kind": "external", "email": "ext@partner.example"})
    for invited in (False, True):
        if invited:
            company.invite(subject.sub_account)
        asked = watched(company)
        assert 1 == company.deliver().sent
        assert invited is ("viewer_facts" in asked)


def test_whom_a_move_concerns(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is not in the department, nor below it, is not read for the preview of its move."""
    asked: list[PeopleQuery] = []
    people_page = shop.repository.people_page

    def watching(query: PeopleQuery, /) -> tuple[SubAccount, ...]:
        asked.append(query)
        return people_page(query)

    monkeypatch.setattr(shop.repository, "people_page", watching)
    shop.subs = shop.facade()
    department = a.department_id(of=shop.id)
    shop.handle(PreviewDepartment(actor=shop.admin, department=department, parent=None, type="course"))
    assert [frozenset({department})] == [each.departments for each in asked]
