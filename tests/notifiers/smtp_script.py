"""A server of mail that is none: it says at each stage what a test wants it to, and can stop, flood and trickle."""

from __future__ import annotations

import asyncio
import ssl
import threading
from typing import Any, Final

from attrs import Factory, define

from tests.notifiers.background import Script

DROP: Final = "drop"
"""Hang up instead of an answer; `silence`, `trickle` and `flood` are no answers either."""

_USUAL: Final = {
    "greeting": "220 mail.example ESMTP",
    "EHLO": "250-mail.example\r\n250-STARTTLS\r\n250 8BITMIME",
    "MAIL": "250 OK",
    "RCPT": "250 OK",
    "DATA": "354 go on",
    "CONTENT": "250 2.0.0 Ok: queued as 1",
    "RSET": "250 OK",
    "QUIT": "221 bye",
}


@define(kw_only=True)
class Replies:
    """Hold what is said: by stage one reply, or a list of which each is said once, and the usual one after them."""

    told: dict[str, str | list[str]]
    flood: str = ""
    silent: threading.Event = Factory(threading.Event)
    said: dict[str, int] = Factory(dict)

    def next(self, stage: str, /) -> str:
        """Return the reply of a stage."""
        wanted = self.told.get(stage, _USUAL.get(stage, "500 what"))
        if isinstance(wanted, str):
            return wanted
        said = self.said[stage] = self.said.get(stage, 0) + 1
        return wanted[said - 1] if said <= len(wanted) else _USUAL[stage]

    async def say(self, stage: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> str:
        """Say the reply of a stage and return it, or "" when the connection is to end."""
        reply = self.next(stage)
        if reply == "drop":
            return ""
        if reply == "silence":
            self.silent.set()
            await reader.read()
            return ""
        if reply in {"trickle", "flood"}:
            while not reader.at_eof():
                writer.write(b"2" if reply == "trickle" else self.flood.encode("latin-1") * 1000)
                await writer.drain()
                await asyncio.sleep(0.02 if reply == "trickle" else 0)
            return ""
        writer.write(reply.encode() + b"\r\n")
        await writer.drain()
        return reply


def replies(
    *,
    flood: str = "",
    tls: ssl.SSLContext | None = None,
    after_tls: str = "",
    silent: threading.Event | None = None,
    **told: Any,
) -> Script:
    """Return a script that says what is told by stage, a text or a list of them, and is an ordinary server otherwise."""
    all_of_it = Replies(told=told, flood=flood, silent=silent or threading.Event())

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        stage = "greeting"
        while reply := await all_of_it.say(stage, reader, writer):
            if stage == "STARTTLS" and tls is not None:
                await writer.start_tls(tls)
                all_of_it.told["EHLO"] = f"250-mail.example\r\n{after_tls}"
            if stage == "DATA" and reply.startswith("354"):
                while await reader.readline() not in {b".\r\n", b""}:
                    pass
                stage = "CONTENT"
                continue
            line = await reader.readline()
            if not line:
                return
            stage = line.decode().split()[0].upper()

    return script


def at(stage: str, reply: str, /, **told: Any) -> Script:
    """Return a script that says one thing at one stage."""
    return replies(**{**told, stage: reply})
