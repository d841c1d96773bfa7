"""How a notifier says to a provider who it is. The server of e-mail has a user and a password of its own."""

from __future__ import annotations

import base64
import re
from typing import Final, assert_never, final

from attrs import field, frozen

from ..domain.secret import Secret

_TOKEN: Final = re.compile(r"[A-Za-z0-9._~+/-]+=*")
"""RFC 6750 2.1."""


@final
@frozen(kw_only=True)
class Bearer:
    """Show a token (RFC 6750). Raises ValueError for what is none."""

    token: Secret = field(eq=False)

    def __attrs_post_init__(self) -> None:
        if not _TOKEN.fullmatch(self.token.reveal()):
            raise ValueError("a bearer token is letters, digits and -._~+/ with = at its end")


@final
@frozen(kw_only=True)
class Basic:
    """Show a user and a password (RFC 7617). Raises ValueError for a user with a colon, or control characters."""

    user: str
    password: Secret = field(eq=False)

    def __attrs_post_init__(self) -> None:
        if not self.user or ":" in self.user or not (self.user + self.password.reveal()).isprintable():
            raise ValueError(
                "a user is at least one letter without a colon, and neither it nor a password has controls"
            )


Authorization = Bearer | Basic
"""How a provider on HTTP is told who asks."""


def authorization_header(given: Authorization, /) -> tuple[str, str]:
    """Return the header field; its value is a secret."""
    match given:
        case Bearer(token=token):
            return "Authorization", f"Bearer {token.reveal()}"
        case Basic(user=user, password=password):
            shown = base64.b64encode(f"{user}:{password.reveal()}".encode()).decode("ascii")
            return "Authorization", f"Basic {shown}"
        case _:
            assert_never(given)
