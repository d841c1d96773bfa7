"""The plans that read organizations, catalogs, accounts, people, sign-ups and what a sign-in decides on.

What has to be of one moment is one command or one script: Redis carries out either while nobody else is served.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from subaccounts.domain.account import Account
from subaccounts.domain.catalog import CatalogEntry
from subaccounts.domain.credential import Credential, Stranger
from subaccounts.domain.fields import Kind
from subaccounts.domain.ids import (
    AccountId,
    AnyRecordId,
    CatalogId,
    DepartmentId,
    GroupId,
    OrganizationId,
    ResourceId,
    SignUpId,
    StrangerId,
    SubAccountId,
)
from subaccounts.domain.key import Key
from subaccounts.domain.life import State
from subaccounts.domain.organization import Organization
from subaccounts.domain.queries import PeopleQuery, SignInFacts
from subaccounts.domain.sign_up import SignUp
from subaccounts.domain.sub_account import AccountFacts, Person, SubAccount
from subaccounts.wire import store_loads, time_text

from . import scripts
from .names import Keyspace, behind, first, held, last, name, named, ordered
from .plans import Plan, ask
from .records import tag

R = TypeVar("R")
OfOne = TypeVar("OfOne", Key, CatalogId, DepartmentId, GroupId, ResourceId, SubAccountId)


def organization(space: Keyspace, id: OrganizationId, /) -> Plan[Organization | None]:  # noqa: A002 - positional
    """Answer R1."""
    (body,) = yield from ask(("HGET", space.key(id, "records"), name(id)))
    return _loaded(Organization, body)


def catalog_entries(space: Keyspace, ids: Collection[CatalogId], /) -> Plan[tuple[CatalogEntry, ...]]:
    """Answer R2."""
    mine = by_organization(sorted(set(ids), key=_order))
    asked = (("HMGET", space.key(each, "records"), *map(name, wanted)) for each, wanted in mine.items())
    answers = yield from ask(*asked)
    found = [store_loads(CatalogEntry, body) for bodies in answers for body in bodies if body is not None]
    return tuple(sorted(found, key=lambda entry: _order(entry.id)))


def catalog_page(
    space: Keyspace, organization: OrganizationId, /, *, kind: str, after: str | None, limit: int
) -> Plan[tuple[CatalogEntry, ...]]:
    """Answer R3."""
    begin = first("catalog", kind) if after is None else behind("catalog", kind, after)
    arguments = ("records", f"{kind}:", begin, last("catalog", kind), max(0, limit))
    answer = yield from scripts.PAGE.run(space.keys(organization), *arguments)
    return tuple(store_loads(CatalogEntry, body) for body in answer)


def walk(space: Keyspace, departments: Collection[DepartmentId], /, *, way: str) -> Plan[frozenset[DepartmentId]]:
    """Answer R4 for the way `up` and R5 for the way `down`."""
    found = set[DepartmentId]()
    for owner, mine in by_organization(departments).items():
        answer = yield from scripts.WALK.run(space.keys(owner), way, *(each.value for each in mine))
        found |= {DepartmentId(organization=owner, value=each) for each in answer}
    return frozenset(found)


def account(space: Keyspace, id: AccountId, /) -> Plan[AccountFacts | None]:  # noqa: A002 - positional
    """Answer R6."""
    names = (name(id.organization), name(id))
    ((owner, body),) = yield from ask(("HMGET", space.key(id.organization, "records"), *names))
    if owner is None or body is None:
        return None
    return AccountFacts(organization=store_loads(Organization, owner), account=store_loads(Account, body))


def accounts_page(
    space: Keyspace, organization: OrganizationId, /, *, after: str | None, limit: int
) -> Plan[tuple[Account, ...]]:
    """Answer R7."""
    begin = first("account") if after is None else behind("account", after)
    arguments = ("records", "account:", begin, last("account"), max(0, limit))
    answer = yield from scripts.PAGE.run(space.keys(organization), *arguments)
    return tuple(store_loads(Account, body) for body in answer)


def person(space: Keyspace, id: SubAccountId, /) -> Plan[Person | None]:  # noqa: A002 - positional
    """Answer R8."""
    names = (name(id), name(id.credential), name(id.organization))
    bodies = yield from scripts.PERSON.run(space.keys(id.organization), *names)
    if None in bodies:
        return None
    body, credential, of, owner = bodies
    return Person(
        organization=store_loads(Organization, owner),
        account=store_loads(Account, of),
        sub_account=store_loads(SubAccount, body),
        credential=store_loads(Credential, credential),
    )


def people_page(space: Keyspace, query: PeopleQuery, /) -> Plan[tuple[SubAccount, ...]]:
    """Answer R9."""
    if query.account is not None and query.account.organization != query.organization:
        return ()
    where = ("person",) if query.account is None else ("person of", query.account.value)
    after = query.after
    tags = [[tag("state", state.value) for state in query.states]]
    if query.departments is not None:
        mine = (each for each in query.departments if each.organization == query.organization)
        tags.append([tag("department", each.value) for each in mine])
    asked = {
        "first": first(*where) if after is None else behind(*where, after.login_key, after.id),
        "last": last(*where),
        "limit": max(0, query.limit),
        "tags": tags,
        "words": [f" {word}" for word in query.words],
    }
    answer = yield from scripts.PEOPLE.run(space.keys(query.organization), json.dumps(asked, ensure_ascii=False))
    return tuple(store_loads(SubAccount, body) for body in answer)


def people_count(
    space: Keyspace,
    organization: OrganizationId,
    /,
    *,
    kinds: frozenset[Kind],
    systems: frozenset[str],
    states: frozenset[State],
) -> Plan[int]:
    """Answer R10."""
    pairs = ((state, kind) for state in states or State for kind in kinds or Kind)
    asked = {
        "groups": [ordered("number", state.value, kind.value) for state, kind in pairs],
        "systems": [ordered("system", system) for system in systems],
    }
    total: int = yield from scripts.COUNT.run(space.keys(organization), json.dumps(asked, ensure_ascii=False))
    return total


def counter(space: Keyspace, organization: OrganizationId, of: str, /) -> Plan[int | None]:
    """Answer R11."""
    (value,) = yield from ask(("HGET", space.key(organization, "counters"), of))
    return None if value is None else int(value)


def holders(space: Keyspace, keys: Collection[Key], /) -> Plan[Mapping[Key, AnyRecordId]]:
    """Answer R12."""
    mine = by_organization(keys)
    asked = (("HMGET", space.key(each, "holders"), *map(held, wanted)) for each, wanted in mine.items())
    answers = yield from ask(*asked)
    pairs = (
        pair for wanted, found in zip(mine.values(), answers, strict=True) for pair in zip(wanted, found, strict=True)
    )
    return {key: named(key.organization, holder) for key, holder in pairs if holder is not None}


def sign_in_facts(
    space: Keyspace, where: AccountId | OrganizationId, /, *, keys: Sequence[Key], stranger: StrangerId
) -> Plan[SignInFacts | None]:
    """Answer R13 to R16."""
    at = where if isinstance(where, AccountId) else None
    fields = [held(key) for key in keys if key.organization == where.organization]
    who = name(stranger) if stranger.organization == where.organization else ""
    arguments = (name(where.organization), name(at) if at else "", who, *fields)
    answer = yield from scripts.FACTS.run(space.keys(where.organization), *arguments)
    owner, asked_for, attempts, body, credential, of = answer
    if owner is None or (at and asked_for is None):
        return None
    found = body is not None
    return SignInFacts(
        organization=store_loads(Organization, owner),
        account=_loaded(Account, of if found else asked_for),
        sub_account=_loaded(SubAccount, body),
        credential=_loaded(Credential, credential),
        stranger=None if found else _loaded(Stranger, attempts),
    )


def stale_strangers(
    space: Keyspace, organization: OrganizationId, /, *, before: datetime, limit: int
) -> Plan[tuple[Stranger, ...]]:
    """Answer R17."""
    arguments = ("records", "stranger:", first("stranger"), behind("stranger", time_text(before)), max(0, limit))
    answer = yield from scripts.PAGE.run(space.keys(organization), *arguments)
    return tuple(store_loads(Stranger, body) for body in answer)


def sign_up(space: Keyspace, id: SignUpId, /) -> Plan[SignUp | None]:  # noqa: A002 - positional
    """Answer R23."""
    (body,) = yield from ask(("HGET", space.key(id.organization, "records"), name(id)))
    return _loaded(SignUp, body)


def stale_sign_ups(
    space: Keyspace, organization: OrganizationId, /, *, before: datetime, limit: int
) -> Plan[tuple[SignUp, ...]]:
    """Answer R24."""
    arguments = ("records", "sign_up:", first("sign up"), behind("sign up", time_text(before)), max(0, limit))
    answer = yield from scripts.PAGE.run(space.keys(organization), *arguments)
    return tuple(store_loads(SignUp, body) for body in answer)


def _order(id: CatalogId) -> tuple[str, str, str]:  # noqa: A002 - the id of a record
    return id.kind, id.value, id.organization.value


def by_organization(asked: Collection[OfOne]) -> dict[OrganizationId, list[OfOne]]:
    """Return what is asked of each organization: a command or script is of one."""
    mine: dict[OrganizationId, list[OfOne]] = defaultdict(list)
    for each in asked:
        mine[each.organization].append(each)
    return mine


def _loaded(of: type[R], body: str | None) -> R | None:
    return None if body is None else store_loads(of, body)
