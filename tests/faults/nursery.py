"""A process that forks those who are to die, and reports; it is asked by name, over a pipe.

It has no threads, which a fork would tear away, and has loaded no more than it needs, so that forks are quick. Commands
hold secrets, which no pipe carries; so what is to be killed is named, and made here.
"""

from __future__ import annotations

import traceback
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from typing import Any, Final, final
from unittest import mock

from attrs import evolve, frozen

from subaccounts import Change, Command
from subaccounts.commands import audit, signing_up
from tests.faults.naive import NAIVE, Naive
from tests.faults.stage import Report, Stage
from tests.invariants.world import Shop, World
from tests.repositories.children import server
from tests.shell.samples import SAMPLES
from tests.shell.sign_up_samples import beginning, offer

PATIENCE: Final = 300
"""Seconds to wait for a report before the nursery is taken for dead; each takes about one."""
COLORS: Final = {"plain": "sqlite", "async": "async-sqlite"}
"""The kind of world for each color."""


@final
@frozen(kw_only=True)
class Wanted:
    """Name what is to be killed: a command's sample, in a color, or one of the naive ways to carry it out.

    `chunk` makes the chunks of jobs so small, and gives them more to do than fits into one.
    """

    command: str
    color: str = "plain"
    naive: str | None = None
    chunk: int | None = None


@final
class Nursery:
    """Start the process, ask it, and end it."""

    def __init__(self) -> None:
        context = server()
        self._pipe, theirs = context.Pipe()
        self._process: ForkServerProcess = context.Process(target=_serve, args=(theirs,))
        self._process.start()
        theirs.close()
        self._known: dict[Wanted, Report] = {}

    def report(self, wanted: Wanted) -> Report:
        """Have a command killed at every call, or return what came of it before; AssertionError when it could not be."""
        if wanted not in self._known:
            self._pipe.send(wanted)
            assert self._pipe.poll(PATIENCE), "the nursery does not answer"
            told: Report | str = self._pipe.recv()
            assert isinstance(told, Report), told
            self._known[wanted] = told
        return self._known[wanted]

    def close(self) -> None:
        """End the process."""
        self._pipe.send(None)
        self._process.join()
        self._pipe.close()


def sample(name: str, shop: Shop) -> Command[Any]:
    """Return the sample of a command, prepared in a shop; with a request id where it takes one."""
    (kind,) = (each for each in SAMPLES if each.__name__ == name)
    made = SAMPLES[kind](shop)
    return evolve(made, request_id="request-1") if isinstance(made, Change) else made


def _serve(pipe: Connection) -> None:
    while (wanted := pipe.recv()) is not None:
        try:
            pipe.send(_report(wanted))
        except Exception:  # noqa: BLE001 - whatever it is, the test has to hear of it
            pipe.send(traceback.format_exc())


def _report(wanted: Wanted) -> Report:
    with World(COLORS[wanted.color]) as world:
        shop = Shop(world)
        if wanted.chunk is None:
            return _staged(world, shop, wanted)
        for number in range(2 * wanted.chunk):
            shop.sign_in(f"nobody-{number}")  # a stranger to forget
            shop.add(f"somebody-{number}")  # events to seal
        if wanted.command == "ForgetSignUps":
            offer(shop)
            for number in range(2 * wanted.chunk):
                shop.world.rival.handle(beginning(shop, f"{number}@shop.example"))  # attempts to forget
        with mock.patch.object(audit, "CHUNK", wanted.chunk), mock.patch.object(signing_up, "CHUNK", wanted.chunk):
            return _staged(world, shop, wanted)


def _staged(world: World, shop: Shop, wanted: Wanted) -> Report:
    command, naive = sample(wanted.command, shop), NAIVE.get(wanted.naive or "", Naive())
    stage = Stage(
        world,
        naive.command(command),
        once=isinstance(command, Change),
        in_chunks=wanted.chunk is not None,
        opening=naive.opening,
    )
    return stage.report()
