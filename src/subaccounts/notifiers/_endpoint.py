"""Where a provider on HTTP listens: an address judged when a notifier is made, so that no message finds out."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import Final, Self, final
from urllib.parse import urlsplit

from attrs import field, frozen

_LABEL: Final = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?")
"""One label of a name; some networks have names with an underscore, which RFC 1123 does not know."""
_LONGEST_NAME: Final = 253


def is_loopback(host: str, /) -> bool:
    """Tell whether a host is this machine: `localhost` (RFC 6761 6.3), or an address of the loopback range."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def is_host(host: str, /) -> bool:
    """Tell whether a text names a host: an address, or a name in ASCII."""
    try:
        ip_address(host)
    except ValueError:
        return len(host) <= _LONGEST_NAME and all(map(_LABEL.fullmatch, host.split(".")))
    return True


@final
@frozen(kw_only=True)
class Endpoint:
    """Hold an address in its parts; `target` can hold a secret and is shown nowhere."""

    scheme: str
    host: str
    port: int
    target: str = field(repr=False)

    @classmethod
    def parse(cls, url: str, /, *, without_tls: bool) -> Self:
        """Read an address of https; of http for this machine, or when `without_tls` says so.

        Raises ValueError, without repeating the address: another scheme, no host, a user, a fragment, other letters than
        the printable ones of ASCII.
        """
        if not url.isascii() or not url.isprintable() or " " in url:
            raise ValueError("the address of a provider is written in printable ASCII")
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            raise ValueError("this is no address of a provider") from None
        if parts.scheme not in {"https", "http"} or not is_host(host):
            raise ValueError("the address of a provider begins with https:// and names a host")
        if "@" in parts.netloc or parts.fragment:
            raise ValueError(
                "the address of a provider has no user and no fragment; who asks is said by `authorization`"
            )
        if parts.scheme == "http" and not (without_tls or is_loopback(host)):
            raise ValueError(
                "http:// is for this machine only: everybody on the way reads it; `without_tls=True` says so"
            )
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return cls(scheme=parts.scheme, host=host, port=port or (443 if parts.scheme == "https" else 80), target=target)

    @property
    def origin(self) -> str:
        """Return what can be shown of it: scheme, host and port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"
