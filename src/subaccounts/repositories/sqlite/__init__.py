"""The embedded store: one SQLite file, shared by threads and processes, nothing to install and nothing to run.

`repository` is the front; `reads`, `searches`, `groups`, `sights`, `viewers`, `trail`, `queues` and `commit` are the
statements, `looks` is the rule of who sees what in them; `tables` is how a record becomes a row; `schema` is what the file
looks like; `opening` and `connections` are how it is reached; `failures` is what is said when it cannot be.
"""

from .repository import SQLiteRepository

__all__ = ["SQLiteRepository"]
