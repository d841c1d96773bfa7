"""The rules of the doors: begin, claim, sign in, change the password, with proofs that live and proofs that are dead."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from ...commands import BeginSignIn, ChangePassword, CompleteRegistration, SignIn
from ...domain import codes
from ...domain.dialogue import SHARED_TERMINAL
from ...domain.life import State
from ...domain.secret import Secret
from ...domain.steps import AnyStep, Authenticated
from ...domain.sub_account import Person
from .invariants import InvariantBroken
from .known import Known
from .town import Town

PEOPLE: Final = st.integers(min_value=0, max_value=50)
WRONG: Final = "nobody ever had this one"
FIELDS: Final = {"full_name": "Test Person", "position": "Seller"}
WAITS: Final = (timedelta(seconds=20), timedelta(minutes=5), timedelta(hours=2), timedelta(days=31))


class DoorRules(Town):
    """Prove, in both directions: who has a living proof gets in, and nobody else."""

    @precondition(lambda self: self.people)
    @rule(who=PEOPLE, outside=st.booleans(), typed=st.booleans())
    def begin(self, who: int, outside: bool, typed: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """Ask what comes next; nobody is let in by that."""
        person = self.known(who)
        command = BeginSignIn(door=person.shop.door(outside=outside), login=person.login if typed else None)
        step = self.do(person.shop, command)
        if isinstance(step, Authenticated):
            raise InvariantBroken("dead proofs", command, "a login alone let somebody in")

    @precondition(lambda self: self.people)
    @rule(
        who=PEOPLE,
        other=PEOPLE,
        which=st.sampled_from(("alive", "alive", "dead", "other", "wrong")),
        outside=st.booleans(),
    )
    def claim(self, who: int, other: int, which: str, outside: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """Claim with the living code, a dead one, somebody else's or a wrong one."""
        person = self.addressed(who)
        dead = person.dead_codes[other % len(person.dead_codes)] if person.dead_codes else None
        code = {"alive": person.code, "dead": dead, "other": self.known(other).code}.get(which) or "00000-00000"
        password, expected = (
            self.new_password(),
            code == person.code and self._may_claim(self.person(person.id), person),
        )
        command = CompleteRegistration(
            door=person.shop.door(outside=outside),
            login=person.login,
            password=Secret(password),
            code=Secret(code),
            fields=FIELDS,
        )
        step = self.do(person.shop, command, only=person)
        if self._entered(command, step, person, expected=expected):
            person.kill()
            person.password = password
            self._signed_in(step, person)

    @precondition(lambda self: self.people)
    @rule(who=PEOPLE, other=PEOPLE, which=st.sampled_from(("alive", "alive", "dead", "other")), outside=st.booleans())
    def sign_in(self, who: int, other: int, which: str, outside: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """Sign in with the living password, a dead one or somebody else's."""
        person = self.addressed(who)
        dead = person.dead_passwords[-1] if person.dead_passwords else WRONG
        password = {"alive": person.password, "dead": dead, "other": self.known(other).password}.get(which) or dead
        before = self.person(person.id)
        locked = before.credential.attempts.locked_until(SHARED_TERMINAL, now=self.portal.clock())
        active = before.sub_account.state is State.ACTIVE
        expected = password == person.password and active and not locked and self.may_enter(person.shop)
        door = person.shop.door(outside=outside)
        command = SignIn(door=door, login=person.login, secret=Secret(password))
        step = self.do(person.shop, command, only=person)
        if self._entered(command, step, person, expected=expected):
            self._signed_in(step, person)

    @rule(shop=st.integers(0, 3), login=st.sampled_from(("nobody", "no such person", "x@y.example")))
    def knock(self, shop: int, login: str) -> None:
        """Try a login that nobody has; it is counted, and nobody is let in."""
        given = self.shops[shop]
        command = SignIn(door=given.door(outside=True), login=login, secret=Secret(WRONG))
        step = self.do(given, command)
        if isinstance(step, Authenticated):
            raise InvariantBroken("dead proofs", command, "nobody was let in")

    @precondition(lambda self: any(person.subjects or person.dead_subjects for person in self.people))
    @rule(who=PEOPLE, right=st.sampled_from((True, True, False)), dead=st.booleans())
    def change_password(self, who: int, right: bool, dead: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """Change the password with the present one or a wrong one, by a sign-in that holds or one that ended."""
        candidates = [each for each in self.people if (each.dead_subjects if dead else each.subjects)]
        if not candidates:
            return
        person = candidates[who % len(candidates)]
        subject = (person.dead_subjects if dead else person.subjects)[-1]
        password, before = self.new_password(), self.person(person.id)
        current = person.password if right and person.password else WRONG
        command = ChangePassword(subject=subject, current=Secret(current), new=Secret(password))
        locked = before.credential.attempts.locked_until(subject.terminal, now=self.portal.clock())
        changed = self.do(person.shop, command, only=person)
        good = right and not dead and not locked and person.password is not None and self.may_enter(person.shop)
        self.expect("living proofs" if good else "dead proofs", command, good, changed is not None)
        if changed is not None:
            person.kill(code=False)
            person.password = password
            person.subjects.append(changed)
        elif before.sub_account.state is not self.person(person.id).sub_account.state:
            person.kill()

    @rule(by=st.sampled_from(WAITS))
    def wait(self, by: timedelta) -> None:
        """Let time pass; codes end by it."""
        self.tally.steps += 1
        self.portal.clock.advance(by)

    def _entered(self, command: object, step: AnyStep | None, person: Known, *, expected: bool) -> bool:
        """Tell whether somebody was let in; raise `InvariantBroken` when it should have been otherwise."""
        entered = isinstance(step, Authenticated)
        self.expect("living proofs" if expected else "dead proofs", command, expected, entered)
        if self.person(person.id).sub_account.state is State.DISABLED:
            person.kill()
        return entered

    def _signed_in(self, step: AnyStep | None, person: Known) -> None:
        if isinstance(step, Authenticated):
            self.expect("living proofs", step, person.id, step.subject.sub_account)
            person.subjects.append(step.subject)

    def _may_claim(self, person: Person, known: Known) -> bool:
        now, credential = self.portal.clock(), person.credential
        return (
            person.sub_account.state is State.WAITING
            and self.may_enter(known.shop)
            and codes.alive(credential.code, organization=person.organization, account=person.account, now=now)
            and not credential.attempts.locked_until(SHARED_TERMINAL, now=now)
        )
