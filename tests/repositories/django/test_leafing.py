"""A list of the admin is leafed through by key: every row once, at the same cost wherever, whatever comes and goes."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from sqlalchemy import create_engine, text

from tests.repositories.django.looked_at import MODELS, addresses, listed, looker
from tests.repositories.django.portal import Portal

PAGE: Final = 50
MANY: Final = 130
"""Rows of each list beside those that a portal has: three pages, the last of them short."""
NAMES: Final = {"account": "accounts", "person": "sub_accounts", "auditevent": "events"}
ORDERS: Final = {"account": "organization, id", "person": "organization, login_key, id"}
NEWEST: Final = "organization DESC, id DESC"


COLUMNS: Final = {
    "accounts": "system, host_id, name, state, opened_at, version, body",
    "sub_accounts": "account, login, login_key, state, kind, search, created_at, claimed_at, version, body",
    "events": "at, happening, account, sub_account, body",
}
"""What of a row is copied, its account apart: a copied person is of the copied account."""


@pytest.fixture
def portal(admin_portal: Portal) -> Portal:
    """Give a portal with many rows of each list, in two organizations that have the same ids."""
    admin_portal.active("anna")
    with _writing(admin_portal) as connected:
        columns = "name, created_at, version, body"
        into = f"INSERT INTO subaccounts_organizations (organization, {columns})"
        connected.execute(text(f"{into} SELECT 'globex', {columns} FROM subaccounts_organizations"))
    for of in ("globex", "acme"):
        for name in COLUMNS:
            _copies(admin_portal, name, of, range(MANY // 2))
    return admin_portal


@contextmanager
def _writing(portal: Portal) -> Iterator[Any]:
    engine = create_engine(portal.place.url)
    with engine.begin() as connected:
        yield connected
    engine.dispose()


def _copies(portal: Portal, name: str, of: str, numbers: range) -> None:
    """Add copies of the first row of a table, with an organization and ids of their own."""
    given = COLUMNS[name].replace("account, login", ":id, login")
    columns, first = f"organization, id, {COLUMNS[name]}", f"SELECT * FROM subaccounts_{name} ORDER BY id LIMIT 1"
    with _writing(portal) as connected:
        connected.execute(
            text(f"INSERT INTO subaccounts_{name} ({columns}) SELECT :of, :id, {given} FROM ({first}) AS one"),
            [{"of": of, "id": f"copy-{n:04}"} for n in numbers],
        )


def stored(portal: Portal, model: str) -> list[str]:
    """Return where each row that is stored leads, in the order of the list."""
    order = ORDERS.get(model, NEWEST)
    with _writing(portal) as connected:
        rows = connected.execute(text(f"SELECT organization, id FROM subaccounts_{NAMES[model]} ORDER BY {order}"))
        return [f"/admin/subaccounts/{model}/{of}_2F{own}/change/" for of, own in rows]


def leading(page: str, relation: str) -> dict[str, str] | None:
    """Return what the link to another page asks for, None without that link."""
    found = re.findall(rf'<a href="\?([^"]*)" rel="{relation}">', page)
    return dict(parse_qsl(html.unescape(found[0]))) if found else None


def leafed(client: Client, model: str, relation: str, **query: str) -> Iterator[str]:
    """Leaf from a page on in one direction, page after page."""
    asked: dict[str, str] | None = dict(query)
    while asked is not None:
        page = listed(client, model, **asked)
        yield page
        asked = leading(page, relation)


class TestLeafing:
    """Forth and back."""

    @pytest.mark.parametrize("model", MODELS)
    def test_every_row_once(self, portal: Portal, model: str) -> None:
        """From page to page each row comes once and in order, over the border of two organizations, and back again."""
        client, everything = looker(), stored(portal, model)
        assert len(everything) > MANY
        forth = list(leafed(client, model, "next"))
        assert everything == [row for page in forth for row in addresses(page, model)]
        assert [PAGE] * (len(forth) - 1) == [len(addresses(page, model)) for page in forth[:-1]]
        last = leading(forth[-2], "next")
        assert last is not None
        back = list(leafed(client, model, "prev", **last))
        assert [addresses(page, model) for page in forth] == [addresses(page, model) for page in reversed(back)]
        assert (None, None) == (leading(forth[0], "prev"), leading(forth[-1], "next"))

    def test_the_newest_events_come_first(self, portal: Portal) -> None:
        """The audit trail begins at its end, and the first page can be had again from any other."""
        client = looker()
        first, second, *_ = leafed(client, "auditevent", "next")
        assert "globex_2Fcopy-0064" in addresses(first, "auditevent")[0]
        assert (None, {}) == (leading(first, "first"), leading(second, "first"))

    def test_what_comes_and_goes_meanwhile(self, portal: Portal) -> None:
        """Nothing is left out and nothing comes twice because something came before it or went, the border itself too."""
        client, everything = looker(), stored(portal, "auditevent")
        border = leading(listed(client, "auditevent"), "next")
        assert {"after": '["globex", "copy-0015"]'} == border
        _copies(portal, "events", "globex", range(MANY, MANY + 3))
        with _writing(portal) as connected:
            connected.execute(text("DELETE FROM subaccounts_events WHERE id = 'copy-0015'"))
        expected = [row for row in everything if "copy-0015" not in row][PAGE - 1 :][:PAGE]
        assert expected == addresses(listed(client, "auditevent", **border), "auditevent")

    def test_nothing_is_left_before(self, portal: Portal) -> None:
        """Where less than a page stands before a row, the page before it is the first one, and is full."""
        client, everything = looker(), stored(portal, "account")
        page = listed(client, "account", before='["acme", "copy-0003"]')
        assert (everything[:PAGE], None) == (addresses(page, "account"), leading(page, "prev"))

    def test_behind_the_end(self, portal: Portal) -> None:
        """After the last row there is an empty page, from which the way leads to the first."""
        page = listed(looker(), "account", after='["zzz", "zzz"]')
        assert ([], {}, None, None) == (
            addresses(page, "account"),
            *(leading(page, relation) for relation in ("first", "prev", "next")),
        )

    def test_a_search_and_a_filter_are_kept(self, portal: Portal) -> None:
        """The next page of what was searched and filtered for has no more in it, and a new search begins at its beginning."""
        client = looker()
        pages = list(leafed(client, "auditevent", "next", organization="globex", q="OrganizationCreated"))
        rows = [row for page in pages for row in addresses(page, "auditevent")]
        assert (65, True) == (len(set(rows)), all("globex_2F" in row for row in rows))
        form, filters = (
            next(re.finditer(rf'(?s)<([a-z]+) id="changelist-{part}".*?</\1>', pages[1]))[0]
            for part in ("search", "filter")
        )
        assert ["organization"] == re.findall(r'name="(organization|after|before)"', form)
        assert [] == re.findall(r"(?:after|before)=", filters)

    def test_a_click_on_a_column_sorts_nothing(self, portal: Portal) -> None:
        """No head of a column is a link, and an address that asks for another order has the one there is."""
        client = looker()
        page = listed(client, "person")
        assert "sortable" not in page
        assert addresses(page, "person") == addresses(listed(client, "person", o="-5"), "person")


NO_KEYS: Final = (
    "", "acme", "[]", "null", "{}", '"ab"', '["acme"]', '["acme", 1]', '["acme", null]', '["a", "b", "c"]',
    '["acme", "\\u0000"]', '["acme", "\\ud800"]', "[" * 100_000,
)  # fmt: skip
"""What is no key of a list whose key is two texts that can be stored."""


class TestBorders:
    """What an address can hold."""

    def test_no_key(self, portal: Portal) -> None:
        """What is no key of this list leads where Django leads with any address that it cannot read."""
        client = looker()
        for name in ("after", "before"):
            for border in NO_KEYS:
                answer = client.get(f"/admin/subaccounts/account/?{urlencode({name: border})}")
                led = (answer.status_code, answer.headers.get("Location"))
                assert (302, "/admin/subaccounts/account/?e=1") == led, (name, border[:20])

    def test_any_text_is_a_key(self, portal: Portal) -> None:
        """A border is a value like any other: a quote in it is a letter."""
        page = listed(looker(), "account", after='["acme\' OR 1=1 --", "%\\"; é"]')
        assert ["globex_2F"] * PAGE == [row[27:36] for row in addresses(page, "account")]


class TestCost:
    """What a page asks the database."""

    @pytest.mark.parametrize(("model", "index"), [("person", "sub_accounts_by_login"), ("auditevent", "events_pkey")])
    def test_the_same_plan_anywhere(self, portal: Portal, model: str, index: str) -> None:
        """The first page and a later one are read from one index, in order, from where they begin; nothing is counted."""
        for name in COLUMNS:  # so many that no planner takes reading all of it for the shorter way
            _copies(portal, name, "globex", range(MANY, 3_000))
        with connection.cursor() as cursor:
            for name in COLUMNS:
                cursor.execute(f"ANALYZE subaccounts_{name}")
        client = looker()
        plans = []
        for page in (None, leading(listed(client, model), "next")):
            with CaptureQueriesContext(connection) as said:
                listed(client, model, **page or {})
            ours = [each["sql"] for each in said if f"subaccounts_{NAMES[model]}" in each["sql"]]
            assert (1, []) == (len(ours), [sql for sql in ours if "COUNT(" in sql.upper()])
            plans.append(_plan(ours[0]))
        wanted = index if connection.vendor == "postgresql" or "login" in index else "autoindex_subaccounts_events_1"
        for plan in plans:
            assert wanted in plan
            assert not re.search(r"Sort|TEMP B-TREE|Seq Scan|Bitmap", plan), plan
        begins = {"sqlite": r"SEARCH .*[<>]", "postgresql": r"Index Cond: .*ROW\(.*[<>]"}[connection.vendor]
        assert re.search(begins, plans[1]), plans[1]


def _plan(sql: str) -> str:
    """Return how the database would answer."""
    told = {"postgresql": "EXPLAIN (COSTS OFF)", "sqlite": "EXPLAIN QUERY PLAN"}[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(f"{told} {sql}")
        return "\n".join(str(row[-1]) for row in cursor.fetchall())
