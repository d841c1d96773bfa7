"""What is wrong with a host's settings is said by `manage.py check`, each by its id; what is right is not mentioned."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connections
from django.test import override_settings

from subaccounts import KeyRing
from subaccounts.repositories.django import key_ring
from subaccounts.repositories.django.checks import checked
from subaccounts.repositories.django.configured import database
from tests.repositories.django.site import Everywhere, another


@pytest.fixture
def ring(tmp_path: Path) -> Path:
    """Make a key ring and return its path."""
    path = tmp_path / "portal.keys"
    KeyRing.open(path)
    return path


def told(**given: Any) -> list[tuple[str, str]]:
    """Return the ids of what is wrong with these settings, and what is said and advised."""
    with override_settings(SUBACCOUNTS=given):
        return [(str(each.id), f"{each.msg} {each.hint}") for each in checked()]


def ids(**given: Any) -> list[str]:
    """Return the ids alone."""
    return [each for each, _ in told(**given)]


class TestSettings:
    """The dictionary itself."""

    @pytest.mark.parametrize("alias", ["default", "sqlite", "postgresql"])
    def test_right(self, alias: str, ring: Path) -> None:
        """Known databases with a key ring in order are not mentioned, a path as a text or as a Path."""
        assert [] == ids(DATABASE=alias, KEY_RING=ring)
        assert [] == ids(KEY_RING=str(ring))

    def test_missing(self) -> None:
        """Without the setting the check says how it looks."""
        found = {str(each.id): str(each.hint) for each in checked()}
        assert ["subaccounts.E001", "subaccounts.E005"] == list(found)
        assert 'SUBACCOUNTS = {"DATABASE": "default"' in found["subaccounts.E001"]

    def test_no_dictionary(self) -> None:
        """Something else than a dictionary is as good as missing."""
        with override_settings(SUBACCOUNTS=["default"]):
            assert ["subaccounts.E001", "subaccounts.E005"] == [each.id for each in checked()]

    def test_an_unknown_key(self, ring: Path) -> None:
        """A key that nobody reads, misspelled for example, is named."""
        ((id, said),) = told(KEY_RING=ring, DATEBASE="default")  # noqa: A001 - the id of a check
        assert ("subaccounts.E002", True) == (id, "nobody reads: DATEBASE" in said)

    def test_they_are_registered(self) -> None:
        """`manage.py check` runs them, and fails."""
        assert "subaccounts.E001" in {each.id for each in run_checks()}
        with pytest.raises(SystemCheckError, match=r"subaccounts\.E001"):
            call_command("check")


class TestDatabase:
    """The database that they name."""

    def test_an_alias_that_is_none(self, ring: Path) -> None:
        """An alias that DATABASES has not is named."""
        ((id, said),) = told(DATABASE="elsewhere", KEY_RING=ring)  # noqa: A001 - the id of a check
        assert ("subaccounts.E003", True) == (id, "'elsewhere'" in said)

    @pytest.mark.parametrize(("engine", "hint"), [("mysql", "mysqlclient"), ("dummy", "use SQLAlchemyRepository")])
    def test_one_that_it_does_not_know(self, engine: str, hint: str, ring: Path) -> None:
        """Another database, or a driver that is not installed, is said with what to do."""
        with another("strange", ENGINE=f"django.db.backends.{engine}"):
            ((id, said),) = told(DATABASE="strange", KEY_RING=ring)  # noqa: A001 - the id of a check
        assert ("subaccounts.E004", True) == (id, hint in said)

    def test_the_older_psycopg(self, ring: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Django with psycopg2 is told to install psycopg 3."""
        monkeypatch.setattr(type(connections["postgresql"]), "Database", type("psycopg2", (), {}))
        ((id, said),) = told(DATABASE="postgresql", KEY_RING=ring)  # noqa: A001 - the id of a check
        assert ("subaccounts.E004", True) == (id, "psycopg 3" in said)

    @pytest.mark.parametrize(
        ("name", "value", "id"), [("ATOMIC_REQUESTS", True, "W001"), ("AUTOCOMMIT", False, "W002")]
    )
    def test_a_transaction_around_every_view(self, name: str, value: bool, id: str, ring: Path) -> None:  # noqa: A002 - the id of a check
        """A host that puts each request into a transaction is warned: no one can sign in there."""
        with another("wrapped", **{name: value}):
            ((found, said),) = told(DATABASE="wrapped", KEY_RING=ring)
        assert (f"subaccounts.{id}", True) == (found, "InsideTransaction" in said)


class TestKeyRing:
    """The file that they name."""

    def test_none(self) -> None:
        """Without a path there is nothing to open."""
        assert ["subaccounts.E005"] == ids(DATABASE="default")

    def test_missing(self, tmp_path: Path) -> None:
        """A file that is not there is said with how to make one, and is not made."""
        path = tmp_path / "portal.keys"
        ((id, said),) = told(KEY_RING=path)  # noqa: A001 - the id of a check
        assert ("subaccounts.E006", True, False) == (id, "KeyRing.open" in said, path.exists())

    def test_exposed(self, ring: Path) -> None:
        """A file that others can read is refused."""
        ring.chmod(0o644)
        ((id, said),) = told(KEY_RING=ring)  # noqa: A001 - the id of a check
        assert ("subaccounts.E006", True) == (id, "exposed" in said)

    def test_damaged(self, ring: Path) -> None:
        """A file that is no key ring is refused, and nothing of it is repeated."""
        ring.write_text("canary")
        ((id, said),) = told(KEY_RING=ring)  # noqa: A001 - the id of a check
        assert ("subaccounts.E006", True, False) == (id, "damaged" in said, "canary" in said)


class TestWhatTheyAreFor:
    """What reads the settings."""

    def test_the_database_and_the_ring(self, ring: Path) -> None:
        """The repository's alias and the key ring come from them."""
        with override_settings(SUBACCOUNTS={"DATABASE": "sqlite", "KEY_RING": ring}):
            assert ("sqlite", KeyRing.open(ring).ring) == (database(), key_ring().ring)
            assert Everywhere("sqlite").joins_host_transaction is False

    def test_no_ring(self) -> None:
        """Asked for a ring that no setting names, the answer is Django's word for that."""
        from django.core.exceptions import ImproperlyConfigured

        with pytest.raises(ImproperlyConfigured, match="SUBACCOUNTS names no KEY_RING"):
            key_ring()
