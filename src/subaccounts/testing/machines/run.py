"""Running a machine: as a test of a contract class, or by hand with a report."""

from __future__ import annotations

import math
import time
from typing import Any, Final, TypeVar, final

from attrs import frozen
from hypothesis import HealthCheck, settings
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
    while broken is None and tried.tally.steps < steps:
        took = tried.tally.steps / tried.tally.lives if tried.tally.steps else life
        lives = math.ceil((steps - tried.tally.steps) / took)
        try:
            run_state_machine_as_test(tried, settings=settings_of(lives, life, **changes))
        except AssertionError as error:
            broken = error
    return MachineReport(
        contract=contract.__name__,
        machine=machine.__name__,
        tally=tried.tally,
        seconds=time.monotonic() - began,
        broken=getattr(broken, "clause", type(broken).__name__) if broken else None,
        problem="\n".join((str(broken), *getattr(broken, "__notes__", ()))) if broken else "",
    )


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
