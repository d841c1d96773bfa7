"""The rules that take several steps at once, each of them a rule of another room: what seldom comes together by chance."""

from __future__ import annotations

from typing import Any, Final

from attrs import evolve
from hypothesis import strategies as st
from hypothesis.stateful import rule

from ...commands import (
    AcceptInvitation,
    AddMembers,
    Command,
    DeclineInvitation,
    EditPerson,
    InviteMembers,
    LeaveGroup,
)
from ...domain.catalog import CatalogEntry
from ...domain.fields import Kind
from ...domain.group import Group
from ...domain.proof import Form
from ...domain.resource import Resource
from .arrivals import SUBJECTS, ArrivalRules
from .deliveries import DeliveryRules
from .doors import PEOPLE, DoorRules
from .forecasts import ForecastRules
from .gatherings import LIVING, GatheringRules
from .houses import SHOPS, HouseRules
from .offices import EMAILS, LOGINS, OfficeRules
from .phones import NUMBERS, PhoneRules
from .rosters import RosterRules
from .shelves import EVERYTHING_LOUD, WISHES, Wish

CATALOGS: Final = ("departments", "job_profiles", "permission_types")


class FurnishingRules(
    DoorRules,
    OfficeRules,
    ArrivalRules,
    DeliveryRules,
    PhoneRules,
    HouseRules,
    GatheringRules,
    ForecastRules,
    RosterRules,
):
    """Furnish a house with people who are in something, and with what is shown to just those."""

    @rule(
        shop=SHOPS,
        who=PEOPLE,
        kind=st.sampled_from(Kind),
        wish=WISHES,
        external=st.sampled_from((True, True, False)),
        days=st.sampled_from((None, 1)),
        how=st.sampled_from((AddMembers, AddMembers, InviteMembers)),
    )
    def open_a_circle(  # noqa: PLR0917 - each is drawn by Hypothesis
        self,
        shop: int,
        who: int,
        kind: Kind,
        wish: Wish,
        external: bool,  # noqa: FBT001 - drawn by Hypothesis
        days: int | None,
        how: type[Command[Any]],
    ) -> None:
        """Let somebody claim, put it into a group for a time or invite it, from outside or not, and show the group something."""
        self._circle(shop, who, kind, wish, how, external=external, days=days)

    @rule(
        shop=SHOPS,
        who=PEOPLE,
        kind=st.sampled_from((Kind.EXTERNAL, Kind.EXTERNAL, Kind.EMPLOYEE)),
        wish=WISHES,
        then=st.sampled_from(
            ("external", "external", "applications", "retired", "retired", "membership", "kind", "absence")
        ),
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
                named = frozenset({"mail", "news"} if flag else ())
                self.forecast_group(group, then, flag=False, named=named, type_=type_, limit=1)

    @rule(
        shop=SHOPS,
        who=PEOPLE,
        kind=st.sampled_from(Kind),
        days=st.sampled_from((None, 1)),
        declines=st.booleans(),
        late=st.sampled_from((False, False, False, True)),
    )
    def ask_into_a_circle(self, shop: int, who: int, kind: Kind, days: int | None, declines: bool, late: bool) -> None:  # noqa: FBT001, PLR0917 - drawn by Hypothesis
        """Let somebody claim, invite it into a group, once more if it declines, and have it accept, seldom when the time for
        that may be over; then it leaves."""
        at, group = self._gathered(shop, who, kind, InviteMembers, external=True, days=days)
        if declines:
            self.answer(at, group, DeclineInvitation, dead=False)
            self.gather(at, at, group, InviteMembers, days)
        if late:
            self.expire(group, 1)
        self.answer(at, group, AcceptInvitation, dead=False)
        self.answer(at, group, LeaveGroup, dead=False)

    @rule(shop=SHOPS, what=st.integers(0, 2), who=PEOPLE, retire=st.booleans())
    def give_other_names(self, shop: int, what: int, who: int, retire: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """Make a group and an entry of a catalog, give both a name that nobody has, and retire the entry or not."""
        of, name = self.shops[shop].organization, f"Number {self.next_number()}"
        self.make_group(shop, "Guests", external=False)
        self.change_group(self._groups_of(shop)[-1], 3, name, flag=False)
        self.make(shop, "Kitchen", what, who)
        entries = [number for number, each in enumerate(self.stored(CatalogEntry)) if each.id.organization == of]
        for entry in entries[-1:]:
            self.rename_or_retire(entry, name, retire=False)
            if retire:
                self.rename_or_retire(entry, name, retire=True)

    @rule(shop=SHOPS, who=PEOPLE, number=st.sampled_from(NUMBERS), wrongs=st.sampled_from((0, 0, 1, 5)))
    def give_a_phone(self, shop: int, who: int, number: str, wrongs: int) -> None:
        """Let somebody claim where SMS were bought, and have it prove a phone, after so many mistakes or none."""
        self.buy_sms(shop, bought=True, form=Form.LINK)
        at = self._claimed(shop, who)
        self.ask_for_a_number(at, number, right=True)
        self.type_a_code(at, at, "alive", wrongs)

    @rule(shop=SHOPS, who=PEOPLE, number=st.sampled_from(NUMBERS), wrongs=st.sampled_from((0, 0, 1, 5)))
    def forget_by_phone(self, shop: int, who: int, number: str, wrongs: int) -> None:
        """Let somebody claim where SMS carry codes, give it a phone, and have it forget its password and type the code that
        it was sent, after so many mistakes or none."""
        self.buy_sms(shop, bought=True, form=Form.CODE)
        at = self._claimed(shop, who)
        person = self.known(at)
        command = EditPerson(actor=person.shop.admin, sub_account=person.id, fields={"phone": number})
        self.do(person.shop, command, only=person)
        self.forget_password(at, outside=False)
        for _ in range(wrongs):
            self.mistype(at, outside=True)
        self.recover_by_code(at, at, "alive", good=True, outside=False)

    @rule(shop=SHOPS, who=PEOPLE)
    def give_an_email(self, shop: int, who: int) -> None:
        """Let somebody claim to whom nobody else gave an e-mail, have it ask for one of its own, and prove it."""
        at = self._claimed(shop, who)
        self.edit(at, None, 0)
        if self.known(at).subjects:
            self.change_contact(self._among_the_signed_in(at), 0, right=True)
        self.follow_the_last()

    @rule(shop=SHOPS, who=PEOPLE, login=LOGINS, email=st.sampled_from(EMAILS))
    def share_an_email(self, shop: int, who: int, login: str, email: str) -> None:
        """Give an e-mail to somebody, and to one more of the same account; one of the two can sign in with it, or a third."""
        at = self._somebody(shop, who)
        self.add(login, self.shops.index(self.known(at).shop), reuse=True, email=False)
        for each in (at, len(self.people) - 1):
            self.edit(each, email, 0)

    @rule(shop=SHOPS, who=PEOPLE, gone=st.booleans(), then=st.sampled_from((None, "forgets", "changes")))
    def come_by_links(self, shop: int, who: int, gone: bool, then: str | None) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """Begin somebody anew, who was gone or not, tell it, and have it follow what it was sent; then it forgets its password
        and follows what it was sent for that, or changes it."""
        at = self._somebody(shop, who)
        if gone:
            self.end(at, delete=False)
        self.renew(at, restore=gone)
        self.tell(at, move=True)
        self.follow_the_last()
        if then == "forgets":
            self.forget_password(at, outside=False)
            self.follow_the_last()
        elif then == "changes" and self.known(at).subjects:
            self.change_password(self._among_the_signed_in(at), right=True, dead=False)

    @rule(shop=SHOPS, who=PEOPLE, subject=SUBJECTS)
    def link_and_unlink(self, shop: int, who: int, subject: str) -> None:
        """Let somebody claim, link a company account, and unlink it."""
        at = self._claimed(shop, who)
        if self.known(at).subjects:
            self.link(self._among_the_signed_in(at), subject, right=True)
        self.unlink(at)

    @rule(
        shop=SHOPS,
        who=PEOPLE,
        kind=st.sampled_from(Kind),
        wish=WISHES,
        hidden=st.booleans(),
        leaves=st.sampled_from((False, False, False, True)),
    )
    def open_a_roster(self, shop: int, who: int, kind: Kind, wish: Wish, hidden: bool, leaves: bool) -> None:  # noqa: FBT001, PLR0917 - drawn by Hypothesis
        """Put something that has a roster, hidden from people from outside or not, and somebody on the roster, or off again."""
        at = self._somebody(shop, who)
        self.be_from(at, kind, previewed=True)
        self.put(shop, [evolve(wish, rostered=True, hidden=hidden)], EVERYTHING_LOUD)
        there = [number for number, each in enumerate(self.stored(Resource)) if each.id.value == wish.id]
        ours = [each for each in there if self.resource(each)[1].organization == self.shops[shop].organization]
        if ours:
            self.attend((at, at), ours[0], adding=True, foreign=False)
        if ours and leaves:
            self.attend((at, at), ours[0], adding=False, foreign=False)

    def _circle(
        self,
        shop: int,
        who: int,
        kind: Kind,
        wish: Wish,
        how: type[Command[Any]] = AddMembers,
        *,
        external: bool,
        days: int | None = None,
    ) -> tuple[int, int]:
        """Return the numbers of who is in a group now or invited, and of the group that something is shown to."""
        at, group = self._gathered(shop, who, kind, how, external=external, days=days)
        for part in sorted(wish.named & set(CATALOGS)):
            self.make(shop, "Kitchen", CATALOGS.index(part), who)
        place = self._groups_of(shop).index(group) - wish.which % 2  # an odd number names two, of which this is one
        self.put(shop, [evolve(wish, named=wish.named | {"groups"}, which=place)], EVERYTHING_LOUD)
        return at, group

    def _gathered(
        self, shop: int, who: int, kind: Kind, how: type[Command[Any]], *, external: bool, days: int | None
    ) -> tuple[int, int]:
        """Return the numbers of who was added to a group or invited, and of the group."""
        at = self._claimed(shop, who)
        self.be_from(at, kind, previewed=True)
        self.make_group(shop, "Partners", external=external)
        groups = self._groups_of(shop)
        group = groups[who % len(groups) // 2 * 2]  # even, for a wish of an even number names one alone
        self.gather(at, at, group, how, days)
        return at, group

    def _groups_of(self, shop: int) -> list[int]:
        """Return the numbers of the groups of the organization of a shop."""
        of = self.shops[shop].organization
        return [number for number, each in enumerate(self.stored(Group)) if each.id.organization == of]

    def _claimed(self, shop: int, who: int) -> int:
        """Return the number of somebody who could claim and come in just now, if anybody can."""
        at = self._somebody(shop, who)
        self.issue(at)
        self.claim(at, at, "alive", outside=False)
        return at

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

    def _among_the_signed_in(self, at: int) -> int:
        """Return the number of somebody where only those are counted who have a sign-in that holds."""
        return [each for each in self.people if each.subjects].index(self.known(at))

    def _somebody(self, shop: int, who: int) -> int:
        """Return the number of somebody of the organization of a shop, who lives if anybody does."""
        of = self.shops[shop].organization
        ours = [number for number, each in enumerate(self.people) if each.shop.organization == of]
        living = [each for each in ours if self.person(self.people[each].id).sub_account.state in LIVING] or ours
        return living[who % len(living)]
