"""What a proof at the sign-in page writes, guards and tells, whatever it proves. The answers are `test_dialogue`'s."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve

from subaccounts.domain import sign_in
from subaccounts.domain.account import HostRole
from subaccounts.domain.attempts import DISABLED_AT, FREE_FAILURES, Attempts
from subaccounts.domain.credential import Stranger
from subaccounts.domain.decision import Count, Decision, Happened, Seen, seen
from subaccounts.domain.dialogue import Door, Standing
from subaccounts.domain.events import (
    By,
    HostAccountAccepted,
    HostAccountRefused,
    PasswordDisabled,
    PersonSignedIn,
    SignInFailed,
    SubAccountClaimed,
)
from subaccounts.domain.ids import SubAccountId
from subaccounts.domain.life import State
from subaccounts.domain.policy import OpenClaim, RegistrationPolicy
from subaccounts.domain.queries import SignInFacts
from subaccounts.domain.scene import Scene, stand
from subaccounts.domain.steps import AnyStep, Authenticated, CompleteFields, EnterLogin, EnterLoginAndProof
from subaccounts.domain.subject import Pathway
from subaccounts.domain.subscription import MonthlySeats, SeatRule, StoredSeats
from subaccounts.errors import FieldRefused
from subaccounts.testing import BOUGHT, NOON
from subaccounts.testing import builders as a

HASH, NEW_HASH = a.password_hash(), a.password_hash(encoded="$new$")
CODE = a.claim_code()
ADMINISTRATOR = frozenset({HostRole.ADMINISTRATOR})
NAMED = a.profile({"full_name": "Anna Koval", "position": "Cashier"})
TILL = By(kind="terminal", id="shared")


def scene(
    state: State | None = State.ACTIVE, *, seats: SeatRule = None, outside: bool = False, **credential: Any
) -> Scene:
    """Return a scene with a person in this state, or with nobody."""
    account = a.account(1, version=3)
    facts = SignInFacts(organization=a.organization(), account=account)
    if state is not None:
        values = {"password": HASH if state is State.ACTIVE else None, **credential}
        person = a.sub_account(1, state=state, epoch=2, version=5)
        facts = evolve(facts, sub_account=person, credential=a.credential(1, version=6, **values))
    return Scene(
        facts=facts,
        door=Door.outside(account.id) if outside else Door.inside(account.id),
        roles=frozenset(),
        subscription=evolve(BOUGHT, seats=seats),
        stranger=a.stranger_id(),
        now=NOON,
    )


def failed(times: int) -> Attempts:
    """Return the attempts after this many wrong proofs at the shared terminal, the last a day ago."""
    attempts = Attempts()
    for _ in range(times):
        attempts = attempts.failed("shared", now=NOON - timedelta(days=1))
    return attempts


def read(here: Scene) -> dict[str, Seen]:
    """Return what a proof is decided on: what of it is not written has to hold until the commit."""
    facts = here.facts
    nobody = Seen(id=SubAccountId(organization=facts.organization.id, value=here.stranger.value), version=0)
    return {
        "account": seen(facts.account or facts.organization),
        "person": seen(facts.sub_account) if facts.sub_account else nobody,
        "row": seen(facts.credential or here.stranger_row),
    }


def held(here: Scene, *names: str) -> tuple[Seen, ...]:
    """Return these guards."""
    return tuple(read(here)[name] for name in names)


def wrong(here: Scene) -> Decision[AnyStep]:
    """Return the decision on a wrong proof."""
    return sign_in.prove(here, right=False, rehashed=None)


def right(here: Scene) -> Decision[AnyStep]:
    """Return the decision on a right one."""
    return sign_in.prove(here, right=True, rehashed=None)


def claimed(here: Scene, **given: Any) -> Decision[AnyStep]:
    """Return the decision on a registration in good order, save for what is given."""
    good: dict[str, Any] = {"right": True, "profile": NAMED, "password": NEW_HASH, "problems": ()}
    return sign_in.claim(here, **{**good, **given})


def about(here: Scene, *what: Any) -> tuple[Happened, ...]:
    """Return these happenings, of the person in the scene."""
    person = here.facts.sub_account
    assert person is not None
    return tuple(Happened(what=each, account=person.account, sub_account=person.id) for each in what)


class TestRight:
    """A right password clears its row, says so, and relies on the account until the commit."""

    def test_what_is_written(self) -> None:
        """The row of wrong proofs ends, the sign-in is dated, the account is guarded, the person is told of."""
        here = scene(attempts=failed(3))
        decision = right(here)
        assert isinstance(decision.result, Authenticated)
        assert (a.credential(1, version=6, password=HASH, last_sign_in_at=NOON),) == decision.puts
        assert held(here, "account", "person") == decision.guards
        assert about(here, PersonSignedIn(pathway=Pathway.PASSWORD, terminal="shared")) == decision.happened
        assert By(kind="sub_account", id=a.sub_account_id().value) == decision.by

    def test_again_on_the_same_day(self) -> None:
        """A second sign-in of the day, with no wrong proof since, writes nothing and guards all it was decided on."""
        morning = NOON.replace(hour=0, minute=0, second=0, microsecond=0)
        here = scene(last_sign_in_at=morning)
        decision = right(here)
        assert isinstance(decision.result, Authenticated)
        assert ((), held(here, "account", "person", "row")) == (decision.puts, decision.guards)
        assert about(here, PersonSignedIn(pathway=Pathway.PASSWORD, terminal="shared")) == decision.happened
        assert Pathway.PASSWORD is decision.result.subject.pathway

    def test_a_moved_hash_replaces_the_old(self) -> None:
        """A hash with newer parameters is stored with the sign-in that made it."""
        decision = sign_in.prove(scene(last_sign_in_at=NOON), right=True, rehashed=NEW_HASH)
        assert [NEW_HASH] == [getattr(each, "password", None) for each in decision.puts]

    def test_a_right_code_outside_leads_on(self) -> None:
        """At a closed door a right code alone is told apart: it leads on to the registration, and is not used up."""
        here = scene(State.WAITING, outside=True, code=CODE)
        decision = right(here)
        assert isinstance(decision.result, CompleteFields)
        assert (here.facts.credential,) == decision.puts
        assert repr(EnterLoginAndProof(refused=True)) == repr(wrong(here).result)


class TestNothing:
    """A proof that changes nothing writes the row it was decided on, so that every commit looks alike."""

    @pytest.mark.parametrize("state", [State.ARCHIVED, State.DISABLED])
    @pytest.mark.parametrize("proof", [right, wrong], ids=["right", "wrong"])
    def test_the_row_is_written(self, state: State, proof: Any) -> None:
        """Who cannot sign in leaves the same row under the same guard, and nothing happened."""
        here = scene(state)
        decision = proof(here)
        assert ((here.facts.credential,), ()) == (decision.puts, decision.happened)
        assert (held(here, "account", "person"), ()) == (decision.guards, decision.counts)
        assert TILL == decision.by

    def test_during_a_delay(self) -> None:
        """Neither a right nor a wrong proof is counted during a delay; waiting people have delays too."""
        attempts = Attempts()
        for _ in range(FREE_FAILURES):
            attempts = attempts.failed("shared", now=NOON)
        for here in (scene(attempts=attempts), scene(State.WAITING, attempts=attempts, code=CODE)):
            assert Standing.LOCKED is stand(here)
            assert ((here.facts.credential,),) * 2 == (right(here).puts, wrong(here).puts)

    def test_a_login_alone(self) -> None:
        """Asking what comes next writes nothing and guards nothing."""
        decision = sign_in.ask(scene())
        assert ((), (), ()) == (decision.puts, decision.guards, decision.happened)


class TestWrong:
    """A wrong proof is counted on the row it was decided on, and told with how many they are."""

    def test_of_a_person(self) -> None:
        """The row counts one more, the event names person, account and number; the policy it was judged by holds."""
        here = scene(attempts=failed(2))
        decision = wrong(here)
        counted = a.credential(1, version=6, password=HASH, attempts=failed(2).failed("shared", now=NOON))
        assert ((counted,), held(here, "account", "person")) == (decision.puts, decision.guards)
        assert about(here, SignInFailed(terminal="shared", failures=3)) == decision.happened

    def test_of_nobody(self) -> None:
        """A login nobody has is counted on the stranger's row, dated now, and happened to nobody."""
        old = a.stranger(1, version=2)
        here = scene(None)
        here = evolve(here, facts=evolve(here.facts, stranger=old), now=NOON + timedelta(hours=2))
        decision = wrong(here)
        counted = evolve(old, attempts=old.attempts.failed("shared", now=here.now), last_at=here.now)
        assert ((counted,), ()) == (decision.puts, decision.happened)
        assert held(here, "account", "person") == decision.guards

    def test_of_half_a_person(self) -> None:
        """A credential without its person is counted as nobody's."""
        here = scene()
        (row,) = wrong(evolve(here, facts=evolve(here.facts, sub_account=None))).puts
        assert isinstance(row, Stranger)

    @pytest.mark.parametrize("seats", [None, StoredSeats(limit=5, states=frozenset({State.ACTIVE}))])
    def test_the_last_one_disables(self, seats: StoredSeats | None) -> None:
        """The fiftieth in a row takes the password and gives back the seat of an active person."""
        here = scene(attempts=failed(DISABLED_AT - 1), seats=seats)
        decision = wrong(here)
        row, disabled = decision.puts
        assert (None, State.DISABLED) == (getattr(row, "password", HASH), getattr(disabled, "state", None))
        whats = [each.what for each in decision.happened]
        assert [SignInFailed(terminal="shared", failures=DISABLED_AT), PasswordDisabled()] == whats
        freed = () if seats is None else (Count(name=seats.counter, by=-1, at_most=None, initial=0),)
        assert freed == decision.counts

    def test_the_one_before_does_not(self) -> None:
        """The forty-ninth takes neither password nor seat."""
        decision = wrong(scene(attempts=failed(DISABLED_AT - 2), seats=StoredSeats(limit=5)))
        assert (1, ()) == (len(decision.puts), decision.counts)

    def test_who_waits_has_nothing_to_disable(self) -> None:
        """A person who waits stays waiting, however often its code was guessed wrong."""
        here = scene(State.WAITING, attempts=failed(DISABLED_AT), code=CODE)
        decision = wrong(here)
        assert [SignInFailed(terminal="shared", failures=DISABLED_AT + 1)] == [w.what for w in decision.happened]
        assert [evolve(CODE, wrong=1)] == [getattr(each, "code", None) for each in decision.puts]


class TestClaim:
    """A claim makes the person active, uses the code up, and is told as a claim and a sign-in."""

    @pytest.mark.asvs("16.3.1")
    @pytest.mark.parametrize("pathway", [Pathway.CLAIM_CODE, Pathway.OPEN_CLAIM])
    def test_what_is_written(self, pathway: Pathway) -> None:
        """Both halves are written: the record with its time, the credential with the password and no code."""
        here = scene(State.WAITING, code=CODE)
        if pathway is Pathway.OPEN_CLAIM:
            opened = RegistrationPolicy.by_person(claim=OpenClaim(within=timedelta(days=1)))
            here = scene(State.WAITING)
            here = evolve(here, facts=evolve(here.facts, account=a.account(1, version=3, policy=opened)))
        decision = claimed(here)
        person, credential = decision.puts
        assert here.facts.sub_account is not None
        expected = evolve(here.facts.sub_account, state=State.ACTIVE, profile=NAMED, claimed_at=NOON)
        assert expected == person
        assert a.credential(1, version=6, password=NEW_HASH, last_sign_in_at=NOON) == credential
        first = SubAccountClaimed(pathway=pathway, terminal="shared")
        assert about(here, first, PersonSignedIn(pathway=pathway, terminal="shared")) == decision.happened
        assert isinstance(decision.result, Authenticated)
        subject = decision.result.subject
        assert (pathway, NOON, 2, 1) == (subject.pathway, subject.at, subject.epoch, subject.account_epoch)

    @pytest.mark.parametrize(
        "given", [{"profile": None}, {"password": None}, {"problems": (FieldRefused(field="position", why="unknown"),)}]
    )
    def test_what_is_not_in_order(self, given: dict[str, Any]) -> None:
        """Without a record, without a password, or with a problem, the form is shown again and nobody is claimed."""
        here = scene(State.WAITING, code=CODE)
        decision = claimed(here, **given)
        expected = CompleteFields(fields=("position",), code_needed=True, problems=given.get("problems", ()))
        assert repr(expected) == repr(decision.result)
        assert ((here.facts.credential,), ()) == (decision.puts, decision.happened)

    def test_a_seat_that_is_freed_has_no_limit(self) -> None:
        """Who leaves the counted states by its claim frees a seat, also in a house that is too full."""
        rule = StoredSeats(limit=0, states=frozenset({State.WAITING}))
        decision = claimed(evolve(scene(State.WAITING, code=CODE, seats=rule), seats_taken=7))
        assert isinstance(decision.result, Authenticated)
        assert (Count(name=rule.counter, by=-1, at_most=None, initial=7),) == decision.counts


class TestRoles:
    """A change of the host account's roles is remembered with whatever was decided beside it."""

    def test_promoted(self) -> None:
        """The account is written with the roles, and the host is named as who did it, for this account."""
        here = evolve(scene(), roles=ADMINISTRATOR)
        decision = sign_in.ask(here)
        account = here.facts.account
        assert account is not None
        what = HostAccountRefused(roles=ADMINISTRATOR)
        told = Happened(what=what, account=account.id, by=By(kind="system", id="host_accounts"))
        assert ((evolve(account, refused_roles=ADMINISTRATOR),), (told,)) == (decision.puts, decision.happened)

    def test_demoted(self) -> None:
        """It is told before the sign-in it allows; the write of the account stands for its guard."""
        account = a.account(1, version=3, refused_roles=ADMINISTRATOR)
        here = evolve(scene(), facts=evolve(scene().facts, account=account))
        decision = right(here)
        assert [HostAccountAccepted, PersonSignedIn] == [type(each.what) for each in decision.happened]
        assert evolve(account, refused_roles=frozenset()) == decision.puts[-1]
        assert held(here, "person") == decision.guards

    def test_at_a_closed_door_a_login_alone_writes_nothing(self) -> None:
        """Outside, a promotion is not written by somebody who only names a login."""
        decision = sign_in.ask(evolve(scene(outside=True), roles=ADMINISTRATOR))
        assert ((), ()) == (decision.puts, decision.happened)


class TestNoAccount:
    """A person whose account storage did not answer is nobody."""

    @pytest.mark.parametrize("seats", [None, MonthlySeats(limit=0), StoredSeats(limit=0)])
    def test_nobody_is_let_in(self, seats: SeatRule) -> None:
        """Right or wrong, the login is told to be nobody's, and no seat is taken."""
        here = scene(seats=seats)
        here = evolve(here, facts=evolve(here.facts, account=None), roles=ADMINISTRATOR)
        assert Standing.UNKNOWN is stand(here)
        for decision in (right(here), wrong(here)):
            assert (repr(EnterLogin(wrong=True)), ()) == (repr(decision.result), decision.counts)
            assert held(here, "account", "person") == decision.guards
