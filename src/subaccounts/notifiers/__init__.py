"""Who carries messages: notifiers that keep every clause of `subaccounts.ports.Notifier`, each in both colors.

- `ConsoleNotifier`: shows them on a developer's terminal, links and codes included.
- `CollectingNotifier`: keeps them for tests, and answers what a test tells it to.
- `SMTPNotifier`: e-mail through a server of the host's; the async one needs the extra `email`.
- `HTTPSMSNotifier`, `TwilioSMSNotifier`: SMS through a gateway; extra `sms`.
- `WebhookNotifier`: hands any message to a service of the host's, signed by Standard Webhooks; extra `webhook`.
- `Router`: picks one of them by channel and organization.

A notifier never raises for what a provider did: it answers `Accepted`, `Rejected` or `Deferred`. What makes no sense, such as
an address without TLS, is a `ValueError` when the notifier is made. Nothing here loads before it is named. Whether a notifier
of your own keeps the clauses, `subaccounts.testing.NotifierContract` finds out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .async_smtp import AsyncSMTPNotifier
    from .authorization import Basic, Bearer
    from .collecting import AsyncCollectingNotifier, CollectingNotifier
    from .console import AsyncConsoleNotifier, ConsoleNotifier
    from .http_sms import AsyncHTTPSMSNotifier, HTTPSMSNotifier
    from .letterhead import Letterhead
    from .router import AsyncRouter, Router
    from .smtp import SMTPNotifier
    from .smtp_server import Security, SMTPServer
    from .twilio import AsyncTwilioSMSNotifier, TwilioSMSNotifier
    from .webhook import AsyncWebhookNotifier, WebhookNotifier

__all__ = [
    "AsyncCollectingNotifier",
    "AsyncConsoleNotifier",
    "AsyncHTTPSMSNotifier",
    "AsyncRouter",
    "AsyncSMTPNotifier",
    "AsyncTwilioSMSNotifier",
    "AsyncWebhookNotifier",
    "Basic",
    "Bearer",
    "CollectingNotifier",
    "ConsoleNotifier",
    "HTTPSMSNotifier",
    "Letterhead",
    "Router",
    "SMTPNotifier",
    "SMTPServer",
    "Security",
    "TwilioSMSNotifier",
    "WebhookNotifier",
]

_ROOMS = {
    "AsyncCollectingNotifier": "collecting",
    "AsyncConsoleNotifier": "console",
    "AsyncHTTPSMSNotifier": "http_sms",
    "AsyncRouter": "router",
    "AsyncSMTPNotifier": "async_smtp",
    "AsyncTwilioSMSNotifier": "twilio",
    "AsyncWebhookNotifier": "webhook",
    "Basic": "authorization",
    "Bearer": "authorization",
    "CollectingNotifier": "collecting",
    "ConsoleNotifier": "console",
    "HTTPSMSNotifier": "http_sms",
    "Letterhead": "letterhead",
    "Router": "router",
    "SMTPNotifier": "smtp",
    "SMTPServer": "smtp_server",
    "Security": "smtp_server",
    "TwilioSMSNotifier": "twilio",
    "WebhookNotifier": "webhook",
}


def __getattr__(name: str) -> Any:
    """Load a notifier when it is named (PEP 562)."""
    from importlib import import_module

    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_ROOMS[name]}", __name__), name)


def __dir__() -> list[str]:
    return __all__
