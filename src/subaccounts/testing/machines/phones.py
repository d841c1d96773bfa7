"""The rules of phones: SMS are bought, and somebody types the code that was sent there, or another: for another number, or
for a password that was forgotten.

A code is known from what is stored, as links are: what was asked for in which form, and whether something ended it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from attrs import evolve
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from ...commands import ChangeActivation, ChangeContact, ProveContactByCode
from ...domain.activation import ActivationPolicy, MessageBudget
from ...domain.contact_change import ContactRequested
from ...domain.phone import Phone
from ...domain.proof import COOL_DOWN, Form, Purpose
from ...domain.secret import Secret
from ...domain.sub_account import Person
from ...domain.subject import Subject
from ...domain.supplier import Supplier
from ...errors import LinkRefused, NotAllowed, ProofRefused, Refusal
from .doors import PEOPLE, WRONG
from .houses import SHOPS
from .known import Known
from .recoveries import NO_CODE, RecoveryRules

LISTED: Final = "49"
"""The country whose numbers people can name themselves, where anybody can."""
NUMBERS: Final = ("+491711234567", "+491711234568", "+33612345678")
"""Two of that country, and one of another."""
A_MOMENT_AGO: Final = timedelta(minutes=10)
"""How long a sign-in proves who asks."""


class PhoneRules(RecoveryRules):
    """Ask for phones and prove them, and know of every code which it is: the one that is out, or none any more."""

    @rule(shop=SHOPS, bought=st.sampled_from((True, True, False)), form=st.sampled_from((Form.LINK, Form.CODE)))
    def buy_sms(self, shop: int, bought: bool, form: Form) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """Buy SMS, or end that, list a country that they go to, and say what they carry."""
        given, subscriptions = self.shops[shop], self.portal.subscriptions
        of = given.organization
        subscriptions.sell(of, evolve(subscriptions._now(of), sms=bought))  # noqa: SLF001 - a look, not a question
        policy = ActivationPolicy(sms_form=form, budget=MessageBudget(sms_countries=frozenset({LISTED})))
        command = ChangeActivation(actor=given.admin, organization=of, activation=policy)
        changed = self.do(given, command)
        self.expect("answers", command, policy, changed.activation if changed else None)

    @precondition(lambda self: any(person.subjects for person in self.people))
    @rule(who=PEOPLE, number=st.sampled_from(NUMBERS), right=st.sampled_from((True, True, None, False)))
    def ask_for_a_number(self, who: int, number: str, right: bool | None) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """Ask for another phone, with the password, a wrong one, or a sign-in alone; nothing changes before its proof."""
        person = self._signed_in_at(who)
        if person is None:
            return
        before, subject = self.person(person.id), person.subjects[-1]
        current = None if right is None else Secret((person.password if right else None) or WRONG)
        command = ChangeContact(subject=subject, field="phone", value=number, current=current)
        proves = self._proves_who_asks(before, subject, password=right and person.password is not None)
        may = proves and _can_name(before, number) and self._can_be_sent(before, number) and self.may_enter(person.shop)
        asked = self.do(person.shop, command, only=person)
        self.require_alive(command, person.shop)
        self.expect("answers" if proves else "dead proofs", command, may, asked is not None)
        if asked is not None:
            again = self.portal.clock() + COOL_DOWN
            said = ContactRequested(field="phone", contact=asked.contact, form=Form.CODE, again_at=again)
            self.expect("answers", command, said, asked)
        after = self.person(person.id).sub_account
        self.expect("answers", command, before.sub_account.profile, after.profile)
        if after.state is not before.sub_account.state:
            person.kill()

    @precondition(lambda self: any(person.subjects for person in self.people))
    @rule(
        who=PEOPLE,
        other=PEOPLE,
        which=st.sampled_from(("alive", "alive", "dead", "other", "wrong")),
        wrongs=st.sampled_from((0, 0, 1, 4)),
    )
    def type_a_code(self, who: int, other: int, which: str, wrongs: int) -> None:
        """Type the code that is out, a dead one, somebody else's, or none; first so many wrong ones, of which five end it."""
        person = self._signed_in_at(who)
        if person is None:
            return
        text = self._typed(person, Purpose.CONTACT, which, other)
        for _ in range(wrongs):
            self._type(person, NO_CODE)
        self._type(person, text)

    @precondition(lambda self: self.people)
    @rule(
        who=PEOPLE,
        other=PEOPLE,
        which=st.sampled_from(("alive", "alive", "dead", "other")),
        good=st.sampled_from((True, True, False)),
        outside=st.booleans(),
    )
    def recover_by_code(self, who: int, other: int, which: str, good: bool, outside: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """Create another password, or one that is none, by the code that is out for it, a dead one or somebody else's."""
        person = self.addressed(who)
        text = self._typed(person, Purpose.RECOVERY, which, other)
        self.redeem_code(person, text, good=good, outside=outside)

    def _typed(self, person: Known, purpose: Purpose, which: str, other: int) -> str:
        """Return the last code that somebody was sent for a purpose, the first, another's, or what no code reads like."""
        self.links_live_or_are_dead()
        codes = [each for each in self.trail.links.values() if each.typed and each.purpose is purpose]
        mine = [each.text for each in codes if each.who is person]
        others = [each.text for each in codes if each.who is not person]
        texts = {"alive": mine[-1:], "dead": mine[:1], "other": others[other % len(others) :] if others else []}
        return (texts.get(which) or [NO_CODE])[0]

    def _type(self, person: Known, text: str) -> None:
        """Type one code: the one that is out makes the number the person's, and any other changes nothing but its count."""
        out, before = self.code_that_is_out(person, Purpose.CONTACT), self.person(person.id)
        enters = self.may_enter(person.shop)
        works = enters and out is not None and out.text == text
        command = ProveContactByCode(subject=person.subjects[-1], code=Secret(text))
        proven = self.do(person.shop, command, only=person)
        self.require_alive(command, person.shop)
        self.expect("living proofs" if works else "dead proofs", command, works, proven is not None)
        refused: type[Refusal] = (ProofRefused if out is not None else LinkRefused) if enters else NotAllowed
        self.expect("answers", command, type(None) if works else refused, type(self.refusal))
        if out is not None and refused is ProofRefused and not works:
            out.wrong += 1
        self.expect_contact(command, before, works=works)

    def _signed_in_at(self, who: int) -> Known | None:
        """Return somebody with a sign-in that holds: the one of this number if it has one, else another, if anybody has."""
        candidates = [each for each in self.people if each.subjects]
        known = self.known(who)
        return known if known in candidates else (candidates[who % len(candidates)] if candidates else None)

    def _proves_who_asks(self, person: Person, subject: Subject, *, password: bool | None) -> bool:
        """Tell whether who asks is proven anew: by the password, or without one by a sign-in of a moment ago."""
        now = self.portal.clock()
        if password is None:
            return abs(now - subject.at) <= A_MOMENT_AGO
        return password and not person.credential.attempts.locked_until(subject.terminal, now=now)

    def _can_be_sent(self, person: Person, number: str) -> bool:
        """Tell whether an SMS goes to a number now: they were bought, its country is listed, and the last was not just sent."""
        organization, pending = person.organization, person.credential.contact
        bought = self.portal.subscriptions._now(organization.id).sms  # noqa: SLF001 - a look, not a question
        listed = any(number.startswith(f"+{each}") for each in organization.activation.budget.sms_countries)
        cools = pending is not None and self.portal.clock() < pending.proof.issued_at + COOL_DOWN
        return bought and listed and not cools


def _can_name(person: Person, number: str) -> bool:
    """Tell whether a person can name this number itself: one that an administrator gave stays, and only it can be proven."""
    held = person.sub_account.profile.values.get("phone")
    return held is None or held.by is not Supplier.ADMINISTRATOR or held.value == Phone.parse(number)
