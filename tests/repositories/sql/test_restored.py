"""An operator's `Restored` on every database: one write whatever the size, and nothing is left in the queues it names, nor of the
notices that wait."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from subaccounts import Authenticated, Restored, System
from subaccounts.domain.decision import Batch
from subaccounts.domain.notice import NOTICES
from subaccounts.domain.task import Task
from subaccounts.repositories.sqlalchemy import queues
from subaccounts.repositories.sqlalchemy.tables import tasks as tasks_table
from subaccounts.testing import NOON
from subaccounts.testing.contracts.bridge import Color
from tests.repositories.sql.shops import ORGANIZATION, Shop, each_color, each_database, each_server, empty, heard, rows

FAR: Final = datetime.max.replace(tzinfo=UTC)
SAID: Final = Restored(actor=System(name="operator"), organization=ORGANIZATION, queues=frozenset({"mail"}))


@each_color
@each_database
def test_nothing_waits_and_no_code_lives(name: str, color: Color, tmp_path: Path) -> None:
    """Given tasks and a notice that are due, leased, or due at the end of all times, none is left; a code of before is dead."""
    place = empty(name, tmp_path)
    with Shop(place, color).opened() as shop:
        _, code = shop.add("anna")
        dues = {"a": NOON, "b": NOON, "c": FAR}
        tasks = [Task(organization=ORGANIZATION, queue="mail", id=each, due=due, body="") for each, due in dues.items()]
        kept = Task(organization=ORGANIZATION, queue="other", id="d", due=NOON, body="")
        own = Task(organization=ORGANIZATION, queue=NOTICES, id="e", due=FAR, body="")
        shop.finish(shop.repository.commit(Batch(organization=ORGANIZATION, tasks=(*tasks, kept, own))))
        shop.finish(shop.repository.lease(ORGANIZATION, "mail", now=NOON, until=FAR, limit=1))
        shop.handle(SAID)
        assert 1 == rows(place)[tasks_table.name]
        assert not isinstance(shop.claim("anna", code), Authenticated)


@each_server
def test_what_a_worker_is_just_taking_stays(name: str, tmp_path: Path) -> None:
    """A task whose row a worker holds at that moment is passed over, as the docstring says; nobody waits for the worker."""
    place = empty(name, tmp_path)
    with Shop(place).opened() as shop:
        tasks = [Task(organization=ORGANIZATION, queue="mail", id=each, due=NOON, body="") for each in "ab"]
        shop.repository.commit(Batch(organization=ORGANIZATION, tasks=tuple(tasks)))
        with shop.engine.connect() as worker:
            queues.lease(worker, ORGANIZATION, "mail", now=NOON, until=FAR, limit=1)
            shop.handle(SAID)
            worker.commit()
        left = shop.repository.tasks_page(ORGANIZATION, "mail", after=None, limit=9)
        assert [("a", 1)] == [(each.task.id, each.fence) for each in left]


@each_color
@each_database
def test_one_write(name: str, color: Color, tmp_path: Path) -> None:
    """The more people, the same statements: the word writes the organization and its event, and no person."""
    told = []
    with Shop(empty(name, tmp_path), color).opened() as shop:
        for count in (1, 20):
            for number in range(count):
                shop.add(f"person-{count}-{number}")
            with heard(shop.engine) as said:
                shop.handle(SAID)
            told.append([text.split("(")[0] for text, _ in said])
    assert told[0] == told[1]
