"""What messages lead to, for stories in a shop: what was bought and said of messages, and what is out for whom.

What a message carries is minted from what is stored (`tests.sent`); no story here depends on the post.
"""

from __future__ import annotations

from typing import Any

from attrs import evolve

from subaccounts import (
    ActivationPolicy,
    ChangeActivation,
    NoticeKind,
    Purpose,
    Secret,
    SubAccountId,
    Way,
)
from subaccounts.domain.notice import NOTICES, Notice
from subaccounts.wire import loads
from tests.commands.shop import Shop
from tests.sent import proof_of

EMAIL = "anna@shop.example"
PHONE = "+4512345678"
BY_ITSELF = ActivationPolicy(automatic=frozenset({Way.BY_HAND}))
"""People are told at once when an administrator adds them."""


def says(shop: Shop, policy: ActivationPolicy | None = None, **changes: Any) -> None:
    """Have the organization say how its people are told."""
    activation = evolve(policy or shop.organization.activation, **changes)
    shop.organization = shop.handle(ChangeActivation(actor=shop.admin, organization=shop.id, activation=activation))


def sells_sms(shop: Shop) -> None:
    """Have the organization buy SMS."""
    shop.subscriptions.sell(shop.id, evolve(shop.subscriptions.current(shop.id), sms=True))


def out(shop: Shop, who: SubAccountId, purpose: Purpose) -> Secret:
    """Return the link or code that is out for a person."""
    return proof_of(shop.keys, shop.row(who), purpose)


def notices(shop: Shop) -> list[Notice]:
    """Return what waits to be sent, in the order it was decided on."""
    tasks = shop.repository.tasks_page(shop.id, NOTICES, after=None, limit=1000)
    return [loads(Notice, each.task.body) for each in tasks]


def told(shop: Shop, *, since: int = 0) -> list[tuple[NoticeKind, str]]:
    """Return what waits to be sent and to whom, after the first `since`."""
    return [(notice.kind, getattr(notice.to, "text", None) or notice.to.e164) for notice in notices(shop)[since:]]  # type: ignore[union-attr]  # an address is an e-mail or a phone
