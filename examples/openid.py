"""OpenID Connect for a host: the authorization code flow with PKCE, state and nonce, and the verification of an ID token.

`Provider.begin` says where to send the browser and what to keep in its session until it comes back; `Provider.finish` takes
what it came back with and answers a `VerifiedIdentity`. Plain HTTP by httpx2, signatures by joserfc; no framework in it.
OpenID Connect Core 1.0 §3.1, RFC 7636 (PKCE), RFC 9207 (the issuer in the answer), RFC 9700 (current practice).
"""

from __future__ import annotations

import hmac
import secrets
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any, Final
from urllib.parse import quote_plus, urlencode, urlsplit

import httpx2
from attrs import field, frozen
from joserfc import jwt
from joserfc.errors import BadSignatureError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jwt import JWTClaimsRegistry

from subaccounts import Refusal, VerifiedIdentity

ALGORITHMS: Final = ("RS256", "PS256", "ES256")
"""Signatures that are taken: by a key that only the issuer has. Neither `none`, nor `HS256`, whose key is our own secret."""
LEEWAY: Final = 60
"""Seconds that the issuer's clock and ours can differ by."""
OLDEST: Final = 600
"""Seconds after which a token was not made for who stands here now."""
KEYS_KEPT: Final = 60
"""Seconds before unknown keys are asked for again, so that nobody makes us ask for them with every token."""
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
TIMEOUT: Final = 10.0


class NotSignedIn(Exception):
    """Say why nobody was signed in; `why` is a word for the log. A page says that it did not work."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@frozen(kw_only=True)
class Client:
    """Hold what the issuer registered for this host. `issuer` is compared as it is with what tokens say."""

    issuer: str
    id: str
    secret: str = field(repr=False)
    redirect_uri: str
    scope: str = "openid profile email"


@frozen(kw_only=True)
class Begun:
    """Hold a sign-in that has begun: where to send the browser, and what its session keeps until it comes back, once."""

    url: str
    state: str
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)


class Provider:
    """Speak to one issuer. One for each process and issuer; it keeps what the issuer says of itself, and its keys."""

    def __init__(self, client: Client, *, http: httpx2.Client, clock: Callable[[], float] = time.time) -> None:
        self.client, self._http, self._clock = client, http, clock
        self._metadata: dict[str, Any] = {}
        self._keys: KeySet | None = None
        self._asked_at = float("-inf")

    def begin(self) -> Begun:
        """Begin a sign-in: state against forged answers, nonce against replayed tokens, PKCE against stolen codes."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        asked = {
            "response_type": "code",
            "client_id": self.client.id,
            "redirect_uri": self.client.redirect_uri,
            "scope": self.client.scope,
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge(verifier),
            "code_challenge_method": "S256",
        }
        url = f"{self._endpoint('authorization_endpoint')}?{urlencode(asked)}"
        return Begun(url=url, state=state, nonce=nonce, verifier=verifier)

    def finish(self, begun: Begun, answer: Mapping[str, str]) -> VerifiedIdentity:
        """Return who came back, or raise `NotSignedIn`. Whoever calls this has taken `begun` out of the session first."""
        if not hmac.compare_digest(answer.get("state", "").encode(), begun.state.encode()):
            raise NotSignedIn("another state")
        if answer.get("iss", self.client.issuer) != self.client.issuer:
            raise NotSignedIn("another issuer")
        if "error" in answer or not answer.get("code"):
            raise NotSignedIn("denied")
        token = self._exchanged(answer["code"], begun.verifier)
        try:
            return VerifiedIdentity.from_claims(self._claims(token, begun.nonce))
        except Refusal as refusal:
            raise NotSignedIn("a strange token") from refusal

    def _exchanged(self, code: str, verifier: str) -> str:
        """Exchange a code for the ID token (RFC 6749 §4.1.3); the secret goes into a header and into no log."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.client.redirect_uri,
            "code_verifier": verifier,
        }
        basic = (quote_plus(self.client.id), quote_plus(self.client.secret))
        token = self._asked("POST", self._endpoint("token_endpoint"), data=form, auth=basic).get("id_token")
        if not isinstance(token, str):
            raise NotSignedIn("no token")
        return token

    def _claims(self, token: str, nonce: str) -> Mapping[str, Any]:
        """Return the claims of a token that is signed, ours, of this sign-in and of now (OpenID Connect Core 1.0 §3.1.3.7)."""
        rules = JWTClaimsRegistry(
            now=lambda: int(self._clock()),
            leeway=LEEWAY,
            iss={"essential": True, "value": self.client.issuer},
            aud={"essential": True, "value": self.client.id},
            sub={"essential": True},
            nonce={"essential": True, "value": nonce},
            exp={"essential": True},
            iat={"essential": True},
        )
        try:
            claims = self._signed(token).claims
            rules.validate(claims)
        except JoseError as error:
            raise NotSignedIn(f"a bad token: {error.error}") from None
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if claims.get("azp", None if several else self.client.id) != self.client.id:
            raise NotSignedIn("a token for somebody else")
        if claims["iat"] < self._clock() - OLDEST:
            raise NotSignedIn("an old token")
        return claims

    def _signed(self, token: str) -> jwt.Token:
        """Return a token whose signature holds; keys are asked for again when it is by none that is known: they rotate."""
        try:
            return jwt.decode(token, self._known_keys(), algorithms=ALGORITHMS)
        except (InvalidKeyIdError, BadSignatureError):
            if self._clock() - self._asked_at < KEYS_KEPT:
                raise
            self._keys = None
            return jwt.decode(token, self._known_keys(), algorithms=ALGORITHMS)

    def _known_keys(self) -> KeySet:
        if self._keys is None:
            said: Any = self._asked("GET", self._endpoint("jwks_uri"))
            self._asked_at = self._clock()
            try:
                self._keys = KeySet.import_key_set(said)
            except (JoseError, KeyError, TypeError, ValueError):
                raise NotSignedIn("no keys") from None
        return self._keys

    def _endpoint(self, name: str) -> str:
        """Return where the issuer does something, by its own word, and only over TLS or on this machine."""
        if not self._metadata:
            said = self._asked("GET", f"{self.client.issuer.rstrip('/')}/.well-known/openid-configuration")
            if (
                said.get("issuer") != self.client.issuer
            ):  # or one issuer's keys could sign for another (§4.3 of Discovery)
                raise NotSignedIn("another issuer")
            self._metadata = said
        url = self._metadata.get(name)
        if not isinstance(url, str) or not _is_secure(url):
            raise NotSignedIn("no endpoint")
        return url

    def _asked(self, method: str, url: str, **more: Any) -> dict[str, Any]:
        if not _is_secure(url):
            raise NotSignedIn("no endpoint")
        try:
            answer = self._http.request(method, url, follow_redirects=False, timeout=TIMEOUT, **more)
            said = answer.json() if answer.status_code == httpx2.codes.OK else None
        except (httpx2.HTTPError, ValueError):
            raise NotSignedIn("unreachable") from None
        if not isinstance(said, dict):
            raise NotSignedIn("refused")
        return said


def challenge(verifier: str) -> str:
    """Return what is shown of a verifier before the code is there (RFC 7636 §4.2, S256)."""
    return urlsafe_b64encode(sha256(verifier.encode("ascii")).digest()).rstrip(b"=").decode("ascii")


def _is_secure(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
