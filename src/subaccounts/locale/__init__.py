"""The languages that people are written to in, by gettext: messages and slips share one catalog for each.

What belongs here: which languages come along, their catalogs (`<language>/LC_MESSAGES/subaccounts.po`, from which
`tools/build_messages.py` makes the `.mo` beside it), and which of them is nearest to a person's language. The words stand
where they are used, in English, and English therefore needs no catalog.
"""

from .catalogs import (
    DAY,
    DOMAIN,
    ENGLISH,
    LANGUAGES,
    MINUTE,
    RIGHT_TO_LEFT,
    catalog,
    lasting,
    nearest,
    steps_down,
    written,
)

__all__ = [
    "DAY",
    "DOMAIN",
    "ENGLISH",
    "LANGUAGES",
    "MINUTE",
    "RIGHT_TO_LEFT",
    "catalog",
    "lasting",
    "nearest",
    "steps_down",
    "written",
]
