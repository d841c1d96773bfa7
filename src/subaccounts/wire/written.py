"""Functions written out for each class: how an attrs class becomes plain data and back, in one expression each.

A general converter calls a function for every value inside a value; where thousands of records pass, the calls cost
more than the work. Here the whole tree of a class is one literal, or one constructor around another, with every type
still checked. Only data that holds exactly the fields of its class is read that way: what lacks one, or has one too
many, is judged by the function cattrs makes for the class, and so is every refusal. What is no class is left to the
hooks of `shapes` and `unions`. A test holds both ways equal.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from enum import Enum
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, Final, NoReturn, Union, get_args, get_origin

from attrs import Attribute, fields, has, resolve_types

from ..domain.ids import OrganizationId
from .shapes import ONE_TEXT, Hook, Shape, organization, read_time, time_text

if TYPE_CHECKING:
    from cattrs import Converter

_AS_THEY_ARE: Final = (str, int, bool)
"""What JSON has itself. A float is none of them: JSON writes a whole one as a number without a point."""


def register(converter: Converter, *, kept: Collection[type]) -> None:
    """Teach a converter every attrs class but the `kept`, which have hooks of their own."""
    of_their_own = frozenset({*kept, *ONE_TEXT})

    def wanted(of: Any) -> bool:
        return isinstance(of, type) and has(of) and of not in of_their_own and not issubclass(of, BaseException)

    converter.register_unstructure_hook_factory(wanted, lambda of: _Out(converter, wanted).function(of))
    converter.register_structure_hook_factory(wanted, lambda of: _In(converter, wanted).function(of))


class _Text:
    """Hold the names that a function's text uses, as it is put together."""

    def __init__(self, converter: Converter, wanted: Any) -> None:
        self._converter = converter
        self._wanted = wanted
        self._names: dict[str, Any] = {}
        self._locals = 0

    def _known(self, value: Any) -> str:
        """Return a name under which the text finds a value."""
        name = f"k{len(self._names)}"
        self._names[name] = value
        return name

    def _local(self) -> str:
        """Return the name of a variable that is not in use."""
        self._locals += 1
        return f"x{self._locals}"

    def _made(self, text: str, of: type) -> Any:
        code = compile(text, f"<{type(self).__name__} of {of.__qualname__}>", "exec")
        exec(code, self._names)  # noqa: S102 - as attrs does; the text holds names of fields and nothing of anybody's data
        return self._names["function"]


class _Out(_Text):
    """Write the function that makes plain data of a class."""

    def function(self, of: type) -> Hook:
        """Return the function."""
        hook: Hook = self._made(f"function = lambda value: {self._class(of, 'value')}", of)
        return hook

    def _class(self, of: type, source: str) -> str:
        local, parts = self._local(), []
        for number, each in enumerate(_fields(of)):
            held = f"({local} := {source})" if number == 0 else local
            parts.append(f"{each.name!r}: {self._value(each.type, f'{held}.{each.name}')}")
        return f"{{{', '.join(parts)}}}"

    def _value(self, of: Any, source: str) -> str:
        only = _only(of)
        if of in _AS_THEY_ARE or only in _AS_THEY_ARE:
            return source
        if only is not None:
            local = self._local()
            return f"(None if ({local} := {source}) is None else {self._value(only, local)})"
        if of is datetime:
            return f"{self._known(time_text)}({source})"
        if of in ONE_TEXT:
            return f"{source}.{ONE_TEXT[of]}"
        if _is_enum(of):
            return f"{self._known({member: member.value for member in of})}[{source}]"
        if self._wanted(of) and _fields(of):
            return self._class(of, source)
        return f"{self._known(self._converter.get_unstructure_hook(of))}({source})"


class _In(_Text):
    """Write the function that makes a class of plain data."""

    def function(self, of: type) -> Shape:
        """Return the function."""
        text = f"""
def function(value, of):
    try:
        return {self._class(of, "value")}
    except KeyError:
        pass  # not read again in here: a refusal would bring along the error that names a key of the data
    return {self._known(self._careful(of))}(value, of)
"""
        shape: Shape = self._made(text, of)
        return shape

    def _careful(self, of: type) -> Shape:
        from cattrs.gen import make_dict_structure_fn

        return make_dict_structure_fn(of, self._converter)

    def _class(self, of: type, source: str) -> str:
        local, kind = self._local(), self._known(of)
        parts = [f"{each.alias}={self._value(each.type, f'{local}[{each.name!r}]')}" for each in _fields(of)]
        whole = f"type({local} := {source}) is dict and len({local}) == {len(parts)}"
        return f"({kind}({', '.join(parts)}) if {whole} else {self._known(self._careful(of))}({local}, {kind}))"

    def _value(self, of: Any, source: str) -> str:
        only, local = _only(of), self._local()
        if only is not None:
            return f"(None if ({local} := {source}) is None else {self._value(only, local)})"
        if of in _AS_THEY_ARE:
            return f"({local} if type({local} := {source}) is {of.__name__} else {self._known(_wrong)}())"
        if of is datetime:
            at, utc = f"{self._known(datetime.fromisoformat)}({local} := {source})", self._known(UTC)
            also = self._local()
            return f"({also} if ({also} := {at}).tzinfo is {utc} else {self._known(read_time)}({local}))"
        if of is OrganizationId:
            return f"{self._known(organization)}({source})"
        if _is_enum(of):
            return f"{self._known({member.value: member for member in of})}[{source}]"
        if self._wanted(of):
            return self._class(of, source)
        return f"{self._known(self._converter.get_structure_hook(of))}({source}, {self._known(of)})"


def _fields(of: Any) -> list[Attribute[Any]]:
    """Return the fields a constructor takes, with their types."""
    return [each for each in fields(resolve_types(of)) if each.init]


def _only(of: Any) -> Any:
    """Return what an optional type is when it is not None, or None for any other type."""
    members = [member for member in get_args(of) if member is not NoneType]
    return members[0] if get_origin(of) in (Union, UnionType) and len(members) == 1 else None


def _is_enum(of: Any) -> bool:
    return isinstance(of, type) and issubclass(of, Enum)


def _wrong() -> NoReturn:
    raise TypeError("another type is expected")
