"""What an operator's `Restored` does, and to what: one write, what it ends, repeated requests, what waits in queues."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from attrs import evolve, frozen

from subaccounts import (
    AddPerson,
    Authenticated,
    Change,
    ChangeContact,
    ChangePassword,
    Command,
    EditPerson,
    IssueCode,
    KeyRing,
    LinkIdentity,
    ListPeople,
    OpenClaim,
    OrganizationId,
    Pathway,
    ProveContact,
    Purpose,
    ReadOrganization,
    Recognize,
    RegistrationPolicy,
    ResetPassword,
    Restored,
    Secret,
    SignedIn,
    Subject,
    wire,
)
from subaccounts.commands import generations
from subaccounts.commands.ports_at_hand import PortsAtHand
from subaccounts.domain.decision import Batch, Decision
from subaccounts.domain.events import By, OrganizationRestored
from subaccounts.domain.notice import NOTICES
from subaccounts.domain.steps import AskAdministrator
from subaccounts.domain.task import Task
from subaccounts.errors import LinkRefused, NotAllowed
from subaccounts.testing import NOON
from subaccounts.testing import builders as a
from tests.commands.company import issuer, trusting, verified
from tests.commands.generations import make_old, unfit
from tests.commands.messages import BY_ITSELF, out, says
from tests.commands.shop import OTHER_PASSWORD, PASSWORD, SETUP, Shop, code_of, subject_of

ELSEWHERE = OrganizationId(value="elsewhere")
FAR = timedelta(days=365)


def _another_password(shop: Shop, subject: Subject) -> Command[Any]:
    return ChangePassword(subject=subject, current=Secret(PASSWORD), new=Secret(OTHER_PASSWORD))


def _another_contact(shop: Shop, subject: Subject) -> Command[Any]:
    shop.handle(ChangeContact(subject=subject, field="email", value="anna@home.example"))
    return ProveContact(link=out(shop, subject.sub_account, Purpose.CONTACT))


def _a_company_account(shop: Shop, subject: Subject) -> Command[Any]:
    trusting(shop, issuer())
    return LinkIdentity(subject=subject, identity=verified())


class TestRestored:
    """What an operator's word does."""

    def test_one_write_and_one_event(self, shop: Shop) -> None:
        """It begins another epoch at the ring, says when, writes one record and names both generations."""
        make_old(shop)
        moment, stored = len(shop.events()), dict(shop.repository._records)
        shop.wait(hours=1)
        answer = shop.handle(Restored(actor=SETUP, organization=shop.id))
        assert (4, shop.keys.ring, shop.clock()) == (answer.generation, answer.key_ring, answer.restored_at)
        assert shop.organization.epoch != answer.epoch
        assert [OrganizationRestored(before=2, after=4)] == shop.since(moment)
        assert {shop.id} == {key for key, record in shop.repository._records.items() if stored.get(key) != record}
        assert answer == shop.handle(ReadOrganization(actor=SETUP, id=shop.id))

    def test_it_is_always_allowed(self, shop: Shop) -> None:
        """A backup younger than the last job looks like any store: by hand it is said all the same, and works."""
        subject, code = shop.claimed(), code_of(shop.add("boris"))
        shop.handle(Restored(actor=SETUP, organization=shop.id))
        assert None is shop.handle(Recognize(subject=subject))
        assert isinstance(shop.complete("boris", code=code), AskAdministrator)
        assert isinstance(shop.sign_in(), Authenticated)

    def test_twice_are_two_epochs(self, shop: Shop) -> None:
        """Given a backup that is put back twice, what was proven in between does not come alive by the second word."""
        shop.claimed()
        backup = dict(shop.repository._records)
        shop.handle(Restored(actor=SETUP, organization=shop.id))
        between = shop.enter()
        shop.repository._records = backup
        shop.handle(Restored(actor=SETUP, organization=shop.id))
        assert None is shop.handle(Recognize(subject=between))

    def test_open_windows_are_closed(self) -> None:
        """Who waited in an open window has claimed since the backup, perhaps; now a code is needed, or a reset."""
        policy = RegistrationPolicy.by_person(claim=OpenClaim(within=timedelta(days=30)))
        shop = Shop(policy=policy)
        anna = shop.add().sub_account.id
        shop.wait(minutes=1)
        shop.handle(Restored(actor=SETUP, organization=shop.id))
        assert AskAdministrator(why="no_code") == shop.complete()
        shop.wait(minutes=1)
        shop.handle(ResetPassword(actor=shop.admin, sub_account=anna))
        assert isinstance(shop.complete(), Authenticated)

    def test_a_copy_is_taken_over(self, shop: Shop) -> None:
        """Beside another ring the copy belongs to it afterwards; codes are made under it, and the old ones are dead."""
        old = code_of(shop.add("boris"))
        shop.keys = KeyRing.in_memory(b"o" * 32)
        shop.subs = shop.facade()
        assert shop.keys.ring == shop.handle(Restored(actor=SETUP, organization=shop.id)).key_ring
        assert isinstance(shop.complete("boris", code=old), AskAdministrator)
        boris = shop.handle(ListPeople(actor=shop.admin, organization=shop.id)).people[0].id
        new = code_of(shop.handle(IssueCode(actor=shop.admin, sub_account=boris)))
        assert isinstance(shop.complete("boris", code=new), Authenticated)

    def test_a_claim_under_way(self, shop: Shop) -> None:
        """A claim that was judged before the word and comes to its commit after it is judged anew, and is none."""
        code = code_of(shop.add())
        shop.meanwhile(lambda: shop.handle(Restored(actor=SETUP, organization=shop.id)))
        assert isinstance(shop.complete(code=code), AskAdministrator)

    def test_a_change_under_way(self, shop: Shop) -> None:
        """So is what somebody does who is signed in."""
        subject = shop.claimed()
        edit = EditPerson(actor=SignedIn(subject=subject), sub_account=subject.sub_account, fields={"full_name": "A"})
        shop.meanwhile(lambda: shop.handle(Restored(actor=SETUP, organization=shop.id)))
        with pytest.raises(NotAllowed):
            shop.handle(edit)
        assert "Anna Koval" == shop.person(subject.sub_account).profile.full_name

    @pytest.mark.parametrize("act", [_another_password, _another_contact, _a_company_account])
    def test_a_proof_under_way(self, shop: Shop, act: Callable[[Shop, Subject], Command[Any]]) -> None:
        """Whatever somebody proves by what is of before the word changes nothing after it: also what it was right about."""
        subject = shop.claimed()
        change = act(shop, subject)
        before = shop.row(subject.sub_account)
        shop.meanwhile(lambda: shop.handle(Restored(actor=SETUP, organization=shop.id)))
        with pytest.raises((NotAllowed, LinkRefused)):
            shop.handle(change)
        after = shop.row(subject.sub_account)
        assert (before.sub_account, before.credential) == (after.sub_account, after.credential)

    def test_what_is_cancelled_is_nobodys(self, shop: Shop) -> None:
        """No worker takes a notice that is just being cancelled, however long it was due."""
        says(shop, BY_ITSELF)
        shop.add(fields={"email": "anna@shop.example"})
        taken: list[object] = []

        def work() -> None:
            until = shop.clock() + timedelta(minutes=5)
            taken.extend(shop.repository.lease(shop.id, NOTICES, now=shop.clock(), until=until, limit=9))

        shop.meanwhile(work)
        shop.handle(Restored(actor=SETUP, organization=shop.id))
        assert [] == taken


class TestRepeatedRequests:
    """A repeated request can hand out a code, so it too needs a store that fits."""

    def test_on_an_older_store(self, shop: Shop) -> None:
        """Given a request that the backup remembers, its code is not told until the word, and is dead after it."""
        add = AddPerson(actor=shop.admin, account=shop.account.id, login="anna", request_id="add-1")
        first = code_of(shop.handle(add))
        make_old(shop)
        unfit(shop, add)
        shop.handle(Restored(actor=SETUP, organization=shop.id))
        assert first.reveal() == code_of(shop.handle(add)).reveal()
        assert isinstance(shop.complete(code=first), AskAdministrator)

    def test_the_word_itself(self, shop: Shop) -> None:
        """An id that the backup remembers is no second word: the operator is told that nothing was restored."""
        said = Restored(actor=SETUP, organization=shop.id, request_id="said-1")
        assert shop.handle(said) == shop.handle(said)
        for _ in range(2):
            shop.keys.advance(to=shop.keys.generation + 1)
        unfit(shop, said)

    def test_where_no_organization_is(self, shop: Shop) -> None:
        """A host's own command about a tenant that was never created has no organization to be fit, and is repeated."""
        shop.handle(Noted(tenant_id=ELSEWHERE, request_id="note-1"))
        stored = shop.stored()
        shop.handle(Noted(tenant_id=ELSEWHERE, request_id="note-1"))
        assert stored == shop.stored()


@frozen(kw_only=True)
class Noted(Change[None]):
    """Remember that it was asked, and nothing else: a command of a host's."""

    receipt: ClassVar[Any] = None
    tenant_id: OrganizationId

    @property
    def tenant(self) -> OrganizationId:
        """Return the tenant."""
        return self.tenant_id

    async def decide(self, ports: PortsAtHand, /) -> Decision[None]:
        """Decide on nothing."""
        return Decision(organization=self.tenant, by=By(kind="system", id="host"), result=None)


class TestQueues:
    """What waits in the queues that are named is cancelled, before anything is proven again."""

    def put(self, shop: Shop, *tasks: tuple[str, str, timedelta]) -> None:
        """Put tasks into queues: queue, id, and when they are due from now."""
        made = tuple(
            Task(organization=shop.id, queue=queue, id=name, due=shop.clock() + due, body="{}")
            for queue, name, due in tasks
        )
        shop.repository.commit(Batch(organization=shop.id, tasks=made))

    def left(self, shop: Shop) -> list[str]:
        """Return the tasks that are still there."""
        return sorted(name for _, name in shop.repository._tasks)

    def test_due_or_not(self, shop: Shop) -> None:
        """Nothing is left of the queues named, due or not, leased or not; the others stay."""
        self.put(shop, ("mail", "a", -FAR), ("mail", "b", FAR), ("sms", "c", FAR), ("jobs", "d", -FAR))
        now = shop.clock()
        assert shop.repository.lease(shop.id, "mail", now=now, until=now + FAR, limit=1)
        shop.handle(Restored(actor=SETUP, organization=shop.id, queues=frozenset({"mail", "sms", "empty"})))
        assert ["d"] == self.left(shop)

    def test_in_chunks(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        """However many wait, no commit takes away more than a chunk, and the last of all is the word."""
        monkeypatch.setattr(generations, "CHUNK", 2)
        self.put(shop, *(("mail", str(number), FAR) for number in range(5)))
        said = Restored(actor=SETUP, organization=shop.id, queues=frozenset({"mail"}))
        _, batches = shop.committed(lambda: shop.handle(said))
        assert [2, 2, 1, 0] == [len(batch.acknowledgments) for batch in batches]
        assert [] == self.left(shop)

    def test_not_anybodys(self, shop: Shop) -> None:
        """Who may not say the word cancels nothing."""
        self.put(shop, ("mail", "a", FAR))
        said = Restored(actor=shop.admin, organization=shop.id, queues=frozenset({"mail"}))
        assert isinstance(shop.refused(said), NotAllowed)
        assert ["a"] == self.left(shop)


BEFORE: dict[str, tuple[Any, set[str]]] = {
    "organization": (a.organization(), {"generation", "epoch", "restored_at"}),
    "credential": (a.credential(code=a.claim_code()), {"organization_epoch"}),
    "subject": (
        Subject(
            sub_account=a.sub_account_id(),
            account=a.account_id(),
            pathway=Pathway.PASSWORD,
            terminal="shared",
            at=NOON,
            epoch=1,
            account_epoch=1,
        ),
        {"organization_epoch"},
    ),
}
"""What was written down before there were generations, with what it says nothing of."""


@pytest.mark.parametrize("name", BEFORE)
def test_what_was_stored_before(name: str) -> None:
    """What says nothing of generations and epochs is read as of the first: stores and sessions of before still load."""
    value, unsaid = BEFORE[name]

    def without(held: Any) -> Any:
        if isinstance(held, dict):
            return {key: without(each) for key, each in held.items() if key not in unsaid}
        return held

    text = wire.store_dumps(value)
    stripped = json.dumps(without(json.loads(text)))
    assert not any(each in stripped for each in unsaid)
    assert all(each in text for each in unsaid)
    assert value == wire.store_loads(type(value), stripped)


def test_a_session_of_before(shop: Shop) -> None:
    """A subject that a host kept from before there were epochs holds in an organization that was never restored."""
    subject = shop.claimed()
    assert "first" == subject.organization_epoch
    shop.handle(Restored(actor=SETUP, organization=shop.id))
    fresh = subject_of(shop.sign_in())
    assert shop.handle(Recognize(subject=fresh)) is not None
    assert None is shop.handle(Recognize(subject=evolve(fresh, organization_epoch="first")))
