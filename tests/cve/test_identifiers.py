"""Being taken for somebody else: folded, look-alike and reused logins, shared contacts, the same login elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from subaccounts import (
    AddPerson,
    DeletePerson,
    Door,
    EditPerson,
    HostUser,
    OrganizationId,
    ReadPerson,
    Realm,
    Recognize,
    RenamePerson,
)
from subaccounts.domain.sign_in_key import sign_in_key
from subaccounts.errors import InvalidValue, NameTaken, NotAllowed
from tests.cve.portal import OTHER_PASSWORD, PASSWORD, Portal, is_in

FOLDED = [
    ("mike@example.org", "m\u0131ke@example.org", str.upper),
    ("mike", "m\u0131ke", str.upper),
    ("mike@example.com", "mike@example.\u1d9com", lambda text: _nfkc(text).casefold()),
    ("strasse", "stra\u00dfe", str.casefold),
    ("ivan", "\u0130van", lambda text: text.lower().encode("ascii", "ignore").decode()),
    ("file", "\ufb01le", lambda text: _nfkc(text).casefold()),
]
"""Two texts, and a folding in use somewhere that makes them one."""


def _nfkc(text: str) -> str:
    import unicodedata

    return unicodedata.normalize("NFKC", text)


def key_of(text: str) -> str | None:
    """Return whose login a text is here, or None when it can be nobody's."""
    try:
        return sign_in_key(text)
    except InvalidValue:
        return None


class TestFolding:
    """CVE-2019-19844 (Django, GHSA-vfq6-hq5r-27r6), django-allauth#2413, django-allauth#2508, django-rest-passwordreset#82:
    an address with a dotless i or a sharp s was compared in upper case or by the database's collation, found somebody
    else's account, and the reset went to the attacker.

    Here a key is made by RFC 8265 and compared code point by code point. What Unicode alone makes equal stays two.
    """

    @pytest.mark.parametrize(("mine", "theirs", "naive"), FOLDED, ids=range(len(FOLDED)))
    def test_two_stay_two(self, mine: str, theirs: str, naive: Callable[[str], str]) -> None:
        """A folding in use elsewhere makes the two one; here the second is another key, or can be nobody's."""
        assert naive(mine) == naive(theirs)
        assert key_of(mine) != key_of(theirs)

    def test_an_address_that_folds_into_anothers(self, portal: Portal) -> None:
        """Whoever types an address that folds into a person's is not that person, with the right password either."""
        subject = portal.active("mike")
        portal.handle(
            EditPerson(actor=portal.admin, sub_account=subject.sub_account, fields={"email": "mike@example.org"})
        )
        assert is_in(portal.sign_in("mike@example.org"))
        assert not is_in(portal.sign_in("m\u0131ke@example.org"))

    def test_a_login_is_no_ones_address(self, tmp_path: Path) -> None:
        """Nobody is given somebody's vouched address as a login, nor the other way round."""
        with Portal(tmp_path, realm=Realm.ORGANIZATION) as portal:
            anna = portal.add("anna", email="anna@example.org").sub_account
            taken = AddPerson(actor=portal.admin, account=portal.account.id, login="ANNA@example.org")
            assert isinstance(portal.refused(taken), NameTaken)
            rename = RenamePerson(actor=portal.admin, sub_account=portal.add("boris").sub_account.id, login="Anna")
            assert isinstance(portal.refused(rename), NameTaken)
            assert "anna" == portal.person(anna.id).sub_account.login.key


class TestLookAlikes:
    """wagtail#14329, openstreetmap-website#3919, ergo#178: a second name that no reader tells from the first, with a
    Cyrillic letter or a space at its end, was registered and taken for its owner.

    Here a login is in one script, its look-alike form is a unique key of the realm, and nothing is stripped.
    """

    @pytest.mark.parametrize(
        ("first", "second"),
        [("scope", "\u0455\u0441\u043e\u0440\u0435"), ("kassa", "k\u0430ssa"), ("anna", "\uff41\uff4e\uff4e\uff41")],
        ids=["another script", "one letter", "full width"],
    )
    def test_a_second_that_looks_like_the_first(self, portal: Portal, first: str, second: str) -> None:
        """A login that looks like a person's is not given to anybody, and the naive comparison lets it through."""
        assert first != second
        portal.add(first)
        refusal = portal.refused(AddPerson(actor=portal.admin, account=portal.account.id, login=second))
        assert isinstance(refusal, (NameTaken, InvalidValue))

    @pytest.mark.parametrize("tail", [" ", "\u00a0", "\u200b", "\u00ad", "\x00", "\t", "\u3164", "\u202e"])
    def test_a_tail_nobody_sees(self, portal: Portal, tail: str) -> None:
        """A login with something unseen at its end or beginning is nobody's: it is neither given nor found."""
        portal.active("anna")
        for text in (f"anna{tail}", f"{tail}anna"):
            refusal = portal.refused(AddPerson(actor=portal.admin, account=portal.account.id, login=text))
            assert isinstance(refusal, InvalidValue)
            assert not is_in(portal.sign_in(text))

    def test_another_case_is_the_same_person(self, portal: Portal) -> None:
        """Another case is no second login: it is refused as taken and signs the one person in."""
        portal.active("anna")
        assert isinstance(
            portal.refused(AddPerson(actor=portal.admin, account=portal.account.id, login="ANNA")), NameTaken
        )
        assert is_in(portal.sign_in("AnnA"))


class TestReusedLogin:
    """CWE-672: a deleted person's login was given to somebody new, who was recognized by name and found the data,
    sessions and rights of the one before.

    Here a tombstone keeps the login until it is given on deliberately; the new person has a new id, and nothing old.
    """

    def test_nothing_is_inherited(self, portal: Portal) -> None:
        """The login is not given on silently; given on, it is another id, and no password, subject or field goes along."""
        old = portal.active("anna")
        portal.handle(DeletePerson(actor=portal.admin, sub_account=old.sub_account))
        again = AddPerson(actor=portal.admin, account=portal.account.id, login="anna")
        assert isinstance(portal.refused(again), NameTaken)
        on_purpose = AddPerson(actor=portal.admin, account=portal.account.id, login="anna", reuse_deleted=True)
        added = portal.handle(on_purpose)
        assert old.sub_account != added.sub_account.id
        assert {} == dict(added.sub_account.profile.values)
        assert not is_in(portal.sign_in("anna", PASSWORD))
        assert added.code is not None
        fresh = portal.claim("anna", added.code.code, OTHER_PASSWORD)
        assert is_in(fresh)
        assert portal.handle(Recognize(subject=old)) is None
        assert not is_in(portal.sign_in("anna", PASSWORD))


class TestContactsAreNoKeys:
    """element-meta#1614, auth-js#1086, signal-android#5558: a phone number was the account, and whoever got the number next
    got the account.

    Here a phone is a contact: two people can have the same one, and nobody signs in with it.
    """

    def test_a_phone_signs_nobody_in(self, portal: Portal) -> None:
        """Two people share a phone; typed as a login it is nobody's."""
        for login in ("anna", "boris"):
            who = portal.active(login).sub_account
            portal.handle(EditPerson(actor=portal.admin, sub_account=who, fields={"phone": "+45 32 12 34 56"}))
        for typed in ("+4532123456", "+45 32 12 34 56", "4532123456"):
            assert not is_in(portal.sign_in(typed))


class TestAnotherTenant:
    """packetfence#6400, parseable#1545, aspnetboilerplate#4874: a user was looked up by name without its tenant, and one
    customer's name and password opened another's account.

    Here every id begins with its organization and a login is unique in its realm, so the lookup cannot be written.
    """

    def test_the_same_login_elsewhere(self, portal: Portal) -> None:
        """Of one login at two accounts each password opens its own and not the other."""
        other = portal.open("shop-2")
        here, there = portal.active("anna", PASSWORD), portal.active("anna", OTHER_PASSWORD, account=other)
        assert here.sub_account != there.sub_account
        door = Door.inside(other.id)
        assert [True, False] == [is_in(portal.sign_in("anna", typed)) for typed in (PASSWORD, OTHER_PASSWORD)]
        assert [False, True] == [
            is_in(portal.sign_in("anna", typed, door=door)) for typed in (PASSWORD, OTHER_PASSWORD)
        ]

    def test_an_administrator_of_another_customer(self, portal: Portal) -> None:
        """An administrator of another organization reads, edits and lists nobody here, with the right ids either."""
        person = portal.active("anna").sub_account
        stranger = HostUser.administrator("boss", of=OrganizationId(value="other"))
        commands: list[Any] = [
            ReadPerson(actor=stranger, sub_account=person),
            EditPerson(actor=stranger, sub_account=person, fields={"position": "Owner"}),
            DeletePerson(actor=stranger, sub_account=person),
            AddPerson(actor=stranger, account=portal.account.id, login="mole"),
        ]
        assert [NotAllowed] * len(commands) == [type(portal.refused(command)) for command in commands]

    def test_the_naive_lookup_crosses(self) -> None:
        """The attack works on a table that is found by login alone."""
        rows = {"anna": ("alpha", PASSWORD)}

        def naive(tenant: str, login: str, typed: str) -> bool:
            return login in rows and rows[login][1] == typed

        assert naive("beta", "anna", PASSWORD)
