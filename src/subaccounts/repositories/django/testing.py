"""For a host's tests alone: what Django's `TransactionTestCase` does not do to tables that no model of it manages."""

from __future__ import annotations

from django.db import connections, transaction

from ..sqlalchemy.tables import metadata
from .borrowed import borrowed
from .configured import database


def delete_everything(*, using: str | None = None) -> None:
    """Delete every row of ours, at the end of a test whose transactions were committed. `using` as for the repository."""
    wrapper = connections[database() if using is None else using]
    with transaction.atomic(using=wrapper.alias), borrowed(wrapper) as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(table.delete())
