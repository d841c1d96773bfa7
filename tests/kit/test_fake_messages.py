"""The stand-ins for words and for who sends them do what they say."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from attrs import evolve

from subaccounts import Email, Language, Phone, Secret
from subaccounts.domain.message import Accepted, Deferred, Message, Rejected
from subaccounts.domain.notice import NoticeKind, Telling
from subaccounts.domain.proof import Form, ProofRef, Purpose
from subaccounts.ports import AsyncNotifier, Notifier, Texts
from subaccounts.testing import AsyncFakeNotifier, FakeNotifier, FakeTexts, proof_in
from subaccounts.testing import builders as b

EMAIL, PHONE = Email.parse("anna@example.com"), Phone.parse("+380441234567")
PROOF = ProofRef(purpose=Purpose.CLAIM, form=Form.LINK, owner=b.value(1), id=b.value(2), key="key-1")
TELLING = Telling(
    kind=NoticeKind.ACTIVATION,
    to=EMAIL,
    organization=b.OURS,
    language=Language(tag="da"),
    proof=PROOF,
    values={"name": "<b>Anna</b>", "account": "Shop; 1"},
)


def message(telling: Telling = TELLING, *, link: Secret | None = None, code: Secret | None = None) -> Message:
    """Return the message of a telling in these words."""
    wording = FakeTexts().wording(telling)
    text, html = wording.texts(link=link, code=code)
    return Message(
        id=b.value(3),
        organization=telling.organization,
        kind=telling.kind,
        to=telling.to,
        language=telling.language,
        subject=wording.subject,
        text=text,
        html=html,
    )


class TestFakeTexts:
    """Everything that is told is in the words, and nothing of it is markup."""

    def test_words(self) -> None:
        """Kind, language and values are in the text as they are, in the HTML escaped; an SMS has text only."""
        texts: Texts = FakeTexts()
        wording = texts.wording(TELLING)
        assert ("activation da account=Shop; 1 name=<b>Anna</b>; ",) == wording.text[:1]
        assert "activation da" == wording.subject
        assert wording.html is not None
        assert "&lt;b&gt;Anna&lt;/b&gt;" in str(wording.html[0])
        sms = texts.wording(evolve(TELLING, to=PHONE))
        assert (wording.text, "", None) == (sms.text, sms.subject, sms.html)

    def test_a_proof_is_found(self) -> None:
        """The link, or the code, that a message carries is found in it, and an empty text where there is none."""
        page = FakeTexts().page(b.OURS, Purpose.CLAIM, Secret("a.u1.u2.mac"))
        assert "https://portal.example/claim#a.u1.u2.mac" == page.reveal()
        assert "a.u1.u2.mac" == proof_in(message(link=page)).reveal()
        typed = evolve(TELLING, proof=evolve(PROOF, form=Form.CODE))
        assert "ABCDE-FGHJK" == proof_in(message(typed, code=Secret("ABCDE-FGHJK"))).reveal()
        assert "" == proof_in(message(evolve(TELLING, proof=None))).reveal()


class TestFakeNotifier:
    """Messages are kept, and answered as told."""

    def test_it_answers_as_told(self) -> None:
        """Told outcomes come one by one, an error is raised, and then everything is accepted again."""
        notifier, later = FakeNotifier(), Deferred(retry_after=timedelta(minutes=5))
        port: Notifier = notifier
        notifier.answers(Rejected(reason="no such mailbox"), later, OSError("gone"))
        one = message()
        assert (Rejected(reason="no such mailbox"), later) == (port.send(one), port.send(one))
        with pytest.raises(OSError, match="gone"):
            port.send(one)
        assert Accepted(provider_id=f"fake-{one.id}") == port.send(one)
        assert ([one], [one] * 3) == (notifier.messages, notifier.refused)
        assert ([one], []) == (notifier.to(EMAIL), notifier.to(PHONE))

    def test_its_twin(self) -> None:
        """The async twin keeps and answers the same."""
        notifier = AsyncFakeNotifier()
        port: AsyncNotifier = notifier
        assert Accepted(provider_id=f"fake-{b.value(3)}") == asyncio.run(port.send(message()))
        assert 1 == len(notifier.messages)
