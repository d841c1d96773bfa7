"""A shop put together by the library's own commands, one after the other, and the names of what is in it.

What belongs here: the steps. Which of them lead to which state is `shop`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from attrs import evolve

from subaccounts import (
    ActivationPolicy,
    AddMembers,
    AddPerson,
    ArriveBySSO,
    BeginSignUp,
    ChangeActivation,
    ChangeContact,
    ChangeIssuers,
    CompleteRegistration,
    CreateOrganization,
    DeliverNotices,
    Door,
    EditPerson,
    Form,
    GroupId,
    HostAccount,
    HostUser,
    Identity,
    InviteMembers,
    Issuer,
    JustInTime,
    KeyRing,
    LapsePolicy,
    ListPeople,
    MakeDepartment,
    MakeGroup,
    MessageBudget,
    OpenAccount,
    OpenClaim,
    OrganizationId,
    RegistrationPolicy,
    Rejected,
    RequestReset,
    Secret,
    Selection,
    SendActivation,
    SignIn,
    SignUpField,
    SignUpForm,
    SubAccountId,
    SubAccounts,
    Subject,
    SwitchSignUp,
    System,
    Ungrouped,
    VerifiedIdentity,
    Window,
)
from subaccounts.domain.fields import RawValue
from subaccounts.domain.ids import DepartmentId
from subaccounts.domain.membership import ALWAYS
from subaccounts.domain.steps import Authenticated
from subaccounts.ports import Repository
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

KEYS: Final = KeyRing.in_memory(b"a key that only the tests ever use")
AHEAD: Final = KeyRing.in_memory(b"a key that only the tests ever use")
"""The same ring, a generation later; what was stored before fits it, and can follow."""
AHEAD.advance(to=AHEAD.generation + 1)
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
PHONE: Final = "+4512345678"
NO_CODE: Final = "00000-00000"
SELLS_SMS: Final = evolve(BOUGHT, sms=True)


def arriving(door: Door, subject: str = "s-1", **said: str) -> ArriveBySSO:
    """Return the command by which somebody comes by a company account; without a word it is anna's."""
    identity = Identity(issuer=ISSUER, subject=subject)
    who = VerifiedIdentity(identity=identity, attributes=said or {"eid": EXTERNAL})
    return ArriveBySSO(door=door, identity=who, fields=FIELDS)


class Builder:
    """Build a shop by commands, one after the other."""

    def __init__(self, policy: RegistrationPolicy, *, lapse: LapsePolicy, repository: Repository) -> None:
        self.repository, self.clock, self.notifier = repository, FrozenClock(), FakeNotifier()
        self.subs = SubAccounts(
            repository=self.repository,
            keys=KEYS,
            host_accounts=FakeHostAccounts(),
            subscriptions=FakeSubscriptions(SELLS_SMS),
            hasher=CheapHasher(),
            notifier=self.notifier,
            texts=FakeTexts(),
            clock=self.clock,
            entropy=CountingEntropy(0),
            blocklist=frozenset(),
        )
        self.subs.handle(
            CreateOrganization(actor=OPERATOR, id=ORGANIZATION, name="Acme", lapse=lapse, ungrouped=Ungrouped.EVERYBODY)
        )
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

    def tell(self, person: SubAccountId, *, given_up: bool = False, expected: bool = False) -> None:
        """Give somebody an e-mail, and have it told there how to come in; then the message is rejected, or an issuer known."""
        self.subs.handle(EditPerson(actor=BOSS, sub_account=person, fields={"email": "anna@shop.example"}))
        selection = Selection(people=(person,))
        self.subs.handle(SendActivation(actor=BOSS, organization=ORGANIZATION, selection=selection))
        if given_up:
            self.give_up()
        if expected:
            self.expect(person)

    def give_up(self) -> None:
        """Have the one message that waits rejected."""
        self.notifier.answers(Rejected(reason="no such mailbox"))
        assert 1 == self.subs.handle(DeliverNotices(actor=OPERATOR, organization=ORGANIZATION)).rejected

    def sign_up(self, email: str = NEW) -> None:
        """Offer a form, and have somebody begin with it who is nobody yet."""
        self.subs.handle(SwitchSignUp(actor=BOSS, account=self.account, form=FORM))
        begin = BeginSignUp(door=Door.outside(self.account), fields={**FIELDS, "email": email}, login="dora")
        self.subs.handle(begin)

    def send_everything(self, anna: SubAccountId, subject: Subject, *, given_up: bool = False) -> None:
        """Have anna ask for another password and for another e-mail, and let the cool-downs pass; or the first is given up."""
        self.subs.handle(EditPerson(actor=BOSS, sub_account=anna, fields={"email": "anna@shop.example"}))
        self._ask(subject, "email", "anna@home.example", given_up=given_up)

    def text_everything(self, anna: SubAccountId, subject: Subject, *, given_up: bool = False) -> None:
        """Have codes sent by SMS, for another password and for another phone, and let the cool-downs pass; or one is given up."""
        told = ActivationPolicy(sms_form=Form.CODE, budget=MessageBudget(sms_countries=frozenset({"45"})))
        self.subs.handle(ChangeActivation(actor=BOSS, organization=ORGANIZATION, activation=told))
        self.subs.handle(EditPerson(actor=BOSS, sub_account=anna, fields={"phone": PHONE}))
        self._ask(subject, "phone", "+4587654321", given_up=given_up)

    def _ask(self, subject: Subject, field: str, value: str, *, given_up: bool) -> None:
        self.subs.handle(RequestReset(door=Door.outside(self.account), login="anna"))
        if given_up:
            self.give_up()
        self.subs.handle(ChangeContact(subject=subject, field=field, value=value, current=Secret(PASSWORD)))
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

    def gather(self, anna: SubAccountId, *, inside: bool = False, over: bool = False) -> None:
        """Make a group that takes people from outside, put boris into it, and ask anna in, who comes from outside; or add
        her, so that she is inside. What is `over` ended a moment ago, and nobody has told of it."""
        partners = self.group()
        fields: dict[str, RawValue] = {"email": "anna@home.example", "kind": "external"}
        self.subs.handle(EditPerson(actor=BOSS, sub_account=anna, fields=fields, kind_previewed=True))
        asking = AddMembers if inside else InviteMembers
        window = Window(until=self.clock() + timedelta(days=1)) if over else ALWAYS
        self.subs.handle(asking(actor=BOSS, group=partners, people=(anna,), window=window))
        if over:
            self.clock.advance(timedelta(days=1))

    def group(self) -> GroupId:
        """Make a group that takes people from outside, with boris in it."""
        making = MakeGroup(actor=BOSS, organization=ORGANIZATION, name="Partners", allows_external=True)
        partners = self.subs.handle(making).id
        self.subs.handle(AddMembers(actor=BOSS, group=partners, people=(self.named("boris"),)))
        return partners

    def named(self, login: str) -> SubAccountId:
        """Return the person who has a login."""
        people = self.subs.handle(ListPeople(actor=BOSS, organization=ORGANIZATION)).people
        return next(each.id for each in people if each.login.key == login)

    def guess(self, times: int, *, patiently: bool = False) -> None:
        """Guess anna's password or code, waiting out every delay or none."""
        for _ in range(times):
            self.subs.handle(SignIn(door=Door.inside(self.account), login="anna", secret=Secret(WRONG)))
            if patiently:
                self.clock.advance(timedelta(hours=2))
