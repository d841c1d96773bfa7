"""Repositories that break the clauses of `SignUps`, R23 and R24."""

from __future__ import annotations

from datetime import datetime

from ...domain.ids import OrganizationId, SignUpId
from ...domain.sign_up import SignUp
from .broken import BrokenRepository
from .saboteur import breaks


@breaks("R23")
class ReadsAnAttemptThatIsGone(BrokenRepository):
    """Keeps what it once read of an attempt, and goes on answering it when the attempt was swept or used."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[SignUpId, SignUp] = {}

    def sign_up(self, id: SignUpId, /) -> SignUp | None:  # noqa: A002 - positional
        found = self.inner.sign_up(id)
        if found is not None:
            self.kept[id] = found
        return self.kept.get(id)


@breaks("R24")
class CountsFromTheBeginning(BrokenRepository):
    """Compares when an attempt began where it is when it ends: what goes on is swept as well."""

    def stale_sign_ups(self, organization: OrganizationId, /, *, before: datetime, limit: int) -> tuple[SignUp, ...]:
        found = self.inner.stale_sign_ups(organization, before=datetime.max.replace(tzinfo=before.tzinfo), limit=1000)
        return tuple(each for each in found if min(each.began_at, each.expires_at) < before)[:limit]


@breaks("R24")
class EndsAttemptsInWholeSeconds(BrokenRepository):
    """Compares moments as a column of whole seconds does."""

    def stale_sign_ups(self, organization: OrganizationId, /, *, before: datetime, limit: int) -> tuple[SignUp, ...]:
        return self.inner.stale_sign_ups(organization, before=before.replace(microsecond=0), limit=limit)


@breaks("R24")
class SortsOnlyWhatItAnswers(BrokenRepository):
    """Takes as many as were asked for in the order of their ids, and sorts those by age."""

    def stale_sign_ups(self, organization: OrganizationId, /, *, before: datetime, limit: int) -> tuple[SignUp, ...]:
        found = sorted(
            self.inner.stale_sign_ups(organization, before=before, limit=1000), key=lambda each: each.id.value
        )
        return tuple(sorted(found[:limit], key=lambda each: (each.expires_at, each.id.value)))
