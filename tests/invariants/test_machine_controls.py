"""Controls of the machine: a rule of the domain is broken, and the machine finds it and names the invariant it breaks.

An invariant that nothing breaks says nothing, so each has a control here that is named by it and by no other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Final, final

import pytest
from attrs import evolve, frozen
from hypothesis import Phase

from subaccounts import commands
from subaccounts.commands.ports_at_hand import PortsAtHand
from subaccounts.domain import audit, authority, people, recovery, sub_account, subject
from subaccounts.domain.decision import Decision, Happened
from subaccounts.domain.delivery import Fate
from subaccounts.domain.events import CodeVoided
from subaccounts.domain.group import Group
from subaccounts.domain.key import Key
from subaccounts.domain.scene import Scene
from subaccounts.domain.sub_account import SIGN_IN_SPACE, Person, SubAccount
from subaccounts.domain.subject import Subject
from subaccounts.repositories import MemoryRepository
from subaccounts.testing.machines import INVARIANTS, CommandsMachineContract


class Memory(CommandsMachineContract):
    """Run the commands in memory, the same ones every time."""

    lives: ClassVar[int] = (
        1_000  # far more than are needed: Hypothesis draws otherwise where other modules were imported before
    )
    settings: ClassVar[dict[str, Any]] = {"derandomize": True, "database": None, "phases": (Phase.generate,)}

    def open(self) -> MemoryRepository:
        """Open an empty repository."""
        return MemoryRepository()


@final
@frozen
class Control:
    """Hold a rule, what stands in its place, and the invariant that is broken by it; two where either is found first."""

    named: str
    rule: str
    broken: object


# The rules as they are, and as they are broken.

_keys: Final[Callable[[SubAccount], frozenset[Key]]] = sub_account.SubAccount.keys.fget  # type: ignore[attr-defined]  # a property's
_seal, _emptied, _still_holds, _void = audit.seal, people.emptied, subject.still_holds, commands.VoidCode.decide
_redeem_code = recovery.redeem_code


def _without_the_email(person: SubAccount) -> frozenset[Key]:
    """Forget that an e-mail is a key too; its holder is not missed, for the login signs it in."""
    login = sub_account.realm_key(person.account, person.realm, SIGN_IN_SPACE, person.login.key)
    return frozenset(each for each in _keys(person) if each.space != SIGN_IN_SPACE or each == login)


def _keeping_the_password(credential: Any) -> Any:
    return evolve(_emptied(credential), password=credential.password)


def _in_any_epoch(kept: Subject, person: Person) -> bool:
    return _still_holds(evolve(kept, epoch=person.sub_account.epoch), person)


async def _writing_first(void: commands.VoidCode, ports: PortsAtHand) -> Decision[SubAccount]:
    person, by = await void.permitted(ports), authority.by(void.actor)
    told = (Happened(what=CodeVoided(), account=person.account.id, sub_account=person.sub_account.id),)
    await ports.settle(Decision(organization=person.organization.id, by=by, result=None, happened=told))
    return await _void(void, ports)


def _of_the_wrong_events(chain: audit.AuditChain, given: Sequence[tuple[str, str]]) -> Any:
    return _seal(chain, [(event, other) for (event, _), (_, other) in zip(given, reversed(given), strict=True)])


def _uncounted(scene: Scene, **judged: Any) -> Decision[Any]:
    decision, stored = _redeem_code(scene, **judged), scene.facts.credential
    return decision if judged["right"] or stored is None else evolve(decision, puts=(stored,))


async def _none(_listing: commands.ListGroups, _ports: PortsAtHand) -> tuple[Group, ...]:
    return ()


CONTROLS: Final = (
    Control("one holder", "domain.sub_account.SubAccount.keys", property(_without_the_email)),
    Control("dead proofs", "commands.ports_at_hand.still_holds", _in_any_epoch),
    Control("living proofs", "commands.ports_at_hand.still_holds", lambda *_: False),
    Control("dead proofs", "domain.recovery.redeem_code", _uncounted),
    Control("living proofs", "domain.recovery.code_that_is_out", lambda _scene: None),
    Control("proofs in place", "domain.people.emptied", _keeping_the_password),
    Control("refusals", "commands.VoidCode.decide", _writing_first),
    Control("reach", "domain.resources._require_members", lambda *_: None),
    Control("notices", "domain.delivery.fate", lambda *_, **__: Fate.SEND),
    Control("seats", "domain.seats._counts", lambda _rule, person, _system: person is not None),
    Control("chain", "domain.audit.seal", _of_the_wrong_events),
    Control("sight", "domain.visibility._met", lambda *_: ()),
    Control("sight|previews", "domain.visibility._is_among", lambda _viewer, _ungrouped: True),
    Control("sight|previews", "domain.viewer.apart", lambda *_: None),
    Control("loudness", "domain.widening._takes_externals", lambda _group: False),
    Control("loudness", "domain.resources.require_accepted", lambda *_: None),
    Control("rosters", "domain.rosters._require_place", lambda *_: None),
    Control("previews", "domain.previews.as_group", lambda facts, _group: facts),
    Control("previews", "domain.previews.as_moved", lambda facts, **_: facts),
    Control("answers", "commands.ListGroups.run", _none),
)


@pytest.mark.parametrize("control", CONTROLS, ids=lambda each: f"{each.named}-{each.rule.rpartition('.')[2]}")
def test_a_broken_rule_is_named(control: Control, monkeypatch: pytest.MonkeyPatch) -> None:
    """What always holds is told twice: a rule that is otherwise is found, and called by the invariant that it breaks."""
    monkeypatch.setattr(f"subaccounts.{control.rule}", control.broken)
    with pytest.raises(AssertionError, match=rf"\A({control.named}): "):
        Memory().test_any_commands()


def test_every_invariant_has_a_control() -> None:
    """Every invariant is broken by somebody, and named for it alone, so that a new one cannot be forgotten."""
    assert set(INVARIANTS) == {control.named for control in CONTROLS if "|" not in control.named}


def test_a_kind_that_is_edited_unseen_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine edits kinds with and without saying that the preview was seen, and knows which of the two is refused."""
    decide = commands.EditPerson.decide

    async def forgetting(edit: commands.EditPerson, ports: PortsAtHand, /) -> Decision[SubAccount]:
        return await decide(evolve(edit, kind_previewed=True), ports)

    monkeypatch.setattr(commands.EditPerson, "decide", forgetting)
    with pytest.raises(AssertionError, match=r"\Aloudness: "):
        Memory().test_any_commands()
