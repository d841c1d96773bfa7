"""The contract classes that run the machines: add one to the bases of the class that opens your repository."""

from __future__ import annotations

from typing import Any, ClassVar

from hypothesis.stateful import run_state_machine_as_test

from ..contracts.storage import StorageContract
from .commands_machine import CommandsMachine
from .machine import Machine
from .repository_machine import RepositoryMachine
from .run import STEPS_OF_A_LIFE, machine_of, settings_of


class MachineContract(StorageContract):
    """Be the base of both: `open` answers an empty repository, `reopen` one on the data of another after a restart.

    `lives` is how often a machine begins anew, `steps` how many steps each life has, `asks` how many of its questions
    are asked after each batch (None for all of them; a few are enough on a server, where each takes a round trip), and
    `settings` are further settings of Hypothesis by name, such as `{"derandomize": True}`.
    """

    lives: ClassVar[int] = 20
    steps: ClassVar[int] = STEPS_OF_A_LIFE
    asks: ClassVar[int | None] = None
    settings: ClassVar[dict[str, Any]] = {}

    def _run(self, machine: type[Machine]) -> None:
        tried = machine_of(machine, type(self), asks=self.asks)
        run_state_machine_as_test(tried, settings=settings_of(self.lives, self.steps, **self.settings))


class RepositoryMachineContract(MachineContract):
    """Prove what a sequence of batches and reads can show of the clauses; a failure names the clause that broke."""

    def test_any_batches(self) -> None:
        """Whatever is committed and read, in whatever order, every answer is the one that the clauses ask for."""
        self._run(RepositoryMachine)


class CommandsMachineContract(MachineContract):
    """Prove the invariants of the commands on a repository; a failure names the invariant, or the clause beneath it."""

    def test_any_commands(self) -> None:
        """Whatever is done, in whatever order: dead proofs stay dead, living ones work, nothing reaches a neighbor."""
        self._run(CommandsMachine)
