"""Put many persons behind one host account.

The words a host developer needs are all here; the rest of the package by who needs it:

- `subaccounts.errors`: what can go wrong, and who can mend it.
- `subaccounts.ports`: what a host plugs in; for authors of adapters.
- `subaccounts.repositories`: storage we bring: memory, SQLite.
- `subaccounts.hashing`: Argon2 and older password hashes.
- `subaccounts.domain`: the rules, pure; `domain.life`, `domain.dialogue` and `domain.authority` are tables to read.
- `subaccounts.wire`: every value to and from plain data.
- `subaccounts.testing`: the conformance kit, for authors of adapters and for tests.

It works like this: make a `SubAccounts` (or `AsyncSubAccounts`) of your ports, and hand it commands, which are frozen
values: `subs.handle(AddPerson(actor=..., account=..., login="anna"))`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ._shell import AsyncSubAccounts, SubAccounts
    from .commands import (
        AddedLine,
        AddedPerson,
        AddPeople,
        AddPerson,
        AdvanceGeneration,
        ArchivePerson,
        BeginSignIn,
        Change,
        ChangePassword,
        CloseAccount,
        Command,
        CompleteRegistration,
        CreateOrganization,
        DeletePerson,
        EditPerson,
        EventsAfter,
        ExplainField,
        ForgetStrangers,
        Handover,
        IssueCode,
        ListAccounts,
        ListCatalog,
        ListPeople,
        MakeDepartment,
        MakeJobProfile,
        MakePermissionType,
        MoveDepartment,
        OpenAccount,
        PeoplePage,
        PreviewPolicySwitch,
        ReadAccount,
        ReadAudit,
        ReadOrganization,
        ReadPerson,
        Recognize,
        RenameCatalogEntry,
        RenamePerson,
        ResetPassword,
        Restored,
        RestorePerson,
        RetireCatalogEntry,
        SealAudit,
        SignIn,
        SwitchPolicy,
        UnlockPerson,
        VerifyAudit,
        VoidCode,
    )
    from .domain.account import Account, AccountState, HostAccount, HostRole
    from .domain.accounts import SwitchPreview
    from .domain.actor import Grant, HostUser, Role, SignedIn, System
    from .domain.adding import NewPerson
    from .domain.catalog import CatalogEntry
    from .domain.codes import IssuedCode
    from .domain.dialogue import Disclosure, Door
    from .domain.email import Email
    from .domain.events import Event, SealedEvent
    from .domain.fields import Kind
    from .domain.ids import AccountId, DepartmentId, JobProfileId, OrganizationId, PermissionTypeId, SubAccountId
    from .domain.language import Language
    from .domain.life import State
    from .domain.login import Login
    from .domain.organization import LapsePolicy, Organization, Realm
    from .domain.password_policy import PasswordPolicy
    from .domain.phone import Phone
    from .domain.policy import ByCode, FieldRule, OpenClaim, RegistrationPolicy
    from .domain.profile import Explanation, Profile, Supplied
    from .domain.queries import PeopleCursor
    from .domain.secret import Secret
    from .domain.steps import (
        AlreadyClaimed,
        AnyStep,
        AskAdministrator,
        Authenticated,
        CompleteFields,
        CreatePassword,
        EnterLogin,
        EnterLoginAndProof,
        EnterPassword,
        HostAccountBarred,
        LockedUntil,
    )
    from .domain.sub_account import SubAccount
    from .domain.subject import Pathway, Subject
    from .domain.subscription import MonthlySeats, StoredSeats, Subscription
    from .domain.supplier import Supplier
    from .errors import Busy, PortError, Refusal
    from .hosts import AsyncIncludedInHost, AsyncNobodyPrivileged, IncludedInHost, NobodyPrivileged
    from .keys import KeyRing

_ROOMS: Final = {
    "._shell": "AsyncSubAccounts SubAccounts",
    ".commands": (
        "AddPeople AddPerson AddedLine AddedPerson AdvanceGeneration ArchivePerson BeginSignIn Change ChangePassword "
        "CloseAccount Command CompleteRegistration CreateOrganization DeletePerson EditPerson EventsAfter "
        "ExplainField ForgetStrangers Handover IssueCode ListAccounts ListCatalog ListPeople MakeDepartment "
        "MakeJobProfile MakePermissionType MoveDepartment OpenAccount PeoplePage PreviewPolicySwitch "
        "ReadAccount ReadAudit ReadOrganization ReadPerson Recognize RenameCatalogEntry RenamePerson "
        "ResetPassword RestorePerson Restored RetireCatalogEntry SealAudit SignIn SwitchPolicy UnlockPerson "
        "VerifyAudit VoidCode"
    ),
    ".domain.account": "Account AccountState HostAccount HostRole",
    ".domain.accounts": "SwitchPreview",
    ".domain.actor": "Grant HostUser Role SignedIn System",
    ".domain.adding": "NewPerson",
    ".domain.catalog": "CatalogEntry",
    ".domain.codes": "IssuedCode",
    ".domain.dialogue": "Disclosure Door",
    ".domain.email": "Email",
    ".domain.events": "Event SealedEvent",
    ".domain.fields": "Kind",
    ".domain.ids": "AccountId DepartmentId JobProfileId OrganizationId PermissionTypeId SubAccountId",
    ".domain.language": "Language",
    ".domain.life": "State",
    ".domain.login": "Login",
    ".domain.organization": "LapsePolicy Organization Realm",
    ".domain.password_policy": "PasswordPolicy",
    ".domain.phone": "Phone",
    ".domain.policy": "ByCode FieldRule OpenClaim RegistrationPolicy",
    ".domain.profile": "Explanation Profile Supplied",
    ".domain.queries": "PeopleCursor",
    ".domain.secret": "Secret",
    ".domain.steps": (
        "AlreadyClaimed AnyStep AskAdministrator Authenticated CompleteFields CreatePassword EnterLogin "
        "EnterLoginAndProof EnterPassword HostAccountBarred LockedUntil"
    ),
    ".domain.sub_account": "SubAccount",
    ".domain.subject": "Pathway Subject",
    ".domain.subscription": "MonthlySeats StoredSeats Subscription",
    ".domain.supplier": "Supplier",
    ".errors": "Busy PortError Refusal",
    ".hosts": "AsyncIncludedInHost AsyncNobodyPrivileged IncludedInHost NobodyPrivileged",
    ".keys": "KeyRing",
}
"""Where each word lives. Words load their room when first used, so that importing the package costs next to nothing."""

_HOME: Final = {name: room for room, names in _ROOMS.items() for name in names.split()}

__all__ = [
    "Account",
    "AccountId",
    "AccountState",
    "AddPeople",
    "AddPerson",
    "AddedLine",
    "AddedPerson",
    "AdvanceGeneration",
    "AlreadyClaimed",
    "AnyStep",
    "ArchivePerson",
    "AskAdministrator",
    "AsyncIncludedInHost",
    "AsyncNobodyPrivileged",
    "AsyncSubAccounts",
    "Authenticated",
    "BeginSignIn",
    "Busy",
    "ByCode",
    "CatalogEntry",
    "Change",
    "ChangePassword",
    "CloseAccount",
    "Command",
    "CompleteFields",
    "CompleteRegistration",
    "CreateOrganization",
    "CreatePassword",
    "DeletePerson",
    "DepartmentId",
    "Disclosure",
    "Door",
    "EditPerson",
    "Email",
    "EnterLogin",
    "EnterLoginAndProof",
    "EnterPassword",
    "Event",
    "EventsAfter",
    "ExplainField",
    "Explanation",
    "FieldRule",
    "ForgetStrangers",
    "Grant",
    "Handover",
    "HostAccount",
    "HostAccountBarred",
    "HostRole",
    "HostUser",
    "IncludedInHost",
    "IssueCode",
    "IssuedCode",
    "JobProfileId",
    "KeyRing",
    "Kind",
    "Language",
    "LapsePolicy",
    "ListAccounts",
    "ListCatalog",
    "ListPeople",
    "LockedUntil",
    "Login",
    "MakeDepartment",
    "MakeJobProfile",
    "MakePermissionType",
    "MonthlySeats",
    "MoveDepartment",
    "NewPerson",
    "NobodyPrivileged",
    "OpenAccount",
    "OpenClaim",
    "Organization",
    "OrganizationId",
    "PasswordPolicy",
    "Pathway",
    "PeopleCursor",
    "PeoplePage",
    "PermissionTypeId",
    "Phone",
    "PortError",
    "PreviewPolicySwitch",
    "Profile",
    "ReadAccount",
    "ReadAudit",
    "ReadOrganization",
    "ReadPerson",
    "Realm",
    "Recognize",
    "Refusal",
    "RegistrationPolicy",
    "RenameCatalogEntry",
    "RenamePerson",
    "ResetPassword",
    "RestorePerson",
    "Restored",
    "RetireCatalogEntry",
    "Role",
    "SealAudit",
    "SealedEvent",
    "Secret",
    "SignIn",
    "SignedIn",
    "State",
    "StoredSeats",
    "SubAccount",
    "SubAccountId",
    "SubAccounts",
    "Subject",
    "Subscription",
    "Supplied",
    "Supplier",
    "SwitchPolicy",
    "SwitchPreview",
    "System",
    "UnlockPerson",
    "VerifyAudit",
    "VoidCode",
]


def __getattr__(name: str) -> object:
    room = _HOME.get(name)
    if room is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(room, __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
