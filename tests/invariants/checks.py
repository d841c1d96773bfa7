"""What holds of everything stored, whatever happened: the invariants that a look at the storage can judge."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from attrs import evolve

from subaccounts import State, VerifyAudit
from subaccounts.domain.ids import OrganizationId
from subaccounts.domain.key import Key
from subaccounts.domain.queries import LARGEST_PAGE, PeopleQuery
from subaccounts.domain.sub_account import SIGN_IN_SPACE, Person
from tests.invariants.world import OPERATOR, World


def organizations(world: World) -> list[OrganizationId]:
    """Return every organization that is stored."""
    names = {key[1] for key in world.rows() if key[0] == "record" and key[2] in {"organization", "organizations", ""}}
    found = [world.plain.organization(OrganizationId(value=name)) for name in sorted(names)]
    return [organization.id for organization in found if organization is not None]


def everybody(world: World, organization: OrganizationId) -> Iterator[Person]:
    """Yield every person of an organization, deleted ones too."""
    query = PeopleQuery(organization=organization, states=frozenset(State), limit=LARGEST_PAGE)
    for each in world.plain.people_page(query):
        yield world.person(each.id)


def check_stored(world: World) -> None:
    """Assert of everything stored: one holder for each key, proofs only where they belong, a chain that verifies."""
    for organization in organizations(world):
        people = list(everybody(world, organization))
        _check_keys(world, people)
        for person in people:
            _check_proofs(person)
        assert world.rival.handle(VerifyAudit(actor=OPERATOR, organization=organization)) is None


def _check_keys(world: World, people: list[Person]) -> None:
    """Invariant 1: a key is held by at most one living person, and the table of keys says just that."""
    wanted: Counter[Key] = Counter(key for person in people for key in person.sub_account.keys)
    assert dict.fromkeys(wanted, 1) == dict(wanted)
    held = world.plain.holders(tuple(wanted))
    expected = {key: person.sub_account.id for person in people for key in person.sub_account.keys}
    assert expected == dict(held)
    living = [person.sub_account for person in people if person.sub_account.state is not State.DELETED]
    logins = Counter(
        (person.account if person.realm.value == "account" else None, person.login.key) for person in living
    )
    assert set(logins.values()) <= {1}
    dead = [evolve(each.sub_account, state=State.ACTIVE) for each in people if each.sub_account not in living]
    for gone in dead:
        for key in gone.keys:
            holder = world.plain.holders((key,)).get(key)
            assert key.space != SIGN_IN_SPACE or holder != gone.id


def _check_proofs(person: Person) -> None:
    """A password only for who is active, who has one or a company account; a code only for who waits; nobody dead has either."""
    state, credential = person.sub_account.state, person.credential
    assert state is State.ACTIVE or credential.password is None, state
    assert state is not State.ACTIVE or credential.password is not None or person.sub_account.identities, state
    assert state is not State.DELETED or not person.sub_account.identities, state
    assert state is State.WAITING or credential.code is None, state
