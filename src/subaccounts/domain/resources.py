"""The rules for resources: make, change and remove them, with an answer for each line. What a resource is, is `resource`,
what has to be said loudly `widening`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, final

from attrs import evolve, field, frozen

from ..errors import FieldRefused, InvalidValue, NotFound, Refusal, TooMany
from .audience import NOBODY_NAMED, Audience, Ungrouped
from .catalog import CatalogEntry
from .decision import Decision, Happened, Record, seen
from .events import By, Happening
from .group import Group
from .ids import ApplicationId, CatalogId, GroupId, OrganizationId, ResourceId
from .organization import LONGEST_NAME
from .outcome import Outcome
from .resource import Resource
from .resource_events import ResourceChanged, ResourceMade, ResourceRemoved
from .text import clean_text
from .widening import Loud, Setting, require_accepted, warnings

MOST_RESOURCES: Final = 1000
"""Resources put or removed by one command; who has more sends them in several."""
MOST_NAMED_AT_ONCE: Final = 10_000
"""Groups, departments, job profiles and permission types that the resources of one command name together."""
CHANGING: Final = ("name", "application", "audience", "hidden_from_external", "rostered")
"""What of a resource can change, as events name it."""
_PARTS: Final = ("groups", "departments", "job_profiles", "permission_types")

AudienceMember = GroupId | CatalogId
"""What an audience names."""


@final
@frozen(kw_only=True)
class ResourceDraft:
    """Hold one resource as a host would have it, under the host's own id: to be made, or to be changed into this.

    Whatever is not said is the plain thing: in no application, nobody named, hidden from nobody, without a roster. A draft is
    the whole resource, and not a change of parts of it.
    """

    id: ResourceId
    name: str
    application: ApplicationId | None = None
    audience: Audience = NOBODY_NAMED
    hidden_from_external: bool = False
    rostered: bool = False


@final
@frozen(kw_only=True)
class ResourceLine:
    """Answer for one resource: what became of it, or why not; `number` counts from 1 in the order handed in."""

    number: int
    resource: ResourceId
    outcome: Outcome | None = None
    refusal: Refusal | None = None


@final
@frozen(kw_only=True)
class Surroundings:
    """Hold what drafts are judged against.

    `stored` are those of the resources that exist, removed ones too. `groups` are those that the drafts and the stored name,
    and all that open one of their applications to anybody; `entries` the catalog entries that the drafts name. `kept` are those
    of the stored with somebody on a roster that is shown to nobody from outside, kept from before.
    """

    organization: OrganizationId
    ungrouped: Ungrouped
    stored: Mapping[ResourceId, Resource]
    groups: Mapping[GroupId, Group]
    entries: Mapping[CatalogId, CatalogEntry]
    kept: frozenset[ResourceId] = frozenset()
    now: datetime
    _open: Setting = field(init=False, repr=False)

    @_open.default
    def _among(self) -> Setting:
        """Look through the groups once, and not for each resource; the resource here is nobody's."""
        anything = Resource(id=ResourceId.of(self.organization, "any", "thing"), name="")
        return Setting.among(self.groups.values(), resource=anything, ungrouped=self.ungrouped)

    def setting(self, resource: Resource, /) -> Setting:
        """Return the setting of a resource among these groups."""
        return evolve(self._open, resource=resource)

    def before(self, resource: ResourceId, /) -> Resource | None:
        """Return the resource as it is seen now, or None where there is none, or not any more."""
        found = self.stored.get(resource)
        return found if found is not None and found.removed_at is None else None

    def member(self, id: AudienceMember, /) -> Group | CatalogEntry | None:  # noqa: A002 - positional
        """Return what an audience names, or None where it does not exist here."""
        return self.groups.get(id) if isinstance(id, GroupId) else self.entries.get(id)


def members(audience: Audience, /) -> frozenset[AudienceMember]:
    """Return everything that an audience names, whatever it is."""
    return frozenset[AudienceMember]().union(*(getattr(audience, part) for part in _PARTS))


def members_at_once(audiences: Iterable[Audience], /) -> frozenset[AudienceMember]:
    """Return everything that audiences name together; raise `TooMany` where that is more than one command can judge."""
    found = frozenset[AudienceMember]().union(*map(members, audiences))
    if len(found) > MOST_NAMED_AT_ONCE:
        raise TooMany(what="names in audiences", limit=MOST_NAMED_AT_ONCE)
    return found


def drafted(draft: ResourceDraft, around: Surroundings, /) -> Resource:
    """Return the resource that a draft asks for, as it would be put.

    What its audience names has to be there, and in use unless it was named before. Raises `NotFound` for a resource or an
    application of another organization, `InvalidValue` for a name that is none, `FieldRefused` (`unknown`, `retired`) for what
    the audience names.
    """
    if draft.id.organization != around.organization:
        raise NotFound(what="resource")
    if draft.application is not None and draft.application.organization != around.organization:
        raise NotFound(what="application")
    _require_members(draft.audience, around.before(draft.id), around)
    stored = around.stored.get(draft.id)
    return Resource(
        id=draft.id,
        version=stored.version if stored is not None else 0,
        name=clean_text(draft.name, field="name", longest=LONGEST_NAME),
        application=draft.application,
        audience=draft.audience,
        hidden_from_external=draft.hidden_from_external,
        rostered=draft.rostered,
    )


def _require_members(audience: Audience, before: Resource | None, around: Surroundings) -> None:
    named = members(before.audience) if before is not None else frozenset[AudienceMember]()
    for part in _PARTS:
        for member in getattr(audience, part) - named:
            found = around.member(member)
            if found is None:
                raise FieldRefused(field=part, why="unknown")
            if found.retired_at is not None:
                raise FieldRefused(field=part, why="retired")


def opening(before: Resource | None, then: Resource, around: Surroundings, /) -> frozenset[Loud]:
    """Return what has to be said loudly when a resource becomes what it would be; None is one that nobody sees yet.

    A roster is explicit, and its people are told of when they are added. But one that was kept, while the resource was hidden,
    removed or had none, lets all of them in at once, whoever they are by now.
    """
    was = evolve(then, removed_at=around.now) if before is None else before
    loud = warnings(around.setting(was), around.setting(then))
    return loud | {Loud.TO_EXTERNALS} if then.shows_roster and then.id in around.kept else loud


def may_wake(stored: Resource, draft: ResourceDraft, /) -> bool:
    """Tell whether a draft shows a roster that is shown to nobody from outside now, so that who is on it matters."""
    return draft.rostered and not draft.hidden_from_external and not stored.shows_roster


def put(
    drafts: Sequence[ResourceDraft], around: Surroundings, /, *, accepting: frozenset[Loud], by: By
) -> Decision[tuple[ResourceLine, ...]]:
    """Make or change each resource; what opens something to many is refused until it is accepted.

    Whatever was looked at has to hold until the commit: a group that lets people from outside in meanwhile has the command
    decide again.
    """
    lines: list[ResourceLine] = []
    puts: list[Record] = []
    happened: list[Happened] = []
    met = set[ResourceId]()
    for number, draft in enumerate(drafts, 1):
        line = ResourceLine(number=number, resource=draft.id)
        try:
            _once(draft.id, met)
            then = drafted(draft, around)
            before = around.before(draft.id)
            loud = opening(before, then, around)
            require_accepted(loud, accepting)
        except Refusal as refusal:
            lines.append(evolve(line, refusal=refusal))
            continue
        outcome = _outcome(before, then)
        lines.append(evolve(line, outcome=outcome))
        if outcome is not Outcome.SAME:
            puts.append(then)
            happened.append(Happened(what=_told(before, then, loud)))
    looked_at: tuple[Record, ...] = (*around.groups.values(), *around.entries.values())
    return Decision(
        organization=around.organization,
        by=by,
        result=tuple(lines),
        puts=tuple(puts),
        guards=tuple(seen(each) for each in looked_at) if puts else (),
        happened=tuple(happened),
    )


def remove(resources: Sequence[ResourceId], around: Surroundings, /, *, by: By) -> Decision[tuple[ResourceLine, ...]]:
    """Have nobody see resources any more; who takes part in them is kept. Nothing is opened by that, so nothing is loud."""
    lines: list[ResourceLine] = []
    puts: list[Resource] = []
    met = set[ResourceId]()
    for number, each in enumerate(resources, 1):
        line = ResourceLine(number=number, resource=each)
        try:
            _once(each, met)
            _require_stored(each, around)
        except Refusal as refusal:
            lines.append(evolve(line, refusal=refusal))
            continue
        before = around.before(each)
        lines.append(evolve(line, outcome=Outcome.SAME if before is None else Outcome.REMOVED))
        if before is not None:
            puts.append(evolve(before, removed_at=around.now))
    return Decision(
        organization=around.organization,
        by=by,
        result=tuple(lines),
        puts=tuple(puts),
        happened=tuple(Happened(what=ResourceRemoved(resource=each.id)) for each in puts),
    )


def _once(resource: ResourceId, met: set[ResourceId]) -> None:
    """Refuse a resource that an earlier line of the same command is about: two lines would each know nothing of the other."""
    if resource in met:
        raise InvalidValue(field="resource", problem="repeated")
    met.add(resource)


def _require_stored(resource: ResourceId, around: Surroundings) -> None:
    if resource not in around.stored:
        raise NotFound(what="resource")


def _outcome(before: Resource | None, then: Resource) -> Outcome:
    if before is None:
        return Outcome.MADE
    return Outcome.SAME if before == then else Outcome.CHANGED


def _told(before: Resource | None, then: Resource, loud: frozenset[Loud]) -> Happening:
    accepted = tuple(sorted(each.value for each in loud))
    if before is None:
        return ResourceMade(resource=then.id, loud=accepted)
    changed = tuple(name for name in CHANGING if getattr(before, name) != getattr(then, name))
    return ResourceChanged(resource=then.id, changed=changed, loud=accepted)
