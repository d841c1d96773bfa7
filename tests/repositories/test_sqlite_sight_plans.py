"""How SQLite finds who sees what: by indexes and in order, the last page as the first, whatever it knows about the file."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest
from attrs import evolve

from subaccounts.domain.audience import Audience, Ungrouped
from subaccounts.domain.decision import Batch
from subaccounts.domain.fields import Kind
from subaccounts.domain.queries import PeopleCursor
from subaccounts.domain.sights import ResourceCursor, ResourceQuery, ViewersQuery
from subaccounts.domain.viewer import Viewer
from subaccounts.repositories import SQLiteRepository
from subaccounts.repositories.sqlite import groups, reads, sights, viewers
from subaccounts.testing import NOON
from subaccounts.testing import builders as b
from subaccounts.testing import groups as g
from tests.repositories.listeners import Listener, listen, step

MANY: Final = 60
TIMES: Final = 2_000
"""How many times as much SQLite is told to have found: too much to read all of it."""
VIEWER: Final = g.viewer(
    groups=frozenset(map(g.group_id, (1, 2, 3))),
    departments=frozenset({b.department_id()}),
    job_profile=b.job_profile_id(),
    permission_types=frozenset({b.permission_type_id()}),
    rosters=frozenset({g.resource_id()}),
)
VISITOR: Final = evolve(VIEWER, kind=Kind.EXTERNAL, applications=frozenset({g.application_id()}))
QUERY: Final = ResourceQuery(
    organization=b.OURS, type="course", viewer=VIEWER, ungrouped=Ungrouped.EVERYBODY, prefix="course", limit=20
)
BEHIND: Final = ResourceCursor(name_key="course 2", id="course/2")
AUDIENCES: Final = {
    "groups": Audience(groups=VIEWER.groups),
    "departments": Audience(departments=VIEWER.departments),
    "job_profiles": Audience(job_profiles=frozenset({b.job_profile_id()})),
    "permission_types": Audience(permission_types=VIEWER.permission_types),
    "all of it": Audience(
        groups=VIEWER.groups,
        departments=VIEWER.departments,
        job_profiles=frozenset({b.job_profile_id()}),
        permission_types=VIEWER.permission_types,
    ),
}
OWN: Final = {"f", "family", "below", "named_group", "named_department", "named_job_profile", "named_permission_type"}
"""What a statement makes of what it was given, and a family as far as it was found: read whole, because it is asked for whole."""


@pytest.fixture(scope="module", params=[False, True], ids=["unknown", "analyzed"])
def path(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Answer a file of which SQLite knows nothing, or has learned that very much is in it."""
    path = tmp_path_factory.mktemp("plans") / "portal.db"
    numbers = range(1, MANY + 1)
    with SQLiteRepository(path) as repository:
        puts = (
            b.organization(),
            b.account(),
            *(b.department(n, under=n // 2 or None) for n in range(1, 20)),
            *(record for n in numbers for record in b.person(n)),
            *(g.group(n, applications=frozenset({g.application_id(n % 7)})) for n in numbers),
            *(g.membership(n, group=n, person=n) for n in numbers),
            *(g.resource(n, audience=Audience(groups=frozenset({g.group_id(n)}))) for n in numbers),
            *(g.participation(n, resource=n, person=n) for n in numbers),
        )
        repository.commit(Batch(organization=b.OURS, puts=puts))
    if request.param:
        teach(path)
    return path


def teach(path: Path) -> None:
    """Let SQLite look at the file, and multiply what it found: the rows of each table, and how many share the organization."""
    made = sqlite3.connect(path, isolation_level=None)
    made.execute("ANALYZE")
    for table, index, found in made.execute("SELECT tbl, idx, stat FROM sqlite_stat1").fetchall():
        rows = found.split()[0]
        told = " ".join(str(int(number) * TIMES) if number == rows else number for number in found.split())
        made.execute("UPDATE sqlite_stat1 SET stat = ? WHERE tbl = ? AND idx IS ?", (told, table, index))
    made.close()


@pytest.fixture
def listener(path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Listener]:
    """Answer a connection that writes down what it is asked; walks are short, so that every step is taken."""
    monkeypatch.setattr(sights, "WALK", 1)
    monkeypatch.setattr(sights, "WALK_EACH", 0)
    listener = listen(path)
    yield listener
    listener.close()


def careless(plan: list[str], *, sorts: int = 0) -> list[str]:
    """Return what of a plan reads a whole table, and what it sorts beyond so many sorts.

    A Bloom filter is made of a whole table too. The catalog is allowed one: SQLite looks at it once, when it knows it to be small.
    """
    own = {each.split()[1] for each in plan if each.startswith(("CO-ROUTINE ", "MATERIALIZE "))} | OWN
    whole = [
        each
        for each in plan
        if (each.startswith("SCAN ") and each.split()[1] not in own and "CONSTANT ROW" not in each)
        or (each.startswith("BLOOM FILTER") and not each.startswith("BLOOM FILTER ON c "))
    ]
    return whole + [each for each in plan if "TEMP B-TREE" in each][sorts:]


Ask = Callable[[sqlite3.Connection], object]
LOOKUPS: Final[dict[str, Ask]] = {
    "offspring": lambda c: reads.offspring(c, [b.department_id()]),
    "lineage": lambda c: reads.lineage(c, [b.department_id(9)]),
    "groups": lambda c: groups.groups(c, [g.group_id(1), g.group_id(2)]),
    "groups_page": lambda c: groups.groups_page(c, b.OURS, after=b.value(3), limit=5),
    "members_page": lambda c: groups.members_page(c, g.group_id(1), after=b.value(3), limit=5),
    "resources": lambda c: groups.resources(c, [g.resource_id(1), g.resource_id(2)]),
    "participants_page": lambda c: groups.participants_page(c, g.resource_id(1), after=b.value(3), limit=5),
    "viewer_facts": lambda c: groups.viewer_facts(c, [b.sub_account_id(1), b.sub_account_id(2)]),
    "a page of everything": lambda c: sights.resources_page(c, evolve(QUERY, viewer=None)),
    "everything, counted": lambda c: sights.resources_count(c, evolve(QUERY, viewer=None)),
    "one": lambda c: sights.visible_among(c, VIEWER, [g.resource_id()], ungrouped=Ungrouped.NOBODY),
    "two": lambda c: sights.visible_among(c, VISITOR, [*map(g.resource_id, (1, 2))], ungrouped=Ungrouped.NOBODY),
}


@pytest.mark.parametrize("ask", LOOKUPS.values(), ids=list(LOOKUPS))
def test_lookups(listener: Listener, ask: Ask) -> None:
    """What is asked by id, and pages of everything, are found by an index, in order."""
    ask(listener)
    assert listener.heard
    assert [] == [each for plan in listener.plans() for each in careless(plan)]


def test_children_are_found_by_their_parent(listener: Listener) -> None:
    """Each department is looked up, and not looked for among all there are."""
    reads.offspring(listener, [b.department_id()])
    (plan,) = listener.plans()
    assert "SEARCH c USING INDEX catalog_by_parent (organization=? AND parent=?)" in plan


def steps(listener: Listener, first: Ask, last: Ask) -> dict[str, list[str]]:
    """Ask for the first page and for the last; return the plan of each step, which has to be the same for both."""
    found: list[dict[str, list[str]]] = []
    for ask in (first, last):
        listener.heard.clear()
        ask(listener)
        found.append({step(said): plan for (said, _), plan in zip(listener.heard, listener.plans(), strict=True)})
    assert found[0] == found[1]
    return found[0]


@pytest.mark.parametrize("viewer", [VIEWER, VISITOR], ids=["employee", "from outside"])
def test_what_somebody_sees(listener: Listener, viewer: Viewer) -> None:
    """Every step of a page goes along an index from where it has to, and sorts nothing; a door holds all that is asked of it."""
    query = evolve(QUERY, viewer=viewer)
    plans = steps(
        listener,
        lambda c: sights.resources_page(c, query),
        lambda c: sights.resources_page(c, evolve(query, after=BEHIND)),
    )
    assert {"walk", "end", "roster", "door", "bodies"} == plans.keys()
    assert [] == [each for plan in plans.values() for each in careless(plan)]
    along = "SEARCH r USING INDEX resources_by_name (organization=? AND type=? AND (name_key,id)>(?,?) AND name_key<?)"
    assert along in plans["walk"]
    assert along in plans["end"]
    assert plans["door"][0].startswith(
        "SEARCH audiences USING COVERING INDEX audiences_by_value"
        " (organization=? AND part=? AND value=? AND door=? AND type=? AND (name_key,resource)>(?,?)"
    )


@pytest.mark.parametrize("viewer", [VIEWER, VISITOR], ids=["employee", "from outside"])
def test_how_much_somebody_sees(listener: Listener, viewer: Viewer) -> None:
    """A count looks at what is behind the doors alone, in the index of the doors; to count each once is a sort."""
    sights.resources_count(listener, evolve(QUERY, viewer=viewer))
    plans = listener.plans()
    assert ["count"] * 5 + ["roster"] == listener.steps()
    assert [] == [each for plan in plans for each in careless(plan, sorts=1)]
    assert 5 == sum("audiences USING COVERING INDEX audiences_by_value" in " ".join(plan) for plan in plans)


@pytest.mark.parametrize("audience", AUDIENCES.values(), ids=list(AUDIENCES))
def test_who_sees_something(listener: Listener, audience: Audience) -> None:
    """A page walks its index from where the last one ended, or looks up those behind the doors and sorts them."""
    resource = g.resource(audience=audience, application=g.application_id(), rostered=True)
    query = ViewersQuery(resource=resource, ungrouped=Ungrouped.NOBODY, at=NOON)
    after = PeopleCursor(login_key="person-3", id=b.value(3))
    plans = steps(
        listener,
        lambda c: viewers.viewers_page(c, query),
        lambda c: viewers.viewers_page(c, evolve(query, after=after)),
    )
    assert {"walk past people", "end", "how many", "doors"} == plans.keys()
    assert [] == [each for name, plan in plans.items() for each in careless(plan, sorts=name == "doors")]
    along = "INDEX sub_accounts_by_login (organization=? AND (login_key,id)>(?,?))"
    assert f"SEARCH s USING {along}" in plans["walk past people"]
    assert f"SEARCH s USING COVERING {along}" in plans["end"]
    assert "SEARCH s USING INDEX sqlite_autoindex_sub_accounts_1 (organization=? AND id=?)" in plans["doors"]
