"""The ways a person is told something, and the addresses they lead to. Which one is chosen is `contacts`'."""

from __future__ import annotations

from enum import Enum
from typing import assert_never

from . import fields
from .email import Email
from .phone import Phone


class Channel(Enum):
    """How a person is told: by a message, by the company account it signs in with, or by a slip handed over."""

    EMAIL = "email"
    SMS = "sms"
    SSO = "sso"
    SLIP = "slip"


Address = Email | Phone
"""Where a message can go."""


def channel_of(address: Address, /) -> Channel:
    """Return the channel of an address."""
    match address:
        case Email():
            return Channel.EMAIL
        case Phone():
            return Channel.SMS
        case _:
            assert_never(address)


def field_of(address: Address, /) -> str:
    """Return the field of a profile that holds such an address."""
    return fields.EMAIL if isinstance(address, Email) else fields.PHONE


def address_text(address: Address, /) -> str:
    """Return an address as a message is sent to it: the e-mail as it was given, the phone in E.164."""
    return address.text if isinstance(address, Email) else address.e164
