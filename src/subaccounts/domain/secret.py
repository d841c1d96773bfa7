"""A text that must not be read by accident: a password, a code. What a stored password looks like is next door."""

from __future__ import annotations

from typing import ClassVar, NoReturn, Self, final

from ..errors import InvalidValue

LONGEST_SECRET = 1024
"""Code points a `Secret` can hold; password policies are stricter. Bounded first, before any Unicode work: normalizing
a megabyte of combining marks takes minutes (CPython gh-149079)."""


@final
class Secret:
    """Hold a secret text; it cannot be printed, compared, hashed, pickled or serialized.

    A whole message with a secret in it is one too, and says how long it can be. Raises `InvalidValue` (`not_text`,
    `too_long`, `surrogate`) without repeating the text.
    """

    __slots__ = ("__text",)
    __text: str

    def __init__(self, text: str, /, *, longest: int = LONGEST_SECRET) -> None:
        if not isinstance(text, str):
            raise InvalidValue(field="secret", problem="not_text")
        if len(text) > longest:
            raise InvalidValue(field="secret", problem="too_long", limit=longest)
        if not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text):
            raise InvalidValue(field="secret", problem="surrogate")
        object.__setattr__(self, "_Secret__text", text)

    def reveal(self) -> str:
        """Return the text. Every call of this is a place a reviewer looks at."""
        return self.__text

    def __len__(self) -> int:
        return len(self.__text)

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        return "Secret(****)"

    __str__ = __repr__

    def __format__(self, spec: str, /) -> str:
        return "Secret(****)"

    def __eq__(self, other: object) -> NoReturn:
        raise TypeError("secrets are not compared with ==")

    __hash__: ClassVar[None] = None  # type: ignore[assignment]  # a secret must never become a dictionary key

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("a secret does not change")

    def __reduce__(self) -> NoReturn:
        raise TypeError("secrets are not pickled")

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self
