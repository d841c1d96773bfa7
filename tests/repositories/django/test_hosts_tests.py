"""What a host's own tests meet: people sign in inside Django's `TestCase`, and rows of ours can be emptied after others."""

from __future__ import annotations

import unittest
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import TestCase

from subaccounts import Authenticated, EnterPassword, Secret
from subaccounts.domain.decision import Batch
from subaccounts.errors import InsideTransaction, Stale
from subaccounts.repositories.django.testing import delete_everything
from subaccounts.testing import builders as b
from tests.repositories.django.portal import Portal, portal_on
from tests.repositories.django.site import each_alias
from tests.repositories.sql.shops import rows

WRONG = Secret("wrong, wrong and wrong again")


@each_alias
class TestInATestCase:
    """Inside the transaction that Django's `TestCase` opens around each test."""

    def test_a_sign_in_works(self, alias: str, tmp_path: Path) -> None:
        """A host tests its sign-in inside a `TestCase`; a block of its own there still counts, and nothing stays."""
        with portal_on(alias, tmp_path) as portal:
            before = rows(portal.place)

            class HostsTest(TestCase):
                databases = {alias}  # noqa: RUF012 - Django's own attribute, which is no annotated one

                def test_signing_in(self) -> None:
                    """Sign in, wrong and right, and inside a block of the host's own."""
                    portal.active("anna")
                    assert isinstance(portal.sign_in(secret=WRONG), EnterPassword)
                    assert isinstance(portal.sign_in(), Authenticated)
                    with transaction.atomic(using=alias), pytest.raises(InsideTransaction):
                        portal.sign_in()
                    with pytest.raises(Stale):
                        portal.repository.commit(Batch(organization=b.OURS, puts=(b.organization(version=7),)))
                    assert isinstance(portal.sign_in(), Authenticated)

            result = unittest.TestResult()
            unittest.TestSuite([HostsTest("test_signing_in")]).run(result)
            assert ([], [], 1) == (result.errors, result.failures, result.testsRun)
            assert before == rows(portal.place)


class TestInATransactionTestCase:
    """After a test of the host's whose transactions were committed."""

    def test_flush_leaves_our_rows(self, portal: Portal) -> None:
        """Django's `flush` empties what it manages, which our tables are not; ours are emptied by their own function."""
        portal.active("anna")
        before = rows(portal.place)
        call_command("flush", database=portal.alias, interactive=False, inhibit_post_migrate=True, verbosity=0)
        assert before == rows(portal.place)
        delete_everything(using=portal.alias)
        assert {0} == set(rows(portal.place).values())
