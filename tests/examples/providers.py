"""A real OpenID provider on loopback, a browser to stand before it, and somebody between it and the host.

What belongs here: `oidc-provider-mock` in a thread, on a port of its own; and `Meddler`, which lets answers through, or
exchanges the token in one. What must hold is said by the tests.
"""

from __future__ import annotations

import base64
import json
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import httpx2
from attrs import define, field

HOUR: Final = timedelta(hours=1)


@contextmanager
def provider(*people: Mapping[str, Any], lasts: timedelta = HOUR, port: int = 0) -> Iterator[str]:
    """Run a provider that knows these people, each with its claims, and yield its issuer."""
    with warnings.catch_warnings(record=True):  # it imports what its own dependency is about to rename
        from oidc_provider_mock import User, run_server_in_thread
    users = [User(sub=claims["sub"], claims={k: v for k, v in claims.items() if k != "sub"}) for claims in people]
    with run_server_in_thread(port=port, require_nonce=True, access_token_max_age=lasts, user_claims=users) as server:
        yield f"http://localhost:{server.server_port}"


def authorized(url: str, subject: str, *, denied: bool = False) -> str:
    """Stand before the provider as somebody, agree (or not), and return where it sends the browser."""
    form = {"action": "deny"} if denied else {"sub": subject}
    with httpx2.Client(trust_env=False) as browser:
        answer = browser.post(url, data=form, follow_redirects=False)
    assert answer.is_redirect, answer.text
    return str(answer.headers["Location"])


def query_of(url: str) -> dict[str, str]:
    """Return the query of an address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def claims_of(token: str) -> dict[str, Any]:
    """Return what a token says, whoever signed it."""
    claims: dict[str, Any] = json.loads(_decoded(token.split(".")[1]))
    return claims


def unsigned(claims: Mapping[str, Any]) -> str:
    """Return a token that says in its header that it has no signature, and has none."""
    parts = ({"alg": "none", "typ": "JWT"}, dict(claims))
    return ".".join([*(_encoded(json.dumps(part).encode()) for part in parts), ""])


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@define
class Meddler(httpx2.BaseTransport):
    """Stand between the host and the provider: remember what was asked, and exchange the token when told to."""

    exchange: Callable[[str], str] | None = None
    asked: list[httpx2.Request] = field(factory=list)
    tokens: list[str] = field(factory=list)
    _real: httpx2.HTTPTransport = field(factory=lambda: httpx2.HTTPTransport(trust_env=False))

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Pass a request on, and its answer back."""
        self.asked.append(request)
        answer = self._real.handle_request(request)
        answer.read()
        if not request.url.path.endswith("/token") or answer.status_code != httpx2.codes.OK:
            return answer
        said = answer.json()
        self.tokens.append(said["id_token"])
        if self.exchange is None:
            return answer
        return httpx2.Response(httpx2.codes.OK, json=said | {"id_token": self.exchange(said["id_token"])})

    def close(self) -> None:
        """Close what leads to the provider."""
        self._real.close()

    def posted(self) -> dict[str, str]:
        """Return the form that was last sent to the token endpoint."""
        (*_, request) = (each for each in self.asked if each.url.path.endswith("/token"))
        return {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
