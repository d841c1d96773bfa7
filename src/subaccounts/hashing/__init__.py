"""Hashing passwords: Argon2id in a bounded room, older hashes read once, and the list of common passwords.

What belongs here: everything that computes on a password. Which passwords are good enough is
`subaccounts.domain.password_policy`; hashers for tests, quick and countable, are in `subaccounts.testing`.
Argon2 itself is loaded with the first hash, the list with the first look into it.
"""

from .argon2 import Argon2Hasher, AsyncArgon2Hasher
from .blocklist import BundledBlocklist
from .legacy import DjangoPBKDF2, LegacyVerifier
from .pool import HashingPool
from .profile import ASVS_46_MIB, ASVS_FLOOR, RFC_9106_HIGH_MEMORY, RFC_9106_LOW_MEMORY, HashingProfile

__all__ = [
    "ASVS_46_MIB",
    "ASVS_FLOOR",
    "RFC_9106_HIGH_MEMORY",
    "RFC_9106_LOW_MEMORY",
    "Argon2Hasher",
    "AsyncArgon2Hasher",
    "BundledBlocklist",
    "DjangoPBKDF2",
    "HashingPool",
    "HashingProfile",
    "LegacyVerifier",
]
