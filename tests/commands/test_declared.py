"""What each command declares of itself: the authority it needs, what it does to a person or an account, and whether it proves."""

from __future__ import annotations

from typing import Final

import pytest

from subaccounts import commands
from subaccounts.commands import Change, Command
from subaccounts.domain.account import AccountInput
from subaccounts.domain.authority import Action
from subaccounts.domain.life import LifeInput

PROVES, PLAIN = True, False
"""Whether it counts or consumes a proof, or the like, so that no rollback of a host's may undo it."""
DECLARED: Final[dict[str, tuple[Action | None, LifeInput | AccountInput | None, bool]]] = {
    "AcceptInvitation": (Action.ANSWER_INVITATION, None, PLAIN),
    "AddMembers": (Action.ADD_MEMBERS, None, PLAIN),
    "AddParticipants": (Action.CHANGE_ROSTER, None, PLAIN),
    "AddPeople": (Action.ADD_PEOPLE, AccountInput.ADD_PEOPLE, PLAIN),
    "AddPerson": (Action.ADD_PEOPLE, AccountInput.ADD_PEOPLE, PLAIN),
    "AdvanceGeneration": (Action.RUN_JOBS, None, PROVES),
    "ArchivePerson": (Action.ARCHIVE_PERSON, LifeInput.ARCHIVE, PLAIN),
    "ArriveBySSO": (None, LifeInput.ARRIVE, PROVES),
    "BeginSignIn": (None, None, PROVES),
    "BeginSignUp": (None, None, PROVES),
    "ChangeActivation": (Action.CHANGE_ACTIVATION, None, PLAIN),
    "ChangeApplications": (Action.CHANGE_GROUPS, None, PLAIN),
    "ChangeContact": (Action.CHANGE_CONTACT, LifeInput.CHANGE_CONTACT, PROVES),
    "ChangeIssuers": (Action.CHANGE_ISSUERS, None, PLAIN),
    "ChangePassword": (Action.CHANGE_PASSWORD, LifeInput.CHANGE_PASSWORD, PROVES),
    "ClaimSlips": (Action.ISSUE_CODE, None, PLAIN),
    "CloseAccount": (Action.CLOSE_ACCOUNT, AccountInput.CLOSE, PLAIN),
    "CompleteRegistration": (None, None, PROVES),
    "CompleteSignUp": (None, None, PROVES),
    "CountVisible": (Action.READ_SIGHT, None, PLAIN),
    "CreateOrganization": (Action.CREATE_ORGANIZATION, None, PLAIN),
    "DeclineInvitation": (Action.ANSWER_INVITATION, None, PLAIN),
    "DeletePerson": (Action.DELETE_PERSON, LifeInput.DELETE, PLAIN),
    "DeliverNotices": (Action.RUN_JOBS, None, PROVES),
    "DropDeadLetter": (Action.HANDLE_DEAD_LETTERS, None, PLAIN),
    "EditPerson": (Action.EDIT_PERSON, LifeInput.EDIT, PLAIN),
    "EventsAfter": (Action.FOLLOW_EVENTS, None, PLAIN),
    "ExpireMemberships": (Action.RUN_JOBS, None, PLAIN),
    "ExplainField": (Action.READ_PERSON, None, PLAIN),
    "ForgetSignUps": (Action.RUN_JOBS, None, PLAIN),
    "ForgetStrangers": (Action.RUN_JOBS, None, PLAIN),
    "GrantCode": (Action.ISSUE_CODE, LifeInput.ISSUE_CODE, PLAIN),
    "InviteMembers": (Action.INVITE_MEMBERS, None, PLAIN),
    "IssueCode": (Action.ISSUE_CODE, LifeInput.ISSUE_CODE, PLAIN),
    "LeaveGroup": (Action.LEAVE_GROUP, None, PLAIN),
    "LinkIdentity": (Action.LINK_IDENTITY, LifeInput.LINK, PROVES),
    "ListAccounts": (Action.LIST_ACCOUNTS, None, PLAIN),
    "ListCatalog": (Action.READ_CATALOG, None, PLAIN),
    "ListDeadLetters": (Action.HANDLE_DEAD_LETTERS, None, PLAIN),
    "ListGroups": (Action.READ_GROUPS, None, PLAIN),
    "ListMembers": (Action.LIST_MEMBERS, None, PLAIN),
    "ListParticipants": (Action.READ_VIEWERS, None, PLAIN),
    "ListPeople": (Action.LIST_PEOPLE, None, PLAIN),
    "ListResources": (Action.READ_RESOURCES, None, PLAIN),
    "ListVisible": (Action.READ_SIGHT, None, PLAIN),
    "MakeDepartment": (Action.CHANGE_CATALOG, None, PLAIN),
    "MakeGroup": (Action.CHANGE_GROUPS, None, PLAIN),
    "MakeJobProfile": (Action.CHANGE_CATALOG, None, PLAIN),
    "MakePermissionType": (Action.CHANGE_CATALOG, None, PLAIN),
    "MaySee": (Action.READ_SIGHT, None, PLAIN),
    "MoveDepartment": (Action.CHANGE_CATALOG, None, PLAIN),
    "OpenAccount": (Action.OPEN_ACCOUNT, AccountInput.OPEN, PLAIN),
    "OpenableApplications": (Action.READ_SIGHT, None, PLAIN),
    "PeekLink": (None, None, PLAIN),
    "PreviewDepartment": (Action.PREVIEW_SIGHT, None, PLAIN),
    "PreviewGroup": (Action.PREVIEW_SIGHT, None, PLAIN),
    "PreviewMembership": (Action.PREVIEW_SIGHT, None, PLAIN),
    "PreviewPerson": (Action.PREVIEW_SIGHT, None, PLAIN),
    "PreviewPolicySwitch": (Action.SWITCH_POLICY, None, PLAIN),
    "PreviewResource": (Action.PREVIEW_SIGHT, None, PLAIN),
    "ProveContact": (None, None, PROVES),
    "ProveContactByCode": (Action.CHANGE_CONTACT, LifeInput.CHANGE_CONTACT, PROVES),
    "PutResources": (Action.CHANGE_RESOURCES, None, PLAIN),
    "ReadAccount": (Action.LIST_ACCOUNTS, None, PLAIN),
    "ReadAudit": (Action.READ_AUDIT, None, PLAIN),
    "ReadGroup": (Action.READ_GROUPS, None, PLAIN),
    "ReadMemberships": (Action.READ_MEMBERSHIPS, None, PLAIN),
    "ReadOrganization": (Action.READ_ORGANIZATION, None, PLAIN),
    "ReadPerson": (Action.READ_PERSON, None, PLAIN),
    "ReadResource": (Action.READ_RESOURCES, None, PLAIN),
    "Recognize": (None, None, PLAIN),
    "RedeemCode": (None, LifeInput.RECOVER, PROVES),
    "RedeemLink": (None, None, PROVES),
    "RemoveMembers": (Action.REMOVE_MEMBERS, None, PLAIN),
    "RemoveParticipants": (Action.CHANGE_ROSTER, None, PLAIN),
    "RemoveResources": (Action.CHANGE_RESOURCES, None, PLAIN),
    "RenameCatalogEntry": (Action.CHANGE_CATALOG, None, PLAIN),
    "RenameGroup": (Action.CHANGE_GROUPS, None, PLAIN),
    "RenamePerson": (Action.RENAME_PERSON, LifeInput.RENAME, PLAIN),
    "RequestReset": (None, None, PROVES),
    "ResetPassword": (Action.RESET_PERSON, LifeInput.RESET, PLAIN),
    "RestorePerson": (Action.RESTORE_PERSON, LifeInput.RESTORE, PLAIN),
    "Restored": (Action.RESTORE_ORGANIZATION, None, PLAIN),
    "RetireCatalogEntry": (Action.CHANGE_CATALOG, None, PLAIN),
    "RetireGroup": (Action.CHANGE_GROUPS, None, PLAIN),
    "RetryDeadLetter": (Action.HANDLE_DEAD_LETTERS, None, PLAIN),
    "SealAudit": (Action.RUN_JOBS, None, PLAIN),
    "SendActivation": (Action.SEND_ACTIVATION, None, PLAIN),
    "SignIn": (None, None, PROVES),
    "SwitchExternal": (Action.CHANGE_GROUPS, None, PLAIN),
    "SwitchPolicy": (Action.SWITCH_POLICY, AccountInput.SWITCH_POLICY, PLAIN),
    "SwitchSignUp": (Action.SWITCH_SIGN_UP, AccountInput.SWITCH_SIGN_UP, PLAIN),
    "UnlinkIdentity": (Action.UNLINK_IDENTITY, LifeInput.UNLINK, PLAIN),
    "UnlockPerson": (Action.UNLOCK_PERSON, LifeInput.UNLOCK, PLAIN),
    "VerifyAudit": (Action.READ_AUDIT, None, PLAIN),
    "VisibleAmong": (Action.READ_SIGHT, None, PLAIN),
    "VoidCode": (Action.VOID_CODE, LifeInput.VOID_CODE, PLAIN),
    "VoidSlips": (Action.VOID_CODE, None, PLAIN),
    "WhoSees": (Action.READ_VIEWERS, None, PLAIN),
}
"""The action it needs authority for, what it takes a state to allow, and whether it proves. Hosts' pages and the table of
authority follow these, so that a change of one is a change of the rules."""


@pytest.mark.parametrize("name", DECLARED)
def test_what_it_says_of_itself(name: str) -> None:
    """A command declares just this."""
    command = getattr(commands, name)
    assert DECLARED[name] == (command.action, command.takes, command.proves)


def test_no_command_is_left_out() -> None:
    """Every command is in the table, and what commands are made of declares nothing."""
    named = {name: each for name in commands.__all__ if isinstance(each := getattr(commands, name), type)}
    assert DECLARED.keys() == {name for name, each in named.items() if issubclass(each, Command)} - {
        "Change",
        "Command",
    }
    assert [(None, None, False)] * 2 == [(each.action, each.takes, each.proves) for each in (Command, Change)]
