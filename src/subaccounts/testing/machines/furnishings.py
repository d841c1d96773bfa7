"""The rules that take several steps at once, each of them a rule of another room: what seldom comes together by chance."""

from __future__ import annotations

from typing import Final

from attrs import evolve
from hypothesis import strategies as st
from hypothesis.stateful import rule

from ...commands import AddMembers, EditPerson
from ...domain.fields import Kind
from ...domain.group import Group
from ...domain.resource import Resource
from .doors import PEOPLE, DoorRules
from .forecasts import ForecastRules
from .gatherings import LIVING, GatheringRules
from .houses import SHOPS, HouseRules
from .offices import OfficeRules
from .rosters import RosterRules
from .shelves import EVERYTHING_LOUD, WISHES, Wish

CATALOGS: Final = ("departments", "job_profiles", "permission_types")


class FurnishingRules(DoorRules, OfficeRules, HouseRules, GatheringRules, ForecastRules, RosterRules):
    """Furnish a house with people who are in something, and with what is shown to just those."""

    @rule(
        shop=SHOPS,
        who=PEOPLE,
        kind=st.sampled_from(Kind),
        wish=WISHES,
        external=st.sampled_from((True, True, False)),
        days=st.sampled_from((None, 1)),
    )
    def open_a_circle(self, shop: int, who: int, kind: Kind, wish: Wish, external: bool, days: int | None) -> None:  # noqa: FBT001, PLR0917 - drawn by Hypothesis
        """Let somebody claim, put it into a group for a time, from outside or not, and show the group something."""
        self._circle(shop, who, kind, wish, external=external, days=days)

    @rule(
        shop=SHOPS,
        who=PEOPLE,
        kind=st.sampled_from(Kind),
        wish=WISHES,
        then=st.sampled_from(("external", "applications", "retired", "membership", "kind", "absence")),
        flag=st.booleans(),
    )
    def foresee_a_circle(self, shop: int, who: int, kind: Kind, wish: Wish, then: str, flag: bool) -> None:  # noqa: FBT001, PLR0917 - drawn by Hypothesis
        """Do so, and ask then what a change of the group or of the person would make of it."""
        at, group = self._circle(shop, who, kind, wish, external=True)
        type_ = wish.id.partition("/")[0]
        match then:
            case "membership":
                self.forecast_membership(at, group, member=flag, type_=type_, limit=1)
            case "kind":
                self.forecast_kind(at, Kind.EMPLOYEE if kind is Kind.EXTERNAL else Kind.EXTERNAL, type_, 1)
            case "absence":
                self.forecast_absence(at, back=False, type_=type_, limit=1)
            case _:
                self.forecast_group(group, then, flag=False, named=frozenset(), type_=type_, limit=1)

    @rule(shop=SHOPS, who=PEOPLE, kind=st.sampled_from(Kind), wish=WISHES, hidden=st.booleans())
    def open_a_roster(self, shop: int, who: int, kind: Kind, wish: Wish, hidden: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """Put something that has a roster, hidden from people from outside or not, and somebody on the roster."""
        at = self._somebody(shop, who)
        self.be_from(at, kind, previewed=True)
        self.put(shop, [evolve(wish, rostered=True, hidden=hidden)], EVERYTHING_LOUD)
        there = [number for number, each in enumerate(self.stored(Resource)) if each.id.value == wish.id]
        ours = [each for each in there if self.resource(each)[1].organization == self.shops[shop].organization]
        if ours:
            self.attend((at, at), ours[0], adding=True, foreign=False)

    def _circle(
        self, shop: int, who: int, kind: Kind, wish: Wish, *, external: bool, days: int | None = None
    ) -> tuple[int, int]:
        """Return the numbers of who is in a group now, and of the group that something is shown to."""
        of, at = self.shops[shop].organization, self._somebody(shop, who)
        self.issue(at)
        self.claim(at, at, "alive", outside=False)
        self.be_from(at, kind, previewed=True)
        self.make_group(shop, "Partners", external=external)
        groups = [number for number, each in enumerate(self.stored(Group)) if each.id.organization == of]
        self.gather(at, at, groups[who % len(groups)], AddMembers, days)
        for part in sorted(wish.named & set(CATALOGS)):
            self.make(shop, "Kitchen", CATALOGS.index(part), who)
        self.put(shop, [evolve(wish, named=wish.named | {"groups"})], EVERYTHING_LOUD)
        return at, groups[who % len(groups)]

    @rule(shop=SHOPS, who=PEOPLE, what=st.integers(0, 2), wish=WISHES)
    def open_a_desk(self, shop: int, who: int, what: int, wish: Wish) -> None:
        """Make a department, a job profile or a permission type, give it to somebody, and show something to whoever has it."""
        at = self._somebody(shop, who)
        self.make(shop, "Kitchen", what, who)
        if what:
            self.qualify(at, who, taken=False)
        else:
            self.edit(at, None, 2 * who + 1)
        self.put(shop, [evolve(wish, named=wish.named | {CATALOGS[what]})], EVERYTHING_LOUD)

    @rule(shop=SHOPS, who=PEOPLE, kind=st.sampled_from(Kind), wish=WISHES, hidden=st.booleans())
    def foresee_a_move(self, shop: int, who: int, kind: Kind, wish: Wish, hidden: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """Put somebody in a department, show something to another, hidden from people from outside or not, and ask what moving
        the one below the other would make of it, and out again."""
        of, at = self.shops[shop].organization, self._somebody(shop, who)
        self.be_from(at, kind, previewed=True)
        for name in ("Kitchen", "Sales"):
            self.make(shop, name, 0, 0)
        ours = [number for number, each in enumerate(self.departments) if each.organization == of]
        if len(ours) < 2:
            return
        place = who % len(ours) // 2 * 2  # even, for a wish of an even number names one alone
        upper, lower = ours[place], ours[(place + 1) % len(ours)]
        fields = {"departments": frozenset({self.departments[lower]})}
        person = self.known(at)
        self.do(person.shop, EditPerson(actor=person.shop.admin, sub_account=person.id, fields=fields), only=person)
        shown = evolve(wish, named=frozenset({"departments"}), which=place, hidden=hidden, foreign=False)
        self.put(shop, [shown], EVERYTHING_LOUD)
        for under in (1 + upper, 0):
            self.forecast_move(lower, under, wish.id.partition("/")[0], 1)

    def _somebody(self, shop: int, who: int) -> int:
        """Return the number of somebody of the organization of a shop, who lives if anybody does."""
        of = self.shops[shop].organization
        ours = [number for number, each in enumerate(self.people) if each.shop.organization == of]
        living = [each for each in ours if self.person(self.people[each].id).sub_account.state in LIVING] or ours
        return living[who % len(living)]
