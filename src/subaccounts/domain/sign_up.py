"""Signing up alone: the form an account offers, and an attempt that waits for the proof of its contact.

No one is there before the proof: an attempt holds no key, takes no seat and is in no list. What happens with one is
`signing_up`.
"""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Final, final

from attrs import field, frozen

from . import fields as f
from .ids import AccountId, DepartmentId, JobProfileId, PermissionTypeId, SignUpId
from .key import Key
from .login import Login
from .profile import NO_PROFILE, Profile
from .proof import SentProof

MOST_CHOICES: Final = 200
"""Choices of one field of a form."""
SIGN_UP_FIELDS: Final = frozenset({f.FULL_NAME, f.GIVEN_NAME, f.FAMILY_NAME, f.POSITION, f.LANGUAGE})
"""The built-in fields a form can ask for, beside a host's own; contact and login are asked for by `SignUpBy`."""


class SignUpBy(Enum):
    """What a person signs up with: an e-mail, which it then signs in with too, or a username with a phone."""

    EMAIL = "email"
    USERNAME_AND_PHONE = "username_and_phone"


@final
@frozen(kw_only=True)
class SignUpField:
    """Say of one field of a form: required or not, and the texts to choose from; None takes any."""

    name: str
    required: bool = True
    choices: tuple[str, ...] | None = None

    def __attrs_post_init__(self) -> None:
        if f.field_type(self.name) is not f.FieldType.TEXT and self.name not in SIGN_UP_FIELDS:
            raise ValueError("a form asks for texts and the language")
        if self.choices is not None and not 1 <= len(self.choices) <= MOST_CHOICES:
            raise ValueError("a field has between one and 200 choices")


@final
@frozen(kw_only=True)
class SignUpForm:
    """Hold the form an account offers on its sign-in page.

    `departments` is where everybody is put; with `chosen` true the person chooses one of them instead. Permission types and
    job profile are given to everybody who signs up.
    """

    by: SignUpBy = SignUpBy.EMAIL
    fields: tuple[SignUpField, ...] = (SignUpField(name=f.FULL_NAME),)
    permission_types: frozenset[PermissionTypeId] = frozenset()
    job_profile: JobProfileId | None = None
    departments: frozenset[DepartmentId] = frozenset()
    chosen: bool = False

    def __attrs_post_init__(self) -> None:
        names = [each.name for each in self.fields]
        if len(set(names)) != len(names):
            raise ValueError("a form asks for a field once")
        if self.chosen and not self.departments:
            raise ValueError("there is nothing to choose a department from")


@final
@frozen(kw_only=True)
class SignUp:
    """Hold one attempt to sign up; its id is a keyed digest of account and contact, so that a contact has one at most.

    `known` says that the contact belongs to somebody here: nothing can come of it, and nobody outside can tell. `login` is
    the username asked for; by e-mail it is None, and the e-mail is the login. `sent` counts messages since `began_at`.
    Times are UTC; what is older than `expires_at` is swept.
    """

    id: SignUpId
    version: int = 0
    account: AccountId
    login: Login | None = None
    profile: Profile = field(default=NO_PROFILE)
    proof: SentProof
    known: bool = False
    sent: int = 1
    began_at: datetime
    expires_at: datetime

    @property
    def keys(self) -> frozenset[Key]:
        """Return no keys: an attempt takes no name from anybody."""
        return frozenset()
