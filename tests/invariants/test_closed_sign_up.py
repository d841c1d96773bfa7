"""Invariant 10 for signing up: whoever begins, or types a code, learns nothing of who is here already.

What an outsider could measure is compared, as in `test_closed_door` and `test_closed_recovery`, and what waits to be sent. The
message itself goes to its address alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import pytest
from attrs import evolve, frozen

from subaccounts import (
    ActivationPolicy,
    ArchivePerson,
    BeginSignUp,
    CompleteSignUp,
    Language,
    MessageBudget,
    Realm,
    Secret,
    SignUpBegun,
    SignUpBy,
    SignUpField,
    SignUpForm,
    SignUpId,
    StoredSeats,
    SwitchSignUp,
)
from subaccounts.domain import link
from subaccounts.domain.notice import NOTICES, Notice
from subaccounts.domain.proof import Form, ProofRef, Purpose
from subaccounts.domain.sign_up import COOL_DOWN
from subaccounts.errors import LinkRefused, Refusal
from subaccounts.wire import loads
from tests.invariants.test_closed_recovery import Heard, Listening
from tests.invariants.world import FIELDS, KINDS, OTHER_PASSWORD, Shop, World, subject_of
from tests.sent import mint
from tests.shell.sent_samples import says

BUDGET: Final = MessageBudget(sms_a_day=500, emails_a_day=500, sms_countries=frozenset({"45"}))
POLICY: Final = ActivationPolicy(budget=BUDGET, language=Language(tag="en"))
SPENT: Final = evolve(POLICY, budget=evolve(BUDGET, sms_a_day=0, emails_a_day=0))
FORM: Final = SignUpForm(fields=(SignUpField(name="full_name"), SignUpField(name="position")))
BY_PHONE: Final = evolve(FORM, by=SignUpBy.USERNAME_AND_PHONE)
PHONES: Final[Mapping[str, str]] = {
    name: f"+451234560{number}" for number, name in enumerate(("active", "waiting", "archived", "unknown", "nobody"))
}


def _email(name: str) -> str:
    return f"{name}@shop.example"


def _active(shop: Shop) -> None:
    added = shop.add("active", email=_email("active"), phone=PHONES["active"])
    subject_of(shop.world.rival.handle(shop.claiming("active", added.code)))


def _archived(shop: Shop) -> None:
    person = shop.add("archived", email=_email("archived"), phone=PHONES["archived"]).sub_account
    shop.world.rival.handle(ArchivePerson(actor=shop.admin, sub_account=person.id))


STANDINGS: Final[Mapping[str, Callable[[Shop], object]]] = {
    "active": _active,
    "waiting": lambda shop: shop.add("waiting", email=_email("waiting"), phone=PHONES["waiting"]),
    "archived": _archived,
    "as-login": lambda shop: shop.add(_email("as-login")),
    "unknown": lambda shop: None,
    "nobody": lambda shop: None,
}
"""Every way in which a contact can be known here, and two that are not."""


@frozen(kw_only=True)
class Noticed:
    """Hold what an outsider could notice: the answer apart from the contact's own mask, the work, and what waits to be sent."""

    heard: Heard
    tasks: tuple[tuple[str, str], ...]


class Outsider:
    """Watch a shop that people sign up at."""

    def __init__(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        self.shop, self.listening = shop, Listening(shop.world, monkeypatch)
        self.begun: dict[str, SignUpBegun] = {}

    def tasks(self) -> list[Any]:
        """Return what waits to be sent, in order."""
        page = self.shop.world.plain.tasks_page(self.shop.organization, NOTICES, after=None, limit=500)
        return [held.task for held in page]

    def begin(self, name: str) -> Noticed:
        """Begin for the contact of this name; answer what could be noticed."""
        before = {task.id for task in self.tasks()}
        heard = self.listening.hear(beginning(self.shop, name))
        new = tuple((task.queue, type(task).__name__) for task in self.tasks() if task.id not in before)
        mine = without_contact(heard, name)
        return Noticed(heard=mine, tasks=new)


def without_contact(heard: Heard, name: str) -> Heard:
    """Return what was heard without what every outsider knows: the contact that it has typed, and its attempt's name."""
    step = heard.observed.step
    assert "SignUpBegun(" in step
    shown = step.partition("value=")[0], step.rpartition("channel=")[2].partition(",")[0]
    assert _email(name)[0] in step or "+45" in step
    return evolve(heard, observed=evolve(heard.observed, step=repr(shown)))


def by_phone(shop: Shop) -> bool:
    """Tell whether a shop's form is by phone."""
    found = shop.world.plain.account(shop.account.id)
    assert found is not None
    assert found.account.sign_up is not None
    return found.account.sign_up.by is SignUpBy.USERNAME_AND_PHONE


def beginning(shop: Shop, name: str) -> BeginSignUp:
    """Return the command that begins with the contact of this name."""
    if by_phone(shop):
        return BeginSignUp(door=shop.outside, fields={**FIELDS, "phone": PHONES[name]}, login=name)
    return BeginSignUp(door=shop.outside, fields={**FIELDS, "email": _email(name)})


@pytest.fixture(params=KINDS)
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    """Open one world of each storage and color."""
    with World(request.param) as world:
        yield world


@pytest.fixture(params=[FORM, BY_PHONE], ids=["email", "phone"])
def shop(world: World, request: pytest.FixtureRequest) -> Shop:
    """Return a shop with somebody in every standing, and a form."""
    shop = Shop(world, realm=Realm.ORGANIZATION)
    sold = world.subscriptions._now(shop.organization)
    world.subscriptions.sell(shop.organization, evolve(sold, sms=True))
    says(shop, POLICY)
    for prepare in STANDINGS.values():
        prepare(shop)
    world.rival.handle(SwitchSignUp(actor=shop.admin, account=shop.account.id, form=request.param))
    return shop


def _only(noticed: Mapping[str, Noticed]) -> Noticed:
    """Return the one observation there is; AssertionError names the contacts that were told apart."""
    first = next(iter(noticed.values()))
    assert {} == {name: each for name, each in noticed.items() if each != first}
    return first


def _standings(shop: Shop) -> list[str]:
    return [name for name in STANDINGS if name != "as-login" or not by_phone(shop)]


@pytest.mark.asvs("6.3.8")
def test_beginning(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same answer, questions and words, one commit of one record and one message: for every contact, known or not."""
    outsider = Outsider(shop, monkeypatch)
    found = _only({name: outsider.begin(name) for name in _standings(shop)})
    seen = found.heard
    assert (0, 1, 1, 1) == (seen.observed.hashes, seen.observed.puts, seen.observed.commits, seen.worded)
    assert ((NOTICES, "Task"),) == found.tasks


def test_beginning_again(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """While another message was just sent, the same record is written and the same is worded, for every contact."""
    outsider = Outsider(shop, monkeypatch)
    first = _only({name: outsider.begin(name) for name in _standings(shop)})
    again = _only({name: outsider.begin(name) for name in _standings(shop)})
    assert ((), first.heard) == (again.tasks, again.heard)
    shop.world.clock.advance(COOL_DOWN)
    assert first == _only({name: outsider.begin(name) for name in _standings(shop)})


def test_beginning_when_nothing_is_sent_any_more(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the day's budget is spent nothing is written or sent for anybody, and the answer stays the same."""
    outsider = Outsider(shop, monkeypatch)
    answered = _only({name: outsider.begin(name) for name in _standings(shop)})
    says(shop, SPENT)
    told = outsider.begin("unknown")  # who comes first says that it is spent
    assert answered.heard.observed.step == told.heard.observed.step
    found = _only({name: outsider.begin(name) for name in _standings(shop)})
    assert (answered.heard.observed.step, 0, ()) == (
        found.heard.observed.step,
        found.heard.observed.commits,
        found.tasks,
    )


def test_beginning_when_seats_are_full(shop: Shop) -> None:
    """Where no seat is left, everybody is sent to the administrator, the known too."""
    shop.world.subscriptions.seat(shop.organization, StoredSeats(limit=0))
    answers = {repr(shop.world.handle(beginning(shop, name))) for name in _standings(shop)}
    assert {"AskAdministrator(why='seats_full')"} == answers


@pytest.mark.asvs("6.3.8")
@pytest.mark.parametrize("code", ["00000-00000", "", "я" * 900], ids=["wrong", "empty", "long"])
def test_typing_a_code(shop: Shop, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """A wrong code is one observation: for a known contact, an unknown one, one that has completed, one that never began."""
    outsider, world = Outsider(shop, monkeypatch), shop.world
    ids = {name: _begun(shop, name).sign_up for name in _standings(shop)}
    if by_phone(shop):
        ids["completed"] = _completed(shop)
    ids["made up"] = SignUpId(organization=shop.organization, value="made-up")
    seen = {}
    for name, id in ids.items():  # noqa: A001 - the id of a record
        command = CompleteSignUp(door=shop.outside, sign_up=id, code=Secret(code), password=Secret(OTHER_PASSWORD))
        seen[name] = _refused(outsider, world, command)
    (only,) = set(seen.values())
    refusal, calls, hashes, puts, derived = only
    # A row for strangers, the claim code that is not out, and what was typed.
    assert (repr(LinkRefused(why="unknown")), 0, 1, 3) == (refusal, hashes, puts, derived)
    assert 1 == calls.count("repository.commit")


def _begun(shop: Shop, name: str) -> SignUpBegun:
    begun = shop.world.rival.handle(beginning(shop, name))
    assert isinstance(begun, SignUpBegun)
    return begun


def _completed(shop: Shop) -> SignUpId:
    """Sign somebody up, and return the attempt that is not there any more."""
    command = BeginSignUp(door=shop.outside, fields={**FIELDS, "phone": "+4512345610"}, login="done")
    begun = shop.world.rival.handle(command)
    assert isinstance(begun, SignUpBegun)
    attempt = shop.world.plain.sign_up(begun.sign_up)
    assert attempt is not None
    ref = attempt.proof.ref(purpose=Purpose.SIGN_UP, owner=attempt.id.value)
    code, password = mint(shop.world.keys, ref, organization=shop.organization), Secret(OTHER_PASSWORD)
    complete = CompleteSignUp(door=shop.outside, sign_up=attempt.id, code=code, password=password)
    subject_of(shop.world.rival.handle(complete))
    assert shop.world.plain.sign_up(attempt.id) is None
    return attempt.id


def _refused(outsider: Outsider, world: World, command: CompleteSignUp) -> tuple[str, tuple[str, ...], int, int, int]:
    watched = outsider.listening.watched
    watched.derived = 0
    watched.batches.clear()
    world.hasher.reset()
    del world.calls[:]
    with pytest.raises(Refusal) as refused:
        world.handle(command)
    puts = sum(len(batch.puts) for batch in watched.batches)
    return repr(refused.value), tuple(world.calls), world.hasher.work, puts, watched.derived


def test_a_link_that_was_made_up(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """A made-up link to an attempt of a known contact, an unknown one, or to none: one observation, and nothing is written."""
    outsider, world = Outsider(shop, monkeypatch), shop.world
    ids = {name: _begun(shop, name).sign_up for name in _standings(shop)}
    ids["made up"] = evolve(next(iter(ids.values())), value="00000000-0000-7000-8000-000000000000")
    seen = set()
    for id in ids.values():  # noqa: A001 - the id of a record
        proof = ProofRef(purpose=Purpose.SIGN_UP, form=Form.LINK, owner=id.value, id="x", key="x")
        text = link.text(proof, b"0" * 32, organization=shop.organization)
        seen.add(_refused(outsider, world, CompleteSignUp(link=Secret(text), password=Secret(OTHER_PASSWORD))))
    assert {(repr(LinkRefused(why="unknown")), ("repository.sign_up",), 0, 0, 1)} == seen


def test_messages_differ_where_only_their_reader_sees(shop: Shop) -> None:
    """What goes to a known contact and to an unknown one are messages of two kinds, and nothing else is."""
    kinds = {}
    for name in _standings(shop):
        shop.world.rival.handle(beginning(shop, name))
        tasks = shop.world.plain.tasks_page(shop.organization, NOTICES, after=None, limit=500)
        kinds[name] = loads(Notice, tasks[-1].task.body).kind.value
    assert {"unknown", "nobody"} == {name for name, kind in kinds.items() if kind == "prove_sign_up"}
    assert {"already_signed_up"} == {kind for name, kind in kinds.items() if name not in ("unknown", "nobody")}
