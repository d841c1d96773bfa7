"""A unique key: the one mechanism behind every "held by at most one". Which keys a record has, the record says."""

from __future__ import annotations

from typing import Final, final

from attrs import frozen

from .ids import OrganizationId

SEPARATOR: Final = "\x1f"
"""Joins the parts of a key's value; parsed values hold no control characters, so no two keys can be confused."""


@final
@frozen(kw_only=True, cache_hash=True)
class Key:
    """Name something that at most one record of an organization holds.

    `space` keeps different meanings apart: `sign_in`, `look_alike`, `deleted_login`, `identity`, `external_id`,
    `host_account`, `catalog`, `group`, `membership`, `participation`.
    `value` is compared as binary, never by a database's collation.
    """

    organization: OrganizationId
    space: str
    value: str
