"""The rules of signing up alone: offer it, begin, complete with a link that lives or one that is dead, forget."""

from __future__ import annotations

from typing import Final

from attrs import frozen
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from ...commands import BeginSignUp, CompleteSignUp, ForgetSignUps, PeekLink, SwitchSignUp
from ...domain import link
from ...domain.account import AccountState
from ...domain.email import Email
from ...domain.login import Login
from ...domain.proof import Purpose
from ...domain.secret import Secret
from ...domain.sign_up import MOST_MESSAGES, MOST_NAMES, SignUp, SignUpBegun, SignUpField, SignUpForm
from ...domain.steps import Authenticated
from ...domain.sub_account import DELETED_SPACE, LOOK_ALIKE_SPACE, SIGN_IN_SPACE, realm_key
from .answers import Answers
from .doors import FIELDS
from .houses import SHOPS
from .invariants import InvariantBroken
from .known import Known, Shop
from .town import OPERATOR, Town

FORM: Final = SignUpForm(fields=(SignUpField(name="full_name"), SignUpField(name="position")))
EMAILS: Final = ("dora@home.example", "DORA@home.example", "eva@home.example")
LOGINS: Final = (None, "dora", "anna", "d0ra")
WHICH: Final = st.integers(0, 20)


@frozen(kw_only=True)
class Sent:
    """Hold one link that was sent to who signs up, and the attempt as it was then."""

    shop: Shop
    attempt: SignUp
    text: str


class SignUpRules(Town):
    """Sign up, and know that nobody is there before a living proof, and nobody twice after it."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[Sent] = []

    @invariant()
    def attempts_are_nobody(self) -> None:
        """Look at every attempt: it holds no key, and was sent no more messages than one can be."""
        for attempt in self.stored(SignUp):
            if attempt.keys or not 1 <= attempt.sent <= MOST_MESSAGES:
                raise InvariantBroken(
                    "proofs in place", attempt, f"it was sent {attempt.sent} and holds {attempt.keys}"
                )

    @rule(shop=SHOPS)
    def withdraw(self, shop: int) -> None:
        """End the offer of an account."""
        self._offer(self.shops[shop], None)

    @rule(shop=SHOPS, email=st.sampled_from(EMAILS), login=st.sampled_from(LOGINS), offer=st.booleans())
    def begin_sign_up(self, shop: int, email: str, login: str | None, offer: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """Begin, perhaps where it has just been offered; a message goes out, or none, and nobody is there by it."""
        given, people = self.shops[shop], len(self.everybody())
        if offer:
            self._offer(given, FORM)
        command = BeginSignUp(door=given.door(outside=True), fields={**FIELDS, "email": email}, login=login)
        begun = self.do(given, command)
        self.expect("dead proofs", command, people, len(self.everybody()))
        attempt = self.checked.model.records.get(begun.sign_up) if isinstance(begun, SignUpBegun) else None
        if isinstance(attempt, SignUp) and not attempt.known:
            self.links.append(Sent(shop=given, attempt=attempt, text=self._link(attempt)))

    @rule(shop=SHOPS, email=st.sampled_from(EMAILS), login=st.sampled_from(LOGINS))
    def sign_up(self, shop: int, email: str, login: str | None) -> None:
        """Begin where it has just been offered, and complete at once with the last link there is."""
        self.begin_sign_up(shop, email, login, offer=True)
        if self.links:
            self.complete_sign_up(0, None, looked=True)

    @precondition(lambda self: self.links)
    @rule(which=WHICH, login=st.sampled_from((None, None, "dora", "anna")), looked=st.booleans())
    def complete_sign_up(self, which: int, login: str | None, looked: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """Complete with a link, the last one or an older one, after a look at it or without."""
        sent = self.links[-1 - which % len(self.links)]
        alive, password = self._is_alive(sent), self.new_password()
        if looked:
            page = self.do(sent.shop, PeekLink(link=Secret(sent.text)))
            self.expect("living proofs" if alive else "dead proofs", "PeekLink", alive, page is not None)
        clear = alive and self._is_clear(sent, login)
        command = CompleteSignUp(link=Secret(sent.text), password=Secret(password), login=login)
        step = self.do(sent.shop, command)
        entered = isinstance(step, Authenticated)
        if entered and not alive:
            raise InvariantBroken("dead proofs", command, "somebody was let in by it")
        if clear and not entered and self.seats_left(sent.shop):
            raise InvariantBroken("living proofs", command, f"nothing is in the way, and it answered {step}")
        if isinstance(step, Authenticated):
            person = self.person(step.subject.sub_account).sub_account
            known = Known(id=person.id, shop=sent.shop, login=person.login.text, password=password)
            known.subjects.append(step.subject)
            self.people.append(known)

    @rule(shop=SHOPS)
    def forget_sign_ups(self, shop: int) -> None:
        """Forget the attempts that have ended, and no others."""
        given = self.shops[shop]
        attempts = [each for each in self.stored(SignUp) if each.id.organization == given.organization]
        old = sum(each.expires_at < self.portal.clock() for each in attempts)
        command = ForgetSignUps(actor=OPERATOR, organization=given.organization)
        self.expect("answers", command, old, self.do(given, command))

    def _offer(self, given: Shop, form: SignUpForm | None) -> None:
        facts = Answers(self.checked.model).account(given.account)
        is_open = facts is not None and facts.account.state is AccountState.OPEN
        command = SwitchSignUp(actor=given.admin, account=given.account, form=form)
        switched = self.do(given, command)
        self.expect("answers", command, (is_open, form), (switched is not None, switched.sign_up if switched else form))

    def _link(self, attempt: SignUp) -> str:
        ref = attempt.proof.ref(purpose=Purpose.SIGN_UP, owner=attempt.id.value)
        of = attempt.id.organization
        purpose, parts = link.purpose_of(ref.purpose, ref.form), link.parts(of, ref.owner, ref.id)
        return link.text(ref, self.portal.keys.derive(purpose=purpose, parts=parts, key=ref.key), organization=of)

    def _is_alive(self, sent: Sent) -> bool:
        """Tell whether a link is the one that is out, and its time has not come."""
        stored = self.checked.model.records.get(sent.attempt.id)
        facts = Answers(self.checked.model).account(sent.shop.account)
        if not isinstance(stored, SignUp) or facts is None or stored.proof.id != sent.attempt.proof.id:
            return False
        proof, now = stored.proof, self.portal.clock()
        same = (proof.policy_version, proof.organization_epoch) == (
            facts.account.policy_version,
            facts.organization.epoch,
        )
        offered = (
            facts.account.sign_up is not None or facts.account.state is AccountState.CLOSED or self._barred(sent.shop)
        )
        in_time = now < min(proof.expires_at, stored.expires_at)
        return same and in_time and not stored.known and stored.names < MOST_NAMES and offered

    def _barred(self, shop: Shop) -> bool:
        return not self.may_enter(shop) or not self.portal.covered(shop.organization)

    def _is_clear(self, sent: Sent, login: str | None) -> bool:
        """Tell whether nothing is in the way of a living link: nobody has the login or the e-mail, and people can come in."""
        contact, model = sent.attempt.contact, Answers(self.checked.model)
        assert isinstance(contact, Email), "the form asks for one"  # noqa: S101 - narrows the type
        named = Login.parse(login) if login is not None else sent.attempt.login or Login.parse(contact.text)
        spaces = {SIGN_IN_SPACE: named.key, LOOK_ALIKE_SPACE: named.skeleton, DELETED_SPACE: named.key}
        keys = {realm_key(sent.shop.account, sent.shop.realm, space, key) for space, key in spaces.items()}
        keys.add(realm_key(sent.shop.account, sent.shop.realm, SIGN_IN_SPACE, contact.key))
        return not model.holders(keys) and not self._barred(sent.shop)
