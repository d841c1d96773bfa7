"""One verb in two colors: what comes back, what is raised, and that nothing is left hanging."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, assert_type

import pytest
from attrs import frozen

from subaccounts import (
    AddedPerson,
    AddPerson,
    AsyncSubAccounts,
    Command,
    CreateOrganization,
    HostAccount,
    HostUser,
    KeyRing,
    OpenAccount,
    OrganizationId,
    ReadPerson,
    RegistrationPolicy,
    SubAccount,
    SubAccountId,
    SubAccounts,
    Ungrouped,
)
from subaccounts.commands.ports_at_hand import PortsAtHand
from subaccounts.domain.steps import AnyStep, Authenticated, EnterPassword
from subaccounts.domain.subscription import Subscription
from subaccounts.errors import BrokenPort, NotAllowed, NotFound, SubscriptionRequired, WrongColor
from subaccounts.hosts import NobodyPrivileged
from subaccounts.repositories import MemoryRepository
from subaccounts.testing.hashers import CheapHasher
from tests.invariants.world import KEY_SECRET, KINDS, OPERATOR, PASSWORD, Shop, World


@pytest.fixture(params=KINDS)
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    """Open one world of each storage and color."""
    with World(request.param) as world:
        yield world


@frozen(kw_only=True)
class Shout(Command[str]):
    """Be a host's own command that needs nothing."""

    text: str

    async def run(self, ports: PortsAtHand, /) -> str:
        """Answer loudly."""
        return self.text.upper()


@frozen(kw_only=True)
class Suspend(Command[None]):
    """Be a command that waits for something that is no port."""

    async def run(self, ports: PortsAtHand, /) -> None:
        """Wait."""
        await asyncio.sleep(0)


@frozen(kw_only=True)
class Break(Command[None]):
    """Be a command with a mistake in it."""

    async def run(self, ports: PortsAtHand, /) -> None:
        """Fail as programs do."""
        raise ZeroDivisionError


class TestAnswers:
    """A command answers the same in every color, on every storage."""

    def test_a_story_is_the_same_everywhere(self, world: World) -> None:
        """Add, claim, sign in, read: the answers are those of the plain facade on memory."""
        shop = Shop(world)
        added = world.handle(AddPerson(actor=shop.admin, account=shop.account.id, login="anna"))
        assert_type(added, AddedPerson)
        step = world.handle(shop.claiming("anna", added.code))
        assert_type(step, AnyStep)
        assert isinstance(step, Authenticated)
        assert EnterPassword(wrong=True) == world.handle(shop.signing_in("anna", "not it at all"))
        read = world.handle(ReadPerson(actor=shop.admin, sub_account=added.sub_account.id))
        assert_type(read, SubAccount)
        assert "Test Person" == read.profile.full_name

    def test_a_refusal_is_raised_as_it_is(self, world: World) -> None:
        """What a rule refuses arrives as that refusal, in every color."""
        shop = Shop(world)
        with pytest.raises(NotAllowed):
            world.handle(AddPerson(actor=OPERATOR, account=shop.account.id, login="anna"))

    def test_a_host_writes_its_own_command(self, world: World) -> None:
        """A command of the host runs in both colors without being registered anywhere."""
        assert "HELLO" == world.handle(Shout(text="hello"))

    def test_a_mistake_in_a_command_is_not_hidden(self, world: World) -> None:
        """An exception that is not part of the contract passes unchanged, and the next command works."""
        with pytest.raises(ZeroDivisionError):
            world.handle(Break())
        assert "HELLO" == world.handle(Shout(text="hello"))

    def test_suspending_needs_a_loop(self, world: World) -> None:
        """What suspends is refused by the plain facade, which names the command, and awaited by the async one."""
        if world.is_async:
            assert world.handle(Suspend()) is None
            return
        with pytest.raises(WrongColor) as refused:
            world.handle(Suspend())
        assert ("Suspend", "plain") == (refused.value.port, refused.value.wanted)


class TestSteps:
    """A step cannot be taken for a yes."""

    def test_a_step_has_no_truth_value(self, world: World) -> None:
        """`if handle(SignIn(...))` raises, whether the password was right or wrong."""
        shop = Shop(world)
        shop.active("anna")
        for password in (PASSWORD, "not it at all"):
            with pytest.raises(TypeError):
                bool(world.handle(shop.signing_in("anna", password)))


class FalsyShop:
    """Be a `Subscriptions` port that happens to be empty, as a mapping of sold things is before the first sale."""

    def __len__(self) -> int:
        return 0

    def current(self, organization: object, /) -> Subscription:
        return Subscription(product="Sub-accounts", buy_at="https://shop.example", active=False)


class TestPorts:
    """A port is used because it was given, not because it is truthy."""

    def test_an_empty_port_is_a_port(self) -> None:
        """A `Subscriptions` port without a truth value of its own still says that nothing was bought."""
        subs = SubAccounts(
            repository=MemoryRepository(),
            keys=KeyRing.in_memory(KEY_SECRET),
            host_accounts=NobodyPrivileged(),
            subscriptions=FalsyShop(),
            hasher=CheapHasher(),
        )
        acme = OrganizationId(value="acme")
        subs.handle(CreateOrganization(actor=OPERATOR, id=acme, name="Acme", ungrouped=Ungrouped.EVERYBODY))
        with pytest.raises(SubscriptionRequired):
            subs.handle(
                OpenAccount(
                    actor=HostUser.administrator("boss", of=acme),
                    organization=acme,
                    host=HostAccount(system="crm", id="1"),
                    name="Shop",
                    policy=RegistrationPolicy.by_person(),
                )
            )

    def test_a_missing_method_is_named(self, world: World) -> None:
        """A port without a method that is needed is a broken port, and the method is named."""
        shop = Shop(world)

        class Nothing:
            """Be no port at all."""

        broken = _with(world, repository=Nothing())
        with pytest.raises(BrokenPort) as refused:
            _run(broken, shop.signing_in("anna"))
        assert "repository.sign_in_facts" == refused.value.port


class TestClock:
    """The time is aware and in UTC, or nothing happens."""

    @pytest.mark.asvs("6.5.8", "16.2.2")
    @pytest.mark.parametrize(
        "answer",
        [
            datetime(2026, 3, 2, 12, 0),  # noqa: DTZ001  # a naive time is the case
            datetime(2026, 3, 2, 12, 0, tzinfo=timezone(timedelta(hours=2))),
            datetime(2026, 3, 2, 12, 0, tzinfo=timezone(-timedelta(seconds=1))),
            None,
            "2026-03-02T12:00:00Z",
            1_772_452_800.0,
        ],
    )
    def test_another_time_is_refused(self, world: World, answer: object) -> None:
        """A naive time, another zone, or no time at all is a broken clock, before any port is asked."""
        shop = Shop(world)
        broken = _with(world, clock=lambda: answer)
        with pytest.raises(BrokenPort) as refused:
            _run(broken, shop.signing_in("anna"))
        assert "clock" == refused.value.port
        assert [] == world.calls

    def test_an_async_clock_is_refused(self, world: World) -> None:
        """A clock that is a coroutine function is a broken clock, and nobody is warned of a coroutine."""
        shop = Shop(world)

        async def clock() -> datetime:
            return datetime.now(UTC)

        with pytest.raises(BrokenPort) as refused:
            _run(_with(world, clock=clock), shop.signing_in("anna"))
        assert "clock" == refused.value.port

    def test_utc_by_another_name_is_taken(self, world: World) -> None:
        """A zone that is UTC under another name is UTC."""
        shop = Shop(world)
        there = timezone(timedelta(0), "Zulu")
        nobody = SubAccountId(organization=shop.organization, value="nobody")
        subs = _with(world, clock=lambda: datetime(2026, 3, 2, 12, 0, tzinfo=there))
        with pytest.raises(NotFound):
            _run(subs, ReadPerson(actor=shop.admin, sub_account=nobody))


def _with(world: World, **others: Any) -> SubAccounts | AsyncSubAccounts:
    """Return a facade of the world's color with some ports replaced."""
    facade: Any = AsyncSubAccounts if world.is_async else SubAccounts
    bridges = world.subs._bridges
    ports = {name: bridge._port for name, bridge in bridges.items()}
    made: SubAccounts | AsyncSubAccounts = facade(
        **{"keys": world.keys, "clock": world.clock, "blocklist": frozenset(), **ports, **others}
    )
    return made


def _run(subs: SubAccounts | AsyncSubAccounts, command: Command[Any]) -> Any:
    if isinstance(subs, SubAccounts):
        return subs.handle(command)
    return asyncio.run(subs.handle(command))
