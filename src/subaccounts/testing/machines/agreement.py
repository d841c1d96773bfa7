"""Whether an answer is the one the model has, and if not, which clause it breaks.

A record that comes back at its version with other contents was not kept (`storage`, or `secrets` when it shows a hash);
whatever else is wrong is the read's own clause.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import attrs

from ...domain.account import Account
from ...domain.decision import RequestRecord
from ...domain.events import Event, SealedEvent
from ...domain.queries import SignInFacts
from ...domain.sub_account import AccountFacts, Person
from ...domain.task import Leased
from ...domain.viewer import ViewerFacts
from .answers import READS
from .model import Model

_SWEPT: Final = {"stale_strangers": "last_at", "stale_sign_ups": "expires_at"}
"""The reads of what is swept, with the moment by which they are ordered."""


def agree(name: str, expected: Any, answer: Any, /) -> bool:
    """Tell whether an answer is the expected one; what is swept comes in any order where its moment is the same."""
    if type(answer) is not type(expected) and name != "holders":
        return False
    if name in _SWEPT and expected != answer:
        moments = [[getattr(each, _SWEPT[name], None) for each in given] for given in (expected, answer)]
        return moments[0] == moments[1] and len({each.id for each in answer}) == len(answer)
    return bool(expected == answer) and _orders(expected) == _orders(answer)


def broken(name: str, expected: Any, answer: Any, /, *, model: Model) -> str:
    """Return the clause that a wrong answer breaks."""
    if expected is not None and answer is not None:
        wanted, came = list(_parts(expected)), list(_parts(answer))
        if wanted and [key for key, _ in wanted] == [key for key, _ in came]:
            return "secrets" if tells_a_hash(repr([part for _, part in came]), model) else "storage"
    if name != "sign_in_facts":
        return READS[name]
    if expected is None or answer is None:
        return "R13"
    return "R14" if _who(expected) != _who(answer) else "R15"


def misleased(
    expected: Sequence[Leased], leased: Sequence[Leased], before: Mapping[str, Leased], /, *, queue: str, limit: int
) -> str:
    """Return the clause that a wrong lease breaks: Q3 where an earlier lease ended too soon or too late, else Q2."""
    wanted, came = {each.task.id for each in expected}, {each.task.id for each in leased}
    foreign = any(name not in before or before[name].task.queue != queue for name in came)
    if foreign or len(leased) > limit:
        return "Q2"
    if wanted == came:
        return "Q3" if [each.task.id for each in expected] == [each.task.id for each in leased] else "Q2"
    return "Q3" if any(before[name].fence for name in wanted ^ came) else "Q2"


def tells_a_hash(text: str, model: Model, /) -> bool:
    """Tell whether a text shows the hash of a password that is stored."""
    held = (getattr(record, "password", None) for record in model.records.values())
    return any(password.encoded in text for password in held if password)


def _who(facts: Any) -> object:
    return (facts.sub_account, facts.credential) if isinstance(facts, SignInFacts) else facts


def _parts(answer: Any) -> Iterator[tuple[object, object]]:
    """Yield what an answer is made of: each record with its id and version, each event and request with its id."""
    match answer:
        case tuple():
            for each in answer:
                yield from _parts(each)
        case AccountFacts() | Person() | SignInFacts():
            for each in attrs.astuple(answer, recurse=False):
                yield from _parts(each)
        case ViewerFacts():
            for each in (answer.sub_account, *answer.memberships, *answer.groups, *answer.participations):
                yield from _parts(each)
            yield answer.lineage, None
        case SealedEvent():
            yield (answer.position, answer.digest), None
            yield from _parts(answer.event)
        case Leased():
            yield (answer.task.id, answer.task.due, answer.fence), answer
        case Event() | RequestRecord():
            yield answer.id, answer
        case _ if hasattr(answer, "version"):
            yield (answer.id, answer.version), answer
        case _:
            pass


def _orders(answer: Any) -> list[tuple[str, ...]]:
    """Return the order of the fields of every policy in an answer: pages ask in it, and a mapping compares without."""
    return [tuple(part.policy.fields) for _, part in _parts(answer) if isinstance(part, Account)]
