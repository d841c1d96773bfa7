"""A node that is killed under a COMMIT, or loses its cluster: what is said, and that it is true."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import final

import pytest
from sqlalchemy import create_engine, event

from subaccounts.domain.decision import Batch
from subaccounts.errors import OutcomeUnknown, StorageFailed
from subaccounts.repositories.sqlalchemy import SQLAlchemyRepository
from subaccounts.repositories.sqlalchemy.tables import PREFIX
from subaccounts.testing import builders as b
from tests.cluster.nodes import Node
from tests.cluster.running import cluster, emptied

PATIENCE = 60.0


@final
class Third:
    """Hold the third node, a repository on it, and what is to happen just before its next COMMIT."""

    def __init__(self, node: Node) -> None:
        self.node, self._engine = node, create_engine(node.url, pool_pre_ping=True)
        self.repository = SQLAlchemyRepository(self._engine)
        self._before: list[Callable[[], None]] = []
        event.listen(self.repository._writer, "commit", lambda _: self._before and self._before.pop()())

    def commit(self, number: int, *, while_committing: Callable[[], None] | None = None) -> None:
        """Commit a record of this number."""
        self._before[:] = [while_committing] if while_committing else []
        self.repository.commit(Batch(organization=b.OURS, puts=(b.stranger(number),)))

    def leave(self) -> None:
        """Cut it off from the others."""
        self.node.ask("SET GLOBAL wsrep_provider_options = 'gmcast.isolate=1'")

    def leave_and_know(self) -> None:
        """Cut it off, and wait until it knows."""
        self.leave()
        end = time.monotonic() + PATIENCE
        while self.node.status("wsrep_ready") == "ON":
            assert time.monotonic() < end
            time.sleep(0.1)

    def return_(self) -> None:
        """Let it come back to the others."""
        self.node.ask("SET GLOBAL wsrep_provider_options = 'gmcast.isolate=0'")
        self.node.synced()

    def close(self) -> None:
        """Close the pool."""
        self.repository.close()


@pytest.fixture
def third() -> Iterator[Third]:
    """Answer the third node, with an organization."""
    place = emptied()[2]
    opened = Third(cluster().nodes[2])
    assert opened.node.url == place.url
    opened.repository.commit(Batch(organization=b.OURS, puts=(b.organization(),)))
    yield opened
    opened.close()


def stored() -> list[str]:
    """Return the ids of the records that a node has which nothing happened to."""
    rows = cluster().nodes[0].ask("SET SESSION wsrep_sync_wait = 7", f"SELECT id FROM cluster.{PREFIX}strangers")
    return [id_ for (id_,) in rows]


def ids(*numbers: int) -> list[str]:
    """Return the ids of records of these numbers."""
    return sorted(b.stranger(number).id.value for number in numbers)


class TestWithoutMajority:
    """A node that is cut off answers nothing and takes nothing."""

    def test_what_it_is_asked_then_is_not_done(self, third: Third) -> None:
        """Reads and writes are `unreachable` while it is alone; nothing was written, and later everything goes on."""
        third.commit(1)
        third.leave_and_know()
        with pytest.raises(StorageFailed) as read:
            third.repository.organization(b.OURS)
        with pytest.raises(StorageFailed) as written:
            third.commit(2)
        third.return_()
        assert ["unreachable", "unreachable"] == [read.value.problem, written.value.problem]
        third.commit(3)
        assert third.repository.organization(b.OURS) is not None
        assert ids(1, 3) == stored()

    def test_a_commit_it_did_not_hear(self, third: Third) -> None:
        """Cut off before the COMMIT it refuses the COMMIT too: nothing was written, nor is it by what is asked later."""
        with pytest.raises(StorageFailed) as told:
            third.commit(1, while_committing=third.leave_and_know)
        third.return_()
        assert "unreachable" == told.value.problem
        third.commit(2)
        assert ids(2) == stored()

    def test_a_commit_in_between(self, third: Third) -> None:
        """Cut off while the COMMIT is on its way to the others, the outcome is unknown."""
        with pytest.raises(OutcomeUnknown):
            third.commit(1, while_committing=third.leave)
        third.return_()
        assert stored() in ([], ids(1))
        third.commit(2)
        assert set(ids(2)) <= set(stored())


class TestKilled:
    """A node that is killed."""

    def test_under_the_commit(self, third: Third) -> None:
        """The outcome of that commit is unknown, the next is `unreachable`; when the node is back it has what it missed."""
        with pytest.raises(OutcomeUnknown):
            third.commit(1, while_committing=third.node.kill)
        with pytest.raises(StorageFailed) as told:
            third.commit(2)
        assert "unreachable" == told.value.problem
        cluster().back(third.node)
        assert stored() in ([], ids(1))
        third.commit(3)
        assert set(ids(3)) <= set(stored())
