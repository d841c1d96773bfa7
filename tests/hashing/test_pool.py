"""The hashing room: how many compute at once, who waits, who hears busy, and who gives a place back.

Nothing here looks at a clock: jobs stop at gates, and what is counted is who stands behind them.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
import weakref
from collections.abc import Iterator
from concurrent.futures import CancelledError, Future, wait
from functools import partial
from typing import Any

import pytest
from argon2 import low_level

from subaccounts.domain.secret import Secret
from subaccounts.errors import BrokenPort, Busy
from subaccounts.hashing import Argon2Hasher, AsyncArgon2Hasher, HashingPool
from subaccounts.testing.hashers import CHEAPEST

RIGHT = Secret("right")
PATIENCE = 60  # seconds after which a test that hangs fails; no test waits for it


class Gate:
    """Hold jobs until it opens, and count how many were inside at once."""

    def __init__(self) -> None:
        self.opened = threading.Event()
        self.entered = threading.Semaphore(0)
        self.lock = threading.Lock()
        self.inside = self.most = 0

    def job(self) -> str:
        """Enter, wait for the gate, leave."""
        with self.lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
        self.entered.release()
        assert self.opened.wait(PATIENCE)
        with self.lock:
            self.inside -= 1
        return "done"

    def until_entered(self, jobs: int) -> None:
        """Return when so many more have entered."""
        for _ in range(jobs):
            assert self.entered.acquire(timeout=PATIENCE)


@pytest.fixture
def gate() -> Iterator[Gate]:
    """Make a gate that opens at the end at the latest, so that no worker stays behind."""
    gate = Gate()
    yield gate
    gate.opened.set()


@pytest.fixture
def pool(gate: Gate) -> Iterator[HashingPool]:
    """Make a pool of two workers and a queue of three."""
    pool = HashingPool(workers=2, queue=3)
    yield pool
    gate.opened.set()
    pool.close()


def fill(pool: HashingPool, gate: Gate) -> tuple[list[Future[str]], list[Future[str]]]:
    """Fill workers and queue; return the running and the waiting."""
    running = [pool.submit(gate.job) for _ in range(pool.workers)]
    gate.until_entered(pool.workers)
    return running, [pool.submit(gate.job) for _ in range(pool.queue)]


class TestBound:
    """How many at once."""

    def test_no_more_than_its_workers_compute(self, pool: HashingPool, gate: Gate) -> None:
        """However many jobs there are, no more than the workers are inside at once, and all are done."""
        running, waiting = fill(pool, gate)
        gate.opened.set()
        assert ["done"] * 5 == [future.result(PATIENCE) for future in running + waiting]
        assert 2 == gate.most

    def test_bounds_the_hashes_of_many_sign_ins(self, gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
        """Of sixteen sign-ins at once two compute Argon2 and fourteen wait, and never more than two compute."""
        real = low_level.hash_secret_raw

        def gated(*what: Any, **how: Any) -> bytes:
            gate.job()
            return real(*what, **how)

        async def story(pool: HashingPool) -> tuple[int, int, list[bool]]:
            hasher = AsyncArgon2Hasher(profile=CHEAPEST, pool=pool)
            tasks = [asyncio.create_task(hasher.matches(password=RIGHT, stored=stored)) for _ in range(16)]
            await asyncio.sleep(0)  # each task has asked for its place when this returns
            gate.until_entered(2)
            computing, waiting = gate.inside, len(pool._waiting)
            gate.opened.set()
            return computing, waiting, list(await asyncio.gather(*tasks))

        with HashingPool(workers=2) as pool:
            stored = Argon2Hasher(profile=CHEAPEST, pool=pool).hash(RIGHT)
            monkeypatch.setattr(low_level, "hash_secret_raw", gated)
            assert (2, 14, [True] * 16) == asyncio.run(story(pool))
        assert 2 == gate.most

    def test_one_more_hears_busy_at_once(self, pool: HashingPool, gate: Gate) -> None:
        """When workers and queue are full, the next one is refused without waiting; the others are served."""
        running, waiting = fill(pool, gate)
        with pytest.raises(Busy):
            pool.submit(gate.job)
        gate.opened.set()
        assert ["done"] * 5 == [future.result(PATIENCE) for future in running + waiting]

    def test_who_was_answered_finds_a_place(self, gate: Gate) -> None:
        """A place is free before its answer is out: one caller after another never hears busy."""
        with HashingPool(workers=1, queue=1) as pool:
            held = pool.submit(gate.job)
            gate.until_entered(1)
            answers = []
            for number in range(100):
                future = pool.submit(partial(int, number))
                gate.opened.set()
                answers.append(future.result(PATIENCE))
            assert ("done", list(range(100))) == (held.result(PATIENCE), answers)

    def test_starts_no_thread_before_it_is_needed(self, pool: HashingPool, gate: Gate) -> None:
        """A pool that nobody uses has no threads, and one job starts one."""
        assert [] == pool._threads
        pool.submit(gate.job)
        assert 1 == len(pool._threads)

    @pytest.mark.parametrize("sizes", [{"workers": 0}, {"queue": 0}, {"workers": -1}], ids=str)
    def test_has_room_for_somebody(self, sizes: dict[str, int]) -> None:
        """A pool without a worker or a place cannot be built."""
        with pytest.raises(ValueError, match="at least one"):
            HashingPool(**sizes)

    def test_default_follows_the_machine(self) -> None:
        """By default there are as many workers as cores, and never more than four."""
        assert 1 <= HashingPool().workers <= min(4, os.cpu_count() or 1)


class TestTrouble:
    """What goes wrong inside a job stays there."""

    @pytest.mark.parametrize("error", [ValueError("no"), KeyboardInterrupt(), SystemExit(1)], ids=repr)
    def test_an_error_belongs_to_who_waits(self, pool: HashingPool, error: BaseException) -> None:
        """A job that raises hands its error to its caller, and the worker goes on."""

        def fail() -> None:
            raise error

        failed = [pool.submit(fail) for _ in range(3)]
        assert [error] * 3 == [future.exception(PATIENCE) for future in failed]
        assert 7 == pool.submit(lambda: 7).result(PATIENCE)

    def test_a_machine_without_threads_is_busy(self, pool: HashingPool, monkeypatch: pytest.MonkeyPatch) -> None:
        """When not even one thread can be started the answer is busy; a worker that exists takes it all."""

        def refuse(self: threading.Thread) -> None:
            raise RuntimeError("can't start new thread")

        with monkeypatch.context() as patched:
            patched.setattr(threading.Thread, "start", refuse)
            with pytest.raises(Busy):
                pool.submit(lambda: 1)
        first = pool.submit(lambda: 1)
        monkeypatch.setattr(threading.Thread, "start", refuse)
        assert (1, 2) == (first.result(PATIENCE), pool.submit(lambda: 2).result(PATIENCE))


class TestCancelling:
    """Who goes away while waiting gives the place back."""

    def test_gives_the_place_back(self, pool: HashingPool, gate: Gate) -> None:
        """A cancelled waiter makes room for exactly one other, and is never computed."""
        running, waiting = fill(pool, gate)
        assert waiting[1].cancel()
        late = pool.submit(gate.job)
        with pytest.raises(Busy):
            pool.submit(gate.job)
        gate.opened.set()
        served = [*running, waiting[0], waiting[2], late]
        assert ["done"] * 5 == [future.result(PATIENCE) for future in served]
        with pytest.raises(CancelledError):
            waiting[1].result(PATIENCE)

    def test_tells_those_who_wait_for_it(self, pool: HashingPool, gate: Gate) -> None:
        """`concurrent.futures.wait` sees a cancelled job as done."""
        _, waiting = fill(pool, gate)
        waiting[0].cancel()
        assert {waiting[0]} == wait([waiting[0]], timeout=PATIENCE).done

    def test_is_seen_by_the_worker_too(self, pool: HashingPool, caplog: pytest.LogCaptureFixture) -> None:
        """A job cancelled in the moment a worker takes it is not computed, and both agree that it ended."""
        future: Future[None] = Future()
        future.cancel()
        with pool._condition:  # between the cancelling and its callback, the worker comes first
            pool._waiting.append((future, lambda: pytest.fail("it was computed")))
        assert 1 == pool.submit(lambda: 1).result(PATIENCE)
        future.add_done_callback(pool._withdraw)
        assert ({future}, "") == (wait([future], timeout=PATIENCE).done, caplog.text)

    def test_does_not_stop_what_has_begun(self, pool: HashingPool, gate: Gate) -> None:
        """A running job keeps its worker until its end: nobody computes a third hash beside two."""
        running, _ = fill(pool, gate)
        assert not running[0].cancel()
        with pytest.raises(Busy):
            pool.submit(gate.job)

    def test_of_a_task_gives_the_place_back(self, pool: HashingPool, gate: Gate) -> None:
        """An async sign-in that is cancelled while it waits frees its place in the queue."""
        fill(pool, gate)
        with pytest.raises(Busy):
            pool.submit(gate.job)

        async def story() -> int:
            hasher = AsyncArgon2Hasher(profile=CHEAPEST, pool=pool)
            first = next(iter(pool._waiting))[0]
            first.cancel()
            task = asyncio.create_task(hasher.matches(password=Secret("x"), stored=None))
            await asyncio.sleep(0)
            full = len(pool._waiting)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            return full - len(pool._waiting)

        assert 1 == asyncio.run(story())

    def test_the_event_loop_goes_on(self, pool: HashingPool, gate: Gate) -> None:
        """While both workers compute, the loop that waits for them runs other tasks."""

        async def story() -> list[str]:
            hasher = AsyncArgon2Hasher(profile=CHEAPEST, pool=pool)
            held = [pool.submit(gate.job) for _ in range(2)]
            task = asyncio.create_task(hasher.matches(password=Secret("x"), stored=None))
            seen = []
            for _ in range(10):
                await asyncio.sleep(0)
                seen.append("waits" if not task.done() else "done")
            gate.opened.set()
            await task
            return [*seen, *(future.result(PATIENCE) for future in held)]

        assert ["waits"] * 10 + ["done"] * 2 == asyncio.run(story())

    def test_busy_reaches_the_task(self, pool: HashingPool, gate: Gate) -> None:
        """An async sign-in hears busy at once, as a plain one does."""
        fill(pool, gate)
        with pytest.raises(Busy):
            asyncio.run(AsyncArgon2Hasher(profile=CHEAPEST, pool=pool).matches(password=Secret("x"), stored=None))


class TestEnding:
    """How a pool ends, and how it starts anew."""

    def test_finishes_what_it_took(self, gate: Gate) -> None:
        """Closing takes nothing new, finishes what waits and leaves no thread; closing again changes nothing."""
        pool = HashingPool(workers=2, queue=3)
        running, waiting = fill(pool, gate)
        closing = threading.Thread(target=pool.close)
        closing.start()
        with pool._condition:
            assert pool._condition.wait_for(lambda: pool._closed, PATIENCE)
        with pytest.raises(BrokenPort, match="closed"):
            pool.submit(gate.job)
        gate.opened.set()
        closing.join(PATIENCE)
        pool.close()
        assert ["done"] * 5 == [future.result(0) for future in running + waiting]
        assert [False, False] == [thread.is_alive() for thread in pool._threads]

    def test_is_shared_by_the_process(self) -> None:
        """Everybody who names no pool gets the same one; when it was closed, a new one."""
        first = HashingPool.shared()
        assert first is HashingPool.shared()
        first.close()
        second = HashingPool.shared()
        assert second is not first
        assert 5 == second.submit(lambda: 5).result(PATIENCE)

    @pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")
    def test_works_in_a_forked_child(self) -> None:
        """A child forked while both workers are busy and one waits computes with workers of its own."""
        program = """if True:
            import os, threading, warnings
            warnings.simplefilter("ignore", DeprecationWarning)  # forking with threads is what is tested
            from subaccounts.hashing import HashingPool
            gate, entered = threading.Event(), threading.Semaphore(0)
            def hold():
                entered.release()
                gate.wait()
            pools = [HashingPool.shared(), HashingPool(workers=2, queue=1)]
            for pool in pools:
                for _ in range(pool.workers):
                    pool.submit(hold)
                    entered.acquire()
                pool.submit(hold)
            child = os.fork()
            if child == 0:
                answers = [pool.submit(lambda: os.getpid()).result(60) for pool in [*pools, HashingPool.shared()]]
                os._exit(0 if answers == [os.getpid()] * 3 else 1)
            gate.set()
            print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        """
        ended = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, timeout=PATIENCE, check=False
        )
        assert ("0\n", "") == (ended.stdout, ended.stderr)

    def test_a_worker_that_waits_holds_no_password(self, pool: HashingPool) -> None:
        """When a job is answered, the worker that computed it keeps neither the job nor the answer alive."""

        class Witness:
            def job(self) -> Witness:
                return self

        gone = threading.Event()
        witness = Witness()
        weakref.finalize(witness, gone.set)
        pool.submit(witness.job).result(PATIENCE)
        del witness
        assert gone.wait(PATIENCE)

    def test_importing_the_room_loads_no_argon2(self) -> None:
        """Argon2 and asyncio are loaded with the first hash, not with the package."""
        program = (
            "import sys, subaccounts.hashing; print(sorted({'argon2', 'asyncio', '_cffi_backend'} & {*sys.modules}))"
        )
        ended = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, timeout=PATIENCE, check=False
        )
        assert "[]\n" == ended.stdout
