"""What an ID token has to be, claim by claim: signed by the issuer's own key, and still refused where one thing is wrong."""

from __future__ import annotations

import base64
import hmac
import time
from collections.abc import Callable, Iterator
from typing import Any, Final

import httpx2
import pytest
from attrs import define, field
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey

from examples.openid import Begun, Client, NotSignedIn, Provider
from subaccounts import VerifiedIdentity

ISSUER: Final = "https://login.acme.example"
CLIENT: Final = Client(
    issuer=ISSUER, id="crm", secret="a secret of the crm, long enough", redirect_uri="https://crm.example/back"
)
NOW: Final = 1_800_000_000.0
KEY: Final = RSAKey.generate_key(2048, {"kid": "k-1"})
NEXT: Final = ECKey.generate_key("P-256", {"kid": "k-2"})
CLAIMS: Final[dict[str, Any]] = {
    "iss": ISSUER,
    "aud": "crm",
    "sub": "anna-1",
    "exp": int(NOW) + 300,
    "iat": int(NOW),
    "nonce": "n-1",
    "email": "anna@acme.example",
    "email_verified": True,
}
BEGUN: Final = Begun(url="", state="s-1", nonce="n-1", verifier="v-1")


@define
class Acme:
    """Be the issuer: answer what is asked, and remember how often for the keys."""

    token: str = ""
    keys: list[Any] = field(factory=lambda: [KEY])
    metadata: dict[str, Any] = field(
        factory=lambda: {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/authorize",
            "token_endpoint": f"{ISSUER}/token",
            "jwks_uri": f"{ISSUER}/jwks",
        }
    )
    answers: dict[str, httpx2.Response] = field(factory=dict)
    asked_for_keys: int = 0

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        """Answer."""
        path = request.url.path
        if path in self.answers:
            return self.answers[path]
        if path == "/jwks":
            self.asked_for_keys += 1
            return httpx2.Response(200, json=KeySet(self.keys).as_dict())
        return httpx2.Response(200, json={"id_token": self.token} if path == "/token" else self.metadata)


@define
class Stage:
    """Hold the issuer and who speaks to it, with a clock to turn."""

    acme: Acme = field(factory=Acme)
    now: float = NOW
    provider: Provider = field(init=False)

    def __attrs_post_init__(self) -> None:
        http = httpx2.Client(transport=httpx2.MockTransport(self.acme))
        self.provider = Provider(CLIENT, http=http, clock=lambda: self.now)

    def come(self, token: str, **answer: str) -> VerifiedIdentity:
        """Come back from the issuer with this token."""
        self.acme.token = token
        return self.provider.finish(BEGUN, {"state": "s-1", "code": "c-1", **answer})

    def why(self, token: str, **answer: str) -> str:
        """Come back, and return why nobody was signed in."""
        with pytest.raises(NotSignedIn) as refused:
            self.come(token, **answer)
        assert token[:20] not in str(refused.value) or not token
        return refused.value.why


@pytest.fixture
def stage() -> Iterator[Stage]:
    """Stand before an issuer."""
    yield (made := Stage())
    made.provider._http.close()


def signed(key: Any = KEY, alg: str = "RS256", *, kid: str | None = "k-1", **changes: Any) -> str:
    """Return a token; a claim that is changed to None is left out."""
    claims = {name: value for name, value in (CLAIMS | changes).items() if value is not None}
    header = {"alg": alg, **({"kid": kid} if kid else {})}
    return jwt.encode(header, claims, key, algorithms=[alg])


class TestClaims:
    """A token that is good, and tokens with one thing wrong."""

    @pytest.mark.parametrize(
        "changes",
        [
            {},
            {"aud": ["crm"]},
            {"aud": ["crm", "bi"], "azp": "crm"},
            {"azp": "crm"},
            {"exp": int(NOW) - 59},
            {"iat": int(NOW) + 60},
            {"iat": int(NOW) - 600},
            {"nbf": int(NOW) + 60},
        ],
        ids=str,
    )
    def test_good(self, stage: Stage, changes: dict[str, Any]) -> None:
        """One audience or several with ours as the party it was made for; a minute's difference of clocks either way."""
        who = stage.come(signed(**changes))
        assert ("anna-1", True) == (who.identity.subject, who.email_verified)

    @pytest.mark.parametrize(
        ("changes", "why"),
        [
            ({"iss": "https://evil.example"}, "a bad token: invalid_claim"),
            ({"iss": f"{ISSUER}/"}, "a bad token: invalid_claim"),
            ({"iss": None}, "a bad token: missing_claim"),
            ({"aud": "bi"}, "a bad token: invalid_claim"),
            ({"aud": ["bi"]}, "a bad token: invalid_claim"),
            ({"aud": None}, "a bad token: missing_claim"),
            ({"aud": ["crm", "bi"]}, "a token for somebody else"),
            ({"aud": ["crm", "bi"], "azp": "bi"}, "a token for somebody else"),
            ({"azp": "bi"}, "a token for somebody else"),
            ({"sub": None}, "a bad token: missing_claim"),
            ({"sub": "s" * 256}, "a strange token"),
            ({"nonce": "n-2"}, "a bad token: invalid_claim"),
            ({"nonce": None}, "a bad token: missing_claim"),
            ({"exp": int(NOW) - 60}, "a bad token: expired_token"),
            ({"exp": None}, "a bad token: missing_claim"),
            ({"exp": True}, "a bad token: invalid_claim"),
            ({"iat": int(NOW) + 61}, "a bad token: invalid_claim"),
            ({"iat": int(NOW) - 601}, "an old token"),
            ({"iat": None}, "a bad token: missing_claim"),
            ({"nbf": int(NOW) + 61}, "a bad token: invalid_claim"),
        ],
        ids=str,
    )
    def test_bad(self, stage: Stage, changes: dict[str, Any], why: str) -> None:
        """One thing that is wrong is enough."""
        assert why == stage.why(signed(**changes))


class TestSignatures:
    """Who can have signed a token."""

    def test_by_our_own_secret(self, stage: Stage) -> None:
        """A token signed with the client's secret could be of anybody who has that secret: of ourselves."""
        key = OctKey.import_key(CLIENT.secret)
        assert "a bad token: unsupported_algorithm" == stage.why(signed(key, "HS256", kid=None))

    @pytest.mark.asvs("6.8.2")
    def test_by_the_public_key_as_a_secret(self, stage: Stage) -> None:
        """A token signed with the text of the issuer's public key, which everybody has, is none."""
        head, body, _ = signed().split(".")
        head = base64.urlsafe_b64encode(b'{"alg":"HS256","kid":"k-1"}').rstrip(b"=").decode()
        digest = hmac.digest(KEY.as_pem(private=False), f"{head}.{body}".encode(), "sha256")
        signature = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        assert "a bad token: unsupported_algorithm" == stage.why(f"{head}.{body}.{signature}")

    def test_by_somebody_elses_key_under_the_right_name(self, stage: Stage) -> None:
        """A key's name says nothing of whose key it is."""
        other = RSAKey.generate_key(2048, {"kid": "k-1"})
        assert "a bad token: bad_signature" == stage.why(signed(other))

    @pytest.mark.parametrize("token", ["", "x", "a.b.c", "....", "é.é.é", "e30.e30.e30"])
    def test_what_is_no_token(self, stage: Stage, token: str) -> None:
        """A text that is no token is refused as one."""
        assert stage.why(token).startswith("a bad token")


class TestKeys:
    """Keys of an issuer change, and nobody has us ask for them as often as he likes."""

    def test_are_asked_for_once(self, stage: Stage) -> None:
        """Tokens by a key that is known ask for nothing."""
        for _ in range(3):
            stage.come(signed())
        assert 1 == stage.acme.asked_for_keys

    def test_a_new_one_is_found(self, stage: Stage) -> None:
        """A token by a new key has the keys asked for anew; those that were taken back are no more."""
        stage.come(signed())
        stage.acme.keys = [NEXT]
        stage.now += 61
        stage.come(signed(NEXT, "ES256", kid="k-2", iat=int(stage.now)))
        assert 2 == stage.acme.asked_for_keys
        stage.now += 61
        assert stage.why(signed(iat=int(stage.now))).startswith("a bad token")

    def test_once_a_minute_at_most(self, stage: Stage) -> None:
        """However many tokens by unknown keys come, the keys are asked for once in a minute."""
        stage.come(signed())
        for _ in range(20):
            stage.why(signed(NEXT, "ES256", kid="k-2"))
        assert 1 == stage.acme.asked_for_keys
        stage.now += 61
        for _ in range(20):
            stage.why(signed(NEXT, "ES256", kid="k-2", iat=int(stage.now)))
        assert 2 == stage.acme.asked_for_keys


class TestAnswers:
    """Whatever an issuer, or somebody in its place, answers."""

    @pytest.mark.parametrize(
        "answer",
        [
            httpx2.Response(500),
            httpx2.Response(302, headers={"Location": "https://evil.example/"}),
            httpx2.Response(200, text="no json"),
            httpx2.Response(200, json=[]),
            httpx2.Response(200, json={}),
            httpx2.Response(200, json={"id_token": 7}),
            httpx2.Response(400, json={"error": "invalid_grant"}),
        ],
        ids=lambda answer: f"{answer.status_code} {answer.text[:12]}",
    )
    @pytest.mark.parametrize("path", ["/token", "/jwks", "/.well-known/openid-configuration"])
    def test_is_no_crash(self, stage: Stage, path: str, answer: httpx2.Response) -> None:
        """An answer that is none signs nobody in, follows nobody elsewhere, and breaks nothing."""
        stage.acme.answers[path] = answer
        assert stage.why(signed()) in {"refused", "unreachable", "no token", "no keys", "no endpoint", "another issuer"}

    @pytest.mark.parametrize(
        ("name", "value", "why"),
        [
            ("issuer", "https://evil.example", "another issuer"),
            ("token_endpoint", "http://login.acme.example/token", "no endpoint"),
            ("token_endpoint", None, "no endpoint"),
            ("jwks_uri", "http://localhost.evil.example/jwks", "no endpoint"),
            ("jwks_uri", "ftp://localhost/jwks", "no endpoint"),
        ],
    )
    def test_metadata_that_are_not_its_own(self, stage: Stage, name: str, value: Any, why: str) -> None:
        """An issuer speaks for itself, and over TLS: no secret and no key goes over an open line."""
        stage.acme.metadata[name] = value
        assert why == stage.why(signed())

    @pytest.mark.parametrize(
        ("answer", "why"),
        [
            ({"state": "s-2"}, "another state"),
            ({"state": ""}, "another state"),
            ({"state": "ы"}, "another state"),
            ({"iss": "https://evil.example"}, "another issuer"),
            ({"code": ""}, "denied"),
            ({"error": "access_denied"}, "denied"),
        ],
    )
    def test_an_answer_that_is_not_ours(self, stage: Stage, answer: dict[str, str], why: str) -> None:
        """Before anything is asked of the issuer, the answer itself is judged."""
        assert why == stage.why(signed(), **answer)
        assert 0 == stage.acme.asked_for_keys

    def test_an_answer_that_names_the_issuer(self, stage: Stage) -> None:
        """An issuer that says who it is in its answer is believed when it is the one (RFC 9207)."""
        assert "anna-1" == stage.come(signed(), iss=ISSUER).identity.subject


def test_nothing_secret_is_shown() -> None:
    """Neither the client's secret nor what a session keeps is in what is printed."""
    shown = repr((CLIENT, Begun(url="u", state="s", nonce="nonce-1", verifier="verifier-1")))
    assert [] == [each for each in (CLIENT.secret, "nonce-1", "verifier-1") if each in shown]


def test_the_clock_is_the_systems() -> None:
    """Unless a test turns it, time is the system's."""
    asked: Callable[[], float] = Provider(CLIENT, http=httpx2.Client())._clock
    assert time.time is asked
