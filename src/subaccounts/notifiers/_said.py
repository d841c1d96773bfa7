"""What is repeated of a provider's answer: codes, and its own name for a message. Its sentences are not.

A refusal quotes what it refuses, such as `550 5.1.1 <anna@example.com>: user unknown`. What is answered to operators, and
stored, is therefore made of our words and the provider's numbers.
"""

from __future__ import annotations

import re
from typing import Final

from ..domain.channel import address_text
from ..domain.email import Email
from ..domain.message import Message

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_TELLING: Final = 4
"""Characters from which on a name that stands in the message is taken for a quotation."""
_WORD: Final = re.compile(r"[A-Za-z0-9_-]{6,}")
"""A word of the message that stands in a name makes it one, too: codes have six digits, and links more."""


def own_name(said: object, /, *, of: Message) -> str:
    """Return a provider's own name for a message; "" for what is no name, or quotes something of the message."""
    if not isinstance(said, str) or not _NAME.fullmatch(said):
        return ""
    to = of.to.text.partition("@")[0] if isinstance(of.to, Email) else of.to.e164[1:]
    if len(said) < _TELLING or said == of.id:
        return said
    texts = (of.subject, of.text.reveal(), of.html.reveal() if of.html else "", address_text(of.to))
    quoted = any(said in text or any(word in said for word in _WORD.findall(text)) for text in texts)
    return "" if quoted or (len(to) >= _TELLING and to.lower() in said.lower()) else said
