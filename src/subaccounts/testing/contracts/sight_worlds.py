"""Organizations made by hand, in which every fact that decides who sees what is there for somebody, and not for another.

What belongs here: the records. What is asked about them is in `resource_pages`, `viewer_pages` and `viewer_facts`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from functools import cache
from itertools import product
from typing import Any, Final, final

from attrs import evolve, field, frozen

from ...domain import fields as f
from ...domain.audience import Audience
from ...domain.decision import Record
from ...domain.fields import FieldValue, Kind
from ...domain.group import Group
from ...domain.ids import OrganizationId, ResourceId
from ...domain.life import State
from ...domain.membership import ALWAYS, Membership, MembershipState, Window
from ...domain.participation import Participation
from ...domain.resource import Resource
from ...domain.sub_account import SubAccount
from ...domain.viewer import ViewerFacts
from .. import builders as a
from .. import groups as g
from ..clock import NOON
from ..viewers import facts_of
from .storage import stored

MOMENT: Final = timedelta(microseconds=1)
NAMES: Final = (
    "b", "a", "A ", "a_b", "ab", "a-b", "Zoe", "é", "e\u0301x", "ex", "ж", "\ufa0e", "\U00010428", "10", "9", "ﬁsh", "FISH",
    "100%", "1000", "_x", "%", "'; --", "\\x", "[a", "*", "İstanbul", "\ud7ffx", "\ue000x", "\U0010ffffx", "x" * 100 + "1",
    "x" * 100 + "0", "x" * 99 + "y",
)  # fmt: skip
"""Names whose binary order is no collation's; U+FA0E and U+10428 even change places when compared as UTF-16."""
IDS: Final = ("b", "Z", "é", "10", "9", "a ", "a", "🦊", "\ufa0e")
"""What hosts call things that have one name; their order is no collation's either."""
PREFIXES: Final = (
    "a", "a_", "a-", "ab", "b", "e", "é", "ex", "fish", "FISH", "\ufb01", "1", "10", "100", "100%", "%", "_", "'", "\\", "[", "*", "?",
    "i", "i\u0307", "ж", "\ufa0e", "\U00010428", "\ud7ff", "\ue000", "\U0010ffff", "x" * 99, "x" * 100, "x" * 101, "zz",
)  # fmt: skip
"""Beginnings of names; some mean something to SQL, LIKE or GLOB, and some are followed by no other letter."""


@final
@frozen(kw_only=True)
class World:
    """Hold the records of an organization, in the order in which storage takes them.

    `resources`, and what decides of its `people` what they see, are as they are after one put.
    """

    records: tuple[Record, ...]
    resources: tuple[Resource, ...] = field(init=False)
    people: tuple[ViewerFacts, ...] = field(init=False)

    @resources.default
    def _resources(self) -> tuple[Resource, ...]:
        return tuple(stored(record) for record in self.records if isinstance(record, Resource))

    @people.default
    def _people(self) -> tuple[ViewerFacts, ...]:
        return facts_of(map(stored, self.records))


@cache
def world(*, of: OrganizationId = a.OURS) -> World:
    """Return an organization of employees and people from outside, one of each kind for every fact that can decide."""
    people, memberships = _people(of), list[Membership]()
    for person, ((inside, _), _) in zip(people, product(_SITUATIONS, Kind), strict=True):
        for number, state, window in inside:
            made = g.membership(len(memberships) + 1, group=number, person=person.id, of=of, state=state, window=window)
            memberships.append(made)
    resources = tuple(_resources(of))
    return World(
        records=(
            a.organization(of),
            *(a.department(n, of=of, under=under) for n, under in ((1, None), (2, 1), (3, 2), (4, None))),
            a.department(5, of=of, under=2, retired_at=NOON),
            *(make(n, of=of) for make in (a.job_profile, a.permission_type) for n in (1, 2)),
            a.account(of=of),
            *people,
            *_groups(of),
            *memberships,
            *resources,
            *_roster(people, resources),
        )
    )


def _groups(of: OrganizationId) -> tuple[Group, ...]:
    """Return groups: of employees, of everybody, one that is retired, of everybody without an application, an empty one."""
    crm, erp = (frozenset({g.application_id(n, of=of)}) for n in (1, 2))
    return (
        g.group(1, of=of, applications=crm),
        g.group(2, of=of, allows_external=True, applications=crm),
        g.group(3, of=of, allows_external=True, applications=erp, retired_at=NOON),
        g.group(4, of=of, allows_external=True),
        g.group(5, of=of, allows_external=True, applications=crm | erp),
    )


def _in(*groups: int, state: MembershipState = MembershipState.ACTIVE, window: Window = ALWAYS) -> Any:
    return tuple((number, state, window) for number in groups)


_WHOLE: Final = {"departments": (3,), "job": 1, "permissions": (1,)}
_WINDOWS: Final = (
    Window(since=NOON),
    Window(since=NOON + MOMENT),
    Window(until=NOON),
    Window(until=NOON + MOMENT),
    Window(since=NOON - MOMENT, until=NOON + MOMENT),
)
_SITUATIONS: Final[tuple[tuple[Any, dict[str, Any]], ...]] = (
    ((), {}),
    *((_in(number), {}) for number in (1, 2, 3, 4)),
    (_in(1, 2), {}),
    *((_in(2, state=state), {}) for state in MembershipState),
    *((_in(2, window=window), {}) for window in _WINDOWS),
    (_in(2, state=MembershipState.INVITED, window=_WINDOWS[4]), {}),
    *(((), {"departments": numbers}) for numbers in ((1,), (2,), (3,), (4,), (5,), (3, 4))),
    *(((), {"job": number}) for number in (1, 2)),
    *(((), {"permissions": numbers}) for numbers in ((1,), (2,), (1, 2))),
    *((_in(1, 2), {**_WHOLE, "state": state}) for state in State),
    (_in(2, 4), {"departments": (3,), "job": 2, "permissions": (1,)}),
)
"""What people are in, and what they have: each for an employee and for somebody from outside."""


def _people(of: OrganizationId) -> tuple[SubAccount, ...]:
    situations = product(_SITUATIONS, Kind)
    return tuple(_person(number, kind, of=of, **has) for number, ((_, has), kind) in enumerate(situations, start=1))


def _person(
    number: int, kind: Kind, /, *, of: OrganizationId, state: State = State.ACTIVE, job: int | None = None, **has: Any
) -> SubAccount:
    values: dict[str, FieldValue] = {
        f.KIND: kind,
        f.DEPARTMENTS: frozenset(a.department_id(n, of=of) for n in has.get("departments", ())),
        f.PERMISSION_TYPES: frozenset(a.permission_type_id(n, of=of) for n in has.get("permissions", ())),
    }
    values |= {f.JOB_PROFILE: a.job_profile_id(job, of=of)} if job else {}
    return a.sub_account(number, of=of, state=state, profile=a.profile(values))


def _resources(of: OrganizationId) -> Iterator[Resource]:
    """Yield resources of both types: each audience in no application and in one, and every flag for the telling ones."""
    shapes: list[dict[str, Any]] = []
    crm, erp = (g.application_id(n, of=of) for n in (1, 2))
    for audience in audiences(of=of):
        shapes += [{"audience": audience}, {"audience": audience, "application": crm}]
    telling = (audiences(of=of)[0], audiences(of=of)[2], audiences(of=of)[-1])
    for audience, hidden, rostered, removed in product(telling, (False, True), (False, True), (None, NOON)):
        flags = {"hidden_from_external": hidden, "rostered": rostered, "removed_at": removed}
        shapes.append({"audience": audience, "application": erp if rostered else None, **flags})
    for number, shape in enumerate(shapes, start=1):
        kind = "test" if number % 5 == 0 else "course"
        yield Resource(id=ResourceId.of(of, kind, str(number)), name=f"{kind} {number % 7}", **shape)


@cache
def audiences(*, of: OrganizationId = a.OURS) -> tuple[Audience, ...]:
    """Return audiences: of nobody, of each group, of departments, of the rest, and of several parts."""

    def naming(groups: Any = (), departments: Any = (), jobs: Any = (), permissions: Any = ()) -> Audience:
        return Audience(
            groups=frozenset(g.group_id(n, of=of) for n in groups),
            departments=frozenset(a.department_id(n, of=of) for n in departments),
            job_profiles=frozenset(a.job_profile_id(n, of=of) for n in jobs),
            permission_types=frozenset(a.permission_type_id(n, of=of) for n in permissions),
        )

    return (
        naming(),
        *(naming(groups) for groups in ((1,), (2,), (3,), (4,), (5,), (1, 2), (2, 3), (9,))),
        *(naming((), departments) for departments in ((1,), (2,), (3,), (5,), (3, 4), (9,))),
        *(naming((), (), jobs) for jobs in ((1,), (1, 2), (9,))),
        *(naming((), (), (), permissions) for permissions in ((1,), (2,), (1, 2))),
        naming((2,), (4,)),
        naming((2,), (), (), (2,)),
        naming((), (1,), (1,)),
        naming((1, 2), (1,), (1,), (1,)),
    )


def _roster(people: Iterable[SubAccount], resources: Iterable[Resource]) -> Iterator[Participation]:
    """Yield participations of every third person in every resource that has a roster, and in some that have none."""
    several = list(people)[::5]
    chosen = [each for number, each in enumerate(resources) if each.rostered or number % 9 == 0]
    for number, (resource, person) in enumerate(product(chosen, several), start=1):
        yield g.participation(number, resource=resource.id, person=person.id, of=resource.id.organization)


@cache
def shelf(*, of: OrganizationId = a.OURS) -> tuple[Resource, ...]:
    """Return courses whose names and ids differ in every way that counts for an order, some for group 1 alone."""
    only = Audience(groups=frozenset({g.group_id(1, of=of)}))
    named = [Resource(id=ResourceId.of(of, "course", f"name {n:02}"), name=name) for n, name in enumerate(NAMES)]
    alike = [Resource(id=ResourceId.of(of, "course", id_), name=name) for id_ in IDS for name in ("Same",)]
    numbered = enumerate((*named, *alike))
    return tuple(evolve(each, audience=only) if number % 3 else each for number, each in numbered)
