"""People whom a migration wrote as active, with the hash of an older system and without a time of their claim. Stories."""

from __future__ import annotations

import pytest
from attrs import evolve

from subaccounts import (
    ArchivePerson,
    AskAdministrator,
    ChangePassword,
    NoticeKind,
    ResetPassword,
    RestorePerson,
    Secret,
)
from subaccounts.domain.decision import Batch
from subaccounts.domain.ids import SubAccountId
from subaccounts.domain.life import State
from tests.commands.company import add, arrive, issuer, trusting, verified
from tests.commands.messages import told
from tests.commands.shop import OTHER_PASSWORD, PASSWORD, Shop

MAIL = "anna@acme.example"


@pytest.fixture
def anna(shop: Shop) -> SubAccountId:
    """Write Anna as a migration does."""
    who = add(shop, email=MAIL)
    row = shop.row(who)
    hashed = shop.hasher.hash(Secret(PASSWORD))
    active = evolve(row.sub_account, state=State.ACTIVE)
    shop.repository.commit(
        Batch(organization=shop.id, puts=(active, evolve(row.credential, password=hashed, code=None)))
    )
    return who


def test_is_told_what_happens_to_its_login(shop: Shop, anna: SubAccountId) -> None:
    """Given somebody who never claimed here, when the password is changed and reset, then its own address hears of both."""
    me = shop.enter()
    shop.handle(ChangePassword(subject=me, current=Secret(PASSWORD), new=Secret(OTHER_PASSWORD)))
    shop.handle(ResetPassword(actor=shop.admin, sub_account=anna))
    assert [(NoticeKind.PASSWORD_CHANGED, MAIL), (NoticeKind.PASSWORD_RESET, MAIL)] == told(shop)


@pytest.mark.parametrize("after", ["a reset", "an archive"])
def test_is_not_taken_over_by_an_e_mail(shop: Shop, anna: SubAccountId, after: str) -> None:
    """Given somebody who had a password here, when it waits again, then a verified e-mail does not lead to it."""
    trusting(shop, issuer(trusts_email=True))
    if after == "a reset":
        shop.handle(ResetPassword(actor=shop.admin, sub_account=anna))
    else:
        shop.handle(ArchivePerson(actor=shop.admin, sub_account=anna))
        shop.handle(RestorePerson(actor=shop.admin, sub_account=anna))
    assert State.WAITING is shop.person(anna).state
    assert AskAdministrator(why="not_known") == arrive(shop, verified(email=MAIL))
