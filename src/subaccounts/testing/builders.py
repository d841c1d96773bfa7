"""Valid records with ordinary values for tests; a test names only what it is about. Rich values are in `specimens`.

Records are numbered: the same numbers under another organization are the same values there, which is how the kit asks
whether tenants meet. Ids look like UUIDv7, so that a column of a database's own UUID type can hold them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from attrs import evolve

from ..domain import fields as f
from ..domain.account import Account, HostAccount
from ..domain.attempts import Attempts
from ..domain.audit import AuditChain
from ..domain.catalog import CatalogEntry
from ..domain.credential import ClaimCode, Credential, Stranger
from ..domain.decision import Record, RequestRecord
from ..domain.email import Email
from ..domain.events import By, Event, SubAccountAdded
from ..domain.fields import FieldValue
from ..domain.identity import Identity
from ..domain.ids import (
    AccountId,
    ChainId,
    DepartmentId,
    JobProfileId,
    OrganizationId,
    PermissionTypeId,
    SignUpId,
    StrangerId,
    SubAccountId,
)
from ..domain.language import Language
from ..domain.login import Login
from ..domain.message import Message
from ..domain.notice import NoticeKind
from ..domain.organization import FIRST_EPOCH, Organization, Realm
from ..domain.password import PasswordHash
from ..domain.phone import Phone
from ..domain.policy import SLIP_LASTS, RegistrationPolicy
from ..domain.profile import Profile, Supplied
from ..domain.proof import LASTS, Form, SentProof
from ..domain.secret import Secret
from ..domain.sign_up import SignUp
from ..domain.sub_account import SubAccount
from ..domain.supplier import Supplier
from ..domain.task import Task
from .clock import NOON


def value(number: int, /) -> str:
    """Return the id text of a number: a valid UUIDv7, in the order of the numbers."""
    return f"019cae2e-5c00-7000-8000-{number:012x}"


OURS: Final = OrganizationId(value=value(1))
"""The organization that records belong to unless a test says otherwise."""
THEIRS: Final = OrganizationId(value=value(2))
"""Another organization."""


def account_id(number: int = 1, /, *, of: OrganizationId = OURS) -> AccountId:
    """Return the id of the account of this number."""
    return AccountId(organization=of, value=value(number))


def sub_account_id(number: int = 1, /, *, of: OrganizationId = OURS) -> SubAccountId:
    """Return the id of the person of this number."""
    return SubAccountId(organization=of, value=value(number))


def department_id(number: int = 1, /, *, of: OrganizationId = OURS) -> DepartmentId:
    """Return the id of the department of this number."""
    return DepartmentId(organization=of, value=value(number))


def job_profile_id(number: int = 1, /, *, of: OrganizationId = OURS) -> JobProfileId:
    """Return the id of the job profile of this number."""
    return JobProfileId(organization=of, value=value(number))


def permission_type_id(number: int = 1, /, *, of: OrganizationId = OURS) -> PermissionTypeId:
    """Return the id of the permission type of this number."""
    return PermissionTypeId(organization=of, value=value(number))


def stranger_id(number: int = 1, /, *, of: OrganizationId = OURS) -> StrangerId:
    """Return the id of the stranger of this number: 64 hexadecimal digits, as a keyed digest has."""
    return StrangerId(organization=of, value=f"{number:064x}")


def sign_up_id(number: int = 1, /, *, of: OrganizationId = OURS) -> SignUpId:
    """Return the id of the attempt to sign up of this number: 64 hexadecimal digits, as a keyed digest has."""
    return SignUpId(organization=of, value=f"{number:064x}")


def organization(id: OrganizationId = OURS, /, **changes: Any) -> Organization:  # noqa: A002 - positional
    """Return an organization."""
    return evolve(Organization(id=id, name="Coffee & Co", key_ring="ring-1", created_at=NOON), **changes)


def department(
    number: int = 1, /, *, of: OrganizationId = OURS, under: int | None = None, **changes: Any
) -> CatalogEntry:
    """Return a department, at the top or under the department of another number."""
    parent = None if under is None else department_id(under, of=of)
    made = CatalogEntry(id=department_id(number, of=of), name=f"Department {number}", parent=parent)
    return evolve(made, **changes)


def job_profile(number: int = 1, /, *, of: OrganizationId = OURS, **changes: Any) -> CatalogEntry:
    """Return a job profile."""
    return evolve(CatalogEntry(id=job_profile_id(number, of=of), name=f"Job {number}"), **changes)


def permission_type(number: int = 1, /, *, of: OrganizationId = OURS, **changes: Any) -> CatalogEntry:
    """Return a permission type."""
    return evolve(CatalogEntry(id=permission_type_id(number, of=of), name=f"Permission {number}"), **changes)


def account(number: int = 1, /, *, of: OrganizationId = OURS, **changes: Any) -> Account:
    """Return an open account, whose host account is `crm` `shop-<number>`."""
    made = Account(
        id=account_id(number, of=of),
        host=HostAccount(system="crm", id=f"shop-{number}"),
        name=f"Shop {number}",
        policy=RegistrationPolicy.by_person(),
        opened_at=NOON,
    )
    return evolve(made, **changes)


def profile(values: Mapping[str, FieldValue], /, *, by: Supplier = Supplier.ADMINISTRATOR) -> Profile:
    """Return a profile with these fields, all given by one supplier at noon."""
    return Profile(values={name: Supplied(value=held, by=by, at=NOON) for name, held in values.items()})


def sub_account(
    number: int = 1, /, *, of: OrganizationId = OURS, under: int = 1, login: str | Login | None = None, **changes: Any
) -> SubAccount:
    """Return a waiting person under the account of a number, with the login `person-<number>` unless it is named.

    A login given as text is parsed; a `Login` is taken as it is.
    """
    named = f"person-{number}" if login is None else login
    made = SubAccount(
        id=sub_account_id(number, of=of),
        account=account_id(under, of=of),
        realm=Realm.ACCOUNT,
        login=Login.parse(named) if isinstance(named, str) else named,
        profile=profile({f.FULL_NAME: f"Person {number}"}),
        created_at=NOON,
    )
    return evolve(made, **changes)


def credential(number: int = 1, /, *, of: OrganizationId = OURS, **changes: Any) -> Credential:
    """Return the credential of the person of a number, who waits and has no code yet."""
    return evolve(Credential(id=sub_account_id(number, of=of).credential, waiting_since=NOON), **changes)


def person(
    number: int = 1, /, *, of: OrganizationId = OURS, under: int = 1, login: str | Login | None = None, **changes: Any
) -> tuple[SubAccount, Credential]:
    """Return a person and its credential, in the order in which storage takes them; changes are the person's."""
    return sub_account(number, of=of, under=under, login=login, **changes), credential(number, of=of)


def claim_code(**changes: Any) -> ClaimCode:
    """Return a claim code that lasts as a slip does."""
    made = ClaimCode(id=value(1), key="key-1", issued_at=NOON, expires_at=NOON + SLIP_LASTS, policy_version=1)
    return evolve(made, **changes)


def password_hash(**changes: Any) -> PasswordHash:
    """Return a stored hash of the right shape that no password matches."""
    made = PasswordHash(encoded="$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$bm8gcGFzc3dvcmQgbWF0Y2hlcw")
    return evolve(made, **changes)


def stranger(number: int = 1, /, *, of: OrganizationId = OURS, **changes: Any) -> Stranger:
    """Return a stranger with one wrong attempt at one terminal."""
    attempts = Attempts().failed("till-1", now=NOON)
    return evolve(Stranger(id=stranger_id(number, of=of), attempts=attempts, last_at=NOON), **changes)


def identity(number: int = 1, /, **changes: Any) -> Identity:
    """Return the company account of this number at `https://login.example`."""
    return evolve(Identity(issuer="https://login.example", subject=f"subject-{number}"), **changes)


def sent_proof(**changes: Any) -> SentProof:
    """Return a link that was just sent to somebody."""
    made = SentProof(
        id=value(1),
        key="key-1",
        form=Form.LINK,
        sent_to="somebody@example.org",
        issued_at=NOON,
        expires_at=NOON + LASTS[Form.LINK],
        policy_version=1,
        organization_epoch=FIRST_EPOCH,
    )
    return evolve(made, **changes)


def sign_up(number: int = 1, /, *, of: OrganizationId = OURS, under: int = 1, **changes: Any) -> SignUp:
    """Return an attempt to sign up under the account of a number, with the e-mail `new-<number>@example.org`."""
    email = Email.parse(f"new-{number}@example.org")
    made = SignUp(
        id=sign_up_id(number, of=of),
        account=account_id(under, of=of),
        profile=profile({f.EMAIL: email}, by=Supplier.SIGN_UP),
        proof=sent_proof(sent_to=email.text),
        began_at=NOON,
        expires_at=NOON + LASTS[Form.LINK],
    )
    return evolve(made, **changes)


def chain(*, of: OrganizationId = OURS, **changes: Any) -> AuditChain:
    """Return the head of a chain before its first seal."""
    return evolve(AuditChain(id=ChainId(organization=of)), **changes)


def event(number: int = 1, /, *, of: OrganizationId = OURS, **changes: Any) -> Event:
    """Return the event that says a person was added, caused by a host user."""
    made = Event(
        id=value(number),
        organization=of,
        at=NOON,
        by=By(kind="host_user", id="boss"),
        account=account_id(of=of),
        sub_account=sub_account_id(of=of),
        happening=SubAccountAdded(login=f"person-{number}"),
        salt=f"{number:032x}",
    )
    return evolve(made, **changes)


def request(id: str = "request-1", /, *, of: OrganizationId = OURS, **changes: Any) -> RequestRecord:  # noqa: A002 - positional
    """Return what is remembered of a command with a request id."""
    made = RequestRecord(
        organization=of, id=id, command="AddSubAccounts", fingerprint="f" * 64, receipt='{"added": 1}', at=NOON
    )
    return evolve(made, **changes)


def task(number: int = 1, /, *, of: OrganizationId = OURS, **changes: Any) -> Task:
    """Return a task of the queue `notices` that is due."""
    made = Task(organization=of, queue="notices", id=value(number), due=NOON, body=f'{{"number":{number}}}')
    return evolve(made, **changes)


def email_message(number: int = 1, /, *, of: OrganizationId = OURS, **changes: Any) -> Message:
    """Return a message that goes by e-mail, in plain text and HTML, with a link in it."""
    made = Message(
        id=value(number),
        organization=of,
        kind=NoticeKind.ACTIVATION,
        to=Email.parse(f"person-{number}@example.com"),
        language=Language.parse("en"),
        subject="Welcome to Acme",
        text=Secret(f"Create your password: https://portal.example/#link-{number}\n"),
        html=Secret(f'<p><a href="https://portal.example/#link-{number}">Create your password</a></p>\n'),
    )
    return evolve(made, **changes)


def sms_message(number: int = 1, /, *, of: OrganizationId = OURS, **changes: Any) -> Message:
    """Return a message that goes by SMS, with a code in it."""
    made = Message(
        id=value(number),
        organization=of,
        kind=NoticeKind.RECOVERY,
        to=Phone.parse(f"+48 601 {number:06}"),
        language=Language.parse("en"),
        subject="",
        text=Secret(f"Your code for Acme: 48213{number}"),
    )
    return evolve(made, **changes)


def one_of_each(*, of: OrganizationId = OURS) -> tuple[Record, ...]:
    """Return one new record of every kind, each after those it refers to."""
    from . import groups as g  # it begins with the builders here

    return (
        organization(of),
        department(of=of),
        job_profile(of=of),
        permission_type(of=of),
        account(of=of),
        *person(of=of),
        sign_up(of=of),
        g.group(of=of),
        g.membership(of=of),
        g.resource(of=of),
        g.participation(of=of),
        stranger(of=of),
        chain(of=of),
    )
