"""A shop on a database of Django's, and everything that is said about it: statements of ours, and Django's own.

What belongs here: the means of several tests. How an alias is led to a database is `site`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TypeVar, final

import pytest
from django.db import connections

from subaccounts import (
    AddPerson,
    AnyStep,
    Command,
    CompleteRegistration,
    CreateOrganization,
    Door,
    HostAccount,
    OpenAccount,
    RegistrationPolicy,
    Secret,
    SignIn,
    SubAccountId,
    System,
    Ungrouped,
)
from subaccounts.repositories.django import DjangoRepository
from subaccounts.repositories.django.borrowed import engine_on
from tests.repositories.django.site import ALIASES, opened
from tests.repositories.sql.databases import Database
from tests.repositories.sql.shops import BOSS, FIELDS, ORGANIZATION, PASSWORD, heard, plain_facade

R = TypeVar("R")
ACME: Final = CreateOrganization(
    actor=System(name="setup"), id=ORGANIZATION, name="Acme", ungrouped=Ungrouped.EVERYBODY
)


@final
class Portal:
    """Hold the library on an alias of Django's, with an organization and its account."""

    def __init__(self, alias: str, place: Database) -> None:
        self.alias, self.place = alias, place
        self.repository = DjangoRepository(using=alias)
        self.subs = plain_facade(self.repository)
        self.subs.handle(ACME)
        crm, policy = HostAccount(system="crm", id="shop-1"), RegistrationPolicy.by_person()
        opening = OpenAccount(actor=BOSS, organization=ORGANIZATION, host=crm, name="Shop 1", policy=policy)
        self.account = self.subs.handle(opening).id
        self.door = Door.inside(self.account)

    @property
    def connection(self) -> Any:
        """Return Django's connection of this thread."""
        return connections[self.alias]

    def handle(self, command: Command[R]) -> R:
        """Run a command."""
        return self.subs.handle(command)

    def add(self, login: str) -> tuple[SubAccountId, Secret]:
        """Add a person; return the id and the code."""
        added = self.handle(AddPerson(actor=BOSS, account=self.account, login=login))
        assert added.code is not None
        return added.sub_account.id, added.code.code

    def claim(self, login: str, code: Secret) -> AnyStep:
        """Claim a login with its code."""
        claim = CompleteRegistration(door=self.door, login=login, password=PASSWORD, code=code, fields=FIELDS)
        return self.handle(claim)

    def active(self, login: str) -> SubAccountId:
        """Add a person who has claimed the login; return the id."""
        person, code = self.add(login)
        self.claim(login, code)
        return person

    def signing_in(self, login: str = "anna", secret: Secret = PASSWORD) -> SignIn:
        """Return a sign-in."""
        return SignIn(door=self.door, login=login, secret=secret)

    def sign_in(self, login: str = "anna", secret: Secret = PASSWORD) -> AnyStep:
        """Sign in."""
        return self.handle(self.signing_in(login, secret))


@contextmanager
def portal_on(alias: str, folder: Path, **changes: Any) -> Iterator[Portal]:
    """Open a portal on an empty database while the block lasts."""
    place = opened(alias, folder, **changes)
    try:
        yield Portal(alias, place)
    finally:
        connections[alias].close()


@pytest.fixture(params=ALIASES)
def portal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Portal]:
    """Give a portal on each database."""
    with portal_on(request.param, tmp_path) as portal:
        yield portal


@contextmanager
def told(portal: Portal) -> Iterator[tuple[list[tuple[str, Any]], list[str]]]:
    """Listen while the block lasts: statements of ours with their values, and what Django says it sent."""
    connection, django = portal.connection, list[str]()
    connection.force_debug_cursor = True
    connection.queries_log.clear()
    with heard(engine_on(portal.alias, connection.vendor)) as ours:
        yield ours, django
    django += [query["sql"] for query in connection.queries_log]
    connection.force_debug_cursor = False
