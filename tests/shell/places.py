"""Every place in a command where a host passes on a text that somebody wrote: found by walking a sample, not listed.

A leaf is a text anywhere inside a command: in a field, an id, an actor, a door, a mapping's key or value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from typing import Any, Final

import attrs
from attrs import frozen

from subaccounts import Secret

Rebuild = Callable[[str], Any]


@frozen(kw_only=True)
class Place:
    """Name a leaf by its path, with what makes the whole again around another text."""

    path: str
    rebuild: Rebuild


def places(value: Any, path: str = "") -> Iterator[Place]:
    """Yield every leaf of a value."""
    match value:
        case str() if not isinstance(value, Enum):
            yield Place(path=path, rebuild=lambda text: text)
        case Secret():
            yield Place(path=path, rebuild=Secret)
        case Mapping():
            yield from _of_mapping(value, path)
        case tuple() | frozenset():
            yield from _of_members(value, path)
        case _ if attrs.has(type(value)):
            yield from _of_attrs(value, path)


def _of_attrs(value: Any, path: str) -> Iterator[Place]:
    for each in attrs.fields(type(value)):
        held = getattr(value, each.name)
        if held is None and each.name in OPTIONAL:
            held = OPTIONAL[each.name]
        for inner in places(held, f"{path}.{each.name}"):
            yield Place(path=inner.path, rebuild=_evolving(value, each.name, inner.rebuild))


OPTIONAL: Final[Mapping[str, Any]] = {"request_id": "request-1", "login": "sample"}
"""What stands in for a text that a sample leaves out, so that its place is found."""


def _evolving(value: Any, name: str, inner: Rebuild) -> Rebuild:
    return lambda text: attrs.evolve(value, **{name: inner(text)})


def _of_mapping(value: Mapping[Any, Any], path: str) -> Iterator[Place]:
    for key, held in value.items():
        if isinstance(key, str):
            yield Place(path=f"{path}<key>", rebuild=_renaming(value, key))
        for inner in places(held, f"{path}[{key}]"):
            yield Place(path=inner.path, rebuild=_replacing(value, key, inner.rebuild))


def _renaming(value: Mapping[Any, Any], key: str) -> Rebuild:
    return lambda text: {(text if each == key else each): held for each, held in value.items()}


def _replacing(value: Mapping[Any, Any], key: Any, inner: Rebuild) -> Rebuild:
    return lambda text: {**value, key: inner(text)}


def _of_members(value: Any, path: str) -> Iterator[Place]:
    members = list(value)
    for number, held in enumerate(members[:2]):
        for inner in places(held, f"{path}[{number}]"):
            yield Place(path=inner.path, rebuild=_exchanging(type(value), members, number, inner.rebuild))


def _exchanging(kind: Any, members: list[Any], number: int, inner: Rebuild) -> Rebuild:
    return lambda text: kind([*members[:number], inner(text), *members[number + 1 :]])
