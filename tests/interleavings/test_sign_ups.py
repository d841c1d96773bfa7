"""What becomes of one attempt to sign up, in every interleaving of what ends it; every pair is in `test_everything`."""

from __future__ import annotations

from subaccounts.domain.sign_up import SignUp
from subaccounts.domain.steps import Authenticated
from subaccounts.domain.sub_account import SubAccount
from subaccounts.testing.interleavings import Exploration
from tests.interleavings.builder import NEW
from tests.interleavings.shop import BEGUN, shop
from tests.interleavings.sign_ups import SIGN_UPS
from tests.interleavings.tasks import WALKS

BOTH = {**SIGN_UPS, **WALKS}


def test_one_person_of_an_attempt() -> None:
    """However two completions and a message on its way interleave, one is let in, one person is there, the attempt is gone."""
    here = shop(BEGUN)
    tasks = [BOTH[name](here) for name in ("complete", "complete as a rival", "deliver")]
    for outcome in Exploration(here.world, tasks).outcomes():
        entered = [ending for ending in outcome.endings if isinstance(ending.value, Authenticated)]
        records = outcome.world.repository._records.values()
        people = [record for record in records if isinstance(record, SubAccount) and record.profile.email]
        assert (1, [NEW]) == (len(entered), [person.profile.email.text for person in people if person.profile.email])
        assert [] == [record for record in records if isinstance(record, SignUp)]


def test_nobody_of_an_address_that_is_taken() -> None:
    """However a completion and an added person with the same e-mail interleave, one of them has it as a key."""
    here = shop(BEGUN)
    tasks = [SIGN_UPS[name](here) for name in ("complete", "add the e-mail")]
    for outcome in Exploration(here.world, tasks).outcomes():
        records = outcome.world.repository._records.values()
        holding = [record for record in records if isinstance(record, SubAccount) and record.email_is_key]
        assert 1 == len(holding)
