"""A connection that is lost before, within and at the commit; and two commits that wait for each other.

What is lost before the commit is asked again once, unheard of; at the commit nobody can know, and the `request_id` closes
the gap.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, event, text

from subaccounts.domain.decision import Batch
from subaccounts.errors import OutcomeUnknown, Stale, StorageFailed
from subaccounts.testing.contracts.bridge import Color
from tests.repositories.sql.databases import Database
from tests.repositories.sql.faults import CANARY, everything_told
from tests.repositories.sql.proxies import Cut, Wire
from tests.repositories.sql.shops import ORGANIZATION, Shop, each_color, each_server, empty, heard, rows

pytestmark = [each_server, each_color]


class Killer:
    """End the connections of a shop from outside, as an administrator of the server does."""

    def __init__(self, place: Database) -> None:
        self._engine: Engine = create_engine(place.url, isolation_level="AUTOCOMMIT")
        self._name = place.name

    def kill(self, connection: Any) -> None:
        """End the session of a connection that is in use, and return when the server has."""
        mine = "SELECT pg_backend_pid()" if self._name == "PostgreSQL" else "SELECT CONNECTION_ID()"
        cursor = connection.connection.cursor()
        cursor.execute(mine)
        (session,) = cursor.fetchone()
        cursor.close()
        self._end(session)

    def kill_others(self, place: Database) -> None:
        """End every other session in the database, idle ones of a pool among them."""
        with self._engine.connect() as connection:
            if self._name == "PostgreSQL":
                found = text("SELECT pid FROM pg_stat_activity WHERE datname = :of AND pid <> pg_backend_pid()")
            else:
                found = text("SELECT id FROM information_schema.processlist WHERE db = :of AND id <> CONNECTION_ID()")
            sessions = [row[0] for row in connection.execute(found, {"of": place.url.database})]
        for session in sessions:
            self._end(session)
        assert sessions

    def _end(self, session: int) -> None:
        with self._engine.connect() as connection:
            if self._name == "PostgreSQL":
                # The second argument waits until it is gone, in milliseconds.
                assert connection.scalar(text("SELECT pg_terminate_backend(:pid, 60000)"), {"pid": session})
            else:
                connection.execute(text(f"KILL {int(session)}"))

    def close(self) -> None:
        """Let go of its own connections."""
        self._engine.dispose()


@pytest.fixture
def place(name: str, tmp_path: Path) -> Database:
    """Answer the database, empty."""
    return empty(name, tmp_path)


@pytest.fixture
def killer(place: Database) -> Iterator[Killer]:
    """Answer who ends connections."""
    made = Killer(place)
    yield made
    made.close()


@pytest.fixture
def shop(place: Database, color: Color) -> Iterator[Shop]:
    """Answer a shop there."""
    with Shop(place, color) as made:
        yield made.opened()


def at_statement(engine: Engine, number: int, act: Callable[[Any], None], *, times: int = 1) -> list[int]:
    """Act just before each `number`-th statement of a transaction, so many times; return a list that grows with each."""
    acted: list[int] = []
    counted = [0]

    @event.listens_for(engine, "begin")
    def _(_: Any) -> None:
        counted[0] = 0

    @event.listens_for(engine, "before_cursor_execute")
    def _(connection: Any, *_: Any) -> None:
        counted[0] += 1
        if counted[0] == number and len(acted) < times:
            acted.append(number)
            act(connection)

    return acted


class TestBeforeTheCommit:
    """Nothing was written, and nobody has to hear of it."""

    def test_while_it_was_idle(self, shop: Shop, place: Database, killer: Killer) -> None:
        """Connections that died in the pool are replaced before a question is asked, and the answer is right."""
        _, code = shop.add("anna")
        killer.kill_others(place)
        shop.claim("anna", code)
        killer.kill_others(place)
        assert shop.finish(shop.repository.organization(ORGANIZATION)) is not None

    @pytest.mark.parametrize("number", [2, 4, 6])
    def test_within(self, shop: Shop, place: Database, killer: Killer, number: int) -> None:
        """A commit whose connection dies at some statement is asked again whole, and is there once."""
        (_, boris), (_, anna), before = shop.add("boris"), shop.add("anna"), rows(place)
        shop.claim("boris", boris)
        between = rows(place)
        acted = at_statement(shop.engine, number, killer.kill)
        shop.claim("anna", anna)
        assert [number] == acted
        assert {name: 2 * between[name] - before[name] for name in before} == rows(place)

    def test_twice(self, shop: Shop, place: Database, killer: Killer) -> None:
        """A commit whose connection dies each time is unreachable: nothing was written, and no error says what."""
        _, code = shop.add("anna")
        before = rows(place)
        at_statement(shop.engine, 4, killer.kill, times=99)
        with pytest.raises(StorageFailed) as refused:
            shop.claim("anna", code)
        assert ("unreachable", "the connection was lost") == (refused.value.problem, refused.value.detail)
        assert before == rows(place)
        assert CANARY not in everything_told(refused.value)


@pytest.mark.parametrize("cut", ["before", "after"])
def test_at_the_commit(place: Database, color: Color, cut: Cut) -> None:
    """A connection lost under COMMIT leaves the outcome unknown; the request id, asked again, tells it and adds nobody twice."""
    with Wire(place) as wire, Shop(wire.place, color).opened() as shop:
        shop.add("boris", request_id="request-0")
        before = rows(place)
        wire.cut = cut
        with pytest.raises(OutcomeUnknown) as unknown:
            shop.add("anna", request_id="request-1")
        assert CANARY not in everything_told(unknown.value)
        written = {name: count - before[name] for name, count in rows(place).items() if count != before[name]}
        whole = {"subaccounts_sub_accounts": 1, "subaccounts_credentials": 1, "subaccounts_requests": 1}
        assert ({} if cut == "before" else whole).items() <= written.items()
        assert (cut == "before") == (written == {})
        anna, code = shop.add("anna", request_id="request-1")  # as a host does that does not know
        assert before["subaccounts_sub_accounts"] + 1 == rows(place)["subaccounts_sub_accounts"]
        assert anna == shop.add("anna", request_id="request-1")[0]
        shop.claim("anna", code)


@contextmanager
def deadlocked(place: Database, engine: Engine) -> Iterator[list[str]]:
    """Have the next commit through an engine meet another one that waits for it and that it has to wait for.

    The other one holds `other`'s credential, waits for the row of `anna` that the commit has just put, and is the one
    that the server lets live: PostgreSQL ends who looks first, InnoDB who has written less.
    """
    rival = create_engine(place.url)
    told: list[str] = []
    with rival.connect() as connection:
        if place.name == "PostgreSQL":
            connection.exec_driver_sql("SET deadlock_timeout = '1h'")
        else:
            connection.exec_driver_sql("UPDATE subaccounts_events SET digest = 'weight'")
        connection.exec_driver_sql("SELECT body FROM subaccounts_credentials FOR UPDATE")
        waiting = threading.Thread(target=lambda: told.append(_write_anna(connection)))

        def meet(mine: Any, _cursor: Any, statement: str, *_: Any) -> None:
            if statement.startswith("UPDATE subaccounts_credentials") and not waiting.ident:
                waiting.start()
                _until_it_waits(place)

        event.listen(engine, "before_cursor_execute", meet)
        yield told
        event.remove(engine, "before_cursor_execute", meet)
        waiting.join(timeout=60)
    rival.dispose()


def _write_anna(connection: Any) -> str:
    connection.exec_driver_sql("UPDATE subaccounts_sub_accounts SET state = state")
    connection.rollback()
    return "went on"


def _until_it_waits(place: Database) -> None:
    """Ask the server until somebody waits for a lock."""
    asked = (
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        if place.name == "PostgreSQL"
        else "SELECT count(*) FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'"
    )
    engine = create_engine(place.url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        while not connection.scalar(text(asked)):
            pass
    engine.dispose()


def test_a_deadlock(place: Database, shop: Shop) -> None:
    """Of two that wait for each other the server ends ours: storage says Stale, and the command decides anew and succeeds."""
    person, code = shop.add("anna")
    known = shop.finish(shop.repository.person(person))
    before, again = rows(place), Batch(organization=ORGANIZATION, puts=(known.sub_account, known.credential))
    with deadlocked(place, shop.engine) as told, pytest.raises(Stale):
        shop.finish(shop.repository.commit(again))
    assert (["went on"], before) == (told, rows(place))
    with heard(shop.engine) as said, deadlocked(place, shop.engine) as told:
        shop.claim("anna", code)
    assert ["went on"] == told
    assert 1 == [statement for statement, _ in said].count("COMMIT")
