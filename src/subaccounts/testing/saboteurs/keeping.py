"""Repositories that break what holds for all of storage: values come back as they were, and what is secret is told to nobody."""

from __future__ import annotations

import logging
import warnings

from attrs import evolve

from ...domain.decision import Batch, RequestRecord
from ...domain.events import SubAccountAdded
from ...domain.ids import AccountId, OrganizationId
from ...domain.sign_up import SignUp
from ...domain.sub_account import AccountFacts
from ...errors import Conflict
from .broken import BrokenRepository
from .saboteur import breaks

_logger = logging.getLogger(__name__)


def hashes(batch: Batch, /) -> tuple[str, ...]:
    """Return the password hashes of a batch, as they are stored."""
    held = (getattr(record, "password", None) for record in batch.puts)
    return tuple(password.encoded for password in held if password)


@breaks("storage")
class DropsTheFractionOfASecond(BrokenRepository):
    """Keeps times as whole seconds."""

    def commit(self, batch: Batch, /) -> None:
        self.write(
            evolve(batch, events=tuple(evolve(event, at=event.at.replace(microsecond=0)) for event in batch.events))
        )


@breaks("storage")
class TakesEmptyForNone(BrokenRepository):
    """Keeps no empty text."""

    def request(self, organization: OrganizationId, id: str, /) -> RequestRecord | None:  # noqa: A002 - positional
        found = self.inner.request(organization, id)
        return evolve(found, receipt=found.receipt or "null") if found else None


@breaks("storage")
class SortsThePolicy(BrokenRepository):
    """Keeps a policy as JSON with sorted keys, and with it loses the order of the fields."""

    def account(self, id: AccountId, /) -> AccountFacts | None:  # noqa: A002 - positional
        found = self.inner.account(id)
        if found is None:
            return None
        policy = evolve(found.account.policy, fields=dict(sorted(found.account.policy.fields.items())))
        return evolve(found, account=evolve(found.account, policy=policy))


@breaks("secrets")
class LogsItsParameters(BrokenRepository):
    """Logs every statement with what it was given."""

    def commit(self, batch: Batch, /) -> None:
        self.write(batch)
        _logger.info("committed %d records %s", len(batch.puts), hashes(batch))


@breaks("secrets")
class LogsWhoWouldSignUp(BrokenRepository):
    """Logs whom a message went to, though nobody is there yet."""

    def commit(self, batch: Batch, /) -> None:
        self.write(batch)
        contacts = [record.proof.sent_to for record in batch.puts if isinstance(record, SignUp)]
        if contacts:
            _logger.info("somebody would sign up: %s", contacts)


@breaks("secrets")
class WarnsOfWhatItCouldNotWrite(BrokenRepository):
    """Warns of a batch that was refused, with the row that nobody wrote."""

    def commit(self, batch: Batch, /) -> None:
        try:
            self.write(batch)
        except Conflict:
            warnings.warn(f"refused {hashes(batch)}", stacklevel=2)
            raise


@breaks("secrets")
class ShowsTheRowInAnError(BrokenRepository):
    """Adds the failing row to the error, as PostgreSQL does, and errors go to whoever collects them."""

    def commit(self, batch: Batch, /) -> None:
        try:
            self.write(batch)
        except Conflict as error:
            error.add_note(f"DETAIL: Failing row contains {hashes(batch)}")
            raise


@breaks("secrets")
class KeepsTheRowInItsEvent(BrokenRepository):
    """Stores with an event the row it tells of, for whoever wants to see what changed."""

    def commit(self, batch: Batch, /) -> None:
        new = hashes(evolve(batch, puts=tuple(record for record in batch.puts if record.version == 0)))
        row = SubAccountAdded(login=" ".join(new))
        self.write(
            evolve(batch, events=tuple(evolve(event, happening=row) for event in batch.events)) if new else batch
        )


@breaks("secrets")
class ShowsItsRows(BrokenRepository):
    """Shows in its repr what it holds."""

    def __repr__(self) -> str:
        return f"ShowsItsRows({[hashes(batch) for batch in self.journal]})"
