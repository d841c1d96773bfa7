"""Proofs that are sent: links and codes, derived from an id under the key ring and never stored; how long each lives.

What a claim needs beside this, the policy it was issued under, is `credential.ClaimCode`; how codes are typed and compared
is `codes`, how links are written is `link`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import Enum
from types import MappingProxyType
from typing import Final, final

from attrs import evolve, frozen


class Form(Enum):
    """What a proof looks like: a link to follow, a code to type from a message, a code on a slip handed over."""

    LINK = "link"
    CODE = "code"
    SLIP = "slip"


class Purpose(Enum):
    """What a proof is for; one for one purpose opens nothing else."""

    CLAIM = "claim"
    RECOVERY = "recovery"
    CONTACT = "contact"
    SIGN_UP = "sign_up"


LASTS: Final[Mapping[Form, timedelta]] = MappingProxyType(
    {Form.LINK: timedelta(days=14), Form.CODE: timedelta(minutes=10), Form.SLIP: timedelta(days=30)}
)
"""How long each form lives unless an organization says less. A code typed from a message ends after ten minutes (OWASP ASVS
5.0 6.5.5); a link is no such code, and a slip lies in a drawer for weeks."""
WRONG_TRIES: Final = 5
"""Wrong codes after which the right one is dead too."""
COOL_DOWN: Final = timedelta(minutes=5)
"""How long after a message another one is not sent, so that nobody fills a mailbox by asking again and again."""


@final
@frozen(kw_only=True)
class ProofRef:
    """Name a proof that a message carries: enough to derive it again, and nothing of it.

    `owner` is the id of whom it belongs to: a sub-account, or an attempt to sign up.
    """

    purpose: Purpose
    form: Form
    owner: str
    id: str
    key: str


@final
@frozen(kw_only=True)
class SentProof:
    """Hold what is stored of a proof that a message carries; the proof is derived from `id` under the key `key`.

    It works at most once, until `expires_at` (UTC), under the account's policy and in the organization's epoch it was
    issued in, until it was mistyped five times (`wrong`), and while `sent_to` is the address it went to. Its life begins
    when a worker first takes the message: until then `begun` is false and `expires_at` is what it would be had that been
    at once.
    """

    id: str
    key: str
    form: Form
    sent_to: str
    issued_at: datetime
    expires_at: datetime
    policy_version: int
    organization_epoch: str
    begun: bool = False
    wrong: int = 0

    def valid(self, *, policy_version: int, epoch: str) -> bool:
        """Tell whether it would be taken at its time; both are the account's and the organization's now."""
        same = self.policy_version == policy_version and self.organization_epoch == epoch
        return same and self.wrong < WRONG_TRIES

    def alive(self, *, policy_version: int, epoch: str, now: datetime) -> bool:
        """Tell whether it would still be taken; version and epoch are the account's and the organization's now."""
        return now < self.expires_at and self.valid(policy_version=policy_version, epoch=epoch)

    @property
    def cools_until(self) -> datetime:
        """Return when another message can follow (UTC); whether this one still works makes no difference."""
        return self.issued_at + COOL_DOWN

    def begin(self, *, lasts: timedelta, now: datetime) -> SentProof:
        """Return it with its life begun now; one that has begun stays as it is, whatever is sent again."""
        return self if self.begun else evolve(self, begun=True, expires_at=now + lasts)

    def mistyped(self) -> SentProof:
        """Return it with one more wrong try on its record."""
        return evolve(self, wrong=self.wrong + 1)

    def killed(self) -> SentProof:
        """Return it dead for good, with the time of its message: what ends a proof must not end a cool-down."""
        return evolve(self, wrong=WRONG_TRIES)

    def ref(self, *, purpose: Purpose, owner: str) -> ProofRef:
        """Return what a message says of it."""
        return ProofRef(purpose=purpose, form=self.form, owner=owner, id=self.id, key=self.key)
