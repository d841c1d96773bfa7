"""From the command that tells somebody to the mailbox: a notice travels through a real server, in both colors.

What `DeliverNotices` does with each outcome has its own tests; here the outcomes are a server's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from subaccounts import (
    AddPerson,
    AsyncSubAccounts,
    CreateOrganization,
    Email,
    HostAccount,
    HostUser,
    KeyRing,
    OpenAccount,
    OrganizationId,
    RegistrationPolicy,
    Selection,
    SendActivation,
    SubAccounts,
    System,
    Ungrouped,
)
from subaccounts.commands import DeliverNotices, ListDeadLetters
from subaccounts.messages import Messages, Pages
from subaccounts.notifiers import AsyncSMTPNotifier, Letterhead, Security, SMTPNotifier, SMTPServer
from subaccounts.repositories import AsyncMemoryRepository, MemoryRepository
from subaccounts.testing import AsyncFakeHostAccounts, AsyncTestHasher, CheapHasher, FakeHostAccounts, FrozenClock
from tests.notifiers.mail_server import MailServer

ACME = OrganizationId(value="acme")
OLGA = HostUser.administrator("olga", of=ACME)
WORKER = System(name="worker")
PAGES = Pages(proof="https://portal.example/{purpose}#{link}", sign_in="https://portal.example/sign-in")
both = pytest.mark.parametrize("awaited", [False, True], ids=["plain", "async"])


class Portal:
    """A portal that sends by a real server, asked in one way whatever its color."""

    def __init__(self, folder: Path, server: MailServer, *, awaited: bool) -> None:
        self.clock = FrozenClock()
        self._runner = asyncio.Runner() if awaited else None
        way = SMTPServer(host="127.0.0.1", port=server.port, security=Security.LOOPBACK)
        head = Letterhead(sender=Email.parse("portal@example.com"))
        kind: Any = AsyncSMTPNotifier if awaited else SMTPNotifier
        self.notifier = kind(server=way, letterhead=head, clock=self.clock)
        make: Callable[..., Any] = AsyncSubAccounts if awaited else SubAccounts
        self._subs = make(
            repository=AsyncMemoryRepository() if awaited else MemoryRepository(),
            keys=KeyRing.open(folder / "keys"),
            host_accounts=AsyncFakeHostAccounts() if awaited else FakeHostAccounts(),
            hasher=AsyncTestHasher(CheapHasher()) if awaited else CheapHasher(),
            notifier=self.notifier,
            texts=Messages(pages=PAGES),
            clock=self.clock,
        )

    def handle(self, command: Any) -> Any:
        """Handle a command."""
        handled = self._subs.handle(command)
        return handled if self._runner is None else self._runner.run(handled)

    def close(self) -> None:
        """Close what is open."""
        if self._runner is None:
            self.notifier.close()
        else:
            self._runner.run(self.notifier.close())
            self._runner.close()

    def tell_anna(self, address: str = "anna@acme.example") -> None:
        """Add Anna and tell her how to come in; nothing is sent yet."""
        self.handle(CreateOrganization(actor=WORKER, id=ACME, name="Acme", ungrouped=Ungrouped.EVERYBODY))
        host, policy = HostAccount(system="crm", id="shop-1"), RegistrationPolicy.by_administrator()
        shop = self.handle(OpenAccount(actor=OLGA, organization=ACME, host=host, name="Shop 1", policy=policy))
        fields = {"full_name": "Anna\u00a0Lindqvist, née Ó'Brien", "position": "Seller", "email": address}
        anna = self.handle(AddPerson(actor=OLGA, account=shop.id, login="anna", fields=fields)).sub_account
        selection = Selection(people=(anna.id,))
        self.handle(SendActivation(actor=OLGA, organization=ACME, selection=selection))


@pytest.fixture
def server() -> Iterator[MailServer]:
    """A server of mail."""
    with closing(MailServer()) as made:
        yield made


@both
def test_an_activation_arrives(awaited: bool, server: MailServer, tmp_path: Path) -> None:
    """The mail is in Anna's mailbox once a worker ran, with a link, and not before."""
    with closing(Portal(tmp_path, server, awaited=awaited)) as portal:
        portal.tell_anna()
        assert [] == server.mails()
        assert 1 == portal.handle(DeliverNotices(actor=WORKER)).sent
        (mail,) = server.delivered()
        assert ("anna@acme.example",) == mail.to
        assert "https://portal.example/claim#" in mail.text
        assert mail.html is not None


@both
def test_a_server_that_is_busy(awaited: bool, server: MailServer, tmp_path: Path) -> None:
    """A message that was put off arrives later, once, with the link it would have had."""
    with closing(Portal(tmp_path, server, awaited=awaited)) as portal:
        portal.tell_anna()
        server.handler.answers["DATA"] = "451 4.3.0 try again later"
        assert 1 == portal.handle(DeliverNotices(actor=WORKER)).deferred
        server.handler.answers.clear()
        portal.clock.advance(timedelta(hours=1))
        assert 1 == portal.handle(DeliverNotices(actor=WORKER)).sent
        assert 1 == len(server.delivered())


@both
def test_an_address_that_does_not_exist(awaited: bool, server: MailServer, tmp_path: Path) -> None:
    """A refused recipient is a dead letter; the operator reads the server's code, and a mask of the address."""
    with closing(Portal(tmp_path, server, awaited=awaited)) as portal:
        portal.tell_anna()
        server.handler.answers["RCPT"] = "550 5.1.1 <anna@acme.example>: no such user"
        assert 1 == portal.handle(DeliverNotices(actor=WORKER)).rejected
        (letter,) = portal.handle(ListDeadLetters(actor=OLGA, organization=ACME))
        assert "550 5.1.1" in repr(letter)
        assert "anna@acme.example" not in repr(letter)


@both
def test_a_lost_answer(awaited: bool, server: MailServer, tmp_path: Path) -> None:
    """When the answer is lost after the mail was taken, it is sent again as the same mail: one id, one link."""
    with closing(Portal(tmp_path, server, awaited=awaited)) as portal:
        portal.tell_anna()
        server.handler.answers["DATA"] = "taken and gone"
        assert 1 == portal.handle(DeliverNotices(actor=WORKER)).deferred
        server.handler.answers.clear()
        portal.clock.advance(timedelta(hours=1))
        assert 1 == portal.handle(DeliverNotices(actor=WORKER)).sent
        first, again = server.delivered()
        assert (first.id, first.text, first.html) == (again.id, again.text, again.html)
