"""Where a choice is written down: members of unions by the name of their class, refusals, and the fields of a profile,
whose names say what they hold."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, Final, Union, get_args, get_origin

from attrs import has

from .. import errors
from ..domain.email import Email
from ..domain.fields import FieldType, Kind, field_type
from ..domain.ids import DepartmentId, JobProfileId, PermissionTypeId
from ..domain.language import Language
from ..domain.phone import Phone
from ..domain.profile import Profile, Supplied
from ..domain.supplier import Supplier
from .shapes import ONE_TEXT, Hook, Shape, exact, read_time, register_factories, time_text

if TYPE_CHECKING:
    from cattrs import Converter

TAG: Final = "type"
"""The key under which a member of a union carries the name of its class."""

FIELD_TYPES: Final[Mapping[FieldType, Any]] = {
    FieldType.TEXT: str,
    FieldType.EMAIL: Email,
    FieldType.PHONE: Phone,
    FieldType.LANGUAGE: Language,
    FieldType.KIND: Kind,
    FieldType.JOB_PROFILE: JobProfileId,
    FieldType.DEPARTMENTS: frozenset[DepartmentId],
    FieldType.PERMISSION_TYPES: frozenset[PermissionTypeId],
}
"""What is written for a field of a profile."""

_UNTAGGED: Final = (str, int, bool, float)


def register(converter: Converter) -> None:
    """Teach a converter unions and refusals."""
    register_factories(converter, wanted=_is_union, out=_union_out, back=_union_in)
    register_factories(converter, wanted=_is_error, out=_error_out, back=_error_in)


def _is_union(of: Any) -> bool:
    return get_origin(of) in (Union, UnionType)


def _members(of: Any) -> tuple[bool, list[Any]]:
    """Return whether None is a member, and the others."""
    args = get_args(of)
    return NoneType in args, [member for member in args if member is not NoneType]


def _union_out(converter: Converter, of: Any) -> Hook:
    optional, members = _members(of)
    if len(members) == 1:
        only = converter.get_unstructure_hook(members[0])
        return lambda value: None if value is None else only(value)
    hooks: dict[type, Hook] = {NoneType: lambda _: None} if optional else {}
    several: dict[type, Hook] = {}
    for member in members:
        hook = converter.get_unstructure_hook(member)
        if _elements(member) is not None:  # a set first, so that a list that means a set is written sorted too
            several.setdefault(_elements(member), _tagged(_tag(member), hook))
        else:
            hooks[member] = hook if member in _UNTAGGED else _tagged(member.__name__, hook)

    def out(value: Any) -> Any:
        hook = hooks.get(type(value))
        if hook is None:  # a collection is known by what is in it; an empty one is any of them
            first = next(iter(value)) if isinstance(value, Collection) and value else None
            hook = several[next(iter(several)) if first is None else type(first)]
        return hook(value)

    return out


def _union_in(converter: Converter, of: Any) -> Shape:
    optional, members = _members(of)
    if len(members) == 1:
        member = members[0]
        only: Shape = converter.get_structure_hook(member)
        return lambda value, _: None if value is None else only(value, member)
    untagged = tuple(member for member in members if member in _UNTAGGED)
    shapes: dict[str, tuple[Any, Shape]] = {}
    for member in members:
        if member not in untagged:  # of two kinds of collection the first is read: what a value holds comes first
            shapes.setdefault(_tag(member), (member, converter.get_structure_hook(member)))

    def back(value: Any, _: Any) -> Any:
        if (value is None and optional) or type(value) in untagged:
            return value
        data = dict(exact(dict, value))
        member, shape = shapes[data.pop(TAG)]
        if _is_inline(member):
            return shape(data, member)
        plain = data.pop("value")
        if data:
            raise ValueError("nothing else is beside the value")
        return shape(plain, member)

    return back


def _tagged(tag: str, hook: Hook) -> Hook:
    def out(value: Any) -> dict[str, Any]:
        plain = hook(value)
        return {TAG: tag, **plain} if isinstance(plain, dict) else {TAG: tag, "value": plain}

    return out


def _tag(member: Any) -> str:
    element = _elements(member)
    return str(member.__name__) if element is None else f"{element.__name__}[]"


def _elements(member: Any) -> Any:
    """Return what a collection type is a collection of, or None for any other type."""
    return get_args(member)[0] if get_origin(member) in (frozenset, tuple, Collection) else None


def _is_inline(member: Any) -> bool:
    """Tell whether a type is written as an object that the tag fits into."""
    return has(member) and member not in ONE_TEXT


def _is_error(of: Any) -> bool:
    return isinstance(of, type) and issubclass(of, errors.SubAccountsError)


def _error_out(converter: Converter, of: Any) -> Hook:
    """Write an error by the name of its class; a base class such as `Refusal` stands for all below it."""
    from cattrs.gen import make_dict_unstructure_fn

    hooks: dict[type, Hook] = {
        kind: make_dict_unstructure_fn(kind, converter) if _has_fields(kind) else lambda _: {} for kind in _below(of)
    }
    return lambda error: {TAG: type(error).__name__, **hooks[type(error)](error)}


def _error_in(converter: Converter, of: Any) -> Shape:
    from cattrs.gen import make_dict_structure_fn

    shapes: dict[str, tuple[Any, Shape]] = {
        kind.__name__: (kind, make_dict_structure_fn(kind, converter) if _has_fields(kind) else _bare)
        for kind in _below(of)
    }

    def back(value: Any, _: Any) -> Any:
        data = dict(exact(dict, value))
        kind, shape = shapes[data.pop(TAG)]
        return shape(data, kind)

    return back


def _bare(data: Any, kind: Any) -> Any:
    if data:
        raise TypeError("this error carries nothing")
    return kind()


def _has_fields(kind: type) -> bool:
    return "__attrs_attrs__" in vars(kind)


def _below(of: type[errors.SubAccountsError]) -> list[type[errors.SubAccountsError]]:
    """Return a class of errors and all below it, of this package only, and no conflicts: they name keys of others."""
    found, seen = [of], 0
    while seen < len(found):
        found += [kind for kind in found[seen].__subclasses__() if kind.__module__.startswith("subaccounts.errors")]
        seen += 1
    return [kind for kind in found if not issubclass(kind, errors.Conflict)]


def profile_out(converter: Converter) -> Hook:
    """Return how a profile is written: `{field: {"value", "by", "at"}}`; the field's name says what the value is."""
    hooks = {kind: converter.get_unstructure_hook(of) for kind, of in FIELD_TYPES.items()}
    suppliers = {member: member.value for member in Supplier}

    @lru_cache(maxsize=256)
    def known(name: str) -> Hook:
        return hooks[field_type(name)]

    def out(profile: Profile) -> dict[str, Any]:
        return {
            name: {"value": known(name)(held.value), "by": suppliers[held.by], "at": time_text(held.at)}
            for name, held in profile.values.items()
        }

    return out


def profile_in(converter: Converter) -> Shape:
    """Return how `profile_out` is read back."""
    shapes: dict[FieldType, tuple[Any, Shape]] = {
        kind: (of, converter.get_structure_hook(of)) for kind, of in FIELD_TYPES.items()
    }
    suppliers = {member.value: member for member in Supplier}

    @lru_cache(maxsize=256)
    def known(name: str) -> tuple[Any, Shape]:
        return shapes[field_type(name)]

    def supplied(name: str, data: Any) -> Supplied:
        if type(data) is not dict or len(data) != 3:
            raise ValueError("a field has a value, a supplier and a time")
        of, shape = known(name)
        return Supplied(value=shape(data["value"], of), by=suppliers[data["by"]], at=read_time(data["at"]))

    return lambda value, _: Profile(values={name: supplied(name, data) for name, data in exact(dict, value).items()})
