"""Small rules around a sign-in: steps have no truth value, a subject holds or not, keys of a realm."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

from subaccounts.domain import steps
from subaccounts.domain.account import AccountState
from subaccounts.domain.email import Email
from subaccounts.domain.key import Key
from subaccounts.domain.life import State
from subaccounts.domain.organization import Realm
from subaccounts.domain.sub_account import Person, sign_in_keys
from subaccounts.domain.subject import Pathway, Subject, still_holds
from subaccounts.testing import NOON
from subaccounts.testing import builders as a

SUBJECT = Subject(
    sub_account=a.sub_account_id(),
    account=a.account_id(),
    pathway=Pathway.PASSWORD,
    terminal="till",
    at=NOON,
    epoch=1,
    account_epoch=1,
)
PERSON = Person(
    organization=a.organization(),
    account=a.account(),
    sub_account=a.sub_account(state=State.ACTIVE),
    credential=a.credential(),
)
EVERY_STEP = (
    steps.EnterLogin(),
    steps.EnterLoginAndProof(),
    steps.EnterPassword(),
    steps.CompleteFields(fields=(), code_needed=True),
    steps.CreatePassword(code_needed=False),
    steps.ConfirmContact(field="email", contact="a***@shop.example"),
    steps.LockedUntil(until=NOON),
    steps.AlreadyClaimed(),
    steps.AskAdministrator(why="archived"),
    steps.FollowLink(),
    steps.ContinueWithSSO(issuer=None),
    steps.HostAccountBarred(roles=frozenset()),
    steps.Authenticated(subject=SUBJECT),
)


@pytest.mark.parametrize("step", EVERY_STEP, ids=lambda step: type(step).__name__)
def test_a_step_has_no_truth_value(step: steps.Step) -> None:
    """`if step:` would let everybody in, so that it raises for every step, also the good one."""
    with pytest.raises(TypeError, match="has no truth value"):
        bool(step)


def test_every_step_is_here() -> None:
    """A new step is tried too, or this fails."""
    assert set(steps.LinkStep.__args__) == {type(step) for step in EVERY_STEP} == set(steps.Step.__subclasses__())


def test_a_subject_holds() -> None:
    """A subject holds for an active person of an open account, at the epochs it was given at."""
    assert still_holds(SUBJECT, PERSON)


@pytest.mark.parametrize(
    "changes",
    [
        *({"sub_account": evolve(PERSON.sub_account, state=state)} for state in State if state is not State.ACTIVE),
        {"sub_account": evolve(PERSON.sub_account, epoch=2)},
        {"sub_account": evolve(PERSON.sub_account, id=a.sub_account_id(2))},
        {"sub_account": evolve(PERSON.sub_account, id=a.sub_account_id(of=a.THEIRS))},
        {"sub_account": evolve(PERSON.sub_account, account=a.account_id(2))},
        {"account": evolve(PERSON.account, state=AccountState.CLOSED)},
        {"account": evolve(PERSON.account, epoch=2)},
    ],
)
def test_what_ends_a_subject(changes: dict[str, Any]) -> None:
    """Another state, epoch, person or account, or a closed account, ends a sign-in."""
    assert not still_holds(SUBJECT, evolve(PERSON, **changes))


@pytest.mark.parametrize("realm", Realm)
def test_keys_a_person_holds(realm: Realm) -> None:
    """A person holds its login, its look-alike form, its memory and a vouched e-mail; a contact is no key."""
    email = Email.parse("A@Example.com")
    person = a.sub_account(login="Anna", realm=realm, profile=a.profile({"email": email}), email_is_key=True)
    scope = a.account_id().value if realm is Realm.ACCOUNT else ""
    held = {(key.space, key.value) for key in person.keys}
    assert {
        ("sign_in", f"{scope}\x1fanna"),
        ("deleted_login", f"{scope}\x1fanna"),
        ("look_alike", f"{scope}\x1f{person.login.skeleton}"),
        ("sign_in", f"{scope}\x1fa@example.com"),
    } == held
    assert 3 == len(evolve(person, email_is_key=False).keys) == len(evolve(person, profile=a.profile({})).keys)


@pytest.mark.parametrize("state", State)
def test_who_gives_its_login_back(state: State) -> None:
    """Everybody holds the memory of its login, and all but the deleted the login; the memory ends when it is given on."""
    person = a.sub_account(login="anna", state=state)
    spaces = {key.space for key in person.keys}
    living = set() if state is State.DELETED else {"sign_in", "look_alike"}
    assert {"deleted_login"} | living == spaces
    released = {key.space for key in evolve(person, login_released=True).keys}
    assert (set() if state is State.DELETED else spaces) == released


def test_keys_a_person_is_found_by() -> None:
    """At an account both realms are asked, at an organization its own; the holder has one of them."""
    at_account, at_organization = sign_in_keys(a.account_id(), "anna"), sign_in_keys(a.OURS, "anna")
    assert (Key(organization=a.OURS, space="sign_in", value="\x1fanna"),) == at_organization
    for realm, keys in ((Realm.ACCOUNT, at_account), (Realm.ORGANIZATION, at_organization)):
        assert 1 == len(a.sub_account(login="anna", realm=realm).keys & set(keys))
    assert at_organization[0] in at_account
