"""One working sample of every command by which people sign up alone, each at an account that offers it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final

from subaccounts import (
    BeginSignUp,
    Command,
    CompleteSignUp,
    ForgetSignUps,
    Purpose,
    Secret,
    SignUpBegun,
    SignUpField,
    SignUpForm,
    SwitchSignUp,
)
from tests.invariants.world import FIELDS, OPERATOR, PASSWORD, Shop
from tests.sent import mint

FORM: Final = SignUpForm(fields=(SignUpField(name="full_name"), SignUpField(name="position")))


def offer(shop: Shop, form: SignUpForm | None = FORM) -> None:
    """Offer a form at the shop's account."""
    shop.world.rival.handle(SwitchSignUp(actor=shop.admin, account=shop.account.id, form=form))


def beginning(shop: Shop, email: str = "sample@shop.example") -> BeginSignUp:
    """Return the command that begins with an e-mail."""
    return BeginSignUp(door=shop.outside, fields={**FIELDS, "email": email})


def begun(shop: Shop) -> SignUpBegun:
    """Begin at an account that offers it."""
    offer(shop)
    answer = shop.world.rival.handle(beginning(shop))
    assert isinstance(answer, SignUpBegun)
    return answer


def link_of(shop: Shop, answer: SignUpBegun) -> Secret:
    """Return the link that was sent for what was begun."""
    attempt = shop.world.plain.sign_up(answer.sign_up)
    assert attempt is not None
    ref = attempt.proof.ref(purpose=Purpose.SIGN_UP, owner=attempt.id.value)
    return mint(shop.world.keys, ref, organization=shop.organization)


def _begin(shop: Shop) -> BeginSignUp:
    offer(shop)
    return beginning(shop)


def _complete(shop: Shop) -> CompleteSignUp:
    return CompleteSignUp(link=link_of(shop, begun(shop)), password=Secret(PASSWORD))


def _forget(shop: Shop) -> ForgetSignUps:
    begun(shop)
    shop.world.clock.advance(timedelta(days=2))
    return ForgetSignUps(actor=OPERATOR, organization=shop.organization)


SIGN_UP_SAMPLES: Final[Mapping[type[Command[Any]], Callable[[Shop], Command[Any]]]] = {
    BeginSignUp: _begin,
    CompleteSignUp: _complete,
    ForgetSignUps: _forget,
}
"""How each is made so that it succeeds."""
