"""Both colors in one test: a notifier of either is sent messages and closed, in one event loop if it needs one."""

from __future__ import annotations

import asyncio
import inspect
from typing import Any

from subaccounts.domain.message import Message, SendOutcome


def sent(notifier: Any, *messages: Message, close: bool = True) -> list[SendOutcome]:
    """Send messages one after the other, close the notifier and return what was answered."""
    if not inspect.iscoroutinefunction(type(notifier).send):
        outcomes = [notifier.send(message) for message in messages]
        if close and hasattr(notifier, "close"):
            notifier.close()
        return outcomes

    async def awaited() -> list[SendOutcome]:
        outcomes = [await notifier.send(message) for message in messages]
        if close and hasattr(notifier, "close"):
            await notifier.close()
        return outcomes

    return asyncio.run(awaited())
