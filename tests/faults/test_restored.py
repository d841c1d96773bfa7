"""`kill -9`, and a port that fails, at every step of `Restored`, which cancels what waits chunk by chunk before its one write.

Until that write the store is of another time than its ring, and proves nothing; said again, the word is said to its end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest

from subaccounts import (
    ActivationPolicy,
    Authenticated,
    ChangeActivation,
    CompleteRegistration,
    DeliverNotices,
    IssuedCode,
    Recognize,
    Restored,
    SignIn,
    Way,
)
from subaccounts.commands import generations
from subaccounts.domain.decision import Batch
from subaccounts.domain.events import OrganizationRestored
from subaccounts.domain.notice import NOTICES
from subaccounts.domain.organization import Organization
from subaccounts.domain.queries import EventQuery
from subaccounts.domain.task import Task
from subaccounts.errors import NotRestored
from subaccounts.testing.faults import AFTER, Fault, Faulty, in_child
from tests.faults import failures
from tests.faults.files import copied, sound
from tests.faults.nursery import COLORS
from tests.faults.stage import COMMIT, Restarted, Stage
from tests.invariants.checks import check_stored
from tests.invariants.world import OPERATOR, Shop, World

WAITING: Final = 3
"""What waits in each of two queues, cancelled in chunks of two."""
OWN: Final = "exports"
"""A queue of the host's own."""
LEFT: Final = ((3, 3), (1, 3), (0, 3), (0, 1), (0, 0), (0, 0))
"""What waits after so many commits: in the queue of the host's, which is first by its name, and of notices."""


class Undisturbed:
    """Hold a backup that was put back under a ring that had gone on, and the word that takes it into use."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world, self.path, self.shop = world, folder / "struck.db", Shop(world)
        self.code = self._prepare()
        self.old = self._organization(world)
        self.word = Restored(
            actor=OPERATOR, organization=self.shop.organization, queues=frozenset({OWN}), request_id="restored-1"
        )
        self.stage = Stage(world, self.word)
        whole = copied(world.path, folder / "whole.db")
        run = in_child(lambda: self.stage.run(whole, Faulty())).answer
        assert run is not None
        self.calls = run.calls
        assert len(LEFT) - 1 == run.calls.count(COMMIT)

    def _prepare(self) -> IssuedCode:
        """Let people claim, sign in and be told; answer a code that is out. Then the ring goes on without the store."""
        shop, run = self.shop, self.world.rival.handle
        self.anna, code = shop.active("anna"), shop.add("boris").code
        assert code is not None
        telling = ActivationPolicy(automatic=frozenset({Way.BY_HAND}))
        run(ChangeActivation(actor=shop.admin, organization=shop.organization, activation=telling))
        for number in range(WAITING):
            shop.add(f"told-{number}", email=f"told-{number}@shop.example")
        tasks = [
            Task(organization=shop.organization, queue=OWN, id=f"own-{number}", due=self.world.clock(), body="{}")
            for number in range(WAITING)
        ]
        self.world.plain.commit(Batch(organization=shop.organization, tasks=tuple(tasks)))
        for _ in range(2):  # the first step is the one a new organization is ahead
            self.world.keys.advance(to=self.world.keys.generation + 1)
        return code

    def _organization(self, world: World) -> Organization:
        found = world.plain.organization(self.shop.organization)
        assert found is not None
        return found

    def _waits(self, world: World) -> tuple[int, int]:
        """Return how much waits in the queue of the host's, and of notices."""
        page = world.plain.tasks_page
        own, notices = (page(self.shop.organization, queue, after=None, limit=99) for queue in (OWN, NOTICES))
        return len(own), len(notices)

    def runs(self, fault: Fault) -> None:
        """Say the word to what was prepared, and let the fault strike."""
        copied(self.world.path, self.path)
        self.stage.run(self.path, Faulty(fault))

    def check(self, fault: Fault) -> None:
        """Assert that whole chunks are gone and nothing is proven, and that the word, said again, is said to its end, once."""
        where = f"{fault}, {self.calls[fault.call - 1]}"
        assert sound(self.path), where
        done = self.calls[: fault.call if fault.when is AFTER else fault.call - 1].count(COMMIT)
        with Restarted(self.world, self.path) as after:
            assert LEFT[done] == self._waits(after), where
            said = done == len(LEFT) - 1
            assert said == (self._organization(after).epoch != self.old.epoch), where
            check_stored(after)
            if not said:
                self._proves_nothing(after, where)
            answer = after.rival.handle(self.word)
            rows = after.rows()
            assert answer == after.rival.handle(self.word) == self._organization(after), where
            assert rows == after.rows(), where
            assert ((0, 0), 1) == (self._waits(after), len(self._told(after))), where
            self._goes_on(after, where)
            check_stored(after)

    def _proves_nothing(self, world: World, where: str) -> None:
        """Assert that nobody is let in and nobody told, and that trying it stored nothing."""
        before = world.rows()
        for command in (*self._proofs(), DeliverNotices(actor=OPERATOR, organization=self.shop.organization)):
            with pytest.raises(NotRestored):
                world.rival.handle(command)
            assert before == world.rows(), where

    def _goes_on(self, world: World, where: str) -> None:
        """Assert that the password of the backup signs in, and neither its code nor its sign-in does; nobody is told late."""
        claiming, recognizing, signing_in = self._proofs()
        assert not isinstance(world.rival.handle(claiming), Authenticated), where
        assert world.rival.handle(recognizing) is None, where
        assert isinstance(world.rival.handle(signing_in), Authenticated), where
        delivered = world.rival.handle(DeliverNotices(actor=OPERATOR, organization=self.shop.organization))
        assert 0 == delivered.sent, where

    def _proofs(self) -> tuple[CompleteRegistration, Recognize, SignIn]:
        return self.shop.claiming("boris", self.code), Recognize(subject=self.anna), self.shop.signing_in("anna")

    def _told(self, world: World) -> list[OrganizationRestored]:
        page = world.plain.events_page(EventQuery(organization=self.shop.organization, limit=1000))
        return [each.happening for each in page if isinstance(each.happening, OrganizationRestored)]


@pytest.fixture(params=COLORS)
def undisturbed(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Undisturbed]:
    """Prepare a backup with two chunks in each queue, in each color."""
    monkeypatch.setattr(generations, "CHUNK", 2)
    with World(COLORS[request.param]) as world:
        yield Undisturbed(world, tmp_path)


def test_killed_at_every_step(undisturbed: Undisturbed, record_property: Callable[[str, object], None]) -> None:
    """Killed at any call, before or after it: nothing of before is alive, and after a restart the word takes effect, once."""
    failures.kill_at_every_call(undisturbed, len(undisturbed.calls))
    record_property(f"killed while restoring, {undisturbed.world.kind}", (1, 2 * len(undisturbed.calls)))


def test_failed_at_every_step(undisturbed: Undisturbed, record_property: Callable[[str, object], None]) -> None:
    """Whichever port fails, before or after its work: it is raised, and the word, said again, takes effect, once."""
    failures.fail_at_every_call(undisturbed, len(undisturbed.calls))
    record_property(f"failed while restoring, {undisturbed.world.kind}", (1, 2 * len(undisturbed.calls)))
