"""The repository on a database of Django's: every clause of `ports.Repository`, on Django's own connection."""

from __future__ import annotations

from typing import TypeVar, final

from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.connection import ConnectionDoesNotExist

from ...errors import StorageFailed
from ..sqlalchemy.statements import Question, Statements
from . import transactions
from .configured import database

R = TypeVar("R")


@final
class DjangoRepository(Statements):
    """Keep everything on a database of Django's, on the connection that Django has for the thread that asks.

    `using` is an alias of `DATABASES`; without it, the one that the setting `SUBACCOUNTS` names. Outside `atomic` each
    commit is a transaction of its own (READ COMMITTED, and one that writes from its beginning on SQLite). Inside it, or
    with `AUTOCOMMIT` off, the library's commits are savepoints in the host's transaction: reads see what the host wrote
    there, what is committed lasts when the host's transaction does, and commands that count or consume a proof are refused
    with `InsideTransaction`. The transaction of Django's `TestCase` is not counted as one.

    Raises what `SQLAlchemyRepository` raises, and inside the host's transaction what `JoinedRepository` raises:
    `StorageFailed`, `OutcomeUnknown`, `HostTransactionLost`. On an event loop Django's `SynchronousOnlyOperation` is
    raised: go through `sync_to_async` there. A thread that is no request of Django's closes its connections itself, as
    for anything that uses them.
    """

    def __init__(self, *, using: str | None = None) -> None:
        self._using = database() if using is None else using

    def __repr__(self) -> str:
        return f"DjangoRepository(using={self._using!r})"

    @property
    def joins_host_transaction(self) -> bool:
        """Tell whether the host is in a transaction now, in which a commit would be a part of it."""
        return transactions.inside(self._wrapper())

    def _read(self, question: Question[R], /) -> R:
        wrapper = self._wrapper()
        ask = transactions.in_hosts_read if transactions.inside(wrapper) else transactions.read
        return ask(wrapper, question)

    def _write(self, question: Question[R], /) -> R:
        wrapper = self._wrapper()
        ask = transactions.in_hosts_write if transactions.inside(wrapper) else transactions.write
        return ask(wrapper, question)

    def _wrapper(self) -> BaseDatabaseWrapper:
        try:
            return connections[self._using]
        except ConnectionDoesNotExist:
            why = f"DATABASES has no {self._using!r}"
        except ImproperlyConfigured as error:  # the driver that its ENGINE needs is not installed
            why = str(error).partition("\n")[0]
        raise StorageFailed(store="a database", problem="unreachable", detail=why)
