"""Notifiers that break the clauses of `Notifier`, N1 to N5, before a provider that lives in memory.

Its protocol is a line for each field, `name: value` with the value in JSON, and an empty name is nobody's. It reads kindly:
what is no JSON is taken as it stands, as many a gateway does.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Final

from ...domain.channel import address_text
from ...domain.message import Accepted, Deferred, Message, Rejected, SendOutcome
from ..contracts.provider import WAIT, Delivered, ProviderMood
from .saboteur import breaks

_LOG: Final = logging.getLogger("broken_notifier")
_SAID: Final[Mapping[ProviderMood, str]] = {
    ProviderMood.TAKES: "taken",
    ProviderMood.REJECTS: "never",
    ProviderMood.DEFERS: "later",
    ProviderMood.NONSENSE: "\x00\xff",
}


class MemoryProvider:
    """Take letters over, or not, by mood."""

    def __init__(self) -> None:
        self.mood: ProviderMood = ProviderMood.TAKES
        self.letters: list[str] = []

    def take(self, letter: str) -> tuple[str, str]:
        """Answer a word and, for what is refused, the letter itself; raises ConnectionError when it is not there."""
        if self.mood is ProviderMood.UNREACHABLE:
            raise ConnectionRefusedError("nobody listens")
        if self.mood is ProviderMood.TAKES:
            self.letters.append(letter)
        return _SAID[self.mood], letter if self.mood is ProviderMood.REJECTS else ""

    def delivered(self) -> tuple[Delivered, ...]:
        """Read the letters."""
        return tuple(map(_read, self.letters))


class BrokenNotifier:
    """Be a notifier before a provider in memory; a subclass makes one thing wrong."""

    def __init__(self) -> None:
        self.inner: MemoryProvider = MemoryProvider()

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    def send(self, message: Message, /) -> SendOutcome:
        """Send as it should be."""
        try:
            said, words = self.inner.take(self.letter(message))
        except ConnectionError:
            return Deferred(reason="the provider is not there")
        return self.read(said, words)

    def fields(self, message: Message) -> dict[str, object]:
        """Return what is said of a message."""
        return {
            "id": message.id,
            "to": [address_text(message.to)],
            "subject": message.subject,
            "text": message.text.reveal(),
            "html": message.html.reveal() if message.html else None,
        }

    def letter(self, message: Message) -> str:
        """Write a letter."""
        return "\n".join(f"{name}: {json.dumps(value)}" for name, value in self.fields(message).items())

    def read(self, said: str, words: str) -> SendOutcome:
        """Say what the provider's word means; `words` are not repeated."""
        match said:
            case "taken":
                return Accepted()
            case "never":
                return Rejected(reason="the provider refused the message")
            case "later":
                return Deferred(retry_after=WAIT, reason="the provider takes no more for now")
            case _:
                return Deferred(reason="the provider answered nonsense")


@breaks("N1")
class FiresAndForgets(BrokenNotifier):
    """Says `Accepted` for whatever it tried, and never looks at the answer."""

    def send(self, message: Message, /) -> SendOutcome:
        super().send(message)
        return Accepted()


@breaks("N1")
class SendsTwiceToBeSure(BrokenNotifier):
    """Sends every message again, in case the first got lost."""

    def send(self, message: Message, /) -> SendOutcome:
        super().send(message)
        return super().send(message)


@breaks("N1", also=dict.fromkeys(("N2", "N3", "N4", "N5"), "what is never awaited is never sent, and answers nothing"))
class AnswersSendWithACoroutine(BrokenNotifier):
    """Is plain, and async where it matters: nothing is ever sent."""

    async def send(self, message: Message, /) -> SendOutcome:  # type: ignore[override]  # the mistake
        return super().send(message)


@breaks("N1", also=dict.fromkeys(("N2", "N3", "N4", "N5"), "what is awaited is no answer"), color="async")
class AnswersSendAtOnce(BrokenNotifier):
    """Is async, and answers values: it has blocked the event loop, and awaiting it raises."""


@breaks("N2")
class RaisesWhenNobodyIsThere(BrokenNotifier):
    """Lets the error of its library through, and stops the worker."""

    def send(self, message: Message, /) -> SendOutcome:
        return self.read(*self.inner.take(self.letter(message)))


@breaks("N2")
class GivesUpAtOnce(BrokenNotifier):
    """Takes a busy provider for one that refuses the message."""

    def read(self, said: str, words: str) -> SendOutcome:
        return super().read("never" if said == "later" else said, words)


@breaks("N2")
class NeverGivesUp(BrokenNotifier):
    """Tries a number that does not exist forever."""

    def read(self, said: str, words: str) -> SendOutcome:
        return super().read("later" if said == "never" else said, words)


@breaks("N2")
class TakesSecondsForMinutes(BrokenNotifier):
    """Reads another unit than the provider wrote: the link is dead when it arrives."""

    def read(self, said: str, words: str) -> SendOutcome:
        outcome = super().read(said, words)
        return Deferred(retry_after=WAIT * 60, reason=outcome.reason) if isinstance(outcome, Deferred) else outcome


@breaks("N2")
class TrustsItsProvider(BrokenNotifier):
    """Expects a word it knows."""

    def read(self, said: str, words: str) -> SendOutcome:
        known = {"taken": said, "never": said, "later": said}
        return super().read(known[said], words)


@breaks("N2")
class StaysBroken(BrokenNotifier):
    """Keeps the connection that broke, and is well again after a restart only."""

    def __init__(self) -> None:
        super().__init__()
        self.broken: bool = False

    def send(self, message: Message, /) -> SendOutcome:
        self.broken |= self.inner.mood is ProviderMood.UNREACHABLE
        return Deferred(reason="the connection is broken") if self.broken else super().send(message)


@breaks("N3")
class NumbersEveryTry(BrokenNotifier):
    """Gives every try an id of its own: whoever receives two cannot tell."""

    def fields(self, message: Message) -> dict[str, object]:
        return {**super().fields(message), "id": f"{message.id}-{len(self.inner.letters) + 1}"}


@breaks("N3")
class SendsNoId(BrokenNotifier):
    """Leaves the id at home."""

    def fields(self, message: Message) -> dict[str, object]:
        return {**super().fields(message), "id": ""}


@breaks("N4")
class KeepsACopyForTheOperator(BrokenNotifier):
    """Sends every link to an archive, too."""

    def fields(self, message: Message) -> dict[str, object]:
        return {**super().fields(message), "to": [address_text(message.to), "archive@example.net"]}


@breaks("N4")
class WritesTextsAsTheyAre(BrokenNotifier):
    """Puts a text into its protocol as it is: a line end in it begins a field."""

    def letter(self, message: Message) -> str:
        fields = {**self.fields(message), "subject": ""}
        return (
            "\n".join(f"{name}: {json.dumps(value)}" for name, value in fields.items()) + f"\nnote: {message.subject}"
        )


@breaks("N4")
class CutsLongTexts(BrokenNotifier):
    """Sends as much of a text as fits: of a link at the end, half."""

    def fields(self, message: Message) -> dict[str, object]:
        return {**super().fields(message), "text": message.text.reveal()[:1000]}


@breaks("N5")
class LogsWhatItSends(BrokenNotifier):
    """Tells the log every letter, at a level that nobody reads until somebody does."""

    def letter(self, message: Message) -> str:
        letter = super().letter(message)
        _LOG.debug("sending %s", letter)
        return letter


@breaks("N5")
class RepeatsItsProvider(BrokenNotifier):
    """Tells the operator what the provider said, who quoted what it was sent."""

    def read(self, said: str, words: str) -> SendOutcome:
        return Rejected(reason=" ".join(words.split())) if said == "never" else super().read(said, words)


@breaks("N5")
class ShowsWhatItSentLast(BrokenNotifier):
    """Has the last letter in its repr, for those who debug."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(last={self.inner.letters[-1:]})"


def _read(letter: str) -> Delivered:
    """Read a letter as the provider does."""
    found: dict[str, object] = {}
    for line in letter.splitlines():
        name, _, value = line.partition(": ")
        try:
            found[name.lower()] = json.loads(value)
        except ValueError:
            found[name.lower()] = value
    to, html = found.get("to"), found.get("html")
    return Delivered(
        id=str(found.get("id", "")),
        to=tuple(map(str, to)) if isinstance(to, list) else (str(to),),
        text=str(found.get("text", "")),
        subject=str(found.get("subject", "")),
        html=None if html is None else str(html),
        names=frozenset(found),
    )
