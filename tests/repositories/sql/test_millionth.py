"""The page of people at the first of a million and at the last: one plan, and as much work.

A million people are written by one statement, with their indexes, which took each database between one minute and three on two
busy cores: so it is the night's.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import closing
from typing import Any, Final

import pytest
from attrs import evolve
from sqlalchemy import ColumnElement, Select, String, cast, create_engine, func, insert, literal, select

from subaccounts.domain.decision import Batch
from subaccounts.domain.queries import PeopleCursor, PeopleQuery
from subaccounts.repositories.sqlalchemy import SQLAlchemyRepository
from subaccounts.repositories.sqlalchemy.tables import sub_accounts
from subaccounts.testing import builders as b
from tests.repositories.sql.databases import SERVERS, Database, counted, sqlite_in, unanalyzed
from tests.repositories.sql.plans import THE_LONG_WAY, effort, plan, shape
from tests.repositories.sql.shops import PLACES, heard

pytestmark = pytest.mark.skipif(
    os.environ.get("SUBACCOUNTS_THOROUGH") != "1",
    reason="a million people on each database: `nox -s millionth`, or set SUBACCOUNTS_THOROUGH=1",
)

SIDE: Final = 1_000
"""A million is so many times so many."""
ZEROTH: Final = 1_000_000
"""The number of the person whose copies the million are; all numbers have its seven digits, and so one order as texts too."""
LAST: Final = ZEROTH + SIDE * SIDE
ACCOUNT: Final = 100
"""The number of the first account."""
ACCOUNTS: Final = 50
"""How many the people are spread over."""
PAGE: Final = 50


def hexed(number: int) -> int:
    """Return the number whose id has these digits: an id is in hexadecimal."""
    return int(str(number), 16)


def cursor(number: int) -> PeopleCursor:
    """Return the cursor of a person of the million."""
    return PeopleCursor(login_key=f"person-{number}", id=b.value(hexed(number)))


def million() -> Select[Any]:
    """Return a million people, who are copies of the one that is stored, under other numbers and in other accounts."""
    rows = select(literal(1).label("n")).cte("ns", recursive=True)
    rows = rows.union_all(select(rows.c.n + 1).where(rows.c.n < SIDE))
    n, others = rows.c.n, rows.alias("others")
    number = cast(ZEROTH + SIDE * (others.c.n - 1) + n, String)
    first = b.value(hexed(ACCOUNT))
    account = literal(first.removesuffix(str(ACCOUNT))) + cast(ACCOUNT + n % ACCOUNTS, String)

    def copied(column: ColumnElement[Any]) -> ColumnElement[Any]:
        if column.key not in {"id", "account", "login", "login_key", "search", "body"}:
            return column
        return func.replace(func.replace(column, first, account), str(ZEROTH), number)

    everywhere = sub_accounts.join(rows, literal(value=True)).join(others, literal(value=True))
    return select(*map(copied, sub_accounts.c)).select_from(everywhere)


def filled(place: Database) -> Database:
    """Return the database with a million people and the one that they are copies of."""
    accounts = [b.account(hexed(ACCOUNT + n)) for n in range(ACCOUNTS)]
    zeroth = b.person(hexed(ZEROTH), under=hexed(ACCOUNT), login=f"person-{ZEROTH}")
    with closing(SQLAlchemyRepository(place.url)) as repository:
        repository.commit(Batch(organization=b.OURS, puts=(b.organization(), *accounts, *zeroth)))
    engine = create_engine(
        place.url, enable_from_linting=False
    )  # it warns of products, and a product is what is wanted
    with engine.begin() as connection:
        connection.execute(insert(sub_accounts).from_select([each.name for each in sub_accounts.c], million()))
    engine.dispose()
    return counted(place, sub_accounts.name)


@pytest.fixture(scope="module", params=PLACES)
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Database:
    """Answer a database of its own with a million people, made once; to delete them all would take longer than to write them."""
    if request.param in SERVERS:
        return filled(unanalyzed(SERVERS[request.param]()))
    return filled(sqlite_in(tmp_path_factory.mktemp("millionth")))


QUERIES: Final = {
    "sub_accounts_by_login": (PeopleQuery(organization=b.OURS, limit=PAGE), 1),
    "sub_accounts_by_account": (
        PeopleQuery(organization=b.OURS, account=b.account_id(hexed(ACCOUNT + LAST % ACCOUNTS)), limit=PAGE),
        ACCOUNTS,
    ),
}
"""What is asked, by the index that has to answer, and how far apart the numbers of two are who follow each other."""


@pytest.mark.parametrize("index", QUERIES)
def test_the_same_plan_at_the_millionth(
    place: Database, index: str, record_property: Callable[[str, object], None]
) -> None:
    """The page that ends with the millionth person is found as the first one is: by the same index, with as much work."""
    query, apart = QUERIES[index]
    plans, efforts, pages = [], [], []
    with closing(SQLAlchemyRepository(place.url)) as repository:
        for after in (None, cursor(LAST - apart * PAGE)):
            with heard(repository._reader) as said:
                pages.append(repository.people_page(evolve(query, after=after)))
            ((statement, parameters),) = [each for each in said if each[0].startswith("SELECT")]
            plans.append(plan(place, statement, parameters))
            efforts.append(effort(place, statement, parameters))
    record_property("ran", f"{place.name}, {index}: {efforts} {plans}")
    expected = [cursor(LAST - apart * n) for n in reversed(range(PAGE))]
    assert expected == [PeopleCursor(login_key=each.login.key, id=each.id.value) for each in pages[1]]
    for told in plans:
        assert index in told
        assert not THE_LONG_WAY.search(told), told
    assert shape(plans[0]) == shape(plans[1])
    assert efforts[1] < 2 * efforts[0]
