"""The provider behind a notifier, as the author of an adapter shows it to the kit, and what the kit sends to it."""

from __future__ import annotations

from datetime import timedelta
from enum import Enum
from typing import Final, final

from attrs import frozen

WAIT: Final = timedelta(seconds=120)
"""How long a provider that defers asks to be left alone, where its protocol has a word for it."""


class ProviderMood(Enum):
    """What the provider behind a notifier does with what it is sent."""

    TAKES = "takes"
    """It takes every message over."""
    REJECTS = "rejects"
    """It will never take one, and says so, repeating what it was sent where its protocol has room for words."""
    DEFERS = "defers"
    """It takes none now, and asks for `WAIT` where its protocol has a word for it."""
    UNREACHABLE = "unreachable"
    """It is not there."""
    NONSENSE = "nonsense"
    """It is there, and answers what is no answer in its protocol."""


@final
@frozen(kw_only=True)
class Delivered:
    """Hold a message as a provider took it over, read by somebody else than the notifier that wrote it.

    `id` is the message's, wherever it was found in what was sent; `to` is everybody it was sent for. `names` are the names of
    headers, fields or parameters it came with, whatever the protocol has, in lower case.
    """

    id: str
    to: tuple[str, ...]
    text: str
    subject: str = ""
    html: str | None = None
    names: frozenset[str] = frozenset()


NOT_TAKEN: Final = (ProviderMood.REJECTS, ProviderMood.DEFERS, ProviderMood.UNREACHABLE, ProviderMood.NONSENSE)
LATER: Final = NOT_TAKEN[1:]

TELLTALES: Final = ("xylophone-subject", "xylophone-text", "xylophone-markup", "agnieszka.kowalczyk", "601987654")
"""What is looked for where nothing of a message has a place: nobody's words by chance."""

HOSTILE: Final = (
    "one\r\nBcc: archive@example.net\r\n\r\nanother body",
    "one\nTo: archive@example.net\n\nanother body",
    "one\r\n.\r\nMAIL FROM:<a@example.net>\r\nRCPT TO:<archive@example.net>\r\nDATA\r\nanother",
    "\n.\n..\n.leading dots",
    '","to":"+48000000000","x":"',
    "one&To=%2B48000000000&Body=another;To=1",
    "=?utf-8?q?=0D=0ABcc:_archive=40example.net?=",
    "--=_0000\r\nContent-Type: text/html\r\n\r\n<b>another part</b>",
    "$link ${link} %(link)s {link} {{ link }} <%= link %>",
    "from the first\rto the last\x1b[2J\x07 word",
    "Пароль, дзень добры, 密碼 🦊 " * 40,
    "x" * 3000,
)
"""Texts that have been headers, recipients, commands, fields and parts in somebody's protocol."""
