"""Slips: what is on them, what a phone and a screen reader find, and that nothing in a page is anybody's but ours."""

from __future__ import annotations

import base64
import hashlib
import re
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit
from xml.etree.ElementTree import Element
from zoneinfo import ZoneInfo

import html5lib
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from subaccounts import IssuedCode, Language, OrganizationId, Secret, SubAccountId
from subaccounts.errors import MissingExtra
from subaccounts.slips import Slip, Slips
from subaccounts.slips.sheet import STYLE
from subaccounts.testing.contracts.texts import HOSTILE

ADDRESS = "https://portal.example/claim#login={login}&code={code}"
UNTIL = datetime(2026, 12, 29, 21, 5, tzinfo=UTC)
RUSSIAN_MONTHS = (
    "января", "февраля", "марта", "апреля", "мая", "июня",
    "июля", "августа", "сентября", "октября", "ноября", "декабря",
)  # fmt: skip
SVG = "{http://www.w3.org/2000/svg}"


def a_slip(
    name: str = "Анна Белова", *, login: str = "anna", code: str = "7K3PX-9QW4M", until: datetime = UNTIL, **more: str
) -> Slip:
    """Return a slip of somebody."""
    person = SubAccountId(organization=OrganizationId(value="acme"), value="1")
    issued = IssuedCode(sub_account=person, login=login, code=Secret(code), expires_at=until)
    language = Language(tag=more.pop("language", "en"))
    return Slip(issued=issued, name=name, account=more.pop("account", "Shop 1"), language=language)


def printed(slips: Sequence[Slip], *, per_page: int = 8, organization: str = "Acme", **more: object) -> str:
    """Return the page of some slips."""
    made = Slips(organization=organization, address=ADDRESS, slips=slips, **more)  # type: ignore[arg-type]  # as given
    return made.html(per_page=per_page).reveal()  # type: ignore[arg-type]  # one of the two, and sometimes not


def parsed(page: str) -> Element:
    """Return a page as a browser understands it; what a browser would have to mend is an error."""
    tree: Element = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)
    return tree


def texts(tree: Element, tag: str) -> list[str]:
    """Return what is said in every element of a kind."""
    return ["".join(each.itertext()) for each in tree.iter(tag)]


def scanned(page: str) -> list[str]:
    """Return what somebody else's reader finds in the QR codes of a page, each drawn as its SVG says."""
    found = []
    for size, drawing in re.findall(r'<svg [^>]*viewBox="0 0 (\d+) \1"[^>]*><path [^>]*d="([^"]*)"', page):
        (code,) = zxingcpp.read_barcodes(_drawn(int(size), drawing))
        found.append(code.text)
    return found


def _drawn(size: int, drawing: str, *, scale: int = 4) -> memoryview:
    """Return the pixels of a path of horizontal lines, which begin where `M` or `m` says and are as long as `h` says."""
    rows = [bytearray(b"\xff" * size) for _ in range(size)]
    x = y = 0.0
    for command, numbers in re.findall(r"([Mmh])([-\d. ]+)", drawing):
        values = [float(each) for each in numbers.split()]
        if command == "h":
            rows[int(y)][int(x) : int(x + values[0])] = bytes(int(values[0]))
            x += values[0]
        else:
            x, y = (values[0], values[1]) if command == "M" else (x + values[0], y + values[1])
    wide = [bytes(pixel for pixel in row for _ in range(scale)) for row in rows]
    pixels = b"".join(row for row in wide for _ in range(scale))
    return memoryview(pixels).cast("B", (size * scale, size * scale))


class TestPaper:
    """How slips come on paper."""

    @pytest.mark.parametrize(
        ("count", "per_page", "sheets"),
        [(0, 8, []), (1, 8, [1]), (8, 8, [8]), (9, 8, [8, 1]), (20, 8, [8, 8, 4]), (3, 1, [1, 1, 1])],
    )
    def test_sheets(self, count: int, per_page: int, sheets: list[int]) -> None:
        """Every slip is on one sheet, one or eight of them to each, in the order given."""
        people = [a_slip(f"Person {number}") for number in range(count)]
        tree = parsed(printed(people, per_page=per_page))
        assert sheets == [len(list(each.iter("article"))) for each in tree.iter("section")]
        assert [each.name for each in people] == texts(tree, "h2")

    def test_they_fit(self) -> None:
        """Rows and columns of slips are not larger than A4 within its margins, so that no slip is cut in two."""
        (margin,) = map(int, re.findall(r"@page \{ size: A4; margin: (\d+)mm; \}", STYLE))
        for per_page, rows, columns in ((8, 4, 2), (1, 1, 1)):
            (sheet,) = re.findall(rf"\.of-{per_page} \{{ ([^}}]*) \}}", STYLE)
            (widths, height) = re.findall(r"grid-template-columns: ([\dm ]+); grid-auto-rows: (\d+)mm", sheet)[0]
            across = [int(each) for each in re.findall(r"(\d+)mm", widths)]
            assert columns == len(across)
            assert sum(across) <= 210 - 2 * margin
            assert rows * int(height) <= 297 - 2 * margin
        assert ".sheet + .sheet { break-before: page; }" in STYLE
        assert 2 == STYLE.count("break-inside: avoid")

    def test_one_or_eight(self) -> None:
        """Another number of slips to a sheet is refused."""
        with pytest.raises(ValueError, match="a sheet has one slip or eight"):
            printed([a_slip()], per_page=4)


class TestSaid:
    """What a slip says."""

    @pytest.mark.parametrize(
        ("language", "said"),
        [
            ("en", ("Login", "Code", "open portal.example/claim in a browser", "until 29 December 2026, 21:05 (UTC)")),
            (
                "da",
                (
                    "Brugernavn",
                    "Kode",
                    "åbn portal.example/claim i en browser",
                    "indtil 29. december 2026 kl. 21.05 (UTC)",
                ),
            ),
            ("ru", ("Логин", "Код", "откройте в браузере portal.example/claim", "до 29 декабря 2026 г., 21:05 (UTC)")),
        ],
    )
    def test_in_the_persons_language(self, language: str, said: tuple[str, ...]) -> None:
        """A slip is in the language of its person and says so; the page is in that of who prints it."""
        tree = parsed(printed([a_slip(language=language)], language=Language(tag="da")))
        (article,) = tree.iter("article")
        assert (language, "da") == (article.get("lang"), tree.get("lang"))
        assert list(said[:2]) == texts(tree, "dt")
        whole = "".join(article.itertext())
        assert [] == [each for each in said if each not in whole]
        assert ["anna", "7K3PX-9QW4M"] == texts(tree, "dd")
        assert 3 == len(texts(tree, "li"))
        assert ["Login-sedler til Acme"] == texts(tree, "h1") == texts(tree, "title")

    def test_else_english(self) -> None:
        """Who reads another language reads English; a region reads its language."""
        tree = parsed(printed([a_slip(language="pt-BR"), a_slip(language="da-GL")], language=Language(tag="uk")))
        assert ["en", "da"] == [each.get("lang") for each in tree.iter("article")]
        assert "en" == tree.get("lang")

    def test_in_the_hosts_time_zone(self) -> None:
        """The last moment is told in the zone that the host chose, by its name, on the day it is there."""
        page = printed([a_slip(language="ru")], zone=ZoneInfo("Europe/Moscow"))
        assert "до 30 декабря 2026 г., 00:05 (MSK)" in page

    def test_months(self) -> None:
        """Every month has a name, in the form that a date has."""
        slips = [a_slip(until=UNTIL.replace(day=1, month=month), language="ru") for month in range(1, 13)]
        found = re.findall(r"до 1 (\w+) 2026", printed(slips))
        assert RUSSIAN_MONTHS == tuple(found)

    def test_what_is_typed_is_whole(self) -> None:
        """The longest login and the longest code are there whole, in smaller letters and in nothing that hides a part."""
        login, code = "x" * 64 + "@" + "y" * 60 + "." + "z" * 60 + ".example", "Q" * 40
        page = printed([a_slip(login=login, code=code)])
        assert [login, code] == texts(parsed(page), "dd")
        assert '<dd class="longest">' in page
        assert [] == [
            rule for rule in re.findall(r"(?m)^dd[^{]*\{[^}]*\}", STYLE) if "clamp" in rule or "hidden" in rule
        ]

    def test_an_account_can_be_left_out(self) -> None:
        """Where the account says nothing to a person, there is no empty line for it."""
        assert 'class="account"' in printed([a_slip()])
        assert 'class="account"' not in printed([a_slip(account="")])


class TestScanned:
    """What a phone reads."""

    @pytest.mark.parametrize("per_page", [1, 8])
    def test_each_opens_its_own_claim(self, per_page: int) -> None:
        """A scanned code leads to the host's page with the login and the code of its own slip."""
        slips = [a_slip(login=f"person-{number}", code=f"{number:05}-ABCDE") for number in range(9)]
        expected = [
            f"https://portal.example/claim#login={each.issued.login}&code={each.issued.code.reveal()}" for each in slips
        ]
        assert expected == scanned(printed(slips, per_page=per_page))

    @settings(max_examples=30)
    @given(login=st.one_of(st.sampled_from(HOSTILE), st.text(min_size=1, max_size=60).filter(str.isprintable)))
    def test_any_login_comes_back(self, login: str) -> None:
        """Whatever a login holds, it ends neither its place in the address nor the address, and comes back whole."""
        (address,) = scanned(printed([a_slip(login=login)]))
        parts = urlsplit(address)
        assert ("https", "portal.example", "/claim", "") == (parts.scheme, parts.netloc, parts.path, parts.query)
        assert {"login": [login], "code": ["7K3PX-9QW4M"]} == parse_qs(parts.fragment, keep_blank_values=True)


class TestAccessible:
    """What a screen reader finds."""

    def test_structure(self) -> None:
        """A page has a title, one heading for all and one for each slip, and every picture says what it is."""
        tree = parsed(printed([a_slip(), a_slip("Søren", language="da")]))
        assert (1, 1, 2) == tuple(len(list(tree.iter(tag))) for tag in ("main", "h1", "h2"))
        pictures = [each for each in tree.iter() if each.tag == f"{SVG}svg"]
        assert ["img", "img"] == [each.get("role") for each in pictures]
        labels = ["QR code that opens portal.example/claim", "QR-kode, der åbner portal.example/claim"]
        assert labels == [each.get("aria-label") for each in pictures]
        assert 4 == len(list(tree.iter("dt"))) == len(list(tree.iter("dd")))


class TestSafe:
    """What a page keeps to itself."""

    def test_nothing_is_loaded_and_nothing_runs(self) -> None:
        """There is no link, script, form or picture from elsewhere, and the policy of the page allows its style alone."""
        page = printed([a_slip()])
        tree = parsed(page)
        tags = {str(each.tag).removeprefix(SVG) for each in tree.iter()}
        assert tags <= {
            "html", "head", "meta", "title", "style", "body", "main", "h1", "section", "article", "div", "p", "h2", "dl", "dt",
            "dd", "bdi", "svg", "path", "ol", "li", "b",
        }  # fmt: skip
        assert [] == re.findall(r"(?i)url\(|@import|\b(?:src|href)=|\son\w+=|\sstyle=", page)
        (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
        digest = base64.b64encode(hashlib.sha256(texts(tree, "style")[0].encode()).digest()).decode()
        assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"

    @pytest.mark.parametrize("value", [each[:64] for each in HOSTILE])
    def test_a_value_is_never_markup(self, value: str) -> None:
        """Whatever somebody or something is called stands on the slip as it is, and changes nothing around it."""
        page = printed([a_slip(value, login=value, code=value, account=value)], organization=value)
        tree, plain = parsed(page), parsed(printed([a_slip("x" * len(value))]))
        assert [each.tag for each in plain.iter()] == [each.tag for each in tree.iter()]
        assert [value] * 5 == [*texts(tree, "dd"), *texts(tree, "h2"), *(text for text in texts(tree, "p")[:2])]
        assert [f"Sign-in slips for {value}"] == texts(tree, "title")

    def test_the_page_is_a_secret(self) -> None:
        """Neither the page nor what it is made of shows a code by accident."""
        slips = Slips(organization="Acme", address=ADDRESS, slips=[a_slip()])
        assert "Secret(****)" == repr(slips.html())
        assert "7K3PX" not in repr(slips)

    @pytest.mark.parametrize(
        ("address", "problem"),
        [
            ("https://portal.example/{login}/{code}", r"\{login\} has to stand behind a #"),
            ("https://portal.example/{login}#{code}", r"\{login\} has to stand behind a #"),
            ("https://portal.example/?c={code}#{login}", r"\{code\} has to stand behind a #"),
            ("https://portal.example/#{code}", r"\{login\} has to be in .* once"),
            ("http://portal.example/#{login}{code}", "does not begin with https://"),
        ],
    )
    def test_bad_addresses(self, address: str, problem: str) -> None:
        """An address that would show the code to a server's log, or lacks a place, is refused."""
        with pytest.raises(ValueError, match=f"the page that slips lead to: .*{problem}"):
            Slips(organization="Acme", address=address, slips=[])

    def test_without_segno(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Where `segno` is not installed, the error says what to install."""
        monkeypatch.setitem(sys.modules, "segno", None)
        with pytest.raises(MissingExtra, match=r'segno is not installed: pip install "subaccounts\[slips\]"'):
            printed([a_slip()])


def every_word() -> Iterator[str]:
    """Yield the words of slips in every language."""
    for language in ("en", "da", "ru"):
        yield printed([a_slip(language=language)], language=Language(tag=language))


def test_everything_is_filled() -> None:
    """No page has a name left that a value should stand for."""
    assert [] == [page for page in every_word() if "$" in page or "{" in page.replace(STYLE, "")]
