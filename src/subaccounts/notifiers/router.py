"""Which notifier a message goes to: by its channel, and by its organization where one has a provider of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Generic, TypeVar, final

from ..domain.channel import Channel
from ..domain.ids import OrganizationId
from ..domain.message import Message, Rejected, SendOutcome
from ..ports import AsyncNotifier, Notifier

N = TypeVar("N")
_NAMES: Final = {Channel.EMAIL: "e-mail", Channel.SMS: "SMS"}


class _Router(Generic[N]):
    """Hold the notifiers."""

    def __init__(
        self,
        *,
        email: N | None = None,
        sms: N | None = None,
        organizations: Mapping[OrganizationId, N] | None = None,
    ) -> None:
        self._channels = {Channel.EMAIL: email, Channel.SMS: sms}
        self._organizations: Mapping[OrganizationId, N] = {} if organizations is None else organizations

    def __repr__(self) -> str:
        named = ", ".join(f"{channel.value}={each!r}" for channel, each in self._channels.items() if each is not None)
        return f"{type(self).__name__}({named})"

    def _chosen(self, message: Message) -> N | Rejected:
        own = self._organizations.get(message.organization)
        chosen = own if own is not None else self._channels.get(message.channel)
        if chosen is not None:
            return chosen
        return Rejected(reason=f"there is no notifier for {_NAMES[message.channel]} here")


@final
class Router(_Router[Notifier]):
    """Hand each message to the notifier of its channel.

    An organization in `organizations` is served by the notifier that stands there and by no other; a `Router` of its own
    gives it one for each channel. A message that nobody is there for is `Rejected`, so that an operator sees it. The mapping
    is asked for every message: one of your own can look into a table.
    """

    def send(self, message: Message, /) -> SendOutcome:
        """Send a message by whoever serves it."""
        chosen = self._chosen(message)
        return chosen if isinstance(chosen, Rejected) else chosen.send(message)


@final
class AsyncRouter(_Router[AsyncNotifier]):
    """Hand messages on as `Router` does, awaitably."""

    async def send(self, message: Message, /) -> SendOutcome:
        """Send a message by whoever serves it."""
        chosen = self._chosen(message)
        return chosen if isinstance(chosen, Rejected) else await chosen.send(message)
