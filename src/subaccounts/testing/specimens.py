"""Values that storage is likely to hurt: every field filled or empty, letters of many scripts, moments off the second.

What storage hands back has to be equal to these. Ordinary values are in `builders`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from ..domain import events as e
from ..domain import fields as f
from ..domain.account import Account, AccountState, HostAccount, HostRole
from ..domain.attempts import Attempts, TerminalFailures
from ..domain.catalog import CatalogEntry
from ..domain.credential import Credential, Stranger
from ..domain.decision import RequestRecord
from ..domain.email import Email
from ..domain.fields import FieldValue, Kind
from ..domain.ids import OrganizationId
from ..domain.language import Language
from ..domain.life import State
from ..domain.login import Login
from ..domain.organization import LapsePolicy, Organization, Realm
from ..domain.phone import Phone
from ..domain.policy import ByCode, FieldRule, OpenClaim, RegistrationPolicy
from ..domain.profile import Profile, Supplied
from ..domain.sub_account import SubAccount
from ..domain.subject import Pathway
from ..domain.supplier import Supplier
from ..domain.task import Task
from . import builders as a
from .clock import NOON

TEXTS: Final = (
    "Zoë Ó'Brien-Müller",
    "Анна Іваненко",
    "李小龍",
    "محمد بن سلمان",
    "श्री\u200dमान",
    "Grace 🦊 \U0001f469\u200d\U0001f4bb Hopper",
    "Robert'); DROP TABLE sub_accounts;--",
    '50% "off" \\n _underscored_ {braces} $1 ?',
    "null",
    "0",
)
"""Names people have or type; each is what `clean_text` lets through."""

MOMENTS: Final = (
    NOON,
    NOON + timedelta(microseconds=1),
    NOON + timedelta(milliseconds=500),
    NOON + timedelta(microseconds=999_999),
    NOON + timedelta(days=365 * 300),
    NOON - timedelta(days=365 * 100),
)
"""Times (UTC) that a store with too few digits or years rounds."""


def organizations(id: OrganizationId = a.OURS, /) -> tuple[Organization, ...]:  # noqa: A002 - positional
    """Return an organization in every shape."""
    named = tuple(a.organization(id, name=text) for text in TEXTS)
    timed = tuple(a.organization(id, created_at=moment) for moment in MOMENTS)
    chosen = tuple(a.organization(id, realm=realm, lapse=lapse) for realm in Realm for lapse in LapsePolicy)
    restored = tuple(
        a.organization(id, generation=n, epoch=a.value(n), restored_at=moment) for n, moment in enumerate(MOMENTS, 2)
    )
    return named + timed + chosen + restored


def catalog_entries(*, of: OrganizationId = a.OURS) -> tuple[CatalogEntry, ...]:
    """Return entries of every kind, with and without parent, in use and retired."""
    made = [a.department(1, of=of), a.department(2, of=of, under=1), a.department(3, of=of, under=2, retired_at=NOON)]
    for number, text in enumerate(TEXTS, start=10):
        made += [a.department(number, of=of, name=text), a.job_profile(number, of=of, name=text)]
    for number, moment in enumerate(MOMENTS, start=10):
        made.append(a.permission_type(number, of=of, retired_at=moment))
    return tuple(made)


def policies() -> tuple[RegistrationPolicy, ...]:
    """Return the named policies and composed ones; the order of a policy's fields is part of it."""
    rule = FieldRule(suppliers=(Supplier.SSO, Supplier.DIRECTORY, Supplier.PERSON), asked_of=Supplier.PERSON)
    optional = FieldRule(suppliers=tuple(Supplier))
    composed = RegistrationPolicy(
        name="власна ✓",
        fields={"host:shoe_size": rule, f.POSITION: optional, f.FULL_NAME: rule, f.EMAIL: optional, "host:a": optional},
        one_of=(frozenset({f.POSITION, f.EMAIL}), frozenset({"host:a"})),
        claim=OpenClaim(within=timedelta(hours=1, microseconds=1)),
    )
    empty = RegistrationPolicy(name="e", fields={}, claim=ByCode(lasts=timedelta(minutes=1)))
    named = (
        RegistrationPolicy.by_person(),
        RegistrationPolicy.by_administrator(),
        RegistrationPolicy.complete_record(),
    )
    return (*named, composed, empty)


def accounts(*, of: OrganizationId = a.OURS) -> tuple[Account, ...]:
    """Return accounts of every shape, numbered from 1."""
    shapes: list[dict[str, Any]] = [{"policy": policy} for policy in policies()]
    shapes += [{"name": text, "host": HostAccount(system=text, id=text)} for text in TEXTS]
    shapes += [{"opened_at": moment} for moment in MOMENTS]
    shapes.append(
        {"state": AccountState.CLOSED, "epoch": 7, "policy_version": 12, "refused_roles": frozenset(HostRole)}
    )
    shapes.append({"refused_roles": frozenset({HostRole.MODERATOR}), "epoch": 2_000_000_000})
    return tuple(a.account(number, of=of, **shape) for number, shape in enumerate(shapes, start=1))


def full_profile(*, of: OrganizationId = a.OURS) -> Profile:
    """Return a profile with every kind of field; its catalog values are those numbered 1 and 2."""
    values: dict[str, FieldValue] = {
        f.FULL_NAME: TEXTS[1],
        f.GIVEN_NAME: TEXTS[2],
        f.FAMILY_NAME: TEXTS[0],
        f.POSITION: TEXTS[6],
        f.EMAIL: Email(text="Zoë@Пошта.укр", key="zoë@пошта.укр"),
        f.PHONE: Phone(e164="+380441234567"),
        f.LANGUAGE: Language(tag="zh-Hant-TW"),
        f.KIND: Kind.EXTERNAL,
        f.JOB_PROFILE: a.job_profile_id(1, of=of),
        f.DEPARTMENTS: frozenset({a.department_id(1, of=of), a.department_id(2, of=of)}),
        f.PERMISSION_TYPES: frozenset({a.permission_type_id(1, of=of), a.permission_type_id(2, of=of)}),
        "host:long": "ж🦊" * 500,
        "host:number": "0042",
    }
    suppliers, moments = tuple(Supplier), MOMENTS
    return Profile(
        values={
            name: Supplied(value=value, by=suppliers[n % len(suppliers)], at=moments[n % len(moments)])
            for n, (name, value) in enumerate(values.items())
        }
    )


def sub_accounts(*, of: OrganizationId = a.OURS) -> tuple[SubAccount, ...]:
    """Return people of every shape under account 1, numbered from 1; logins are kept as typed and are not parsed again."""
    full = full_profile(of=of)
    typed = Login(text="ANNA.\u0415", key="anna.\u0435", skeleton="anna.e", unicode_version="9.0.0")
    bare = a.profile({f.DEPARTMENTS: frozenset(), f.KIND: Kind.EMPLOYEE})
    shapes: list[dict[str, Any]] = [{"state": state, "claimed_at": NOON} for state in State]
    shapes += [{"created_at": moment, "claimed_at": moment} for moment in MOMENTS]
    shapes += [{"profile": a.profile({f.FULL_NAME: text, f.POSITION: text})} for text in TEXTS]
    shapes += [{"profile": full, "email_is_key": True, "login": typed}, {"profile": bare}, {"profile": Profile()}]
    shapes += [{"realm": Realm.ORGANIZATION, "epoch": 2_000_000_000}, {"state": State.DELETED, "login_released": True}]
    return tuple(a.sub_account(number, of=of, **shape) for number, shape in enumerate(shapes, start=1))


def credentials(*, of: OrganizationId = a.OURS) -> tuple[Credential, ...]:
    """Return credentials of every shape, all of the person numbered 1."""
    shapes: list[dict[str, Any]] = [{}]
    shapes += [{"code": a.claim_code(wrong=4, policy_version=3, organization_epoch=a.value(7))}]
    shapes += [{"code": a.claim_code(key="", expires_at=MOMENTS[1])}]
    shapes += [{"password": a.password_hash(pepper=pepper)} for pepper in (None, "", "ключ-1")]
    shapes += [{"password": a.password_hash(encoded="pbkdf2_sha256$600000$c2FsdA$" + "x" * 500)}]
    shapes += [{"waiting_since": moment, "last_sign_in_at": moment} for moment in MOMENTS]
    shapes += [{"attempts": attempts} for attempts in _attempts()]
    return tuple(a.credential(of=of, **shape) for shape in shapes)


def strangers(*, of: OrganizationId = a.OURS) -> tuple[Stranger, ...]:
    """Return strangers of every shape, numbered from 1."""
    shapes: list[dict[str, Any]] = [{"attempts": attempts} for attempts in _attempts()]
    shapes += [{"last_at": moment} for moment in MOMENTS]
    return tuple(a.stranger(number, of=of, **shape) for number, shape in enumerate(shapes, start=1))


def _attempts() -> tuple[Attempts, ...]:
    places = ("till-1", "каса №1", "", "shared")
    rows = [TerminalFailures(terminal=place, failures=n, last_at=MOMENTS[n]) for n, place in enumerate(places)]
    return (
        Attempts(),
        Attempts(in_a_row=49),
        Attempts(in_a_row=3, terminals=tuple(rows)),
        Attempts().failed("", now=NOON),
    )


def requests(*, of: OrganizationId = a.OURS) -> tuple[RequestRecord, ...]:
    """Return request records of every shape."""
    shapes: list[dict[str, Any]] = [{"receipt": ""}, {"receipt": "null"}, {"receipt": '{"a":"' + "й🦊" * 2000 + '"}'}]
    shapes += [{"at": moment} for moment in MOMENTS]
    shapes += [{"fingerprint": "", "command": text, "receipt": text} for text in TEXTS]
    made = [a.request(f"request-{number}", of=of, **shape) for number, shape in enumerate(shapes)]
    return (*made, a.request("Запит №7 🦊", of=of), a.request("REQUEST-1", of=of))


def tasks(*, of: OrganizationId = a.OURS) -> tuple[Task, ...]:
    """Return tasks of every shape, numbered from 1."""
    shapes: list[dict[str, Any]] = [{"due": moment} for moment in MOMENTS]
    shapes += [{"body": text, "queue": text if text.isprintable() else "q"} for text in TEXTS] + [
        {"body": ""},
        {"body": "й🦊" * 2000},
    ]
    return tuple(a.task(number, of=of, **shape) for number, shape in enumerate(shapes, start=1))


def happenings(*, of: OrganizationId = a.OURS) -> tuple[e.Happening, ...]:
    """Return every happening at least once."""
    entry, parent = a.department_id(1, of=of), a.department_id(2, of=of)
    host = HostAccount(system="crm", id="магазин")
    return (
        e.OrganizationCreated(),
        e.OrganizationRestored(before=1, after=2_000_000_000),
        *(e.CatalogEntryMade(entry=made.id, name=made.name) for made in catalog_entries(of=of)[:5]),
        e.CatalogEntryRenamed(entry=a.job_profile_id(of=of), before=TEXTS[0], after=TEXTS[1]),
        e.DepartmentMoved(entry=entry, before=None, after=parent),
        e.DepartmentMoved(entry=entry, before=parent, after=None),
        e.CatalogEntryRetired(entry=a.permission_type_id(of=of)),
        e.AccountOpened(host=host, policy="by_person"),
        e.AccountClosed(),
        e.PolicySwitched(before="by_person", after="", policy_version=2),
        e.HostAccountRefused(roles=frozenset(HostRole)),
        e.HostAccountAccepted(),
        e.SubAccountAdded(login=TEXTS[2]),
        e.SubAccountEdited(fields=("host:a", "full_name")),
        e.SubAccountEdited(fields=()),
        e.SubAccountRenamed(before="anna", after="ganna"),
        e.SubAccountArchived(),
        e.SubAccountRestored(),
        e.SubAccountDeleted(),
        e.LoginReleased(login="anna", to=a.sub_account_id(9, of=of)),
        e.CodeIssued(expires_at=MOMENTS[1]),
        e.CodeVoided(),
        *(e.SubAccountClaimed(pathway=pathway, terminal="каса") for pathway in Pathway),
        e.PersonSignedIn(pathway=Pathway.PASSWORD, terminal=""),
        e.SignInFailed(terminal="till-1", failures=3),
        e.PasswordDisabled(),
        e.PasswordChanged(),
        e.SubAccountReset(),
        e.SubAccountUnlocked(),
    )


def events(*, of: OrganizationId = a.OURS) -> tuple[e.Event, ...]:
    """Return events of every shape in the order of their ids: every happening, with and without account and person."""
    made = [a.event(number, of=of, happening=what) for number, what in enumerate(happenings(of=of), start=1)]
    made += [a.event(len(made) + n, of=of, at=moment) for n, moment in enumerate(MOMENTS, start=1)]
    made += [a.event(len(made) + n, of=of, by=e.By(kind="system", id=text)) for n, text in enumerate(TEXTS, start=1)]
    made.append(a.event(len(made) + 1, of=of, account=None, sub_account=None))
    made.append(a.event(len(made) + 1, of=of, sub_account=None, salt=""))
    return tuple(made)
