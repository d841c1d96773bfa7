"""All targets by name: what `nox -s fuzz` searches and the ordinary suite replays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tests.fuzz import assertions, carried, files, forms, handled, links, plain, proofs, texts
from tests.fuzz.target import Target

TARGETS: Final[Mapping[str, Target]] = {
    target.name: target
    for room in (texts, proofs, links, plain, files, forms, handled, carried, assertions)
    for target in room.TARGETS
}
