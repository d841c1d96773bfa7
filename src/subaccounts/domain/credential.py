"""A person's credential: the row that a sign-in reads and writes, and on which parallel guesses serialize.

It is kept apart from the public view of a person, so that no list or answer can carry a hash.
"""

from __future__ import annotations

from datetime import datetime
from typing import final

from attrs import evolve, field, frozen

from .attempts import Attempts
from .channel import Address, field_of
from .ids import CredentialId, StrangerId
from .key import Key
from .organization import FIRST_EPOCH
from .password import PasswordHash
from .proof import Form, SentProof


@final
@frozen(kw_only=True)
class ClaimCode:
    """Hold what is stored of what proves a claim: never the code or link, which is derived from `id` under the key `key`.

    It works at most once, until `expires_at` (UTC), while the account's policy is still of `policy_version` and the
    organization in `organization_epoch`, and until it was mistyped five times (`wrong`). One that is sent has the address
    it went to in `sent_to`, and its life begins when a worker first takes the message: `begun` is false until then. For a
    code that somebody chose, `chosen` is what it and `id` become under the key (hex), and nothing it could be read from.
    """

    id: str
    key: str
    issued_at: datetime
    expires_at: datetime
    policy_version: int
    organization_epoch: str = FIRST_EPOCH
    wrong: int = 0
    form: Form = Form.SLIP
    sent_to: str | None = None
    begun: bool = True
    chosen: str | None = field(default=None, repr=False)


@final
@frozen(kw_only=True)
class PendingContact:
    """Hold an e-mail or phone that a person wants to have, until it is proven; nothing has changed before that."""

    to: Address
    proof: SentProof

    @property
    def field(self) -> str:
        """Return the field it is to become."""
        return field_of(self.to)

    def killed(self) -> PendingContact:
        """Return it with its proof dead; when it was asked for stays known, so that the next waits."""
        return evolve(self, proof=self.proof.killed())


@final
@frozen(kw_only=True)
class Credential:
    """Hold a person's proofs and wrong attempts.

    `waiting_since` is when the person was added or last reset (UTC): an open claim's window is counted from it.
    `code` is the one claim code or link that is out, if any; issuing another replaces it. `password` is there when the
    person is active, unless it comes by a company account alone, and never when it waits. `recovery` is the proof that was
    sent for a forgotten password, `contact` the new address that waits for its proof. `reminded_at` is when somebody who was
    not signed in last had a message sent to the person (UTC). `last_sign_in_at` says on which day (UTC) the person last
    signed in: it is one of that day's sign-ins, all of which are in the audit trail. None for who never signed in.
    """

    id: CredentialId
    version: int = 0
    waiting_since: datetime
    code: ClaimCode | None = None
    password: PasswordHash | None = field(default=None, repr=False)
    attempts: Attempts = Attempts()
    recovery: SentProof | None = None
    contact: PendingContact | None = None
    reminded_at: datetime | None = None
    last_sign_in_at: datetime | None = None

    @property
    def keys(self) -> frozenset[Key]:
        """Return no keys."""
        return frozenset()


@final
@frozen(kw_only=True)
class Stranger:
    """Hold the wrong attempts under a login that nobody has, found by a keyed digest of realm, login and terminal."""

    id: StrangerId
    version: int = 0
    attempts: Attempts = Attempts()
    last_at: datetime

    @property
    def keys(self) -> frozenset[Key]:
        """Return no keys."""
        return frozenset()
