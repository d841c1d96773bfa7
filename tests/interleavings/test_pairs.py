"""Every pair of tasks that touch one person, from every state of its life, in every interleaving of their port calls.

How they are judged is in `rules`. Nothing is drawn by lot: what is green here is green on every machine.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations_with_replacement

import pytest
from attrs import asdict

import subaccounts
from subaccounts import Command, SealAudit, VerifyAudit
from subaccounts.domain import events as e
from subaccounts.domain.steps import AlreadyClaimed, Authenticated, EnterPassword, LockedUntil
from subaccounts.testing.interleavings import Exploration, World
from tests.interleavings.builder import OPERATOR, ORGANIZATION
from tests.interleavings.explored import Tally, explore
from tests.interleavings.gatherings import GATHERINGS
from tests.interleavings.messages import MESSAGES
from tests.interleavings.rules import happened
from tests.interleavings.shop import ASKED, BEGUN, GIVEN_UP, SENT, STATES, shop
from tests.interleavings.sights import CHANGES, QUESTIONS, shown
from tests.interleavings.sights import WALKS as PREVIEWS
from tests.interleavings.sign_ups import SIGN_UPS
from tests.interleavings.tasks import AROUND, ARRIVALS, RIVAL_PASSWORD, TASKS, WALKS, claiming

EVERYTHING = {**TASKS, **ARRIVALS, **WALKS}
ELSEWHERE = {
    "CreateOrganization": "nobody can be in an organization that is being created",
    "MakeJobProfile": "nobody can have a job profile that is being made",
    "MakePermissionType": "nobody can have a permission type that is being made",
    "ListCatalog": "reads catalogs, and no person",
    "ReadOrganization": "reads the organization, in one read, and no person",
    "ListAccounts": "reads accounts, in one read, and no person",
    "ReadAccount": "reads one account, in one read, and no person",
    "ReadAudit": "reads events, which are written once and never changed",
    "EventsAfter": "reads sealed events, which are never changed",
    "ForgetStrangers": "removes wrong attempts under logins that nobody has",
    "ListDeadLetters": "reads what was given up, in one read, and no person",
    "MakeGroup": "nobody can be in a group that is being made",
    "ListGroups": "reads groups, and no person",
    "ReadGroup": "reads one group, in one read, and no person",
}
"""The commands that touch no person, each with the reason."""
ABSTRACT = {"Change", "Command"}
"""What commands are made of."""


def test_no_command_is_left_out() -> None:
    """Every command is a task, or it is said why it touches no person; and never both."""
    here, begun, sent, given_up = shop("active"), shop(BEGUN), shop(SENT), shop(GIVEN_UP)
    asked, seen = shop(ASKED), shown()
    tasks = [make(here) for make in EVERYTHING.values()]
    tasks += [make(begun) for make in SIGN_UPS.values()]
    tasks += [make(sent) for make in MESSAGES.values()]
    tasks += [make(given_up) for make in AROUND.values()]
    tasks += [make(asked) for make in GATHERINGS.values()]
    tasks += [make(seen) for make in (*CHANGES.values(), *QUESTIONS.values(), *PREVIEWS.values())]
    named = {type(task).__name__ for task in tasks} - {"HostBecomes", "SubscriptionBecomes"}
    commands = {
        name
        for name in subaccounts.__all__
        if isinstance(thing := getattr(subaccounts, name), type) and issubclass(thing, Command)
    }
    assert commands - ABSTRACT == named | ELSEWHERE.keys()
    assert set() == named & ELSEWHERE.keys()


@pytest.mark.parametrize("state", STATES)
def test_every_pair(state: str, record_property: Callable[[str, object], None]) -> None:
    """Two tasks at once end as one after the other would, and every invariant holds."""
    tally = explore(shop(state), combinations_with_replacement(TASKS, 2))
    record_property("explored pairs", tally.numbers)
    assert len(TASKS) * (len(TASKS) + 1) // 2 == tally.explored
    assert [] == tally.told


@pytest.mark.parametrize("state", ["waiting", "open"])
def test_two_claims(state: str) -> None:
    """Of two persons claiming one login at once exactly one is let in, and the other is told."""
    here = shop(state)
    exploration = Exploration(
        here.world, (claiming(here, here.code), claiming(here, here.code, password=RIVAL_PASSWORD))
    )
    answers = {frozenset(type(ending.value) for ending in outcome.endings) for outcome in exploration.outcomes()}
    assert {frozenset({Authenticated, AlreadyClaimed})} == answers


def test_parallel_guesses() -> None:
    """However three guesses and the right password interleave, the fifth wrong one in a row is the last that counts."""
    here = shop("active, one guess from a delay")
    tasks = [TASKS[name](here) for name in ("guess", "guess", "guess", "sign in")]
    outcomes = Exploration(here.world, tasks).outcomes()
    seen = set()
    for outcome in outcomes:
        entered = isinstance(outcome.endings[-1].value, Authenticated)
        failures = sum(isinstance(event.happening, e.SignInFailed) for event in happened(outcome))
        seen.add((entered, failures, frozenset(type(ending.value) for ending in outcome.endings[:3])))
    # The right password came first and began a new row of three; or the delay began, and whatever came was not looked at.
    assert {(True, 3, frozenset({EnterPassword})), (False, 1, frozenset({LockedUntil}))} == seen


@pytest.mark.parametrize("state", STATES)
def test_seal_beside(state: str, record_property: Callable[[str, object], None]) -> None:
    """Whatever is done while the audit trail is sealed, each event is sealed at most once, and the chain is unbroken."""
    here = shop(state)
    tally = Tally()
    for name in (*TASKS, "seal"):
        exploration = Exploration(here.world, [WALKS["seal"](here), EVERYTHING[name](here)])
        tally.explored += 1
        for outcome in exploration.outcomes():
            tally.outcomes += 1
            tally.interleavings += outcome.interleavings
            assert None is _verified(outcome.world), exploration.story(outcome.schedule)
    record_property("explored beside the sealing of the audit trail", tally.numbers)


def _verified(world: World) -> object:
    """Return what the check of the whole trail answers once everything is sealed."""
    seal = SealAudit(actor=OPERATOR, organization=ORGANIZATION)
    checks = (seal, VerifyAudit(actor=OPERATOR, organization=ORGANIZATION))
    return Exploration(world, checks).serial((0, 1)).endings[1].value


@pytest.mark.parametrize("name", ["seal", "guess", "reset"])
def test_verify_beside(name: str) -> None:
    """A trail that grows or is sealed while it is checked is not called broken."""
    here = shop("active, one guess from disabled")
    exploration = Exploration(here.world, [EVERYTHING[each](here) for each in ("verify", "seal", name)])
    assert {None} == {outcome.endings[0].value for outcome in exploration.outcomes()}


@pytest.mark.parametrize("name", sorted(TASKS))
def test_preview_beside(name: str) -> None:
    """A preview is no snapshot, but each number of it lies between the ones before and after what happened meanwhile."""
    here = shop("waiting")
    exploration = Exploration(here.world, [WALKS["preview a switch"](here), TASKS[name](here)])
    alone = [asdict(exploration.serial(order).endings[0].value) for order in ((0, 1), (1, 0))]
    for outcome in exploration.outcomes():
        for number, count in asdict(outcome.endings[0].value).items():
            assert min(each[number] for each in alone) <= count <= max(each[number] for each in alone), number
