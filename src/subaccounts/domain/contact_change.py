"""The rules of a person's own e-mail or phone: asked for with a fresh proof of who asks, changed by a proof of the new one.

Nothing changes before that, and nobody is asked whether somebody else has the same one: two people can share a contact.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, final

from attrs import evolve, frozen

from ..errors import FieldRefused, LinkRefused, NotOffered, ProofRefused, TooSoon
from . import authority, registration, sent, tellings
from . import fields as f
from .activation_events import ContactChangeRequested
from .budget import Spending
from .channel import Address, field_of
from .credential import PendingContact
from .decision import Decision, Happened, seen
from .email import Email
from .events import SubAccountEdited
from .life import LifeInput, State, after
from .people import Becomes, without_lost
from .phone import Phone
from .proof import Form, ProofRef, Purpose
from .sub_account import Person
from .subject import Subject
from .subscription import Subscription
from .supplier import Supplier

RECENT: Final = timedelta(minutes=10)
"""How long a sign-in proves who asks for a change (OWASP ASVS 5.0 7.5.1); later it takes the password."""


@final
@frozen(kw_only=True)
class ContactRequested:
    """Answer that the new contact was written to, in the same words whether or not somebody else has it.

    `contact` is masked. `form` says what the message carries: a link to follow, or a code to type. Another can be asked for
    at `again_at` (UTC), and takes the place of this one.
    """

    field: str
    contact: str
    form: Form
    again_at: datetime


@final
@frozen(kw_only=True)
class ContactProven:
    """Answer that a person has the contact now; `contact` is masked, and `signs_in` says that it can sign in with it."""

    field: str
    contact: str
    signs_in: bool


def parse(field: str, value: str | Email | Phone, /) -> Address:
    """Read a new contact; raise `FieldRefused` (`unknown`) for a field that is none, `InvalidValue` for a value."""
    parsed = f.parse_field(field, value) if field in f.CONTACTS else f.field_type(field)
    if not isinstance(parsed, (Email, Phone)):
        raise FieldRefused(field=field, why="unknown")
    return parsed


def is_recent(subject: Subject, /, *, now: datetime) -> bool:
    """Tell whether a sign-in is young enough to prove who asks; clocks of two machines can be a little apart."""
    return abs(now - subject.at) <= RECENT


def require(person: Person, to: Address, /, *, subscription: Subscription, now: datetime) -> None:
    """Raise what stands in the way of writing to a new contact, before anybody proves anything.

    `WrongState`; `FieldRefused` where the policy keeps the person from giving it; `TooSoon` in the cool-down of the last;
    `NotOffered` (`sms`) for a phone where SMS were not bought, or of a country that is not on the list.
    """
    sub, pending = person.sub_account, person.credential.contact
    after(sub.state, LifeInput.CHANGE_CONTACT)
    sub.profile.supply({field_of(to): to}, by=Supplier.PERSON, at=now, policy=person.account.policy)
    if pending is not None and now < pending.proof.cools_until:
        raise TooSoon(until=pending.proof.cools_until)
    if isinstance(to, Phone) and not (subscription.sms and person.organization.activation.budget.reaches(to)):
        raise NotOffered(what="sms")


def request(
    person: Person,
    to: Address,
    /,
    *,
    id: str,  # noqa: A002 - the field's name
    key: str,
    spending: Spending,
    now: datetime,
) -> Decision[ContactRequested]:
    """Write to the new contact, once `require` has passed; the one that waited before is dead.

    `id` and `key` are the new proof's, `spending` is the day's of SMS: a phone is refused until tomorrow (`TooSoon`) when its
    budget is spent. E-mails of people who are signed in are bounded by the cool-down alone.
    """
    organization, account, sub = person.organization, person.account, person.sub_account
    by = authority.by_itself(sub.id)
    form = Form.CODE if isinstance(to, Phone) else Form.LINK
    proof = sent.issue(to, form=form, id=id, key=key, organization=organization, account=account, now=now)
    pending = PendingContact(to=to, proof=proof)
    answer = ContactRequested(field=pending.field, contact=to.masked, form=form, again_at=proof.cools_until)
    decision: Decision[ContactRequested] = Decision(organization=organization.id, by=by, result=answer)
    bounded = isinstance(to, Phone)
    if bounded and not spending.left:
        counts, happened = spending.say()
        refusal = TooSoon(until=spending.ends, why="spent")
        # The row that the password was judged against is written with this refusal too: it tells that the password was right.
        return evolve(decision, puts=(person.credential,), counts=counts, happened=happened, refusal=refusal)
    ref = proof.ref(purpose=Purpose.CONTACT, owner=sub.id.value)
    telling = tellings.prove_contact(sub, to, ref, organization=organization, account=account)
    return evolve(
        decision,
        puts=(evolve(person.credential, contact=pending),),
        guards=(seen(account), seen(sub)),
        counts=spending.take() if bounded else (),
        tellings=(telling,),
        happened=(Happened(what=ContactChangeRequested(field=pending.field), account=account.id, sub_account=sub.id),),
    )


def prove(person: Person, /, *, email_free: bool, now: datetime) -> Becomes:
    """Give the person the contact whose proof was right; `email_free` says that nobody in the realm signs in with it.

    What was sent to the address before is dead. Raises `LinkRefused` for who is not active any more, and `FieldRefused`
    where an administrator has given the field meanwhile and ranks higher.
    """
    sub, pending = person.sub_account, waiting(person)
    if sub.state is not State.ACTIVE:
        raise LinkRefused(why="unknown")
    profile = sub.profile.supply({pending.field: pending.to}, by=Supplier.PERSON, at=now, policy=person.account.policy)
    edited = registration.with_profile(sub, profile)
    if isinstance(pending.to, Email):
        edited = evolve(edited, email_is_key=email_free)
    state = after(sub.state, LifeInput.CHANGE_CONTACT)
    edited = evolve(edited, state=state, proven=edited.proven | {pending.field})
    credential = evolve(without_lost(person, edited), contact=None)
    return Becomes(sub_account=edited, credential=credential, happened=(SubAccountEdited(fields=(pending.field,)),))


def waiting(person: Person, /) -> PendingContact:
    """Return the contact that waits for its proof; raise `LinkRefused` (`unknown`) when none does."""
    if person.credential.contact is None:
        raise LinkRefused(why="unknown")
    return person.credential.contact


def code_that_is_out(person: Person, /, *, now: datetime) -> ProofRef:
    """Return the code for a new phone that would still be taken; raise `LinkRefused`: `expired`, `unknown` for none."""
    proof = waiting(person).proof
    version, epoch = person.account.policy_version, person.organization.epoch
    if proof.form is not Form.CODE or not proof.valid(policy_version=version, epoch=epoch):
        raise LinkRefused(why="unknown")
    if proof.expires_at <= now:
        raise LinkRefused(why="expired")
    return proof.ref(purpose=Purpose.CONTACT, owner=person.sub_account.id.value)


def wrong_code(person: Person, /) -> tuple[Becomes, ProofRefused]:
    """Count a wrong code on the proof, and refuse; the fifth ends it."""
    pending = waiting(person)
    contact = evolve(pending, proof=pending.proof.mistyped())
    credential = evolve(person.credential, contact=contact)
    return Becomes(sub_account=person.sub_account, credential=credential, happened=()), ProofRefused()
