"""Invariant 10: at a closed door an outsider observes nothing that tells logins apart. Counted, not timed.

Everything an outsider could measure is compared: the step, the sequence of questions asked of every port, the number
of hashes, the number of derived digests, and how many records the one commit writes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any, Final

import pytest
from argon2 import low_level
from attrs import frozen
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from subaccounts import (
    ArchivePerson,
    ArriveBySSO,
    ChangeIssuers,
    Command,
    CompleteRegistration,
    ContinueWithSSO,
    DeletePerson,
    Door,
    Identity,
    IssueCode,
    Issuer,
    OfferedIssuer,
    OpenClaim,
    Realm,
    RegistrationPolicy,
    ResetPassword,
    Secret,
    State,
    VerifiedIdentity,
    VoidCode,
)
from subaccounts.domain.attempts import DISABLED_AT, FREE_FAILURES, LONGEST_DELAY
from subaccounts.domain.decision import Batch
from subaccounts.domain.steps import AnyStep, Authenticated, CompleteFields, EnterLoginAndProof
from subaccounts.errors import KeyRingFailed
from subaccounts.hashing import Argon2Hasher
from subaccounts.keys import KeyRing
from subaccounts.testing.hashers import CHEAPEST, CheapHasher, CountingHasher
from tests.invariants.world import FIELDS, KINDS, OTHER_PASSWORD, PASSWORD, Shop, World, subject_of

WRONG: Final = "not it at all, not at all"
REFUSED: Final = EnterLoginAndProof(refused=True)


def _archived(shop: Shop) -> None:
    archive = ArchivePerson(actor=shop.admin, sub_account=shop.active("archived").sub_account)
    shop.world.rival.handle(archive)


def _deleted(shop: Shop) -> None:
    shop.world.rival.handle(DeletePerson(actor=shop.admin, sub_account=shop.active("deleted").sub_account))


def _reset(shop: Shop) -> None:
    shop.world.rival.handle(ResetPassword(actor=shop.admin, sub_account=shop.active("reset").sub_account))


def _voided(shop: Shop) -> None:
    shop.world.rival.handle(VoidCode(actor=shop.admin, sub_account=shop.add("voided").sub_account.id))


def _expired(shop: Shop) -> None:
    shop.add("expired")
    shop.world.clock.advance(timedelta(days=31))


def _locked(shop: Shop) -> None:
    shop.active("locked")
    for _ in range(FREE_FAILURES):
        shop.sign_in("locked", WRONG)


def _locked_waiting(shop: Shop) -> None:
    code = shop.add("locked-waiting").code
    for _ in range(FREE_FAILURES):
        shop.world.rival.handle(shop.signing_in("locked-waiting", WRONG))
    assert code is not None


def _locked_unknown(shop: Shop) -> None:
    for _ in range(FREE_FAILURES):
        shop.sign_in("locked-unknown", WRONG)


def _disabled(shop: Shop) -> None:
    subject = shop.active("disabled")
    for _ in range(DISABLED_AT):
        shop.sign_in("disabled", WRONG)
        shop.world.clock.advance(LONGEST_DELAY)
    assert State.DISABLED is shop.world.person(subject.sub_account).sub_account.state


LOGINS: Final[Mapping[str, Callable[[Shop], object]]] = {
    "deleted": _deleted,
    "disabled": _disabled,
    "expired": _expired,
    "archived": _archived,
    "reset": _reset,
    "voided": _voided,
    "active": lambda shop: shop.active("active"),
    "unclaimed": lambda shop: shop.add("unclaimed"),
    "locked": _locked,
    "locked-waiting": _locked_waiting,
    "locked-unknown": _locked_unknown,
    "unknown": lambda shop: None,
    "bad login with spaces": lambda shop: None,
    "": lambda shop: None,
    "\x00\ud800\u202e": lambda shop: None,
    "somebody@nowhere.example": lambda shop: None,
    "l" * 1_000_000: lambda shop: None,
}
"""Every standing a login can have, in the order in which they are prepared: those that need time to pass come first."""


@frozen(kw_only=True)
class Observed:
    """Hold what an outsider could observe of one command."""

    step: str
    calls: tuple[str, ...]
    hashes: int
    derived: int
    puts: int
    commits: int


class Watched:
    """Watch a world: derivations of the key ring, hashes of the hasher, and what is committed."""

    def __init__(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        self.world, self.derived, self.batches = world, 0, list[Batch]()
        derive = KeyRing.derive

        def counted(ring: KeyRing, **asked: Any) -> bytes:
            derived = derive(ring, **asked)  # what raises has derived nothing
            self.derived += 1
            return derived

        monkeypatch.setattr(KeyRing, "derive", counted)
        commit = world.plain.commit

        def watched(batch: Batch, /) -> None:
            self.batches.append(batch)
            commit(batch)

        monkeypatch.setattr(type(world.plain), "commit", lambda _, batch: watched(batch))

    def observe(self, command: Command[AnyStep]) -> Observed:
        """Run a command and return what could be seen of it."""
        self.derived = 0
        self.batches.clear()
        self.world.hasher.reset()
        step, calls = self.world.traced(command)
        return Observed(
            step=repr(step),
            calls=calls,
            hashes=self.world.hasher.work,
            derived=self.derived,
            puts=sum(len(batch.puts) for batch in self.batches),
            commits=len(self.batches),
        )


@pytest.fixture(params=KINDS)
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    """Open one world of each storage and color."""
    with World(request.param) as world:
        yield world


@pytest.fixture(params=Realm, ids=lambda realm: realm.value)
def shop(world: World, request: pytest.FixtureRequest) -> Shop:
    """Return a shop with a person in every standing, in an organization of each realm."""
    shop = Shop(world, realm=request.param)
    for prepare in LOGINS.values():
        prepare(shop)
    return shop


def _doors(shop: Shop) -> list[Door]:
    """Return the closed doors at which the people of a shop stand."""
    wide = [Door.outside(shop.organization)] if shop.realm is Realm.ORGANIZATION else []
    return [shop.outside, *wide]


def _completing(door: Door, login: str, code: str | None, password: str) -> CompleteRegistration:
    return CompleteRegistration(
        door=door,
        login=login,
        password=Secret(password),
        code=Secret(code) if code is not None else None,
        fields=FIELDS,
    )


class TestSameForEverybody:
    """Whatever stands behind a login, a wrong proof is one and the same observation."""

    @pytest.mark.asvs("6.3.8")
    def test_signing_in(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        """The same step, questions, one hash, one commit of one record, for every standing of a login."""
        watched = Watched(shop.world, monkeypatch)
        for door in _doors(shop):
            seen = {login: watched.observe(shop.signing_in(login, WRONG, door=door)) for login in LOGINS}
            _one(seen, step=REFUSED, hashes=1)

    @pytest.mark.asvs("6.3.8")
    @pytest.mark.parametrize("password", [OTHER_PASSWORD, "short", "l" * 900], ids=["good", "short", "long"])
    @pytest.mark.parametrize("code", ["00000-00000", None, "", "я" * 900], ids=["wrong", "none", "empty", "long"])
    def test_completing(self, shop: Shop, monkeypatch: pytest.MonkeyPatch, code: str | None, password: str) -> None:
        """A registration with a wrong code is the same for every standing, whatever the new password is like."""
        watched = Watched(shop.world, monkeypatch)
        for door in _doors(shop):
            seen = {login: watched.observe(_completing(door, login, code, password)) for login in LOGINS}
            _one(seen, step=REFUSED, hashes=1)

    def test_beginning(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        """A login alone is never answered: the page that asks for both, no hash, no commit."""
        watched = Watched(shop.world, monkeypatch)
        for door in _doors(shop):
            seen = {login: watched.observe(shop.beginning(login, door=door)) for login in LOGINS}
            _one(seen, step=EnterLoginAndProof(), hashes=0)

    def test_a_right_password_during_a_delay(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        """While a delay lasts the right password is observed as a wrong one, also when its hash is out of date."""
        shop.world.hasher._hasher = CheapHasher(generation=2)
        watched = Watched(shop.world, monkeypatch)
        seen = {word: watched.observe(shop.signing_in("locked", word, door=shop.outside)) for word in (WRONG, PASSWORD)}
        _one(seen, step=REFUSED, hashes=1)

    def test_a_right_password_of_somebody_who_ended(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        """The last password of who was archived, disabled, reset or deleted is observed as a wrong one."""
        watched = Watched(shop.world, monkeypatch)
        ended = ("archived", "disabled", "reset", "deleted", "unknown")
        seen = {login: watched.observe(shop.signing_in(login, PASSWORD, door=shop.outside)) for login in ended}
        _one(seen, step=REFUSED, hashes=1)

    def test_guessing_on_and_on(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        """The tenth wrong guess is observed as the first, for every standing: the delay itself is not told."""
        watched = Watched(shop.world, monkeypatch)
        first = watched.observe(shop.signing_in("unknown", WRONG, door=shop.outside))
        for _ in range(2 * FREE_FAILURES):
            for login in ("active", "unclaimed", "unknown", "archived"):
                assert first == watched.observe(shop.signing_in(login, WRONG, door=shop.outside))


class TestOrganizationDoor:
    """Where people of many accounts stand, what is said of one account would tell its people apart."""

    def test_a_promoted_host_account(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        """A login under a host account that was just promoted is observed as an unknown one, from the first time."""
        shop = Shop(world, realm=Realm.ORGANIZATION)
        shop.active("active")
        door = Door.outside(shop.organization)
        watched = Watched(world, monkeypatch)
        world.hosts.promote(shop.host)
        begun = {login: watched.observe(shop.beginning(login, door=door)) for login in ("active", "unknown")}
        _one(begun, step=EnterLoginAndProof(), hashes=0)
        for word in (WRONG, PASSWORD):
            seen = {login: watched.observe(shop.signing_in(login, word, door=door)) for login in ("active", "unknown")}
            assert {REFUSED.__repr__()} == {each.step for each in seen.values()}
            assert 1 == len({(each.calls, each.hashes, each.commits) for each in seen.values()})


class TestCompanyAccounts:
    """Who comes by a company account has no password to guess; that it has none is not told either."""

    ISSUER = Issuer(issuer="https://login.acme.example", name="Acme account", external_id="eid")
    KINDS = ("by-sso", "waits-for-sso", "archived-by-sso", "active", "unclaimed", "unknown")

    @pytest.fixture
    def company(self, shop: Shop) -> Shop:
        """Have people come by a company account, one who waits for it, and one who was archived since."""
        run = shop.world.rival.handle
        run(ChangeIssuers(actor=shop.admin, organization=shop.organization, issuers=(self.ISSUER,)))
        for number, login in enumerate(self.KINDS[:3]):
            person = shop.add(login, external_id=f"E-{number}").sub_account.id
            identity = Identity(issuer=self.ISSUER.issuer, subject=login)
            who = VerifiedIdentity(identity=identity, attributes={"eid": f"E-{number}"})
            if login == "waits-for-sso":
                run(VoidCode(actor=shop.admin, sub_account=person))
                continue
            assert isinstance(run(ArriveBySSO(door=shop.inside, identity=who, fields=FIELDS)), Authenticated)
            if login == "archived-by-sso":
                run(ArchivePerson(actor=shop.admin, sub_account=person))
        return shop

    @pytest.mark.asvs("6.3.8")
    def test_are_refused_as_anybody(self, company: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        """A login without a password is observed as one with another, and as none: steps, calls, hashes and commits."""
        watched = Watched(company.world, monkeypatch)
        for door in _doors(company):
            for make in (
                lambda login: company.signing_in(login, WRONG, door=door),  # noqa: B023 - used at once
                lambda login: _completing(door, login, "00000-00000", OTHER_PASSWORD),  # noqa: B023 - used at once
                lambda login: _completing(door, login, None, "short"),  # noqa: B023 - used at once
                lambda login: company.beginning(login, door=door),  # noqa: B023 - used at once
            ):
                seen = {login: watched.observe(make(login)) for login in self.KINDS}
                assert 1 == len(set(seen.values())), seen

    def test_are_told_where_everybody_is_known(self, company: Shop) -> None:
        """Inside the host account the page is told which company account to continue with."""
        offered = OfferedIssuer(issuer=self.ISSUER.issuer, name=self.ISSUER.name)
        for login in ("by-sso", "waits-for-sso"):
            assert ContinueWithSSO(issuer=offered) == company.world.handle(
                company.beginning(login, door=company.inside)
            )


class TestRetiredKeys:
    """A code or a password whose key is gone is dead, and nothing else."""

    def test_a_code_of_a_retired_key(self, world: World) -> None:
        """Who waits with such a code is refused as an unknown login is; its code claims nothing, a new one does."""
        shop = Shop(world)
        added = shop.add("unclaimed")
        old = world.keys.current
        world.keys.rotate(now=world.clock())
        world.keys.retire(old)
        for make in (
            lambda login: shop.signing_in(login, WRONG, door=shop.outside),
            lambda login: shop.claiming(login, added.code, door=shop.outside),
        ):
            seen = {repr(world.traced(make(login))) for login in ("unclaimed", "unknown")}
            assert 1 == len(seen)
        issue = IssueCode(actor=shop.admin, sub_account=added.sub_account.id)
        code = world.handle(issue).code
        assert isinstance(world.handle(shop.claiming("unclaimed", code)), Authenticated)

    @pytest.mark.asvs("6.3.8")
    @pytest.mark.parametrize("word", [PASSWORD, WRONG])
    def test_a_password_of_a_retired_key(self, world: World, monkeypatch: pytest.MonkeyPatch, word: str) -> None:
        """Who has such a password is observed as an unknown login, whatever is typed, down to what Argon2 computes."""
        shop = _retired(world)
        computed = list[object]()
        argon2 = low_level.hash_secret_raw

        def counted(secret: bytes, salt: bytes, **how: Any) -> bytes:
            computed.append(how)
            return argon2(secret, salt, **how)

        monkeypatch.setattr(low_level, "hash_secret_raw", counted)
        watched = Watched(world, monkeypatch)
        seen = {login: watched.observe(shop.signing_in(login, word, door=shop.outside)) for login in RETIRED}
        _one(seen, step=REFUSED, hashes=1)
        assert len(RETIRED) * [computed[0]] == computed

    def test_a_password_of_a_retired_key_inside(self, world: World) -> None:
        """Where logins are told apart the operator hears of it, and nothing is counted as the person's mistake."""
        shop = _retired(world)
        before = world.rows()
        with pytest.raises(KeyRingFailed, match="missing"):
            world.handle(shop.signing_in("retired", PASSWORD, door=shop.inside))
        assert before == world.rows()

    def test_a_ring_that_cannot_be_read(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        """What fails for everybody is raised at a closed door too: nobody is told that a password was wrong."""
        shop = _retired(world)

        def broken(_: KeyRing) -> None:
            raise KeyRingFailed(problem="unreadable", detail="portal.keys")

        monkeypatch.setattr(KeyRing, "reload", broken)
        with pytest.raises(KeyRingFailed, match="unreadable"):
            world.handle(shop.signing_in("retired", PASSWORD, door=shop.outside))


RETIRED: Final = ("unknown", "retired", "retired-and-locked", "active", "unclaimed")


def _retired(world: World) -> Shop:
    """Return a shop with passwords that are mixed with a key of the ring, which was retired after two of them were made."""
    world.hasher._hasher = Argon2Hasher(profile=CHEAPEST, keys=world.keys)
    shop, old = Shop(world), world.keys.current
    for login in ("retired", "retired-and-locked"):
        subject_of(world.handle(shop.claiming(login, shop.add(login).code)))
    for _ in range(FREE_FAILURES):
        shop.sign_in("retired-and-locked", WRONG)
    world.keys.rotate(now=world.clock())
    subject_of(world.handle(shop.claiming("active", shop.add("active").code, password=OTHER_PASSWORD)))
    shop.add("unclaimed")
    world.keys.retire(old)
    return shop


class TestOpenClaims:
    """Closed disclosure and open claims do not meet."""

    def test_an_open_claim_is_not_open_from_outside(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        """Where claims are open inside, outside nobody can claim or learn that a login waits."""
        shop = Shop(world, policy=RegistrationPolicy.by_person(claim=OpenClaim(within=timedelta(days=1))))
        shop.add("unclaimed")
        watched = Watched(world, monkeypatch)
        door = shop.outside
        for make in (
            lambda login: shop.beginning(login, door=door),
            lambda login: shop.signing_in(login, WRONG, door=door),
            lambda login: _completing(door, login, None, OTHER_PASSWORD),
            lambda login: _completing(door, login, "00000-00000", OTHER_PASSWORD),
        ):
            seen = {login: watched.observe(make(login)) for login in ("unclaimed", "unknown")}
            assert 1 == len(set(seen.values()))


class TestRightProofs:
    """What is told to who proves something is told to nobody else."""

    def test_who_holds_the_proof_passes(self, world: World) -> None:
        """A closed door opens for the right password, and leads a right code on to the registration."""
        shop = Shop(world)
        shop.active("anna")
        code = shop.add("boris").code
        assert code is not None
        subject_of(world.handle(shop.signing_in("anna", PASSWORD, door=shop.outside)))
        step = world.handle(shop.signing_in("boris", code.code.reveal(), door=shop.outside))
        assert isinstance(step, CompleteFields)
        assert isinstance(world.handle(shop.claiming("boris", code, door=shop.outside)), Authenticated)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(texts=st.lists(st.text(max_size=80), min_size=1, max_size=5), proof=st.text(max_size=40))
def test_any_text_is_an_unknown_login(kind: str, texts: list[str], proof: str) -> None:
    """Any text typed as a login, with any proof, is refused as an unknown login is: one hash, the same questions."""
    try:
        secret = Secret(proof)
    except Exception:  # noqa: BLE001  # a text that is no secret is refused before a command can be made
        return
    with World(kind, hasher=CountingHasher()) as world:
        shop = Shop(world)
        shop.active("anna")
        seen = set()
        for text in ("unknown", *texts):
            world.hasher.reset()
            command = shop.signing_in(text, door=shop.outside).__class__(door=shop.outside, login=text, secret=secret)
            step, calls = world.traced(command)
            seen.add((repr(step), calls, world.hasher.work))
        assert 1 == len(seen)


def _one(seen: Mapping[str, Observed], *, step: AnyStep, hashes: int) -> None:
    """Assert that all observations are one, with this step and so many hashes."""
    (first, *_) = seen.values()
    assert {} == {login[:30]: each for login, each in seen.items() if each != first}
    assert (repr(step), hashes) == (first.step, first.hashes)
