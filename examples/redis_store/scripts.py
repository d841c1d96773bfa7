"""The Lua scripts: what Redis carries out while nobody else is served, which is all the isolation it has.

Every script is given all keys of one organization and finds them under the names of `PARTS`. Its first line is for Redis:
one that only reads says so and can be asked of a replica; one that writes is refused by a server that is full or cannot
write before it begins, and not halfway.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, Self, final

from attrs import frozen
from redis.exceptions import NoScriptError

from .names import PARTS
from .plans import Ask, Plan, good

_OPENING: Final = f"""#!lua flags={{flags}}
local {", ".join(PARTS)} = unpack(KEYS)
local END, BEHIND = '\\0\\0', '\\0\\1'  -- as in names.py
local function tail(place) return string.match(place, '.*%z%z(.*)$') end
local function turn(queue, due, id) return 'due' .. END .. queue .. END .. due .. END .. id end
local function waiting(queue, id) return 'waiting' .. END .. queue .. END .. id end
"""


@final
@frozen(kw_only=True)
class Script:
    """Hold a script, and the digest by which a server that has met it knows it."""

    text: str
    digest: str
    changes: bool

    @classmethod
    def named(cls, name: str, /, *, changes: bool = False) -> Self:
        """Return the script of a file in `lua/`."""
        body = (Path(__file__).parent / "lua" / f"{name}.lua").read_text(encoding="utf-8")
        text = _OPENING.format(flags="" if changes else "no-writes") + body
        digest = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()  # the name that EVALSHA goes by
        return cls(text=text, digest=digest, changes=changes)

    def run(self, keys: Sequence[str], /, *arguments: str | int) -> Plan[Any]:
        """Run the script on an organization's keys; return its answer."""
        rest = (len(keys), *keys, *arguments)
        (answer,) = yield Ask(commands=(("EVALSHA", self.digest, *rest),), changes=self.changes)
        if isinstance(answer, NoScriptError):  # a server that was started anew: it has done nothing, and is told all
            (answer,) = yield Ask(commands=(("EVAL", self.text, *rest),), changes=self.changes)
        return good(answer)


COMMIT: Final = Script.named("commit", changes=True)
LEASE: Final = Script.named("lease", changes=True)
TASKS: Final = Script.named("tasks")
PAGE: Final = Script.named("page")
PEOPLE: Final = Script.named("people")
COUNT: Final = Script.named("count")
PERSON: Final = Script.named("person")
FACTS: Final = Script.named("facts")
VIEWERS: Final = Script.named("viewers")
BEHIND: Final = Script.named("behind")
WALK: Final = Script.named("walk")
FEED: Final = Script.named("feed")
