"""The company: the library plugged into its host, and what the scenes have learned so far."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from attrs import Factory, define

from subaccounts import (
    AccountId,
    Command,
    HostAccount,
    HostUser,
    IssuedCode,
    KeyRing,
    OrganizationId,
    Refusal,
    SubAccountId,
    SubAccounts,
    System,
)
from subaccounts.messages import Messages, Pages
from subaccounts.repositories import SQLiteRepository

from . import pages
from .host import Crm, DemoClock, Shop
from .post import Post
from .screen import Screen

R = TypeVar("R")
S = TypeVar("S")


class SurpriseError(Exception):
    """Say that the library answered something that the story does not tell: a bug, in one of the two."""


@define(kw_only=True)
class Company:
    """Hold the ports, the facade made of them, and names for what exists: shops, people, slips.

    `shops`, `hosts`, `people` and `slips` are by the name of the shop or the login of the person.
    """

    path: Path
    screen: Screen
    keys: KeyRing
    repository: SQLiteRepository
    organization: OrganizationId
    post: Post
    crm: Crm = Factory(Crm)
    shop: Shop = Factory(Shop)
    clock: DemoClock = Factory(DemoClock)
    jobs: System = System(name="demo")
    hosts: dict[str, HostAccount] = Factory(dict)
    shops: dict[str, AccountId] = Factory(dict)
    people: dict[str, SubAccountId] = Factory(dict)
    slips: dict[str, IssuedCode] = Factory(dict)
    subs: SubAccounts = Factory(lambda self: self.plugged_in(), takes_self=True)

    def plugged_in(self) -> SubAccounts:
        """Return the library, plugged into this host: the whole of what a host has to write."""
        return SubAccounts(
            repository=self.repository,
            keys=self.keys,
            host_accounts=self.crm,
            subscriptions=self.shop,
            notifier=self.post.notifier,
            texts=Messages(
                pages=Pages(
                    proof="https://portal.training.example/{purpose}#{link}",
                    sign_in="https://portal.training.example/sign-in",
                )
            ),
            clock=self.clock,
        )

    def restart(self) -> None:
        """Do what a restart of the portal does: forget everything that is not in the file."""
        self.repository.close()
        self.repository = SQLiteRepository(self.path)
        self.subs = self.plugged_in()

    @property
    def olga(self) -> HostUser:
        """Return the administrator."""
        return HostUser.administrator("olga", of=self.organization)

    @property
    def max(self) -> HostUser:
        """Return somebody who may look and not touch."""
        return HostUser.moderator("max", of=self.organization)

    def ask(self, who: str, what: str, command: Command[R], /) -> R:
        """Show who asks for what, and return the answer."""
        self.screen.act(who, what)
        return self.subs.handle(command)

    def refused(self, who: str, what: str, command: Command[object], /) -> None:
        """Show a request and the refusal it gets."""
        self.screen.act(who, what)
        try:
            self.subs.handle(command)
        except Refusal as refusal:
            self.screen.page(pages.refused(refusal), style="bad")
        else:
            raise SurpriseError(f"not refused: {what}")

    def tell(self, *lines: str) -> None:
        """Show what the host's page says to an administrator whose wish came true."""
        self.screen.page(lines, style="good")


def expect(answer: object, kind: type[S], /) -> S:
    """Return an answer that has to be of this kind for the story to go on."""
    if not isinstance(answer, kind):
        raise SurpriseError(f"{type(answer).__name__} where {kind.__name__} was expected")
    return answer
