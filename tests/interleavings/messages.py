"""What messages begin and end, by name: asking for them, looking at links, and using what they carry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from subaccounts import (
    ChangeContact,
    EditPerson,
    PeekLink,
    ProveContact,
    ProveContactByCode,
    Purpose,
    RedeemCode,
    RedeemLink,
    RequestReset,
    Secret,
)
from subaccounts.testing.interleavings import Task
from tests.interleavings.builder import BOSS, FIELDS, KEYS, PASSWORD, WRONG
from tests.interleavings.shop import Shop
from tests.interleavings.tasks import NEW_PASSWORD, RIVAL_PASSWORD
from tests.sent import proof_of


def sent(shop: Shop, purpose: Purpose) -> Secret:
    """Return the link that was out for anna before anything began."""
    return proof_of(KEYS, shop.world.repository.person(shop.anna), purpose)


def redeeming(shop: Shop, purpose: Purpose, password: str) -> RedeemLink:
    """Return the command that redeems anna's link."""
    return RedeemLink(link=sent(shop, purpose), password=Secret(password), fields=FIELDS)


ASKING: Final[Mapping[str, Callable[[Shop], Task]]] = {
    "ask for another password": lambda s: RequestReset(door=s.outside, login="anna"),
    "type a wrong recovery code": lambda s: RedeemCode(
        door=s.outside, login="anna", code=Secret(WRONG), password=Secret(RIVAL_PASSWORD)
    ),
    "change her contact": lambda s: ChangeContact(
        subject=s.subject, field="email", value="anna@other.example", current=Secret(PASSWORD)
    ),
    "change her phone": lambda s: ChangeContact(
        subject=s.subject, field="phone", value="+4511223344", current=Secret(PASSWORD)
    ),
    "edit her phone": lambda s: EditPerson(actor=BOSS, sub_account=s.anna, fields={"phone": "+4599887766"}),
    "type a contact's code": lambda s: ProveContactByCode(subject=s.subject, code=Secret(WRONG)),
}
"""What asks for messages, and ends them, wherever anna is; each made for a shop."""

ACTIVATIONS: Final[Mapping[str, Callable[[Shop], Task]]] = {
    "claim by the link": lambda s: redeeming(s, Purpose.CLAIM, NEW_PASSWORD),
    "claim by the link as a rival": lambda s: redeeming(s, Purpose.CLAIM, RIVAL_PASSWORD),
    "look at the link": lambda s: PeekLink(link=sent(s, Purpose.CLAIM)),
}
"""Each made for a shop in which a link is out that claims her login."""

LINKS: Final[Mapping[str, Callable[[Shop], Task]]] = {
    "look at the link": lambda s: PeekLink(link=sent(s, Purpose.RECOVERY)),
    "redeem the link": lambda s: redeeming(s, Purpose.RECOVERY, NEW_PASSWORD),
    "redeem the link as a rival": lambda s: redeeming(s, Purpose.RECOVERY, RIVAL_PASSWORD),
    "prove her contact": lambda s: ProveContact(link=sent(s, Purpose.CONTACT)),
}
"""Each made for a shop in which links are out."""


def redeeming_code(shop: Shop, password: str) -> RedeemCode:
    """Return the command that redeems the recovery code that anna was sent."""
    code = sent(shop, Purpose.RECOVERY)
    return RedeemCode(door=shop.outside, login="anna", code=code, password=Secret(password))


CODES: Final[Mapping[str, Callable[[Shop], Task]]] = {
    "redeem the code": lambda s: redeeming_code(s, NEW_PASSWORD),
    "redeem the code as a rival": lambda s: redeeming_code(s, RIVAL_PASSWORD),
    "prove her phone": lambda s: ProveContactByCode(subject=s.subject, code=sent(s, Purpose.CONTACT)),
}
"""Each made for a shop in which codes are out."""
