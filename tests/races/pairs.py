"""Two commands of any kind at once on one SQLite file, and what can come of them: what the exploration of their interleavings
says, each outcome of which `tests/interleavings` judges.

Storage answers one call after the other, so whatever threads or processes do is one of these interleavings. The shop is built on
the file by the same commands, each racer takes the same ids as its program does, and outcomes are compared as they are.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, final

from attrs import frozen

from subaccounts import Command, ResourceId, State, SubAccounts
from subaccounts.domain.decision import Batch
from subaccounts.domain.ending import ENDINGS
from subaccounts.domain.message import Accepted, Message
from subaccounts.domain.notice import DEAD_LETTERS, NOTICES
from subaccounts.domain.queries import LARGEST_PAGE, EventQuery, PeopleQuery
from subaccounts.errors import SubAccountsError
from subaccounts.ports import Repository
from subaccounts.repositories import SQLiteRepository
from subaccounts.testing import NOON, CheapHasher, FakeHostAccounts, FakeSubscriptions, FakeTexts
from subaccounts.testing.interleavings import Ending, Exploration
from subaccounts.testing.interleavings.program import Pulse
from tests.interleavings.builder import ORGANIZATION
from tests.interleavings.crowd import COURSE, CROWDS, FEEDBACK
from tests.interleavings.everything import commands_of, crowd, everything, pairs
from tests.interleavings.shop import shop
from tests.races.racer import Raced

RACERS: Final = 2
RESOURCES: Final = (COURSE, FEEDBACK, ResourceId.of(ORGANIZATION, "course", "2"))
REQUESTS: Final = ("reset-1", "archive-1", "delete-1", "add-1", "leave-1", "put-1")
"""What the tasks name."""


@final
@frozen(kw_only=True)
class Pair:
    """Say where two tasks begin and what they are called there."""

    state: str
    tasks: tuple[str, str]

    def __str__(self) -> str:
        return f"{self.state}: {' | '.join(self.tasks)}"

    def task(self, racer: int) -> Command[Any]:
        """Return what a racer runs."""
        made = everything(self.state)[self.tasks[racer]](crowd(self.state))
        assert isinstance(made, Command)
        return made


@final
@frozen(kw_only=True)
class Heard:
    """Hold what one racer heard, and from when to when: monotonic nanoseconds of this machine."""

    ending: Hashable
    sent: tuple[str, ...]
    began: int
    ended: int


def overlap(heard: Sequence[Heard], /) -> bool:
    """Tell whether each began before any had ended."""
    return max(each.began for each in heard) < min(each.ended for each in heard)


def every_pair() -> list[Pair]:
    """Return every two commands that touch a person, each beside itself too, once: from the shops where both are tried in turn."""
    ways: dict[tuple[str, str], list[Pair]] = {}
    for state in CROWDS:
        named = commands_of(state)
        for first, second in itertools.chain(*pairs(state).values()):
            if named.keys() >= {first, second}:
                one, other = sorted((named[first], named[second]))
                ways.setdefault((one, other), []).append(Pair(state=state, tasks=(first, second)))
    return [found[at % len(found)] for at, (_, found) in enumerate(sorted(ways.items()))]


def build(folder: Path) -> Mapping[str, Path]:
    """Build every shop in a file, and return the files."""
    files = {state: folder / f"{number}.db" for number, state in enumerate(CROWDS)}
    for state, path in files.items():
        with SQLiteRepository(path) as repository:
            shop(state, repository)
    return files


def run(pair: Pair, repository: Any, *, racer: int, together: Callable[[], object]) -> Heard:
    """Run one task of a pair: `together` with the other, and meet it after the first read, or at the end if nothing is read."""
    world = crowd(pair.state).world
    pulse, sent = Pulse(world.now, seed=racer + 1), list[str]()
    raced = Raced(_Written(repository, pulse), together)
    raced.meets = True
    subs = SubAccounts(
        repository=raced,
        keys=world.keys,
        host_accounts=FakeHostAccounts(),
        subscriptions=FakeSubscriptions(world.subscription),
        hasher=CheapHasher(),
        notifier=_Sending(sent),
        texts=FakeTexts(),
        clock=pulse,
        entropy=pulse,
        blocklist=frozenset(),
    )
    together()
    began = time.monotonic_ns()
    try:
        ending = Ending(value=subs.handle(pair.task(racer)))
    except SubAccountsError as error:
        ending = Ending(error=error.with_traceback(None))
    ended = time.monotonic_ns()
    raced.met()
    return Heard(ending=ending.form, sent=tuple(sent), began=began, ended=ended)


@final
class _Written:
    """Be a repository, and tell the pulse of a task what it wrote."""

    def __init__(self, repository: Any, pulse: Pulse) -> None:
        self._repository, self._pulse = repository, pulse

    def commit(self, batch: Batch, /) -> None:
        self._repository.commit(batch)
        self._pulse.wrote()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._repository, name)


@final
class _Sending:
    """Take every message over, and keep its id."""

    def __init__(self, sent: list[str]) -> None:
        self._sent = sent

    def send(self, message: Message, /) -> Accepted:
        self._sent.append(message.id)
        return Accepted()


def problem(pair: Pair, heard: Sequence[Heard], repository: Repository) -> str:
    """Say what is wrong with what both heard and what is stored: that no interleaving ends so. Nothing, when one does."""
    exploration = Exploration(crowd(pair.state).world, [pair.task(racer) for racer in range(RACERS)])
    endings = [each.ending for each in heard]
    sent = sorted(itertools.chain(*(each.sent for each in heard)))
    alike = [each for each in exploration.outcomes() if [ending.form for ending in each.endings] == endings]
    if not alike:
        return f"{pair}: no interleaving answers {endings}"
    left = stored(repository)
    if any(stored(each.world.repository) == left for each in alike if sorted(m.id for m in each.world.sent) == sent):
        return ""
    return f"{pair}: who is answered so leaves something else, or sends it\n{exploration.story(alike[0].schedule)}"


def stored(repository: Repository) -> dict[str, Any]:
    """Return all that a shop has stored, as the reads of the port tell it."""
    of, most = ORGANIZATION, {"limit": LARGEST_PAGE}
    people = repository.people_page(PeopleQuery(organization=of, states=frozenset(State), limit=LARGEST_PAGE))
    groups = repository.groups_page(of, after=None, **most)
    kinds, queues = ("department", "job_profile", "permission_type"), (NOTICES, DEAD_LETTERS, ENDINGS)
    far = NOON.replace(year=9999)
    return {
        "organization": repository.organization(of),
        "accounts": repository.accounts_page(of, after=None, **most),
        "catalogs": [repository.catalog_page(of, kind=kind, after=None, **most) for kind in kinds],
        "people": [repository.person(each.id) for each in people],
        "groups": groups,
        "members": [repository.members_page(each.id, after=None, **most) for each in groups],
        "resources": repository.resources(RESOURCES),
        "participants": [repository.participants_page(each, after=None, **most) for each in RESOURCES],
        "events": repository.events_page(EventQuery(organization=of, limit=LARGEST_PAGE)),
        "unsealed": repository.unsealed_events(of, **most),
        "sealed": repository.events_after(of, position=0, **most),
        "chain": repository.chain(of),
        "tasks": [repository.tasks_page(of, queue, after=None, **most) for queue in queues],
        "strangers": repository.stale_strangers(of, before=far, **most),
        "sign-ups": repository.stale_sign_ups(of, before=far, **most),
        "requests": [repository.request(of, each) for each in REQUESTS],
    }
