"""Whoever's account is changed is told, by every contact that counts, old and new; nothing switches it off (ASVS 6.3.7)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Final

import pytest
from attrs import evolve

from subaccounts import (
    ActivationPolicy,
    ChangeActivation,
    ChangeContact,
    ChangePassword,
    EditPerson,
    MessageBudget,
    NoticeKind,
    OpenClaim,
    ProveContact,
    Purpose,
    RedeemLink,
    RegistrationPolicy,
    RenamePerson,
    RequestReset,
    ResetPassword,
    Secret,
    SignedIn,
    Subject,
    UnlinkIdentity,
    Way,
)
from subaccounts.domain.notice import SECURITY
from subaccounts.domain.policy import FieldRule
from subaccounts.domain.supplier import Supplier
from tests.invariants.endings import ISSUER, link
from tests.invariants.world import KINDS, OTHER_PASSWORD, PASSWORD, Shop, World, subject_of
from tests.sent import proof_of, waiting

OLD: Final = "anna@shop.example"
NEW: Final = "anna@home.example"
PHONE: Final = "+4512345678"
K: Final = NoticeKind
Change = Callable[[Shop, Subject], object]


@pytest.fixture(params=KINDS)
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    """Open one world of each storage and color."""
    with World(request.param) as world:
        yield world


def _opened(world: World, policy: RegistrationPolicy | None = None) -> Shop:
    """Open a shop whose people outrank the administrator in their contacts, and whose organization bought SMS."""
    chosen = policy or RegistrationPolicy.by_person()
    mine = FieldRule(suppliers=(Supplier.PERSON, Supplier.ADMINISTRATOR))
    shop = Shop(world, policy=evolve(chosen, fields={**chosen.fields, "email": mine, "phone": mine}))
    _buys_sms(shop)
    return shop


def _buys_sms(shop: Shop) -> None:
    subscriptions = shop.world.subscriptions
    sold = subscriptions._sold.get(shop.organization, subscriptions._default)
    subscriptions.sell(shop.organization, evolve(sold, sms=True))


def _told(shop: Shop) -> list[tuple[NoticeKind, str]]:
    """Return what is to be said and to whom, since the last time this was asked."""
    notices = waiting(shop.world.plain, shop.organization, now=shop.world.clock())
    return [(each.kind, getattr(each.to, "text", "") or getattr(each.to, "e164", "")) for each in notices]


def _proof(shop: Shop, me: Subject, purpose: Purpose) -> Secret:
    return proof_of(shop.world.keys, shop.world.person(me.sub_account), purpose)


def _edit(shop: Shop, me: Subject, **fields: str | None) -> None:
    shop.world.handle(EditPerson(actor=shop.admin, sub_account=me.sub_account, fields=fields))


def _recovered(shop: Shop, me: Subject) -> None:
    shop.world.handle(RequestReset(door=shop.outside, login="anna"))
    _told(shop)
    link = _proof(shop, me, Purpose.RECOVERY)
    shop.world.handle(RedeemLink(link=link, password=Secret(OTHER_PASSWORD)))


def _contact_changed(shop: Shop, me: Subject) -> None:
    shop.world.handle(ChangeContact(subject=me, field="email", value=NEW))
    assert [(K.PROVE_CONTACT, NEW)] == _told(shop)
    shop.world.handle(ProveContact(link=_proof(shop, me, Purpose.CONTACT)))


def _unlinked(shop: Shop, me: Subject) -> None:
    link(shop, me)
    _told(shop)
    shop.world.handle(UnlinkIdentity(actor=shop.admin, sub_account=me.sub_account, issuer=ISSUER.issuer))


CHANGES: Final[Mapping[str, tuple[Change, NoticeKind, tuple[str, ...]]]] = {
    "another password": (
        lambda shop, me: shop.world.handle(
            ChangePassword(subject=me, current=Secret(PASSWORD), new=Secret(OTHER_PASSWORD))
        ),
        K.PASSWORD_CHANGED,
        (PHONE, OLD),
    ),
    "a recovered one": (_recovered, K.PASSWORD_CHANGED, (PHONE, OLD)),
    "reset by an administrator": (
        lambda shop, me: shop.world.handle(ResetPassword(actor=shop.admin, sub_account=me.sub_account)),
        K.PASSWORD_RESET,
        (PHONE, OLD),
    ),
    "e-mail by the person": (_contact_changed, K.EMAIL_CHANGED, (PHONE, OLD, NEW)),
    "e-mail by an administrator": (
        lambda shop, me: _edit(shop, me, email=NEW),
        K.EMAIL_CHANGED,
        (PHONE, OLD, NEW),
    ),
    "no e-mail any more": (lambda shop, me: _edit(shop, me, email=None), K.EMAIL_CHANGED, (PHONE, OLD)),
    "phone by an administrator": (
        lambda shop, me: _edit(shop, me, phone="+4587654321"),
        K.PHONE_CHANGED,
        (PHONE, OLD, "+4587654321"),
    ),
    "a company account": (link, K.IDENTITY_LINKED, (PHONE, OLD)),
    "one less": (_unlinked, K.IDENTITY_UNLINKED, (PHONE, OLD)),
    "login": (
        lambda shop, me: shop.world.handle(
            RenamePerson(actor=shop.admin, sub_account=me.sub_account, login="anna-koval")
        ),
        K.LOGIN_CHANGED,
        (PHONE, OLD),
    ),
}
"""What can happen to an account, which notice that is, and who hears it: the preferred contact first."""


def _active(shop: Shop) -> Subject:
    added = shop.add("anna", email=OLD, phone=PHONE)
    subject = subject_of(shop.world.handle(shop.claiming("anna", added.code)))
    _told(shop)
    return subject


@pytest.mark.asvs("6.3.7")
@pytest.mark.parametrize(("change", "kind", "reached"), CHANGES.values(), ids=CHANGES)
def test_every_contact_is_told(world: World, change: Change, kind: NoticeKind, reached: tuple[str, ...]) -> None:
    """Each change is told once to each contact of before and of after, and of nothing else."""
    shop = _opened(world)
    me = _active(shop)
    change(shop, me)
    assert [(kind, to) for to in reached] == _told(shop)


@pytest.mark.asvs("6.3.7")
@pytest.mark.parametrize("way", ["code", "link", "open"])
def test_a_claim_is_told(world: World, way: str) -> None:
    """However a login is claimed, its contacts hear of it; an open claim too, which takes no proof at all."""
    policy = RegistrationPolicy.by_person(claim=OpenClaim(within=timedelta(days=1))) if way == "open" else None
    shop = _opened(world, policy)
    if way == "link":
        activation = ActivationPolicy(automatic=frozenset({Way.BY_HAND}))
        world.handle(ChangeActivation(actor=shop.admin, organization=shop.organization, activation=activation))
    added = shop.add("anna", email=OLD, phone=PHONE)
    _told(shop)
    if way == "link":
        link = proof_of(world.keys, world.person(added.sub_account.id), Purpose.CLAIM)
        fields = {"full_name": "Test Person", "position": "Seller"}
        subject_of(world.handle(RedeemLink(link=link, password=Secret(PASSWORD), fields=fields)))
    else:
        subject_of(world.handle(shop.claiming("anna", added.code)))
    assert [(K.CLAIMED, PHONE), (K.CLAIMED, OLD)] == _told(shop)


def test_who_has_not_claimed_has_no_account_to_be_told_of(world: World) -> None:
    """What an administrator does before the first claim is told to nobody: there is nobody whose account it would be."""
    shop = _opened(world)
    added = shop.add("anna", email=OLD)
    person = added.sub_account.id
    world.handle(EditPerson(actor=shop.admin, sub_account=person, fields={"email": NEW}))
    world.handle(RenamePerson(actor=shop.admin, sub_account=person, login="anna-koval"))
    world.handle(ResetPassword(actor=shop.admin, sub_account=person))
    assert [] == _told(shop)


@pytest.mark.asvs("6.3.7")
def test_nothing_switches_it_off(world: World) -> None:
    """Neither a spent budget, nor telling by hand, nor anything a person can give, keeps a security notice back."""
    shop = _opened(world)
    quiet = ActivationPolicy(budget=MessageBudget(sms_a_day=0, emails_a_day=0))
    world.handle(ChangeActivation(actor=shop.admin, organization=shop.organization, activation=quiet))
    me = _active(shop)
    mine = EditPerson(actor=SignedIn(subject=me), sub_account=me.sub_account, fields={"language": "da"})
    world.handle(mine)
    world.handle(ChangePassword(subject=me, current=Secret(PASSWORD), new=Secret(OTHER_PASSWORD)))
    assert [(K.PASSWORD_CHANGED, PHONE), (K.PASSWORD_CHANGED, OLD)] == _told(shop)


def test_a_change_that_changes_nothing(world: World) -> None:
    """The same e-mail, phone and login given again are no change, and nobody is told."""
    shop = _opened(world)
    me = _active(shop)
    _edit(shop, me, email=OLD, phone=PHONE)
    world.handle(RenamePerson(actor=shop.admin, sub_account=me.sub_account, login="anna"))
    assert [] == _told(shop)


def test_every_security_notice_is_told_here() -> None:
    """A new kind of security notice is told of something in these tests, or this fails."""
    assert SECURITY == {kind for _, kind, _ in CHANGES.values()} | {K.CLAIMED}
