"""The rules of groups: made, changed and retired; people put into them, asked, taken out, and answering for themselves."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Final

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from ...commands import (
    AcceptInvitation,
    AddMembers,
    ChangeApplications,
    Command,
    DeclineInvitation,
    EditPerson,
    ExpireMemberships,
    InviteMembers,
    LeaveGroup,
    ListGroups,
    ListMembers,
    MakeGroup,
    ReadGroup,
    ReadMemberships,
    RemoveMembers,
    RenameGroup,
    RetireGroup,
    SwitchExternal,
)
from ...domain.fields import Kind
from ...domain.group import Group
from ...domain.group_events import MembershipExpired
from ...domain.ids import ApplicationId, MembershipId, SubAccountId
from ...domain.joining import MemberLine
from ...domain.life import State
from ...domain.membership import ALWAYS, Membership, MembershipState, Window
from ...domain.widening import Loud
from .doors import PEOPLE
from .houses import SHOPS
from .invariants import InvariantBroken
from .known import Known, Shop
from .town import OPERATOR, Town

GROUPS: Final = st.integers(0, 20)
NAMES: Final = st.sampled_from(("Partners", "PARTNERS", "Suppliers", "Guests"))
DAY: Final = timedelta(days=1)
LIVING: Final = frozenset({State.WAITING, State.ACTIVE, State.DISABLED})


class GatheringRules(Town):
    """Gather people in groups, and know who was asked, who is in, and who cannot be."""

    def __init__(self) -> None:
        super().__init__()
        self._expired: set[tuple[MembershipId, int]] = set()
        """What was told to have ended, by its version."""

    @rule(shop=SHOPS, name=NAMES, external=st.booleans())
    def make_group(self, shop: int, name: str, external: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """Make a group; its name is one living group's of the organization."""
        given = self.shops[shop]
        of = given.organization
        taken = any(
            each.id.organization == of and each.retired_at is None and each.name.casefold() == name.casefold()
            for each in self.stored(Group)
        )
        command = MakeGroup(actor=given.admin, organization=of, name=name, allows_external=external)
        self.expect("answers", command, not taken, self.do(given, command) is not None)

    @precondition(lambda self: self.stored(Group))
    @rule(which=GROUPS, what=st.integers(0, 9), name=NAMES, flag=st.booleans())
    def change_group(self, which: int, what: int, name: str, flag: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """Rename a group, switch it, open an application to it or take it away, or, seldom, retire it."""
        group, given = self._group(which)
        mail = frozenset({ApplicationId(organization=given.organization, value="mail")})
        named = frozenset[ApplicationId]()
        opening = ChangeApplications(
            actor=given.admin,
            group=group.id,
            add=mail if flag else named,
            remove=named if flag else mail,
            accepting=frozenset(Loud),
        )
        commands: tuple[Command[Group], ...] = (
            RetireGroup(actor=given.admin, group=group.id),
            RenameGroup(actor=given.admin, group=group.id, name=name),
            SwitchExternal(actor=given.admin, group=group.id, allows_external=flag, accepting=frozenset(Loud)),
            opening,
        )
        changed = self.do(given, commands[0 if what == 0 else 1 + what % 3])
        if group.retired_at is not None or changed is not None:
            self.expect("answers", commands, group.retired_at is None, changed is not None)

    @precondition(lambda self: self.stored(Group) and self.people)
    @rule(
        who=PEOPLE,
        other=PEOPLE,
        which=GROUPS,
        how=st.sampled_from((AddMembers, InviteMembers, RemoveMembers)),
        days=st.sampled_from((None, 1, 1, 40)),
    )
    def gather(self, who: int, other: int, which: int, how: type[Command[object]], days: int | None) -> None:
        """Put two people into a group, invite them, or take them out; each line says what is stored since."""
        group, given = self._group(which)
        people = (self.known(who).id, self.known(other).id)
        window = ALWAYS if days is None else Window(until=self.portal.clock() + days * DAY)
        before, moment = {each: self._state(each, group) for each in people}, len(self.checked.journal)
        command: Command[tuple[MemberLine, ...]]
        if how is RemoveMembers:
            command = RemoveMembers(actor=given.admin, group=group.id, people=people)
        else:
            kind = AddMembers if how is AddMembers else InviteMembers
            command = kind(actor=given.admin, group=group.id, people=people, window=window)
        lines = self.do(given, command)
        self.expect("answers", command, group.retired_at is None or how is RemoveMembers, lines is not None)
        self._require_reach(command, group, moment)
        for line in lines or ():
            then = self._state(line.sub_account, group)
            fits = how is RemoveMembers or self._fits(line.sub_account, group)
            if not fits and line.why is None:
                raise InvariantBroken("answers", command, f"somebody who cannot be in the group went through: {line}")
            if line.login is not None:
                self.expect("answers", command, then, line.state)
            if before[line.sub_account] is not then and not line.changed:
                raise InvariantBroken("answers", command, f"it changed what it says it did not: {line}")

    @precondition(lambda self: self.stored(Group) and self.people)
    @rule(
        who=PEOPLE,
        which=GROUPS,
        how=st.sampled_from((AcceptInvitation, AcceptInvitation, DeclineInvitation, LeaveGroup)),
        dead=st.sampled_from((False, False, True)),
    )
    def answer(
        self,
        who: int,
        which: int,
        how: type[AcceptInvitation | DeclineInvitation | LeaveGroup],
        dead: bool,  # noqa: FBT001 - drawn by Hypothesis
    ) -> None:
        """Answer an invitation or leave, with a sign-in that holds or one that ended; what became of it is stored then."""
        person, (group, _) = self.known(who), self._group(which)
        subjects = person.dead_subjects if dead else person.subjects
        if not subjects:
            return
        state, command = self._state(person.id, group), how(subject=subjects[-1], group=group.id)
        moment = len(self.checked.journal)
        answered = self.do(person.shop, command, only=person)
        if not dead:
            self.require_alive(command, person.shop)
        asked, inside = MembershipState.INVITED, MembershipState.ACTIVE
        wanted = {AcceptInvitation: asked, DeclineInvitation: asked, LeaveGroup: inside}[how]
        may = not dead and self.may_enter(person.shop) and state is wanted
        if how is AcceptInvitation:
            may = may and self._acceptable(person.id, group)
        becomes = inside if how is AcceptInvitation else MembershipState.LEFT
        self.expect("dead proofs" if dead else "answers", command, may, answered is not None)
        self.expect("answers", command, becomes if may else state, self._state(person.id, group))
        self._require_reach(command, group, moment, only=person)

    @precondition(lambda self: self.people)
    @rule(who=PEOPLE, kind=st.sampled_from(Kind), previewed=st.sampled_from((True, True, False)))
    def be_from(self, who: int, kind: Kind, previewed: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """Make somebody an employee or somebody from outside; another kind is refused until its preview was seen."""
        person = self.known(who)
        before = self.person(person.id).sub_account
        command = EditPerson(
            actor=person.shop.admin, sub_account=person.id, fields={"kind": kind}, kind_previewed=previewed
        )
        edited = self.do(person.shop, command, only=person)
        good = before.state in LIVING and (previewed or before.profile.kind is kind)
        self.expect("loudness", command, kind if good else None, edited.profile.kind if edited else None)

    @precondition(lambda self: any(each.window.until is not None for each in self.stored(Membership)))
    @rule(which=GROUPS, days=st.sampled_from((0, 1, 40)))
    def expire(self, which: int, days: int) -> None:
        """Let time pass, and have told of what ended: each membership and invitation of which nothing became before, once."""
        _, given = self._group(which)
        self.portal.clock.advance(days * DAY)
        over = {
            (each.id, each.version): MembershipExpired(
                group=each.group, window=each.window, accepted=each.state is MembershipState.ACTIVE
            )
            for each in self.stored(Membership)
            if each.id.organization == given.organization
            and self._is_shown(each)
            and each.window.over(self.portal.clock())
            and (each.id, each.version) not in self._expired
        }
        moment = len(self.checked.journal)
        told = self.do(given, ExpireMemberships(actor=OPERATOR, organization=given.organization))
        happened = [event.happening for batch in self.checked.journal[moment:] for event in batch.events]
        self.expect("answers", "ExpireMemberships", len(over), told)
        self.expect("answers", "MembershipExpired", Counter(over.values()), Counter(happened))
        self._expired |= over.keys()

    @rule(shop=SHOPS, which=GROUPS, who=PEOPLE)
    def look_at_groups(self, shop: int, which: int, who: int) -> None:
        """List the groups, the people of one and the groups of one: what is stored, and nobody who is deleted."""
        given = self.shops[shop]
        groups = sorted(
            (each for each in self.stored(Group) if each.id.organization == given.organization),
            key=lambda g: g.id.value,
        )
        listing = ListGroups(actor=given.admin, organization=given.organization)
        self.expect("answers", listing, tuple(groups), self.do(given, listing))
        for group in groups[which % len(groups) :][:1] if groups else ():
            reading = ReadGroup(actor=given.admin, group=group.id)
            self.expect("answers", reading, group, self.do(given, reading))
            page = self.do(given, ListMembers(actor=given.admin, group=group.id, limit=900))
            held = [each for each in self.stored(Membership) if each.group == group.id and self._is_shown(each)]
            listed = sorted(held, key=lambda each: each.person.value)
            self.expect("answers", "ListMembers", listed, [each.membership for each in page.members] if page else None)
        for person in [self.known(who)] if self.people else ():
            self._look_at(person)

    def _look_at(self, person: Known) -> None:
        command = ReadMemberships(actor=person.shop.admin, sub_account=person.id)
        mine = self.do(person.shop, command, only=person)
        stored = [each for each in self.stored(Membership) if each.person == person.id]
        expected = sorted(stored, key=lambda each: each.group.value)
        there = self.person(person.id).sub_account.state is not State.DELETED
        found = [each.membership for each in mine] if mine is not None else None
        self.expect("answers", command, expected if there else None, found)

    # What is stored of groups, in words of its own.

    def _group(self, which: int) -> tuple[Group, Shop]:
        """Return a group, and a shop of its organization."""
        groups = self.stored(Group)
        group = groups[which % len(groups)]
        return group, next(each for each in self.shops if each.organization == group.id.organization)

    def _state(self, who: SubAccountId, group: Group) -> MembershipState | None:
        held = [each for each in self.stored(Membership) if (each.person, each.group) == (who, group.id)]
        if len(held) > 1:
            raise InvariantBroken("answers", who, f"it is in {group.id} twice")
        return held[0].state if held else None

    def _is_shown(self, membership: Membership) -> bool:
        gone = self.person(membership.person).sub_account.state is State.DELETED
        return not gone and membership.state is not MembershipState.LEFT

    def _fits(self, who: SubAccountId, group: Group) -> bool:
        """Tell whether somebody can be in a group: of its organization, living, and of a kind that it takes."""
        if who.organization != group.id.organization:
            return False
        sub = self.person(who).sub_account
        return sub.state in LIVING and (group.allows_external or sub.profile.kind is Kind.EMPLOYEE)

    def _acceptable(self, who: SubAccountId, group: Group) -> bool:
        (held,) = (each for each in self.stored(Membership) if (each.person, each.group) == (who, group.id))
        until = held.window.until
        in_time = until is None or self.portal.clock() < until
        return in_time and group.retired_at is None and self._fits(who, group)

    def _require_reach(self, command: object, group: Group, moment: int, *, only: Known | None = None) -> None:
        """Raise `InvariantBroken` when anything but memberships of a group was written since, or but those of one person."""
        for batch in self.checked.journal[moment:]:
            for record in batch.puts:
                about = isinstance(record, Membership) and record.group == group.id
                if not about or (only is not None and getattr(record, "person", None) != only.id):
                    raise InvariantBroken("reach", command, f"it wrote {record}")
