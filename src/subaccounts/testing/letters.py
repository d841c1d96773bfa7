"""Notices and dead letters for tests, with ordinary values; whom they are about is in `builders`, by the same numbers."""

from __future__ import annotations

from typing import Any

from attrs import evolve

from .. import wire
from ..domain.dead_letter import GivenUp
from ..domain.email import Email
from ..domain.ids import OrganizationId
from ..domain.language import Language
from ..domain.notice import DEAD_LETTERS, Notice, NoticeKind
from ..domain.task import Task
from ..domain.wording import Wording
from . import builders as a
from .clock import NOON


def notice(number: int = 1, /, *, of: OrganizationId = a.OURS, **changes: Any) -> Notice:
    """Return a notice for the person of a number: its password was changed, which carries no proof."""
    made = Notice(
        id=a.value(number),
        organization=of,
        at=NOON,
        kind=NoticeKind.PASSWORD_CHANGED,
        to=Email.parse(f"person-{number}@example.org"),
        language=Language(tag="en"),
        account=a.account_id(of=of),
        sub_account=a.sub_account_id(number, of=of),
        wording=Wording(subject="Your password", text=("Your password was changed.",)),
    )
    return evolve(made, **changes)


def dead_letter(number: int = 1, /, *, of: OrganizationId = a.OURS, **changes: Any) -> Task:
    """Return the task in which the notice of a number waits for an operator, because it was rejected."""
    kept = GivenUp(notice=notice(number, of=of), why="rejected", reason="no such mailbox", tries=1, at=NOON)
    made = Task(organization=of, queue=DEAD_LETTERS, id=f"letter-{number}", due=NOON, body=wire.dumps(kept))
    return evolve(made, **changes)
