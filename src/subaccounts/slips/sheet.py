"""How slips look: the page around them, a sheet of paper, one slip. The words are `words`, the QR code is `qr`.

Sizes are relative to a slip's letters, so that a slip alone on its sheet is one of eight, twice as wide and twice as high.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from datetime import datetime, tzinfo
from html import escape
from string import Template
from typing import TYPE_CHECKING, Final

from .._addresses import filled
from ..domain.language import Language
from ..locale import ENGLISH, catalog, nearest, written
from . import words
from .qr import qr_code

if TYPE_CHECKING:
    from gettext import NullTranslations

    from .slips import Slip

STYLE: Final = """
@page { size: A4; margin: 8mm; }
:root { color-scheme: light; }
* { box-sizing: border-box; margin: 0; padding: 0; }
body { background: #ffffff; color: #000000; font-family: "DejaVu Sans", Verdana, Arial, sans-serif; line-height: 1.25; }
h1 { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.sheet { display: grid; width: 194mm; margin: 0 auto; break-inside: avoid; }
.sheet + .sheet { break-before: page; }
.of-8 { grid-template-columns: 97mm 97mm; grid-auto-rows: 70mm; font-size: 7pt; }
.of-1 { grid-template-columns: 194mm; grid-auto-rows: 140mm; font-size: 14pt; }
.slip { display: flex; flex-direction: column; padding: 1.6em; overflow: hidden; break-inside: avoid; }
.of-8 .slip { border: 0 dashed #767676; border-bottom-width: 0.25mm; }
.of-8 .slip:nth-child(odd) { border-right-width: 0.25mm; }
.of-8 .slip:nth-child(7), .of-8 .slip:nth-child(8) { border-bottom-width: 0; }
.of-1 .slip { border: 0.25mm dashed #767676; }
.top { display: flex; justify-content: space-between; gap: 1.2em; }
.who { flex: 1; min-width: 0; }
.from, .account, h2 { display: -webkit-box; -webkit-box-orient: vertical; overflow: hidden; overflow-wrap: anywhere; }
.from { -webkit-line-clamp: 2; font-weight: bold; }
.account { -webkit-line-clamp: 1; }
h2 { -webkit-line-clamp: 3; margin: 0.4em 0 0.5em; font-size: 1.5em; line-height: 1.15; }
h2.long { -webkit-line-clamp: 4; font-size: 1.15em; }
dt { margin-top: 0.4em; font-size: 0.9em; }
dd { font-family: "DejaVu Sans Mono", Menlo, Consolas, monospace; font-size: 1.9em; font-weight: bold; line-height: 1.15; }
dd { overflow-wrap: anywhere; }
dd.long { font-size: 1.25em; }
dd.longer { font-size: 0.8em; }
dd.longest { font-size: 0.62em; line-height: 1.1; }
svg { display: block; flex: none; width: 13.5em; height: 13.5em; }
ol { margin: auto 0 0 1.6em; padding-top: 0.5em; }
li { padding-left: 0.2em; overflow-wrap: anywhere; }
.small { margin-top: 0.5em; font-size: 0.95em; }
@media screen { body { padding: 8mm 0; } .sheet + .sheet { margin-top: 8mm; } }
"""
"""Black on white, whatever the screen likes: it is made for paper. The gray of the lines is 4.5:1 on white."""
LENGTHS: Final = ((12, ""), (24, "long"), (64, "longer"))
"""Letters up to which what has to be typed is printed in a size; a login of 254 letters is there whole, too."""

LONG_NAME: Final = 32
"""Letters above which a name is printed smaller; four lines of it are shown."""

_POLICY: Final = "default-src 'none'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'"


def document(sheets: Sequence[Sequence[str]], /, *, organization: str, language: Language, per_page: int) -> str:
    """Return the whole page of sheets, each the markup of its slips."""
    tag, said = _words_for(language)
    title = escape(Template(said.gettext(words.TITLE)).substitute(organization=organization))
    style = str(base64.b64encode(hashlib.sha256(STYLE.encode()).digest()), "ascii")
    body = "".join(f'<section class="sheet of-{per_page}">\n{"".join(each)}</section>\n' for each in sheets)
    return (
        f'<!DOCTYPE html>\n<html lang="{tag}" dir="{written(Language(tag=tag))}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY.format(style)}">\n'
        '<meta name="referrer" content="no-referrer">\n<meta name="robots" content="noindex">\n'
        f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n{body}"
        "</main>\n</body>\n</html>\n"
    )


def slip(held: Slip, /, *, organization: str, address: str, zone: tzinfo) -> str:
    """Return the markup of one slip, in the language of its person."""
    tag, said = _words_for(held.language)
    code, login = held.issued.code.reveal(), held.issued.login
    page = address.partition("#")[0].removeprefix("https://").rstrip("/")
    steps = "".join(f"<li>{_with(said, step, page=f'<b>{escape(page)}</b>')}</li>\n" for step in words.STEPS)
    until = _with(said, words.UNTIL, until=escape(_moment(held.issued.expires_at.astimezone(zone), said)))
    label = Template(said.gettext(words.QR_CODE)).substitute(page=page)
    long = ' class="long"' if len(held.name) > LONG_NAME else ""
    account = f'<p class="account"><bdi>{escape(held.account)}</bdi></p>\n' if held.account else ""
    return (
        f'<article class="slip" lang="{tag}" dir="{written(Language(tag=tag))}">\n<div class="top">\n<div class="who">\n'
        f'<p class="from"><bdi>{escape(organization)}</bdi></p>\n{account}<h2{long}><bdi>{escape(held.name)}</bdi></h2>\n<dl>\n'
        f"{_typed(said.gettext(words.LOGIN), login)}{_typed(said.gettext(words.CODE), code)}</dl>\n</div>\n"
        f"{qr_code(filled(address, login=login, code=code), label=label)}\n</div>\n<ol>\n{steps}</ol>\n"
        f'<p class="small">{until} {_with(said, words.KEEP)}</p>\n</article>\n'
    )


def _typed(name: str, value: str) -> str:
    """Return what has to be typed, whole, in letters that leave room for it."""
    size = next((size for longest, size in LENGTHS if len(value) <= longest), "longest")
    shown = f' class="{size}"' if size else ""
    return f"<dt>{escape(name)}</dt>\n<dd{shown}><bdi>{escape(value)}</bdi></dd>\n"


def _with(said: NullTranslations, text: str, /, **values: str) -> str:
    """Return a sentence as markup, with values that are markup already."""
    return Template(escape(said.gettext(text), quote=False)).substitute(values)


def _moment(at: datetime, said: NullTranslations) -> str:
    month = said.pgettext(words.MONTH, words.MONTHS[at.month - 1])
    numbers = {"day": str(at.day), "year": str(at.year), "hour": f"{at.hour:02}", "minute": f"{at.minute:02}"}
    return Template(said.gettext(words.MOMENT)).substitute(numbers, month=month, zone=at.tzname() or "")


def _words_for(language: Language) -> tuple[str, NullTranslations]:
    tag = nearest(language) or ENGLISH.tag
    return tag, catalog(tag)
