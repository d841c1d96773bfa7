"""The addresses that messages lead to: which are taken, and what becomes of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subaccounts import OrganizationId, Secret
from subaccounts._addresses import checked, filled
from subaccounts.domain.proof import Purpose
from subaccounts.locale import LANGUAGES
from subaccounts.messages import Messages, Pages
from subaccounts.testing.contracts.texts import everything_told

ACME = OrganizationId(value="acme")
LINK = Secret("a.uAZyu.uAZyu.0A-_aZ")


@pytest.mark.parametrize(
    "address",
    [
        "https://portal.example/{purpose}#{link}",
        "https://portal.example/#/claim/{link}",
        "https://portal.example/{purpose}/{link}",
        "https://portal.example:8443/x?lang=en#{link}",
        "https://portal.example/{organization}/{purpose}#{link}",
        "https://portal.example/?for={purpose}#{link}",
        "http://localhost:8000/{purpose}#{link}",
        "http://127.0.0.1/{purpose}#{link}",
        "http://[::1]:8000/#{link}",
        "http://acme.localhost/#{link}",
    ],
)
def test_good_addresses(address: str) -> None:
    """An address with the link behind the `#` or in the path is taken, without TLS on this machine only."""
    page = Pages(proof=address).to(Purpose.SIGN_UP, organization=ACME, link=LINK).reveal()
    assert page == address.format(purpose="sign-up", organization="acme", link=LINK.reveal())


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("https://portal.example/?link={link}", r"\{link\} has to stand behind a #, or in the path"),
        ("https://portal.example/?{link}#top", r"\{link\} has to stand behind a #, or in the path"),
        ("https://portal.example/", r"\{link\} has to be in .* once"),
        ("https://portal.example/{link}#{link}", r"\{link\} has to be in .* once"),
        ("https://portal.example/{purpose}/{purpose}#{link}", r"\{purpose\} has to be in .* once"),
        (
            "https://portal.example/{user}#{link}",
            "a place that nothing is known for; known are: {link}, {purpose}, {organization}",
        ),
        ("https://portal.example/{#{link}", "a place that nothing is known for"),
        ("https://portal.example/}#{link}", "a place that nothing is known for"),
        ("https://portal.example/{}#{link}", "a place that nothing is known for"),
        ("http://portal.example/#{link}", "does not begin with https://"),
        ("http://localhost.evil.example/#{link}", "does not begin with https://"),
        ("//portal.example/#{link}", "does not begin with https://"),
        ("portal.example/#{link}", "does not begin with https://"),
        ("javascript:alert(1)//#{link}", "does not begin with https://"),
        ("https:///#{link}", "does not begin with https://"),
        ("https://{organization}.portal.example/#{link}", "has to be plain"),
        ("https://{link}/", "has to be plain"),
        ("https://anna:secret@portal.example/#{link}", "has to be plain"),
        ("https://portal.example:port/#{link}", "is no address"),
        ("https://[portal/#{link}", "is no address"),
        ("https://portal.example/ #{link}", "characters of RFC 3986"),
        ("https://portal.example/\n#{link}", "characters of RFC 3986"),
        ('https://portal.example/"#{link}', "characters of RFC 3986"),
        ("https://портал.example/#{link}", "characters of RFC 3986"),
        ("https://portal.example/#{link}" + "x" * 300, "up to 300 characters"),
        ("", "characters of RFC 3986"),
    ],
)
def test_bad_addresses(address: str, problem: str) -> None:
    """An address that is none, would show the link to others, or has a place for nothing is refused with the reason."""
    with pytest.raises(ValueError, match=f"the page for claim: .*{problem}"):
        Pages(proof=address)


def test_one_for_each_purpose() -> None:
    """An address for each purpose leads each to its own; a purpose without one is named."""
    each = {purpose: f"https://{purpose.name.lower().replace('_', '')}.example/#{{link}}" for purpose in Purpose}
    pages = Pages(proof=each)
    hosts = {pages.to(purpose, organization=ACME, link=LINK).reveal().split("/")[2] for purpose in Purpose}
    assert {"claim.example", "recovery.example", "contact.example", "signup.example"} == hosts
    with pytest.raises(ValueError, match="pages: there is no address for contact, sign_up"):
        Pages(proof={Purpose.CLAIM: each[Purpose.CLAIM], Purpose.RECOVERY: each[Purpose.RECOVERY]})


def test_an_organization_of_its_own() -> None:
    """An organization with pages of its own leads there, for every purpose; all others lead to the host's."""
    own = Pages(proof="https://acme.example/{purpose}#{link}")
    messages = Messages(pages="https://portal.example/{purpose}#{link}", pages_of={ACME: own})
    for purpose in Purpose:
        ours, theirs = (messages.page(each, purpose, LINK).reveal() for each in (ACME, OrganizationId(value="other")))
        assert ours.startswith("https://acme.example/")
        assert theirs.startswith("https://portal.example/")


def test_a_sign_in_page_has_no_secret() -> None:
    """The sign-in page is an address without a link, checked as the others are."""
    pages = Pages(proof="https://x.example/#{link}", sign_in="https://x.example/{organization}/in")
    assert "https://x.example/a%2Fb/in" == pages.to_sign_in(OrganizationId(value="a/b"))
    assert "" == Pages(proof="https://x.example/#{link}").to_sign_in(ACME)
    with pytest.raises(ValueError, match=r"the sign-in page: .* known are: \{organization\}"):
        Pages(proof="https://x.example/#{link}", sign_in="https://x.example/#{link}")
    with pytest.raises(ValueError, match=r"the sign-in page: .* does not begin with https://"):
        Pages(proof="https://x.example/#{link}", sign_in="http://x.example/")


def test_the_address_is_a_secret() -> None:
    """An address with a link in it shows itself nowhere by accident."""
    page = Pages(proof="https://x.example/#{link}").to(Purpose.CLAIM, organization=ACME, link=LINK)
    assert "Secret(****)" == str(page) == repr(page)


@given(value=st.text(max_size=200).filter(lambda text: not any("\ud800" <= letter <= "\udfff" for letter in text)))
@pytest.mark.asvs("1.2.2")
def test_no_value_leaves_its_place(value: str) -> None:
    """Whatever a value holds, the address around it stays as it was written, and the value comes back whole."""
    from urllib.parse import unquote, urlsplit

    template = checked("https://x.example/{one}/in#two={two}", named="a page", holes=("two",), also=("one",))
    parts = urlsplit(filled(template, one=value, two=value))
    assert ("https", "x.example", "") == (parts.scheme, parts.netloc, parts.query)
    assert (f"/{value}/in", f"two={value}") == (unquote(parts.path), unquote(parts.fragment))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_that_is_not_named_leaves_nothing_hanging(language: str) -> None:
    """Without a sign-in page no message says *sign in here* and then nothing."""
    messages = Messages(pages="https://portal.example/{purpose}#{link}")
    for told in everything_told(language=language):
        link = messages.page(ACME, told.proof.purpose, LINK) if told.proof else None
        text, _ = messages.wording(told).texts(link=link, code=Secret("7K3PX-9QW4M"))
        assert [] == [block for block in text.reveal().split("\n\n") if block.rstrip().endswith(":")]
