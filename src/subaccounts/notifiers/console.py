"""A notifier for a developer's terminal. It is the one that shows what it sends: links, codes and addresses, to whoever looks."""

from __future__ import annotations

import sys
from typing import Final, TextIO, final

from ..domain.channel import Channel, address_text
from ..domain.message import Accepted, Deferred, Message, SendOutcome

_CHANNELS: Final = {Channel.EMAIL: "e-mail", Channel.SMS: "SMS"}


class _Console:
    """Hold the stream that messages are shown on."""

    def __init__(self, stream: TextIO | None = None, /) -> None:
        self._stream = stream

    def _show(self, message: Message) -> SendOutcome:
        stream = self._stream or sys.stderr
        encoding = getattr(stream, "encoding", None) or "utf-8"
        shown = _written(message).encode(encoding, "backslashreplace").decode(encoding)
        try:
            stream.write(shown)
            stream.flush()
        except (OSError, ValueError) as error:  # a pipe that broke, a file that was closed
            return Deferred(reason=f"the console cannot be written to: {type(error).__name__}")
        return Accepted()


@final
class ConsoleNotifier(_Console):
    """Show every message on a stream, `sys.stderr` unless told otherwise, with its link or code. For development only.

    What a text holds is shown indented and with its control characters escaped, so that no message can look like another
    or steer the terminal.
    """

    def send(self, message: Message, /) -> SendOutcome:
        """Show a message; `Deferred` when the stream cannot be written to."""
        return self._show(message)


@final
class AsyncConsoleNotifier(_Console):
    """Show what `ConsoleNotifier` does, awaitably. For development only."""

    async def send(self, message: Message, /) -> SendOutcome:
        """Show a message; `Deferred` when the stream cannot be written to."""
        return self._show(message)


def _written(message: Message) -> str:
    """Return a message as it is shown; only what begins at the margin is ours."""
    lines = [
        f"{_CHANNELS[message.channel]} {_visible(message.id)} ({message.kind.value}, {_visible(message.language.tag)})",
        f"to: {_visible(address_text(message.to))}",
        *([f"subject: {_visible(message.subject)}"] if message.subject else []),
        *(f"    {_visible(line)}".rstrip() for line in message.text.reveal().splitlines()),
        *(["and the same as HTML"] if message.html else []),
        "",
    ]
    return "\n".join(lines) + "\n"


def _visible(text: str) -> str:
    """Return a text on one line with everything visible that a terminal would obey, or that hides."""
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)
