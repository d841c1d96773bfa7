"""What an invitation is worth at a moment: whether it stands, and what is in the way of accepting it.

Whom one goes to is `joining`, who accepts it `belonging`; what is sent of it is `tellings` and `delivery`.
"""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from attrs import evolve

from ..errors import EmployeesOnly, Refusal, WrongState
from .fields import Kind
from .group import Group
from .membership import InvitationRef, Membership, MembershipInput, MembershipState
from .viewer import LIVING, Apart, ViewerFacts, apart


def in_the_way(membership: Membership, group: Group, kind: Kind, now: datetime, /) -> Refusal | None:
    """Return what an acceptance is refused with at a moment (UTC), or None.

    A window that has not begun is not in the way: who accepts beforehand is inside when it begins.
    """
    accept = MembershipInput.ACCEPT
    why = apart(evolve(membership, state=MembershipState.ACTIVE), group, kind, now)
    match why:
        case Apart.RETIRED:
            return WrongState(what="group", state="retired", action=accept.value)
        case Apart.EMPLOYEES_ONLY:
            return EmployeesOnly(what="group")
        case Apart.OVER:
            return WrongState(what="invitation", state="over", action=accept.value)
        case Apart.NOT_YET | Apart.INVITED | Apart.LEFT | None:
            return None
        case _:
            assert_never(why)


def stands(invitation: InvitationRef, facts: ViewerFacts, now: datetime, /) -> bool:
    """Tell whether an invitation is as it went out, and somebody is there who could accept it."""
    person = facts.sub_account
    return person.state in LIVING and any(
        (membership.id, membership.version) == (invitation.id, invitation.version)
        and in_the_way(membership, group, person.profile.kind, now) is None
        for membership, group in zip(facts.memberships, facts.groups, strict=True)
    )
