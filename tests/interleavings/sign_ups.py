"""Every task that touches one attempt to sign up, by name: what the stranger does, what others do with its e-mail and its
username, and what happens to the account meanwhile. Pairs with everything that touches anna would multiply, and say nothing
more: an attempt is nobody's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from attrs import evolve

from subaccounts import (
    AddPerson,
    BeginSignUp,
    CloseAccount,
    CompleteSignUp,
    DeliverNotices,
    ForgetSignUps,
    PeekLink,
    Purpose,
    RedeemLink,
    RegistrationPolicy,
    Restored,
    Secret,
    SwitchPolicy,
    SwitchSignUp,
)
from subaccounts.domain.account import HostRole
from subaccounts.domain.sign_up import SignUp
from subaccounts.testing.interleavings import HostBecomes, SubscriptionBecomes, Task
from tests.interleavings.builder import BOSS, FIELDS, HOST, KEYS, NEW, OPERATOR, ORGANIZATION, PASSWORD, WRONG
from tests.interleavings.shop import Shop
from tests.interleavings.tasks import RIVAL_PASSWORD
from tests.sent import mint


def attempt(shop: Shop) -> SignUp:
    """Return the attempt that waits in a shop."""
    (found,) = (record for record in shop.world.repository._records.values() if isinstance(record, SignUp))
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
    "begin": beginning,
    "begin with another": lambda s: beginning(s, "other@example.com"),
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
    "close the account": lambda s: CloseAccount(actor=BOSS, account=s.account),
    "promote the host": lambda s: HostBecomes(host=HOST, roles=frozenset({HostRole.MODERATOR})),
    "lapse": lambda s: SubscriptionBecomes(subscription=evolve(s.world.subscription, active=False)),
    "say restored": lambda s: Restored(actor=OPERATOR, organization=ORGANIZATION),
    "forget": lambda s: ForgetSignUps(actor=OPERATOR, organization=ORGANIZATION),
    "deliver": lambda s: DeliverNotices(actor=OPERATOR, organization=ORGANIZATION),
}
"""Each made for a shop in which somebody has begun."""
