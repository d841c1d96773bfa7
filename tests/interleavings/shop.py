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
    AddPerson,
    ArchivePerson,
    ArriveBySSO,
    BeginSignUp,
    ChangeContact,
    ChangeIssuers,
    CloseAccount,
    CompleteRegistration,
    CreateOrganization,
    DeletePerson,
    Door,
    EditPerson,
    FieldRule,
    HostAccount,
    HostUser,
    Identity,
    Issuer,
    JustInTime,
    KeyRing,
    LapsePolicy,
    MakeDepartment,
    MakeJobProfile,
    OpenAccount,
    OpenClaim,
    OrganizationId,
    RegistrationPolicy,
    RequestReset,
    ResetPassword,
    SealAudit,
    Secret,
    Selection,
    SendActivation,
    SignIn,
    SignUpField,
    SignUpForm,
    SubAccountId,
    SubAccounts,
    Subject,
    Supplier,
    SwitchPolicy,
    SwitchSignUp,
    System,
    VerifiedIdentity,
)
from subaccounts.domain.account import HostRole
from subaccounts.domain.fields import RawValue
from subaccounts.domain.ids import AccountId, DepartmentId, JobProfileId
from subaccounts.domain.steps import Authenticated
from subaccounts.domain.subject import Pathway
from subaccounts.domain.subscription import MonthlySeats, SeatRule, StoredSeats
from subaccounts.repositories import MemoryRepository
from subaccounts.testing import (
    BOUGHT,
    CheapHasher,
    CountingEntropy,
    FakeHostAccounts,
    FakeNotifier,
    FakeSubscriptions,
    FakeTexts,
    FrozenClock,
)
from subaccounts.testing.interleavings import World

KEYS: Final = KeyRing.in_memory(b"a key that only the tests ever use")
ORGANIZATION: Final = OrganizationId(value="acme")
HOST: Final = HostAccount(system="crm", id="shop-1")
BOSS: Final = HostUser.administrator("boss", of=ORGANIZATION)
OPERATOR: Final = System(name="operator")
PASSWORD: Final = "correct horse battery staple"
WRONG: Final = "this was never anybody's password"
FIELDS: Final = {"full_name": "Test Person", "position": "Seller"}
FORM: Final = SignUpForm(fields=(SignUpField(name="full_name"), SignUpField(name="position")))
NEW: Final = "new@example.com"
"""What a stranger signs up with."""
OPEN: Final = OpenClaim(within=timedelta(days=1))
ISSUER: Final = "https://login.acme.example"
EXTERNAL: Final = "E-1"
NO_CODE: Final = "00000-00000"


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


def arriving(door: Door, subject: str = "s-1", **said: str) -> ArriveBySSO:
    """Return the command by which somebody comes by a company account; without a word it is anna's."""
    identity = Identity(issuer=ISSUER, subject=subject)
    who = VerifiedIdentity(identity=identity, attributes=said or {"eid": EXTERNAL})
    return ArriveBySSO(door=door, identity=who, fields=FIELDS)


class _Builder:
    """Build a shop by commands, one after the other."""

    def __init__(self, policy: RegistrationPolicy, *, lapse: LapsePolicy) -> None:
        self.repository, self.clock = MemoryRepository(), FrozenClock()
        self.subs = SubAccounts(
            repository=self.repository,
            keys=KEYS,
            host_accounts=FakeHostAccounts(),
            subscriptions=FakeSubscriptions(),
            hasher=CheapHasher(),
            notifier=FakeNotifier(),
            texts=FakeTexts(),
            clock=self.clock,
            entropy=CountingEntropy(0),
            blocklist=frozenset(),
        )
        self.subs.handle(CreateOrganization(actor=OPERATOR, id=ORGANIZATION, name="Acme", lapse=lapse))
        opening = OpenAccount(actor=BOSS, organization=ORGANIZATION, host=HOST, name="Shop", policy=policy)
        self.account = self.subs.handle(opening).id

    def department(self, name: str, parent: DepartmentId | None = None) -> DepartmentId:
        """Make a department."""
        made = self.subs.handle(MakeDepartment(actor=BOSS, organization=ORGANIZATION, name=name, parent=parent)).id
        assert isinstance(made, DepartmentId)
        return made

    def add(self, login: str, **fields: RawValue) -> tuple[SubAccountId, Secret]:
        """Add a person; answer the id and the code, one that opens nothing where claims are open."""
        added = self.subs.handle(AddPerson(actor=BOSS, account=self.account, login=login, fields=fields))
        return added.sub_account.id, added.code.code if added.code else Secret(NO_CODE)

    def claim(self, login: str, code: Secret) -> Subject:
        """Claim a login."""
        door, password = Door.inside(self.account), Secret(PASSWORD)
        step = self.subs.handle(
            CompleteRegistration(door=door, login=login, password=password, code=code, fields=FIELDS)
        )
        assert isinstance(step, Authenticated), step
        return step.subject

    def tell(self, person: SubAccountId) -> None:
        """Give somebody an e-mail, and have it told there how to come in."""
        self.subs.handle(EditPerson(actor=BOSS, sub_account=person, fields={"email": "anna@shop.example"}))
        selection = Selection(people=(person,))
        self.subs.handle(SendActivation(actor=BOSS, organization=ORGANIZATION, selection=selection))

    def sign_up(self) -> None:
        """Offer a form, and have somebody begin with it who is nobody yet."""
        self.subs.handle(SwitchSignUp(actor=BOSS, account=self.account, form=FORM))
        begin = BeginSignUp(door=Door.outside(self.account), fields={**FIELDS, "email": NEW}, login="dora")
        self.subs.handle(begin)

    def send_everything(self, anna: SubAccountId, subject: Subject) -> None:
        """Have anna ask for another password and for another e-mail, and let the cool-downs pass."""
        self.subs.handle(EditPerson(actor=BOSS, sub_account=anna, fields={"email": "anna@shop.example"}))
        self.subs.handle(RequestReset(door=Door.outside(self.account), login="anna"))
        self.subs.handle(ChangeContact(subject=subject, field="email", value="anna@home.example"))
        self.clock.advance(timedelta(minutes=6))

    def expect(self, person: SubAccountId) -> None:
        """Have people come by an issuer that knows somebody by an external id, and creates whom nobody knows."""
        creates = JustInTime(account=self.account, login="uid")
        issuers = (Issuer(issuer=ISSUER, name="Company account", external_id="eid", creates=creates),)
        self.subs.handle(EditPerson(actor=BOSS, sub_account=person, fields={"external_id": EXTERNAL}))
        self.subs.handle(ChangeIssuers(actor=BOSS, organization=ORGANIZATION, issuers=issuers))

    def arrive(self, person: SubAccountId) -> None:
        """Have somebody come by its company account, which takes the record over."""
        self.expect(person)
        self.subs.handle(arriving(Door.inside(self.account)))

    def guess(self, times: int, *, patiently: bool = False) -> None:
        """Guess anna's password or code, waiting out every delay or none."""
        for _ in range(times):
            self.subs.handle(SignIn(door=Door.inside(self.account), login="anna", secret=Secret(WRONG)))
            if patiently:
                self.clock.advance(timedelta(hours=2))


BEGUN: Final = "active, somebody signs up"
"""Anna is active, and a stranger waits to prove its e-mail. Only what signs people up begins here."""
TOLD: Final = "waiting, told"
"""Anna waits, and a message with her link is to be sent. Only what sends it begins here: pairs of everything multiply."""
SENT: Final = "active, links sent"
"""Anna is active, and two links are out: for another password and for another e-mail. Only what messages begin or end is
tried here, beside everything else."""

EXPECTED: Final = ("waiting, expected", "active, expected", "active, came")
"""An issuer knows anna by her external id; in the last state she has come by it. Only arrivals begin here."""
_LATER: Final[Mapping[str, Callable[[_Builder, SubAccountId], object]]] = {
    "waiting": lambda b, _: None,
    "waiting, one try left": lambda b, _: b.guess(4, patiently=True),
    TOLD: lambda b, anna: b.tell(anna),
    BEGUN: lambda b, _: b.sign_up(),
    SENT: lambda b, _: None,
    EXPECTED[0]: lambda b, anna: b.expect(anna),
    EXPECTED[1]: lambda b, anna: b.expect(anna),
    EXPECTED[2]: lambda b, anna: b.arrive(anna),
    "waiting, seats full": lambda b, _: None,
    "waiting, seats full but one": lambda b, _: None,
    "open": lambda b, _: None,
    "open, after a reset": lambda b, anna: b.subs.handle(ResetPassword(actor=BOSS, sub_account=anna)),
    "active": lambda b, _: None,
    "active, one guess from a delay": lambda b, _: b.guess(4),
    "active, one guess from disabled": lambda b, _: b.guess(49, patiently=True),
    "active, one seat this month": lambda b, _: b.clock.advance(timedelta(days=31)),
    "active, host promoted": lambda b, _: None,
    "active, a lapse blocks": lambda b, _: None,
    "active, a lapse lets read": lambda b, _: None,
    "active, account closed": lambda b, _: b.subs.handle(CloseAccount(actor=BOSS, account=b.account)),
    "locked": lambda b, _: b.guess(5),
    "disabled": lambda b, _: b.guess(50, patiently=True),
    "archived": lambda b, anna: b.subs.handle(ArchivePerson(actor=BOSS, sub_account=anna)),
    "deleted": lambda b, anna: b.subs.handle(DeletePerson(actor=BOSS, sub_account=anna)),
}
STATES: Final = tuple(state for state in _LATER if state not in {TOLD, BEGUN, SENT, *EXPECTED})
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


def shop(state: str) -> Shop:
    """Build the shop with anna in one of `STATES`."""
    policy = RegistrationPolicy.by_person()
    mine = FieldRule(suppliers=(Supplier.PERSON, Supplier.ADMINISTRATOR))
    if state == SENT:
        policy = evolve(policy, fields={**policy.fields, "email": mine})
    builder = _Builder(policy, lapse=LAPSES.get(state, LapsePolicy.KEEP_SIGNING_IN))
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
    if not state.startswith("waiting") and state != "open":
        subject = builder.claim("anna", code)
    builder.subs.handle(SealAudit(actor=OPERATOR, organization=ORGANIZATION))
    _LATER[state](builder, anna)
    if state == SENT:
        builder.send_everything(anna, subject)
    return Shop(
        state=state,
        world=World(
            repository=builder.repository,
            keys=KEYS,
            roles={HOST: frozenset({HostRole.ADMINISTRATOR})} if state == "active, host promoted" else {},
            subscription=evolve(BOUGHT, seats=SEATS.get(state)),
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
