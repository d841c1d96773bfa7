"""What a host plugs in, as small Protocols; each docstring is a contract of numbered clauses, proven by the kit.

For adapter authors: implement the capabilities you need, plain or async, and run `subaccounts.testing` on them. The
async twins say the same as the plain ones and answer awaitables. Nothing here is implemented; that is
`subaccounts.repositories`, `subaccounts.hashing` and `subaccounts.keys`.

Three rules hold for all of storage. A read sees every commit that ended before it began. A value read belongs to the
organization of the id or query it was asked with. Storage that fails raises a `PortError` and nothing else; it never
answers "not there" for "could not look".
"""

from .plain import Clock, Entropy, Hasher, HostAccounts, Keys, Notifier, Subscriptions, Texts
from .storage import (
    Accounts,
    Audit,
    Catalogs,
    Commits,
    Groups,
    Organizations,
    People,
    Queues,
    Repository,
    Resources,
    Sights,
    SignIns,
    SignUps,
)
from .twins import (
    AsyncAccounts,
    AsyncAudit,
    AsyncCatalogs,
    AsyncCommits,
    AsyncGroups,
    AsyncHasher,
    AsyncHostAccounts,
    AsyncNotifier,
    AsyncOrganizations,
    AsyncPeople,
    AsyncQueues,
    AsyncRepository,
    AsyncResources,
    AsyncSights,
    AsyncSignIns,
    AsyncSignUps,
    AsyncSubscriptions,
)

__all__ = [
    "Accounts",
    "AsyncAccounts",
    "AsyncAudit",
    "AsyncCatalogs",
    "AsyncCommits",
    "AsyncGroups",
    "AsyncHasher",
    "AsyncHostAccounts",
    "AsyncNotifier",
    "AsyncOrganizations",
    "AsyncPeople",
    "AsyncQueues",
    "AsyncRepository",
    "AsyncResources",
    "AsyncSights",
    "AsyncSignIns",
    "AsyncSignUps",
    "AsyncSubscriptions",
    "Audit",
    "Catalogs",
    "Clock",
    "Commits",
    "Entropy",
    "Groups",
    "Hasher",
    "HostAccounts",
    "Keys",
    "Notifier",
    "Organizations",
    "People",
    "Queues",
    "Repository",
    "Resources",
    "Sights",
    "SignIns",
    "SignUps",
    "Subscriptions",
    "Texts",
]
