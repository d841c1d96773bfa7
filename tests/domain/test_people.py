"""What a person becomes: which proofs die, which sign-ins end, what is told, and what the commit guards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve

from subaccounts.domain import fields as f
from subaccounts.domain import linking, people
from subaccounts.domain.attempts import DISABLED_AT, Attempts
from subaccounts.domain.contacts import counts
from subaccounts.domain.credential import PendingContact
from subaccounts.domain.decision import Happened, seen
from subaccounts.domain.email import Email
from subaccounts.domain.events import (
    By,
    CodeIssued,
    Happening,
    PasswordDisabled,
    SignInFailed,
    SubAccountArchived,
    SubAccountDeleted,
    SubAccountEdited,
    SubAccountReset,
    SubAccountRestored,
)
from subaccounts.domain.fields import FieldValue
from subaccounts.domain.life import State
from subaccounts.domain.people import Becomes
from subaccounts.domain.phone import Phone
from subaccounts.domain.policy import FieldRule, RegistrationPolicy
from subaccounts.domain.profile import NO_PROFILE, Profile, Supplied
from subaccounts.domain.sub_account import Person
from subaccounts.domain.supplier import Supplier
from subaccounts.errors import FieldRefused, NameTaken, WrongState
from subaccounts.testing import BOUGHT, NOON
from subaccounts.testing import builders as a

LATER = NOON + timedelta(hours=1)
BY = By(kind="host_user", id="boss")
CODE = a.claim_code(id=a.value(9), issued_at=LATER)
OFFICE, HOME = Email.parse("office@example.com"), Email.parse("home@example.com")
MOBILE = Phone.parse("+4512345678")
OWN = frozenset({Supplier.PERSON, Supplier.SIGN_UP})
RANKS = {supplier: rank for rank, supplier in enumerate(Supplier)}
EVERYBODY = RegistrationPolicy(
    name="everybody", fields={name: FieldRule(suppliers=tuple(Supplier)) for name in (f.EMAIL, f.PHONE, f.POSITION)}
)


def person(state: State = State.ACTIVE, **credential: Any) -> Person:
    """Return a person with every proof there is: a password, a code that is out, wrong attempts and an e-mail key."""
    held = {"password": a.password_hash(), "code": a.claim_code(), "attempts": failed(5), **credential}
    profile = a.profile({f.EMAIL: OFFICE, f.POSITION: "Seller"})
    return Person(
        organization=a.organization(),
        account=a.account(1, policy=EVERYBODY, version=3),
        sub_account=a.sub_account(1, state=state, epoch=4, profile=profile, email_is_key=True, version=5),
        credential=a.credential(1, version=6, **held),
    )


def failed(times: int) -> Attempts:
    """Return the attempts after this many wrong proofs."""
    attempts = Attempts()
    for _ in range(times):
        attempts = attempts.failed("till", now=NOON)
    return attempts


def edited(given: dict[str, FieldValue | None], *, by: Supplier = Supplier.ADMINISTRATOR, free: bool = True) -> Becomes:
    """Return what the person becomes when it is given fields."""
    return people.edit(person(), given, by=by, email_free=free, now=LATER)


def own(given: dict[str, FieldValue], *, by: Supplier, **changes: Any) -> Person:
    """Return a person whose fields were given by somebody."""
    values = {name: Supplied(value=value, by=by, at=NOON) for name, value in given.items()}
    return evolve(person(), sub_account=a.sub_account(1, state=State.ACTIVE, profile=Profile(values=values), **changes))


def owning() -> Person:
    """Return the person with a company account, and a contact that it has proven."""
    owner = person()
    return evolve(
        owner,
        sub_account=evolve(owner.sub_account, identities=frozenset({a.identity()}), proven=frozenset({f.EMAIL})),
    )


ENDINGS: dict[str, Callable[[Person], Becomes]] = {
    "archive": people.archive,
    "delete": people.delete,
    "reset": lambda owner: people.reset(owner, code=None, now=LATER),
    "change of the password": lambda owner: people.change_password(
        owner, a.password_hash(), terminal="till", now=LATER
    ),
    "recovery": lambda owner: people.recover(owner, a.password_hash()),
    "unlinked, with a password left": lambda owner: linking.unlink(owner, a.identity().issuer, code=None, now=LATER),
    "unlinked, with nothing left": lambda owner: linking.unlink(
        evolve(owner, credential=evolve(owner.credential, password=None)), a.identity().issuer, code=None, now=LATER
    ),
}
"""What ends every sign-in of a person."""


class TestProofs:
    """Whatever takes a person out of its state kills the proofs made before."""

    @pytest.mark.parametrize(
        ("act", "before", "state", "what"),
        [
            (people.archive, State.ACTIVE, State.ARCHIVED, SubAccountArchived()),
            (people.delete, State.ACTIVE, State.DELETED, SubAccountDeleted()),
        ],
    )
    def test_leaving(self, act: Callable[[Person], Becomes], before: State, state: State, what: Happening) -> None:
        """Who is archived or deleted has no password, code or attempts, and every sign-in of before has ended."""
        became = act(person(before))
        assert (state, 5) == (became.sub_account.state, became.sub_account.epoch)
        assert a.credential(1, version=6) == became.credential
        assert (what,) == became.happened

    def test_a_tombstone_is_bare(self) -> None:
        """Who is deleted keeps the id and the login; fields, keys and what was proven are gone."""
        gone = people.delete(owning()).sub_account
        assert (person().sub_account.id, person().sub_account.login) == (gone.id, gone.login)
        assert (NO_PROFILE, False) == (gone.profile, gone.email_is_key)
        assert (frozenset(), frozenset()) == (gone.identities, gone.proven)

    def test_what_somebody_made_its_own(self) -> None:
        """A reset undoes what was proven and linked since the last one, and an archive with the return from it does not."""
        reset = people.reset(owning(), code=None, now=LATER).sub_account
        assert (frozenset(), frozenset()) == (reset.identities, reset.proven)
        archived = evolve(owning(), sub_account=people.archive(owning()).sub_account)
        back = people.restore(archived, code=None, now=LATER).sub_account
        assert (owning().sub_account.identities, owning().sub_account.proven) == (back.identities, back.proven)

    @pytest.mark.parametrize("by", Supplier)
    def test_an_own_email_signs_in_no_more(self, by: Supplier) -> None:
        """After a reset an e-mail is a key only where somebody else gave it; who had proven it could have been anybody."""
        proven = own({f.EMAIL: HOME}, by=by, proven=frozenset({f.EMAIL}), email_is_key=True)
        reset = people.reset(proven, code=None, now=LATER).sub_account
        assert (HOME, by not in OWN) == (reset.profile.email, reset.email_is_key)

    @pytest.mark.parametrize("end", ENDINGS.values(), ids=ENDINGS)
    def test_a_sign_in_that_ended_stays_ended(self, end: Callable[[Person], Becomes]) -> None:
        """Whatever ends sign-ins takes the person one epoch on, and never to one in which somebody was signed in."""
        assert 5 == end(owning()).sub_account.epoch

    @pytest.mark.parametrize("end", ENDINGS.values(), ids=ENDINGS)
    def test_what_a_sign_in_asked_for_ends_with_it(self, end: Callable[[Person], Becomes]) -> None:
        """Another password or contact that waits for its proof cannot be had after the sign-ins of then have ended."""
        pending = PendingContact(to=HOME, proof=a.sent_proof(sent_to=HOME.text))
        asked = evolve(owning().credential, recovery=a.sent_proof(sent_to=OFFICE.text), contact=pending)
        row = end(evolve(owning(), credential=asked)).credential
        assert row.recovery is None
        assert row.contact in {None, pending.killed()}

    @pytest.mark.parametrize("code", [CODE, None])
    def test_waiting_anew(self, code: Any) -> None:
        """Who is reset or restored waits from now on, with the new code where there is one, which is told."""
        issued = (CodeIssued(expires_at=CODE.expires_at),) if code else ()
        reset = people.reset(person(), code=code, now=LATER)
        restored = people.restore(person(State.ARCHIVED), code=code, now=LATER)
        for became, epoch, what in ((reset, 5, SubAccountReset()), (restored, 4, SubAccountRestored())):
            assert (State.WAITING, epoch) == (became.sub_account.state, became.sub_account.epoch)
            assert a.credential(1, version=6, waiting_since=LATER, code=code) == became.credential
            assert (what, *issued) == became.happened

    def test_another_password(self) -> None:
        """A changed password ends every sign-in, the row of wrong proofs and a proof that was sent, and leaves the state."""
        forgetful = person(recovery=a.sent_proof(sent_to=OFFICE.text))
        became = people.change_password(forgetful, a.password_hash(encoded="$new$"), terminal="till", now=LATER)
        assert (State.ACTIVE, 5) == (became.sub_account.state, became.sub_account.epoch)
        assert (a.password_hash(encoded="$new$"), Attempts(), None) == (
            became.credential.password,
            became.credential.attempts,
            became.credential.recovery,
        )

    def test_a_code_that_is_not_out(self) -> None:
        """Where no code is out none is voided, and the refusal says so."""
        with pytest.raises(WrongState) as refusal:
            people.void_code(person(State.WAITING, code=None))
        told = refusal.value
        assert ("sub_account", "without a code", "void_code") == (told.what, told.state, told.action)


class TestWrongPassword:
    """A wrong current password is counted as a wrong sign-in is."""

    def test_the_last_guess_disables(self) -> None:
        """The fiftieth in a row takes the password away, and says so."""
        became, _ = people.wrong_password(person(attempts=failed(DISABLED_AT - 1)), terminal="till", now=NOON)
        assert (State.DISABLED, None) == (became.sub_account.state, became.credential.password)
        assert (SignInFailed(terminal="till", failures=DISABLED_AT), PasswordDisabled()) == became.happened

    def test_the_one_before_does_not(self) -> None:
        """The forty-ninth leaves the password, and only the failure is told."""
        became, _ = people.wrong_password(person(attempts=failed(DISABLED_AT - 2)), terminal="till", now=NOON)
        assert (State.ACTIVE, a.password_hash()) == (became.sub_account.state, became.credential.password)
        assert (SignInFailed(terminal="till", failures=DISABLED_AT - 1),) == became.happened

    def test_who_is_not_active_is_not_disabled(self) -> None:
        """A person without a password has none to disable; the failure is counted all the same."""
        waiting = person(State.WAITING, password=None, attempts=failed(DISABLED_AT))
        became, _ = people.wrong_password(waiting, terminal="till", now=NOON)
        assert (State.WAITING, DISABLED_AT + 1) == (became.sub_account.state, became.credential.attempts.in_a_row)


class TestEditing:
    """Fields change by their suppliers; an e-mail is a sign-in key only while somebody vouches for it."""

    @pytest.mark.parametrize("by", [each for each in Supplier if each is not Supplier.PERSON])
    @pytest.mark.parametrize("free", [True, False])
    def test_who_vouches(self, by: Supplier, free: bool) -> None:
        """An administrator's or a directory's e-mail is a key where it is free; by others it is a contact."""
        nobodys = evolve(person(), sub_account=evolve(person().sub_account, profile=NO_PROFILE, email_is_key=False))
        became = people.edit(nobodys, {f.EMAIL: HOME}, by=by, email_free=free, now=LATER)
        vouches = by in {Supplier.ADMINISTRATOR, Supplier.DIRECTORY}
        assert (HOME, vouches and free) == (became.sub_account.profile.email, became.sub_account.email_is_key)
        assert (SubAccountEdited(fields=("email",)),) == became.happened

    def test_another_field_leaves_the_key(self) -> None:
        """Whether an e-mail is free is asked only when one is given."""
        became = edited({f.POSITION: "Manager"}, free=False)
        assert became.sub_account.email_is_key
        assert (SubAccountEdited(fields=("position",)),) == became.happened

    def test_another_field_leaves_the_proofs(self) -> None:
        """What was sent to an address, or waits for its proof, goes on while the person's addresses stay."""
        sent = a.sent_proof(sent_to=OFFICE.text)
        waits = person(recovery=sent, contact=PendingContact(to=HOME, proof=a.sent_proof(sent_to=HOME.text)))
        given: dict[str, FieldValue | None] = {f.POSITION: "Manager", f.EMAIL: OFFICE}
        became = people.edit(waits, given, by=Supplier.ADMINISTRATOR, email_free=True, now=LATER)
        assert waits.credential == became.credential

    @pytest.mark.parametrize("email", [HOME, None])
    def test_what_was_proven_of_another_address(self, email: Email | None) -> None:
        """Having proven one e-mail proves nothing of the next: only a contact that stays is still proven."""
        proven = evolve(person(), sub_account=evolve(person().sub_account, proven=frozenset({f.EMAIL, f.PHONE})))
        became = people.edit(proven, {f.EMAIL: email}, by=Supplier.ADMINISTRATOR, email_free=True, now=LATER)
        assert {f.PHONE} == became.sub_account.proven

    def test_an_external_id_that_is_taken(self) -> None:
        """Whether an external id is free is asked only when one is given, and it can be taken away whoever has it."""
        known = FieldRule(suppliers=(Supplier.ADMINISTRATOR,))
        policy = evolve(EVERYBODY, fields={**EVERYBODY.fields, f.EXTERNAL_ID: known})
        hers = evolve(person(), account=a.account(1, policy=policy))

        def give(given: dict[str, FieldValue | None]) -> Becomes:
            by = Supplier.ADMINISTRATOR
            return people.edit(hers, given, by=by, email_free=True, external_free=False, now=LATER)

        free = people.edit(hers, {f.EXTERNAL_ID: "E-1"}, by=Supplier.ADMINISTRATOR, email_free=True, now=LATER)
        assert "E-1" == free.sub_account.profile.text(f.EXTERNAL_ID)
        assert "Manager" == give({f.POSITION: "Manager", f.EXTERNAL_ID: None}).sub_account.profile.position
        with pytest.raises(NameTaken) as refusal:
            give({f.EXTERNAL_ID: "E-1"})
        assert f.EXTERNAL_ID == refusal.value.field

    def test_an_email_taken_away(self) -> None:
        """Without an e-mail there is no key, even where it would be free."""
        became = edited({f.EMAIL: None}).sub_account
        assert (None, False) == (became.profile.email, became.email_is_key)

    def test_nothing_new_is_not_told(self) -> None:
        """Giving what is there already changes nothing and is told to nobody."""
        same: dict[str, FieldValue | None] = {f.EMAIL: OFFICE, f.POSITION: "Seller"}
        became = edited(same)
        assert (person().sub_account, ()) == (became.sub_account, became.happened)

    def test_vouching_for_what_is_there(self) -> None:
        """An e-mail that becomes a key is told as a change, though its text stays; one that stays a key is not."""
        contact = evolve(person(), sub_account=evolve(person().sub_account, email_is_key=False))
        became = people.edit(contact, {f.EMAIL: OFFICE}, by=Supplier.ADMINISTRATOR, email_free=True, now=LATER)
        assert became.sub_account.email_is_key
        assert (SubAccountEdited(fields=("email",)),) == became.happened

    def test_what_was_proven_and_is_vouched_for(self) -> None:
        """A contact that the person has proven stays its own and goes on counting when an administrator gives it again."""
        proven = own({f.EMAIL: HOME}, by=Supplier.PERSON, proven=frozenset({f.EMAIL}))
        became = people.edit(proven, {f.EMAIL: HOME}, by=Supplier.ADMINISTRATOR, email_free=True, now=LATER)
        assert evolve(proven.sub_account, email_is_key=True) == became.sub_account
        assert counts(became.sub_account, f.EMAIL)

    @pytest.mark.parametrize(("name", "value"), [(f.EMAIL, HOME), (f.PHONE, MOBILE)])
    @pytest.mark.parametrize("giver", Supplier)
    @pytest.mark.parametrize("by", [each for each in Supplier if each is not Supplier.PERSON])
    def test_who_takes_over_what_is_there(self, by: Supplier, giver: Supplier, name: str, value: Email | Phone) -> None:
        """A contact that does not count is taken over by who vouches for it and ranks higher, and that is told; no other is."""
        unproven = own({name: value}, by=giver, email_is_key=name == f.EMAIL)
        became = people.edit(unproven, {name: value}, by=by, email_free=True, now=LATER)
        takes = giver in OWN and by in {Supplier.ADMINISTRATOR, Supplier.DIRECTORY} and RANKS[by] < RANKS[giver]
        held = Supplied(value=value, by=by if takes else giver, at=LATER if takes else NOON)
        assert held == became.sub_account.profile.values[name]
        assert ((SubAccountEdited(fields=(name,)),) if takes else ()) == became.happened
        again = people.edit(
            evolve(unproven, sub_account=became.sub_account), {name: value}, by=by, email_free=True, now=LATER
        )
        assert (became.sub_account, ()) == (again.sub_account, again.happened)

    def test_other_fields_are_not_taken_over(self) -> None:
        """A name or position that an administrator repeats stays the person's, who can go on changing it."""
        hers = own({f.POSITION: "Seller"}, by=Supplier.PERSON)
        became = people.edit(hers, {f.POSITION: "Seller"}, by=Supplier.ADMINISTRATOR, email_free=True, now=LATER)
        assert (hers.sub_account, ()) == (became.sub_account, became.happened)

    @pytest.mark.parametrize(
        ("names", "told"), [((f.PHONE,), f.PHONE), ((f.EMAIL,), f.EMAIL), ((f.PHONE, f.EMAIL), f.EMAIL)]
    )
    def test_the_own_contacts_need_a_proof(self, names: tuple[str, ...], told: str) -> None:
        """A person's own contact is refused until it can be proven; of several the first by name is told."""
        with pytest.raises(FieldRefused) as refusal:
            edited(dict.fromkeys(names), by=Supplier.PERSON)
        assert (told, "needs_proof") == (refusal.value.field, refusal.value.why)


class TestDecision:
    """What is written, what has to hold until the commit, and whom it is about."""

    def decided(self, became: Becomes) -> Any:
        """Return the decision about the person."""
        return people.decide(person(), became, by=BY, subscription=BOUGHT, taken=0)

    def test_both_halves_change(self) -> None:
        """Both halves are written on the version they were read at, and only the account is guarded."""
        became = people.archive(person())
        decision = self.decided(became)
        assert (became.sub_account, became.credential) == decision.puts
        assert (seen(person().account),) == decision.guards
        assert evolve(became.sub_account, version=6) == decision.result

    def test_the_half_that_stays_is_guarded(self) -> None:
        """A half that is not written has to hold, or something beside it would outlive a change of it."""
        decision = self.decided(edited({f.POSITION: "Manager"}))
        assert (seen(person().account), seen(person().credential)) == decision.guards
        unlocked = self.decided(people.unlock(person()))
        assert (seen(person().account), seen(person().sub_account)) == unlocked.guards
        assert person().sub_account == unlocked.result

    def test_whom_it_is_about(self) -> None:
        """What happened names the person, its account and who did it."""
        decision = self.decided(people.archive(person()))
        sub = person().sub_account
        happened = Happened(what=SubAccountArchived(), account=sub.account, sub_account=sub.id)
        assert ((happened,), BY, sub.id.organization) == (decision.happened, decision.by, decision.organization)
