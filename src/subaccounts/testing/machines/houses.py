"""The rules of accounts, catalogs and the host: open, close, switch, name, move, retire; promote, lapse, sell seats."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from ...commands import (
    CloseAccount,
    CreateOrganization,
    MakeDepartment,
    MakeJobProfile,
    MakePermissionType,
    MoveDepartment,
    OpenAccount,
    PreviewPolicySwitch,
    RenameCatalogEntry,
    Restored,
    RetireCatalogEntry,
    SwitchPolicy,
)
from ...domain.audience import Ungrouped
from ...domain.catalog import CatalogEntry
from ...domain.life import State
from ...domain.policy import RegistrationPolicy
from ...domain.sub_account import SubAccount
from ...domain.subscription import StoredSeats
from .doors import PEOPLE
from .town import COUNTED, OPERATOR, Town

SHOPS: Final = st.integers(0, 3)
NAMES: Final = st.sampled_from(("Sales", "SALES", "Kitchen"))
LONGER_THAN_ROLES_ARE_KEPT: Final = timedelta(minutes=6)


class HouseRules(Town):
    """Change what people live under, and know which proofs that ends."""

    @rule(shop=SHOPS)
    def create_again(self, shop: int) -> None:
        """Create an organization that exists; its shops stay as they are."""
        given = self.shops[shop]
        created = self.do(
            given,
            CreateOrganization(actor=OPERATOR, id=given.organization, name="Another", ungrouped=Ungrouped.EVERYBODY),
        )
        self.expect("refusals", "CreateOrganization", None, created)

    @rule(shop=SHOPS)
    def say_restored(self, shop: int) -> None:
        """Say that a backup was restored: every code and every sign-in of the organization is dead."""
        given = self.shops[shop]
        restored = self.do(given, Restored(actor=OPERATOR, organization=given.organization))
        self.expect("answers", "Restored", self.portal.clock(), restored.restored_at if restored else None)
        for person in self.people:
            if person.shop.organization == given.organization:
                person.kill(password=False)
                person.sign_out()

    @rule(shop=SHOPS)
    def switch(self, shop: int) -> None:
        """Say whom a switch of policy would affect, and switch: every code under the account is dead."""
        given, policy = self.shops[shop], RegistrationPolicy.by_person()
        preview = self.do(given, PreviewPolicySwitch(actor=given.admin, account=given.account, policy=policy))
        people = [each for each in self.stored(SubAccount) if each.account == given.account]
        waiting = [each for each in people if each.state is State.WAITING]
        alive = [each for each in people if each.state is not State.DELETED]
        counted = (preview.people, preview.waiting) if preview else None
        self.expect("answers", "PreviewPolicySwitch", (len(alive), len(waiting)), counted)
        if self.do(given, SwitchPolicy(actor=given.admin, account=given.account, policy=policy)) is not None:
            self.codes_die(given)

    @rule(shop=SHOPS)
    def close(self, shop: int) -> None:
        """Close an account, which ends every sign-in under it."""
        given = self.shops[shop]
        if self.do(given, CloseAccount(actor=given.admin, account=given.account)) is not None:
            for person in self.people:
                if person.shop is given:
                    person.sign_out()

    @rule(shop=SHOPS)
    def open(self, shop: int) -> None:
        """Open an account again, as the same one; its codes are dead."""
        given, policy = self.shops[shop], RegistrationPolicy.by_person()
        command = OpenAccount(
            actor=given.admin, organization=given.organization, host=given.host, name="again", policy=policy
        )
        opened = self.do(given, command)
        if opened is not None:
            self.expect("answers", command, given.account, opened.id)
            self.codes_die(given)

    @rule(shop=SHOPS, name=NAMES, kind=st.sampled_from((0, 0, 1, 2)), under=PEOPLE)
    def make(self, shop: int, name: str, kind: int, under: int) -> None:
        """Make a department, a job profile or a permission type."""
        given = self.shops[shop]
        entries = self.departments
        parent = entries[under % len(entries)] if entries and under % 2 else None
        of = given.organization
        commands = (
            MakeDepartment(actor=given.admin, organization=of, name=name, parent=parent),
            MakeJobProfile(actor=given.admin, organization=of, name=name),
            MakePermissionType(actor=given.admin, organization=of, name=name),
        )
        made = self.do(given, commands[kind])
        if made is not None and made.parent is not None:
            self.expect("reach", commands[kind], of, made.parent.organization)

    @precondition(lambda self: self.stored(CatalogEntry))
    @rule(which=PEOPLE, name=NAMES, retire=st.booleans())
    def rename_or_retire(self, which: int, name: str, retire: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """Give an entry another name, or to nobody new."""
        entry = self.stored(CatalogEntry)[which % len(self.stored(CatalogEntry))]
        given = next(each for each in self.shops if each.organization == entry.id.organization)
        rename = RenameCatalogEntry(actor=given.admin, entry=entry.id, name=name)
        self.do(given, RetireCatalogEntry(actor=given.admin, entry=entry.id) if retire else rename)

    @precondition(lambda self: self.departments)
    @rule(which=PEOPLE, under=PEOPLE)
    def move(self, which: int, under: int) -> None:
        """Move a department, below itself too, which is refused."""
        entries = self.departments
        department, parent = entries[which % len(entries)], entries[under % len(entries)]
        given = next(each for each in self.shops if each.organization == department.organization)
        command = MoveDepartment(actor=given.admin, department=department, parent=parent if under % 3 else None)
        self.do(given, command)

    @rule(shop=SHOPS, promoted=st.booleans())
    def promote(self, shop: int, promoted: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """Give a host account a forbidden role, or take it; what the facade remembers of it is forgotten."""
        self.tally.steps += 1
        hosts = self.portal.hosts
        hosts.promote(self.shops[shop].host) if promoted else hosts.demote(self.shops[shop].host)
        self.portal.clock.advance(LONGER_THAN_ROLES_ARE_KEPT)

    @rule(shop=SHOPS, lapse=st.booleans())
    def lapse(self, shop: int, lapse: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """End a subscription, or renew it."""
        self.tally.steps += 1
        of = self.shops[shop].organization
        self.portal.subscriptions.lapse(of) if lapse else self.portal.subscriptions.renew(of)

    @precondition(lambda self: self.seat_counters)
    @rule(limit=st.sampled_from((1, 3, 100)))
    def sell_seats(self, limit: int) -> None:
        """Sell more seats or fewer where seats are counted."""
        self.tally.steps += 1
        for of in {organization for organization, _ in self.seat_counters}:
            self.portal.subscriptions.seat(of, StoredSeats(limit=limit, states=COUNTED))
