"""What changes between a look and a commit: every decision holds for what is there when it is written, or is made again.

Many at once, with real processes and threads, are the races; here one thing happens at the worst moment.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from subaccounts import (
    AddPerson,
    AlreadyClaimed,
    ArchivePerson,
    AskAdministrator,
    Authenticated,
    CatalogEntry,
    CloseAccount,
    Command,
    DeletePerson,
    DepartmentId,
    EditPerson,
    HostAccount,
    IssueCode,
    LockedUntil,
    MakeDepartment,
    MoveDepartment,
    OpenAccount,
    OpenClaim,
    Refusal,
    RegistrationPolicy,
    RenamePerson,
    ResetPassword,
    RestorePerson,
    RetireCatalogEntry,
    State,
    StoredSeats,
    SubAccountId,
    SwitchPolicy,
    VoidCode,
)
from tests.commands.shop import NAMED, Shop, code_of

BY_PERSON, BY_ADMINISTRATOR = RegistrationPolicy.by_person(), RegistrationPolicy.by_administrator()
OPEN_CLAIM = RegistrationPolicy.by_person(claim=OpenClaim(within=timedelta(days=7)))
NO_CODE = repr(AskAdministrator(why="no_code"))
Act = Callable[[Shop, SubAccountId], Command[Any]]

SWITCH: Act = lambda s, _: SwitchPolicy(actor=s.admin, account=s.account.id, policy=BY_PERSON)  # noqa: E731 - a table of acts
CLOSE: Act = lambda s, _: CloseAccount(actor=s.admin, account=s.account.id)  # noqa: E731 - a table of acts
ARCHIVE: Act = lambda s, who: ArchivePerson(actor=s.admin, sub_account=who)  # noqa: E731 - a table of acts
DELETE: Act = lambda s, who: DeletePerson(actor=s.admin, sub_account=who)  # noqa: E731 - a table of acts
RESET: Act = lambda s, who: ResetPassword(actor=s.admin, sub_account=who)  # noqa: E731 - a table of acts
ISSUE: Act = lambda s, who: IssueCode(actor=s.admin, sub_account=who)  # noqa: E731 - a table of acts
VOID: Act = lambda s, who: VoidCode(actor=s.admin, sub_account=who)  # noqa: E731 - a table of acts


def department(shop: Shop, name: str, parent: DepartmentId | None = None) -> DepartmentId:
    return shop.handle(MakeDepartment(actor=shop.admin, organization=shop.id, name=name, parent=parent)).department


def refusal_of(shop: Shop, command: Command[Any]) -> str:
    """Return the code of the refusal a command meets after somebody else was faster."""
    with pytest.raises(Refusal) as refusal:
        shop.handle(command)
    return refusal.value.code


@pytest.mark.parametrize("act", [SWITCH, CLOSE, ARCHIVE, DELETE, RESET, ISSUE, VOID])
def test_a_code_that_dies_while_it_is_typed_claims_nothing(shop: Shop, act: Act) -> None:
    """A claim is decided on the policy, the account, the person and the code of the moment it is written."""
    added = shop.add()
    who = added.sub_account.id
    shop.meanwhile(lambda: shop.handle(act(shop, who)))
    assert not isinstance(shop.complete(code=code_of(added)), Authenticated)
    assert State.ACTIVE is not shop.person(who).state
    assert None is shop.credential(who).password


def test_an_open_claim_that_ends_meanwhile(shop: Shop) -> None:
    """An open claim is open under the policy of the moment it is written."""
    shop.handle(SwitchPolicy(actor=shop.admin, account=shop.account.id, policy=OPEN_CLAIM))
    who = shop.add().sub_account.id
    shop.meanwhile(lambda: shop.handle(SWITCH(shop, who)))
    assert NO_CODE == repr(shop.complete())


def test_somebody_claims_meanwhile(shop: Shop) -> None:
    """Of two claims the one that is written first wins, and the other is told."""
    code = code_of(shop.add())
    shop.meanwhile(lambda: shop.complete(code=code))
    assert isinstance(shop.complete(code=code), AlreadyClaimed)


def test_a_code_that_expires_while_somebody_else_is_faster(shop: Shop) -> None:
    """What is decided again is decided by the time of the second decision: a code that ended since claims nothing."""
    added = shop.add()

    def slowly() -> None:
        shop.handle(EditPerson(actor=shop.admin, sub_account=added.sub_account.id, fields={"language": "uk"}))
        shop.wait(days=30)

    shop.meanwhile(slowly)
    assert not isinstance(shop.complete(code=code_of(added)), Authenticated)
    assert State.WAITING is shop.person(added.sub_account.id).state


@pytest.mark.asvs("15.4.2")
@pytest.mark.parametrize("act", [CLOSE, ARCHIVE, DELETE, RESET])
def test_a_password_that_dies_while_it_is_typed_lets_nobody_in(shop: Shop, act: Act) -> None:
    """A sign-in is decided on the account, the person and the password of the moment it is written."""
    who = shop.claimed().sub_account
    shop.meanwhile(lambda: shop.handle(act(shop, who)))
    assert not isinstance(shop.sign_in(), Authenticated)


def test_the_delay_that_starts_meanwhile(shop: Shop) -> None:
    """A right password is told nothing when the fifth wrong one was written first."""
    shop.claimed()
    shop.meanwhile(lambda: shop.fail(5))
    assert isinstance(shop.sign_in(), LockedUntil)


def test_the_policy_that_is_switched_while_somebody_is_added(shop: Shop) -> None:
    """People are added, and codes issued, under the policy of the moment they are written."""
    policy = SwitchPolicy(actor=shop.admin, account=shop.account.id, policy=BY_ADMINISTRATOR)
    shop.meanwhile(lambda: shop.handle(policy))
    assert "fields_missing" == refusal_of(shop, AddPerson(actor=shop.admin, account=shop.account.id, login="anna"))


@pytest.mark.parametrize("act", [RESET, ISSUE])
def test_a_code_that_is_issued_while_the_policy_is_switched_works(shop: Shop, act: Act) -> None:
    """A code handed over is one of the policy that holds."""
    who = shop.add().sub_account.id
    shop.meanwhile(lambda: shop.handle(SWITCH(shop, who)))
    assert isinstance(shop.complete(code=code_of(shop.handle(act(shop, who)))), Authenticated)


def test_a_restored_person_under_a_switched_policy(shop: Shop) -> None:
    """Who comes back waits for the claim of the policy that holds."""
    who = shop.add().sub_account.id
    shop.handle(ARCHIVE(shop, who))
    policy = SwitchPolicy(actor=shop.admin, account=shop.account.id, policy=OPEN_CLAIM)
    shop.meanwhile(lambda: shop.handle(policy))
    assert None is shop.handle(RestorePerson(actor=shop.admin, sub_account=who)).code


def test_a_department_that_is_retired_meanwhile(shop: Shop) -> None:
    """Nobody is put into a department that was retired before it was written."""
    who = shop.add().sub_account.id
    commands: list[Callable[[DepartmentId], Command[Any]]] = [
        lambda where: AddPerson(
            actor=shop.admin, account=shop.account.id, login="new", fields={"departments": {where}}
        ),
        lambda where: EditPerson(actor=shop.admin, sub_account=who, fields={"departments": {where}}),
        lambda where: MakeDepartment(actor=shop.admin, organization=shop.id, name="below", parent=where),
        lambda where: MoveDepartment(actor=shop.admin, department=department(shop, "other"), parent=where),
    ]
    for number, command in enumerate(commands):
        where = department(shop, f"sales {number}")
        asked, retire = command(where), RetireCatalogEntry(actor=shop.admin, entry=where)
        shop.meanwhile(partial(shop.handle, retire))
        assert "field_refused" == refusal_of(shop, asked)


def test_two_moves_close_no_circle(shop: Shop) -> None:
    """Of two moves that would close a circle together the second is refused."""
    one, other = department(shop, "one"), department(shop, "other")
    back = MoveDepartment(actor=shop.admin, department=other, parent=one)
    shop.meanwhile(lambda: shop.handle(back))
    assert "cycle" == refusal_of(shop, MoveDepartment(actor=shop.admin, department=one, parent=other))


@pytest.mark.parametrize("second", ["make", "move", "move after a make"])
def test_a_tree_that_grows_too_deep_by_two(shop: Shop, second: str) -> None:
    """Of two changes that each fit, and together make a tree of more than 32 levels, the second is refused."""
    bottom = None
    for level in range(1, 31):
        bottom = department(shop, str(level), bottom)
    branch = department(shop, "branch")
    twig = department(shop, "twig", branch)
    pair = department(shop, "pair")
    department(shop, "leaf", pair)
    deep = MoveDepartment(actor=shop.admin, department=branch, parent=bottom)
    below = MoveDepartment(actor=shop.admin, department=pair, parent=branch)
    make = MakeDepartment(actor=shop.admin, organization=shop.id, name="new", parent=twig)
    first, then = {"make": (deep, make), "move": (below, deep), "move after a make": (make, deep)}[second]
    shop.meanwhile(lambda: shop.handle(first))
    assert "too_many" == refusal_of(shop, then)


def test_a_department_that_moves_while_its_way_up_is_read(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is made or moved below a department that moves just then is put below it all the same, where it is then."""
    floor, other = department(shop, "floor", department(shop, "west")), department(shop, "other")
    commands: tuple[Command[Any], ...] = (
        MakeDepartment(actor=shop.admin, organization=shop.id, name="till", parent=floor),
        MoveDepartment(actor=shop.admin, department=other, parent=floor),
    )
    read = shop.repository.catalog_entries
    for number, command in enumerate(commands):
        waiting = [MoveDepartment(actor=shop.admin, department=floor, parent=department(shop, f"east {number}"))]

        def moved_first(ids: Any, /, waiting: list[MoveDepartment] = waiting) -> tuple[CatalogEntry, ...]:
            if waiting and floor in ids:
                shop.facade().handle(waiting.pop())
            return read(ids)

        monkeypatch.setattr(shop.repository, "catalog_entries", moved_first)
        shop.subs = shop.facade()
        assert floor == shop.handle(command).parent
        assert [] == waiting


def test_a_name_that_is_taken_meanwhile(shop: Shop) -> None:
    """A login, a department's name and a host account go to who is written first."""
    who = shop.add("boris").sub_account.id
    account = OpenAccount(
        actor=shop.admin,
        organization=shop.id,
        host=HostAccount(system="crm", id="new"),
        name="New",
        policy=BY_PERSON,
    )
    rivals: list[Callable[[], Command[Any]]] = [
        lambda: AddPerson(actor=shop.admin, account=shop.account.id, login="anna"),
        lambda: RenamePerson(actor=shop.admin, sub_account=who, login="anna"),
        lambda: MakeDepartment(actor=shop.admin, organization=shop.id, name="sales"),
        lambda: account,
    ]
    firsts: list[Callable[[], object]] = [
        lambda: shop.add("anna"),
        lambda: None,
        lambda: department(shop, "SALES"),
        lambda: shop.open("new"),
    ]
    for rival, first in zip(rivals, firsts, strict=True):
        shop.meanwhile(first)
        assert "name_taken" == refusal_of(shop, rival())


def test_an_email_that_becomes_somebodys_key_meanwhile(shop: Shop) -> None:
    """An e-mail that became another's key is a contact."""
    who = shop.add().sub_account.id
    shop.meanwhile(lambda: shop.add("boris", fields={"email": "office@example.com"}))
    edited = shop.handle(EditPerson(actor=shop.admin, sub_account=who, fields={"email": "office@example.com"}))
    assert not edited.email_is_key
    shop.meanwhile(lambda: shop.add("x@example.com"))
    assert not shop.add("carl", fields={"email": "x@example.com"}).sub_account.email_is_key


def test_a_login_that_is_taken_and_deleted_meanwhile(shop: Shop) -> None:
    """A login does not pass on silently, however quickly its holder came and went."""
    shop.meanwhile(lambda: shop.handle(DELETE(shop, shop.add("anna").sub_account.id)))
    assert "name_taken" == refusal_of(shop, AddPerson(actor=shop.admin, account=shop.account.id, login="anna"))


@pytest.mark.asvs("2.3.4")
def test_the_last_seat_that_is_taken_meanwhile(shop: Shop) -> None:
    """The last seat goes to who is written first; the other is told."""
    shop.subscriptions.seat(shop.id, StoredSeats(limit=1))
    shop.meanwhile(lambda: shop.add("boris"))
    assert "seats_full" == refusal_of(shop, AddPerson(actor=shop.admin, account=shop.account.id, login="anna"))
    claims = Shop()
    claims.subscriptions.seat(claims.id, StoredSeats(limit=1, states=frozenset({State.ACTIVE})))
    anna, boris = claims.add("anna"), claims.add("boris")
    claims.meanwhile(lambda: claims.complete("boris", code=code_of(boris)))
    assert repr(AskAdministrator(why="seats_full")) == repr(claims.complete("anna", code=code_of(anna)))


@pytest.mark.parametrize("act", [ARCHIVE, RESET])
def test_an_edit_meanwhile_is_not_lost(shop: Shop, act: Act) -> None:
    """What is decided on a person that changed meanwhile is decided again, and keeps the change."""
    who = shop.add().sub_account.id
    shop.meanwhile(lambda: shop.handle(EditPerson(actor=shop.admin, sub_account=who, fields=NAMED)))
    shop.handle(act(shop, who))
    assert "Anna Koval" == shop.person(who).profile.full_name
