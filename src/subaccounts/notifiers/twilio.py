"""SMS through Twilio's Messages resource, or a provider that answers like it."""

from __future__ import annotations

import re
import ssl
from datetime import datetime, timedelta
from typing import Final, final
from urllib.parse import urlencode

from ..domain.message import Deferred, Message, Rejected, SendOutcome
from ..domain.phone import Phone
from ..domain.secret import Secret
from ..ports import Clock
from ..system import utc_now
from ._answer import json_object
from ._endpoint import Endpoint
from ._gateway import AsyncGateway, Gateway, PlainGateway
from ._post import TIMEOUT, Answer, Post, accepted_as, judged
from ._sendable import phone_of, unsendable_id
from .authorization import Basic, authorization_header

API: Final = "https://api.twilio.com"

NEVER: Final = frozenset({21211, 21217, 21265, 21266, 21610, 21614, 21617, 21635})
"""Error codes of Twilio's dictionary that speak of this recipient or text: no valid number, not mobile, a landline, a short
code or our own number, somebody who opted out, a text that is too long. Every other error is an operator's or passes."""

_ACCOUNT: Final = re.compile(r"AC[0-9a-fA-F]{32}")
_KEY: Final = re.compile(r"SK[0-9a-fA-F]{32}")
_SERVICE: Final = re.compile(r"MG[0-9a-fA-F]{32}")
_NAME: Final = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 +&_-]{1,11}")
"""An alphanumeric sender (11 characters, one of them a letter), shown where a country allows it."""
_SHORT_CODE: Final = re.compile(r"[0-9]{3,8}")
_SID: Final = re.compile(r"(?:SM|MM)[0-9a-fA-F]{32}")


class _Twilio(Gateway):
    extra = "sms"

    def __init__(
        self,
        *,
        account: str,
        token: Secret,
        sender: Phone | str,
        key: str = "",
        api: str = API,
        timeout: timedelta = TIMEOUT,
        without_tls: bool = False,
        tls: ssl.SSLContext | None = None,
        clock: Clock = utc_now,
    ) -> None:
        if not _ACCOUNT.fullmatch(account) or (key and not _KEY.fullmatch(key)):
            raise ValueError("an account is written AC and 32 hexadecimal digits, a key SK and as many")
        self._sender = _sender(sender)
        self._authorization = Basic(user=key or account, password=token)
        url = f"{api.rstrip('/')}/2010-04-01/Accounts/{account}/Messages.json"
        endpoint = Endpoint.parse(url, without_tls=without_tls)
        super().__init__(endpoint=endpoint, timeout=timeout, tls=tls, clock=clock)

    def _post(self, message: Message, now: datetime, /) -> Post | Rejected:
        unsendable, phone = unsendable_id(message), phone_of(message)
        if unsendable is not None:
            return unsendable
        if isinstance(phone, Rejected):
            return phone
        form = {"To": phone.e164, **self._sender, "Body": message.text.reveal()}
        headers = (
            ("Content-Type", "application/x-www-form-urlencoded"),
            ("Accept", "application/json"),
            ("Idempotency-Key", message.id),
            authorization_header(self._authorization),
        )
        return Post(endpoint=self._endpoint, headers=headers, body=urlencode(form).encode("ascii"))

    def _outcome(self, answer: Answer, message: Message, now: datetime, /) -> SendOutcome:
        said = json_object(answer.body)

        def accepted() -> SendOutcome:
            sid = said.get("sid")
            if isinstance(sid, str) and _SID.fullmatch(sid):
                return accepted_as(sid, of=message)
            return Deferred(reason="the provider answered success without an id: somebody else answered in its place")

        code = said.get("code")
        if 400 <= answer.status < 500 and isinstance(code, int) and code in NEVER:
            return Rejected(reason=f"the provider refused the message: HTTP {answer.status}, error {code}")
        return judged(answer, now=now, rejecting=frozenset(), accepted=accepted)


@final
class TwilioSMSNotifier(_Twilio, PlainGateway):
    """Send SMS by Twilio, or by who answers like it at another `api`; needs the extra `sms`.

    `sender` is a number, a short code, a name of up to 11 letters, or a messaging service (`MG...`). `token` is the auth
    token of the account, or the secret of the API `key`. Twilio knows no idempotency: when its answer is lost, a message is
    sent again and arrives twice; the header `Idempotency-Key` is for providers that look at it. Everything else is as
    `HTTPSMSNotifier` says. Raises ValueError for what cannot be spoken to.
    """


@final
class AsyncTwilioSMSNotifier(_Twilio, AsyncGateway):
    """Send SMS as `TwilioSMSNotifier` does, awaitably."""


def _sender(sender: Phone | str) -> dict[str, str]:
    """Return the field of the form that says who an SMS comes from."""
    if isinstance(sender, Phone):
        return {"From": Phone.parse(sender.e164).e164}
    if _SERVICE.fullmatch(sender):
        return {"MessagingServiceSid": sender}
    if _NAME.fullmatch(sender) or _SHORT_CODE.fullmatch(sender):
        return {"From": sender}
    raise ValueError("a sender is a phone number, a short code, a name of up to 11 letters or a messaging service")
