"""A message as it goes out."""

from __future__ import annotations

from attrs import evolve

from subaccounts.domain.channel import Channel
from subaccounts.domain.message import Accepted, Deferred
from subaccounts.domain.secret import Secret
from subaccounts.testing import builders as a


def test_the_address_says_the_channel() -> None:
    """A message to an e-mail goes by e-mail, one to a phone by SMS."""
    assert (Channel.EMAIL, Channel.SMS) == (a.email_message().channel, a.sms_message().channel)


def test_messages_are_compared_without_their_secrets() -> None:
    """A repeat is the same message, whatever link is in it; another receiver's is another."""
    message = a.email_message()
    assert message == evolve(message, text=Secret("another link"), html=None)
    assert message != a.email_message(2)


def test_what_a_provider_does_not_say() -> None:
    """A provider that gives no name and no reason gave empty ones."""
    assert ("", "", None) == (Accepted().provider_id, Deferred().reason, Deferred().retry_after)
