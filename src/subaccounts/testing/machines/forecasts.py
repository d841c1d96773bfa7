"""The rules of previews: what a change would make of who sees what is asked, the change is made, and the two are compared.

Who sees what before and after is `scene`, never the preview's own way of asking. What is asked without a change is `sightings`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from attrs import evolve
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from ...commands import (
    AddMembers,
    ArchivePerson,
    ChangeApplications,
    Command,
    EditPerson,
    MoveDepartment,
    PreviewDepartment,
    PreviewGroup,
    PreviewMembership,
    PreviewPerson,
    PreviewResource,
    PutResources,
    RemoveMembers,
    RemoveResources,
    RestorePerson,
    RetireGroup,
    SwitchExternal,
)
from ...commands.preview_pages import PreviewPage
from ...domain.fields import Kind
from ...domain.group import Group
from ...domain.ids import ApplicationId
from ...domain.membership import Membership, MembershipState
from ...domain.resource import Resource
from ...domain.sub_account import SubAccount
from ...domain.widening import QUIET, Difference, Loud
from .doors import PEOPLE
from .gatherings import GROUPS
from .houses import SHOPS
from .known import Known, Shop
from .scene import Scene
from .shelves import EVERYTHING_LOUD, LIMITS, SELDOM, TYPES, WHICH, WISHES, ShelfRules, Wish

R = TypeVar("R")
Preview = PreviewResource | PreviewPerson | PreviewMembership | PreviewGroup | PreviewDepartment
Order = Callable[[Scene, Difference], tuple[str, ...]]
ASKED: Final = frozenset({MembershipState.INVITED})
APPLICATIONS: Final = st.sampled_from((frozenset[str](), frozenset({"mail"}), frozenset({"mail", "news"})))


class ForecastRules(ShelfRules):
    """Ask what would change, change it, and see: whoever gained and lost is who was told of, in that order, and no one else."""

    @rule(shop=SHOPS, wish=WISHES, limit=LIMITS, shy=st.booleans())
    def forecast_resource(self, shop: int, wish: Wish, limit: int, shy: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """Put a resource as it was previewed, at first without accepting anything; what is loud was said before."""
        given = self.shops[shop]
        draft = self.draft(given, wish)
        asking = PreviewResource(actor=given.admin, becomes=draft, limit=limit)
        told, loud = self._pages(given, asking)
        change = PutResources(
            actor=given.admin, organization=given.organization, resources=(draft,), accepting=frozenset(loud or ())
        )
        if shy and loud:
            quiet = evolve(change, accepting=EVERYTHING_LOUD - frozenset(sorted(loud, key=lambda each: each.value)[:1]))
            self.expect("loudness", quiet, [None], [line.outcome for line in self.do(given, quiet) or ()])
        before = self.scene(given)
        lines = self.do(given, change) or ()
        self.expect("previews", change, told is not None, all(line.outcome is not None for line in lines))
        self._compare(asking, told, before, self.scene(given), order=by_login)

    @precondition(lambda self: self.stored(Resource))
    @rule(which=WHICH, limit=LIMITS)
    def forecast_removal(self, which: int, limit: int) -> None:
        """Remove a resource as it was previewed: nothing of that is loud, and nobody gains."""
        resource, given = self.resource(which)
        asking = PreviewResource(actor=given.admin, becomes=resource.id, limit=limit)
        told, loud = self._pages(given, asking)
        self.expect("loudness", asking, frozenset[Loud](), loud)
        before = self.scene(given)
        self.do(given, RemoveResources(actor=given.admin, organization=given.organization, resources=(resource.id,)))
        self._compare(asking, told, before, self.scene(given), order=by_login)

    @precondition(lambda self: self.people)
    @rule(who=PEOPLE, kind=st.sampled_from(Kind), type_=TYPES, limit=LIMITS)
    def forecast_kind(self, who: int, kind: Kind, type_: str, limit: int) -> None:
        """Make somebody an employee or somebody from outside, as it was previewed."""
        person = self.known(who)
        asking = PreviewPerson(actor=person.shop.admin, person=person.id, type=type_, kind=kind, limit=limit)
        change = EditPerson(actor=person.shop.admin, sub_account=person.id, fields={"kind": kind}, kind_previewed=True)
        self._of_person(person, asking, change)

    @precondition(lambda self: self.people)
    @rule(who=PEOPLE, back=st.booleans(), type_=TYPES, limit=LIMITS)
    def forecast_absence(self, who: int, back: bool, type_: str, limit: int) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """Archive somebody or take it back, as it was previewed; every proof of before is dead then."""
        person = self.known(who)
        asking = PreviewPerson(actor=person.shop.admin, person=person.id, type=type_, archived=not back, limit=limit)
        change: Command[Any] = ArchivePerson(actor=person.shop.admin, sub_account=person.id)
        if back:
            change = RestorePerson(actor=person.shop.admin, sub_account=person.id)
        handover = self._of_person(person, asking, change)
        if handover is not None:
            person.kill()
        if handover is not None and back:
            person.code = handover.code.code.reveal() if handover.code else None

    @precondition(lambda self: self.people)
    @rule(who=PEOPLE, which=WHICH, foreign=SELDOM, type_=TYPES, limit=LIMITS)
    def forecast_departments(self, who: int, which: int, foreign: bool, type_: str, limit: int) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """Move somebody to other departments, as it was previewed; the neighbor's are there for neither."""
        person = self.known(who)
        of = (self.neighbor(person.shop) if foreign else person.shop).organization
        every = [each for each in self.departments if each.organization == of]
        chosen = frozenset(every[(which + each) % len(every)] for each in range(which % 3)) if every else frozenset()
        asking = PreviewPerson(actor=person.shop.admin, person=person.id, type=type_, departments=chosen, limit=limit)
        change = EditPerson(actor=person.shop.admin, sub_account=person.id, fields={"departments": chosen})
        self._of_person(person, asking, change)

    @precondition(lambda self: self.stored(Group) and self.people)
    @rule(who=PEOPLE, which=GROUPS, member=st.booleans(), type_=TYPES, limit=LIMITS)
    def forecast_membership(self, who: int, which: int, member: bool, type_: str, limit: int) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """Add somebody to a group or take it out, as it was previewed; who is invited instead is in once it accepts."""
        person, group = self.known(who), self.stored(Group)[which % len(self.stored(Group))]
        asking = PreviewMembership(
            actor=person.shop.admin, person=person.id, type=type_, group=group.id, member=member, limit=limit
        )
        told, _ = self._pages(person.shop, asking)
        if group.id.organization != person.id.organization:
            self.expect("reach", asking, None, told)
            return
        before, kind = self.scene(person.shop), AddMembers if member else RemoveMembers
        self.do(person.shop, kind(actor=person.shop.admin, group=group.id, people=(person.id,)))
        then = self.scene(person.shop)
        invited = [each for each in then.all(Membership) if (each.person, each.group) == (person.id, group.id)]
        accepted = [evolve(each, state=MembershipState.ACTIVE) for each in invited if member and each.state in ASKED]
        self._compare(asking, told, before, then.otherwise(accepted), order=by_name)

    @precondition(lambda self: self.stored(Group))
    @rule(
        which=GROUPS,
        what=st.sampled_from(("external", "external", "applications", "applications", "retired")),
        flag=st.booleans(),
        named=APPLICATIONS,
        type_=TYPES,
        limit=LIMITS,
    )
    def forecast_group(self, which: int, what: str, flag: bool, named: frozenset[str], type_: str, limit: int) -> None:  # noqa: FBT001, PLR0917 - drawn by Hypothesis
        """Let people from outside into a group or not, change what it opens, or retire it, as it was previewed; what was
        said to be loud is just what has to be accepted."""
        group = self.stored(Group)[which % len(self.stored(Group))]
        given = next(each for each in self.shops if each.organization == group.id.organization)
        opened = frozenset(ApplicationId(organization=given.organization, value=each) for each in named)
        asking = PreviewGroup(
            actor=given.admin,
            group=group.id,
            type=type_,
            allows_external=flag if what == "external" else None,
            applications=opened if what == "applications" else None,
            retired=what == "retired",
            limit=limit,
        )
        told, loud = self._pages(given, asking)

        def change(accepting: frozenset[Loud]) -> Command[Group]:
            by, closed = given.admin, group.applications - opened
            if what == "retired":
                return RetireGroup(actor=by, group=group.id)
            if what == "external":
                return SwitchExternal(actor=by, group=group.id, allows_external=flag, accepting=accepting)
            return ChangeApplications(actor=by, group=group.id, add=opened, remove=closed, accepting=accepting)

        if loud:
            self.expect("loudness", change(QUIET), None, self.do(given, change(QUIET)))
        before, changed = self.scene(given), self.do(given, change(loud))
        self.expect("loudness", asking, group.retired_at is None, changed is not None)
        self._compare(asking, told, before, self.scene(given), order=by_member)
        self.expect("loudness", asking, _opens(group, changed or group), bool(loud))

    @precondition(lambda self: self.departments)
    @rule(which=WHICH, under=WHICH, type_=TYPES, limit=LIMITS)
    def forecast_move(self, which: int, under: int, type_: str, limit: int) -> None:
        """Move a department below another or to the top, as it was previewed; what is not moved, as below itself, is not
        previewed either, and the neighbor's is there for neither."""
        every = self.departments
        department, parent = every[which % len(every)], (None, *every)[under % (len(every) + 1)]
        given = next(each for each in self.shops if each.organization == department.organization)
        asking = PreviewDepartment(actor=given.admin, department=department, parent=parent, type=type_, limit=limit)
        told, loud = self._pages(given, asking)
        self.expect("loudness", asking, QUIET, loud)
        if parent is not None and parent.organization != department.organization:
            self.expect("reach", asking, None, told)
        change = MoveDepartment(actor=given.admin, department=department, parent=parent)
        before, moved = self.scene(given), self.do(given, change)
        self.expect("previews", change, told is not None, moved is not None)
        self._compare(asking, told, before, self.scene(given), order=by_person)

    # How a preview is compared with what became of it.

    def _of_person(self, person: Known, asking: PreviewPerson, change: Command[R]) -> R | None:
        """Preview a change of a person, make it, and compare; what is not there for the preview is not there for it."""
        told, _ = self._pages(person.shop, asking)
        before, done = self.scene(person.shop), self.do(person.shop, change, only=person)
        self.expect("previews", change, None, done if told is None else None)
        if done is not None:
            self._compare(asking, told, before, self.scene(person.shop), order=by_name)
        return done

    def _pages(self, given: Shop, asking: Preview) -> tuple[list[Difference] | None, frozenset[Loud]]:
        """Walk the pages of a preview, which write nothing; None when it is refused. Each says what is loud, and the same."""
        moment, told = len(self.checked.journal), list[Difference]()
        page = self._page(given, asking)
        first = page
        while page is not None:
            told += page.differences
            self.expect("loudness", asking, first.loud if first else None, page.loud)
            if page.after is None:
                break
            page = self._page(given, evolve(asking, after=page.after))
        self.expect("reach", asking, [], self.checked.journal[moment:])
        return (told, first.loud) if first is not None else (None, frozenset())

    def _page(self, given: Shop, asking: Preview) -> PreviewPage[Any] | None:
        command: Command[Any] = asking
        return self.do(given, command)

    def _compare(
        self, asking: Preview, told: list[Difference] | None, before: Scene, then: Scene, *, order: Order
    ) -> None:
        """Raise `InvariantBroken` unless a preview told of just those who see something else since, in its order."""
        of_type = getattr(asking, "type", None)
        had, has = before.sights(), then.sights()
        changed = [
            Difference(person=person, resource=resource, gains=(person, resource) in has)
            for person, resource in had ^ has
            if of_type in {None, resource.type}
        ]
        expected = sorted(changed, key=lambda each: order(then, each))
        self.expect("previews", asking, expected, told or [])


def by_login(scene: Scene, each: Difference, /) -> tuple[str, ...]:
    """Return by what people are ordered."""
    return next((who.login.key, who.id.value) for who in scene.all(SubAccount) if who.id == each.person)


def by_name(scene: Scene, each: Difference, /) -> tuple[str, ...]:
    """Return by what resources are ordered."""
    return next((what.name_key, what.id.value) for what in scene.all(Resource) if what.id == each.resource)


def by_person(scene: Scene, each: Difference, /) -> tuple[str, ...]:
    """Return by what the people below a department are ordered, and what each of them sees."""
    return *by_login(scene, each), *by_name(scene, each)


def by_member(scene: Scene, each: Difference, /) -> tuple[str, ...]:
    """Return by what the members of a group are ordered, and what each of them sees."""
    return each.person.value, *by_name(scene, each)


def _opens(before: Group, then: Group) -> bool:
    """Tell whether a group lets people from outside in that it did not, or opens more to those it lets in."""
    lets, let = (each.allows_external and each.retired_at is None for each in (then, before))
    return lets and (not let or not then.applications <= before.applications)
