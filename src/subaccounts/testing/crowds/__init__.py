"""Races on a repository that several open for themselves: in threads, each with connections of its own, and in processes.

    from functools import partial
    from subaccounts.testing.crowds import CrowdContract

    class TestMyRepositoryInACrowd(CrowdContract):
        def open(self):
            self.place = self.folder / "data"
            return MyRepository(self.place)

        def opener(self):
            return partial(MyRepository, self.place)

What `opener` answers is pickled and called wherever somebody races, so it is a function or class of a module that can be
imported, with plain arguments. What collides inside of one repository is in `RepositoryContract`; this is about what
several of them share. A store that lives in the memory of one process has nothing to prove here.
"""

from __future__ import annotations

from .contract import CrowdContract
from .races import Racer

__all__ = ["CrowdContract", "Racer"]
