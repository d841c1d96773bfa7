"""The plain ports beside storage, which is in `storage`. Each docstring is a contract of numbered clauses; the async twins
are in `twins`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol, runtime_checkable

from ..domain.account import HostAccount, HostRole
from ..domain.ids import OrganizationId
from ..domain.message import Message, SendOutcome
from ..domain.notice import Telling
from ..domain.password import PasswordHash
from ..domain.proof import Purpose
from ..domain.secret import Secret
from ..domain.subscription import Subscription
from ..domain.wording import Wording

Clock = Callable[[], datetime]
"""Answer the time, aware and in UTC."""


class Entropy(Protocol):
    """Make identifiers and salts.

    E1. `identifier` answers a new UUIDv7 as text each time, ordered by time within a process.
    E2. `token` answers 32 hexadecimal digits from a cryptographic source.
    """

    def identifier(self, at: datetime, /) -> str: ...

    def token(self) -> str: ...


class Keys(Protocol):
    """Derive secrets under the deployment's key ring.

    K1. `ring` identifies the ring; a store remembers it.
    K2. `derive` answers the same digest for the same purpose, parts and key, and another for any other.
    K3. Without `key` the current key is used; an unknown key raises `KeyRingFailed` (`missing`, with the key's
    id).
    K4. `generation` is a number from 1 that never falls while the ring is in use; after `reload` it is the same for all
    who share the ring.
    """

    @property
    def ring(self) -> str: ...

    @property
    def generation(self) -> int: ...

    def reload(self) -> None: ...

    @property
    def current(self) -> str: ...

    def derive(self, *, purpose: str, parts: Sequence[str], key: str | None = None) -> bytes: ...


class Hasher(Protocol):
    """Hash passwords and check them.

    H1. `matches` tells whether the password made the stored hash; for None it does the same work and answers False.
    H2. A stored text that is no hash, or asks for more work than the hasher's ceiling, answers False.
    H3. `needs_rehash` tells whether a hash was made with other parameters or another pepper than now.
    H4. When too many are waiting, `Busy` is raised at once.
    """

    def hash(self, password: Secret, /) -> PasswordHash: ...

    def matches(self, *, password: Secret, stored: PasswordHash | None) -> bool: ...

    def needs_rehash(self, stored: PasswordHash, /) -> bool: ...


@runtime_checkable
class HostAccounts(Protocol):
    """Know the host's accounts.

    A1. `roles` answers the forbidden roles the host account holds now; an account the host does not know holds none.
    """

    def roles(self, host: HostAccount, /) -> frozenset[HostRole]: ...


@runtime_checkable
class Subscriptions(Protocol):
    """Know what was bought.

    S1. `current` answers the organization's subscription as it is now.
    """

    def current(self, organization: OrganizationId, /) -> Subscription: ...


@runtime_checkable
class Notifier(Protocol):
    """Send messages.

    N1. `send` answers `Accepted` once a provider has taken the message over, and not before; one call hands it over once at
    most.
    N2. It answers `Rejected` for a message that will never be taken, one of a channel it does not serve included, and
    `Deferred` for one that was not taken now; a provider that cannot be reached, or answers nonsense, is `Deferred`. Nothing
    a provider does is raised, and the next message is tried anew.
    N3. The message's id is in what is sent, the same at every repeat, so that who receives it twice can tell.
    N4. A message is sent for its own address and no other, and its texts arrive as texts: nothing in them becomes another
    recipient, header, field or command of the protocol.
    N5. No answer, error, log or repr holds a text of the message, or more of its address than a mask.
    """

    def send(self, message: Message, /) -> SendOutcome: ...


class Texts(Protocol):
    """Word what people are told.

    T1. `wording` answers the same words for the same telling until somebody replaces a template.
    T2. They are in the telling's language, where there is a template in it, in its primary one otherwise (`pt` for `pt-BR`),
    else in the host's default.
    T3. Values appear in them as they are, escaped in HTML, and nothing in a value is read as a template. A subject is one
    line.
    T4. `page` answers the address of the host's page for a purpose with the link's text in it.
    """

    def wording(self, telling: Telling, /) -> Wording: ...

    def page(self, organization: OrganizationId, purpose: Purpose, link: Secret, /) -> Secret: ...
