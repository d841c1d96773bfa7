"""Repositories that break R30 and R34: what decides of people what they see, and who sees a resource."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from datetime import UTC, datetime

from attrs import evolve

from ...domain.audience import Ungrouped
from ...domain.ids import SubAccountId
from ...domain.life import State
from ...domain.membership import ALWAYS, MembershipState
from ...domain.queries import LARGEST_PAGE
from ...domain.sights import ViewersQuery, sees
from ...domain.sub_account import SubAccount
from ...domain.viewer import ViewerFacts
from ..moved import moved
from .broken import BrokenAsyncRepository, BrokenRepository
from .onlookers import Onlooker, people_in_pages
from .saboteur import breaks


@breaks("R30", color="async")
class TearsAViewer(BrokenAsyncRepository):
    """Reads people in one question and their groups in the next, and lets others write in between."""

    async def viewer_facts(self, people: Collection[SubAccountId], /) -> tuple[ViewerFacts, ...]:
        first, second = await self.inner.viewer_facts(people), await self.inner.viewer_facts(people)
        before = {each.sub_account.id: each.sub_account for each in first}
        return tuple(evolve(each, sub_account=before.get(each.sub_account.id, each.sub_account)) for each in second)


@breaks("R30")
class LeavesOutWhoIsGone(BrokenRepository):
    """Answers nothing of who was deleted, so that nobody can say why it sees nothing."""

    def viewer_facts(self, people: Collection[SubAccountId], /) -> tuple[ViewerFacts, ...]:
        found = self.inner.viewer_facts(people)
        return tuple(each for each in found if each.sub_account.state is not State.DELETED)


@breaks("R30")
class ForgetsTheTreeAbove(BrokenRepository):
    """Answers a person's departments without what is above them."""

    def viewer_facts(self, people: Collection[SubAccountId], /) -> tuple[ViewerFacts, ...]:
        found = self.inner.viewer_facts(people)
        return tuple(evolve(each, lineage=each.lineage & each.sub_account.profile.departments) for each in found)


@breaks("R30")
class NamesDepartmentsThatAreNot(BrokenRepository):
    """Answers the departments that stand in a person's record, whether or not they are in the catalog."""

    def viewer_facts(self, people: Collection[SubAccountId], /) -> tuple[ViewerFacts, ...]:
        found = self.inner.viewer_facts(people)
        return tuple(evolve(each, lineage=each.lineage | each.sub_account.profile.departments) for each in found)


@breaks("R30")
class LeavesOutRetiredGroups(BrokenRepository):
    """Joins groups in use, and answers memberships of groups that it does not answer."""

    def viewer_facts(self, people: Collection[SubAccountId], /) -> tuple[ViewerFacts, ...]:
        found = self.inner.viewer_facts(people)
        return tuple(evolve(each, groups=tuple(g for g in each.groups if g.retired_at is None)) for each in found)


@breaks("R30", also=dict.fromkeys(("C1", "C3"), "whether a membership ended is seen by this read"))
class AnswersOnlyWhoIsIn(BrokenRepository):
    """Answers memberships that count, and none that ended."""

    def viewer_facts(self, people: Collection[SubAccountId], /) -> tuple[ViewerFacts, ...]:
        return tuple(map(_who_is_in, self.inner.viewer_facts(people)))


def _who_is_in(facts: ViewerFacts) -> ViewerFacts:
    kept = tuple(each for each in facts.memberships if each.state is not MembershipState.LEFT)
    named = {each.group for each in kept}
    return evolve(facts, memberships=kept, groups=tuple(group for group in facts.groups if group.id in named))


@breaks("R30")
class OrdersMembershipsByTheirIds(BrokenRepository):
    """Answers memberships in the order in which they came, and their groups in that of the groups."""

    def viewer_facts(self, people: Collection[SubAccountId], /) -> tuple[ViewerFacts, ...]:
        found = self.inner.viewer_facts(people)
        return tuple(
            evolve(each, memberships=tuple(sorted(each.memberships, key=lambda one: one.id.value))) for each in found
        )


@breaks("R30")
class JoinsGroupsOfAnotherTenant(BrokenRepository):
    """Joins memberships to groups by value alone, and finds another tenant's group first."""

    def viewer_facts(self, people: Collection[SubAccountId], /) -> tuple[ViewerFacts, ...]:
        found = []
        for each in self.inner.viewer_facts(people):
            of = each.sub_account.id.organization
            twins = (self.inner.groups([moved(group.id, other) for group in each.groups]) for other in self.others(of))
            theirs = {group.id.value: group for groups in twins for group in groups}
            found.append(evolve(each, groups=tuple(theirs.get(group.id.value, group) for group in each.groups)))
        return tuple(found)


class SeesWrongly(Onlooker):
    """Be a repository that looks at everybody; what it makes of a person or of the question, a subclass says wrongly."""

    def made_of(self, facts: ViewerFacts, /) -> ViewerFacts:
        """Return what decides of a person what it sees."""
        return facts

    def meant(self, query: ViewersQuery, /) -> ViewersQuery:
        """Return what is asked."""
        return query

    def viewers_page(self, query: ViewersQuery, /) -> tuple[SubAccount, ...]:
        everybody, meant = self.all_people(query.resource.id.organization), self.meant(query)
        return people_in_pages([each.sub_account for each in everybody if sees(self.made_of(each), meant)], meant)


@breaks("R34")
class ForgetsTheWindow(SeesWrongly):
    """Takes a membership that has not begun, or is over, for one that counts."""

    def made_of(self, facts: ViewerFacts, /) -> ViewerFacts:
        return evolve(facts, memberships=tuple(evolve(each, window=ALWAYS) for each in facts.memberships))


@breaks("R34")
class CountsMomentsInSeconds(SeesWrongly):
    """Compares windows as columns of whole seconds do."""

    def meant(self, query: ViewersQuery, /) -> ViewersQuery:
        return evolve(query, at=query.at.replace(microsecond=0))


@breaks("R34")
class JudgesByTheClock(SeesWrongly):
    """Judges by the time it is, though it was asked about another."""

    def meant(self, query: ViewersQuery, /) -> ViewersQuery:
        return evolve(query, at=datetime(2100, 1, 1, tzinfo=UTC))


@breaks("R34")
class CountsInvitations(SeesWrongly):
    """Takes who was invited for who accepted."""

    def made_of(self, facts: ViewerFacts, /) -> ViewerFacts:
        invited, active = MembershipState.INVITED, MembershipState.ACTIVE
        accepted = (evolve(each, state=active) if each.state is invited else each for each in facts.memberships)
        return evolve(facts, memberships=tuple(accepted))


@breaks("R34")
class LetsExternalsIntoEveryGroup(SeesWrongly):
    """Ignores that people from outside are kept out of a group."""

    def made_of(self, facts: ViewerFacts, /) -> ViewerFacts:
        return evolve(facts, groups=tuple(evolve(group, allows_external=True) for group in facts.groups))


@breaks("R34")
class TakesARetiredGroup(SeesWrongly):
    """Goes on showing to a group what it was shown before it was retired."""

    def made_of(self, facts: ViewerFacts, /) -> ViewerFacts:
        return evolve(facts, groups=tuple(evolve(group, retired_at=None) for group in facts.groups))


@breaks("R34")
class OpensWhatARetiredGroupHad(SeesWrongly):
    """Strikes retired groups out of an audience, and shows everybody what was theirs alone."""

    def meant(self, query: ViewersQuery, /) -> ViewersQuery:
        audience = query.resource.audience
        retired = {group.id for group in self.inner.groups(audience.groups) if group.retired_at is not None}
        return evolve(
            query, resource=evolve(query.resource, audience=evolve(audience, groups=audience.groups - retired))
        )


@breaks("R34")
class ForgetsWhatIsBelow(SeesWrongly):
    """Takes people of the named department, and nobody of the departments below it."""

    def made_of(self, facts: ViewerFacts, /) -> ViewerFacts:
        return evolve(facts, lineage=facts.lineage & facts.sub_account.profile.departments)


@breaks("R34")
class ForgetsWhoTakesPart(SeesWrongly):
    """Looks at groups alone, and leaves out participants."""

    def made_of(self, facts: ViewerFacts, /) -> ViewerFacts:
        return evolve(facts, participations=())


@breaks("R34")
class LetsTheDeletedSee(SeesWrongly):
    """Answers people who were deleted among those who see something."""

    def made_of(self, facts: ViewerFacts, /) -> ViewerFacts:
        gone = facts.sub_account.state is State.DELETED
        return evolve(facts, sub_account=evolve(facts.sub_account, state=State.ACTIVE)) if gone else facts


@breaks("R34")
class SeesThroughAGroupOfAnotherTenant(SeesWrongly):
    """Joins members to people by value alone: who is called the same in another tenant's group is in ours."""

    def made_of(self, facts: ViewerFacts, /) -> ViewerFacts:
        of = facts.sub_account.id.organization
        for other in self.others(of):
            for twin in self.inner.viewer_facts((moved(facts.sub_account.id, other),)):
                have = {group.id.value for group in facts.groups}
                more = [moved(each, of) for each in twin.memberships if each.group.value not in have]
                groups = [moved(each, of) for each in twin.groups if each.id.value not in have]
                facts = evolve(facts, memberships=(*facts.memberships, *more), groups=(*facts.groups, *groups))
        return facts


@breaks("R34")
class JudgesTheStoredResource(SeesWrongly):
    """Judges by the resource as it is stored, though it was asked about what it would be."""

    def meant(self, query: ViewersQuery, /) -> ViewersQuery:
        return evolve(query, resource=next(iter(self.inner.resources((query.resource.id,))), query.resource))


@breaks("R34")
class ShowsTheUnnamedToEmployees(SeesWrongly):
    """Takes what names nobody for what employees see, whatever the organization chose."""

    def meant(self, query: ViewersQuery, /) -> ViewersQuery:
        return evolve(query, ungrouped=Ungrouped.EMPLOYEES)


@breaks("R34")
class BeginsWithTheLastPerson(SeesWrongly):
    """Begins a page with the last person of the one before."""

    def viewers_page(self, query: ViewersQuery, /) -> tuple[SubAccount, ...]:
        rows = self.inner.viewers_page(evolve(query, after=None, limit=LARGEST_PAGE))
        at = (query.after.login_key, query.after.id) if query.after else ("", "")
        return tuple(each for each in rows if (each.login.key, each.id.value) >= at)[: query.limit]


@breaks("R34")
class GoesOnByLoginAlone(SeesWrongly):
    """Begins a page after the last login, and skips who signs in by the same one at another account."""

    def viewers_page(self, query: ViewersQuery, /) -> tuple[SubAccount, ...]:
        rows = self.inner.viewers_page(evolve(query, after=None, limit=LARGEST_PAGE))
        return tuple(each for each in rows if query.after is None or each.login.key > query.after.login_key)[
            : query.limit
        ]


@breaks("R34")
class LooksAtTheFirstFewHundred(SeesWrongly):
    """Judges the first 500 people, and forgets who comes after them."""

    def viewers_page(self, query: ViewersQuery, /) -> tuple[SubAccount, ...]:
        everybody = (each.sub_account for each in self.all_people(query.resource.id.organization))
        first = people_in_pages(everybody, evolve(query, limit=500))
        return tuple(each for each in self.inner.viewers_page(query) if each in first)


@breaks("R34")
class OrdersWhoSeesByCollation(SeesWrongly):
    """Orders people as a dictionary would."""

    def viewers_page(self, query: ViewersQuery, /) -> tuple[SubAccount, ...]:
        rows = self.inner.viewers_page(query)
        return tuple(sorted(rows, key=lambda row: unicodedata.normalize("NFKD", row.login.key)))
