"""Pages of people at their edges, and the small rules around giving, renaming and choosing."""

from __future__ import annotations

import pytest

from subaccounts import (
    AddPeople,
    AddPerson,
    ChangePassword,
    DeletePerson,
    DepartmentId,
    EditPerson,
    HostUser,
    ListPeople,
    MakeDepartment,
    NewPerson,
    RenamePerson,
    Role,
    Secret,
    SignedIn,
)
from subaccounts.domain.actor import Grant
from subaccounts.errors import FieldRefused, NameTaken, PasswordRefused
from tests.commands.shop import NAMED, PASSWORD, Shop


def crowd(shop: Shop, count: int) -> None:
    """Add this many people."""
    people = tuple(NewPerson(login=f"person-{n:03}") for n in range(count))
    shop.handle(AddPeople(actor=shop.admin, account=shop.account.id, people=people))


def department(shop: Shop, name: str) -> DepartmentId:
    """Make a department."""
    made = shop.handle(MakeDepartment(actor=shop.admin, organization=shop.id, name=name))
    assert isinstance(made.id, DepartmentId)
    return made.id


def lead(*departments: DepartmentId) -> HostUser:
    """Return somebody who administers departments."""
    return HostUser(id="lead", grants=frozenset(Grant(role=Role.ADMINISTRATOR, scope=each) for each in departments))


class TestPages:
    """A page says whether there is more, and only then where to go on."""

    @pytest.mark.parametrize(("count", "limit", "more"), [(3, 2, True), (3, 3, False), (3, 4, False), (60, 60, False)])
    def test_the_last_page_leads_nowhere(self, shop: Shop, count: int, limit: int, more: bool) -> None:
        """A page that holds everybody has no next one, also when it is full to the last place."""
        crowd(shop, count)
        page = shop.handle(ListPeople(actor=shop.admin, organization=shop.id, limit=limit))
        assert (min(count, limit), more) == (len(page.people), page.after is not None)

    def test_roles_narrow_what_is_asked(self, shop: Shop) -> None:
        """Who administers one department and asks for another sees nobody of it."""
        sales, stock = department(shop, "Sales"), department(shop, "Stock")
        for login, where in (("anna", sales), ("boris", stock)):
            fields = {"departments": [where]}
            shop.handle(AddPerson(actor=shop.admin, account=shop.account.id, login=login, fields=fields))
        asked = ListPeople(actor=lead(sales), organization=shop.id, departments=frozenset({stock}))
        assert () == shop.handle(asked).people
        all_of_it = ListPeople(actor=shop.admin, organization=shop.id, departments=frozenset({stock}))
        assert ["boris"] == [person.login.text for person in shop.handle(all_of_it).people]
        own = shop.handle(ListPeople(actor=lead(sales), organization=shop.id))
        assert ["anna"] == [person.login.text for person in own.people]


class TestDepartments:
    """Who administers departments changes these alone, and moves nobody out of reach."""

    def test_all_of_its_own(self, shop: Shop) -> None:
        """A person can be moved from one own department to another: the change is all within reach."""
        sales, stock = department(shop, "Sales"), department(shop, "Stock")
        anna = shop.handle(
            AddPerson(actor=shop.admin, account=shop.account.id, login="anna", fields={"departments": [sales]})
        ).sub_account
        moving = EditPerson(actor=lead(sales, stock), sub_account=anna.id, fields={"departments": [stock]})
        assert frozenset({stock}) == shop.handle(moving).profile.departments

    def test_out_of_reach(self, shop: Shop) -> None:
        """A department that is not its own is refused by that field."""
        sales, stock = department(shop, "Sales"), department(shop, "Stock")
        anna = shop.handle(
            AddPerson(actor=shop.admin, account=shop.account.id, login="anna", fields={"departments": [sales]})
        ).sub_account
        refusal = shop.refused(
            EditPerson(actor=lead(sales), sub_account=anna.id, fields={"departments": [sales, stock]})
        )
        assert isinstance(refusal, FieldRefused)
        assert ("departments", "not_supplied_by_you") == (refusal.field, refusal.why)

    def test_a_persons_own(self, shop: Shop) -> None:
        """A person who may not give departments is told so by the policy, whatever its roles."""
        anna = shop.claimed("anna")
        actor = SignedIn(subject=anna)
        editing = EditPerson(actor=actor, sub_account=anna.sub_account, fields={"departments": []})
        refusal = shop.refused(editing)
        assert isinstance(refusal, FieldRefused)
        assert ("departments", "not_supplied_by_you") == (refusal.field, refusal.why)


class TestRenaming:
    """Reuse gives on what the deleted had, and nothing else."""

    def test_not_what_somebody_has(self, shop: Shop) -> None:
        """A living person's login is refused, also to who says that deleted ones are given on."""
        anna = shop.add("anna").sub_account
        shop.add("boris")
        refusal = shop.refused(RenamePerson(actor=shop.admin, sub_account=anna.id, login="boris", reuse_deleted=True))
        assert isinstance(refusal, NameTaken)
        assert ("login", "held") == (refusal.field, refusal.why)

    @pytest.mark.parametrize("text", ["anna\nboris", "boris\nanna"])
    def test_beside_what_somebody_has(self, shop: Shop, text: str) -> None:
        """In one paste a deleted person's login is given on beside one that somebody has, whatever their order."""
        shop.add("anna")
        shop.handle(DeletePerson(actor=shop.admin, sub_account=shop.add("boris").sub_account.id))
        pasting = AddPeople.pasted(text, actor=shop.admin, account=shop.account.id, reuse_deleted=True)
        answers = {answer.typed: answer.refusal for answer in shop.handle(pasting)}
        assert (True, None) == (isinstance(answers["anna"], NameTaken), answers["boris"])


class TestPasswords:
    """A changed password is as long as the factors beside it ask for."""

    def test_beside_a_second_factor(self, shop: Shop) -> None:
        """Eight letters are enough where the host has shown another factor in this command, and only there."""
        anna = shop.claimed("anna", fields=NAMED)
        short = Secret("qWx7!pzR")
        alone = ChangePassword(subject=anna, current=Secret(PASSWORD), new=short)
        refusal = shop.refused(alone)
        assert isinstance(refusal, PasswordRefused)
        assert "too_short" == refusal.reason
        fresh = shop.handle(ChangePassword(subject=anna, current=Secret(PASSWORD), new=short, second_factor=True))
        assert anna.sub_account == fresh.sub_account
