"""Invariants 3, 4 and 11 for signing up: no secret of it is said or stored, nothing that is stored opens an attempt, and what
ends one ends its proof.

Every storage, both colors. The life is the whole of it: a code mistyped and used, a link looked at and followed.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import Any, Final

import pytest
from attrs import evolve

from subaccounts import (
    ActivationPolicy,
    BeginSignUp,
    CompleteSignUp,
    MessageBudget,
    PeekLink,
    Purpose,
    Secret,
    SignUpBegun,
    SignUpBy,
    SignUpId,
)
from subaccounts.errors import Refusal
from subaccounts.keys import KeyRing
from tests.invariants.served import EVERY_KIND, opened_world
from tests.invariants.stored import whole_bytes
from tests.invariants.test_secrets import Spoken
from tests.invariants.world import FIELDS, PASSWORD, Shop, subject_of
from tests.sent import mint
from tests.shell.sent_samples import says
from tests.shell.sign_up_samples import FORM, offer

POLICY: Final = ActivationPolicy(budget=MessageBudget(sms_countries=frozenset({"45"})))
BY_PHONE: Final = evolve(FORM, by=SignUpBy.USERNAME_AND_PHONE)
WRONG: Final = "00000-00000"
THIEF: Final = "a password that a thief would choose"


def proof(shop: Shop, id: SignUpId) -> Secret:  # noqa: A002 - the field's name
    """Return the link or code that was sent for an attempt."""
    attempt = shop.world.plain.sign_up(id)
    assert attempt is not None
    ref = attempt.proof.ref(purpose=Purpose.SIGN_UP, owner=id.value)
    return mint(shop.world.keys, ref, organization=shop.organization)


def by_email(shop: Shop, email: str = "link@home.example") -> BeginSignUp:
    """Return the command that begins with an e-mail."""
    return BeginSignUp(door=shop.outside, fields={**FIELDS, "email": email})


def by_phone(shop: Shop, login: str = "coded", phone: str = "+4520123456") -> BeginSignUp:
    """Return the command that begins with a phone."""
    return BeginSignUp(door=shop.outside, fields={**FIELDS, "phone": phone}, login=login)


def completing(
    shop: Shop, begun: SignUpBegun, text: Secret, *, by_code: bool, password: str = PASSWORD
) -> CompleteSignUp:
    """Return the command that completes with a link or a code."""
    if by_code:
        return CompleteSignUp(door=shop.outside, sign_up=begun.sign_up, code=text, password=Secret(password))
    return CompleteSignUp(link=text, password=Secret(password))


@pytest.fixture(params=EVERY_KIND)
def shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    """Open a shop of each storage and color, whose organization sends SMS to Denmark."""
    with opened_world(request.param) as world:
        shop = Shop(world)
        says(shop, POLICY)
        yield shop


def _tell(spoken: Spoken, shop: Shop) -> None:
    for form, begin, by_code in ((FORM, by_email(shop), False), (BY_PHONE, by_phone(shop), True)):
        offer(shop, form)
        begun = spoken.handle(begin)
        out = proof(shop, begun.sign_up)
        text = out.reveal()
        spoken.secrets |= {THIEF, text, text.replace("-", ""), text.rpartition(".")[2]}
        if not by_code:
            spoken.handle(PeekLink(link=out))
        spoken.handle(completing(shop, begun, Secret(WRONG), by_code=by_code))
        spoken.handle(completing(shop, begun, out, by_code=by_code, password="tiny-9417"))
        spoken.handle(completing(shop, begun, out, by_code=by_code))
        spoken.handle(completing(shop, begun, out, by_code=by_code, password=THIEF))
        spoken.handle(evolve(begin))  # known by now


def test_no_secret_is_said_or_stored(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    """No repr, sentence, traceback, plain data, log record, row or byte of a whole life holds a link, a code or a password."""
    caplog.set_level(logging.DEBUG)
    spoken = Spoken(shop.world)
    _tell(spoken, shop)
    spoken.said += [record.getMessage() for record in caplog.records]
    assert len(spoken.said) > 50
    assert set() == spoken.found("\n".join(spoken.said))
    stored = "\n".join(shop.world.rows().values())
    assert "SignUpRequested" in stored
    assert set() == spoken.found(stored)
    if shop.world.kind.endswith("sqlite"):
        kept = whole_bytes(shop.world.path)
        assert [] == [secret for secret in spoken.secrets if secret.encode() in kept]


def test_no_address_is_in_the_trail(shop: Shop) -> None:
    """No event of signing up holds the address or the phone; a row of the trail outlives whom it is about."""
    offer(shop, BY_PHONE)
    shop.world.handle(by_phone(shop))
    rows = {key: text for key, text in shop.world.rows().items() if key[0] == "event"}
    told = [text for text in rows.values() if "SignUpRequested" in text]
    assert 1 == len(told)
    assert [] == [text for text in rows.values() if "20123456" in text]


@pytest.mark.parametrize("by_code", [False, True], ids=["link", "code"])
def test_nothing_stored_is_a_proof(shop: Shop, by_code: bool) -> None:
    """Every text that is stored, typed as the code or followed as the link, lets nobody in and reveals nothing."""
    offer(shop, BY_PHONE if by_code else FORM)
    begun = shop.world.rival.handle(by_phone(shop) if by_code else by_email(shop))
    assert isinstance(begun, SignUpBegun)
    texts = {text for row in shop.world.rows().values() for text in re.findall(r"[\w.@+-]{4,200}", row)}
    out = proof(shop, begun.sign_up).reveal()
    parts = out.split(".")
    assembled = {".".join((*parts[:-1], text)) for text in texts} if not by_code else set[str]()
    assert out not in texts | assembled
    for text in sorted(texts | assembled):
        refused = False
        try:
            shop.world.rival.handle(completing(shop, begun, Secret(text[:1000]), by_code=by_code))
        except Refusal as refusal:
            refused = refusal.code == "link_refused"
        assert refused, text


@pytest.mark.parametrize("by_code", [False, True], ids=["link", "code"])
def test_a_proof_works_once_and_for_its_owner(shop: Shop, by_code: bool) -> None:
    """A proof lets one person in, once; the proof of one attempt opens no other, at no other account."""
    offer(shop, BY_PHONE if by_code else FORM)
    mine, other = (
        (by_phone(shop), by_phone(shop, "other", "+4520654321"))
        if by_code
        else (by_email(shop), by_email(shop, "o@home.example"))
    )
    begun, others = (shop.world.rival.handle(each) for each in (mine, other))
    assert isinstance(begun, SignUpBegun)
    assert isinstance(others, SignUpBegun)
    out, wrong = proof(shop, begun.sign_up), proof(shop, others.sign_up)
    if by_code:
        assert "link_refused" == _code_of(shop, completing(shop, begun, wrong, by_code=True))
    subject_of(shop.world.handle(completing(shop, begun, out, by_code=by_code)))
    assert "link_refused" == _code_of(shop, completing(shop, begun, out, by_code=by_code, password=THIEF))
    assert "link_refused" == _code_of(shop, completing(shop, others, out, by_code=by_code, password=THIEF))


def _code_of(shop: Shop, command: Any) -> str:
    with pytest.raises(Refusal) as refused:
        shop.world.handle(command)
    return refused.value.code


def test_the_id_of_an_attempt_tells_nothing(shop: Shop) -> None:
    """Whoever knows a contact cannot say what its attempt is called: that needs the key ring."""
    offer(shop)
    begun = shop.world.handle(by_email(shop))
    assert isinstance(begun, SignUpBegun)
    assert shop.world.plain.sign_up(begun.sign_up) is not None
    stranger = KeyRing.in_memory(b"another ring, which somebody else has")
    parts = (shop.organization.value, shop.account.id.value, "link@home.example")
    guessed = stranger.derive(purpose="sign-up", parts=parts)[:16].hex()
    mine = shop.world.keys.derive(purpose="sign-up", parts=parts)[:16].hex()
    assert (mine, False) == (begun.sign_up.value.replace("-", ""), guessed == mine)
