"""Rules of who is put into a group: added at once or invited, once more, removed; a line that is refused writes nothing."""

from __future__ import annotations

from datetime import timedelta
from itertools import product
from typing import Any, Final

import pytest
from attrs import evolve

from subaccounts import ActivationPolicy, Channel, Email, Issuer, Kind, Language, NoticeKind, Phone, State
from subaccounts.domain import fields as f
from subaccounts.domain import joining
from subaccounts.domain.decision import Decision, Happened, seen
from subaccounts.domain.events import By
from subaccounts.domain.group_events import MemberAdded, MemberInvited, MemberRemoved
from subaccounts.domain.ids import MembershipId
from subaccounts.domain.joining import Candidate, Joining, MemberLine
from subaccounts.domain.membership import (
    ALWAYS,
    MEMBERSHIP,
    InvitationRef,
    Membership,
    MembershipInput,
    MembershipState,
    Window,
)
from subaccounts.domain.notice import Telling
from subaccounts.domain.sub_account import SubAccount
from subaccounts.errors import InvalidValue
from subaccounts.testing import NOON
from subaccounts.testing import builders as a
from subaccounts.testing import groups as g

BOSS: Final = By(kind="host_user", id="boss")
MAIL: Final = Email.parse("anna@home.example")
FRESH: Final = MembershipId(organization=a.OURS, value=a.value(9))
ORGANIZATION: Final = a.organization(name="Acme")
GROUP: Final = g.group(version=3, name="Partners", allows_external=True)
WINDOW: Final = Window(since=NOON, until=NOON + timedelta(days=30))
OVER: Final = Window(until=NOON)
"""The window that ends at the very moment at which everything here is decided."""
LASTING: Final = Window(until=NOON + timedelta.resolution)
INVITED, ACTIVE, LEFT = MembershipState
LIVING: Final = (State.ACTIVE, State.DISABLED, State.WAITING)


def person(state: State = State.ACTIVE, *, kind: Kind = Kind.EMPLOYEE, **values: Any) -> SubAccount:
    """Return a person with an e-mail that counts."""
    profile = a.profile({f.EMAIL: MAIL, f.KIND: kind, **values})
    return a.sub_account(login="anna", state=state, version=5, profile=profile)


def held(state: MembershipState | None, window: Window = ALWAYS) -> Membership | None:
    """Return what the person has of the group, read at version 2."""
    return None if state is None else g.membership(4, group=GROUP.id, person=1, state=state, version=2, window=window)


def candidate(who: SubAccount, membership: Membership | None = None) -> Candidate:
    """Return somebody to be put into the group."""
    return Candidate(person=who, membership=membership, id=FRESH)


def into(**changes: Any) -> Joining:
    """Return what people are to be in."""
    given = Joining(organization=ORGANIZATION, group=GROUP, window=WINDOW, sms=False, by=BOSS, now=NOON)
    return evolve(given, **changes)


def nothing(who: Candidate, **line: Any) -> Decision[MemberLine]:
    """Return the decision that changes nothing and says this."""
    return Decision(organization=a.OURS, by=BOSS, result=evolve(who.line, **line))


class TestAdd:
    """An administrator's word is enough for who has signed in; who has not is asked first."""

    @pytest.mark.parametrize(("state", "before"), [*product((State.ACTIVE, State.DISABLED), (None, *MembershipState))])
    def test_at_once(self, state: State, before: MembershipState | None) -> None:
        """Who has signed in is a member from the same moment, whatever it was before, and nobody writes to it."""
        who = candidate(person(state), held(before))
        kept = who.membership or Membership(id=FRESH, group=GROUP.id, person=who.person.id, state=ACTIVE)
        expected = Decision(
            organization=a.OURS,
            by=BOSS,
            result=evolve(who.line, state=ACTIVE, changed=True),
            puts=(evolve(kept, state=ACTIVE, window=WINDOW),),
            guards=(seen(GROUP), seen(who.person)),
            happened=(
                Happened(
                    what=MemberAdded(group=GROUP.id, window=WINDOW),
                    account=who.person.account,
                    sub_account=who.person.id,
                ),
            ),
        )
        assert expected == joining.add(who, into())

    @pytest.mark.parametrize("before", [None, INVITED, LEFT])
    def test_who_waits_is_invited(self, before: MembershipState | None) -> None:
        """Who never signed in is invited, as if that had been asked for."""
        who = candidate(person(State.WAITING), held(before))
        decision = joining.add(who, into())
        assert joining.invite(who, into()) == decision
        assert INVITED is decision.result.state

    def test_a_member_that_waits_again_stays_one(self) -> None:
        """Who was a member before a reset is one still, and gets the window like any other."""
        decision = joining.add(candidate(person(State.WAITING), held(ACTIVE)), into())
        assert (ACTIVE, WINDOW) == (decision.puts[0].state, decision.puts[0].window)  # type: ignore[union-attr]  # a membership
        assert () == decision.tellings

    def test_what_is_so_already(self) -> None:
        """A member that has this window already is told so, and nothing is written."""
        who = candidate(person(), held(ACTIVE, WINDOW))
        assert nothing(who) == joining.add(who, into())
        assert (ACTIVE, False, None) == (who.line.state, who.line.changed, who.line.why)


class TestInvite:
    """An invitation is a membership that waits for a word, and a message that says so."""

    @pytest.mark.parametrize(("state", "before"), [*product(LIVING, (None, INVITED, LEFT))])
    def test_invited(self, state: State, before: MembershipState | None) -> None:
        """Everybody who lives is invited, once more too; the message is of the version that is stored by it."""
        who = candidate(person(state, full_name="Anna Koval"), held(before))
        kept = who.membership or Membership(id=FRESH, group=GROUP.id, person=who.person.id, state=INVITED)
        telling = Telling(
            kind=NoticeKind.INVITATION,
            to=MAIL,
            organization=a.OURS,
            language=Language(tag="en"),
            account=who.person.account,
            sub_account=who.person.id,
            invitation=InvitationRef(id=kept.id, version=kept.version + 1),
            values={"organization": "Acme", "name": "Anna Koval", "login": "anna", "group": "Partners"},
        )
        what = MemberInvited(group=GROUP.id, window=WINDOW, channel="email")
        line = evolve(who.line, state=INVITED, changed=True, channel=Channel.EMAIL, to="a***@home.example")
        expected = Decision(
            organization=a.OURS,
            by=BOSS,
            result=line,
            puts=(evolve(kept, state=INVITED, window=WINDOW),),
            guards=(seen(GROUP), seen(who.person)),
            tellings=(telling,),
            happened=(Happened(what=what, account=who.person.account, sub_account=who.person.id),),
        )
        assert expected == joining.invite(who, into())

    def test_a_member_is_told_so(self) -> None:
        """Who is in the group is not invited."""
        who = candidate(person(), held(ACTIVE))
        assert nothing(who, why="already_member") == joining.invite(who, into())

    def test_in_its_language(self) -> None:
        """A person is written to in its language, or else the organization's."""
        danish, activation = Language(tag="da"), ActivationPolicy(language=Language(tag="ru"))
        spoken = evolve(ORGANIZATION, activation=activation)
        for who, tag in ((person(language=danish), "da"), (person(), "ru")):
            (telling,) = joining.invite(candidate(who), into(organization=spoken)).tellings
            assert tag == telling.language.tag

    @pytest.mark.parametrize(("sms", "channel"), [(True, Channel.SMS), (False, Channel.EMAIL)])
    def test_by_the_way_it_prefers(self, sms: bool, channel: Channel) -> None:
        """A phone is preferred where SMS were bought."""
        who = candidate(person(phone=Phone.parse("+4512345678")))
        decision = joining.invite(who, into(sms=sms))
        assert channel is decision.result.channel
        assert [Happened(what=MemberInvited(group=GROUP.id, window=WINDOW, channel=channel.value))] == [
            evolve(each, account=None, sub_account=None) for each in decision.happened
        ]

    def test_nobody_is_told_who_cannot_be(self) -> None:
        """Who has no contact that counts is invited, finds it when it signs in, and the line says that nobody was told."""
        who = candidate(a.sub_account(login="anna", state=State.ACTIVE))
        decision = joining.invite(who, into())
        assert (INVITED, Channel.SLIP, None) == (decision.result.state, decision.result.channel, decision.result.to)
        assert () == decision.tellings
        assert [MemberInvited(group=GROUP.id, window=WINDOW)] == [each.what for each in decision.happened]

    @pytest.mark.parametrize("told", [True, False])
    def test_who_comes_by_a_company_account(self, told: bool) -> None:
        """Who comes by a company account is told where the organization has that kept on."""
        issuers = (Issuer(issuer="https://login.acme.example", name="Acme", domains=frozenset({"home.example"})),)
        company = evolve(ORGANIZATION, issuers=issuers, activation=ActivationPolicy(sso_told=told))
        decision = joining.invite(candidate(person()), into(organization=company))
        assert (Channel.SSO, told) == (decision.result.channel, decision.result.to is not None)
        assert told == bool(decision.tellings)


class TestOver:
    """Whose membership is over stands where somebody stands who left."""

    @pytest.mark.parametrize("before", MembershipState)
    def test_invited_anew(self, before: MembershipState) -> None:
        """Who was a member, or asked in, until this moment is invited like anybody else; a moment before, a member is not."""
        decision = joining.invite(candidate(person(), held(before, OVER)), into())
        assert (INVITED, None, True) == (decision.result.state, decision.result.why, decision.result.changed)
        member = candidate(person(), held(ACTIVE, LASTING))
        assert nothing(member, why="already_member") == joining.invite(member, into())

    @pytest.mark.parametrize("before", MembershipState)
    @pytest.mark.parametrize(("state", "becomes"), [(State.ACTIVE, ACTIVE), (State.WAITING, INVITED)])
    def test_added_anew(self, before: MembershipState, state: State, becomes: MembershipState) -> None:
        """Who has signed in is a member at once, and who waits for that is asked, though it was a member before."""
        decision = joining.add(candidate(person(state), held(before, OVER)), into())
        assert (becomes, WINDOW) == (decision.puts[0].state, decision.puts[0].window)  # type: ignore[union-attr]  # a membership

    def test_a_member_that_waits_still(self) -> None:
        """Who waits again after a reset is a member up to the last moment."""
        decision = joining.add(candidate(person(State.WAITING), held(ACTIVE, LASTING)), into())
        assert ACTIVE is decision.result.state

    def test_taken_out(self) -> None:
        """What is over can be put away by hand all the same."""
        assert LEFT is joining.remove(candidate(person(), held(ACTIVE, OVER)), GROUP, by=BOSS).result.state


class TestUnfit:
    """Whom a group does not take, however it is asked."""

    @pytest.mark.parametrize("rule", [joining.add, joining.invite])
    @pytest.mark.parametrize("before", [None, *MembershipState])
    @pytest.mark.parametrize("state", LIVING)
    def test_people_from_outside(self, rule: Any, before: MembershipState | None, state: State) -> None:
        """A group of employees takes nobody from outside, in whatever state it is and whatever it was before."""
        outside = candidate(person(state, kind=Kind.EXTERNAL), held(before))
        assert nothing(outside, why="employees_only") == rule(outside, into(group=g.group(allows_external=False)))

    @pytest.mark.parametrize("rule", [joining.add, joining.invite])
    @pytest.mark.parametrize(("kind", "allows"), [(Kind.EMPLOYEE, False), (Kind.EMPLOYEE, True), (Kind.EXTERNAL, True)])
    def test_everybody_else(self, rule: Any, kind: Kind, allows: bool) -> None:
        """Employees are taken everywhere, and people from outside where the group lets them in."""
        decision = rule(candidate(person(kind=kind)), into(group=g.group(allows_external=allows)))
        assert (None, 1) == (decision.result.why, len(decision.puts))

    @pytest.mark.parametrize("rule", [joining.add, joining.invite])
    def test_the_archived(self, rule: Any) -> None:
        """Who was archived is put into nothing."""
        who = candidate(person(State.ARCHIVED))
        assert nothing(who, why="archived") == rule(who, into())


class TestRemove:
    """Whoever is in, or was asked in, can be taken out, in whatever state it is."""

    @pytest.mark.parametrize(("state", "before"), [*product(State, (INVITED, ACTIVE))])
    def test_removed(self, state: State, before: MembershipState) -> None:
        """A membership ends and an invitation is taken back; the window stays, and what is not looked at is not guarded."""
        who = candidate(person(state), held(before, WINDOW))
        assert who.membership is not None
        expected = Decision(
            organization=a.OURS,
            by=BOSS,
            result=evolve(who.line, state=LEFT, changed=True),
            puts=(evolve(who.membership, state=LEFT),),
            guards=(seen(who.person),),
            happened=(
                Happened(what=MemberRemoved(group=GROUP.id), account=who.person.account, sub_account=who.person.id),
            ),
        )
        assert expected == joining.remove(who, GROUP, by=BOSS)

    @pytest.mark.parametrize("before", [None, LEFT])
    def test_who_is_not_there(self, before: MembershipState | None) -> None:
        """Who is no member, or left, is told so."""
        who = candidate(person(), held(before))
        assert nothing(who, why="not_member") == joining.remove(who, GROUP, by=BOSS)


def test_every_step_is_in_the_table() -> None:
    """Whatever a rule leads to, the table of memberships has it."""
    for rule, input_ in ((joining.add, MembershipInput.ADD), (joining.invite, MembershipInput.INVITE)):
        for before in (None, *MembershipState):
            puts = rule(candidate(person(), held(before)), into()).puts
            expected = [MEMBERSHIP[before, input_]] if (before, input_) in MEMBERSHIP else []
            assert expected == [each.state for each in puts]  # type: ignore[union-attr]  # memberships


@pytest.mark.parametrize(
    ("window", "ahead"),
    [
        (ALWAYS, True),
        (Window(until=NOON + timedelta(microseconds=1)), True),
        (Window(until=NOON), False),
        (Window(since=NOON + timedelta(days=1)), True),
    ],
)
def test_a_window_that_is_over(window: Window, ahead: bool) -> None:
    """Nobody is put into a group for a time that has passed."""
    if ahead:
        joining.require_ahead(window, NOON)
        return
    with pytest.raises(InvalidValue) as refused:
        joining.require_ahead(window, NOON)
    assert ("until", "past") == (refused.value.field, refused.value.problem)
