"""The portal with company accounts, before a real OpenID provider on loopback: good tokens, and every kind of bad one."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlsplit

import httpx2
import pytest
from attrs import define, field
from flask.testing import FlaskClient

from examples.openid import Client, Provider, challenge
from examples.sso_portal import make_portal
from subaccounts import ChangeIssuers, EditPerson, Issuer, State
from tests.examples.conftest import Office
from tests.examples.providers import Meddler, authorized, claims_of, provider, query_of, unsigned

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # the provider's own, in the thread it runs in

SITE: Final = "https://crm.example"
BACK: Final = f"{SITE}/sso/back"
ANNA: Final[dict[str, Any]] = {
    "sub": "anna-1",
    "email": "anna@acme.example",
    "email_verified": True,
    "employee": "E-1",
    "name": "Anna Lind",
}
BORIS: Final[dict[str, Any]] = {"sub": "boris-1", "email": "boris@acme.example", "email_verified": False}


@define
class Stage:
    """Hold a portal, the provider it speaks to, and a browser that stands before both."""

    office: Office
    issuer: str
    stack: ExitStack
    meddler: Meddler = field(factory=Meddler)
    time: float = 0.0
    browser: FlaskClient = field(init=False)
    provider: Provider = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.open(self.issuer)

    def open(self, issuer: str) -> None:
        """Open the portal for people of an issuer."""
        trusted = Issuer(issuer=issuer, name="Acme account", external_id="employee", trusts_email=True)
        organization = self.office.account.organization
        self.office.subs.handle(ChangeIssuers(actor=self.office.admin, organization=organization, issuers=(trusted,)))
        client = Client(issuer=issuer, id="crm", secret="a secret of the crm", redirect_uri=BACK)
        http = self.stack.enter_context(httpx2.Client(transport=self.meddler))
        self.provider = Provider(client, http=http)
        portal = make_portal(
            self.office.subs,
            account=lambda: self.office.account,
            providers={issuer: self.provider},
            secret_key="only for tests",
            clock=lambda: self.time,
        )
        self.browser, self.issuer = portal.test_client(), issuer

    def begin(self) -> str:
        """Press the button, and return where the browser is sent."""
        assert "Acme account" in self.browser.get("/sign-in", base_url=SITE).text
        answer = self.browser.post("/sso", data={"issuer": self.issuer}, base_url=SITE)
        assert 302 == answer.status_code
        return str(answer.headers["Location"])

    def come_back(self, url: str) -> tuple[int, str]:
        """Follow where the provider sends the browser; return status, and where it leads or what it says."""
        parts = urlsplit(url)
        answer = self.browser.get(f"{parts.path}?{parts.query}", base_url=SITE)
        return answer.status_code, answer.headers.get("Location") or answer.text

    def sign_in(self, subject: str = "anna-1") -> tuple[int, str]:
        """Sign in at the provider, and come back."""
        return self.come_back(authorized(self.begin(), subject))

    def at_home(self) -> str:
        """Return who the portal says is signed in, or where it sends the browser."""
        answer = self.browser.get("/", base_url=SITE)
        return str(answer.json["name"]) if answer.json else str(answer.headers["Location"])

    def fill_in(self, **fields: str) -> tuple[int, str]:
        """Send the fields that were asked for."""
        form = {f"field:{name}": text for name, text in fields.items()}
        answer = self.browser.post("/sso/fields", data=form, base_url=SITE)
        return answer.status_code, answer.headers.get("Location") or answer.text


NAMED: Final = {"full_name": "Anna Lind", "position": "Seller"}
NOT_SIGNED_IN: Final = (403, "That did not work. Please try again.")


@pytest.fixture(scope="module")
def acme() -> Iterator[str]:
    """Run one provider for all of them; it remembers nothing that matters here."""
    with provider(ANNA, BORIS) as issuer:
        yield issuer


@pytest.fixture
def stage(office: Office, acme: str) -> Iterator[Stage]:
    """Open a portal before a provider that knows Anna, whose external id the office knows too, and Boris."""
    fields = {"external_id": "E-1", "email": "anna@acme.example"}
    office.subs.handle(EditPerson(actor=office.admin, sub_account=office.people["anna"], fields=fields))
    with ExitStack() as stack:
        yield Stage(office, acme, stack)


@pytest.fixture
def why(caplog: pytest.LogCaptureFixture) -> Any:
    """Return what the portal says in its log of why nobody was signed in."""
    caplog.set_level(logging.WARNING, logger="examples.sso_portal")

    def told() -> list[object]:
        records = [record for record in caplog.records if record.name == "examples.sso_portal"]
        return [record.args[0] for record in records if isinstance(record.args, tuple)]

    return told


class TestSignIn:
    """Given Anna, whom the office expects and the provider knows."""

    @pytest.mark.asvs("7.6.2")
    def test_leads_in(self, stage: Stage) -> None:
        """A button, the provider, the fields that are missing, and a page that knows her; without a password."""
        status, text = stage.sign_in()
        assert 200 == status
        assert 'name="field:full_name"' in text
        assert 'type="password"' not in text
        assert "/sign-in" == stage.at_home()
        assert (302, "/") == stage.fill_in(**NAMED)
        assert "Anna Lind" == stage.at_home()

    def test_the_second_time_at_once(self, stage: Stage) -> None:
        """Who came before is in when it comes back."""
        stage.sign_in()
        stage.fill_in(**NAMED)
        stage.browser.delete_cookie("session", domain="crm.example")
        assert "/sign-in" == stage.at_home()
        assert (302, "/") == stage.sign_in()
        assert "Anna Lind" == stage.at_home()

    def test_asks_for_a_code_with_pkce_state_and_nonce(self, stage: Stage) -> None:
        """What is asked for at the provider is bound to this browser, this code and this token, each time anew."""
        first, second = query_of(stage.begin()), query_of(stage.begin())
        assert {"code"} == {first["response_type"]}
        assert ("S256", BACK, "crm") == (first["code_challenge_method"], first["redirect_uri"], first["client_id"])
        assert [] == [name for name in ("state", "nonce", "code_challenge") if first[name] == second[name]]
        assert 43 == len(first["state"]) == len(first["nonce"]) == len(first["code_challenge"])

    def test_proves_that_it_is_who_asked(self, stage: Stage) -> None:
        """The code is exchanged with what the challenge was made of, and with the secret in a header, not in the form."""
        asked = query_of(url := stage.begin())
        stage.come_back(authorized(url, "anna-1"))
        form = stage.meddler.posted()
        assert asked["code_challenge"] == challenge(form["code_verifier"])
        assert {"grant_type", "code", "redirect_uri", "code_verifier"} == set(form)

    def test_nothing_of_who_was_here_stays(self, stage: Stage) -> None:
        """Signing in empties the session: neither what was begun nor the identity is in it."""
        stage.sign_in()
        stage.fill_in(**NAMED)
        with stage.browser.session_transaction(base_url=SITE) as session:
            assert ["subject"] == list(session)

    def test_fields_that_come_too_late(self, stage: Stage) -> None:
        """An identity waits ten minutes for its fields, and begins anew after that."""
        stage.sign_in()
        stage.time += 601
        assert (302, "/sign-in") == stage.fill_in(**NAMED)

    def test_fields_of_somebody_else(self, stage: Stage) -> None:
        """Where somebody else comes before the fields are sent, they are not the first one's."""
        stage.sign_in()
        stage.sign_in("boris-1")
        assert (302, "/sign-in") == stage.fill_in(**NAMED)

    def test_fields_that_are_wrong_are_told(self, stage: Stage) -> None:
        """What is missing is said, what was typed stays, and the identity goes on waiting."""
        stage.sign_in()
        status, text = stage.fill_in(full_name="Anna <Lind>")
        assert (200, True) == (status, "still needed: position" in text)
        assert "Anna &lt;Lind&gt;" in text
        assert (302, "/") == stage.fill_in(**NAMED)


class TestTurnedAway:
    """Given somebody whom the provider knows and the office does not let in."""

    def test_an_email_that_is_not_verified(self, stage: Stage) -> None:
        """Boris, whose e-mail the office vouched for and the provider did not verify, is not found by it."""
        office = stage.office
        boris = EditPerson(actor=office.admin, sub_account=office.people["борис"], fields={"email": BORIS["email"]})
        office.subs.handle(boris)
        status, text = stage.sign_in("boris-1")
        assert (200, True) == (status, "not known" in text)
        assert "/sign-in" == stage.at_home()
        assert State.WAITING is office.subs.handle(boris).state

    def test_an_email_that_is_verified(self, stage: Stage) -> None:
        """The same with a verified e-mail leads in: it is the verification that counts."""
        office = stage.office
        with provider({**BORIS, "email_verified": True}) as issuer:
            stage.open(issuer)
            office.subs.handle(
                EditPerson(actor=office.admin, sub_account=office.people["борис"], fields={"email": BORIS["email"]})
            )
            stage.sign_in("boris-1")
            assert (302, "/") == stage.fill_in(**NAMED)

    def test_who_declines(self, stage: Stage, why: Any) -> None:
        """Whoever says no at the provider is not signed in."""
        state = query_of(url := stage.begin())["state"]
        denied = authorized(url, "anna-1", denied=True)
        assert NOT_SIGNED_IN == stage.come_back(f"{denied}&state={state}")  # which this provider forgets to say
        assert ["denied"] == why()


class TestForgedTokens:
    """Given an answer with a token that is not what it should be, nobody is signed in, and nothing is asked of the office."""

    @pytest.fixture(autouse=True)
    def _nobody_is_in(self, stage: Stage) -> Iterator[None]:
        yield
        assert "/sign-in" == stage.at_home()
        with stage.browser.session_transaction(base_url=SITE) as session:
            assert "arriving" not in session

    def other(self, stage: Stage, client_id: str, issuer: str | None = None) -> str:
        """Return a token that a provider really gave to another client, or for another sign-in."""
        meddler = Meddler()
        with httpx2.Client(transport=meddler) as http:
            client = Client(issuer=issuer or stage.issuer, id=client_id, secret="s", redirect_uri=BACK)
            begun = (speaker := Provider(client, http=http)).begin()
            speaker.finish(begun, query_of(authorized(begun.url, "anna-1")))
        return meddler.tokens[0]

    def test_for_another_audience(self, stage: Stage, why: Any) -> None:
        """A token that the same provider gave to another application is not ours."""
        token = self.other(stage, "another-application")
        stage.meddler.exchange = lambda _: token
        assert NOT_SIGNED_IN == stage.sign_in()
        assert ["a bad token: invalid_claim"] == why()

    def test_expired(self, stage: Stage, why: Any) -> None:
        """A token whose time was over when it came is none, a minute's difference of clocks apart."""
        with provider(ANNA, lasts=timedelta(seconds=-61)) as issuer:
            stage.open(issuer)
            assert NOT_SIGNED_IN == stage.sign_in()
        assert ["a bad token: expired_token"] == why()

    @pytest.mark.asvs("6.8.2")
    def test_unsigned(self, stage: Stage, why: Any) -> None:
        """A token that says it needs no signature is none, whatever else is right about it."""
        stage.meddler.exchange = lambda token: unsigned(claims_of(token))
        assert NOT_SIGNED_IN == stage.sign_in()
        assert ["a bad token: unsupported_algorithm"] == why()

    @pytest.mark.asvs("6.8.2")
    def test_changed(self, stage: Stage, why: Any) -> None:
        """A token with another subject in it than was signed is none."""

        def changed(token: str) -> str:
            head, _, signature = token.split(".")
            return ".".join((head, unsigned(claims_of(token) | {"sub": "boss"}).split(".")[1], signature))

        stage.meddler.exchange = changed
        assert NOT_SIGNED_IN == stage.sign_in()
        assert ["a bad token: bad_signature"] == why()

    def test_of_another_issuer(self, stage: Stage, why: Any) -> None:
        """A token that another provider signed, for this very client, is none: neither its keys nor its name are ours."""
        with provider(ANNA) as issuer:
            token = self.other(stage, "crm", issuer)
        stage.meddler.exchange = lambda _: token
        assert NOT_SIGNED_IN == stage.sign_in()
        assert 1 == len(why())
        assert why()[0] in {"a bad token: bad_signature", "a bad token: invalid_key_id"}

    def test_of_another_sign_in(self, stage: Stage, why: Any) -> None:
        """A token of Anna's earlier sign-in, good in everything but its nonce, is not taken again."""
        token = self.other(stage, "crm")
        stage.meddler.exchange = lambda _: token
        assert NOT_SIGNED_IN == stage.sign_in()
        assert ["a bad token: invalid_claim"] == why()


class TestForgedAnswers:
    """Given an answer that no sign-in of this browser began, or that was taken already."""

    def test_another_state(self, stage: Stage, why: Any) -> None:
        """An answer with another state, as somebody else had it sent to this browser, is refused."""
        url = authorized(stage.begin(), "anna-1")
        assert NOT_SIGNED_IN == stage.come_back(url.replace("state=", "state=x"))
        assert ["another state"] == why()

    def test_of_another_browser(self, stage: Stage, why: Any) -> None:
        """An answer that Mallory got for herself signs nobody in where nobody began."""
        url = authorized(stage.begin(), "boris-1")
        stage.browser.delete_cookie("session", domain="crm.example")
        assert NOT_SIGNED_IN == stage.come_back(url)
        assert ["nobody began"] == why()

    def test_a_second_time(self, stage: Stage, why: Any) -> None:
        """An answer is taken once: the second time nobody began."""
        url = authorized(stage.begin(), "anna-1")
        stage.come_back(url)
        stage.fill_in(**NAMED)
        stage.browser.post("/sso/fields", base_url=SITE)
        assert NOT_SIGNED_IN == stage.come_back(url)
        assert ["nobody began"] == why()

    def test_a_second_time_with_the_old_cookie(self, stage: Stage, why: Any) -> None:
        """Whoever kept the cookie of the first time meets a provider that gives a code's token once."""
        url = authorized(stage.begin(), "anna-1")
        cookie = stage.browser.get_cookie("session", domain="crm.example")
        assert cookie is not None
        stage.come_back(url)
        stage.browser.set_cookie("session", cookie.value, domain="crm.example", secure=True)
        assert NOT_SIGNED_IN == stage.come_back(url)
        assert ["refused"] == why()

    def test_another_issuer_in_the_answer(self, stage: Stage, why: Any) -> None:
        """An answer that names another issuer is a mix-up, and its code goes to nobody (RFC 9207)."""
        url = authorized(stage.begin(), "anna-1")
        asked = len(stage.meddler.asked)
        assert NOT_SIGNED_IN == stage.come_back(f"{url}&iss=https://evil.example")
        assert (["another issuer"], asked) == (why(), len(stage.meddler.asked))

    @pytest.mark.asvs("7.6.2")
    def test_a_form_of_another_site(self, stage: Stage) -> None:
        """No other site begins a sign-in here, and no issuer that this host does not speak to."""
        headers = {"Sec-Fetch-Site": "cross-site"}
        assert (
            403 == stage.browser.post("/sso", data={"issuer": stage.issuer}, base_url=SITE, headers=headers).status_code
        )
        assert 404 == stage.browser.post("/sso", data={"issuer": "https://evil.example"}, base_url=SITE).status_code
        assert 405 == stage.browser.get("/sso", base_url=SITE).status_code


class TestRotation:
    """Given a provider with new keys."""

    def test_new_keys_are_asked_for(self, office: Office) -> None:
        """A token by a key that is not known has the keys asked for anew, once a minute at most."""
        office.subs.handle(
            EditPerson(actor=office.admin, sub_account=office.people["anna"], fields={"external_id": "E-1"})
        )
        with ExitStack() as stack:
            with provider(ANNA) as issuer:
                stage = Stage(office, issuer, stack)
                stage.sign_in()
                assert (302, "/") == stage.fill_in(**NAMED)
            port = urlsplit(issuer).port
            assert port is not None
            with provider(ANNA, port=port):
                assert NOT_SIGNED_IN == stage.sign_in()
                stage.provider._asked_at -= 61
                assert (302, "/") == stage.sign_in()


def test_a_provider_that_is_not_there(office: Office, why: Any) -> None:
    """A provider that cannot be reached signs nobody in, and breaks no page."""
    with ExitStack() as stack:
        stage = Stage(office, "http://localhost:9", stack)
        answer = stage.browser.post("/sso", data={"issuer": stage.issuer}, base_url=SITE)
        assert NOT_SIGNED_IN == (answer.status_code, answer.text)
    assert ["unreachable"] == why()
