"""Accounts: open, close, switch the policy of, preview that, read, list."""

from __future__ import annotations

from typing import Any, ClassVar, final

from attrs import evolve, frozen

from ..domain import accounts, authority
from ..domain.account import Account, AccountInput, HostAccount
from ..domain.accounts import SwitchPreview
from ..domain.actor import Actor
from ..domain.authority import Action
from ..domain.decision import Decision
from ..domain.ids import AccountId, OrganizationId
from ..domain.organization import LONGEST_NAME
from ..domain.policy import RegistrationPolicy
from ..domain.queries import LARGEST_PAGE, PeopleCursor, PeopleQuery, require_page
from ..domain.sub_account import AccountFacts
from ..domain.text import clean_text
from ..errors import NotFound
from . import organizations
from .command import Change, Command
from .ports_at_hand import PortsAtHand


async def account_facts(ports: PortsAtHand, id: AccountId, /) -> AccountFacts:  # noqa: A002 - positional
    """Return an account with its organization, or raise `NotFound`."""
    facts = await ports.repository.account(id)
    if facts is None:
        raise NotFound(what="account")
    ports.require_ring(facts.organization)
    return facts


@final
@frozen(kw_only=True)
class OpenAccount(Change[Account]):
    """Open an account on a host account, so that people can be added under it; a closed one opens again.

    Raises `HostAccountPrivileged` when the host account is an administrator or a moderator, `SubscriptionRequired`
    without a subscription, `NameTaken` when the host account has an open account, `NotFound` without organization.
    """

    action: ClassVar[Action] = Action.OPEN_ACCOUNT
    takes: ClassVar[AccountInput] = AccountInput.OPEN
    receipt: ClassVar[Any] = Account
    actor: Actor
    organization: OrganizationId
    host: HostAccount
    name: str
    policy: RegistrationPolicy

    @property
    def tenant(self) -> OrganizationId:
        """Return the organization."""
        return self.organization

    async def decide(self, ports: PortsAtHand, /) -> Decision[Account]:
        """Check the subscription and the host account, then open."""
        organization = await organizations.permitted(ports, self.actor, self.action, self.organization)
        ports.require_ring(organization)
        accounts.require_subscription(await ports.subscriptions.current(self.organization), now=ports.now)
        accounts.require_ordinary(await ports.host_accounts.roles(self.host))
        id = AccountId(organization=self.organization, value=ports.new_id())  # noqa: A001 - the field's name
        return accounts.open_account(
            await self._before(ports, id),
            id=id,
            host=self.host,
            name=clean_text(self.name, field="name", longest=LONGEST_NAME),
            policy=self.policy,
            now=ports.now,
            by=authority.by(self.actor),
        )

    async def _before(self, ports: PortsAtHand, id: AccountId) -> Account | None:  # noqa: A002 - positional
        probe = Account(id=id, host=self.host, name="", policy=self.policy, opened_at=ports.now)
        for holder in (await ports.repository.holders(probe.keys)).values():
            facts = await ports.repository.account(holder) if isinstance(holder, AccountId) else None
            return facts.account if facts else None
        return None


@frozen(kw_only=True)
class _AccountChange(Change[Account]):
    """Be what changes of one account share."""

    receipt: ClassVar[Any] = Account
    actor: Actor
    account: AccountId

    @property
    def tenant(self) -> OrganizationId:
        """Return the account's organization."""
        return self.account.organization


@final
@frozen(kw_only=True)
class CloseAccount(_AccountChange):
    """Close an account: everybody under it is signed out and nobody signs in; nothing is lost.

    Raises `WrongState` when it is closed already.
    """

    action: ClassVar[Action] = Action.CLOSE_ACCOUNT
    takes: ClassVar[AccountInput] = AccountInput.CLOSE

    async def decide(self, ports: PortsAtHand, /) -> Decision[Account]:
        """Close the account."""
        authority.permit(self.actor, self.action, organization=self.tenant, account=self.account)
        facts = await account_facts(ports, self.account)
        return accounts.close(facts.account, by=authority.by(self.actor))


@final
@frozen(kw_only=True)
class SwitchPolicy(_AccountChange):
    """Give an account another registration policy. Claim codes issued before are dead; who is active stays so.

    `PreviewPolicySwitch` says first who is affected. Raises `WrongState` for a closed account, and `FieldsMissing` or
    `FieldRefused` where people sign up alone with a form that leaves records the policy does not take: change it first.
    """

    action: ClassVar[Action] = Action.SWITCH_POLICY
    takes: ClassVar[AccountInput] = AccountInput.SWITCH_POLICY
    policy: RegistrationPolicy

    async def decide(self, ports: PortsAtHand, /) -> Decision[Account]:
        """Switch the policy."""
        authority.permit(self.actor, self.action, organization=self.tenant, account=self.account)
        facts = await account_facts(ports, self.account)
        return accounts.switch_policy(facts.account, self.policy, by=authority.by(self.actor))


@final
@frozen(kw_only=True)
class PreviewPolicySwitch(Command[SwitchPreview]):
    """Say whom a switch to this policy would affect; changes nothing. Reads everybody under the account.

    Raises what `SwitchPolicy` raises for the form to sign up.
    """

    action: ClassVar[Action] = Action.SWITCH_POLICY
    actor: Actor
    account: AccountId
    policy: RegistrationPolicy

    async def run(self, ports: PortsAtHand, /) -> SwitchPreview:
        """Count the people the switch would affect."""
        organization = self.account.organization
        authority.permit(self.actor, self.action, organization=organization, account=self.account)
        accounts.require_fitting((await account_facts(ports, self.account)).account, self.policy)
        preview = SwitchPreview()
        query = PeopleQuery(organization=organization, account=self.account, limit=LARGEST_PAGE)
        while page := await ports.repository.people_page(query):
            people = [await ports.repository.person(each.id) for each in page]
            preview = preview.with_people((p for p in people if p is not None), policy=self.policy, now=ports.now)
            query = evolve(query, after=PeopleCursor(login_key=page[-1].login.key, id=page[-1].id.value))
        return preview


@final
@frozen(kw_only=True)
class ReadAccount(Command[Account]):
    """Read one account. Raises `NotFound` when there is none."""

    action: ClassVar[Action] = Action.LIST_ACCOUNTS
    actor: Actor
    account: AccountId

    async def run(self, ports: PortsAtHand, /) -> Account:
        """Answer the account."""
        organization = self.account.organization
        authority.permit(self.actor, self.action, organization=organization, account=self.account)
        return (await account_facts(ports, self.account)).account


@final
@frozen(kw_only=True)
class ListAccounts(Command[tuple[Account, ...]]):
    """List the accounts of an organization in the order they were opened, at most `limit` after `after`.

    Raises `TooMany` for a limit outside 1 to 1,000.
    """

    action: ClassVar[Action] = Action.LIST_ACCOUNTS
    actor: Actor
    organization: OrganizationId
    after: AccountId | None = None
    limit: int = 100

    async def run(self, ports: PortsAtHand, /) -> tuple[Account, ...]:
        """Answer a page of accounts."""
        authority.permit(self.actor, self.action, organization=self.organization)
        require_page(self.limit, of="accounts")
        after = self.after.value if self.after else None
        return await ports.repository.accounts_page(self.organization, after=after, limit=self.limit)
