"""The rules of a person's own contact, for who is not there any more; the stories are `commands/test_contact`."""

from __future__ import annotations

from typing import Final

import pytest

from subaccounts.domain import contact_change
from subaccounts.domain.credential import PendingContact
from subaccounts.domain.email import Email
from subaccounts.domain.life import State
from subaccounts.domain.sub_account import Person
from subaccounts.errors import LinkRefused, WrongState
from subaccounts.testing import BOUGHT, NOON
from subaccounts.testing import builders as a

NEW: Final = Email.parse("anna@home.example")
others = pytest.mark.parametrize("state", [state for state in State if state is not State.ACTIVE])


def anna(state: State) -> Person:
    """Return a person in a state, whose new e-mail waits for its proof."""
    pending = PendingContact(to=NEW, proof=a.sent_proof(sent_to=NEW.text))
    return Person(
        organization=a.organization(),
        account=a.account(),
        sub_account=a.sub_account(state=state),
        credential=a.credential(contact=pending),
    )


@others
def test_only_who_is_active_asks(state: State) -> None:
    """Nobody is written to for a person who waits, was disabled or is gone."""
    with pytest.raises(WrongState):
        contact_change.require(anna(state), NEW, subscription=BOUGHT, now=NOON)


@others
def test_only_who_is_active_proves(state: State) -> None:
    """A right proof gives nothing to who is not active any more, and says no more than a wrong one."""
    with pytest.raises(LinkRefused) as refused:
        contact_change.prove(anna(state), email_free=True, now=NOON)
    assert "unknown" == refused.value.why
