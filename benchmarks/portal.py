"""A portal whose numbers say who sees what: people in groups, resources shown to groups.

Whoever stores it, we, a hand or a peer, stores the same, and is asked for answers that are known beforehand.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final, Self

from attrs import field, frozen

from benchmarks.lane import login
from subaccounts.domain import fields as f
from subaccounts.domain.audience import Audience, Ungrouped
from subaccounts.domain.decision import Batch, Record
from subaccounts.domain.fields import Kind
from subaccounts.domain.resource import Resource
from subaccounts.domain.sub_account import SubAccount
from subaccounts.ports import Repository
from subaccounts.testing import builders as a
from subaccounts.testing import groups as g

AT_ONCE: Final = 1_000
GROUPS_EACH: Final = 5
"""Groups that a person is in."""
FEW: Final = 50
"""Resources that the person sees who sees few."""
EVERYTHING, LITTLE = 1, 2
"""The groups of a lopsided portal, and the people who are in them."""


@frozen(kw_only=True)
class Portal:
    """Hold who is in which groups and what is shown to which, by numbers that begin with 1.

    Of a hundred people ten come from outside, of a hundred resources ten are hidden from them.
    """

    groups: int
    members: Sequence[tuple[int, ...]]
    """Of each person the groups that it is in."""
    shown: Sequence[tuple[int, ...]]
    """Of each resource the groups that it is shown to; to none means to whom `ungrouped` says."""
    ungrouped: Ungrouped
    order: Sequence[int] = field(init=False)
    """The numbers of the resources as their names are sorted."""

    @order.default
    def _order(self) -> Sequence[int]:
        return sorted(range(1, len(self.shown) + 1), key=self.name)

    @classmethod
    def ordinary(cls, *, people: int, groups: int, resources: int) -> Self:
        """Return a portal where 30 % of the resources are in no group, and the others in two on the average."""
        lot = random.Random(17)
        every = range(1, groups + 1)
        return cls(
            groups=groups,
            members=[tuple(lot.sample(every, GROUPS_EACH)) for _ in range(people)],
            shown=[tuple(lot.sample(every, lot.randint(1, 3))) if lot.random() < 0.7 else () for _ in range(resources)],
            ungrouped=Ungrouped.EVERYBODY,
        )

    @classmethod
    def lopsided(cls, *, resources: int) -> Self:
        """Return a portal of one group that is shown everything and one that is shown little, with a person in each."""
        step = max(1, resources // FEW)
        shown = [(EVERYTHING, LITTLE) if n % step == 0 and n < step * FEW else (EVERYTHING,) for n in range(resources)]
        return cls(groups=2, members=[(EVERYTHING,), (LITTLE,)], shown=shown, ungrouped=Ungrouped.NOBODY)

    def name(self, number: int) -> str:
        """Return the name of a resource; names are in another order than numbers, as they are in life."""
        return f"course {number * 7919 % 1_000_003:07}"

    def external(self, person: int) -> bool:
        """Tell whether a person is from outside."""
        return person % 10 == 0

    def hidden(self, resource: int) -> bool:
        """Tell whether a resource is hidden from people from outside."""
        return resource % 10 == 3

    def sees(self, person: int, resource: int) -> bool:
        """Tell whether a person sees a resource."""
        if self.external(person) and self.hidden(resource):
            return False
        groups = self.shown[resource - 1]
        open_to_all = not groups and self.ungrouped is Ungrouped.EVERYBODY
        return open_to_all or not set(groups).isdisjoint(self.members[person - 1])

    def seen_by(self, person: int) -> list[int]:
        """Return the resources that a person sees, in their order."""
        return [resource for resource in self.order if self.sees(person, resource)]

    def who_sees(self, resource: int) -> list[int]:
        """Return the people who see a resource, in their order."""
        return [person for person in range(1, len(self.members) + 1) if self.sees(person, resource)]

    def asked(self, many: int) -> list[int]:
        """Return so many people to ask about, if there are as many; one of ten is from outside."""
        return [number for number in range(7, 7 + many * 37, 37) if number <= len(self.members)]

    def person(self, number: int) -> SubAccount:
        """Return a person as the port takes it; logins are in the order of the numbers."""
        kind = Kind.EXTERNAL if self.external(number) else Kind.EMPLOYEE
        return a.sub_account(number, login=login(number), profile=a.profile({f.KIND: kind}))

    def resource(self, number: int) -> Resource:
        """Return a resource as the port takes it."""
        groups = frozenset(_group(each) for each in self.shown[number - 1])
        hidden = self.hidden(number)
        return g.resource(number, name=self.name(number), audience=Audience(groups=groups), hidden_from_external=hidden)

    def records(self) -> Iterator[Record]:
        """Yield every record, in the order in which storage takes them."""
        yield from (a.organization(ungrouped=self.ungrouped), a.account())
        yield from (g.group(number, allows_external=True) for number in range(1, self.groups + 1))
        yield from map(self.person, range(1, len(self.members) + 1))
        yield from map(self.resource, range(1, len(self.shown) + 1))
        pairs = ((person, group) for person, mine in enumerate(self.members, start=1) for group in mine)
        yield from (g.membership(n, group=group, person=person) for n, (person, group) in enumerate(pairs, start=1))


def fill(repository: Repository, portal: Portal) -> None:
    """Write a portal through the port, a thousand records at once."""
    batch: list[Record] = []
    for record in portal.records():
        batch.append(record)
        if len(batch) == AT_ONCE:
            repository.commit(Batch(organization=a.OURS, puts=tuple(batch)))
            batch.clear()
    repository.commit(Batch(organization=a.OURS, puts=tuple(batch)))


_group = cache(g.group_id)
