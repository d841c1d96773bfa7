"""Any sequence of commands, on four accounts of two organizations with the same logins in each.

A model knows for every person which password, code and subjects are alive; everything older is dead. One machine for
both storages and both colors. Invariants 1, 3, 5 and 12; who may sign in is judged in both directions.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, TypeVar

import pytest
from attrs import define, field
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from subaccounts import (
    AddPerson,
    ArchivePerson,
    ChangePassword,
    CloseAccount,
    Command,
    CompleteRegistration,
    DeletePerson,
    EditPerson,
    IssueCode,
    Login,
    OpenAccount,
    Realm,
    Recognize,
    RegistrationPolicy,
    RenamePerson,
    ResetPassword,
    RestorePerson,
    Secret,
    State,
    SubAccountId,
    Subject,
    SwitchPolicy,
    UnlockPerson,
    VoidCode,
)
from subaccounts.domain.account import AccountState
from subaccounts.domain.dialogue import SHARED_TERMINAL
from subaccounts.domain.steps import Authenticated
from subaccounts.domain.sub_account import Person
from subaccounts.errors import ProofRefused, Refusal
from tests.invariants.checks import check_stored
from tests.invariants.stored import Rows, changed
from tests.invariants.world import FIELDS, KINDS, Shop, World

R = TypeVar("R")
LOGINS = st.sampled_from(["anna", "ANNA", "boris", "anna@shop.example", "borіs"])  # the last with a Cyrillic letter
PEOPLE = st.integers(min_value=0, max_value=1_000)


@define(kw_only=True)
class Known:
    """Hold what the model knows of one person: what is alive, and everything that was and is dead."""

    id: SubAccountId
    shop: Shop
    login: str
    password: str | None = None
    code: str | None = None
    subjects: list[Subject] = field(factory=list)
    dead_passwords: list[str] = field(factory=list)
    dead_codes: list[str] = field(factory=list)
    dead_subjects: list[Subject] = field(factory=list)

    def kill(self, *, password: bool = True, code: bool = True) -> None:
        """Declare the proofs there are dead; a password takes every subject with it."""
        if password:
            self.dead_passwords += [self.password] if self.password else []
            self.dead_subjects += self.subjects
            self.password, self.subjects = None, []
        if code:
            self.dead_codes += [self.code] if self.code else []
            self.code = None


class Life(RuleBasedStateMachine):
    """Do anything, in any order, to anybody."""

    kind = "memory"

    def __init__(self) -> None:
        super().__init__()
        self.world = World(self.kind)
        self.people: list[Known] = []
        self.passwords = 0

    @initialize(realm=st.sampled_from(Realm))
    def open_shops(self, realm: Realm) -> None:
        """Open two shops in each of two organizations, the second of which has the drawn realm."""
        self.shops = [
            Shop(self.world, organization=name, host=host, realm=realm if name == "beta" else Realm.ACCOUNT)
            for name in ("alpha", "beta")
            for host in ("shop-1", "shop-2")
        ]
        self.rows = self.world.rows()

    def teardown(self) -> None:
        """Close the world."""
        self.world.close()

    # What is done.

    @rule(login=LOGINS, shop=st.integers(0, 3), reuse=st.booleans(), email=st.booleans())
    def add(self, login: str, shop: int, reuse: bool, email: bool) -> None:
        """Add somebody, with a vouched e-mail or without."""
        given = self.shops[shop]
        fields = {"email": "anna@shop.example"} if email else {}
        command = AddPerson(
            actor=given.admin, account=given.account.id, login=login, fields=fields, reuse_deleted=reuse
        )
        added = self.do(given, command)
        if added is not None and added.code is not None:
            known = Known(id=added.sub_account.id, shop=given, login=login, code=added.code.code.reveal())
            self.people.append(known)

    @precondition(lambda self: self.people)
    @rule(who=PEOPLE, other=PEOPLE, which=st.sampled_from(["alive", "dead", "other", "wrong"]), outside=st.booleans())
    def claim(self, who: int, other: int, which: str, outside: bool) -> None:
        """Claim with the living code, a dead one, somebody else's or a wrong one."""
        person = self.addressed(who)
        dead = person.dead_codes[other % len(person.dead_codes)] if person.dead_codes else "AAAAA-AAAAA"
        code = {"alive": person.code, "dead": dead, "other": self.known(other).code}.get(which) or "00000-00000"
        right = code == person.code
        password, before = self.new_password(), self.stored(person)
        step = self.do(
            person.shop,
            CompleteRegistration(
                door=person.shop.outside if outside else person.shop.inside,
                login=person.login,
                password=Secret(password),
                code=Secret(code),
                fields=FIELDS,
            ),
            only=person,
        )
        expected = right and self.may_claim(before)
        assert expected == isinstance(step, Authenticated), (which, step)
        if isinstance(step, Authenticated):
            person.kill()
            person.password = password
            person.subjects.append(step.subject)

    @precondition(lambda self: self.people)
    @rule(who=PEOPLE, other=PEOPLE, which=st.sampled_from(["alive", "alive", "dead", "other"]), outside=st.booleans())
    def sign_in(self, who: int, other: int, which: str, outside: bool) -> None:
        """Sign in with the living password, a dead one or somebody else's."""
        person = self.addressed(who)
        dead = person.dead_passwords[-1] if person.dead_passwords else "nobody ever had this one"
        password = {"alive": person.password, "dead": dead, "other": self.known(other).password}.get(which) or dead
        right, before = password == person.password, self.stored(person)
        door = person.shop.outside if outside else person.shop.inside
        step = self.do(person.shop, person.shop.signing_in(person.login, password, door=door), only=person)
        locked = before.credential.attempts.locked_until(SHARED_TERMINAL, now=self.world.clock())
        opened = before.account.state is AccountState.OPEN
        expected = right and before.sub_account.state is State.ACTIVE and not locked and opened
        assert expected == isinstance(step, Authenticated), (which, step)
        if isinstance(step, Authenticated):
            assert person.id == step.subject.sub_account
            person.subjects.append(step.subject)

    @precondition(lambda self: any(person.subjects or person.dead_subjects for person in self.people))
    @rule(who=PEOPLE, right=st.booleans(), dead=st.booleans())
    def change_password(self, who: int, right: bool, dead: bool) -> None:
        """Change the password with the present one or a wrong one, by a sign-in that holds or one that ended."""
        candidates = [each for each in self.people if (each.dead_subjects if dead else each.subjects)]
        if not candidates:
            return
        person = candidates[who % len(candidates)]
        subject = (person.dead_subjects if dead else person.subjects)[-1]
        password, before = self.new_password(), self.stored(person)
        current = person.password if right and person.password else "nobody ever had this one"
        changing = ChangePassword(subject=subject, current=Secret(current), new=Secret(password))
        changed_subject = self.do(person.shop, changing, only=person)
        locked = before.credential.attempts.locked_until(subject.terminal, now=self.world.clock())
        opened = before.account.state is AccountState.OPEN and before.account.epoch == subject.account_epoch
        expected = right and not dead and not locked and opened and person.password is not None
        assert expected == (changed_subject is not None)
        if changed_subject is not None:
            person.kill(code=False)
            person.password = password
            person.subjects.append(changed_subject)

    @precondition(lambda self: self.people)
    @rule(who=PEOPLE, what=st.sampled_from([ResetPassword, RestorePerson]))
    def renew(self, who: int, what: type[Any]) -> None:
        """Reset or restore: everything older is dead, the new code is alive."""
        person = self.known(who)
        handover = self.do(person.shop, what(actor=person.shop.admin, sub_account=person.id), only=person)
        if handover is not None:
            person.kill()
            person.code = handover.code.code.reveal()

    @precondition(lambda self: self.people)
    @rule(who=PEOPLE, what=st.sampled_from([ArchivePerson, DeletePerson]))
    def end(self, who: int, what: type[Any]) -> None:
        """Archive or delete: everything is dead."""
        person = self.known(who)
        if self.do(person.shop, what(actor=person.shop.admin, sub_account=person.id), only=person) is not None:
            person.kill()

    @precondition(lambda self: self.people)
    @rule(who=PEOPLE, void=st.booleans())
    def issue_or_void(self, who: int, void: bool) -> None:
        """Issue a code, which kills the one before, or void it."""
        person = self.known(who)
        command = (VoidCode if void else IssueCode)(actor=person.shop.admin, sub_account=person.id)
        answer: Any = self.do(person.shop, command, only=person)
        if answer is not None:
            person.kill(password=False)
            person.code = None if void else answer.code.code.reveal()

    @precondition(lambda self: self.people)
    @rule(who=PEOPLE)
    def unlock(self, who: int) -> None:
        """End delays."""
        person = self.known(who)
        self.do(person.shop, UnlockPerson(actor=person.shop.admin, sub_account=person.id), only=person)

    @precondition(lambda self: self.people)
    @rule(who=PEOPLE, login=LOGINS, reuse=st.booleans())
    def rename(self, who: int, login: str, reuse: bool) -> None:
        """Give another login."""
        person = self.known(who)
        command = RenamePerson(actor=person.shop.admin, sub_account=person.id, login=login, reuse_deleted=reuse)
        if self.do(person.shop, command) is not None:
            person.login = login

    @precondition(lambda self: self.people)
    @rule(who=PEOPLE, email=st.sampled_from(["anna@shop.example", "boris@shop.example", None]))
    def edit(self, who: int, email: str | None) -> None:
        """Give or take an e-mail, which becomes a sign-in key where nobody else has it."""
        person = self.known(who)
        self.do(
            person.shop,
            EditPerson(actor=person.shop.admin, sub_account=person.id, fields={"email": email}),
            only=person,
        )

    @precondition(lambda self: self.people)
    @rule(who=PEOPLE)
    def switch(self, who: int) -> None:
        """Switch the policy of somebody's account: every code under it is dead."""
        given = self.known(who).shop
        command = SwitchPolicy(actor=given.admin, account=given.account.id, policy=RegistrationPolicy.by_person())
        if self.do(given, command) is not None:
            self.codes_die(given)

    @precondition(lambda self: self.people)
    @rule(who=PEOPLE, again=st.booleans())
    def close_or_open(self, who: int, again: bool) -> None:
        """Close somebody's account, which ends every sign-in under it; open it again, which kills its codes."""
        given = self.known(who).shop
        closing = CloseAccount(actor=given.admin, account=given.account.id)
        if self.do(given, closing) is not None:
            for person in self.people:
                if person.shop is given:
                    person.dead_subjects += person.subjects
                    person.subjects = []
            if not again:
                return
        policy = RegistrationPolicy.by_person()
        opening = OpenAccount(
            actor=given.admin, organization=given.organization, host=given.host, name="again", policy=policy
        )
        assert given.account.id == self.must(given, opening).id
        self.codes_die(given)

    @rule(by=st.sampled_from([timedelta(seconds=20), timedelta(minutes=5), timedelta(hours=2), timedelta(days=31)]))
    def wait(self, by: timedelta) -> None:
        """Let time pass; codes end by it."""
        self.world.clock.advance(by)

    # What always holds.

    @invariant()
    def what_is_stored_is_in_order(self) -> None:
        """Keys have one holder, proofs are only where they belong, the chain verifies."""
        check_stored(self.world)

    @invariant()
    def subjects_hold_or_do_not(self) -> None:
        """A subject holds exactly while nothing ended its sign-in."""
        for person in self.people:
            for subject in person.subjects[-2:]:
                found = self.world.handle(Recognize(subject=subject))
                assert found is not None
                assert person.id == found.id
            for subject in person.dead_subjects[-3:]:
                assert self.world.handle(Recognize(subject=subject)) is None

    # How it is done.

    def do(self, shop: Shop, command: Command[R], *, only: Known | None = None) -> R | None:
        """Run a command; None when it was refused. Nothing of another tenant or account changes; a refusal nothing."""
        before = self.rows
        try:
            answer: R | None = self.world.handle(command)
        except ProofRefused:
            self.rows, answer = self.world.rows(), None
        except Refusal:
            self.rows, answer = self.world.rows(), None
            assert before == self.rows, "a refusal changed something"
        else:
            self.rows = self.world.rows()
        self.check_reach(before, shop, only)
        return answer

    def must(self, shop: Shop, command: Command[R]) -> R:
        """Run a command that cannot be refused."""
        answer = self.do(shop, command)
        assert answer is not None
        return answer

    def check_reach(self, before: Rows, shop: Shop, only: Known | None) -> None:
        """Only rows of the tenant changed, and of people only those of the account, or the one it was about."""
        rows = changed(before, self.rows)
        assert {key[1] for key in rows} <= {shop.organization.value}
        people = {each.id.value: each for each in self.people if each.shop.organization == shop.organization}
        touched = {key[3] for key in rows if key[0] == "record" and key[3] in people}
        if only is not None:
            assert touched <= {only.id.value}
        elif shop.realm is Realm.ACCOUNT:
            assert all(people[value].shop is shop for value in touched)

    def known(self, number: int) -> Known:
        return self.people[number % len(self.people)]

    def addressed(self, number: int) -> Known:
        """Return who is meant by the login of this person: its holder now, or the person itself when it is dead."""
        person = self.known(number)
        key = Login.parse(person.login).key
        for each in self.people:
            if each.shop is person.shop:
                sub = self.stored(each).sub_account
                email = sub.profile.email.key if sub.email_is_key and sub.profile.email else None
                if sub.state is not State.DELETED and key in {sub.login.key, email}:
                    return each
        return person

    def stored(self, person: Known) -> Person:
        return self.world.person(person.id)

    def may_claim(self, person: Person) -> bool:
        now, credential, account = self.world.clock(), person.credential, person.account
        code = credential.code
        return (
            person.sub_account.state is State.WAITING
            and account.state is AccountState.OPEN
            and code is not None
            and now - code.issued_at < timedelta(days=30)
            and code.policy_version == account.policy_version
            and code.wrong < 5
            and not credential.attempts.locked_until(SHARED_TERMINAL, now=now)
        )

    def new_password(self) -> str:
        self.passwords += 1
        return f"the password of number {self.passwords}"

    def codes_die(self, shop: Shop) -> None:
        for person in self.people:
            if person.shop is shop:
                person.kill(password=False)


@pytest.mark.parametrize("kind", KINDS)
def test_any_life(kind: str) -> None:
    """Whatever is done in whatever order: one holder a key, dead proofs stay dead, nothing reaches a neighbor."""
    machine: type[Life] = type(f"Life_{kind}", (Life,), {"kind": kind})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=80 if kind.endswith("memory") else 15,
            stateful_step_count=50,
        ),
    )
