"""Running commands: `SubAccounts` and `AsyncSubAccounts`. The only room that knows sync from async.

Commands are written once, as coroutines that await every port. A plain port is wrapped so that awaiting it never
suspends, and the plain facade finishes the coroutine with a single `send(None)`. A port of the wrong color is refused
by name: an un-awaited coroutine is truthy, and `if matches:` on one would let everybody in.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Coroutine
from datetime import datetime
from functools import cache
from types import NoneType
from typing import Any, Final, TypeVar, cast, final

from .commands.command import Command
from .commands.moment import discard, moment
from .commands.ports_at_hand import PortsAtHand
from .domain.account import HostAccount, HostRole
from .domain.ids import OrganizationId
from .domain.notice import Telling
from .domain.password import PasswordHash
from .domain.password_policy import Blocklist, PasswordPolicy
from .domain.proof import Purpose
from .domain.queries import SignInFacts
from .domain.secret import Secret
from .domain.sub_account import Person
from .domain.subscription import Subscription
from .domain.wording import Wording
from .errors import BrokenPort, Busy, Conflict, InsideTransaction, Stale, WrongColor
from .hosts import AsyncIncludedInHost, IncludedInHost
from .ports import (
    AsyncHasher,
    AsyncHostAccounts,
    AsyncNotifier,
    AsyncRepository,
    AsyncSubscriptions,
    Clock,
    Entropy,
    Hasher,
    HostAccounts,
    Keys,
    Notifier,
    Repository,
    Subscriptions,
    Texts,
)
from .system import SystemEntropy, utc_now

R = TypeVar("R")

MOST_TRIES: Final = 16
"""How often a command decides anew when others were faster; then the answer is busy."""

_PLAIN_ANSWERS: Final = frozenset(
    {NoneType, bool, int, tuple, frozenset, PasswordHash, Person, SignInFacts, Subscription}
)
"""What ports answer most; of just these classes nothing can be awaited, which saves asking each time."""


class _Bridge:
    """Make every method of a port awaitable, and refuse answers of the wrong color."""

    def __init__(self, port: object, name: str, *, plain: bool) -> None:
        self._port, self._name, self._plain = port, name, plain

    def __getattr__(self, method: str) -> Callable[..., Coroutine[Any, Any, Any]]:
        call, plain, where = getattr(self._port, method, None), self._plain, f"{self._name}.{method}"
        if call is None:
            missing = "there is no such method" if self._port is not None else "the facade was given none"
            raise BrokenPort(port=where, problem=missing)

        async def ask(*args: Any, **kwargs: Any) -> Any:
            answer = call(*args, **kwargs)
            if plain and type(answer) in _PLAIN_ANSWERS:
                return answer
            if inspect.isawaitable(answer):
                if plain:
                    discard(answer)
                    raise WrongColor(port=where, wanted="plain")
                answer = await answer
                if inspect.isawaitable(answer):
                    discard(answer)
                    raise BrokenPort(port=where, problem="it answered an awaitable that nobody awaited")
            elif not plain:
                raise WrongColor(port=where, wanted="async")
            return answer

        setattr(self, method, ask)
        return ask


class _Facade:
    """Hold what both colors share: the ports, the tries."""

    def __init__(
        self,
        *,
        plain: bool,
        ports: dict[str, object],
        keys: Keys,
        texts: Texts | None,
        clock: Clock | None,
        entropy: Entropy | None,
        passwords: PasswordPolicy | None,
        blocklist: Blocklist | None,
    ) -> None:
        for name, port in ports.items():
            if plain:
                _refuse_coroutines(name, port)
        self._repository = ports["repository"]
        self._bridges = {name: cast("Any", _Bridge(port, name, plain=plain)) for name, port in ports.items()}
        self._roles_known: dict[HostAccount, tuple[frozenset[HostRole], datetime]] = {}
        self._keys = keys
        # Asked by `is None`: a port that happens to be empty is a port, and must not be replaced by a default.
        self._clock = clock if clock is not None else utc_now
        self._entropy = entropy if entropy is not None else SystemEntropy()
        self._texts = texts if texts is not None else _OwnTexts()
        self._passwords = passwords if passwords is not None else PasswordPolicy()
        self._blocklist = blocklist if blocklist is not None else _bundled_blocklist()

    async def _run(self, command: Command[R]) -> R:
        joined = getattr(self._repository, "joins_host_transaction", False) is True  # a moment's answer for some
        if joined and command.proves:
            raise InsideTransaction(command=type(command).__name__)
        ports = PortsAtHand(
            **self._bridges,
            keys=self._keys,
            texts=self._texts,
            clock=self._clock,
            entropy=self._entropy,
            passwords=self._passwords,
            blocklist=self._blocklist,
            now=moment(self._clock),
            roles_known=self._roles_known,
        )
        for _ in range(MOST_TRIES):
            try:
                return await command.run(ports)
            except Conflict:
                if joined:  # what was read is old, and only the host can read it anew: in another transaction
                    raise Stale from None
                ports = ports.again(moment(self._clock))
        raise Busy


def _refuse_coroutines(name: str, port: object) -> None:
    for method in dir(type(port)):
        if not method.startswith("_") and inspect.iscoroutinefunction(getattr(type(port), method)):
            raise WrongColor(port=f"{name}.{method}", wanted="plain")


def _bundled_blocklist() -> Blocklist:
    from .hashing.blocklist import BundledBlocklist

    return BundledBlocklist()


class _OwnTexts:
    """Word by the messages we bring, which are loaded when somebody is first told something."""

    def wording(self, telling: Telling, /) -> Wording:
        return _messages().wording(telling)

    def page(self, organization: OrganizationId, purpose: Purpose, link: Secret, /) -> Secret:
        return _messages().page(organization, purpose, link)


@cache
def _messages() -> Texts:
    from .messages import Messages

    return Messages()


@final
class SubAccounts(_Facade):
    """Run commands in plain Python.

    `repository` stores; `keys` derives codes; `host_accounts` knows which host accounts are administrators or
    moderators, asked whenever it matters. `subscriptions` knows what was bought (default: included in the host).
    `hasher` is Argon2id with the RFC 9106 low-memory parameters unless another is given. `notifier` sends what people are
    told, and is needed by `DeliverNotices` alone; `texts` words it (default: our messages). Thread-safe as far as its
    ports are. Raises `WrongColor` for a port that is async.
    """

    def __init__(
        self,
        *,
        repository: Repository,
        keys: Keys,
        host_accounts: HostAccounts,
        subscriptions: Subscriptions | None = None,
        hasher: Hasher | None = None,
        notifier: Notifier | None = None,
        texts: Texts | None = None,
        clock: Clock | None = None,
        entropy: Entropy | None = None,
        passwords: PasswordPolicy | None = None,
        blocklist: Blocklist | None = None,
    ) -> None:
        if hasher is None:
            from .hashing.argon2 import Argon2Hasher

            hasher = Argon2Hasher(keys=keys)
        ports: dict[str, object] = {
            "repository": repository,
            "hasher": hasher,
            "host_accounts": host_accounts,
            "subscriptions": subscriptions if subscriptions is not None else IncludedInHost(),
            "notifier": notifier,
        }
        super().__init__(
            plain=True,
            ports=ports,
            keys=keys,
            texts=texts,
            clock=clock,
            entropy=entropy,
            passwords=passwords,
            blocklist=blocklist,
        )

    def handle(self, command: Command[R], /) -> R:
        """Run a command and return its answer.

        Raises a `Refusal` when a rule says no, `Busy` among them when too much collides; a `PortError` when a port
        fails. A command that raised changed nothing, save what its refusal must remember; only `OutcomeUnknown` leaves
        that open. What works step by step, as jobs do, `DeliverNotices` and `Restored`, keeps the steps it has done, and
        is run again.
        """
        running = self._run(command)
        try:
            running.send(None)
        except StopIteration as finished:
            return cast("R", finished.value)
        finally:
            running.close()
        raise WrongColor(port=type(command).__name__, wanted="plain")


@final
class AsyncSubAccounts(_Facade):
    """Run commands on an event loop; the async twin of `SubAccounts`, with async ports."""

    def __init__(
        self,
        *,
        repository: AsyncRepository,
        keys: Keys,
        host_accounts: AsyncHostAccounts,
        subscriptions: AsyncSubscriptions | None = None,
        hasher: AsyncHasher | None = None,
        notifier: AsyncNotifier | None = None,
        texts: Texts | None = None,
        clock: Clock | None = None,
        entropy: Entropy | None = None,
        passwords: PasswordPolicy | None = None,
        blocklist: Blocklist | None = None,
    ) -> None:
        if hasher is None:
            from .hashing.argon2 import AsyncArgon2Hasher

            hasher = AsyncArgon2Hasher(keys=keys)
        ports: dict[str, object] = {
            "repository": repository,
            "hasher": hasher,
            "host_accounts": host_accounts,
            "subscriptions": subscriptions if subscriptions is not None else AsyncIncludedInHost(),
            "notifier": notifier,
        }
        super().__init__(
            plain=False,
            ports=ports,
            keys=keys,
            texts=texts,
            clock=clock,
            entropy=entropy,
            passwords=passwords,
            blocklist=blocklist,
        )

    async def handle(self, command: Command[R], /) -> R:
        """Run a command and return its answer; raises as `SubAccounts.handle` does."""
        return await self._run(command)
