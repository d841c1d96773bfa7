"""What a host hands over of a company account, and what an organization says of an issuer: what is no such thing is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from attrs import evolve

from subaccounts.domain import issuers, linking
from subaccounts.domain.email import Email
from subaccounts.domain.fields import Kind
from subaccounts.domain.identity import Identity, VerifiedIdentity
from subaccounts.domain.issuer import Issuer, JustInTime
from subaccounts.domain.organization import Realm
from subaccounts.domain.policy import FieldRule, RegistrationPolicy
from subaccounts.domain.sub_account import identity_key, identity_keys
from subaccounts.domain.supplier import Supplier
from subaccounts.errors import FieldRefused, InvalidValue
from subaccounts.testing import builders as a

ACME = "https://login.acme.example"
ANNAS = Identity(issuer=ACME, subject="s-1")
CLAIMS: dict[str, Any] = {
    "iss": ACME,
    "sub": "s-1",
    "aud": "portal",
    "nonce": "n",
    "exp": 1_800_000_000,
    "email": "anna@acme.example",
    "email_verified": True,
    "auth_time": 1_772_452_800,
    "acr": "phr",
    "amr": ["pwd", "mfa"],
    "name": "Anna",
    "employee": 4711,
    "groups": ["a", "b"],
    "address": {"country": "DK"},
    "admin": True,
    "height": 1.7,
}


class TestFromClaims:
    """The claims of a verified ID token, as the standard says what they are."""

    def test_all_that_counts(self) -> None:
        """Issuer, subject, e-mail, time, level and methods; other texts and whole numbers become attributes."""
        expected = VerifiedIdentity(
            identity=ANNAS,
            email="anna@acme.example",
            email_verified=True,
            attributes={"name": "Anna", "employee": "4711"},
            at=datetime(2026, 3, 2, 12, tzinfo=UTC),
            level="phr",
            methods=frozenset({"pwd", "mfa"}),
        )
        assert expected == VerifiedIdentity.from_claims(CLAIMS)

    @pytest.mark.parametrize("word", ["true", "false", 1, 0, None, [True], "True"])
    def test_verified_is_true_and_nothing_else(self, word: Any) -> None:
        """A text that says true, and one that says false, is no truth: the e-mail is not verified."""
        verified = VerifiedIdentity.from_claims({**CLAIMS, "email_verified": word})
        assert (False, None) == (verified.email_verified, verified.said("email"))

    @pytest.mark.parametrize(
        ("claim", "value", "field"),
        [
            ("email", ["anna@acme.example"], "email"),
            ("auth_time", "1772452800", "at"),
            ("auth_time", 1e300, "at"),
            ("auth_time", float("nan"), "at"),
            ("auth_time", True, "at"),
            ("acr", 2, "level"),
            ("amr", "mfa", "methods"),
        ],
    )
    def test_what_is_not_as_the_standard_says_is_unsaid(self, claim: str, value: Any, field: str) -> None:
        """A claim of another type is as if the issuer had not said it."""
        unsaid = getattr(VerifiedIdentity(identity=ANNAS), field)
        assert unsaid == getattr(VerifiedIdentity.from_claims({**CLAIMS, claim: value}), field)

    @pytest.mark.parametrize("claim", ["iss", "sub"])
    @pytest.mark.parametrize("value", [None, 7, "", ["s-1"], "s\x00", "s" * 501])
    def test_without_issuer_or_subject(self, claim: str, value: Any) -> None:
        """Without a text for issuer and subject there is no identity."""
        with pytest.raises(InvalidValue):
            VerifiedIdentity.from_claims({**CLAIMS, claim: value})

    def test_a_number_that_cannot_be_written(self) -> None:
        """A whole number of thousands of digits is nobody's attribute."""
        assert "employee" not in VerifiedIdentity.from_claims({**CLAIMS, "employee": 10**10_000}).attributes

    @pytest.mark.parametrize(
        "name",
        [
            *("iss", "sub", "email", "email_verified", "auth_time", "acr", "amr"),
            *("aud", "azp", "exp", "iat", "nbf", "nonce", "jti", "sid", "at_hash", "c_hash", "typ"),
        ],
    )
    def test_what_is_no_attribute(self, name: str) -> None:
        """What counts in its own way, or says something of the token, is no attribute, whatever text it holds."""
        assert {} == VerifiedIdentity.from_claims({"iss": ACME, "sub": "s-1", name: "said"}).attributes

    @pytest.mark.parametrize(("bits", "said"), [(256, True), (257, False)])
    def test_how_long_a_number_is(self, bits: int, said: bool) -> None:
        """A whole number of up to 256 bits is an attribute, so that the identifiers of any directory are."""
        assert said is ("employee" in VerifiedIdentity.from_claims({**CLAIMS, "employee": 2**bits - 1}).attributes)

    @pytest.mark.parametrize("email", [["anna@acme.example"], None, 7])
    def test_an_email_that_is_none_is_not_verified(self, email: Any) -> None:
        """Where there is no e-mail, the word that it was verified says nothing."""
        verified = VerifiedIdentity.from_claims({**CLAIMS, "email": email})
        assert (None, False) == (verified.email, verified.email_verified)

    def test_a_method_that_is_no_text(self) -> None:
        """Of several methods those count that are texts."""
        assert {"pwd"} == VerifiedIdentity.from_claims({**CLAIMS, "amr": ["pwd", 7, ["mfa"]]}).methods

    @pytest.mark.parametrize(
        "claims", [{f"claim_{n}": "x" for n in range(101)}, {"name": "x" * 2001}, {"x" * 2001: "name"}]
    )
    def test_has_an_end(self, claims: dict[str, Any]) -> None:
        """More or longer claims than an assertion has are refused."""
        with pytest.raises(InvalidValue) as refusal:
            VerifiedIdentity.from_claims({"iss": ACME, "sub": "s-1", **claims})
        assert "too_long" == refusal.value.problem


class TestVerifiedIdentity:
    """What a host makes of an assertion of any kind."""

    @pytest.mark.parametrize(
        ("field", "value", "problem"),
        [
            ("email_verified", "true", "syntax"),
            ("email_verified", 1, "syntax"),
            ("email", 7, "not_text"),
            ("email", "x" * 2001, "too_long"),
            ("attributes", {"name": 7}, "not_text"),
            ("attributes", {7: "name"}, "not_text"),
            ("attributes", {f"a{n}": "x" for n in range(101)}, "too_long"),
            ("at", datetime(2026, 3, 2, 12), "syntax"),  # noqa: DTZ001 - the mistake that is refused
            ("level", 7, "not_text"),
            ("methods", "mfa", "syntax"),
            ("methods", {7}, "not_text"),
            ("methods", {f"m{n}" for n in range(101)}, "too_long"),
        ],
    )
    def test_is_refused(self, field: str, value: Any, problem: str) -> None:
        """What is no such value is refused by name; a text for a truth above all."""
        with pytest.raises(InvalidValue) as refusal:
            VerifiedIdentity(identity=ANNAS, **{field: value})
        assert (field, problem) == (refusal.value.field, refusal.value.problem)

    @pytest.mark.parametrize(
        ("field", "limit"), [("email", 2000), ("level", 2000), ("attributes", 2000), ("methods", 100)]
    )
    def test_how_long_it_can_be(self, field: str, limit: int) -> None:
        """An attribute has two thousand characters, and there are a hundred methods; one more is refused with the limit."""

        def of(length: int) -> Any:
            if field == "methods":
                return {f"m{number}" for number in range(length)}
            return {"name": "x" * length} if field == "attributes" else "x" * length

        VerifiedIdentity(identity=ANNAS, **{field: of(limit)})
        with pytest.raises(InvalidValue) as refusal:
            VerifiedIdentity(identity=ANNAS, **{field: of(limit + 1)})
        assert ("too_long", limit) == (refusal.value.problem, refusal.value.limit)

    def test_how_many_attributes_it_can_have(self) -> None:
        """There are a hundred attributes; one more is refused with the limit."""

        def of(many: int) -> VerifiedIdentity:
            return VerifiedIdentity(identity=ANNAS, attributes={f"a{number}": "x" for number in range(many)})

        assert 100 == len(of(100).attributes)
        with pytest.raises(InvalidValue) as refusal:
            of(101)
        assert ("attributes", "too_long", 100) == (refusal.value.field, refusal.value.problem, refusal.value.limit)

    def test_a_time_of_any_zone(self) -> None:
        """A time is aware; which zone it is in does not matter."""
        at = datetime(2026, 3, 2, 13, tzinfo=timezone(timedelta(hours=1)))
        assert datetime(2026, 3, 2, 12, tzinfo=UTC) == VerifiedIdentity(identity=ANNAS, at=at).at

    @pytest.mark.asvs("6.8.1")
    def test_no_attribute_takes_the_place_of_what_is_verified(self) -> None:
        """An attribute called `sub` or `email` is neither the subject nor a verified e-mail."""
        said = VerifiedIdentity(
            identity=ANNAS, attributes={"sub": "s-2", "email": "boss@acme.example", "empty": ""}
        ).said
        assert ("s-1", None, None, None) == (said("sub"), said("email"), said("empty"), said("none"))

    def test_an_empty_email_is_none(self) -> None:
        """An e-mail that is verified and empty is none, as any attribute is."""
        assert None is VerifiedIdentity(identity=ANNAS, email="", email_verified=True).said("email")

    def test_is_a_value(self) -> None:
        """Two that say the same are one, in a set too."""
        one, same = VerifiedIdentity.from_claims(CLAIMS), VerifiedIdentity.from_claims(CLAIMS)
        assert {one} == {one, same}

    def test_shows_no_personal_data(self) -> None:
        """What is printed names the company account and nothing else of the person."""
        shown = repr(VerifiedIdentity.from_claims(CLAIMS))
        assert "anna@" not in shown
        assert "Anna" not in shown

    @pytest.mark.parametrize(("field", "longest"), [("issuer", 500), ("subject", 255)])
    def test_a_company_account_is_short_and_seen(self, field: str, longest: int) -> None:
        """Issuer and subject have an end, and hold nothing that cannot be seen."""
        evolve(ANNAS, **{field: "x" * longest})
        for text in ("", "x" * (longest + 1), "a\x1fb", "a\nb", "\ud800"):
            with pytest.raises(InvalidValue) as refusal:
                evolve(ANNAS, **{field: text})
            assert field == refusal.value.field


class TestIssuer:
    """What cannot be meant cannot be said of an issuer."""

    @pytest.mark.parametrize(
        "changes",
        [
            {"external_id": ""},
            {"external_id": "email"},
            {"external_id": "e\x00"},
            {"external_id": "x" * 2001},
            {"domains": frozenset({"Acme.example"})},
            {"domains": frozenset({"@acme.example"})},
            {"domains": frozenset({""})},
            {"domains": frozenset({"acme"})},
            {"domains": frozenset({"xn--bcher-kva.example"})},
            {"domains": frozenset(f"d{n}.example" for n in range(101))},
            {"within": timedelta(0)},
            {"levels": frozenset({""})},
            {"methods": frozenset(f"m{n}" for n in range(101))},
        ],
    )
    def test_is_a_mistake(self, changes: dict[str, Any]) -> None:
        """A combination that cannot work cannot be built: it is the developer's mistake, not a refusal."""
        with pytest.raises(ValueError, match=r"\w"):
            Issuer(issuer=ACME, name="Acme account", **changes)

    @pytest.mark.parametrize(
        "changes",
        [
            {"external_id": "x"},
            {"external_id": "x" * 2000},
            {"domains": frozenset(f"d{n}.example" for n in range(100))},
            {"methods": frozenset(f"m{n}" for n in range(99)), "levels": frozenset({"1"})},
        ],
    )
    def test_is_none(self, changes: dict[str, Any]) -> None:
        """A name of one letter and one of two thousand are names, and there can be a hundred of what there can be many of."""
        issuer = Issuer(issuer=ACME, name="Acme account", **changes)
        assert changes == {name: getattr(issuer, name) for name in changes}

    @pytest.mark.parametrize(("field", "longest"), [("issuer", 500), ("name", 200)])
    def test_what_it_is_called(self, field: str, longest: int) -> None:
        """An issuer's id and the name that people are shown have an end, which is told by the field."""
        given: dict[str, Any] = {"issuer": ACME, "name": "Acme account", field: "x" * longest}
        assert "x" * longest == getattr(Issuer(**given), field)
        with pytest.raises(InvalidValue) as refusal:
            Issuer(**given | {field: "x" * (longest + 1)})
        assert (field, longest) == (refusal.value.field, refusal.value.limit)

    @pytest.mark.parametrize("domain", ["acme.example", "bücher.example", "пошта.укр"])
    def test_a_domain_is_written_as_addresses_are_compared(self, domain: str) -> None:
        """A domain is the one way to write it, so that what is compared is what an administrator reads."""
        assert domain == Email.parse(f"a@{domain}").domain
        assert {domain} == Issuer(issuer=ACME, name="Acme account", domains=frozenset({domain})).domains

    @pytest.mark.parametrize(
        "changes",
        [
            {"login": ""},
            {"fields": {"": "full_name"}},
            {"fields": {"mail": "email"}},
            {"fields": {"unit": "departments"}},
            {"fields": {"eid": "external_id"}},
            {"fields": {"a": "full_name", "b": "full_name"}},
            {"fields": {f"a{n}": f"host:f{n}" for n in range(101)}},
            {"departments": frozenset(a.department_id(n) for n in range(1, 102))},
            {"permission_types": frozenset(a.permission_type_id(n) for n in range(1, 102))},
        ],
    )
    def test_creation_that_is_a_mistake(self, changes: dict[str, Any]) -> None:
        """No attribute becomes an e-mail, an external id, an entry of a catalog, or two one field."""
        with pytest.raises(ValueError, match=r"\w"):
            JustInTime(account=a.account_id(), **changes)

    @pytest.mark.parametrize(
        "most",
        [
            {"fields": {f"a{n}": f"host:f{n}" for n in range(100)}},
            {"departments": frozenset(a.department_id(n) for n in range(1, 101))},
            {"permission_types": frozenset(a.permission_type_id(n) for n in range(1, 101))},
        ],
    )
    def test_how_much_is_given_at_creation(self, most: dict[str, Any]) -> None:
        """A hundred attributes, departments and permission types are given, and no more."""
        (name,) = most
        assert 100 == len(getattr(JustInTime(account=a.account_id(), **most), name))

    def test_a_way_of_creation_is_a_value(self) -> None:
        """Two that say the same are one, in a set too."""
        one, same = (JustInTime(account=a.account_id(), fields={"title": "position"}) for _ in range(2))
        assert {one} == {one, same}

    def test_a_field_that_is_none(self) -> None:
        """A field that does not exist is refused by name."""
        with pytest.raises(FieldRefused):
            JustInTime(account=a.account_id(), fields={"shoe": "shoe_size"})

    def test_creation_by_default(self) -> None:
        """Unless said otherwise the verified e-mail is the login, and the person an employee without anything."""
        creates = JustInTime(account=a.account_id())
        assert ("email", {}, Kind.EMPLOYEE, None) == (creates.login, creates.fields, creates.kind, creates.job_profile)
        assert (frozenset(), frozenset()) == (creates.departments, creates.permission_types)
        assert {"kind": Kind.EMPLOYEE} == issuers.defaults(creates)


@pytest.mark.parametrize("supplier", [Supplier.PERSON, Supplier.SIGN_UP])
def test_nobody_gives_itself_an_external_id(supplier: Supplier) -> None:
    """A policy by which people write their own external id cannot be built: a company account would lead to it."""
    rule = FieldRule(suppliers=(Supplier.ADMINISTRATOR, supplier))
    with pytest.raises(ValueError, match="external id"):
        RegistrationPolicy(name="own", fields={"external_id": rule})


def test_keys_of_a_company_account() -> None:
    """A person is found by the key it holds, in its realm; issuer and subject are never confused."""
    for realm in Realm:
        key = identity_key(a.account_id(), realm, ANNAS)
        assert {key} == {each for each in identity_keys(a.account_id(), ANNAS) if each == key}
        assert "identity" == key.space  # as it is stored
        assert (realm is Realm.ORGANIZATION) == (key in identity_keys(a.OURS, ANNAS))
    split = evolve(ANNAS, issuer=f"{ACME}s", subject="-1")
    assert set(identity_keys(a.account_id(), ANNAS)).isdisjoint(identity_keys(a.account_id(), split))


def test_nothing_is_wanted_of_a_stranger() -> None:
    """A company account of an issuer that is none here has no key that could be somebody else's."""
    assert frozenset() == linking.wanted(a.sub_account(), None)


@pytest.mark.parametrize(
    ("own", "text", "same"),
    [
        ("anna@acme.example", "ANNA@acme.example", True),
        ("anna@acme.example", "anna@ACME.example", True),
        ("anna@acme.example", "\uff41nna@acme.example", False),
        ("anna@acme.example", "anna@acme.exampl\u0435", False),
        ("anna@acme.example", "anna@acme.example.evil.example", False),
        ("anna@acme.example", "anna", False),
        ("anna@acme.example", "anna@", False),
        ("anna@acme.example", "\ud800", False),
        ("anna@åre.example", "anna@ÅRE.example", True),
        ("anna@åre.example", "anna@a\u030are.example", True),
        ("anna@åre.example", "Anna@XN--RE-xia.example", True),
        ("anna@xn--re-xia.example", "anna@åre.example", True),
        ("anna@åre.example", "anna@are.example", False),
        ("åke@acme.example", "Åke@acme.example", False),
    ],
)
def test_the_very_mailbox(own: str, text: str, same: bool) -> None:
    """Neither the case of ASCII letters nor the spelling of a domain makes another mailbox; a shared key is not enough."""
    assert same is Email.parse(own).is_mailbox(text)
