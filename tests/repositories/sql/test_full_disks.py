"""A server whose disk is full says so by `StorageFailed`, keeps nothing by halves and goes on once there is room."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Final

import pytest

from subaccounts.domain.decision import Batch
from subaccounts.errors import StorageFailed
from subaccounts.testing import builders as b
from tests.repositories.sql.databases import postgresql
from tests.repositories.sql.faults import everything_told
from tests.repositories.sql.full import Small, fill, small_mariadb, small_postgresql
from tests.repositories.sql.shops import COLORS, Shop, rows
from tests.required import REQUIRED

SMALL: Final[dict[str, Callable[[], AbstractContextManager[Small]]]] = {
    "PostgreSQL": small_postgresql,
    "MariaDB": small_mariadb,
}
MANY: Final = 400
"""People of a batch: as many as need several pages in every table."""


@pytest.mark.parametrize("name", SMALL)
def test_a_full_disk(name: str) -> None:
    """Given a disk that is full, a large batch is refused in both colors and leaves no row; with room again it is written."""
    people = tuple(record for number in range(1, 1 + MANY) for record in b.person(number))
    with SMALL[name]() as small:
        place = small.place
        with Shop(place) as shop:
            shop.repository.commit(Batch(organization=b.OURS, puts=(b.organization(), b.account())))
        fill(place)
        before = rows(place)
        for color in COLORS:
            with Shop(place, color) as shop:
                with pytest.raises(StorageFailed) as refused:
                    shop.finish(shop.repository.commit(Batch(organization=b.OURS, puts=people)))
                assert ("full", before) == (refused.value.problem, rows(place))
                assert "person-1" not in everything_told(refused.value)
                assert shop.finish(shop.repository.organization(b.OURS)) is not None
        small.make_room()
        with Shop(place) as shop:
            shop.repository.commit(Batch(organization=b.OURS, puts=people))
        assert MANY == rows(place)["subaccounts_sub_accounts"]


@pytest.mark.parametrize(("name", "required"), [("PostgreSQL", "tmpfs"), ("MariaDB", "mariadb")])
def test_a_disk_that_cannot_be_had(name: str, required: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without root or without the program skips with one line that helps, and fails where the disk is required."""
    if name == "PostgreSQL":
        postgresql()  # without any server that is what is missing
    monkeypatch.setattr("os.geteuid", lambda: 1_000)
    monkeypatch.setattr("shutil.which", lambda _: None)
    for named, outcome in (("", pytest.skip.Exception), (required, pytest.fail.Exception)):
        monkeypatch.setenv(REQUIRED, named)
        with (
            pytest.raises(outcome, match=f"{required}.*: (run this as root|`apt install mariadb-server`)"),
            SMALL[name](),
        ):
            pass
