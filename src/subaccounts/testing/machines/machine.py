"""What both machines share: a repository opened for each life of the machine, checked, and steps that are counted."""

from __future__ import annotations

from collections import Counter
from typing import ClassVar, final

from attrs import Factory, define
from hypothesis.stateful import RuleBasedStateMachine

from ..contracts.bridge import Loop
from ..contracts.storage import StorageContract
from .checked import Checked


@final
@define
class Tally:
    """Count what machines did: lives begun, steps taken, answers compared with the model's, commands by their names."""

    lives: int = 0
    steps: int = 0
    answers: int = 0
    commands: Counter[str] = Factory(Counter)


class Machine(RuleBasedStateMachine):
    """Be the base of the machines; `contract` opens what is tried, as it does for every other test of the kit."""

    contract: ClassVar[type[StorageContract]] = StorageContract
    tally: ClassVar[Tally] = Tally()

    def __init__(self) -> None:
        super().__init__()
        self.opened: StorageContract = self.contract()
        self._running = self.opened.running()
        self.loop: Loop = self._running.__enter__()
        self.checked: Checked = Checked(self.loop.run(self.opened.bridged()))
        self.tally.lives += 1

    def teardown(self) -> None:
        """Close what was opened."""
        self.tally.answers += self.checked.compared
        self._running.__exit__(None, None, None)
