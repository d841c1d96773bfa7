"""A request that handed out codes, repeated after their key was retired: what happened is answered, without what died of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pytest

from subaccounts import (
    AddPeople,
    AddPerson,
    ArchivePerson,
    Authenticated,
    Change,
    ClaimSlips,
    IssueCode,
    NewPerson,
    ResetPassword,
    RestorePerson,
    Selection,
)
from subaccounts.errors import KeyRingFailed
from tests.commands.shop import NAMED, Shop
from tests.commands.test_retired_keys import heard, retire_the_present_key

ONCE: Final = "request-1"


def slips(shop: Shop, request: str) -> ClaimSlips:
    """Return the command that prints the slips of who waits."""
    return ClaimSlips(actor=shop.admin, organization=shop.id, selection=Selection(), request_id=request)


def restoring(shop: Shop) -> RestorePerson:
    """Return the command that restores somebody who was archived."""
    anna = shop.add().sub_account.id
    shop.handle(ArchivePerson(actor=shop.admin, sub_account=anna))
    return RestorePerson(actor=shop.admin, sub_account=anna, request_id=ONCE)


HANDED_OVER: Final[dict[str, Callable[[Shop], Change[Any]]]] = {
    "added": lambda s: AddPerson(
        actor=s.admin, account=s.account.id, login="anna", fields=dict(NAMED), request_id=ONCE
    ),
    "issued": lambda s: IssueCode(actor=s.admin, sub_account=s.add().sub_account.id, request_id=ONCE),
    "reset": lambda s: ResetPassword(actor=s.admin, sub_account=s.claimed().sub_account, request_id=ONCE),
    "restored": restoring,
}
"""What answers with one person and its code."""


@pytest.mark.parametrize("how", HANDED_OVER)
def test_one_code(shop: Shop, how: str) -> None:
    """The person is answered as before, with no code to hand over; another request issues one that works."""
    command = HANDED_OVER[how](shop)
    first = shop.handle(command)
    assert first.code is not None
    retire_the_present_key(shop)
    before = shop.stored()
    again = shop.handle(command)
    assert (first.sub_account, None) == (again.sub_account, again.code)
    assert before == shop.stored()
    code = shop.handle(IssueCode(actor=shop.admin, sub_account=first.sub_account.id)).code
    assert code is not None
    assert isinstance(shop.complete(code=code.code), Authenticated)


def test_many_lines(shop: Shop) -> None:
    """Every line is answered as before, the bad one too."""
    people = tuple(NewPerson(login=login) for login in ("anna", "bad one", "boris"))
    command = AddPeople(actor=shop.admin, account=shop.account.id, people=people, request_id=ONCE)
    first = shop.handle(command)
    retire_the_present_key(shop)
    again = shop.handle(command)
    assert [each.sub_account for each in first] == [each.sub_account for each in again]
    assert ([True, False, True], [False] * 3) == (
        [bool(each.code) for each in first],
        [bool(each.code) for each in again],
    )
    assert repr(first[1].refusal) == repr(again[1].refusal)


def test_slips(shop: Shop) -> None:
    """Whose slip died is among the refused, with why; another request puts out one that works."""
    anna = shop.add().sub_account
    boris = shop.claimed("boris").sub_account
    selection = Selection(people=(anna.id, boris))
    command = ClaimSlips(actor=shop.admin, organization=shop.id, selection=selection, request_id=ONCE)
    first = shop.handle(command)
    retire_the_present_key(shop)
    again = shop.handle(command)
    assert (["anna"], []) == ([slip.code.login for slip in first.slips], list(again.slips))
    assert [("boris", "not_waiting")] == [(line.login, line.why) for line in first.refused]
    assert [("boris", "not_waiting"), ("anna", "key_retired")] == [(line.login, line.why) for line in again.refused]
    (slip,) = shop.handle(slips(shop, "request-2")).slips
    assert isinstance(shop.complete(code=slip.code.code), Authenticated)


def test_only_what_died_is_missing(shop: Shop) -> None:
    """On a page with slips of both keys those of the present one are printed again."""
    shop.add()
    before = shop.keys.current
    shop.keys.rotate(now=shop.clock())
    shop.add("boris")
    first = shop.handle(slips(shop, ONCE))
    shop.keys.retire(before)
    again = shop.handle(slips(shop, ONCE))
    assert ["anna", "boris"] == [slip.code.login for slip in first.slips]
    assert [("boris", first.slips[1].code.code.reveal())] == [(s.code.login, s.code.code.reveal()) for s in again.slips]
    assert [("anna", "key_retired")] == [(line.login, line.why) for line in again.refused]


@pytest.mark.parametrize("how", ["issued", "slips"])
def test_a_ring_that_fails_kills_nothing(shop: Shop, how: str) -> None:
    """While the file of keys cannot be read nobody is told that its code is dead."""
    if how == "slips":
        shop.add()
    command: Change[Any] = slips(shop, ONCE) if how == "slips" else HANDED_OVER[how](shop)
    shop.handle(command)
    heard(shop, fails=True)
    with pytest.raises(KeyRingFailed):
        shop.handle(command)


def test_a_code_that_is_new_needs_its_key(shop: Shop) -> None:
    """A key that is gone before the first answer leaves nothing behind: no code is put out that is dead already."""
    anna = shop.add().sub_account.id
    ring = heard(shop)
    ring.current = "gone"  # type: ignore[attr-defined]  # what the ring says is the current key
    before = shop.stored()
    with pytest.raises(KeyRingFailed):
        shop.handle(IssueCode(actor=shop.admin, sub_account=anna, request_id=ONCE))
    assert before == shop.stored()
