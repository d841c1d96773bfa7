"""The rule of who sees what, as a condition on the row of a resource for one viewer. What is asked with it is `sights`.

It says what `domain.visibility` says, of a resource `r` that was not removed and a viewer that lives.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import lru_cache
from itertools import chain
from typing import Any, Final

from attrs import frozen

from ...domain.audience import Ungrouped
from ...domain.ids import OrganizationId
from ...domain.viewer import Viewer
from .._seen import PARTS
from .groups import LONG, listed, marks

Values = tuple[Any, ...]
Shape = tuple[bool, bool, int, tuple[int, ...]]
"""What the text of the rule depends on: whether the viewer is from outside, whether it sees what names nobody, and how many
applications and how much of each part it has.
"""

_PART: Final = """(r.named & {bit} = 0 OR EXISTS (
        SELECT 1 FROM audiences x WHERE x.organization = r.organization AND x.resource = r.id AND x.part = '{part}'
        AND +x.value IN ({values})
    ))"""
"""The plus has what the resource names read once, instead of once for each thing that the viewer has."""


@frozen(kw_only=True)
class Look:
    """Hold what of a viewer the rule asks, as texts of one organization.

    `unnamed` says whether it sees what names nobody. `had` is what it has, by part, in the order of `PARTS`. `applications` are
    those it can open as a person from outside; employees can open every one.
    """

    tenant: str
    external: bool
    unnamed: bool
    had: tuple[Values, ...]
    applications: Values

    @classmethod
    def of(cls, viewer: Viewer, ungrouped: Ungrouped, organization: OrganizationId, /) -> Look:
        """Return how a viewer looks at an organization."""
        jobs = (viewer.job_profile,) if viewer.job_profile else ()
        parts: tuple[Collection[Any], ...] = (viewer.groups, viewer.departments, jobs, viewer.permission_types)
        external, tenant = viewer.external, organization.value
        return cls(
            tenant=tenant,
            external=external,
            unnamed=ungrouped is Ungrouped.EVERYBODY or (ungrouped is Ungrouped.EMPLOYEES and not external),
            had=tuple([_mine(part, tenant) if part else () for part in parts]),
            applications=_mine(viewer.applications, tenant) if external else (),
        )

    def rule(self, rosters: Values = (), *, met: int = 0) -> tuple[str, Values]:
        """Return the rule and its values.

        `rosters` are resources that the viewer takes part in. `met` says of how many parts, from the first, it is known that they are
        met or name nothing, and of the audience that it names something or need not.
        """
        groups, departments, jobs, permissions = self.had
        counts = (len(groups), len(departments), len(jobs), len(permissions))
        longest = max(*counts, len(self.applications), len(rosters))
        text = _rule((self.external, self.unnamed, len(self.applications), counts), met, len(rosters))
        if longest > LONG:
            return text, tuple(chain(*map(listed, (self.applications, *self.had[met:], rosters))))
        values = (*groups, *departments, *jobs, *permissions) if not met else tuple(chain(*self.had[met:]))
        return text, (*self.applications, *values, *rosters)

    @property
    def shown(self) -> str:
        """Return what has to be true of a resource before anything else is asked."""
        return "r.hidden = 0" if self.external else "TRUE"


def _mine(ids: Iterable[Any], tenant: str) -> Values:
    return tuple([each.value for each in ids if each.organization.value == tenant])


@lru_cache(maxsize=128)
def statement(text: str, rule: str, asked: int = 1, /) -> str:
    """Return a statement with its rule, and with places for so many values; a text that is kept is hashed once."""
    return text.format(rule=rule, asked=marks(asked))


@lru_cache(maxsize=128)
def _rule(shape: Shape, met: int, rosters: int) -> str:
    """Return the rule; its values are applications, what the viewer has, rosters."""
    external, unnamed, applications, had = shape
    conditions = [] if unnamed or met else ["r.named <> 0"]
    if external:
        conditions.append(f"(r.application IS NULL OR r.application IN ({marks(applications)}))")
    for place, (part, count) in enumerate(zip(PARTS, had, strict=True)):
        if place >= met:
            bit = 1 << place
            met_by = _PART.format(bit=bit, part=part, values=marks(count)) if count else f"r.named & {bit} = 0"
            conditions.append(met_by)
    rule = " AND ".join(conditions) or "TRUE"
    if rosters:
        rule = f"({rule} OR r.rostered AND r.id IN ({marks(rosters)}))"
    return f"r.hidden = 0 AND {rule}" if external else rule
