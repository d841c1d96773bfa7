"""The tasks that are committed with a decision: notices that wait to be sent, memberships that will end. What a task is for is
said by the rules of its queue.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from ..domain.decision import Record
from ..domain.ending import ENDINGS, ending
from ..domain.membership import Membership
from ..domain.notice import NOTICES, Notice, Telling
from ..domain.task import Task
from ..domain.wording import Wording


def notice_task(telling: Telling, wording: Wording, /, *, id: str, now: datetime) -> Task:  # noqa: A002 - the field's name
    """Return what waits to be sent: worded by now, so that what somebody edits later changes nothing of it."""
    from .. import wire

    notice = Notice(
        id=id,
        organization=telling.organization,
        at=now,
        kind=telling.kind,
        to=telling.to,
        language=telling.language,
        account=telling.account,
        sub_account=telling.sub_account,
        proof=telling.proof,
        invitation=telling.invitation,
        wording=wording,
    )
    return Task(organization=telling.organization, queue=NOTICES, id=id, due=now, body=wire.dumps(notice))


def ending_tasks(puts: Iterable[Record], new_id: Callable[[], str], /) -> Iterator[Task]:
    """Yield what waits for the ends of the memberships that are put; no rule that puts one has to think of it."""
    from .. import wire

    for put in puts:
        if isinstance(put, Membership) and (waits := ending(put)) is not None:
            organization, body = put.id.organization, wire.dumps(waits)
            yield Task(organization=organization, queue=ENDINGS, id=new_id(), due=waits.until, body=body)
