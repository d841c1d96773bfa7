"""What is asked by key reads the rows of that key, also where the database knows nothing of its tables yet.

Just after many people came in no statistics are there: every condition looks as good to a planner as any other, and one
that reads a whole account for one person is taken as soon as a statement offers it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

import pytest
from attrs import evolve
from sqlalchemy import create_engine

from subaccounts.domain.decision import Batch, seen
from subaccounts.repositories.sqlalchemy import SQLAlchemyRepository, copying
from subaccounts.testing import builders as b
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
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(copying, "PAYS", len(people) * 2)
        repository.commit(Batch(organization=b.OURS, puts=tuple(people)))
    repository.close()
    return place


@pytest.fixture
def repository(place: Database) -> Iterator[SQLAlchemyRepository]:
    """Answer the repository there."""
    opened = SQLAlchemyRepository(place.url)
    yield opened
    opened.close()


def looked_at(place: Database, statement: str, parameters: Any) -> int:
    """Return how many rows the database looked at for a statement, which is undone."""
    explain = {"PostgreSQL": "EXPLAIN (ANALYZE, FORMAT JSON)", "MariaDB": "ANALYZE FORMAT=JSON"}[place.name]
    engine = create_engine(place.url)
    with engine.connect() as connection:
        answer: Any = connection.exec_driver_sql(f"{explain} {statement}", parameters).scalar_one()
        connection.rollback()
    engine.dispose()
    return _rows(json.loads(answer, strict=False) if isinstance(answer, str) else answer)


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
    assert judged(place, said, few=4 * len(numbers)) == {}


def test_a_change_of_one_person(place: Database, repository: SQLAlchemyRepository, many: int) -> None:
    """A commit about one person reads and writes the rows of that person and of what it guards."""
    found = repository.person(b.sub_account_id(7))
    assert found is not None
    puts = (evolve(found.sub_account, epoch=found.sub_account.epoch + 1), found.credential)
    with heard(repository._writer) as said:
        repository.commit(Batch(organization=b.OURS, puts=puts, guards=(seen(found.account),)))
    assert judged(place, said, few=FEW[many]) == {}
