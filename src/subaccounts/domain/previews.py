"""Looking at two pages side by side, as it is and as it would be; and a person as it would be. What is loud is `widening`.

The two streams of a preview are sorted alike, so that who gains and who loses is told by reading them together, a page of each
at a time: nothing is kept, and a preview of a hundred thousand people reads as much for each of its pages as one of ten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Generic, TypeVar, final

from attrs import evolve, field, frozen

from . import fields as f
from .fields import FieldValue, Kind
from .group import Group
from .ids import DepartmentId, MembershipId, opaque
from .life import State
from .membership import Membership, MembershipState
from .profile import Profile, Supplied
from .queries import PeopleCursor
from .sights import ResourceCursor
from .sub_account import SubAccount
from .supplier import Supplier
from .viewer import ViewerFacts

R = TypeVar("R")


@final
@frozen(kw_only=True)
class MemberCursor:
    """Point into what the members of a group gain and lose: at a member, and at the last resource told of for it.

    `resource` is None where everything of that member was told.
    """

    person: str = field(validator=opaque(of="after"))
    resource: ResourceCursor | None = None


@final
@frozen(kw_only=True)
class BelowCursor:
    """Point into what the people below a department gain and lose: at a person, and at the last resource told of for it.

    `resource` is None where everything of that person was told.
    """

    person: PeopleCursor
    resource: ResourceCursor | None = None


@final
@frozen(kw_only=True)
class Stretch(Generic[R]):
    """Hold the next of a sorted stream; `more` says that there can be others behind."""

    found: tuple[R, ...] = ()
    more: bool = False


@final
@frozen(kw_only=True)
class Compared(Generic[R]):
    """Hold what only one of two streams has, in their order, each with whether it is gained, and up to where both were read.

    `until` is the last that both were read up to; None when both are at their end.
    """

    differing: tuple[tuple[R, bool], ...]
    until: R | None


def compared(before: Stretch[R], then: Stretch[R], /, *, key: Callable[[R], Any]) -> Compared[R]:
    """Compare two stretches that begin at the same place and are sorted by `key`.

    Behind the shorter of two that go on nothing is known yet: what lies there is for the next page.
    """
    ends = [stretch.found[-1] for stretch in (before, then) if stretch.more]
    until = min(ends, key=key) if ends else None
    had, has = ({key(each): each for each in stretch.found} for stretch in (before, then))
    differing = [(each, False) for at, each in had.items() if at not in has]
    differing += [(each, True) for at, each in has.items() if at not in had]
    known = [each for each in differing if until is None or key(each[0]) <= key(until)]
    return Compared(differing=tuple(sorted(known, key=lambda each: key(each[0]))), until=until)


def as_other(
    facts: ViewerFacts,
    /,
    *,
    kind: Kind | None,
    archived: bool | None,
    departments: frozenset[DepartmentId] | None,
    lineage: frozenset[DepartmentId],
    now: datetime,
) -> ViewerFacts:
    """Return what would be stored of a person of another kind, archived or back, in other departments; None stays as it is.

    `lineage` are the departments it would be in and everything above them.
    """
    person = facts.sub_account
    profile = person.profile
    if kind is not None:
        profile = _with(profile, f.KIND, kind, now)
    if departments is not None:
        profile = _with(profile, f.DEPARTMENTS, departments, now)
    other = evolve(person, profile=profile, state=_state(person, archived))
    return evolve(facts, sub_account=other, lineage=facts.lineage if departments is None else lineage)


def _with(profile: Profile, name: str, value: FieldValue, now: datetime) -> Profile:
    return Profile(values={**profile.values, name: Supplied(value=value, by=Supplier.ADMINISTRATOR, at=now)})


def _state(person: SubAccount, archived: bool | None) -> State:  # noqa: FBT001 - a choice of three, named where it is asked
    if archived is None:
        return person.state
    if archived:
        return State.ARCHIVED
    return State.WAITING if person.state is State.ARCHIVED else person.state


def as_member(facts: ViewerFacts, group: Group, /) -> ViewerFacts:
    """Return what would be stored of a person who was added to a group, or added anew: at once, and without an end."""
    new = Membership(
        id=MembershipId(organization=group.id.organization, value="preview"),
        group=group.id,
        person=facts.sub_account.id,
        state=MembershipState.ACTIVE,
    )
    return _among(facts, [group, *_others(facts, group)], [new, *_memberships(facts, group)])


def as_stranger(facts: ViewerFacts, group: Group, /) -> ViewerFacts:
    """Return what would be stored of a person who was taken out of a group."""
    return _among(facts, _others(facts, group), _memberships(facts, group))


def as_moved(
    facts: ViewerFacts,
    /,
    *,
    below: frozenset[DepartmentId],
    above: frozenset[DepartmentId],
    elsewhere: frozenset[DepartmentId],
) -> ViewerFacts:
    """Return what would be stored of a person if a department came to be under all that is `above`.

    `below` are the department and everything below it; who is in none of them stays as it is. `elsewhere` are the person's
    departments that do not move, and everything above those.
    """
    moving = facts.lineage & below
    return evolve(facts, lineage=elsewhere | moving | above) if moving else facts


def as_group(facts: ViewerFacts, group: Group, /) -> ViewerFacts:
    """Return what would be stored of a member of a group that is otherwise."""
    return _among(facts, [group, *_others(facts, group)], facts.memberships)


def _others(facts: ViewerFacts, group: Group) -> list[Group]:
    return [each for each in facts.groups if each.id != group.id]


def _memberships(facts: ViewerFacts, group: Group) -> list[Membership]:
    return [each for each in facts.memberships if each.group != group.id]


def _among(facts: ViewerFacts, groups: Iterable[Group], memberships: Iterable[Membership]) -> ViewerFacts:
    return evolve(
        facts,
        groups=tuple(sorted(groups, key=lambda each: each.id.value)),
        memberships=tuple(sorted(memberships, key=lambda each: each.group.value)),
    )
