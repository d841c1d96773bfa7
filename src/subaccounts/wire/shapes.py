"""How plain kinds of values look: texts and numbers, times, enums, collections. Where a choice is written down, `unions`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime, timedelta
from enum import Enum
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, NoReturn, get_args, get_origin

from ..domain.ids import OrganizationId
from ..domain.language import Language
from ..domain.phone import Phone
from ..domain.policy import FieldRule

if TYPE_CHECKING:
    from cattrs import Converter

Hook = Callable[[Any], Any]
"""Turns a value into plain data."""
Shape = Callable[[Any, Any], Any]
"""Turns plain data into a value of the type that is its second argument."""

ONE_TEXT: Final[Mapping[type[Any], str]] = {OrganizationId: "value", Phone: "e164", Language: "tag"}
"""Values that hold one text are written as that text."""

json_text: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode
"""Write compact JSON with sorted keys."""

unsorted_json_text: Final = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, separators=(",", ":"), allow_nan=False
).encode
"""Write compact JSON in the order the attributes have: what storage does thousands of times."""


ascii_json_text: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False).encode
"""Write compact JSON with sorted keys in which every other letter is escaped."""

LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")


class SecretMet(TypeError):
    """Say that somebody tried to serialize a secret: a mistake in a program, never an answer to a user."""


def refuse(*_: object) -> NoReturn:
    """Refuse to write or read a secret."""
    raise SecretMet("secrets are not serialized")


def time_text(at: datetime, /) -> str:
    """Return a time as it is written everywhere: UTC, microseconds, `Z`, of one length; raise `ValueError` if naive."""
    if at.tzinfo is UTC:
        return _utc_text(at)
    if at.utcoffset() is None:
        raise ValueError("times are aware")
    return _utc_text(at.astimezone(UTC))


@lru_cache(maxsize=256)
def _utc_text(at: datetime) -> str:
    """Write a time in UTC; a command has one `now`, which it writes many times.

    Other zones are not remembered: their two half past twos of an autumn night are equal, and are not one time.
    """
    text = at.isoformat()  # `timespec` would say the same at twice the price
    return text[:26] + "Z" if at.microsecond else text[:19] + ".000000Z"


def register(converter: Converter) -> None:
    """Teach a converter everything that is in this file."""
    for plain in (str, int, bool, float):
        converter.register_structure_hook(plain, _exactly(plain))
    converter.register_unstructure_hook(datetime, time_text)
    converter.register_structure_hook(datetime, lambda value, _: read_time(value))
    converter.register_unstructure_hook(timedelta, timedelta.total_seconds)
    converter.register_structure_hook(timedelta, lambda seconds, _: timedelta(seconds=seconds))
    for one, name in ONE_TEXT.items():
        converter.register_unstructure_hook(one, attrgetter(name))
        converter.register_structure_hook(one, _of_one_text(name))
    converter.register_structure_hook(OrganizationId, lambda value, _: organization(value))
    for wanted, out, back in (
        (_is_enum, _enum_out, _enum_in),
        (_is_tuple, _list_out, _tuple_in),
        (_is_set, _set_out, _set_in),
        (_is_mapping, _mapping_out, _mapping_in),
    ):
        register_factories(converter, wanted=wanted, out=out, back=back)
    rules = Mapping[str, FieldRule]  # the order of a policy's fields is the order they are asked in; objects have none
    converter.register_unstructure_hook_func(lambda of: of == rules, _pairs_out(converter))
    converter.register_structure_hook_func(lambda of: of == rules, _pairs_in(converter))


def register_factories(
    converter: Converter,
    *,
    wanted: Callable[[Any], bool],
    out: Callable[[Converter, Any], Hook],
    back: Callable[[Converter, Any], Shape],
) -> None:
    """Teach a converter a family of types: how a value of it is written, and how it is read."""
    converter.register_unstructure_hook_factory(wanted, lambda of: out(converter, of))
    converter.register_structure_hook_factory(wanted, lambda of: back(converter, of))


def exact(kind: type, value: Any) -> Any:
    """Return the value if it is of just this class; JSON has no subclasses, and `True` is no number here."""
    if type(value) is not kind:
        raise TypeError("another type is expected")
    return value


def _exactly(kind: type) -> Shape:
    def shape(value: Any, _: Any) -> Any:
        if type(value) is not kind and not (kind is float and type(value) is int):
            raise TypeError("another type is expected")
        return value

    return shape


def _of_one_text(name: str) -> Shape:
    return lambda value, of: of(**{name: exact(str, value)})


@lru_cache(maxsize=1024)
def organization(value: str, /) -> OrganizationId:
    """Return a tenant's id; every id in a record repeats it, so that the same few are read over and over."""
    return OrganizationId(value=exact(str, value))


def read_time(value: str, /) -> datetime:
    """Return the time that `time_text` wrote, or any other ISO 8601 time with a zone; raise `ValueError` for others."""
    try:
        at = datetime.fromisoformat(value)
        if at.tzinfo is UTC:
            return at
        if at.tzinfo is not None:
            return at.astimezone(UTC)
    except (ValueError, OverflowError):  # a zone can lead out of the calendar; the parser's own words repeat the text
        raise ValueError("this is no time of ISO 8601 in the years 1 to 9999") from None
    raise ValueError("times are aware")


def _pairs_out(converter: Converter) -> Hook:
    return lambda rules: [[name, converter.unstructure(rule, FieldRule)] for name, rule in rules.items()]


def _pairs_in(converter: Converter) -> Shape:
    def shape(value: Any, _: Any) -> dict[str, FieldRule]:
        pairs = [(exact(str, name), converter.structure(rule, FieldRule)) for name, rule in exact(list, value)]
        if len(dict(pairs)) != len(pairs):
            raise ValueError("a field has one rule")
        return dict(pairs)

    return shape


def _is_enum(of: Any) -> bool:
    return isinstance(of, type) and issubclass(of, Enum)


def _enum_out(_: Converter, of: Any) -> Hook:
    return {member: member.value for member in of}.__getitem__


def _enum_in(_: Converter, of: Any) -> Shape:
    members = {member.value: member for member in of}
    return lambda value, _: members[value]


def _is_tuple(of: Any) -> bool:
    """Tell whether a type is a run of one type; what is only known as a collection is read as a tuple."""
    origin = get_origin(of)
    return origin is Collection or (origin is tuple and get_args(of)[1:] == (Ellipsis,))


def _list_out(converter: Converter, of: Any) -> Hook:
    hook = converter.get_unstructure_hook(get_args(of)[0])
    return lambda values: [hook(value) for value in values]


def _tuple_in(converter: Converter, of: Any) -> Shape:
    element = get_args(of)[0]
    shape: Shape = converter.get_structure_hook(element)
    return lambda values, _: tuple([shape(value, element) for value in exact(list, values)])


def _is_set(of: Any) -> bool:
    return get_origin(of) is frozenset


def _set_out(converter: Converter, of: Any) -> Hook:
    hook = converter.get_unstructure_hook(get_args(of)[0])

    def out(values: Any) -> list[Any]:
        plain = [hook(value) for value in values]
        return sorted(plain, key=repr) if len(plain) > 1 else plain

    return out


def _set_in(converter: Converter, of: Any) -> Shape:
    element = get_args(of)[0]
    shape: Shape = converter.get_structure_hook(element)
    return lambda values, _: frozenset([shape(value, element) for value in exact(list, values)])


def _is_mapping(of: Any) -> bool:
    return get_origin(of) is Mapping


def _mapping_out(converter: Converter, of: Any) -> Hook:
    hook = converter.get_unstructure_hook(get_args(of)[1])
    return lambda values: {name: hook(value) for name, value in values.items()}


def _mapping_in(converter: Converter, of: Any) -> Shape:
    element = get_args(of)[1]
    shape: Shape = converter.get_structure_hook(element)
    return lambda values, _: {name: shape(value, element) for name, value in exact(dict, values).items()}
