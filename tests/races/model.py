"""What commands on one account answer when they run alone: the words of the manual, once more, as a model of histories."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, final

from attrs import evolve

from tests.races.asked import Asked
from tests.races.model_people import ADMINISTRATOR, by_administrator
from tests.races.model_sign_in import ANSWERS
from tests.races.one import Answered, One, account, person, refused, wrong_state


def of_account(one: One, asked: Asked) -> Answered:
    """Close, open or switch the account."""
    what = asked.what
    if what == "open" and one.is_open:
        return refused("NameTaken", field="host_account", why="held"), one
    if what != "open" and not one.is_open:
        return wrong_state("closed", "close" if what == "close" else "switch_policy", "account"), one
    then = evolve(one, account_version=one.account_version + 1)
    if what == "close":
        then = evolve(then, is_open=False, account_epoch=one.account_epoch + 1)
    else:
        openly = what == "let claim openly"
        then = evolve(then, is_open=True, openly=openly, policy_version=one.policy_version + 1)
    return account(then), then


def look(one: One, heard: Any) -> Answered:
    """Return everything that is stored of the account, the person and its proofs."""
    code = heard[3] if heard and one.code and one.code.startswith("unheard") else one.code
    proofs = (one.code_policy, one.code_wrong) if one.code else None
    attempts = (one.in_a_row, tuple(sorted(one.failures)))
    return ("stored", account(one), person(one), code, proofs, one.password, attempts), one


@final
class Accounts:
    """Judge races: each is in an account of its own; `starts` are the states they begin in."""

    def __init__(self, starts: Mapping[Hashable, One], /) -> None:
        self._starts = starts

    def part(self, command: Any, /) -> Hashable:
        return str(command.race)

    def start(self, part: Hashable, /) -> One:
        return self._starts[part]

    def run(self, state: One, command: Any, /, *, heard: Any) -> Answered:
        match command.what:
            case "look":
                return look(state, heard)
            case "close" | "open" | "let claim openly" | "let claim by code":
                return of_account(state, command)
            case what if what in ADMINISTRATOR:
                return by_administrator(state, command, heard)
            case _:
                return ANSWERS[command.what](state, command)
