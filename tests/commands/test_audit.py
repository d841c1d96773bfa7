"""The audit trail: read, sealed, followed, checked. And the job that forgets strangers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from attrs import evolve

from subaccounts import (
    AddPeople,
    CreateOrganization,
    Event,
    EventsAfter,
    ForgetStrangers,
    HostUser,
    OrganizationId,
    ReadAudit,
    SealAudit,
    SealedEvent,
    Ungrouped,
    VerifyAudit,
)
from subaccounts.domain.audit import CHAIN_START
from subaccounts.domain.events import OrganizationCreated, SubAccountAdded
from subaccounts.domain.ids import ChainId
from subaccounts.errors import InvalidValue, TooMany
from subaccounts.repositories.memory import MemoryRepository
from tests.commands.shop import SETUP, Shop


def seal(shop: Shop) -> int:
    return shop.handle(SealAudit(actor=SETUP, organization=shop.id))


def follow(shop: Shop, position: int = 0, *, limit: int = 1000) -> tuple[SealedEvent, ...]:
    return shop.handle(EventsAfter(actor=SETUP, organization=shop.id, position=position, limit=limit))


def verify(shop: Shop) -> int | None:
    return shop.handle(VerifyAudit(actor=SETUP, organization=shop.id))


class TestReading:
    """The trail in the order of time, narrowed to an account or a person."""

    def test_pages_meet(self, shop: Shop) -> None:
        """Pages of any size, put together, are the trail."""
        shop.claimed()
        trail = shop.handle(ReadAudit(actor=shop.admin, organization=shop.id, limit=1000))
        assert shop.events() == list(trail)
        for size in range(1, 6):
            found: list[Event] = []
            after: str | None = None
            while page := shop.handle(ReadAudit(actor=shop.admin, organization=shop.id, after=after, limit=size)):
                assert size >= len(page)
                found += page
                after = page[-1].id
            assert list(trail) == found

    def test_narrowed(self, shop: Shop) -> None:
        """One account's events, or one person's, are nobody else's."""
        anna, other = shop.claimed("anna"), shop.open("shop-2")
        shop.add("boris", account=other)
        of_account = shop.handle(ReadAudit(actor=shop.admin, organization=shop.id, account=shop.account.id))
        assert {shop.account.id} == {event.account for event in of_account}
        of_anna = shop.handle(ReadAudit(actor=shop.admin, organization=shop.id, sub_account=anna.sub_account))
        assert [SubAccountAdded] == [type(e.happening) for e in of_anna][:1]
        assert {anna.sub_account} == {event.sub_account for event in of_anna}

    def test_a_role_over_an_account_reads_its_trail(self, shop: Shop) -> None:
        """An administrator of one account reads its trail and no other."""
        deputy = HostUser.administrator("deputy", of=shop.account.id)
        shop.handle(ReadAudit(actor=deputy, organization=shop.id, account=shop.account.id))
        other = shop.open("shop-2")
        for command in (
            ReadAudit(actor=deputy, organization=shop.id),
            ReadAudit(actor=deputy, organization=shop.id, account=other.id),
        ):
            assert "not_allowed" == shop.refused(command).code

    def test_a_page_begins_after_an_event(self, shop: Shop) -> None:
        """What can be no event's id is refused by the name of the part it was given for."""
        with pytest.raises(InvalidValue) as refusal:
            ReadAudit(actor=shop.admin, organization=shop.id, after="")
        assert ("after", "empty") == (refusal.value.field, refusal.value.problem)

    @pytest.mark.parametrize("limit", [0, 1001])
    def test_a_page_has_a_size(self, shop: Shop, limit: int) -> None:
        """A page holds one to a thousand events."""
        for command in (
            ReadAudit(actor=shop.admin, organization=shop.id, limit=limit),
            EventsAfter(actor=SETUP, organization=shop.id, limit=limit),
        ):
            assert isinstance(shop.refused(command), TooMany)


class TestFollowing:
    """Events are followed once they are sealed, in one order, without gaps."""

    def test_what_is_sealed_is_followed(self, shop: Shop) -> None:
        """Given nothing sealed, nothing is there; after sealing, everything, from position 1 on, and nothing twice."""
        assert () == follow(shop)
        shop.claimed()
        assert len(shop.events()) == seal(shop)
        events = follow(shop)
        assert shop.events() == [each.event for each in events]
        assert list(range(1, len(events) + 1)) == [each.position for each in events]
        assert isinstance(events[0].event.happening, OrganizationCreated)
        assert 0 == seal(shop)

    def test_a_follower_misses_nothing(self, shop: Shop) -> None:
        """Given the last position handled, what comes next is what happened since."""
        seal(shop)
        last = follow(shop)[-1].position
        shop.add()
        assert () == follow(shop, last)
        seal(shop)
        assert [last + 1, last + 2] == [each.position for each in follow(shop, last)]
        assert [last + 1] == [each.position for each in follow(shop, last, limit=1)]

    def test_many_are_sealed_in_chunks(self, shop: Shop) -> None:
        """Given more than a chunk holds, all are sealed and the chain is whole."""
        text = "\n".join(f"p{n}" for n in range(300))
        shop.handle(AddPeople.pasted(text, actor=shop.admin, account=shop.account.id))
        assert 602 == len(shop.events()) == seal(shop)
        assert None is verify(shop)

    def test_organizations_have_their_own_feed(self, shop: Shop) -> None:
        """Given two organizations, each counts from 1 and neither sees the other."""
        other = OrganizationId(value="other")
        shop.handle(CreateOrganization(actor=SETUP, id=other, name="Other", ungrouped=Ungrouped.EVERYBODY))
        shop.add()
        seal(shop)
        shop.handle(SealAudit(actor=SETUP, organization=other))
        (only,) = shop.handle(EventsAfter(actor=SETUP, organization=other))
        assert (1, other) == (only.position, only.event.organization)


def _change(memory: MemoryRepository, shop: Shop) -> None:
    at = (shop.id, follow(shop)[2].event.id)
    memory._events[at] = evolve(memory._events[at], happening=SubAccountAdded(login="somebody else"))


def _remove(memory: MemoryRepository, shop: Shop) -> None:
    at = (shop.id, follow(shop)[2].event.id)
    del memory._seals[at], memory._events[at]


def _swap(memory: MemoryRepository, shop: Shop) -> None:
    one, other = ((shop.id, follow(shop)[n].event.id) for n in (2, 3))
    memory._seals[one], memory._seals[other] = (
        evolve(memory._seals[other], event=one[1]),
        evolve(memory._seals[one], event=other[1]),
    )


def _cut(memory: MemoryRepository, shop: Shop) -> None:
    for each in follow(shop, 2):
        del memory._seals[shop.id, each.event.id]


def _by(memory: MemoryRepository, shop: Shop) -> None:
    at = (shop.id, follow(shop)[2].event.id)
    memory._events[at] = evolve(memory._events[at], by=evolve(memory._events[at].by, id="somebody else"))


TAMPERED: dict[str, Callable[[MemoryRepository, Shop], None]] = {
    "changed": _change,
    "removed": _remove,
    "swapped": _swap,
    "cut off": _cut,
    "blamed on another": _by,
}


class TestChecking:
    """The chain tells what was changed, moved or removed behind our back."""

    def sealed(self) -> Shop:
        """Return a shop whose trail is sealed."""
        shop = Shop()
        shop.claimed()
        seal(shop)
        return shop

    def test_a_trail_as_it_was_sealed(self, shop: Shop) -> None:
        """A trail nobody touched is whole; so is an empty one, and one with events that wait for their seal."""
        assert None is verify(shop)
        shop.claimed()
        seal(shop)
        shop.add("boris")
        assert None is verify(shop)

    @pytest.mark.parametrize("how", TAMPERED)
    def test_the_first_broken_position_is_named(self, how: str) -> None:
        """Given an event that was changed, removed, swapped or cut off, its position is answered."""
        shop = self.sealed()
        TAMPERED[how](shop.repository, shop)
        assert 3 == verify(shop)

    def test_a_trail_that_was_written_anew(self) -> None:
        """Given events and seals forged to fit one another, the head of the chain tells."""
        shop = self.sealed()
        forged = self.sealed()
        head = shop.repository.chain(shop.id)
        assert head is not None
        forged.repository._records[head.id] = evolve(head, digest=CHAIN_START)
        assert head.position == verify(forged)

    def test_events_added_after_the_head(self) -> None:
        """Given sealed events beyond the head of the chain, the first of them is named."""
        shop = self.sealed()
        head = shop.repository.chain(shop.id)
        assert head is not None
        shop.add("boris")
        seal(shop)
        shop.repository._records[head.id] = head
        assert head.position + 1 == verify(shop)

    def test_a_chain_without_head(self) -> None:
        """Given sealed events and no chain, everything is suspect."""
        shop = self.sealed()
        del shop.repository._records[ChainId(organization=shop.id)]
        assert 1 == verify(shop)

    def test_sealing_meanwhile_is_no_fault(self) -> None:
        """Given events sealed while the chain is checked, it is whole."""
        shop = self.sealed()
        ask = shop.repository.events_after
        asked: list[bool] = []

        def and_seal(*args: object, **kwargs: object) -> tuple[SealedEvent, ...]:
            page = ask(*args, **kwargs)  # type: ignore[arg-type]  # passed on as they came
            if not asked:
                asked.append(True)
                shop.add("boris")
                seal(shop)
            return page

        shop.repository.events_after = and_seal  # type: ignore[method-assign]  # somebody else, in between
        shop.subs = shop.facade()
        assert None is verify(shop)
        assert [True] == asked


class TestForgetting:
    """Wrong logins are forgotten after a day."""

    def strangers(self, shop: Shop) -> int:
        """Return how many are remembered."""
        return len(shop.repository.stale_strangers(shop.id, before=shop.clock() + timedelta(days=9), limit=1000))

    def test_after_a_day(self, shop: Shop) -> None:
        """Given strangers of yesterday and of today, those older than a day are forgotten, once."""
        forget = ForgetStrangers(actor=SETUP, organization=shop.id)
        for n in range(3):
            shop.sign_in(f"nobody-{n}")
        shop.wait(days=1)
        shop.sign_in("somebody")
        assert 0 == shop.handle(forget)
        shop.wait(seconds=1)
        assert 3 == shop.handle(forget)
        assert (0, 1) == (shop.handle(forget), self.strangers(shop))

    def test_other_organizations_strangers_stay(self, shop: Shop) -> None:
        """Each organization forgets its own."""
        shop.sign_in("nobody")
        shop.wait(days=2)
        other = OrganizationId(value="other")
        shop.handle(CreateOrganization(actor=SETUP, id=other, name="Other", ungrouped=Ungrouped.EVERYBODY))
        assert 0 == shop.handle(ForgetStrangers(actor=SETUP, organization=other))
        assert 1 == self.strangers(shop)

    def test_typing_nonsense_fills_no_disk(self, shop: Shop) -> None:
        """However many logins are tried, they share 65,536 rows of an organization, and no row holds what was typed."""
        for n in range(50):
            shop.sign_in(f"nonsense-{n}")
        ids = [record.id.value for record in shop.repository._records.values() if record.id.kind == "stranger"]
        assert {4} == {len(each) for each in ids}  # four hexadecimal digits
        assert "nonsense" not in repr(shop.repository._records)
