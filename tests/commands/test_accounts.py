"""Accounts: opening them, and what stands in the way; closing, opening again, switching the policy, listing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from subaccounts import (
    AccountId,
    AccountState,
    ArchivePerson,
    AskAdministrator,
    CloseAccount,
    Command,
    CompleteFields,
    CreateOrganization,
    CreatePassword,
    DeletePerson,
    HostAccount,
    HostRole,
    HostUser,
    ListAccounts,
    OpenAccount,
    OpenClaim,
    Organization,
    OrganizationId,
    PreviewPolicySwitch,
    ReadAccount,
    Recognize,
    RegistrationPolicy,
    SwitchPolicy,
    SwitchPreview,
    Ungrouped,
)
from subaccounts.domain.events import AccountClosed, AccountOpened, PolicySwitched
from subaccounts.errors import (
    HostAccountPrivileged,
    NameTaken,
    NotAllowed,
    NotFound,
    SubscriptionRequired,
    TooMany,
    WrongState,
)
from tests.commands.shop import NAMED, SETUP, Shop, code_of

BY_PERSON, BY_ADMINISTRATOR = RegistrationPolicy.by_person(), RegistrationPolicy.by_administrator()
OPEN_CLAIM = RegistrationPolicy.by_person(claim=OpenClaim(within=timedelta(days=7)))


def opening(shop: Shop, host: str, *, organization: OrganizationId | None = None) -> OpenAccount:
    return OpenAccount(
        actor=shop.admin if organization is None else HostUser.administrator("boss", of=organization),
        organization=organization or shop.id,
        host=HostAccount(system="crm", id=host),
        name="  A   shop ",
        policy=BY_PERSON,
    )


def switching(shop: Shop, policy: RegistrationPolicy) -> SwitchPolicy:
    return SwitchPolicy(actor=shop.admin, account=shop.account.id, policy=policy)


class TestOpening:
    """An account is opened on an ordinary host account, by an administrator, where it was bought."""

    def test_an_account_is_opened(self, shop: Shop) -> None:
        """Given a subscription and an ordinary host account, an account is opened, stored and told."""
        account = shop.handle(opening(shop, "shop-9"))
        assert ("A shop", AccountState.OPEN, 1, shop.clock()) == (
            account.name,
            account.state,
            account.version,
            account.opened_at,
        )
        assert account == shop.handle(ReadAccount(actor=shop.admin, account=account.id))
        assert AccountOpened(host=account.host, policy="by_person") == shop.happened(AccountOpened)[-1]

    @pytest.mark.parametrize("role", HostRole)
    def test_not_on_a_privileged_host_account(self, shop: Shop, role: HostRole) -> None:
        """Given a host account that is an administrator or moderator, nothing is opened, and the role is named."""
        shop.hosts.promote(HostAccount(system="crm", id="shop-9"), role)
        refusal = shop.refused(opening(shop, "shop-9"))
        assert isinstance(refusal, HostAccountPrivileged)
        assert (role.value,) == refusal.roles

    def test_not_without_a_subscription(self, shop: Shop) -> None:
        """Given a subscription that ended, the refusal carries what to buy, where, and when it ended."""
        ended = shop.clock()
        shop.subscriptions.lapse(shop.id, at=ended)
        refusal = shop.refused(opening(shop, "shop-9"))
        assert isinstance(refusal, SubscriptionRequired)
        assert ("Sub-accounts", "https://shop.example/sub-accounts", ended) == (
            refusal.product,
            refusal.buy_at,
            refusal.ended_at,
        )

    def test_not_twice(self, shop: Shop) -> None:
        """Given an open account on the host account, another is refused."""
        refusal = shop.refused(opening(shop, "shop-1"))
        assert isinstance(refusal, NameTaken)
        assert "host_account" == refusal.field

    def test_not_in_an_organization_that_is_not_there(self, shop: Shop) -> None:
        """Given no such organization, nothing is opened."""
        refusal = shop.refused(opening(shop, "shop-9", organization=OrganizationId(value="nowhere")))
        assert isinstance(refusal, NotFound)
        assert "organization" == refusal.what

    def test_two_organizations_have_one_host_account_each(self, shop: Shop) -> None:
        """The same host account in two organizations is two accounts that know nothing of each other."""
        other = OrganizationId(value="other")
        shop.handle(CreateOrganization(actor=SETUP, id=other, name="Other", ungrouped=Ungrouped.EVERYBODY))
        account = shop.handle(opening(shop, "shop-1", organization=other))
        assert (shop.account.host, other) == (account.host, account.id.organization)


class TestClosing:
    """Closing signs everybody out and loses nothing."""

    def test_everybody_is_signed_out(self, shop: Shop) -> None:
        """Given somebody signed in, closing ends that, and nobody signs in until the account opens again."""
        anna = shop.claimed()
        closed = shop.handle(CloseAccount(actor=shop.admin, account=shop.account.id))
        assert (AccountState.CLOSED, 2) == (closed.state, closed.epoch)
        assert None is shop.handle(Recognize(subject=anna))
        assert repr(AskAdministrator(why="account_closed")) == repr(shop.sign_in())
        assert [AccountClosed()] == shop.happened(AccountClosed)

    def test_opening_again_brings_the_people_back(self, shop: Shop) -> None:
        """Given a closed account, opening it is the same account: people sign in anew, earlier sign-ins stay dead."""
        anna = shop.claimed()
        shop.handle(CloseAccount(actor=shop.admin, account=shop.account.id))
        opened = shop.handle(opening(shop, "shop-1"))
        assert (shop.account.id, AccountState.OPEN, 2) == (opened.id, opened.state, opened.policy_version)
        assert None is shop.handle(Recognize(subject=anna))
        assert anna.sub_account == shop.enter().sub_account

    def test_codes_of_before_are_dead(self, shop: Shop) -> None:
        """Given a code that was out, closing and opening again kills it."""
        code = code_of(shop.add())
        shop.handle(CloseAccount(actor=shop.admin, account=shop.account.id))
        shop.handle(opening(shop, "shop-1"))
        assert repr(AskAdministrator(why="no_code")) == repr(shop.complete(code=code))

    def test_a_closed_account_takes_nothing(self, shop: Shop) -> None:
        """Given a closed account, nobody is added, no policy is switched, and it is not closed again."""
        shop.handle(CloseAccount(actor=shop.admin, account=shop.account.id))
        again = CloseAccount(actor=shop.admin, account=shop.account.id)
        for command in (again, switching(shop, BY_ADMINISTRATOR)):
            refusal = shop.refused(command)
            assert isinstance(refusal, WrongState)
            assert ("account", "closed") == (refusal.what, refusal.state)
        with pytest.raises(WrongState):
            shop.add()


class TestSwitchingPolicy:
    """A switch is one write: codes of before die by comparison, who is active stays so."""

    def test_codes_of_before_die(self, shop: Shop) -> None:
        """Given a code under the old policy, after the switch only the administrator helps, with a new code."""
        code = code_of(shop.add(fields=NAMED))
        switched = shop.handle(switching(shop, BY_ADMINISTRATOR))
        assert ("by_administrator", 2) == (switched.policy.name, switched.policy_version)
        assert repr(AskAdministrator(why="no_code")) == repr(shop.complete(code=code, fields={}))
        assert [PolicySwitched(before="by_person", after="by_administrator", policy_version=2)] == shop.happened(
            PolicySwitched
        )

    def test_who_is_active_stays_so(self, shop: Shop) -> None:
        """Given a person who signed in, a switch neither signs it out nor asks anything more."""
        anna = shop.claimed()
        shop.handle(switching(shop, RegistrationPolicy.complete_record()))
        assert None is not shop.handle(Recognize(subject=anna))
        shop.enter()

    def test_to_an_open_claim(self, shop: Shop) -> None:
        """Given a person who waits, an open claim is open for what is left of its window since the person waits."""
        shop.add()
        shop.wait(days=6)
        shop.handle(switching(shop, OPEN_CLAIM))
        assert repr(CompleteFields(fields=("full_name", "position"), code_needed=False)) == repr(shop.begin())
        shop.wait(days=1)
        assert repr(AskAdministrator(why="no_code")) == repr(shop.begin())

    def test_a_switch_during_a_registration(self, shop: Shop) -> None:
        """Given a claim begun under the old policy, the same policy under a new version refuses its code."""
        code = code_of(shop.add())
        shop.handle(switching(shop, BY_PERSON))
        assert repr(AskAdministrator(why="no_code")) == repr(shop.complete(code=code))


class TestPreview:
    """A plan first says who is affected."""

    def test_who_is_affected(self, shop: Shop) -> None:
        """Of all people it counts who waits, whose code dies, who is asked more and who is stuck; nothing changes."""
        shop.claimed("active")
        shop.add("bare")
        shop.add("named", fields=NAMED)
        shop.handle(ArchivePerson(actor=shop.admin, sub_account=shop.add("archived").sub_account.id))
        shop.handle(DeletePerson(actor=shop.admin, sub_account=shop.add("deleted").sub_account.id))
        stored = shop.stored()
        preview = PreviewPolicySwitch(actor=shop.admin, account=shop.account.id, policy=BY_ADMINISTRATOR)
        expected = SwitchPreview(people=4, waiting=2, codes_dying=2, asked_more=0, stuck=1)
        assert expected == shop.handle(preview)
        same = PreviewPolicySwitch(actor=shop.admin, account=shop.account.id, policy=BY_PERSON)
        assert SwitchPreview(people=4, waiting=2, codes_dying=2, asked_more=1, stuck=0) == shop.handle(same)
        assert stored == shop.stored()

    def test_codes_that_are_dead_do_not_die(self, shop: Shop) -> None:
        """A code that expired is not counted among those that would die."""
        shop.add()
        shop.wait(days=30)
        preview = PreviewPolicySwitch(actor=shop.admin, account=shop.account.id, policy=BY_PERSON)
        assert 0 == shop.handle(preview).codes_dying

    def test_only_this_accounts_people(self, shop: Shop) -> None:
        """People of another account are none of this one's."""
        shop.add("boris", account=shop.open("shop-2"))
        preview = PreviewPolicySwitch(actor=shop.admin, account=shop.account.id, policy=BY_PERSON)
        assert SwitchPreview() == shop.handle(preview)

    def test_the_switch_does_what_the_preview_said(self) -> None:
        """Given persons who only create a password, a switch that asks more asks them."""
        shop = Shop(policy=BY_ADMINISTRATOR)
        added = shop.add(fields=NAMED)
        step = shop.begin()
        assert repr(CreatePassword(code_needed=True)) == repr(step)
        assert isinstance(added.sub_account.profile.position, str)


class TestReading:
    """Accounts are read one by one or in pages."""

    def test_an_account_that_is_not_there(self, shop: Shop) -> None:
        """Reading, closing, switching or previewing an account that does not exist is refused alike."""
        nowhere = AccountId(organization=shop.id, value="nowhere")
        for command in (
            ReadAccount(actor=shop.admin, account=nowhere),
            CloseAccount(actor=shop.admin, account=nowhere),
            SwitchPolicy(actor=shop.admin, account=nowhere, policy=BY_PERSON),
            PreviewPolicySwitch(actor=shop.admin, account=nowhere, policy=BY_PERSON),
        ):
            refusal = shop.refused(command)
            assert isinstance(refusal, NotFound)
            assert "account" == refusal.what

    def test_who_has_no_role(self, shop: Shop) -> None:
        """Whoever has no role is told the act it is refused; to look at a switch is to ask for it, at one to list."""
        nobody, account = HostUser(id="nobody"), shop.account.id
        acts: dict[Command[Any], str] = {
            SwitchPolicy(actor=nobody, account=account, policy=BY_PERSON): "switch_policy",
            PreviewPolicySwitch(actor=nobody, account=account, policy=BY_PERSON): "switch_policy",
            ReadAccount(actor=nobody, account=account): "list_accounts",
            ListAccounts(actor=nobody, organization=shop.id): "list_accounts",
        }
        for command, act in acts.items():
            refusal = shop.refused(command)
            assert isinstance(refusal, NotAllowed)
            assert act == refusal.action

    def test_pages(self, shop: Shop) -> None:
        """Pages follow one another in the order of opening, and the last is empty."""
        opened = [shop.account, *(shop.open(f"shop-{n}") for n in range(2, 5))]
        first = shop.handle(ListAccounts(actor=shop.admin, organization=shop.id, limit=3))
        assert tuple(opened[:3]) == first
        rest = shop.handle(ListAccounts(actor=shop.admin, organization=shop.id, limit=3, after=first[-1].id))
        assert tuple(opened[3:]) == rest
        assert () == shop.handle(ListAccounts(actor=shop.admin, organization=shop.id, after=rest[-1].id))

    @pytest.mark.parametrize("limit", [0, -1, 1001])
    def test_a_page_has_a_size(self, shop: Shop, limit: int) -> None:
        """A page holds one to a thousand accounts."""
        assert isinstance(shop.refused(ListAccounts(actor=shop.admin, organization=shop.id, limit=limit)), TooMany)


def test_the_organization_is_what_was_created(shop: Shop) -> None:
    """What a shop stands in is stored as it was answered."""
    assert isinstance(shop.organization, Organization)
    assert shop.organization == shop.repository.organization(shop.id)
