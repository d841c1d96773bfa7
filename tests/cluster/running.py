"""The cluster of a test run, started at its first question and gone at its end, and repositories that are spread over it."""

from __future__ import annotations

import atexit
import os
from collections.abc import Callable, Sequence
from functools import cache
from itertools import cycle
from typing import Any, Final, final

from sqlalchemy.engine import URL

from subaccounts.repositories.sqlalchemy import AsyncSQLAlchemyRepository, SQLAlchemyRepository, migrate
from subaccounts.testing.contracts.bridge import Color
from tests.cluster.nodes import Cluster, lacking
from tests.repositories.sql.databases import Database
from tests.required import REQUIRED, missing

ASYNC: Final = "mysql+asyncmy"


@cache
def cluster() -> Cluster:
    """Return the cluster with our tables in it; skips where nobody asked for one."""
    if "cluster" not in os.environ.get(REQUIRED, "").split():
        missing("cluster", "three servers are started by `nox -s cluster`")
    if lacks := lacking():
        missing("cluster", f"`apt install mariadb-server galera-4 rsync` brings what is not here: {', '.join(lacks)}")
    made = Cluster()
    atexit.register(made.__exit__)
    made.__enter__()
    migrate(made.nodes[0].url)
    return made


def places() -> list[Database]:
    """Return the same database as each of the nodes has it."""
    return [Database(name=f"node {node.number}", url=node.url, async_driver=ASYNC) for node in cluster().nodes]


def emptied() -> list[Database]:
    """Return it with no row in it."""
    found = places()
    found[0].emptied()
    return found


@final
class Spread:
    """Be one repository whose every question goes to another node than the one before, plain or awaitable as they are."""

    def __init__(self, repositories: Sequence[Any]) -> None:
        self.each = tuple(repositories)
        self._turn = cycle(self.each)

    def __getattr__(self, method: str) -> Callable[..., Any]:
        def ask(*args: Any, **kwargs: Any) -> Any:
            return getattr(next(self._turn), method)(*args, **kwargs)

        return ask


def spread(urls: Sequence[URL], color: Color = "plain") -> Spread:
    """Return a repository over nodes."""
    if color == "async":
        return Spread([AsyncSQLAlchemyRepository(url.set(drivername=ASYNC)) for url in urls])
    return Spread([SQLAlchemyRepository(url) for url in urls])
