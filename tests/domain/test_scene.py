"""The scene of a sign-in by itself: what no storage answers is still answered safely."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve

from subaccounts.domain import sign_in
from subaccounts.domain.account import AccountState
from subaccounts.domain.credential import PendingContact
from subaccounts.domain.dialogue import Door, Standing, Told
from subaccounts.domain.email import Email
from subaccounts.domain.ids import AccountId, OrganizationId
from subaccounts.domain.issuer import Issuer
from subaccounts.domain.life import State
from subaccounts.domain.organization import Realm
from subaccounts.domain.policy import RegistrationPolicy
from subaccounts.domain.proof import Form
from subaccounts.domain.queries import SignInFacts
from subaccounts.domain.scene import Scene, offers, stand, step
from subaccounts.domain.sign_up import SignUpForm
from subaccounts.domain.steps import (
    CreatePassword,
    EnterLogin,
    EnterLoginAndProof,
    LockedUntil,
    OfferedIssuer,
    Offers,
)
from subaccounts.domain.subscription import MonthlySeats
from subaccounts.errors import FieldRefused, PasswordRefused
from subaccounts.testing import BOUGHT, NOON
from subaccounts.testing import builders as a

EMAIL = Email.parse("anna@example.com")
NOBODY = Scene(
    facts=SignInFacts(organization=a.organization(), account=a.account()),
    door=Door.inside(a.account_id()),
    roles=frozenset(),
    subscription=BOUGHT,
    stranger=a.stranger_id(),
    now=NOON,
)


def somebody(**changes: Any) -> Scene:
    """Return a scene with a person in it."""
    person, credential = a.person(**changes)
    return evolve(NOBODY, facts=evolve(NOBODY.facts, sub_account=person, credential=credential))


def test_the_deleted_are_unknown() -> None:
    """Even if storage found a deleted person, it would be nobody."""
    assert Standing.UNKNOWN is stand(somebody(state=State.DELETED))


WITH_LINK = a.claim_code(form=Form.LINK, expires_at=NOON + timedelta(days=14))


@pytest.mark.parametrize(
    ("policy", "changes", "standing"),
    [
        (RegistrationPolicy.by_person(), {}, Standing.LINK_AWAITED),
        (RegistrationPolicy.by_person(), {"expires_at": NOON}, Standing.NO_CODE),
        (RegistrationPolicy.by_person(), {"policy_version": 0}, Standing.NO_CODE),
        (RegistrationPolicy.by_administrator(), {}, Standing.INCOMPLETE),
    ],
    ids=["alive", "expired", "of another policy", "incomplete"],
)
def test_a_link_is_awaited_while_it_works(
    policy: RegistrationPolicy, changes: dict[str, Any], standing: Standing
) -> None:
    """Nobody is sent to a link that is dead, or that would lead to a record which the administrator has to complete."""
    there = somebody()
    credential = a.credential(code=evolve(WITH_LINK, **changes))
    waits = evolve(there, facts=evolve(there.facts, account=a.account(policy=policy), credential=credential))
    assert standing is stand(waits)


def test_a_claim_leaves_nothing_that_opens() -> None:
    """Who claims has a password, and no proof beside it that was made before."""
    there = somebody()
    sent = a.sent_proof()
    credential = a.credential(code=WITH_LINK, recovery=sent, contact=PendingContact(to=EMAIL, proof=sent))
    waits = evolve(there, facts=evolve(there.facts, credential=credential))
    decision = sign_in.claim(waits, right=True, profile=a.profile({}), password=a.password_hash(), problems=())
    welcome = evolve(credential, code=None, recovery=None, contact=None)
    expected = evolve(welcome, password=a.password_hash(), last_sign_in_at=NOON)
    assert expected in decision.puts


class TestOffers:
    """What a page offers beside a login is of the place where everybody stands, never of who was found."""

    ISSUERS = (Issuer(issuer="https://id.example", name="Example ID"),)

    def standing(self, where: AccountId | OrganizationId) -> Scene:
        """Return a scene at a closed door, with a person of an account that has a form, where people come by an issuer."""
        there = somebody()
        organization = a.organization(realm=Realm.ORGANIZATION, issuers=self.ISSUERS)
        facts = evolve(there.facts, organization=organization, account=a.account(sign_up=SignUpForm()))
        return evolve(there, facts=facts, door=Door.outside(where))

    @pytest.mark.parametrize("answer", [Told.WRONG_LOGIN, Told.ENTER_BOTH, Told.REFUSED])
    def test_at_an_account(self, answer: Told) -> None:
        """At an account whoever types a wrong login is still offered to sign up, and every issuer."""
        asked = step(self.standing(a.account_id()), answer)
        assert isinstance(asked, EnterLogin | EnterLoginAndProof)
        offered = Offers(sign_up=SignUpForm(), issuers=(OfferedIssuer(issuer="https://id.example", name="Example ID"),))
        assert offered == asked.offers

    @pytest.mark.parametrize("answer", [Told.WRONG_LOGIN, Told.ENTER_BOTH, Told.REFUSED])
    def test_at_an_organization(self, answer: Told) -> None:
        """At an organization no form is offered: the one of the found person's account would tell that it was found."""
        found = self.standing(a.OURS)
        nobody = evolve(found, facts=evolve(found.facts, account=None, sub_account=None, credential=None))
        assert repr(step(nobody, answer)) == repr(step(found, answer))

    def test_of_a_closed_account(self) -> None:
        """Where an account is closed nobody is offered to sign up there."""
        account = a.account(sign_up=SignUpForm(), state=AccountState.CLOSED)
        assert Offers() == offers(a.organization(), account)


def test_half_a_person_is_nobody() -> None:
    """A person without its credential, or a credential alone, is nobody to sign in as."""
    scene = somebody()
    for half in (evolve(scene.facts, credential=None), evolve(scene.facts, sub_account=None)):
        assert Standing.UNKNOWN is stand(evolve(scene, facts=half))


@pytest.mark.parametrize("seats", [None, MonthlySeats(limit=0)])
def test_a_right_proof_of_nobody_lets_nobody_in(seats: MonthlySeats | None) -> None:
    """Where there is no person, a proof that was judged right is still a wrong login."""
    scene = evolve(NOBODY, subscription=evolve(BOUGHT, seats=seats))
    decision = sign_in.prove(scene, right=True, rehashed=None)
    assert repr(EnterLogin(wrong=True)) == repr(decision.result)
    claimed = sign_in.claim(scene, right=True, profile=None, password=a.password_hash(), problems=())
    assert repr(EnterLogin(wrong=True)) == repr(claimed.result)
    assert () == decision.counts == claimed.counts


def test_a_registration_of_nobody_asks_for_a_password() -> None:
    """Without a person there are no fields to ask for."""
    assert repr(CreatePassword(code_needed=False)) == repr(step(NOBODY, Told.REGISTER))
    orphan = evolve(somebody(), facts=evolve(somebody().facts, account=None))
    assert repr(CreatePassword(code_needed=False)) == repr(step(orphan, Told.REGISTER))
    problems = (FieldRefused(field="position", why="unknown"),)
    again = CreatePassword(code_needed=False, code_wrong=True, problems=problems)
    assert repr(again) == repr(step(NOBODY, Told.CODE_WRONG, problems))


@pytest.mark.parametrize("code_wrong", [True, False])
def test_a_complete_record_asks_for_a_password_alone(code_wrong: bool) -> None:
    """Where no field is missing the page asks for a password, and says what was wrong before."""
    complete = somebody(profile=a.profile({"full_name": "Anna", "position": "Cashier"}))
    problems = (PasswordRefused(reason="common"),)
    told = Told.CODE_WRONG if code_wrong else Told.REGISTER_AGAIN
    expected = CreatePassword(code_needed=False, code_wrong=code_wrong, problems=problems)
    assert repr(expected) == repr(step(complete, told, problems))


def test_a_delay_that_is_not_there_ends_now() -> None:
    """Asked for a delay where none is, the scene says that it is over."""
    assert repr(LockedUntil(until=NOON)) == repr(step(NOBODY, Told.LOCKED))


@pytest.mark.asvs("6.3.4")
def test_authenticated_is_made_nowhere_else() -> None:
    """A scene alone makes no subject: to ask it for one is a mistake of ours, and no answer."""
    with pytest.raises(AssertionError):
        step(NOBODY, Told.AUTHENTICATED)
