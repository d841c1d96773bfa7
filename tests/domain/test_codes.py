"""Claim codes: how they look, how they are read, and when one is dead."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from subaccounts.domain import codes
from subaccounts.domain.channel import Channel
from subaccounts.domain.codes import alive, check_chosen, is_code, issue, mistyped, open_until, parts, sent, text
from subaccounts.domain.contacts import Chosen
from subaccounts.domain.email import Email
from subaccounts.domain.issuer import Issuer
from subaccounts.domain.policy import ByCode, OpenClaim, RegistrationPolicy
from subaccounts.domain.proof import WRONG_TRIES
from subaccounts.domain.secret import Secret
from subaccounts.errors import InvalidValue
from subaccounts.testing import NOON
from subaccounts.testing import builders as a

DIGESTS = st.binary(min_size=32, max_size=32)
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SECOND = timedelta(seconds=1)
OPEN = a.account(policy=RegistrationPolicy.by_person(claim=OpenClaim(within=timedelta(days=7))))
ACME = a.organization()


@given(DIGESTS)
def test_a_code_is_ten_symbols_a_person_can_read(digest: bytes) -> None:
    """A code is twice five symbols of Crockford's base 32, without the letters that look like another."""
    assert re.fullmatch(f"[{ALPHABET}]{{5}}-[{ALPHABET}]{{5}}", text(digest))


@pytest.mark.asvs("6.5.4")
@given(DIGESTS)
def test_a_code_is_fifty_bits_of_the_digest(digest: bytes) -> None:
    """Five bits of each of the first ten bytes are the symbol in its place, so no two of their values look alike."""
    symbols = text(digest).replace("-", "")
    assert [byte & 0b11111 for byte in digest[:10]] == [ALPHABET.index(symbol) for symbol in symbols]


@given(digest=DIGESTS, draw=st.data())
def test_a_code_is_read_as_people_write(digest: bytes, draw: st.DataObject) -> None:
    """Case, blanks, hyphens, O for 0 and I or L for 1 make no difference."""
    shown = text(digest)
    letters = []
    for symbol in shown:
        ways = {"0": "0Oo", "1": "1IiLl", "-": ["-", "", " ", " - "]}.get(symbol, [symbol, symbol.lower()])
        letters.append(draw.draw(st.sampled_from(list(ways))))
    assert is_code(Secret("".join(letters)), digest)


@given(one=DIGESTS, other=DIGESTS)
def test_another_code_is_not_this_one(one: bytes, other: bytes) -> None:
    """A code opens what it was made for and nothing else."""
    assert (text(one) == text(other)) is is_code(Secret(text(one)), other)


@pytest.mark.parametrize("typed", ["", "-", " ", "0" * 9, "0" * 11, "0" * 1024, "é" * 10, "\x00" * 10])
def test_what_is_no_code_is_wrong(typed: str) -> None:
    """Any other text is a wrong code and breaks nothing."""
    assert not is_code(Secret(typed), b"\0" * 32)
    assert is_code(Secret("00000-00000"), b"\0" * 32)


def test_a_code_is_of_one_person_and_one_issue() -> None:
    """What a code is derived from names the organization, the person and the code; without a code it names nothing."""
    code = a.claim_code(id="code-7")
    assert (a.OURS.value, a.value(3), "code-7") == parts(a.sub_account_id(3), code)
    assert (a.OURS.value, a.value(3), "") == parts(a.sub_account_id(3), None)


@pytest.mark.asvs("6.4.1")
def test_a_code_lives_as_long_as_the_policy_says() -> None:
    """A code carries policy version and epoch it was issued in, and lasts 30 days unless the policy says less."""
    account = a.account(policy=RegistrationPolicy.by_person(claim=ByCode(lasts=timedelta(hours=1))), policy_version=4)
    code = issue(id="code", key="key", organization=evolve(ACME, epoch="second"), account=account, now=NOON)
    assert (NOON, NOON + timedelta(hours=1), 4, 0) == (code.issued_at, code.expires_at, code.policy_version, code.wrong)
    assert "second" == code.organization_epoch
    assert (
        NOON + timedelta(days=30) == issue(id="code", key="key", organization=ACME, account=OPEN, now=NOON).expires_at
    )


def test_a_code_dies_of_five_things() -> None:
    """There is none, it expired, the policy was switched, the organization was restored, or five tries were wrong."""
    account, code = a.account(), a.claim_code()
    last = code.expires_at - SECOND
    assert alive(code, organization=ACME, account=account, now=last)
    assert not alive(None, organization=ACME, account=account, now=NOON)
    assert not alive(code, organization=ACME, account=account, now=code.expires_at)
    assert not alive(code, organization=ACME, account=evolve(account, policy_version=2), now=NOON)
    assert not alive(code, organization=evolve(ACME, epoch="second"), account=account, now=NOON)
    assert not alive(evolve(code, wrong=WRONG_TRIES), organization=ACME, account=account, now=NOON)


def test_five_wrong_tries() -> None:
    """The right code still works after four wrong tries and never after the fifth."""
    code, account, lives = a.claim_code(), a.account(), []
    for _ in range(6):
        code = mistyped(code)
        lives.append(alive(code, organization=ACME, account=account, now=NOON))
    assert [True, True, True, True, False, False] == lives


def test_the_window_of_an_open_claim() -> None:
    """The window is counted from when the person began to wait, and is there only where claims are open."""
    credential = a.credential()
    assert NOON + timedelta(days=7) == open_until(credential, organization=ACME, account=OPEN)
    assert None is open_until(credential, organization=ACME, account=a.account())


def test_a_code_that_was_put_out_guards_the_window() -> None:
    """A code of the present policy closes the window even when it is dead; one of an earlier policy does not."""
    dead = a.claim_code(wrong=WRONG_TRIES)
    assert None is open_until(a.credential(code=dead), organization=ACME, account=OPEN)
    assert NOON + timedelta(days=7) == open_until(
        a.credential(code=dead), organization=ACME, account=evolve(OPEN, policy_version=2)
    )


@pytest.mark.parametrize(("restored", "is_open"), [(-SECOND, True), (timedelta(), False), (SECOND, False)])
def test_a_window_of_before_the_restore_is_closed(restored: timedelta, is_open: bool) -> None:
    """Who waited when the organization was restored, or at that very moment, is claimed by a code only."""
    organization = evolve(ACME, restored_at=NOON + restored)
    window = open_until(a.credential(waiting_since=NOON), organization=organization, account=OPEN)
    assert (NOON + timedelta(days=7) if is_open else None) == window


@pytest.mark.parametrize(
    ("length", "refusal"),
    [
        (7, InvalidValue(field="code", problem="too_short", limit=8)),
        (8, None),
        (64, None),
        (65, InvalidValue(field="code", problem="too_long", limit=64)),
    ],
)
def test_how_long_a_chosen_code_is(length: int, refusal: InvalidValue | None) -> None:
    """Eight to sixty-four symbols, and what is refused says which end it passed."""
    told = None
    try:
        check_chosen(Secret("-".join("x" * length)), login="anna")
    except InvalidValue as refused:
        told = refused
    assert repr(refusal) == repr(told)


def test_what_a_way_without_a_message_carries() -> None:
    """Nothing is issued to be sent to nobody, nor to who comes by a company account, whether or not it is told."""
    issuer = Issuer(issuer="https://id.example", name="Acme account")
    email = Email.parse("anna@shop.example")
    for chosen in (
        Chosen(channel=Channel.SLIP),
        Chosen(channel=Channel.SSO, issuer=issuer),
        Chosen(channel=Channel.SSO, to=email, issuer=issuer),
    ):
        assert None is sent(chosen, id="code", key="key", organization=ACME, account=a.account(), now=NOON)


def test_guessing_is_hopeless() -> None:
    """Ten symbols are fifty bits; five tries at a code succeed once in 225 million million."""
    assert 5 / 32**10 < 1e-14
    assert codes._SYMBOLS == 10
