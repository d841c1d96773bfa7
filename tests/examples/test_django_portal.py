"""The Django portal, used as a browser uses it: forms with their token, redirects and a cookie."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.db import connections
from django.http import HttpRequest, JsonResponse
from django.test import Client, override_settings
from django.urls import path

from examples.django_portal import SUBJECT, Portal
from subaccounts.repositories.django import DjangoRepository
from tests.examples.conftest import PASSWORD, Office, staffed
from tests.repositories.django.site import ALIASES, MIDDLEWARE, default_at

HOST = "hosts_portal"
SESSIONS = "django.contrib.sessions.backends.signed_cookies"


@pytest.fixture(params=["sqlite", "postgresql"])
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    """Open a shop with two people who wait, on Django's default database."""
    with default_at(ALIASES[request.param](tmp_path).emptied()):
        yield staffed(DjangoRepository(), tmp_path / "portal.db")


@pytest.fixture
def browser(office: Office) -> Iterator[Client]:
    """Stand before the portal with nobody signed in; the host's own session holds something of its own."""
    portal, module = Portal(office.subs, account=lambda _: office.account), ModuleType(HOST)
    given: Any = {"middleware": portal.middleware, "urlpatterns": [*portal.urls, path("host", _hosts_own)]}
    vars(module).update(given)
    sys.modules[HOST] = module
    layers = [MIDDLEWARE[0], MIDDLEWARE[1], f"{HOST}.middleware"]
    with override_settings(ROOT_URLCONF=HOST, MIDDLEWARE=layers, SESSION_ENGINE=SESSIONS):
        yield Client(enforce_csrf_checks=True)
    del sys.modules[HOST]


def _hosts_own(request: HttpRequest) -> JsonResponse:
    """Count visits in the session, as a host keeps what is its own there."""
    request.session["visits"] = request.session.get("visits", 0) + 1
    return JsonResponse({"visits": request.session["visits"]})


def token(browser: Client) -> str:
    """Return the token of the form that the browser is shown."""
    (found,) = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', browser.get("/sign-in").content.decode())
    return str(found)


def send(browser: Client, **form: str) -> tuple[int, str]:
    """Send a form to the sign-in page; return status and text, or where it leads."""
    answer = browser.post("/sign-in", {**form, "csrfmiddlewaretoken": token(browser)})
    return answer.status_code, answer.headers.get("Location") or answer.content.decode()


def sign_out(browser: Client) -> None:
    """Sign out."""
    browser.post("/sign-out", {"csrfmiddlewaretoken": token(browser)})


def at_home(browser: Client) -> str:
    """Return who the portal says is signed in, or where it sends the browser."""
    answer = browser.get("/")
    return str(answer.json()["name"]) if answer.status_code == 200 else str(answer["Location"])


def claim(browser: Client, office: Office) -> None:
    """Have Anna make her first sign-in."""
    assert (302, "/") == send(browser, **office.registration("anna", name="Anna Lind"))


class TestFirstSignIn:
    """Given a person who waits, the dialogue leads in."""

    def test_leads_in_step_by_step(self, browser: Client, office: Office) -> None:
        """Login, then fields, code and password, then a page that knows the person."""
        assert "/sign-in" == at_home(browser)
        status, text = send(browser, login="anna")
        assert 200 == status
        assert all(f'name="{name}"' in text for name in ("field:full_name", "field:position", "code", "new"))
        claim(browser, office)
        assert "Anna Lind" == at_home(browser)

    def test_wrong_code(self, browser: Client, office: Office) -> None:
        """A wrong code is told, what was typed stays, the password does not, and nobody is signed in."""
        _, text = send(browser, **office.registration("anna", name="Anna <Lind>", code="AAAAA-AAAAA"))
        assert "This code is not right." in text
        assert ("Anna &lt;Lind&gt;" in text, PASSWORD in text) == (True, False)
        assert "/sign-in" == at_home(browser)


class TestSignIn:
    """Given a person who is active."""

    def test_wrong_and_right_password(self, browser: Client, office: Office) -> None:
        """A wrong password lets nobody in, the right one does."""
        claim(browser, office)
        sign_out(browser)
        assert "Wrong password." in send(browser, login="anna", proof="another fine password")[1]
        assert "/sign-in" == at_home(browser)
        assert (302, "/") == send(browser, login="anna", proof=PASSWORD)
        assert "Anna Lind" == at_home(browser)

    def test_the_hosts_session_goes_on(self, browser: Client, office: Office) -> None:
        """What the host keeps in the session stays, of ours there is the subject alone, and after signing out nothing."""
        browser.get("/host")
        claim(browser, office)
        assert {"visits", SUBJECT} == set(browser.session.keys())
        assert 2 == browser.get("/host").json()["visits"]
        sign_out(browser)
        assert {"visits"} == set(browser.session.keys())

    def test_reset_ends_it(self, browser: Client, office: Office) -> None:
        """After a reset the session that worked works no more."""
        claim(browser, office)
        office.reset("anna")
        assert "/sign-in" == at_home(browser)

    def test_within_atomic_requests(self, browser: Client, office: Office) -> None:
        """A host that puts every request into a transaction signs people in too: those views are left out of it."""
        connections["default"].settings_dict["ATOMIC_REQUESTS"] = True
        claim(browser, office)
        assert "Anna Lind" == at_home(browser)


class TestBadInput:
    """What comes from elsewhere changes nothing."""

    def test_a_form_without_its_token(self, browser: Client, office: Office) -> None:
        """A form that another site had the browser send is refused."""
        claim(browser, office)
        assert 403 == browser.post("/sign-out").status_code
        assert "Anna Lind" == at_home(browser)

    def test_an_endless_password(self, browser: Client) -> None:
        """A password that is too long to be one is refused with its status, and not repeated."""
        status, text = send(browser, login="anna", proof="x" * 2000)
        assert (422, False) == (status, "xxx" in text)

    def test_a_login_that_is_markup(self, browser: Client) -> None:
        """Markup typed as a login is not served as markup."""
        assert "<script>" not in send(browser, login="<script>alert(1)</script>")[1]
