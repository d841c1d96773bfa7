"""Messages: what people are told, as e-mail and SMS, in English, Danish and Russian or by templates of your own.

What belongs here: words, and how they become a message. `Messages` is the port `subaccounts.ports.Texts`. What sends a
message is a notifier; what decides that somebody is told something is a rule. `sight_sentences` says why a person sees a
resource or does not.
"""

from __future__ import annotations

from .messages import Messages
from .pages import Pages
from .replacement import Replacement
from .sights import sight_sentences
from .template import Template

__all__ = ["Messages", "Pages", "Replacement", "Template", "sight_sentences"]
