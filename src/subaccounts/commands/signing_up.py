"""Signing up alone: offer it, begin it, complete it, forget what was never completed.

Beginning and completing carry no actor: nobody is there yet. Which contact is known is never told, so that everything a known
contact needs is asked of the ports for an unknown one too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final, final
from uuid import UUID

from attrs import field, frozen

from ..domain import authority, sign_up_form, signing_up
from ..domain.account import Account, AccountInput
from ..domain.actor import Actor
from ..domain.adding import check_entries
from ..domain.authority import Action
from ..domain.channel import address_text
from ..domain.decision import Decision, seen
from ..domain.dialogue import Door
from ..domain.email import Email
from ..domain.fields import RawValue
from ..domain.ids import AccountId, OrganizationId, SignUpId, SubAccountId
from ..domain.phone import Phone
from ..domain.profile import NO_PROFILE
from ..domain.queries import SignInFacts
from ..domain.scene import Scene
from ..domain.sign_up import SignUpForm
from ..domain.sign_up_form import Filled
from ..domain.signing_up import Beginning, Begun
from ..domain.sub_account import Person
from ..errors import NotOffered
from .accounts import account_facts
from .chunks import in_chunks
from .command import Change, Command
from .filling import require_fields
from .ports_at_hand import PortsAtHand
from .scenes import NOBODY, require_terminal, set_scene, stranger
from .spending import spending

CHUNK: Final = 500
"""Attempts forgotten in one commit."""
ATTEMPT_PURPOSE: Final = "sign-up"
"""What the key ring derives the ids of attempts for."""


@final
@frozen(kw_only=True)
class SwitchSignUp(Change[Account]):
    """Offer people to sign up alone at an account, with this form; None ends the offer, and whoever has begun gets no further.

    What the form gives is guarded: catalog entries that exist and are not retired. Raises `FieldsMissing` for what the account's
    registration policy requires and the form neither gives nor insists on, `FieldRefused` for a field that the policy does not
    have (`unknown`) and for catalog entries (`unknown`, `retired`), `InvalidValue` for a choice that cannot be one, `NotOffered`
    (`sms`) for a form by phone where SMS were not bought, `WrongState` for a closed account, `NotFound`.
    """

    action: ClassVar[Action] = Action.SWITCH_SIGN_UP
    takes: ClassVar[AccountInput] = AccountInput.SWITCH_SIGN_UP
    receipt: ClassVar[Any] = Account
    actor: Actor
    account: AccountId
    form: SignUpForm | None

    @property
    def tenant(self) -> OrganizationId:
        """Return the account's organization."""
        return self.account.organization

    async def decide(self, ports: PortsAtHand, /) -> Decision[Account]:
        """Switch the form."""
        authority.permit(self.actor, self.action, organization=self.tenant, account=self.account)
        facts = await account_facts(ports, self.account)
        entries = await ports.entries(self.tenant, sign_up_form.named(self.form) if self.form is not None else {})
        subscription = await ports.subscriptions.current(self.tenant)
        return signing_up.switch(
            facts.account, self.form, entries=entries, sms=subscription.sms, by=authority.by(self.actor)
        )


@final
@frozen(kw_only=True)
class BeginSignUp(Command[Begun]):
    """Begin to sign up with the form of the door's account: a message goes to the contact, whose proof `CompleteSignUp` takes.

    `fields` are the form's, by name: `email`, or `phone` beside `login`, which is then the username; where the form has one
    chosen, `departments` with one of them. With an e-mail a `login` is taken too; without one the e-mail is the login.

    The answer is the same whether or not the contact is known here, and whether or not a message was sent: one in two minutes,
    five without a day in between, and the organization's budget for the day are the most. `AskAdministrator` and
    `HostAccountBarred` are said of the account, to everybody.

    Raises, before anything is looked up, `FieldsMissing`, `FieldRefused` and `InvalidValue` for what is wrong with the form,
    `NotOffered` (`sign_up`, `sms`) where the account has no form, where SMS were not bought or do not go to the phone's country;
    `TooMany` for more than 100 fields, `NotFound` for an account that is not there.
    """

    proves: ClassVar[bool] = True
    door: Door
    fields: Mapping[str, RawValue] = field(factory=lambda: NO_PROFILE.values)
    login: str | None = None

    async def run(self, ports: PortsAtHand, /) -> Begun:
        """Answer what whoever begins is told."""
        require_fields(self.fields)
        require_terminal(self.door.terminal)
        if not isinstance(self.door.where, AccountId):
            raise NotOffered(what="sign_up")
        facts = await account_facts(ports, self.door.where)
        form = facts.account.sign_up
        if form is None:
            raise NotOffered(what="sign_up")
        filled = sign_up_form.parse(form, self.fields, self.login)
        known = SignInFacts(organization=facts.organization, account=facts.account)
        scene = await set_scene(ports, self.door, known, stranger(ports, self.door, NOBODY))
        if isinstance(filled.contact, Phone):
            budget = facts.organization.activation.budget
            sign_up_form.require_sms(filled.contact, budget, bought=scene.subscription.sms)
        await _require_entries(ports, form, filled, facts.organization.id)
        id = _attempt(ports, facts.account.id, filled)  # noqa: A001 - the id of a record
        beginning = Beginning(
            scene=scene,
            form=form,
            filled=filled,
            id=id,
            attempt=await ports.repository.sign_up(id),
            holder=await _holder(ports, scene, filled, id),
            spending=await spending(ports, facts.organization, form.by.channel),
            proof_id=ports.new_id(),
            key=ports.keys.current,
        )
        decision = signing_up.begin(beginning)
        if not decision.tellings:
            ports.texts.wording(signing_up.decoy(beginning))
        return await ports.settle(decision)


async def _require_entries(ports: PortsAtHand, form: SignUpForm, filled: Filled, organization: OrganizationId) -> None:
    """Raise `FieldRefused` for a catalog entry that the person would be given and that is given to nobody new."""
    given = {**filled.values, **sign_up_form.given(form)}
    check_entries(given, await ports.entries(organization, given))


def _attempt(ports: PortsAtHand, account: AccountId, filled: Filled) -> SignUpId:
    """Return the id of the contact's one attempt; sixteen bytes, which a link writes short."""
    contact = filled.contact.key if isinstance(filled.contact, Email) else address_text(filled.contact)
    parts = (account.organization.value, account.value, contact)
    digest = ports.keys.derive(purpose=ATTEMPT_PURPOSE, parts=parts)
    return SignUpId(organization=account.organization, value=str(UUID(bytes=digest[:16])))


async def _holder(ports: PortsAtHand, scene: Scene, filled: Filled, id: SignUpId) -> Person | None:  # noqa: A002 - as the caller
    """Return who has the e-mail or username; a person is looked up where nobody has it too."""
    key = signing_up.looked_up(scene, filled)
    holder = (await ports.repository.holders((key,))).get(key)
    nobody = SubAccountId(organization=id.organization, value=id.value)
    return await ports.repository.person(holder if isinstance(holder, SubAccountId) else nobody)


@final
@frozen(kw_only=True)
class ForgetSignUps(Command[int]):
    """Remove the attempts to sign up that have ended without a proof; answer how many. Run it daily."""

    action: ClassVar[Action] = Action.RUN_JOBS
    actor: Actor
    organization: OrganizationId

    async def run(self, ports: PortsAtHand, /) -> int:
        """Remove in chunks until none is left."""
        authority.permit(self.actor, self.action, organization=self.organization)
        return await in_chunks(lambda: self._forgotten(ports))

    async def _forgotten(self, ports: PortsAtHand) -> int:
        old = await ports.repository.stale_sign_ups(self.organization, before=ports.now, limit=CHUNK)
        removes, by = tuple(map(seen, old)), authority.by(self.actor)
        return await ports.settle(Decision(organization=self.organization, by=by, result=len(removes), removes=removes))
