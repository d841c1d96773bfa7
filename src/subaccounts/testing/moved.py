"""Anything as it is in another organization: the same values under another tenant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

import attrs

from ..domain.ids import OrganizationId

T = TypeVar("T")


def moved(value: T, to: OrganizationId, /) -> T:
    """Return a value with every organization in it replaced."""
    return cast("T", _moved(value, to))


def _moved(value: Any, to: OrganizationId) -> Any:
    match value:
        case OrganizationId():
            return to
        case tuple() | list() | set() | frozenset():
            return type(value)(_moved(each, to) for each in value)
        case Mapping():
            return {_moved(key, to): _moved(held, to) for key, held in value.items()}
        case _ if attrs.has(type(value)):
            held = {each.alias: getattr(value, each.name) for each in attrs.fields(type(value)) if each.init}
            parts = {name: _moved(part, to) for name, part in held.items()}
            changed = {name: part for name, part in parts.items() if part is not held[name]}
            return attrs.evolve(value, **changed) if changed else value
        case _:
            return value
