"""How much work a password costs: named profiles instead of loose numbers, and the floor below which there is none.

What belongs here: parameters and their sources. Who computes with them is `argon2`; where they are found inside a
stored hash is `phc`.
"""

from __future__ import annotations

from typing import Final, Self

from attrs import frozen

SALT_BYTES = 16
"""RFC 9106 section 4: 128 bits of salt; NIST SP 800-63B-4 section 3.1.1.2 asks for at least 32 bits."""
TAG_BYTES = 32
"""RFC 9106 section 4: a 256-bit tag."""
FLOOR: Final = ((1, 46 * 1024), (2, 19 * 1024), (3, 12 * 1024))
"""(rounds, KiB): the weakest pairs OWASP ASVS 5.0 Appendix C accepts (11.4.2)."""
MOST_MEMORY_KIB = 4 * 1024 * 1024
"""KiB that a profile can ask for: 4 GiB, more than a machine gives to one sign-in."""
MOST_ROUNDS = 20
"""Rounds that a profile can ask for."""
MOST_LANES = 16
"""Lanes that a profile can ask for."""


@frozen(kw_only=True)
class HashingProfile:
    """Fix the three parameters of Argon2id: memory in KiB, rounds, and lanes.

    Raises ValueError for less than OWASP ASVS 5.0 Appendix C accepts, and for more than a machine survives.
    """

    memory_kib: int
    rounds: int
    lanes: int

    def __attrs_post_init__(self) -> None:
        if not any(self.rounds >= rounds and self.memory_kib >= memory for rounds, memory in FLOOR):
            pairs = " or ".join(f"{rounds} x {memory} KiB" for rounds, memory in FLOOR)
            raise ValueError(f"weaker than OWASP ASVS 5.0 Appendix C accepts: at least {pairs}")
        if not 1 <= self.lanes <= MOST_LANES or self.rounds > MOST_ROUNDS or self.memory_kib > MOST_MEMORY_KIB:
            raise ValueError(f"at most {MOST_MEMORY_KIB} KiB, {MOST_ROUNDS} rounds and 1 to {MOST_LANES} lanes")

    @classmethod
    def _for_tests_only(cls, *, memory_kib: int, rounds: int, lanes: int) -> Self:
        """Go below the floor; the only door to it is `subaccounts.testing`."""
        weak = object.__new__(cls)
        for name, value in (("memory_kib", memory_kib), ("rounds", rounds), ("lanes", lanes)):
            object.__setattr__(weak, name, value)
        return weak

    @property
    def work(self) -> int:
        """Return what one hash costs, in KiB written: memory times rounds."""
        return self.memory_kib * self.rounds


RFC_9106_LOW_MEMORY: Final = HashingProfile(memory_kib=64 * 1024, rounds=3, lanes=4)
"""The second recommendation of RFC 9106 section 4, and our default: 64 MiB."""
RFC_9106_HIGH_MEMORY: Final = HashingProfile(memory_kib=2 * 1024 * 1024, rounds=1, lanes=4)
"""The first recommendation of RFC 9106 section 4: 2 GiB for each hash at a time. For machines made for it."""
ASVS_46_MIB: Final = HashingProfile(memory_kib=46 * 1024, rounds=1, lanes=1)
"""OWASP ASVS 5.0 Appendix C, first row."""
ASVS_FLOOR: Final = HashingProfile(memory_kib=19 * 1024, rounds=2, lanes=1)
"""OWASP ASVS 5.0 Appendix C, second row: about three times as many sign-ins a second as the default."""
