"""What can be asked, as frozen values; each file holds the commands of one noun.

Every command's `run` reads facts from the ports, hands them to a pure rule and settles the rule's decision. Nothing
here knows sync from async; that is the shell's.
"""

from .accounts import CloseAccount, ListAccounts, OpenAccount, PreviewPolicySwitch, ReadAccount, SwitchPolicy
from .activation import ActivationPage, ChangeActivation, SendActivation
from .adding import AddedLine, AddedPerson, AddPeople, AddPerson
from .arrivals import ArriveBySSO
from .audit import EventsAfter, ForgetStrangers, ReadAudit, SealAudit, VerifyAudit
from .catalogs import (
    ListCatalog,
    MakeDepartment,
    MakeJobProfile,
    MakePermissionType,
    MoveDepartment,
    RenameCatalogEntry,
    RetireCatalogEntry,
)
from .command import Change, Command
from .completing_sign_up import CompleteSignUp
from .contact import ChangeContact, ProveContact, ProveContactByCode
from .credentials import IssueCode, ResetPassword, UnlockPerson, VoidCode
from .crowd_previews import PreviewDepartment, PreviewGroup
from .dead_letters import DropDeadLetter, ListDeadLetters, RetryDeadLetter
from .editing import EditPerson
from .endings import ExpireMemberships
from .generations import AdvanceGeneration, Restored
from .groups import (
    ChangeApplications,
    ListGroups,
    MakeGroup,
    ReadGroup,
    RenameGroup,
    RetireGroup,
    SwitchExternal,
)
from .identities import LinkIdentity, UnlinkIdentity
from .issuers import ChangeIssuers
from .links import LinkPage, PeekLink, RedeemLink
from .memberships import AddMembers, InviteMembers, ListMembers, MembersPage, RemoveMembers
from .notices import Delivered, DeliverNotices
from .organizations import CreateOrganization, ReadOrganization
from .own_memberships import AcceptInvitation, DeclineInvitation, LeaveGroup, ReadMemberships
from .passwords import ChangePassword
from .people import (
    ArchivePerson,
    DeletePerson,
    ExplainField,
    Handover,
    ListPeople,
    PeoplePage,
    ReadPerson,
    RenamePerson,
    RestorePerson,
)
from .preview_pages import PreviewPage
from .previews import PreviewMembership, PreviewPerson, PreviewResource
from .recovery import RedeemCode, RequestReset
from .resources import ListResources, PutResources, ReadResource, RemoveResources, ResourcePage
from .rosters import AddParticipants, ListParticipants, ParticipantsPage, RemoveParticipants
from .selection import Selection
from .sights import (
    CountVisible,
    ListVisible,
    MaySee,
    OpenableApplications,
    ViewersPage,
    VisibleAmong,
    VisibleCount,
    VisiblePage,
    WhoSees,
)
from .signing_in import BeginSignIn, CompleteRegistration, Recognize, SignIn
from .signing_up import BeginSignUp, ForgetSignUps, SwitchSignUp
from .slips import ClaimSlip, ClaimSlips, ClaimSlipsPage, GrantCode, VoidSlips, VoidSlipsPage

__all__ = [
    "AcceptInvitation",
    "ActivationPage",
    "AddMembers",
    "AddParticipants",
    "AddPeople",
    "AddPerson",
    "AddedLine",
    "AddedPerson",
    "AdvanceGeneration",
    "ArchivePerson",
    "ArriveBySSO",
    "BeginSignIn",
    "BeginSignUp",
    "Change",
    "ChangeActivation",
    "ChangeApplications",
    "ChangeContact",
    "ChangeIssuers",
    "ChangePassword",
    "ClaimSlip",
    "ClaimSlips",
    "ClaimSlipsPage",
    "CloseAccount",
    "Command",
    "CompleteRegistration",
    "CompleteSignUp",
    "CountVisible",
    "CreateOrganization",
    "DeclineInvitation",
    "DeletePerson",
    "DeliverNotices",
    "Delivered",
    "DropDeadLetter",
    "EditPerson",
    "EventsAfter",
    "ExpireMemberships",
    "ExplainField",
    "ForgetSignUps",
    "ForgetStrangers",
    "GrantCode",
    "Handover",
    "InviteMembers",
    "IssueCode",
    "LeaveGroup",
    "LinkIdentity",
    "LinkPage",
    "ListAccounts",
    "ListCatalog",
    "ListDeadLetters",
    "ListGroups",
    "ListMembers",
    "ListParticipants",
    "ListPeople",
    "ListResources",
    "ListVisible",
    "MakeDepartment",
    "MakeGroup",
    "MakeJobProfile",
    "MakePermissionType",
    "MaySee",
    "MembersPage",
    "MoveDepartment",
    "OpenAccount",
    "OpenableApplications",
    "ParticipantsPage",
    "PeekLink",
    "PeoplePage",
    "PreviewDepartment",
    "PreviewGroup",
    "PreviewMembership",
    "PreviewPage",
    "PreviewPerson",
    "PreviewPolicySwitch",
    "PreviewResource",
    "ProveContact",
    "ProveContactByCode",
    "PutResources",
    "ReadAccount",
    "ReadAudit",
    "ReadGroup",
    "ReadMemberships",
    "ReadOrganization",
    "ReadPerson",
    "ReadResource",
    "Recognize",
    "RedeemCode",
    "RedeemLink",
    "RemoveMembers",
    "RemoveParticipants",
    "RemoveResources",
    "RenameCatalogEntry",
    "RenameGroup",
    "RenamePerson",
    "RequestReset",
    "ResetPassword",
    "ResourcePage",
    "RestorePerson",
    "Restored",
    "RetireCatalogEntry",
    "RetireGroup",
    "RetryDeadLetter",
    "SealAudit",
    "Selection",
    "SendActivation",
    "SignIn",
    "SwitchExternal",
    "SwitchPolicy",
    "SwitchSignUp",
    "UnlinkIdentity",
    "UnlockPerson",
    "VerifyAudit",
    "ViewersPage",
    "VisibleAmong",
    "VisibleCount",
    "VisiblePage",
    "VoidCode",
    "VoidSlips",
    "VoidSlipsPage",
    "WhoSees",
]
