"""The rules of delivery: workers that send, fail and die; dead letters that are seen, retried and dropped."""

from __future__ import annotations

from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from ... import wire
from ...commands import (
    DeliverNotices,
    DropDeadLetter,
    EditPerson,
    ListDeadLetters,
    RetryDeadLetter,
    Selection,
    SendActivation,
)
from ...domain.dead_letter import GivenUp
from ...domain.ids import OrganizationId
from ...domain.message import Accepted, Deferred, Message, Rejected
from ...domain.notice import DEAD_LETTERS, NOTICES, Notice
from ...domain.sub_account import SubAccount
from ...domain.task import Leased
from .doors import PEOPLE
from .houses import SHOPS
from .invariants import InvariantBroken
from .mail import Mail
from .town import OPERATOR, Town

OUTCOMES: Final = (Accepted(), Rejected(reason="unknown"), Deferred(reason="later"), OSError("unreachable"))
"""What a provider does with a message."""
MANY: Final = 50
"""More messages than wait anywhere."""
MOST_ROUNDS: Final = 20
"""Runs after which everything that waits was sent, when every provider takes everything."""


class Died(BaseException):
    """Stand for the death of a worker: nothing in the library catches it."""


class DeliveryRules(Town):
    """Send what is due, and know of every notice whether it had to go out, or must not."""

    def __init__(self) -> None:
        super().__init__()
        self.mail: Mail = Mail()

    @invariant()
    def nothing_overtaken_is_sent(self) -> None:
        """Look at every notice after every step: what overtakes one keeps it from going out, from then on."""
        self.mail.look(self.checked.journal, self.checked.model.records, self.portal.clock())

    @precondition(lambda self: self.people)
    @rule(who=PEOPLE, move=st.booleans())
    def tell(self, who: int, move: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """Give somebody an e-mail of its own, another one when it moves, and have it told how to come in."""
        person = self.known(who)
        fields = {"email": f"{person.id.value}.{self.next_number() if move else 0}@shop.example"}
        self.do(person.shop, EditPerson(actor=person.shop.admin, sub_account=person.id, fields=fields), only=person)
        of, selection = person.shop.organization, Selection(people=(person.id,))
        sending = SendActivation(actor=person.shop.admin, organization=of, selection=selection)
        page = self.do(person.shop, sending, only=person)
        if page is not None and page.lines[0].sent:
            person.kill(password=False)

    @rule(
        shop=SHOPS,
        everywhere=st.booleans(),
        outcomes=st.lists(st.sampled_from(OUTCOMES), max_size=3),
        dies=st.sampled_from((None, None, "before", "after")),
    )
    def deliver(self, shop: int, everywhere: bool, outcomes: list[Any], dies: str | None) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """Send what is due, to providers that take it, refuse it, or are away; or die at the first message."""
        notifier = self.portal.notifier
        notifier.answers(*outcomes)
        if dies is not None:
            setattr(notifier, dies, _die)
        try:
            self._deliver(None if everywhere else self.shops[shop].organization)
        except Died:
            pass
        finally:
            notifier.before = notifier.after = None
            notifier._script.clear()  # noqa: SLF001 - what was not asked for is not answered later
        self._note()

    @rule(shop=SHOPS)
    def deliver_everything(self, shop: int) -> None:
        """Let time pass until everything that waits was due, and every provider take it: nobody is lost."""
        of = self.shops[shop].organization
        for _ in range(MOST_ROUNDS):
            waiting = self._in(of, NOTICES)
            if not waiting:
                break
            late = max(each.task.due for each in waiting) - self.portal.clock()
            self.portal.clock.advance(max(late, late * 0))
            self._deliver(of)
            self._note()
        if self._in(of, NOTICES):
            raise InvariantBroken("notices", of, f"they wait for good: {self._in(of, NOTICES)}")
        self.mail.require_all(each for each in self.mail.letters.values() if each.notice.organization == of)

    @rule(shop=SHOPS, which=PEOPLE, retry=st.sampled_from((True, False, None)))
    def handle_dead_letters(self, shop: int, which: int, retry: bool | None) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """List what was given up, and retry one, drop one, or leave all."""
        given = self.shops[shop]
        of, actor = given.organization, given.admin
        listed = self.do(given, ListDeadLetters(actor=actor, organization=of)) or ()
        stored = sorted(each.task.id for each in self._in(of, DEAD_LETTERS))
        self.expect("answers", "ListDeadLetters", stored[:100], [each.id for each in listed])
        if listed and retry is not None:
            letter = listed[which % len(listed)]
            command = (RetryDeadLetter if retry else DropDeadLetter)(
                actor=actor, organization=of, dead_letter=letter.id
            )
            self.expect("answers", command, letter, self.do(given, command))
            waits = letter.notice in {wire.loads(Notice, each.task.body).id for each in self._in(of, NOTICES)}
            self.expect("notices", command, retry, waits)
            self.expect("answers", command, None, self.do(given, command))

    @precondition(lambda self: self.people)
    @rule(who=PEOPLE, which=PEOPLE, better=st.booleans())
    def lose_a_letter(self, who: int, which: int, better: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """Have somebody told at an address that the provider rejects, and retry one of what was given up: it goes out, or
        something overtook it, where the provider knows better by then; else it is given up again, and one is dropped."""
        person = self.known(who)
        number = self.shops.index(person.shop)
        self.tell(who, move=True)
        self._reject(number)
        self.handle_dead_letters(number, which, retry=True)
        if better:
            self.nothing_overtaken_is_sent()
            self.deliver_everything(number)
        else:
            self._reject(number)
            self.handle_dead_letters(number, which, retry=False)

    def _reject(self, number: int) -> None:
        """Have a provider reject all that is due in the organization of a shop: each of it is given up and kept."""
        refused, moment = self.portal.notifier.refused, len(self.portal.notifier.refused)
        self.nothing_overtaken_is_sent()
        self.deliver(number, everywhere=False, outcomes=[Rejected(reason="unknown")] * MANY, dies=None)
        dead = [wire.loads(GivenUp, each.task.body) for each in self._in(self.shops[number].organization, DEAD_LETTERS)]
        kept = {each.notice.id: each.why for each in dead}
        rejected = {message.id for message in refused[moment:]}
        why = {each: kept.get(each) for each in rejected}
        self.expect("notices", "Rejected", dict.fromkeys(rejected, "rejected"), why)

    def _deliver(self, of: OrganizationId | None) -> None:
        self.tally.steps += 1
        before = len(self.checked.journal)
        try:
            self.handle(DeliverNotices(actor=OPERATOR, organization=of))
        finally:
            for batch in self.checked.journal[before:]:
                if of not in {None, batch.organization} or any(isinstance(put, SubAccount) for put in batch.puts):
                    raise InvariantBroken("reach", "DeliverNotices", f"it wrote {batch}")

    def _note(self) -> None:
        """Take note of what was sent before what was written of it is read."""
        self.mail.hand(self.portal.notifier.messages, self.portal.notifier.refused)
        self.mail.look(self.checked.journal, self.checked.model.records, self.portal.clock())

    def _in(self, of: OrganizationId, queue: str) -> list[Leased]:
        tasks = self.checked.model.tasks
        return [each for (within, _), each in tasks.items() if within == of and each.task.queue == queue]


def _die(message: Message) -> None:
    raise Died
