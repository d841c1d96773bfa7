"""What goes over the wire: how many statements a sign-in is, and how many a thousand people are. By which index a page is
found is `test_plans`.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from subaccounts import AddPeople
from subaccounts.testing.contracts.bridge import Color
from tests.repositories.sql.shops import BOSS, Shop, each_color, each_database, empty, heard


def short(said: list[tuple[str, Any]]) -> list[str]:
    """Return statements as their verb and first table, begin and end of reading left out."""
    words = []
    for statement, _ in said:
        verb = statement.split()[0]
        table = re.search(r"(?:FROM|INTO|UPDATE)\s+subaccounts_(\w+)", statement)
        words.append(f"{verb} {table[1]}" if table else verb)
    return words


@each_database
@each_color
class TestCosts:
    """What a command costs in statements."""

    def test_a_sign_in(self, name: str, color: Color, tmp_path: Path) -> None:
        """A sign-in is one read and one commit, which looks at what it was decided on and adds its event."""
        begins = {"SQLite": ["BEGIN"], "PostgreSQL": [], "MariaDB": ["SET"]}[name]
        with Shop(empty(name, tmp_path), color).opened() as shop:
            _, code = shop.add("anna")
            shop.claim("anna", code)
            with heard(shop.engine) as said:
                shop.sign_in("anna")
        guards = ["SELECT accounts", "SELECT sub_accounts", "SELECT credentials"]
        expected = ["SELECT organizations", "ROLLBACK", *begins, *guards, "INSERT events", "COMMIT"]
        assert expected == short(said)

    def test_a_wrong_guess(self, name: str, color: Color, tmp_path: Path) -> None:
        """A wrong password is one read and one commit too."""
        with Shop(empty(name, tmp_path), color).opened() as shop:
            _, code = shop.add("anna")
            shop.claim("anna", code)
            with heard(shop.engine) as said:
                shop.sign_in("anna", code)
        assert 1 == short(said).count("SELECT organizations")
        assert 1 == short(said).count("COMMIT")
        assert 1 == short(said).count("UPDATE credentials")

    def test_a_thousand_people(self, name: str, color: Color, tmp_path: Path) -> None:
        """A thousand people are added by no more statements than a few: rows of a table go 500 at a time."""
        logins = "\n".join(f"person-{number}" for number in range(1_000))
        with Shop(empty(name, tmp_path), color).opened() as shop:
            with heard(shop.engine) as said:
                added = shop.handle(AddPeople.pasted(logins, actor=BOSS, account=shop.account))
            assert 1_000 == len([line for line in added if line.sub_account is not None])
        assert 40 > len(said), short(said)
