"""The sign-in dialogue carried out: every standing built through commands, every input sent, at every door.

What the table answers is tests/domain/test_dialogue.py; that the real thing answers as the table does is here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import Any

import pytest
from attrs import evolve, frozen

from subaccounts import (
    AlreadyClaimed,
    AnyStep,
    ArchivePerson,
    AskAdministrator,
    Authenticated,
    CloseAccount,
    CompleteFields,
    ContinueWithSSO,
    Disclosure,
    Door,
    EditPerson,
    EnterLogin,
    EnterLoginAndProof,
    EnterPassword,
    FollowLink,
    HostAccountBarred,
    HostRole,
    Issuer,
    LapsePolicy,
    LockedUntil,
    MonthlySeats,
    OfferedIssuer,
    Offers,
    OpenClaim,
    Realm,
    RegistrationPolicy,
    Secret,
    Selection,
    SendActivation,
    State,
    SwitchPolicy,
    VoidCode,
)
from subaccounts.domain.account import Account
from subaccounts.domain.attempts import Attempts
from subaccounts.domain.credential import Credential, Stranger
from subaccounts.domain.dialogue import COUNTED, Incoming, Standing, Told, told
from subaccounts.errors import FieldsMissing, PasswordRefused
from subaccounts.testing import NOON
from tests.commands.shop import PASSWORD, WRONG, Shop, code_of, fork

S, N, T = Standing, Incoming, Told
ASKED = ("full_name", "position")


@frozen(kw_only=True)
class Scene:
    """Hold a shop where the login `anna` stands somewhere, and the proof that is right there, or was once."""

    shop: Shop
    proof: Secret = Secret(PASSWORD)


def _waiting(policy: RegistrationPolicy | None = None, lapse: LapsePolicy = LapsePolicy.BLOCKED) -> Scene:
    shop = Shop(policy=policy, realm=Realm.ORGANIZATION, lapse=lapse)
    added = shop.add()
    return Scene(shop=shop, proof=code_of(added) if added.code else Secret(PASSWORD))


def _active() -> Scene:
    shop = Shop(realm=Realm.ORGANIZATION, lapse=LapsePolicy.BLOCKED)
    shop.claimed()
    return Scene(shop=shop)


def _account_closed() -> Scene:
    scene = _active()
    scene.shop.handle(CloseAccount(actor=scene.shop.admin, account=scene.shop.account.id))
    return scene


def _barred() -> Scene:
    scene = _active()
    scene.shop.hosts.promote(scene.shop.account.host)
    return scene


def _lapsed() -> Scene:
    scene = _active()
    scene.shop.subscriptions.lapse(scene.shop.id)
    return scene


def _archived() -> Scene:
    scene = _active()
    (person,) = scene.shop.repository.people_page(query_of(scene.shop))
    scene.shop.handle(ArchivePerson(actor=scene.shop.admin, sub_account=person.id))
    return scene


def _disabled() -> Scene:
    scene = _active()
    scene.shop.guess_until_disabled()
    return scene


def _locked() -> Scene:
    scene = _active()
    for where in (scene.shop.account.id, scene.shop.id):  # delays are the person's: one terminal, whatever the door
        scene.shop.fail(5, door=Door(where=where, disclosure=Disclosure.OPEN))
    return scene


def _incomplete() -> Scene:
    scene = _waiting()
    shop = scene.shop
    shop.handle(SwitchPolicy(actor=shop.admin, account=shop.account.id, policy=RegistrationPolicy.by_administrator()))
    return scene


def _no_code() -> Scene:
    scene = _waiting()
    (person,) = scene.shop.repository.people_page(query_of(scene.shop))
    scene.shop.handle(VoidCode(actor=scene.shop.admin, sub_account=person.id))
    return scene


def _link_awaited() -> Scene:
    scene = _waiting()
    shop = scene.shop
    (person,) = shop.repository.people_page(query_of(shop))
    shop.handle(EditPerson(actor=shop.admin, sub_account=person.id, fields={"email": "anna@shop.example"}))
    shop.handle(SendActivation(actor=shop.admin, organization=shop.id, selection=Selection(people=(person.id,))))
    return scene


def _comes_by_sso() -> Scene:
    scene = _no_code()
    shop = scene.shop
    (person,) = shop.repository.people_page(query_of(shop))
    shop.handle(EditPerson(actor=shop.admin, sub_account=person.id, fields={"email": "anna@shop.example"}))
    organization = shop.repository.organization(shop.id)
    assert organization is not None
    shop.repository._records[shop.id] = evolve(organization, issuers=(ACME,))
    return scene


def query_of(shop: Shop) -> Any:
    from subaccounts.domain.queries import PeopleQuery

    return PeopleQuery(organization=shop.id)


SCENES: dict[Standing, Callable[[], Scene]] = {
    S.ACCOUNT_CLOSED: _account_closed,
    S.BARRED: _barred,
    S.LAPSED: _lapsed,
    S.ARCHIVED: _archived,
    S.DISABLED: _disabled,
    S.LOCKED: _locked,
    S.UNKNOWN: lambda: Scene(shop=Shop(realm=Realm.ORGANIZATION)),
    S.INCOMPLETE: _incomplete,
    S.NO_CODE: _no_code,
    S.CODE_AWAITED: _waiting,
    S.LINK_AWAITED: _link_awaited,
    S.COMES_BY_SSO: _comes_by_sso,
    S.OPEN_TO_CLAIM: lambda: _waiting(RegistrationPolicy.by_person(claim=OpenClaim(within=timedelta(days=7)))),
    S.ACTIVE: _active,
}


ACME = Issuer(issuer="https://id.acme.example", name="Acme account", domains=frozenset({"shop.example"}))
TYPED_AT_A_LINK = {
    N.PROOF_RIGHT: N.PROOF_WRONG,
    N.CLAIM_RIGHT: N.CLAIM_WRONG,
    N.CLAIM_FLAWED: N.CLAIM_WRONG,
    N.NO_SEAT: N.CLAIM_WRONG,
}
"""Nothing that is typed is a link's proof: what was right before the link was sent is wrong."""


@cache
def scene_of(standing: Standing) -> Scene:
    return SCENES[standing]()


def send(scene: Scene, incoming: Incoming, door: Door) -> AnyStep:
    """Send the real input that is judged to be this one, wherever it can be."""
    shop, proof, wrong = scene.shop, scene.proof, Secret(WRONG)
    match incoming:
        case N.LOGIN:
            return shop.begin(door=door)
        case N.PROOF_RIGHT:
            return shop.sign_in(secret=proof, door=door)
        case N.PROOF_WRONG:
            return shop.sign_in(secret=wrong, door=door)
        case N.CLAIM_RIGHT:
            return shop.complete(code=proof, door=door)
        case N.CLAIM_FLAWED:
            return shop.complete(code=proof, password="short", fields={"full_name": "Anna"}, door=door)
        case N.CLAIM_WRONG:
            return shop.complete(code=wrong, door=door)
        case N.NO_SEAT:
            shop.subscriptions.seat(shop.id, MonthlySeats(limit=0))
            if isinstance(shop.begin(), EnterPassword):
                shop.wait(days=31)  # who signed in this month has a seat in it
                return send(scene, N.PROOF_RIGHT, door)
            return send(scene, N.CLAIM_RIGHT, door)


def step_of(answer: Told, scene: Scene, *, code_needed: bool, problems: tuple[Any, ...]) -> AnyStep:
    """Return the step that an answer is, told a second time."""
    fields = CompleteFields(fields=ASKED, code_needed=code_needed)
    found = scene.shop.repository.organization(scene.shop.id)
    issuers = tuple(OfferedIssuer(issuer=each.issuer, name=each.name) for each in found.issuers) if found else ()
    offers = Offers(issuers=issuers)
    steps: dict[Told, AnyStep] = {
        T.ACCOUNT_CLOSED: AskAdministrator(why="account_closed"),
        T.BARRED: HostAccountBarred(roles=frozenset({HostRole.ADMINISTRATOR})),
        T.LAPSED: AskAdministrator(why="subscription_lapsed"),
        T.WRONG_LOGIN: EnterLogin(wrong=True, offers=offers),
        T.ARCHIVED: AskAdministrator(why="archived"),
        T.DISABLED: AskAdministrator(why="disabled"),
        T.LOCKED: LockedUntil(until=NOON + timedelta(seconds=30)),
        T.INCOMPLETE: AskAdministrator(why="record_incomplete"),
        T.NO_CODE: AskAdministrator(why="no_code"),
        T.REGISTER: fields,
        T.REGISTER_AGAIN: evolve(fields, problems=problems),
        T.CODE_WRONG: evolve(fields, code_wrong=True),
        T.ENTER_PASSWORD: EnterPassword(),
        T.PASSWORD_WRONG: EnterPassword(wrong=True),
        T.ALREADY_CLAIMED: AlreadyClaimed(),
        T.SEATS_FULL: AskAdministrator(why="seats_full"),
        T.FOLLOW_LINK: FollowLink(),
        T.CONTINUE_WITH_SSO: ContinueWithSSO(issuer=issuers[0] if issuers else None),
        T.ENTER_BOTH: EnterLoginAndProof(offers=offers),
        T.REFUSED: EnterLoginAndProof(refused=True, offers=offers),
    }
    return steps[answer]


def stands(standing: Standing, door: Door) -> Standing:
    """Return where the login stands at this door: a claim is open only inside the host account."""
    inside = door.disclosure is Disclosure.OPEN and door.where.kind == "account"
    return S.NO_CODE if standing is S.OPEN_TO_CLAIM and not inside else standing


def kept(shop: Shop) -> dict[Any, Any]:
    """Return what no refused input changes: everything but attempts, the wrong tries of a code and the roles seen."""
    found: dict[Any, Any] = {}
    for at, record in shop.repository._records.items():
        match record:
            case Credential():
                code = evolve(record.code, wrong=0) if record.code else None
                found[at] = evolve(record, version=0, attempts=Attempts(), code=code)
            case Account():
                found[at] = evolve(record, version=0, refused_roles=frozenset())
            case Stranger():
                pass
            case _:
                found[at] = record
    return found


def failures(shop: Shop) -> int:
    """Return how many wrong proofs are counted anywhere."""
    rows = shop.repository._records.values()
    return sum(row.attempts.in_a_row for row in rows if isinstance(row, (Credential, Stranger)))


@pytest.mark.parametrize("disclosure", Disclosure)
@pytest.mark.parametrize("place", ["account", "organization"])
@pytest.mark.parametrize("incoming", Incoming)
@pytest.mark.parametrize("standing", Standing)
def test_the_step_is_the_tables(standing: Standing, incoming: Incoming, place: str, disclosure: Disclosure) -> None:
    """Each real input, where the login really stands, is answered as the table says, and writes what it may."""
    before = scene_of(standing)
    scene = evolve(before, shop=fork(before.shop))
    shop = scene.shop
    door = Door(where=shop.account.id if place == "account" else shop.id, disclosure=disclosure)
    stored, counted, standing = kept(shop), failures(shop), stands(standing, door)

    step = send(scene, incoming, door)

    if standing is S.OPEN_TO_CLAIM and incoming is N.CLAIM_WRONG:
        incoming = N.CLAIM_RIGHT  # in an open window no code is looked at
    if standing is S.LINK_AWAITED:
        incoming = TYPED_AT_A_LINK.get(incoming, incoming)
    answer = told(standing, incoming, door=door)
    if answer is T.AUTHENTICATED:
        assert isinstance(step, Authenticated)
        assert State.ACTIVE is shop.person(step.subject.sub_account).state
        return
    problems = (FieldsMissing(fields=("position",)), PasswordRefused(reason="too_short", limit=15))
    code_needed = standing is S.CODE_AWAITED
    expected = step_of(answer, scene, code_needed=code_needed, problems=problems)
    assert repr(expected) == repr(step)  # exceptions have no equality
    assert stored == kept(shop)
    judged = (standing, N.PROOF_WRONG if standing is S.UNKNOWN and incoming is not N.LOGIN else incoming)
    assert counted + (judged in COUNTED) == failures(shop)


@pytest.mark.parametrize("incoming", [incoming for incoming in Incoming if incoming is not N.NO_SEAT])
@pytest.mark.parametrize("standing", Standing)
def test_one_hash_whatever_is_stored(standing: Standing, incoming: Incoming) -> None:
    """A proof or registration costs exactly one hash wherever the login stands; a login alone costs none."""
    before = scene_of(standing)
    scene = evolve(before, shop=fork(before.shop))
    send(scene, incoming, scene.shop.outside)
    assert (0 if incoming is N.LOGIN else 1) == scene.shop.hasher.work


def test_a_page_asks_first_what_its_door_asks() -> None:
    """Before anything was typed an open door asks for the login, a closed one for login and proof together."""
    shop = Shop()
    assert repr(EnterLogin()) == repr(shop.begin(None))
    assert repr(EnterLoginAndProof()) == repr(shop.begin(None, door=shop.outside))


@pytest.mark.parametrize("typed", ["", " anna", "anna\x00", "\ud800", "a" * 65, "annа", "@", "an na"])
def test_what_can_be_no_login_is_nobodys(typed: str) -> None:
    """A text that cannot be a login is answered as a login that nobody has, at both doors and with the same work."""
    shop = Shop()
    shop.claimed()
    shop.hasher.reset()
    assert repr(EnterLogin(wrong=True)) == repr(shop.begin(typed))
    assert repr(EnterLogin(wrong=True)) == repr(shop.sign_in(typed))
    assert repr(EnterLoginAndProof(refused=True)) == repr(shop.sign_in(typed, door=shop.outside))
    assert 2 == shop.hasher.work
