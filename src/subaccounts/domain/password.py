"""A password as it is stored, and what storage holds before there is one. Choosing a good one is `password_policy`."""

from __future__ import annotations

from attrs import field, frozen


@frozen(kw_only=True)
class PasswordHash:
    """Hold a self-describing hash, never shown in a repr.

    `encoded` is a PHC string (`$argon2id$v=19$m=...`) or a legacy format with its own prefix
    (`pbkdf2_sha256$...`). `pepper` is the id of the key-ring key that was mixed in before hashing, or None.
    """

    encoded: str = field(repr=False)
    pepper: str | None = None
