"""Two commands on one person at once: whatever the moment, the result is that of one after the other.

Deterministic: the second command runs whole, between any two questions of the first. What the two answered and what is
stored afterwards has to be what one of the two orders would have given.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final

import pytest
from attrs import frozen

from subaccounts import (
    ArchivePerson,
    ChangePassword,
    CloseAccount,
    Command,
    DeletePerson,
    EditPerson,
    IssueCode,
    Recognize,
    RegistrationPolicy,
    RenamePerson,
    ResetPassword,
    RestorePerson,
    Secret,
    Subject,
    SwitchPolicy,
    UnlockPerson,
    VoidCode,
)
from subaccounts.domain.codes import IssuedCode
from subaccounts.domain.events import Happening
from subaccounts.domain.queries import EventQuery
from subaccounts.domain.steps import Authenticated, Step
from subaccounts.errors import Refusal
from tests.invariants.checks import check_stored
from tests.invariants.world import KINDS, OTHER_PASSWORD, PASSWORD, Shop, World

WRONG: Final = "not it at all"


@frozen(kw_only=True)
class Scene:
    """Hold a person in some state, and what is known of it: its first code, the subject of its sign-in."""

    shop: Shop
    person: Any
    code: IssuedCode | None
    subject: Subject | None


Make = Callable[[Scene], Command[Any]]


def _waiting(world: World) -> Scene:
    shop = Shop(world)
    added = shop.add("anna")
    return Scene(shop=shop, person=added.sub_account.id, code=added.code, subject=None)


def _open(world: World) -> Scene:
    """Return a person who waits where claims are open, with nothing in its credential."""
    from subaccounts import OpenClaim

    shop = Shop(world, policy=RegistrationPolicy.by_person(claim=OpenClaim(within=timedelta(days=1))))
    added = shop.add("anna")
    return Scene(shop=shop, person=added.sub_account.id, code=None, subject=None)


def _active(world: World) -> Scene:
    shop = Shop(world)
    subject = shop.active("anna")
    return Scene(shop=shop, person=subject.sub_account, code=None, subject=subject)


def _nearly_locked(world: World) -> Scene:
    scene = _active(world)
    for _ in range(4):
        scene.shop.sign_in("anna", WRONG)
    return scene


def _archived(world: World) -> Scene:
    scene = _active(world)
    world.rival.handle(ArchivePerson(actor=scene.shop.admin, sub_account=scene.person))
    return scene


STATES: Final[Mapping[str, Callable[[World], Scene]]] = {
    "waiting": _waiting,
    "open": _open,
    "active": _active,
    "nearly_locked": _nearly_locked,
    "archived": _archived,
}


def _who(scene: Scene) -> dict[str, Any]:
    return {"actor": scene.shop.admin, "sub_account": scene.person}


def _changing(current: str) -> Make:
    def make(scene: Scene) -> Command[Any]:
        assert scene.subject is not None
        return ChangePassword(subject=scene.subject, current=Secret(current), new=Secret("another one, chosen well"))

    return make


COMMANDS: Final[Mapping[str, Make]] = {
    "claim": lambda s: s.shop.claiming("anna", s.code, password=OTHER_PASSWORD),
    "sign_in": lambda s: s.shop.signing_in("anna"),
    "guess": lambda s: s.shop.signing_in("anna", WRONG),
    "change": _changing(PASSWORD),
    "change_wrong": _changing(WRONG),
    "edit": lambda s: EditPerson(fields={"position": "Cook", "email": "anna@shop.example"}, **_who(s)),
    "rename": lambda s: RenamePerson(login="renamed", **_who(s)),
    "archive": lambda s: ArchivePerson(**_who(s)),
    "restore": lambda s: RestorePerson(**_who(s)),
    "delete": lambda s: DeletePerson(**_who(s)),
    "issue": lambda s: IssueCode(**_who(s)),
    "void": lambda s: VoidCode(**_who(s)),
    "reset": lambda s: ResetPassword(**_who(s)),
    "unlock": lambda s: UnlockPerson(**_who(s)),
    "switch": lambda s: SwitchPolicy(
        actor=s.shop.admin, account=s.shop.account.id, policy=RegistrationPolicy.by_administrator()
    ),
    "close": lambda s: CloseAccount(actor=s.shop.admin, account=s.shop.account.id),
}
NEEDS_SUBJECT: Final = frozenset({"change", "change_wrong"})


def _pairs(state: str) -> list[str]:
    signed_in = state in {"active", "nearly_locked", "archived"}
    return [name for name in COMMANDS if signed_in or name not in NEEDS_SUBJECT]


def _outcome(handle: Callable[[Command[Any]], Any], command: Command[Any]) -> object:
    """Return what a command answered, told apart as far as the two orders can agree on it."""
    try:
        answer = handle(command)
    except Refusal as refusal:
        return refusal.code, str(refusal)
    if isinstance(answer, Authenticated):
        return "Authenticated", answer.subject.epoch, answer.subject.account_epoch
    return repr(answer) if isinstance(answer, Step) else type(answer).__name__


def _stored(scene: Scene) -> object:
    """Return what is stored of the person: everything but versions, ids and the order of what happened."""
    world = scene.shop.world
    person = world.person(scene.person)
    sub, credential = person.sub_account, person.credential
    query = EventQuery(organization=sub.id.organization, limit=1000)
    happened: list[Happening] = [event.happening for event in world.plain.events_page(query)]
    return {
        "life": (sub.state, sub.epoch, sub.login.text, sub.email_is_key, sub.claimed_at),
        "profile": {name: (held.value, held.by) for name, held in sub.profile.values.items()},
        "proofs": (credential.password, credential.code and credential.code.wrong, credential.last_sign_in_at),
        "attempts": (credential.attempts.in_a_row, [each.failures for each in credential.attempts.terminals]),
        "account": (person.account.state, person.account.epoch, person.account.policy_version),
        "happened": sorted(type(each).__name__ for each in happened),
        "subject": scene.subject is not None and world.rival.handle(Recognize(subject=scene.subject)) is not None,
    }


def _one_after_the_other(kind: str, state: str, names: tuple[str, str], *, turned: bool) -> object:
    with World(kind) as world:
        scene = STATES[state](world)
        first, second = (COMMANDS[name](scene) for name in names)
        if turned:
            answers = [_outcome(world.handle, second), _outcome(world.handle, first)][::-1]
        else:
            answers = [_outcome(world.handle, first), _outcome(world.handle, second)]
        return answers, _stored(scene)


def _questions(kind: str, state: str, name: str) -> list[str]:
    with World(kind) as world:
        command = COMMANDS[name](STATES[state](world))
        world.subs._roles_known.clear()
        _outcome(world.handle, command)
        return list(world.calls)


def _at_once(kind: str, state: str, names: tuple[str, str], moment: int) -> object:
    """Run the second command whole just before the question of this number of the first."""
    with World(kind) as world:
        scene = STATES[state](world)
        first, second = (COMMANDS[name](scene) for name in names)
        left, heard = [moment], list[object]()

        def barge_in(where: str) -> None:
            left[0] -= 1
            if left[0] == -1:
                heard.append(_outcome(world.rival.handle, second))

        with world.hooked(before=barge_in):
            answer = _outcome(world.handle, first)
        check_stored(world)
        return [answer, *heard], _stored(scene)


def _check(kind: str, state: str, first: str, second: str, moments: list[int]) -> None:
    names = (first, second)
    orders = [_one_after_the_other(kind, state, names, turned=turned) for turned in (False, True)]
    for moment in moments:
        found = _at_once(kind, state, names, moment)
        assert found in orders, f"{second} before question {moment} of {first} is neither order"


@pytest.mark.parametrize("first", COMMANDS)
@pytest.mark.parametrize("state", STATES)
def test_every_moment(state: str, first: str) -> None:
    """For every pair of commands and every moment, the result is that of one order or the other."""
    if first not in _pairs(state):
        with pytest.raises(AssertionError), World("memory") as world:
            COMMANDS[first](STATES[state](world))
        return
    moments = list(range(len(_questions("memory", state, first))))
    for second in _pairs(state):
        _check("memory", state, first, second, moments)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "memory"])
@pytest.mark.parametrize("first", ["claim", "sign_in", "guess", "change", "archive", "issue"])
def test_the_moment_of_the_commit(kind: str, first: str) -> None:
    """On every storage and in every color, whoever is faster at the commit leaves the result of an order."""
    state = "waiting" if first in {"claim", "issue"} else "active"
    questions = _questions(kind, state, first)
    moments = [number for number, where in enumerate(questions) if where == "repository.commit"]
    assert moments
    for second in ("claim", "guess", "reset", "archive", "delete", "issue", "edit"):
        _check(kind, state, first, second, moments)
