"""Bounds of what is asked, and what a refusal is about: pages from one to the largest, and the thing that is named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from attrs import evolve

from subaccounts import (
    AddMembers,
    AddPeople,
    AddPerson,
    ApplicationId,
    ChangeApplications,
    Command,
    DepartmentId,
    EventsAfter,
    GroupId,
    HostAccount,
    HostUser,
    InviteMembers,
    KeyRing,
    ListAccounts,
    ListCatalog,
    ListGroups,
    ListMembers,
    ListPeople,
    ListResources,
    MakeDepartment,
    MakeGroup,
    MakeJobProfile,
    MakePermissionType,
    MoveDepartment,
    NewPerson,
    OpenAccount,
    OrganizationId,
    ReadAudit,
    ReadGroup,
    ReadOrganization,
    RegistrationPolicy,
    RemoveMembers,
    RenameCatalogEntry,
    RenameGroup,
    RetireGroup,
    Role,
    SubAccountId,
    SwitchExternal,
)
from subaccounts.domain.actor import Grant
from subaccounts.errors import FieldRefused, InvalidValue, KeyRingFailed, NotFound, TooMany
from tests.commands.shop import SETUP, Shop

NOWHERE = OrganizationId(value="nowhere")
THEIRS = DepartmentId(organization=NOWHERE, value="theirs")
THEIR_MAIL = ApplicationId(organization=NOWHERE, value="mail")
PAGES: dict[str, tuple[int, Callable[[Shop, int], Command[Any]]]] = {
    "accounts": (1000, lambda s, n: ListAccounts(actor=s.admin, organization=s.id, limit=n)),
    "entries": (1000, lambda s, n: ListCatalog(actor=s.admin, organization=s.id, kind="department", limit=n)),
    "events": (1000, lambda s, n: ReadAudit(actor=s.admin, organization=s.id, limit=n)),
    "people": (1000, lambda s, n: ListPeople(actor=s.admin, organization=s.id, limit=n)),
    "groups": (1000, lambda s, n: ListGroups(actor=s.admin, organization=s.id, limit=n)),
    "members": (1000, lambda s, n: ListMembers(actor=s.admin, group=group(s), limit=n)),
    "resources": (1000, lambda s, n: ListResources(actor=s.admin, organization=s.id, type="course", limit=n)),
}
"""What is listed in pages, how large the largest is, and the question."""


@pytest.mark.parametrize("what", PAGES)
def test_a_page_holds_one_to_the_largest(shop: Shop, what: str) -> None:
    """One and the largest are pages; none and one more are refused, with what is listed and how many there can be."""
    largest, asking = PAGES[what]
    for limit in (1, largest):
        assert shop.handle(asking(shop, limit)) is not None
    for limit in (0, largest + 1):
        refusal = shop.refused(asking(shop, limit))
        assert isinstance(refusal, TooMany)
        assert (what, largest) == (refusal.what, refusal.limit)


def test_a_page_of_the_feed(shop: Shop) -> None:
    """The feed has the same bounds as the trail."""
    assert () == shop.handle(EventsAfter(actor=SETUP, organization=shop.id, limit=1000))
    refusal = shop.refused(EventsAfter(actor=SETUP, organization=shop.id, limit=1001))
    assert isinstance(refusal, TooMany)
    assert ("events", 1000) == (refusal.what, refusal.limit)


def department(shop: Shop, name: str = "Sales") -> DepartmentId:
    """Make a department."""
    made = shop.handle(MakeDepartment(actor=shop.admin, organization=shop.id, name=name))
    assert isinstance(made.id, DepartmentId)
    return made.id


def everywhere(organization: OrganizationId) -> HostUser:
    """Return an administrator of another organization."""
    return HostUser.administrator("boss", of=organization)


def group(shop: Shop) -> GroupId:
    """Make a group, or return the one that was made."""
    made = shop.handle(ListGroups(actor=shop.admin, organization=shop.id))
    return (made or (shop.handle(MakeGroup(actor=shop.admin, organization=shop.id, name="Partners")),))[0].id


def no_group(shop: Shop) -> GroupId:
    """Return the id of a group that does not exist."""
    return GroupId(organization=shop.id, value="gone")


MISSING: dict[str, tuple[str, Callable[[Shop], Command[Any]]]] = {
    "the organization to read": (
        "organization",
        lambda s: ReadOrganization(actor=everywhere(NOWHERE), id=NOWHERE),
    ),
    "the parent to make below": (
        "department",
        lambda s: MakeDepartment(actor=s.admin, organization=s.id, name="New", parent=gone(s)),
    ),
    "the parent to move below": (
        "department",
        lambda s: MoveDepartment(actor=s.admin, department=department(s), parent=gone(s)),
    ),
    "the parent of another organization to make below": (
        "department",
        lambda s: MakeDepartment(actor=s.admin, organization=s.id, name="New", parent=THEIRS),
    ),
    "the parent of another organization to move below": (
        "department",
        lambda s: MoveDepartment(actor=s.admin, department=department(s), parent=THEIRS),
    ),
    "the department to move": (
        "department",
        lambda s: MoveDepartment(actor=s.admin, department=gone(s), parent=None),
    ),
    "the group to rename": ("group", lambda s: RenameGroup(actor=s.admin, group=no_group(s), name="New")),
    "the group to switch": (
        "group",
        lambda s: SwitchExternal(actor=s.admin, group=no_group(s), allows_external=True),
    ),
    "the group to open applications to": ("group", lambda s: ChangeApplications(actor=s.admin, group=no_group(s))),
    "the group to retire": ("group", lambda s: RetireGroup(actor=s.admin, group=no_group(s))),
    "the group to read": ("group", lambda s: ReadGroup(actor=s.admin, group=no_group(s))),
    "the group to add to": ("group", lambda s: AddMembers(actor=s.admin, group=no_group(s), people=())),
    "the group to invite into": ("group", lambda s: InviteMembers(actor=s.admin, group=no_group(s), people=())),
    "the group to remove from": ("group", lambda s: RemoveMembers(actor=s.admin, group=no_group(s), people=())),
    "the group to list": ("group", lambda s: ListMembers(actor=s.admin, group=no_group(s))),
    "the organization to list the groups of": (
        "organization",
        lambda s: ListGroups(actor=everywhere(NOWHERE), organization=NOWHERE),
    ),
    "an application of another organization to make a group with": (
        "application",
        lambda s: MakeGroup(actor=s.admin, organization=s.id, name="New", applications=frozenset({THEIR_MAIL})),
    ),
    "an application of another organization to add": (
        "application",
        lambda s: ChangeApplications(actor=s.admin, group=group(s), add=frozenset({THEIR_MAIL})),
    ),
    "the kind to list": ("catalog", lambda s: ListCatalog(actor=s.admin, organization=s.id, kind="planets")),
}


def gone(shop: Shop) -> DepartmentId:
    """Return the id of a department that does not exist."""
    return DepartmentId(organization=shop.id, value="gone")


@pytest.mark.parametrize("case", MISSING)
def test_what_is_not_there_is_named(shop: Shop, case: str) -> None:
    """A refusal for something that is not there says what kind of thing it is."""
    what, asking = MISSING[case]
    refusal = shop.refused(asking(shop))
    assert isinstance(refusal, NotFound)
    assert what == refusal.what


NAMED: dict[str, Callable[[Shop, str], Command[Any]]] = {
    "account": lambda s, name: OpenAccount(
        actor=s.admin,
        organization=s.id,
        host=HostAccount(system="crm", id="shop-9"),
        name=name,
        policy=RegistrationPolicy.by_person(),
    ),
    "department": lambda s, name: MakeDepartment(actor=s.admin, organization=s.id, name=name),
    "job profile": lambda s, name: MakeJobProfile(actor=s.admin, organization=s.id, name=name),
    "permission type": lambda s, name: MakePermissionType(actor=s.admin, organization=s.id, name=name),
    "group": lambda s, name: MakeGroup(actor=s.admin, organization=s.id, name=name),
    "renamed group": lambda s, name: RenameGroup(actor=s.admin, group=group(s), name=name),
    "renamed entry": lambda s, name: RenameCatalogEntry(actor=s.admin, entry=department(s), name=name),
}


@pytest.mark.parametrize("case", NAMED)
def test_a_name_is_a_name(shop: Shop, case: str) -> None:
    """What has a name has one that can be read; a refusal says that it is the name that cannot."""
    refusal = shop.refused(NAMED[case](shop, " "))
    assert isinstance(refusal, InvalidValue)
    assert ("name", "empty") == (refusal.field, refusal.problem)


class TestMany:
    """What is pasted is bounded, before anything of it is looked at."""

    def pasted(self, shop: Shop, text: str) -> AddPeople:
        """Return the command for pasted lines."""
        return AddPeople.pasted(text, actor=shop.admin, account=shop.account.id, request_id="once")

    def test_lines(self, shop: Shop) -> None:
        """A thousand lines are taken, one more is refused, pasted or not."""
        assert 1000 == len(self.pasted(shop, "anna\n" * 1000).people)
        with pytest.raises(TooMany) as pasted:
            self.pasted(shop, "anna\n" * 1001)
        people = tuple(NewPerson(login="anna") for _ in range(1001))
        given = shop.refused(AddPeople(actor=shop.admin, account=shop.account.id, people=people))
        assert isinstance(given, TooMany)
        assert ("people", 1000) == (pasted.value.what, pasted.value.limit) == (given.what, given.limit)

    def test_people_of_a_group(self, shop: Shop) -> None:
        """A thousand people are named at once, one more is refused, whatever is to become of them."""
        into = group(shop)
        people = tuple(SubAccountId(organization=shop.id, value=f"p{number}") for number in range(1001))
        for change in (AddMembers, InviteMembers, RemoveMembers):
            assert 1000 == len(shop.handle(change(actor=shop.admin, group=into, people=people[:1000])))
            refusal = shop.refused(change(actor=shop.admin, group=into, people=people))
            assert isinstance(refusal, TooMany)
            assert ("people", 1000) == (refusal.what, refusal.limit)

    def test_applications_of_a_group(self, shop: Shop) -> None:
        """A group opens a thousand applications, and one more is refused, made or added."""
        opened = [ApplicationId(organization=shop.id, value=f"a{number}") for number in range(1001)]
        making = MakeGroup(actor=shop.admin, organization=shop.id, name="All", applications=frozenset(opened[:1000]))
        made = shop.handle(making)
        assert 1000 == len(made.applications)
        more = frozenset(opened[1000:])
        refusals = (
            shop.refused(ChangeApplications(actor=shop.admin, group=made.id, add=more)),
            shop.refused(evolve(making, name="More", applications=frozenset(opened))),
        )
        for refusal in refusals:
            assert isinstance(refusal, TooMany)
            assert ("applications", 1000) == (refusal.what, refusal.limit)
        instead = ChangeApplications(actor=shop.admin, group=made.id, add=more, remove=frozenset(opened[:1]))
        assert frozenset(opened[1:]) == shop.handle(instead).applications

    def test_characters(self, shop: Shop) -> None:
        """A hundred thousand characters are taken, one more is refused."""
        assert 1 == len(self.pasted(shop, "x" * 100_000).people)
        with pytest.raises(TooMany) as refused:
            self.pasted(shop, "x" * 100_001)
        assert ("pasted characters", 100_000) == (refused.value.what, refused.value.limit)

    def test_a_line_is_a_login(self, shop: Shop) -> None:
        """Blanks and a byte order mark around a login are dropped, letters are not; the request is remembered."""
        command = self.pasted(shop, "\ufeffXenia X\n\t X \n\n")
        assert (["Xenia X", "X"], "once") == ([each.login for each in command.people], command.request_id)

    def test_every_answer_is_its_lines(self, shop: Shop) -> None:
        """Each answer repeats the first 64 letters of its own line, so that a bad one is found again."""
        typed = ["anna", "bad one", "y" * 65]
        answers = shop.handle(self.pasted(shop, "\n".join(typed)))
        assert ["anna", "bad one", "y" * 64] == [answer.typed for answer in answers]


class TestDepartmentRoles:
    """Who administers departments adds people to these, line by line."""

    def adding(self, shop: Shop, **fields: Any) -> AddPerson:
        """Return the command of somebody who administers one department."""
        mine = department(shop)
        actor = HostUser(id="lead", grants=frozenset({Grant(role=Role.ADMINISTRATOR, scope=mine)}))
        values = {"departments": [mine] if fields.pop("inside", False) else []}
        return AddPerson(actor=actor, account=shop.account.id, login=fields["login"], fields=values)

    def test_into_a_department_of_its_own(self, shop: Shop) -> None:
        """A person in its department is added."""
        added = shop.handle(self.adding(shop, login="anna", inside=True))
        assert "anna" == added.sub_account.login.text

    def test_into_none(self, shop: Shop) -> None:
        """A person in no department of its own is refused by that field."""
        refusal = shop.refused(self.adding(shop, login="anna"))
        assert isinstance(refusal, FieldRefused)
        assert ("departments", "not_supplied_by_you") == (refusal.field, refusal.why)

    def test_a_bad_line_is_told_what_is_bad(self, shop: Shop) -> None:
        """A login that is none is told as such, and not as a department out of reach."""
        assert isinstance(shop.refused(self.adding(shop, login="bad one")), InvalidValue)


def test_another_ring_opens_nothing(shop: Shop) -> None:
    """An organization of another key ring takes no new account: its codes could never be checked."""
    shop.keys = KeyRing.in_memory(b"another ring of thirty-two bytes")
    shop.subs = shop.facade()
    with pytest.raises(KeyRingFailed) as refused:
        shop.handle(NAMED["account"](shop, "Shop 9"))
    assert "foreign" == refused.value.problem
