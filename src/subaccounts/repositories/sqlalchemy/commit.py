"""One batch inside one transaction, which the caller begins and ends. The order is the contract's: stale before taken
before full (C11).

Other transactions go on meanwhile, each seeing what is committed (READ COMMITTED). What keeps two that collide from both
succeeding (C13) is what they lock: a put or remove by its version locks its row, a guard locks the row it looks at against
writing, a unique key is a primary key, a counter's row is locked from its increment on. That a record is *not* there can
be locked by nothing but the organization's row, which new records share and a guard of nothing takes alone. On a cluster
locks are not enough, and guards are written: `galera`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Delete, Select, Table, Update, and_, bindparam, delete, select, update

from ...domain.decision import Batch, Count, Record, Seen
from ...domain.ids import AnyRecordId, OrganizationId
from ...domain.key import Key
from ...errors import Full, Stale, Taken
from .._batches import passes, returns_what_it_adds
from . import belongings, galera, queues, rows, trail
from . import tables as t
from .dialects import counted, insert_new, inserted
from .reads import holders
from .rows import KEYED, ORDER, TABLES

_FREED: Final = delete(t.unique_keys).where(
    t.unique_keys.c.organization == bindparam("tenant"),
    t.unique_keys.c.kind == bindparam("of"),
    t.unique_keys.c.holder == bindparam("who"),
)


def write(connection: Connection, batch: Batch, /) -> None:
    """Write a batch; raises `Stale`, `Taken`, `Full`, after any of which the caller rolls back.

    Rows are written in one order whatever the batch's is, so that two batches seldom wait for each other.
    """
    if returns_what_it_adds(batch):
        raise Stale
    guard_one = _guard_written if galera.is_node(connection) else _guard
    if guard_one is _guard:
        _hold_organization(connection, batch)
    for guard in sorted(batch.guards, key=lambda guard: _place(guard.id)):
        guard_one(connection, guard)
    _put(connection, sorted(batch.puts, key=lambda record: _place(record.id)))
    for gone in sorted(batch.removes, key=lambda gone: _place(gone.id), reverse=True):
        _remove(connection, gone)
    if batch.events:
        trail.add(connection, batch.events)
    if batch.seals:
        trail.seal(connection, batch.organization, batch.seals)
    if batch.acknowledgments:
        queues.acknowledge(connection, batch.organization, batch.acknowledgments)
    if batch.tasks:
        queues.add(connection, batch.tasks)
    if batch.request is not None:
        insert_new(connection, t.requests, [rows.request_row(batch.request)])
    _exchange_keys(connection, batch)
    _count(connection, batch.organization, batch.counts)


def _place(id: AnyRecordId) -> tuple[int, str]:  # noqa: A002 - the id of a record
    return ORDER[id.kind], id.value


def _hold_organization(connection: Connection, batch: Batch) -> None:
    nothing = any(guard.version == 0 for guard in batch.guards)
    new = any(record.version == 0 for record in batch.puts)
    if (new or nothing) and connection.dialect.name != "sqlite":  # it has one writer at a time
        o = t.organizations.c
        mine = select(o.version).where(o.organization == batch.organization.value)
        connection.execute(mine.with_for_update(read=not nothing)).first()


def _guard(connection: Connection, guard: Seen) -> None:
    found = connection.scalar(_guarded(guard.id.kind), _key(guard.id))
    if (found or 0) != guard.version:
        raise Stale


def _guard_written(connection: Connection, guard: Seen) -> None:
    table, row = TABLES[guard.id.kind], _is(guard.id)
    if guard.version:
        galera.guard(connection, table, row, guard.version)
    else:
        galera.guard_nothing(connection, table, row, rows.key_of(guard.id))


def _remove(connection: Connection, gone: Seen) -> None:
    found = connection.execute(_removed(gone.id.kind), {**_key(gone.id), "known": gone.version})
    if found.rowcount != 1:
        raise Stale


# A statement is built once for each table and given its values each time: building it takes as long as running it.


@cache
def _guarded(kind: str) -> Select[Any]:
    return select(TABLES[kind].c.version).where(_keyed(TABLES[kind])).with_for_update(read=True)


@cache
def _removed(kind: str) -> Delete:
    return delete(TABLES[kind]).where(_keyed(TABLES[kind]), TABLES[kind].c.version == bindparam("known"))


@cache
def _updated(kind: str) -> Update:
    """Return what writes the columns that it is given values for."""
    return update(TABLES[kind]).where(_keyed(TABLES[kind]), TABLES[kind].c.version == bindparam("known"))


def _keyed(table: Table) -> ColumnElement[bool]:
    return and_(*(column == bindparam(f"key_{column.name}") for column in table.primary_key))


def _key(id: AnyRecordId) -> dict[str, Any]:  # noqa: A002 - the id of a record
    return {f"key_{name}": value for name, value in rows.key_of(id).items()}


def _is(id: AnyRecordId) -> ColumnElement[bool]:  # noqa: A002 - the id of a record
    table = TABLES[id.kind]
    return and_(*(table.c[name] == value for name, value in rows.key_of(id).items()))


def _put(connection: Connection, records: Sequence[Record]) -> None:
    """Put records in their order; new ones of a kind go together."""
    for kind in dict.fromkeys(record.id.kind for record in records):
        mine = [record for record in records if record.id.kind == kind]
        new = [rows.row_of(record) for record in mine if record.version == 0]
        if new:
            insert_new(connection, TABLES[kind], new)
        for record in mine:
            if record.version:
                _update(connection, record)
    belongings.write(connection, records)


def _update(connection: Connection, record: Record) -> None:
    key, row = rows.key_of(record.id), rows.row_of(record)
    changes = {name: value for name, value in row.items() if name not in key}
    given = {**changes, **_key(record.id), "known": record.version}
    if connection.execute(_updated(record.id.kind), given).rowcount != 1:
        raise Stale


def _exchange_keys(connection: Connection, batch: Batch) -> None:
    """Free what the batch's records held and take what they hold now; what somebody else holds is told all at once."""
    records = [record for record in batch.puts if TABLES[record.id.kind] in KEYED]
    old = [record.id for record in records if record.version]
    old += [gone.id for gone in batch.removes if TABLES[gone.id.kind] in KEYED]
    if old:
        _free(connection, sorted(old, key=_place))
    held = [(key, record.id) for record in records for key in record.keys]
    if not held:
        return
    wanted = Counter(key for key, _ in held)
    taken = {key for key, times in wanted.items() if times > 1} | holders(connection, wanted).keys()
    if taken:
        raise Taken(keys=frozenset(taken))
    new = sorted((_key_row(key, id) for key, id in held), key=lambda row: (row["space"], row["value"]))  # noqa: A001 - the id of a record
    if inserted(connection, t.unique_keys, new) != len(new):  # somebody took one since we looked
        ours = set(held)  # a statement that was interrupted may have inserted some of them
        lost = {key for key, id in holders(connection, wanted).items() if (key, id) not in ours}  # noqa: A001 - the id of a record
        raise Taken(keys=frozenset(lost)) if lost else Stale


def _free(connection: Connection, old: Sequence[AnyRecordId]) -> None:
    gone = [{"tenant": id.organization.value, "of": id.kind, "who": id.value} for id in old]  # noqa: A001 - the id of a record
    connection.execute(_FREED, gone)


def _key_row(key: Key, id: AnyRecordId) -> dict[str, Any]:  # noqa: A002 - the id of a record
    return {
        "organization": key.organization.value,
        "space": key.space,
        "value": rows.key_value(key),
        "kind": id.kind,
        "holder": id.value,
    }


def _count(connection: Connection, organization: OrganizationId, counts: Sequence[Count]) -> None:
    full = {
        count.name
        for count in sorted(counts, key=lambda count: count.name)
        if passes(count, counted(connection, organization, count))
    }
    if full:
        raise Full(counts=frozenset(full))
