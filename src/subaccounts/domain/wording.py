"""The wording of a message, frozen when it was decided on: everything but the secret, which has a place kept for it.

A wording is pieces and places, never a template: whatever a name or a login holds, it is a piece, and nothing in it can be
read as a place.
"""

from __future__ import annotations

import html
from enum import Enum
from typing import Final, final

from attrs import field, frozen

from ..errors import InvalidValue
from .secret import Secret

LONGEST_SUBJECT: Final = 300
"""Code points of a subject; a mail client shows a quarter of it."""
LONGEST_MESSAGE: Final = 100_000
"""Code points of a message with its secret in place."""


class Place(Enum):
    """What is filled in when a message is sent, and is nowhere before."""

    LINK = "link"
    CODE = "code"


Piece = str | Place
"""A text as it is, or a place."""


def _one_line(_wording: object, _attribute: object, subject: str) -> None:
    # A line end in a subject is a header of the writer's choice (CWE-93).
    if len(subject) > LONGEST_SUBJECT or not subject.isprintable():
        raise InvalidValue(field="subject", problem="control")


@final
@frozen(kw_only=True)
class Wording:
    """Hold a message without its secret. `subject` is one line, empty for SMS; `html` is there for e-mail only.

    Raises `InvalidValue` for a subject that is longer than 300 or cannot be shown on one line.
    """

    subject: str = field(validator=_one_line)
    text: tuple[Piece, ...]
    html: tuple[Piece, ...] | None = None

    def texts(self, *, link: Secret | None, code: Secret | None) -> tuple[Secret, Secret | None]:
        """Return plain text and HTML with the secrets in their places; what is not there leaves its place empty."""
        secrets = {Place.LINK: link.reveal() if link else "", Place.CODE: code.reveal() if code else ""}
        plain = "".join(secrets[piece] if isinstance(piece, Place) else piece for piece in self.text)
        if self.html is None:
            return Secret(plain, longest=LONGEST_MESSAGE), None
        marked = "".join(html.escape(secrets[piece]) if isinstance(piece, Place) else piece for piece in self.html)
        return Secret(plain, longest=LONGEST_MESSAGE), Secret(marked, longest=LONGEST_MESSAGE)
