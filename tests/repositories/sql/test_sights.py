"""Who sees what, asked of every database: the same as the rule in Python says, whichever way a page is found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from subaccounts.repositories.sqlalchemy import SQLAlchemyRepository, doors, lookups, sights, spans, watchers
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


@contextmanager
def stepping(rows: int) -> Iterator[set[str]]:
    """Let a span have so many rows, so many doors be few, and so many keys many; tell what else a page was looked for by."""
    ways: set[str] = set()

    def noted(way: str, made: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(made)
        def note(*given: Any, **named: Any) -> Any:
            ways.add(way)
            return made(*given, **named)

        return note

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(spans, "WALK", rows)
        patched.setattr(spans, "AHEAD", 0)
        for module in (doors, sights):
            patched.setattr(module, "FEW", rows)
        for module in (lookups, sights):
            patched.setattr(module, "MANY", rows)
        patched.setattr(sights, "behind_doors", noted("doors of a viewer", doors.behind_doors))
        patched.setattr(watchers, "_behind_doors", noted("doors of a resource", watchers._behind_doors))
        patched.setattr(spans.Span, "page", noted("span", spans.Span.page))
        yield ways


def check_every_answer(store: SQLAlchemyRepository, population: Population, limit: int, prefix: str) -> None:
    """Write an organization, and require of everything that is asked about it that it is what the rule says."""
    seen = written(population, store, limit=limit, prefix=prefix)
    what_is_stored(seen)
    what_a_viewer_sees(seen)
    who_sees(seen)


@drawn
@settings(max_examples=40)
def test_the_rule_is_one(store: SQLAlchemyRepository, population: Population, limit: int, prefix: str) -> None:
    """Pages, counts, checks, who sees what and what is stored of people are what the rule says of all the records."""
    check_every_answer(store, population, limit, prefix)


@pytest.mark.parametrize("rows", [1, 2])
def test_the_rule_is_one_by_every_way(store: SQLAlchemyRepository, rows: int) -> None:
    """Where a row or two are much, so that spans hold too little and doors are too many for one statement, it is the same."""
    with stepping(rows) as ways:

        @drawn
        @settings(max_examples=12)
        def compare(population: Population, limit: int, prefix: str) -> None:
            check_every_answer(store, population, min(limit, 2), "" if rows == 1 else prefix)

        compare()
    assert ways == {"span", "doors of a viewer", "doors of a resource"}
