"""The shipped messages keep the contract of `Texts`, with whichever default language."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest

from subaccounts import Language, OrganizationId, Secret
from subaccounts.domain.channel import Channel
from subaccounts.domain.notice import NoticeKind
from subaccounts.domain.proof import Purpose
from subaccounts.errors import BrokenPort
from subaccounts.messages import Messages, Pages, Template
from subaccounts.ports import Texts
from subaccounts.testing import TextsContract
from subaccounts.testing.contracts.texts import everything_told


class TestMessages(TextsContract):
    """The shipped messages, as they are."""

    languages: ClassVar[tuple[str, ...]] = ("en", "da", "ru")

    def open(self) -> Messages:
        """Open them."""
        return Messages(
            pages="https://portal.example/{purpose}#{link}",
            default=Language(tag=self.languages[0]),
        )

    def replaced(self, port: Any, /) -> Messages:
        """Replace one template."""
        messages: Messages = port.replaced(
            Template(subject="$organization", text="The password of $login was changed."),
            kind=NoticeKind.PASSWORD_CHANGED,
            channel=Channel.EMAIL,
            language=Language(tag=self.languages[0]),
        )
        return messages


class TestMessagesInRussian(TestMessages):
    """The shipped messages of a host whose people read Russian unless they say otherwise."""

    languages: ClassVar[tuple[str, ...]] = ("ru", "en", "da")


def test_they_are_the_port() -> None:
    """A type checker takes `Messages` for `Texts`."""
    texts: Texts = Messages(pages=Pages(proof="https://portal.example/{purpose}#{link}"))
    assert texts.page(OrganizationId(value="acme"), Purpose.CLAIM, Secret("x")).reveal().endswith("#x")


def test_without_pages_there_are_codes_only() -> None:
    """Without pages everything is worded, and asking for a page is an error that says what to give."""
    messages = Messages()
    assert all(messages.wording(telling).text for telling in everything_told())
    with pytest.raises(BrokenPort, match="a link needs a page"):
        messages.page(OrganizationId(value="acme"), Purpose.CLAIM, Secret("x"))
