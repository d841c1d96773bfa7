"""A telephone number as the world writes it. Which numbers exist, and national ways of writing, belong to the host.

A phone is where messages go and never a sign-in key: numbers are given to new people.
"""

from __future__ import annotations

import re
from typing import Final, Self, final

from attrs import frozen

from ..errors import InvalidValue
from .text import bounded, refuse_hidden

LONGEST_PHONE_TEXT: Final = 40
"""Code points as typed: 15 digits, each with a separator, and room for parentheses."""

_SEPARATORS: Final = str.maketrans("", "", " -.()\u00a0\u2010\u2011\u2012\u2013")
_E164: Final = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
"""ITU-T E.164 6.1: at most 15 digits, country code first; 7 is the shortest international number in use."""

_TRUNK_ZERO: Final = re.compile(r"\(\s*0")
_SHORT_COUNTRY_CODE: Final = re.compile("1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]")
"""ITU-T E.164 list of assigned country codes: these have one or two digits, every other one has three."""
_BESIDE_THE_ONE: Final = re.compile(
    "1(?:242|246|264|268|284|340|345|441|473|649|658|664|67[01]|684|721|758|767|784|787|809|829|849|86[89]|876|900|939)"
)
"""NANPA area codes of the 1 that are neither the United States nor Canada (Caribbean, Bermuda, Pacific islands), and of the
premium numbers: an SMS there costs many times as much, and is what pumping is after."""
_BESIDE_THE_SEVEN: Final = re.compile("7[67]")
"""ITU-T E.164: Kazakhstan has these of the 7, and Russia the rest."""


_COUNTRY: Final = re.compile("[1-9][0-9]{0,3}", re.ASCII)
"""Digits of a country: at most three of its code, or four where the 1 is shared."""


def is_country(digits: str, /) -> bool:
    """Tell whether a text is what the numbers of a country begin with: whether `Phone.country` answers it of any."""
    return _COUNTRY.fullmatch(digits) is not None and Phone(e164=f"+{digits.ljust(7, '0')}").country == digits


@final
@frozen(kw_only=True)
class Phone:
    """Hold a number in E.164: `+`, the country code and the rest, 7 to 15 ASCII digits, nothing else."""

    e164: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a number with its country code, after `+` or `00`, with any usual separators.

        Raises `InvalidValue`: `not_text`, `too_long`, `empty`, `syntax`, and for letters that cannot be shown
        `surrogate`, `control`, `bidi`, `invisible`, `unassigned`. A number without its country code is `syntax`, and so is
        one with its national zero in parentheses, `+44 (0)20 ...`: dropping the zero or keeping it would each be wrong
        somewhere.
        """
        bounded(text, field="phone", longest=LONGEST_PHONE_TEXT)
        refuse_hidden(text, field="phone")
        if not text.strip():
            raise InvalidValue(field="phone", problem="empty")
        digits = text.translate(_SEPARATORS)
        if digits.startswith("00"):
            digits = "+" + digits[2:]
        if _TRUNK_ZERO.search(text) or not _E164.fullmatch(digits):
            raise InvalidValue(field="phone", problem="syntax")
        return cls(e164=digits)

    @property
    def calling_code(self) -> str:
        """Return the digits of the country code: `380`. Several countries share one (1 is North America with the Caribbean)."""
        short = _SHORT_COUNTRY_CODE.match(self.e164, 1)
        return self.e164[1 : short.end() if short else 4]

    @property
    def country(self) -> str:
        """Return what the numbers of its country begin with: the country code, and more where the 1 or the 7 is shared.

        `1` is the United States and Canada, `1876` Jamaica; `7` is Russia, `76` and `77` Kazakhstan. No other code is split:
        `44` is Jersey and the personal numbers too, `39` the Vatican, `262` Mayotte, `599` Curacao.
        """
        beside = _BESIDE_THE_ONE.match(self.e164, 1) or _BESIDE_THE_SEVEN.match(self.e164, 1)
        return beside[0] if beside else self.calling_code

    @property
    def masked(self) -> str:
        """Return the number with its country code and last two digits readable: `+380*******67`."""
        shown = 1 + len(self.calling_code)
        return self.e164[:shown] + "*" * (len(self.e164) - shown - 2) + self.e164[-2:]
