"""What must hold of every answer, whichever parser gives it: only the documented refusals, made of known words alone.

An error that is made of a closed vocabulary repeats nothing of what was refused; that is stronger than looking for it.
What must hold of one parser stands with its target.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Any, Final, TypeVar

from subaccounts.errors import (
    FieldRefused,
    InvalidValue,
    LinkRefused,
    PasswordRefused,
    Refusal,
    SubAccountsError,
    TooMany,
)
from subaccounts.wire import dumps, loads

T = TypeVar("T")

PROBLEMS: Final = frozenset(
    [
        "empty",
        "too_long",
        "too_short",
        "control",
        "surrogate",
        "bidi",
        "invisible",
        "mixed_scripts",
        "unassigned",
        "characters",
        "syntax",
        "not_text",
    ]
)
"""The words of `InvalidValue.problem`."""

REASONS: Final = frozenset(["too_short", "too_long", "common", "personal", "unassigned", "same"])
"""The words of `PasswordRefused.reason`."""

WHYS: Final = frozenset(["not_supplied_by_you", "outranked", "needs_proof", "unknown", "retired", "too_many"])
"""The words of `FieldRefused.why`."""

LIKE_A_FIELD: Final = re.compile(r"[A-Za-z][A-Za-z0-9_:-]{0,49}", re.ASCII)
"""What of a field's name a refusal repeats: what could be one."""

LONGEST_SENTENCE: Final = 200
"""Characters of an error's sentence; no outside text fits into one."""


def tried(
    parse: Callable[[], T], /, *, fields: Collection[str], refusals: tuple[type[Refusal], ...] = (InvalidValue,)
) -> tuple[T | None, Any]:
    """Return the parsed value, or the refusal after it was judged; anything else that is raised goes through."""
    try:
        return parse(), None
    except Refusal as refusal:
        assert type(refusal) in refusals, f"{type(refusal).__name__} is not documented"
        judge_refusal(refusal, fields=fields)
        return None, refusal


def judge_refusal(refusal: Refusal, /, *, fields: Collection[str]) -> None:
    """Assert that a refusal is made of known words, chains nothing, and is itself again through the wire."""
    match refusal:
        case InvalidValue():
            assert refusal.problem in PROBLEMS, "an unknown problem"
            assert refusal.field in fields, "an unknown field"
        case PasswordRefused():
            assert refusal.reason in REASONS, "an unknown reason"
        case FieldRefused():
            assert refusal.why in WHYS, "an unknown reason"
            assert LIKE_A_FIELD.fullmatch(refusal.field), "something that is no name is repeated"
        case TooMany():
            assert refusal.what in fields, "an unknown thing"
        case LinkRefused():
            assert "unknown" == refusal.why, "a text that is no link says more"
        case _:
            raise AssertionError(f"{type(refusal).__name__} is not expected here")
    limit = getattr(refusal, "limit", None)
    assert limit is None or type(limit) is int, "a limit is a number"
    judge_error(refusal)


def judge_error(error: SubAccountsError, /, *, longest: int = LONGEST_SENTENCE) -> None:
    """Assert that an error can be shown, logged and sent, and brings no other error along that could hold the text."""
    assert error.__cause__ is None or type(error.__cause__).__module__ != "json.decoder", "a parser's error has it all"
    assert error.__context__ is None or error.__suppress_context__, "what it came from is shown with it"
    for shown in (str(error), repr(error)):
        assert shown.isprintable(), "an error can be shown"
        assert len(shown) <= longest, "an error is short"
    again = loads(SubAccountsError, dumps(error, of=SubAccountsError))
    assert (type(error), data_of(error)) == (type(again), data_of(again)), "an error survives the wire"


def data_of(error: SubAccountsError, /) -> dict[str, Any]:
    """Return what an error holds; any run of values as a tuple, as the wire reads it."""
    held = {name: value for name, value in vars(error).items() if not name.startswith("__")}
    return {name: tuple(value) if isinstance(value, (list, tuple)) else value for name, value in held.items()}
