"""Who sees what, asked of every database: the same as the rule in Python says, whichever way a page is found."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from subaccounts.repositories.sqlalchemy import SQLAlchemyRepository
from subaccounts.testing.populations import Population
from tests.repositories.sql.seeing import PREFIXES, organizations, what_a_viewer_sees, what_is_stored, who_sees, written
from tests.repositories.sql.shops import PLACES

drawn = given(population=organizations(), limit=st.sampled_from((1, 2, 50)), prefix=st.sampled_from(PREFIXES))


@pytest.fixture(scope="module", params=PLACES)
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SQLAlchemyRepository]:
    """Answer a repository on each database, which every example has an organization of its own in."""
    opened = SQLAlchemyRepository(PLACES[request.param](tmp_path_factory.mktemp("sights")).emptied().url)
    yield opened
    opened.close()


@drawn
@settings(max_examples=40)
def test_the_rule_is_one(store: SQLAlchemyRepository, population: Population, limit: int, prefix: str) -> None:
    """Pages, counts, checks, who sees what and what is stored of people are what the rule says of all the records."""
    seen = written(population, store, limit=limit, prefix=prefix)
    what_is_stored(seen)
    what_a_viewer_sees(seen)
    who_sees(seen)
