"""The rules of links and of what people do for themselves: forget passwords, change contacts, follow what was sent."""

from __future__ import annotations

from typing import Final

from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from ...commands import ChangeContact, PeekLink, ProveContact, RedeemCode, RedeemLink, RequestReset
from ...domain.fields import CONTACTS
from ...domain.life import State
from ...domain.proof import COOL_DOWN, Purpose
from ...domain.recovery import Requested
from ...domain.secret import Secret
from ...domain.steps import AnyStep, AskAdministrator, Authenticated, EnterPassword
from ...domain.sub_account import Person, SubAccount
from .doors import FIELDS, PEOPLE, WRONG
from .followed import Followed, Trail
from .invariants import InvariantBroken
from .known import Known
from .town import Town

NO_CODE: Final = "00000-00000"
LOGINS: Final = st.one_of(PEOPLE, st.sampled_from(("nobody", "nobody@nowhere.example")))


class RecoveryRules(Town):
    """Follow links that live and links that are dead, and know of every one which it is."""

    def __init__(self) -> None:
        super().__init__()
        self.trail: Trail = Trail()

    @invariant()
    def links_live_or_are_dead(self) -> None:
        """Look at every link after every step: what ended one keeps it dead from then on."""
        self.trail.look(self.people, lambda known: self.person(known.id), self.portal.keys)

    @precondition(lambda self: self.people)
    @rule(who=LOGINS, outside=st.booleans())
    def forget_password(self, who: int | str, outside: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """Ask for another password: the same answer for everybody, one message in a cool-down, and nothing else."""
        person = self.known(who if isinstance(who, int) else 0)
        login = person.login if isinstance(who, int) else who
        command = RequestReset(door=person.shop.door(outside=outside), login=login)
        before = len(self.checked.journal)
        expected = Requested(again_at=self.portal.clock() + COOL_DOWN)
        self.expect("answers", command, expected, self.do(person.shop, command))
        (batch,) = self.checked.journal[before:]
        self.expect("answers", command, 1, len(batch.puts))
        self.expect("notices", command, 0, len(batch.tasks[1:]))

    @precondition(lambda self: any(person.subjects for person in self.people))
    @rule(who=PEOPLE, number=st.integers(0, 3), right=st.sampled_from((True, True, None, False)))
    def change_contact(self, who: int, number: int, right: bool | None) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """Ask for another e-mail, with the password, a wrong one, or a sign-in alone; nothing changes before its proof."""
        candidates = [each for each in self.people if each.subjects]
        person = candidates[who % len(candidates)]
        before = self.person(person.id).sub_account
        current = None if right is None else Secret((person.password if right else None) or WRONG)
        address = f"{person.id.value}.{number}@home.example"
        command = ChangeContact(subject=person.subjects[-1], field="email", value=address, current=current)
        asked = self.do(person.shop, command, only=person)
        after = self.person(person.id).sub_account
        self.expect("answers", command, before.profile.email, after.profile.email)
        if asked is not None and right is False:
            raise InvariantBroken("dead proofs", command, "a wrong password was proof enough")
        if after.state is not before.state:
            person.kill()

    @precondition(lambda self: self.trail.links)
    @rule(which=PEOPLE, dead=st.sampled_from((True, False, False)), good=st.sampled_from((True, True, False)))
    def follow(self, which: int, dead: bool, good: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """Look at a link, and use it: a living one works once, and shows its page until then; a dead one does nothing."""
        links = [each for each in self.trail.links.values() if each.dead is dead and not each.typed]
        if not links:
            return
        self._follow(links[which % len(links)], good=good)

    def follow_the_last(self) -> None:
        """Follow the last link that was put out, if there is one."""
        self.links_live_or_are_dead()
        for chosen in [each for each in self.trail.links.values() if not each.typed][-1:]:
            self._follow(chosen, good=True)

    def _follow(self, chosen: Followed, *, good: bool) -> None:
        lives = not chosen.dead and self.portal.clock() < chosen.until
        self._peek(chosen, lives=lives)
        if chosen.purpose is Purpose.CONTACT:
            self._prove(chosen, lives=lives)
        else:
            self._redeem(chosen, lives=lives, good=good)

    def _peek(self, chosen: Followed, *, lives: bool) -> None:
        command, before = PeekLink(link=Secret(chosen.text)), len(self.checked.journal)
        page = self.do(chosen.who.shop, command, only=chosen.who)
        self.expect("answers", command, chosen.purpose if lives else None, page.purpose if page else None)
        self.expect("answers", command, [], self.checked.journal[before:])

    def _redeem(self, chosen: Followed, *, lives: bool, good: bool) -> None:
        person, password = chosen.who, self.new_password() if good else "short"
        command = RedeemLink(link=Secret(chosen.text), password=Secret(password), fields=FIELDS)
        step = self.do(person.shop, command, only=person)
        works = lives and good and self.may_enter(person.shop)
        self._expect_password(command, step, person, password, works=works)
        self.expect("answers", command, lives, step is not None)
        if isinstance(step, Authenticated):
            self.expect(
                "living proofs", command, (Purpose.CLAIM, person.id), (chosen.purpose, step.subject.sub_account)
            )
            person.subjects.append(step.subject)

    def _prove(self, chosen: Followed, *, lives: bool) -> None:
        person = chosen.who
        command, before = ProveContact(link=Secret(chosen.text)), self.person(person.id)
        works = lives and before.sub_account.state is State.ACTIVE and self.may_enter(person.shop)
        proven = self.do(person.shop, command, only=person)
        self.expect("living proofs" if works else "dead proofs", command, works, proven is not None)
        after = self.expect_contact(command, before, works=works)
        if proven is not None:
            self.expect("one holder", command, proven.signs_in, after.email_is_key)

    def expect_contact(self, command: object, before: Person, *, works: bool) -> SubAccount:
        """Require that a proof made the contact that waited for it somebody's own, or changed none; return who has it."""
        sub, pending = before.sub_account, before.credential.contact
        after = self.person(sub.id).sub_account
        held, proven = {name: sub.profile.value(name) for name in CONTACTS}, sub.proven
        if works and pending is not None:
            held[pending.field], proven = pending.to, proven | {pending.field}
        self.expect("answers", command, held, {name: after.profile.value(name) for name in CONTACTS})
        self.expect("answers", command, proven, after.proven)
        return after

    @precondition(lambda self: self.people)
    @rule(who=PEOPLE, outside=st.booleans())
    def mistype(self, who: int, outside: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """Type codes where links were sent, or nothing: none is right, whatever is out."""
        self.redeem_code(self.addressed(who), NO_CODE, good=True, outside=outside)

    def redeem_code(self, person: Known, text: str, *, good: bool, outside: bool) -> None:
        """Type a code with another password, or one that is none: only the living code does anything, and a wrong one counts."""
        password, door = self.new_password() if good else "short", person.shop.door(outside=outside)
        out, enters = self.code_that_is_out(person, Purpose.RECOVERY), self.may_enter(person.shop)
        right = enters and out is not None and out.text == text
        command = RedeemCode(door=door, login=person.login, code=Secret(text), password=Secret(password))
        step = self.do(person.shop, command, only=person)
        self.expect("dead proofs", command, False, isinstance(step, Authenticated))  # noqa: FBT003 - expected; it signs nobody in
        self._expect_password(command, step, person, password, works=right and good)
        if out is not None and enters and not right:
            out.wrong += 1

    def _expect_password(
        self, command: object, step: AnyStep | None, person: Known, password: str, *, works: bool
    ) -> None:
        """Require that a proof created a password, or did not; where no seat is left it does not, and lives on."""
        if works and isinstance(step, AskAdministrator) and step.why == "seats_full":
            return
        done = isinstance(step, Authenticated) or step == EnterPassword()
        self.expect("living proofs" if works else "dead proofs", command, works, done)
        if done:
            person.kill()
            person.password = password

    def code_that_is_out(self, person: Known, purpose: Purpose) -> Followed | None:
        """Return the living code that somebody was sent for a purpose, or None."""
        self.links_live_or_are_dead()
        for each in self.trail.links.values():
            its = each.typed and each.who is person and each.purpose is purpose
            if its and not each.dead and self.portal.clock() < each.until:
                return each
        return None
