"""Dead letters: notices that were given up. They wait as tasks that nobody takes, for an operator to retry or to drop.

No secret is in one: what would be sent is derived when it is sent. Its address is shown masked.
"""

from __future__ import annotations

from datetime import datetime
from typing import final

from attrs import frozen

from .activation_events import DeadLetterDropped, DeadLetterRetried, NoticeGivenUp
from .channel import Channel, channel_of
from .decision import Decision
from .delivery import ended, said
from .events import By
from .ids import AccountId, SubAccountId
from .notice import Notice, NoticeKind
from .task import Leased


@final
@frozen(kw_only=True)
class GivenUp:
    """Hold what is stored of a notice that was given up.

    `why` is `rejected`, `too_many_tries` or `expired`; `reason` is what the provider said last, `at` when (UTC).
    """

    notice: Notice
    why: str
    reason: str
    tries: int
    at: datetime


@final
@frozen(kw_only=True)
class DeadLetter:
    """Show a notice that was given up, to whoever looks after it.

    `id` names the dead letter, `notice` the notice, which keeps its id when it is sent again. `to` is masked. `why` is
    `rejected` (the provider will never take it), `too_many_tries`, or `expired` (its code or link ended before a provider
    took it); `reason` is what the provider said last. Times are UTC.
    """

    id: str
    notice: str
    kind: NoticeKind
    channel: Channel
    to: str
    account: AccountId | None
    sub_account: SubAccountId | None
    why: str
    reason: str
    tries: int
    decided_at: datetime
    given_up_at: datetime


def give_up(
    notice: Notice, leased: Leased, /, *, why: str, reason: str, by: By, now: datetime
) -> tuple[Decision[None], GivenUp]:
    """Say that a notice is given up; what is kept of it is added to the decision as a task."""
    what = NoticeGivenUp(notice=notice.id, kind=notice.kind.value, why=why)
    kept = GivenUp(notice=notice, why=why, reason=said(reason), tries=leased.fence, at=now)
    return ended(notice, leased, what, by=by), kept


def retried(kept: GivenUp, leased: Leased, /, *, by: By) -> Decision[DeadLetter]:
    """Take a dead letter back; the notice is added to the decision as a task."""
    return _answered(ended(kept.notice, leased, DeadLetterRetried(notice=kept.notice.id), by=by), kept, leased)


def dropped(kept: GivenUp, leased: Leased, /, *, by: By) -> Decision[DeadLetter]:
    """Forget a dead letter."""
    return _answered(ended(kept.notice, leased, DeadLetterDropped(notice=kept.notice.id), by=by), kept, leased)


def _answered(decision: Decision[None], kept: GivenUp, leased: Leased) -> Decision[DeadLetter]:
    return Decision(
        organization=decision.organization,
        by=decision.by,
        result=shown(kept, id=leased.task.id),
        acknowledgments=decision.acknowledgments,
        happened=decision.happened,
    )


def shown(kept: GivenUp, /, *, id: str) -> DeadLetter:  # noqa: A002 - the field's name
    """Return what an operator sees."""
    notice = kept.notice
    return DeadLetter(
        id=id,
        notice=notice.id,
        kind=notice.kind,
        channel=channel_of(notice.to),
        to=notice.to.masked,
        account=notice.account,
        sub_account=notice.sub_account,
        why=kept.why,
        reason=kept.reason,
        tries=kept.tries,
        decided_at=notice.at,
        given_up_at=kept.at,
    )
