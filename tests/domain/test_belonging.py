"""What a person does with its own memberships, how they look at a moment, and what an invitation is worth then."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import product
from typing import Any, Final

import pytest
from attrs import evolve

from subaccounts import Kind, State
from subaccounts.domain import belonging
from subaccounts.domain import fields as f
from subaccounts.domain.belonging import Belonging, Member, Own
from subaccounts.domain.decision import Decision, Happened, seen
from subaccounts.domain.events import By
from subaccounts.domain.group import Group
from subaccounts.domain.group_events import InvitationAccepted, InvitationDeclined, MemberLeft
from subaccounts.domain.invitation import in_the_way, stands
from subaccounts.domain.membership import (
    ALWAYS,
    MEMBERSHIP,
    InvitationRef,
    Membership,
    MembershipInput,
    MembershipState,
    Window,
)
from subaccounts.domain.sub_account import Person, SubAccount
from subaccounts.domain.viewer import Apart, Viewer, ViewerFacts
from subaccounts.errors import EmployeesOnly, NotFound, Refusal, WrongState
from subaccounts.testing import NOON
from subaccounts.testing import builders as a
from subaccounts.testing import groups as g

ITSELF: Final = By(kind="sub_account", id=a.value(1))
INVITED, ACTIVE, LEFT = MembershipState
LATER: Final = NOON + timedelta(seconds=1)
AHEAD, PAST = Window(since=LATER), Window(until=NOON)
RULES: Final[dict[MembershipInput, tuple[Callable[[Own, Any], Decision[Membership]], type[Any]]]] = {
    MembershipInput.ACCEPT: (lambda own, group: belonging.accept(own, group, now=NOON), InvitationAccepted),
    MembershipInput.DECLINE: (belonging.decline, InvitationDeclined),
    MembershipInput.LEAVE: (belonging.leave, MemberLeft),
}


def anna(kind: Kind = Kind.EXTERNAL, state: State = State.ACTIVE) -> SubAccount:
    """Return a person of a kind."""
    return a.sub_account(version=5, state=state, profile=a.profile({f.KIND: kind}))


def partners(**changes: Any) -> Group:
    """Return a group that takes people from outside."""
    return g.group(2, version=7, allows_external=True, **changes)


def held(state: MembershipState = INVITED, window: Window = ALWAYS) -> Membership:
    """Return what anna has of the partners."""
    return g.membership(4, group=2, person=1, state=state, window=window, version=3)


def facts(
    membership: Membership | None = None, group: Group | None = None, person: SubAccount | None = None
) -> ViewerFacts:
    """Return what is stored of anna: memberships of two other groups around the one that matters."""
    others = (g.membership(1, group=1, state=ACTIVE), g.membership(3, group=3, state=LEFT))
    return ViewerFacts(
        sub_account=person or anna(),
        memberships=(others[0], membership or held(), others[1]),
        groups=(g.group(1), group or partners(), g.group(3)),
    )


def own(**given: Any) -> Own:
    """Return anna signed in."""
    found = facts(**given)
    person = Person(
        organization=a.organization(), account=a.account(), sub_account=found.sub_account, credential=a.credential()
    )
    return Own(person=person, facts=found, by=ITSELF)


class TestOwn:
    """A person answers for itself, in the states that the table has."""

    @pytest.mark.parametrize(("what", "state"), [*product(RULES, MembershipState)])
    def test_in_every_state(self, what: MembershipInput, state: MembershipState) -> None:
        """What the table has happens, once, under the person's own name; what it lacks is refused."""
        rule, event = RULES[what]
        me, before = own(membership=held(state, AHEAD)), held(state, AHEAD)
        if (state, what) not in MEMBERSHIP:
            with pytest.raises(WrongState) as refused:
                rule(me, g.group_id(2))
            assert ("membership", state.value, what.value) == (
                refused.value.what,
                refused.value.state,
                refused.value.action,
            )
            return
        becomes = evolve(before, state=MEMBERSHIP[state, what])
        sub = me.person.sub_account
        sign_in = (seen(sub), seen(me.person.account))
        expected = Decision(
            organization=a.OURS,
            by=ITSELF,
            result=evolve(becomes, version=4),
            puts=(becomes,),
            guards=(*sign_in, seen(partners())) if what is MembershipInput.ACCEPT else sign_in,
            happened=(Happened(what=event(group=g.group_id(2)), account=sub.account, sub_account=sub.id),),
        )
        assert expected == rule(me, g.group_id(2))

    @pytest.mark.parametrize("what", RULES)
    def test_a_group_it_was_never_asked_into(self, what: MembershipInput) -> None:
        """A group that a person has nothing of is not there, whether it exists or not, and of another organization too."""
        for group in (g.group_id(9), g.group_id(2, of=a.THEIRS)):
            with pytest.raises(NotFound) as refused:
                RULES[what][0](own(), group)
            assert "membership" == refused.value.what

    @pytest.mark.parametrize(
        ("group", "window", "refusal"),
        [
            (partners(retired_at=NOON), ALWAYS, WrongState(what="group", state="retired", action="accept")),
            (g.group(2, version=7), ALWAYS, EmployeesOnly(what="group")),
            (partners(), PAST, WrongState(what="invitation", state="over", action="accept")),
            (partners(), AHEAD, None),
        ],
    )
    def test_what_is_in_the_way(self, group: Group, window: Window, refusal: Refusal | None) -> None:
        """Nobody accepts what is over, retired or closed to it; declining and leaving have nothing in their way."""
        me = own(membership=held(window=window), group=group)
        if refusal is None:
            assert ACTIVE is belonging.accept(me, group.id, now=NOON).result.state
        else:
            with pytest.raises(type(refusal)) as refused:
                belonging.accept(me, group.id, now=NOON)
            assert vars(refusal) == vars(refused.value)
        assert LEFT is belonging.decline(me, group.id).result.state
        inside = own(membership=held(ACTIVE, window), group=group)
        assert LEFT is belonging.leave(inside, group.id).result.state

    def test_an_employee_accepts_anywhere(self) -> None:
        """A group that takes employees only is open to them."""
        me = own(group=g.group(2, version=7), person=anna(Kind.EMPLOYEE))
        assert ACTIVE is belonging.accept(me, g.group_id(2), now=NOON).result.state


class TestShown:
    """How a membership looks, at a moment."""

    @pytest.mark.parametrize(
        ("membership", "group", "why", "over"),
        [
            (held(ACTIVE), partners(), None, False),
            (held(INVITED), partners(), Apart.INVITED, False),
            (held(INVITED, PAST), partners(), Apart.INVITED, True),
            (held(ACTIVE, PAST), partners(), Apart.OVER, True),
            (held(ACTIVE, AHEAD), partners(), Apart.NOT_YET, False),
            (held(LEFT, PAST), partners(), Apart.LEFT, True),
            (held(ACTIVE), g.group(2), Apart.EMPLOYEES_ONLY, False),
            (held(ACTIVE), partners(retired_at=NOON), Apart.RETIRED, False),
        ],
    )
    def test_at_a_moment(self, membership: Membership, group: Group, why: Apart | None, over: bool) -> None:
        """Why it does not count is said, and whether its window has ended, of an invitation too."""
        person = anna()
        shown = Belonging(group=group, membership=membership, apart=why, over=over)
        assert shown == Belonging.at(NOON, person, membership, group)
        member = Member(sub_account=person, membership=membership, apart=why, over=over)
        assert member == Member.at(NOON, person, membership, group)

    def test_all_of_a_person(self) -> None:
        """All memberships are shown in their order, and those that count are those by which the person sees."""
        found = facts(membership=held(ACTIVE), person=anna(Kind.EMPLOYEE))
        shown = belonging.belongings(found, NOON)
        assert list(found.memberships) == [each.membership for each in shown]
        assert list(found.groups) == [each.group for each in shown]
        counting = {each.group.id for each in shown if each.apart is None}
        assert Viewer.at(NOON, found).groups == counting == {g.group_id(1), g.group_id(2)}


class TestStands:
    """Whether an invitation that went out could still be accepted."""

    REF: Final = InvitationRef(id=held().id, version=3)

    @pytest.mark.parametrize("state", State)
    def test_while_somebody_is_there(self, state: State) -> None:
        """It stands for who waits, is active, or can come back in by itself, and for nobody archived or deleted."""
        living = state in {State.WAITING, State.ACTIVE, State.DISABLED}
        assert living == stands(self.REF, facts(person=anna(state=state)), NOON)

    @pytest.mark.parametrize(
        "other", [InvitationRef(id=held().id, version=2), InvitationRef(id=held().id, version=4), None]
    )
    def test_as_it_went_out(self, other: InvitationRef | None) -> None:
        """Another version of the membership is another invitation, or an answer; another membership is none."""
        found = other or InvitationRef(id=g.membership(8).id, version=3)
        assert not stands(found, facts(), NOON)

    @pytest.mark.parametrize(("window", "open_"), [(ALWAYS, True), (AHEAD, True), (PAST, False)])
    @pytest.mark.parametrize("external", [True, False])
    @pytest.mark.parametrize("retired", [None, NOON])
    def test_while_it_can_be_accepted(self, window: Window, open_: bool, external: bool, retired: Any) -> None:
        """What is in the way of an acceptance overtakes the message too."""
        group = g.group(2, allows_external=external, retired_at=retired)
        membership = held(window=window)
        found = facts(membership=membership, group=group)
        acceptable = in_the_way(membership, group, Kind.EXTERNAL, NOON) is None
        assert (open_ and external and retired is None) == acceptable == stands(self.REF, found, NOON)
