"""Plain data and back: every value of the domain, what is refused, and the texts that must never change."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta, timezone
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import attrs
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from subaccounts import commands, errors
from subaccounts.commands import AddPerson, CreateOrganization, Delivered, SignIn
from subaccounts.domain import fields as f
from subaccounts.domain.account import Account, HostAccount
from subaccounts.domain.activation import ActivationPolicy
from subaccounts.domain.actor import Actor, Scope, System
from subaccounts.domain.adding import LineAnswer
from subaccounts.domain.audience import Ungrouped
from subaccounts.domain.audit import AuditChain
from subaccounts.domain.catalog import CatalogEntry
from subaccounts.domain.channel import Address
from subaccounts.domain.contact_change import ContactProven, ContactRequested
from subaccounts.domain.credential import Credential, Stranger
from subaccounts.domain.dead_letter import DeadLetter, GivenUp
from subaccounts.domain.dialogue import Disclosure, Door
from subaccounts.domain.events import Event, Happening, SealedEvent
from subaccounts.domain.fields import FieldValue, RawValue
from subaccounts.domain.identity import VerifiedIdentity
from subaccounts.domain.ids import AnyRecordId, CatalogId, ResourceId
from subaccounts.domain.issuer import Issuer
from subaccounts.domain.login import Login
from subaccounts.domain.membership import ALWAYS, Window
from subaccounts.domain.notice import Notice
from subaccounts.domain.organization import Organization
from subaccounts.domain.password import PasswordHash
from subaccounts.domain.policy import ByCode, ClaimProof, FieldRule, OpenClaim, RegistrationPolicy
from subaccounts.domain.profile import Profile, Supplied
from subaccounts.domain.queries import EventQuery, PeopleQuery
from subaccounts.domain.recovery import Requested
from subaccounts.domain.secret import Secret
from subaccounts.domain.sign_up import SignUp, SignUpForm
from subaccounts.domain.sub_account import SubAccount
from subaccounts.domain.subject import Subject
from subaccounts.domain.subscription import SeatRule, Subscription
from subaccounts.domain.supplier import Supplier
from subaccounts.testing import builders as b
from subaccounts.testing import groups as g
from subaccounts.testing import specimens
from subaccounts.testing.clock import NOON
from subaccounts.wire import dumps, from_plain, loads, store_dumps, store_loads, time_text, to_plain
from subaccounts.wire.unions import FIELD_TYPES

TEXTS = st.text(st.characters(categories=("L", "M", "N", "P", "S")), min_size=1, max_size=8)
RECORDS = (
    Organization,
    CatalogEntry,
    Account,
    SubAccount,
    Credential,
    Stranger,
    SignUp,
    AuditChain,
    Event,
    SealedEvent,
)
VALUES: tuple[Any, ...] = (
    Actor, AnyRecordId, CatalogId, ClaimProof, FieldValue, Happening, Scope, SeatRule, *RECORDS, EventQuery, PeopleQuery,
    Subject, Subscription, tuple[CatalogEntry, ...], Notice, GivenUp, DeadLetter, Delivered,
    Requested, ContactRequested, ContactProven,
    VerifiedIdentity, Address,
)  # fmt: skip


@cache
def of_type(of: Any) -> st.SearchStrategy[Any]:
    """Return a strategy for any value of a declared type, read from the annotations of the domain itself."""
    origin, args = get_origin(of), get_args(of)
    if of in ANSWERS:
        return ANSWERS[of]
    if origin in (Union, UnionType):
        # A list that means a set comes back as one: `test_equal_values_equal_texts`.
        return st.one_of([of_type(member) for member in args if get_origin(member) is not Collection])
    if origin is frozenset:
        return st.frozensets(of_type(args[0]), max_size=3)
    if origin in (tuple, Collection):
        return st.lists(of_type(args[0]), max_size=3).map(tuple)
    if origin is Mapping:
        return st.dictionaries(of_type(args[0]), of_type(args[1]), max_size=3)
    if issubclass(of, Enum):
        return st.sampled_from(of)
    hints = get_type_hints(of)
    return st.builds(of, **{name: of_type(hints[name]) for name in attrs.fields_dict(of)})


def profiles() -> st.SearchStrategy[Profile]:
    """Return a strategy for profiles whose fields hold what their names say."""

    def supplied(name: str) -> st.SearchStrategy[Supplied]:
        return st.builds(
            Supplied, value=of_type(FIELD_TYPES[f.field_type(name)]), by=st.sampled_from(Supplier), at=of_type(datetime)
        )

    optional = {name: supplied(name) for name in (*f.FIELDS, "host:shoe_size")}
    return st.fixed_dictionaries({}, optional=optional).map(lambda values: Profile(values=values))


ANSWERS: dict[Any, st.SearchStrategy[Any]] = {
    str: TEXTS,
    int: st.integers(-(2**53), 2**53),
    bool: st.booleans(),
    NoneType: st.none(),
    datetime: st.datetimes(
        datetime(2, 1, 1),  # noqa: DTZ001 - Hypothesis adds the zone
        datetime(9998, 1, 1),  # noqa: DTZ001 - Hypothesis adds the zone
        timezones=st.sampled_from((UTC, timezone(timedelta(hours=5, minutes=45)))),
    ),
    timedelta: st.timedeltas(timedelta(minutes=1), timedelta(days=30)),
    HostAccount: st.sampled_from((HostAccount(system="crm", id="1"), HostAccount(system="портал", id="ї"))),
    RegistrationPolicy: st.sampled_from(specimens.policies()),
    ActivationPolicy: st.sampled_from(specimens.activations()),
    Issuer: st.sampled_from(specimens.issuers()),
    SignUpForm: st.sampled_from(specimens.sign_up_forms()),
    ResourceId: st.sampled_from((g.resource_id(), ResourceId.of(b.THEIRS, "test", "а/б 🦊"))),
    Window: st.sampled_from((ALWAYS, Window(since=NOON), Window(since=NOON, until=NOON + timedelta(days=1)))),
}
ANSWERS[Profile] = st.deferred(profiles)


class TestThereAndBack:
    """What goes out comes back equal."""

    @pytest.mark.parametrize("of", VALUES, ids=str)
    @settings(max_examples=60)
    @given(data=st.data())
    def test_public(self, of: Any, data: st.DataObject) -> None:
        """Every value of the domain is itself again, through JSON, and is written the same a second time."""
        value = data.draw(of_type(of))
        if "PasswordHash(" in repr(value) or getattr(value, "password", None) is not None:
            value = evolve(value, password=None)
        text = dumps(value, of=of)
        assert value == loads(of, text)
        assert text == dumps(loads(of, text), of=of)

    @pytest.mark.parametrize("of", RECORDS, ids=str)
    @settings(max_examples=60)
    @given(data=st.data())
    def test_stored(self, of: Any, data: st.DataObject) -> None:
        """Every record is itself again from storage, password hashes included."""
        value = data.draw(of_type(of))
        assert value == store_loads(of, store_dumps(value))

    @pytest.mark.parametrize(
        "value",
        [
            *specimens.organizations(),
            *specimens.catalog_entries(),
            *specimens.accounts(),
            *specimens.sub_accounts(),
            *specimens.credentials(),
            *specimens.strangers(),
            *specimens.sign_ups(),
        ],
    )
    def test_specimens(self, value: Any) -> None:
        """Every specimen that hurts stores is itself again."""
        assert value == store_loads(type(value), store_dumps(value))

    @pytest.mark.parametrize("policy", specimens.policies(), ids=lambda policy: policy.name)
    def test_the_order_of_a_policy(self, policy: RegistrationPolicy) -> None:
        """The order in which a policy asks for its fields survives the sorting of keys."""
        assert list(policy.fields) == list(loads(RegistrationPolicy, dumps(policy)).fields)

    @pytest.mark.parametrize("name", commands.__all__)
    def test_commands(self, name: str) -> None:
        """Every command that carries no secret is itself again, so that a host can queue it."""
        of: Any = getattr(commands, name)
        if not attrs.has(of) or not issubclass(of, commands.Command) or secret(of) or of.__dict__.get("__parameters__"):
            assert name in NO_DATA
            return

        kind: Any = of

        @settings(max_examples=8)
        @given(value=of_type(kind))
        def there_and_back(value: Any) -> None:
            assert value == loads(of, dumps(value))

        there_and_back()

    @pytest.mark.parametrize(
        "refusal",
        [
            errors.NameTaken(field="login", why="looks_like"),
            errors.FieldsMissing(fields=("full_name", "position")),
            errors.SubscriptionRequired(product="seats", buy_at="https://shop.example", ended_at=NOON),
            errors.HostAccountPrivileged(roles=("moderator",)),
            errors.Busy(),
        ],
        ids=lambda refusal: refusal.code,
    )
    def test_refusals(self, refusal: errors.Refusal) -> None:
        """A refusal that was an answer for a line is the same answer when the request is repeated."""
        line = LineAnswer(number=3, refusal=refusal)
        again: Any
        (again,) = loads(tuple[LineAnswer, ...], dumps((line,), of=tuple[LineAnswer, ...]))
        assert (type(refusal), refusal.sentence(), vars(refusal)) == (
            type(again.refusal),
            again.refusal.sentence(),
            vars(again.refusal),
        )

    def test_a_login_is_not_parsed_again(self) -> None:
        """A stored login keeps the key that an older Unicode version made, even one that would be refused today."""
        old = Login(text="ᏣᎳᎩ", key="ᏣᎳᎩ", skeleton="ᏣᎳᎩ", unicode_version="7.0.0")
        assert old == loads(Login, dumps(old))


NO_DATA = {
    "ActivationPage", "AddedLine", "AddedPerson", "BeginSignIn", "Change", "ChangeContact", "ChangePassword",
    "ClaimSlip", "ClaimSlipsPage", "Command", "CompleteRegistration", "CompleteSignUp", "Delivered", "GrantCode",
    "Handover", "LinkIdentity", "LinkPage", "MembersPage", "ParticipantsPage", "PeekLink", "PeoplePage", "PreviewPage",
    "ProveContact", "ProveContactByCode", "RedeemCode", "RedeemLink", "ResourcePage", "Selection", "SignIn",
    "ViewersPage", "VisibleCount", "VisiblePage", "VoidSlipsPage",
}  # fmt: skip
"""Names of the commands' room that are no commands, are made for others to build on, or carry a proof."""


def secret(of: Any) -> bool:
    """Tell whether a command has a secret among its attributes."""
    return any("Secret" in str(hint) for hint in get_type_hints(of).values())


class TestLooks:
    """How things are written is a promise."""

    @pytest.mark.asvs("16.2.4")
    def test_an_event(self) -> None:
        """An event's text is what audit chains are made of: it never changes."""
        assert (
            '{"account":{"organization":"019cae2e-5c00-7000-8000-000000000001",'
            '"value":"019cae2e-5c00-7000-8000-000000000001"},"at":"2026-03-02T12:00:00.000000Z",'
            '"by":{"id":"boss","kind":"host_user"},"happening":{"login":"person-1","type":"SubAccountAdded"},'
            '"id":"019cae2e-5c00-7000-8000-000000000001","organization":"019cae2e-5c00-7000-8000-000000000001",'
            '"salt":"","sub_account":{"organization":"019cae2e-5c00-7000-8000-000000000001",'
            '"value":"019cae2e-5c00-7000-8000-000000000001"}}'
        ) == dumps(b.event(salt="", at=datetime(2026, 3, 2, 12, tzinfo=UTC)))

    @pytest.mark.parametrize(
        ("value", "of", "plain"),
        [
            (b.OURS, None, b.value(1)),
            (b.OURS, Scope, {"type": "OrganizationId", "value": b.value(1)}),
            (b.department_id(2), Scope, {"type": "DepartmentId", "organization": b.value(1), "value": b.value(2)}),
            (ByCode(), ClaimProof, {"type": "ByCode", "lasts": 2_592_000.0}),
            (System(name="sync"), Actor, {"type": "System", "name": "sync"}),
            (None, SeatRule, None),
            ("typed", FieldValue, "typed"),
            (f.Kind.EXTERNAL, FieldValue, {"type": "Kind", "value": "external"}),
            (f.Kind.EXTERNAL, None, "external"),
            (FieldRule(suppliers=(Supplier.PERSON,)), None, {"suppliers": ["person"], "asked_of": None}),
        ],
    )
    def test_values(self, value: Any, of: Any, plain: Any) -> None:
        """Ids of organizations are texts, enums their values, durations seconds, and members of unions name their class."""
        assert plain == to_plain(value, of=of)

    def test_a_profile(self) -> None:
        """A profile is an object by field; each value stands beside its supplier and its time."""
        profile = b.profile({f.FULL_NAME: "Zoë", f.DEPARTMENTS: frozenset({b.department_id(2), b.department_id(1)})})
        ours, at = b.value(1), time_text(NOON)
        assert {
            "full_name": {"value": "Zoë", "by": "administrator", "at": at},
            "departments": {
                "value": [{"organization": ours, "value": b.value(1)}, {"organization": ours, "value": b.value(2)}],
                "by": "administrator",
                "at": at,
            },
        } == to_plain(profile)

    @pytest.mark.asvs("16.2.4")
    def test_times(self) -> None:
        """Times are written in UTC and of one length, so that their texts sort as they do."""
        kyiv = timezone(timedelta(hours=2))
        assert "2026-03-02T10:00:00.000000Z" == time_text(datetime(2026, 3, 2, 12, tzinfo=kyiv))
        moments = [
            NOON,
            NOON + timedelta(microseconds=1),
            NOON + timedelta(milliseconds=1),
            NOON + timedelta(seconds=1),
        ]
        assert sorted(map(time_text, moments)) == [time_text(moment) for moment in moments]

    def test_equal_values_equal_texts(self) -> None:
        """The order in which a host filled a mapping, a set or a list that means a set does not show."""
        departments = [b.department_id(number) for number in range(1, 9)]

        def command(*, turned: bool) -> AddPerson:
            fields: dict[str, RawValue] = {f.FULL_NAME: "Zoë", f.DEPARTMENTS: departments}
            if turned:
                fields = {f.DEPARTMENTS: frozenset(reversed(departments)), f.FULL_NAME: "Zoë"}
            return AddPerson(actor=System(name="x"), account=b.account_id(), login="zoe", fields=fields)

        assert dumps(command(turned=False)) == dumps(command(turned=True))

    def test_every_text_can_be_encoded(self) -> None:
        """A lone surrogate in what somebody typed is escaped and comes back, to be refused where texts are parsed."""
        command = AddPerson(actor=System(name="x"), account=b.account_id(), login="й\ud800")
        text = dumps(command)
        assert b"\\ud800" in text.encode()
        assert command == loads(AddPerson, text)


class TestSecrets:
    """A secret is not written, whoever asks."""

    HASH = PasswordHash(encoded="$argon2id$v=19$m=1,t=1,p=1$c2FsdA$aGFzaA")

    @pytest.mark.parametrize("write", [to_plain, dumps, store_dumps])
    def test_a_secret(self, write: Any) -> None:
        """A `Secret` is refused by every converter, alone and inside a command."""
        command = SignIn(
            door=Door(where=b.account_id(), disclosure=Disclosure.CLOSED), login="anna", secret=Secret("correct horse")
        )
        for value in (Secret("correct horse"), command):
            with pytest.raises(TypeError, match="secrets are not serialized") as refused:
                write(value)
            assert "horse" not in str(refused.value)

    @pytest.mark.asvs("15.3.1")
    @pytest.mark.parametrize("write", [to_plain, dumps])
    def test_a_hash_stays_in_storage(self, write: Any) -> None:
        """A password hash is written by the storage converter only."""
        with pytest.raises(TypeError, match="secrets are not serialized"):
            write(b.credential(password=self.HASH))
        assert self.HASH == store_loads(Credential, store_dumps(b.credential(password=self.HASH))).password

    def test_nothing_is_read_as_one(self) -> None:
        """Plain data becomes neither a secret nor, outside storage, a password hash."""
        with pytest.raises(TypeError):
            from_plain(Secret, "correct horse")
        with pytest.raises(TypeError):
            from_plain(PasswordHash, {"encoded": "x", "pepper": None})


class TestRefused:
    """What is not of the right shape is one refusal that repeats nothing."""

    GOOD: Any = to_plain(b.organization())

    @pytest.mark.asvs("1.5.2")
    @pytest.mark.parametrize(
        "change",
        [
            {"name": None},
            {"name": 5},
            {"version": "1"},
            {"version": True},
            {"version": 1.0},
            {"realm": "galaxy"},
            {"realm": ["account"]},
            {"created_at": "2026-03-02T12:00:00"},
            {"created_at": "yesterday"},
            {"created_at": 1},
            {"hunter2": "hunter2"},
        ],
        ids=str,
    )
    def test_data(self, change: dict[str, Any]) -> None:
        """A wrong type, an unknown word, a time without a zone and an unknown key are `syntax`, without an echo."""
        with pytest.raises(errors.InvalidValue) as refused:
            from_plain(Organization, {**self.GOOD, **change})
        assert ("Organization", "syntax") == (refused.value.field, refused.value.problem)
        assert "hunter2" not in str(refused.value)

    @pytest.mark.parametrize(
        ("of", "data"),
        [
            (Organization, []),
            (Organization, None),
            (Scope, "019cae2e"),
            (Scope, {"type": "Galaxy", "value": "x"}),
            (Scope, {"value": "x"}),
            (Scope, {"type": "OrganizationId", "value": "x", "more": 1}),
            (tuple[Supplier, ...], "person"),
            (frozenset[Supplier], {"person": 1}),
            (Profile, {"full_name": "Zoë"}),
            (Profile, {"shoe size": {"value": "42", "by": "person", "at": "2026-03-02T12:00:00Z"}}),
            (OpenClaim, {"within": -1}),
            (errors.Refusal, {"type": "Taken", "keys": []}),
            (errors.Refusal, {"type": "SystemExit"}),
        ],
    )
    def test_shapes(self, of: Any, data: Any) -> None:
        """Neither a list for an object, nor a class that is no member, nor a value that cannot be is taken."""
        with pytest.raises(errors.SubAccountsError):
            from_plain(of, data)

    @pytest.mark.parametrize("text", ["", "{", "[1]", "nul", "[" * 100_000, '{"name":' * 2_000])
    def test_texts(self, text: str) -> None:
        """A text that is not what `dumps` wrote is refused, however deep it is."""
        with pytest.raises(errors.InvalidValue):
            loads(Organization, text)

    @pytest.mark.parametrize(
        "value",
        [
            b.organization(created_at=datetime(2026, 3, 2)),  # noqa: DTZ001 - a time without a zone is what is refused
            b.organization(realm="account"),
            AddPerson(actor=System(name="x"), account=b.account_id(), login="zoe", fields={f.DEPARTMENTS: [5]}),  # type: ignore[dict-item]  # what a careless host does
            CreateOrganization(actor=None, id=b.OURS, name="x", ungrouped=Ungrouped.EVERYBODY),  # type: ignore[arg-type]  # what a careless host does
        ],
    )
    def test_values(self, value: object) -> None:
        """A value that is not what its type says is `syntax`, not whatever broke first."""
        with pytest.raises(errors.InvalidValue) as refused:
            dumps(value)
        assert "syntax" == refused.value.problem

    def test_an_older_row(self) -> None:
        """Storage reads a row that lacks what has a default and has what was dropped since; the public door does not."""
        row = {**self.GOOD, "dropped": 1}
        del row["lapse"]
        assert b.organization() == store_loads(Organization, json.dumps(row))
        with pytest.raises(errors.InvalidValue):
            from_plain(Organization, row)
