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


def own_name(said: object, /, *, of: Message) -> str:
    """Return a provider's own name for a message; "" for what is no name, or quotes something of the message."""
    if not isinstance(said, str) or not _NAME.fullmatch(said):
        return ""
    to = of.to.text.partition("@")[0] if isinstance(of.to, Email) else of.to.e164[1:]
    if len(to) >= _TELLING and to.lower() in said.lower():
        return ""
    texts = (of.subject, of.text.reveal(), of.html.reveal() if of.html else "", address_text(of.to))
    return "" if len(said) >= _TELLING and any(said in text for text in texts) else said
