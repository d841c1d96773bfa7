"""Texts and moments that storage is likely to hurt."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from ..clock import NOON

TEXTS: Final = (
    "Zoë Ó'Brien-Müller",
    "Анна Іваненко",
    "李小龍",
    "محمد بن سلمان",
    "श्री\u200dमान",
    "Grace 🦊 \U0001f469\u200d\U0001f4bb Hopper",
    "Robert'); DROP TABLE sub_accounts;--",
    '50% "off" \\n _underscored_ {braces} $1 ?',
    "null",
    "0",
)
"""Names people have or type; each is what `clean_text` lets through."""

MOMENTS: Final = (
    NOON,
    NOON + timedelta(microseconds=1),
    NOON + timedelta(milliseconds=500),
    NOON + timedelta(microseconds=999_999),
    NOON + timedelta(days=365 * 300),
    NOON - timedelta(days=365 * 100),
)
"""Times (UTC) that a store with too few digits or years rounds."""
