"""By which index the database finds a page, the first and one in the middle: the same plan, no sort, not the whole table.

The first of a million people and the last are `test_millionth`'s.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, Final

import pytest
from attrs import evolve

from subaccounts.domain.audit import Seal
from subaccounts.domain.decision import Batch
from subaccounts.domain.queries import EventQuery, PeopleCursor, PeopleQuery
from subaccounts.repositories.sqlalchemy import SQLAlchemyRepository
from subaccounts.testing import NOON
from subaccounts.testing import builders as b
from tests.repositories.sql.databases import Database, counted
from tests.repositories.sql.plans import THE_LONG_WAY, effort, plan, shape
from tests.repositories.sql.shops import PLACES, heard

MANY: Final = 3_000
"""Rows of each table; enough that no planner takes reading all of it for the shorter way."""
MIDDLE: Final = MANY // 2
PAGE: Final = 20
ACCOUNTS: Final = 30
QUEUES: Final = 30
PEOPLE: Final = 50
"""Among how many accounts the people are, queues the tasks, and people the events: each has more than a page or two."""


def filled(place: Database) -> Database:
    """Return the database with so many people and events of ours, and some of theirs."""
    repository = SQLAlchemyRepository(place.emptied().url)
    for of in (b.OURS, b.THEIRS):
        accounts = tuple(b.account(n, of=of) for n in range(1, ACCOUNTS + 1))
        repository.commit(Batch(organization=of, puts=(b.organization(of), *accounts)))
    for start in range(1, MANY + 1, 500):
        for of in (b.OURS, b.THEIRS):
            numbers = range(start, start + (500 if of == b.OURS else 100))
            people = [b.person(n, of=of, under=1 + n % ACCOUNTS, login=f"person-{n:06}") for n in numbers]
            strangers = [b.stranger(n, of=of, last_at=NOON + timedelta(seconds=n)) for n in numbers]
            events = tuple(
                b.event(
                    n,
                    of=of,
                    account=b.account_id(1 + n % ACCOUNTS, of=of),
                    sub_account=b.sub_account_id(1 + n % PEOPLE, of=of),
                )
                for n in numbers
            )
            attempts = [
                b.sign_up(n, of=of, under=1 + n % ACCOUNTS, expires_at=NOON + timedelta(seconds=n)) for n in numbers
            ]
            entries = [make(n, of=of) for make in (b.department, b.job_profile) for n in numbers]
            tasks = tuple(b.task(n, of=of, queue=f"queue-{n % QUEUES}") for n in numbers)
            puts = (*(record for both in people for record in both), *attempts, *strangers, *entries)
            repository.commit(Batch(organization=of, puts=puts, events=events, tasks=tasks))
            sealed = tuple(
                Seal(event=each.id, position=n, digest="0" * 64) for each, n in zip(events, numbers, strict=True)
            )
            repository.commit(Batch(organization=of, seals=sealed))
    repository.close()
    tables = ("sub_accounts", "events", "strangers", "sign_ups", "tasks", "credentials", "sub_account_departments")
    return counted(place, *(f"subaccounts_{table}" for table in (*tables, "catalog", "unique_keys")))


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


def person(number: int) -> PeopleCursor:
    """Return the cursor of a person."""
    return PeopleCursor(login_key=f"person-{number:06}", id=b.value(number))


Ask = Callable[[SQLAlchemyRepository, bool], tuple[Any, ...]]
PAGES: Final[dict[str, tuple[Ask, str]]] = {
    "people": (
        lambda store, later: store.people_page(
            PeopleQuery(organization=b.OURS, after=person(MIDDLE) if later else None, limit=PAGE)
        ),
        "sub_accounts_by_login",
    ),
    "people of an account": (
        lambda store, later: store.people_page(
            PeopleQuery(
                organization=b.OURS, account=b.account_id(), after=person(MIDDLE) if later else None, limit=PAGE
            )
        ),
        "sub_accounts_by_account",
    ),
    "events": (
        lambda store, later: store.events_page(
            EventQuery(organization=b.OURS, after=b.value(MIDDLE) if later else None, limit=PAGE)
        ),
        "events_pkey",
    ),
    "events of an account": (
        lambda store, later: store.events_page(
            EventQuery(
                organization=b.OURS, account=b.account_id(), after=b.value(MIDDLE) if later else None, limit=PAGE
            )
        ),
        "events_by_account",
    ),
    "events of a person": (
        lambda store, later: store.events_page(
            EventQuery(
                organization=b.OURS,
                sub_account=b.sub_account_id(),
                after=b.value(MIDDLE) if later else None,
                limit=PAGE,
            )
        ),
        "events_by_sub_account",
    ),
    "sealed events": (
        lambda store, later: store.events_after(b.OURS, position=MIDDLE if later else 0, limit=PAGE),
        "events_organization_position_key",
    ),
    "strangers": (
        lambda store, later: store.stale_strangers(
            b.OURS, before=NOON + timedelta(seconds=MIDDLE if later else PAGE + 1), limit=PAGE
        ),
        "strangers_by_age",
    ),
    "sign-ups": (
        lambda store, later: store.stale_sign_ups(
            b.OURS, before=NOON + timedelta(seconds=MIDDLE if later else PAGE + 1), limit=PAGE
        ),
        "sign_ups_by_age",
    ),
    "a queue": (
        lambda store, later: store.tasks_page(b.OURS, "queue-1", after=b.value(MIDDLE) if later else None, limit=PAGE),
        "tasks_by_queue",
    ),
}
"""What is asked in pages, first and from the middle on, and the index that has to answer."""


@pytest.mark.parametrize("asked", PAGES)
def test_a_page(place: Database, repository: SQLAlchemyRepository, asked: str) -> None:
    """A page is read from the index made for it, already in order, wherever it begins."""
    ask, index = PAGES[asked]
    plans, efforts = [], []
    for later in (False, True):
        with heard(repository._reader) as said:
            assert PAGE == len(ask(repository, later))
        ((statement, parameters),) = [each for each in said if each[0].startswith("SELECT")]
        plans.append(plan(place, statement, parameters))
        efforts.append(effort(place, statement, parameters))
    for told in plans:
        primary = {"PostgreSQL": "events_pkey", "MariaDB": "PRIMARY", "SQLite": "autoindex"}[place.name]
        wanted = primary if index == "events_pkey" else index
        if place.name == "SQLite" and index.endswith("_key"):
            wanted = "autoindex"
        assert wanted in told
        assert not THE_LONG_WAY.search(told), told
    # The place to begin is looked up, and not reached through all that stands before it.
    begins = {"SQLite": r"[<>]\?", "PostgreSQL": r"Index Cond: .*[<>]", "MariaDB": r"^range"}[place.name]
    assert re.search(begins, plans[1]), plans[1]
    assert shape(plans[0]) == shape(plans[1])
    assert efforts[1] < 2 * efforts[0], efforts


def test_what_is_not_sealed(place: Database, repository: SQLAlchemyRepository) -> None:
    """The few events that are not sealed are found among the many that are by the index of positions."""
    late = [evolve(b.event(MANY + n), account=None) for n in range(1, 4)]
    repository.commit(Batch(organization=b.OURS, events=tuple(late)))
    with heard(repository._reader) as said:
        assert late == list(repository.unsealed_events(b.OURS, limit=100))
    ((statement, parameters),) = [each for each in said if each[0].startswith("SELECT")]
    told = plan(place, statement, parameters)
    wanted = "autoindex_subaccounts_events_2" if place.name == "SQLite" else "events_organization_position_key"
    assert wanted in told


def test_what_is_due(place: Database, repository: SQLAlchemyRepository) -> None:
    """A worker takes the next tasks of a queue from the index that has them in turn, and no more rows than it takes."""
    with heard(repository._writer) as said:
        taken = repository.lease(b.OURS, "queue-1", now=NOON, until=NOON + timedelta(hours=1), limit=PAGE)
    assert PAGE == len(taken)
    ((statement, parameters),) = [each for each in said if each[0].startswith("SELECT")]
    told = plan(place, statement, parameters)
    assert "tasks_by_turn" in told
    assert not THE_LONG_WAY.search(told), told


def test_many_keys(place: Database, repository: SQLAlchemyRepository) -> None:
    """Of many keys, of several spaces and of two organizations, each is looked up, and no table is read whole for them."""
    people = [
        b.sub_account(n, of=of, under=1 + n % ACCOUNTS, login=f"person-{n:06}")
        for of in (b.OURS, b.THEIRS)
        for n in range(1, PAGE)
    ]
    keys = {key for person in people for key in person.keys}
    ids = [make(n, of=of) for make in (b.department_id, b.job_profile_id) for of in (b.OURS, b.THEIRS) for n in (1, 2)]
    with heard(repository._reader) as said:
        assert {key: person.id for person in people for key in person.keys} == repository.holders(keys)
        assert set(ids) == {each.id for each in repository.catalog_entries(ids)}
    asked = [each for each in said if each[0].startswith("SELECT")]
    assert 2 == len(asked)
    for statement, parameters in asked:
        told = plan(place, statement, parameters)
        assert not re.search(r"Seq Scan|^SCAN|^ALL", told, re.MULTILINE), told
        assert not re.search(r"\) IN \(", statement), (
            "MariaDB takes ten times as long for a list of rows as for lists of values"
        )
