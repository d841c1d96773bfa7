"""The words on a slip, in English; the catalogs translate them. How they are laid out is `sheet`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

TITLE: Final = "Sign-in slips for $organization"
LOGIN: Final = "Login"
CODE: Final = "Code"
STEPS: Final = (
    "Scan the square with your phone, or open $page in a browser.",
    "Enter your login and the code, unless they are there already.",
    "Create a password that only you know.",
)
UNTIL: Final = "The code works once, until $until."
KEEP: Final = "Show this slip to nobody, and destroy it afterwards."
QR_CODE: Final = "QR code that opens $page"
MOMENT: Final = "$day $month $year, $hour:$minute ($zone)"
MONTH: Final = "until"
"""The context in which months are translated: the genitive of Russian."""
MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def sources() -> Iterator[tuple[str, str]]:
    """Yield each text that is translated, with where it is read; the months, which have a context, are not among them."""
    yield TITLE, "slips, the page's title"
    for text in (LOGIN, CODE, *STEPS, UNTIL, KEEP):
        yield text, "slips"
    yield QR_CODE, "slips, read aloud"
    yield MOMENT, "slips, until when; month names follow in this form"
