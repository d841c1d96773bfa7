"""A notifier that hands mail to a server by the standard library's `smtplib`. What is said is `_conversation`."""

from __future__ import annotations

import io
import os
import smtplib
import socket
import ssl
from typing import Final, Self, assert_never, final

from ..domain.message import Deferred, Message, Rejected, SendOutcome
from ..ports import Clock
from ..system import utc_now
from ._conversation import (
    SERVICE_CLOSES,
    Command,
    Content,
    Lost,
    Offers,
    Reply,
    Said,
    StartTLS,
    Step,
    T,
    handing_over,
    opening,
)
from ._deadline import Deadline
from ._idle import Idle
from ._mail import Mail, compose
from ._unreached import why
from .letterhead import Letterhead
from .smtp_server import Security, SMTPServer

_MOST_HEARD: Final = 64 * 1024
"""Bytes of replies to one message; they are short lines, and a server that goes on forever is not listened to."""


@final
class _Replies(io.RawIOBase):
    """Read what a server says until the deadline, and no more than is sane."""

    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        super().__init__()
        self._sock = sock
        self.deadline = deadline
        self.heard = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object, /) -> int:
        if self.heard > _MOST_HEARD:
            raise OSError("the server does not stop talking")
        self._sock.settimeout(self.deadline.left())
        count = self._sock.recv_into(memoryview(buffer))  # type: ignore[arg-type]  # typeshed's Buffer is newer than 3.11
        self.heard += count
        return count


@final
class _Connection:
    """Hold one connection to a server, and carry conversations over it."""

    def __init__(self, server: SMTPServer, context: ssl.SSLContext | None, deadline: Deadline) -> None:
        self._server = server
        self._context = context
        self._deadline = deadline
        self._smtp = smtplib.SMTP(local_hostname=server.hello)
        self._smtp.command_encoding = "utf-8"  # only addresses that SMTPUTF8 allows are beyond ASCII
        self.offers: Offers = {}
        self._speak_on(_reached(server, deadline))
        if server.security is Security.TLS:
            self._encrypt()

    def open(self) -> Deferred | None:
        """Read the greeting, introduce ourselves and sign in; answers why that did not go."""
        offers = self.carry(opening(self._server, self._reply("the greeting")))
        if isinstance(offers, Deferred):
            return offers
        self.offers = offers
        return None

    def begin(self, deadline: Deadline) -> None:
        """Give another message its time."""
        self._deadline = self._replies.deadline = deadline
        self._replies.heard = 0

    def carry(self, conversation: Said[T]) -> T:
        """Carry a conversation to its end; raises `Lost` when the connection breaks."""
        try:
            step = next(conversation)
            while True:
                step = conversation.send(self._perform(step))
        except StopIteration as done:
            result: T = done.value
            return result

    def close(self) -> None:
        """Hang up."""
        self._smtp.close()

    def leave(self) -> None:
        """Say QUIT and hang up; nobody waits for the answer."""
        try:
            if self._smtp.sock is not None:
                self._smtp.sock.settimeout(1)
                self._smtp.putcmd("QUIT")
        except OSError:
            pass
        self.close()

    def _speak_on(self, sock: socket.socket) -> None:
        self._smtp.sock = sock
        self._replies = _Replies(sock, self._deadline)
        self._smtp.file = io.BufferedReader(self._replies)

    def _encrypt(self) -> None:
        sock, context = self._smtp.sock, self._context or self._server.context()
        if sock is None:
            raise ConnectionResetError("the server hung up")
        sock.settimeout(self._deadline.left())
        self._speak_on(context.wrap_socket(sock, server_hostname=self._server.host))

    def _perform(self, step: Step) -> Reply:
        try:
            if self._smtp.sock is not None:
                self._smtp.sock.settimeout(self._deadline.left())
            match step:
                case Command():
                    self._smtp.putcmd(step.line)
                    return self._reply(step.verb)
                case StartTLS():
                    self._smtp.putcmd("STARTTLS")
                    reply = self._reply(step.verb)
                    if reply.code == 220:
                        self._encrypt()
                    return reply
                case Content(content=content):
                    return self._handed(content)
                case _:
                    assert_never(step)
        except OSError as error:  # what smtplib raises is one too
            raise Lost(step.verb, why(error)) from None

    def _handed(self, content: bytes) -> Reply:
        self._smtp.putcmd("DATA")
        reply = self._reply("DATA")
        if reply.code != 354:
            # A server that skips 354 has not been given the mail, whatever else it says.
            return reply if reply.code >= 400 else Reply(code=0)
        stuffed = content.replace(b"\r\n.", b"\r\n..")  # RFC 5321 4.5.2; the first line is a field of the head
        self._smtp.send(stuffed + b".\r\n")
        return self._reply("DATA")

    def _reply(self, verb: str) -> Reply:
        try:
            code, text = self._smtp.getreply()
        except OSError as error:
            raise Lost(verb, why(error)) from None
        if code == SERVICE_CLOSES:
            raise Lost(verb, "421")
        return Reply(code=max(code, 0), text=text.decode("utf-8", "replace"))


def _reached(server: SMTPServer, deadline: Deadline) -> socket.socket:
    """Connect to the first address of a server that answers, each given its share of the time that is left."""
    found = socket.getaddrinfo(server.host, server.port, type=socket.SOCK_STREAM)
    for place, (family, kind, protocol, _, address) in enumerate(found, 1):
        sock = socket.socket(family, kind, protocol)
        try:
            sock.settimeout(deadline.left() / (1 + len(found) - place))
            sock.connect(address)
        except OSError:
            sock.close()
            if place == len(found):
                raise
        else:
            return sock
    raise ConnectionRefusedError("the host has no address")


class SMTPSettings:
    """Hold what both notifiers of e-mail are made of."""

    def __init__(self, *, server: SMTPServer, letterhead: Letterhead, clock: Clock = utc_now) -> None:
        self._server = server
        self._letterhead = letterhead
        self._clock = clock
        self._context = server.context() if server.encrypted else None

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._server.host!r}, {self._server.port}, {self._server.security.value})"

    def _composed(self, message: Message) -> Mail | Rejected:
        return compose(message, self._letterhead, at=self._clock())


@final
class SMTPNotifier(SMTPSettings):
    """Send e-mail through a server, one message in each transaction; connections are kept for the next ones.

    What concerns the recipient or the content is `Rejected` by 5xx and `Deferred` by 4xx; what concerns us, from the
    connection to our password and our sender, is `Deferred` with its code as the reason. A connection that breaks after the
    mail was sent and before the reply is `Deferred` too: the mail can arrive twice, under one `Message-ID`. Threads can
    share a notifier. `clock` gives the date of a mail.
    """

    def __init__(self, *, server: SMTPServer, letterhead: Letterhead, clock: Clock = utc_now) -> None:
        super().__init__(server=server, letterhead=letterhead, clock=clock)
        self._idle: Idle[_Connection] = Idle(_Connection.leave)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections that are kept; another message opens a new one."""
        self._idle.drain(os.getpid())

    def send(self, message: Message, /) -> SendOutcome:
        """Send an e-mail, within the server's `timeout`."""
        mail = self._composed(message)
        if isinstance(mail, Rejected):
            return mail
        deadline = Deadline(self._server.timeout.total_seconds())
        kept = self._idle.take(os.getpid())
        try:
            if kept is not None:
                kept.begin(deadline)
                try:
                    return self._handed_over(kept, mail, message)
                except Lost as lost:
                    if lost.after != "MAIL":  # else it was gone before it heard of this mail
                        raise
            return self._sent_anew(mail, message, deadline)
        except Lost as lost:
            return Deferred(reason=str(lost))

    def _sent_anew(self, mail: Mail, message: Message, deadline: Deadline) -> SendOutcome:
        try:
            connection = _Connection(self._server, self._context, deadline)
        except OSError as error:
            return Deferred(reason=f"the SMTP server was not reached: {why(error)}")
        try:
            refused = connection.open()
        except Lost:
            connection.close()
            raise
        if refused is not None:
            connection.leave()
            return refused
        return self._handed_over(connection, mail, message)

    def _handed_over(self, connection: _Connection, mail: Mail, message: Message) -> SendOutcome:
        try:
            ended = connection.carry(handing_over(mail, connection.offers, of=message))
        except BaseException:
            connection.close()
            raise
        if ended.reusable:
            self._idle.give(os.getpid(), connection)
        else:
            connection.leave()
        return ended.outcome
