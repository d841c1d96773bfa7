"""On whose behalf a command runs, with which roles, over what."""

from __future__ import annotations

from enum import Enum
from typing import Self, final

from attrs import field, frozen

from .ids import AccountId, DepartmentId, OrganizationId, opaque
from .subject import Subject


class Role(Enum):
    """A host user's role towards sub-accounts."""

    ADMINISTRATOR = "administrator"
    MODERATOR = "moderator"


Scope = OrganizationId | AccountId | DepartmentId
"""What a role reaches: an organization, one account, or a department with everything below it."""


@final
@frozen(kw_only=True)
class Grant:
    """Give a role over a scope."""

    role: Role
    scope: Scope


@final
@frozen(kw_only=True)
class HostUser:
    """Hold a user of the host with the roles the host says it has now; `id` is the host's own."""

    id: str = field(validator=opaque(of="host_user"))
    grants: frozenset[Grant] = frozenset()

    @classmethod
    def administrator(cls, id: str, /, *, of: Scope) -> Self:  # noqa: A002 - the host's own word for it
        """Return a portal administrator over a scope."""
        return cls(id=id, grants=frozenset({Grant(role=Role.ADMINISTRATOR, scope=of)}))

    @classmethod
    def moderator(cls, id: str, /, *, of: Scope) -> Self:  # noqa: A002 - the host's own word for it
        """Return a moderator over a scope."""
        return cls(id=id, grants=frozenset({Grant(role=Role.MODERATOR, scope=of)}))


@final
@frozen(kw_only=True)
class SignedIn:
    """Hold a person acting for itself, by the subject of its sign-in."""

    subject: Subject


@final
@frozen(kw_only=True)
class System:
    """Hold a job or operator that no person stands behind; `name` says which, for the audit trail."""

    name: str = field(validator=opaque(of="system"))


Actor = HostUser | SignedIn | System
