"""What every repository asks of a batch before it writes one, and which record lives under which."""

from __future__ import annotations

from ..domain.account import Account
from ..domain.catalog import CatalogEntry
from ..domain.credential import Credential
from ..domain.decision import Batch, Count, Record
from ..domain.ids import AnyRecordId, SubAccountId
from ..domain.sub_account import SubAccount


def refuse_impossible(batch: Batch, /) -> None:
    """Raise `ValueError` for a batch no rule can mean: of two organizations, or writing one record twice.

    It is a mistake in a program, found before anything is written, and no answer to a user.
    """
    tenant = batch.organization
    written: set[AnyRecordId] = set()
    for record in (*batch.puts, *batch.removes):
        written.add(record.id)
        if record.id.organization != tenant:
            raise ValueError("a batch belongs to one organization")
    if len(written) != len(batch.puts) + len(batch.removes):
        raise ValueError("a batch writes a record once")
    strangers = (
        any(guard.id.organization != tenant for guard in batch.guards)
        or any(event.organization != tenant for event in batch.events)
        or any(key.organization != tenant for record in batch.puts for key in record.keys)
        or (batch.request is not None and batch.request.organization != tenant)
    )
    if strangers:
        raise ValueError("a batch belongs to one organization")


def parent(record: Record, /) -> AnyRecordId | None:
    """Return what a record lives under: without it, the record cannot be written.

    Catalog entries and accounts live in their organization, people under their account, credentials with their person.
    Attempts, counters, events, requests and chains outlive whatever they are about and live under nothing.
    """
    match record:
        case CatalogEntry() | Account():
            return record.id.organization
        case SubAccount():
            return record.account
        case Credential():
            return SubAccountId(organization=record.id.organization, value=record.id.value)
        case _:
            return None


def passes(count: Count, value: int, /) -> bool:
    """Tell whether a count led past its limit; one that goes down never does, even when a limit was lowered below."""
    return count.at_most is not None and count.by > 0 and value > count.at_most
