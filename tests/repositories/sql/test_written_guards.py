"""The guards of a cluster, on one server of MariaDB: they leave nothing behind, and only a cluster is asked to pay for them.

That other nodes hear of them is proven on three, in tests/cluster.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pytest

from subaccounts.domain.decision import Batch, Seen, seen
from subaccounts.errors import Stale
from subaccounts.repositories.sqlalchemy import galera
from subaccounts.testing import builders as b
from tests.repositories.sql.databases import mariadb
from tests.repositories.sql.shops import Shop, heard, rows

PERSON, CREDENTIAL = b.person()
RECORDS: Final[tuple[Any, ...]] = (
    b.organization(),
    b.department(),
    b.job_profile(),
    b.permission_type(),
    b.account(),
    PERSON,
    CREDENTIAL,
    b.stranger(),
    b.chain(),
)
"""One of each kind, each after those it lives under."""
each_record = pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__ + record.id.kind)


@pytest.fixture
def shop() -> Iterator[Shop]:
    """Open an empty MariaDB."""
    with Shop(mariadb().emptied()) as opened:
        yield opened


@pytest.fixture
def node(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """Answer the same, believed to be a node of a cluster."""
    monkeypatch.setattr(galera, "is_node", lambda _: True)
    return shop


def guarding(*guards: Seen) -> Batch:
    """Return a batch that does nothing but look."""
    return Batch(organization=b.OURS, guards=guards)


class TestRecords:
    """A guard of a record that is there."""

    @each_record
    def test_leaves_it_as_it_was(self, node: Shop, record: Any) -> None:
        """Looking at a record changes neither it nor its version: it can be guarded again, and put."""
        node.repository.commit(Batch(organization=b.OURS, puts=RECORDS))
        node.repository.commit(guarding(Seen(id=record.id, version=1)))
        node.repository.commit(guarding(Seen(id=record.id, version=1)))
        with pytest.raises(Stale):
            node.repository.commit(guarding(Seen(id=record.id, version=2)))

    def test_is_no_hindrance_to_a_put(self, node: Shop) -> None:
        """A batch can guard a record of the version that it puts it on."""
        node.repository.commit(Batch(organization=b.OURS, puts=RECORDS))
        stored = node.repository.organization(b.OURS)
        node.repository.commit(Batch(organization=b.OURS, puts=(stored,), guards=(seen(stored),)))
        assert 2 == node.repository.organization(b.OURS).version


class TestNothing:
    """A guard of a record that is not there."""

    @each_record
    def test_leaves_nothing(self, node: Shop, record: Any) -> None:
        """Looking at an empty place of any kind, under nothing at all, leaves it empty."""
        node.repository.commit(guarding(Seen(id=record.id, version=0)))
        assert {0} == set(rows(node.place).values())

    @each_record
    def test_is_stale_when_there_is_something(self, node: Shop, record: Any) -> None:
        """Where a record is, there is not nothing."""
        node.repository.commit(Batch(organization=b.OURS, puts=RECORDS))
        with pytest.raises(Stale):
            node.repository.commit(guarding(Seen(id=record.id, version=0)))


class TestAlone:
    """A server that is alone."""

    def test_is_asked_once_and_pays_nothing(self, shop: Shop) -> None:
        """Whether it is a node is asked once for each connection; guards are locks, and no read waits for others."""
        with heard(shop.engine) as said:
            shop.repository.commit(Batch(organization=b.OURS, puts=(b.organization(),)))
            shop.repository.commit(guarding(Seen(id=b.OURS, version=1), Seen(id=b.stranger().id, version=0)))
        statements = [statement for statement, _ in said]
        assert 1 == sum("wsrep_on" in each for each in statements)
        assert not [each for each in statements if "wsrep_sync_wait" in each or "foreign_key_checks" in each]
        assert not [each for each in statements if each.startswith("UPDATE")]
