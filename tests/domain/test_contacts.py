"""Which way a person is told: the contacts that count, and one preference, held against a rule told a second time."""

from __future__ import annotations

from typing import Any, Final

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from subaccounts import ActivationPolicy, Channel, Email, Identity, Issuer, Phone, Supplier
from subaccounts.domain.contacts import choose, comes_by, contacts, counts
from subaccounts.domain.fields import FieldValue
from subaccounts.domain.profile import Profile, Supplied
from subaccounts.domain.sub_account import SubAccount
from subaccounts.testing import NOON
from subaccounts.testing import builders as a

EMAIL: Final = Email.parse("anna@shop.example")
PHONE: Final = Phone.parse("+4512345678")
BY_DOMAIN: Final = Issuer(issuer="https://domain.example", name="Domain", domains=frozenset({"shop.example"}))
BY_NUMBER: Final = Issuer(issuer="https://number.example", name="Number", external_id="staff_no")
ITSELF: Final = frozenset({Supplier.PERSON, Supplier.SIGN_UP})
PLAIN: Final = Issuer(issuer="https://plain.example", name="Plain")


def anna(values: dict[str, tuple[FieldValue, Supplier]] | None = None, **changes: Any) -> SubAccount:
    """Return a person with these fields, each by its supplier."""
    held = {name: Supplied(value=value, by=by, at=NOON) for name, (value, by) in (values or {}).items()}
    return a.sub_account(profile=Profile(values=held), **changes)


@given(
    phone=st.sampled_from([None, *Supplier]),
    email=st.sampled_from([None, *Supplier]),
    proven=st.sets(st.sampled_from(["email", "phone"])),
    sms=st.booleans(),
    told=st.booleans(),
    sso=st.booleans(),
)
def test_the_preference(
    *, phone: Supplier | None, email: Supplier | None, proven: set[str], sms: bool, told: bool, sso: bool
) -> None:
    """SMS if bought and there is a phone that counts, else an e-mail that counts, else a slip; a company account first."""
    fields: dict[str, tuple[FieldValue, Supplier]] = {}
    if phone is not None:
        fields["phone"] = (PHONE, phone)
    if email is not None:
        fields["email"] = (EMAIL, email)
    identities = frozenset({Identity(issuer=PLAIN.issuer, subject="1")} if sso else ())
    person = anna(fields, proven=frozenset(proven), identities=identities)
    by_phone = sms and phone is not None and (phone not in ITSELF or "phone" in proven)
    by_email = email is not None and (email not in ITSELF or "email" in proven)
    to = PHONE if by_phone else EMAIL if by_email else None
    channel = Channel.SMS if by_phone else Channel.EMAIL if by_email else Channel.SLIP
    chosen = choose(person, ActivationPolicy(sso_told=told), (PLAIN,), sms=sms)
    expected = (Channel.SSO, to if told else None, PLAIN) if sso else (channel, to, None)
    assert expected == (chosen.channel, chosen.to, chosen.issuer)
    assert tuple(each for each, good in ((PHONE, by_phone), (EMAIL, by_email)) if good) == contacts(person, sms=sms)


@pytest.mark.parametrize("supplier", Supplier)
@pytest.mark.parametrize("proven", [True, False])
def test_what_a_person_gave_itself(supplier: Supplier, proven: bool) -> None:
    """A contact of the person's own, or of its sign-up, counts while it is proven; everybody else's word is taken."""
    person = anna({"email": (EMAIL, supplier)}, proven=frozenset({"email"} if proven else ()))
    is_good = proven or supplier not in ITSELF
    assert is_good is counts(person, "email")
    assert not counts(person, "phone")
    by_phone = anna({"phone": (PHONE, supplier)}, proven=frozenset({"phone"} if proven else ()))
    expected = ((EMAIL,), (PHONE,)) if is_good else ((), ())
    assert expected == (contacts(person, sms=True), contacts(by_phone, sms=True))


@pytest.mark.parametrize(
    ("person", "issuers", "expected"),
    [
        (anna(), (PLAIN, BY_DOMAIN, BY_NUMBER), None),
        (anna({"email": (EMAIL, Supplier.ADMINISTRATOR)}), (PLAIN, BY_NUMBER, BY_DOMAIN), BY_DOMAIN),
        (anna({"external_id": ("17", Supplier.ADMINISTRATOR)}), (PLAIN, BY_DOMAIN, BY_NUMBER), BY_NUMBER),
        (anna({"external_id": ("17", Supplier.ADMINISTRATOR)}), (PLAIN, BY_DOMAIN), None),
        (anna(identities=frozenset({Identity(issuer=PLAIN.issuer, subject="1")})), (BY_DOMAIN, PLAIN), PLAIN),
        (anna(identities=frozenset({Identity(issuer="https://gone.example", subject="1")})), (BY_DOMAIN,), None),
        (
            anna(
                {"email": (EMAIL, Supplier.ADMINISTRATOR)},
                identities=frozenset({Identity(issuer=PLAIN.issuer, subject="1")}),
            ),
            (BY_DOMAIN, PLAIN),
            PLAIN,
        ),
    ],
)
def test_who_comes_by_which_company_account(
    person: SubAccount, issuers: tuple[Issuer, ...], expected: Issuer | None
) -> None:
    """By one it has come by, or that knows its external id; else by one of its e-mail's domain; an issuer that is gone
    brings nobody."""
    assert expected == comes_by(person, issuers)


@pytest.mark.parametrize(
    "given_",
    [
        {"external_id": ""},
        {"domains": frozenset({"Shop.example"})},
        {"domains": frozenset({"a@b"})},
        {"domains": frozenset({""})},
    ],
)
def test_what_no_issuer_is(given_: dict[str, Any]) -> None:
    """An issuer's attribute has a name, and a domain is what follows the at sign in lower case."""
    with pytest.raises(ValueError, match="a"):
        evolve(PLAIN, **given_)
