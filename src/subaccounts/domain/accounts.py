"""The rules for accounts: open, close, switch the policy. What an account is, is `account`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final, final

from attrs import evolve, frozen

from ..errors import HostAccountPrivileged, NameTaken, SubscriptionRequired, WrongState
from . import codes, registration, sign_up_form
from .account import ACCOUNT_LIFE, Account, AccountInput, AccountState, HostAccount, HostRole
from .decision import Decision, Happened
from .events import (
    AccountClosed,
    AccountOpened,
    By,
    Happening,
    HostAccountAccepted,
    HostAccountRefused,
    PolicySwitched,
)
from .ids import AccountId
from .life import State
from .policy import RegistrationPolicy
from .sub_account import Person
from .subscription import Subscription


def after(account: Account, happening: AccountInput, /) -> AccountState:
    """Return the state that follows; raise `WrongState` when the present one does not take this input."""
    following = ACCOUNT_LIFE.get((account.state, happening))
    if following is None:
        raise WrongState(what="account", state=account.state.value, action=happening.value)
    return following


def require_subscription(subscription: Subscription, /, *, now: datetime) -> None:
    """Raise `SubscriptionRequired`, with what to buy and where, when nothing new can be opened or added."""
    if not subscription.covers(now):
        raise SubscriptionRequired(
            product=subscription.product, buy_at=subscription.buy_at, ended_at=subscription.until
        )


def require_ordinary(roles: frozenset[HostRole], /) -> None:
    """Raise `HostAccountPrivileged` when the host account is an administrator or a moderator."""
    if roles:
        raise HostAccountPrivileged(roles=tuple(sorted(role.value for role in roles)))


_HOST: Final = By(kind="system", id="host_accounts")
"""Who changed a host account's roles: the host, whoever was the first to meet it."""


def met(account: Account, roles: frozenset[HostRole], /) -> tuple[tuple[Account, ...], tuple[Happened, ...]]:
    """Return what to put and to tell when the host account is met with these forbidden roles; nothing where it had them."""
    if account.refused_roles == roles:
        return (), ()
    what = HostAccountRefused(roles=roles) if roles else HostAccountAccepted()
    return (evolve(account, refused_roles=roles),), (Happened(what=what, account=account.id, by=_HOST),)


def open_account(
    before: Account | None,
    /,
    *,
    id: AccountId,  # noqa: A002 - the field's name
    host: HostAccount,
    name: str,
    policy: RegistrationPolicy,
    now: datetime,
    by: By,
) -> Decision[Account]:
    """Open an account on a host account; `before` is the one it had. A closed one opens again with its people.

    What it offered to who signs up alone was made for the policy of before, and is not offered again by itself.
    """
    if before is None:
        opened = Account(id=id, host=host, name=name, policy=policy, opened_at=now)
    elif before.state is AccountState.OPEN:
        raise NameTaken(field="host_account")
    else:
        state = after(before, AccountInput.OPEN)
        version = before.policy_version + 1
        opened = evolve(
            before, name=name, policy=policy, policy_version=version, state=state, sign_up=None, opened_at=now
        )
    return _changed(opened, AccountOpened(host=host, policy=policy.name), by=by)


def close(account: Account, /, *, by: By) -> Decision[Account]:
    """Close an account: everybody under it is signed out, nothing is lost."""
    closed = evolve(account, state=after(account, AccountInput.CLOSE), epoch=account.epoch + 1)
    return _changed(closed, AccountClosed(), by=by)


def switch_policy(account: Account, policy: RegistrationPolicy, /, *, by: By) -> Decision[Account]:
    """Give an account another policy: one write; codes of the earlier version die by comparison.

    Raises what `require_fitting` raises.
    """
    state, version = after(account, AccountInput.SWITCH_POLICY), account.policy_version + 1
    require_fitting(account, policy)
    switched = evolve(account, policy=policy, policy_version=version, state=state)
    return _changed(
        switched, PolicySwitched(before=account.policy.name, after=policy.name, policy_version=version), by=by
    )


def require_fitting(account: Account, policy: RegistrationPolicy, /) -> None:
    """Raise `FieldRefused` or `FieldsMissing` where the account's form to sign up leaves records that this policy does not."""
    if account.sign_up is not None:
        sign_up_form.require_fits(account.sign_up, policy)


def _changed(then: Account, what: Happening, /, *, by: By) -> Decision[Account]:
    return Decision(
        organization=then.id.organization,
        by=by,
        result=evolve(then, version=then.version + 1),
        puts=(then,),
        happened=(Happened(what=what, account=then.id),),
    )


@final
@frozen(kw_only=True)
class SwitchPreview:
    """Say whom a switch of policy would affect, before it happens.

    Of `people`, `waiting` have not claimed yet; `codes_dying` of those hold a code that would die; `asked_more` would
    be asked for fields at their claim; `stuck` cannot complete their record alone and need the administrator.
    """

    people: int = 0
    waiting: int = 0
    codes_dying: int = 0
    asked_more: int = 0
    stuck: int = 0

    def with_people(self, people: Iterable[Person], /, *, policy: RegistrationPolicy, now: datetime) -> SwitchPreview:
        """Return the preview with more people counted."""
        preview = self
        for person in people:
            waits, code = person.sub_account.state is State.WAITING, person.credential.code
            profile = person.sub_account.profile
            stuck = waits and not registration.can_complete(profile, policy)
            preview = SwitchPreview(
                people=preview.people + 1,
                waiting=preview.waiting + waits,
                codes_dying=preview.codes_dying
                + (waits and codes.alive(code, organization=person.organization, account=person.account, now=now)),
                asked_more=preview.asked_more + (waits and bool(registration.asked(profile, policy))),
                stuck=preview.stuck + stuck,
            )
        return preview
