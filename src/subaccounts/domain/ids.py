"""Identifiers. Every id below the organization carries the organization's, so a lookup without its tenant cannot be
written. The values are opaque texts (UUIDv7 from the Entropy port); hosts store them as they are."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final, Protocol, Self, final, get_args

from attrs import field, frozen

from ..errors import InvalidValue

LONGEST_ID: Final = 200
"""Characters of an id that somebody else made: an organization's, a host user's; our own are UUIDs of 36."""


LONGEST_TERMINAL: Final = 128
"""Characters of a terminal's name."""
LONGEST_TYPE: Final = 40
"""Characters of a host's word for what a resource is."""
_TYPE: Final = rf"[a-z][a-z0-9_-]{{0,{LONGEST_TYPE - 1}}}"
_IS_TYPE: Final = re.compile(_TYPE)
_TYPED: Final = re.compile(rf"{_TYPE}/.+")


def opaque(*, of: str, longest: int = LONGEST_ID, printable: bool = True) -> Callable[[object, Any, str], None]:
    """Return an attrs validator for a text that is compared and stored, never read: short, and with nothing unseen.

    Ids come back from URLs and sessions, so that anybody writes them. The validator raises `InvalidValue` for the field
    `of`: `not_text`, `empty`, `too_long`, `characters` (controls, what is not printable, always lone surrogates).
    `printable=False` is for stored keys: those that another version of Unicode made have to come back too.
    """

    def judge(_holder: object, _attribute: Any, value: str) -> None:
        if not isinstance(value, str):
            raise InvalidValue(field=of, problem="not_text")
        if not 0 < len(value) <= longest:
            raise InvalidValue(field=of, problem="too_long" if value else "empty", limit=longest if value else None)
        if not value.isprintable() and (printable or any("\ud800" <= letter <= "\udfff" for letter in value)):
            raise InvalidValue(field=of, problem="characters")

    return judge


class RecordId(Protocol):
    """Identify one stored record: its tenant, its kind and its own value."""

    kind: ClassVar[str]

    @property
    def organization(self) -> OrganizationId: ...

    @property
    def value(self) -> str: ...


@final
@frozen(kw_only=True, cache_hash=True)  # it is part of every other id, and hashed with each of them
class OrganizationId:
    """Identify a customer, the tenant."""

    kind: ClassVar[str] = "organization"
    value: str = field(validator=opaque(of="organization"))

    @property
    def organization(self) -> OrganizationId:
        """Return itself: an organization belongs to itself."""
        return self


@final
@frozen(kw_only=True)
class AccountId:
    """Identify a host-side account that persons live under."""

    kind: ClassVar[str] = "account"
    organization: OrganizationId
    value: str = field(validator=opaque(of="account"))


@final
@frozen(kw_only=True)
class SubAccountId:
    """Identify a person under an account; it never changes and is never reused. Hosts key that person's data by it."""

    kind: ClassVar[str] = "sub_account"
    organization: OrganizationId
    value: str = field(validator=opaque(of="sub_account"))

    @property
    def credential(self) -> CredentialId:
        """Return the id of the person's credential row, which shares the value."""
        return CredentialId(organization=self.organization, value=self.value)


@final
@frozen(kw_only=True)
class CredentialId:
    """Identify the row that holds a person's password hash, code and attempts."""

    kind: ClassVar[str] = "credential"
    organization: OrganizationId
    value: str = field(validator=opaque(of="credential"))


@final
@frozen(kw_only=True)
class StrangerId:
    """Identify the attempts made under a login nobody has: a keyed digest, never the login."""

    kind: ClassVar[str] = "stranger"
    organization: OrganizationId
    value: str = field(validator=opaque(of="stranger"))


@final
@frozen(kw_only=True)
class SignUpId:
    """Identify an attempt to sign up: a keyed digest of the account and the contact, never the contact."""

    kind: ClassVar[str] = "sign_up"
    organization: OrganizationId
    value: str = field(validator=opaque(of="sign_up"))


@final
@frozen(kw_only=True)
class DepartmentId:
    """Identify a department of the organization's tree."""

    kind: ClassVar[str] = "department"
    organization: OrganizationId
    value: str = field(validator=opaque(of="department"))


@final
@frozen(kw_only=True)
class JobProfileId:
    """Identify a job profile."""

    kind: ClassVar[str] = "job_profile"
    organization: OrganizationId
    value: str = field(validator=opaque(of="job_profile"))


@final
@frozen(kw_only=True)
class PermissionTypeId:
    """Identify a permission type."""

    kind: ClassVar[str] = "permission_type"
    organization: OrganizationId
    value: str = field(validator=opaque(of="permission_type"))


@final
@frozen(kw_only=True, cache_hash=True)  # looked up in sets for every resource a person might see
class GroupId:
    """Identify a group, which people are members of and resources are shown to."""

    kind: ClassVar[str] = "group"
    organization: OrganizationId
    value: str = field(validator=opaque(of="group"))


@final
@frozen(kw_only=True)
class MembershipId:
    """Identify one person's membership of one group."""

    kind: ClassVar[str] = "membership"
    organization: OrganizationId
    value: str = field(validator=opaque(of="membership"))


@final
@frozen(kw_only=True, cache_hash=True)  # as a group's
class ApplicationId:
    """Identify an application of the portal: what people open, and what resources are inside of."""

    kind: ClassVar[str] = "application"
    organization: OrganizationId
    value: str = field(validator=opaque(of="application"))


@final
@frozen(kw_only=True)
class ParticipationId:
    """Identify that one person takes part in one resource."""

    kind: ClassVar[str] = "participation"
    organization: OrganizationId
    value: str = field(validator=opaque(of="participation"))


def resource_type(text: str, /) -> str:
    """Return a host's word for what a resource is (`course`, `test`), if it is one.

    Raises `InvalidValue` for the field `type`: `not_text`, `syntax`.
    """
    if not isinstance(text, str):
        raise InvalidValue(field="type", problem="not_text")
    if not _IS_TYPE.fullmatch(text):
        raise InvalidValue(field="type", problem="syntax")
    return text


def _typed(_id: object, _attribute: object, value: str) -> None:
    if not _TYPED.fullmatch(value):
        raise InvalidValue(field="resource", problem="syntax")


@final
@frozen(kw_only=True, cache_hash=True)  # as a group's
class ResourceId:
    """Identify what a host shows to people, such as `course/42`: the host's word for what it is, and its own id of it.

    Raises `InvalidValue` for the field `resource`: what `opaque` says, and `syntax` without a type.
    """

    kind: ClassVar[str] = "resource"
    organization: OrganizationId
    value: str = field(validator=[opaque(of="resource", longest=LONGEST_TYPE + 1 + LONGEST_ID), _typed])

    @classmethod
    def of(cls, organization: OrganizationId, type: str, id: str, /) -> Self:  # noqa: A002 - positional
        """Return the id of a host's thing; `type` is a word of at most 40 of `a-z`, digits, `_` and `-`."""
        return cls(organization=organization, value=f"{type}/{id}")

    @property
    def type(self) -> str:
        """Return what it is, in the host's word: `course`, `test`, `assessment`."""
        return self.value.partition("/")[0]


@final
@frozen(kw_only=True)
class ChainId:
    """Identify an organization's audit chain; there is one each, its value is always `chain`."""

    kind: ClassVar[str] = "chain"
    organization: OrganizationId
    value: str = "chain"


CatalogId = DepartmentId | JobProfileId | PermissionTypeId
AnyRecordId = (
    OrganizationId
    | AccountId
    | SubAccountId
    | CredentialId
    | StrangerId
    | SignUpId
    | DepartmentId
    | JobProfileId
    | PermissionTypeId
    | GroupId
    | MembershipId
    | ResourceId
    | ParticipationId
    | ChainId
)

_IDS: Final[Mapping[str, Callable[..., AnyRecordId]]] = {of.kind: of for of in get_args(AnyRecordId)}


def record_id(kind: str, organization: OrganizationId, value: str, /) -> AnyRecordId:
    """Return the id of a kind, as storage names it; raise `InvalidValue` for a kind that nobody wrote."""
    if kind == OrganizationId.kind:
        return organization
    if kind not in _IDS:
        raise InvalidValue(field="kind", problem="syntax")
    return _IDS[kind](organization=organization, value=value)
