"""The two lives, of a sub-account and of an account: every state with every input."""

from __future__ import annotations

import pytest

from subaccounts.domain import accounts, life, linking, people
from subaccounts.domain.account import ACCOUNT_LIFE, Account, AccountInput, AccountState, HostAccount
from subaccounts.domain.arriving import Sought
from subaccounts.domain.events import By
from subaccounts.domain.identity import Identity, VerifiedIdentity
from subaccounts.domain.issuer import Issuer
from subaccounts.domain.life import LIFE, LifeInput, State
from subaccounts.domain.login import Login
from subaccounts.domain.password import PasswordHash
from subaccounts.domain.policy import RegistrationPolicy
from subaccounts.domain.sub_account import Person
from subaccounts.domain.supplier import Supplier
from subaccounts.errors import InvalidValue, NameTaken, WrongState
from subaccounts.testing import NOON
from subaccounts.testing import builders as a

S, N = State, LifeInput
IDENTITY = Identity(issuer="https://login.acme.example", subject="s-1")
SOUGHT = Sought(
    issuer=Issuer(issuer=IDENTITY.issuer, name="Acme account"),
    verified=VerifiedIdentity(identity=IDENTITY),
    external_id=None,
    email=None,
    strong=True,
    local=True,
)
BY = By(kind="host_user", id="boss")

ALLOWED = {
    S.WAITING: {
        **dict.fromkeys((N.EDIT, N.RENAME, N.ISSUE_CODE, N.VOID_CODE, N.UNLOCK, N.RESET), S.WAITING),
        N.CLAIM: S.ACTIVE,
        N.ARRIVE: S.ACTIVE,
        N.UNLINK: S.WAITING,
        N.ARCHIVE: S.ARCHIVED,
        N.DELETE: S.DELETED,
    },
    S.ACTIVE: {
        **dict.fromkeys((N.EDIT, N.RENAME, N.SIGN_IN, N.CHANGE_PASSWORD, N.UNLOCK), S.ACTIVE),
        **dict.fromkeys((N.RECOVER, N.CHANGE_CONTACT, N.ARRIVE, N.LINK, N.UNLINK), S.ACTIVE),
        N.GUESSED_TOO_OFTEN: S.DISABLED,
        N.RESET: S.WAITING,
        N.ARCHIVE: S.ARCHIVED,
        N.DELETE: S.DELETED,
    },
    S.DISABLED: {
        **dict.fromkeys((N.EDIT, N.RENAME, N.UNLINK), S.DISABLED),
        **dict.fromkeys((N.RECOVER, N.ARRIVE), S.ACTIVE),
        N.RESET: S.WAITING,
        N.ARCHIVE: S.ARCHIVED,
        N.DELETE: S.DELETED,
    },
    S.ARCHIVED: {N.RESTORE: S.WAITING, N.DELETE: S.DELETED, N.UNLINK: S.ARCHIVED},
    S.DELETED: {},
}
"""What a person can go through, told a second time: by hand, state by state."""


def person(state: State) -> Person:
    """Return a person in a state, with a code where it waits and a password where it has one."""
    password = PasswordHash(encoded="hash") if state in {S.ACTIVE, S.DISABLED} else None
    credential = a.credential(code=a.claim_code() if state is S.WAITING else None, password=password)
    return Person(
        organization=a.organization(version=1),
        account=a.account(version=1),
        sub_account=a.sub_account(state=state, version=1, identities=frozenset({IDENTITY})),
        credential=credential,
    )


def became(happening: LifeInput, who: Person) -> State:
    """Return the state after the rule that carries out an input; every input has one, or is the sign-in's."""
    code = a.claim_code()
    rules = {
        N.EDIT: lambda: people.edit(who, {}, by=Supplier.ADMINISTRATOR, email_free=True, now=NOON),
        N.RENAME: lambda: people.rename(who, Login.parse("ganna"), held=None),
        N.ISSUE_CODE: lambda: people.issue_code(who, code=code),
        N.VOID_CODE: lambda: people.void_code(who),
        N.CHANGE_PASSWORD: lambda: people.change_password(who, PasswordHash(encoded="new"), terminal="till", now=NOON),
        N.UNLOCK: lambda: people.unlock(who),
        N.RESET: lambda: people.reset(who, code=code, now=NOON),
        N.ARCHIVE: lambda: people.archive(who),
        N.RESTORE: lambda: people.restore(who, code=code, now=NOON),
        N.DELETE: lambda: people.delete(who),
        N.LINK: lambda: linking.link(who, SOUGHT, holders={}),
        N.UNLINK: lambda: linking.unlink(who, IDENTITY.issuer, code=code, now=NOON),
    }
    rule = rules.get(happening)
    return rule().sub_account.state if rule else life.after(who.sub_account.state, happening)


@pytest.mark.asvs("2.3.1")
@pytest.mark.parametrize("happening", LifeInput)
@pytest.mark.parametrize("state", State)
def test_every_state_with_every_input(state: State, happening: LifeInput) -> None:
    """An input that a state takes leads where the table says; every other is refused by name."""
    following = ALLOWED[state].get(happening)
    assert following == LIFE.get((state, happening))
    if following is not None:
        assert following == life.after(state, happening) == became(happening, person(state))
        return
    with pytest.raises(WrongState) as refusal:
        became(happening, person(state))
    told = (refusal.value.what, refusal.value.state, refusal.value.action)
    assert ("sub_account", state.value, happening.value) == told


def test_nothing_but_a_claim_ends_the_wait() -> None:
    """A waiting person becomes active by a claim, or by arriving with a company account, and by nothing else."""
    assert [N.CLAIM, N.ARRIVE] == [
        happening for (state, happening), then in LIFE.items() if state is S.WAITING and then is S.ACTIVE
    ]


def test_whoever_comes_back_waits_or_proves_anew() -> None:
    """Every way from archived leads to waiting, and from disabled there or through a fresh proof: no earlier one works."""
    assert {S.WAITING, S.DELETED, S.ARCHIVED} == {then for (state, _), then in LIFE.items() if state is S.ARCHIVED}
    assert [N.RECOVER, N.ARRIVE] == [
        happening for (state, happening), then in LIFE.items() if state is S.DISABLED and then is S.ACTIVE
    ]


def test_deleted_is_the_end() -> None:
    """Nothing happens to the deleted."""
    assert [] == [happening for state, happening in LIFE if state is S.DELETED]


ACCOUNT_ALLOWED = {
    (AccountState.OPEN, AccountInput.CLOSE): AccountState.CLOSED,
    (AccountState.OPEN, AccountInput.SWITCH_POLICY): AccountState.OPEN,
    (AccountState.OPEN, AccountInput.ADD_PEOPLE): AccountState.OPEN,
    (AccountState.OPEN, AccountInput.SIGN_IN): AccountState.OPEN,
    (AccountState.OPEN, AccountInput.SWITCH_SIGN_UP): AccountState.OPEN,
    (AccountState.CLOSED, AccountInput.OPEN): AccountState.OPEN,
}


@pytest.mark.parametrize("happening", AccountInput)
@pytest.mark.parametrize("state", AccountState)
def test_every_state_of_an_account_with_every_input(state: AccountState, happening: AccountInput) -> None:
    """An account goes where the table says; every other input is refused by name."""
    account = a.account(state=state)
    following = ACCOUNT_ALLOWED.get((state, happening))
    assert following == ACCOUNT_LIFE.get((state, happening))
    if following is not None:
        assert following == accounts.after(account, happening)
        return
    with pytest.raises(WrongState) as refusal:
        accounts.after(account, happening)
    told = (refusal.value.what, refusal.value.state, refusal.value.action)
    assert ("account", state.value, happening.value) == told


def reopened(before: Account | None) -> Account:
    """Return what opening an account on the first shop's host account leads to."""
    host = HostAccount(system="crm", id="shop-1")
    policy = RegistrationPolicy.by_administrator()
    return accounts.open_account(
        before, id=a.account_id(9), host=host, name="New", policy=policy, now=NOON, by=BY
    ).result


def test_a_closed_account_opens_as_the_same_one() -> None:
    """Opening again keeps the id and the epoch, and takes another policy version: codes of before are dead."""
    closed = a.account(state=AccountState.CLOSED, version=3, policy_version=2, epoch=5)
    opened = reopened(closed)
    assert (closed.id, AccountState.OPEN, 3, 5) == (opened.id, opened.state, opened.policy_version, opened.epoch)
    assert a.account_id(9) == reopened(None).id


def test_an_open_account_is_not_opened_twice() -> None:
    """A host account has one account."""
    with pytest.raises(NameTaken) as refusal:
        reopened(a.account())
    assert "host_account" == refusal.value.field


@pytest.mark.parametrize("part", ["system", "id"])
@pytest.mark.parametrize(
    ("text", "problem"),
    [("", "empty"), ("a" * 201, "too_long"), ("a\x00", "control"), (" a", "characters"), ("a  b", "characters")],
)
def test_a_host_account_is_written_one_way(part: str, text: str, problem: str) -> None:
    """A host account's parts are shown and compared as they are: no second way to write one, no second account."""
    with pytest.raises(InvalidValue) as refusal:
        HostAccount(**{"system": "crm", "id": "shop-1", part: text})
    assert (f"host_{part}", problem) == (refusal.value.field, refusal.value.problem)


def test_closing_ends_every_sign_in() -> None:
    """Closing raises the epoch that every subject under the account carries."""
    assert 2 == accounts.close(a.account(), by=BY).result.epoch
