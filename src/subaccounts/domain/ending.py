"""When a membership ends by itself: what waits for the end of its window, and what is told once it is over.

What somebody sees ends with the window at that moment, whoever looks: `viewer` judges it anew each time. What is here is for
the trail alone, in which the end has to stand beside the beginning.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, final

from attrs import frozen

from .decision import Decision, Happened, seen
from .events import By
from .group_events import MembershipExpired
from .ids import MembershipId, OrganizationId, SubAccountId
from .life import State
from .membership import Membership, MembershipState
from .task import Leased
from .viewer import ViewerFacts

ENDINGS: Final = "endings"
"""The queue of what ends by itself; what waits in it is due when the window is over."""


@final
@frozen(kw_only=True)
class Ending:
    """Name a membership that ends at `until` (UTC), under the version that has this end.

    Whatever becomes of the membership makes another version of it, which has an ending of its own or none: an end is told once.
    """

    membership: MembershipId
    version: int
    person: SubAccountId
    until: datetime


def ending(put: Membership, /) -> Ending | None:
    """Return what waits for the end of a membership that is put, or None where there is no end to wait for."""
    until = put.window.until
    if put.state is MembershipState.LEFT or until is None:
        return None
    return Ending(membership=put.id, version=put.version + 1, person=put.person, until=until)  # as it is stored then


@final
@frozen(kw_only=True)
class Due:
    """Hold an ending whose time has come, with what is stored of its person now; None where there is no such person."""

    leased: Leased
    ending: Ending
    facts: ViewerFacts | None

    @property
    def membership(self) -> Membership | None:
        """Return the membership that ended, or None where something became of it before, or the person was deleted."""
        if self.facts is None or self.facts.sub_account.state is State.DELETED:
            return None
        wanted = self.ending.membership, self.ending.version
        return next((each for each in self.facts.memberships if (each.id, each.version) == wanted), None)


def expire(due: Sequence[Due], /, *, organization: OrganizationId, by: By) -> Decision[int]:
    """Tell of each membership that ended, and be done with the overtaken ones; the result counts those told of."""
    told = [(each, ended) for each in due if (ended := each.membership) is not None]
    return Decision(
        organization=organization,
        by=by,
        result=len(told),
        guards=tuple(seen(ended) for _, ended in told),
        acknowledgments=tuple(each.leased.done() for each in due),
        happened=tuple(_happened(each, ended) for each, ended in told),
    )


def _happened(due: Due, ended: Membership) -> Happened:
    assert due.facts is not None, "a membership was found in them"  # noqa: S101 - narrows the type
    accepted = ended.state is MembershipState.ACTIVE
    what = MembershipExpired(group=ended.group, window=ended.window, accepted=accepted)
    return Happened(what=what, account=due.facts.sub_account.account, sub_account=ended.person)
