"""The fields a person has: their names, what each holds and how outside text becomes it. Who may give which is
`policy`; what one person has is `profile`."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from enum import Enum
from types import MappingProxyType
from typing import Final, TypeVar, assert_never

from ..errors import FieldRefused, InvalidValue
from .email import Email
from .ids import DepartmentId, JobProfileId, PermissionTypeId
from .language import Language
from .phone import Phone
from .text import clean_text


class Kind(Enum):
    """Whether a person works for the organization or comes from outside."""

    EMPLOYEE = "employee"
    EXTERNAL = "external"


FieldValue = (
    str | Email | Phone | Language | Kind | JobProfileId | frozenset[DepartmentId] | frozenset[PermissionTypeId]
)
"""What a field can hold."""

RawValue = FieldValue | Collection[DepartmentId] | Collection[PermissionTypeId]
"""What a host hands in: text as typed, or the typed value."""


class FieldType(Enum):
    """What a field holds."""

    TEXT = "text"
    EMAIL = "email"
    PHONE = "phone"
    LANGUAGE = "language"
    KIND = "kind"
    JOB_PROFILE = "job_profile"
    DEPARTMENTS = "departments"
    PERMISSION_TYPES = "permission_types"


FULL_NAME: Final = "full_name"
GIVEN_NAME: Final = "given_name"
FAMILY_NAME: Final = "family_name"
POSITION: Final = "position"
EMAIL: Final = "email"
PHONE: Final = "phone"
LANGUAGE: Final = "language"
KIND: Final = "kind"
JOB_PROFILE: Final = "job_profile"
DEPARTMENTS: Final = "departments"
PERMISSION_TYPES: Final = "permission_types"
EXTERNAL_ID: Final = "external_id"

FIELDS: Final[Mapping[str, FieldType]] = MappingProxyType(
    {
        FULL_NAME: FieldType.TEXT,
        GIVEN_NAME: FieldType.TEXT,
        FAMILY_NAME: FieldType.TEXT,
        POSITION: FieldType.TEXT,
        EMAIL: FieldType.EMAIL,
        PHONE: FieldType.PHONE,
        LANGUAGE: FieldType.LANGUAGE,
        KIND: FieldType.KIND,
        JOB_PROFILE: FieldType.JOB_PROFILE,
        DEPARTMENTS: FieldType.DEPARTMENTS,
        PERMISSION_TYPES: FieldType.PERMISSION_TYPES,
        EXTERNAL_ID: FieldType.TEXT,
    }
)
"""The built-in fields. A host's own are named `host:<name>` and hold text."""

CONTACTS: Final = frozenset({EMAIL, PHONE})
"""The fields that reach a person; a person's own need a proof before they count."""

LONGEST_TEXT: Final = 200
"""Code points of a name or position; the longest legal names known are below it."""
LONGEST_HOST_TEXT: Final = 1000
"""Code points of a host's own field."""
MOST_VALUES: Final = 100
"""Departments or permission types one person can have; a bound for storage, not a rule of the products."""

_Id = TypeVar("_Id")
_HOST_FIELD: Final = re.compile(r"host:[a-z][a-z0-9_]{0,39}")
_LIKE_A_FIELD: Final = re.compile(r"[A-Za-z][A-Za-z0-9_:-]{0,49}")


def field_type(name: str, /) -> FieldType:
    """Return what the field holds; raise `FieldRefused` (`unknown`) for a name that is no field."""
    known = FIELDS.get(name)
    if known is not None:
        return known
    if len(name) <= len("host:") + 40 and _HOST_FIELD.fullmatch(name):
        return FieldType.TEXT
    # A name is repeated only where it looks like one: what else a request held there is not shown to anybody.
    raise FieldRefused(field=name if _LIKE_A_FIELD.fullmatch(name[:60]) else "field", why="unknown")


def parse_field(name: str, raw: RawValue, /) -> FieldValue:
    """Turn what a host handed in into the field's value.

    Raises `FieldRefused` for an unknown field or too many values, `InvalidValue` for what cannot be such a value.
    """
    kind = field_type(name)
    match kind:
        case FieldType.TEXT:
            longest = LONGEST_HOST_TEXT if name.startswith("host:") else LONGEST_TEXT
            return clean_text(_text(name, raw), field=name, longest=longest)
        case FieldType.EMAIL:
            return raw if isinstance(raw, Email) else Email.parse(_text(name, raw))
        case FieldType.PHONE:
            return raw if isinstance(raw, Phone) else Phone.parse(_text(name, raw))
        case FieldType.LANGUAGE:
            return raw if isinstance(raw, Language) else Language.parse(_text(name, raw))
        case FieldType.KIND:
            return raw if isinstance(raw, Kind) else _kind(_text(name, raw))
        case FieldType.JOB_PROFILE:
            if isinstance(raw, JobProfileId):
                return raw
            raise InvalidValue(field=name, problem="syntax")
        case FieldType.DEPARTMENTS:
            return _ids(name, raw, DepartmentId)
        case FieldType.PERMISSION_TYPES:
            return _ids(name, raw, PermissionTypeId)
        case _:
            assert_never(kind)


def _text(name: str, raw: object) -> str:
    if isinstance(raw, str):
        return raw
    raise InvalidValue(field=name, problem="not_text")


def _kind(text: str) -> Kind:
    for kind in Kind:
        if kind.value == text:
            return kind
    raise InvalidValue(field=KIND, problem="syntax")


def _ids(name: str, raw: object, of: type[_Id]) -> frozenset[_Id]:
    if isinstance(raw, str) or not isinstance(raw, Collection):
        raise InvalidValue(field=name, problem="syntax")
    if len(raw) > MOST_VALUES:
        raise FieldRefused(field=name, why="too_many")
    if not all(isinstance(value, of) for value in raw):  # asked before anything is hashed: JSON holds what cannot be
        raise InvalidValue(field=name, problem="syntax")
    return frozenset(value for value in raw if isinstance(value, of))
