"""Who may do what: one table, and the scopes that narrow it. What a state takes is `life`'s table.

Only an administrator opens accounts and adds people; a moderator lists and sees; a person changes what is its own;
the system runs jobs. There is no action without an actor and no default that allows.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Final, assert_never

from ..errors import NotAllowed
from .actor import Actor, Grant, HostUser, Role, SignedIn, System
from .events import By
from .ids import AccountId, DepartmentId, OrganizationId, SubAccountId


class Who(Enum):
    """What an actor can be towards the thing it acts on."""

    ADMINISTRATOR = "administrator"
    MODERATOR = "moderator"
    ITSELF = "itself"
    SYSTEM = "system"


class Action(Enum):
    """Everything that needs authority. Signing in does not: it is how authority begins."""

    CREATE_ORGANIZATION = "create_organization"
    READ_ORGANIZATION = "read_organization"
    RESTORE_ORGANIZATION = "restore_organization"
    CHANGE_CATALOG = "change_catalog"
    READ_CATALOG = "read_catalog"
    OPEN_ACCOUNT = "open_account"
    CLOSE_ACCOUNT = "close_account"
    SWITCH_POLICY = "switch_policy"
    LIST_ACCOUNTS = "list_accounts"
    ADD_PEOPLE = "add_people"
    READ_PERSON = "read_person"
    LIST_PEOPLE = "list_people"
    EDIT_PERSON = "edit_person"
    RENAME_PERSON = "rename_person"
    ARCHIVE_PERSON = "archive_person"
    RESTORE_PERSON = "restore_person"
    DELETE_PERSON = "delete_person"
    ISSUE_CODE = "issue_code"
    VOID_CODE = "void_code"
    RESET_PERSON = "reset_person"
    UNLOCK_PERSON = "unlock_person"
    CHANGE_PASSWORD = "change_password"  # noqa: S105 - the name of an action, not a password
    SEND_ACTIVATION = "send_activation"
    CHANGE_ACTIVATION = "change_activation"
    CHANGE_ISSUERS = "change_issuers"
    SWITCH_SIGN_UP = "switch_sign_up"
    LINK_IDENTITY = "link_identity"
    UNLINK_IDENTITY = "unlink_identity"
    CHANGE_CONTACT = "change_contact"
    CHANGE_RESOURCES = "change_resources"
    READ_RESOURCES = "read_resources"
    CHANGE_ROSTER = "change_roster"
    READ_SIGHT = "read_sight"
    READ_VIEWERS = "read_viewers"
    PREVIEW_SIGHT = "preview_sight"
    HANDLE_DEAD_LETTERS = "handle_dead_letters"
    READ_AUDIT = "read_audit"
    FOLLOW_EVENTS = "follow_events"
    RUN_JOBS = "run_jobs"

    ADD_MEMBERS = "add_members"
    ANSWER_INVITATION = "answer_invitation"
    CHANGE_GROUPS = "change_groups"
    INVITE_MEMBERS = "invite_members"
    LEAVE_GROUP = "leave_group"
    LIST_MEMBERS = "list_members"
    READ_GROUPS = "read_groups"
    READ_MEMBERSHIPS = "read_memberships"
    REMOVE_MEMBERS = "remove_members"


_ADMIN = frozenset({Who.ADMINISTRATOR})
_STAFF = frozenset({Who.ADMINISTRATOR, Who.MODERATOR})

AUTHORITY: Final[Mapping[Action, frozenset[Who]]] = MappingProxyType(
    {
        Action.CREATE_ORGANIZATION: frozenset({Who.SYSTEM}),
        Action.READ_ORGANIZATION: _STAFF | {Who.SYSTEM},
        Action.RESTORE_ORGANIZATION: frozenset({Who.SYSTEM}),
        Action.CHANGE_CATALOG: _ADMIN | {Who.SYSTEM},
        Action.READ_CATALOG: _STAFF | {Who.SYSTEM},
        Action.OPEN_ACCOUNT: _ADMIN,
        Action.CLOSE_ACCOUNT: _ADMIN,
        Action.SWITCH_POLICY: _ADMIN,
        Action.LIST_ACCOUNTS: _STAFF | {Who.SYSTEM},
        Action.ADD_PEOPLE: _ADMIN,
        Action.READ_PERSON: _STAFF | {Who.ITSELF, Who.SYSTEM},
        Action.LIST_PEOPLE: _STAFF | {Who.SYSTEM},
        Action.EDIT_PERSON: _ADMIN | {Who.ITSELF},
        Action.RENAME_PERSON: _ADMIN,
        Action.ARCHIVE_PERSON: _ADMIN,
        Action.RESTORE_PERSON: _ADMIN,
        Action.DELETE_PERSON: _ADMIN,
        Action.ISSUE_CODE: _ADMIN,
        Action.VOID_CODE: _ADMIN,
        Action.RESET_PERSON: _ADMIN,
        Action.UNLOCK_PERSON: _ADMIN,
        Action.CHANGE_PASSWORD: frozenset({Who.ITSELF}),
        Action.SEND_ACTIVATION: _ADMIN,
        Action.CHANGE_ACTIVATION: _ADMIN | {Who.SYSTEM},
        Action.CHANGE_ISSUERS: _ADMIN | {Who.SYSTEM},
        Action.SWITCH_SIGN_UP: _ADMIN,
        Action.LINK_IDENTITY: frozenset({Who.ITSELF}),
        Action.UNLINK_IDENTITY: _ADMIN,
        Action.CHANGE_CONTACT: frozenset({Who.ITSELF}),
        Action.CHANGE_RESOURCES: _ADMIN | {Who.SYSTEM},
        Action.READ_RESOURCES: _STAFF | {Who.SYSTEM},
        Action.CHANGE_ROSTER: _ADMIN | {Who.SYSTEM},
        Action.READ_SIGHT: _STAFF | {Who.ITSELF, Who.SYSTEM},
        Action.READ_VIEWERS: _STAFF | {Who.SYSTEM},
        Action.PREVIEW_SIGHT: _ADMIN | {Who.SYSTEM},
        Action.HANDLE_DEAD_LETTERS: _ADMIN | {Who.SYSTEM},
        Action.READ_AUDIT: _ADMIN | {Who.SYSTEM},
        Action.FOLLOW_EVENTS: frozenset({Who.SYSTEM}),
        Action.RUN_JOBS: frozenset({Who.SYSTEM}),
        Action.ADD_MEMBERS: _ADMIN,
        Action.ANSWER_INVITATION: frozenset({Who.ITSELF}),
        Action.CHANGE_GROUPS: _ADMIN | {Who.SYSTEM},
        Action.INVITE_MEMBERS: _ADMIN,
        Action.LEAVE_GROUP: frozenset({Who.ITSELF}),
        Action.LIST_MEMBERS: _STAFF | {Who.SYSTEM},
        Action.READ_GROUPS: _STAFF | {Who.SYSTEM},
        Action.READ_MEMBERSHIPS: _STAFF | {Who.ITSELF, Who.SYSTEM},
        Action.REMOVE_MEMBERS: _ADMIN,
    }
)
"""Who may do each thing. The documentation prints this table and a test walks every actor through every action."""

_ROLES: Final = {Role.ADMINISTRATOR: Who.ADMINISTRATOR, Role.MODERATOR: Who.MODERATOR}


def permit(
    actor: Actor,
    action: Action,
    /,
    *,
    organization: OrganizationId | None,
    account: AccountId | None = None,
    person: SubAccountId | None = None,
    lineage: frozenset[DepartmentId] = frozenset(),
) -> None:
    """Let the actor pass, or raise `NotAllowed`.

    The action is on an organization, one account of it or one person of that; None is every organization there is, over
    which nobody of the host has a role. `lineage` holds the person's departments
    and everything above them, so that a role over a department reaches the people below it.
    """
    match actor:
        case System():
            allowed = Who.SYSTEM in AUTHORITY[action]
        case SignedIn(subject=subject):
            allowed = Who.ITSELF in AUTHORITY[action] and person is not None and subject.sub_account == person
        case HostUser(grants=grants):
            allowed = any(
                _ROLES[grant.role] in AUTHORITY[action] and _reaches(grant, organization, account, lineage)
                for grant in grants
            )
        case _:
            assert_never(actor)
    if not allowed:
        raise NotAllowed(action=action.value)


def _reaches(
    grant: Grant, organization: OrganizationId | None, account: AccountId | None, lineage: frozenset[DepartmentId]
) -> bool:
    scope = grant.scope
    match scope:
        case OrganizationId():
            return scope == organization
        case AccountId():
            return scope == account and scope.organization == organization
        case DepartmentId():
            return scope in lineage and scope.organization == organization
        case _:
            assert_never(scope)


def permit_somewhere(actor: Actor, action: Action, organization: OrganizationId, /) -> None:
    """Let the actor pass who may do this in some part of an organization, or raise `NotAllowed`.

    For what is no part's own, such as its groups, and for what is about many people, each of whom is then judged alone.
    """
    match actor:
        case System():
            allowed = Who.SYSTEM in AUTHORITY[action]
        case SignedIn():
            allowed = False
        case HostUser(grants=grants):
            mine = (grant for grant in grants if grant.scope.organization == organization)
            allowed = any(_ROLES[grant.role] in AUTHORITY[action] for grant in mine)
        case _:
            assert_never(actor)
    if not allowed:
        raise NotAllowed(action=action.value)


def department_scopes(actor: Actor, action: Action, organization: OrganizationId, /) -> frozenset[DepartmentId]:
    """Return the departments over which an actor may do this; children are not added here."""
    if not isinstance(actor, HostUser):
        return frozenset()
    return frozenset(
        grant.scope
        for grant in actor.grants
        if isinstance(grant.scope, DepartmentId)
        and grant.scope.organization == organization
        and _ROLES[grant.role] in AUTHORITY[action]
    )


def by(actor: Actor, /) -> By:
    """Return the actor's name for the audit trail."""
    match actor:
        case HostUser(id=id):
            return By(kind="host_user", id=id)
        case SignedIn(subject=subject):
            return by_itself(subject.sub_account)
        case System(name=name):
            return By(kind="system", id=name)
        case _:
            assert_never(actor)


def by_itself(person: SubAccountId, /) -> By:
    """Return a person's name for the audit trail, whether it is signed in or proved itself by a link."""
    return By(kind="sub_account", id=person.value)
