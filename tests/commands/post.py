"""A shop whose people are told by messages: how they are sent, what waits, and whether what was sent opens anything.

What belongs here: what several tests of delivery begin with. Stories are in the tests.
"""

from __future__ import annotations

from typing import Any

from attrs import evolve

from subaccounts import (
    ActivationPolicy,
    ChangeActivation,
    DeadLetter,
    Delivered,
    DeliverNotices,
    ListDeadLetters,
    Message,
    SubAccountId,
    System,
    Way,
)
from subaccounts.domain import codes, link
from subaccounts.domain.credential import ClaimCode
from subaccounts.domain.notice import NOTICES, Notice
from subaccounts.domain.proof import Form, Purpose
from subaccounts.domain.task import Leased
from subaccounts.testing import proof_in
from subaccounts.wire import loads
from tests.commands.shop import Shop

WORKER = System(name="worker")
EMAIL, PHONE = "anna@shop.example", "+4512345678"


class Post(Shop):
    """Be a shop that tells whom it adds; SMS are bought when `sms` says so."""

    def __init__(self, *, sms: bool = False, **policy: Any) -> None:
        super().__init__()
        if sms:
            self.subscriptions.sell(self.id, evolve(self.subscriptions.current(self.id), sms=True))
        self.change(**policy)

    def change(self, **policy: Any) -> None:
        """Change how the organization tells its people; whom it adds by hand it tells at once."""
        activation = ActivationPolicy(automatic=frozenset({Way.BY_HAND}), **policy)
        changing = ChangeActivation(actor=self.admin, organization=self.id, activation=activation)
        self.organization = self.handle(changing)

    def tell(self, login: str = "anna", **fields: Any) -> SubAccountId:
        """Add a person that is told by e-mail, or as the fields let it."""
        return self.add(login, fields=fields or {"email": f"{login}@shop.example"}).sub_account.id

    def deliver(self, **more: Any) -> Delivered:
        """Run a worker of this organization until nothing is due."""
        return self.handle(DeliverNotices(actor=WORKER, organization=self.id, **more))

    def waiting(self, queue: str = NOTICES) -> tuple[Leased, ...]:
        """Return what is in a queue, due or not."""
        return self.repository.tasks_page(self.id, queue, after=None, limit=1000)

    def notices(self) -> list[Notice]:
        """Return the notices that wait."""
        return [loads(Notice, leased.task.body) for leased in self.waiting()]

    def letters(self) -> tuple[DeadLetter, ...]:
        """Return the dead letters."""
        return self.handle(ListDeadLetters(actor=self.admin, organization=self.id))

    def code(self, who: SubAccountId) -> ClaimCode:
        """Return what is stored of the claim code or link that is out for somebody."""
        code = self.credential(who).code
        assert code is not None
        return code

    def opens(self, message: Message, who: SubAccountId) -> bool:
        """Tell whether the link or code of a message is the one that is out for somebody."""
        code, proof = self.credential(who).code, proof_in(message)
        if code is None:
            return False
        digest = self.keys.derive(
            purpose=link.purpose_of(Purpose.CLAIM, code.form),
            parts=link.parts(who.organization, who.value, code.id),
            key=code.key,
        )
        return link.is_link(link.parse(proof), digest) if code.form is Form.LINK else codes.is_code(proof, digest)
