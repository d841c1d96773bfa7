"""Reads by id and key: organizations, catalogs, accounts, people, sign-ins, sign-ups. Pages of people are `people`, of
events `trail`.

Each function takes a connection and answers as the clause of its name in `ports` says, in one statement, so that what it
answers was true at one moment whatever the isolation is. A statement is built once and given its values each time: building
it takes as long as running it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    String,
    and_,
    bindparam,
    case,
    func,
    literal,
    null,
    select,
)

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
from ...wire import store_loads
from .._stored import account_of, body_of, organization_of
from . import tables as t
from .lookups import MANY, looked_up, only
from .rows import key_value


def organization(connection: Connection, id: OrganizationId, /) -> Organization | None:  # noqa: A002 - positional
    """Answer R1."""
    body = connection.scalar(_organization(), {"organization": id.value})
    return None if body is None else organization_of(body)


@cache
def _organization() -> Select[Any]:
    return select(t.organizations.c.body).where(t.organizations.c.organization == bindparam("organization"))


def catalog_entries(connection: Connection, ids: Collection[CatalogId], /) -> tuple[CatalogEntry, ...]:
    """Answer R2."""
    c = t.catalog.c
    wanted = sorted({(each.organization.value, each.kind, each.value) for each in ids})
    rows = looked_up(connection, (c.organization, c.kind, c.id), wanted, c.body)
    entries = [store_loads(CatalogEntry, row.body) for row in rows]
    return tuple(sorted(entries, key=lambda entry: (entry.id.kind, entry.id.value, entry.id.organization.value)))


def catalog_page(
    connection: Connection, organization: OrganizationId, /, *, kind: str, after: str | None, limit: int
) -> tuple[CatalogEntry, ...]:
    """Answer R3."""
    given = {"organization": organization.value, "kind": kind, "after": after or "", "limit": max(0, limit)}
    return tuple(store_loads(CatalogEntry, row.body) for row in connection.execute(_catalog_page(), given))


@cache
def _catalog_page() -> Select[Any]:
    c = t.catalog.c
    mine = and_(c.organization == bindparam("organization"), c.kind == bindparam("kind"), c.id > bindparam("after"))
    return select(c.body).where(mine).order_by(c.id).limit(bindparam("limit"))


def lineage(connection: Connection, departments: Collection[DepartmentId], /) -> frozenset[DepartmentId]:
    """Answer R4."""
    return _family(connection, departments, upwards=True)


def offspring(connection: Connection, departments: Collection[DepartmentId], /) -> frozenset[DepartmentId]:
    """Answer R5."""
    return _family(connection, departments, upwards=False)


def _family(connection: Connection, departments: Collection[DepartmentId], *, upwards: bool) -> frozenset[DepartmentId]:
    asked: dict[OrganizationId, list[str]] = defaultdict(list)
    for each in departments:
        asked[each.organization].append(each.value)
    found: set[DepartmentId] = set()
    for tenant, values in asked.items():
        for start in range(0, len(values), MANY):
            given = {"organization": tenant.value, "ids": values[start : start + MANY]}
            rows = connection.execute(_family_statement(upwards=upwards), given)
            found |= {DepartmentId(organization=tenant, value=row.id) for row in rows}
    return frozenset(found)


@cache
def _family_statement(*, upwards: bool) -> Select[Any]:
    c, kin = t.catalog.c, t.catalog.alias("kin").c
    mine = and_(c.organization == bindparam("organization"), c.kind == DepartmentId.kind)
    family = (
        select(c.id, c.parent).where(mine, c.id.in_(bindparam("ids", expanding=True))).cte("family", recursive=True)
    )
    step = kin.id == family.c.parent if upwards else kin.parent == family.c.id
    kind = and_(kin.organization == bindparam("organization"), kin.kind == DepartmentId.kind)
    return select(family.union(select(kin.id, kin.parent).where(kind, step)).c.id)


def account(connection: Connection, id: AccountId, /) -> AccountFacts | None:  # noqa: A002 - positional
    """Answer R6."""
    row = connection.execute(_account(), {"organization": id.organization.value, "id": id.value}).one_or_none()
    if row is None:
        return None
    return AccountFacts(organization=organization_of(row.body), account=account_of(row.account))


@cache
def _account() -> Select[Any]:
    a, o = t.accounts.c, t.organizations.c
    joined = t.accounts.join(t.organizations, o.organization == a.organization)
    found = select(o.body, a.body.label("account")).select_from(joined)
    return found.where(a.organization == bindparam("organization"), a.id == bindparam("id"))


def accounts_page(
    connection: Connection, organization: OrganizationId, /, *, after: str | None, limit: int
) -> tuple[Account, ...]:
    """Answer R7."""
    given = {"organization": organization.value, "after": after or "", "limit": max(0, limit)}
    return tuple(account_of(row.body) for row in connection.execute(_accounts_page(), given))


@cache
def _accounts_page() -> Select[Any]:
    a = t.accounts.c
    mine = and_(a.organization == bindparam("organization"), a.id > bindparam("after"))
    return select(a.body).where(mine).order_by(a.id).limit(bindparam("limit"))


def person(connection: Connection, id: SubAccountId, /) -> Person | None:  # noqa: A002 - positional
    """Answer R8."""
    given = {"organization": id.organization.value, "id": id.value}
    row = connection.execute(_person(), given).one_or_none()
    if row is None:
        return None
    return Person(
        organization=organization_of(row.organization),
        account=account_of(row.account),
        sub_account=store_loads(SubAccount, row.sub_account),
        credential=store_loads(Credential, row.credential),
    )


@cache
def _person() -> Select[Any]:
    o, a, s, c = t.organizations.c, t.accounts.c, t.sub_accounts.c, t.credentials.c
    return (
        select(
            o.body.label("organization"),
            a.body.label("account"),
            s.body.label("sub_account"),
            c.body.label("credential"),
        )
        .select_from(
            t.sub_accounts.join(t.credentials, and_(c.organization == s.organization, c.id == s.id))
            .join(t.accounts, and_(a.organization == s.organization, a.id == s.account))
            .join(t.organizations, o.organization == s.organization)
        )
        .where(s.organization == bindparam("organization"), s.id == bindparam("id"))
    )


def counter(connection: Connection, organization: OrganizationId, name: str, /) -> int | None:
    """Answer R11."""
    value: int | None = connection.scalar(_counter(), {"organization": organization.value, "name": name})
    return value


@cache
def _counter() -> Select[Any]:
    c = t.counters.c
    return select(c.value).where(c.organization == bindparam("organization"), c.name == bindparam("name"))


def holders(connection: Connection, keys: Collection[Key], /) -> Mapping[Key, AnyRecordId]:
    """Answer R12."""
    k = t.unique_keys.c
    asked = {(key.organization.value, key.space, key_value(key)): key for key in keys}
    place = (k.organization, k.space, k.value)
    held: dict[Key, AnyRecordId] = {}
    for row in looked_up(connection, place, list(asked), *place, k.kind, k.holder):
        key = asked[row.organization, row.space, row.value]
        held[key] = record_id(row.kind, key.organization, row.holder)
    return held


def sign_in_facts(
    connection: Connection, where: AccountId | OrganizationId, /, *, keys: Sequence[Key], stranger: StrangerId
) -> SignInFacts | None:
    """Answer R13 to R16, in one statement."""
    tenant, at_account = where.organization, isinstance(where, AccountId)
    mine = [key for key in keys if key.organization == tenant]  # nobody who lives here holds a key of another tenant
    given: dict[str, str | None] = {
        "organization": tenant.value,
        "stranger": stranger.value if stranger.organization == tenant else None,
        "account": where.value if at_account else None,
    }
    for place, key in enumerate(mine):
        given[f"space{place}"], given[f"value{place}"] = key.space, key_value(key)
    row = connection.execute(_sign_in(len(mine), at_account=at_account), given).one_or_none()
    if row is None:
        return None
    if row.sub_account is None or row.credential is None:
        return SignInFacts(
            organization=organization_of(row.organization),
            account=account_of(row.account) if at_account else None,
            stranger=body_of(Stranger, row.stranger),
        )
    return SignInFacts(
        organization=organization_of(row.organization),
        account=account_of(row.account),
        sub_account=store_loads(SubAccount, row.sub_account),
        credential=store_loads(Credential, row.credential),
    )


@cache
def _sign_in(keys: int, *, at_account: bool) -> Select[Any]:
    """Return the one statement of a sign-in for so many keys; there are one or two of them in practice."""
    o, a, s, c, x = t.organizations.c, t.accounts.c, t.sub_accounts.c, t.credentials.c, t.strangers.c
    found = [_found(place, at_account=at_account) for place in range(keys)]
    holder: Any = func.coalesce(*found, null()) if found else literal(None, String)
    tenant = o.organization
    account = and_(a.organization == tenant, a.id == (bindparam("account") if at_account else s.account))
    person = and_(s.organization == tenant, s.id == holder)
    begun = t.organizations.join(t.accounts, account) if at_account else t.organizations
    found_there = begun.outerjoin(t.sub_accounts, person)
    placed = found_there if at_account else found_there.outerjoin(t.accounts, account)
    everything = placed.outerjoin(t.credentials, and_(c.organization == tenant, c.id == s.id)).outerjoin(
        t.strangers, and_(x.organization == tenant, x.id == bindparam("stranger"))
    )
    return (
        select(
            o.body.label("organization"),
            a.body.label("account"),
            s.body.label("sub_account"),
            c.body.label("credential"),
            x.body.label("stranger"),
        )
        .select_from(everything)
        .where(tenant == bindparam("organization"))
    )


def _found(place: int, *, at_account: bool) -> Any:
    """Return who holds a key, and lives where it is asked for.

    What kind of record holds it and where that lives are judged and not searched by: a database that knows nothing of
    its tables yet, just after many people came in, would as soon look through all of an account as at one key.
    """
    k, p = t.unique_keys.alias(f"k{place}").c, t.sub_accounts.alias(f"p{place}").c
    where: ColumnElement[str] = bindparam("organization")
    lives = p.account == bindparam("account") if at_account else p.account.is_not(None)
    person = select(case((k.kind == SubAccountId.kind, k.holder)))
    held = only(
        person, (k.organization, k.space, k.value), (where, bindparam(f"space{place}"), bindparam(f"value{place}"))
    )
    return select(case((lives, p.id))).where(p.organization == where, p.id == held.scalar_subquery()).scalar_subquery()


def stale_strangers(
    connection: Connection, organization: OrganizationId, /, *, before: datetime, limit: int
) -> tuple[Stranger, ...]:
    """Answer R17."""
    x = t.strangers.c
    stale = select(x.body).where(x.organization == organization.value, x.last_at < before)
    rows = connection.execute(stale.order_by(x.last_at, x.id).limit(max(0, limit)))
    return tuple(store_loads(Stranger, row.body) for row in rows)


def sign_up(connection: Connection, id: SignUpId, /) -> SignUp | None:  # noqa: A002 - positional
    """Answer R23."""
    x = t.sign_ups.c
    found = select(x.body).where(x.organization == id.organization.value, x.id == id.value)
    return body_of(SignUp, connection.scalar(found))


def stale_sign_ups(
    connection: Connection, organization: OrganizationId, /, *, before: datetime, limit: int
) -> tuple[SignUp, ...]:
    """Answer R24."""
    x = t.sign_ups.c
    stale = select(x.body).where(x.organization == organization.value, x.expires_at < before)
    rows = connection.execute(stale.order_by(x.expires_at, x.id).limit(max(0, limit)))
    return tuple(store_loads(SignUp, row.body) for row in rows)
