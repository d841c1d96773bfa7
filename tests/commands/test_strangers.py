"""Wrong logins that nobody has: they are counted in few rows, so that typing nonsense fills no disk."""

from __future__ import annotations

from subaccounts import Door
from subaccounts.domain.credential import Stranger
from tests.commands.shop import Shop


def rows(shop: Shop) -> set[str]:
    """Return the names of the rows in which strangers are counted."""
    return {record.id.value for record in shop.repository._records.values() if isinstance(record, Stranger)}


def test_rows_are_one_of_65536(shop: Shop) -> None:
    """A row is named by sixteen bits of a digest, all of which are used: few logins meet in one."""
    for number in range(64):
        shop.sign_in(f"nobody-{number}")
    bits = [int(name, 16) for name in rows(shop)]
    assert {4} == set(map(len, rows(shop)))
    assert len(bits) > 60
    for bit in range(16):
        assert 2 == len({value >> bit & 1 for value in bits})


def test_a_row_is_of_a_login_at_a_terminal(shop: Shop) -> None:
    """The same login meets itself again; at another terminal, or under another account, it is another row."""
    for _ in range(2):
        shop.sign_in("nobody")
    assert 1 == len(rows(shop))
    shop.sign_in("nobody", door=Door.inside(shop.account.id, terminal="till-7"))
    shop.sign_in("nobody", door=Door.inside(shop.open("shop-2").id))
    assert 3 == len(rows(shop))
