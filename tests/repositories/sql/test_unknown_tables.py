"""What is asked by key reads the rows of that key, also where the database knows nothing of its tables yet.

Just after many people came in no statistics are there: every condition looks as good to a planner as any other, and one
that reads a whole account for one person is taken as soon as a statement offers it. PostgreSQL is asked both ways in which
it answers: with the plan it makes for these values, and with the one it keeps for any.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

import pytest
from attrs import evolve
from psycopg import sql
from sqlalchemy import Connection, create_engine

from subaccounts.domain.audience import Audience, Ungrouped
from subaccounts.domain.decision import Batch, seen
from subaccounts.repositories.sqlalchemy import SQLAlchemyRepository, copying
from subaccounts.testing import builders as b
from subaccounts.testing import groups as g
from tests.repositories.sql.databases import SERVERS, Database, unanalyzed
from tests.repositories.sql.shops import heard

SIZES: Final = (300, 2_000)
"""People of one account: so few that PostgreSQL takes every index for as good as any other, and many."""
FEW: Final = {300: 630, 2_000: 30}
"""Rows a statement may look at; each answers a handful. Of few people two steps may each look at all of them, but never once for each."""


@pytest.fixture(scope="module", params=SIZES)
def many(request: pytest.FixtureRequest) -> int:
    """Answer how many people there are."""
    size: int = request.param
    return size


@pytest.fixture(scope="module", params=SERVERS)
def place(request: pytest.FixtureRequest, many: int) -> Database:
    """Answer a database with one large account, which nobody has analyzed: what is copied would be."""
    place = unanalyzed(SERVERS[request.param]())
    repository = SQLAlchemyRepository(place.url)
    repository.commit(Batch(organization=b.OURS, puts=(b.organization(), b.account())))
    people = [record for n in range(1, many + 1) for record in b.person(n, login=f"person-{n:06}")]
    groups = [g.group(n) for n in range(1, 11)]
    seen_by_a_group = [
        g.resource(n, name=f"course {n:06}", audience=Audience(groups=frozenset({g.group_id(1 + n % 10)})))
        for n in range(1, many + 1)
    ]
    members = [g.membership(n, group=1 + n % 10, person=n) for n in range(1, many + 1)]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(copying, "PAYS", len(people) * 2)
        for puts in (people, groups, seen_by_a_group, members):
            repository.commit(Batch(organization=b.OURS, puts=tuple(puts)))
    repository.close()
    return place


@pytest.fixture
def repository(place: Database) -> Iterator[SQLAlchemyRepository]:
    """Answer the repository there."""
    opened = SQLAlchemyRepository(place.url)
    yield opened
    opened.close()


def looked_at(place: Database, statement: str, parameters: Any) -> int:
    """Return how many rows the database looked at for a statement, which is undone; by the worse of its plans."""
    engine = create_engine(place.url)
    with engine.connect() as connection:
        if place.name == "PostgreSQL":
            made = connection.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", parameters).scalar_one()
            connection.rollback()
            told = [made, kept(connection, statement, parameters)]
        else:
            told = [connection.exec_driver_sql(f"ANALYZE FORMAT=JSON {statement}", parameters).scalar_one()]
        connection.rollback()
    engine.dispose()
    return max(_rows(json.loads(each, strict=False) if isinstance(each, str) else each) for each in told)


def kept(connection: Connection, statement: str, parameters: Any) -> Any:
    """Return how PostgreSQL answers a statement with the plan that it would keep for any values."""
    values: list[Any] = []

    def numbered(found: re.Match[str]) -> str:
        values.append(parameters[found[1]])
        return f"${len(values)}"

    words = re.sub(r"%\((\w+)\)s", numbered, statement).replace("%%", "%")
    given = ", ".join(sql.Literal(value).as_string() for value in values)
    connection.exec_driver_sql("SET LOCAL plan_cache_mode = force_generic_plan")
    connection.exec_driver_sql(f"PREPARE asked AS {words}".replace("%", "%%"))
    answer = connection.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE asked({given})".replace("%", "%%"))
    told = answer.scalar_one()
    connection.exec_driver_sql("DEALLOCATE asked")
    return told


def _rows(told: Any) -> int:
    """Add up what every step of a plan read, passed on or dropped."""
    if isinstance(told, list):
        return sum(map(_rows, told))
    if not isinstance(told, dict):
        return 0
    loops: float = told.get("Actual Loops", told.get("r_loops", 1)) or 0
    read: float = told.get("Actual Rows", 0) + told.get("Rows Removed by Filter", 0) + (told.get("r_rows") or 0)
    read += told.get("Rows Removed by Join Filter", 0)
    return round(read * loops) + sum(map(_rows, told.values()))


def judged(place: Database, said: list[tuple[str, Any]], *, few: int) -> dict[str, int]:
    """Return the statements that looked at more than a few rows."""
    heard_of = [each for each in said if each[0].startswith(("SELECT", "UPDATE", "DELETE"))]
    assert heard_of
    several = (tuple, dict, list)
    counted: dict[str, int] = {}
    for statement, parameters in heard_of:
        many = isinstance(parameters, list) and parameters and isinstance(parameters[0], several)
        for given in parameters if many else [parameters]:
            counted[statement] = max(counted.get(statement, 0), looked_at(place, statement, given))
    return {statement: rows for statement, rows in counted.items() if rows > few}


def test_a_question_by_key(place: Database, repository: SQLAlchemyRepository, many: int) -> None:
    """A sign-in, a person, an account, who holds a key: each reads its own few rows."""
    one, _ = b.person(many // 2, login=f"person-{many // 2:06}")
    keys = tuple(one.keys)
    with heard(repository._reader) as said:
        for where in (b.account_id(), b.OURS):
            found = repository.sign_in_facts(where, keys=keys, stranger=b.stranger().id)
            assert found is not None
            assert found.sub_account is not None
            assert one.id == found.sub_account.id
        assert repository.person(one.id) is not None
        assert repository.account(b.account_id()) is not None
        assert dict.fromkeys(keys, one.id) == repository.holders(keys)
    assert judged(place, said, few=FEW[many]) == {}


def test_a_question_by_many_keys(place: Database, repository: SQLAlchemyRepository, many: int) -> None:
    """Who holds three hundred keys, half of which nobody holds: no more is looked at than a few rows for each key."""
    numbers = range(many - 149, many + 151)
    keys = {key for n in numbers for key in b.person(n, login=f"person-{n:06}")[0].keys if key.space == "sign_in"}
    departments = [b.department_id(n) for n in numbers]
    with heard(repository._reader) as said:
        assert 150 == len(repository.holders(keys))
        assert () == repository.catalog_entries(departments)
    assert len(keys) == len(numbers)
    assert judged(place, said, few=5 * len(numbers)) == {}


def test_who_sees_what(place: Database, repository: SQLAlchemyRepository, many: int) -> None:
    """Whether one person sees one resource, or some, and what decides it: each reads its own few rows."""
    viewer = g.viewer(many // 2, groups=frozenset({g.group_id(1 + many // 2 % 10)}))
    mine, other = g.resource_id(many // 2), g.resource_id(many // 2 + 1)
    with heard(repository._reader) as said:
        for asked in ([mine], [mine, other]):
            assert {mine} == repository.visible_among(viewer, asked, ungrouped=Ungrouped.NOBODY)
            assert len(asked) == len(repository.resources(asked))
        for people in ([viewer.id], [viewer.id, b.sub_account_id(1)]):
            found = repository.viewer_facts(people)
            assert [1] * len(people) == [len(each.memberships) for each in found]
        assert 1 == len(repository.groups([g.group_id(3)]))
    assert judged(place, said, few=FEW[many]) == {}


def test_a_change_of_one_person(place: Database, repository: SQLAlchemyRepository, many: int) -> None:
    """A commit about one person reads and writes the rows of that person and of what it guards."""
    found = repository.person(b.sub_account_id(7))
    assert found is not None
    puts = (evolve(found.sub_account, epoch=found.sub_account.epoch + 1), found.credential)
    with heard(repository._writer) as said:
        repository.commit(Batch(organization=b.OURS, puts=puts, guards=(seen(found.account),)))
    assert judged(place, said, few=FEW[many]) == {}
