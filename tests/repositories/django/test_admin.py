"""The admin shows accounts, people and the audit trail, to who may view them; it writes nothing and shows no secret.

How its lists are leafed through is `test_leafing`.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from sqlalchemy import create_engine, text

from subaccounts import HostAccount, OpenAccount, RegistrationPolicy
from tests.repositories.django.looked_at import MODELS, addresses, browser, listed, looker
from tests.repositories.django.portal import Portal
from tests.repositories.sql.faults import CANARY
from tests.repositories.sql.shops import BOSS, FIELDS, ORGANIZATION, PASSWORD
from tests.repositories.sql.test_secrets import secrets


@pytest.fixture
def portal(admin_portal: Portal) -> Portal:
    """Give the portal that has an admin."""
    return admin_portal


class TestLists:
    """What a list shows, and how it is searched."""

    def test_everything_is_listed(self, portal: Portal) -> None:
        """Each of the three has a list with a row for everything that is stored."""
        portal.active("anna")
        client = looker()
        assert all(name in listed(client, "account") for name in ("Shop 1", "shop-1", "acme", "open"))
        assert all(name in listed(client, "person") for name in ("anna", "active", "employee"))
        trail = listed(client, "auditevent")
        assert all(name in trail for name in ("SubAccountAdded", "SubAccountClaimed", portal.account.value))
        assert [1, 1] == [len(addresses(listed(client, model), model)) for model in ("account", "person")]

    def test_search(self, portal: Portal) -> None:
        """People are found by the beginning of their login as they sign in with it, or by their id."""
        person, _ = portal.add("Anna")
        portal.add("boris")
        client = looker()
        for wanted in ("ANN", "anna", person.value):
            assert [f"/admin/subaccounts/person/acme_2F{person.value}/change/"] == addresses(
                listed(client, "person", q=wanted), "person"
            )
        assert [] == addresses(listed(client, "person", q="nna"), "person")
        assert [1, 0] == [len(addresses(listed(client, "account", q=name), "account")) for name in ("shop", "hop")]
        assert [1, 1] == [len(addresses(listed(client, "account", q=name), "account")) for name in ("shop 1", "shop-1")]
        found = addresses(listed(client, "auditevent", q=person.value), "auditevent")
        assert [True] * 2 == [person.value in client.get(address).content.decode() for address in found]

    @pytest.mark.parametrize("typed", ["магазин", "МАГАЗИН НА", "Магазин на", "магазин на У"])
    def test_a_name_in_another_case(self, portal: Portal, typed: str) -> None:
        """An account is found in whatever usual case its name is typed, in any script, and not by another beginning."""
        crm, policy = HostAccount(system="crm", id="shop-2"), RegistrationPolicy.by_person()
        named = OpenAccount(actor=BOSS, organization=ORGANIZATION, host=crm, name="Магазин на Углу", policy=policy)
        opened = portal.handle(named)
        client = looker()
        assert [f"/admin/subaccounts/account/acme_2F{opened.id.value}/change/"] == addresses(
            listed(client, "account", q=typed), "account"
        )
        assert [] == addresses(listed(client, "account", q=typed[1:]), "account")

    def test_filters(self, portal: Portal) -> None:
        """They are filtered by state and by organization, and one of either that is not there has no rows."""
        portal.active("anna")
        portal.add("boris")
        client = looker()
        states = {
            state: len(addresses(listed(client, "person", state=state), "person")) for state in ("active", "waiting")
        }
        assert {"active": 1, "waiting": 1} == states
        for model in MODELS:
            assert [] != addresses(listed(client, model, organization="acme"), model)
            page = listed(client, model, organization="globex")
            assert ([], True) == (addresses(page, model), "globex" in page)


class TestDetails:
    """What a row shows, and whose it is."""

    @pytest.mark.parametrize("model", MODELS)
    def test_a_row_is_shown(self, portal: Portal, model: str) -> None:
        """A row of each list leads to a page of its columns, without a field to type into."""
        portal.active("anna")
        client = looker()
        page = client.get(addresses(listed(client, model), model)[0])
        text = page.content.decode()
        assert (200, True) == (page.status_code, "acme" in text)
        main = text[text.index('id="content-main"') :]
        assert [] == [field for field in re.findall(r"<(?:input|textarea|select)[^>]*>", main) if "csrf" not in field]
        assert (True, False) == ("/history/" in text, "/delete/" in text)
        history = re.findall(r'href="([^"]+/history/)"', text)
        assert 200 == client.get(history[0]).status_code

    def test_the_same_id_of_another_organization(self, portal: Portal) -> None:
        """An id that two organizations have leads to the one that is asked for, and an id alone to none."""
        person, _ = portal.add("anna")
        _copied_to("globex", portal)
        client = looker()
        assert 2 == len(addresses(listed(client, "person"), "person"))
        for name, login in (("acme", "anna"), ("globex", "theirs")):
            page = client.get(f"/admin/subaccounts/person/{name}_2F{person.value}/change/").content.decode()
            other = {"anna": "theirs", "theirs": "anna"}[login]
            assert (True, False) == (login in page, other in page)
        for nobody in (person.value, f"initech_2F{person.value}", f"_2F{person.value}", "acme_2F", "acme"):
            gone = client.get(f"/admin/subaccounts/person/{nobody}/change/")
            assert (302, "/admin/") == (gone.status_code, gone["Location"])

    def test_an_organization_with_a_slash(self, portal: Portal) -> None:
        """An organization's id is any text, one that looks like a path too."""
        portal.add("anna")
        _copied_to("a/b_2F?c=d&e", portal)
        client = looker()
        (address,) = addresses(listed(client, "person", organization="a/b_2F?c=d&e"), "person")
        assert "theirs" in client.get(address).content.decode()


def _copied_to(organization: str, portal: Portal) -> None:
    """Make another organization with a person of the same id, whose login is `theirs`."""
    columns = "id, account, 'theirs', 'theirs', state, kind, search, created_at, claimed_at, version, body"
    names = "id, account, login, login_key, state, kind, search, created_at, claimed_at, version, body"
    account = "id, system, host_id, name, state, opened_at, version, body"
    tenant = "name, created_at, version, body"
    copies = [
        f"INSERT INTO subaccounts_organizations (organization, {tenant}) SELECT :of, {tenant} FROM subaccounts_organizations",
        f"INSERT INTO subaccounts_accounts (organization, {account}) SELECT :of, {account} FROM subaccounts_accounts",
        f"INSERT INTO subaccounts_sub_accounts (organization, {names}) SELECT :of, {columns} FROM subaccounts_sub_accounts",
    ]
    engine = create_engine(portal.place.url)
    with engine.begin() as connection:
        for statement in copies:
            connection.execute(text(statement), {"of": organization})
    engine.dispose()


class TestNever:
    """What the admin does not do."""

    @pytest.mark.parametrize("model", MODELS)
    def test_nothing_is_written(self, portal: Portal, model: str) -> None:
        """Adding, changing and deleting are refused, to a superuser too, and no list offers an action."""
        portal.active("anna")
        client = Client()
        client.force_login(User.objects.create_superuser("root", password="root"))
        page = listed(client, model)
        address = addresses(page, model)[0]
        before = _stored(portal)
        answers = [
            client.post(address, {"name": "x", "login": "x", "happening": "x"}),
            client.post(address.replace("/change/", "/delete/"), {"post": "yes"}),
            client.get(address.replace("/change/", "/delete/")),
            client.get(f"/admin/subaccounts/{model}/add/"),
            client.post(f"/admin/subaccounts/{model}/add/", {"organization": "acme", "id": "x"}),
        ]
        assert [403] * 5 == [answer.status_code for answer in answers]
        client.post(
            f"/admin/subaccounts/{model}/", {"action": "delete_selected", "_selected_action": "x", "post": "yes"}
        )
        assert ("delete_selected" not in page, before) == (True, _stored(portal))

    def test_no_secret_is_shown(self, portal: Portal) -> None:
        """Neither a hash, a code nor what a person told of itself is on any page; the tables of secrets have none."""
        _, code = portal.add("anna")
        portal.claim("anna", code)
        client = looker()
        pages = [client.get("/admin/").content.decode(), client.get("/admin/subaccounts/").content.decode()]
        for model in MODELS:
            pages.append(listed(client, model))
            pages += [client.get(address).content.decode() for address in addresses(pages[-1], model)]
        told = "\n".join(pages)
        assert "anna" in told
        private = [*secrets(code), FIELDS["full_name"], PASSWORD.reveal(), CANARY, '"salt"']
        assert [] == [secret for secret in private if secret in told]
        assert set(MODELS) == set(re.findall(r"/admin/subaccounts/(\w+)/", told))

    def test_a_lookup_reaches_no_other_column(self, portal: Portal) -> None:
        """What is no column of a list cannot be guessed at through the address."""
        portal.active("anna")
        client = looker()
        for lookup in ("body__contains", "search__contains", "credential__body__contains"):
            assert "/admin/subaccounts/person/?e=1" == _led(client, lookup)

    def test_who_may_not_look(self, portal: Portal) -> None:
        """Without the right to view a model its list and its rows are refused; without staff there is no admin."""
        person, _ = portal.add("anna")
        client = browser("view_account")
        assert 200 == client.get("/admin/subaccounts/account/").status_code
        for path in ("person/", f"person/acme_2F{person.value}/change/", f"person/acme_2F{person.value}/history/"):
            assert 403 == client.get(f"/admin/subaccounts/{path}").status_code
        User.objects.update(is_staff=False)
        assert 302 == client.get("/admin/subaccounts/account/").status_code


def _led(client: Client, lookup: str) -> str:
    answer = client.get("/admin/subaccounts/person/", {lookup: "x"})
    return str(answer["Location"])


def _stored(portal: Portal) -> list[Any]:
    with portal.connection.cursor() as cursor:
        cursor.execute("SELECT * FROM subaccounts_sub_accounts")
        return [*cursor.fetchall(), *_counted(cursor)]


def _counted(cursor: Any) -> list[Any]:
    cursor.execute("SELECT (SELECT count(*) FROM subaccounts_events), (SELECT count(*) FROM subaccounts_accounts)")
    return list(cursor.fetchall())
