"""The assertions of the kit. They raise by themselves, so that `python -O` and the absence of pytest change nothing."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Final, TypeVar

E = TypeVar("E", bound=Exception)

_LONGEST: Final = 1500
"""Characters of a value shown in a failure: enough to see a record, too few to flood a terminal."""


def shown(value: object, /) -> str:
    """Return a value as a failure shows it; domain values hide their secrets themselves."""
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(text)} characters)"


def expect_equal(expected: object, actual: object, about: str = "the answer", *of: object) -> None:
    """Raise AssertionError unless the two are equal; `about` names what was compared.

    Its braces stand for the values `of`, which are written out only then: a question is read fast and written slowly.
    """
    if expected != actual:
        named = about.format(*map(shown, of)) if of else about
        raise AssertionError(f"{named}: expected {shown(expected)}, but it was {shown(actual)}")


def expect_true(truth: bool, problem: str) -> None:  # noqa: FBT001 - it is the thing asserted
    """Raise AssertionError with the problem unless it is true."""
    if not truth:
        raise AssertionError(problem)


async def expect_raised(error: type[E], answer: Awaitable[object], about: str) -> E:
    """Return the error that awaiting raises; raise AssertionError when it raises another or none."""
    try:
        result = await answer
    except error as raised:
        return raised
    except Exception as other:
        raise AssertionError(
            f"{about}: expected {error.__name__}, but {type(other).__name__} was raised: {other}"
        ) from other
    raise AssertionError(f"{about}: expected {error.__name__}, but it was answered {shown(result)}")
