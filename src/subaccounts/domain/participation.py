"""A participation: one person on the roster of one resource. What that makes visible is `visibility`."""

from __future__ import annotations

from typing import final

from attrs import frozen

from .ids import ParticipationId, ResourceId, SubAccountId
from .key import SEPARATOR, Key

PARTICIPATION_SPACE = "participation"


@final
@frozen(kw_only=True)
class Participation:
    """Hold that a person takes part in a resource, an assessment say; there is at most one of a resource and a person."""

    id: ParticipationId
    version: int = 0
    resource: ResourceId
    person: SubAccountId

    @property
    def keys(self) -> frozenset[Key]:
        """Return the pair of resource and person."""
        pair = SEPARATOR.join((self.resource.value, self.person.value))
        return frozenset({Key(organization=self.id.organization, space=PARTICIPATION_SPACE, value=pair)})
