"""Invariant 8 on memory, in any order of anything: a notice goes out at least once when its change was committed and nothing
overtook it before its lease; never otherwise, and never in other words.

Providers accept, refuse, put off and break; workers die at any call of the storage and at any message, sleep past their
leases, and meet each other. What had to go out is told by the kit's own tracker of mail, not by the library's rules.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any, Final

from attrs import define, field
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from subaccounts import (
    Accepted,
    ArchivePerson,
    Deferred,
    DeletePerson,
    DropDeadLetter,
    EditPerson,
    IssueCode,
    Message,
    RedeemLink,
    RegistrationPolicy,
    Rejected,
    RenamePerson,
    ResetPassword,
    Restored,
    RestorePerson,
    RetryDeadLetter,
    Secret,
    Selection,
    SendActivation,
    SubAccountId,
    SwitchPolicy,
    VoidCode,
)
from subaccounts.domain.activation_events import NoticeGivenUp
from subaccounts.domain.decision import Batch
from subaccounts.errors import Refusal
from subaccounts.testing import proof_in
from subaccounts.testing.machines.deliveries import Died
from subaccounts.testing.machines.mail import Mail
from tests.commands.post import Post
from tests.commands.shop import NAMED, PASSWORD, SETUP

WHO: Final = st.integers(0, 1_000)
OUTCOMES: Final = st.sampled_from(
    (
        Accepted(),
        Rejected(reason="unknown"),
        Deferred(reason="busy"),
        Deferred(retry_after=timedelta(hours=2)),
        OSError("unreachable"),
    )
)
ROUNDS: Final = 30
"""Runs after which everything that waits is sent, when every provider takes everything."""


@define
class Mortal:
    """Stand before a repository, keep what was written, and die at one of its calls, before or after it."""

    inner: Any
    journal: list[Batch] = field(factory=list)
    calls: int = 0
    at: int | None = None
    after: bool = False

    def __getattr__(self, name: str) -> Any:
        held = getattr(self.inner, name)
        if not callable(held):
            return held

        def ask(*args: Any, **named: Any) -> Any:
            self.calls += 1
            if self.calls == self.at and not self.after:
                raise Died
            answer = held(*args, **named)
            if name == "commit":
                self.journal.append(args[0])
            if self.calls == self.at and self.after:
                raise Died
            return answer

        return ask


class Delivering(RuleBasedStateMachine):
    """Tell people, overtake what they are told, send it, fail, die, wait, look after what was given up."""

    def __init__(self) -> None:
        super().__init__()
        self.post, self.mail = Post(), Mail()
        self.mortal = Mortal(self.post.repository)
        self.post.repository = self.mortal  # type: ignore[assignment]  # it does all that one does
        self.post.subs = self.post.facade()
        self.people: list[SubAccountId] = []

    def _person(self, who: int) -> SubAccountId:
        return self.people[who % len(self.people)]

    def _try(self, command: Any) -> None:
        with suppress(Refusal):  # whatever the state does not take
            self.post.handle(command)

    @invariant()
    def nothing_goes_out_that_must_not(self) -> None:
        """Read what was written and sent after every step; the tracker says what is wrong."""
        self.mail.hand(self.post.notifier.messages, self.post.notifier.refused)
        self.mail.look(self.mortal.journal, self.mortal.inner._records, self.post.clock())

    @rule()
    def add(self) -> None:
        """Add somebody, who is told at once."""
        if len(self.people) < 4:
            self.people.append(self.post.tell(f"person-{len(self.people)}"))

    @precondition(lambda self: self.people)
    @rule(who=WHO)
    def tell_again(self, who: int) -> None:
        """Tell somebody anew: what was not sent yet is overtaken."""
        selection = Selection(people=(self._person(who),))
        self._try(SendActivation(actor=self.post.admin, organization=self.post.id, selection=selection))

    @precondition(lambda self: self.people)
    @rule(
        who=WHO,
        command=st.sampled_from((ResetPassword, ArchivePerson, RestorePerson, DeletePerson, IssueCode, VoidCode)),
    )
    def overtake(self, who: int, command: Callable[..., Any]) -> None:
        """Do to somebody what overtakes an activation."""
        self._try(command(actor=self.post.admin, sub_account=self._person(who)))

    @precondition(lambda self: self.people)
    @rule(who=WHO, number=st.integers(0, 3))
    def move(self, who: int, number: int) -> None:
        """Give somebody another address, which is told to the old one and the new one once it has claimed."""
        fields = {"email": f"{self._person(who).value}.{number}@shop.example"}
        self._try(EditPerson(actor=self.post.admin, sub_account=self._person(who), fields=fields))

    @precondition(lambda self: self.people)
    @rule(who=WHO, number=st.integers(0, 3))
    def rename(self, who: int, number: int) -> None:
        """Give somebody another login, which is told to who has claimed."""
        login = f"{self._person(who).value[-6:]}-{number}"
        self._try(RenamePerson(actor=self.post.admin, sub_account=self._person(who), login=login))

    @precondition(lambda self: self.people)
    @rule(who=WHO)
    def claim(self, who: int) -> None:
        """Hand somebody a slip, which is claimed with: from then on changes are told, to old addresses too."""
        person = self._person(who)
        with suppress(Refusal):
            slip = self.post.handle(IssueCode(actor=self.post.admin, sub_account=person)).code
            assert slip is not None
            self.post.complete(slip.login, code=slip.code)

    @precondition(lambda self: self.post.notifier.messages)
    @rule(which=WHO)
    def follow(self, which: int) -> None:
        """Follow a link that was sent; whoever gets in overtakes what else was to be sent."""
        messages = self.post.notifier.messages
        link = proof_in(messages[which % len(messages)])
        if len(link):
            self._try(RedeemLink(link=link, password=Secret(PASSWORD), fields=NAMED))

    @rule(what=st.sampled_from(("policy", "backup", "policy")))
    def upheave(self, what: str) -> None:
        """Switch the policy, or restore a backup: every link is dead."""
        policy = RegistrationPolicy.by_person()
        switching = SwitchPolicy(actor=self.post.admin, account=self.post.account.id, policy=policy)
        self._try(switching if what == "policy" else Restored(actor=SETUP, organization=self.post.id))

    @rule(by=st.sampled_from((1, 6, 90, 60 * 24 * 8)))
    def wait(self, by: int) -> None:
        """Let minutes pass, or days: links end after fourteen."""
        self.post.wait(minutes=by)

    @rule(
        outcomes=st.lists(OUTCOMES, max_size=5),
        beside=st.sampled_from(("", "", "a worker", "a slow provider", "both")),
        dies=st.none() | st.sampled_from(("before", "after")),
        at=st.none() | st.integers(1, 30),
        after=st.booleans(),
    )
    def deliver(self, outcomes: list[Any], beside: str, dies: str | None, at: int | None, after: bool) -> None:
        """Run a worker, which meets another or sleeps in the middle of a message, or dies at a call or a message."""
        notifier = self.post.notifier
        notifier.answers(*outcomes)

        def meet(_: Message) -> None:
            notifier.before = None
            if beside != "a worker":
                self.post.clock.advance(timedelta(minutes=6))
            if beside != "a slow provider":
                self.post.deliver()

        def die(_: Message) -> None:
            raise Died

        notifier.before = die if dies == "before" else meet if beside else None
        notifier.after = die if dies == "after" else None
        self.mortal.at, self.mortal.after = at and self.mortal.calls + at, after
        try:
            self.post.deliver()
        except Died:
            pass
        finally:
            notifier.before = notifier.after = self.mortal.at = None
            notifier._script.clear()

    @precondition(lambda self: self.post.letters())
    @rule(which=WHO, drop=st.sampled_from((False, False, True)))
    def look_after(self, which: int, drop: bool) -> None:
        """Retry a dead letter, or drop it."""
        letters = self.post.letters()
        command = DropDeadLetter if drop else RetryDeadLetter
        id_ = letters[which % len(letters)].id
        self.post.handle(command(actor=self.post.admin, organization=self.post.id, dead_letter=id_))

    def teardown(self) -> None:
        """Let every provider take everything from now on: whoever was to be told is told, or an operator knows."""
        for _ in range(ROUNDS):
            waiting = self.post.waiting()
            if not waiting:
                break
            self.post.clock.set(max(self.post.clock(), *(each.task.due for each in waiting)))
            self.post.deliver()
            self.nothing_goes_out_that_must_not()
        assert () == self.post.waiting()
        self.mail.require_all(self.mail.letters.values())
        known = {letter.notice for letter in self.post.letters()}
        assert known == {id_ for id_, letter in self.mail.letters.items() if letter.ended is NoticeGivenUp}


def test_nobody_is_lost() -> None:
    """Whatever happens in whatever order, every notice goes out, was overtaken, or is known to an operator."""
    run_state_machine_as_test(Delivering, settings=settings(max_examples=60, stateful_step_count=40))
