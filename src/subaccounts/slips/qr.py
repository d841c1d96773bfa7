"""A QR code as inline SVG, drawn by segno, which is loaded with the first one."""

from __future__ import annotations

from html import escape
from typing import Final

from .._extra import from_extra

QUIET: Final = 4
"""Modules of white around a code (ISO/IEC 18004:2015 6.3.8)."""


def qr_code(text: str, /, *, label: str) -> str:
    """Return a picture that a phone reads the text from, and a screen reader the label.

    A seventh of it can be damaged (error correction M), more where there is room. Raises `MissingExtra` where
    `segno` is not installed.
    """
    with from_extra("slips"):
        import segno
    drawn = segno.make(text, error="m", micro=False).svg_inline(
        border=QUIET, omitsize=True, svgclass=None, lineclass=None
    )
    return drawn.replace("<svg ", f'<svg role="img" aria-label="{escape(label)}" ', 1)
