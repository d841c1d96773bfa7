"""How many notices a worker takes at once: more while all goes well, fewer when its lease ran out before its work.

What is taken and not tried is given back, and a lease counts as a try; so a worker takes no more than it can send.
"""

from __future__ import annotations

from typing import Final, final

from attrs import frozen

MOST_AT_ONCE: Final = 64
"""Notices of one lease: an answer in a tenth of a second each, and they are sent before anybody misses them."""
FRAIL_AFTER: Final = 3
"""Leases after which a notice is taken alone, so that what makes workers die takes no neighbor with it."""


@final
@frozen(kw_only=True)
class Pace:
    """Hold how many are taken next."""

    size: int = 4

    def kept(self) -> Pace:
        """Return the pace after a lease that was enough for everything taken."""
        return Pace(size=min(self.size * 2, MOST_AT_ONCE))

    def lost(self) -> Pace:
        """Return the pace after a lease that ran out before its work."""
        return Pace(size=max(self.size // 2, 1))

    def alone(self) -> Pace:
        """Return the pace after something frail: one at a time."""
        return Pace(size=1)


def is_frail(tries: int, /) -> bool:
    """Tell whether something was leased so often that it is tried alone."""
    return tries > FRAIL_AFTER
