"""Messages of any channel handed to a service of the host's, signed by Standard Webhooks 1.0.

What is posted is `{"type": "message.activation", "timestamp": ..., "data": {...}}` with `id`, `organization`, `kind`, `channel`,
`to`, `language`, `subject`, `text` and `html` (a text or null); `type` names the kind of the notice. `id` is the `webhook-id` too,
the same at every repeat. The answer is read as the specification says: 2xx has taken the message over; 410 wants it no
more, which is `Rejected`; everything else, redirects and other 4xx included, is a failure to be tried again, after
`Retry-After` if it says so.
"""

from __future__ import annotations

import json
import ssl
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, final

from ..domain.channel import address_text
from ..domain.email import Email
from ..domain.message import Accepted, Message, Rejected, SendOutcome
from ..domain.secret import Secret
from ..ports import Clock
from ..system import utc_now
from ._endpoint import Endpoint
from ._gateway import AsyncGateway, Gateway, PlainGateway
from ._post import TIMEOUT, Answer, Post, judged
from ._sendable import email_of, phone_of, unsendable_id
from ._signer import Signer

GONE: Final = frozenset({410})


class _Webhook(Gateway):
    extra = "webhook"

    def __init__(
        self,
        *,
        url: str,
        keys: Sequence[Secret],
        timeout: timedelta = TIMEOUT,
        without_tls: bool = False,
        tls: ssl.SSLContext | None = None,
        clock: Clock = utc_now,
    ) -> None:
        self._signer = Signer(keys)
        endpoint = Endpoint.parse(url, without_tls=without_tls)
        super().__init__(endpoint=endpoint, timeout=timeout, tls=tls, clock=clock)

    def _post(self, message: Message, now: datetime, /) -> Post | Rejected:
        unsendable = unsendable_id(message)
        if unsendable is not None:
            return unsendable
        address = email_of(message) if isinstance(message.to, Email) else phone_of(message)
        if isinstance(address, Rejected):
            return address
        body = json.dumps(_said(message, now)).encode("ascii")  # whatever a reader takes for text, it is the same
        headers = (
            ("Content-Type", "application/json"),
            *self._signer.headers(id=message.id, at=now, body=body),
        )
        return Post(endpoint=self._endpoint, headers=headers, body=body)

    def _outcome(self, answer: Answer, message: Message, now: datetime, /) -> SendOutcome:
        return judged(answer, now=now, rejecting=GONE, accepted=Accepted)


@final
class WebhookNotifier(_Webhook, PlainGateway):
    """Hand messages to a service of the host's, signed; needs the extra `webhook`. The module says what is posted.

    `keys` are written `whsec_...`; with several, each signs, so that they can be changed without a gap. `timeout`, `tls` and
    `without_tls` are as `HTTPSMSNotifier` says. Threads can share a notifier. Raises ValueError for what cannot be spoken to.
    """


@final
class AsyncWebhookNotifier(_Webhook, AsyncGateway):
    """Hand messages over as `WebhookNotifier` does, awaitably."""


def _said(message: Message, now: datetime) -> dict[str, object]:
    return {
        "type": f"message.{message.kind.value}",
        "timestamp": now.isoformat(timespec="milliseconds"),
        "data": {
            "id": message.id,
            "organization": message.organization.value,
            "kind": message.kind.value,
            "channel": message.channel.value,
            "to": address_text(message.to),
            "language": message.language.tag,
            "subject": message.subject,
            "text": message.text.reveal(),
            "html": message.html.reveal() if message.html else None,
        },
    }
