"""A port of the wrong color is an error that names it, never a truthy coroutine that lets somebody in.

Every port is tried in the color it must not have, as a class that shows it and as one that hides it.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, Final

import pytest

from subaccounts import AddPerson, AsyncSubAccounts, Command, CreateOrganization, OrganizationId, SubAccounts, Ungrouped
from subaccounts.domain.steps import Authenticated
from subaccounts.errors import BrokenPort, WrongColor
from tests.invariants.world import OPERATOR, PASSWORD, Shop, World

PORTS: Final = ("repository", "hasher", "host_accounts", "subscriptions")
WORLDS: Final = ("memory", "async-memory", "sqlite", "async-sqlite")


class Bent:
    """Be a port whose answers are bent on the way: wrapped once more, or unwrapped, method by method."""

    def __init__(self, port: Any, bend: Callable[[Any], Any], *, only: str | None = None) -> None:
        self._port, self._bend, self._only = port, bend, only

    def __getattr__(self, method: str) -> Callable[..., Any]:
        call = getattr(self._port, method)
        if self._only is not None and method != self._only:
            return call  # type: ignore[no-any-return]  # whatever it is, it is passed on
        return lambda *args, **kwargs: self._bend(lambda: call(*args, **kwargs))


async def _later(value: Any) -> Any:
    return value


async def _nested(ask: Callable[[], Any]) -> Any:
    return _later(await ask())


class Future:
    """Be awaitable without being a coroutine, as futures are, and remember whether somebody gave it up."""

    def __init__(self) -> None:
        self.given_up = False

    def __await__(self) -> Iterator[None]:
        yield

    def cancel(self) -> None:
        """Remember."""
        self.given_up = True


@contextmanager
def nothing_unawaited() -> Iterator[None]:
    """Collect what was made in this context: a coroutine that nobody awaited warns when it goes, and warnings are errors here."""
    gc.freeze()  # what tests before have left, a gigabyte in the end, is not looked through each time
    yield
    gc.collect()
    gc.unfreeze()


@pytest.fixture(params=["memory", "sqlite"])
def plain(request: pytest.FixtureRequest) -> Iterator[Shop]:
    """Open a plain shop with a person in it."""
    with nothing_unawaited(), World(request.param) as world:
        shop = Shop(world)
        shop.active("anna")
        yield shop


@pytest.fixture(params=["async-memory", "async-sqlite"])
def later(request: pytest.FixtureRequest) -> Iterator[Shop]:
    """Open an async shop with a person in it."""
    with nothing_unawaited(), World(request.param) as world:
        shop = Shop(world)
        shop.active("anna")
        yield shop


def ports_of(world: World) -> dict[str, Any]:
    """Return the ports of a world, of its color."""
    return {name: bridge._port for name, bridge in world.subs._bridges.items()}


def everything_of(world: World) -> dict[str, Any]:
    """Return all that a facade is made of."""
    return {"keys": world.keys, "clock": world.clock, "entropy": world.entropy, "blocklist": frozenset()}


def asking(shop: Shop, port: str) -> list[Command[Any]]:
    """Return commands that ask a port: proofs, a claim, and a change, which needs no hash and no roles."""
    added = shop.add("boris")
    commands: list[Command[Any]] = [
        shop.signing_in("anna", PASSWORD),
        shop.signing_in("anna", "not it at all"),
        shop.claiming("boris", added.code),
    ]
    if port in {"repository", "subscriptions"}:
        commands.append(AddPerson(actor=shop.admin, account=shop.account.id, login="carla"))
    return commands


class TestPlainFacade:
    """`SubAccounts` takes plain ports only."""

    @pytest.mark.parametrize("port", PORTS)
    def test_a_port_that_shows_its_color(self, plain: Shop, later: Shop, port: str) -> None:
        """An async class is refused when the facade is made; the first of its methods is named."""
        others = {"repository": later.world._twin, "hasher": later.world.hasher}
        shown: dict[str, Any] = {
            "repository": others["repository"],
            "hasher": ports_of(later.world)["hasher"]._port,
            "host_accounts": later.world.hosts,
            "subscriptions": later.world.subscriptions,
        }
        ports = {**ports_of(plain.world), port: shown[port]}
        with pytest.raises(WrongColor) as refused:
            SubAccounts(**everything_of(plain.world), **ports)
        assert refused.value.port.startswith(f"{port}.")
        assert "plain" == refused.value.wanted

    @pytest.mark.parametrize("port", PORTS)
    def test_a_port_that_hides_its_color(self, plain: Shop, port: str) -> None:
        """A plain-looking method that answers a coroutine is refused by name; nobody is let in, nothing is written."""
        _refused_whole(plain, port, lambda ask: _later(ask()), "plain")

    def test_a_hasher_that_answers_a_truthy_coroutine(self, plain: Shop) -> None:
        """`matches` answering a coroutine of False lets nobody in, whatever the password."""
        bent = Bent(_port(plain, "hasher"), lambda _: _later(False), only="matches")
        assert {"hasher.matches"} == _refused(plain, {"hasher": bent})

    def test_a_future_is_given_up(self, plain: Shop) -> None:
        """An awaitable that is no coroutine is refused too, and canceled."""
        future = Future()
        _refused(plain, {"hasher": Bent(_port(plain, "hasher"), lambda _: future, only="matches")})
        assert future.given_up

    def test_a_commit_that_answers_a_coroutine(self, plain: Shop) -> None:
        """A `commit` that only promised to write is no commit: the step is not shown."""
        before = plain.world.rows()
        bent = Bent(_port(plain, "repository"), _promised, only="commit")
        name = _refused(plain, {"repository": bent}, shop_commands=[plain.signing_in("anna")])
        assert {"repository.commit"} == name
        assert before == plain.world.rows()


async def _promised(ask: Callable[[], Any]) -> Any:
    return ask()


class TestAsyncFacade:
    """`AsyncSubAccounts` takes async ports only."""

    @pytest.mark.parametrize("port", PORTS)
    def test_a_plain_port(self, plain: Shop, later: Shop, port: str) -> None:
        """A plain port is refused by name at its first question; nobody is let in, nothing is written."""
        bare = {
            "repository": later.world.plain,
            "hasher": later.world.hasher,
            "host_accounts": plain.world.hosts,
            "subscriptions": plain.world.subscriptions,
        }
        commands = asking(later, port)
        before = later.world.rows()
        for command in commands:
            with pytest.raises(WrongColor) as refused:
                _arun(later, {port: bare[port]}, command)
            assert refused.value.port.startswith(f"{port}.")
            assert "async" == refused.value.wanted
        assert before == later.world.rows()

    @pytest.mark.parametrize("port", PORTS)
    def test_a_coroutine_of_a_coroutine(self, later: Shop, port: str) -> None:
        """An awaited answer that is awaitable again is a broken port: a forgotten `await` in an adapter."""
        commands = asking(later, port)
        before = later.world.rows()
        bent = Bent(_port(later, port), _nested)
        for command in commands:
            with pytest.raises(BrokenPort) as refused:
                _arun(later, {port: bent}, command)
            assert refused.value.port.startswith(f"{port}.")
        assert before == later.world.rows()

    def test_matches_that_forgets_to_await(self, later: Shop) -> None:
        """`matches` answering a coroutine of False, awaited once too seldom, lets nobody in."""

        async def forgets(_: Callable[[], Any]) -> Coroutine[Any, Any, bool]:
            return _later(False)

        bent = Bent(_port(later, "hasher"), forgets, only="matches")
        with pytest.raises(BrokenPort) as refused:
            _arun(later, {"hasher": bent}, later.signing_in("anna", "not it at all"))
        assert "hasher.matches" == refused.value.port


class TestAnswers:
    """Only `True` is yes."""

    @pytest.mark.asvs("15.3.5")
    @pytest.mark.parametrize("kind", WORLDS)
    @pytest.mark.parametrize("answer", [1, "yes", object(), [0], b"\x00"])
    def test_a_truthy_answer_is_no_yes(self, kind: str, answer: object) -> None:
        """A hasher whose `matches` answers something truthy that is not True lets nobody in."""
        with World(kind) as world:
            shop = Shop(world)
            shop.active("anna")
            hasher = _port(shop, "hasher")
            bend = (lambda _: _later(answer)) if world.is_async else (lambda _: answer)
            step = _run(shop, {"hasher": Bent(hasher, bend, only="matches")}, shop.signing_in("anna"))
            assert not isinstance(step, Authenticated)


def _port(shop: Shop, name: str) -> Any:
    return ports_of(shop.world)[name]


def _run(shop: Shop, others: dict[str, Any], command: Command[Any]) -> Any:
    if shop.world.is_async:
        return _arun(shop, others, command)
    return SubAccounts(**everything_of(shop.world), **{**ports_of(shop.world), **others}).handle(command)


def _arun(shop: Shop, others: dict[str, Any], command: Command[Any]) -> Any:
    subs = AsyncSubAccounts(**everything_of(shop.world), **{**ports_of(shop.world), **others})
    return asyncio.run(subs.handle(command))


def _refused(shop: Shop, others: dict[str, Any], *, shop_commands: list[Command[Any]] | None = None) -> set[str]:
    """Run proofs through a facade with a bent port; return the names that the errors say."""
    proofs: list[Command[Any]] = [shop.signing_in("anna", PASSWORD), shop.signing_in("anna", "not it at all")]
    named = set()
    for command in shop_commands or proofs:
        with pytest.raises(WrongColor) as refused:
            _run(shop, others, command)
        named.add(refused.value.port)
    return named


def _refused_whole(shop: Shop, port: str, bend: Callable[[Callable[[], Any]], Any], wanted: str) -> None:
    commands = asking(shop, port)
    before = shop.world.rows()
    bent = Bent(_port(shop, port), bend)
    for command in commands:
        with pytest.raises(WrongColor) as refused:
            _run(shop, {port: bent}, command)
        assert refused.value.port.startswith(f"{port}.")
        assert wanted == refused.value.wanted
    assert before == shop.world.rows()


def test_an_organization_is_not_half_created() -> None:
    """A repository that reads plainly and commits asynchronously is refused before a plain facade wrote anything."""
    with World("memory") as world:
        bent = Bent(world.plain, _promised, only="commit")
        ports = {**ports_of(world), "repository": bent}
        subs = SubAccounts(**everything_of(world), **ports)
        with pytest.raises(WrongColor):
            subs.handle(
                CreateOrganization(
                    actor=OPERATOR, id=OrganizationId(value="acme"), name="Acme", ungrouped=Ungrouped.EVERYBODY
                )
            )
        assert {} == world.rows()
