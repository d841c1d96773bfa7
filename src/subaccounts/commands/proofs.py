"""Proofs at hand while a command runs: codes and links derived, minted and compared, passwords hashed and checked.

Beside them the two things every derivation needs: that the store and the key ring belong together, and new ids.
"""

from __future__ import annotations

from datetime import datetime

from attrs import define, evolve, field

from ..domain import codes, generation, link
from ..domain.credential import ClaimCode, Credential
from ..domain.ids import OrganizationId, SubAccountId
from ..domain.organization import Organization
from ..domain.password import PasswordHash
from ..domain.proof import Form, ProofRef
from ..domain.secret import Secret
from ..domain.sub_account import Person, SubAccount
from ..errors import KeyRingFailed
from ..ports import AsyncHasher, Entropy, Keys


@define(kw_only=True)
class ProofsAtHand:
    """Hold the ports that proofs need, for one try of a `handle`; `now` is its time (UTC).

    `repeating` says that the try answers a request that was answered before.
    """

    hasher: AsyncHasher
    keys: Keys
    entropy: Entropy
    now: datetime
    repeating: bool = field(default=False, init=False)
    _verified: dict[tuple[int, str | None], bool] = field(factory=dict, repr=False)
    _hashed: dict[int, PasswordHash] = field(factory=dict, repr=False)

    def new_id(self) -> str:
        """Return a new identifier."""
        return self.entropy.identifier(self.now)

    def require_ring(self, organization: Organization, /) -> None:
        """Raise unless the organization and the key ring belong together, before anything is proven or issued.

        `KeyRingFailed` (`foreign`) under another ring, `NotRestored` when the two are not of the same time.
        """
        if organization.generation != self.keys.generation:
            self.keys.reload()  # another process has advanced the ring, or a job is about to
        generation.require(organization, ring=self.keys.ring, generation=self.keys.generation)

    def new_code(self, person: Person, /) -> ClaimCode:
        """Return the stored part of a new claim code for a person."""
        organization, account, key = person.organization, person.account, self.keys.current
        return codes.issue(id=self.new_id(), key=key, organization=organization, account=account, now=self.now)

    def chosen_code(self, person: Person, typed: Secret, /) -> ClaimCode:
        """Return the stored part of a code that somebody chose: what it becomes under the key, and nothing to read it from."""
        code = self.new_code(person)
        parts = codes.chosen_parts(person.sub_account.id, code.id, typed)
        digest = self.keys.derive(purpose=codes.CHOSEN_PURPOSE, parts=parts, key=code.key)
        return evolve(code, chosen=digest.hex())

    def code_digest(self, person: SubAccountId, code: ClaimCode | None, /) -> bytes:
        """Derive what a person's claim code is made of; without a code it does the same work for nothing."""
        parts = codes.parts(person, code)
        return self.keys.derive(purpose=codes.PURPOSE, parts=parts, key=code.key if code else None)

    def no_digest(self) -> bytes:
        """Do the work of deriving a claim code where there is nobody to have one."""
        return self.keys.derive(purpose=codes.PURPOSE, parts=("", "", ""))

    def is_retired(self, person: SubAccountId, code: ClaimCode | None, /) -> bool:
        """Tell whether the key that made a person's claim code was retired, which killed the code."""
        try:
            self.code_digest(person, code)
        except KeyRingFailed as failed:
            if not failed.lacks(code.key if code else None):
                raise
            return True
        return False

    def proof_digest(self, organization: OrganizationId, ref: ProofRef, /) -> bytes:
        """Derive a proof that is sent, or was: a link's or a code's digest. Raises `KeyRingFailed` for a retired key."""
        purpose = link.purpose_of(ref.purpose, ref.form)
        return self.keys.derive(purpose=purpose, parts=link.parts(organization, ref.owner, ref.id), key=ref.key)

    def known_digest(self, organization: OrganizationId, ref: ProofRef | None, /, *, like: str) -> tuple[bytes, bool]:
        """Derive a proof that is out and tell whether there is one; where not, the same work is done for one `like` it.

        A key that was retired killed its proofs, and nothing else: told by an error, it would tell who had one.
        """
        if ref is not None:
            try:
                return self.proof_digest(organization, ref), True
            except KeyRingFailed as failed:
                if not failed.lacks(ref.key):
                    raise
        return self.keys.derive(purpose=like, parts=("", "", "")), False

    def mint(self, person: SubAccount, code: ClaimCode | None, /) -> codes.IssuedCode | None:
        """Return the code to hand over for its stored part; None for what is sent, or was chosen by who hands it over.

        Asked for again, one whose key was retired since is None too: it is dead. A new one needs its key, or nothing is done.
        """
        if code is None or code.form is not Form.SLIP or code.chosen is not None:
            return None
        if self.repeating and self.is_retired(person.id, code):
            return None
        text = codes.text(self.code_digest(person.id, code))
        return codes.IssuedCode(
            sub_account=person.id, login=person.login.text, code=Secret(text), expires_at=code.expires_at
        )

    async def is_password(self, secret: Secret, credential: Credential | None, /, *, closed: bool = False) -> bool:
        """Tell whether the secret is the person's password; the same work is done where there is none.

        One that was mixed with a key that was retired raises `KeyRingFailed`; behind a `closed` door it is nobody's, or the
        error would tell who has it. Remembered within one `handle`, so that deciding again costs no second hash.
        """
        stored = credential.password if credential is not None else None
        remembered = (id(secret), stored.encoded if stored else None)
        if remembered not in self._verified:
            try:
                right = await self.hasher.matches(password=secret, stored=stored) is True
            except KeyRingFailed as failed:
                if not (closed and stored and failed.lacks(stored.pepper)):
                    raise
                right = False
            self._verified[remembered] = right
        return self._verified[remembered]

    async def hashed(self, secret: Secret, /) -> PasswordHash:
        """Return the secret's hash, made once within one `handle`."""
        if id(secret) not in self._hashed:
            self._hashed[id(secret)] = await self.hasher.hash(secret)
        return self._hashed[id(secret)]
