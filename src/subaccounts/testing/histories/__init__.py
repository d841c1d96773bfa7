"""Judge what commands that ran at once were answered: is there an order of running them alone that explains it all?

    from subaccounts.testing.histories import History, Recorder, linearization, story

    mine = Recorder("thread 1")  # one for each thread, task or process
    mine.run(asked, lambda: subs.handle(command))
    history = History.of(mine, others)
    assert linearization(history, model) is not None, story(history, model)

`model` says what each command answers when nothing else runs, as a `Model`; it should not be made of the code it judges.
Linearizable, as Herlihy and Wing define it: whoever was answered before somebody else asked comes first, those under way
together come in any order. Nothing here knows what is stored where: a history is as good as its clock and its model.
"""

from __future__ import annotations

from .history import History
from .model import Model
from .operation import Fate, Operation
from .recorder import Recorder
from .search import linearization
from .story import story

__all__ = ["Fate", "History", "Model", "Operation", "Recorder", "linearization", "story"]
