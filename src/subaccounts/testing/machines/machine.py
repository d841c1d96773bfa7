"""What both machines share: a repository opened for each life of the machine, checked, and steps that are counted."""

from __future__ import annotations

import sys
from collections import Counter
from typing import ClassVar, final

from attrs import Factory, define
from hypothesis.stateful import RuleBasedStateMachine

from ..contracts.bridge import Loop
from ..contracts.storage import StorageContract
from .checked import Checked
from .everything import everything


@final
@define
class Tally:
    """Count what machines did: lives begun, steps taken, answers compared with the model's, commands by their names.

    Of commands only what was answered counts, and nothing that was refused.
    """

    lives: int = 0
    steps: int = 0
    answers: int = 0
    commands: Counter[str] = Factory(Counter)


class Machine(RuleBasedStateMachine):
    """Be the base of the machines; `contract` opens what is tried, as it does for every other test of the kit.

    `asks` is how many of its questions a machine asks after each batch, drawn anew each time; None is all of them, which
    finds the first wrong answer soonest. Whatever it is, everything that is stored is asked for at the end of a life.
    """

    contract: ClassVar[type[StorageContract]] = StorageContract
    tally: ClassVar[Tally] = Tally()
    asks: ClassVar[int | None] = None

    def __init__(self) -> None:
        super().__init__()
        self.opened: StorageContract = self.contract()
        self._running = self.opened.running()
        self.loop: Loop = self._running.__enter__()
        self.checked: Checked = Checked(self.loop.run(self.opened.bridged()))
        self.tally.lives += 1

    def teardown(self) -> None:
        """Look once more and ask for everything that is stored, unless something is wrong already; close what was opened."""
        try:
            if sys.exc_info()[0] is None:
                self.last_look()
                self.loop.run(self.ask_everything())
        finally:
            self.tally.answers += self.checked.compared
            self._running.__exit__(None, None, None)

    def last_look(self) -> None:
        """Look at what a life comes to, before everything that is stored is asked for."""

    async def ask_everything(self) -> None:
        """Ask for everything that is stored."""
        for asked in list(everything(self.checked.model)):
            await self.checked.ask(asked.read, *asked.args, **asked.named)
