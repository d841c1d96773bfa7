"""Proofs that were sent: how one is issued, which links are out for a person, and why one is refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve

from subaccounts import Email, Form, Phone, Purpose
from subaccounts.domain.contact_change import is_recent, parse
from subaccounts.domain.credential import ClaimCode, PendingContact
from subaccounts.domain.proof import COOL_DOWN, WRONG_TRIES, SentProof
from subaccounts.domain.sent import Expected, expected, issue
from subaccounts.domain.sub_account import Person
from subaccounts.domain.subject import Pathway, Subject
from subaccounts.errors import FieldRefused, InvalidValue, LinkRefused
from subaccounts.testing import builders as a
from subaccounts.testing.clock import NOON

EMAIL, PHONE = Email.parse("anna@shop.example"), Phone.parse("+4512345678")
PERSON = Person(
    organization=a.organization(), account=a.account(), sub_account=a.sub_account(), credential=a.credential()
)


def sent(form: Form = Form.LINK) -> SentProof:
    """Return a proof that was sent to somebody at noon."""
    to = EMAIL if form is Form.LINK else PHONE
    organization, account = PERSON.organization, PERSON.account
    return issue(to, form=form, id="p-1", key="k-1", organization=organization, account=account, now=NOON)


def code(form: Form) -> ClaimCode:
    """Return a claim's proof of noon."""
    return ClaimCode(
        id="c-1",
        key="k-1",
        issued_at=NOON,
        expires_at=NOON + timedelta(days=1),
        policy_version=PERSON.account.policy_version,
        organization_epoch=PERSON.organization.epoch,
        form=form,
    )


def test_a_new_proof_lives_as_the_organization_says() -> None:
    """A link has fourteen days and a code ten minutes, from when they are decided on until a worker begins them."""
    lasts = {form: sent(form).expires_at - NOON for form in (Form.LINK, Form.CODE)}
    assert {Form.LINK: timedelta(days=14), Form.CODE: timedelta(minutes=10)} == lasts
    assert ("anna@shop.example", "+4512345678") == (sent().sent_to, sent(Form.CODE).sent_to)
    assert (False, 0) == (sent().begun, sent().wrong)


def test_what_is_out_for_a_person() -> None:
    """Each purpose has at most one link, found where it is stored; a code is no link, and who signs up is no person."""
    everything = evolve(
        PERSON.credential,
        code=code(Form.LINK),
        recovery=sent(),
        contact=PendingContact(to=EMAIL, proof=evolve(sent(), id="p-2")),
    )
    whole = evolve(PERSON, credential=everything)
    found = {purpose: expected(whole, purpose) for purpose in Purpose}
    ids = {purpose: known.ref.id if known else None for purpose, known in found.items()}
    assert {
        Purpose.CLAIM: "c-1",
        Purpose.RECOVERY: "p-1",
        Purpose.CONTACT: "p-2",
        Purpose.SIGN_UP: None,
    } == ids
    assert {PERSON.sub_account.id.value} == {known.ref.owner for known in found.values() if known}
    typed = evolve(
        PERSON.credential,
        code=code(Form.SLIP),
        recovery=sent(Form.CODE),
        contact=PendingContact(to=PHONE, proof=sent(Form.CODE)),
    )
    for credential in (PERSON.credential, typed):
        assert [None] * 4 == [expected(evolve(PERSON, credential=credential), purpose) for purpose in Purpose]


@pytest.mark.parametrize(
    "changes",
    [
        {"account": evolve(PERSON.account, policy_version=2)},
        {"organization": evolve(PERSON.organization, epoch="another")},
        {"credential": evolve(PERSON.credential, recovery=sent().killed())},
    ],
    ids=["another policy", "another epoch", "killed"],
)
def test_what_is_not_valid_any_more(changes: dict[str, Any]) -> None:
    """A link of another policy or epoch, or one that was killed, is unknown, also when its time is over."""
    person = evolve(PERSON, **{"credential": evolve(PERSON.credential, recovery=sent()), **changes})
    known = expected(person, Purpose.RECOVERY)
    assert known is not None
    for now in (NOON, NOON + timedelta(days=20)):
        with pytest.raises(LinkRefused) as refused:
            known.require(now=now)
        assert "unknown" == refused.value.why


def test_its_time() -> None:
    """A link passes in its last moment and has expired in the next."""
    known = Expected(ref=sent().ref(purpose=Purpose.RECOVERY, owner="o"), until=NOON, valid=True)
    known.require(now=NOON - timedelta(microseconds=1))
    with pytest.raises(LinkRefused) as refused:
        known.require(now=NOON)
    assert "expired" == refused.value.why


def test_a_proof_that_is_killed_still_cools() -> None:
    """What ends a proof does not end the cool-down that its message began."""
    killed = sent().killed()
    assert (WRONG_TRIES, NOON + COOL_DOWN) == (killed.wrong, killed.cools_until)
    assert not killed.alive(policy_version=1, epoch=PERSON.organization.epoch, now=NOON)
    waits = PendingContact(to=EMAIL, proof=sent())
    assert (killed, "email", "phone") == (
        waits.killed().proof,
        waits.field,
        PendingContact(to=PHONE, proof=sent()).field,
    )


def test_a_contact_is_an_address() -> None:
    """A new contact is read as its field's address; no other field has one, and no address is anything else's."""
    assert (EMAIL, PHONE) == (parse("email", "anna@shop.example"), parse("phone", "+45 12 34 56 78"))
    assert (EMAIL, PHONE) == (parse("email", EMAIL), parse("phone", PHONE))
    for field in ("position", "kind", "host:note", "no_field"):
        with pytest.raises(FieldRefused) as unknown:
            parse(field, "anna@shop.example")
        assert "unknown" == unknown.value.why
    for field, value in (("email", "+4512345678"), ("phone", "anna@shop.example"), ("email", PHONE), ("phone", EMAIL)):
        with pytest.raises(InvalidValue):
            parse(field, value)


@pytest.mark.parametrize(
    ("minutes", "recent"), [(0, True), (10, True), (10.01, False), (-1, True), (-10, True), (-10.01, False)]
)
def test_a_recent_sign_in(minutes: float, recent: bool) -> None:
    """A sign-in proves who asks for ten minutes; a clock that is a little ahead of another's makes no difference."""
    subject = Subject(
        sub_account=a.sub_account_id(),
        account=a.account_id(),
        pathway=Pathway.PASSWORD,
        terminal="till-1",
        at=NOON,
        epoch=1,
        account_epoch=1,
    )
    assert recent is is_recent(subject, now=NOON + timedelta(minutes=minutes))
