"""The twin of `smtp`: hands mail to a server by `aiosmtplib` (extra `email`). What is said is `_conversation`."""

from __future__ import annotations

import asyncio
import ssl
from contextlib import suppress
from typing import Self, assert_never, final

from .._extra import from_extra
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
from ._idle import Idle
from ._mail import Mail
from ._unreached import why
from .letterhead import Letterhead
from .smtp import SMTPSettings
from .smtp_server import Security, SMTPServer


@final
class _Connection:
    """Hold one connection to a server, and carry conversations over it."""

    def __init__(self, server: SMTPServer, context: ssl.SSLContext | None) -> None:
        import aiosmtplib

        self._server = server
        self._context = context
        self._smtp = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            local_hostname=server.hello,
            use_tls=server.security is Security.TLS,
            start_tls=False,
            tls_context=context,
            timeout=server.timeout.total_seconds(),
        )
        self.offers: Offers = {}

    async def open(self) -> Deferred | None:
        """Connect, introduce ourselves and sign in; answers why that did not go."""
        import aiosmtplib

        try:
            greeting = await self._smtp.connect()
            reply = Reply(code=greeting.code, text=greeting.message)
        except aiosmtplib.SMTPResponseException as refused:
            reply = Reply(code=max(refused.code, 0), text=refused.message)
        except (aiosmtplib.SMTPException, OSError) as error:
            return Deferred(reason=f"the SMTP server was not reached: {why(error)}")
        offers = await self.carry(opening(self._server, reply))
        if isinstance(offers, Deferred):
            return offers
        self.offers = offers
        return None

    async def carry(self, conversation: Said[T]) -> T:
        """Carry a conversation to its end; raises `Lost` when the connection breaks."""
        try:
            step = next(conversation)
            while True:
                step = conversation.send(await self._perform(step))
        except StopIteration as done:
            result: T = done.value
            return result

    def close(self) -> None:
        """Hang up at once: a TLS farewell would wait for the server's, and its event loop can end before that."""
        if isinstance(self._smtp.transport, asyncio.WriteTransport):
            self._smtp.transport.abort()
        with suppress(RuntimeError):  # its event loop is closed, and the connection with it
            self._smtp.close()

    def leave(self) -> None:
        """Say QUIT and hang up; nobody waits for the answer."""
        if self._smtp.protocol is not None and self._smtp.protocol.is_connected:
            self._smtp.protocol.write(b"QUIT\r\n")
        self.close()

    async def _perform(self, step: Step) -> Reply:
        import aiosmtplib

        try:
            reply = await self._performed(step)
        except aiosmtplib.SMTPResponseException as refused:
            code = refused.code if refused.code >= 400 else 0  # a success in the wrong place is none
            reply = Reply(code=code, text=refused.message)
        except (aiosmtplib.SMTPException, OSError) as error:
            raise Lost(step.verb, why(error)) from None
        if reply.code == SERVICE_CLOSES:
            raise Lost(step.verb, "421")
        return reply

    async def _performed(self, step: Step) -> Reply:
        protocol = self._smtp.protocol
        if protocol is None:
            raise ConnectionResetError("the server hung up")
        seconds = self._server.timeout.total_seconds()
        match step:
            case Command(line=line):
                said = await protocol.execute_command(line.encode(), timeout=seconds)
            case StartTLS():
                context = self._context or self._server.context()
                said = await protocol.start_tls(context, server_hostname=self._server.host, timeout=seconds)
                self._smtp.transport = protocol.transport
            case Content(content=content):
                said = await protocol.execute_data_command(content, timeout=seconds)
            case _:
                assert_never(step)
        return Reply(code=said.code, text=said.message)


@final
class AsyncSMTPNotifier(SMTPSettings):
    """Send e-mail as `SMTPNotifier` does, awaitably; needs the extra `email`.

    Tasks can share a notifier. Connections are kept for the event loop they were made on; await `close` before it ends.
    """

    def __init__(self, *, server: SMTPServer, letterhead: Letterhead, clock: Clock = utc_now) -> None:
        with from_extra("email"):
            import aiosmtplib  # noqa: F401 - missing, it is told here and not by the first message
        super().__init__(server=server, letterhead=letterhead, clock=clock)
        self._idle: Idle[_Connection] = Idle(_Connection.leave)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections that are kept; another message opens a new one."""
        self._idle.drain(asyncio.get_running_loop())
        await asyncio.sleep(0)

    async def send(self, message: Message, /) -> SendOutcome:
        """Send an e-mail, within the server's `timeout`."""
        mail = self._composed(message)
        if isinstance(mail, Rejected):
            return mail
        try:
            async with asyncio.timeout(self._server.timeout.total_seconds()):
                return await self._sent(mail, message)
        except Lost as lost:
            return Deferred(reason=str(lost))
        except TimeoutError:
            return Deferred(reason="the SMTP server was given enough time and has not answered")

    async def _sent(self, mail: Mail, message: Message) -> SendOutcome:
        kept = self._idle.take(asyncio.get_running_loop())
        if kept is not None:
            try:
                return await self._handed_over(kept, mail, message)
            except Lost as lost:
                if lost.after != "MAIL":  # else it was gone before it heard of this mail
                    raise
        connection = _Connection(self._server, self._context)
        try:
            refused = await connection.open()
        except BaseException:
            connection.close()
            raise
        if refused is not None:
            connection.leave()
            return refused
        return await self._handed_over(connection, mail, message)

    async def _handed_over(self, connection: _Connection, mail: Mail, message: Message) -> SendOutcome:
        try:
            ended = await connection.carry(handing_over(mail, connection.offers, of=message))
        except BaseException:
            connection.close()
            raise
        if ended.reusable:
            self._idle.give(asyncio.get_running_loop(), connection)
        else:
            connection.leave()
        return ended.outcome
