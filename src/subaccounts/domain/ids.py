"""Identifiers. Every id below the organization carries the organization's, so a lookup without its tenant cannot be
written. The values are opaque texts (UUIDv7 from the Entropy port); hosts store them as they are."""

from __future__ import annotations

from typing import ClassVar, Protocol, final

from attrs import frozen


class RecordId(Protocol):
    """Identify one stored record: its tenant, its kind and its own value."""

    kind: ClassVar[str]

    @property
    def organization(self) -> OrganizationId: ...

    @property
    def value(self) -> str: ...


@final
@frozen(kw_only=True)
class OrganizationId:
    """Identify a customer, the tenant."""

    kind: ClassVar[str] = "organization"
    value: str

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
    value: str


@final
@frozen(kw_only=True)
class SubAccountId:
    """Identify a person under an account; it never changes and is never reused. Hosts key that person's data by it."""

    kind: ClassVar[str] = "sub_account"
    organization: OrganizationId
    value: str

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
    value: str


@final
@frozen(kw_only=True)
class StrangerId:
    """Identify the attempts made under a login nobody has: a keyed digest, never the login."""

    kind: ClassVar[str] = "stranger"
    organization: OrganizationId
    value: str


@final
@frozen(kw_only=True)
class DepartmentId:
    """Identify a department of the organization's tree."""

    kind: ClassVar[str] = "department"
    organization: OrganizationId
    value: str


@final
@frozen(kw_only=True)
class JobProfileId:
    """Identify a job profile."""

    kind: ClassVar[str] = "job_profile"
    organization: OrganizationId
    value: str


@final
@frozen(kw_only=True)
class PermissionTypeId:
    """Identify a permission type."""

    kind: ClassVar[str] = "permission_type"
    organization: OrganizationId
    value: str


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
    | DepartmentId
    | JobProfileId
    | PermissionTypeId
    | ChainId
)
