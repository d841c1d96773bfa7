"""Who signed in: what a host keeps in its session, and whether it still holds."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import final

from attrs import field, frozen

from .account import Account, AccountState
from .ids import LONGEST_TERMINAL, AccountId, SubAccountId, opaque
from .life import State
from .organization import FIRST_EPOCH, Organization
from .sub_account import Person, SubAccount


class Pathway(Enum):
    """Every way to be authenticated; there is no other (ASVS 5.0 6.1.3)."""

    PASSWORD = "password"  # noqa: S105 - the name of a pathway, not a password
    CLAIM_CODE = "claim_code"
    OPEN_CLAIM = "open_claim"
    CLAIM_LINK = "claim_link"
    SIGN_UP = "sign_up"
    SSO = "sso"


@final
@frozen(kw_only=True)
class Subject:
    """Hold who signed in, how, where and when (UTC); hosts keep it in their session as plain data.

    `epoch`, `account_epoch` and `organization_epoch` are the ones at sign-in; when any has moved on, the subject no longer
    holds.
    """

    sub_account: SubAccountId
    account: AccountId
    pathway: Pathway
    terminal: str = field(validator=opaque(of="terminal", longest=LONGEST_TERMINAL))
    at: datetime
    epoch: int
    account_epoch: int
    organization_epoch: str = field(default=FIRST_EPOCH, validator=opaque(of="organization_epoch"))


def subject(
    person: SubAccount,
    /,
    *,
    organization: Organization,
    account: Account | None,
    pathway: Pathway,
    terminal: str,
    at: datetime,
) -> Subject:
    """Return the subject of a person who signs in now, in every epoch of now."""
    return Subject(
        sub_account=person.id,
        account=person.account,
        pathway=pathway,
        terminal=terminal,
        at=at,
        epoch=person.epoch,
        account_epoch=account.epoch if account else 0,
        organization_epoch=organization.epoch,
    )


def still_holds(subject: Subject, person: Person, /) -> bool:
    """Tell whether a subject is still signed in, host roles apart."""
    return (
        person.sub_account.id == subject.sub_account
        and person.sub_account.account == subject.account
        and person.sub_account.state is State.ACTIVE
        and person.sub_account.epoch == subject.epoch
        and person.account.state is AccountState.OPEN
        and person.account.epoch == subject.account_epoch
        and person.organization.epoch == subject.organization_epoch
    )
