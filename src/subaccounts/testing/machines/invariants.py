"""What always holds of the commands, by name; and the error that names the one that did not."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, final

from ..contracts.expect import shown

INVARIANTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "one holder": "a sign-in key is held by at most one living person of its realm",
        "dead proofs": "a password, code or sign-in that was ended stays ended, whatever is done later",
        "living proofs": "whoever has a living proof, and nothing in the way, is let in as itself",
        "proofs in place": "a password is stored for just those who are active, a code only for who waits",
        "refusals": "a command that was refused changed nothing, wrong proofs that are counted apart",
        "reach": "a command changes nothing of another organization, and of people only those it is about",
        "notices": "a notice goes out at least once when its change was committed and nothing overtook it; never otherwise",
        "seats": "the counter of stored seats says how many people it counts",
        "chain": "the audit chain verifies, and positions run from 1 without a gap",
        "sight": "check, page, count and who sees all say what the records say in words of their own, and no more",
        "loudness": "nothing is opened to everybody or to people from outside that was not accepted before",
        "rosters": "people are on a roster once, of its organization, and nobody from outside comes on a hidden one",
        "previews": "a preview tells just who gains and who loses by the change, as it is seen once that is made",
        "answers": "a command that reads answers what is stored, and no more than the actor may see",
    }
)
"""What the machine of commands holds true. That storage keeps its clauses is judged beneath it, answer by answer."""


@final
class InvariantBroken(AssertionError):
    """Say which invariant a command broke: `clause` is its name."""

    def __init__(self, name: str, command: object, problem: str, /) -> None:
        super().__init__(f"{name}: {INVARIANTS[name]}\n  after: {shown(command)}\n  failed: {problem}")
        self.clause: str = name
        self.problem: str = problem
