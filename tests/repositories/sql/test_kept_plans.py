"""What is asked of one thing again and again, PostgreSQL plans once and keeps the plan of.

It keeps one where the plan for any values looks no worse to it than those it made for the first five. What looks worse is
planned each time, which for one row takes three times as long as to answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import bindparam, create_engine, func, select
from sqlalchemy.engine import Engine

from subaccounts.domain.audience import Ungrouped
from subaccounts.domain.fields import Kind
from subaccounts.domain.viewer import Viewer
from subaccounts.repositories.sqlalchemy import SQLAlchemyRepository
from subaccounts.repositories.sqlalchemy.types import ExactList
from subaccounts.testing import builders as b
from subaccounts.testing import groups as g
from tests.repositories.sql.databases import Database, postgresql
from tests.repositories.sql.test_sight_plans import EVERYBODY, filled

TIMES: Final = 20
"""Questions: the driver prepares a statement at the sixth, PostgreSQL makes a plan for each of the next five and then decides."""


@pytest.fixture(scope="module")
def place() -> Database:
    """Answer a database that is full and knows it."""
    return filled(postgresql())


@pytest.fixture
def engine(place: Database) -> Iterator[Engine]:
    """Answer an engine with one connection."""
    engine = create_engine(place.url, pool_size=1, max_overflow=0, hide_parameters=True)
    yield engine
    engine.dispose()


def viewer(n: int, kind: Kind) -> Viewer:
    """Return somebody with something of every part, and not the same as somebody else."""
    return g.viewer(
        n,
        kind=kind,
        groups=frozenset(map(g.group_id, (n, n + 1, n + 9, EVERYBODY))),
        departments=frozenset(map(b.department_id, (1, 1 + n % 9))),
        job_profile=b.job_profile_id(),
        permission_types=frozenset({b.permission_type_id()}),
        applications=frozenset({g.application_id()}),
        rosters=frozenset({g.resource_id(20), g.resource_id(400)}),
    )


def whether(kind: Kind, choice: Ungrouped) -> Callable[[SQLAlchemyRepository, int], object]:
    """Return the question whether somebody sees something."""
    return lambda store, n: store.visible_among(viewer(n, kind), [g.resource_id(7 * n)], ungrouped=choice)


ASKED: Final[dict[str, Callable[[SQLAlchemyRepository, int], object]]] = {
    **{
        f"whether one {kind.value} sees something, unnamed for {choice.value}": whether(kind, choice)
        for kind in Kind
        for choice in (Ungrouped.EVERYBODY, Ungrouped.NOBODY)
    },
    "what decides of one person": lambda store, n: store.viewer_facts([b.sub_account_id(n)]),
    "a resource": lambda store, n: store.resources([g.resource_id(n)]),
    "a group": lambda store, n: store.groups([g.group_id(n)]),
    "a department": lambda store, n: store.catalog_entries([b.department_id(n)]),
    "who holds a key": lambda store, n: store.holders([next(iter(b.person(n, login=f"person-{n:06}")[0].keys))]),
    "a person": lambda store, n: store.person(b.sub_account_id(n)),
    "an account": lambda store, _: store.account(b.account_id()),
    "what a sign-in is decided on": lambda store, n: store.sign_in_facts(
        b.account_id(), keys=tuple(b.person(n, login=f"person-{n:06}")[0].keys), stranger=b.stranger().id
    ),
}


@pytest.mark.parametrize("asked", ASKED)
def test_a_plan_is_kept(engine: Engine, asked: str) -> None:
    """Given a question about one thing, when it was asked often, then PostgreSQL has stopped planning it anew."""
    store = SQLAlchemyRepository(engine)
    for n in range(1, TIMES + 1):
        assert ASKED[asked](store, n) is not None
    with engine.connect() as connection:
        plans = connection.exec_driver_sql("SELECT statement, generic_plans FROM pg_prepared_statements").all()
    ours = {statement: kept for statement, kept in plans if "subaccounts_" in statement}
    assert ours
    assert [] == [statement for statement, kept in ours.items() if not kept]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.text(st.characters(codec="utf-8", exclude_characters="\0"))
        | st.sampled_from(("NULL", '"', "\\", "{}", ",", " a "))
    )
)
def test_a_list_arrives_as_it_is(engine: Engine, texts: list[str]) -> None:
    """Whatever is written in the texts of a list, PostgreSQL reads the same texts in the same order."""
    listed = func.unnest(bindparam("texts", type_=ExactList())).table_valued("text", name="listed").render_derived()
    with engine.connect() as connection:
        assert texts == list(connection.scalars(select(listed.c.text), {"texts": texts}))
