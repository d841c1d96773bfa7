"""What an organization has bought, and how its seats are counted. The host's shop answers; rules only compare."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import final

from attrs import frozen

from .fields import Kind
from .life import State


def _named(values: Collection[str]) -> str:
    return "+".join(sorted(values)) or "any"


@final
@frozen(kw_only=True)
class StoredSeats:
    """Count the persons who exist, of these kinds, host systems and states; empty means any.

    A person takes a seat when it enters the counted states and frees it when it leaves them.
    """

    limit: int
    kinds: frozenset[Kind] = frozenset()
    systems: frozenset[str] = frozenset()
    states: frozenset[State] = frozenset({State.WAITING, State.ACTIVE, State.DISABLED, State.ARCHIVED})

    @property
    def counter(self) -> str:
        """Return the name of the count, which names whom it counts."""
        kinds, states = _named([k.value for k in self.kinds]), _named([s.value for s in self.states])
        return f"seats/stored/{kinds}/{_named(self.systems)}/{states}"

    def counts(self, *, kind: Kind, system: str, state: State) -> bool:
        """Tell whether a person of this kind, host system and state takes a seat."""
        return (
            (not self.kinds or kind in self.kinds)
            and (not self.systems or system in self.systems)
            and (not self.states or state in self.states)
            and state is not State.DELETED
        )


@final
@frozen(kw_only=True)
class MonthlySeats:
    """Count unique persons who signed in this calendar month (UTC), of these kinds and host systems.

    Archiving frees no seat before the first of the next month; at the limit only persons new to the month are stopped.
    """

    limit: int
    kinds: frozenset[Kind] = frozenset()
    systems: frozenset[str] = frozenset()

    def counter(self, now: datetime, /) -> str:
        """Return the name of this month's count."""
        return f"seats/month/{now:%Y-%m}/{_named([k.value for k in self.kinds])}/{_named(self.systems)}"

    def counts(self, *, kind: Kind, system: str, last_sign_in_at: datetime | None, now: datetime) -> bool:
        """Tell whether a sign-in now takes a new seat: a counted person's first of the month."""
        first = last_sign_in_at is None or (last_sign_in_at.year, last_sign_in_at.month) != (now.year, now.month)
        return first and (not self.kinds or kind in self.kinds) and (not self.systems or system in self.systems)


SeatRule = StoredSeats | MonthlySeats | None
"""How seats are counted; None: sub-accounts are unlimited in number."""


@final
@frozen(kw_only=True)
class Subscription:
    """Hold what an organization has bought.

    `until` is when it ends (UTC), None without end. `sms` says that messages by SMS were bought too. `product` and `buy_at` go into refusals, so that the
    administrator learns what to buy and where.
    """

    product: str
    buy_at: str
    active: bool = True
    until: datetime | None = None
    seats: SeatRule = None
    sms: bool = False

    def covers(self, now: datetime, /) -> bool:
        """Tell whether the subscription is in force."""
        return self.active and (self.until is None or now < self.until)
