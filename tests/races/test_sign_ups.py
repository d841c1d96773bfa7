"""Signing up by many at once: not one message more than the budget, one message for a contact, one person of an attempt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from subaccounts import (
    ActivationPolicy,
    BeginSignUp,
    CompleteSignUp,
    MessageBudget,
    Secret,
    SignUpBegun,
    SignUpField,
    SignUpForm,
    State,
    SwitchSignUp,
)
from subaccounts.domain import budget
from subaccounts.domain.activation_events import MessageBudgetSpent
from subaccounts.domain.channel import Channel
from subaccounts.domain.notice import NOTICES, Notice
from subaccounts.domain.queries import LARGEST_PAGE, EventQuery, PeopleQuery
from subaccounts.domain.steps import Authenticated
from subaccounts.errors import LinkRefused
from subaccounts.wire import loads
from tests.invariants.checks import check_stored
from tests.invariants.world import FIELDS, KINDS, PASSWORD, Shop, World
from tests.races.sign_up_workers import begin_own, begin_same, complete_same
from tests.races.test_threads_and_tasks import RIVALS, at_once
from tests.races.workers import PROCESSES, Racers, Track
from tests.sent import mint
from tests.shell.sent_samples import says

FORM = SignUpForm(fields=(SignUpField(name="full_name"), SignUpField(name="position")))


@pytest.fixture(scope="module")
def racers() -> Iterator[Racers]:
    """Start the processes once for all races."""
    with Racers() as racers:
        yield racers


@pytest.fixture
def shop() -> Iterator[Shop]:
    """Open a shop in a file that people sign up at."""
    with World("sqlite") as world:
        yield offering(world, None)


def offering(world: World, emails_a_day: int | None) -> Shop:
    """Return a shop with a form, and a budget for its e-mails."""
    shop = Shop(world)
    says(shop, ActivationPolicy(budget=MessageBudget(emails_a_day=emails_a_day)))
    world.rival.handle(SwitchSignUp(actor=shop.admin, account=shop.account.id, form=FORM))
    return shop


def tracks(shop: Shop) -> list[Track]:
    """Return one track for each racer."""
    return [Track(path=shop.world.path, account=shop.account.id, racer=number) for number in range(PROCESSES)]


def notices(shop: Shop) -> list[Notice]:
    """Return everything that waits to be sent."""
    page = shop.world.plain.tasks_page(shop.organization, NOTICES, after=None, limit=LARGEST_PAGE)
    return [loads(Notice, held.task.body) for held in page]


def said(shop: Shop, kind: type) -> int:
    """Return how often something of this kind happened."""
    events = shop.world.plain.events_page(EventQuery(organization=shop.organization, limit=LARGEST_PAGE))
    return sum(isinstance(event.happening, kind) for event in events)


def link_of(shop: Shop, notice: Notice) -> str:
    """Return the link that a worker would send with a notice."""
    assert notice.proof is not None
    return mint(shop.world.keys, notice.proof, organization=shop.organization).reveal()


@pytest.mark.asvs("2.4.1")
def test_never_a_message_more_than_the_budget(racers: Racers, shop: Shop) -> None:
    """Of 8 processes that begin with 160 contacts exactly as many send as the budget has, and that it is spent is said once."""
    says(shop, ActivationPolicy(budget=MessageBudget(emails_a_day=25)))
    told = racers.race(begin_own, tracks(shop), [f"person-{number}" for number in range(20)])
    assert {"SignUpBegun": 160} == Counter(name for mine in told for name in mine)
    sent = notices(shop)
    assert 25 == len(sent) == len({notice.to for notice in sent})
    counted = budget.counter(Channel.EMAIL, now=shop.world.clock())
    assert (25, 1) == (shop.world.plain.counter(shop.organization, counted), said(shop, MessageBudgetSpent))
    check_stored(shop.world)


def test_a_contact_is_sent_one_message(racers: Racers, shop: Shop) -> None:
    """Of 8 processes that begin with the same contact at the same moment one sends, and all are answered the same."""
    told = racers.race(begin_same, tracks(shop), [f"person-{number}" for number in range(40)])
    for answers in zip(*told, strict=True):
        assert 1 == len(set(answers))
        assert answers[0].startswith("SignUpBegun(")
    assert [1] * 40 == list(Counter(notice.to for notice in notices(shop)).values())


def test_an_attempt_becomes_one_person(racers: Racers, shop: Shop) -> None:
    """Of 8 processes that complete each of 40 sign-ups by its link at the same moment one gets in, all others find it used."""
    racers.race(begin_own, tracks(shop), [f"person-{number}" for number in range(5)])
    links = [link_of(shop, notice) for notice in notices(shop)]
    told = racers.race(complete_same, tracks(shop), links)
    for steps in zip(*told, strict=True):
        assert ["Authenticated"] + ["link_refused"] * (PROCESSES - 1) == sorted(steps)
    people = shop.world.plain.people_page(
        PeopleQuery(organization=shop.organization, states=frozenset(State), limit=500)
    )
    assert (40, 40) == (len(links), len(people))
    check_stored(shop.world)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("left", [0, 1, 3, RIVALS])
def test_the_last_messages(kind: str, left: int) -> None:
    """Of eight that have all read the same day, and commit only then, as many send as messages were left."""
    with World(kind) as world:
        shop = offering(world, left)
        told = at_once(world, [beginning(shop, f"person-{number}@shop.example") for number in range(RIVALS)])
        assert [SignUpBegun] * RIVALS == [type(each) for each in told]
        assert (left, int(left < RIVALS)) == (len(notices(shop)), said(shop, MessageBudgetSpent))


@pytest.mark.parametrize("kind", KINDS)
def test_one_contact_once(kind: str) -> None:
    """Of eight that begin with the same contact, decided on the same facts, one sends."""
    with World(kind) as world:
        shop = offering(world, None)
        at_once(world, [beginning(shop, "anna@shop.example") for _ in range(RIVALS)])
        assert 1 == len(notices(shop))


@pytest.mark.parametrize("kind", KINDS)
def test_one_completion_wins(kind: str) -> None:
    """Of eight that complete one sign-up, decided on the same facts, one is there and signed in; the link is used up."""
    with World(kind) as world:
        shop = offering(world, None)
        world.rival.handle(beginning(shop, "anna@shop.example"))
        text = link_of(shop, notices(shop)[0])
        commands = [CompleteSignUp(link=Secret(text), password=Secret(PASSWORD)) for _ in range(RIVALS)]
        told = at_once(world, commands)
        assert {Authenticated: 1, LinkRefused: RIVALS - 1} == Counter(type(each) for each in told)
        check_stored(world)


def beginning(shop: Shop, email: str) -> BeginSignUp:
    """Return the command that begins with an e-mail."""
    return BeginSignUp(door=shop.outside, fields={**FIELDS, "email": email})
