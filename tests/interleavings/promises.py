"""What is promised of tasks that are more than one step to whoever looks at them: what walks over many, commits step by step,
or reads several times. No order has to end like they do, and the invariants of `rules` hold all the same.

Each promise says what one outcome breaks of it, for the task at a place among those that ran.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from attrs import asdict

from subaccounts import SealAudit, VerifyAudit
from subaccounts.domain.activation_events import DeadLetterDropped, NoticeCancelled, NoticeDelivered
from subaccounts.domain.dead_letter import GivenUp
from subaccounts.domain.ending import ENDINGS
from subaccounts.domain.events import OrganizationRestored
from subaccounts.domain.group_events import MembershipExpired
from subaccounts.domain.notice import DEAD_LETTERS, NOTICES, Notice
from subaccounts.testing.interleavings import Ending, Exploration, Outcome, World
from subaccounts.wire import loads
from tests.interleavings.builder import OPERATOR, ORGANIZATION
from tests.interleavings.rules import happened
from tests.interleavings.shop import Shop
from tests.interleavings.sights import READINGS

Promise = Callable[[Shop, Exploration, Outcome, int], Iterator[str]]


def nothing_more(_: Shop, __: Exploration, ___: Outcome, ____: int) -> Iterator[str]:
    """Promise the invariants, and nothing more."""
    yield from ()


def as_before_or_after(_: Shop, exploration: Exploration, outcome: Outcome, at: int) -> Iterator[str]:
    """Promise to be refused only as before or as after what else ran, and to write nothing."""
    if refusal(outcome.endings[at]) not in {None, *map(refusal, _alone(exploration, at))}:
        yield "refused as neither before nor after"
    if outcome.commits[at]:
        yield "what only reads has written"


def in_between(shop: Shop, exploration: Exploration, outcome: Outcome, at: int) -> Iterator[str]:
    """Promise numbers that lie between the ones before and after."""
    yield from as_before_or_after(shop, exploration, outcome, at)
    alone = [asdict(ending.value) for ending in _alone(exploration, at) if ending.error is None]
    counted = asdict(outcome.endings[at].value) if outcome.endings[at].error is None else {}
    for number, count in counted.items():
        if not min(each[number] for each in alone) <= count <= max(each[number] for each in alone):
            yield f"{number} is neither of before nor of after, nor in between"


def unbroken(_: Shop, __: Exploration, outcome: Outcome, at: int) -> Iterator[str]:
    """Promise not to call a trail broken that is not."""
    if outcome.endings[at].value is not None:
        yield "the trail is called broken"


def chained(_: Shop, __: Exploration, outcome: Outcome, ___: int) -> Iterator[str]:
    """Promise to seal each event at most once, in a chain that is unbroken."""
    if verified(outcome.world) is not None:
        yield "the trail is broken"


def each_once(shop: Shop, _: Exploration, outcome: Outcome, at: int) -> Iterator[str]:
    """Promise not to fail, and of each notice of before that it is sent once, cancelled, dropped, or still there."""
    if outcome.endings[at].error is not None:
        yield "the worker failed"
    for notice in (*waiting(shop.world), *given_up(shop.world)):
        yield from lost(notice, outcome)


def told_once(_: Shop, __: Exploration, outcome: Outcome, at: int) -> Iterator[str]:
    """Promise to tell of an end once at most, to count what was told, and to leave nothing that is due."""
    told = [event for event in happened(outcome) if isinstance(event.happening, MembershipExpired)]
    mine = [event for event in happened(outcome, at + 1) if isinstance(event.happening, MembershipExpired)]
    if max(Counter(event.sub_account for event in told).values(), default=0) > 1:
        yield "an end was told twice"
    if len(mine) != outcome.endings[at].value:
        yield "it says another number than it told"
    if outcome.world.repository.tasks_page(ORGANIZATION, ENDINGS, after=None, limit=99):
        yield "an end waits still"


PROMISES: Final[Mapping[str, Promise]] = {
    "say restored": nothing_more,  # it drops what waits to be sent, step by step, before it says its word
    "preview a switch": in_between,
    "seal": chained,
    "verify": unbroken,
    "deliver": each_once,
    "tell of ends": told_once,
    **dict.fromkeys(READINGS, as_before_or_after),
}
"""What is promised of each task that is not one step, by its name."""


def refusal(ending: Ending) -> str | None:
    """Return the code of what a task raised, if it did."""
    return ending.error.code if ending.error is not None else None


def verified(world: World) -> object:
    """Return what the check of the whole trail answers once everything is sealed."""
    checks = (kind(actor=OPERATOR, organization=ORGANIZATION) for kind in (SealAudit, VerifyAudit))
    return Exploration(world, tuple(checks)).serial((0, 1)).endings[1].value


def waiting(world: World) -> list[Notice]:
    """Return the notices that wait to be sent."""
    tasks = world.repository.tasks_page(ORGANIZATION, NOTICES, after=None, limit=99)
    return [loads(Notice, each.task.body) for each in tasks]


def given_up(world: World) -> list[Notice]:
    """Return the notices that were given up, and were not dropped."""
    tasks = world.repository.tasks_page(ORGANIZATION, DEAD_LETTERS, after=None, limit=99)
    return [loads(GivenUp, each.task.body).notice for each in tasks]


def lost(notice: Notice, outcome: Outcome) -> Iterator[str]:
    """Say what is wrong with what became of a notice."""
    what = Counter(
        type(event.happening)
        for event in happened(outcome)
        if getattr(event.happening, "notice", None) == notice.id or isinstance(event.happening, OrganizationRestored)
    )
    there = sum(each.id == notice.id for each in (*waiting(outcome.world), *given_up(outcome.world)))
    sent = sum(message.id == notice.id for message in outcome.world.sent)
    ended = what[NoticeDelivered] + what[NoticeCancelled] + what[DeadLetterDropped]
    if ended + there != 1 and not (ended + there == 0 and what[OrganizationRestored]):
        yield f"invariant 8: {dict(what)}, and {there} there"
    if sent > 1 or sent < what[NoticeDelivered]:
        yield f"invariant 8: sent {sent} times, {what[NoticeDelivered]} delivered"


def _alone(exploration: Exploration, at: int) -> list[Ending]:
    """Return how a task ends that runs before what else runs, and after it."""
    others = tuple(n for n in range(len(exploration.tasks)) if n != at)
    return [exploration.serial(order).endings[at] for order in ((at, *others), (*others, at))]
