"""A forgotten password by itself: what would be worded for nobody is what is worded for somebody."""

from __future__ import annotations

from attrs import evolve

from subaccounts.domain import fields as f
from subaccounts.domain import recovery
from subaccounts.domain.budget import Spending
from subaccounts.domain.channel import Channel
from subaccounts.domain.dialogue import Door
from subaccounts.domain.email import Email
from subaccounts.domain.life import State
from subaccounts.domain.queries import SignInFacts
from subaccounts.domain.scene import Scene
from subaccounts.testing import BOUGHT, NOON
from subaccounts.testing import builders as a

NOBODY = Scene(
    facts=SignInFacts(organization=a.organization(), account=a.account()),
    door=Door.outside(a.account_id()),
    roles=frozenset(),
    subscription=BOUGHT,
    stranger=a.stranger_id(),
    now=NOON,
)
TODAY = {Channel.EMAIL: Spending(channel=Channel.EMAIL, limit=None, sent=0, told=False, now=NOON)}


def test_nobody_is_worded_for_as_somebody() -> None:
    """The words for a login that nobody has are of one kind, one length of life and one set of values with the true ones."""
    person = a.sub_account(state=State.ACTIVE, profile=a.profile({f.EMAIL: Email.parse("anna@example.com")}))
    credential = a.credential(password=a.password_hash())
    found = evolve(NOBODY, facts=evolve(NOBODY.facts, sub_account=person, credential=credential))
    (telling,) = recovery.request(found, id=a.value(1), key="key-1", spending=TODAY).tellings
    decoy = recovery.decoy(NOBODY, key="key-1")
    assert telling.proof is not None
    assert decoy.proof is not None
    assert (telling.kind, telling.language) == (decoy.kind, decoy.language)
    assert evolve(telling.proof, owner=decoy.proof.owner, id=decoy.proof.id) == decoy.proof
    lasts = {name: value for name, value in telling.values.items() if name.startswith("lasts")}
    assert lasts == {name: value for name, value in decoy.values.items() if name.startswith("lasts")}
    assert set(telling.values) == set(decoy.values)


def test_a_slip_is_alive_until_its_key_is_lost() -> None:
    """Who waits with a slip is sent nothing, unless whoever has the keys says that it died with its own."""
    profile = a.profile({"full_name": "Anna", "position": "Cashier", f.EMAIL: Email.parse("anna@example.com")})
    waits = a.sub_account(state=State.WAITING, profile=profile)
    here = evolve(NOBODY, facts=evolve(NOBODY.facts, sub_account=waits, credential=a.credential(code=a.claim_code())))
    silent = recovery.request(here, id=a.value(2), key="key-2", spending=TODAY)
    told = recovery.request(evolve(here, code_lost=True), id=a.value(2), key="key-2", spending=TODAY)
    assert [0, 1] == [len(each.tellings) for each in (silent, told)]
