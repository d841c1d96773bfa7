"""A hundred thousand codes: derived under the key ring, signed as links, or hashed one by one."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable

from argon2 import PasswordHasher

from benchmarks.figure import Figure
from benchmarks.lanes.hashing import parameters
from benchmarks.rounds import medians, timed
from benchmarks.scale import Scale
from subaccounts import KeyRing
from subaccounts.domain import codes

ROUNDS = 5


def figures(scale: Scale) -> list[Figure]:
    """Measure all in turn; hashing each with Argon2 is one hash, multiplied."""
    keys = KeyRing.in_memory(b"benchmark" * 4)
    ids = [f"0190-{number:08}" for number in range(scale.codes)]

    def ours() -> None:
        for id_ in ids:
            codes.text(keys.derive(purpose=codes.PURPOSE, parts=("acme", id_, id_)))

    def limit() -> None:
        for id_ in ids:
            hmac.digest(b"key", id_.encode(), hashlib.sha256)

    contestants: dict[str, Callable[[], object]] = {"ours": ours, "limit": limit}
    signer = _itsdangerous(ids)
    if signer is not None:
        contestants["itsdangerous"] = signer
    measured = medians({name: timed(work) for name, work in contestants.items()}, rounds=ROUNDS)
    hasher = PasswordHasher(**parameters("real"))
    began = time.perf_counter()
    hasher.hash("ABCDE-FGHJK")
    peers = {name: seconds for name, seconds in measured.items() if name == "itsdangerous"}
    peers["Argon2 on each (one, multiplied)"] = (time.perf_counter() - began) * scale.codes
    return [
        Figure(
            what=f"{scale.codes:,} codes; the limit is one `hmac.digest` each",
            ours=measured["ours"],
            limit=measured["limit"],
            peers=peers,
            bar="≤ 0.5 s",
            most=0.5,
            absolute=True,
        )
    ]


def _itsdangerous(ids: list[str]) -> Callable[[], None] | None:
    try:
        from itsdangerous import URLSafeTimedSerializer
    except ImportError:
        return None
    serializer = URLSafeTimedSerializer("a key of nobody", salt="links")

    def sign() -> None:
        for id_ in ids:
            serializer.dumps(id_)

    return sign
