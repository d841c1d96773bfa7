"""Previews, walked to their end: what people gain and lose, page by page, and how often storage was asked for it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from attrs import evolve

from subaccounts import Difference, PreviewPage, ResourceId, SubAccountId
from tests.commands.shop import Shop


def people(shop: Shop, many: int, **fields: Any) -> list[SubAccountId]:
    """Add people, in the order of their logins."""
    return [shop.add(f"anna-{number:02}", fields=fields).sub_account.id for number in range(many)]


def walked(shop: Shop, command: Any) -> tuple[list[Difference], list[PreviewPage[Any]]]:
    """Ask page by page, and return every difference and every page."""
    found: list[Difference] = []
    pages: list[PreviewPage[Any]] = []
    while True:
        page = shop.handle(command)
        assert command.limit >= len(page.differences)
        pages.append(page)
        found += page.differences
        if page.after is None:
            return found, pages
        assert 200 > len(pages), "it has no end"
        command = evolve(command, after=page.after)


def gained(*pairs: tuple[SubAccountId, ResourceId]) -> list[Difference]:
    """Return what people gain."""
    return [Difference(person=person, resource=resource, gains=True) for person, resource in pairs]


def lost(*pairs: tuple[SubAccountId, ResourceId]) -> list[Difference]:
    """Return what people lose."""
    return [Difference(person=person, resource=resource, gains=False) for person, resource in pairs]


def counting(shop: Shop) -> Counter[str]:
    """Count the questions that are asked of storage from now on."""
    counted: Counter[str] = Counter()
    for name in ("viewers_page", "resources_page", "members_page", "people_page", "viewer_facts", "lineage"):
        read = getattr(shop.repository, name)

        def asked(*args: Any, name: str = name, read: Any = read, **how: Any) -> Any:
            counted[name] += 1
            return read(*args, **how)

        setattr(shop.repository, name, asked)
    shop.subs = shop.facade()
    return counted
