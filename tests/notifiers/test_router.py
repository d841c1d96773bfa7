"""A router hands each message to whoever serves it, and loses none silently."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from subaccounts.domain.message import Accepted, Rejected
from subaccounts.notifiers import AsyncCollectingNotifier, AsyncRouter, CollectingNotifier, Router
from subaccounts.testing import builders as a
from tests.notifiers.colors import sent

both = pytest.mark.parametrize(
    ("router", "leaf"), [(Router, CollectingNotifier), (AsyncRouter, AsyncCollectingNotifier)]
)
Kind = Callable[..., Any]
MAIL, SMS = a.email_message(1), a.sms_message(2)


@both
def test_by_channel(router: Kind, leaf: Kind) -> None:
    """An e-mail goes to the notifier of e-mail, an SMS to that of SMS."""
    email, sms = leaf(), leaf()
    assert {Accepted} == {type(each) for each in sent(router(email=email, sms=sms), MAIL, SMS)}
    assert ((MAIL,), (SMS,)) == (email.messages, sms.messages)


@both
@pytest.mark.parametrize(
    ("served", "message", "told"),
    [("email", SMS, "there is no notifier for SMS here"), ("sms", MAIL, "there is no notifier for e-mail here")],
)
def test_nobody_is_there(router: Kind, leaf: Kind, served: str, message: Any, told: str) -> None:
    """A channel without a notifier is rejected with a reason."""
    assert [Rejected(reason=told)] == sent(router(**{served: leaf()}), message)


@both
def test_by_organization(router: Kind, leaf: Kind) -> None:
    """An organization with a notifier of its own is served by that one alone, for every channel."""
    email, theirs = leaf(), leaf()
    made = router(email=email, organizations={a.THEIRS: theirs})
    mail, sms = a.email_message(3, of=a.THEIRS), a.sms_message(4, of=a.THEIRS)
    assert {Accepted} == {type(each) for each in sent(made, MAIL, mail, sms)}
    assert ((MAIL,), (mail, sms)) == (email.messages, theirs.messages)


@both
def test_an_organization_with_a_router(router: Kind, leaf: Kind) -> None:
    """An organization can have SMS of its own and share e-mail; what it says it has not, it has not."""
    email, own = leaf(), leaf()
    made = router(
        email=email, sms=leaf(), organizations={a.THEIRS: router(email=email, sms=own), a.OURS: router(email=email)}
    )
    outcomes = sent(made, a.email_message(3, of=a.THEIRS), a.sms_message(4, of=a.THEIRS), SMS)
    assert [True, True, False] == [isinstance(each, Accepted) for each in outcomes]
    assert (1, 1) == (len(email.messages), len(own.messages))


@both
def test_a_table_that_changes(router: Kind, leaf: Kind) -> None:
    """The mapping is asked for every message, so that an organization gets its provider without a restart."""
    email, theirs, table = leaf(), leaf(), dict[Any, Any]()
    made = router(email=email, organizations=table)
    mail = a.email_message(3, of=a.THEIRS)
    sent(made, mail)
    table[a.THEIRS] = theirs
    sent(made, mail)
    assert ((mail,), (mail,)) == (email.messages, theirs.messages)


def test_what_is_shown() -> None:
    """A router shows who serves what."""
    assert "Router(email=CollectingNotifier(0 messages))" == repr(Router(email=CollectingNotifier()))
    assert "AsyncRouter()" == repr(AsyncRouter())


def test_async_waits_for_its_turn() -> None:
    """The async collecting notifier lets other tasks run first, as a real one does."""

    async def turns() -> list[str]:
        order: list[str] = []

        async def send() -> None:
            await AsyncCollectingNotifier().send(MAIL)
            order.append("sent")

        async def other() -> None:
            order.append("other")

        await asyncio.gather(send(), other())
        return order

    assert ["other", "sent"] == asyncio.run(turns())
