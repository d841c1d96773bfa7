"""Finding a catalog, and which is nearest to a person's language. Where the words are and how they are compiled, the room says."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final

from ..domain.language import Language

if TYPE_CHECKING:
    from gettext import NullTranslations

DOMAIN: Final = "subaccounts"
"""The name of the catalog in gettext."""
ENGLISH: Final = Language(tag="en")
LANGUAGES: Final = ("en", "da", "ru")
"""The languages that come along, the one that the words are written in first."""
RIGHT_TO_LEFT: Final = frozenset({"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})
"""Primary languages that are written from right to left; a page in one of them has to say so."""

DAY: Final = ("%d day", "%d days")
MINUTE: Final = ("%d minute", "%d minutes")
"""What `lasting` says of a number, in English."""


@cache
def catalog(tag: str, /) -> NullTranslations:
    """Return the catalog of one of the `LANGUAGES`; it is read from its file when first asked for."""
    import gettext

    if tag == ENGLISH.tag:
        return gettext.NullTranslations()
    with resources.files(__package__).joinpath(tag, "LC_MESSAGES", f"{DOMAIN}.mo").open("rb") as file:
        return gettext.GNUTranslations(file)


def steps_down(language: Language, /) -> Iterator[str]:
    """Yield a language and then its wider forms: `zh-Hant-TW`, `zh-Hant`, `zh` (the lookup of RFC 4647 3.4)."""
    tag = language.tag
    while tag:
        yield tag
        tag = tag.rpartition("-")[0]


def nearest(language: Language, /) -> str | None:
    """Return the one of the `LANGUAGES` that a person of this language reads: `da` for `da-GL`; None where there is none."""
    return next((tag for tag in steps_down(language) if tag in LANGUAGES), None)


def written(language: Language, /) -> str:
    """Return how a language is written, as the attribute `dir` of HTML says it: `ltr` or `rtl`."""
    return "rtl" if language.tag.partition("-")[0] in RIGHT_TO_LEFT else "ltr"


def lasting(tag: str, /, *, days: int | None = None, minutes: int | None = None) -> str:
    """Return how long something lasts in one of the `LANGUAGES`, in the form that follows *it works for*: `14 days`."""
    forms, number = (MINUTE, minutes or 0) if days is None else (DAY, days)
    return catalog(tag).ngettext(*forms, number) % number
