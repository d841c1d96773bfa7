"""An audience: to whom a resource is shown. By one rule its parts combine: whoever is met by every part that is named."""

from __future__ import annotations

from collections.abc import Sized
from enum import Enum
from typing import Final, final

from attrs import field, frozen

from ..errors import TooMany
from .ids import DepartmentId, GroupId, JobProfileId, PermissionTypeId

MOST_NAMED: Final = 1000
"""Members of one part of an audience; a bound for storage, far above what an administrator picks by hand."""


class Ungrouped(Enum):
    """Who sees a resource whose audience names nobody; asked when an organization is created."""

    EVERYBODY = "everybody"
    EMPLOYEES = "employees"
    NOBODY = "nobody"


def _not_too_many(_audience: object, _attribute: object, part: Sized) -> None:
    if len(part) > MOST_NAMED:
        raise TooMany(what="members of a part of an audience", limit=MOST_NAMED)


@final
@frozen(kw_only=True)
class Audience:
    """Name groups, departments with everything below them, job profiles and permission types.

    A person is met by a part when it has any of what the part names, and is in the audience when it is met by every part
    that names something: to name a part more narrows, to name a member more widens. When nothing is named at all, the
    organization's `Ungrouped` decides. Raises `TooMany` for a part of more than 1,000.
    """

    groups: frozenset[GroupId] = field(default=frozenset(), validator=_not_too_many)
    departments: frozenset[DepartmentId] = field(default=frozenset(), validator=_not_too_many)
    job_profiles: frozenset[JobProfileId] = field(default=frozenset(), validator=_not_too_many)
    permission_types: frozenset[PermissionTypeId] = field(default=frozenset(), validator=_not_too_many)

    @property
    def named(self) -> bool:
        """Tell whether any part names something."""
        return bool(self.groups or self.departments or self.job_profiles or self.permission_types)


NOBODY_NAMED: Final = Audience()
"""The audience that names nobody, of which the organization's rule decides."""
