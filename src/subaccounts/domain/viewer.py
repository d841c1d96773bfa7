"""A viewer: what of a person decides what it sees, at one moment. The rule itself is `visibility`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from types import MappingProxyType
from typing import Final, Self, assert_never, final

from attrs import field, frozen

from .fields import Kind
from .group import Group
from .ids import ApplicationId, DepartmentId, GroupId, JobProfileId, PermissionTypeId, ResourceId, SubAccountId
from .life import State
from .membership import Membership, MembershipState
from .participation import Participation
from .sub_account import SubAccount

LIVING: Final = frozenset({State.WAITING, State.ACTIVE, State.DISABLED})
"""The states in which a person sees what is meant for it: whoever can come in, or back in, without an administrator's
restoring it. Who still waits counts, so that an administrator sees before the first sign-in what it will show."""


class Apart(Enum):
    """Why somebody is not in a group that its memberships name."""

    INVITED = "invited"
    LEFT = "left"
    NOT_YET = "not_yet"
    OVER = "over"
    EMPLOYEES_ONLY = "employees_only"
    RETIRED = "retired"


@final
@frozen(kw_only=True)
class ViewerFacts:
    """Hold all that is stored of a person and decides what it sees, read at once.

    `memberships` are all it has or had, ordered by group; `groups` holds the group of each, in the same order. `lineage` are
    its departments and everything above them. `participations` are ordered by resource.
    """

    sub_account: SubAccount
    memberships: tuple[Membership, ...] = ()
    groups: tuple[Group, ...] = ()
    lineage: frozenset[DepartmentId] = frozenset()
    participations: tuple[Participation, ...] = ()


def _frozen(apart: Mapping[GroupId, Apart]) -> Mapping[GroupId, Apart]:
    return MappingProxyType(dict(apart))


def _kept(withheld: Mapping[GroupId, frozenset[ApplicationId]]) -> Mapping[GroupId, frozenset[ApplicationId]]:
    return MappingProxyType(dict(withheld))


@final
@frozen(kw_only=True)
class Viewer:
    """Hold what decides of a person what it sees.

    `groups` are those it is in at the moment; `apart` says of its other memberships why they do not count. `applications`
    are those that its groups open to people from outside, `withheld` those that each of the other memberships would open if it
    counted. `departments` are its own and everything above them, for an audience
    names departments with everything below. `rosters` are the resources that it is a participant of.
    """

    id: SubAccountId
    state: State
    kind: Kind
    groups: frozenset[GroupId] = frozenset()
    apart: Mapping[GroupId, Apart] = field(factory=dict, converter=_frozen, hash=False)
    applications: frozenset[ApplicationId] = frozenset()
    withheld: Mapping[GroupId, frozenset[ApplicationId]] = field(factory=dict, converter=_kept, hash=False)
    departments: frozenset[DepartmentId] = frozenset()
    job_profile: JobProfileId | None = None
    permission_types: frozenset[PermissionTypeId] = frozenset()
    rosters: frozenset[ResourceId] = frozenset()
    living: bool = field(init=False)
    external: bool = field(init=False)

    @living.default
    def _living(self) -> bool:
        return self.state in LIVING

    @external.default
    def _external(self) -> bool:
        return self.kind is Kind.EXTERNAL

    @classmethod
    def at(cls, now: datetime, facts: ViewerFacts, /) -> Self:
        """Return a person as a viewer at a moment."""
        person, profile = facts.sub_account, facts.sub_account.profile
        groups = {group.id: group for group in facts.groups}
        found = {each.group: apart(each, groups[each.group], profile.kind, now) for each in facts.memberships}
        outside = {group: why for group, why in found.items() if why is not None}
        inside = found.keys() - outside.keys()
        return cls(
            id=person.id,
            state=person.state,
            kind=profile.kind,
            groups=frozenset(inside),
            apart=outside,
            applications=frozenset().union(*(groups[group].applications for group in inside)),
            withheld={group: groups[group].applications for group in outside},
            departments=facts.lineage,
            job_profile=profile.job_profile,
            permission_types=profile.permission_types,
            rosters=frozenset(each.resource for each in facts.participations),
        )


def apart(membership: Membership, group: Group, kind: Kind, now: datetime, /) -> Apart | None:
    """Return why a membership does not count at a moment (UTC), or None when it does."""
    match membership.state:
        case MembershipState.INVITED:
            return Apart.INVITED
        case MembershipState.LEFT:
            return Apart.LEFT
        case MembershipState.ACTIVE:
            pass
        case _:
            assert_never(membership.state)
    if group.retired_at is not None:
        return Apart.RETIRED
    if kind is Kind.EXTERNAL and not group.allows_external:
        return Apart.EMPLOYEES_ONLY
    if not membership.window.begun(now):
        return Apart.NOT_YET
    return Apart.OVER if membership.window.over(now) else None
