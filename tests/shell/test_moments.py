"""A repository that says of each moment whether it is in a transaction of the host is asked before each command."""

from __future__ import annotations

from typing import Any

import pytest

from subaccounts import AccountId, BeginSignIn, CreateOrganization, Door, OrganizationId, System, Ungrouped
from subaccounts.domain.decision import Batch
from subaccounts.errors import Busy, InsideTransaction, NotFound, Stale
from subaccounts.repositories import AsyncMemoryRepository, MemoryRepository
from subaccounts.testing.contracts.bridge import Color, Loop
from tests.repositories.sql.shops import async_facade, each_color, plain_facade

ACME = OrganizationId(value="acme")
CREATING = CreateOrganization(actor=System(name="setup"), id=ACME, name="Acme", ungrouped=Ungrouped.EVERYBODY)
KNOCKING = BeginSignIn(door=Door.inside(AccountId(organization=ACME, value="shop")), login="anna")


class Moody:
    """Be a repository whose host begins and ends transactions meanwhile; `stale` says how often a commit is."""

    def __init__(self, own: Any) -> None:
        self._own, self.inside, self.stale, self.looks = own, False, 0, 0

    @property
    def joins_host_transaction(self) -> bool:
        """Answer as of now, and count that it was asked."""
        self.looks += 1
        return self.inside

    def __getattr__(self, name: str) -> Any:
        return getattr(self._own, name)

    def commit(self, batch: Batch, /) -> Any:
        """Commit, or say that something changed."""
        if self.stale:
            self.stale -= 1
            raise Stale
        return self._own.commit(batch)


class AsyncMoody(Moody):
    """Be it awaitably."""

    async def commit(self, batch: Batch, /) -> Any:
        """Commit, or say that something changed."""
        return await super().commit(batch)


class Asked:
    """Hold the library in one color on such a repository."""

    def __init__(self, color: Color) -> None:
        plain, own = color == "plain", MemoryRepository()
        self.repository = Moody(own) if plain else AsyncMoody(AsyncMemoryRepository(own))
        self._subs: Any = plain_facade(self.repository) if plain else async_facade(self.repository)
        self._color = color

    def handle(self, command: Any) -> Any:
        """Run a command."""
        if self._color == "plain":
            return self._subs.handle(command)
        with Loop(self._color) as loop:
            return loop.run(self._subs.handle(command))


@each_color
class TestMoments:
    """The answer holds for one command."""

    def test_a_proof_inside_and_outside(self, color: Color) -> None:
        """A proof is refused while the host is in a transaction, and heard before and after it."""
        asked = Asked(color)
        moments: list[tuple[bool, type[Exception]]] = [(False, NotFound), (True, InsideTransaction), (False, NotFound)]
        for inside, heard in moments:
            asked.repository.inside = inside
            with pytest.raises(heard):
                asked.handle(KNOCKING)

    def test_tries_inside_and_outside(self, color: Color) -> None:
        """What is stale is told at once while the host is in a transaction, and decided anew outside of it."""
        asked = Asked(color)
        asked.repository.inside, asked.repository.stale = True, 1
        with pytest.raises(Stale):
            asked.handle(CREATING)
        asked.repository.inside, asked.repository.stale = False, 1
        assert ACME == asked.handle(CREATING).id

    def test_one_look_a_command(self, color: Color) -> None:
        """It is asked once for a command, however often that is decided: in between it cannot have become another's."""
        asked = Asked(color)
        asked.repository.stale = 1_000
        with pytest.raises(Busy):
            asked.handle(CREATING)
        assert 1 == asked.repository.looks

    def test_only_true_is_true(self, color: Color) -> None:
        """A repository that answers something else says nothing: whatever is not True is no transaction."""
        asked = Asked(color)
        asked.repository.inside = "yes"  # type: ignore[assignment]  # what is tested
        with pytest.raises(NotFound):
            asked.handle(KNOCKING)
