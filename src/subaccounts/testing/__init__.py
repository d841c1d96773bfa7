"""The kit for authors of tests and adapters; it needs neither pytest nor Hypothesis.

Prove an adapter: subclass `RepositoryContract` (or the contract of the part you implement) and answer it from `open`.

    from subaccounts.testing import RepositoryContract

    class TestMyRepository(RepositoryContract):
        def open(self):
            return MyRepository(self.folder / "data")

Set `color = "async"` for async ports. Without a test runner, `print(run_contract(TestMyRepository))`.

Write tests of your own: stand-ins for the host (`FrozenClock`, `CountingEntropy`, `FakeHostAccounts`,
`FakeSubscriptions`, `CountingHasher`, `FakeNotifier`, `FakeTexts`), ordinary records (`builders`, `groups`), values that hurt
(`specimens`), and for Hypothesis `subaccounts.testing.strategies` and `populations`, which are imported by their own names
because they need that library.

See what the kit rejects: `subaccounts.testing.saboteurs`, adapters broken on purpose, at least one for every clause.

Run commands at once in every order their port calls can take: `subaccounts.testing.interleavings`, by its own name too.
Race them for real and judge what they were told: `subaccounts.testing.histories`.
Let threads and processes at a repository, each with its own: `subaccounts.testing.crowds`.
Fail a command, or kill its process, at every port call: `subaccounts.testing.faults`.
"""

from __future__ import annotations

from . import builders, groups, specimens
from .clock import NOON, FrozenClock
from .contracts import (
    AccountsContract,
    AuditContract,
    BrokenClause,
    CatalogsContract,
    CommitsContract,
    Contract,
    ContractReport,
    Delivered,
    EntropyContract,
    GroupsContract,
    HasherContract,
    HostAccountsContract,
    IsolationContract,
    KeysContract,
    NotifierContract,
    OrganizationsContract,
    PeopleContract,
    ProviderMood,
    QueuesContract,
    RepositoryContract,
    ResourcesContract,
    SightsContract,
    SignInsContract,
    SignUpsContract,
    StorageContract,
    SubscriptionsContract,
    TextsContract,
    clause,
    clause_of,
    clause_tests,
    clauses,
    run_contract,
)
from .entropy import CountingEntropy
from .hashers import CHEAPEST, AsyncTestHasher, CheapHasher, CountingHasher
from .hosts import BOUGHT, AsyncFakeHostAccounts, AsyncFakeSubscriptions, FakeHostAccounts, FakeSubscriptions
from .notifiers import AsyncFakeNotifier, FakeNotifier
from .texts import FakeTexts, proof_in

__all__ = [
    "BOUGHT",
    "CHEAPEST",
    "NOON",
    "AccountsContract",
    "AsyncFakeHostAccounts",
    "AsyncFakeNotifier",
    "AsyncFakeSubscriptions",
    "AsyncTestHasher",
    "AuditContract",
    "BrokenClause",
    "CatalogsContract",
    "CheapHasher",
    "CommitsContract",
    "Contract",
    "ContractReport",
    "CountingEntropy",
    "CountingHasher",
    "Delivered",
    "EntropyContract",
    "FakeHostAccounts",
    "FakeNotifier",
    "FakeSubscriptions",
    "FakeTexts",
    "FrozenClock",
    "GroupsContract",
    "HasherContract",
    "HostAccountsContract",
    "IsolationContract",
    "KeysContract",
    "NotifierContract",
    "OrganizationsContract",
    "PeopleContract",
    "ProviderMood",
    "QueuesContract",
    "RepositoryContract",
    "ResourcesContract",
    "SightsContract",
    "SignInsContract",
    "SignUpsContract",
    "StorageContract",
    "SubscriptionsContract",
    "TextsContract",
    "builders",
    "clause",
    "clause_of",
    "clause_tests",
    "clauses",
    "groups",
    "proof_in",
    "run_contract",
    "specimens",
]
