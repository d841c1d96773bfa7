"""What an administrator's commands answer when they run alone. Signing in is `model_sign_in`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from attrs import evolve

from tests.races.asked import Asked
from tests.races.one import Answered, One, person, refused, wrong_state

LIVING: Final = frozenset({"waiting", "active", "disabled"})


def chance(heard: Any, unheard: str) -> str | None:
    """Return the code that was handed over; one that nobody heard of has a name of its own."""
    if heard is None:
        return unheard
    code: str | None = heard[2] if heard[0] == "handover" else None
    return code


def handed_over(one: One, *, policy: int, heard: Any, asked: Asked) -> Answered:
    """Answer the person with a new code."""
    code = chance(heard, f"unheard {asked.once or asked}")
    then = evolve(one, code=code, code_policy=policy, code_wrong=0)
    return ("handover", person(then), code), then


def waiting(one: One, asked: Asked, heard: Any) -> Answered:
    """Let a person wait for a new claim, with a code unless claims are open."""
    then = evolve(one.emptied(), state="waiting", version=one.version + 1)
    if one.openly:
        return ("handover", person(then), None), then
    return handed_over(then, policy=one.policy_version, heard=heard, asked=asked)


def changed(one: One, **becomes: Any) -> Answered:
    """Answer the person as it becomes, one version on."""
    then = evolve(one, version=one.version + 1, **becomes)
    return person(then), then


def begin_anew(one: One, state: str) -> Answered:
    """End everything that was proven before, in another state."""
    return changed(one.emptied(), state=state, epoch=one.epoch + 1)


def archive(one: One, asked: Asked, heard: Any) -> Answered:
    """Archive the person."""
    if one.state not in LIVING:
        return wrong_state(one.state, "archive"), one
    return begin_anew(one, "archived")


def delete(one: One, asked: Asked, heard: Any) -> Answered:
    """Delete the person, whose record is gone."""
    return begin_anew(evolve(one, full_name=None, name_by=None, position=None), "deleted")


def restore(one: One, asked: Asked, heard: Any) -> Answered:
    """Restore an archived person."""
    return waiting(one, asked, heard) if one.state == "archived" else (wrong_state(one.state, "restore"), one)


def reset(one: One, asked: Asked, heard: Any) -> Answered:
    """Reset the person."""
    if one.state not in LIVING:
        return wrong_state(one.state, "reset"), one
    return waiting(evolve(one, epoch=one.epoch + 1), asked, heard)


def issue(one: One, asked: Asked, heard: Any) -> Answered:
    """Issue a code to somebody who waits."""
    if one.state != "waiting":
        return wrong_state(one.state, "issue_code"), one
    return handed_over(one, policy=one.policy_version, heard=heard, asked=asked)


def void(one: One, asked: Asked, heard: Any) -> Answered:
    """Kill the code of somebody who waits."""
    if one.state != "waiting" or one.code is None:
        return wrong_state("without a code" if one.state == "waiting" else one.state, "void_code"), one
    then = evolve(one, code=None)
    return person(then), then


def unlock(one: One, asked: Asked, heard: Any) -> Answered:
    """End every delay; the row to the ceiling goes on."""
    if one.state not in {"waiting", "active"}:
        return wrong_state(one.state, "unlock"), one
    return person(one), evolve(one, failures=frozenset())


def rename(one: One, asked: Asked, heard: Any) -> Answered:
    """Give the person another login."""
    if one.state not in LIVING:
        return wrong_state(one.state, "rename"), one
    return (person(one), one) if asked.new == one.login else changed(one, login=asked.new)


def edit(one: One, asked: Asked, heard: Any) -> Answered:
    """Let the administrator give the full name."""
    if one.state not in LIVING:
        return wrong_state(one.state, "edit"), one
    return (person(one), one) if asked.new == one.full_name else changed(one, full_name=asked.new, name_by="boss")


def read(one: One, asked: Asked, heard: Any) -> Answered:
    """Read the person."""
    return person(one), one


ADMINISTRATOR: Final[Mapping[str, Callable[[One, Asked, Any], Answered]]] = {
    "read": read, "edit": edit, "rename": rename, "issue": issue, "void": void, "reset": reset, "unlock": unlock,
    "archive": archive, "restore": restore, "delete": delete,
}  # fmt: skip


def by_administrator(one: One, asked: Asked, heard: Any) -> Answered:
    """Do something to the person; a request that was made before is answered as it was then."""
    for once, receipt in one.receipts:
        if once == asked.once:
            return _repeated(one, once, receipt, heard)
    if one.state == "deleted":
        return refused("NotFound", what="sub_account"), one
    answer, then = ADMINISTRATOR[asked.what](one, asked, heard)
    happened = isinstance(answer, tuple) and answer[0] in {"person", "handover"}
    if asked.once is None or not happened:
        return answer, then
    return answer, evolve(then, receipts=(*then.receipts, (asked.once, answer)))


def _repeated(one: One, once: str, receipt: Any, heard: Any) -> Answered:
    """Answer a receipt; the code of one that nobody heard is heard now."""
    unheard = f"unheard {once}"
    if receipt[0] != "handover" or receipt[2] != unheard or heard is None:
        return receipt, one
    told = (*receipt[:2], chance(heard, unheard))
    code = told[2] if one.code == unheard else one.code
    kept = tuple((name, told if name == once else answer) for name, answer in one.receipts)
    return told, evolve(one, code=code, receipts=kept)
