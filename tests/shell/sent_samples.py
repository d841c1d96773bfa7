"""One working sample of every command that begins or ends with a message, each with a person to whom one was sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from attrs import evolve

from subaccounts import (
    ActivationPolicy,
    ChangeActivation,
    ChangeContact,
    Command,
    Form,
    MessageBudget,
    PeekLink,
    ProveContact,
    ProveContactByCode,
    Purpose,
    RedeemCode,
    RedeemLink,
    RequestReset,
    Secret,
    SubAccountId,
    Subject,
    Way,
)
from tests.invariants.world import FIELDS, OTHER_PASSWORD, PASSWORD, Shop, subject_of
from tests.sent import proof_of

_BY_SMS: Final = ActivationPolicy(sms_form=Form.CODE, budget=MessageBudget(sms_countries=frozenset({"45"})))
_BY_ITSELF: Final = ActivationPolicy(automatic=frozenset({Way.BY_HAND}))


def says(shop: Shop, activation: ActivationPolicy) -> None:
    """Have the organization say how its people are told; it has bought SMS."""
    subscriptions = shop.world.subscriptions
    sold = subscriptions._sold.get(shop.organization, subscriptions._default)
    subscriptions.sell(shop.organization, evolve(sold, sms=True))
    shop.world.rival.handle(ChangeActivation(actor=shop.admin, organization=shop.organization, activation=activation))


def sent(shop: Shop, who: SubAccountId, purpose: Purpose) -> Secret:
    """Return the link or code that is out for a person."""
    return proof_of(shop.world.keys, shop.world.person(who), purpose)


def active(shop: Shop, **fields: str) -> Subject:
    """Add a person with these fields who claims at once."""
    added = shop.add("sample", **fields)
    return subject_of(shop.world.rival.handle(shop.claiming("sample", added.code)))


def _activation(shop: Shop) -> Secret:
    says(shop, _BY_ITSELF)
    who = shop.add("sample", email="sample@shop.example").sub_account.id
    return sent(shop, who, Purpose.CLAIM)


def _by_code(shop: Shop) -> RedeemCode:
    says(shop, _BY_SMS)
    me = active(shop, phone="+4512345678")
    shop.world.rival.handle(RequestReset(door=shop.inside, login="sample"))
    code, password = sent(shop, me.sub_account, Purpose.RECOVERY), Secret(OTHER_PASSWORD)
    return RedeemCode(door=shop.inside, login="sample", code=code, password=password)


def _reset(shop: Shop) -> RequestReset:
    active(shop, email="sample@shop.example")
    return RequestReset(door=shop.inside, login="sample")


def _change(shop: Shop) -> ChangeContact:
    return ChangeContact(subject=active(shop), field="email", value="new@home.example", current=Secret(PASSWORD))


def _prove(shop: Shop) -> ProveContact:
    command = _change(shop)
    shop.world.rival.handle(command)
    return ProveContact(link=sent(shop, command.subject.sub_account, Purpose.CONTACT))


def _prove_by_code(shop: Shop) -> ProveContactByCode:
    says(shop, _BY_SMS)
    me = active(shop)
    shop.world.rival.handle(ChangeContact(subject=me, field="phone", value="+4512345678"))
    return ProveContactByCode(subject=me, code=sent(shop, me.sub_account, Purpose.CONTACT))


SENT_SAMPLES: Final[Mapping[type[Command[Any]], Callable[[Shop], Command[Any]]]] = {
    PeekLink: lambda s: PeekLink(link=_activation(s)),
    RedeemLink: lambda s: RedeemLink(link=_activation(s), password=Secret(PASSWORD), fields=FIELDS),
    RequestReset: _reset,
    RedeemCode: _by_code,
    ChangeContact: _change,
    ProveContact: _prove,
    ProveContactByCode: _prove_by_code,
}
"""How each is made so that it succeeds."""
