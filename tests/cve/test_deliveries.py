"""What goes wrong when a message is sent and the program dies: told twice in two ways, told of nothing, or never told."""

from __future__ import annotations

import secrets
from typing import Any

import pytest

from subaccounts import ActivationPolicy, ChangeActivation, DeliverNotices, Way
from subaccounts.domain.decision import Batch
from subaccounts.domain.delivery import LEASED
from subaccounts.domain.message import Message
from subaccounts.errors import StorageFailed
from subaccounts.testing import proof_in
from tests.cve.portal import OPERATOR, Portal

LOST = StorageFailed(store="the disk", problem="unreachable")


def failing(portal: Portal, number: int, patched: pytest.MonkeyPatch) -> None:
    """Let the next commit of this number, counted from 1, fail; the ones around it succeed."""
    commit, seen = portal.repository.commit, [0]

    def attempt(_: Any, batch: Batch) -> None:
        seen[0] += 1
        if seen[0] == number:
            raise LOST
        commit(batch)

    patched.setattr(type(portal.repository), "commit", attempt)
    portal.subs = portal.facade()


def told_at_once(portal: Portal) -> None:
    """Have whom the administrator adds told at once."""
    activation = ActivationPolicy(automatic=frozenset({Way.BY_HAND}))
    portal.handle(ChangeActivation(actor=portal.admin, organization=portal.id, activation=activation))


def deliver(portal: Portal) -> int:
    """Run a worker, and return how many messages it sent."""
    return portal.handle(DeliverNotices(actor=OPERATOR)).sent


class TestSentTwice:
    """vm0#34645, vm0#34675, job_ftch#145: a provider took a message over, and what was to say so was not committed. The next
    run sent another, under a key of its own: nobody could tell that the two were one, and of two links one was dead.

    Here the notice has one id from the commit of its change on, which is in the message too, and its link is derived from
    what was committed: a repeat is the same message. It is committed with the change, or not at all.
    """

    def test_a_repeat_is_the_same_message(self, portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
        """Whoever knows ids shows it once, and whoever does not has two mails with one link, which works."""
        told_at_once(portal)
        portal.add("anna", email="anna@shop.example")
        with monkeypatch.context() as patched:
            failing(portal, 2, patched)  # the first begins the life of the link, the second says that it was sent
            with pytest.raises(StorageFailed):
                deliver(portal)
        portal.subs = portal.facade()
        assert 0 == deliver(portal)  # the first worker's lease has not ended
        portal.clock.advance(LEASED)
        assert (1, 0) == (deliver(portal), deliver(portal))
        first, second = portal.notifier.messages
        assert (first.id, proof_in(first).reveal()) == (second.id, proof_in(second).reveal())

    def test_nobody_is_told_of_what_was_not_committed(self, portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
        """A change whose commit failed leaves nothing to send, and one that was committed does, whoever dies after it."""
        told_at_once(portal)
        with monkeypatch.context() as patched:
            failing(portal, 1, patched)
            with pytest.raises(StorageFailed):
                portal.add("anna", email="anna@shop.example")
        portal.subs = portal.facade()
        assert 0 == deliver(portal)
        portal.add("anna", email="anna@shop.example")
        assert 1 == deliver(portal)

    def test_a_second_worker_waits(self, portal: Portal) -> None:
        """While one worker is at it no other sends the same, however long the provider thinks."""
        told_at_once(portal)
        portal.add("anna", email="anna@shop.example")
        beside: list[int] = []

        def meet(_: Message) -> None:
            portal.notifier.before = None
            beside.append(deliver(portal))

        portal.notifier.before = meet
        assert (1, [0]) == (deliver(portal), beside)
        assert 1 == len(portal.notifier.messages)

    def test_the_naive_key_makes_two_of_one(self) -> None:
        """The attack works on a key that is drawn when a message is sent: after the crash it is another message."""
        sent = [{"key": secrets.token_hex(8), "link": secrets.token_urlsafe()} for _ in ("before", "after")]
        assert 2 == len({message["key"] for message in sent}) == len({message["link"] for message in sent})
