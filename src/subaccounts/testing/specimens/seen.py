"""What decides who sees what, of every shape: groups, memberships, audiences, resources, participations."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final, TypeVar

from ...domain.audience import MOST_NAMED, Audience
from ...domain.group import Group
from ...domain.ids import LONGEST_ID, LONGEST_TYPE, ApplicationId, OrganizationId, ResourceId
from ...domain.membership import Membership, MembershipState, Window
from ...domain.organization import LONGEST_NAME
from ...domain.participation import Participation
from ...domain.resource import Resource
from .. import builders as a
from .. import groups as g
from ..clock import NOON
from .values import MOMENTS, TEXTS

T = TypeVar("T")

LONGEST_NAMES: Final = tuple(letter * LONGEST_NAME for letter in "xж🦊\ufdfa")
"""Names as long as they can be; U+FDFA is one letter that folds to eighteen."""


def groups(*, of: OrganizationId = a.OURS) -> tuple[Group, ...]:
    """Return groups of every shape, numbered from 1."""
    shapes: list[dict[str, Any]] = [{"name": text} for text in (*TEXTS, *LONGEST_NAMES)]
    shapes += [{"retired_at": moment} for moment in MOMENTS]
    shapes += [{"allows_external": True}, {"allows_external": True, "retired_at": NOON}]
    shapes += [{"applications": frozenset({each})} for each in applications(of=of)]
    shapes += [{"applications": frozenset(applications(of=of)), "allows_external": True}]
    return tuple(g.group(number, of=of, **shape) for number, shape in enumerate(shapes, start=1))


def memberships(*, of: OrganizationId = a.OURS) -> tuple[Membership, ...]:
    """Return memberships of every shape, numbered from 1; each is of the person of its number, in group 1 or 2."""
    earliest, latest = min(MOMENTS), max(MOMENTS)
    windows = [Window(since=moment) for moment in MOMENTS] + [Window(until=moment) for moment in MOMENTS]
    windows += [Window(since=earliest, until=latest), Window(since=NOON, until=NOON + timedelta(microseconds=1))]
    shapes: list[dict[str, Any]] = [{"state": state} for state in MembershipState]
    shapes += [{"window": window} for window in windows]
    shapes += [{"window": windows[-1], "state": state} for state in MembershipState]
    return tuple(
        g.membership(number, group=1 + number % 2, person=number, of=of, **shape)
        for number, shape in enumerate(shapes, start=1)
    )


def audiences(*, of: OrganizationId = a.OURS) -> tuple[Audience, ...]:
    """Return audiences: of nobody, of each part alone, of two parts and of all, of as many as there can be."""
    parts: dict[str, Callable[..., Any]] = {
        "groups": g.group_id,
        "departments": a.department_id,
        "job_profiles": a.job_profile_id,
        "permission_types": a.permission_type_id,
    }

    def naming(numbers: dict[str, range]) -> Audience:
        named = {part: frozenset(parts[part](n, of=of) for n in several) for part, several in numbers.items()}
        return Audience(**named)

    one, two, most = range(1, 2), range(1, 3), range(1, MOST_NAMED + 1)
    return (
        Audience(),
        *(naming({part: one}) for part in parts),
        naming(dict.fromkeys(("groups", "permission_types"), two)),
        naming(dict.fromkeys(parts, two)),
        *(naming({part: most}) for part in parts),
        naming(dict.fromkeys(parts, most)),
    )


def applications(*, of: OrganizationId = a.OURS) -> tuple[ApplicationId, ...]:
    """Return applications as hosts call them, alike but for a letter's case or a space, and as long as they can be."""
    values = ("crm", "CRM", "crm ", "%", *(letter * LONGEST_ID for letter in "x🦊"))
    return tuple(ApplicationId(organization=of, value=value) for value in values)


def resource_ids(*, of: OrganizationId = a.OURS) -> tuple[ResourceId, ...]:
    """Return resources as hosts call them, alike but for a letter's case or a space, and as long as they can be."""
    kinds = ("course", "cours", "test", "a", "x_-0", "z" * LONGEST_TYPE)
    values = ("1", "10", "2", "A", "a", "a ", "á", "a\u0301", "a/b", "%", "_", "\\", "'; DROP TABLE resources;--")
    longest = tuple(letter * (LONGEST_ID - 1) + last for letter in "x🦊" for last in "yz")
    return (
        *(ResourceId.of(of, kind, "1") for kind in kinds[1:]),
        *(ResourceId.of(of, kinds[0], each) for each in (*values, "🦊", "\ufffd", *longest)),
        *(ResourceId.of(of, kinds[-1], each) for each in longest),
    )


def resources(*, of: OrganizationId = a.OURS) -> tuple[Resource, ...]:
    """Return resources of every shape; courses numbered from 1, and one of each id."""
    shapes: list[dict[str, Any]] = [{"name": text} for text in (*TEXTS, *LONGEST_NAMES, "")]
    shapes += [{"audience": audience} for audience in audiences(of=of)]
    shapes += [{"application": application} for application in applications(of=of)]
    shapes += [{"removed_at": moment} for moment in MOMENTS]
    shapes += [{"hidden_from_external": True}, {"rostered": True}, {"hidden_from_external": True, "rostered": True}]
    numbered = [g.resource(number, of=of, **shape) for number, shape in enumerate(shapes, start=1)]
    taken = {each.id for each in numbered}
    named = [Resource(id=id_, name=id_.value[:LONGEST_NAME]) for id_ in resource_ids(of=of) if id_ not in taken]
    return (*numbered, *named)


def participations(*, of: OrganizationId = a.OURS) -> tuple[Participation, ...]:
    """Return participations, numbered from 1: of persons 1 and 2 in a resource of each id."""
    rosters = [(resource, person) for resource in resource_ids(of=of) for person in (1, 2)]
    return tuple(
        g.participation(number, resource=resource, person=person, of=of)
        for number, (resource, person) in enumerate(rosters, start=1)
    )
