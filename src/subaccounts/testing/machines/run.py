"""Running a machine: as a test of a contract class, or by hand with a report."""

from __future__ import annotations

import math
import time
from typing import Any, Final, TypeVar, final

from attrs import frozen
from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from ..contracts.storage import StorageContract
from .machine import Machine, Tally

M = TypeVar("M", bound=Machine)
STEPS_OF_A_LIFE: Final = 50
"""Steps before a machine begins anew with an empty store, which is also where Hypothesis can try something else."""


@final
@frozen(kw_only=True)
class MachineReport:
    """Hold how a machine went: what it did, in how many seconds, and the first wrong answer, if any.

    `broken` is the clause or invariant, `problem` the whole message with the steps that lead to it.
    """

    contract: str
    machine: str
    tally: Tally
    seconds: float
    broken: str | None = None
    problem: str = ""

    def __str__(self) -> str:
        did = f"{self.tally.steps:,} steps in {self.tally.lives:,} lives, {self.tally.answers:,} answers compared"
        if self.tally.commands:
            did += f", {len(self.tally.commands)} commands answered"
        head = f"{self.machine} on {self.contract}: {did}, {self.seconds:.1f} s"
        return f"{head}\n\n{self.problem}" if self.problem else head


def run_machine(
    machine: type[Machine],
    contract: type[StorageContract],
    /,
    *,
    steps: int,
    life: int = STEPS_OF_A_LIFE,
    asks: int | None = None,
    **changes: Any,
) -> MachineReport:
    """Let a machine take at least so many steps and return the report; a wrong answer is in it and not raised.

    `asks` is how many of its questions it asks after each batch, None for all of them: on a server a few are enough, for
    the others have their turn. `changes` are settings of Hypothesis, which are otherwise those of the loaded profile.
    """
    tried = machine_of(machine, contract, asks=asks)
    began = time.monotonic()
    broken: AssertionError | None = None
    rounds = 0
    while broken is None and tried.tally.steps < steps:
        chosen = settings_of(_lives(steps, life, tried.tally), life, **changes)
        if rounds and chosen.derandomize:  # which would draw the lives of the first round once more
            seed(rounds)(tried)
        try:
            run_state_machine_as_test(tried, settings=chosen)
        except AssertionError as error:
            broken = error
        rounds += 1
    return MachineReport(
        contract=contract.__name__,
        machine=machine.__name__,
        tally=tried.tally,
        seconds=time.monotonic() - began,
        broken=getattr(broken, "clause", type(broken).__name__) if broken else None,
        problem="\n".join((str(broken), *getattr(broken, "__notes__", ()))) if broken else "",
    )


def _lives(steps: int, life: int, tally: Tally, /) -> int:
    """Return in how many lives the steps that are left are likely taken, and one for the plainest, with which Hypothesis begins.

    A rule may be refused, or take several steps: how many a life has is known after some. The first guess is many, for what
    it leaves is taken next, and what it overshoots is not given back.
    """
    of_a_life = tally.steps / tally.lives if tally.steps else 2 * life
    return math.ceil((steps - tally.steps) / of_a_life) + 1


def machine_of(machine: type[M], contract: type[StorageContract], /, *, asks: int | None = None) -> type[M]:
    """Return the machine that opens what the contract opens and asks so many questions, with a tally of its own."""
    return type(f"{contract.__name__}Machine", (machine,), {"contract": contract, "tally": Tally(), "asks": asks})


def settings_of(lives: int, life: int, /, **changes: Any) -> settings:
    """Return the settings for so many lives of so many steps; no stopwatch judges, and one wrong answer is enough."""
    given = {
        "max_examples": lives,
        "stateful_step_count": life,
        "deadline": None,
        "suppress_health_check": list(HealthCheck),
        "report_multiple_bugs": False,
    }
    return settings(**(given | changes))
