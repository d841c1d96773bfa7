"""Which server takes our mail, and how we speak to it. What is said is `_conversation`."""

from __future__ import annotations

import ssl
from datetime import timedelta
from enum import Enum
from typing import Final, final

from attrs import Factory, field, frozen

from ..domain.secret import Secret
from ._endpoint import is_host, is_loopback


class Security(Enum):
    """How the way to a server of mail is secured; certificates are always verified."""

    STARTTLS = "starttls"
    """TLS before anything is said, begun by a command; a server that does not offer it gets nothing. Port 587."""
    TLS = "tls"
    """TLS from the first byte (RFC 8314). Port 465."""
    LOOPBACK = "loopback"
    """No TLS, to a relay on this machine and nowhere else. Port 25."""
    WITHOUT_TLS = "without_tls"
    """No TLS over a network: whoever is on the way reads every link and code. Port 25."""


_PORTS: Final = {Security.STARTTLS: 587, Security.TLS: 465, Security.LOOPBACK: 25, Security.WITHOUT_TLS: 25}


@final
@frozen(kw_only=True)
class SMTPServer:
    """Hold where a server of mail is and how it is spoken to.

    `user` and `password` are shown by AUTH PLAIN or LOGIN, never without TLS over a network. `timeout` is for one message
    with everything that belongs to it; nothing takes longer but the system's own search for the host's address. `tls`
    replaces the context that trusts what the system does. `hello` is how we introduce ourselves: a name of this machine, or
    an address in brackets. Raises ValueError for what does not fit together.
    """

    host: str
    security: Security = Security.STARTTLS
    port: int = Factory(lambda server: _PORTS[server.security], takes_self=True)
    user: str = ""
    password: Secret | None = field(default=None, eq=False)
    timeout: timedelta = timedelta(seconds=30)
    tls: ssl.SSLContext | None = field(default=None, eq=False, repr=False)
    hello: str = "[127.0.0.1]"

    def __attrs_post_init__(self) -> None:
        if not is_host(self.host) or not 0 < self.port < 1 << 16:
            raise ValueError("a server of mail is a host name or an address, and a port")
        if self.security is Security.LOOPBACK and not is_loopback(self.host):
            raise ValueError(
                "without TLS only this machine is spoken to; `Security.WITHOUT_TLS` says that others are too"
            )
        if bool(self.user) is not (self.password is not None):
            raise ValueError("a user has a password, and a password a user")
        if self.user and self.security is Security.WITHOUT_TLS:
            raise ValueError("a password is never sent over a network without TLS")
        if not self.user.isprintable() or (self.password and "\x00" in self.password.reveal()):
            raise ValueError("a user has no control characters, and a password no NUL (RFC 4616 2)")
        if self.timeout <= timedelta():
            raise ValueError("there is some time to send a mail in")
        if not self.hello.isascii() or not self.hello.isprintable() or " " in self.hello or not self.hello:
            raise ValueError("we introduce ourselves by one word in ASCII")

    @property
    def encrypted(self) -> bool:
        """Tell whether the way is encrypted."""
        return self.security in {Security.STARTTLS, Security.TLS}

    def context(self) -> ssl.SSLContext:
        """Return the TLS context: the given one, or a new one that verifies by what the system trusts."""
        return self.tls or ssl.create_default_context()
