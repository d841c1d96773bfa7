"""State machines for a repository, which name the clause that broke. Needs Hypothesis, so it is imported by its own name.

    from subaccounts.testing.machines import RepositoryMachineContract

    class TestMyRepository(RepositoryContract, RepositoryMachineContract):
        def open(self):
            return MyRepository(self.folder / "data")

`RepositoryMachine` commits batches and asks every read, or a few at a time on a server (`asks`); each answer is compared
with that of a `Model`, which is written from the clauses alone. `CommandsMachine` runs every command there is on the same
checked repository and holds what `INVARIANTS` says. Failures shrink to the few steps that lead to them. Without a test
runner: `print(run_machine(RepositoryMachine, TestMyRepository, steps=10_000))`.

`Checked` is that repository by itself: put it before your own wherever a wrong answer should be found at once.
"""

from __future__ import annotations

from ..._extra import from_extra as _from_extra

with _from_extra("testing"):
    from .answers import READS
    from .broken import ClauseBroken
    from .checked import Checked
    from .commands_machine import CommandsMachine
    from .contracts import CommandsMachineContract, RepositoryMachineContract
    from .invariants import INVARIANTS, InvariantBroken
    from .machine import Machine, Tally
    from .model import Model
    from .repository_machine import RepositoryMachine
    from .run import MachineReport, run_machine

__all__ = [
    "INVARIANTS",
    "READS",
    "Checked",
    "ClauseBroken",
    "CommandsMachine",
    "CommandsMachineContract",
    "InvariantBroken",
    "Machine",
    "MachineReport",
    "Model",
    "RepositoryMachine",
    "RepositoryMachineContract",
    "Tally",
    "run_machine",
]
