"""Put many persons behind one host account.

The words a host developer needs are all here; the rest of the package by who needs it:

- `subaccounts.errors`: what can go wrong, and who can mend it.
- `subaccounts.ports`: what a host plugs in; for authors of adapters.
- `subaccounts.repositories`: storage we bring: memory, SQLite; PostgreSQL, MariaDB and MySQL by SQLAlchemy; Django.
- `subaccounts.hashing`: Argon2 and older password hashes.
- `subaccounts.messages`: what people are told, in their language or by your templates.
- `subaccounts.notifiers`: who carries it: SMTP, SMS and webhooks over HTTP, a console, a collecting one for tests.
- `subaccounts.slips`: one-time codes on paper.
- `subaccounts.domain`: the rules, pure; `domain.life`, `domain.dialogue` and `domain.authority` are tables to read.
- `subaccounts.wire`: every value to and from plain data.
- `subaccounts.testing`: the conformance kit, for authors of adapters and for tests.

It works like this: make a `SubAccounts` (or `AsyncSubAccounts`) of your ports, and hand it commands, which are frozen
values: `subs.handle(AddPerson(actor=..., account=..., login="anna"))`.
"""

from __future__ import annotations

from importlib import import_module
from typing import Final

_ROOMS: Final = {
    "._shell": "AsyncSubAccounts SubAccounts",
    ".commands": (
        "AcceptInvitation ActivationPage AddMembers AddParticipants AddPeople AddPerson AddedLine AddedPerson "
        "AdvanceGeneration ArchivePerson ArriveBySSO BeginSignIn BeginSignUp Change ChangeActivation "
        "ChangeApplications ChangeContact ChangeIssuers ChangePassword ClaimSlip ClaimSlips ClaimSlipsPage "
        "CloseAccount Command CompleteRegistration CompleteSignUp CountVisible CreateOrganization "
        "DeclineInvitation DeletePerson DeliverNotices Delivered DropDeadLetter EditPerson EventsAfter "
        "ExpireMemberships ExplainField ForgetSignUps ForgetStrangers GrantCode Handover InviteMembers "
        "IssueCode LeaveGroup LinkIdentity LinkPage ListAccounts ListCatalog ListDeadLetters ListGroups "
        "ListMembers ListParticipants ListPeople ListResources ListVisible MakeDepartment MakeGroup "
        "MakeJobProfile MakePermissionType MaySee MembersPage MoveDepartment OpenAccount OpenableApplications "
        "ParticipantsPage PeekLink PeoplePage PreviewDepartment PreviewGroup PreviewMembership PreviewPage "
        "PreviewPerson PreviewPolicySwitch PreviewResource ProveContact ProveContactByCode PutResources "
        "ReadAccount ReadAudit ReadGroup ReadMemberships ReadOrganization ReadPerson ReadResource Recognize "
        "RedeemCode RedeemLink RemoveMembers RemoveParticipants RemoveResources RenameCatalogEntry "
        "RenameGroup RenamePerson RequestReset ResetPassword ResourcePage RestorePerson Restored "
        "RetireCatalogEntry RetireGroup RetryDeadLetter SealAudit Selection SendActivation SignIn "
        "SwitchExternal SwitchPolicy SwitchSignUp UnlinkIdentity UnlockPerson VerifyAudit ViewersPage "
        "VisibleAmong VisibleCount VisiblePage VoidCode VoidSlips VoidSlipsPage WhoSees"
    ),
    ".domain.account": "Account AccountState HostAccount HostRole",
    ".domain.accounts": "SwitchPreview",
    ".domain.activating": "ActivationLine",
    ".domain.activation": "ActivationPolicy MessageBudget Way",
    ".domain.actor": "Grant HostUser Role SignedIn System",
    ".domain.adding": "NewPerson",
    ".domain.audience": "Audience Ungrouped",
    ".domain.belonging": "Belonging Member",
    ".domain.catalog": "CatalogEntry",
    ".domain.channel": "Channel",
    ".domain.codes": "IssuedCode",
    ".domain.contact_change": "ContactProven ContactRequested",
    ".domain.dead_letter": "DeadLetter",
    ".domain.dialogue": "Disclosure Door",
    ".domain.email": "Email",
    ".domain.events": "Event SealedEvent",
    ".domain.explained": "ExplainedSight Label",
    ".domain.fields": "Kind",
    ".domain.group": "Group",
    ".domain.identity": "Identity VerifiedIdentity",
    ".domain.ids": (
        "AccountId ApplicationId DepartmentId GroupId JobProfileId MembershipId OrganizationId "
        "PermissionTypeId ResourceId SignUpId "
        "SubAccountId"
    ),
    ".domain.issuer": "Issuer JustInTime",
    ".domain.joining": "MemberLine",
    ".domain.language": "Language",
    ".domain.life": "State",
    ".domain.login": "Login",
    ".domain.membership": "Membership MembershipState Window",
    ".domain.message": "Accepted Deferred Message Rejected",
    ".domain.notice": "NoticeKind",
    ".domain.openings": "Opening Openings",
    ".domain.organization": "LapsePolicy Organization Realm",
    ".domain.outcome": "Outcome",
    ".domain.password_policy": "PasswordPolicy",
    ".domain.phone": "Phone",
    ".domain.policy": "ByCode FieldRule OpenClaim RegistrationPolicy",
    ".domain.previews": "BelowCursor MemberCursor",
    ".domain.profile": "Explanation Profile Supplied",
    ".domain.proof": "Form Purpose",
    ".domain.queries": "PeopleCursor",
    ".domain.recovery": "Requested",
    ".domain.resource": "Resource",
    ".domain.resources": "ResourceDraft ResourceLine",
    ".domain.rosters": "RosterLine",
    ".domain.secret": "Secret",
    ".domain.sights": "ResourceCursor",
    ".domain.sign_up": "SignUpBegun SignUpBy SignUpField SignUpForm",
    ".domain.steps": (
        "AlreadyClaimed AnyStep AskAdministrator Authenticated CompleteFields ConfirmContact ContinueWithSSO "
        "CreatePassword EnterLogin EnterLoginAndProof EnterPassword FollowLink HostAccountBarred LockedUntil "
        "OfferedIssuer Offers"
    ),
    ".domain.sub_account": "SubAccount",
    ".domain.subject": "Pathway Subject",
    ".domain.subscription": "MonthlySeats StoredSeats Subscription",
    ".domain.supplier": "Supplier",
    ".domain.viewer": "Apart",
    ".domain.visibility": "Fact Half Sight Why",
    ".domain.widening": "Difference Loud",
    ".errors": "Busy PortError Refusal",
    ".hosts": "AsyncIncludedInHost AsyncNobodyPrivileged IncludedInHost NobodyPrivileged",
    ".keys": "KeyRing",
}
"""Where each word lives. Words load their room when first used, so that importing the package costs next to nothing."""

_HOME: Final = {name: room for room, names in _ROOMS.items() for name in names.split()}

__all__ = [*sorted(_HOME)]  # noqa: PLE0604 - the strings that `__init__.pyi` lists for type checkers


def __getattr__(name: str) -> object:
    room = _HOME.get(name)
    if room is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(room, __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
