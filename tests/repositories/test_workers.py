"""Several workers on one store, each in a thread or a process of its own: they share what is due, no notice goes out twice
under one lease, and none is left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest

from subaccounts import AddPeople, NewPerson
from subaccounts.domain.activation_events import NoticeDelivered
from subaccounts.domain.notice import NOTICES
from subaccounts.domain.queries import EventQuery
from subaccounts.repositories import AsyncSQLiteRepository, SQLiteRepository
from subaccounts.repositories.sqlalchemy import AsyncSQLAlchemyRepository, SQLAlchemyRepository
from subaccounts.testing.crowds.crowd import in_processes, in_threads
from subaccounts.testing.crowds.races import Racer
from tests.faults.mail import BOSS, ORGANIZATION, Outbox, open_shop
from tests.repositories.sql.shops import empty
from tests.repositories.workers import Delivers

CROWD: Final = 4
NOTICES_DUE: Final = 80


Openers = Mapping[str, Callable[[], Any]]
"""What opens one store in each color."""


def on_sqlite(folder: Path) -> Openers:
    """Return what opens a SQLite file of this test."""
    path = folder / "portal.db"
    return {"plain": partial(SQLiteRepository, path), "async": partial(AsyncSQLiteRepository, path, threads=1)}


def on_postgresql(folder: Path) -> Openers:
    """Return what opens this process's database, with no row in it."""
    place = empty("PostgreSQL", folder)
    return {
        "plain": partial(SQLAlchemyRepository, place.url),
        "async": partial(AsyncSQLAlchemyRepository, place.async_url),
    }


@pytest.mark.parametrize("run", [in_threads, in_processes], ids=["threads", "processes"])
@pytest.mark.parametrize("color", ["plain", "async"])
@pytest.mark.parametrize("store", [on_sqlite, on_postgresql], ids=["SQLite", "PostgreSQL"])
def test_they_share_the_work(store: Callable[[Path], Openers], color: Any, run: Any, tmp_path: Path) -> None:
    """Of workers at once each sends what it has taken: every notice goes out once, and is acknowledged once."""
    openers, outbox = store(tmp_path), Outbox(tmp_path)
    logins = [f"person-{number}" for number in range(NOTICES_DUE)]
    with closing(openers["plain"]()) as repository:
        subs, account = open_shop(repository, outbox)
        people = tuple(NewPerson(login=login, fields={"email": f"{login}@shop.example"}) for login in logins)
        subs.handle(AddPeople(actor=BOSS, account=account.id, people=people))
    racers = [Racer(opener=openers[color], number=n, color=color, crowd=CROWD, rounds=1) for n in range(CROWD)]
    answers = run(Delivers(tmp_path), racers)
    assert NOTICES_DUE == sum(each.sent for runs in answers for each in runs)
    assert dict.fromkeys(logins, 1) == dict(outbox.sent)
    with closing(openers["plain"]()) as repository:
        assert () == repository.tasks_page(ORGANIZATION, NOTICES, after=None, limit=1)
        events = repository.events_page(EventQuery(organization=ORGANIZATION, limit=1000))
    delivered = Counter(each.happening.notice for each in events if isinstance(each.happening, NoticeDelivered))
    assert dict.fromkeys((line["id"] for line in outbox.lines), 1) == dict(delivered)
