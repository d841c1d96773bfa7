"""What happened, in the past tense: the frozen values of the audit trail and the feed hosts follow.

A happening says what changed and never carries a secret or a field's value; who, when and to whom are the `Event`'s
around it. What happens on the ways in is `activation_events`, to groups `group_events`, to resources `resource_events`; how
events get positions and a chain is `audit`.
"""

from __future__ import annotations

from datetime import datetime
from typing import final

from attrs import field, frozen

from . import activation_events as ways_in
from .account import HostAccount, HostRole
from .group_events import GroupHappening
from .ids import AccountId, CatalogId, DepartmentId, OrganizationId, SubAccountId
from .resource_events import ResourceHappening
from .subject import Pathway


@final
@frozen(kw_only=True)
class OrganizationCreated:
    """Say that an organization was created."""


@final
@frozen(kw_only=True)
class OrganizationRestored:
    """Say that an operator took a restored backup or a copy into use: codes and sign-ins of before are dead.

    `before` and `after` are the organization's generations; they say how old the store was.
    """

    before: int
    after: int


@final
@frozen(kw_only=True)
class CatalogEntryMade:
    """Say that a department, job profile or permission type was made."""

    entry: CatalogId
    name: str


@final
@frozen(kw_only=True)
class CatalogEntryRenamed:
    """Say that a catalog entry got another name."""

    entry: CatalogId
    before: str
    after: str


@final
@frozen(kw_only=True)
class DepartmentMoved:
    """Say that a department got another parent; None is the top."""

    entry: DepartmentId
    before: DepartmentId | None
    after: DepartmentId | None


@final
@frozen(kw_only=True)
class CatalogEntryRetired:
    """Say that a catalog entry is given to nobody new."""

    entry: CatalogId


@final
@frozen(kw_only=True)
class AccountOpened:
    """Say that an account was opened, or opened again."""

    host: HostAccount
    policy: str


@final
@frozen(kw_only=True)
class AccountClosed:
    """Say that an account was closed; everybody under it is signed out."""


@final
@frozen(kw_only=True)
class PolicySwitched:
    """Say that an account got another registration policy; codes of the earlier versions are dead."""

    before: str
    after: str
    policy_version: int


@final
@frozen(kw_only=True)
class HostAccountRefused:
    """Say that the host account was found promoted: nobody under it signs in until that is undone."""

    roles: frozenset[HostRole]


@final
@frozen(kw_only=True)
class HostAccountAccepted:
    """Say that the host account is in order again."""


@final
@frozen(kw_only=True)
class SubAccountAdded:
    """Say that a person was added."""

    login: str


@final
@frozen(kw_only=True)
class SubAccountEdited:
    """Say which fields of a person changed; not to what."""

    fields: tuple[str, ...]


@final
@frozen(kw_only=True)
class SubAccountRenamed:
    """Say that a person's login changed."""

    before: str
    after: str


@final
@frozen(kw_only=True)
class SubAccountArchived:
    """Say that a person cannot sign in any more; the history is kept."""


@final
@frozen(kw_only=True)
class SubAccountRestored:
    """Say that an archived person waits for a new claim."""


@final
@frozen(kw_only=True)
class SubAccountDeleted:
    """Say that a person is gone for good; hosts remove its data."""


@final
@frozen(kw_only=True)
class LoginReleased:
    """Say that a deleted person's login was given to somebody new on purpose."""

    login: str
    to: SubAccountId


@final
@frozen(kw_only=True)
class CodeIssued:
    """Say that a claim code was issued; never which."""

    expires_at: datetime


@final
@frozen(kw_only=True)
class CodeVoided:
    """Say that the claim code that was out is dead."""


@final
@frozen(kw_only=True)
class SubAccountClaimed:
    """Say that a person took possession; an open claim is one the administrator has to hear of."""

    pathway: Pathway
    terminal: str


@final
@frozen(kw_only=True)
class PersonSignedIn:
    """Say that a person signed in."""

    pathway: Pathway
    terminal: str


@final
@frozen(kw_only=True)
class SignInFailed:
    """Say that a proof for a person was wrong; `failures` is how many in a row over all terminals."""

    terminal: str
    failures: int


@final
@frozen(kw_only=True)
class PasswordDisabled:
    """Say that a password was disabled after fifty wrong proofs in a row; a reset helps, or a forgotten password."""


@final
@frozen(kw_only=True)
class PasswordChanged:
    """Say that a person chose another password; its other sign-ins ended."""


@final
@frozen(kw_only=True)
class SubAccountReset:
    """Say that every proof a person had is dead and a new claim is awaited."""


@final
@frozen(kw_only=True)
class SubAccountUnlocked:
    """Say that a person's delays were ended by an administrator."""


Happening = (
    OrganizationCreated
    | OrganizationRestored
    | CatalogEntryMade
    | CatalogEntryRenamed
    | DepartmentMoved
    | CatalogEntryRetired
    | AccountOpened
    | AccountClosed
    | PolicySwitched
    | HostAccountRefused
    | HostAccountAccepted
    | SubAccountAdded
    | SubAccountEdited
    | SubAccountRenamed
    | SubAccountArchived
    | SubAccountRestored
    | SubAccountDeleted
    | LoginReleased
    | CodeIssued
    | CodeVoided
    | SubAccountClaimed
    | PersonSignedIn
    | SignInFailed
    | PasswordDisabled
    | PasswordChanged
    | SubAccountReset
    | SubAccountUnlocked
    | ways_in.ActivationSwitched
    | ways_in.IssuersChanged
    | ways_in.SignUpSwitched
    | ways_in.ActivationSent
    | ways_in.NoticeDelivered
    | ways_in.NoticeCancelled
    | ways_in.NoticeGivenUp
    | ways_in.DeadLetterRetried
    | ways_in.DeadLetterDropped
    | ways_in.RecoveryRequested
    | ways_in.PasswordRecovered
    | ways_in.ContactChangeRequested
    | ways_in.SignUpRequested
    | ways_in.MessageBudgetSpent
    | ways_in.IdentityLinked
    | ways_in.IdentityUnlinked
    | GroupHappening
    | ResourceHappening
)


@final
@frozen(kw_only=True)
class By:
    """Name who did it: `kind` is `host_user`, `sub_account`, `system`, or `terminal` for somebody not known yet."""

    kind: str
    id: str


@final
@frozen(kw_only=True)
class Event:
    """Hold one happening: who, when (UTC) and to whom.

    `salt` is random; the audit chain covers a commitment over it, so that erasing salt and content leaves the chain
    whole.
    """

    id: str
    organization: OrganizationId
    at: datetime
    by: By
    account: AccountId | None = None
    sub_account: SubAccountId | None = None
    happening: Happening
    salt: str = field(repr=False)


@final
@frozen(kw_only=True)
class SealedEvent:
    """Hold an event with its position in the organization's feed, from 1 without gaps, and its chain digest (hex)."""

    position: int
    digest: str
    event: Event
