"""The Flask portal, used as a browser uses it: forms, redirects and a cookie."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from examples.flask_portal import make_portal
from tests.examples.conftest import PASSWORD, Office

SITE = "https://crm.example"


@pytest.fixture
def browser(office: Office) -> FlaskClient:
    """Stand before the portal with nobody signed in."""
    portal = make_portal(office.subs, account=lambda: office.account, secret_key="only for tests")
    return portal.test_client()


def send(browser: FlaskClient, **form: str) -> tuple[int, str]:
    """Send a form to the sign-in page; return status and text, or where it leads."""
    answer = browser.post("/sign-in", data=form, base_url=SITE)
    return answer.status_code, answer.headers.get("Location") or answer.text


def at_home(browser: FlaskClient) -> str:
    """Return who the portal says is signed in, or where it sends the browser."""
    answer = browser.get("/", base_url=SITE)
    return str(answer.json["name"]) if answer.json else str(answer.headers["Location"])


def claim(browser: FlaskClient, office: Office) -> None:
    """Have Anna make her first sign-in."""
    assert (302, "/") == send(browser, **office.registration("anna", name="Anna Lind"))


class TestFirstSignIn:
    """Given a person who waits, the dialogue leads in."""

    def test_leads_in_step_by_step(self, browser: FlaskClient, office: Office) -> None:
        """Login, then fields, code and password, then a page that knows the person."""
        assert 'name="login"' in browser.get("/sign-in", base_url=SITE).text
        status, text = send(browser, login="anna")
        assert 200 == status
        assert all(f'name="{name}"' in text for name in ("field:full_name", "field:position", "code", "new"))
        claim(browser, office)
        assert "Anna Lind" == at_home(browser)

    def test_wrong_code(self, browser: FlaskClient, office: Office) -> None:
        """A wrong code is told, what was typed stays, the password does not, and nobody is signed in."""
        _, text = send(browser, **office.registration("anna", name="Anna <Lind>", code="AAAAA-AAAAA"))
        assert "This code is not right." in text
        assert "Anna &lt;Lind&gt;" in text
        assert PASSWORD not in text
        assert "/sign-in" == at_home(browser)

    def test_problems_are_told(self, browser: FlaskClient, office: Office) -> None:
        """A short password is refused in words, and the code is not used up."""
        _, text = send(browser, **office.registration("anna", name="Anna Lind") | {"new": "short"})
        assert "use at least 15 characters" in text
        claim(browser, office)


class TestSignIn:
    """Given a person who is active."""

    def test_wrong_and_right_password(self, browser: FlaskClient, office: Office) -> None:
        """A wrong password lets nobody in, the right one does."""
        claim(browser, office)
        browser.post("/sign-out", base_url=SITE)
        assert "Wrong password." in send(browser, login="anna", proof="another fine password")[1]
        assert "/sign-in" == at_home(browser)
        assert (302, "/") == send(browser, login="anna", proof=PASSWORD)
        assert "Anna Lind" == at_home(browser)

    def test_nothing_of_who_was_here_stays(self, browser: FlaskClient, office: Office) -> None:
        """Signing in empties the session: whatever was in it before is gone."""
        with browser.session_transaction(base_url=SITE) as session:
            session["left_behind"] = "by somebody"
        claim(browser, office)
        with browser.session_transaction(base_url=SITE) as session:
            assert ["subject"] == list(session)

    def test_reset_ends_the_session(self, browser: FlaskClient, office: Office) -> None:
        """After a reset the cookie that worked works no more."""
        claim(browser, office)
        office.reset("anna")
        assert "/sign-in" == at_home(browser)

    def test_sign_out(self, browser: FlaskClient, office: Office) -> None:
        """After signing out nobody is signed in."""
        claim(browser, office)
        browser.post("/sign-out", base_url=SITE)
        assert "/sign-in" == at_home(browser)


class TestBadInput:
    """What comes from elsewhere changes nothing."""

    def test_a_form_of_another_site(self, browser: FlaskClient, office: Office) -> None:
        """A form that another site had the browser send is refused."""
        claim(browser, office)
        answer = browser.post("/sign-out", base_url=SITE, headers={"Sec-Fetch-Site": "cross-site"})
        assert 403 == answer.status_code
        assert "Anna Lind" == at_home(browser)

    def test_an_endless_password(self, browser: FlaskClient) -> None:
        """A password that is too long to be one is refused with its status, and not repeated."""
        status, text = send(browser, login="anna", proof="x" * 2000)
        assert 422 == status
        assert "xxx" not in text

    def test_a_login_that_is_markup(self, browser: FlaskClient) -> None:
        """Markup typed as a login is not served as markup."""
        assert "<script>" not in send(browser, login="<script>alert(1)</script>")[1]
