"""What every repository asks of a batch before it writes one, and which record lives under which."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ..domain.account import Account
from ..domain.catalog import CatalogEntry
from ..domain.credential import Credential
from ..domain.decision import Batch, Count, Record
from ..domain.group import Group
from ..domain.ids import AnyRecordId, OrganizationId, SubAccountId
from ..domain.membership import Membership
from ..domain.participation import Participation
from ..domain.resource import Resource
from ..domain.sign_up import SignUp
from ..domain.sub_account import SubAccount
from ..errors import Full


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
    others = {guard.id.organization for guard in batch.guards}
    others.update([event.organization for event in batch.events])
    others.update([task.organization for task in batch.tasks])
    # The keys of a record are of its id's organization; a person's of its account's, which is compared instead of
    # making them all.
    bound = SubAccount | SignUp | Membership | Participation
    others.update(
        [above.organization for record in batch.puts if isinstance(record, bound) for above in parents(record)]
    )
    if batch.request is not None:
        others.add(batch.request.organization)
    if others - {tenant}:
        raise ValueError("a batch belongs to one organization")


def returns_what_it_adds(batch: Batch, /) -> bool:
    """Tell whether a batch gives back a task that it also adds: one of the two is `Stale` (C14, C15), in any order."""
    return bool(batch.tasks and batch.acknowledgments) and not {task.id for task in batch.tasks}.isdisjoint(
        each.task for each in batch.acknowledgments
    )


def parents(record: Record, /) -> tuple[AnyRecordId, ...]:
    """Return what a record lives under: without each of them, the record cannot be written.

    Catalog entries, accounts, groups and resources live in their organization, people and who would sign up under their
    account, credentials with their person, memberships and participations under what they are of and with their person. Wrong
    attempts, counters, events, requests and chains outlive whatever they are about and live under nothing.
    """
    match record:
        case CatalogEntry() | Account() | Group() | Resource():
            return (record.id.organization,)
        case SubAccount() | SignUp():
            return (record.account,)
        case Credential():
            return (SubAccountId(organization=record.id.organization, value=record.id.value),)
        case Membership():
            return (record.group, record.person)
        case Participation():
            return (record.resource, record.person)
        case _:
            return ()


def passes(count: Count, value: int, /) -> bool:
    """Tell whether a count led past its limit; one that goes down never does, even when a limit was lowered below."""
    return count.at_most is not None and count.by > 0 and value > count.at_most


def counted(
    counters: Mapping[tuple[OrganizationId, str], int], batch: Batch, /
) -> dict[tuple[OrganizationId, str], int]:
    """Return the counters once the batch is written; raises `Full`, naming every count that would pass its limit."""
    after, full = dict(counters), set[str]()
    for count in batch.counts:
        at = batch.organization, count.name
        after[at] = max(0, after.get(at, count.initial) + count.by)
        if passes(count, after[at]):
            full.add(count.name)
    if full:
        raise Full(counts=frozenset(full))
    return after


def meet(new: Sequence[object], old: Iterable[object], /) -> bool:
    """Tell whether something new is there already, or twice among the new."""
    return len(set(new)) != len(new) or not set(new).isdisjoint(old)
