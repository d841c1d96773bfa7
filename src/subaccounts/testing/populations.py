"""Small organizations with everything that decides who sees what, drawn by Hypothesis: people, groups, resources.

What storage answers about one of them is compared with what `domain.sights` says.
"""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from itertools import product
from typing import Any, Final, final

from attrs import frozen

from .._extra import from_extra
from ..domain import fields as f
from ..domain.audience import NOBODY_NAMED, Audience, Ungrouped
from ..domain.catalog import CatalogEntry
from ..domain.decision import Record
from ..domain.fields import Kind
from ..domain.group import Group
from ..domain.ids import OrganizationId, ResourceId
from ..domain.life import State
from ..domain.membership import ALWAYS, Membership, MembershipState, Window
from ..domain.resource import Resource
from ..domain.sub_account import SubAccount
from . import builders as a
from . import groups as g
from .clock import NOON
from .moved import moved

with from_extra("testing"):
    from hypothesis import strategies as st
    from hypothesis.strategies import SearchStrategy

NAMES: Final = ("Ärzte", "arzt", "Arbeit", "ARBEIT ", "İstanbul", "ﬁsh", "fish", "zoo", "\U0001f98a", "\ufffd", "'%_")
"""Names of resources: alike but for case or form, and some whose order is no collation's."""
TYPES: Final = ("course", "test")
_EDGES: Final = tuple(NOON + timedelta(microseconds=by) for by in (-1, 0, 1))
_NUMBERS: Final = (1, 2, 3)


@final
@frozen(kw_only=True)
class Population:
    """Hold the records of one organization, in the order in which storage takes them, and what it chose for the unnamed."""

    records: tuple[Record, ...]
    ungrouped: Ungrouped

    @property
    def people(self) -> tuple[SubAccount, ...]:
        """Return its people."""
        return tuple(record for record in self.records if isinstance(record, SubAccount))

    @property
    def resources(self) -> tuple[Resource, ...]:
        """Return its resources."""
        return tuple(record for record in self.records if isinstance(record, Resource))


def populations(of: OrganizationId = a.OURS) -> SearchStrategy[Population]:
    """Draw an organization of three to six people, two to four groups and four to eight resources.

    They are drawn to meet: among fewer, or among more who have nothing in common, hardly anybody sees anything by a group.
    """
    return _ours if of == a.OURS else _ours.map(lambda drawn: moved(drawn, of))


@st.composite
def _population(draw: st.DrawFn, of: OrganizationId) -> Population:
    """Draw one; every strategy that is part of it is made once, for that takes longer than to draw from it."""
    ungrouped = draw(st.sampled_from(Ungrouped))
    people = [draw(_person(number, of)) for number in range(1, draw(st.integers(3, 6)) + 1)]
    groups = [draw(_group(number, of)) for number in range(1, draw(st.integers(2, 4)) + 1)]
    resources = draw(_resources(of))
    pairs = [(group, person) for group, person in product(groups, people) if not draw(_rarely())]
    roster = [(resource, person) for resource, person in product(resources, people) if draw(_rarely())]
    records: list[Record] = [
        a.organization(of, ungrouped=ungrouped),
        *_catalog(of),
        a.account(of=of),
        *people,
        *(a.credential(number, of=of) for number in range(1, len(people) + 1)),
        *groups,
        *resources,
        *(draw(_membership(n, group, person)) for n, (group, person) in enumerate(pairs, start=1)),
        *(g.participation(n, resource=on.id, person=who.id, of=of) for n, (on, who) in enumerate(roster, start=1)),
    ]
    return Population(records=tuple(records), ungrouped=ungrouped)


@cache
def _resources(of: OrganizationId) -> SearchStrategy[list[Resource]]:
    return st.lists(_resource(of), min_size=4, max_size=8, unique_by=lambda each: each.id)


def _catalog(of: OrganizationId) -> tuple[CatalogEntry, ...]:
    """Return departments 1 above 2 above 3, and two of everything else."""
    departments = tuple(a.department(n, of=of, under=n - 1 or None) for n in _NUMBERS)
    return (*departments, *(make(n, of=of) for make in (a.job_profile, a.permission_type) for n in (1, 2)))


@cache
def _rarely() -> SearchStrategy[bool]:
    return st.sampled_from((False, False, False, True))


@cache
def _some(make: Any, of: OrganizationId, numbers: tuple[int, ...] = _NUMBERS) -> SearchStrategy[frozenset[Any]]:
    return st.frozensets(st.sampled_from([make(n, of=of) for n in numbers]), max_size=2)


@cache
def _named(of: OrganizationId) -> SearchStrategy[Audience]:
    """Draw an audience: of one part, more often than not, because whoever sees it is met by each that is named."""
    parts: dict[str, SearchStrategy[frozenset[Any]]] = {
        "groups": _one_or_two(g.group_id, of, _NUMBERS),
        "departments": _one_or_two(a.department_id, of, _NUMBERS),
        "job_profiles": _one_or_two(a.job_profile_id, of, (1, 2)),
        "permission_types": _one_or_two(a.permission_type_id, of, (1, 2)),
    }
    alone = [st.builds(Audience, **{name: ids}) for name, ids in parts.items()]
    several = st.builds(Audience, **{name: st.just(frozenset[Any]()) | ids for name, ids in parts.items()})
    return st.one_of(st.just(NOBODY_NAMED), *alone, several)


def _one_or_two(make: Any, of: OrganizationId, numbers: tuple[int, ...]) -> SearchStrategy[frozenset[Any]]:
    return st.frozensets(st.sampled_from([make(n, of=of) for n in numbers]), min_size=1, max_size=2)


@cache
@st.composite
def _person(draw: st.DrawFn, number: int, of: OrganizationId) -> SubAccount:
    values: dict[str, Any] = {
        f.KIND: draw(st.sampled_from(Kind)),
        f.DEPARTMENTS: draw(_some(a.department_id, of)),
        f.PERMISSION_TYPES: draw(_some(a.permission_type_id, of, (1, 2))),
    }
    job = draw(st.sampled_from((None, 1, 2)))
    if job is not None:
        values[f.JOB_PROFILE] = a.job_profile_id(job, of=of)
    state = draw(st.sampled_from((*[State.ACTIVE] * 5, *State)))
    return a.sub_account(number, of=of, state=state, profile=a.profile(values))


@cache
@st.composite
def _group(draw: st.DrawFn, number: int, of: OrganizationId) -> Group:
    return g.group(
        number,
        of=of,
        allows_external=draw(st.booleans()),
        applications=draw(_some(g.application_id, of, (1, 2))),
        retired_at=draw(st.sampled_from((None, None, None, NOON))),
    )


@st.composite
def _membership(draw: st.DrawFn, number: int, group: Group, person: SubAccount) -> Membership:
    windows = [Window(since=since, until=until) for since, until in _windows()]
    return g.membership(
        number,
        of=group.id.organization,
        group=group.id,
        person=person.id,
        state=draw(st.sampled_from((*[MembershipState.ACTIVE] * 5, *MembershipState))),
        window=draw(st.just(ALWAYS) | st.sampled_from(windows)),
    )


def _windows() -> list[tuple[Any, Any]]:
    edges = (None, *_EDGES)
    return [(s, u) for s, u in product(edges, edges) if s is None or u is None or s < u]


@cache
@st.composite
def _resource(draw: st.DrawFn, of: OrganizationId) -> Resource:
    return Resource(
        id=ResourceId.of(of, draw(st.sampled_from(TYPES)), draw(st.sampled_from(("1", "2", "é", "Z", "a/b")))),
        name=draw(st.sampled_from(NAMES)),
        application=draw(st.sampled_from((None, g.application_id(1, of=of), g.application_id(2, of=of)))),
        audience=draw(_named(of)),
        hidden_from_external=draw(_rarely()),
        rostered=draw(st.booleans()),
        removed_at=draw(st.sampled_from((None, None, None, NOON))),
    )


_ours = _population(a.OURS)
