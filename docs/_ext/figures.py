"""The figures of the documentation, each drawn from the table it shows. Only places on the page are written here.

A move that a table gains and a figure has no place for stops the build.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from svg import Arrow, Box, Drawing, Frame, wrapped

from subaccounts._shell import MOST_TRIES
from subaccounts.domain.account import ACCOUNT_LIFE, AccountState
from subaccounts.domain.dialogue import Disclosure, Door, Incoming, Standing, Told, told
from subaccounts.domain.ids import AccountId, OrganizationId
from subaccounts.domain.life import LIFE, LifeInput, State

ROOT: Final = Path(__file__).parents[2]
HERE: Final = AccountId(organization=OrganizationId(value="acme"), value="shop-1")


def words(value: str, /) -> str:
    """Return an enumeration's value as words."""
    return value.replace("_", " ")


def _homeless(where: str, what: Iterable[object]) -> None:
    left = sorted(map(str, what))
    if left:
        raise LookupError(f"the figure of {where} has no place for: {', '.join(left)}")


# The life of a sub-account: three states inside, four that can be left, one that cannot.

_INSIDE: Final = (State.WAITING, State.ACTIVE, State.DISABLED)
_LEAVABLE: Final = (*_INSIDE, State.ARCHIVED)
_LIFE_BOXES: Final[Mapping[State, tuple[float, float, float, float]]] = {
    State.WAITING: (112, 96, 152, 132),
    State.ACTIVE: (352, 96, 152, 132),
    State.DISABLED: (600, 96, 152, 132),
    State.ARCHIVED: (352, 302, 152, 56),
    State.DELETED: (352, 444, 152, 44),
}
_LIFE_FRAME_ARROWS: Final = {
    (_INSIDE, State.WAITING): ("M310 74 V46 H188 V95", (248, 46)),
    (_INSIDE, State.ARCHIVED): ("M460 248 V301", (460, 274)),
    (_LEAVABLE, State.DELETED): ("M428 390 V443", (428, 416)),
}
_LIFE_ARROWS: Final = {
    (State.WAITING, State.ACTIVE): ("M264 162 H351", (308, 162)),
    (State.ACTIVE, State.DISABLED): ("M504 132 H599", (552, 132)),
    (State.DISABLED, State.ACTIVE): ("M600 194 H505", (552, 194)),
    (State.ARCHIVED, State.WAITING): ("M352 330 H188 V229", (258, 330)),
}


def life() -> Drawing:
    """Draw the life of a sub-account."""
    left = {(before, what, after) for (before, what), after in LIFE.items() if before is not after}
    arrows = [Arrow(path="M34 162 H111", label=("add",), at=(64, 162))]
    framed: set[tuple[State, LifeInput]] = set()
    for (frame, after), (path, at) in _LIFE_FRAME_ARROWS.items():
        inputs = [what for what in LifeInput if all(LIFE.get((state, what)) is after for state in frame)]
        framed |= {(state, what) for what in inputs for state in frame}
        left -= {(state, what, after) for what in inputs for state in frame}
        arrows.append(Arrow(path=path, label=[words(what.value) for what in inputs], at=at))
    for (before, after), (path, at) in _LIFE_ARROWS.items():
        inputs = [what for what in LifeInput if (before, what, after) in left]
        left -= {(before, what, after) for what in inputs}
        label = [line for what in inputs for line in wrapped(words(what.value).split(" ", 1), width=0)]
        arrows.append(Arrow(path=path, label=label, at=at))
    _homeless("life", left)
    _homeless("life", set(State) - set(_LIFE_BOXES))
    boxes = []
    for state, (x, y, width, height) in _LIFE_BOXES.items():
        stays = [words(i.value) for i in LifeInput if LIFE.get((state, i)) is state and (state, i) not in framed]
        kind = {State.ACTIVE: "good", State.DISABLED: "bad", State.DELETED: "outer"}.get(state, "plain")
        boxes.append(Box(x=x, y=y, width=width, height=height, title=state.value, notes=stays, kind=kind))
    frames = (Frame(x=80, y=20, width=708, height=370), Frame(x=96, y=74, width=676, height=174))
    return Drawing(width=820, height=500, title="The life of a sub-account", parts=(*frames, *boxes, *arrows))


def account_life() -> Drawing:
    """Draw the life of an account."""
    places = {AccountState.OPEN: 130.0, AccountState.CLOSED: 460.0}
    boxes, arrows = [], [Arrow(path="M30 66 H129", label=("open",), at=(76, 66))]
    for state, x in places.items():
        stays = [words(i.value) for (before, i), after in ACCOUNT_LIFE.items() if before is after is state]
        kind = "good" if state is AccountState.OPEN else "bad"
        boxes.append(Box(x=x, y=30, width=190, height=72, title=state.value, notes=stays, kind=kind))
    paths = {
        (AccountState.OPEN, AccountState.CLOSED): ("M320 50 H459", (390, 50)),
        (AccountState.CLOSED, AccountState.OPEN): ("M460 82 H321", (390, 82)),
    }
    for move, (path, at) in paths.items():
        label = [words(i.value) for (before, i), after in ACCOUNT_LIFE.items() if (before, after) == move]
        arrows.append(Arrow(path=path, label=label, at=at))
    return Drawing(width=680, height=130, title="The life of an account", parts=(*boxes, *arrows))


# The dialogue: what the host shows, and what leads from one to the next.

SCREENS: Final[Mapping[Told, str]] = {
    Told.ACCOUNT_CLOSED: "AskAdministrator",
    Told.BARRED: "HostAccountBarred",
    Told.LAPSED: "AskAdministrator",
    Told.WRONG_LOGIN: "EnterLogin",
    Told.ARCHIVED: "AskAdministrator",
    Told.LOCKED: "LockedUntil",
    Told.DISABLED: "AskAdministrator",
    Told.INCOMPLETE: "AskAdministrator",
    Told.NO_CODE: "AskAdministrator",
    Told.REGISTER: "CompleteFields",
    Told.REGISTER_AGAIN: "CompleteFields",
    Told.CODE_WRONG: "CompleteFields",
    Told.ENTER_PASSWORD: "EnterPassword",
    Told.PASSWORD_WRONG: "EnterPassword",
    Told.ALREADY_CLAIMED: "AlreadyClaimed",
    Told.AUTHENTICATED: "Authenticated",
    Told.SEATS_FULL: "AskAdministrator",
    Told.FOLLOW_LINK: "FollowLink",
    Told.CONTINUE_WITH_SSO: "ContinueWithSSO",
    Told.ENTER_BOTH: "EnterLoginAndProof",
    Told.REFUSED: "EnterLoginAndProof",
}
"""The step that each answer becomes; `CompleteFields` stands for `CreatePassword` too."""
_SENDS: Final[Mapping[str, tuple[Incoming, ...]]] = {
    "EnterLogin": (Incoming.LOGIN,),
    "EnterPassword": (Incoming.PROOF_RIGHT, Incoming.PROOF_WRONG, Incoming.NO_SEAT),
    "EnterLoginAndProof": (Incoming.LOGIN, Incoming.PROOF_RIGHT, Incoming.PROOF_WRONG, Incoming.NO_SEAT),
    "CompleteFields": (Incoming.CLAIM_RIGHT, Incoming.CLAIM_FLAWED, Incoming.CLAIM_WRONG, Incoming.NO_SEAT),
}
_SAID: Final[Mapping[Incoming, str]] = {
    Incoming.LOGIN: "login alone",
    Incoming.PROOF_RIGHT: "right password",
    Incoming.PROOF_WRONG: "wrong password",
    Incoming.CLAIM_RIGHT: "registered",
    Incoming.CLAIM_FLAWED: "not in order",
    Incoming.CLAIM_WRONG: "wrong code",
    Incoming.NO_SEAT: "no seat",
}
_STOPS: Final = ("HostAccountBarred", "AskAdministrator", "LockedUntil", "FollowLink", "ContinueWithSSO")
_TYPED_AT_A_LINK: Final = frozenset({Incoming.LOGIN, Incoming.PROOF_WRONG})
"""What can be sent where a link is awaited: nothing that is typed is ever a link's proof."""
_TITLES: Final = {"CompleteFields": "CompleteFields / CreatePassword"}


def _always(standing: Standing, door: Door) -> bool:
    return len({told(standing, incoming, door=door) for incoming in Incoming}) == 1


def _label(standing: Standing, incoming: Incoming, door: Door) -> str:
    if incoming is Incoming.LOGIN and door.disclosure is Disclosure.OPEN:
        return words(standing.value)
    if incoming is Incoming.PROOF_RIGHT and standing is Standing.CODE_AWAITED:
        return "right code"
    return _SAID[incoming]


def _moves(door: Door) -> tuple[dict[tuple[str, str], list[str]], dict[str, list[str]]]:
    """Return the labels of every move between screens, and for every stop what leads to it from anywhere."""
    moves: dict[tuple[str, str], list[str]] = defaultdict(list)
    stops: dict[str, list[str]] = defaultdict(list)
    for standing in Standing:
        if standing is Standing.OPEN_TO_CLAIM and door.disclosure is Disclosure.CLOSED:
            continue  # an open claim is none at a closed door: there it stands as `no_code`
        for screen, sent in _SENDS.items():
            if (screen == "EnterLoginAndProof") is (door.disclosure is Disclosure.OPEN) and screen != "CompleteFields":
                continue
            asks_login = told(standing, Incoming.LOGIN, door=door)
            if screen == "EnterPassword" and asks_login is not Told.ENTER_PASSWORD:
                continue
            by_link = standing is Standing.LINK_AWAITED
            if screen == "CompleteFields" and (by_link or _always(standing, door)):
                continue
            for incoming in sent if not by_link else filter(_TYPED_AT_A_LINK.__contains__, sent):
                answer = SCREENS[told(standing, incoming, door=door)]
                if answer in _STOPS:
                    said = words(standing.value) if _always(standing, door) else _label(standing, incoming, door)
                    stops[answer].append(said)
                else:
                    moves[screen, answer].append(_label(standing, incoming, door))
    unique = {move: list(dict.fromkeys(labels)) for move, labels in moves.items()}
    return unique, {stop: list(dict.fromkeys(whys)) for stop, whys in stops.items()}


_OPEN_BOXES: Final = {
    "EnterLogin": (40, 150, 140, 50),
    "EnterPassword": (330, 70, 220, 50),
    "CompleteFields": (320, 220, 250, 50),
    "Authenticated": (710, 70, 140, 50),
    "AlreadyClaimed": (710, 220, 140, 50),
}
_OPEN_ARROWS: Final = {
    ("EnterLogin", "EnterLogin"): ("M90 150 C80 100 140 100 130 149", (110, 104)),
    ("EnterLogin", "EnterPassword"): ("M180 165 C250 160 250 95 329 95", (252, 128)),
    ("EnterLogin", "CompleteFields"): ("M180 185 C250 190 250 245 319 245", (248, 216)),
    ("EnterPassword", "EnterPassword"): ("M420 70 C410 25 470 25 460 69", (440, 30)),
    ("EnterPassword", "Authenticated"): ("M550 95 H709", (630, 95)),
    ("CompleteFields", "CompleteFields"): ("M420 220 C410 175 470 175 460 219", (440, 178)),
    ("CompleteFields", "Authenticated"): ("M570 232 C640 225 640 130 709 112", (640, 172)),
    ("CompleteFields", "AlreadyClaimed"): ("M570 250 H709", (640, 250)),
}
_CLOSED_BOXES: Final = {
    "EnterLoginAndProof": (40, 130, 190, 54),
    "CompleteFields": (370, 210, 250, 54),
    "Authenticated": (710, 100, 140, 54),
}
_CLOSED_ARROWS: Final = {
    ("EnterLoginAndProof", "EnterLoginAndProof"): ("M100 130 C85 70 175 70 160 129", (130, 66)),
    ("EnterLoginAndProof", "Authenticated"): ("M230 145 C400 110 560 110 709 122", (470, 118)),
    ("EnterLoginAndProof", "CompleteFields"): ("M230 165 C300 170 300 220 369 226", (298, 192)),
    ("CompleteFields", "EnterLoginAndProof"): ("M370 252 C250 260 140 240 135 185", (220, 248)),
    ("CompleteFields", "CompleteFields"): ("M470 210 C460 160 530 160 520 209", (495, 166)),
    ("CompleteFields", "Authenticated"): ("M620 228 C680 222 700 190 740 155", (680, 212)),
}
_AFTER_A_CLAIM: Final = {"AlreadyClaimed": "somebody else was faster"}


def _shortened(move: tuple[str, str], labels: list[str]) -> list[str]:
    """Return what stands at an arrow: many causes with one answer are one sentence."""
    if move[1] in _AFTER_A_CLAIM:
        return ["somebody else", "was faster"]
    if move == ("EnterLoginAndProof", "EnterLoginAndProof"):
        return ["login alone, or anything refused,", "whatever the reason"]
    if move == ("CompleteFields", "EnterLoginAndProof"):
        return ["refused, whatever", "the reason"]
    return labels


def dialogue(disclosure: Disclosure, /) -> Drawing:
    """Draw the dialogue at an open or a closed door."""
    door = Door(where=HERE, disclosure=disclosure)
    moves, stops = _moves(door)
    is_open = disclosure is Disclosure.OPEN
    boxes = _OPEN_BOXES if is_open else _CLOSED_BOXES
    arrows = _OPEN_ARROWS if is_open else _CLOSED_ARROWS
    _homeless("dialogue", (move for move in moves if move not in arrows))
    parts: list[Box | Frame | Arrow] = [Frame(x=16, y=8, width=664 if is_open else 640, height=286)]
    for name, (x, y, w, h) in boxes.items():
        kind = "good" if name == "Authenticated" else "plain"
        parts.append(Box(x=x, y=y, width=w, height=h, title=_TITLES.get(name, name), kind=kind))
    for move, (path, at) in arrows.items():
        parts.append(Arrow(path=path, label=_shortened(move, moves[move]), at=at))
    title = (
        "instead of any step, when the facts say so"
        if is_open
        else "instead of any step: said of the whole account, or after a right proof"
    )
    parts.append(Frame(x=16, y=344, width=848, height=152, title=title))
    parts.append(Arrow(path="M220 294 V343", dashed=True))
    left, width = 36.0, (808 - 24 * (len(stops) - 1)) / len(stops)
    for stop in _STOPS:
        if stop in stops:
            parts.append(Box(x=left, y=374, width=width, height=110, title=stop, notes=stops[stop], kind="bad"))
            left += width + 24
    return Drawing(width=880, height=508, title=f"The sign-in dialogue at a {disclosure.value} door", parts=parts)


# The house: rooms by the contract that holds their imports, and the way of one command.


_BESIDE: Final = 5
"""Rooms that have space for their notes in one row."""


def rooms() -> Drawing:
    """Draw the rooms of the package from the import contract in pyproject.toml."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    parts: list[Box | Frame | Arrow] = []
    y = 16.0
    for number, layer in enumerate(layers):
        names = [name.strip(" ()") for name in layer.split("|")]
        rows = -(-len(names) // _BESIDE)
        each = -(-len(names) // rows)
        for row in range(rows):
            beside = names[row * each : (row + 1) * each]
            width = (560 - 12 * (len(beside) - 1)) / len(beside)
            for place, name in enumerate(beside):
                kind = "good" if name == "domain" else "plain"
                notes = (_ROOMS[name],) if name in _ROOMS else ()
                box = Box(x=60 + place * (width + 12), y=y, width=width, height=44, title=name, notes=notes, kind=kind)
                parts.append(box)
            y += 44 if row == rows - 1 else 56
        if number < len(layers) - 1:
            parts.append(Arrow(path=f"M340 {y:g} V{y + 15:g}"))
            y += 16
    return Drawing(width=680, height=y + 12, title="The rooms of the package; imports point downwards", parts=parts)


_ROOMS: Final = {
    "testing": "the conformance kit, fakes, strategies",
    "_shell": "runs a command, in either color",
    "commands": "what can be asked",
    "repositories": "storage",
    "hashing": "passwords",
    "notifiers": "what sends",
    "wire": "values to and from plain data",
    "messages": "what it says",
    "slips": "codes on paper",
    "hosts": "ready answers",
    "system": "time, chance",
    "ports": "what a host plugs in, as contracts",
    "keys": "the key ring: every code is derived",
    "_key_file": "its file",
    "locale": "languages: the catalogs of what people read",
    "_addresses": "the host's pages, as templates",
    "_extra": "libraries that come with an extra",
    "domain": "what we know: pure rules and tables",
    "errors": "a rule said no, or a part failed",
}


def flow() -> Drawing:
    """Draw how one command runs."""
    parts: list[Box | Frame | Arrow] = [
        Frame(x=150, y=16, width=560, height=206, title="one handle"),
        Box(x=16, y=76, width=104, height=62, title="host", notes=("a command",), kind="outer"),
        Box(x=176, y=76, width=140, height=62, title="read", notes=("ask ports for facts",)),
        Box(x=366, y=76, width=140, height=62, title="decide", notes=("a pure rule",), kind="good"),
        Box(x=556, y=76, width=140, height=62, title="settle", notes=("one atomic commit",)),
        Box(x=750, y=76, width=116, height=62, title="answer", notes=("or refusal",), kind="outer"),
        Arrow(path="M120 107 H175"),
        Arrow(path="M316 107 H365"),
        Arrow(path="M506 107 H555"),
        Arrow(path="M696 107 H749"),
        Arrow(
            path="M626 138 V190 H246 V139",
            label=("Stale, Taken, Full: somebody was faster;", f"read and decide anew, {MOST_TRIES} times, then Busy"),
            at=(436, 190),
            dashed=True,
        ),
    ]
    return Drawing(width=880, height=240, title="Read, decide, settle", parts=parts)
