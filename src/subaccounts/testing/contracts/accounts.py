"""The contract of the port `Accounts`."""

from __future__ import annotations

from attrs import evolve

from ...domain.account import Account
from ...domain.sub_account import AccountFacts
from .. import builders as a
from .. import specimens
from .contract import clause
from .expect import expect_equal
from .storage import StorageContract, store, stored, walk


class AccountsContract(StorageContract):
    """Prove the clauses of `Accounts`; needs its two reads and `commit`."""

    @clause("R6")
    async def test_r6_an_account_comes_with_its_organization(self) -> None:
        """An account is read with its organization, both as last put; one that does not exist is None."""
        repository = await self.opened()
        organization, account = a.organization(), a.account()
        await store(repository, organization, account, a.account(2))
        expected = AccountFacts(organization=stored(organization), account=stored(account))
        expect_equal(expected, await repository.account(account.id), "the account")
        moved = evolve(stored(account), name="Renamed", epoch=2)
        renamed = evolve(stored(organization), name="Tea & Co")
        await store(repository, moved, renamed)
        expected = AccountFacts(organization=stored(renamed), account=stored(moved))
        expect_equal(expected, await repository.account(account.id), "the account after its second put")
        expect_equal(None, await repository.account(a.account_id(3)), "an account nobody put")

    @clause("R6")
    async def test_r6_from_another_organization(self) -> None:
        """Another organization's account of the same value is another account, under its own organization."""
        repository = await self.opened()
        await store(repository, a.organization(), a.organization(a.THEIRS, name="Theirs"), a.account(name="Ours"))
        theirs = a.account(of=a.THEIRS, name="Theirs")
        expect_equal(None, await repository.account(theirs.id), "their account, when only ours exists")
        await store(repository, theirs)
        expected = AccountFacts(organization=stored(a.organization(a.THEIRS, name="Theirs")), account=stored(theirs))
        expect_equal(expected, await repository.account(theirs.id), "their account")

    @clause("R7")
    async def test_r7_pages_in_order_of_id(self) -> None:
        """Pages hold the organization's accounts by id value, each beginning after the value given."""
        repository = await self.opened()
        accounts = [a.account(number, name=f"Shop {50 - number}") for number in (17, 2, 9, 30, 4)]
        await store(repository, a.organization(), *accounts)
        expected = [stored(account) for account in sorted(accounts, key=lambda account: account.id.value)]

        for limit in (1, 2, 4, 5, 6):

            async def page(last: Account | None, limit: int = limit) -> tuple[Account, ...]:
                return await repository.accounts_page(a.OURS, after=last.id.value if last else None, limit=limit)

            expect_equal(expected, await walk(page, limit), f"the accounts by {limit}")
        after = await repository.accounts_page(a.OURS, after=a.value(3), limit=2)
        expect_equal(tuple(expected[1:3]), after, "the page after a value that does not exist")

    @clause("R7")
    async def test_r7_from_another_organization(self) -> None:
        """A page of another organization shows only its own accounts."""
        repository = await self.opened()
        await store(repository, a.organization(), a.organization(a.THEIRS), a.account(1), a.account(2))
        page = await repository.accounts_page(a.THEIRS, after=None, limit=9)
        expect_equal((), page, "their accounts, when only we have some")
        theirs = a.account(2, of=a.THEIRS, name="Theirs")
        await store(repository, theirs)
        expect_equal((stored(theirs),), await repository.accounts_page(a.THEIRS, after=None, limit=9), "their accounts")

    @clause("storage")
    async def test_storage_keeps_every_account_whole(self) -> None:
        """Every field of an account is read back equal, the policy with the order of its fields."""
        repository = await self.opened()
        accounts = specimens.accounts()
        await store(repository, a.organization(), *accounts)
        for account in accounts:
            facts = await repository.account(account.id)
            expect_equal(stored(account), facts.account if facts else None, "an account")
            read = tuple(facts.account.policy.fields) if facts else ()
            expect_equal(tuple(account.policy.fields), read, "the order of a policy's fields")
