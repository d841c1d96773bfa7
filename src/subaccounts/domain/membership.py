"""A membership: one person in one group, from an invitation to leaving. What it makes visible is `visibility`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import Enum
from types import MappingProxyType
from typing import Final, final

from attrs import Attribute, field, frozen

from ..errors import InvalidValue, WrongState
from .ids import GroupId, MembershipId, SubAccountId
from .key import SEPARATOR, Key

MEMBERSHIP_SPACE = "membership"


class MembershipState(Enum):
    """Where a membership is: it begins when the person accepts, or at once when an administrator adds it."""

    INVITED = "invited"
    ACTIVE = "active"
    LEFT = "left"


class MembershipInput(Enum):
    """What can happen to a membership."""

    ADD = "add"
    INVITE = "invite"
    ACCEPT = "accept"
    DECLINE = "decline"
    LEAVE = "leave"
    REMOVE = "remove"


_S, _I = MembershipState, MembershipInput

MEMBERSHIP: Final[Mapping[tuple[MembershipState | None, MembershipInput], MembershipState]] = MappingProxyType(
    {
        (None, _I.ADD): _S.ACTIVE,
        (None, _I.INVITE): _S.INVITED,
        (_S.INVITED, _I.ADD): _S.ACTIVE,
        (_S.INVITED, _I.INVITE): _S.INVITED,
        (_S.INVITED, _I.ACCEPT): _S.ACTIVE,
        (_S.INVITED, _I.DECLINE): _S.LEFT,
        (_S.INVITED, _I.REMOVE): _S.LEFT,
        (_S.ACTIVE, _I.ADD): _S.ACTIVE,
        (_S.ACTIVE, _I.LEAVE): _S.LEFT,
        (_S.ACTIVE, _I.REMOVE): _S.LEFT,
        (_S.LEFT, _I.ADD): _S.ACTIVE,
        (_S.LEFT, _I.INVITE): _S.INVITED,
    }
)
"""What each state takes and where it leads; None is before there is a membership. To add somebody again is to give it
another window, to invite again is to send the invitation once more."""


def after(state: MembershipState | None, what: MembershipInput, /) -> MembershipState:
    """Return the state that an input leads to; raise `WrongState` when the state does not take it."""
    then = MEMBERSHIP.get((state, what))
    if then is None:
        raise WrongState(what="membership", state=state.value if state else "not there", action=what.value)
    return then


def _in_utc(_window: Window, attribute: Attribute[datetime | None], at: datetime | None) -> None:
    if at is not None and at.utcoffset() != timedelta(0):
        raise InvalidValue(field=attribute.name, problem="not_utc")


def _of_one_zone(at: datetime | None) -> datetime | None:
    """Return a time in one of the zones that are UTC as in Python's own: it is stored and compared by its text too."""
    return at.astimezone(UTC) if at is not None and at.utcoffset() == timedelta(0) else at


def _in_order(window: Window, _attribute: object, until: datetime | None) -> None:
    if until is not None and window.since is not None and until <= window.since:
        raise InvalidValue(field="until", problem="before_its_beginning")


@final
@frozen(kw_only=True)
class Window:
    """Hold from when and until when something counts: `since` belongs to it, `until` does not; None is without end. UTC.

    Raises `InvalidValue` for a window that ends before it begins, or when it does (`before_its_beginning`), and for a time
    without a zone or in another one (`not_utc`).
    """

    since: datetime | None = field(default=None, converter=_of_one_zone, validator=_in_utc)
    until: datetime | None = field(default=None, converter=_of_one_zone, validator=[_in_utc, _in_order])

    def begun(self, now: datetime, /) -> bool:
        """Tell whether it has begun."""
        return self.since is None or self.since <= now

    def over(self, now: datetime, /) -> bool:
        """Tell whether it is over."""
        return self.until is not None and self.until <= now


ALWAYS: Final = Window()
"""The window without beginning and end."""


@final
@frozen(kw_only=True)
class Membership:
    """Hold that a person is in a group, was, or is invited to be; there is at most one of a person and a group."""

    id: MembershipId
    version: int = 0
    group: GroupId
    person: SubAccountId
    state: MembershipState
    window: Window = ALWAYS

    @property
    def keys(self) -> frozenset[Key]:
        """Return the pair of group and person."""
        pair = SEPARATOR.join((self.group.value, self.person.value))
        return frozenset({Key(organization=self.id.organization, space=MEMBERSHIP_SPACE, value=pair)})


@final
@frozen(kw_only=True)
class InvitationRef:
    """Name the invitation that a notice is about: the membership, and the version under which it was invited.

    Whatever becomes of the membership makes another version of it, and the notice is overtaken: it was accepted or declined,
    taken back, or another invitation went out.
    """

    id: MembershipId
    version: int
