"""The kit leaves nothing out: every clause has a test, every read is asked from elsewhere, every record is stored whole."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any, get_args

import pytest
from attrs import fields_dict, has

from subaccounts import testing
from subaccounts.domain.account import Account
from subaccounts.domain.activation import ActivationPolicy
from subaccounts.domain.audience import Audience
from subaccounts.domain.catalog import CatalogEntry
from subaccounts.domain.credential import ClaimCode, Credential, Stranger
from subaccounts.domain.decision import Record, RequestRecord
from subaccounts.domain.events import Event, Happening
from subaccounts.domain.fields import FIELDS
from subaccounts.domain.group import Group
from subaccounts.domain.issuer import Issuer, JustInTime
from subaccounts.domain.membership import Membership, Window
from subaccounts.domain.organization import Organization
from subaccounts.domain.participation import Participation
from subaccounts.domain.proof import SentProof
from subaccounts.domain.resource import Resource
from subaccounts.domain.sign_up import SignUp, SignUpForm
from subaccounts.domain.sub_account import SubAccount
from subaccounts.ports import Repository, plain, storage
from subaccounts.ports import __all__ as public
from subaccounts.testing import (
    Contract,
    IsolationContract,
    RepositoryContract,
    builders,
    clause_tests,
    clauses,
    run_contract,
    specimens,
)
from subaccounts.testing.contracts.clauses import clauses_in
from subaccounts.testing.contracts.contract import RULES
from subaccounts.testing.contracts.tenants import OURS, THEIRS
from subaccounts.testing.saboteurs import saboteurs
from subaccounts.testing.saboteurs.leaks import called

CONTRACTS = [
    each for name in testing.__all__ if isinstance(each := getattr(testing, name), type) and issubclass(each, Contract)
]
PARTS = (ActivationPolicy, Audience, ClaimCode, Issuer, JustInTime, SentProof, SignUpForm, Window)
"""The values inside of records whose fields have to vary too."""
TESTS = {name: (number, getattr(each, name)) for each in CONTRACTS for name, number in clause_tests(each).items()}


class TestClauses:
    """The clauses are those of the docstrings."""

    def test_every_port_has_clauses(self) -> None:
        """Every port that can be implemented states numbered clauses, and numbers run without a gap."""
        rooms = vars(storage) | vars(plain)
        named = [name for name in public if isinstance(rooms.get(name), type)]
        ports = {name: list(clauses_in(rooms[name].__doc__ or "")) for name in named if name != "Repository"}
        assert [] == [name for name, found in ports.items() if not found]
        assert not clauses_in(Repository.__doc__ or "")  # it is made of the others
        assert clauses().keys() == {number for found in ports.values() for number in found}
        last = Counter(number[0] for number in clauses())
        assert {"E": 2, "K": 4, "R": 34, "C": 15, "Q": 6, "H": 4, "A": 1, "S": 1, "N": 5, "T": 4} == last
        assert clauses().keys() == {f"{letter}{n}" for letter, many in last.items() for n in range(1, many + 1)}

    def test_a_clause_is_read_whole(self) -> None:
        """A clause over several lines is one sentence, and prose around the list is none of it."""
        text = """Head.

        Prose.

        R1. One.
        R2. Two begins
        and ends.

        C3. Three.

        More prose.
        """
        assert {"R1": "One.", "R2": "Two begins and ends.", "C3": "Three."} == dict(clauses_in(text))


class TestCompleteness:
    """Clause by clause, nothing is missing."""

    def test_every_clause_has_a_test(self) -> None:
        """The clauses that the kit proves are just the clauses that the ports state, and the rules of all storage."""
        assert set(clauses()) | set(RULES) == {number for number, _ in TESTS.values()}

    def test_a_test_is_named_after_its_clause(self) -> None:
        """A test's name begins with the number of its clause, and its docstring states one rule."""
        assert [] == [name for name, (number, _) in TESTS.items() if not name.startswith(f"test_{number.lower()}_")]
        assert [] == [
            name for name, (_, test) in TESTS.items() if not re.match(r"[A-Z`].*\.\Z", test.__doc__, re.DOTALL)
        ]

    @pytest.mark.parametrize("number", [number for number in clauses() if number[0] in "RS" and number != "R16"])
    def test_every_read_is_asked_from_elsewhere(self, number: str) -> None:
        """For every clause of reading there is the case "from another organization"; R16 counts reads and answers none."""
        assert f"test_{number.lower()}_from_another_organization" in TESTS

    def test_every_read_is_asked_by_two_tenants(self) -> None:
        """Every method of `Repository` but the write is asked by two that hold the same values, and of each somebody leaks."""
        reads = {name for name in dir(Repository) if not name.startswith("_")} - {"commit"}
        assert reads == set(OURS.questions) == set(THEIRS.questions)
        assert len(reads) == len(clause_tests(IsolationContract))
        assert {called(read) for read in reads} <= {saboteur.name for saboteur in saboteurs()}

    @pytest.mark.parametrize("read", sorted(OURS.questions))
    def test_every_leak_is_found_by_two_tenants(self, read: str) -> None:
        """Who leaks at one read fails the test of just that read, of all that two tenants ask."""
        (saboteur,) = (each for each in saboteurs() if each.name == called(read))
        attempted = type(saboteur.name, (IsolationContract,), {"open": lambda _: saboteur.make()})
        assert [f"test_{saboteur.breaks.lower()}_of_two_tenants"] == [
            each.test for each in run_contract(attempted).broken
        ]

    def test_the_repository_contract_has_all_of_storage(self) -> None:
        """`RepositoryContract` has every test of every contract of storage."""
        of_storage = {name for name, (number, _) in TESTS.items() if number[0] in "RCQ" or number in RULES}
        assert of_storage == set(clause_tests(RepositoryContract))

    def test_every_contract_is_a_plain_class(self) -> None:
        """A runner can make every contract without arguments and call every test without arguments."""
        assert [] == [
            name
            for name, (_, test) in TESTS.items()
            if test.__code__.co_varnames[: test.__code__.co_argcount] != ("self",)
        ]
        assert all(isinstance(each(), Contract) for each in CONTRACTS)


def _parts(kind: type[Any]) -> tuple[Any, ...]:
    """Return every value of a class that is somewhere inside the specimens of records."""
    records = (
        *specimens.organizations(),
        *specimens.accounts(),
        *specimens.credentials(),
        *specimens.sub_accounts(),
        *specimens.sign_ups(),
        *specimens.memberships(),
        *specimens.resources(),
    )
    found: list[Any] = []
    waiting: list[Any] = list(records)
    while waiting:
        value = waiting.pop()
        if isinstance(value, kind):
            found.append(value)
        if isinstance(value, (tuple, frozenset)):
            waiting += value
        elif has(type(value)):
            waiting += [getattr(value, name) for name in fields_dict(type(value))]
    return tuple(found)


class TestSpecimens:
    """What storage is asked to keep covers everything that can be stored."""

    def test_every_happening_is_there(self) -> None:
        """Every kind of happening is among the specimens, so that a new one cannot be forgotten."""
        assert set(get_args(Happening)) == {type(each) for each in specimens.happenings()}

    def test_every_field_of_a_profile_is_there(self) -> None:
        """The full profile holds every built-in field and a host's own."""
        names = set(specimens.full_profile().values)
        assert set(FIELDS) <= names
        assert any(name.startswith("host:") for name in names)

    @pytest.mark.parametrize(
        ("kind", "made"),
        [
            (Organization, specimens.organizations()),
            (CatalogEntry, specimens.catalog_entries()),
            (Account, specimens.accounts()),
            (SubAccount, specimens.sub_accounts()),
            (Credential, specimens.credentials()),
            (Stranger, specimens.strangers()),
            (SignUp, specimens.sign_ups()),
            (Group, specimens.groups()),
            (Membership, specimens.memberships()),
            (Resource, specimens.resources()),
            (Participation, specimens.participations()),
            *((kind, _parts(kind)) for kind in PARTS),
            (RequestRecord, specimens.requests()),
            (Event, specimens.events()),
        ],
        ids=lambda value: value.__name__ if isinstance(value, type) else "",
    )
    def test_every_field_varies(self, kind: type[Any], made: tuple[object, ...]) -> None:
        """Of every record each field has at least two different values among the specimens; what is fixed is named."""
        fixed = {"version", "key_ring", "organization", "account"} | (
            {"id"} if kind in {Organization, Credential} else set()
        )
        names = set(fields_dict(kind)) - (fixed if kind is not Event else {"organization"})
        assert [] != list(made)
        assert [] == [name for name in sorted(names) if len({repr(getattr(each, name)) for each in made}) < 2]

    def test_one_of_each_is_one_of_each(self) -> None:
        """`one_of_each` has every kind of record, the catalog's three included."""
        records = builders.one_of_each()
        assert set(get_args(Record)) == {type(record) for record in records}
        assert len(records) == len({record.id.kind for record in records}) == 14
