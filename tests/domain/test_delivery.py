"""The rules of delivery: what overtakes a notice, how the life of each kind of proof begins, how long is waited."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from subaccounts import Email, Form, Language, NoticeKind, State
from subaccounts.domain import fields as f
from subaccounts.domain.credential import PendingContact
from subaccounts.domain.decision import seen
from subaccounts.domain.delivery import (
    FIRST_WAIT,
    LONGEST_ASKED,
    LONGEST_SAID,
    LONGEST_WAIT,
    MOST_LEASES,
    MOST_TRIES,
    PATIENCE,
    Attempt,
    Fate,
    Owner,
    begin,
    fate,
    is_worn,
    owner_of,
    said,
    wait,
)
from subaccounts.domain.events import By
from subaccounts.domain.ids import SignUpId
from subaccounts.domain.notice import Notice
from subaccounts.domain.proof import LASTS, ProofRef, Purpose, SentProof
from subaccounts.domain.sign_up import ATTEMPT_LASTS, SignUp
from subaccounts.domain.sub_account import Person
from subaccounts.domain.wording import Wording
from subaccounts.testing import NOON
from subaccounts.testing import builders as b

WORKER = By(kind="system", id="worker")
EMAIL = Email.parse("anna@shop.example")
ORGANIZATION = b.organization()
SENT = SentProof(
    id=b.value(7),
    key="key-1",
    form=Form.LINK,
    sent_to=EMAIL.text,
    issued_at=NOON,
    expires_at=NOON + LASTS[Form.LINK],
    policy_version=1,
    organization_epoch=ORGANIZATION.epoch,
)
SIGN_UP = SignUpId(organization=b.OURS, value=f"{1:064x}")
CODE = b.claim_code(
    id=SENT.id, key=SENT.key, form=Form.LINK, sent_to=EMAIL.text, begun=False, expires_at=SENT.expires_at
)


def person(state: State = State.WAITING, **credential: Any) -> Person:
    """Return anna, with her e-mail and what is out for her."""
    sub = b.sub_account(state=state, profile=b.profile({f.EMAIL: EMAIL}))
    held = b.credential(**credential)
    return Person(organization=ORGANIZATION, account=b.account(), sub_account=sub, credential=held)


def attempt(**changes: Any) -> Attempt:
    """Return an attempt to sign up that waits for its proof."""
    made = SignUp(id=SIGN_UP, account=b.account_id(), proof=SENT, began_at=NOON, expires_at=NOON + timedelta(days=1))
    return Attempt(account=b.account(), sign_up=evolve(made, **changes))


OWNERS: dict[Purpose, Callable[[Any], Owner]] = {
    Purpose.CLAIM: lambda proof: person(code=proof),
    Purpose.RECOVERY: lambda proof: person(State.ACTIVE, recovery=proof),
    Purpose.CONTACT: lambda proof: person(State.ACTIVE, contact=proof and PendingContact(to=EMAIL, proof=proof)),
    Purpose.SIGN_UP: lambda proof: attempt(proof=proof),
}
"""Whose row each purpose's proof is in, made with that proof in it."""
KINDS = {
    Purpose.CLAIM: NoticeKind.ACTIVATION,
    Purpose.RECOVERY: NoticeKind.RECOVERY,
    Purpose.CONTACT: NoticeKind.PROVE_CONTACT,
    Purpose.SIGN_UP: NoticeKind.PROVE_SIGN_UP,
}
every_purpose = pytest.mark.parametrize("purpose", Purpose)


def proof(purpose: Purpose, **changes: Any) -> Any:
    """Return what is stored of a proof for a purpose."""
    return evolve(CODE if purpose is Purpose.CLAIM else SENT, **changes)


def notice(purpose: Purpose | None = Purpose.CLAIM, **changes: Any) -> Notice:
    """Return a notice that carries that proof, or none."""
    owner = SIGN_UP.value if purpose is Purpose.SIGN_UP else b.sub_account_id().value
    ref = ProofRef(purpose=purpose, form=Form.LINK, owner=owner, id=SENT.id, key=SENT.key) if purpose else None
    made = Notice(
        id=b.value(9),
        organization=b.OURS,
        at=NOON,
        kind=KINDS[purpose] if purpose else NoticeKind.PASSWORD_CHANGED,
        to=EMAIL,
        language=Language(tag="en"),
        account=b.account_id(),
        sub_account=None if purpose is Purpose.SIGN_UP else b.sub_account_id(),
        proof=ref,
        wording=Wording(text=("hello",), subject=""),
    )
    return evolve(made, **changes)


def judged(about: Notice, owner: Owner | None, **changes: Any) -> Fate:
    """Return what comes of a notice, at its first lease unless changed."""
    given = {"organization": ORGANIZATION, "tries": 1, "now": NOON, **changes}
    return fate(about, owner=owner, **given)


class TestFate:
    """A notice goes out while what it says holds, and its proof opens something."""

    @every_purpose
    def test_it_goes_out(self, purpose: Purpose) -> None:
        """With its proof in place it goes out, however long it waited before its life began, and whatever is sent again."""
        late = timedelta(days=400)
        assert Fate.SEND is judged(notice(purpose), OWNERS[purpose](proof(purpose)))
        assert Fate.SEND is judged(notice(purpose), OWNERS[purpose](proof(purpose)), now=NOON + late)
        begun = OWNERS[purpose](proof(purpose, begun=True))
        assert Fate.SEND is judged(
            notice(purpose), begun, tries=MOST_LEASES, now=SENT.expires_at - timedelta.resolution
        )

    @every_purpose
    @pytest.mark.parametrize(
        "changes",
        [
            {"id": b.value(8)},
            {"key": "key-2"},
            {"form": Form.CODE},
            {"organization_epoch": "other"},
            {"wrong": 5},
            {"policy_version": 2},
        ],
        ids=lambda changes: next(iter(changes)),
    )
    def test_another_proof(self, purpose: Purpose, changes: dict[str, Any]) -> None:
        """Overtaken is what carries a proof that is not the one that is out, or that opens nothing any more."""
        assert Fate.OVERTAKEN is judged(notice(purpose), OWNERS[purpose](proof(purpose, **changes)))

    @every_purpose
    def test_no_proof(self, purpose: Purpose) -> None:
        """Overtaken is what carries a proof that is used up, and what belongs to nobody who is there."""
        if purpose is not Purpose.SIGN_UP:
            assert Fate.OVERTAKEN is judged(notice(purpose), OWNERS[purpose](None))
        assert Fate.OVERTAKEN is judged(notice(purpose), None)

    @pytest.mark.parametrize("purpose", [each for each in Purpose if each is not Purpose.SIGN_UP])
    def test_a_proof_for_something_else(self, purpose: Purpose) -> None:
        """A proof that is out for one purpose lets no notice of another go out."""
        others = [notice(each, sub_account=b.sub_account_id()) for each in Purpose if each is not purpose]
        owner = OWNERS[purpose](proof(purpose))
        assert {Fate.OVERTAKEN} == {judged(other, owner) for other in others}
        assert {Fate.OVERTAKEN} == {judged(notice(each), attempt()) for each in Purpose if each is not Purpose.SIGN_UP}

    @pytest.mark.parametrize(
        ("purpose", "expected"),
        [
            (Purpose.CLAIM, Fate.EXPIRED),
            (Purpose.RECOVERY, Fate.EXPIRED),
            (Purpose.CONTACT, Fate.EXPIRED),
            (Purpose.SIGN_UP, Fate.OVERTAKEN),
        ],
    )
    def test_its_life_is_over(self, purpose: Purpose, expected: Fate) -> None:
        """What began and ended is given up, for an operator to tell the person anew; of a stranger nobody can."""
        owner = OWNERS[purpose](proof(purpose, begun=True))
        assert expected is judged(notice(purpose), owner, now=SENT.expires_at)

    @pytest.mark.parametrize("state", [state for state in State if state is not State.WAITING])
    @pytest.mark.parametrize("kind", [NoticeKind.ACTIVATION, NoticeKind.ACTIVATION_BY_SSO])
    def test_an_activation_of_who_waits_no_longer(self, state: State, kind: NoticeKind) -> None:
        """An activation goes to who waits, and to nobody else."""
        carries = Purpose.CLAIM if kind is NoticeKind.ACTIVATION else None
        waits, comes = person(code=CODE), person(state, code=CODE)
        about = notice(carries, kind=kind)
        assert (Fate.SEND, Fate.OVERTAKEN) == (judged(about, waits), judged(about, comes))

    @pytest.mark.parametrize("kind", [NoticeKind.ACTIVATION, NoticeKind.ACTIVATION_BY_SSO])
    def test_an_activation_to_an_address_of_before(self, kind: NoticeKind) -> None:
        """An activation goes to an address that is the person's, letter for letter."""
        carries = Purpose.CLAIM if kind is NoticeKind.ACTIVATION else None
        for other in (Email.parse("ANNA@shop.example"), Email.parse("new@shop.example"), None):
            held = {f.EMAIL: other} if other is not None else {}
            moved = evolve(person(code=CODE), sub_account=b.sub_account(profile=b.profile(held)))
            assert Fate.OVERTAKEN is judged(notice(carries, kind=kind), moved)

    @pytest.mark.parametrize("kind", [each for each in NoticeKind if each.value.endswith("_changed")])
    def test_a_security_notice(self, kind: NoticeKind) -> None:
        """A security notice goes to old addresses too, and to everybody but the deleted."""
        about = notice(None, kind=kind, to=Email.parse("old@shop.example"))
        fates = {state: judged(about, person(state)) for state in State}
        expected = {state: Fate.OVERTAKEN if state is State.DELETED else Fate.SEND for state in State}
        assert expected == fates

    def test_of_nobody(self) -> None:
        """What is about nobody who is stored goes out; what was about a person who is not there does not."""
        stranger = notice(None, sub_account=None)
        assert (Fate.SEND, Fate.OVERTAKEN) == (judged(stranger, None), judged(notice(None), None))

    @every_purpose
    def test_of_before_a_backup(self, purpose: Purpose) -> None:
        """What was decided before a backup was restored never goes out, what was decided after it does."""
        restored = evolve(ORGANIZATION, restored_at=NOON)
        owner = OWNERS[purpose](proof(purpose))
        later = notice(purpose, at=NOON + timedelta.resolution)
        assert Fate.OVERTAKEN is judged(notice(purpose), owner, organization=restored)
        assert Fate.SEND is judged(later, owner, organization=restored)

    def test_another_policy(self) -> None:
        """A claim of another version of the account's policy opens nothing."""
        switched = evolve(person(code=CODE), account=b.account(policy_version=2))
        assert Fate.OVERTAKEN is judged(notice(), switched)

    def test_leased_too_often(self) -> None:
        """What was leased too often, for long enough, is given up untried, unless it is overtaken anyway."""
        old, young = NOON + PATIENCE, NOON + PATIENCE - timedelta.resolution
        assert Fate.TOO_MANY_TRIES is judged(notice(), person(code=CODE), tries=MOST_LEASES + 1, now=old)
        assert Fate.SEND is judged(notice(), person(code=CODE), tries=MOST_LEASES + 1, now=young)
        assert Fate.SEND is judged(notice(), person(code=CODE), tries=MOST_LEASES, now=old)
        assert Fate.OVERTAKEN is judged(notice(), person(), tries=MOST_LEASES + 1, now=old)

    def test_put_off_too_often(self) -> None:
        """The twelfth time a notice is put off is the last, if it is not young: its leases were no tries then."""
        old, young = NOON + PATIENCE, NOON + PATIENCE - timedelta.resolution
        assert [False, True, False] == [
            is_worn(notice(), tries=tries, now=now)
            for tries, now in ((MOST_TRIES - 1, old), (MOST_TRIES, old), (MOST_TRIES, young))
        ]


class TestBegin:
    """The life of a proof begins when its message is first taken, and only then."""

    @every_purpose
    def test_it_begins_now(self, purpose: Purpose) -> None:
        """Begun, it lasts as long as the organization says from now, a sign-up's a day, and whom it is about is as it was read."""
        later, owner = NOON + timedelta(days=3), OWNERS[purpose](proof(purpose))
        decision = begin(notice(purpose), owner, organization=ORGANIZATION, by=WORKER, now=later)
        assert decision is not None
        lasts = ATTEMPT_LASTS if purpose is Purpose.SIGN_UP else LASTS[Form.LINK]
        begun = OWNERS[purpose](proof(purpose, begun=True, expires_at=later + lasts))
        if isinstance(begun, Person):
            expected: Any = begun.credential
        else:
            expected = evolve(begun.sign_up, expires_at=later + lasts)
        guards = {seen(ORGANIZATION)} | ({seen(begun.sub_account)} if isinstance(begun, Person) else set())
        assert ((expected,), guards) == (decision.puts, set(decision.guards))

    @every_purpose
    def test_it_begins_once(self, purpose: Purpose) -> None:
        """What has begun is not begun again."""
        owner = OWNERS[purpose](proof(purpose, begun=True))
        assert None is begin(notice(purpose), owner, organization=ORGANIZATION, by=WORKER, now=NOON)

    def test_nothing_to_begin(self) -> None:
        """Without a proof, or without whose it is, there is nothing to begin."""
        assert None is begin(notice(None), person(), organization=ORGANIZATION, by=WORKER, now=NOON)
        assert None is begin(notice(), None, organization=ORGANIZATION, by=WORKER, now=NOON)
        for purpose in Purpose:
            assert None is begin(notice(purpose), person(), organization=ORGANIZATION, by=WORKER, now=NOON)

    def test_it_is_the_notices_own(self) -> None:
        """Of several proofs that are out for a person only the notice's own begins its life."""
        pending = PendingContact(to=EMAIL, proof=SENT)
        everything = person(code=CODE, recovery=SENT, contact=pending)
        for purpose, name in ((Purpose.CLAIM, "code"), (Purpose.RECOVERY, "recovery"), (Purpose.CONTACT, "contact")):
            decision = begin(notice(purpose), everything, organization=ORGANIZATION, by=WORKER, now=NOON)
            assert decision is not None
            (put,) = decision.puts
            changed = {
                field
                for field in ("code", "recovery", "contact")
                if getattr(put, field) != getattr(everything.credential, field)
            }
            assert {name} == changed
            others: dict[str, Any] = {"code": CODE, "recovery": SENT, "contact": pending, name: None}
            assert None is begin(notice(purpose), person(**others), organization=ORGANIZATION, by=WORKER, now=NOON)

    def test_an_attempt_outlives_its_proof(self) -> None:
        """An attempt to sign up is kept for as long as its proof works, and no shorter than it was."""
        soon = attempt(expires_at=NOON)
        decision = begin(notice(Purpose.SIGN_UP), soon, organization=ORGANIZATION, by=WORKER, now=NOON)
        assert decision is not None
        assert [NOON + ATTEMPT_LASTS] == [put.expires_at for put in decision.puts if isinstance(put, SignUp)]
        for_years = attempt(expires_at=NOON + timedelta(days=900))
        decision = begin(notice(Purpose.SIGN_UP), for_years, organization=ORGANIZATION, by=WORKER, now=NOON)
        assert decision is not None
        assert [for_years.sign_up.expires_at] == [put.expires_at for put in decision.puts if isinstance(put, SignUp)]


class TestOwner:
    """Whose row a notice is judged by."""

    def test_of_each_purpose(self) -> None:
        """A sign-up's is an attempt, everything else's a person, named by the notice or by the proof."""
        assert SIGN_UP == owner_of(notice(Purpose.SIGN_UP))
        assert b.sub_account_id() == owner_of(notice(Purpose.CLAIM)) == owner_of(notice(None))
        assert b.sub_account_id() == owner_of(notice(Purpose.RECOVERY, sub_account=None))
        assert None is owner_of(notice(None, sub_account=None))


class TestWait:
    """How long a notice waits that was put off."""

    def test_it_doubles(self) -> None:
        """A minute at first, then twice as long, up to six hours: twelve tries are about a day."""
        minutes = [wait(tries, asked=None, chance=0) // timedelta(minutes=1) for tries in range(1, MOST_TRIES)]
        assert [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360] == minutes
        assert PATIENCE < timedelta(minutes=sum(minutes)) < timedelta(hours=24)
        assert (timedelta(minutes=1), timedelta(hours=6)) == (FIRST_WAIT, LONGEST_WAIT)

    @given(
        tries=st.integers(-5, 10**9),
        asked=st.none() | st.timedeltas(timedelta(days=-2), timedelta(days=400)),
        chance=st.floats(0, 1),
    )
    def test_its_bounds(self, tries: int, asked: timedelta | None, chance: float) -> None:
        """It is never shorter than its step or than what was asked, nor longer than half a step beyond the longer one."""
        step = wait(tries, asked=None, chance=0)
        least = max(step, min(asked, LONGEST_ASKED)) if asked is not None else step
        waited = wait(tries, asked=asked, chance=chance)
        assert FIRST_WAIT <= step <= LONGEST_WAIT
        assert least <= waited <= least + step / 2
        assert waited <= LONGEST_ASKED + LONGEST_WAIT / 2

    def test_chance_spreads(self) -> None:
        """What was put off together does not come together."""
        hour = timedelta(hours=1)
        waits = [wait(3, asked=hour, chance=chance) for chance in (0, 0.5, 1)]
        assert [hour, hour + timedelta(minutes=1), hour + timedelta(minutes=2)] == waits


@given(st.text())
def test_what_was_said(text: str) -> None:
    """What a provider said is kept on one line, printable, and no longer than a line or two."""
    kept = said(text)
    assert kept.isprintable()
    assert len(kept) <= LONGEST_SAID


def test_of_a_long_story_the_beginning_is_kept() -> None:
    """What a provider says at length is cut."""
    assert "x" * 200 == said("x" * 201)


def test_ordinary_words_are_kept() -> None:
    """What was said in ordinary words is kept as it is."""
    assert "550 5.1.1 Ящик не найден" == said("550 5.1.1 Ящик не найден\r\n")
