"""An organization with so many resources, and one with so many people, that whoever looks through all of them is too slow, and
whoever looks through the first only finds too few.

What somebody sees is far apart, and behind every kind of thing that an audience can name.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from ...domain import fields as f
from ...domain.audience import Audience
from ...domain.decision import Record
from ...domain.fields import Kind
from ...domain.ids import ResourceId
from ...domain.life import State
from ...domain.resource import Resource
from ...domain.sub_account import SubAccount
from ...domain.viewer import Viewer
from .. import builders as a
from .. import groups as g
from .sight_worlds import World

ROOMS: Final = 1100
"""How many resources there are: more than two pages, and more than anybody reads to fill one."""
PEOPLE: Final = 559
"""How many people there are, for the same reason."""
FAR_APART: Final = 41
"""From one that is seen to the next."""


def _naming(groups: Any = (), departments: Any = (), jobs: Any = (), permissions: Any = ()) -> Audience:
    return Audience(
        groups=frozenset(map(g.group_id, groups)),
        departments=frozenset(map(a.department_id, departments)),
        job_profiles=frozenset(map(a.job_profile_id, jobs)),
        permission_types=frozenset(map(a.permission_type_id, permissions)),
    )


_SHAPES: Final[tuple[dict[str, Any], ...]] = (
    {"audience": _naming((1,))},
    {"audience": _naming((1, 3))},
    {"audience": _naming((), (1,))},
    {"audience": _naming((), (1, 3))},
    {"audience": _naming((), (), (1,))},
    {"audience": _naming((), (), (), (1, 2))},
    {"audience": _naming((1, 3), (1, 2))},
    {"audience": _naming((1,), (), (2,))},
    {"audience": _naming((2,)), "rostered": True},
    {"audience": _naming((1, 3)), "rostered": True},
    {"audience": _naming((1,)), "application": g.application_id()},
    {"audience": _naming((1,)), "hidden_from_external": True},
    {"audience": _naming()},
    {"audience": _naming(), "application": g.application_id(2)},
    {"audience": _naming(), "hidden_from_external": True, "rostered": True},
)
"""What is far apart; most of what lies between is for group 2."""


@cache
def rooms() -> tuple[Resource, ...]:
    """Return the resources, in an order that is neither that of their names nor of their ids."""

    def room(number: int) -> Resource:
        turn, between = divmod(number, FAR_APART)
        shape = {"audience": _naming((2,))} if between else _SHAPES[turn % len(_SHAPES)]
        return Resource(
            id=ResourceId.of(a.OURS, "course", f"{number * 7 % ROOMS}"), name=f"Room {number // 2:04}", **shape
        )

    return tuple(room(number * 3 % ROOMS) for number in range(ROOMS))


@cache
def seekers() -> tuple[Viewer, ...]:
    """Return who sees some of them: by everything there is, by each thing alone, by nothing."""
    rostered = frozenset(each.id for number, each in enumerate(rooms()) if each.rostered and number % 2)
    groups, opened = frozenset({g.group_id(1), g.group_id(3)}), frozenset({g.application_id()})
    has: dict[str, Any] = {
        "groups": groups,
        "departments": frozenset({a.department_id(1), a.department_id(2)}),
        "job_profile": a.job_profile_id(1),
        "permission_types": frozenset({a.permission_type_id(1), a.permission_type_id(2)}),
        "rosters": rostered,
    }
    alone = (g.viewer(**{name: value}) for name, value in has.items())
    external: dict[str, Any] = {"kind": Kind.EXTERNAL}
    outside = (g.viewer(**has, **external, applications=opened), g.viewer(**external))
    return (g.viewer(**has), *alone, g.viewer(), *outside, g.viewer(**has, state=State.ARCHIVED))


@cache
def town() -> World:
    """Return the people, of whom few are in groups and departments, have jobs and permissions, or take part in something."""
    has: tuple[dict[str, Any], ...] = (
        {f.DEPARTMENTS: frozenset({a.department_id(3)})},
        {f.DEPARTMENTS: frozenset({a.department_id(1), a.department_id(2)})},
        {f.JOB_PROFILE: a.job_profile_id(1)},
        {f.PERMISSION_TYPES: frozenset({a.permission_type_id(1), a.permission_type_id(2)})},
        {},
    )

    def person(number: int) -> SubAccount:
        turn, between = divmod(number, FAR_APART)
        kind = Kind.EXTERNAL if number % 2 else Kind.EMPLOYEE
        values = {f.KIND: kind} | ({} if between else has[turn % len(has)])
        login = f"person-{PEOPLE - 1 - number * 7 % PEOPLE:04}"
        return a.sub_account(number + 1, state=State.ACTIVE, login=login, profile=a.profile(values))

    return World(
        records=(
            a.organization(),
            *(a.department(n, under=n - 1 or None) for n in (1, 2, 3)),
            a.account(),
            *map(person, range(PEOPLE)),
            g.group(1, allows_external=True, applications=frozenset({g.application_id()})),
            g.group(2),
            g.resource(rostered=True),
            *_inside(),
        )
    )


def _inside() -> Iterator[Record]:
    """Yield who is in a group, in both, and on the roster of course 1."""
    several = range(1, PEOPLE + 1, FAR_APART)
    for number, person in enumerate(several):
        yield g.membership(2 * number, group=1, person=person)
        if number % 2:
            yield g.membership(2 * number + 1, group=2, person=person)
        if number % 3 == 0:
            yield g.participation(number, person=person + 1)
