"""Counting seats: which counter a change moves, and whether there is room. What a rule counts is `subscription`."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from ..errors import SeatsFull
from .credential import Credential
from .decision import Count
from .life import State
from .sub_account import SubAccount
from .subscription import MonthlySeats, SeatRule, StoredSeats, Subscription


def counter(rule: SeatRule, /, *, now: datetime) -> str | None:
    """Return the name of the counter a rule looks at now, or None when nothing is counted."""
    match rule:
        case StoredSeats():
            return rule.counter
        case MonthlySeats():
            return rule.counter(now)
        case None:
            return None
        case _:
            assert_never(rule)


def monthly(
    rule: MonthlySeats, person: SubAccount, credential: Credential, /, *, system: str, now: datetime
) -> tuple[Count, ...]:
    """Return the seat that a sign-in now takes, if it is the person's first of the month."""
    last = credential.last_sign_in_at
    if not rule.counts(kind=person.profile.kind, system=system, last_sign_in_at=last, now=now):
        return ()
    return (Count(name=rule.counter(now), by=1, at_most=rule.limit),)


def stored(
    rule: SeatRule, /, *, before: SubAccount | None, after: SubAccount | None, system: str, taken: int
) -> tuple[Count, ...]:
    """Return the seat that a change takes or frees; `before` is None for a new person.

    `taken` is what the counter says, or would say if it existed; a counter that does not begins there. No limit keeps a
    guessed password from being disabled: the guess would not be counted.
    """
    if not isinstance(rule, StoredSeats):
        return ()
    move = _counts(rule, after, system) - _counts(rule, before, system)
    if move == 0:
        return ()
    disabled = before is not None and after is not None and before.state is not after.state is State.DISABLED
    return (
        Count(name=rule.counter, by=move, at_most=rule.limit if move > 0 and not disabled else None, initial=taken),
    )


def _counts(rule: StoredSeats, person: SubAccount | None, system: str) -> int:
    if person is None:
        return 0
    return int(rule.counts(kind=person.profile.kind, system=system, state=person.state))


def require(counts: tuple[Count, ...], /, *, taken: int, subscription: Subscription) -> None:
    """Raise `SeatsFull` when one of these counts would pass its limit."""
    for count in counts:
        if count.at_most is not None and taken + count.by > count.at_most:
            raise SeatsFull(limit=count.at_most, buy_at=subscription.buy_at)
