"""A message as it goes out."""

from __future__ import annotations

from subaccounts.domain.channel import Channel
from subaccounts.testing import builders as a


def test_the_address_says_the_channel() -> None:
    """A message to an e-mail goes by e-mail, one to a phone by SMS."""
    assert (Channel.EMAIL, Channel.SMS) == (a.email_message().channel, a.sms_message().channel)
