"""The rules of telling people how to come in: whom an activation goes to and by which way, and slips that are handed over.

An activation is a new claim link or code, and the one before is dead; it goes to people who wait and to nobody else: who
signed in already, and was not reset since, has no use for it. Which way is `contacts`, what is told is `tellings`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final, final

from attrs import evolve, frozen

from . import codes, people, tellings
from .account import HostRole
from .activation_events import ActivationSent
from .channel import Channel, channel_of
from .contacts import Chosen, choose
from .credential import ClaimCode
from .dialogue import Standing
from .events import CodeIssued, Happening
from .ids import SubAccountId
from .life import State
from .notice import NoticeKind
from .people import Becomes
from .proof import Form
from .registration import can_complete
from .scene import shut_at
from .sub_account import Person
from .subscription import Subscription

_SHUT: Final[Mapping[Standing, str]] = MappingProxyType(
    {
        Standing.ACCOUNT_CLOSED: "account_closed",
        Standing.BARRED: "host_account_barred",
        Standing.LAPSED: "subscription_lapsed",
    }
)
"""What is in the way of everybody of an account, as it is said of one person."""


@final
@frozen(kw_only=True)
class ActivationLine:
    """Say of one person what it would be told and how, or was.

    `kind` is the message, and `form` the proof that it carries: a link or a code, None for who comes by a company account,
    which proves by itself. `to` is the address, masked. All three are None where there is no message. `sent` says that a
    message was decided on. `why` says why nobody is told: `not_waiting`; what keeps an activation from being used,
    `account_closed`, `host_account_barred`, `subscription_lapsed` (where a lapse blocks) and `record_incomplete` (the
    administrator's to give); `not_reachable` (hand over a slip), `company_account`, or the code of a refusal.
    """

    sub_account: SubAccountId
    login: str | None = None
    channel: Channel | None = None
    kind: NoticeKind | None = None
    form: Form | None = None
    to: str | None = None
    sent: bool = False
    why: str | None = None


@final
@frozen(kw_only=True)
class Activated:
    """Hold what telling one person leads to: its line, and what becomes of it; None where nothing does."""

    line: ActivationLine
    becomes: Becomes | None = None


def activate(
    person: Person,
    /,
    *,
    roles: frozenset[HostRole],
    subscription: Subscription,
    code_id: str,
    key: str,
    now: datetime,
) -> Activated:
    """Decide how one person is told, and what it carries; `roles` are the host account's."""
    sub, organization = person.sub_account, person.organization
    line = ActivationLine(sub_account=sub.id, login=sub.login.text)
    if sub.state is not State.WAITING:
        return Activated(line=evolve(line, why="not_waiting"))
    useless = why_useless(person, roles=roles, subscription=subscription, now=now)
    if useless is not None:
        return Activated(line=evolve(line, why=useless))
    chosen = choose(sub, organization.activation, organization.issuers, sms=subscription.sms)
    line = evolve(line, channel=chosen.channel, to=chosen.to.masked if chosen.to is not None else None)
    if chosen.to is None:
        why = "company_account" if chosen.issuer is not None else "not_reachable"
        return Activated(line=evolve(line, why=why))
    becomes = tell(person, chosen, code_id=code_id, key=key, now=now)
    kind, proof = becomes.tellings[0].kind, becomes.tellings[0].proof
    form = proof.form if proof is not None else None
    return Activated(line=evolve(line, kind=kind, form=form, sent=True), becomes=becomes)


def why_useless(
    person: Person, /, *, roles: frozenset[HostRole], subscription: Subscription, now: datetime
) -> str | None:
    """Return why who waits could not come in by an activation, or None where it could."""
    shut = shut_at(person.organization, person.account, roles=roles, subscription=subscription, now=now)
    if shut is not None:
        return _SHUT[shut]
    return None if can_complete(person.sub_account.profile, person.account.policy) else "record_incomplete"


def tell(person: Person, chosen: Chosen, /, *, code_id: str, key: str, now: datetime) -> Becomes:
    """Return what telling a person by the way chosen leads to; without an address nobody is told."""
    sub, organization, account = person.sub_account, person.organization, person.account
    code = codes.sent(chosen, id=code_id, key=key, organization=organization, account=account, now=now)
    told = tellings.activation(sub, code, chosen, organization=organization, account=account)
    credential = person.credential if code is None else evolve(person.credential, code=code)
    issued: tuple[Happening, ...] = (CodeIssued(expires_at=code.expires_at),) if code is not None else ()
    sent = tuple(ActivationSent(channel=channel_of(each.to).value) for each in told)
    return Becomes(sub_account=sub, credential=credential, happened=(*issued, *sent), tellings=told)


def slip(person: Person, /, *, code: ClaimCode, reissue: bool, now: datetime) -> Becomes | None:
    """Return what putting out a slip leads to, or None when the one that is out is printed again.

    A slip that is out and alive stays as it is unless it is to be reissued: what hangs on a wall goes on working. Raises
    `WrongState` for who does not wait.
    """
    held, alive = person.credential.code, codes.alive
    organization, account = person.organization, person.account
    out = held is not None and held.form is Form.SLIP and held.chosen is None
    if out and not reissue and alive(held, organization=organization, account=account, now=now):
        return None
    return people.issue_code(person, code=code)
