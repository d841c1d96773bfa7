"""A repository that is neither a file nor SQL: everything in Redis 7, in both colors.

- `RedisRepository`, `AsyncRedisRepository`: the methods of `subaccounts.ports`, and nothing but who waits for an answer.
- `lines`: connections, and what it means when one is lost.
- `plans`: a question as a generator that says what to send next and is told what came back. Both colors run the same.
- `reads`, `groups`, `sights`, `trail`, `writes`: the plans. `doors`: how a page of what somebody sees passes by the rest.
- `records`: what is written of each kind of record. `names`: what it is called.
- `lua/`: what Redis carries out at one go; `lua/commit.lua` is the heart. `scripts` gives them their names.
- `failures`: what Redis complains of, in the words of `StorageFailed`.

How long a commit lasts is decided by the server (C1). Redis answers out of memory; what survives a crash is what its
append-only file holds by then. `appendonly yes` with `appendfsync always` writes the disk before it answers, and is what
C1 asks for. With `everysec`, the default of an append-only file, a power cut takes up to a second of acknowledged commits
back; with snapshots alone it takes minutes. Replication is no help: a replica that takes over lacks what had not reached
it, acknowledged or not. `WAIT` after a commit makes that rarer and does not exclude it. Who cannot live with that
keeps sign-ins in another storage. `maxmemory-policy` has to be `noeviction`: any other one deletes organizations.
"""

from __future__ import annotations

from .async_repository import AsyncRedisRepository
from .repository import RedisRepository

__all__ = ["AsyncRedisRepository", "RedisRepository"]
