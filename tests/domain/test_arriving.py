"""Arrivals as a table, written down by hand: every state of a person, every way to be found, what becomes of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve

from subaccounts.domain import arriving
from subaccounts.domain.account import AccountState, HostRole
from subaccounts.domain.arriving import Arrival, Found, seek
from subaccounts.domain.credential import Credential, PendingContact
from subaccounts.domain.decision import Decision
from subaccounts.domain.dialogue import Door
from subaccounts.domain.email import Email
from subaccounts.domain.identity import Identity, VerifiedIdentity
from subaccounts.domain.issuer import Issuer
from subaccounts.domain.life import State
from subaccounts.domain.organization import LapsePolicy
from subaccounts.domain.policy import RegistrationPolicy
from subaccounts.domain.queries import SignInFacts
from subaccounts.domain.scene import Scene
from subaccounts.domain.steps import AnyStep, AskAdministrator, Authenticated
from subaccounts.domain.sub_account import SubAccount
from subaccounts.domain.supplier import Supplier
from subaccounts.testing import BOUGHT, NOON
from subaccounts.testing import builders as a

EARLIER = NOON - timedelta(days=1)
ANNAS = Identity(issuer="https://login.acme.example", subject="s-1")
VERIFIED = VerifiedIdentity(identity=ANNAS, attributes={"eid": "E-1"}, email="anna@acme.example", email_verified=True)
ISSUER = Issuer(issuer=ANNAS.issuer, name="Acme account", external_id="eid", trusts_email=True)
OURS = a.organization(issuers=(ISSUER,), version=1)
COMPLETE = a.profile({"full_name": "Anna", "position": "Cashier", "email": Email.parse("anna@acme.example")})

GRID = """
             identity    external_id   email
waiting      taken_over  taken_over    taken_over
active       in          taken_over    -
disabled     woken       taken_over    -
archived     archived    archived      -
deleted      -           -             -
"""
"""What becomes of a person in a state that was found by this: let in, woken, its record taken over, turned away, or not
found at all."""


def written() -> dict[tuple[State, Found], str]:
    """Read the grid."""
    head, *rows = (line.split() for line in GRID.strip("\n").splitlines())
    ways = [Found(name) for name in head]
    return {(State(state), way): cell for state, *cells in rows for way, cell in zip(ways, cells, strict=True)}


def scene(**changes: Any) -> Scene:
    """Return a scene with Anna in it, whose record is complete; without a state, with nobody."""
    facts = SignInFacts(organization=OURS, account=a.account(policy=RegistrationPolicy.by_administrator(), version=1))
    if "state" in changes:
        person = a.sub_account(login="anna", version=1, profile=COMPLETE, email_is_key=True, **changes)
        password = a.password_hash() if person.state is State.ACTIVE else None
        credential = a.credential(password=password, code=a.claim_code(), version=1)
        facts = evolve(facts, sub_account=person, credential=credential)
    return Scene(
        facts=facts,
        door=Door.inside(a.account_id()),
        roles=frozenset(),
        subscription=BOUGHT,
        stranger=a.stranger_id(),
        now=NOON,
    )


def arrived(here: Scene, found: Found | None) -> Decision[AnyStep]:
    """Arrive in a scene, found by this."""
    return arriving.arrive(Arrival(scene=here, sought=seek(OURS, VERIFIED, now=NOON), found=found))


@pytest.mark.asvs("2.3.1")
@pytest.mark.parametrize(("pair", "cell"), written().items(), ids=str)
def test_every_state_with_every_way(pair: tuple[State, Found], cell: str) -> None:
    """A person in each state, found by each way, becomes what the grid says, and nothing else."""
    state, found = pair
    linked = frozenset({ANNAS}) if found is Found.IDENTITY else frozenset[Identity]()
    claimed = EARLIER if state in {State.ACTIVE, State.DISABLED} else None
    here = scene(state=state, identities=linked, claimed_at=claimed)
    person = here.facts.sub_account
    sought = seek(OURS, VERIFIED, now=NOON)
    assert person is not None
    assert sought is not None
    if cell == "-":
        if state is not State.DELETED:
            assert not arriving.leads_to(found, person, sought)
            return
        decision = arrived(here, found)
        assert (AskAdministrator(why="not_known"), (), ()) == (decision.result, decision.puts, decision.happened)
        return
    assert arriving.leads_to(found, person, sought)
    decision = arrived(here, found)
    if cell == "archived":
        assert ((), ()) == (decision.puts, decision.happened)
        assert AskAdministrator(why="archived") == decision.result
        return
    assert isinstance(decision.result, Authenticated)
    (then,) = [each for each in decision.puts if isinstance(each, SubAccount)] or [person]
    (row,) = [each for each in decision.puts if each.id == person.id.credential]
    became = {
        "in": (State.ACTIVE, 1, EARLIER, a.password_hash()),
        "woken": (State.ACTIVE, 2, EARLIER, None),
        "taken_over": (State.ACTIVE, 2, NOON, None),
    }[cell]
    assert became == (then.state, then.epoch, then.claimed_at, row.password)
    assert {ANNAS} == then.identities
    assert (row.code is None) == (cell == "taken_over")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"facts": {"account": {"state": AccountState.CLOSED}}}, "AskAdministrator(why='account_closed')"),
        ({"roles": frozenset({HostRole.MODERATOR})}, "HostAccountBarred"),
        (
            {"facts": {"organization": {"lapse": LapsePolicy.BLOCKED}}, "lapsed": True},
            "AskAdministrator(why='subscription_lapsed')",
        ),
    ],
    ids=["closed", "barred", "lapsed"],
)
@pytest.mark.parametrize("found", [Found.IDENTITY, None])
def test_what_keeps_everybody_out_is_said_first(changes: dict[str, Any], why: str, found: Found | None) -> None:
    """An account that is closed, barred or lapsed says so to who is known and to who is not."""
    here = scene(state=State.ACTIVE, identities=frozenset({ANNAS})) if found else scene()
    facts = here.facts
    for name, inner in changes.get("facts", {}).items():
        facts = evolve(facts, **{name: evolve(getattr(facts, name), **inner)})
    subscription = evolve(BOUGHT, active=not changes.get("lapsed", False))
    shut = evolve(here, facts=facts, subscription=subscription, roles=changes.get("roles", frozenset()))
    assert repr(arrived(shut, found).result).startswith(why)


@pytest.mark.parametrize("named", [True, False])
def test_an_external_id_where_nobody_is_known_by_one(named: bool) -> None:
    """An external id keeps an e-mail from leading to its person only where the issuer says external ids."""
    issuer = evolve(ISSUER, external_id="eid" if named else None)
    sought = seek(evolve(OURS, issuers=(issuer,)), evolve(VERIFIED, attributes={}), now=NOON)
    profile = a.profile({"email": Email.parse("anna@acme.example"), "external_id": "E-1"})
    person = a.sub_account(login="anna", profile=profile, email_is_key=True)
    assert sought is not None
    assert named is not arriving.leads_to(Found.EMAIL, person, sought)


def test_an_email_that_nobody_signs_in_with() -> None:
    """An e-mail leads to whose login or sign-in key it is, and not to who only has it as a contact."""
    sought = seek(OURS, VERIFIED, now=NOON)
    assert sought is not None
    contact = a.sub_account(login="anna", profile=COMPLETE)
    login = a.sub_account(login="Anna@acme.example")
    key = evolve(contact, email_is_key=True)
    assert [False, True, True] == [arriving.leads_to(Found.EMAIL, each, sought) for each in (contact, login, key)]


@pytest.mark.parametrize("state", [State.ACTIVE, State.DISABLED])
def test_a_record_that_lacks_something_now(state: State) -> None:
    """Whoever has claimed comes in whatever the policy has come to require since, and is asked for nothing."""
    here = scene(state=state, identities=frozenset({ANNAS}))
    assert here.facts.account is not None
    facts = evolve(here.facts, account=evolve(here.facts.account, policy=RegistrationPolicy.complete_record()))
    assert isinstance(arrived(evolve(here, facts=facts), Found.IDENTITY).result, Authenticated)


@pytest.mark.parametrize("state", [State.ACTIVE, State.DISABLED])
def test_fields_of_who_has_claimed(state: State) -> None:
    """Arriving fills in the record of who waits, and replaces nothing of who has claimed, at a takeover either."""
    arrival = Arrival(
        scene=scene(state=state),
        sought=seek(OURS, VERIFIED, now=NOON),
        found=Found.EXTERNAL_ID,
        profile=a.profile({"full_name": "Mallory"}, by=Supplier.PERSON),
    )
    (then,) = [each for each in arriving.arrive(arrival).puts if isinstance(each, SubAccount)]
    assert COMPLETE == then.profile


def test_who_is_woken_finds_nothing_that_was_asked_for_before() -> None:
    """The sign-ins of before are dead, and so are the proofs that were sent for another password or contact meanwhile."""
    here = scene(state=State.DISABLED, identities=frozenset({ANNAS}), claimed_at=EARLIER)
    pending = PendingContact(to=Email.parse("anna@home.example"), proof=a.sent_proof())
    assert here.facts.credential is not None
    asked = evolve(here.facts.credential, recovery=a.sent_proof(), contact=pending)
    (row,) = (
        each
        for each in arrived(evolve(here, facts=evolve(here.facts, credential=asked)), Found.IDENTITY).puts
        if isinstance(each, Credential)
    )
    assert (None, pending.killed()) == (row.recovery, row.contact)


def test_nobody_is_nobody() -> None:
    """Without a person, and with half of one, an arrival finds nobody, whatever it is said to have been found by."""
    not_known = AskAdministrator(why="not_known")
    here = scene(state=State.ACTIVE, identities=frozenset({ANNAS}))
    halves = [
        evolve(here, facts=evolve(here.facts, sub_account=None)),
        evolve(here, facts=evolve(here.facts, credential=None)),
    ]
    for nobody in (scene(), *halves):
        for found in (None, Found.IDENTITY, Found.EMAIL):
            assert not_known == arrived(nobody, found).result
    assert not_known == arrived(here, None).result


def test_what_was_read_holds_until_the_commit() -> None:
    """Whom an issuer is trusted for, the account's policy and the person are guarded where they are not written."""
    here = scene(state=State.ACTIVE, identities=frozenset({ANNAS}))
    guarded = {each.id.kind for each in arrived(here, Found.IDENTITY).guards}
    assert {"organization", "account", "sub_account"} == guarded
    taken_over = arrived(scene(state=State.WAITING), Found.EMAIL)
    assert {"organization", "account"} == {each.id.kind for each in taken_over.guards}
    assert {"sub_account", "credential"} == {each.id.kind for each in taken_over.puts}
