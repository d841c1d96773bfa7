"""What signing in, and whoever is signed in, is answered when it runs alone. What administrators do is `model_people`."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from attrs import evolve

from tests.races.asked import Asked
from tests.races.one import FREE, Answered, One, person, refused

NOW: Final = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
NAME, POSITION = "Test Person", "Seller"
"""What a person fills in at a claim."""
SIGNED_OUT: Final = refused("NotAllowed", action="act_after_sign_out")
ONLY_THE_ADMINISTRATOR: Final = {
    "closed": "account_closed", "archived": "archived", "disabled": "disabled", "no code": "no_code",
}  # fmt: skip
OFFERS: Final = ("Offers", ("sign_up", None), ("issuers", ("sequence",)))
"""What a page that asks for a login offers beside it, here nothing: no sign-up and no company account."""


def until(failures: int) -> datetime:
    """Return when the delay after this many wrong proofs ends: 30 seconds after the fifth, doubling up to an hour."""
    doubled: int = 2 ** (failures - FREE)
    return NOW + min(timedelta(seconds=30) * doubled, timedelta(hours=1))


def tries(one: One, asked: Asked) -> int:
    """Return the wrong proofs in a row for this login from this terminal."""
    if known(one, asked):
        return one.failed(asked.terminal)
    return next((number for *where, number in one.strangers if where == [asked.login, asked.terminal]), 0)


def known(one: One, asked: Asked) -> bool:
    """Tell whether somebody has this login."""
    return one.state != "deleted" and asked.login.casefold() == one.login.casefold()


def standing(one: One, asked: Asked, *, outside: bool = False) -> str:
    """Return where a login stands; the first that applies."""
    if not one.is_open:
        return "closed"
    if known(one, asked) and one.state in {"archived", "disabled"}:
        return one.state
    if tries(one, asked) >= FREE:
        return "locked"
    if not known(one, asked):
        return "unknown"
    if one.state == "active":
        return "active"
    if one.code_lives:
        return "code awaited"
    guarded = one.code is not None and one.code_policy == one.policy_version
    return "open" if one.openly and not guarded and not outside else "no code"


def register(one: One, *, code_needed: bool, wrong: bool = False, problems: tuple[Any, ...] = ()) -> Hashable:
    """Return the step that asks for what is missing and a password."""
    missing = [name for name, value in (("full_name", one.full_name), ("position", one.position)) if value is None]
    said = {"code_needed": code_needed, "code_wrong": wrong, "problems": ("sequence", *problems)}
    if not missing:
        return refused("CreatePassword", **said)
    return refused("CompleteFields", fields=("sequence", *missing), **said, password_needed=True)


def step(one: One, asked: Asked, *, wrong: bool = False, outside: bool = False) -> Hashable:
    """Return what is shown where a login stands, after something wrong or nothing yet."""
    where = standing(one, asked, outside=outside)
    if outside and where != "closed":
        return refused("EnterLoginAndProof", refused=True, offers=OFFERS)
    match where:
        case "locked":
            return refused("LockedUntil", until=until(tries(one, asked)))
        case "unknown":
            return refused("EnterLogin", wrong=True, offers=OFFERS)
        case "active":
            return refused("EnterPassword", wrong=wrong)
        case "code awaited" | "open":
            return register(one, code_needed=where == "code awaited", wrong=wrong and where == "code awaited")
        case _:
            return refused("AskAdministrator", why=ONLY_THE_ADMINISTRATOR[where])


def let_in(one: One, asked: Asked, pathway: str) -> Answered:
    """Let somebody in; the row of wrong proofs ends, on this terminal and over all."""
    then = evolve(one.with_failures(asked.terminal, 0), in_a_row=0)
    return ("let in", subject(then, asked, pathway)), then


def subject(one: One, asked: Asked, pathway: str) -> Hashable:
    """Return what is handed to whoever was let in."""
    return "subject", pathway, asked.terminal, one.epoch, one.account_epoch


def counted(one: One, asked: Asked) -> One:
    """Return it with one more wrong proof: of the person and its code, or of a login that nobody has."""
    if known(one, asked):
        then = one.after_wrong(asked.terminal)
        return evolve(then, code_wrong=then.code_wrong + 1) if then.code is not None else then
    others = frozenset(each for each in one.strangers if each[:2] != (asked.login, asked.terminal))
    return evolve(one, strangers=others | {(asked.login, asked.terminal, tries(one, asked) + 1)})


def same_code(one: One, typed: str) -> bool:
    """Tell whether what was typed is the code that is out."""
    return one.code is not None and typed == one.code


def prove(one: One, asked: Asked) -> Answered:
    """Judge a password, or a code before the first sign-in."""
    outside = asked.what == "sign in outside"
    where = standing(one, asked, outside=outside)
    if where == "active" and asked.secret == one.password:
        return let_in(one, asked, "password")
    if where == "code awaited" and same_code(one, asked.secret):
        return register(one, code_needed=True), one
    if where in {"active", "code awaited", "unknown"}:
        then = counted(one, asked)
        return step(then, asked, wrong=True, outside=outside), then
    return step(one, asked, outside=outside), one


def claim(one: One, asked: Asked) -> Answered:
    """Judge a registration, whose fields are always the same two."""
    where = standing(one, asked)
    if where == "active":
        return refused("AlreadyClaimed"), one
    if where in {"code awaited", "unknown"} and not (where == "code awaited" and same_code(one, asked.secret)):
        then = counted(one, asked)
        return step(then, asked, wrong=True), then
    if where not in {"code awaited", "open"}:
        return step(one, asked), one
    if one.name_by == "boss" and one.full_name != NAME:
        outranked = refused("FieldRefused", field="full_name", why="outranked")
        return register(one, code_needed=where == "code awaited", problems=(outranked,)), one
    by = "boss" if one.name_by == "boss" else "herself"
    claimed = evolve(one, state="active", version=one.version + 1, code=None, password=asked.new)
    claimed = evolve(claimed, full_name=NAME, name_by=by, position=POSITION)
    return let_in(claimed, asked, "claim_code" if where == "code awaited" else "open_claim")


def holds(one: One, asked: Asked) -> bool:
    """Tell whether a sign-in of these epochs is still one."""
    return one.state == "active" and one.is_open and asked.epochs == (one.epoch, one.account_epoch)


def change(one: One, asked: Asked) -> Answered:
    """Judge a change of the password."""
    if not holds(one, asked):
        return SIGNED_OUT, one
    if asked.new == asked.secret:
        return refused("PasswordRefused", reason="same", limit=None), one
    if one.failed(asked.terminal) >= FREE:
        return refused("ProofRefused", until=until(one.failed(asked.terminal))), one
    if asked.secret != one.password:
        then = one.after_wrong(asked.terminal)
        failures = then.failed(asked.terminal)
        return refused("ProofRefused", until=until(failures) if failures >= FREE else None), then
    changed = evolve(one, password=asked.new, epoch=one.epoch + 1, version=one.version + 1)
    _, then = let_in(changed, asked, "password")
    return subject(then, asked, "password"), then


def edit_herself(one: One, asked: Asked) -> Answered:
    """Let a person give its own full name, unless the administrator gave another."""
    if not holds(one, asked):
        return SIGNED_OUT, one
    if asked.new == one.full_name:
        return person(one), one
    if one.name_by == "boss":
        return refused("FieldRefused", field="full_name", why="outranked"), one
    then = evolve(one, full_name=asked.new, name_by="herself", version=one.version + 1)
    return person(then), then


ANSWERS: Final[Mapping[str, Callable[[One, Asked], Answered]]] = {
    "begin": lambda one, asked: (step(one, asked), one),
    "sign in": prove,
    "sign in outside": prove,
    "claim": claim,
    "change": change,
    "recognize": lambda one, asked: (person(one) if holds(one, asked) else None, one),
    "edit herself": edit_herself,
}
"""What each of these answers alone."""
