"""What an SMS costs: letters that the network has, and as few as can be."""

from __future__ import annotations

import pytest

from subaccounts.domain.notice import NoticeKind
from subaccounts.domain.wording import Place
from subaccounts.locale import LANGUAGES
from subaccounts.messages import Messages
from subaccounts.testing.contracts.texts import ADDRESSES, PURPOSES, everything_told

GSM = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The alphabet of 3GPP TS 23.038 6.2.1; with any other letter in it, an SMS holds 70 instead of 160."""
VALUES = {
    "organization": "Acme",
    "login": "anna",
    "name": "Anna",
    "account": "Shop 1",
    "contact": "a",
    "issuer": "b",
    "before": "c",
    "group": "Partners",
}
CODE = "7K3PX-9QW4M"


def sent(language: str) -> dict[str, str]:
    """Return the texts of all SMS of a language with ordinary values, without the address of a link."""
    messages = Messages()
    return {
        f"{each.kind.value} {each.proof.form.value if each.proof else ''}".strip(): "".join(
            {Place.CODE: CODE, Place.LINK: ""}[piece] if isinstance(piece, Place) else piece
            for piece in messages.wording(each).text
        )
        for each in everything_told(language=language, values=VALUES)
        if each.to == ADDRESSES[1]
    }


@pytest.mark.parametrize("language", ["en", "da"])
def test_letters_that_the_network_has(language: str) -> None:
    """Every letter of an English or Danish SMS is in the alphabet of the network."""
    assert {} == {kind: set(text) - GSM for kind, text in sent(language).items() if set(text) - GSM}


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_sms_is_enough(language: str) -> None:
    """With ordinary values everything but a link's address fits into one SMS: 160 letters, or 70 in Cyrillic."""
    room = 70 if language == "ru" else 160
    texts = sent(language)
    assert len(texts) == len(NoticeKind) + len(PURPOSES)
    assert {} == {kind: len(text) for kind, text in texts.items() if len(text) > room}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_link_leaves_no_room(language: str) -> None:
    """Beside a link's own 100 letters an SMS says hardly more than who writes and what for."""
    assert {} == {kind: len(text) for kind, text in sent(language).items() if kind.endswith("link") and len(text) > 60}
