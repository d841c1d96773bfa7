"""What happened to groups and to who is in them, in the past tense.

As in `events`: never a secret, never a field's value. An event about a member names the person beside it.
"""

from __future__ import annotations

from typing import final

from attrs import frozen

from .ids import ApplicationId, GroupId
from .membership import ALWAYS, Window


@final
@frozen(kw_only=True)
class GroupMade:
    """Say that a group was made."""

    group: GroupId
    name: str
    allows_external: bool
    applications: frozenset[ApplicationId] = frozenset()


@final
@frozen(kw_only=True)
class GroupRenamed:
    """Say that a group got another name."""

    group: GroupId
    before: str
    after: str


@final
@frozen(kw_only=True)
class GroupExternalSwitched:
    """Say that a group takes people from outside now, or does not any more."""

    group: GroupId
    allows_external: bool


@final
@frozen(kw_only=True)
class GroupApplicationsChanged:
    """Say which applications a group opens to its external members since, and which it does not open any more."""

    group: GroupId
    added: frozenset[ApplicationId]
    removed: frozenset[ApplicationId]


@final
@frozen(kw_only=True)
class GroupRetired:
    """Say that a group is closed for good: no membership of it counts any more."""

    group: GroupId


@final
@frozen(kw_only=True)
class MemberAdded:
    """Say that an administrator made a person a member, or gave a member another window."""

    group: GroupId
    window: Window = ALWAYS


@final
@frozen(kw_only=True)
class MemberInvited:
    """Say that a person was invited, or once more, and by which channel it was to be told; None where no message goes out."""

    group: GroupId
    window: Window = ALWAYS
    channel: str | None = None


@final
@frozen(kw_only=True)
class InvitationAccepted:
    """Say that a person accepted an invitation: the membership begins."""

    group: GroupId


@final
@frozen(kw_only=True)
class InvitationDeclined:
    """Say that a person declined an invitation."""

    group: GroupId


@final
@frozen(kw_only=True)
class MemberLeft:
    """Say that a person left a group."""

    group: GroupId


@final
@frozen(kw_only=True)
class MemberRemoved:
    """Say that an administrator ended a membership, or took an invitation back."""

    group: GroupId


@final
@frozen(kw_only=True)
class MembershipExpired:
    """Say that the window of a membership ended; not `accepted` is an invitation that nobody answered in time.

    It counts from `window.until` on, whenever the event was written.
    """

    group: GroupId
    window: Window
    accepted: bool


GroupHappening = (
    GroupMade
    | GroupRenamed
    | GroupExternalSwitched
    | GroupApplicationsChanged
    | GroupRetired
    | MemberAdded
    | MemberInvited
    | InvitationAccepted
    | InvitationDeclined
    | MemberLeft
    | MemberRemoved
    | MembershipExpired
)
