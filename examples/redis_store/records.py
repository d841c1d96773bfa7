"""What is written of each kind of record besides its body: where it stands in the index and what it is narrowed by.

The script that writes knows no kinds. Whatever a record says here goes in with it, and goes when it is put again.
"""

from __future__ import annotations

from typing import Any, assert_never
from urllib.parse import quote

from subaccounts.domain.account import Account
from subaccounts.domain.audit import AuditChain
from subaccounts.domain.catalog import CatalogEntry
from subaccounts.domain.credential import Credential, Stranger
from subaccounts.domain.decision import Record
from subaccounts.domain.group import Group
from subaccounts.domain.membership import Membership
from subaccounts.domain.organization import Organization
from subaccounts.domain.participation import Participation
from subaccounts.domain.queries import search_text
from subaccounts.domain.resource import Resource
from subaccounts.domain.sign_up import SignUp
from subaccounts.domain.sub_account import SubAccount
from subaccounts.wire import store_dumps, time_text

from .doors import doors_to
from .names import held, name, ordered


def written(record: Record, /) -> dict[str, Any]:
    """Return a put as the script takes it: the record under its next version."""
    version = record.version + 1
    return {
        "id": name(record.id),
        "version": str(version),
        "body": store_dumps(record, version=version),
        "keys": [held(key) for key in record.keys],
        "places": [ordered(*place) for place in _places(record)],
        "above": _above(record),
        "tags": _tags(record) if isinstance(record, SubAccount) else "",
        "words": search_text(record) if isinstance(record, SubAccount) else "",
    }


def tag(kind: str, value: str, /) -> str:
    """Return one tag of a person, between line ends that nothing inside it can hold."""
    return f"\n{kind}={quote(value, safe='')}\n"


def _places(record: Record) -> list[tuple[str, ...]]:
    """Return where a record stands, each place ending with its id."""
    match record:
        case CatalogEntry(id=id, parent=parent):
            below = [("below", parent.value, id.value)] if parent else []
            return [("catalog", id.kind, id.value), *below]
        case Account(id=id, host=host):
            return [("account", id.value), ("system", host.system, id.value)]
        case SubAccount(id=id, account=account, login=login):
            return [
                ("person", login.key, id.value),
                ("person of", account.value, login.key, id.value),
                ("number", record.state.value, record.profile.kind.value, account.value, id.value),
                *(("department of", id.value, each.value) for each in record.profile.departments),
            ]
        case Stranger(id=id, last_at=last_at):
            return [("stranger", time_text(last_at), id.value)]
        case SignUp(id=id, expires_at=expires_at):
            return [("sign up", time_text(expires_at), id.value)]
        case Group(id=id):
            return [("group", id.value)]
        case Membership(id=id, group=group, person=person):
            return [
                ("member", group.value, person.value, id.value),
                ("membership", person.value, group.value, id.value),
            ]
        case Resource(id=id):
            return [] if record.removed_at else [(*door, record.name_key, id.value) for door in doors_to(record)]
        case Participation(id=id, resource=on, person=person):
            return [
                ("participant", on.value, person.value, id.value),
                ("participation", person.value, on.value, id.value),
            ]
        case Organization() | Credential() | AuditChain():
            return []
        case _:
            assert_never(record)


def _above(record: Record) -> str:
    """Return the name of what a script has to climb to."""
    match record:
        case SubAccount(account=account):
            return name(account)
        case CatalogEntry(parent=parent) if parent is not None:
            return name(parent)
        case Membership(group=group):
            return name(group)
        case _:
            return ""


def _tags(person: SubAccount) -> str:
    departments = (tag("department", each.value) for each in person.profile.departments)
    return "".join((tag("state", person.state.value), *departments))
