"""Invariant 10 for forgotten passwords: whoever asks for another one, or types a code, learns nothing of who exists.

What an outsider could measure is compared, as in `test_closed_door`; and how often something was worded, which takes longer
than all the rest of a request. A message itself goes to its address alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import pytest
from attrs import evolve, frozen

from subaccounts import (
    ActivationPolicy,
    Command,
    Door,
    Form,
    MessageBudget,
    Realm,
    RedeemCode,
    RequestReset,
    Secret,
    Way,
)
from subaccounts.domain.steps import EnterLoginAndProof
from subaccounts.testing import FakeTexts
from tests.invariants.test_closed_door import LOGINS, Observed, Watched
from tests.invariants.world import KINDS, OTHER_PASSWORD, Shop, World, subject_of
from tests.shell.sent_samples import says

BY_HAND: Final = ActivationPolicy(sms_form=Form.CODE)
BY_ITSELF: Final = evolve(BY_HAND, automatic=frozenset({Way.BY_HAND}))
SPENT: Final = evolve(BY_HAND, budget=MessageBudget(sms_a_day=0, emails_a_day=0))


def _reached(shop: Shop, login: str, **fields: str) -> None:
    says(shop, BY_HAND)
    subject_of(shop.world.rival.handle(shop.claiming(login, shop.add(login, **fields).code)))


def _cooling(shop: Shop) -> None:
    _reached(shop, "cooling", email="cooling@shop.example")
    shop.world.rival.handle(RequestReset(door=shop.outside, login="cooling"))


def _texted(shop: Shop) -> None:
    _reached(shop, "texted", phone="+4512345678")
    shop.world.rival.handle(RequestReset(door=shop.outside, login="texted"))


def _told(shop: Shop) -> None:
    says(shop, BY_ITSELF)
    shop.add("told", email="told@shop.example")
    says(shop, BY_HAND)


REACHED: Final[Mapping[str, Callable[[Shop], object]]] = {
    **LOGINS,
    "reached": lambda shop: _reached(shop, "reached", email="reached@shop.example"),
    "reached@shop.example": lambda shop: None,
    "phoned": lambda shop: _reached(shop, "phoned", phone="+4512345679"),
    "cooling": _cooling,
    "texted": _texted,
    "told": _told,
}
"""Every standing of a login at the closed door, and whom a message would reach, has just reached, or reached before."""


@frozen(kw_only=True)
class Heard:
    """Hold what an outsider could observe, with how often something was worded."""

    observed: Observed
    worded: int


class Listening:
    """Watch a world as an outsider could, and its texts too."""

    def __init__(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        self.watched, self.worded = Watched(world, monkeypatch), 0
        wording = FakeTexts.wording

        def counted(texts: FakeTexts, telling: Any, /) -> Any:
            self.worded += 1
            return wording(texts, telling)

        monkeypatch.setattr(FakeTexts, "wording", counted)

    def hear(self, command: Command[Any]) -> Heard:
        """Run a command and return what could be noticed."""
        self.worded = 0
        return Heard(observed=self.watched.observe(command), worded=self.worded)


@pytest.fixture(params=KINDS)
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    """Open one world of each storage and color."""
    with World(request.param) as world:
        yield world


@pytest.fixture(params=Realm, ids=lambda realm: realm.value)
def shop(world: World, request: pytest.FixtureRequest) -> Shop:
    """Return a shop with a person in every standing, in an organization of each realm."""
    shop = Shop(world, realm=request.param)
    for prepare in REACHED.values():
        prepare(shop)
    return shop


def _doors(shop: Shop) -> list[Door]:
    return [shop.outside, *([Door.outside(shop.organization)] if shop.realm is Realm.ORGANIZATION else [])]


def _only(heard: Mapping[str, Heard]) -> Heard:
    """Return the one observation there is; AssertionError names the logins that were told apart."""
    first = next(iter(heard.values()))
    assert {} == {login[:30]: each for login, each in heard.items() if each != first}
    return first


@pytest.mark.asvs("6.3.8")
@pytest.mark.parametrize("activation", [BY_HAND, SPENT], ids=["within the budget", "the budget spent"])
def test_asking_for_another_password(shop: Shop, monkeypatch: pytest.MonkeyPatch, activation: ActivationPolicy) -> None:
    """The same answer, questions and words, no hash, one commit of one record: for whoever is asked, told or not."""
    says(shop, activation)
    listening = Listening(shop.world, monkeypatch)
    for door in _doors(shop):
        heard = {login: listening.hear(RequestReset(door=door, login=login)) for login in REACHED}
        found = _only(heard)
        assert (0, 1, 1, 1) == (found.observed.hashes, found.observed.puts, found.observed.commits, found.worded)


@pytest.mark.asvs("6.3.8")
@pytest.mark.parametrize("password", [OTHER_PASSWORD, "short", "l" * 900], ids=["good", "short", "long"])
@pytest.mark.parametrize("code", ["00000-00000", "", "я" * 900], ids=["wrong", "empty", "long"])
def test_typing_a_code(shop: Shop, monkeypatch: pytest.MonkeyPatch, code: str, password: str) -> None:
    """A wrong code is one and the same for every standing: one hash, one derivation, one commit of one record."""
    listening = Listening(shop.world, monkeypatch)
    for door in _doors(shop):
        heard = {
            login: listening.hear(RedeemCode(door=door, login=login, code=Secret(code), password=Secret(password)))
            for login in REACHED
        }
        found = _only(heard)
        assert (repr(EnterLoginAndProof(refused=True)), 1, 1, 1, 0) == (
            found.observed.step,
            found.observed.hashes,
            found.observed.puts,
            found.observed.commits,
            found.worded,
        )


def test_asking_on_and_on(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tenth request is observed as the first, whether a message went out, is on its way, or never will be."""
    listening = Listening(shop.world, monkeypatch)
    logins = ("reached", "cooling", "told", "unknown", "archived")
    for login in logins:  # a first one for each: what is new in storage is written once
        listening.hear(RequestReset(door=shop.outside, login=login))
    heard = {
        f"{login} {number}": listening.hear(RequestReset(door=shop.outside, login=login))
        for number in range(10)
        for login in logins
    }
    _only(heard)


def test_a_promoted_host_account(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where people of many accounts stand, a login under a host account that was promoted is heard as an unknown one."""
    shop = Shop(world, realm=Realm.ORGANIZATION)
    _reached(shop, "reached", email="reached@shop.example")
    door, listening = Door.outside(shop.organization), Listening(world, monkeypatch)
    world.hosts.promote(shop.host)
    for make in (
        lambda login: RequestReset(door=door, login=login),
        lambda login: RedeemCode(door=door, login=login, code=Secret("00000-00000"), password=Secret(OTHER_PASSWORD)),
    ):
        _only({login: listening.hear(make(login)) for login in ("reached", "unknown")})
