"""The verbs: a value to plain data or JSON and back. How each kind of value looks is `shapes` and `unions`."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any, Final, TypeVar, overload

from ..domain.password import PasswordHash
from ..domain.profile import Profile
from ..domain.secret import Secret
from ..errors import InvalidValue
from . import shapes, unions, written

if TYPE_CHECKING:
    from cattrs import Converter

T = TypeVar("T")

_SAID: Final = (shapes.SecretMet, InvalidValue, MemoryError)
"""What is raised as it is; anything else a value or its data can cause is one refusal."""
_scanned: Final = json.JSONDecoder().raw_decode
"""Read the JSON at the beginning of a text: half the price of `json.loads`, which allows blanks and bytes."""


def to_plain(value: object, /, *, of: Any = None) -> Any:
    """Return the value as dictionaries, lists, texts, numbers and None.

    `of` is the declared type where it is not the value's own class: a union, a collection, a base class. Raises
    `TypeError` for a `Secret` or a `PasswordHash` anywhere inside, `InvalidValue` (`syntax`) for a value that is not
    what its type says, a time without a zone among them.
    """
    of = type(value) if of is None else of
    hook = _out(of)
    try:
        return hook(value)
    except _SAID:
        raise
    except Exception:  # noqa: BLE001 - a value of another type than declared fails in as many ways as there are types
        raise _refused(of) from None


@overload
def from_plain(of: type[T], data: object, /) -> T: ...


@overload
def from_plain(of: Any, data: object, /) -> Any: ...


def from_plain(of: Any, data: object, /) -> Any:
    """Return the value of type `of` that `to_plain` made this data of.

    Raises `InvalidValue` (`syntax`, or the value's own problem) for data that is not of this shape, has keys nobody
    knows or a time without a zone; `TypeError` where the type asks for a `Secret` or a `PasswordHash`.
    """
    shape = _in(of)
    try:
        return shape(data, of)
    except _SAID:
        raise
    except Exception:  # noqa: BLE001 - validators and cattrs raise what they like, and all of it means: not this shape
        raise _refused(of) from None


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
    try:
        data = json.loads(text)
    except (ValueError, TypeError, RecursionError):
        raise _refused(of) from None
    return from_plain(of, data)


def store_dumps(value: object, /, *, version: int | None = None) -> str:
    """Return a record or event as the JSON a repository stores, password hashes included.

    `version`, when given, is written instead of the record's own: a repository stores the next one. Raises `TypeError`
    for a `Secret`, `InvalidValue` as `to_plain` does.
    """
    kind: Any = type(value)
    hook = _stored_out(kind)
    try:
        plain = hook(value)
    except _SAID:
        raise
    except Exception:  # noqa: BLE001 - as in `to_plain`
        raise _refused(kind) from None
    if version is not None:
        plain["version"] = version
    return shapes.unsorted_json_text(plain)


def store_loads(of: type[T], text: str, /) -> T:
    """Return what `store_dumps` wrote, line end or not; raises `InvalidValue` for a text it never wrote."""
    kind: Any = of
    shape = _stored_in(kind)
    try:
        data, end = _scanned(text)
        if end != len(text) and text[end:].strip():
            raise _refused(of)  # noqa: TRY301 - one text, one function: a call more for each of thousands of rows
        shaped: T = shape(data, of)
    except _SAID:
        raise
    except Exception:  # noqa: BLE001 - as in `from_plain`, and no JSON at all
        raise _refused(of) from None
    return shaped


def _refused(of: Any) -> InvalidValue:
    """Return the one refusal of whatever does not fit: it repeats nothing of the value or the data."""
    return InvalidValue(field=str(getattr(of, "__name__", "value")), problem="syntax")


@cache
def _out(of: Any) -> shapes.Hook:
    return _converter(hashes=False).get_unstructure_hook(of)


@cache
def _in(of: Any) -> shapes.Shape:
    return _converter(hashes=False).get_structure_hook(of)


@cache
def _stored_out(kind: type) -> shapes.Hook:
    return _converter(hashes=True).get_unstructure_hook(kind)


@cache
def _stored_in(of: type) -> shapes.Shape:
    return _converter(hashes=True).get_structure_hook(of)


@cache
def _converter(*, hashes: bool, fast: bool = True) -> Converter:
    """Build one of the two converters; `hashes` makes the one of storage. The tests compare it with one that is not `fast`."""
    from cattrs import Converter

    converter = Converter(detailed_validation=False, forbid_extra_keys=not hashes)
    refused = (Secret,) if hashes else (Secret, PasswordHash)
    if fast:
        written.register(converter, kept=(*refused, Profile))
    shapes.register(converter)
    unions.register(converter)
    for kept in refused:
        converter.register_unstructure_hook(kept, shapes.refuse)
        converter.register_structure_hook(kept, shapes.refuse)
    converter.register_unstructure_hook(Profile, unions.profile_out(converter))
    converter.register_structure_hook(Profile, unions.profile_in(converter))
    return converter
