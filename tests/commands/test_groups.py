"""Groups by their administrators: named once, changed, retired, read by everybody with a role; told in stories."""

from __future__ import annotations

from typing import Final

import pytest
from attrs import evolve

from subaccounts import (
    ChangeApplications,
    CreateOrganization,
    DepartmentId,
    Group,
    GroupId,
    HostUser,
    ListGroups,
    MakeGroup,
    OrganizationId,
    ReadGroup,
    RenameGroup,
    RetireGroup,
    SwitchExternal,
    System,
    Ungrouped,
)
from subaccounts.domain.group_events import GroupApplicationsChanged, GroupMade, GroupRenamed, GroupRetired
from subaccounts.domain.widening import Loud
from subaccounts.errors import InvalidValue, NameTaken, NotAllowed, WidensSight, WrongState
from tests.commands.members import Company
from tests.commands.shop import SETUP
from tests.group_samples import applications

LOUD: Final = frozenset({Loud.TO_EXTERNALS})


@pytest.fixture
def company() -> Company:
    """Open a company with a group of partners."""
    return Company()


class TestNames:
    """A name is one living group's, however it is written."""

    def test_taken(self, company: Company) -> None:
        """Given a group, no other is made or renamed to its name in other letters, and it keeps its own."""
        friends = company.make("Friends")
        for asking in (
            MakeGroup(actor=company.admin, organization=company.id, name="PARTNERS"),
            RenameGroup(actor=company.admin, group=friends.id, name=" partners "),
        ):
            refusal = company.refused(asking)
            assert isinstance(refusal, NameTaken)
            assert "name" == refusal.field
        again = company.handle(RenameGroup(actor=company.admin, group=friends.id, name="FRIENDS"))
        assert ("FRIENDS", friends.version + 1) == (again.name, again.version)

    def test_of_another_organization(self, company: Company) -> None:
        """Given a name that is taken here, another organization has it too."""
        other = OrganizationId(value="other")
        company.handle(CreateOrganization(actor=SETUP, id=other, name="Other", ungrouped=Ungrouped.NOBODY))
        admin = HostUser.administrator("boss", of=other)
        assert "Partners" == company.handle(MakeGroup(actor=admin, organization=other, name="Partners")).name

    def test_of_a_retired_group(self, company: Company) -> None:
        """Given a retired group, its name is free."""
        company.handle(RetireGroup(actor=company.admin, group=company.partners))
        assert company.partners != company.make("Partners").id

    def test_taken_meanwhile(self, company: Company) -> None:
        """Given somebody who is faster with a name, the second is refused and not stored beside it."""
        company.meanwhile(lambda: company.make("Friends"))
        with pytest.raises(NameTaken):
            company.make("friends")

    def test_cleaned(self, company: Company) -> None:
        """A name is kept as it is read: one space between words, none around, and no longer than a heading."""
        assert "Our partners" == company.make("  Our\u00a0 partners ").name
        refusal = company.refused(MakeGroup(actor=company.admin, organization=company.id, name="x" * 201))
        assert isinstance(refusal, InvalidValue)
        assert ("name", "too_long", 200) == (refusal.field, refusal.problem, refusal.limit)


class TestChanges:
    """What is done to a group is answered as it is stored, and is in the trail."""

    def test_made(self, company: Company) -> None:
        """Given nothing said, a group takes employees only and opens nothing; what is said is stored."""
        plain = company.make("Plain")
        assert (False, frozenset(), None) == (plain.allows_external, plain.applications, plain.retired_at)
        opened = applications(company.id, "mail", "wiki")
        full = company.make("Full", allows_external=True, applications=opened, accepting=LOUD)
        assert (True, opened) == (full.allows_external, full.applications)
        assert [plain, full] == list(company.repository.groups((plain.id, full.id)))
        expected = GroupMade(group=full.id, name="Full", allows_external=True, applications=opened)
        assert expected == company.happened(GroupMade)[-1]

    def test_a_life(self, company: Company) -> None:
        """Given a group, it is renamed, switched, opened to applications and retired, each once, by who did it."""
        moment, group = len(company.events()), company.partners
        mail, wiki = applications(company.id, "mail"), applications(company.id, "wiki")
        for command in (
            RenameGroup(actor=company.admin, group=group, name="Friends"),
            RenameGroup(actor=company.admin, group=group, name="Friends"),
            SwitchExternal(actor=company.admin, group=group, allows_external=True),
            ChangeApplications(actor=company.admin, group=group, add=mail, accepting=LOUD),
            ChangeApplications(actor=company.admin, group=group, add=wiki, remove=mail, accepting=LOUD),
            RetireGroup(actor=company.admin, group=group),
        ):
            assert company.handle(command) == company.repository.groups((group,))[0]
        assert [
            GroupRenamed(group=group, before="Partners", after="Friends"),
            GroupApplicationsChanged(group=group, added=mail, removed=frozenset()),
            GroupApplicationsChanged(group=group, added=wiki, removed=mail),
            GroupRetired(group=group),
        ] == company.since(moment)
        assert {("host_user", "boss")} == {(event.by.kind, event.by.id) for event in company.events()[moment:]}
        assert company.clock() == company.handle(ReadGroup(actor=company.admin, group=group)).retired_at

    def test_a_retired_group_stays_as_it_is(self, company: Company) -> None:
        """Given a retired group, nothing is done to it any more."""
        group = company.partners
        company.handle(RetireGroup(actor=company.admin, group=group))
        for command in (
            RenameGroup(actor=company.admin, group=group, name="Friends"),
            SwitchExternal(actor=company.admin, group=group, allows_external=False),
            ChangeApplications(actor=company.admin, group=group),
            RetireGroup(actor=company.admin, group=group),
        ):
            assert isinstance(company.refused(command), WrongState)

    def test_what_opens_to_people_from_outside(self, company: Company) -> None:
        """Given a group that takes people from outside by it, or opens more to those it takes, each is refused until that
        is accepted, and nothing is changed; what it takes away asks nobody."""
        mail, wiki = applications(company.id, "mail"), applications(company.id, "wiki")
        making = MakeGroup(
            actor=company.admin, organization=company.id, name="Suppliers", allows_external=True, applications=mail
        )
        self.widens(company, making)
        group = company.handle(evolve(making, accepting=LOUD)).id
        adding = ChangeApplications(actor=company.admin, group=group, add=wiki)
        self.widens(company, adding)
        company.handle(evolve(adding, accepting=LOUD))
        company.handle(ChangeApplications(actor=company.admin, group=group, remove=mail))
        company.handle(SwitchExternal(actor=company.admin, group=group, allows_external=False))
        company.handle(evolve(adding, add=mail))
        switching = SwitchExternal(actor=company.admin, group=group, allows_external=True)
        self.widens(company, switching)
        company.handle(evolve(switching, accepting=LOUD))
        company.handle(switching)

    def widens(self, company: Company, change: MakeGroup | SwitchExternal | ChangeApplications) -> None:
        """Hold that a change is refused as one to people from outside, also where something else was accepted."""
        for accepting in (frozenset[Loud](), frozenset({Loud.TO_EVERYBODY})):
            before = company.stored()
            refused = company.refused(evolve(change, accepting=accepting))
            assert isinstance(refused, WidensSight)
            assert (("to_externals",), before) == (refused.loud, company.stored())

    def test_two_at_once(self, company: Company) -> None:
        """Given somebody who adds an application meanwhile, the other one's is added to it and takes nothing away."""
        group, mail, wiki = company.partners, applications(company.id, "mail"), applications(company.id, "wiki")
        adding = ChangeApplications(actor=company.admin, group=group, add=mail, accepting=LOUD)
        company.meanwhile(lambda: company.handle(adding))
        changed = company.handle(evolve(adding, add=wiki))
        assert mail | wiki == changed.applications

    def test_the_system_keeps_groups(self, company: Company) -> None:
        """Given a host that keeps its groups itself, its job makes and changes them."""
        sync = System(name="sync")
        made = company.handle(MakeGroup(actor=sync, organization=company.id, name="Synced"))
        assert "Again" == company.handle(RenameGroup(actor=sync, group=made.id, name="Again")).name


class TestLists:
    """Groups are nobody's secret among those with a role, over whatever part of the organization."""

    def test_in_pages(self, company: Company) -> None:
        """Given groups, retired ones among them, they are listed in the order of their ids, page by page."""
        company.make("Friends")
        company.handle(RetireGroup(actor=company.admin, group=company.partners))
        company.make("Guests")
        everything = company.handle(ListGroups(actor=company.admin, organization=company.id))
        assert ["Partners", "Friends", "Guests"] == [each.name for each in everything]
        found: list[Group] = []
        after: GroupId | None = None
        while page := company.handle(ListGroups(actor=company.admin, organization=company.id, after=after, limit=1)):
            found += page
            after = page[-1].id
        assert list(everything) == found

    def test_by_a_role_over_a_part(self, company: Company) -> None:
        """Given a role over an account or a department, the groups it can add people to are read and listed."""
        somewhere = DepartmentId(organization=company.id, value="some")
        for scope in (company.account.id, somewhere, company.id):
            for actor in (HostUser.administrator("a", of=scope), HostUser.moderator("m", of=scope)):
                assert "Partners" == company.handle(ReadGroup(actor=actor, group=company.partners)).name
                assert 1 == len(company.handle(ListGroups(actor=actor, organization=company.id)))

    def test_by_nobody_else(self, company: Company) -> None:
        """Given a role elsewhere, or none, the groups are not shown, nor whether there is one."""
        elsewhere = DepartmentId(organization=OrganizationId(value="elsewhere"), value="some")
        nowhere = GroupId(organization=company.id, value="gone")
        for actor in (HostUser(id="nobody"), HostUser.administrator("far", of=elsewhere)):
            for group in (company.partners, nowhere):
                assert isinstance(company.refused(ReadGroup(actor=actor, group=group)), NotAllowed)
            assert isinstance(company.refused(ListGroups(actor=actor, organization=company.id)), NotAllowed)
