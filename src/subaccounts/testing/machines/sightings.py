"""The rules of who sees what: every question that can be asked of it, answered as the records say in words of their own.

Those words are `scene`. What a change would make of it is `forecasts`.
"""

from __future__ import annotations

from typing import Final

from hypothesis.stateful import precondition, rule

from ...commands import CountVisible, ListVisible, MaySee, OpenableApplications, VisibleAmong, WhoSees
from ...domain.actor import HostUser
from ...domain.fields import Kind
from ...domain.group import Group
from ...domain.ids import ApplicationId, GroupId, ResourceId
from ...domain.life import State
from ...domain.membership import Membership
from ...domain.resource import Resource
from ...domain.sub_account import SubAccount
from ...domain.visibility import Sight
from .doors import PEOPLE
from .gatherings import DAY
from .known import Known
from .scene import Scene
from .shelves import LIMITS, PREFIXES, SELDOM, TYPES, WHICH, listed
from .town import Town

NOT_THERE: Final = "course/of nobody"


class SightingRules(Town):
    """Ask who sees what in every way there is: the check, the page, the count and the people say the same."""

    @precondition(lambda self: self.stored(Resource) and self.people)
    @rule(who=PEOPLE, which=WHICH, foreign=SELDOM)
    def may_see(self, who: int, which: int, foreign: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """Ask of one person and one resource, and why; what is named in the answer is of the organization."""
        person, (resource, _) = self.known(who), self.resource(which)
        command = MaySee(actor=self._asker(person, foreign=foreign), person=person.id, resource=resource.id)
        said = self.do(person.shop, command, only=person)
        together = resource.id.organization == person.id.organization
        there = self._is_there(person) and together and not foreign
        self.expect("reach" if foreign or not together else "answers", command, there, said is not None)
        if said is None:
            return
        scene = self.scene(person.shop)
        visible = scene.sees(scene.eye(self.person(person.id).sub_account), resource)
        self.expect("sight", command, visible, said.visible)
        self.expect("sight", command, visible, not said.sight.against)
        named = {each.organization for fact in said.sight.facts for each in fact.about}
        self.expect("reach", command, set(), named - {person.id.organization})

    @precondition(lambda self: self.stored(Resource) and self.people)
    @rule(who=PEOPLE, foreign=SELDOM, strange=SELDOM)
    def pick_what_is_seen(self, who: int, foreign: bool, strange: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """Ask of everything at once, of what is not there too, and seldom of the neighbor's, which is refused."""
        person = self.known(who)
        of = person.shop.organization
        every = {each.id for each in self.stored(Resource) if strange or each.id.organization == of}
        asked = frozenset({*every, ResourceId(organization=of, value=NOT_THERE)})
        command = VisibleAmong(actor=self._asker(person, foreign=foreign), person=person.id, resources=asked)
        among = self.do(person.shop, command, only=person)
        there = self._is_there(person) and not foreign and all(each.organization == of for each in asked)
        seen = frozenset(each.id for each in self._seen_by(person))
        self.expect("sight", command, seen if there else None, among)

    @precondition(lambda self: self.stored(Resource) and self.people)
    @rule(who=PEOPLE, foreign=SELDOM, type_=TYPES, prefix=PREFIXES, limit=LIMITS)
    def page_through_what_is_seen(self, who: int, foreign: bool, type_: str, prefix: str, limit: int) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """Walk the pages of what a person sees, and count it."""
        person, found, after = self.known(who), list[Resource](), None
        actor, there = self._asker(person, foreign=foreign), self._is_there(person) and not foreign
        expected = listed(self._seen_by(person), type_=type_, prefix=prefix)
        while True:
            command = ListVisible(actor=actor, person=person.id, type=type_, prefix=prefix, after=after, limit=limit)
            page = self.do(person.shop, command, only=person)
            self.expect("answers", command, there, page is not None)
            found += page.resources if page else ()
            self._require_reasons(command, page.sights if page else (), len(page.resources) if page else 0)
            after = page.after if page else None
            if after is None:
                break
        self.expect("sight", command, expected if there else [], found)
        counting = CountVisible(actor=actor, person=person.id, type=type_, prefix=prefix)
        count = self.do(person.shop, counting, only=person)
        self.expect("sight", counting, len(expected) if there else None, count.number if count else None)

    @precondition(lambda self: self.people)
    @rule(who=PEOPLE, foreign=SELDOM)
    def open_applications(self, who: int, foreign: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """Ask what a person can open: everything for an employee, what its groups open for somebody from outside."""
        person = self.known(who)
        command = OpenableApplications(actor=self._asker(person, foreign=foreign), person=person.id)
        said = self.do(person.shop, command, only=person)
        there = self._is_there(person) and not foreign
        self.expect("answers", command, there, said is not None)
        if said is None:
            return
        sub, scene = self.person(person.id).sub_account, self.scene(person.shop)
        eye = scene.eye(sub)
        self.expect("sight", command, not eye.gone and sub.profile.kind is Kind.EMPLOYEE, said.every)
        opened: dict[ApplicationId, list[GroupId]] = {each: [] for each in sorted(eye.opens, key=lambda at: at.value)}
        for group in sorted(scene.all(Group), key=lambda each: each.id.value):
            for each in group.applications & eye.opens if group.id in eye.has else ():
                opened[each].append(group.id)
        through = {each.application: [group.id for group in each.groups] for each in said.through}
        self.expect("sight", command, opened if eye.outside and not eye.gone else {}, through)

    @precondition(lambda self: self.stored(Resource))
    @rule(which=WHICH, foreign=SELDOM, limit=LIMITS)
    def who_sees(self, which: int, foreign: bool, limit: int) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """Walk the pages of the people who see a resource, in the order of logins."""
        resource, given = self.resource(which)
        actor = (self.neighbor(given) if foreign else given).admin
        found, after = list[SubAccount](), None
        while True:
            command = WhoSees(actor=actor, resource=resource.id, after=after, limit=limit)
            page = self.do(given, command)
            self.expect("reach", command, not foreign, page is not None)
            found += page.people if page else ()
            self._require_reasons(command, page.sights if page else (), len(page.people) if page else 0)
            after = page.after if page else None
            if after is None:
                break
        self.expect("sight", command, [] if foreign else self.scene(given).who_sees(resource), found)

    def last_look(self) -> None:
        """Look through everybody's eyes and at every resource, now and when what ends soon is over."""
        super().last_look()
        self._look_around()
        if any(each.window.until is not None for each in self.stored(Membership)):
            self.portal.clock.advance(2 * DAY)
            self._look_around()

    def _look_around(self) -> None:
        for shop in self.shops[::2]:
            scene = self.scene(shop)
            there = [each for each in scene.all(SubAccount) if each.state is not State.DELETED]
            for number, who in enumerate(there if scene.all(Resource) else ()):
                self._look_through(who, shop.admin, scene, number)
            for each in scene.all(Resource):
                command = WhoSees(actor=shop.admin, resource=each.id, limit=900)
                self.expect("sight", command, scene.who_sees(each), list(self.handle(command).people))

    def _look_through(self, who: SubAccount, actor: HostUser, scene: Scene, number: int) -> None:
        """Ask of everything that somebody sees, and by turns of one thing why, of what there is of a type and how much."""
        resources, seen = scene.all(Resource), scene.seen_by(who)
        one, prefix = resources[number % len(resources)], "SAFE" if number % 2 else ""
        type_, expected = one.id.type, listed(seen, type_=one.id.type, prefix=prefix)
        among = VisibleAmong(actor=actor, person=who.id, resources=frozenset(each.id for each in resources))
        self.expect("sight", among, {each.id for each in seen}, self.handle(among))
        match number % 3:
            case 0:
                why = MaySee(actor=actor, person=who.id, resource=one.id)
                self.expect("sight", why, one in seen, self.handle(why).visible)
            case 1:
                page = ListVisible(actor=actor, person=who.id, type=type_, prefix=prefix, limit=900)
                self.expect("sight", page, expected, list(self.handle(page).resources))
            case _:
                count = CountVisible(actor=actor, person=who.id, type=type_, prefix=prefix)
                self.expect("sight", count, len(expected), self.handle(count).number)

    def _require_reasons(self, command: object, sights: tuple[Sight, ...], number: int) -> None:
        """Require as many reasons as there are answers, none of which speaks against it."""
        self.expect("sight", command, [True] * number, [each.visible and not each.against for each in sights])

    def _asker(self, person: Known, *, foreign: bool) -> HostUser:
        """Return the administrator of a person, or the one next door, to whom nothing is said."""
        return (self.neighbor(person.shop) if foreign else person.shop).admin

    def _is_there(self, person: Known) -> bool:
        return self.person(person.id).sub_account.state is not State.DELETED

    def _seen_by(self, person: Known) -> list[Resource]:
        return self.scene(person.shop).seen_by(self.person(person.id).sub_account)
