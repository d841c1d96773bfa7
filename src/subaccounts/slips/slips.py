"""Codes that were issued, as a page of slips to print, cut and hand over. What a slip looks like is `sheet`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, tzinfo
from typing import Literal, final

from attrs import field, frozen

from .._addresses import checked
from ..domain.codes import IssuedCode
from ..domain.language import Language
from ..domain.secret import Secret
from ..locale import ENGLISH
from .sheet import document, slip


def _page(address: str) -> str:
    return checked(address, named="the page that slips lead to", holes=("login", "code"), behind="fragment")


def _all(slips: Iterable[Slip]) -> tuple[Slip, ...]:
    return tuple(slips)


@final
@frozen(kw_only=True)
class Slip:
    """Hold what one slip says: a code that was issued, to whom (`name`, as people call the person), and where.

    `account` is the name of the account the person works under, if that says anything to it. `language` is the person's;
    what comes along is English, Danish and Russian, and everybody else reads English.
    """

    issued: IssuedCode
    name: str
    account: str = ""
    language: Language = ENGLISH


@final
@frozen(kw_only=True)
class Slips:
    """Render slips: HTML to print, on A4, with a QR code each.

    `organization` is the name that stands on every slip. `address` is your page that takes login and code, such as
    `https://portal.example/claim#login={login}&code={code}`; both stand behind the `#`, so that a scanned code is in no
    server's log. `language` is that of the page itself, which whoever prints it reads. `zone` is the time zone that a
    slip's last moment is told in.

    Raises ValueError for an address that is none, is not `https:` (`http:` is for this machine only), or lacks a place.
    """

    organization: str
    address: str = field(converter=_page)
    slips: tuple[Slip, ...] = field(converter=_all)
    language: Language = ENGLISH
    zone: tzinfo = UTC

    def html(self, *, per_page: Literal[1, 8] = 8) -> Secret:
        """Return the page: one slip or eight to a sheet, cut along the dashed lines, none broken over two.

        Nothing in it is loaded from elsewhere, and nothing runs. Serve it with `Cache-Control: no-store`, and keep it
        nowhere. Raises `MissingExtra` where `segno` is not installed, ValueError for another number of slips.
        """
        if per_page not in {1, 8}:
            raise ValueError("a sheet has one slip or eight")
        made = [slip(each, organization=self.organization, address=self.address, zone=self.zone) for each in self.slips]
        sheets = [made[start : start + per_page] for start in range(0, len(made), per_page)]
        page = document(sheets, organization=self.organization, language=self.language, per_page=per_page)
        return Secret(page, longest=len(page))
