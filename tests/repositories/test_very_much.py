"""A viewer that has more of everything than a statement of SQLite has places for: 32,766, where nobody compiled it otherwise."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, TypeVar

import pytest
from sqlalchemy import create_engine, event

from subaccounts.domain.audience import Audience, Ungrouped
from subaccounts.domain.decision import Batch
from subaccounts.domain.fields import Kind
from subaccounts.domain.resource import Resource
from subaccounts.domain.sights import ResourceQuery
from subaccounts.domain.visibility import may_see
from subaccounts.errors import StorageFailed
from subaccounts.repositories import SQLiteRepository
from subaccounts.repositories.sqlalchemy import SQLAlchemyRepository
from subaccounts.testing import builders as b
from subaccounts.testing import groups as g
from tests.repositories.sql.databases import sqlite_in

R = TypeVar("R")
MANY: Final = 33_000
PLACES: Final = 32_766
NUMBERS: Final = range(1, MANY + 1)
EVERYTHING: Final = g.viewer(
    kind=Kind.EXTERNAL,
    groups=frozenset(map(g.group_id, NUMBERS)),
    applications=frozenset(map(g.application_id, NUMBERS)),
    rosters=frozenset(map(g.resource_id, NUMBERS)),
)


def embedded(folder: Path) -> SQLiteRepository:
    """Open a file, on a connection with so many places."""
    opened = SQLiteRepository(folder / "portal.db")
    with opened._connections.mine() as connection:
        connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, PLACES)
    return opened


def by_sqlalchemy(folder: Path) -> SQLAlchemyRepository:
    """Open a file through SQLAlchemy, on connections with so many places."""
    engine = create_engine(sqlite_in(folder).url, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def limit(connection: sqlite3.Connection, _: object) -> None:
        connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, PLACES)

    return SQLAlchemyRepository(engine)


STORES: Final[dict[str, Callable[[Path], Any]]] = {"SQLite": embedded, "SQLAlchemy": by_sqlalchemy}


def resources() -> Iterator[Resource]:
    """Yield some for groups, applications and rosters at either end of what the viewer has, and beyond."""
    ends = (1, MANY // 2, MANY, MANY + 1)
    for n, (group, application, roster) in enumerate(
        ((group, application, roster) for group in ends for application in (0, *ends[1:]) for roster in (False, True)),
        start=MANY - 10,
    ):
        yield g.resource(
            n,
            name=f"course {n:06}",
            audience=Audience(groups=frozenset({g.group_id(group)})),
            application=g.application_id(application) if application else None,
            rostered=roster,
        )


@pytest.fixture(scope="module", params=STORES)
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Answer a store with these resources."""
    opened = STORES[request.param](tmp_path_factory.mktemp("much"))
    opened.commit(Batch(organization=b.OURS, puts=(b.organization(), *resources())))
    yield opened
    opened.close()


def answered(question: Callable[[], R]) -> R:
    """Return an answer; a refusal fails by its words alone, for a traceback would print what the viewer has."""
    try:
        return question()
    except StorageFailed as error:
        refused = str(error)
    pytest.fail(refused, pytrace=False)


@pytest.mark.parametrize("choice", Ungrouped)
def test_whoever_has_very_much(store: Any, choice: Ungrouped) -> None:
    """Given thousands of groups, applications and rosters, then checks, counts and a page are what the rule says."""
    expected = [each for each in resources() if may_see(EVERYTHING, each, choice)]
    assert 0 < len(expected) < len(list(resources()))
    asked, most = [each.id for each in resources()], len(expected) + 1
    query = ResourceQuery(organization=b.OURS, type=asked[0].type, viewer=EVERYTHING, ungrouped=choice, limit=most)
    seen = answered(lambda: store.visible_among(EVERYTHING, asked, ungrouped=choice))
    assert {each.id for each in expected} == seen
    assert len(expected) == answered(lambda: store.resources_count(query))
    assert [each.id for each in expected] == [each.id for each in answered(lambda: store.resources_page(query))]


def test_what_decides_of_very_many(store: Any) -> None:
    """Given more people than a statement has places for, of whom nobody is there, nobody is found."""
    people = [b.sub_account_id(n) for n in NUMBERS]
    assert () == answered(lambda: store.viewer_facts(people))
