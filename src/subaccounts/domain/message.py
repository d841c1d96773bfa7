"""The message a notifier sends, and what it can answer."""

from __future__ import annotations

from datetime import timedelta
from typing import final

from attrs import field, frozen

from .channel import Address, Channel, channel_of
from .ids import OrganizationId
from .language import Language
from .notice import NoticeKind
from .secret import Secret


@final
@frozen(kw_only=True)
class Message:
    """Hold one message as it goes out. It carries a link or code, so that its texts are secrets.

    `id` is the notice's and the same at every repeat: an e-mail's `Message-ID`, an idempotency key. `subject` is one line,
    empty for SMS, and holds no secret. `html` is there for e-mail only.
    """

    id: str
    organization: OrganizationId
    kind: NoticeKind
    to: Address
    language: Language
    subject: str
    text: Secret = field(eq=False)
    html: Secret | None = field(default=None, eq=False)

    @property
    def channel(self) -> Channel:
        """Return the channel it goes by."""
        return channel_of(self.to)


@final
@frozen(kw_only=True)
class Accepted:
    """Say that a provider took the message over; `provider_id` is its own name for it, if it gave one."""

    provider_id: str = ""


@final
@frozen(kw_only=True)
class Rejected:
    """Say that the message will never be taken, such as for an address that does not exist.

    `reason` is a short text for operators, without the address and without anything of the message.
    """

    reason: str


@final
@frozen(kw_only=True)
class Deferred:
    """Say that the message was not taken now; `retry_after` is how long the provider asked to be left alone, if it did.

    `reason` is a short text for operators, as `Rejected.reason` is.
    """

    retry_after: timedelta | None = None
    reason: str = ""


SendOutcome = Accepted | Rejected | Deferred
"""What a notifier answers."""
