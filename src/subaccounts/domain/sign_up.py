"""Signing up alone: the form an account offers, and an attempt that waits for the proof of its contact.

No one is there before the proof: an attempt holds no key, takes no seat and is in no list. What a form asks and gives is
`sign_up_form`, what happens with an attempt is `signing_up`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum
from typing import Final, final

from attrs import evolve, field, frozen

from ..errors import FieldRefused
from . import fields as f
from .channel import Address, Channel
from .fields import Kind
from .ids import AccountId, DepartmentId, JobProfileId, PermissionTypeId, SignUpId
from .key import Key
from .login import Login
from .profile import NO_PROFILE, Profile
from .proof import SentProof

MOST_FIELDS: Final = 50
"""Fields of one form; a page of a dozen is long."""
MOST_CHOICES: Final = 200
"""Choices of one form, all its fields together, and departments of one: a form is read with every sign-in at its account."""
SIGN_UP_FIELDS: Final = frozenset({f.FULL_NAME, f.GIVEN_NAME, f.FAMILY_NAME, f.POSITION, f.LANGUAGE})
"""The built-in fields a form can ask for, beside a host's own; contact and login are asked for by `SignUpBy`."""
ATTEMPT_LASTS: Final = timedelta(days=1)
"""How long an attempt waits for its proof, counted from its last message: from when it was decided, or first taken to be sent."""
COOL_DOWN: Final = timedelta(minutes=2)
"""How long after a message nobody is sent another."""
MOST_MESSAGES: Final = 5
"""Messages of one attempt. The next attempt begins when a day has passed since the last, so that no 24 hours have more."""
MOST_NAMES: Final = 10
"""Usernames that an attempt can ask for and not get, however often it is begun again: who has proven a contact could ask for
every login there is. Nothing comes of it then, and the next one begins as with `MOST_MESSAGES`."""


class SignUpBy(Enum):
    """What a person signs up with: an e-mail, which it then signs in with too, or a username with a phone."""

    EMAIL = "email"
    USERNAME_AND_PHONE = "username_and_phone"

    @property
    def contact(self) -> str:
        """Return the field that holds the contact, which is proven."""
        return f.EMAIL if self is SignUpBy.EMAIL else f.PHONE

    @property
    def channel(self) -> Channel:
        """Return the channel that the proof is sent by."""
        return Channel.EMAIL if self is SignUpBy.EMAIL else Channel.SMS


@final
@frozen(kw_only=True)
class SignUpField:
    """Say of one field of a form: required or not, and the texts to choose from; None takes any.

    A choice of the language is a tag: `da`, `zh-Hant`.
    """

    name: str
    required: bool = True
    choices: tuple[str, ...] | None = None

    def __attrs_post_init__(self) -> None:
        if self.name not in SIGN_UP_FIELDS and not self.name.startswith("host:"):
            raise ValueError("a form asks for names, position, language and the host's own fields")
        try:
            f.field_type(self.name)
        except FieldRefused as refusal:
            raise ValueError("a form asks for fields that exist") from refusal
        if self.choices is not None and not self.choices:
            raise ValueError("there is nothing to choose from")


@final
@frozen(kw_only=True)
class SignUpForm:
    """Hold the form an account offers on its sign-in page.

    `departments` is where everybody is put; with `chosen` true the person chooses one of them instead. Kind, permission types
    and job profile are given to everybody who signs up.
    """

    by: SignUpBy = SignUpBy.EMAIL
    fields: tuple[SignUpField, ...] = (SignUpField(name=f.FULL_NAME),)
    permission_types: frozenset[PermissionTypeId] = frozenset()
    job_profile: JobProfileId | None = None
    departments: frozenset[DepartmentId] = frozenset()
    chosen: bool = False
    kind: Kind = Kind.EMPLOYEE

    def __attrs_post_init__(self) -> None:
        names = [each.name for each in self.fields]
        if len(set(names)) != len(names) or len(names) > MOST_FIELDS:
            raise ValueError(f"a form asks for at most {MOST_FIELDS} fields, and for each once")
        if sum(len(each.choices or ()) for each in self.fields) > MOST_CHOICES or len(self.departments) > MOST_CHOICES:
            raise ValueError(f"a form has at most {MOST_CHOICES} choices, and as many departments")
        given = () if self.chosen else self.departments
        if max(len(self.permission_types), len(given)) > f.MOST_VALUES:
            raise ValueError(f"a person has at most {f.MOST_VALUES} departments or permission types")
        if self.chosen and not self.departments:
            raise ValueError("there is nothing to choose a department from")


@final
@frozen(kw_only=True)
class SignUp:
    """Hold one attempt to sign up; its id is a keyed digest of account and contact, so that a contact has one at most.

    `profile` is what the person gave, its contact among it. `login` is the username asked for; by e-mail it is None, and the
    e-mail is the login. `known` says that the contact belongs to somebody here: nothing can come of it, and nobody outside can
    tell. Since `began_at`, `sent` counts messages and `names` the usernames that could not be had. Times are UTC; what is older
    than `expires_at` is swept.
    """

    id: SignUpId
    version: int = 0
    account: AccountId
    login: Login | None = None
    profile: Profile = field(default=NO_PROFILE)
    proof: SentProof
    known: bool = False
    sent: int = 1
    names: int = 0
    began_at: datetime
    expires_at: datetime

    @property
    def keys(self) -> frozenset[Key]:
        """Return no keys: an attempt takes no name from anybody."""
        return frozenset()

    @property
    def ends_at(self) -> datetime:
        """Return when its link or code ends (UTC)."""
        return min(self.proof.expires_at, self.expires_at)

    @property
    def contact(self) -> Address:
        """Return what is to be proven, as the person gave it."""
        contact = self.profile.email or self.profile.phone
        assert contact is not None, "an attempt has a contact"  # noqa: S101 - narrows the type
        return contact

    def begin(self, *, lasts: timedelta, now: datetime) -> SignUp:
        """Return it with the life of its proof begun now, a day at most; it waits for as long as its proof lives."""
        proof = self.proof.begin(lasts=min(lasts, ATTEMPT_LASTS), now=now)
        if proof == self.proof:
            return self
        return evolve(self, proof=proof, expires_at=max(self.expires_at, proof.expires_at))

    def quiet(self, *, now: datetime) -> bool:
        """Tell whether nobody is sent another message for this contact now: so soon, so often, or for nothing."""
        spent = self.sent >= MOST_MESSAGES or self.names >= MOST_NAMES
        return now < self.expires_at and (spent or now < self.proof.issued_at + COOL_DOWN)


@final
@frozen(kw_only=True)
class SignUpBegun:
    """Answer whoever begins to sign up, the same whether or not the contact is known here.

    `sign_up` goes with the code that is typed later. `channel` is where to look for the message, `masked` the contact as the
    page can show it.
    """

    sign_up: SignUpId
    channel: Channel
    masked: str
