"""Proofs that are sent, and the links they become: written one way, read back, and nothing else is read."""

from __future__ import annotations

import base64
from contextlib import suppress
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from attrs import evolve
from hypothesis import example, given
from hypothesis import strategies as st

from subaccounts import Form, OrganizationId, Secret
from subaccounts.domain import link
from subaccounts.domain.proof import LASTS, WRONG_TRIES, ProofRef, Purpose, SentProof
from subaccounts.errors import InvalidValue, LinkRefused
from subaccounts.testing import NOON
from subaccounts.testing import builders as a
from subaccounts.testing.strategies import hostile_text

IDS = st.one_of(
    st.uuids().map(str),
    st.uuids().map(lambda uuid: str(uuid).upper()),
    st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=64).filter(str.isprintable),
)
"""Ids of organizations and of whom a proof belongs to: UUIDs in both spellings, and what hosts write."""
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."
"""What a link is written in."""
DIGESTS = st.binary(min_size=32, max_size=32)
PROOF = SentProof(
    id="proof-1",
    key="key-1",
    form=Form.LINK,
    sent_to="anna@shop.example",
    issued_at=NOON,
    expires_at=NOON + LASTS[Form.LINK],
    organization_epoch="first",
    policy_version=1,
)


def ref(purpose: Purpose = Purpose.CLAIM, owner: str = a.value(7)) -> ProofRef:
    """Return what a message says of a proof."""
    return ProofRef(purpose=purpose, form=Form.LINK, owner=owner, id="proof-1", key="key-1")


class TestWriting:
    """A link says whose it is and what for, and proves it."""

    @example(Purpose.CLAIM, "shop-W", "till-W", bytes(32))
    @given(st.sampled_from(Purpose), IDS, IDS, DIGESTS)
    def test_what_was_written_is_read(self, purpose: Purpose, tenant: str, owner: str, digest: bytes) -> None:
        """Any ids and any digest come back as they were, and the digest is recognized."""
        organization = OrganizationId(value=tenant)
        text = link.text(ref(purpose, owner), digest, organization=organization)
        found = link.parse(Secret(text))
        assert (purpose, organization, owner) == (found.purpose, found.organization, found.owner)
        assert link.is_link(found, digest)

    @pytest.mark.asvs("11.5.1")
    @given(DIGESTS, st.integers(0, 15), st.integers(1, 255))
    def test_another_digest_is_not_it(self, digest: bytes, place: int, change: int) -> None:
        """A digest that differs in any of its first 128 bits is another link."""
        other = bytes(each ^ change if at == place else each for at, each in enumerate(digest))
        found = link.parse(Secret(link.text(ref(), digest, organization=a.OURS)))
        assert not link.is_link(found, other)

    @given(IDS, IDS, DIGESTS)
    def test_it_fits_an_address(self, tenant: str, owner: str, digest: bytes) -> None:
        """A link is letters that stand in an address as they are, whatever the ids are, and is bounded."""
        text = link.text(ref(owner=owner), digest, organization=OrganizationId(value=tenant))
        assert set() == set(text) - set(LETTERS)
        assert link.LONGEST_LINK >= len(text)

    def test_it_is_short(self) -> None:
        """With ids that are UUIDs a link has 72 characters, so that an SMS has room for it."""
        assert 72 == len(link.text(ref(), bytes(32), organization=a.OURS))


class TestReading:
    """What is not a link is nobody's."""

    @given(hostile_text(longest=1024))
    def test_anything(self, text: str) -> None:
        """Whatever is typed is a link or refused as unknown, and nothing of it is repeated."""
        with suppress(InvalidValue):  # a lone surrogate is no secret
            typed = Secret(text)
            with pytest.raises(LinkRefused) as refusal:
                link.parse(typed)
            assert "unknown" == refusal.value.why
            assert len(text) < 8 or text not in str(refusal.value)

    @given(DIGESTS, st.integers(0, 71), st.characters())
    def test_one_letter_changed(self, digest: bytes, place: int, letter: str) -> None:
        """A link with one letter changed is refused, or is another link: no two ways lead to one."""
        text = link.text(ref(), digest, organization=a.OURS)
        changed = text[:place] + letter + text[place + 1 :]
        same = False
        with suppress(LinkRefused, InvalidValue):
            found = link.parse(Secret(changed))
            whose = (found.organization, found.owner, found.purpose)
            same = whose == (a.OURS, a.value(7), Purpose.CLAIM) and link.is_link(found, digest)
        assert (changed == text) is same

    def test_any_letter_changed(self) -> None:
        """Whichever letter of a link becomes whichever other, what was changed is unknown or somebody else's."""
        digest = bytes(range(32))
        text = link.text(ref(), digest, organization=OrganizationId(value="shop"))
        for place, letter in product(range(len(text)), LETTERS):
            changed = text[:place] + letter + text[place + 1 :]
            found = read(changed)
            if isinstance(found, str):
                assert "unknown" == found
                continue
            whose = (found.organization.value, found.owner, found.purpose)
            ours = whose == ("shop", a.value(7), Purpose.CLAIM) and link.is_link(found, digest)
            assert (changed == text) is ours

    @pytest.mark.parametrize("text", ["", "a", "a.b.c.d", "x.uAAAA.uAAAA." + "A" * 22, "a" * 1001, "a.u.u." + "A" * 22])
    def test_what_is_none(self, text: str) -> None:
        """Texts of another shape, of an unknown purpose, or too long, are refused alike."""
        assert "unknown" == read(text)

    @pytest.mark.parametrize("id_", ["a\x00b", "a\nb", "\u202e", "a" * 201])
    def test_an_id_that_is_none(self, id_: str) -> None:
        """A link is no way to say an id that cannot be one: with a letter that is not seen in it, or too long."""
        assert "unknown" == read(_longhand(id_, "anna"))
        assert "unknown" == read(_longhand("shop", id_))

    def test_how_long_an_id_is(self) -> None:
        """Whatever is an id is one in a link: up to 200 characters."""
        assert isinstance(read(_longhand("a" * 200, "anna")), link.Link)
        assert isinstance(read(_longhand("shop", "a" * 200)), link.Link)

    def test_how_long_a_link_is(self) -> None:
        """A link of 1,000 characters is read, and of a longer one nothing is."""
        longest = _longhand("\u3042" * 121, "\u3042" * 122)
        assert (1000, True) == (len(longest), isinstance(read(longest), link.Link))
        longer = _longhand("\u3042" * 121 + "a", "\u3042" * 121 + "aa")
        assert (1001, "unknown") == (len(longer), read(longer))


def read(text: str) -> link.Link | str:
    """Return the link that a text is, or why it is none."""
    try:
        return link.parse(Secret(text))
    except LinkRefused as refusal:
        return refusal.why


def _longhand(tenant: str, owner: str) -> str:
    """Return a link of any two texts, also of such as are no ids."""
    tenant, owner = (base64.urlsafe_b64encode(each.encode()).decode().rstrip("=") for each in (tenant, owner))
    return f"a.t{tenant}.t{owner}.{'A' * 22}"


class TestLife:
    """A proof lives from the first time its message is taken, for as long as its form does."""

    def test_its_life_begins_once(self) -> None:
        """The first lease begins it; whatever is sent again lengthens nothing."""
        begun = PROOF.begin(lasts=timedelta(days=14), now=NOON + timedelta(days=3))
        assert (True, NOON + timedelta(days=17)) == (begun.begun, begun.expires_at)
        assert begun == begun.begin(lasts=timedelta(days=14), now=NOON + timedelta(days=9))

    @pytest.mark.parametrize(
        ("changes", "alive"),
        [
            ({}, True),
            ({"expires_at": NOON}, False),
            ({"expires_at": NOON + timedelta(microseconds=1)}, True),
            ({"organization_epoch": "second"}, False),
            ({"policy_version": 2}, False),
            ({"wrong": WRONG_TRIES - 1}, True),
            ({"wrong": WRONG_TRIES}, False),
        ],
    )
    def test_alive(self, changes: dict[str, Any], alive: bool) -> None:
        """It lives before its end, in its epoch, and until it was mistyped five times."""
        assert alive is evolve(PROOF, **changes).alive(epoch="first", policy_version=1, now=NOON)

    def test_mistyped(self) -> None:
        """A wrong try counts, and nothing else changes."""
        assert evolve(PROOF, wrong=1) == PROOF.mistyped()

    def test_how_long(self) -> None:
        """Links live 14 days, codes in a message ten minutes, slips 30 days."""
        assert {Form.LINK: 14, Form.SLIP: 30} == {form: LASTS[form].days for form in (Form.LINK, Form.SLIP)}
        assert timedelta(minutes=10) == LASTS[Form.CODE]

    def test_what_a_message_says_of_it(self) -> None:
        """A message names purpose, owner, id and key, and nothing that opens anything."""
        assert ref(Purpose.RECOVERY) == PROOF.ref(purpose=Purpose.RECOVERY, owner=a.value(7))
