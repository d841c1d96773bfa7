"""What goes wrong with links in messages: scanners that follow them, addresses they outlive, requests that flood and tell."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from attrs import define

from subaccounts import (
    ActivationPolicy,
    ChangeActivation,
    ChangeContact,
    Deferred,
    DeliverNotices,
    EditPerson,
    EnterPassword,
    PeekLink,
    ProveContact,
    RedeemLink,
    Rejected,
    RequestReset,
    Secret,
    SubAccountId,
    Subject,
    Way,
)
from subaccounts.domain.message import Message
from subaccounts.errors import LinkRefused
from subaccounts.testing import proof_in
from tests.cve.portal import FIELDS, OPERATOR, OTHER_PASSWORD, PASSWORD, Portal, at_once, is_in

ADDRESS = "anna@shop.example"


def post(portal: Portal) -> list[Message]:
    """Send what waits, and return what was sent since the last time."""
    before = len(portal.notifier.messages)
    portal.handle(DeliverNotices(actor=OPERATOR, organization=portal.id))
    return portal.notifier.messages[before:]


def told(portal: Portal, login: str = "anna") -> tuple[SubAccountId, Secret]:
    """Add somebody who is told by e-mail, and return the link in the message."""
    activation = ActivationPolicy(automatic=frozenset({Way.BY_HAND}))
    portal.handle(ChangeActivation(actor=portal.admin, organization=portal.id, activation=activation))
    who = portal.add(login, email=f"{login}@shop.example").sub_account.id
    (message,) = post(portal)
    return who, proof_in(message)


def reached(portal: Portal, login: str = "anna") -> Subject:
    """Add somebody with an e-mail who claims at once."""
    added = portal.add(login, email=f"{login}@shop.example")
    assert added.code is not None
    step = portal.claim(login, added.code.code)
    assert is_in(step)
    post(portal)
    return step.subject  # type: ignore[union-attr]  # only who is in has one


def forgot(portal: Portal, login: str = "anna") -> tuple[SubAccountId, Secret]:
    """Have somebody forget its password, and return the link in the message."""
    me = reached(portal, login)
    portal.handle(RequestReset(door=portal.outside, login=login))
    (message,) = post(portal)
    return me.sub_account, proof_in(message)


def redeem(link: Secret, password: str = OTHER_PASSWORD) -> RedeemLink:
    """Return the command that redeems a link."""
    return RedeemLink(link=link, password=Secret(password), fields=FIELDS)


def works(portal: Portal, link: Secret) -> bool:
    """Tell whether a link still does something."""
    try:
        step = portal.handle(redeem(link))
    except LinkRefused:
        return False
    return is_in(step) or step == EnterPassword()


class TestScannerRedeemsALink:
    """nextauth#1840, supabase/auth#1214, outline#9227: mail programs and their guards opened the link of every message
    before the person did, and opening it used it up. emdash#3298: the scanner was even given the session.

    Here opening an address is a look, which reads once and writes nothing; the link is used up by the password that is sent
    with it, and the one who sends it is the one who knows it.
    """

    @pytest.mark.parametrize("make", [told, forgot])
    def test_a_hundred_looks(self, portal: Portal, make: Callable[[Portal], tuple[SubAccountId, Secret]]) -> None:
        """A scanner that opens the link a hundred times changes no byte of the file; the person then uses it."""
        _, link = make(portal)
        before = portal.stolen()
        pages = {repr(portal.handle(PeekLink(link=link))) for _ in range(100)}
        assert (1, before) == (len(pages), portal.stolen())
        assert works(portal, link)

    def test_many_at_once(self, portal: Portal) -> None:
        """Scanners look while the person and a thief redeem at once: exactly one of the two succeeds."""
        _, link = forgot(portal)

        def act(number: int) -> bool:
            if number < 6:
                try:
                    portal.handle(PeekLink(link=link))
                except LinkRefused:
                    return False
                return False
            return works(portal, link)

        assert 1 == sum(at_once(8, act))

    def test_the_naive_link_is_used_up(self) -> None:
        """Where opening the address redeems it, the person behind one scanner finds nothing."""
        out = {"the link"}

        def naive(link: str) -> bool:
            if link in out:
                out.remove(link)
                return True
            return False

        assert [True, False] == [naive("the link"), naive("the link")]


class TestLinkOutlivesItsAddress:
    """dcrstakepool#320, nextcloud/appstore#532: after a person changed its e-mail, the link that had been sent to the old
    address still set a password, for whoever reads that mailbox now.

    Here a proof is stored with the address it went to, and dies with the write that takes the address from the person.
    """

    @pytest.mark.parametrize("make", [told, forgot])
    @pytest.mark.parametrize("email", ["new@shop.example", None])
    def test_an_administrator_changes_it(self, portal: Portal, make: Any, email: str | None) -> None:
        """The address is changed or taken away: the link in the old mailbox is dead, and stays so when it comes back."""
        who, link = make(portal)
        for address in (email, ADDRESS):
            portal.handle(EditPerson(actor=portal.admin, sub_account=who, fields={"email": address}))
            assert not works(portal, link)

    def test_the_person_changes_it(self, portal: Portal) -> None:
        """The person proves another address: what was sent to the first is dead."""
        added = portal.add("anna")
        assert added.code is not None
        me = portal.claim("anna", added.code.code).subject  # type: ignore[union-attr]  # the right code
        links: list[Secret] = []
        for address in (ADDRESS, "new@home.example"):
            portal.handle(ChangeContact(subject=me, field="email", value=address, current=Secret(PASSWORD)))
            (message,) = post(portal)
            portal.handle(RequestReset(door=portal.outside, login="anna"))  # sent to the first, once it is proven
            links = [proof_in(each) for each in post(portal)]
            portal.handle(ProveContact(link=proof_in(message)))
            post(portal)
            portal.wait(minutes=5)
        assert [False] == [works(portal, link) for link in links]

    def test_the_naive_link_is_of_the_person(self) -> None:
        """A link that names a person and not the address it went to works from the old mailbox."""

        @define
        class Naive:
            email: str
            password: str = PASSWORD

        person, links = Naive(ADDRESS), {"the link": "anna"}
        person.email = "new@shop.example"
        if links.pop("the link") == "anna":
            person.password = "the thief's"
        assert "the thief's" == person.password


class TestFloodOfResets:
    """cloudscribe#942: whoever knew a login could ask for a new password again and again, which filled the mailbox, and in
    some versions each request changed the account, so that its owner was locked out.

    Here a request changes nothing, sends one message in five minutes, and never more in a day than the budget.
    """

    def test_one_message_and_no_change(self, portal: Portal) -> None:
        """A hundred requests are one message; the password and the sign-in of before work on."""
        me = reached(portal)
        for _ in range(100):
            portal.handle(RequestReset(door=portal.outside, login="anna"))
        assert ["recovery"] == [message.kind.value for message in post(portal)]
        assert is_in(portal.sign_in("anna", PASSWORD))
        assert portal.person(me.sub_account).sub_account.epoch == me.epoch

    def test_an_hour_of_requests(self, portal: Portal) -> None:
        """Asked every minute of an hour, it is at most one message in five, and the last of them has the link that works."""
        reached(portal)
        links = []
        for _ in range(60):
            portal.handle(RequestReset(door=portal.outside, login="anna"))
            links += [proof_in(message) for message in post(portal)]
            portal.wait(minutes=1)
        assert 12 == len(links)
        assert [False, True] == [works(portal, link) for link in links[-2:]]

    def test_the_naive_way_floods(self) -> None:
        """Where each request sends, a thousand requests are a thousand messages."""
        sent: list[str] = []

        def naive(login: str) -> None:
            sent.append(login)

        for _ in range(1000):
            naive("anna")
        assert 1000 == len(sent)


class TestFailingMailServerTells:
    """CVE-2024-45231 (Django): when the mail server failed, the form for a forgotten password failed too, but only for
    addresses that somebody had; the error told which.

    Here nobody is written to while somebody waits for an answer: the message is committed, and a worker sends it later.
    """

    @pytest.mark.parametrize(
        "fails",
        [Rejected(reason="unknown"), Deferred(retry_after=timedelta(hours=1)), OSError("unreachable"), RuntimeError()],
        ids=lambda fails: type(fails).__name__,
    )
    def test_nobody_hears_of_it(self, portal: Portal, fails: Any) -> None:
        """However sending fails, who asks hears one and the same for a login that somebody has and for one of nobody."""
        reached(portal)
        answers = set()
        for login in ("anna", ADDRESS, "nobody", "nobody@shop.example"):
            portal.notifier.answers(fails)
            answers.add(portal.handle(RequestReset(door=portal.outside, login=login)))
        assert 1 == len(answers)
        assert [] == post(portal)

    def test_a_server_that_was_away(self, portal: Portal) -> None:
        """What could not be sent is sent later, and its link works."""
        reached(portal)
        portal.notifier.answers(Deferred())
        portal.handle(RequestReset(door=portal.outside, login="anna"))
        assert [] == post(portal)
        portal.wait(hours=7)
        (message,) = post(portal)
        assert works(portal, proof_in(message))

    def test_the_naive_way_tells(self) -> None:
        """Where the message is sent before the answer, the error is the answer."""

        def naive(login: str) -> str:
            if login == "anna":
                raise OSError("unreachable")
            return "a message is on its way"

        told_apart = []
        for login in ("anna", "nobody"):
            try:
                told_apart.append(naive(login))
            except OSError:
                told_apart.append("error 500")
        assert 2 == len(set(told_apart))
