"""A batch as a machine wishes it, and the batch it becomes: what no rule can mean is left out, what is bad is kept.

A wish names records by kind and number and says on which version they are put; which one that is, the model knows when
the wish is fitted. What a wish cannot become is a batch that no clause decides on: one record written twice, a person
without its account, a circle of departments.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final, final

from attrs import evolve, field, frozen

from ...domain.audit import Seal
from ...domain.catalog import CatalogEntry
from ...domain.decision import Batch, Count, Record, Seen
from ...domain.ids import AnyRecordId, DepartmentId, OrganizationId, SubAccountId
from ...domain.membership import Membership
from ...domain.organization import Organization, Realm
from ...domain.participation import Participation
from ...domain.queries import LARGEST_PAGE
from ...domain.sign_up import SignUp
from ...domain.sub_account import SubAccount
from ...domain.task import Acknowledgment, Task
from .. import builders as a
from .. import groups as g
from ..clock import NOON
from . import alphabet
from .alphabet import Digits
from .answers import Answers
from .model import Model

KINDS: Final = (
    "sub_account", "credential", "account", "department", "job_profile", "permission_type", "stranger", "sign_up", "chain", "organization",
    "group", "membership", "resource", "participation",
)  # fmt: skip
ORDER: Final = (
    "organization", "department", "job_profile", "permission_type", "account", "sub_account", "credential", "sign_up", "group", "resource",
    "membership", "participation", "stranger", "chain",
)  # fmt: skip
"""Each kind after those it refers to, which is how storage gets them."""
REMOVABLE: Final = (
    "stranger", "sign_up", "job_profile", "permission_type", "sub_account", "account", "membership", "participation", "group", "resource",
)  # fmt: skip
RIGHT: Final = "right"
VERSIONS: Final = (*(RIGHT,) * 13, "new", "earlier", "later")
"""On which version a record is put or guarded: mostly the one it has."""


@final
@frozen
class Part:
    """Name a record by kind and number; `which` says what its fields are, `version` on which version it is written."""

    kind: str
    number: int
    which: int = 0
    version: str = RIGHT


@final
@frozen(kw_only=True)
class Wish:
    """Hold what a batch should be.

    Events are numbers. A seal is a pair: which of the events that wait, or of all where fewer do, and how far its
    position is from the last one. Tasks are numbers and their queues; one that is acknowledged is a number, under which
    fence, and whether it has to be done again.
    """

    of: OrganizationId = field(default=a.OURS, repr=lambda of: "a.OURS" if of == a.OURS else "a.THEIRS")
    puts: tuple[Part, ...] = ()
    removes: tuple[Part, ...] = ()
    guards: tuple[Part, ...] = ()
    counts: tuple[Count, ...] = ()
    events: tuple[int, ...] = ()
    seals: tuple[tuple[int, int], ...] = ()
    request: tuple[str, str] | None = None
    tasks: tuple[tuple[int, str], ...] = ()
    acknowledged: tuple[tuple[int, str, bool], ...] = ()

    def fitted(self, model: Model, /, *, realm: Realm) -> Batch:
        """Return the batch that this is now; the organization's sign-in keys are unique in the realm."""
        puts: dict[AnyRecordId, Record] = {}
        for part in self.puts:
            for record in _records(part, self.of, model, realm):
                puts.setdefault(record.id, evolve(record, version=_version(part, record.id, model)))
        removes: dict[AnyRecordId, Seen] = {}
        for part in self.removes:
            gone = {each.id: each for each in _removed(part, self.of, model)}
            removes |= gone if gone.keys().isdisjoint(puts) else {}
        kept = _whole(puts, removes, model)
        events = tuple(_event(number, self.of) for number in self.events)
        fresh = {event.id for event in events}
        last = max((seal.position for (of, _), seal in model.seals.items() if of == self.of), default=0)
        loose = [event.id for event in Answers(model).unsealed_events(self.of, limit=LARGEST_PAGE)]
        seals = {(loose[event - 1 : event] or [a.value(event)])[0]: last + step for event, step in self.seals}
        return Batch(
            organization=self.of,
            puts=tuple(sorted(kept.values(), key=lambda record: ORDER.index(record.id.kind))),
            removes=tuple(removes.values()),
            guards=tuple(_guard(part, self.of, model) for part in self.guards),
            counts=self.counts,
            events=events,
            seals=tuple(
                Seal(event=event, position=position, digest=f"{position:064x}")
                for event, position in seals.items()
                if event not in fresh and position > 0
            ),
            request=a.request(self.request[0], of=self.of, receipt=self.request[1]) if self.request else None,
            tasks=tuple(_task(number, queue, self.of) for number, queue in self.tasks),
            acknowledgments=tuple(_acknowledged(*each, self.of, model) for each in self.acknowledged),
        )


def _version(part: Part, id: AnyRecordId, model: Model) -> int:  # noqa: A002 - the id of a record
    now = model.version(id)
    return {"new": 0, "earlier": max(0, now - 1), "later": now + 1}.get(part.version, now)


def _id(part: Part, of: OrganizationId) -> AnyRecordId:
    match part.kind:
        case "organization":
            return of
        case "chain":
            return a.chain(of=of).id
        case "credential":
            return a.sub_account_id(part.number, of=of).credential
        case "group" | "membership" | "resource" | "participation":
            return _seen(part, of).id
        case _:
            made: AnyRecordId = getattr(a, f"{part.kind}_id")(part.number, of=of)
            return made


def _records(part: Part, of: OrganizationId, model: Model, realm: Realm) -> tuple[Record, ...]:
    """Return the record a part names; a new person comes with its credential, a department with the one above it, and who is
    in something with what is missing."""
    number, digits = part.number, Digits(part.which)
    retired = (
        {"retired_at": digits.of((None, NOON))} if part.kind in {"department", "job_profile", "permission_type"} else {}
    )
    match part.kind:
        case "organization":
            return (a.organization(of, name=digits.of(alphabet.NAMES), realm=realm),)
        case "account":
            host, policy, state = (
                digits.of(alphabet.HOSTS),
                digits.of(alphabet.POLICIES),
                alphabet.account_state(digits),
            )
            return (a.account(number, of=of, host=host, policy=policy, state=state),)
        case "department":
            under, name = digits.of((None, number - 1 or None, *alphabet.NUMBERS)), digits.of(alphabet.NAMES)
            above = (a.department(under, of=of),) if under and under != number else ()
            lacking = (each for each in above if each.id not in model.records)
            return (*lacking, a.department(number, of=of, under=under, name=name, **retired))
        case "job_profile":
            return (a.job_profile(number, of=of, name=digits.of(alphabet.NAMES), **retired),)
        case "permission_type":
            return (a.permission_type(number, of=of, name=digits.of(alphabet.NAMES), **retired),)
        case "sub_account":
            made = alphabet.person(number, part.which, of=of, realm=realm)
            fresh = made.id not in model.records
            return (made, _credential(number, digits, of)) if fresh else (made,)
        case "credential":
            return (_credential(number, digits, of),)
        case "stranger":
            return (a.stranger(number, of=of, last_at=digits.of(alphabet.MOMENTS)),)
        case "sign_up":
            under, ends = digits.of(alphabet.NUMBERS), digits.of(alphabet.MOMENTS)
            return (a.sign_up(number, of=of, under=under, expires_at=ends, sent=digits.of((1, 2))),)
        case "group" | "membership" | "resource" | "participation":
            made_of = _seen(part, of)
            missing = (id_ for id_ in _above(made_of) if id_ not in model.records)
            return (*(each for id_ in missing for each in _missing(id_, part.which, of, realm)), made_of)
        case "chain":
            return (a.chain(of=of, position=part.which),)
        case _:
            raise ValueError(part.kind)


def _seen(part: Part, of: OrganizationId) -> Record:
    """Return what decides who sees what, of the kind a part names."""
    match part.kind:
        case "group":
            return alphabet.group(part.number, part.which, of=of)
        case "membership":
            return alphabet.membership(part.number, part.which, of=of)
        case "resource":
            return alphabet.resource(part.number, part.which, of=of)
        case "participation":
            digits = Digits(part.which)
            resource = alphabet.resource_id(digits.of(alphabet.NUMBERS), of=of)
            return g.participation(part.number, resource=resource, person=digits.of(alphabet.NUMBERS), of=of)
        case _:
            raise ValueError(part.kind)


def _missing(id: AnyRecordId, which: int, of: OrganizationId, realm: Realm) -> tuple[Record, ...]:  # noqa: A002 - the id of a record
    """Return the group, resource or person of an id that another record needs; people each have a login of their own."""
    digits = Digits(which // alphabet.OWN_CHOICES)
    outside, closed, retired = digits.of((0, 1)), digits.of((0, 0, 1)), digits.of((None, None, None, NOON))
    placed = digits.of((0, alphabet.BELOW, alphabet.BELOW))
    for number in alphabet.NUMBERS:
        person = alphabet.person(number, number + outside * alphabet.FROM_OUTSIDE + placed, of=of, realm=realm)
        for records in (
            (evolve(alphabet.group(number, closed, of=of), retired_at=retired),),
            (alphabet.resource(number, 0, of=of),),
            (person, _credential(number, Digits(0), of)),
        ):
            if records[0].id == id:
                return records
    raise ValueError(id)


def _credential(number: int, digits: Digits, of: OrganizationId) -> Record:
    password = digits.of((a.password_hash(), None))
    return a.credential(number, of=of, password=password, code=digits.of((None, a.claim_code())))


def _event(number: int, of: OrganizationId) -> Any:
    """Return an event; later ones happened earlier, and two of three have a fraction of a second."""
    at = NOON.replace(microsecond=number % 3, minute=59 - number)
    person, account = a.sub_account_id(number % 3 + 1, of=of), a.account_id(number % 2 + 1, of=of)
    return a.event(number, of=of, at=at, sub_account=person, account=account)


def _task(number: int, queue: str, of: OrganizationId) -> Task:
    due = NOON + timedelta(seconds=10 - number // 2)
    return Task(organization=of, queue=queue, id=a.value(number), due=due, body=f'{{"number":{number}}}')


def _acknowledged(number: int, fence: str, again: bool, of: OrganizationId, model: Model) -> Acknowledgment:  # noqa: FBT001 - drawn by Hypothesis
    """Return an acknowledgment, never of a lease that was none."""
    held = model.tasks.get((of, a.value(number)))
    now = held.fence if held else 1
    wanted = {"earlier": now - 1, "later": now + 1}.get(fence, now)
    due = NOON + timedelta(seconds=number) if again else None
    return Acknowledgment(task=a.value(number), fence=max(1, wanted), again=due)


def _guard(part: Part, of: OrganizationId, model: Model) -> Seen:
    return Seen(id=_id(part, of), version=_version(part, _id(part, of), model))


def _removed(part: Part, of: OrganizationId, model: Model) -> tuple[Seen, ...]:
    """Return what goes when a record does; nothing where there is nothing, or where something lives under it."""
    id_ = _id(part, of)
    if model.version(id_) == 0 or any(id_ in _above(each) for each in model.records.values()):
        return ()
    version = max(1, _version(part, id_, model))
    gone = (Seen(id=id_, version=version),)
    if part.kind != "sub_account":
        return gone
    credential = a.sub_account_id(part.number, of=of).credential
    return (Seen(id=credential, version=model.version(credential)), *gone)


def _above(record: Record) -> tuple[AnyRecordId, ...]:
    """Return what a record lives under, its organization apart; a credential goes with its person."""
    match record:
        case SubAccount() | SignUp():
            return (record.account,)
        case Membership():
            return (record.group, record.person)
        case Participation():
            return (record.resource, record.person)
        case _:
            return ()


def _whole(
    puts: dict[AnyRecordId, Record], removes: dict[AnyRecordId, Seen], model: Model
) -> dict[AnyRecordId, Record]:
    """Leave out what would stand under nothing, until nothing does."""
    kept = dict(puts)
    while True:
        there = (model.records.keys() - removes.keys()) | kept.keys()
        fallen = [id_ for id_, record in kept.items() if not _stands(record, there, kept, model)]
        if not fallen:
            return kept
        for id_ in fallen:
            del kept[id_]


def _stands(record: Record, there: Any, kept: dict[AnyRecordId, Record], model: Model) -> bool:
    of = record.id.organization
    match record:
        case Organization():
            return True
        case SubAccount():
            return record.account in there and record.id.credential in there and of in there
        case SignUp() | Membership() | Participation():
            return of in there and all(each in there for each in _above(record))
        case CatalogEntry(parent=DepartmentId() as parent):
            above = Answers(Model(records=model.records | kept)).lineage((parent,))
            return of in there and parent in there and record.id not in above
        case _ if record.id.kind == "credential":
            return SubAccountId(organization=of, value=record.id.value) in there
        case _:
            return of in there
