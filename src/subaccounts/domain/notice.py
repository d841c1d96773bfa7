"""Notices: that somebody is to be told something, decided and committed with the change that caused it, sent later.

A rule decides a `Telling`; it is worded and stamped as it is committed, and is a `Notice` from then on: address and wording
do not change any more. It waits as a task of the queue `notices`. What sends it, and when it is overtaken, is `delivery`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from types import MappingProxyType
from typing import Final, final

from attrs import field, frozen

from .channel import Address
from .ids import AccountId, OrganizationId, SubAccountId
from .language import Language
from .membership import InvitationRef
from .proof import ProofRef
from .wording import Wording

NOTICES: Final = "notices"
"""The queue of what is to be sent."""
DEAD_LETTERS: Final = "dead_letters"
"""The queue of what was given up; an operator looks at it, nobody takes from it."""


class NoticeKind(Enum):
    """What a person is told; each has a template in every language of the messages."""

    ACTIVATION = "activation"
    """You were added; this link or code creates your password."""
    ACTIVATION_BY_SSO = "activation_by_sso"
    """You were added; sign in with your company account."""
    INVITATION = "invitation"
    """You are invited to a group; sign in to accept or decline."""
    WELCOME = "welcome"
    """You signed up; this is your login."""
    RECOVERY = "recovery"
    """Somebody, we hope you, forgot the password; this link or code creates another."""
    PROVE_CONTACT = "prove_contact"
    """This address is to become yours; this link or code proves it."""
    PROVE_SIGN_UP = "prove_sign_up"
    """Somebody, we hope you, signs up with this address; this link or code goes on."""
    ALREADY_SIGNED_UP = "already_signed_up"
    """Somebody, we hope you, tried to sign up; you are here already: sign in, or ask for another password."""
    CLAIMED = "claimed"
    """Your login was claimed."""
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - the name of a notice, not a password
    """Your password was changed."""
    PASSWORD_RESET = "password_reset"  # noqa: S105 - the name of a notice, not a password
    """An administrator reset your password."""
    EMAIL_CHANGED = "email_changed"
    """Your e-mail was changed."""
    PHONE_CHANGED = "phone_changed"
    """Your phone was changed."""
    IDENTITY_LINKED = "identity_linked"
    """Your login opens with a company account now."""
    IDENTITY_UNLINKED = "identity_unlinked"
    """An administrator unlinked a company account from your login."""
    LOGIN_CHANGED = "login_changed"
    """Your login was changed."""


SECURITY: Final = frozenset(
    {
        NoticeKind.CLAIMED,
        NoticeKind.PASSWORD_CHANGED,
        NoticeKind.PASSWORD_RESET,
        NoticeKind.EMAIL_CHANGED,
        NoticeKind.PHONE_CHANGED,
        NoticeKind.IDENTITY_LINKED,
        NoticeKind.IDENTITY_UNLINKED,
        NoticeKind.LOGIN_CHANGED,
    }
)
"""What goes to every contact, old and new, and cannot be switched off by the person (OWASP ASVS 5.0 6.3.7)."""


def _frozen_values(values: Mapping[str, str]) -> Mapping[str, str]:
    return MappingProxyType(dict(values))


@final
@frozen(kw_only=True)
class Telling:
    """Hold what a rule decided to tell, before it is worded.

    `values` are what the template can name: `organization`, `name` (the full name, or the login), `login`, and by kind
    `account`, `contact` (the new one, masked), `before` (the login of before), `issuer`, `group`, `lasts_days` or
    `lasts_minutes`. A person's own words are among them, and are never read as a template.
    """

    kind: NoticeKind
    to: Address
    organization: OrganizationId
    language: Language
    account: AccountId | None = None
    sub_account: SubAccountId | None = None
    proof: ProofRef | None = None
    invitation: InvitationRef | None = None
    values: Mapping[str, str] = field(factory=dict, converter=_frozen_values, hash=False)


@final
@frozen(kw_only=True)
class Notice:
    """Hold what is to be sent: to whom, in which words, with which proof, of which invitation. `at` is when it was decided
    (UTC).

    `id` stays the same however often it is sent, and is in the message itself.
    """

    id: str
    organization: OrganizationId
    at: datetime
    kind: NoticeKind
    to: Address
    language: Language
    account: AccountId | None = None
    sub_account: SubAccountId | None = None
    proof: ProofRef | None = None
    invitation: InvitationRef | None = None
    wording: Wording
