"""The whole contract of storage, for an adapter that implements all of it."""

from __future__ import annotations

from .accounts import AccountsContract
from .audit import AuditContract
from .catalogs import CatalogsContract
from .commits import CommitsContract
from .organizations import OrganizationsContract
from .people import PeopleContract
from .sign_ins import SignInsContract


class RepositoryContract(
    OrganizationsContract,
    CatalogsContract,
    AccountsContract,
    PeopleContract,
    SignInsContract,
    AuditContract,
    CommitsContract,
):
    """Prove every clause of `Repository`, or of `AsyncRepository` with `color = "async"`.

        class TestMyRepository(RepositoryContract):
            def open(self):
                return MyRepository(self.folder / "data")

            def reopen(self, repository):
                return MyRepository(self.folder / "data")
    """
