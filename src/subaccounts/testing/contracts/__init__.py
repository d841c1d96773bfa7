"""The contracts an adapter has to keep, one class for each port, one test for each way to break a clause.

Subclass one, answer your adapter from `open`, and pytest, unittest or `run_contract` does the rest.
"""

from __future__ import annotations

from .accounts import AccountsContract
from .audit import AuditContract
from .catalogs import CatalogsContract
from .clauses import clauses
from .commits import CommitsContract
from .contract import Contract, clause, clause_of, clause_tests
from .groups import GroupsContract
from .hasher import HasherContract
from .hosts import HostAccountsContract, SubscriptionsContract
from .isolation import IsolationContract
from .notifier import NotifierContract
from .organizations import OrganizationsContract
from .people import PeopleContract
from .provider import Delivered, ProviderMood
from .queues import QueuesContract
from .report import BrokenClause, ContractReport, run_contract
from .repository import RepositoryContract
from .resources import ResourcesContract
from .secrets import EntropyContract, KeysContract
from .sights import SightsContract
from .sign_ins import SignInsContract
from .sign_ups import SignUpsContract
from .storage import StorageContract
from .texts import TextsContract

__all__ = [
    "AccountsContract",
    "AuditContract",
    "BrokenClause",
    "CatalogsContract",
    "CommitsContract",
    "Contract",
    "ContractReport",
    "Delivered",
    "EntropyContract",
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
    "clause",
    "clause_of",
    "clause_tests",
    "clauses",
    "run_contract",
]
