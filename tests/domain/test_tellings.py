"""What people are told of what happened: activations, and security notices to every contact, old and new."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final, get_args

import pytest
from attrs import evolve

from subaccounts import ActivationPolicy, Channel, Email, Form, Issuer, Language, NoticeKind, Phone
from subaccounts.domain import tellings
from subaccounts.domain.activation_events import IdentityLinked, IdentityUnlinked, PasswordRecovered
from subaccounts.domain.contacts import Chosen
from subaccounts.domain.events import (
    Happening,
    PasswordChanged,
    SubAccountArchived,
    SubAccountClaimed,
    SubAccountEdited,
    SubAccountRenamed,
    SubAccountReset,
)
from subaccounts.domain.notice import SECURITY, Telling
from subaccounts.domain.proof import ProofRef, Purpose
from subaccounts.domain.sub_account import SubAccount
from subaccounts.domain.subject import Pathway
from subaccounts.testing import NOON
from subaccounts.testing import builders as a

OLD: Final = Email.parse("old@shop.example")
NEW: Final = Email.parse("new@shop.example")
PHONE: Final = Phone.parse("+4512345678")
ORGANIZATION: Final = a.organization(name="Acme")
ACCOUNT: Final = a.account(name="Shop")


def anna(**changes: Any) -> SubAccount:
    """Return a person who has claimed, with an e-mail and a phone."""
    given = {"email": OLD, "phone": PHONE, "full_name": "Anna Koval", **changes}
    values = {name: value for name, value in given.items() if value is not None}
    return a.sub_account(login="anna", profile=a.profile(values), claimed_at=NOON)


def told(before: SubAccount, after: SubAccount, *happened: Happening, sms: bool = True) -> list[tuple[NoticeKind, Any]]:
    """Return the kinds and addresses of the security notices of what happened."""
    found = tellings.security(before, after, happened, organization=ORGANIZATION, account=ACCOUNT, sms=sms)
    return [(each.kind, each.to) for each in found]


CHANGES: Final[dict[NoticeKind, tuple[Happening, SubAccount]]] = {
    NoticeKind.CLAIMED: (SubAccountClaimed(pathway=Pathway.CLAIM_LINK, terminal="t"), anna()),
    NoticeKind.PASSWORD_CHANGED: (PasswordChanged(), anna()),
    NoticeKind.PASSWORD_RESET: (SubAccountReset(), anna()),
    NoticeKind.IDENTITY_LINKED: (IdentityLinked(issuer="https://login.acme.example", how="person"), anna()),
    NoticeKind.IDENTITY_UNLINKED: (IdentityUnlinked(issuer="https://login.acme.example"), anna()),
    NoticeKind.LOGIN_CHANGED: (SubAccountRenamed(before="anna", after="ganna"), anna()),
    NoticeKind.EMAIL_CHANGED: (SubAccountEdited(fields=("email",)), anna(email=NEW)),
    NoticeKind.PHONE_CHANGED: (SubAccountEdited(fields=("phone",)), anna(phone=Phone.parse("+4587654321"))),
}


@pytest.mark.asvs("6.3.7")
@pytest.mark.parametrize("kind", sorted(SECURITY, key=str))
def test_old_and_new(kind: NoticeKind) -> None:
    """Each security notice goes to every contact that counted before or counts after, each once."""
    what, after = CHANGES[kind]
    before = anna()
    everywhere = dict.fromkeys([before.profile.phone, before.profile.email, after.profile.phone, after.profile.email])
    assert {(kind, to) for to in everywhere} == set(told(before, after, what))
    assert len(everywhere) == len(told(before, after, what, what))


@pytest.mark.parametrize(
    ("kind", "named"),
    [
        (NoticeKind.LOGIN_CHANGED, {"before": "anna"}),
        (NoticeKind.EMAIL_CHANGED, {"contact": "n***@shop.example"}),
        (NoticeKind.PHONE_CHANGED, {"contact": "+45******21"}),
        (NoticeKind.PASSWORD_CHANGED, {}),
    ],
)
def test_what_changed_is_named(kind: NoticeKind, named: dict[str, str]) -> None:
    """The login of before and the new contact are named, the contact masked: the old address learns no more of the new."""
    what, after = CHANGES[kind]
    found = tellings.security(anna(), after, (what,), organization=ORGANIZATION, account=ACCOUNT, sms=True)
    always = {"organization", "account", "name", "login"}
    assert [named] * len(found) == [
        {name: value for name, value in each.values.items() if name not in always} for each in found
    ]


@pytest.mark.parametrize(("field", "kind"), [("email", NoticeKind.EMAIL_CHANGED), ("phone", NoticeKind.PHONE_CHANGED)])
def test_a_contact_that_was_taken_away(field: str, kind: NoticeKind) -> None:
    """Who has a contact no longer is told so there and at the other one, and no new one is named."""
    what, after = SubAccountEdited(fields=(field,)), anna(**{field: None})
    found = tellings.security(anna(), after, (what,), organization=ORGANIZATION, account=ACCOUNT, sms=True)
    assert {(kind, PHONE, False), (kind, OLD, False)} == {
        (each.kind, each.to, "contact" in each.values) for each in found
    }


def test_every_security_notice_is_of_something() -> None:
    """No kind of security notice is without what causes it."""
    assert (
        set(SECURITY)
        == set(CHANGES)
        == {*tellings.SECURITY_OF.values(), NoticeKind.EMAIL_CHANGED, NoticeKind.PHONE_CHANGED}
    )


def test_the_proof_of_a_contact_names_nobody() -> None:
    """What proves a new address says which account it is for, and neither who asks for it nor its login."""
    ref = ProofRef(purpose=Purpose.CONTACT, form=Form.LINK, owner="1", id="p", key="k")
    telling = tellings.prove_contact(anna(), NEW, ref, organization=ORGANIZATION, account=ACCOUNT)
    assert (NoticeKind.PROVE_CONTACT, NEW, ref) == (telling.kind, telling.to, telling.proof)
    named = {name: telling.values[name] for name in ("organization", "account", "contact")}
    assert {"organization": "Acme", "account": "Shop", "contact": "n***@shop.example"} == named
    assert {"name", "login"}.isdisjoint(telling.values)


def test_a_claim_by_a_company_account_is_a_link() -> None:
    """Who took a login over with a company account is told that, once; no password was created."""
    claimed = SubAccountClaimed(pathway=Pathway.SSO, terminal="t")
    linked = IdentityLinked(issuer="https://login.acme.example", how="external_id")
    kinds = [kind for kind, to in told(anna(), anna(), linked, claimed) if to == OLD]
    assert [NoticeKind.IDENTITY_LINKED] == kinds


def test_a_recovered_password_is_a_changed_one() -> None:
    """Who created another password by a link is told as who changed it."""
    assert {NoticeKind.PASSWORD_CHANGED} == {kind for kind, _ in told(anna(), anna(), PasswordRecovered())}


def test_who_never_claimed() -> None:
    """Before a claim there is nobody whose account it would be: mending an address tells nobody at the wrong one."""
    before, after = evolve(anna(), claimed_at=None), evolve(anna(email=NEW), claimed_at=None)
    assert [] == told(before, after, SubAccountEdited(fields=("email",)))


def test_without_sms() -> None:
    """Where SMS were not bought a phone is told nothing."""
    assert [(NoticeKind.PASSWORD_CHANGED, OLD)] == told(anna(), anna(), PasswordChanged(), sms=False)


def test_what_else_happens() -> None:
    """Nothing else is a security notice: other fields, an archive, a contact that stays."""
    others: list[Happening] = [
        SubAccountEdited(fields=("position",)),
        SubAccountArchived(),
        SubAccountEdited(fields=("email",)),
        SubAccountEdited(fields=("phone",)),
    ]
    assert [] == [each for what in others for each in told(anna(), anna(), what)]
    assert set(tellings.SECURITY_OF) <= set(get_args(Happening))


@pytest.mark.parametrize(
    ("most", "told"),
    [
        (None, {"lasts_days": "14"}),
        (timedelta(days=1), {"lasts_days": "1"}),
        (timedelta(days=15), {"lasts_days": "14"}),
    ],
)
def test_the_shorter_life_is_told(most: timedelta | None, told: dict[str, str]) -> None:
    """Where what a proof is for ends before the proof does, that is how long it works."""
    ref = a.sent_proof().ref(purpose=Purpose.SIGN_UP, owner="somebody")
    assert told == tellings.lasting(ORGANIZATION, ref, most=most)


class TestActivation:
    """An activation carries its proof, and says what a template can name."""

    def telling(self, chosen: Chosen, **changes: Any) -> tuple[Telling, ...]:
        """Compose anna's activation."""
        code = a.claim_code(form=Form.LINK, sent_to=OLD.text)
        organization = evolve(ORGANIZATION, **changes)
        return tellings.activation(anna(), code, chosen, organization=organization, account=ACCOUNT)

    def test_with_a_link(self) -> None:
        """The proof is named, never shown; the values are those of the person, in whole days."""
        (telling,) = self.telling(Chosen(channel=Channel.EMAIL, to=OLD))
        assert telling.proof is not None
        code = a.claim_code()
        expected = (Purpose.CLAIM, Form.LINK, a.sub_account_id().value, code.id, code.key)
        proof = telling.proof
        assert expected == (proof.purpose, proof.form, proof.owner, proof.id, proof.key)
        assert {
            "organization": "Acme",
            "account": "Shop",
            "name": "Anna Koval",
            "login": "anna",
            "lasts_days": "14",
        } == dict(telling.values)

    def test_in_minutes(self) -> None:
        """What lasts less than a day is told in minutes."""
        lasts = ActivationPolicy(link_lasts=a.claim_code().expires_at - a.claim_code().issued_at)
        assert (
            "30" == dict(self.telling(Chosen(channel=Channel.EMAIL, to=OLD), activation=lasts)[0].values)["lasts_days"]
        )
        hour = ActivationPolicy(link_lasts=timedelta(hours=1))
        assert (
            "60"
            == dict(self.telling(Chosen(channel=Channel.EMAIL, to=OLD), activation=hour)[0].values)["lasts_minutes"]
        )

    def test_by_a_company_account(self) -> None:
        """Who comes by a company account is told its name, and gets no proof."""
        issuer = Issuer(issuer="https://id.example", name="Acme account")
        (telling,) = self.telling(Chosen(channel=Channel.SSO, to=OLD, issuer=issuer))
        assert (NoticeKind.ACTIVATION_BY_SSO, None, "Acme account") == (
            telling.kind,
            telling.proof,
            telling.values["issuer"],
        )

    def test_nobody(self) -> None:
        """Without an address, or with a slip, nobody is told."""
        assert () == self.telling(Chosen(channel=Channel.SLIP))
        slip = tellings.activation(
            anna(), a.claim_code(), Chosen(channel=Channel.EMAIL, to=OLD), organization=ORGANIZATION, account=ACCOUNT
        )
        assert () == slip

    def test_a_person_without_a_name(self) -> None:
        """Who has no name is called by its login, in the organization's language."""
        nameless = evolve(anna(), profile=a.profile({"email": OLD}))
        organization = evolve(ORGANIZATION, activation=ActivationPolicy(language=Language(tag="da")))
        telling = tellings.tell(NoticeKind.WELCOME, OLD, nameless, organization=organization, account=ACCOUNT)
        assert ("anna", "da") == (telling.values["name"], telling.language.tag)
