"""Where races begin: the records of an account and its person, and the same as the model sees it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, Final

from attrs import evolve, frozen

from subaccounts import OrganizationId, RegistrationPolicy, Secret, State, SubAccounts
from subaccounts.domain import codes
from subaccounts.domain.account import AccountState
from subaccounts.domain.attempts import Attempts, TerminalFailures
from subaccounts.domain.credential import ClaimCode
from subaccounts.domain.decision import Batch
from subaccounts.domain.policy import SLIP_LASTS
from subaccounts.domain.sub_account import Person
from subaccounts.domain.supplier import Supplier
from subaccounts.hosts import NobodyPrivileged
from subaccounts.testing import NOON, CheapHasher, FakeSubscriptions, FrozenClock, builders
from tests.interleavings.builder import FIELDS, KEYS, OPEN, PASSWORD
from tests.races.asked import Asked, shown
from tests.races.one import One

NEW_PASSWORD: Final = "seven quiet otters swim at dusk"
RIVAL_PASSWORD: Final = "nine loud herons wade at dawn"
PASSWORDS: Final = (PASSWORD, NEW_PASSWORD, RIVAL_PASSWORD)

_CLAIMED: Final = {"state": "active", "full_name": FIELDS["full_name"], "name_by": "herself", "position": "Seller"}
STARTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "waiting": {"code": "out"},
    "waiting, one try left": {"code": "out", "code_wrong": 4, "in_a_row": 4},
    "waiting, one guess from a delay": {"code": "out", "code_wrong": 3, "in_a_row": 4, "failures": 4},
    "waiting without a code": {},
    "open": {"openly": True},
    "active": {**_CLAIMED, "password": PASSWORD},
    "active, signed in today": {**_CLAIMED, "password": PASSWORD, "today": True},
    "active, one guess from a delay": {**_CLAIMED, "password": PASSWORD, "in_a_row": 4, "failures": 4},
    "active, one guess from disabled": {**_CLAIMED, "password": PASSWORD, "in_a_row": 49},
    "locked": {**_CLAIMED, "password": PASSWORD, "in_a_row": 5, "failures": 5},
    "disabled": {**_CLAIMED, "state": "disabled", "in_a_row": 50},
    "archived": {**_CLAIMED, "state": "archived"},
    "account closed": {**_CLAIMED, "password": PASSWORD, "is_open": False},
}
"""What each start has that is not as with everybody; `failures` are those at the shared terminal. Who signed in `today` is
to the model like anybody else."""


@frozen(kw_only=True)
class Start:
    """Hold a start: `records` to commit, the code that is out, and the model's state."""

    records: tuple[Any, ...]
    code: str
    one: One


def start(race: str, name: str) -> Start:
    """Return where a race begins."""
    said = dict(STARTS[name])
    failures, today = said.pop("failures", 0), said.pop("today", False)
    stored = _stored(OrganizationId(value=race), failures=failures, today=today, **said)
    code = text_of(stored) or "00000-00000"
    one = One(**{**said, "code": code if "code" in said else None})
    records = (stored.organization, stored.account, stored.sub_account, stored.credential)
    return Start(records=records, code=code, one=one.with_failures("shared", failures))


def _stored(of: OrganizationId, /, *, failures: int, today: bool, **said: Any) -> Person:
    state, waits = State(said.get("state", "waiting")), "full_name" not in said
    policy = RegistrationPolicy.by_person(claim=OPEN) if said.get("openly") else RegistrationPolicy.by_person()
    issued = ClaimCode(id="code-1", key=KEYS.current, issued_at=NOON, expires_at=NOON + SLIP_LASTS, policy_version=1)
    terminals = (TerminalFailures(terminal="shared", failures=failures, last_at=NOON),) if failures else ()
    password = said.get("password")
    return Person(
        organization=builders.organization(of, key_ring=KEYS.ring),
        account=builders.account(
            of=of, policy=policy, state=AccountState.OPEN if said.get("is_open", True) else AccountState.CLOSED
        ),
        sub_account=builders.sub_account(
            of=of,
            login="anna",
            state=state,
            profile=builders.profile({} if waits else FIELDS, by=Supplier.PERSON),
            claimed_at=None if waits else NOON,
        ),
        credential=builders.credential(
            of=of,
            code=evolve(issued, wrong=said.get("code_wrong", 0)) if "code" in said else None,
            password=CheapHasher().hash(Secret(password)) if password else None,
            attempts=Attempts(in_a_row=said.get("in_a_row", 0), terminals=terminals),
            last_sign_in_at=NOON if today else None,
        ),
    )


def put(repository: Any, records: tuple[Any, ...]) -> None:
    """Store where a race begins."""
    repository.commit(Batch(organization=records[0].id, puts=records))


def text_of(person: Person) -> str | None:
    """Return the code that is out for a person, as it was handed over."""
    code = person.credential.code
    if code is None:
        return None
    parts = codes.parts(person.sub_account.id, code)
    return codes.text(KEYS.derive(purpose=codes.PURPOSE, parts=parts, key=code.key))


def looked(repository: Any, race: str) -> Hashable:
    """Return everything that is stored of a race, as the model says it."""
    person: Person = repository.person(builders.sub_account_id(of=OrganizationId(value=race)))
    credential, hasher = person.credential, CheapHasher()
    stored = [word for word in PASSWORDS if hasher.matches(password=Secret(word), stored=credential.password)]
    return (
        "stored",
        shown(person.account),
        shown(person.sub_account),
        text_of(person),
        (credential.code.policy_version, credential.code.wrong) if credential.code else None,
        stored[0] if stored else None,
        (credential.attempts.in_a_row, tuple(sorted((t.terminal, t.failures) for t in credential.attempts.terminals))),
    )


def look(race: str) -> Asked:
    """Return the asking that stands for a look at everything stored, when all have ended."""
    return Asked(race=race, what="look")


def facade(repository: Any) -> SubAccounts:
    """Return the library on a repository, with a clock that stands still and a hasher that costs nothing."""
    return SubAccounts(
        repository=repository,
        keys=KEYS,
        host_accounts=NobodyPrivileged(),
        subscriptions=FakeSubscriptions(),
        hasher=CheapHasher(),
        clock=FrozenClock(),
        blocklist=frozenset(),
    )
