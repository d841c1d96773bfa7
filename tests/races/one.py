"""One account with one person in it, as the model of races sees it. What commands do to it is `model`.

Written without the library's rules, records and tables, to judge them. Time stands still, so a delay that began lasts.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, Final

from attrs import evolve, frozen

FREE: Final = 5
"""Wrong proofs in a row from one terminal, the last of which begins a delay."""
CEILING: Final = 50
"""Wrong proofs in a row, from wherever, the last of which disables a password."""
CODE_TRIES: Final = 5
"""Wrong tries of which a code dies."""


@frozen(kw_only=True)
class One:
    """Hold an account (`is_open` to `account_epoch`), its person, and the person's proofs and wrong attempts.

    `failures` are those of each terminal, `strangers` those under a login that nobody has.
    """

    is_open: bool = True
    account_version: int = 1
    account_epoch: int = 1
    openly: bool = False
    policy_version: int = 1
    state: str = "waiting"
    version: int = 1
    login: str = "anna"
    full_name: str | None = None
    name_by: str | None = None
    position: str | None = None
    epoch: int = 1
    code: str | None = None
    code_policy: int = 1
    code_wrong: int = 0
    password: str | None = None
    in_a_row: int = 0
    failures: frozenset[tuple[str, int]] = frozenset()
    strangers: frozenset[tuple[str, str, int]] = frozenset()
    receipts: tuple[tuple[str, Any], ...] = ()

    def failed(self, terminal: str) -> int:
        """Return the wrong proofs in a row from one terminal."""
        return dict(self.failures).get(terminal, 0)

    def with_failures(self, terminal: str, number: int) -> One:
        """Return it with another number of wrong proofs from one terminal."""
        others = frozenset(each for each in self.failures if each[0] != terminal)
        return evolve(self, failures=others | {(terminal, number)} if number else others)

    def after_wrong(self, terminal: str) -> One:
        """Return it after one more wrong proof; the fiftieth in a row disables a password."""
        then = evolve(self.with_failures(terminal, self.failed(terminal) + 1), in_a_row=self.in_a_row + 1)
        if then.state == "active" and then.in_a_row >= CEILING:
            return evolve(then, state="disabled", version=then.version + 1, password=None)
        return then

    def emptied(self) -> One:
        """Return it without proofs and attempts."""
        return evolve(self, code=None, password=None, in_a_row=0, failures=frozenset())

    @property
    def code_lives(self) -> bool:
        """Tell whether the code that is out would be taken."""
        return self.code is not None and self.code_policy == self.policy_version and self.code_wrong < CODE_TRIES


Answered = tuple[Hashable, One]


def refused(name: str, **said: Any) -> Hashable:
    """Return a refusal."""
    return (name, *said.items())


def wrong_state(state: str, action: str, what: str = "sub_account") -> Hashable:
    """Return the refusal of what a state does not take."""
    return refused("WrongState", what=what, state=state, action=action)


def person(one: One) -> Hashable:
    """Return the public view of the person."""
    return "person", one.version, one.state, one.login, one.full_name, one.position, one.epoch


def account(one: One) -> Hashable:
    """Return the account."""
    state, claim = "open" if one.is_open else "closed", "openly" if one.openly else "code"
    return "account", one.account_version, state, claim, one.policy_version, one.account_epoch
