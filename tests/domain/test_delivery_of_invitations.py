"""When an invitation's message goes out and when it does not: while the invitation stands, to an address that counts."""

from __future__ import annotations

from typing import Any, Final

import pytest
from attrs import evolve

from subaccounts import Email, Kind, Language, NoticeKind, Phone, State, Supplier
from subaccounts.domain import fields as f
from subaccounts.domain.delivery import MOST_LEASES, PATIENCE, Fate, begin, fate
from subaccounts.domain.events import By
from subaccounts.domain.membership import InvitationRef, MembershipState, Window
from subaccounts.domain.notice import Notice
from subaccounts.domain.profile import Profile, Supplied
from subaccounts.domain.sub_account import Person, SubAccount
from subaccounts.domain.viewer import ViewerFacts
from subaccounts.domain.wording import Wording
from subaccounts.testing import NOON
from subaccounts.testing import builders as b
from subaccounts.testing import groups as g

MAIL: Final = Email.parse("anna@home.example")
PHONE: Final = Phone.parse("+4512345678")
ORGANIZATION: Final = b.organization()
INVITED: Final = g.membership(1, state=MembershipState.INVITED, version=2)
NOTICE: Final = Notice(
    id=b.value(9),
    organization=b.OURS,
    at=NOON,
    kind=NoticeKind.INVITATION,
    to=MAIL,
    language=Language(tag="en"),
    account=b.account_id(),
    sub_account=b.sub_account_id(),
    invitation=InvitationRef(id=INVITED.id, version=INVITED.version),
    wording=Wording(text=("hello",), subject=""),
)


def anna(state: State = State.ACTIVE, **held: Any) -> SubAccount:
    """Return a person whose e-mail an administrator gave, unless said otherwise."""
    given = {f.EMAIL: MAIL, f.KIND: Kind.EXTERNAL, **held}
    return b.sub_account(state=state, profile=b.profile({name: each for name, each in given.items() if each}))


def judged(person: SubAccount | None, notice: Notice = NOTICE, **changes: Any) -> Fate:
    """Return what comes of the notice at its first lease; of nobody there are neither row nor facts."""
    row = person and Person(
        organization=ORGANIZATION, account=b.account(), sub_account=person, credential=b.credential()
    )
    facts = person and ViewerFacts(sub_account=person, memberships=(INVITED,), groups=(g.group(allows_external=True),))
    given = {"organization": ORGANIZATION, "owner": row, "facts": facts, "tries": 1, "now": NOON, **changes}
    return fate(notice, **given)


def test_it_goes_out_while_it_stands() -> None:
    """It goes out to who is active, waits or is disabled, and to nobody else."""
    living = {State.ACTIVE, State.WAITING, State.DISABLED}
    for state in State:
        assert (Fate.SEND if state in living else Fate.OVERTAKEN) is judged(anna(state))
    assert Fate.OVERTAKEN is judged(None)


def test_without_the_facts_it_does_not() -> None:
    """A notice of a person whose facts are not there any more is not sent."""
    assert Fate.OVERTAKEN is judged(anna(), facts=None)


@pytest.mark.parametrize(
    ("memberships", "groups"),
    [
        ((), ()),
        ((evolve(INVITED, version=3),), (g.group(allows_external=True),)),
        ((INVITED,), (g.group(),)),
        ((evolve(INVITED, window=Window(until=NOON)),), (g.group(allows_external=True),)),
    ],
    ids=["gone", "answered or sent again", "employees only", "over"],
)
def test_an_invitation_that_stands_no_more(memberships: Any, groups: Any) -> None:
    """Whatever became of the invitation, and whatever is in the way of accepting it, overtakes the message."""
    facts = ViewerFacts(sub_account=anna(), memberships=memberships, groups=groups)
    assert Fate.OVERTAKEN is judged(anna(), facts=facts)


def test_another_address() -> None:
    """It does not go to an address that is the person's no more, and does to the one it has, whichever kind that is."""
    assert Fate.OVERTAKEN is judged(anna(email=Email.parse("new@home.example")))
    assert Fate.OVERTAKEN is judged(anna(email=None))
    by_phone = evolve(NOTICE, to=PHONE)
    assert Fate.SEND is judged(anna(phone=PHONE), by_phone)
    assert Fate.OVERTAKEN is judged(anna(), by_phone)


@pytest.mark.parametrize(("proven", "expected"), [(True, Fate.SEND), (False, Fate.OVERTAKEN)])
def test_what_a_person_gave_itself(proven: bool, expected: Fate) -> None:
    """It goes to an address that the person proved, and no more once a reset has ended that proof."""
    held = Supplied(value=MAIL, by=Supplier.PERSON, at=NOON)
    person = evolve(
        anna(),
        profile=Profile(values={**anna().profile.values, f.EMAIL: held}),
        proven=frozenset({f.EMAIL}) if proven else frozenset(),
    )
    assert expected is judged(person)


def test_a_restored_backup() -> None:
    """What was decided before a backup was restored is not sent."""
    assert Fate.OVERTAKEN is judged(anna(), organization=evolve(ORGANIZATION, restored_at=NOON))


def test_it_is_given_up_like_any_other() -> None:
    """Leased too often and for long enough, it is given up."""
    assert Fate.TOO_MANY_TRIES is judged(anna(), tries=MOST_LEASES + 1, now=NOON + PATIENCE)


def test_no_life_begins() -> None:
    """It carries nothing whose life could begin, so that nothing is written before it goes out."""
    row = Person(organization=ORGANIZATION, account=b.account(), sub_account=anna(), credential=b.credential())
    worker = By(kind="system", id="worker")
    assert begin(NOTICE, row, organization=ORGANIZATION, by=worker, now=NOON) is None
