"""What things are called in Redis: an organization's keys, a record's field, a place in the index. Nothing is asked here.

All of an organization is in the fixed number of keys of `PARTS`, so that a script can declare every key it touches
before it runs, whatever the batch. Their names have the organization in braces, and a Redis Cluster puts keys with the
same text in braces on the same node. An organization's id is anybody's text, and braces in it would move or merge
tenants, so it is written with percent signs.

`index` is a sorted set in which every score is 0, so that its members stand in binary order; it is all indexes in one.
A member begins with the name of its index and ends with the id of what is found.
"""

from __future__ import annotations

from typing import Final, final
from urllib.parse import quote

from attrs import field, frozen

from subaccounts.domain.ids import AnyRecordId, OrganizationId, record_id
from subaccounts.domain.key import Key

PARTS: Final = (
    "records",  # a record's name: its body
    "versions",  # a record's name: its version
    "above",  # a person's, department's or membership's name: the name of its account, parent or group
    "tags",  # a person's name: what a page can be narrowed to
    "words",  # a person's name: what it is searched by
    "holdings",  # a record's name: the unique keys and places that go when it goes
    "holders",  # a unique key: the name of the record that holds it
    "counters",
    "events",  # an event's id: its body
    "seals",  # an event's id: its digest
    "positions",  # a position: the event's id
    "requests",
    "tasks",  # a task's id: its queue, when it is due, its fence and its body
    "index",  # the one sorted set; the others are hashes
)
_END, _ESCAPED, _BEHIND = "\0\0", "\0\1", "\0\1"


@final
@frozen(kw_only=True)
class Keyspace:
    """Name keys under a prefix, which keeps deployments in one database apart."""

    prefix: str = field()

    @prefix.validator
    def _judge(self, _attribute: object, value: str) -> None:
        if not value or set(value) & set("{}"):
            raise ValueError("a prefix is a text without braces: they decide where a Redis Cluster puts a key")

    def key(self, organization: OrganizationId, part: str, /) -> str:
        """Return the name of one key of an organization."""
        return f"{self.prefix}:{{{quote(organization.value, safe='')}}}:{part}"

    def keys(self, organization: OrganizationId, /) -> tuple[str, ...]:
        """Return the names of all keys of an organization, in the order of `PARTS`."""
        return tuple(self.key(organization, part) for part in PARTS)

    def queue(self, name: str, /) -> str:
        """Return the key of the organizations that ever had a task of a queue: no organization's, on any node."""
        return f"{self.prefix}:queue:{quote(name, safe='')}"


def name(id: AnyRecordId, /) -> str:  # noqa: A002 - the id of a record
    """Return the field a record has in its organization's hashes."""
    return f"{id.kind}:{id.value}"


def named(organization: OrganizationId, text: str, /) -> AnyRecordId:
    """Return the id that `name` made a field of."""
    kind, _, value = text.partition(":")
    return record_id(kind, organization, value)


def held(key: Key, /) -> str:
    """Return the field of a unique key."""
    return ordered(key.space, key.value)


def ordered(*parts: str) -> str:
    """Return a text that sorts as the tuple of its parts does.

    Two zero bytes end a part, and sort before whatever could follow in a longer one: a zero byte inside a part is
    followed by a one. Redis compares bytes, and UTF-8 sorts as its code points do.
    """
    return _END.join(part.replace("\0", _ESCAPED) for part in parts)


def parts_of(place: str, /) -> list[str]:
    """Return what a place consists of, where its parts are printable and none was escaped: ids are."""
    return place.split(_END)


def first(*parts: str) -> str:
    """Return where the places below these parts begin, as `ZRANGE ... BYLEX` takes it."""
    return f"[{ordered(*parts)}{_END}"


def last(*parts: str) -> str:
    """Return where the places below these parts end."""
    return f"({ordered(*parts)}{_BEHIND}"


def behind(*parts: str) -> str:
    """Return this very place as an end that is not part of the range, whether or not anything stands there."""
    return f"({ordered(*parts)}"
