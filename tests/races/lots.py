"""Small races drawn by lot: where each begins, and what each racer asks. The same number always draws the same races."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from itertools import combinations_with_replacement, count
from typing import Any, Final

from attrs import frozen

from tests.interleavings.builder import PASSWORD, WRONG
from tests.races.asked import Asked
from tests.races.starts import NEW_PASSWORD, RIVAL_PASSWORD, STARTS

THE_CODE: Final = "the code"
"""Stands for the newest code a racer knows: the one that was out, until it hears of another."""
MENU: Final[Mapping[str, Mapping[str, Any]]] = {
    "begin": {},
    "claim": {"secret": THE_CODE, "new": PASSWORD},
    "claim as a rival": {"what": "claim", "secret": THE_CODE, "new": RIVAL_PASSWORD},
    "claim with a wrong code": {"what": "claim", "secret": WRONG, "new": PASSWORD},
    "show the code": {"what": "sign in", "secret": THE_CODE},
    "show the code outside": {"what": "sign in outside", "secret": THE_CODE},
    "sign in": {"secret": PASSWORD},
    "sign in outside": {"secret": PASSWORD},
    "sign in anew": {"what": "sign in", "secret": NEW_PASSWORD},
    "sign in as hanna": {"what": "sign in", "secret": PASSWORD, "login": "hanna"},
    "guess": {"what": "sign in", "secret": WRONG},
    "guess at a till": {"what": "sign in outside", "secret": WRONG, "terminal": "till-2"},
    "change": {"secret": PASSWORD, "new": NEW_PASSWORD},
    "change by a guess": {"what": "change", "secret": WRONG, "new": NEW_PASSWORD},
    "recognize": {},
    "edit herself": {"new": "Anna Anew"},
    "read": {},
    "edit": {"new": "Anna Petrenko"},
    "rename": {"new": "hanna"},
    "rename back": {"what": "rename", "new": "anna"},
    "issue": {},
    "issue once": {"what": "issue", "once": "issue-1"},
    "void": {},
    "reset": {},
    "reset once": {"what": "reset", "once": "reset-1"},
    "unlock": {},
    "archive": {},
    "archive once": {"what": "archive", "once": "archive-1"},
    "restore": {},
    "delete": {},
    "close": {},
    "open": {},
    "let claim openly": {},
    "let claim by code": {},
}
"""What is done to the person, its password, its code and its account, by name.

The model that judges knows no messages, contacts, company accounts, sign-ups, groups and catalogs, so what needs one is not
here: links and codes that are sent, `LinkIdentity`, `ChangeContact` and the like. `test_proofs` and `test_sign_ups` race some
of that by many, and `test_pairs` every pair of all commands that touch a person, whatever they need.
"""


@frozen(kw_only=True)
class Race:
    """Hold a race: where it begins and what each racer asks, one after the other.

    When they `meet`, all have read what their first command is decided on before any of them goes on. The commits
    named in `lost` and `unanswered`, as (racer, number from 0), end with an unknown outcome: nothing or all was written.
    """

    name: str
    start: str
    asked: tuple[tuple[str, ...], ...]
    meet: bool
    lost: frozenset[tuple[int, int]] = frozenset()
    unanswered: frozenset[tuple[int, int]] = frozenset()

    def of(self, racer: int) -> tuple[str, ...]:
        """Return what one racer asks; nothing, when the race is too small for it."""
        return self.asked[racer] if racer < len(self.asked) else ()


def asking(race: str, name: str) -> Asked:
    """Return the asking of this name, its placeholders still in it."""
    return Asked(race=race, **{"what": name, **MENU[name]})


def races(seed: int, *, racers: int) -> Iterator[Race]:
    """Draw races without end: every pair of the menu first, each from a start by lot, then groups of any size."""
    lot = random.Random(seed)
    pairs = list(combinations_with_replacement(MENU, 2))
    lot.shuffle(pairs)
    for number in count():
        if number < len(pairs):
            asked = tuple((name, *_more(lot)) for name in pairs[number])
        else:
            asked = tuple((_one(lot), *_more(lot)) for _ in range(lot.randint(2, racers)))
        faults = _faults(lot) if lot.random() < 0.1 else {}
        start = lot.choice(list(STARTS))
        yield Race(name=f"race-{seed}-{number}", start=start, asked=asked, meet=lot.random() < 0.7, **faults)


def _one(lot: random.Random) -> str:
    return lot.choice(list(MENU))


def _more(lot: random.Random) -> tuple[str, ...]:
    return tuple(_one(lot) for _ in range(lot.choice((0, 0, 0, 1, 1, 2))))


def _faults(lot: random.Random) -> dict[str, frozenset[tuple[int, int]]]:
    faults = frozenset({(lot.randrange(2), lot.randrange(2))})
    return {lot.choice(("lost", "unanswered")): faults}
