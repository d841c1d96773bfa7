"""Every task that touches one attempt to sign up, by name: what the stranger does, what others do with its e-mail and its
username, and what happens to its form and its policy meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from subaccounts import (
    AddPerson,
    BeginSignUp,
    CompleteSignUp,
    ForgetSignUps,
    PeekLink,
    Purpose,
    RedeemLink,
    RegistrationPolicy,
    Secret,
    SwitchPolicy,
    SwitchSignUp,
)
from subaccounts.domain.sign_up import SignUp
from subaccounts.testing.interleavings import Task
from tests.interleavings.builder import BOSS, FIELDS, KEYS, NEW, OPERATOR, ORGANIZATION, PASSWORD, WRONG
from tests.interleavings.shop import Shop
from tests.interleavings.tasks import RIVAL_PASSWORD
from tests.sent import mint


def attempt(shop: Shop) -> SignUp:
    """Return the attempt that waits in a shop; one for which it is too late does not."""
    attempts = [record for record in shop.world.repository._records.values() if isinstance(record, SignUp)]
    (found,) = (each for each in attempts if shop.world.now < each.ends_at)
    return found


def link(shop: Shop) -> Secret:
    """Return the link that was sent for it."""
    found = attempt(shop)
    return mint(KEYS, found.proof.ref(purpose=Purpose.SIGN_UP, owner=found.id.value), organization=ORGANIZATION)


def beginning(shop: Shop, email: str = NEW) -> BeginSignUp:
    """Return the command that begins with an e-mail."""
    return BeginSignUp(door=shop.outside, fields={**FIELDS, "email": email})


def completing(shop: Shop, *, password: str = PASSWORD, login: str | None = None) -> CompleteSignUp:
    """Return the command that completes what waits."""
    return CompleteSignUp(link=link(shop), password=Secret(password), login=login)


SIGN_UPS: Final[Mapping[str, Callable[[Shop], Task]]] = {
    "begin to sign up": beginning,
    "begin to sign up with another": lambda s: beginning(s, "other@example.com"),
    "complete": completing,
    "complete as a rival": lambda s: completing(s, password=RIVAL_PASSWORD),
    "complete as boris": lambda s: completing(s, login="boris"),
    "complete with a flaw": lambda s: completing(s, password="short"),
    "redeem": lambda s: RedeemLink(link=link(s), password=Secret(PASSWORD)),
    "type a wrong code": lambda s: CompleteSignUp(
        door=s.outside, sign_up=attempt(s).id, code=Secret(WRONG), password=Secret(PASSWORD)
    ),
    "look": lambda s: PeekLink(link=link(s)),
    "add the e-mail": lambda s: AddPerson(actor=BOSS, account=s.account, login="eva", fields={"email": NEW}),
    "add the login": lambda s: AddPerson(actor=BOSS, account=s.account, login="dora"),
    "withdraw the form": lambda s: SwitchSignUp(actor=BOSS, account=s.account, form=None),
    "switch the policy": lambda s: SwitchPolicy(
        actor=BOSS, account=s.account, policy=RegistrationPolicy.by_administrator()
    ),
    "forget": lambda s: ForgetSignUps(actor=OPERATOR, organization=ORGANIZATION),
}
"""Each made for a shop in which somebody has begun."""
