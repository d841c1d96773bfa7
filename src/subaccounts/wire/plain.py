"""The verbs: a value to plain data or JSON and back. How each kind of value looks is `shapes` and `unions`."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar, overload

from ..domain.password import PasswordHash
from ..domain.profile import Profile
from ..domain.secret import Secret
from ..errors import InvalidValue
from . import shapes, unions

if TYPE_CHECKING:
    from cattrs import Converter

T = TypeVar("T")


def to_plain(value: object, /, *, of: Any = None) -> Any:
    """Return the value as dictionaries, lists, texts, numbers and None.

    `of` is the declared type where it is not the value's own class: a union, a collection, a base class. Raises
    `TypeError` for a `Secret` or a `PasswordHash` anywhere inside, `InvalidValue` (`syntax`) for a value that is not
    what its type says, a time without a zone among them.
    """
    of = type(value) if of is None else of
    return _flat(_converter(hashes=False).get_unstructure_hook(of), of, value)


@overload
def from_plain(of: type[T], data: object, /) -> T: ...


@overload
def from_plain(of: Any, data: object, /) -> Any: ...


def from_plain(of: Any, data: object, /) -> Any:
    """Return the value of type `of` that `to_plain` made this data of.

    Raises `InvalidValue` (`syntax`, or the value's own problem) for data that is not of this shape, has keys nobody
    knows or a time without a zone; `TypeError` where the type asks for a `Secret` or a `PasswordHash`.
    """
    return _shaped(_converter(hashes=False).get_structure_hook(of), of, data)


def dumps(value: object, /, *, of: Any = None) -> str:
    """Return the value as compact JSON with sorted keys: equal values, equal texts, in every process and release.

    Audit chains and request fingerprints are made of these texts. A lone surrogate is escaped, so that every text can
    be encoded. Raises what `to_plain` raises.
    """
    text = shapes.json_text(plain := to_plain(value, of=of))
    return text if text.isascii() or not shapes.LONE_SURROGATE.search(text) else shapes.ascii_json_text(plain)


@overload
def loads(of: type[T], text: str, /) -> T: ...


@overload
def loads(of: Any, text: str, /) -> Any: ...


def loads(of: Any, text: str, /) -> Any:
    """Return the value of type `of` that `dumps` wrote. Raises what `from_plain` raises."""
    return from_plain(of, _parsed(of, text))


def store_dumps(value: object, /, *, version: int | None = None) -> str:
    """Return a record or event as the JSON a repository stores, password hashes included.

    `version`, when given, is written instead of the record's own: a repository stores the next one. Raises `TypeError`
    for a `Secret`, `InvalidValue` as `to_plain` does.
    """
    kind: Any = type(value)
    plain = _flat(_stored_out(kind), kind, value)
    if version is not None:
        plain["version"] = version
    return shapes.unsorted_json_text(plain)


def store_loads(of: type[T], text: str, /) -> T:
    """Return what `store_dumps` wrote; raises `InvalidValue` for a text it never wrote."""
    kind: Any = of
    shaped: T = _shaped(_stored_in(kind), of, _parsed(of, text))
    return shaped


def _parsed(of: Any, text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, TypeError, RecursionError):
        raise InvalidValue(field=_name(of), problem="syntax") from None


def _flat(hook: shapes.Hook, of: Any, value: object) -> Any:
    """Make plain data of a value; whatever cannot be is one refusal that repeats nothing of the value."""
    try:
        return hook(value)
    except (shapes.SecretMet, InvalidValue, MemoryError):
        raise
    except Exception:  # noqa: BLE001 - a value of another type than declared fails in as many ways as there are types
        raise InvalidValue(field=_name(of), problem="syntax") from None


def _shaped(shape: shapes.Shape, of: Any, data: object) -> Any:
    """Give data its shape; whatever does not fit is one refusal that repeats nothing of the data."""
    try:
        return shape(data, of)
    except (shapes.SecretMet, InvalidValue, MemoryError):
        raise
    except Exception:  # noqa: BLE001 - validators and cattrs raise what they like, and all of it means: not this shape
        raise InvalidValue(field=_name(of), problem="syntax") from None


@cache
def _stored_out(kind: type) -> shapes.Hook:
    return _converter(hashes=True).get_unstructure_hook(kind)


@cache
def _stored_in(of: type) -> shapes.Shape:
    return _converter(hashes=True).get_structure_hook(of)


def _name(of: Any) -> str:
    return str(getattr(of, "__name__", "value"))


@cache
def _converter(*, hashes: bool) -> Converter:
    """Build one of the two converters; `hashes` makes the one of storage."""
    from cattrs import Converter

    converter = Converter(detailed_validation=False, forbid_extra_keys=not hashes)
    shapes.register(converter)
    unions.register(converter)
    for kept in (Secret,) if hashes else (Secret, PasswordHash):
        converter.register_unstructure_hook(kept, shapes.refuse)
        converter.register_structure_hook(kept, shapes.refuse)
    converter.register_unstructure_hook(Profile, unions.profile_out(converter))
    converter.register_structure_hook(Profile, unions.profile_in(converter))
    return converter
