"""The account: a login of the host's system that many persons live under, and its life as one table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from types import MappingProxyType
from typing import Final, final

from attrs import frozen

from ..errors import InvalidValue
from .ids import AccountId
from .key import SEPARATOR, Key
from .policy import RegistrationPolicy
from .sign_up import SignUpForm
from .text import clean_text


@final
@frozen(kw_only=True)
class HostAccount:
    """Name an account the way the host knows it: the system (`crm`, `portal.example`) and its id there.

    Both are compared as they are. Raises `InvalidValue` for what cannot be shown, and (`characters`) for blanks at an
    end or a decomposed letter: a second way to write a host account would be a second account on it.
    """

    system: str
    id: str

    def __attrs_post_init__(self) -> None:
        for field, text, longest in (("host_system", self.system, 100), ("host_id", self.id, 200)):
            if clean_text(text, field=field, longest=longest) != text:
                raise InvalidValue(field=field, problem="characters")


class HostRole(Enum):
    """A role of the host that an account with sub-accounts must not hold."""

    ADMINISTRATOR = "administrator"
    MODERATOR = "moderator"


class AccountState(Enum):
    """Where an account is in its life."""

    OPEN = "open"
    CLOSED = "closed"


class AccountInput(Enum):
    """What can happen to an account."""

    OPEN = "open"
    CLOSE = "close"
    SWITCH_POLICY = "switch_policy"
    ADD_PEOPLE = "add_people"
    SIGN_IN = "sign_in"
    SWITCH_SIGN_UP = "switch_sign_up"


ACCOUNT_LIFE: Final[Mapping[tuple[AccountState, AccountInput], AccountState]] = MappingProxyType(
    {
        (AccountState.OPEN, AccountInput.CLOSE): AccountState.CLOSED,
        (AccountState.OPEN, AccountInput.SWITCH_POLICY): AccountState.OPEN,
        (AccountState.OPEN, AccountInput.ADD_PEOPLE): AccountState.OPEN,
        (AccountState.OPEN, AccountInput.SIGN_IN): AccountState.OPEN,
        (AccountState.OPEN, AccountInput.SWITCH_SIGN_UP): AccountState.OPEN,
        (AccountState.CLOSED, AccountInput.OPEN): AccountState.OPEN,
    }
)
"""Every move an account can make; what is not here is refused and changes nothing."""


@final
@frozen(kw_only=True)
class Account:
    """Hold an account.

    `policy_version` rises with every switch of the policy; codes carry the one they were issued under. `epoch` rises
    when the account is closed, which ends every sign-in under it. `sign_up` is the form of its sign-in page, None where nobody
    signs up alone. `refused_roles` are the forbidden roles its host
    account was last seen with; empty means it was in order.
    """

    id: AccountId
    version: int = 0
    host: HostAccount
    name: str
    policy: RegistrationPolicy
    policy_version: int = 1
    state: AccountState = AccountState.OPEN
    epoch: int = 1
    sign_up: SignUpForm | None = None
    refused_roles: frozenset[HostRole] = frozenset()
    opened_at: datetime

    @property
    def keys(self) -> frozenset[Key]:
        """Return the host account; it stays with a closed account, which opens again as the same one."""
        value = SEPARATOR.join((self.host.system, self.host.id))
        return frozenset({Key(organization=self.id.organization, space="host_account", value=value)})
