"""The few values that machines write: so few that records, keys and words meet each other all the time.

The same ones in every organization. A number says which value of each field a record has, so that a whole record is one
small draw, and the smallest number is the plainest record.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final, TypeVar, final

from attrs import define

from ...domain import fields as f
from ...domain.account import AccountState, HostAccount
from ...domain.audience import Audience
from ...domain.email import Email
from ...domain.fields import FieldValue, Kind
from ...domain.group import Group
from ...domain.ids import ApplicationId, OrganizationId, ResourceId
from ...domain.life import State
from ...domain.login import Login
from ...domain.membership import ALWAYS, Membership, MembershipState, Window
from ...domain.organization import Realm
from ...domain.policy import RegistrationPolicy
from ...domain.resource import Resource
from ...domain.sub_account import SubAccount
from .. import builders as a
from .. import groups as g
from .. import specimens
from ..clock import NOON

T = TypeVar("T")

NUMBERS: Final = (1, 2, 3)
TENANTS: Final = (a.OURS, a.THEIRS)
LOGINS: Final = tuple(map(Login.parse, ("anna", "boris", "Anna", "\u00e4nna", "anna@shop.example")))
EMAILS: Final = (None, Email.parse("anna@shop.example"), Email.parse("boris@shop.example"))
NAMES: Final = ("Stra\u00dfe 2", "Allee 1", "STRASSE 2", "\u0401\u043b\u043a\u0430")
"""Names of entries and people; in another order than their ids, and alike when folded."""
WORDS: Final = ("ann", "strasse", "\u0451\u043b", "2", "shop")
HOSTS: Final = tuple(
    HostAccount(system=system, id=id_) for system, id_ in (("crm", "shop"), ("crm", "SHOP"), ("erp", "shop"))
)
POLICIES: Final = (
    RegistrationPolicy.by_person(),
    RegistrationPolicy.by_administrator(),
    RegistrationPolicy.complete_record(),
)
EXTERNAL_ID: Final = "42"
IDENTITIES: Final = (None, None, a.identity(1), *specimens.long_identities()[:2])
"""Company accounts; of the last two, which are as long as they can be, only the last letter differs."""
COUNTERS: Final = ("seats", "Seats", "seats/a")
QUEUES: Final = ("notices", "Notices")
REQUESTS: Final = ("once", "ONCE", "twice")
WINDOWS: Final = (
    ALWAYS,
    *(Window(since=NOON + timedelta(microseconds=each)) for each in (0, 1)),
    *(Window(until=NOON + timedelta(microseconds=each)) for each in (0, 1)),
)
TITLES: Final = ("Arzt", "\ufb01sh", "FISH", "a_b", "\u00e4rzte", *("\ufa0e", "\U00010428") * 2)
"""Names of resources, two of which are folded alike; the order of the last two changes when they are compared as UTF-16, which
only a page with both shows."""
BEGINNINGS: Final = ("", "", "a", "ar", "a_", "%", "fish", "FISH", "\ufa0e")
RESOURCES: Final = (("course", "b"), ("course", "B"), ("test", "b"))
"""What the host calls the resources of the numbers 1, 2 and 3."""
FROM_OUTSIDE: Final = len(LOGINS) * len(NUMBERS) * len(IDENTITIES) * len(State) * len(EMAILS)
"""What is added to the number that says what a person is, so that it comes from outside."""
BELOW: Final = FROM_OUTSIDE * len(Kind) * 2
"""What is added to it, so that it is in department 2 alone, which is below 1 more often than any other is below one."""
OWN_CHOICES: Final = 300
"""At least as many ways as there are to be of a membership or a participation: what is left of a number says what it needs."""
PLAIN: Final = tuple(len(TITLES) * each for each in (0, 1, 2, 3, 16, 32))
"""Numbers of resources whose audience names nobody, one or two groups, and departments: who sees them is soon somebody."""
MOMENTS: Final = tuple(NOON + timedelta(microseconds=each) for each in (0, 1, 500_000, 1_000_000))


@final
@define
class Digits:
    """Take choices out of one number, digit by digit; what is left is 0 and takes the first of everything."""

    number: int

    def of(self, options: Sequence[T], /) -> T:
        """Return one of the options."""
        self.number, digit = divmod(self.number, len(options))
        return options[digit]


def person(number: int, which: int, /, *, of: OrganizationId, realm: Realm) -> SubAccount:
    """Return the person of a number with the fields that `which` says."""
    digits = Digits(which)
    login, under, identity = digits.of(LOGINS), digits.of(NUMBERS), digits.of(IDENTITIES)
    state = digits.of(tuple(State))
    email, kind = digits.of(EMAILS), digits.of(tuple(Kind))
    members, job = digits.of(((), (1,), (2,), (1, 3))), digits.of((None, 1, 2))
    permissions = digits.of(((), (1,), (1, 2)))
    values: dict[str, FieldValue] = {
        f.FULL_NAME: digits.of(NAMES),
        f.KIND: kind,
        f.DEPARTMENTS: frozenset(a.department_id(each, of=of) for each in members),
        f.PERMISSION_TYPES: frozenset(a.permission_type_id(each, of=of) for each in permissions),
    }
    values |= {f.JOB_PROFILE: a.job_profile_id(job, of=of)} if job else {}
    values |= {f.EMAIL: email} if email else {}
    external = digits.of((None, EXTERNAL_ID))
    values |= {f.EXTERNAL_ID: external} if external else {}
    return a.sub_account(
        number,
        of=of,
        under=under,
        login=login,
        state=state,
        realm=realm,
        profile=a.profile(values),
        email_is_key=bool(email),
        identities=frozenset({identity} if identity else ()),
    )


def account_state(digits: Digits, /) -> AccountState:
    """Return whether an account is open."""
    return digits.of(tuple(AccountState))


def group(number: int, which: int, /, *, of: OrganizationId) -> Group:
    """Return the group of a number with the fields that `which` says."""
    digits = Digits(which)
    allows, opened = digits.of((True, False)), digits.of(((1,), (), (2,), (1, 2)))
    retired, name = digits.of((None, None, NOON)), digits.of(NAMES)
    applications = frozenset(g.application_id(each, of=of) for each in opened)
    return g.group(number, of=of, name=name, allows_external=allows, applications=applications, retired_at=retired)


def membership(number: int, which: int, /, *, of: OrganizationId) -> Membership:
    """Return the membership of a number with the fields that `which` says; two of them can be of one person and group."""
    digits = Digits(which)
    group, person = digits.of(NUMBERS), digits.of(NUMBERS)
    active = MembershipState.ACTIVE
    state, window = digits.of((active, active, *MembershipState)), digits.of(WINDOWS)
    return g.membership(number, group=group, person=person, of=of, state=state, window=window)


def resource_id(number: int, /, *, of: OrganizationId) -> ResourceId:
    """Return the id of the resource of a number."""
    return ResourceId.of(of, *RESOURCES[number - 1])


def resource(number: int, which: int, /, *, of: OrganizationId) -> Resource:
    """Return the resource of a number with the fields that `which` says."""
    digits = Digits(which)
    name, groups = digits.of(TITLES), digits.of(((), (1,), (1, 2), (2,)))
    hidden, rostered = digits.of((False, True)), digits.of((True, False))
    departments, jobs = digits.of(((), (1,), (2, 3))), digits.of(((), (1,)))
    permissions, application = digits.of(((), (1,))), digits.of((None, 1, 2))
    opened: ApplicationId | None = g.application_id(application, of=of) if application else None
    named = Audience(
        groups=frozenset(g.group_id(each, of=of) for each in groups),
        departments=frozenset(a.department_id(each, of=of) for each in departments),
        job_profiles=frozenset(a.job_profile_id(each, of=of) for each in jobs),
        permission_types=frozenset(a.permission_type_id(each, of=of) for each in permissions),
    )
    return Resource(
        id=resource_id(number, of=of),
        name=name,
        audience=named,
        application=opened,
        hidden_from_external=hidden,
        rostered=rostered,
        removed_at=digits.of((None, None, NOON)),
    )
