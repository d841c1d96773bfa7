"""What every command meets before it decides: the person it is about, who acts, the ring of keys, the seats taken."""

from __future__ import annotations

from typing import Any, final

import pytest
from attrs import evolve, frozen

from subaccounts import (
    ArchivePerson,
    AskAdministrator,
    BeginSignIn,
    ChangePassword,
    Command,
    CreatePassword,
    DeletePerson,
    DepartmentId,
    Door,
    EditPerson,
    EnterLogin,
    EnterPassword,
    GrantCode,
    KeyRing,
    MakeDepartment,
    MonthlySeats,
    OrganizationId,
    Purpose,
    ReadPerson,
    RedeemLink,
    RegistrationPolicy,
    RequestReset,
    Secret,
    SignedIn,
    StoredSeats,
    SubAccountId,
    Subject,
)
from subaccounts.commands.ports_at_hand import PortsAtHand
from subaccounts.commands.proofs import ProofsAtHand
from subaccounts.domain.policy import FieldRule
from subaccounts.domain.supplier import Supplier
from subaccounts.errors import InvalidValue, KeyRingFailed, NotAllowed, NotFound, PasswordRefused, WrongState
from tests.commands.messages import out
from tests.commands.shop import OTHER_PASSWORD, PASSWORD, Shop, code_of


def test_a_person_that_is_not_there(shop: Shop) -> None:
    """Who reaches the whole organization is told that there is no such person."""
    nobody = SubAccountId(organization=shop.id, value="nobody")
    refusal = shop.refused(ReadPerson(actor=shop.admin, sub_account=nobody))
    assert isinstance(refusal, NotFound)
    assert "sub_account" == refusal.what


def test_a_person_that_was_deleted(shop: Shop) -> None:
    """Who was deleted is told of as a person that is not there."""
    anna = shop.add().sub_account.id
    shop.handle(DeletePerson(actor=shop.admin, sub_account=anna))
    refusal = shop.refused(ReadPerson(actor=shop.admin, sub_account=anna))
    assert isinstance(refusal, NotFound)
    assert "sub_account" == refusal.what


def test_a_code_that_somebody_chose(shop: Shop) -> None:
    """What is handed over is derived: a code that somebody chose is known to whoever did, and never told again."""
    anna = shop.add().sub_account
    shop.handle(GrantCode(actor=shop.admin, sub_account=anna.id, code=Secret("paper-2026-a")))
    chosen = shop.credential(anna.id).code
    assert chosen is not None
    ports = ProofsAtHand(hasher=shop.hasher, keys=shop.keys, entropy=shop.entropy, now=shop.clock())  # type: ignore[arg-type]  # nothing is hashed
    assert None is ports.mint(anna, chosen)
    assert ports.mint(anna, evolve(chosen, chosen=None)) is not None


def test_acting_after_sign_out(shop: Shop) -> None:
    """A subject that holds no more does nothing, and is told by that name."""
    anna = shop.claimed()
    shop.handle(ArchivePerson(actor=shop.admin, sub_account=anna.sub_account))
    refusal = shop.refused(ReadPerson(actor=SignedIn(subject=anna), sub_account=anna.sub_account))
    assert isinstance(refusal, NotAllowed)
    assert "act_after_sign_out" == refusal.action


def test_who_acts_for_itself_is_read_once(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """A person is judged and changed on one read: between two of them its sign-in could end."""
    anna = shop.claimed()
    asked: list[SubAccountId] = []
    read = shop.repository.person

    def counted(id: SubAccountId, /) -> Any:  # noqa: A002 - as the port calls it
        asked.append(id)
        return read(id)

    monkeypatch.setattr(shop.repository, "person", counted)
    shop.subs = shop.facade()
    shop.handle(ReadPerson(actor=SignedIn(subject=anna), sub_account=anna.sub_account))
    assert [anna.sub_account] == asked


def test_another_ring_changes_nobody(shop: Shop) -> None:
    """Under another ring no person is changed: whoever runs it works on a store that is not its own."""
    anna = shop.add().sub_account
    shop.keys = KeyRing.in_memory(b"another ring of thirty-two bytes")
    shop.subs = shop.facade()
    before = shop.stored()
    with pytest.raises(KeyRingFailed):
        shop.handle(EditPerson(actor=shop.admin, sub_account=anna.id, fields={"position": "Manager"}))
    assert before == shop.stored()


@final
@frozen(kw_only=True)
class SeatsTaken(Command[int]):
    """Be a command of a host's own: tell how many seats are taken."""

    organization: OrganizationId

    async def run(self, ports: PortsAtHand, /) -> int:
        """Ask for what was sold, and what of it is taken."""
        sold = await ports.subscriptions.current(self.organization)
        return await ports.seats_taken(self.organization, sold)


def test_where_no_seats_are_counted(shop: Shop) -> None:
    """While nothing limits the seats none is taken, however many people there are; where one counts, they are."""
    shop.add()
    assert 0 == shop.handle(SeatsTaken(organization=shop.id))
    shop.subscriptions.seat(shop.id, StoredSeats(limit=9))
    assert 1 == shop.handle(SeatsTaken(organization=shop.id))


@final
@frozen(kw_only=True)
class ShowPorts(Command[str]):
    """Be a command of a host's own that prints what it has at hand, after it has looked at everything."""

    subject: Subject
    secret: Secret
    department: DepartmentId

    async def run(self, ports: PortsAtHand, /) -> str:
        """Check the password, hash it anew, look at the tree, and print."""
        person = await ports.recognized(self.subject)
        assert person is not None
        assert await ports.is_password(self.secret, person.credential)
        await ports.hashed(self.secret)
        above = frozenset({self.department})
        assert above < await ports.reach(above, {self.department, *person.sub_account.profile.departments})
        return repr(ports)


def test_what_a_command_has_at_hand_shows_nothing(shop: Shop) -> None:
    """A host that prints the ports of its own command finds no hash there, and nobody's departments."""
    above = shop.handle(MakeDepartment(actor=shop.admin, organization=shop.id, name="above")).department
    below = shop.handle(MakeDepartment(actor=shop.admin, organization=shop.id, name="below", parent=above)).department
    anna = shop.claimed(fields={"departments": {below}})
    shown = shop.handle(ShowPorts(subject=anna, secret=Secret(PASSWORD), department=above))
    stored = shop.credential(anna.sub_account).password
    assert stored is not None
    for hidden in (PASSWORD, stored.encoded, "PasswordHash", below.value):
        assert hidden not in shown


def test_the_first_of_a_month_finds_every_seat_free(shop: Shop) -> None:
    """Before anybody signed in none of the month's seats is taken: of one seat the first person has it."""
    shop.subscriptions.seat(shop.id, MonthlySeats(limit=1))
    shop.claimed("anna")
    second = shop.add("boris")
    step = shop.complete("boris", code=code_of(second))
    assert repr(AskAdministrator(why="seats_full")) == repr(step)


@pytest.mark.parametrize("typed", ["annas.mailbox@example.com", "380501234567380501234567", "annakoval123456"])
def test_a_password_of_ones_own_data(shop: Shop, typed: str) -> None:
    """Name, e-mail and phone are no password, wherever the person is known."""
    anna = shop.claimed("a1", fields={"email": "annas.mailbox@example.com", "phone": "+380501234567"})
    refusal = shop.refused(ChangePassword(subject=anna, current=Secret(PASSWORD), new=Secret(typed)))
    assert isinstance(refusal, PasswordRefused)
    assert "personal" == refusal.reason


OWN = {
    "full_name": "Sasha P.",
    "given_name": "Aleksandra",
    "family_name": "Petrova",
    "position": "Storekeeper",
    "external_id": "employee-0815-4711",
    "host:motto": "who dares wins always",
    "email": "annas.mailbox@example.com",
    "phone": "+380501234567",
}
PERSONAL = (
    "anna anna anna anna",
    "Sasha P. Sasha P.",
    "aleksandra-aleksandra",
    "Aleksandra Petrova",
    "petrova petrova 2026",
    "storekeeper 123456",
    "employee-0815-4711",
    "Who Dares Wins Always!",
    "annas.mailbox@example.com",
    "380501234567380501234567",
)


@pytest.mark.parametrize("typed", PERSONAL)
def test_every_text_of_ones_own_is_no_password(typed: str) -> None:
    """Login, contacts and every field that is a text are no password, where one is created, changed and recovered."""
    given = FieldRule(suppliers=(Supplier.ADMINISTRATOR,))
    shop = Shop(policy=RegistrationPolicy(name="all of it", fields=dict.fromkeys(OWN, given)))
    added = shop.add(fields=OWN)
    step = shop.complete(code=code_of(added), password=typed, fields={})
    shop.complete(code=code_of(added), fields={})
    changing = ChangePassword(subject=shop.enter(), current=Secret(PASSWORD), new=Secret(typed))
    shop.handle(RequestReset(door=shop.inside, login="anna"))
    link = out(shop, added.sub_account.id, Purpose.RECOVERY)
    again = shop.handle(RedeemLink(link=link, password=Secret(typed)))
    assert isinstance(step, CreatePassword)
    assert isinstance(again, CreatePassword)
    problems = (*step.problems, shop.refused(changing), *again.problems)
    assert ["personal"] * 3 == [getattr(each, "reason", None) for each in problems]


def test_a_password_that_changes_meanwhile(shop: Shop) -> None:
    """Deciding again compares with what is stored then: the password of before lets nobody in."""
    anna = shop.claimed()
    changing = ChangePassword(subject=anna, current=Secret(PASSWORD), new=Secret(OTHER_PASSWORD))
    shop.meanwhile(lambda: shop.handle(changing))
    assert repr(EnterPassword(wrong=True)) == repr(shop.sign_in("anna", PASSWORD))


@pytest.mark.parametrize(
    ("terminal", "problem"),
    [
        ("t", None),
        ("t" * 128, None),
        ("", ("empty", None)),
        ("t" * 129, ("too_long", 128)),
        ("t\n", ("characters", None)),
    ],
)
def test_the_name_of_a_terminal(shop: Shop, terminal: str, problem: tuple[str, int | None] | None) -> None:
    """A terminal has a name of one to 128 printable characters, and what is none is refused as a subject refuses it."""
    begin = BeginSignIn(door=evolve(shop.inside, terminal=terminal), login="anna")
    if problem is None:
        assert repr(EnterLogin(wrong=True)) == repr(shop.handle(begin))
        return
    refusal = shop.refused(begin)
    assert isinstance(refusal, InvalidValue)
    assert ("terminal", *problem) == (refusal.field, refusal.problem, refusal.limit)


def test_a_door_that_is_too_wide(shop: Shop) -> None:
    """Where logins are each account's own, nobody signs in at the organization, and is told so."""
    refusal = shop.refused(BeginSignIn(door=Door.outside(shop.id), login="anna"))
    assert isinstance(refusal, WrongState)
    assert ("organization", "with logins of each account", "sign_in_without_account") == (
        refusal.what,
        refusal.state,
        refusal.action,
    )
