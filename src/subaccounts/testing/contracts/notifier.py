"""The contract of the port `Notifier`; what its author shows of the provider behind it is `provider`."""

from __future__ import annotations

import inspect
import logging
import traceback
import unittest
from collections.abc import Awaitable, Sequence
from typing import Any, ClassVar, cast

from attrs import evolve

from ...domain.channel import Channel, address_text
from ...domain.email import Email
from ...domain.message import Accepted, Deferred, Message, Rejected, SendOutcome
from ...domain.phone import Phone
from ...domain.secret import Secret
from ...ports.twins import AsyncNotifier
from .. import builders as a
from .bridge import Bridge
from .contract import Contract, clause
from .expect import expect_equal, expect_true
from .provider import HOSTILE, LATER, NOT_TAKEN, TELLTALES, WAIT, Delivered, ProviderMood
from .secrecy import overheard


class NotifierContract(Contract):
    """Prove the clauses of `Notifier`, or of `AsyncNotifier` with `color = "async"`.

    Beside `open` an author shows the provider, or its stand-in: `provider` puts it into a mood, `delivered` reads what it took
    over. What the stand-in logs or prints is heard too, so let it be silent. `channels` are those the notifier serves.
    """

    channels: ClassVar[frozenset[Channel]] = frozenset({Channel.EMAIL, Channel.SMS})

    def provider(self, notifier: Any, mood: ProviderMood, /) -> object:
        """Let the provider behind a notifier be in this mood from now on; answer False for one it cannot be in."""
        raise unittest.SkipTest("`provider` does not say how the provider is put into a mood")

    def delivered(self, notifier: Any, /) -> Sequence[Delivered] | Awaitable[Sequence[Delivered]]:
        """Return the messages that the provider took over so far, in order, read by another reader."""
        raise unittest.SkipTest("`delivered` does not say what the provider took over")

    async def opened(self) -> AsyncNotifier:
        """Return a notifier whose provider takes messages, made awaitable."""
        notifier = cast("AsyncNotifier", await self.bridged())
        await self._let(notifier, ProviderMood.TAKES)
        return notifier

    @clause("N1")
    async def test_n1_accepted_is_taken_over(self) -> None:
        """When `Accepted` is answered the provider has the message, once and whole."""
        notifier = await self.opened()
        for number, message in enumerate(self._ordinary()):
            expect_equal(Accepted, type(await notifier.send(message)), "the answer")
            taken = (await self._taken(notifier))[number:]
            expect_equal([_lines(message.text.reveal())], [_lines(each.text) for each in taken], "what it has by now")

    @clause("N1")
    async def test_n1_what_is_not_taken_is_not_accepted(self) -> None:
        """Whatever keeps a provider from taking a message over, the answer is not `Accepted`."""
        for mood in NOT_TAKEN:
            notifier = await self.opened()
            if await self._let(notifier, mood):
                for message in self._ordinary():
                    outcome = await _answer_or_error(notifier, message)
                    expect_true(not isinstance(outcome, Accepted), f"a provider that {mood.value}: {outcome!r}")

    @clause("N2")
    async def test_n2_never_is_rejected(self) -> None:
        """A message that its provider will never take is not kept for later, and the answer says why."""
        notifier = await self.opened()
        await self._let_or_skip(notifier, ProviderMood.REJECTS)
        for message in self._ordinary():
            outcome = await notifier.send(message)
            if not isinstance(outcome, Accepted):  # which is another clause's
                expect_equal(Rejected, type(outcome), "the answer")
                _expect_reason(outcome)

    @clause("N2")
    async def test_n2_not_now_is_deferred(self) -> None:
        """A provider that takes nothing now, is not there or answers nonsense loses no message, and raises none."""
        for mood in LATER:
            notifier = await self.opened()
            if await self._let(notifier, mood):
                for message in self._ordinary():
                    outcome = await notifier.send(message)
                    if not isinstance(outcome, Accepted):
                        expect_equal(Deferred, type(outcome), f"the answer when the provider is {mood.value}")
                        _expect_reason(outcome)

    @clause("N2")
    async def test_n2_how_long_it_asked_for(self) -> None:
        """The wait that is answered is the one the provider asked for, or none."""
        notifier = await self.opened()
        await self._let_or_skip(notifier, ProviderMood.DEFERS)
        for message in self._ordinary():
            outcome = await notifier.send(message)
            if isinstance(outcome, Deferred):
                expect_true(outcome.retry_after in {None, WAIT}, f"it asked for {WAIT}: {outcome!r}")

    @clause("N2")
    async def test_n2_the_next_is_tried_anew(self) -> None:
        """After every kind of failure the same notifier sends the next message."""
        for mood in NOT_TAKEN:
            notifier = await self.opened()
            if await self._let(notifier, mood):
                await notifier.send(self._ordinary()[0])
                await self._let(notifier, ProviderMood.TAKES)
                outcome = await notifier.send(self._ordinary()[0])
                expect_equal(Accepted, type(outcome), f"the answer after the provider was {mood.value}")

    @clause("N2")
    async def test_n2_another_channel_is_rejected(self) -> None:
        """A message of a channel that the notifier does not serve is rejected with a reason, and not lost silently."""
        notifier = await self.opened()
        strangers = [
            message for message in (a.email_message(), a.sms_message()) if message.channel not in self.channels
        ]
        for message in strangers:
            outcome = await notifier.send(message)
            expect_equal(Rejected, type(outcome), f"the answer for {message.channel}")
            _expect_reason(outcome)
        expect_equal([], list(await self._taken(notifier)), "what the provider took")

    @clause("N3")
    async def test_n3_the_id_is_in_what_is_sent(self) -> None:
        """What the provider has says the message's id, so that each is told from every other."""
        notifier = await self.opened()
        sent = [evolve(message, id=a.value(n)) for n, message in enumerate(self._ordinary() * 2, 1)]
        for message in sent:
            await notifier.send(message)
        told = {each.id for each in await self._taken(notifier)}
        expect_equal({message.id for message in sent}, told, "the ids")

    @clause("N3")
    async def test_n3_a_repeat_has_the_same_id(self) -> None:
        """Sent three times, a message says the same id three times."""
        notifier = await self.opened()
        message = self._ordinary()[0]
        for _ in range(3):
            await notifier.send(message)
        expect_equal({message.id}, {each.id for each in await self._taken(notifier)}, "the ids of the repeats")

    @clause("N4")
    async def test_n4_to_its_address_alone(self) -> None:
        """Everything the provider has is for the address of a message that was sent, and for nobody beside."""
        notifier = await self.opened()
        for message in self._ordinary():
            before = len(await self._taken(notifier))
            await notifier.send(message)
            to = {each.to for each in (await self._taken(notifier))[before:]}
            expect_equal({(address_text(message.to),)}, to, "who it is for")

    @clause("N4")
    async def test_n4_texts_arrive_as_texts(self) -> None:
        """Whatever a text holds arrives in it, line by line, and becomes no name, recipient or message of its own."""
        notifier = await self.opened()
        for message in self._ordinary():
            await notifier.send(message)
            names = (await self._taken(notifier))[-1].names
            for hostile in HOSTILE:
                marked = Secret(f"<p>{hostile}</p>", longest=9000) if message.html else None
                await self._arrives(notifier, evolve(message, text=Secret(hostile, longest=9000), html=marked), names)

    @clause("N4")
    async def test_n4_a_subject_stays_one(self) -> None:
        """Nothing in a subject, which somebody wrong has let in, begins a header or another recipient."""
        if Channel.EMAIL not in self.channels:
            raise unittest.SkipTest("what is sent here has no subject")
        notifier = await self.opened()
        await notifier.send(a.email_message())
        names = (await self._taken(notifier))[-1].names
        for hostile in HOSTILE:
            await self._arrives(notifier, a.email_message(subject=hostile), names)

    @clause("N5")
    async def test_n5_no_log_tells_a_message(self) -> None:
        """Whatever the provider does, no text and no address is logged at any level, warned of or printed."""
        with overheard(logging.DEBUG) as heard:
            for mood in ProviderMood:
                notifier = await self.opened()
                if await self._let(notifier, mood):
                    for message in self._telling():
                        await _answer_or_error(notifier, message)
        _expect_untold("\n".join(heard), "what was logged, warned of and printed")

    @clause("N5")
    async def test_n5_no_answer_tells_a_message(self) -> None:
        """Whatever the provider says, and however it quotes what it was sent, no answer or error repeats it."""
        for mood in ProviderMood:
            notifier = await self.opened()
            if await self._let(notifier, mood):
                for message in self._telling():
                    told = await _answer_or_error(notifier, message)
                    _expect_untold(_written(told), f"the answer when the provider is {mood.value}")

    @clause("N5")
    async def test_n5_no_repr_tells_a_message(self) -> None:
        """The notifier, after it sent, shows nothing of what it sent."""
        notifier = await self.opened()
        for message in self._telling():
            await notifier.send(message)
        port = cast("Bridge", notifier).port
        _expect_untold(f"{port!r} {port}", "the repr of the notifier")

    def _ordinary(self) -> list[Message]:
        made = (a.email_message(1), a.sms_message(2))
        return [message for message in made if message.channel in self.channels]

    def _telling(self) -> list[Message]:
        subject, text, markup, name, digits = TELLTALES
        told, to = Secret(f"{text} {digits}"), Email.parse(f"{name}@example.com")
        mail = a.email_message(to=to, subject=subject, text=told, html=Secret(f"<p>{markup}</p>"))
        made = (mail, a.sms_message(to=Phone.parse(f"+48{digits}"), text=told))
        return [message for message in made if message.channel in self.channels]

    async def _arrives(self, notifier: AsyncNotifier, message: Message, names: frozenset[str]) -> None:
        """Send a message and expect that, if it was taken, every copy is what was sent; how many is another clause's."""
        before = len(await self._taken(notifier))
        if not isinstance(await notifier.send(message), Accepted):
            return
        taken = (await self._taken(notifier))[before:]
        shown = (_lines(message.text.reveal()), _lines(message.html.reveal() if message.html else ""))
        expect_equal({shown}, {(_lines(each.text), _lines(each.html or "")) for each in taken}, "the texts")
        expect_equal({(address_text(message.to),)}, {each.to for each in taken}, "who it is for")
        expect_equal({names}, {each.names for each in taken}, "the names it came with")

    async def _taken(self, notifier: AsyncNotifier) -> Sequence[Delivered]:
        taken = self.delivered(cast("Bridge", notifier).port)
        return await taken if inspect.isawaitable(taken) else taken

    async def _let(self, notifier: AsyncNotifier, mood: ProviderMood) -> bool:
        able = self.provider(cast("Bridge", notifier).port, mood)
        return (await able if inspect.isawaitable(able) else able) is not False

    async def _let_or_skip(self, notifier: AsyncNotifier, mood: ProviderMood) -> None:
        if not await self._let(notifier, mood):
            raise unittest.SkipTest(f"the provider is never one that {mood.value}")


async def _answer_or_error(notifier: AsyncNotifier, message: Message) -> SendOutcome | Exception:
    """Return what sending answers or raises; that nothing is raised is a clause of its own."""
    try:
        return await notifier.send(message)
    except AssertionError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, it is looked at
        return error


def _written(told: SendOutcome | Exception) -> str:
    return "".join(traceback.format_exception(told)) if isinstance(told, Exception) else repr(told)


def _lines(text: str) -> str:
    """Return a text with its lines ended in one way, and none at its end: protocols have their own."""
    return text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")


def _expect_reason(outcome: SendOutcome) -> None:
    reason = "" if isinstance(outcome, Accepted) else outcome.reason
    expect_true(bool(reason) and reason.isprintable(), f"an operator reads one line that says why, not {reason!r}")


def _expect_untold(told: str, where: str) -> None:
    found = [each for each in TELLTALES if each in told]
    expect_equal([], found, f"what of a message is in {where}")
