"""What happened on the ways in, in the past tense: messages, recovery, changed contacts, sign-ups, company accounts.

As in `events`: never a secret, never an address.
"""

from __future__ import annotations

from typing import final

from attrs import frozen


@final
@frozen(kw_only=True)
class ActivationSwitched:
    """Say that an organization changed how its people are told; `automatic` are the ways after which they are told at once."""

    automatic: tuple[str, ...]


@final
@frozen(kw_only=True)
class IssuersChanged:
    """Say which company accounts an organization's people can come by now."""

    issuers: tuple[str, ...]


@final
@frozen(kw_only=True)
class SignUpSwitched:
    """Say that an account offers people to sign up alone, or does not any more."""

    offered: bool


@final
@frozen(kw_only=True)
class ActivationSent:
    """Say that a person was to be told how to come in, and by which channel; the message is sent later."""

    channel: str


@final
@frozen(kw_only=True)
class NoticeDelivered:
    """Say that a provider took a notice over; `notice` is its id, which is in the message too."""

    notice: str
    kind: str
    channel: str
    provider_id: str


@final
@frozen(kw_only=True)
class NoticeCancelled:
    """Say that a notice was overtaken before it was sent, and was not."""

    notice: str
    kind: str


@final
@frozen(kw_only=True)
class NoticeGivenUp:
    """Say that a notice will not be sent: `why` is `rejected`, or `too_many_tries`. It is a dead letter for an operator."""

    notice: str
    kind: str
    why: str


@final
@frozen(kw_only=True)
class DeadLetterRetried:
    """Say that an operator had a dead letter sent again."""

    notice: str


@final
@frozen(kw_only=True)
class DeadLetterDropped:
    """Say that an operator dropped a dead letter."""

    notice: str


@final
@frozen(kw_only=True)
class RecoveryRequested:
    """Say that somebody asked for another password; the present one works until the proof is used."""

    channel: str


@final
@frozen(kw_only=True)
class PasswordRecovered:
    """Say that a person created another password by a proof that was sent; every sign-in of before ended."""


@final
@frozen(kw_only=True)
class ContactChangeRequested:
    """Say that a person wants another e-mail or phone; nothing changes before the proof. `field` is which."""

    field: str


@final
@frozen(kw_only=True)
class SignUpRequested:
    """Say that somebody began to sign up; never with which contact. `known` says that the contact belongs to somebody."""

    channel: str
    known: bool


@final
@frozen(kw_only=True)
class MessageBudgetSpent:
    """Say that a message that nobody of the organization asked for was not sent, because the day's budget is spent."""

    channel: str


@final
@frozen(kw_only=True)
class IdentityLinked:
    """Say that a company account leads to a person now; `how` is what found it when it came by it for the first time:
    `external_id`, `email`, `created`; or `person`: it linked the account itself while it was signed in."""

    issuer: str
    how: str


@final
@frozen(kw_only=True)
class IdentityUnlinked:
    """Say that a company account leads to a person no more; its sign-ins ended."""

    issuer: str
