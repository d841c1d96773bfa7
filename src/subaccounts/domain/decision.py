"""What a rule decides, and the one batch of writes it becomes. Rules make decisions; only the shell settles them."""

from __future__ import annotations

from datetime import datetime
from typing import Generic, TypeVar, final

from attrs import frozen

from ..errors import Refusal
from .account import Account
from .audit import AuditChain, Seal
from .catalog import CatalogEntry
from .credential import Credential, Stranger
from .events import By, Event, Happening
from .group import Group
from .ids import AccountId, AnyRecordId, OrganizationId, SubAccountId
from .membership import Membership
from .notice import Telling
from .organization import Organization
from .participation import Participation
from .resource import Resource
from .sign_up import SignUp
from .sub_account import SubAccount
from .task import Acknowledgment, Task

R = TypeVar("R")
Record = (
    Organization
    | CatalogEntry
    | Account
    | SubAccount
    | Credential
    | Stranger
    | SignUp
    | Group
    | Membership
    | Resource
    | Participation
    | AuditChain
)
"""Everything that is stored under a version. A record read at version n is put on version n and becomes n + 1; a new
one has version 0."""


@final
@frozen(kw_only=True)
class Seen:
    """Name a record and the version it was decided on: what is removed, or only read and must still hold."""

    id: AnyRecordId
    version: int


@final
@frozen(kw_only=True)
class Count:
    """Add to a counter, unless it would pass `at_most`.

    Counters have no version, so they never make people conflict. `initial` is what the counter starts from when it
    does not exist yet; a counter never falls below 0.
    """

    name: str
    by: int
    at_most: int | None = None
    initial: int = 0


@final
@frozen(kw_only=True)
class RequestRecord:
    """Remember what a command with a request id was answered.

    `fingerprint` tells the same command from another with the same id; `receipt` is the answer as plain JSON, free of
    secrets.
    """

    organization: OrganizationId
    id: str
    command: str
    fingerprint: str
    receipt: str
    at: datetime


@final
@frozen(kw_only=True)
class Batch:
    """Hold one atomic write: everything or nothing.

    Everything in it belongs to `organization`.
    """

    organization: OrganizationId
    puts: tuple[Record, ...] = ()
    removes: tuple[Seen, ...] = ()
    guards: tuple[Seen, ...] = ()
    counts: tuple[Count, ...] = ()
    events: tuple[Event, ...] = ()
    seals: tuple[Seal, ...] = ()
    tasks: tuple[Task, ...] = ()
    acknowledgments: tuple[Acknowledgment, ...] = ()
    request: RequestRecord | None = None


@final
@frozen(kw_only=True)
class Happened:
    """Hold a happening and to whom it happened, before it is stamped with an id and a time.

    `by` is there when it was somebody else's doing than the decision's.
    """

    what: Happening
    account: AccountId | None = None
    sub_account: SubAccountId | None = None
    by: By | None = None


@final
@frozen(kw_only=True)
class Decision(Generic[R]):
    """Hold what a rule decided.

    `tellings` are worded as they are committed, and sent later. `refusal` is raised after the rest was committed: a refusal
    that must be remembered. Without one, `result` is the answer.
    """

    organization: OrganizationId
    by: By
    result: R
    puts: tuple[Record, ...] = ()
    removes: tuple[Seen, ...] = ()
    guards: tuple[Seen, ...] = ()
    counts: tuple[Count, ...] = ()
    seals: tuple[Seal, ...] = ()
    tasks: tuple[Task, ...] = ()
    acknowledgments: tuple[Acknowledgment, ...] = ()
    tellings: tuple[Telling, ...] = ()
    happened: tuple[Happened, ...] = ()
    refusal: Refusal | None = None

    @property
    def writes(self) -> bool:
        """Tell whether there is anything to commit; guards alone are nothing to write."""
        written = (self.puts, self.removes, self.counts, self.seals, self.tasks, self.acknowledgments, self.tellings)
        return any(written) or bool(self.happened)


def seen(record: Record, /) -> Seen:
    """Return the guard that says: this record is still as it was read."""
    return Seen(id=record.id, version=record.version)
