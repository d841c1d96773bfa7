"""The rules of resources: put, changed, removed, read and listed. Who takes part in them is `rosters`, who sees them
`sightings`.
"""

from __future__ import annotations

from typing import Any, Final, TypeVar, final

from attrs import evolve, frozen
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from ...commands import ListResources, PutResources, ReadResource, RemoveResources
from ...domain.audience import Audience
from ...domain.catalog import CatalogEntry
from ...domain.group import Group
from ...domain.ids import (
    ApplicationId,
    DepartmentId,
    JobProfileId,
    OrganizationId,
    PermissionTypeId,
    ResourceId,
)
from ...domain.outcome import Outcome
from ...domain.participation import Participation
from ...domain.resource import Resource
from ...domain.resources import ResourceDraft, ResourceLine
from ...domain.widening import QUIET, Loud
from ...errors import WidensSight
from .houses import SHOPS
from .invariants import InvariantBroken
from .known import Shop
from .scene import Scene, parts
from .town import Town

R = TypeVar("R")
WHICH: Final = st.integers(0, 20)
TYPES: Final = st.sampled_from(("course", "test"))
PREFIXES: Final = st.sampled_from(("", "s", "SAFE", "\uff53afety", "z"))
LIMITS: Final = st.sampled_from((50, 2, 1))
EVERYTHING_LOUD: Final = frozenset(Loud)
SELDOM: Final = st.sampled_from((False,) * 7 + (True,))


@final
@frozen(kw_only=True)
class Wish:
    """Hold how a resource should be, before it is known what there is to be named."""

    id: str
    name: str
    application: str | None
    hidden: bool
    rostered: bool
    named: frozenset[str]
    which: int
    foreign: bool


WISHES: Final = st.builds(
    Wish,
    id=st.sampled_from(("course/a", "course/b", "course/c", "test/a")),
    name=st.sampled_from(("Safety", "SAFETY", "\uff53afety first", "Selling")),
    application=st.sampled_from((None, None, "mail", "news")),
    hidden=SELDOM,
    rostered=st.booleans(),
    named=st.frozensets(
        st.sampled_from(("groups", "groups", "departments", "job_profiles", "permission_types")), max_size=2
    ),
    which=WHICH,
    foreign=SELDOM,
)
"""Ids and names meet: in both organizations, by case, by the width of a letter."""
KINDS: Final[dict[str, type]] = {
    "groups": Group,
    "departments": DepartmentId,
    "job_profiles": JobProfileId,
    "permission_types": PermissionTypeId,
}


class ShelfRules(Town):
    """Put resources on the shelf and take them off, and know which of them were refused, and why."""

    @rule(
        shop=SHOPS,
        wishes=st.lists(WISHES, min_size=1, max_size=2),
        accepting=st.sampled_from((EVERYTHING_LOUD, EVERYTHING_LOUD, QUIET, frozenset({Loud.TO_EVERYBODY}))),
    )
    def put(self, shop: int, wishes: list[Wish], accepting: frozenset[Loud]) -> None:
        """Put one resource or two, accepting what is loud of it or not; each line is answered by what is stored."""
        given = self.shops[shop]
        self._put(given, *(self.draft(given, wish) for wish in wishes), accepting=accepting)

    @precondition(lambda self: self.stored(Participation))
    @rule(which=WHICH, how=st.sampled_from(("hidden", "without a roster", "removed")))
    def show_again(self, which: int, how: str) -> None:
        """Shut what somebody takes part in, and show it again: that is refused until it is accepted, and done then."""
        kept = self.stored(Participation)
        resource = self.stored_at(kept[which % len(kept)].resource)
        given = next(each for each in self.shops if each.organization == resource.id.organization)
        shown = ResourceDraft(
            id=resource.id,
            name=resource.name,
            application=resource.application,
            audience=resource.audience,
            rostered=True,
        )
        if how == "removed":
            self.do(
                given, RemoveResources(actor=given.admin, organization=given.organization, resources=(resource.id,))
            )
        else:
            hidden = how == "hidden"
            self._put(given, evolve(shown, hidden_from_external=hidden, rostered=hidden), accepting=EVERYTHING_LOUD)
        for accepting in (QUIET, EVERYTHING_LOUD):
            self._put(given, shown, accepting=accepting)

    def _put(self, given: Shop, *drafts: ResourceDraft, accepting: frozenset[Loud]) -> None:
        """Put resources, and judge each line."""
        before, moment = self.scene(given), len(self.checked.journal)
        command = PutResources(
            actor=given.admin, organization=given.organization, resources=drafts, accepting=accepting
        )
        lines = self.do(given, command)
        self.expect("answers", command, [each.id for each in drafts], [each.resource for each in lines or ()])
        met = set[ResourceId]()
        for draft, line in zip(drafts, lines or (), strict=True):
            self._judge_line(command, draft, line, before, repeated=draft.id in met)
            met.add(draft.id)
        self._require_only({line.resource for line in lines or () if line.outcome is not None}, command, moment)

    @precondition(lambda self: self.stored(Resource))
    @rule(which=WHICH, foreign=SELDOM)
    def take_off(self, which: int, foreign: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """Remove a resource, of the neighbor too, which is refused; nobody sees it then."""
        resource, given = self.resource(which)
        asking = self.neighbor(given) if foreign else given
        command = RemoveResources(actor=asking.admin, organization=asking.organization, resources=(resource.id,))
        moment, lines = len(self.checked.journal), self.do(asking, command)
        (line,) = lines or (None,)
        expected = None if foreign else (Outcome.REMOVED if resource.removed_at is None else Outcome.SAME)
        self.expect("answers", command, expected, line.outcome if line else None)
        self._require_only(set() if foreign else {resource.id}, command, moment)
        if not foreign:
            self.expect("sight", command, [], self.scene(given).who_sees(self.stored_at(resource.id)))

    @precondition(lambda self: self.stored(Resource))
    @rule(which=WHICH, foreign=SELDOM, type_=TYPES, prefix=PREFIXES, limit=LIMITS)
    def look_at_the_shelf(self, which: int, foreign: bool, type_: str, prefix: str, limit: int) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """Read a resource, and walk the pages of all there are of a type: what is stored, and not what was removed."""
        resource, given = self.resource(which)
        asking = self.neighbor(given) if foreign else given
        reading = ReadResource(actor=asking.admin, resource=resource.id)
        self.expect("answers", reading, None if foreign else resource, self.do(asking, reading))
        found, after = list[Resource](), None
        while True:
            command = ListResources(
                actor=given.admin,
                organization=given.organization,
                type=type_,
                prefix=prefix,
                after=after,
                limit=limit,
            )
            page = self.do(given, command)
            found += page.resources if page else ()
            after = page.after if page else None
            if after is None:
                break
        there = [each for each in self.scene(given).all(Resource) if each.removed_at is None]
        self.expect("answers", command, listed(there, type_=type_, prefix=prefix), found)

    # What is known of resources.

    def draft(self, given: Shop, wish: Wish) -> ResourceDraft:
        """Return what a wish asks for: it names what is there, of the neighbor where it is foreign."""
        of = self.neighbor(given).organization if wish.foreign else given.organization
        chosen = {part: self._pick(KINDS[part], of, wish.which) for part in wish.named}
        application = ApplicationId(organization=of, value=wish.application) if wish.application else None
        return ResourceDraft(
            id=ResourceId(organization=given.organization, value=wish.id),
            name=wish.name,
            application=application,
            audience=Audience(**chosen),
            hidden_from_external=wish.hidden,
            rostered=wish.rostered,
        )

    def _pick(self, kind: type, of: OrganizationId, which: int) -> frozenset[Any]:
        """Return one or two that there are of a kind, or none where there are none."""
        every: list[Any] = [*self.stored(Group), *self.stored(CatalogEntry)]
        found = [
            each.id for each in every if each.id.organization == of and (kind is type(each) or kind is type(each.id))
        ]
        return frozenset(found[(which + each) % len(found)] for each in range(1 + which % 2)) if found else frozenset()

    def _judge_line(
        self, command: object, draft: ResourceDraft, line: ResourceLine, before: Scene, *, repeated: bool
    ) -> None:
        """Raise `InvariantBroken` unless a line says what has to become of a draft, and just that is stored."""
        old = next((each for each in before.all(Resource) if each.id == draft.id), None)
        there = old if old is not None and old.removed_at is None else None
        if repeated or not _nameable(draft, there, before):
            self.expect("reach", command, None, line.outcome)
            return
        loud = loudness(draft, there, before)
        kept = any(each.resource == draft.id for each in before.all(Participation))
        if kept and _lets_in(draft) and not (there and _lets_in(there)):
            loud |= {Loud.TO_EXTERNALS}
        missing = loud - (command.accepting if isinstance(command, PutResources) else loud)
        if missing or line.outcome is None:
            told = line.refusal.loud if isinstance(line.refusal, WidensSight) else ()
            self.expect("loudness", command, sorted(each.value for each in missing), list(told))
            self.expect("loudness", command, bool(missing), line.outcome is None)
            return
        expected = Outcome.CHANGED if there else Outcome.MADE
        stored = self.stored_at(draft.id)
        self.expect("answers", command, Outcome.SAME if stored == there else expected, line.outcome)
        self.expect("answers", command, _said(draft), _said(stored))
        self.expect("answers", command, None, stored.removed_at)

    def _require_only(self, resources: set[ResourceId], command: object, moment: int) -> None:
        """Raise `InvariantBroken` when anything but these resources was written since."""
        for batch in self.checked.journal[moment:]:
            foreign = {record.id for record in batch.puts} - resources
            if foreign or batch.removes:
                raise InvariantBroken("reach", command, f"it wrote {foreign or batch.removes}")


def loudness(draft: ResourceDraft, before: Resource | None, scene: Scene, /) -> frozenset[Loud]:
    """Return what is loud of a draft: whom it opens something to, who has nothing yet or whatever somebody can have."""
    eyes = {
        Loud.TO_EVERYBODY: (scene.newcomer(), scene.newcomer()),
        Loud.TO_EXTERNALS: (
            scene.favorite(before.audience if before else draft.audience),
            scene.favorite(draft.audience),
        ),
    }
    return frozenset(
        loud
        for loud, (had, has) in eyes.items()
        if scene.sees(has, draft) and not (before is not None and scene.sees(had, before))
    )


def _lets_in(resource: ResourceDraft | Resource) -> bool:
    return resource.rostered and not resource.hidden_from_external


def listed(resources: list[Resource], /, *, type_: str, prefix: str) -> list[Resource]:
    """Return those of a type whose names begin in one way, by name."""
    begins = Resource(id=ResourceId(organization=OrganizationId(value="any"), value="any/one"), name=prefix).name_key
    found = [each for each in resources if each.id.type == type_ and each.name_key.startswith(begins)]
    return sorted(found, key=lambda each: (each.name_key, each.id.value))


def _nameable(draft: ResourceDraft, there: Resource | None, scene: Scene) -> bool:
    """Tell whether all that a draft names is of its organization, and in use or named before."""
    of = draft.id.organization
    every: list[Group | CatalogEntry] = [*scene.all(Group), *scene.all(CatalogEntry)]
    ours: dict[object, bool] = {each.id: each.retired_at is None for each in every}
    before = {each for part in parts(there.audience) for each in part} if there else set()
    if draft.application is not None and draft.application.organization != of:
        return False
    return all(each in before or ours.get(each, False) for part in parts(draft.audience) for each in part)


def _said(resource: ResourceDraft | Resource) -> object:
    return (
        resource.name,
        resource.application,
        resource.audience,
        resource.hidden_from_external,
        resource.rostered,
    )
