"""What a command does where a host leaves something unsaid, written down a second time: hosts rely on it unseen."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from subaccounts import AddPeople, DeletePerson, LapsePolicy, Realm, State, commands
from subaccounts.commands.command import Command
from subaccounts.domain.membership import ALWAYS, MembershipState
from subaccounts.errors import NameTaken
from tests.commands.shop import Shop

EVERYBODY = frozenset(State) - {State.DELETED}
NOTHING: dict[str, object] = {}
NOTHING_SAID: frozenset[object] = frozenset()

UNSAID: dict[str, dict[str, object]] = {
    "AddMembers": {"window": ALWAYS},
    "AddPeople": {"reuse_deleted": False},
    "AddPerson": {"reuse_deleted": False, "fields": {}},
    "ArriveBySSO": {"fields": {}},
    "BeginSignIn": {"login": None},
    "BeginSignUp": {"login": None, "fields": {}},
    "ChangeApplications": {"add": NOTHING_SAID, "remove": NOTHING_SAID, "accepting": NOTHING_SAID},
    "ChangeContact": {"current": None},
    "ChangePassword": {"second_factor": False},
    "ClaimSlips": {"reissue": False},
    "CompleteRegistration": {"code": None, "fields": {}},
    "CompleteSignUp": {
        "door": None,
        "sign_up": None,
        "code": None,
        "link": None,
        "login": None,
        "fields": {},
    },
    "CountVisible": {"prefix": ""},
    "CreateOrganization": {"realm": Realm.ACCOUNT, "lapse": LapsePolicy.KEEP_SIGNING_IN},
    "DeliverNotices": {"organization": None, "limit": 1_000},
    "EditPerson": {"kind_previewed": False},
    "EventsAfter": {"position": 0, "limit": 100},
    "InviteMembers": {"window": ALWAYS},
    "LinkIdentity": {"current": None},
    "ListAccounts": {"after": None, "limit": 100},
    "ListCatalog": {"after": None, "limit": 200},
    "ListDeadLetters": {"after": None, "limit": 100},
    "ListGroups": {"after": None, "limit": 200},
    "ListMembers": {"states": {MembershipState.INVITED, MembershipState.ACTIVE}, "after": None, "limit": 50},
    "ListPeople": {
        "account": None,
        "departments": None,
        "states": EVERYBODY,
        "search": "",
        "after": None,
        "limit": 50,
    },
    "ListParticipants": {"after": None, "limit": 50},
    "ListResources": {"prefix": "", "after": None, "limit": 50},
    "ListVisible": {"prefix": "", "after": None, "limit": 50},
    "MakeDepartment": {"parent": None},
    "MakeGroup": {"allows_external": False, "applications": NOTHING_SAID, "accepting": NOTHING_SAID},
    "PreviewDepartment": {"after": None, "limit": 50},
    "PreviewGroup": {"allows_external": None, "applications": None, "retired": False, "after": None, "limit": 50},
    "PreviewMembership": {"after": None, "limit": 50},
    "PreviewPerson": {"kind": None, "archived": None, "departments": None, "after": None, "limit": 50},
    "PreviewResource": {"after": None, "limit": 50},
    "PutResources": {"accepting": NOTHING_SAID},
    "ReadAudit": {"account": None, "sub_account": None, "after": None, "limit": 100},
    "RedeemLink": {"fields": {}, "terminal": "shared", "second_factor": False},
    "RenamePerson": {"reuse_deleted": False},
    "Restored": {"queues": frozenset()},
    "SendActivation": {"dry": False},
    "SwitchExternal": {"accepting": NOTHING_SAID},
    "WhoSees": {"after": None, "limit": 50},
}
"""What is taken for each part of a command that can be left out, save the request id, which is none for all."""

EVERY: dict[str, Any] = {
    name: each for name, each in vars(commands).items() if isinstance(each, type) and issubclass(each, Command)
}


def test_a_pasted_list_takes_nobodys_earlier_login(shop: Shop) -> None:
    """A list that is pasted passes no deleted person's login on, unless it says so."""
    shop.handle(DeletePerson(actor=shop.admin, sub_account=shop.add("anna").sub_account.id))
    (line,) = shop.handle(AddPeople.pasted("anna", actor=shop.admin, account=shop.account.id))
    assert isinstance(line.refusal, NameTaken)
    assert "deleted" == line.refusal.why


@pytest.mark.parametrize("name", sorted(name for name in EVERY if attrs.has(EVERY[name])))
def test_what_is_left_unsaid(name: str) -> None:
    """A command means the safe thing by what it does not say: no other factor, nobody's earlier login, a short page."""
    taken = {
        field.name: field.default.factory() if isinstance(field.default, attrs.Factory) else field.default  # type: ignore[arg-type]  # a class, for isinstance too
        for field in attrs.fields(EVERY[name])
        if field.default is not attrs.NOTHING
    }
    assert None is taken.pop("request_id", None)
    assert UNSAID.get(name, NOTHING) == taken
