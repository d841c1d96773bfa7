"""The whole contract of storage, for an adapter that implements all of it."""

from __future__ import annotations

from .accounts import AccountsContract
from .audit import AuditContract
from .catalogs import CatalogsContract
from .commits import CommitsContract
from .groups import GroupsContract
from .isolation import IsolationContract
from .organizations import OrganizationsContract
from .people import PeopleContract
from .queues import QueuesContract
from .resources import ResourcesContract
from .secrecy import SecrecyContract
from .sights import SightsContract
from .sign_ins import SignInsContract
from .sign_ups import SignUpsContract


class RepositoryContract(
    OrganizationsContract,
    CatalogsContract,
    AccountsContract,
    PeopleContract,
    SignInsContract,
    SignUpsContract,
    GroupsContract,
    ResourcesContract,
    SightsContract,
    AuditContract,
    CommitsContract,
    QueuesContract,
    IsolationContract,
    SecrecyContract,
):
    """Prove every clause of `Repository`, or of `AsyncRepository` with `color = "async"`.

    `open` answers an empty repository, for instance in `self.folder`; `reopen` one on the data of another.
    """
