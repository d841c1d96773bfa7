"""Reads by id and key: organizations, catalogs, accounts, people, sign-ins, sign-ups. Pages of people and events are `searches`.

Each function takes a connection and answers as the clause of its name in `ports` says. What several statements answer
is read in one transaction, so that it was true at one moment.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import Final

from ...domain.account import Account
from ...domain.catalog import CatalogEntry
from ...domain.credential import Credential, Stranger
from ...domain.ids import (
    AccountId,
    AnyRecordId,
    CatalogId,
    DepartmentId,
    OrganizationId,
    SignUpId,
    StrangerId,
    SubAccountId,
    record_id,
)
from ...domain.key import Key
from ...domain.organization import Organization
from ...domain.queries import SignInFacts
from ...domain.sign_up import SignUp
from ...domain.sub_account import AccountFacts, Person, SubAccount
from ...wire import store_loads, time_text
from .._stored import account_of, body_of, organization_of
from .tables import key_of

_ORGANIZATION: Final = "SELECT body FROM organizations WHERE organization = ?"
_ENTRY: Final = "SELECT body FROM catalog WHERE organization = ? AND kind = ? AND id = ?"
_ENTRIES: Final = "SELECT body FROM catalog WHERE organization = ? AND kind = ? AND id > ? ORDER BY id LIMIT ?"
_FAMILY: Final = """
    WITH RECURSIVE family (id, parent) AS (
        SELECT id, parent FROM catalog WHERE organization = :organization AND kind = 'department' AND id = :id
        UNION
        SELECT c.id, c.parent FROM family f JOIN catalog c
        ON c.organization = :organization AND {next}
    )
    SELECT id FROM family"""
_LINEAGE: Final = _FAMILY.format(next="c.kind = 'department' AND c.id = f.parent")
_OFFSPRING: Final = _FAMILY.format(next="+c.kind = 'department' AND c.parent = f.id")
"""The plus has children found by their parent, and not among all departments."""
_ACCOUNT: Final = """
    SELECT o.body, a.body FROM accounts a JOIN organizations o ON o.organization = a.organization
    WHERE a.organization = ? AND a.id = ?"""
_ACCOUNTS: Final = "SELECT body FROM accounts WHERE organization = ? AND id > ? ORDER BY id LIMIT ?"
_PERSON: Final = """
    SELECT o.body, a.body, s.body, c.body FROM sub_accounts s
    JOIN credentials c ON c.organization = s.organization AND c.id = s.id
    JOIN accounts a ON a.organization = s.organization AND a.id = s.account
    JOIN organizations o ON o.organization = s.organization
    WHERE s.organization = ? AND s.id = ?"""
_COUNTER: Final = "SELECT value FROM counters WHERE organization = ? AND name = ?"
_HOLDERS: Final = "SELECT value, kind, holder FROM unique_keys WHERE organization = ? AND space = ? AND value IN ({})"
_AT_ONCE: Final = 256
"""Keys of one space that are looked up by one statement."""
_STRANGERS: Final = """
    SELECT body FROM strangers WHERE organization = ? AND last_at < ? ORDER BY last_at, id LIMIT ?"""
_SIGN_UP: Final = "SELECT body FROM sign_ups WHERE organization = ? AND id = ?"
_SIGN_UPS: Final = """
    SELECT body FROM sign_ups WHERE organization = ? AND expires_at < ? ORDER BY expires_at, id LIMIT ?"""

_FOUND: Final = """(
        SELECT p.id FROM unique_keys k JOIN sub_accounts p ON p.organization = k.organization AND p.id = k.holder
        WHERE k.organization = :organization AND k.space = :space{place} AND k.value = :value{place}
        AND k.kind = 'sub_account' AND {lives}
    )"""
_AT_ACCOUNT: Final = """
    SELECT o.body, a.body, s.body, c.body, x.body FROM accounts a
    JOIN organizations o ON o.organization = a.organization
    LEFT JOIN sub_accounts s ON s.organization = a.organization AND s.id = {found}
    LEFT JOIN credentials c ON c.organization = s.organization AND c.id = s.id
    LEFT JOIN strangers x ON x.organization = a.organization AND x.id = :stranger
    WHERE a.organization = :organization AND a.id = :account"""
_AT_ORGANIZATION: Final = """
    SELECT o.body, a.body, s.body, c.body, x.body FROM organizations o
    LEFT JOIN sub_accounts s ON s.organization = o.organization AND s.id = {found}
    LEFT JOIN accounts a ON a.organization = s.organization AND a.id = s.account
    LEFT JOIN credentials c ON c.organization = s.organization AND c.id = s.id
    LEFT JOIN strangers x ON x.organization = o.organization AND x.id = :stranger
    WHERE o.organization = :organization"""


@contextmanager
def snapshot(connection: sqlite3.Connection) -> Iterator[None]:
    """Let every statement inside see the same moment."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        if connection.in_transaction:
            connection.execute("COMMIT")


def organization(connection: sqlite3.Connection, id: OrganizationId, /) -> Organization | None:  # noqa: A002 - positional
    """Answer R1."""
    row = connection.execute(_ORGANIZATION, (id.value,)).fetchone()
    return organization_of(row[0]) if row else None


def catalog_entries(connection: sqlite3.Connection, ids: Collection[CatalogId], /) -> tuple[CatalogEntry, ...]:
    """Answer R2."""
    order = sorted(set(ids), key=lambda id: (id.kind, id.value, id.organization.value))  # noqa: A006 - the id of a record
    with snapshot(connection):
        rows = [connection.execute(_ENTRY, key_of(each)).fetchone() for each in order]
    return tuple(store_loads(CatalogEntry, row[0]) for row in rows if row)


def catalog_page(
    connection: sqlite3.Connection, organization: OrganizationId, /, *, kind: str, after: str | None, limit: int
) -> tuple[CatalogEntry, ...]:
    """Answer R3."""
    rows = connection.execute(_ENTRIES, (organization.value, kind, after or "", max(0, limit))).fetchall()
    return tuple(store_loads(CatalogEntry, body) for (body,) in rows)


def lineage(connection: sqlite3.Connection, departments: Collection[DepartmentId], /) -> frozenset[DepartmentId]:
    """Answer R4."""
    return _family(connection, _LINEAGE, departments)


def offspring(connection: sqlite3.Connection, departments: Collection[DepartmentId], /) -> frozenset[DepartmentId]:
    """Answer R5."""
    return _family(connection, _OFFSPRING, departments)


def _family(
    connection: sqlite3.Connection, statement: str, departments: Collection[DepartmentId]
) -> frozenset[DepartmentId]:
    found: set[DepartmentId] = set()
    with snapshot(connection):
        for each in departments:
            if each not in found:  # what is found brought its own family with it
                tenant = each.organization
                values = {"organization": tenant.value, "id": each.value}
                rows = connection.execute(statement, values).fetchall()
                found |= {DepartmentId(organization=tenant, value=value) for (value,) in rows}
    return frozenset(found)


def account(connection: sqlite3.Connection, id: AccountId, /) -> AccountFacts | None:  # noqa: A002 - positional
    """Answer R6."""
    row = connection.execute(_ACCOUNT, key_of(id)).fetchone()
    return AccountFacts(organization=organization_of(row[0]), account=account_of(row[1])) if row else None


def accounts_page(
    connection: sqlite3.Connection, organization: OrganizationId, /, *, after: str | None, limit: int
) -> tuple[Account, ...]:
    """Answer R7."""
    rows = connection.execute(_ACCOUNTS, (organization.value, after or "", max(0, limit))).fetchall()
    return tuple(account_of(body) for (body,) in rows)


def person(connection: sqlite3.Connection, id: SubAccountId, /) -> Person | None:  # noqa: A002 - positional
    """Answer R8."""
    row = connection.execute(_PERSON, key_of(id)).fetchone()
    if row is None:
        return None
    return Person(
        organization=organization_of(row[0]),
        account=account_of(row[1]),
        sub_account=store_loads(SubAccount, row[2]),
        credential=store_loads(Credential, row[3]),
    )


def counter(connection: sqlite3.Connection, organization: OrganizationId, name: str, /) -> int | None:
    """Answer R11."""
    row = connection.execute(_COUNTER, (organization.value, name)).fetchone()
    return int(row[0]) if row else None


def holders(connection: sqlite3.Connection, keys: Collection[Key], /) -> Mapping[Key, AnyRecordId]:
    """Answer R12."""
    found: dict[Key, AnyRecordId] = {}
    spaces: dict[tuple[str, str], dict[str, Key]] = {}
    for key in keys:
        spaces.setdefault((key.organization.value, key.space), {})[key.value] = key
    with snapshot(connection):
        for space, wanted in spaces.items():
            values = list(wanted)
            for first in range(0, len(values), _AT_ONCE):
                asked = values[first : first + _AT_ONCE]
                for value, kind, holder in connection.execute(_holders(len(asked)), (*space, *asked)).fetchall():
                    key = wanted[value]
                    found[key] = record_id(kind, key.organization, holder)
    return found


def _holders(keys: int) -> str:
    """Return the statement that looks up so many keys of one space."""
    return _HOLDERS.format(", ".join("?" * keys))


def sign_in_facts(
    connection: sqlite3.Connection,
    where: AccountId | OrganizationId,
    /,
    *,
    keys: Sequence[Key],
    stranger: StrangerId,
) -> SignInFacts | None:
    """Answer R13 to R16, in one statement."""
    tenant, at_account = where.organization, isinstance(where, AccountId)
    mine = [key for key in keys if key.organization == tenant]  # nobody who lives here holds a key of another tenant
    values: dict[str, str | None] = {
        "organization": tenant.value,
        "stranger": stranger.value if stranger.organization == tenant else None,
        "account": where.value if at_account else None,
    }
    for place, key in enumerate(mine):
        values[f"space{place}"], values[f"value{place}"] = key.space, key.value
    row = connection.execute(_sign_in(len(mine), at_account=at_account), values).fetchone()
    if row is None:
        return None
    organization, account, sub_account, credential, attempts = row
    if sub_account is None or credential is None:
        return SignInFacts(
            organization=organization_of(organization),
            account=account_of(account) if at_account else None,
            stranger=body_of(Stranger, attempts),
        )
    return SignInFacts(
        organization=organization_of(organization),
        account=account_of(account),
        sub_account=store_loads(SubAccount, sub_account),
        credential=store_loads(Credential, credential),
    )


@cache
def _sign_in(keys: int, *, at_account: bool) -> str:
    """Return the one statement of a sign-in for so many keys; there are one or two of them in practice."""
    lives = "p.account = :account" if at_account else "TRUE"
    found = [_FOUND.format(place=place, lives=lives) for place in range(keys)]
    first = f"COALESCE({', '.join(found)}, NULL)" if found else "NULL"
    return (_AT_ACCOUNT if at_account else _AT_ORGANIZATION).format(found=first)


def stale_strangers(
    connection: sqlite3.Connection, organization: OrganizationId, /, *, before: datetime, limit: int
) -> tuple[Stranger, ...]:
    """Answer R17."""
    rows = connection.execute(_STRANGERS, (organization.value, time_text(before), max(0, limit))).fetchall()
    return tuple(store_loads(Stranger, body) for (body,) in rows)


def sign_up(connection: sqlite3.Connection, id: SignUpId, /) -> SignUp | None:  # noqa: A002 - positional
    """Answer R23."""
    row = connection.execute(_SIGN_UP, key_of(id)).fetchone()
    return store_loads(SignUp, row[0]) if row else None


def stale_sign_ups(
    connection: sqlite3.Connection, organization: OrganizationId, /, *, before: datetime, limit: int
) -> tuple[SignUp, ...]:
    """Answer R24."""
    rows = connection.execute(_SIGN_UPS, (organization.value, time_text(before), max(0, limit))).fetchall()
    return tuple(store_loads(SignUp, body) for (body,) in rows)
