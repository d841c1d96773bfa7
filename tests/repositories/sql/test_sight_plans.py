"""How each database finds who sees what: by indexes, the last page as the first, and reading no large table whole."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

import pytest
from attrs import evolve
from sqlalchemy import create_engine

from subaccounts.domain import fields as f
from subaccounts.domain.audience import Audience, Ungrouped
from subaccounts.domain.decision import Batch, Record
from subaccounts.domain.fields import Kind
from subaccounts.domain.ids import DepartmentId
from subaccounts.domain.life import State
from subaccounts.domain.queries import PeopleCursor, PeopleQuery
from subaccounts.domain.sights import ResourceCursor, ResourceQuery, ViewersQuery
from subaccounts.domain.sub_account import SubAccount
from subaccounts.domain.viewer import Viewer
from subaccounts.repositories.sqlalchemy import SQLAlchemyRepository
from subaccounts.repositories.sqlalchemy import people as people_room
from subaccounts.testing import NOON
from subaccounts.testing import builders as b
from subaccounts.testing import groups as g
from tests.repositories.sql.databases import Database, counted
from tests.repositories.sql.shops import PLACES, heard

MANY: Final = 4_000
"""People, and resources."""
GROUPS: Final = 200
EVERYBODY, FEW = GROUPS + 1, GROUPS + 2
"""A group that everybody is in, whose memberships were written last; and one that shows the last thirty resources."""
RARE: Final = 21
"""A job profile that only the last person has."""
LARGE: Final = {
    f"subaccounts_{name}"
    for name in (
        "sub_accounts", "memberships", "resources", "audiences", "participations", "sub_account_departments", "sub_account_traits",
    )
}  # fmt: skip
"""Tables that nothing reads whole; a few dozen departments are sooner read than looked up."""

PAGE: Final = 20


def people() -> Iterator[Record]:
    """Yield everybody: each in a department, with a job and a permission type; every fifth comes from outside."""
    for n in range(1, MANY + 1):
        values = {
            f.KIND: Kind.EMPLOYEE if n % 5 else Kind.EXTERNAL,
            f.DEPARTMENTS: frozenset({b.department_id(1 + n % 30)}),
            f.JOB_PROFILE: b.job_profile_id(RARE if n == MANY else 1 + n % 20),
            f.PERMISSION_TYPES: frozenset({b.permission_type_id(1 + n % 5)}),
        }
        yield b.sub_account(n, state=State.ACTIVE, login=f"person-{n:06}", profile=b.profile(values))
        yield b.credential(n)


def memberships() -> Iterator[Record]:
    """Yield that each is in two groups, and then that everybody is in one."""
    for n in range(1, MANY + 1):
        yield g.membership(2 * n, group=1 + n % GROUPS, person=n)
        yield g.membership(2 * n + 1, group=1 + (n + 7) % GROUPS, person=n)
    yield from (g.membership(2 * MANY + 1 + n, group=EVERYBODY, person=n) for n in range(1, MANY + 1))


def resources() -> Iterator[Record]:
    """Yield resources: most for a group, some for nobody in particular, for departments, or for a job beside a group."""
    for n in range(1, MANY + 1):
        mine = frozenset({g.group_id(FEW if n > MANY - 30 else 1 + n % GROUPS)})
        audience = (
            Audience(groups=mine)
            if n % 10 > 2 or n > MANY - 30
            else (
                Audience(),
                Audience(departments=frozenset({b.department_id(1 + n % 30)})),
                Audience(groups=mine, job_profiles=frozenset({b.job_profile_id(1 + n % 20)})),
            )[n % 10]
        )
        application = g.application_id(n % 7) if n % 4 == 0 else None
        yield g.resource(n, name=f"course {n:06}", audience=audience, application=application, rostered=n % 20 == 0)


def filled(place: Database) -> Database:
    """Return the database with an organization of many, which it has counted."""
    repository = SQLAlchemyRepository(place.emptied().url)
    catalog = [b.department(n, under=n // 3 or None) for n in range(1, 31)]
    groups = [
        g.group(n, allows_external=n % 2 == 0, applications=frozenset({g.application_id(n % 7)}))
        for n in range(1, FEW + 1)
    ]
    jobs = [b.job_profile(n) for n in range(1, RARE + 1)]
    permissions = [b.permission_type(n) for n in range(1, 6)]
    rosters = [g.participation(n, resource=20 * (1 + n % 150), person=n) for n in range(1, MANY // 4)]
    first: list[Record] = [b.organization(), *catalog, *jobs, *permissions, b.account(), *groups]
    records = [*first, *people(), *memberships(), *resources(), *rosters]
    for start in range(0, len(records), 1_000):
        repository.commit(Batch(organization=b.OURS, puts=tuple(records[start : start + 1_000])))
    repository.close()
    return counted(place, *LARGE, "subaccounts_groups", "subaccounts_group_applications", "subaccounts_catalog")


@pytest.fixture(scope="module", params=PLACES)
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Database:
    """Answer a database that is full, made once."""
    return filled(PLACES[request.param](tmp_path_factory.mktemp("plans")))


@pytest.fixture(scope="module")
def repository(place: Database) -> Iterator[SQLAlchemyRepository]:
    """Answer the repository there."""
    opened = SQLAlchemyRepository(place.url)
    yield opened
    opened.close()


def viewer(kind: Kind, *groups: int) -> Viewer:
    """Return somebody with something of every part."""
    return g.viewer(
        kind=kind,
        groups=frozenset(map(g.group_id, groups)),
        departments=frozenset(map(b.department_id, (1, 3, 9))),
        job_profile=b.job_profile_id(),
        permission_types=frozenset({b.permission_type_id()}),
        applications=frozenset({g.application_id()}),
        rosters=frozenset({g.resource_id(20), g.resource_id(400)}),
    )


Ask = Callable[[SQLAlchemyRepository, bool], object]
VIEWERS: Final = {
    "an employee": viewer(Kind.EMPLOYEE, 3, 10, EVERYBODY),
    "from outside": viewer(Kind.EXTERNAL, 4, 10),
    "who sees the last": g.viewer(groups=frozenset({g.group_id(FEW)})),
    "in many groups": viewer(Kind.EMPLOYEE, *range(1, 121)),
}
AUDIENCES: Final = {
    "a small group": Audience(groups=frozenset({g.group_id(3)})),
    "everybody's group": Audience(groups=frozenset({g.group_id(EVERYBODY)})),
    "a department": Audience(departments=frozenset({b.department_id(30)})),
    "the whole tree": Audience(departments=frozenset({b.department_id(1)})),
    "a job": Audience(job_profiles=frozenset({b.job_profile_id(3)})),
    "a permission": Audience(permission_types=frozenset({b.permission_type_id(3)})),
    "everybody's group and a job that one person has": Audience(
        groups=frozenset({g.group_id(EVERYBODY)}), job_profiles=frozenset({b.job_profile_id(RARE)})
    ),
    "nobody": Audience(),
}


def page(who: Viewer, choice: Ungrouped, store: SQLAlchemyRepository, later: bool) -> object:
    """Ask for a page of what somebody sees."""
    last = ResourceCursor(name_key=f"course {MANY - 200:06}", id=g.resource_id(MANY - 200).value)
    query = ResourceQuery(organization=b.OURS, type="course", viewer=who, ungrouped=choice, limit=PAGE)
    return store.resources_page(evolve(query, after=last if later else None))


def watchers(audience: Audience, store: SQLAlchemyRepository, later: bool) -> object:
    """Ask for a page of who sees something with a roster and an application."""
    last = PeopleCursor(login_key=f"person-{MANY - 200:06}", id=b.value(MANY - 200))
    resource = g.resource(20, audience=audience, rostered=True, application=g.application_id())
    query = ViewersQuery(resource=resource, ungrouped=Ungrouped.EVERYBODY, at=NOON, limit=PAGE)
    return store.viewers_page(evolve(query, after=last if later else None))


def inside(departments: frozenset[DepartmentId], store: SQLAlchemyRepository, later: bool) -> tuple[SubAccount, ...]:
    """Ask for the next people who are in departments, or below them, as the preview of a move does."""
    last = PeopleCursor(login_key=f"person-{MANY - 200:06}", id=b.value(MANY - 200))
    query = PeopleQuery(organization=b.OURS, departments=store.offspring(departments), limit=PAGE)
    return store.people_page(evolve(query, after=last if later else None))


def whether(who: Viewer, store: SQLAlchemyRepository, later: bool) -> object:
    """Ask which of ten resources somebody sees."""
    ids = [g.resource_id(n + later) for n in range(1, MANY, 400)]
    return store.visible_among(who, ids, ungrouped=Ungrouped.EVERYBODY)


ASKED: Final[dict[str, Ask]] = {
    **{
        f"what {name} sees, unnamed for {choice.value}": partial(page, who, choice)
        for name, who in VIEWERS.items()
        for choice in (Ungrouped.EVERYBODY, Ungrouped.NOBODY)
    },
    **{f"who sees what is for {name}": partial(watchers, audience) for name, audience in AUDIENCES.items()},
    **{
        f"who is in {name} or below": partial(inside, AUDIENCES[name].departments)
        for name in ("a department", "the whole tree")
    },
    **{f"whether {name} sees": partial(whether, who) for name, who in VIEWERS.items()},
    "groups": lambda store, later: store.groups([g.group_id(n + later) for n in (1, 9, 30)]),
    "resources": lambda store, later: store.resources([g.resource_id(n + later) for n in range(1, MANY, 100)]),
    "members": lambda store, later: store.members_page(
        g.group_id(EVERYBODY), after=b.value(MANY - 50) if later else None, limit=PAGE
    ),
    "participants": lambda store, later: store.participants_page(
        g.resource_id(20), after=b.value(MANY // 8) if later else None, limit=PAGE
    ),
    "what decides": lambda store, later: store.viewer_facts([b.sub_account_id(7 + later)]),
}


def whole(place: Database, statement: str, parameters: Any) -> tuple[set[str], int]:
    """Return which tables the database reads whole for a statement, and how many rows it looks at where it tells."""
    explain = {
        "SQLite": "EXPLAIN QUERY PLAN",
        "PostgreSQL": "EXPLAIN (ANALYZE, FORMAT JSON)",
        "MariaDB": "ANALYZE FORMAT=JSON",
    }[place.name]
    engine = create_engine(place.url)
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(f"{explain} {statement}", parameters).all()
    engine.dispose()
    if place.name == "SQLite":
        return {row[3].split()[1] for row in rows if row[3].startswith("SCAN ")}, 0
    told = rows[0][0]
    return _read(json.loads(told, strict=False) if isinstance(told, str) else told)


def _read(told: Any) -> tuple[set[str], int]:
    if isinstance(told, list | dict):
        below = [_read(each) for each in (told if isinstance(told, list) else told.values())]
        tables, rows = set[str]().union(*(found for found, _ in below)), max((most for _, most in below), default=0)
        if isinstance(told, dict):
            rows = max(rows, round(_looked_at(told)))
            tables |= {told["Relation Name"]} if told.get("Node Type") == "Seq Scan" else set()
            tables |= {told["table_name"]} if told.get("access_type") in ("ALL", "index") else set()
        return tables, rows
    return set(), 0


def _looked_at(step: dict[str, Any]) -> float:
    """Return how many rows one step of a plan looked at in one go."""
    dropped: float = step.get("Rows Removed by Filter", 0)
    return float(step.get("Actual Rows", 0)) + dropped + (step.get("r_rows") or 0)


@pytest.mark.parametrize("asked", ASKED)
def test_no_table_is_read_whole(place: Database, repository: SQLAlchemyRepository, asked: str) -> None:
    """Wherever a page begins, its rows are found by an index, and no step looks at as many as there are."""
    for later in (False, True):
        with heard(repository._reader) as said:
            ASKED[asked](repository, later)
        statements = [each for each in said if each[0].startswith(("SELECT", "WITH"))]
        assert statements
        for statement, parameters in statements:
            tables, rows = whole(place, statement, parameters)
            assert not tables & LARGE, (tables, statement)
            assert rows < MANY / 2, (rows, statement)


def test_people_are_asked_in_turn_as_they_are_searched_for(
    repository: SQLAlchemyRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many are in departments, and so whichever way they are found, it is the same people in the same order."""
    for each in (1, 30):
        named = frozenset({b.department_id(each)})
        below = repository.offspring(named)
        there = [n for n in range(MANY - 199, MANY + 1) if b.department_id(1 + n % 30) in below]
        for most in (1, MANY + 1):
            monkeypatch.setattr(people_room, "_FEW", most)
            found = inside(named, repository, later=True)
            assert [b.sub_account_id(n) for n in there[:PAGE]] == [person.id for person in found]
