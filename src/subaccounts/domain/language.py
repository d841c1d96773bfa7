"""The language a person is written to in. Which languages there are texts for is known to the notices."""

from __future__ import annotations

import re
from typing import Final, Self, final

from attrs import frozen

from ..errors import InvalidValue
from .text import bounded

LONGEST_LANGUAGE: Final = 12
"""Code points of the longest shape: `zho-Hant-419`."""

_SHAPE: Final = re.compile(r"([a-z]{2,3})(?:-([a-z]{4}))?(?:-([a-z]{2}|[0-9]{3}))?", re.ASCII | re.IGNORECASE)


@final
@frozen(kw_only=True)
class Language:
    """Hold a language tag in its canonical letters: `uk`, `zh-Hant`, `sr-Latn-RS`, `es-419` (RFC 5646 2.1.1)."""

    tag: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `language[-Script][-REGION]` in any letters; the shape is checked (RFC 5646 2.1), no registry is asked.

        Raises `InvalidValue`: `not_text`, `too_long`, `empty`, `syntax`.
        """
        bounded(text, field="language", longest=LONGEST_LANGUAGE)
        if not text:
            raise InvalidValue(field="language", problem="empty")
        shape = _SHAPE.fullmatch(text)
        if shape is None:
            raise InvalidValue(field="language", problem="syntax")
        language, script, region = shape.groups()
        parts = [language.lower(), script and script.title(), region and region.upper()]
        return cls(tag="-".join(part for part in parts if part))
