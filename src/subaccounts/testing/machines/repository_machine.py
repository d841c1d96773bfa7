"""Any batches in any order, and every read between them: what a sequence can show of the clauses of storage."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Final

from attrs import evolve
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from ...domain.decision import Batch
from ...domain.ids import OrganizationId
from ...domain.organization import Realm
from ...domain.queries import LARGEST_PAGE, PeopleCursor
from ...domain.sights import ResourceCursor
from ...errors import Conflict
from .. import builders as a
from ..clock import NOON
from ..contracts.bridge import Bridge
from . import alphabet, drawn, questions
from .broken import ClauseBroken
from .checked import Checked
from .machine import Machine
from .questions import Asked, Question
from .wish import Wish

_PAGED: Final[dict[str, Callable[[Any], object]]] = {
    "people_page": lambda row: PeopleCursor(login_key=row.login.key, id=row.id.value),
    "resources_page": ResourceCursor.at,
    "viewers_page": lambda row: PeopleCursor(login_key=row.login.key, id=row.id.value),
}
"""The reads that go on behind a row, with the cursor there."""
RARELY: Final = 11
"""Of so many times that a machine could restart it does once: opening a store takes longer than everything else."""


class RepositoryMachine(Machine):
    """Write and read as any program could; `Checked` judges every answer, and names the clause of a wrong one."""

    realms: dict[OrganizationId, Realm]

    @initialize(realms=st.tuples(*[st.sampled_from(Realm)] * 2), tenants=st.sampled_from((2, 1)))
    def found(self, realms: tuple[Realm, Realm], tenants: int) -> None:
        """Put one organization or both; where sign-in keys are unique stays for good."""
        self.realms = dict(zip(alphabet.TENANTS, realms, strict=True))
        for of in alphabet.TENANTS[:tenants]:
            accounts = tuple(a.account(number, of=of, host=host) for number, host in enumerate(alphabet.HOSTS[:2], 1))
            founded = Batch(organization=of, puts=(a.organization(of, realm=self.realms[of]), *accounts))
            self.loop.run(self._committed(founded))

    @rule(wish=drawn.wishes(), question=questions.questions())
    def commit(self, wish: Wish, question: Question) -> None:
        """Commit a batch of anything."""
        self._commit(wish, question)

    @rule(wish=drawn.people(), question=questions.questions())
    def commit_people(self, wish: Wish, question: Question) -> None:
        """Commit accounts and people, whose keys meet."""
        self._commit(wish, question)

    @rule(wish=drawn.catalogs(), question=questions.questions())
    def commit_catalogs(self, wish: Wish, question: Question) -> None:
        """Commit departments, job profiles and permission types, whose names meet."""
        self._commit(wish, question)

    @rule(wish=drawn.swept(), question=questions.questions())
    def commit_swept(self, wish: Wish, question: Question) -> None:
        """Commit strangers and attempts to sign up."""
        self._commit(wish, question)

    @rule(wish=drawn.groups(), question=questions.questions())
    def commit_groups(self, wish: Wish, question: Question) -> None:
        """Commit groups and who is in them."""
        self._commit(wish, question)

    @rule(wish=drawn.resources(), question=questions.questions())
    def commit_resources(self, wish: Wish, question: Question) -> None:
        """Commit resources and who takes part in them."""
        self._commit(wish, question)

    @rule(wish=drawn.trail(), question=questions.questions())
    def commit_trail(self, wish: Wish, question: Question) -> None:
        """Commit events and seals."""
        self._commit(wish, question)

    @rule(
        wish=drawn.tasks(),
        queue=st.sampled_from(alphabet.QUEUES),
        at=st.sampled_from((20, 25, 23, 9, 14, 40)),
        limit=st.integers(1, 3),
    )
    def work(self, wish: Wish, queue: str, at: int, limit: int) -> None:
        """Commit tasks, give some back, and take what is due, until five seconds later."""
        now = NOON + timedelta(seconds=at)
        self.loop.run(self._worked(wish, queue, now=now, limit=limit))

    async def _worked(self, wish: Wish, queue: str, *, now: datetime, limit: int) -> None:
        await self._committed(self._fitted(wish))
        await self.checked.lease(wish.of, queue, now=now, until=now + timedelta(seconds=5), limit=limit)
        await self._ask(Asked("tasks_page", (wish.of, queue), {"after": None, "limit": limit}))

    @rule(now=st.integers(0, RARELY))
    def restart(self, now: int) -> None:
        """Open the same data anew now and then, where the contract says how; everything is there (C1, Q5)."""
        if now != RARELY:
            return
        self.tally.steps += 1
        before = self.checked.bridge.port
        self.loop.run(self.ask_everything())
        after = self.loop.run(self._reopened(before))
        if after.port is before:
            return
        self.tally.answers += self.checked.compared
        self.checked: Checked = Checked(after, model=self.checked.model, journal=self.checked.journal)
        lost = clause = ""
        try:
            self.loop.run(self.ask_everything())
            self.loop.run(self._lease_everything())
        except ClauseBroken as broken:
            clause, lost = "Q5" if broken.clause in {"Q1", "Q2", "Q3", "Q6"} else "C1", broken.problem
        if lost:
            raise ClauseBroken(clause=clause, asked="everything, after a restart", problem=lost)

    async def _lease_everything(self) -> None:
        """Lease every task there is: only that shows its fence."""
        now = NOON + timedelta(seconds=60)
        for of, queue in dict.fromkeys((of, held.task.queue) for (of, _), held in self.checked.model.tasks.items()):
            await self.checked.lease(of, queue, now=now, until=now, limit=LARGEST_PAGE)

    async def _reopened(self, port: object) -> Bridge:
        return await self.opened.bridge_to(self.opened.reopen(port))

    def _commit(self, wish: Wish, question: Question) -> None:
        """Commit a wish and ask: one coroutine, because an event loop is slow to begin with the next."""
        self.loop.run(self._committed_and_asked(wish, question))

    async def _committed_and_asked(self, wish: Wish, question: Question) -> None:
        await self._committed(self._fitted(wish))
        for asked in question.asked(self.realms) if self.asks is None else question.handful(self.realms, of=self.asks):
            answer = await self._ask(asked)
            if asked.read in _PAGED and answer:  # and for the page after its first row
                await self._ask(Asked(asked.read, (evolve(asked.args[0], after=_PAGED[asked.read](answer[0])),)))

    async def _ask(self, asked: Asked) -> Any:
        return await self.checked.ask(asked.read, *asked.args, **asked.named)

    def _fitted(self, wish: Wish) -> Batch:
        return wish.fitted(self.checked.model, realm=self.realms[wish.of])

    async def _committed(self, batch: Batch) -> None:
        self.tally.steps += 1
        if batch == Batch(organization=batch.organization):
            return  # nothing of the wish was possible
        with suppress(Conflict):  # the one that the clauses ask for, or `Checked` would have named another
            await self.checked.commit(batch)
