"""A shop with one account to run commands at once in: anna in every state of her life, and others beside her.

What belongs here: `Shop`, built for a state by the library's own commands, with the proofs that were made before
anything runs at once. What can be asked of it is `tasks`; what has to hold is `rules`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

from attrs import evolve, frozen

from subaccounts import (
    ArchivePerson,
    CloseAccount,
    DeletePerson,
    Door,
    FieldRule,
    HostUser,
    LapsePolicy,
    MakeJobProfile,
    RegistrationPolicy,
    ResetPassword,
    SealAudit,
    Secret,
    SubAccountId,
    Subject,
    Supplier,
    SwitchPolicy,
)
from subaccounts.domain.account import HostRole
from subaccounts.domain.ids import AccountId, DepartmentId, JobProfileId
from subaccounts.domain.subject import Pathway
from subaccounts.domain.subscription import MonthlySeats, SeatRule, StoredSeats
from subaccounts.ports import Repository
from subaccounts.repositories import MemoryRepository
from subaccounts.testing import BOUGHT
from subaccounts.testing.interleavings import World
from tests.interleavings.builder import (
    AHEAD,
    BOSS,
    HOST,
    KEYS,
    OPEN,
    OPERATOR,
    ORGANIZATION,
    SELLS_SMS,
    Builder,
)
from tests.interleavings.crowd import CROWDS


@frozen(kw_only=True)
class Shop:
    """Hold a world with anna in one state, and the proofs that were made for her before anything runs at once.

    `subject` and `code` are the last she had; whether they still work is the state's business. Boris is active, vera
    waits, zoe is deleted. Anna is of the department `till` below `floor`; `office` and the job profile `seller` she
    could be given.
    """

    state: str
    world: World
    account: AccountId
    anna: SubAccountId
    boris: SubAccountId
    code: Secret
    subject: Subject
    floor: DepartmentId
    till: DepartmentId
    office: DepartmentId
    seller: JobProfileId

    @property
    def head(self) -> HostUser:
        """Return an administrator of the department above anna's."""
        return HostUser.administrator("head", of=self.floor)

    @property
    def inside(self) -> Door:
        """Return the door inside the host account."""
        return Door.inside(self.account)

    @property
    def outside(self) -> Door:
        """Return the door of an open page."""
        return Door.outside(self.account)


BEGUN: Final = "active, somebody signs up"
"""Anna is active, and a stranger waits to prove its e-mail. Only what signs people up begins here."""
TOLD: Final = "waiting, told"
"""Anna waits, and a message with her link is to be sent. Only what sends it begins here: pairs of everything multiply."""
TOLD_EXPECTED: Final = "waiting, told and expected"
"""As before, and an issuer knows her since."""
SENT: Final = "active, links sent"
"""Anna is active, and two links are out: for another password and for another e-mail. Only what sends them is tried
here."""
TEXTED: Final = "active, codes sent"
"""Anna is active, and two codes are out by SMS: for another password and for another phone. As in the state above."""
GIVEN_UP: Final = "waiting, given up"
"""Anna waits, and the message with her link was given up. Only what surrounds people is tried here."""

ASKED: Final = "active, asked"
"""Anna is active, from outside, and invited into a group that boris is in; the message is to be sent. Only what tells her is
tried here."""
OVER: Final = "active, inside until now"
"""She was in that group until a moment ago, and nobody has told of the end. Only what tells of it is tried here."""
UNANSWERED: Final = "active, asked until now"
"""She was asked until a moment ago, and never answered; as in the state above."""

EXPECTED: Final = ("waiting, expected", "active, expected", "active, came")
"""An issuer knows anna by her external id; in the last state she has come by it. Only arrivals begin here."""
_LATER: Final[Mapping[str, Callable[[Builder, SubAccountId, Subject], object]]] = {
    "waiting": lambda b, *_: None,
    "waiting, one try left": lambda b, *_: b.guess(4, patiently=True),
    TOLD: lambda b, anna, _: b.tell(anna),
    TOLD_EXPECTED: lambda b, anna, _: b.tell(anna, expected=True),
    BEGUN: lambda b, *_: b.sign_up(),
    GIVEN_UP: lambda b, anna, _: b.tell(anna, given_up=True),
    ASKED: lambda b, anna, _: b.gather(anna),
    OVER: lambda b, anna, _: b.gather(anna, inside=True, over=True),
    UNANSWERED: lambda b, anna, _: b.gather(anna, over=True),
    SENT: Builder.send_everything,
    TEXTED: Builder.text_everything,
    **CROWDS,
    EXPECTED[0]: lambda b, anna, _: b.expect(anna),
    EXPECTED[1]: lambda b, anna, _: b.expect(anna),
    EXPECTED[2]: lambda b, anna, _: b.arrive(anna),
    "waiting, seats full": lambda b, *_: None,
    "waiting, seats full but one": lambda b, *_: None,
    "open": lambda b, *_: None,
    "open, after a reset": lambda b, anna, _: b.subs.handle(ResetPassword(actor=BOSS, sub_account=anna)),
    "active": lambda b, *_: None,
    "active, one guess from a delay": lambda b, *_: b.guess(4),
    "active, one guess from disabled": lambda b, *_: b.guess(49, patiently=True),
    "active, one seat this month": lambda b, *_: b.clock.advance(timedelta(days=31)),
    "active, host promoted": lambda b, *_: None,
    "active, a lapse blocks": lambda b, *_: None,
    "active, a lapse lets read": lambda b, *_: None,
    "active, account closed": lambda b, *_: b.subs.handle(CloseAccount(actor=BOSS, account=b.account)),
    "locked": lambda b, *_: b.guess(5),
    "disabled": lambda b, *_: b.guess(50, patiently=True),
    "archived": lambda b, anna, _: b.subs.handle(ArchivePerson(actor=BOSS, sub_account=anna)),
    "deleted": lambda b, anna, _: b.subs.handle(DeletePerson(actor=BOSS, sub_account=anna)),
}
STATES: Final = tuple(
    state
    for state in _LATER
    if state not in {TOLD, TOLD_EXPECTED, GIVEN_UP, BEGUN, SENT, TEXTED, ASKED, OVER, UNANSWERED, *EXPECTED, *CROWDS}
)
"""Where anna can be when commands begin to run at once."""
SEATS: Final[Mapping[str, SeatRule]] = {
    "waiting, seats full": StoredSeats(limit=3),
    "waiting, seats full but one": StoredSeats(limit=4),
    "active, one seat this month": MonthlySeats(limit=1),
}
"""The states in which seats are counted, and how; nothing was counted before, so the first count begins."""
LAPSES: Final[Mapping[str, LapsePolicy]] = {
    "active, a lapse blocks": LapsePolicy.BLOCKED,
    "active, a lapse lets read": LapsePolicy.READ_ONLY,
}
"""The states in which a lapse does something to the people who exist."""


def shop(state: str, repository: Repository | None = None) -> Shop:
    """Build the shop with anna in one of `STATES`, in memory or where one says; it has the same ids wherever it is built."""
    policy = RegistrationPolicy.by_person()
    mine = FieldRule(suppliers=(Supplier.PERSON, Supplier.ADMINISTRATOR))
    if state in {SENT, TEXTED, *CROWDS}:
        policy = evolve(policy, fields={**policy.fields, "email": mine, "phone": mine})
    lapse = LAPSES.get(state, LapsePolicy.KEEP_SIGNING_IN)
    builder = Builder(policy, lapse=lapse, repository=repository or MemoryRepository())
    floor, office = builder.department("Floor"), builder.department("Office")
    till = builder.department("Till", floor)
    seller = builder.subs.handle(MakeJobProfile(actor=BOSS, organization=ORGANIZATION, name="Seller")).id
    assert isinstance(seller, JobProfileId)
    boris, code = builder.add("boris")
    builder.claim("boris", code)
    builder.add("vera")
    builder.subs.handle(DeletePerson(actor=BOSS, sub_account=builder.add("zoe")[0]))
    if state.startswith("open"):
        open_claims = RegistrationPolicy.by_person(claim=OPEN)
        builder.subs.handle(SwitchPolicy(actor=BOSS, account=builder.account, policy=open_claims))
    anna, code = builder.add("anna", departments=frozenset({till}))
    subject = Subject(
        sub_account=anna,
        account=builder.account,
        pathway=Pathway.PASSWORD,
        terminal="shared",
        at=builder.clock(),
        epoch=1,
        account_epoch=1,
    )
    if "waiting" not in state and state != "open":
        subject = builder.claim("anna", code)
    builder.subs.handle(SealAudit(actor=OPERATOR, organization=ORGANIZATION))
    _LATER[state](builder, anna, subject)
    return Shop(
        state=state,
        world=World(
            repository=builder.repository,
            keys=AHEAD if state in CROWDS else KEYS,
            roles={HOST: frozenset({HostRole.ADMINISTRATOR})} if state == "active, host promoted" else {},
            subscription=evolve(SELLS_SMS if state in {TEXTED, *CROWDS} else BOUGHT, seats=SEATS.get(state)),
            now=builder.clock(),
        ),
        account=builder.account,
        anna=anna,
        boris=boris,
        code=code,
        subject=subject,
        floor=floor,
        till=till,
        office=office,
        seller=seller,
    )
