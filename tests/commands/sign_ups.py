"""A shop that people sign up at alone: the form it offers, what was sent, and the proofs in it. The stories are tests.

What is sent is read from the queue, and a proof is derived from it as a worker does that takes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from attrs import evolve

from subaccounts import (
    ActivationPolicy,
    AnyStep,
    BeginSignUp,
    ChangeActivation,
    CompleteSignUp,
    Door,
    MessageBudget,
    Secret,
    SignUpBegun,
    SignUpBy,
    SignUpField,
    SignUpForm,
    SubAccount,
    SwitchSignUp,
)
from subaccounts.domain.notice import NOTICES, Notice, NoticeKind
from subaccounts.domain.sign_up import SignUp
from subaccounts.wire import loads
from tests.commands.shop import PASSWORD, Shop
from tests.sent import mint

EMAIL: Final = "anna@example.com"
PHONE: Final = "+4520123456"
NAMED: Final = {"full_name": "Anna Koval", "position": "Cashier"}
OF_SIGN_UPS: Final = (NoticeKind.PROVE_SIGN_UP, NoticeKind.ALREADY_SIGNED_UP, NoticeKind.WELCOME)
BY_EMAIL: Final = SignUpForm(fields=(SignUpField(name="full_name"), SignUpField(name="position")))
BY_PHONE: Final = evolve(BY_EMAIL, by=SignUpBy.USERNAME_AND_PHONE)
SPENDING: Final = MessageBudget(sms_a_day=50, emails_a_day=50, sms_countries=frozenset({"45"}))


class OpenShop(Shop):
    """Hold a shop whose account offers to sign up; SMS are bought, and go to Denmark."""

    def __init__(self, form: SignUpForm | None = BY_EMAIL, **given: Any) -> None:
        super().__init__(**given)
        self.subscriptions.sell(self.id, evolve(self.subscriptions.current(self.id), sms=True))
        self.activation(budget=SPENDING)
        if form is not None:
            self.offer(form)

    def activation(self, **changes: Any) -> None:
        """Change how the organization tells its people."""
        self.handle(ChangeActivation(actor=self.admin, organization=self.id, activation=ActivationPolicy(**changes)))

    def offer(self, form: SignUpForm | None) -> None:
        """Offer this form, or none."""
        self.account = self.handle(SwitchSignUp(actor=self.admin, account=self.account.id, form=form))

    def beginning(
        self, email: str | None = EMAIL, *, login: str | None = None, door: Door | None = None, **fields: Any
    ) -> BeginSignUp:
        """Return the command that begins with an e-mail, or with other fields."""
        given = {**NAMED, **({"email": email} if email is not None else {}), **fields}
        return BeginSignUp(door=door or self.outside, fields=given, login=login)

    def start(self, email: str | None = EMAIL, **given: Any) -> SignUpBegun:
        """Begin; answer what whoever begins is told."""
        begun = self.handle(self.beginning(email, **given))
        assert isinstance(begun, SignUpBegun), begun
        return begun

    def told(self) -> list[Notice]:
        """Return what waits to be sent to who signs up, in the order in which it was decided."""
        tasks = [held.task for held in self.repository._tasks.values() if held.task.queue == NOTICES]
        return [notice for task in tasks if (notice := loads(Notice, task.body)).kind in OF_SIGN_UPS]

    def proof(self, notice: Notice | None = None) -> Secret:
        """Return the link or code of a notice, the last one by default."""
        ref = (self.told()[-1] if notice is None else notice).proof
        assert ref is not None, "this one carries none"
        return mint(self.keys, ref, organization=self.id)

    def completing(
        self,
        begun: SignUpBegun | None = None,
        *,
        proof: Secret | None = None,
        password: str = PASSWORD,
        login: str | None = None,
        fields: Mapping[str, Any] | None = None,
        door: Door | None = None,
    ) -> CompleteSignUp:
        """Return the command that completes: with the code of what was begun, or with the link where nothing is named."""
        given: dict[str, Any] = {"password": Secret(password), "login": login, "fields": fields or {}}
        found = proof or self.proof()
        if begun is None:
            return CompleteSignUp(link=found, door=door, **given)
        return CompleteSignUp(door=door or self.outside, sign_up=begun.sign_up, code=found, **given)

    def finish(self, begun: SignUpBegun | None = None, **given: Any) -> AnyStep:
        """Complete; answer the step."""
        return self.handle(self.completing(begun, **given))

    def stored_people(self) -> list[SubAccount]:
        """Return the people who are stored, in the order in which they came."""
        return [record for record in self.repository._records.values() if isinstance(record, SubAccount)]

    def attempts(self) -> list[SignUp]:
        """Return the attempts that are stored."""
        return [record for record in self.repository._records.values() if isinstance(record, SignUp)]
