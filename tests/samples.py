"""One working sample of every command that changes something, at a place of any test's making.

What belongs here: `CHANGES`, made so that each succeeds and its answer holds what is hard to repeat: codes, refused lines,
sets. Commands that read and commands that carry proofs are sampled where they are walked, `tests/shell/samples.py`; which
actor is allowed what, on which person and in which state, is `tests/commands/test_authority.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from attrs import evolve, frozen

from subaccounts import (
    AccountId,
    ActivationPolicy,
    AddParticipants,
    AddPeople,
    AddPerson,
    ApplicationId,
    ArchivePerson,
    ArriveBySSO,
    Audience,
    Change,
    ChangeActivation,
    ChangeIssuers,
    ClaimSlips,
    CloseAccount,
    CreateOrganization,
    DeletePerson,
    DepartmentId,
    Door,
    DropDeadLetter,
    EditPerson,
    HostAccount,
    HostUser,
    Identity,
    IssueCode,
    Issuer,
    JustInTime,
    MakeDepartment,
    MakeJobProfile,
    MakePermissionType,
    MoveDepartment,
    NewPerson,
    OpenAccount,
    OrganizationId,
    PutResources,
    RegistrationPolicy,
    RemoveParticipants,
    RemoveResources,
    RenameCatalogEntry,
    RenamePerson,
    ResetPassword,
    ResourceDraft,
    ResourceId,
    Restored,
    RestorePerson,
    RetireCatalogEntry,
    RetryDeadLetter,
    Selection,
    SendActivation,
    SignUpField,
    SignUpForm,
    SubAccountId,
    Subject,
    SwitchPolicy,
    SwitchSignUp,
    System,
    Ungrouped,
    UnlinkIdentity,
    UnlockPerson,
    VerifiedIdentity,
    VoidCode,
    VoidSlips,
    Way,
)
from subaccounts.domain.decision import Batch
from subaccounts.domain.widening import Loud
from subaccounts.testing.letters import dead_letter
from tests.group_samples import GROUP_CHANGES


@frozen(kw_only=True)
class Place:
    """Hold where a sample happens: an account with its administrator, and the ways to prepare something there.

    `waiting` and `active` add a person of this login and return its id, `subject` adds one who is signed in; `run` carries a
    command out. `letter` leaves a dead letter and returns its id.
    """

    admin: HostUser
    account: AccountId
    run: Callable[[Any], Any]
    waiting: Callable[[str], SubAccountId]
    active: Callable[[str], SubAccountId]
    subject: Callable[[str], Subject]
    letter: Callable[[], str]

    @property
    def organization(self) -> OrganizationId:
        """Return the organization of the account."""
        return self.account.organization

    def person(self) -> SubAccountId:
        """Return somebody who waits."""
        return self.waiting("sample")

    def reachable(self) -> SubAccountId:
        """Return somebody who waits and has an e-mail."""
        person = self.waiting("reachable")
        self.run(EditPerson(actor=self.admin, sub_account=person, fields={"email": "reach@shop.example"}))
        return person

    def member(self) -> SubAccountId:
        """Return somebody who has claimed."""
        return self.active("sample")

    def archived(self) -> SubAccountId:
        """Return somebody who is archived."""
        person = self.person()
        self.run(ArchivePerson(actor=self.admin, sub_account=person))
        return person

    def issuers(self) -> tuple[Issuer, ...]:
        """Return an issuer by which somebody unknown is created, with three departments, so that an order could be lost."""
        creates = JustInTime(account=self.account, departments=frozenset(self.departments()))
        return (Issuer(issuer=ISSUER, name="Acme account", external_id="eid", creates=creates),)

    def arrived(self) -> SubAccountId:
        """Return somebody who came by a company account, found by its external id, and has no password."""
        person = self.person()
        trusted = (Issuer(issuer=ISSUER, name="Acme account", external_id="eid"),)
        self.run(ChangeIssuers(actor=self.admin, organization=self.organization, issuers=trusted))
        self.run(EditPerson(actor=self.admin, sub_account=person, fields={**_NAMED, "external_id": "E-1"}))
        who = VerifiedIdentity(identity=Identity(issuer=ISSUER, subject="s-1"), attributes={"eid": "E-1"})
        self.run(ArriveBySSO(door=Door.inside(self.account), identity=who))
        return person

    def department(self, name: str = "sales") -> DepartmentId:
        """Return a new department at the top."""
        made = self.run(MakeDepartment(actor=self.admin, organization=self.organization, name=name)).id
        assert isinstance(made, DepartmentId)
        return made

    def resource(self, id: str = "sample", /) -> ResourceId:  # noqa: A002 - the host's id
        """Return a new assessment with a roster, which is shown to three departments."""
        audience = Audience(departments=frozenset(self.departments()))
        draft = ResourceDraft(id=ResourceId.of(self.organization, "test", id), name="Sample", audience=audience)
        putting = PutResources(
            actor=self.admin,
            organization=self.organization,
            resources=(evolve(draft, rostered=True),),
            accepting=frozenset(Loud),
        )
        self.run(putting)
        return draft.id

    def taking_part(self) -> tuple[ResourceId, SubAccountId]:
        """Return an assessment and somebody who takes part in it."""
        resource, person = self.resource(), self.person()
        self.run(AddParticipants(actor=self.admin, resource=resource, people=(person,)))
        return resource, person

    def drafts(self) -> tuple[ResourceDraft, ...]:
        """Return drafts to be made, refused and found the same."""
        there = self.resource()
        made = ResourceDraft(
            id=ResourceId.of(self.organization, "course", "1"),
            name="Safety at work",
            application=ApplicationId(organization=self.organization, value="school"),
            audience=Audience(departments=frozenset({self.department("crew"), self.department("desk")})),
        )
        return (made, evolve(made, id=ResourceId.of(self.organization, "course", "2"), name=""), evolve(made, id=there))

    def departments(self) -> set[DepartmentId]:
        """Return three new departments, so that an order could be lost."""
        return {self.department(name) for name in ("sales", "stock", "cash")}


ISSUER: Final = "https://login.acme.example"
_POLICY: Final = RegistrationPolicy.by_administrator()
_FORM: Final = SignUpForm(
    fields=(SignUpField(name="full_name"), SignUpField(name="position", choices=("Seller", "Cashier", "Head")))
)
_NAMED: Final = {"full_name": "Anna Koval", "position": "Cashier"}
_LINES: Final = (NewPerson(login="one"), NewPerson(login="bad login"), NewPerson(login="two"), NewPerson(login="one"))


def letter_in(repository: Any, organization: OrganizationId, /) -> str:
    """Leave a dead letter in a repository, and return its id."""
    task = dead_letter(of=organization)
    repository.commit(Batch(organization=organization, tasks=(task,)))
    return task.id


def _removing(place: Place) -> RemoveParticipants:
    resource, person = place.taking_part()
    unknown = SubAccountId(organization=place.organization, value="unknown")
    return RemoveParticipants(actor=place.admin, resource=resource, people=(person, place.reachable(), unknown))


CHANGES: Final[Mapping[type[Change[Any]], Callable[[Place], Change[Any]]]] = {
    CreateOrganization: lambda p: CreateOrganization(
        actor=System(name="operator"), id=OrganizationId(value="fresh"), name="Fresh", ungrouped=Ungrouped.EVERYBODY
    ),
    Restored: lambda p: Restored(actor=System(name="operator"), organization=p.organization),
    ChangeIssuers: lambda p: ChangeIssuers(actor=p.admin, organization=p.organization, issuers=p.issuers()),
    UnlinkIdentity: lambda p: UnlinkIdentity(actor=p.admin, sub_account=p.arrived(), issuer=ISSUER),
    ChangeActivation: lambda p: ChangeActivation(
        actor=p.admin, organization=p.organization, activation=ActivationPolicy(automatic=frozenset(Way))
    ),
    SendActivation: lambda p: SendActivation(
        actor=p.admin, organization=p.organization, selection=Selection(people=(p.reachable(), p.member()))
    ),
    ClaimSlips: lambda p: ClaimSlips(
        actor=p.admin,
        organization=p.organization,
        selection=Selection(people=(p.person(), p.reachable())),
        reissue=True,
    ),
    VoidSlips: lambda p: VoidSlips(
        actor=p.admin, organization=p.organization, selection=Selection(people=(p.person(),))
    ),
    OpenAccount: lambda p: OpenAccount(
        actor=p.admin,
        organization=p.organization,
        host=HostAccount(system="crm", id="another"),
        name="Another",
        policy=RegistrationPolicy.complete_record(),
    ),
    CloseAccount: lambda p: CloseAccount(actor=p.admin, account=p.account),
    SwitchSignUp: lambda p: SwitchSignUp(actor=p.admin, account=p.account, form=_FORM),
    SwitchPolicy: lambda p: SwitchPolicy(actor=p.admin, account=p.account, policy=_POLICY),
    AddPerson: lambda p: AddPerson(
        actor=p.admin, account=p.account, login="fresh", fields={**_NAMED, "departments": p.departments()}
    ),
    AddPeople: lambda p: AddPeople(actor=p.admin, account=p.account, people=_LINES),
    EditPerson: lambda p: EditPerson(
        actor=p.admin,
        sub_account=p.person(),
        fields={"full_name": "Anna", "email": "anna@shop.example", "position": None},
    ),
    RenamePerson: lambda p: RenamePerson(actor=p.admin, sub_account=p.person(), login="renamed"),
    ArchivePerson: lambda p: ArchivePerson(actor=p.admin, sub_account=p.member()),
    RestorePerson: lambda p: RestorePerson(actor=p.admin, sub_account=p.archived()),
    DeletePerson: lambda p: DeletePerson(actor=p.admin, sub_account=p.member()),
    IssueCode: lambda p: IssueCode(actor=p.admin, sub_account=p.person()),
    VoidCode: lambda p: VoidCode(actor=p.admin, sub_account=p.person()),
    ResetPassword: lambda p: ResetPassword(actor=p.admin, sub_account=p.member()),
    UnlockPerson: lambda p: UnlockPerson(actor=p.admin, sub_account=p.person()),
    RetryDeadLetter: lambda p: RetryDeadLetter(actor=p.admin, organization=p.organization, dead_letter=p.letter()),
    DropDeadLetter: lambda p: DropDeadLetter(actor=p.admin, organization=p.organization, dead_letter=p.letter()),
    MakeDepartment: lambda p: MakeDepartment(
        actor=p.admin, organization=p.organization, name="Below", parent=p.department("Above")
    ),
    MakeJobProfile: lambda p: MakeJobProfile(actor=p.admin, organization=p.organization, name="Cashier"),
    MakePermissionType: lambda p: MakePermissionType(actor=p.admin, organization=p.organization, name="Till"),
    RenameCatalogEntry: lambda p: RenameCatalogEntry(actor=p.admin, entry=p.department("Old"), name="New"),
    MoveDepartment: lambda p: MoveDepartment(
        actor=p.admin, department=p.department("Mover"), parent=p.department("Home")
    ),
    PutResources: lambda p: PutResources(
        actor=p.admin, organization=p.organization, resources=p.drafts(), accepting=frozenset(Loud)
    ),
    RemoveResources: lambda p: RemoveResources(
        actor=p.admin,
        organization=p.organization,
        resources=(p.resource(), ResourceId.of(p.organization, "test", "unknown")),
    ),
    AddParticipants: lambda p: AddParticipants(
        actor=p.admin,
        resource=p.resource(),
        people=(p.member(), p.reachable(), SubAccountId(organization=p.organization, value="unknown")),
    ),
    RemoveParticipants: _removing,
    RetireCatalogEntry: lambda p: RetireCatalogEntry(actor=p.admin, entry=p.department("Gone")),
    **GROUP_CHANGES,
}
"""How each is made so that it succeeds."""
