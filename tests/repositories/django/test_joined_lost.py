"""What goes wrong inside the host's transaction: either it goes on and can be committed, or it is said that it is lost.

That a connection is lost is `test_failures`; a transaction that was overtaken is `test_transactions`.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import transaction

from subaccounts.domain.decision import Batch
from subaccounts.errors import HostTransactionLost, StorageFailed
from subaccounts.testing import builders as b
from tests.repositories.django.portal import Portal, portal_on, told
from tests.repositories.django.test_failures import problem
from tests.repositories.django.test_transactions import sql
from tests.repositories.sql.shops import ORGANIZATION, rows

RENAME = "UPDATE subaccounts_organizations SET name = 'host'"
"""What the host writes in its transaction."""


def name(portal: Portal) -> str:
    """Return what the host's statement has changed, if it lasts."""
    ((found,),) = sql(portal, "SELECT name FROM subaccounts_organizations")
    return str(found)


@pytest.mark.parametrize("autocommit", [True, False])
def test_a_read_that_fails(autocommit: bool, tmp_path: Path) -> None:
    """A read that is canceled by the host's own limit is locked, and what the host wrote is committed by it."""
    with portal_on("postgresql", tmp_path) as portal:
        transaction.set_autocommit(autocommit, using=portal.alias)
        with transaction.atomic(using=portal.alias):
            sql(portal, RENAME)
            sql(portal, "SET LOCAL search_path = nowhere")
            with pytest.raises(StorageFailed, match="outdated"):
                portal.repository.organization(ORGANIZATION)
            sql(portal, "SET LOCAL search_path = public")
        if not autocommit:
            transaction.commit(using=portal.alias)
        transaction.set_autocommit(True, using=portal.alias)
        assert "host" == name(portal)


def test_a_read_costs_nothing_outside(tmp_path: Path) -> None:
    """A read outside the host's transaction is its statement alone, inside it is in a savepoint on PostgreSQL."""
    with portal_on("postgresql", tmp_path) as portal:
        with told(portal) as (_, outside):
            portal.repository.organization(ORGANIZATION)
        with transaction.atomic(using=portal.alias), told(portal) as (_, inside):
            portal.repository.organization(ORGANIZATION)
    assert ([], ["SAVEPOINT", "RELEASE"]) == (outside, [statement.split()[0] for statement in inside])


def test_a_full_file(tmp_path: Path) -> None:
    """A file that cannot grow takes the whole transaction of the host along, and it is told, not that it is full."""
    with portal_on("sqlite", tmp_path) as portal:
        before = rows(portal.place)
        people = tuple(record for number in range(1, 400) for record in b.person(number))
        ((pages,),) = sql(portal, "PRAGMA page_count")
        sql(portal, f"PRAGMA max_page_count = {pages + 8}")
        with transaction.atomic(using=portal.alias):
            sql(portal, RENAME)
            portal.repository.commit(Batch(organization=b.OURS, puts=(b.organization(), b.account())))
            for _ in range(2):
                with pytest.raises(HostTransactionLost) as lost:
                    portal.repository.commit(Batch(organization=b.OURS, puts=people))
                assert (None, None) == (lost.value.__cause__, lost.value.__context__)
        assert (before, "Acme") == (rows(portal.place), name(portal))


def test_foreign_keys_that_are_not_enforced(tmp_path: Path) -> None:
    """Where the host has switched SQLite's foreign keys off, nothing is asked in its transaction."""
    with portal_on("sqlite", tmp_path) as portal:
        with portal.connection.constraint_checks_disabled(), transaction.atomic(using=portal.alias):
            for ask in (lambda: portal.repository.organization(ORGANIZATION), lambda: portal.add("anna")):
                assert "no_foreign_keys" == problem(ask)[0]
        with transaction.atomic(using=portal.alias):
            portal.add("anna")
        assert 1 == rows(portal.place)["subaccounts_sub_accounts"]


def test_a_migration_of_data(tmp_path: Path) -> None:
    """Django switches them off while it migrates SQLite: what a migration asks of us, it asks outside a transaction."""
    with portal_on("sqlite", tmp_path) as portal:
        with portal.connection.schema_editor(atomic=True):
            assert "no_foreign_keys" == problem(lambda: portal.add("anna"))[0]
        with portal.connection.schema_editor(atomic=False):
            portal.add("anna")
        assert 1 == rows(portal.place)["subaccounts_sub_accounts"]
