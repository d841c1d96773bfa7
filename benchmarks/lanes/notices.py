"""Activation notices: worded in their person's name, a link minted for each, rendered as text and HTML. Five ways.

What a list of numbers asks for is one run each, over as many people as the lane has. `ours` is a whole run of
`DeliverNotices` over a roll of people that makes up each notice as it is leased and keeps none, so that what is measured is
all of a notice but the database: worded, written to JSON and read, judged, begun, minted, rendered, handed over, acknowledged.
`rendered` is of that the words and the link alone, which is what the other three do.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import html
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from string import Template
from typing import Any, Final, final

from attrs import evolve

from subaccounts import (
    Accepted,
    DeliverNotices,
    Email,
    KeyRing,
    Language,
    NobodyPrivileged,
    NoticeKind,
    OrganizationId,
    Secret,
    SubAccountId,
    SubAccounts,
    System,
)
from subaccounts.commands.tasks import notice_task
from subaccounts.domain import link
from subaccounts.domain.decision import Batch
from subaccounts.domain.message import Message, SendOutcome
from subaccounts.domain.notice import Telling
from subaccounts.domain.organization import Organization
from subaccounts.domain.proof import Form, ProofRef, Purpose
from subaccounts.domain.sub_account import Person
from subaccounts.domain.task import Leased
from subaccounts.messages import Messages
from subaccounts.testing import CheapHasher
from subaccounts.testing import builders as a

PAGE: Final = "https://portal.example/claim#"
TEXT: Final = (
    "Hello $name,\n\nyou were added to $organization. Create your password here:\n\n$link\n\nIt works 14 days.\n"
)
HTML: Final = (
    '<p>Hello $name,</p><p>you were added to $organization.</p><p><a href="$link">Create your password</a></p>'
)
Run = Callable[[list[int]], None]


def open_lane(folder: Path, people: int, option: str) -> Run:
    """Return what makes and renders as many notices as there are people, in the way of the option."""
    return _WAYS[option](people)


def _proof(number: int) -> ProofRef:
    id_ = a.value(number)
    return ProofRef(purpose=Purpose.CLAIM, form=Form.LINK, owner=a.sub_account_id(number).value, id=id_, key="")


def _email(number: int) -> Email:
    text = f"anna.{number}@shop.example"
    return Email(text=text, key=text)


def _telling(number: int, proof: ProofRef) -> Telling:
    name = f"Anna Berg {number}"
    return Telling(
        kind=NoticeKind.ACTIVATION,
        to=_email(number),
        organization=a.OURS,
        language=Language(tag="en"),
        account=a.account_id(),
        sub_account=a.sub_account_id(number),
        proof=proof,
        values={
            "organization": "Acme",
            "account": "Shop 1",
            "name": name,
            "login": f"anna.{number}",
            "lasts_days": "14",
        },
    )


@final
class _Roll:
    """Be a repository of so many people who are each to be told once: they are made up when asked for."""

    def __init__(self, people: int, keys: KeyRing, words: Messages) -> None:
        self._people, self._words, self._key = people, words, keys.current
        self.told = self.acknowledged = 0
        self._account, self._somebody, self._credential = a.account(), a.sub_account(), a.credential()
        self._code = a.claim_code(key=self._key, form=Form.LINK, begun=False)
        self._organization = a.organization(key_ring=keys.ring, generation=keys.generation)

    def organization(self, id: OrganizationId, /) -> Organization | None:  # noqa: A002 - as the port calls it
        return self._organization

    def lease(
        self, organization: OrganizationId, queue: str, /, *, now: datetime, until: datetime, limit: int
    ) -> tuple[Leased, ...]:
        first, self.told = self.told, min(self.told + limit, self._people)
        return tuple(self._leased(number, now, until) for number in range(first + 1, self.told + 1))

    def _leased(self, number: int, now: datetime, until: datetime) -> Leased:
        telling = _telling(number, evolve(_proof(number), key=self._key))
        task = notice_task(telling, self._words.wording(telling), id=a.value(number), now=now)
        return Leased(task=evolve(task, due=until), fence=1)

    def person(self, id: SubAccountId, /) -> Person | None:  # noqa: A002 - as the port calls it
        number = int(id.value[-12:], 16)
        email = _email(number)
        code = evolve(self._code, id=a.value(number), sent_to=email.text)
        sub = evolve(self._somebody, id=id, profile=a.profile({"email": email}))
        credential = evolve(self._credential, id=id.credential, code=code)
        return Person(organization=self._organization, account=self._account, sub_account=sub, credential=credential)

    def commit(self, batch: Batch, /) -> None:
        self.acknowledged += len(batch.acknowledgments)


@final
class _Nowhere:
    """Be a provider that takes everything and keeps nothing."""

    def send(self, message: Message, /) -> SendOutcome:
        return Accepted()


def _ours(people: int) -> Run:
    keys, words = KeyRing.in_memory(b"benchmark" * 4), Messages(pages=f"{PAGE}{{link}}")

    def run(whom: list[int]) -> None:
        for _ in whom:
            deliver()

    def deliver() -> None:
        roll: Any = _Roll(people, keys, words)
        host: Any = NobodyPrivileged()
        subs = SubAccounts(
            repository=roll, keys=keys, host_accounts=host, hasher=CheapHasher(), notifier=_Nowhere(), texts=words
        )
        answer = subs.handle(DeliverNotices(actor=System(name="worker"), organization=a.OURS, limit=people))
        if (answer.sent, roll.acknowledged) != (people, people):
            raise TypeError(f"not everybody was told: {answer}")

    return run


def _each(people: int, render: Callable[[int], int]) -> Run:
    def run(whom: list[int]) -> None:
        for _ in whom:
            if not sum(render(number) for number in range(1, people + 1)):
                raise TypeError("nothing was rendered")

    return run


def _rendered(people: int) -> Run:
    keys, words = KeyRing.in_memory(b"benchmark" * 4), Messages(pages=f"{PAGE}{{link}}")
    key, purpose = keys.current, link.purpose_of(Purpose.CLAIM, Form.LINK)

    def render(number: int) -> int:
        proof = evolve(_proof(number), key=key)
        digest = keys.derive(purpose=purpose, parts=link.parts(a.OURS, proof.owner, proof.id), key=key)
        page = words.page(a.OURS, Purpose.CLAIM, Secret(link.text(proof, digest, organization=a.OURS)))
        text, marked = words.wording(_telling(number, proof)).texts(link=page, code=None)
        return len(text) + len(marked or text)

    return _each(people, render)


def _by_hand(people: int) -> Run:
    def render(number: int) -> int:
        id_ = a.value(number)
        mac = base64.urlsafe_b64encode(hmac.digest(b"key", f"acme {id_}".encode(), hashlib.sha256)[:16]).decode()
        page, name = f"{PAGE}{id_}.{mac}", f"Anna Berg {number}"
        text = f"Hello {name},\n\nyou were added to Acme. Create your password here:\n\n{page}\n\nIt works 14 days.\n"
        marked = f'<p>Hello {html.escape(name)},</p><p>you were added to Acme.</p><p><a href="{page}">Create it</a></p>'
        return len(text) + len(marked)

    return _each(people, render)


def _itsdangerous(people: int) -> Run:
    from itsdangerous import URLSafeTimedSerializer

    serializer, plain, marked = URLSafeTimedSerializer("a key of nobody", salt="links"), Template(TEXT), Template(HTML)

    def render(number: int) -> int:
        page = f"{PAGE}{serializer.dumps(a.value(number))}"
        values = {"name": f"Anna Berg {number}", "organization": "Acme", "link": page}
        escaped = {name: html.escape(value) for name, value in values.items()}
        return len(plain.substitute(values)) + len(marked.substitute(escaped))

    return _each(people, render)


def _django(people: int) -> Run:
    from django.conf import settings

    settings.configure(SECRET_KEY="a key of nobody" * 3, USE_TZ=True)
    from django.contrib.auth.tokens import PasswordResetTokenGenerator
    from django.template import Context, Engine
    from django.utils.encoding import force_bytes
    from django.utils.http import urlsafe_base64_encode

    generator, engine = PasswordResetTokenGenerator(), Engine()
    plain = engine.from_string(
        TEXT.replace("$name", "{{ name }}")
        .replace("$organization", "{{ organization }}")
        .replace("$link", "{{ link }}")
    )
    marked = engine.from_string(
        HTML.replace("$name", "{{ name }}")
        .replace("$organization", "{{ organization }}")
        .replace("$link", "{{ link }}")
    )

    class User:
        """Be as much of a user as the generator asks for."""

        last_login = datetime.now(UTC)
        password = "!"

        def __init__(self, number: int) -> None:
            self.pk, self.email = a.value(number), f"anna.{number}@shop.example"

        @staticmethod
        def get_email_field_name() -> str:
            return "email"

    def render(number: int) -> int:
        user: Any = User(number)
        page = f"{PAGE}{urlsafe_base64_encode(force_bytes(user.pk))}/{generator.make_token(user)}"
        values = {"name": f"Anna Berg {number}", "organization": "Acme", "link": page}
        return len(plain.render(Context(values, autoescape=False))) + len(marked.render(Context(values)))

    return _each(people, render)


_WAYS: Final[dict[str, Callable[[int], Run]]] = {
    "ours": _ours,
    "rendered": _rendered,
    "by hand": _by_hand,
    "itsdangerous": _itsdangerous,
    "django": _django,
}
