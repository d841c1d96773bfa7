"""Every message as a person sees it, in a file for a person to read: `snapshots/<language>/<kind>.<channel>[.<form>]`.

Changed words are looked at, not only tested: `SUBACCOUNTS_WRITE_SNAPSHOTS=1` writes the files anew, and the difference is
what a reviewer reads. The HTML beside them opens in a browser as it is.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import pytest
from attrs import evolve

from subaccounts import OrganizationId, Secret
from subaccounts.domain.channel import address_text, channel_of
from subaccounts.domain.notice import NoticeKind
from subaccounts.locale import LANGUAGES
from subaccounts.messages import Messages, Pages
from subaccounts.testing.contracts.texts import LINKS, everything_told

HOME: Final = Path(__file__).parent / "snapshots"
MESSAGES: Final = Messages(
    pages=Pages(proof="https://portal.example/{purpose}#{link}", sign_in="https://portal.example/sign-in")
)
VALUES: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "organization": "Acme",
        "name": "Anna Lindqvist",
        "account": "Shop 1",
        "issuer": "Acme ID",
        "group": "Partners",
    },
    "da": {
        "organization": "Nordlys",
        "name": "Søren Ærø",
        "account": "Butik 1",
        "issuer": "Nordlys ID",
        "group": "Partnere",
    },
    "ru": {
        "organization": "Ромашка",
        "name": "Анна Белова",
        "account": "Магазин 1",
        "issuer": "Ромашка ID",
        "group": "Партнёры",
    },
}
CONTACTS: Final = {"login": "anna", "before": "anna.l", "contact": "a***@portal.example"}
CODE: Final = Secret("7K3PX-9QW4M")


def made(language: str) -> Iterator[tuple[str, str]]:
    """Yield the name and the content of every file of a language."""
    for told in everything_told(language=language, values={**VALUES[language], **CONTACTS}):
        phone = {"contact": "+4532****56"} if told.kind is NoticeKind.PHONE_CHANGED else {}
        telling = evolve(told, values={**told.values, **phone})
        words = MESSAGES.wording(telling)
        form = f".{telling.proof.form.value}" if telling.proof else ""
        purpose = telling.proof.purpose if telling.proof else None
        link = MESSAGES.page(OrganizationId(value="acme"), purpose, Secret(LINKS[0])) if purpose else None
        text, page = words.texts(link=link, code=CODE)
        head = f"To: {address_text(telling.to)}\n" + (f"Subject: {words.subject}\n" if words.subject else "")
        name = f"{telling.kind.value}.{channel_of(telling.to).value}{form}"
        yield f"{name}.txt", f"{head}\n{text.reveal()}\n"
        if page is not None:
            yield f"{name}.html", page.reveal()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_reads_as_it_was_reviewed(language: str) -> None:
    """Each message of a language is what its file says, and there is no file of a message that is gone."""
    folder, expected = HOME / language, dict(made(language))
    if os.environ.get("SUBACCOUNTS_WRITE_SNAPSHOTS"):
        folder.mkdir(parents=True, exist_ok=True)
        for path in folder.iterdir():
            path.unlink()
        for name, content in expected.items():
            (folder / name).write_text(content, encoding="utf-8", newline="\n")
    found = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}
    assert sorted(expected) == sorted(found)
    assert {} == {name: content for name, content in expected.items() if found[name] != content}


def test_every_file_is_different() -> None:
    """No two messages of a language read the same: what happened can be told from each."""
    for language in LANGUAGES:
        texts = [content.partition("\n")[2] for name, content in made(language) if name.endswith(".txt")]
        assert len(texts) == len(set(texts))
