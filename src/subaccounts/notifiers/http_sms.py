"""SMS through a gateway on HTTP, in a protocol of our own that a small service in front of any provider can speak.

A message is posted as JSON, `{"id": ..., "to": "+48601234567", "text": ...}`, with the header `Idempotency-Key` and a signature
of Standard Webhooks (`webhook-id`, `webhook-timestamp`, `webhook-signature`). The gateway answers 2xx when it has taken the
message over, with its own name for it as `id` if it likes; 400, 410, 413, 415, 422 or 451 for a message it will never take;
anything else when it should be asked again, after `Retry-After` if it says so.
"""

from __future__ import annotations

import json
import ssl
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, final

from ..domain.message import Message, Rejected, SendOutcome
from ..domain.secret import Secret
from ..ports import Clock
from ..system import utc_now
from ._answer import json_object
from ._endpoint import Endpoint
from ._gateway import AsyncGateway, Gateway, PlainGateway
from ._post import TIMEOUT, Answer, Post, accepted_as, judged
from ._sendable import phone_of, unsendable_id
from ._signer import Signer
from .authorization import Authorization, authorization_header

NEVER: Final = frozenset({400, 410, 413, 415, 422, 451})
"""Statuses that speak of the message; 401, 403, 404 and their like speak of us, and are mended by an operator."""


class _HTTPSMS(Gateway):
    extra = "sms"

    def __init__(
        self,
        *,
        url: str,
        keys: Sequence[Secret],
        authorization: Authorization | None = None,
        timeout: timedelta = TIMEOUT,
        without_tls: bool = False,
        tls: ssl.SSLContext | None = None,
        clock: Clock = utc_now,
    ) -> None:
        self._signer = Signer(keys)
        self._authorization = authorization
        endpoint = Endpoint.parse(url, without_tls=without_tls)
        super().__init__(endpoint=endpoint, timeout=timeout, tls=tls, clock=clock)

    def _post(self, message: Message, now: datetime, /) -> Post | Rejected:
        unsendable, phone = unsendable_id(message), phone_of(message)
        if unsendable is not None:
            return unsendable
        if isinstance(phone, Rejected):
            return phone
        said = {"id": message.id, "to": phone.e164, "text": message.text.reveal()}
        body = json.dumps(said, ensure_ascii=False).encode()
        headers = (
            ("Content-Type", "application/json"),
            ("Idempotency-Key", message.id),
            *self._signer.headers(id=message.id, at=now, body=body),
            *((authorization_header(self._authorization),) if self._authorization else ()),
        )
        return Post(endpoint=self._endpoint, headers=headers, body=body)

    def _outcome(self, answer: Answer, message: Message, now: datetime, /) -> SendOutcome:
        def accepted() -> SendOutcome:
            return accepted_as(json_object(answer.body).get("id"), of=message)

        return judged(answer, now=now, rejecting=NEVER, accepted=accepted)


@final
class HTTPSMSNotifier(_HTTPSMS, PlainGateway):
    """Send SMS by posting them to a gateway, signed; needs the extra `sms`. The module says what is posted.

    `keys` are written `whsec_...`; with several, each signs, so that they can be changed without a gap. `authorization` is
    for gateways that want one beside the signature. `timeout` is for one message with everything that belongs to it. `tls`
    replaces the context that trusts what the system does; http:// is for this machine only, unless `without_tls` says that
    everybody on the way can read along. Threads can share a notifier. Raises ValueError for what cannot be spoken to.
    """


@final
class AsyncHTTPSMSNotifier(_HTTPSMS, AsyncGateway):
    """Send SMS as `HTTPSMSNotifier` does, awaitably."""
