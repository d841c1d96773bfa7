"""The table actor x command x state, walked: every command, by every kind of actor, in every state of what it acts on.

What is allowed is expected from three pieces of data alone: who may do what (`AUTHORITY`), what a scope reaches (told
here a second time), and what a state takes (`LIFE`, `ACCOUNT_LIFE`). A refused command has changed nothing.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from attrs import evolve, frozen

from subaccounts import (
    AcceptInvitation,
    AccountState,
    ActivationPolicy,
    AddMembers,
    AddParticipants,
    AddPeople,
    AddPerson,
    AdvanceGeneration,
    ArchivePerson,
    ArriveBySSO,
    BeginSignIn,
    BeginSignUp,
    ChangeActivation,
    ChangeApplications,
    ChangeContact,
    ChangeIssuers,
    ChangePassword,
    ClaimSlips,
    CloseAccount,
    Command,
    CompleteRegistration,
    CompleteSignUp,
    CountVisible,
    CreateOrganization,
    DeclineInvitation,
    DeletePerson,
    DeliverNotices,
    DropDeadLetter,
    EditPerson,
    EventsAfter,
    ExpireMemberships,
    ExplainField,
    ForgetSignUps,
    ForgetStrangers,
    Grant,
    GrantCode,
    GroupId,
    HostAccount,
    HostUser,
    Identity,
    InviteMembers,
    IssueCode,
    LeaveGroup,
    LinkIdentity,
    ListAccounts,
    ListCatalog,
    ListDeadLetters,
    ListGroups,
    ListMembers,
    ListParticipants,
    ListPeople,
    ListResources,
    ListVisible,
    MakeDepartment,
    MakeGroup,
    MakeJobProfile,
    MakePermissionType,
    MaySee,
    MoveDepartment,
    NewPerson,
    OpenableApplications,
    OpenAccount,
    OrganizationId,
    PeekLink,
    PreviewDepartment,
    PreviewGroup,
    PreviewMembership,
    PreviewPerson,
    PreviewPolicySwitch,
    PreviewResource,
    ProveContact,
    ProveContactByCode,
    PutResources,
    ReadAccount,
    ReadAudit,
    ReadGroup,
    ReadMemberships,
    ReadOrganization,
    ReadPerson,
    ReadResource,
    Recognize,
    RedeemCode,
    RedeemLink,
    Refusal,
    RegistrationPolicy,
    RemoveMembers,
    RemoveParticipants,
    RemoveResources,
    RenameCatalogEntry,
    RenameGroup,
    RenamePerson,
    RequestReset,
    ResetPassword,
    Restored,
    RestorePerson,
    RetireCatalogEntry,
    RetireGroup,
    RetryDeadLetter,
    Role,
    SealAudit,
    Secret,
    Selection,
    SendActivation,
    SignedIn,
    SignIn,
    State,
    SubAccountId,
    SwitchExternal,
    SwitchPolicy,
    SwitchSignUp,
    System,
    Ungrouped,
    UnlinkIdentity,
    UnlockPerson,
    VerifyAudit,
    VisibleAmong,
    VoidCode,
    VoidSlips,
    Way,
    WhoSees,
    commands,
)
from subaccounts.domain.account import ACCOUNT_LIFE, AccountInput
from subaccounts.domain.actor import Actor, Scope
from subaccounts.domain.authority import AUTHORITY, Action, Who
from subaccounts.domain.decision import Batch
from subaccounts.domain.ids import AccountId, DepartmentId
from subaccounts.domain.life import LIFE, LifeInput
from subaccounts.domain.subject import Subject
from subaccounts.domain.widening import Loud
from subaccounts.errors import NameTaken, NotAllowed, NotFound, WrongState
from subaccounts.testing import groups as g
from tests.commands import shown
from tests.commands.company import ACME, issuer
from tests.commands.shop import OTHER_PASSWORD, PASSWORD, SETUP, Shop, code_of, fork
from tests.commands.shown import course, put, to
from tests.commands.sign_ups import BY_EMAIL
from tests.samples import letter_in

ORGANIZATION, CATALOG, ACCOUNT, ADDING, PERSON, LIST = "organization", "catalog", "account", "adding", "person", "list"
SOMEWHERE = "somewhere"
"""What a command acts on. `adding` and `list` are acts on an account that a role over departments narrows; `somewhere` is what
a role over any part of the organization is enough for."""


@frozen(kw_only=True)
class World:
    """Hold a shop with a tree of departments and three people, and a subject of each who could sign in."""

    shop: Shop
    anna: SubAccountId
    other_account: AccountId
    above: DepartmentId
    hers: DepartmentId
    below: DepartmentId
    elsewhere: DepartmentId
    group: GroupId
    subjects: dict[str, Subject]


@cache
def world(state: State = State.ACTIVE, account: AccountState = AccountState.OPEN) -> World:
    """Build the world, with Anna in this state and her account in that."""
    shop = Shop()
    other = shop.open("shop-2")

    def department(name: str, parent: DepartmentId | None = None) -> DepartmentId:
        made = shop.handle(MakeDepartment(actor=shop.admin, organization=shop.id, name=name, parent=parent)).id
        assert isinstance(made, DepartmentId)
        return made

    above = department("above")
    hers = department("hers", above)
    below, elsewhere = department("below", hers), department("elsewhere")
    group = shop.handle(MakeGroup(actor=shop.admin, organization=shop.id, name="Partners")).id
    added = shop.add("anna", fields={"departments": {hers}})
    anna = added.sub_account.id
    subjects = {"boris": shop.claimed("boris", fields={"departments": {elsewhere}})}
    if state is not State.WAITING:
        step = shop.complete("anna", code=code_of(added))
        subjects["anna"] = step.subject  # type: ignore[union-attr]  # a right code authenticates
    match state:
        case State.DISABLED:
            shop.guess_until_disabled("anna")
        case State.ARCHIVED:
            shop.handle(ArchivePerson(actor=shop.admin, sub_account=anna))
        case State.DELETED:
            shop.handle(DeletePerson(actor=shop.admin, sub_account=anna))
        case _:
            pass
    if account is AccountState.CLOSED:
        shop.handle(CloseAccount(actor=shop.admin, account=shop.account.id))
    assert state is shop.person(anna).state
    letter_in(shop.repository, shop.id)
    put(shop, course(shop, 1, audience=to(shown.group(shop, 1, anna)), rostered=True))
    if state is not State.DELETED:  # who comes by a company account
        shop.repository.commit(
            Batch(organization=shop.id, puts=(evolve(shop.person(anna), identities=frozenset({HERS})),))
        )
    return World(
        shop=shop,
        anna=anna,
        other_account=other.id,
        above=above,
        hers=hers,
        below=below,
        elsewhere=elsewhere,
        group=group,
        subjects=subjects,
    )


@frozen(kw_only=True)
class Kind:
    """Hold one kind of actor: what it is, and what of it reaches Anna, her account and her organization."""

    make: Callable[[World], Actor | None]
    who: Who | None
    reaches: frozenset[str]


EVERYTHING = frozenset({ORGANIZATION, CATALOG, ACCOUNT, ADDING, PERSON, LIST, SOMEWHERE})
OVER_ACCOUNT = frozenset({ACCOUNT, ADDING, PERSON, LIST, SOMEWHERE})
OVER_OTHER_ACCOUNT = frozenset({SOMEWHERE})
OVER_DEPARTMENT = frozenset({ADDING, PERSON, LIST, SOMEWHERE})
OVER_OTHER_DEPARTMENT = frozenset({ADDING, LIST, SOMEWHERE})
"""Somebody of another department adds and lists in the same account, among its own people only."""
NOTHING: frozenset[str] = frozenset()
ABROAD = OrganizationId(value="abroad")
SCOPES: dict[str, tuple[Callable[[World], Scope], frozenset[str]]] = {
    "organization": (lambda w: w.shop.id, EVERYTHING),
    "account": (lambda w: w.shop.account.id, OVER_ACCOUNT),
    "other account": (lambda w: w.other_account, OVER_OTHER_ACCOUNT),
    "department": (lambda w: w.hers, OVER_DEPARTMENT),
    "parent department": (lambda w: w.above, OVER_DEPARTMENT),
    "department below": (lambda w: w.below, OVER_OTHER_DEPARTMENT),
    "other department": (lambda w: w.elsewhere, OVER_OTHER_DEPARTMENT),
    "other organization": (lambda _: ABROAD, NOTHING),
    "account abroad": (lambda w: evolve(w.shop.account.id, organization=ABROAD), NOTHING),
    "department abroad": (lambda w: evolve(w.hers, organization=ABROAD), NOTHING),
}


def _host_user(role: Role, scope: Callable[[World], Scope]) -> Callable[[World], Actor | None]:
    return lambda world: HostUser(id="boss", grants=frozenset({Grant(role=role, scope=scope(world))}))


def _host_users() -> dict[str, Kind]:
    return {
        f"{role.value} of {name}": Kind(make=_host_user(role, scope), who=Who(role.value), reaches=reaches)
        for name, (scope, reaches) in SCOPES.items()
        for role in Role
    }


def _signed_in(name: str, **changes: Any) -> Callable[[World], Actor | None]:
    def make(world: World) -> Actor | None:
        subject = world.subjects.get(name)
        return SignedIn(subject=evolve(subject, **changes)) if subject else None

    return make


KINDS: dict[str, Kind] = {
    **_host_users(),
    "nobody": Kind(make=lambda _: HostUser(id="nobody"), who=None, reaches=EVERYTHING),
    "itself": Kind(make=_signed_in("anna"), who=Who.ITSELF, reaches=frozenset({PERSON})),
    "itself, signed out": Kind(make=_signed_in("anna", epoch=0), who=None, reaches=NOTHING),
    "another person": Kind(make=_signed_in("boris"), who=Who.ITSELF, reaches=NOTHING),
    "system": Kind(make=lambda _: System(name="nightly"), who=Who.SYSTEM, reaches=EVERYTHING),
}

HERS = Identity(issuer=ACME, subject="s-1")
Maker = Callable[[World, Any], Command[Any]]
BY_ADMINISTRATOR = RegistrationPolicy.by_administrator()
TOLD_AT_ONCE = ActivationPolicy(automatic=frozenset(Way))
COMMANDS: dict[type[Command[Any]], tuple[str, Maker]] = {
    CreateOrganization: (
        ORGANIZATION,
        lambda w, by: CreateOrganization(
            actor=by, id=OrganizationId(value="new"), name="New", ungrouped=Ungrouped.EVERYBODY
        ),
    ),
    ReadOrganization: (ORGANIZATION, lambda w, by: ReadOrganization(actor=by, id=w.shop.id)),
    Restored: (ORGANIZATION, lambda w, by: Restored(actor=by, organization=w.shop.id)),
    AdvanceGeneration: (ORGANIZATION, lambda w, by: AdvanceGeneration(actor=by, organization=w.shop.id)),
    MakeDepartment: (CATALOG, lambda w, by: MakeDepartment(actor=by, organization=w.shop.id, name="new")),
    MakeJobProfile: (CATALOG, lambda w, by: MakeJobProfile(actor=by, organization=w.shop.id, name="new")),
    MakePermissionType: (CATALOG, lambda w, by: MakePermissionType(actor=by, organization=w.shop.id, name="new")),
    RenameCatalogEntry: (CATALOG, lambda w, by: RenameCatalogEntry(actor=by, entry=w.hers, name="new")),
    MoveDepartment: (CATALOG, lambda w, by: MoveDepartment(actor=by, department=w.hers, parent=None)),
    RetireCatalogEntry: (CATALOG, lambda w, by: RetireCatalogEntry(actor=by, entry=w.hers)),
    ListCatalog: (CATALOG, lambda w, by: ListCatalog(actor=by, organization=w.shop.id, kind="department")),
    ChangeActivation: (
        ORGANIZATION,
        lambda w, by: ChangeActivation(actor=by, organization=w.shop.id, activation=TOLD_AT_ONCE),
    ),
    SendActivation: (LIST, lambda w, by: SendActivation(actor=by, organization=w.shop.id, selection=everybody(w))),
    ClaimSlips: (LIST, lambda w, by: ClaimSlips(actor=by, organization=w.shop.id, selection=everybody(w))),
    VoidSlips: (LIST, lambda w, by: VoidSlips(actor=by, organization=w.shop.id, selection=everybody(w))),
    GrantCode: (PERSON, lambda w, by: GrantCode(actor=by, sub_account=w.anna, code=Secret("TULIP-2026"))),
    OpenAccount: (
        ORGANIZATION,
        lambda w, by: OpenAccount(
            actor=by, organization=w.shop.id, host=w.shop.account.host, name="Again", policy=BY_ADMINISTRATOR
        ),
    ),
    CloseAccount: (ACCOUNT, lambda w, by: CloseAccount(actor=by, account=w.shop.account.id)),
    SwitchPolicy: (ACCOUNT, lambda w, by: SwitchPolicy(actor=by, account=w.shop.account.id, policy=BY_ADMINISTRATOR)),
    PreviewPolicySwitch: (
        ACCOUNT,
        lambda w, by: PreviewPolicySwitch(actor=by, account=w.shop.account.id, policy=BY_ADMINISTRATOR),
    ),
    ReadAccount: (ACCOUNT, lambda w, by: ReadAccount(actor=by, account=w.shop.account.id)),
    ListAccounts: (ORGANIZATION, lambda w, by: ListAccounts(actor=by, organization=w.shop.id)),
    AddPerson: (
        ADDING,
        lambda w, by: AddPerson(actor=by, account=w.shop.account.id, login="new", fields=placed(w, by)),
    ),
    AddPeople: (
        ADDING,
        lambda w, by: AddPeople(
            actor=by, account=w.shop.account.id, people=(NewPerson(login="new", fields=placed(w, by)),)
        ),
    ),
    SwitchSignUp: (
        ACCOUNT,
        lambda w, by: SwitchSignUp(actor=by, account=w.shop.account.id, form=BY_EMAIL),
    ),
    EditPerson: (PERSON, lambda w, by: EditPerson(actor=by, sub_account=w.anna, fields={"position": "Boss"})),
    RenamePerson: (PERSON, lambda w, by: RenamePerson(actor=by, sub_account=w.anna, login="new")),
    ArchivePerson: (PERSON, lambda w, by: ArchivePerson(actor=by, sub_account=w.anna)),
    RestorePerson: (PERSON, lambda w, by: RestorePerson(actor=by, sub_account=w.anna)),
    DeletePerson: (PERSON, lambda w, by: DeletePerson(actor=by, sub_account=w.anna)),
    ReadPerson: (PERSON, lambda w, by: ReadPerson(actor=by, sub_account=w.anna)),
    ExplainField: (PERSON, lambda w, by: ExplainField(actor=by, sub_account=w.anna, field="position")),
    ListPeople: (LIST, lambda w, by: ListPeople(actor=by, organization=w.shop.id, account=w.shop.account.id)),
    IssueCode: (PERSON, lambda w, by: IssueCode(actor=by, sub_account=w.anna)),
    VoidCode: (PERSON, lambda w, by: VoidCode(actor=by, sub_account=w.anna)),
    ResetPassword: (PERSON, lambda w, by: ResetPassword(actor=by, sub_account=w.anna)),
    ChangeIssuers: (ORGANIZATION, lambda w, by: ChangeIssuers(actor=by, organization=w.shop.id, issuers=(issuer(),))),
    UnlinkIdentity: (PERSON, lambda w, by: UnlinkIdentity(actor=by, sub_account=w.anna, issuer=HERS.issuer)),
    UnlockPerson: (PERSON, lambda w, by: UnlockPerson(actor=by, sub_account=w.anna)),
    ReadAudit: (ACCOUNT, lambda w, by: ReadAudit(actor=by, organization=w.shop.id, account=w.shop.account.id)),
    VerifyAudit: (ORGANIZATION, lambda w, by: VerifyAudit(actor=by, organization=w.shop.id)),
    EventsAfter: (ORGANIZATION, lambda w, by: EventsAfter(actor=by, organization=w.shop.id)),
    SealAudit: (ORGANIZATION, lambda w, by: SealAudit(actor=by, organization=w.shop.id)),
    DeliverNotices: (ORGANIZATION, lambda w, by: DeliverNotices(actor=by, organization=w.shop.id)),
    ListDeadLetters: (ORGANIZATION, lambda w, by: ListDeadLetters(actor=by, organization=w.shop.id)),
    RetryDeadLetter: (
        ORGANIZATION,
        lambda w, by: RetryDeadLetter(actor=by, organization=w.shop.id, dead_letter="letter-1"),
    ),
    DropDeadLetter: (
        ORGANIZATION,
        lambda w, by: DropDeadLetter(actor=by, organization=w.shop.id, dead_letter="letter-1"),
    ),
    PutResources: (
        ORGANIZATION,
        lambda w, by: PutResources(actor=by, organization=w.shop.id, resources=(course(w.shop, name="New"),)),
    ),
    RemoveResources: (
        ORGANIZATION,
        lambda w, by: RemoveResources(actor=by, organization=w.shop.id, resources=(g.resource_id(of=w.shop.id),)),
    ),
    ReadResource: (ORGANIZATION, lambda w, by: ReadResource(actor=by, resource=g.resource_id(of=w.shop.id))),
    ListResources: (ORGANIZATION, lambda w, by: ListResources(actor=by, organization=w.shop.id, type="course")),
    AddParticipants: (
        ORGANIZATION,
        lambda w, by: AddParticipants(actor=by, resource=g.resource_id(of=w.shop.id), people=(w.anna,)),
    ),
    RemoveParticipants: (
        ORGANIZATION,
        lambda w, by: RemoveParticipants(actor=by, resource=g.resource_id(of=w.shop.id), people=(w.anna,)),
    ),
    ListParticipants: (ORGANIZATION, lambda w, by: ListParticipants(actor=by, resource=g.resource_id(of=w.shop.id))),
    WhoSees: (ORGANIZATION, lambda w, by: WhoSees(actor=by, resource=g.resource_id(of=w.shop.id))),
    MaySee: (PERSON, lambda w, by: MaySee(actor=by, person=w.anna, resource=g.resource_id(of=w.shop.id))),
    VisibleAmong: (
        PERSON,
        lambda w, by: VisibleAmong(actor=by, person=w.anna, resources=frozenset({g.resource_id(of=w.shop.id)})),
    ),
    ListVisible: (PERSON, lambda w, by: ListVisible(actor=by, person=w.anna, type="course")),
    CountVisible: (PERSON, lambda w, by: CountVisible(actor=by, person=w.anna, type="course")),
    OpenableApplications: (PERSON, lambda w, by: OpenableApplications(actor=by, person=w.anna)),
    PreviewResource: (ORGANIZATION, lambda w, by: PreviewResource(actor=by, becomes=course(w.shop))),
    PreviewGroup: (
        ORGANIZATION,
        lambda w, by: PreviewGroup(actor=by, group=g.group_id(of=w.shop.id), type="course", retired=True),
    ),
    PreviewDepartment: (
        ORGANIZATION,
        lambda w, by: PreviewDepartment(actor=by, department=w.hers, parent=None, type="course"),
    ),
    PreviewPerson: (PERSON, lambda w, by: PreviewPerson(actor=by, person=w.anna, type="course", archived=True)),
    PreviewMembership: (
        PERSON,
        lambda w, by: PreviewMembership(
            actor=by, person=w.anna, group=g.group_id(of=w.shop.id), type="course", member=False
        ),
    ),
    ExpireMemberships: (ORGANIZATION, lambda w, by: ExpireMemberships(actor=by, organization=w.shop.id)),
    ForgetSignUps: (ORGANIZATION, lambda w, by: ForgetSignUps(actor=by, organization=w.shop.id)),
    ForgetStrangers: (ORGANIZATION, lambda w, by: ForgetStrangers(actor=by, organization=w.shop.id)),
    MakeGroup: (ORGANIZATION, lambda w, by: MakeGroup(actor=by, organization=w.shop.id, name="new")),
    RenameGroup: (ORGANIZATION, lambda w, by: RenameGroup(actor=by, group=w.group, name="new")),
    SwitchExternal: (
        ORGANIZATION,
        lambda w, by: SwitchExternal(actor=by, group=w.group, allows_external=True, accepting=frozenset(Loud)),
    ),
    ChangeApplications: (ORGANIZATION, lambda w, by: ChangeApplications(actor=by, group=w.group)),
    RetireGroup: (ORGANIZATION, lambda w, by: RetireGroup(actor=by, group=w.group)),
    ReadGroup: (SOMEWHERE, lambda w, by: ReadGroup(actor=by, group=w.group)),
    ListGroups: (SOMEWHERE, lambda w, by: ListGroups(actor=by, organization=w.shop.id)),
    AddMembers: (SOMEWHERE, lambda w, by: AddMembers(actor=by, group=w.group, people=(w.anna,))),
    InviteMembers: (SOMEWHERE, lambda w, by: InviteMembers(actor=by, group=w.group, people=(w.anna,))),
    RemoveMembers: (SOMEWHERE, lambda w, by: RemoveMembers(actor=by, group=w.group, people=(w.anna,))),
    ListMembers: (SOMEWHERE, lambda w, by: ListMembers(actor=by, group=w.group)),
    ReadMemberships: (PERSON, lambda w, by: ReadMemberships(actor=by, sub_account=w.anna)),
}
OWN = {
    ChangePassword, ChangeContact, ProveContactByCode, LinkIdentity, AcceptInvitation, DeclineInvitation, LeaveGroup
}  # fmt: skip
"""What a person does to itself: its subject is who acts, and the table has it as an action of `itself`."""
WITHOUT_ACTOR = {
    *OWN, ArriveBySSO, BeginSignIn, SignIn, CompleteRegistration, Recognize, PeekLink, RedeemLink, RequestReset, RedeemCode, ProveContact,
    BeginSignUp, CompleteSignUp
}  # fmt: skip
"""Sign-ins begin authority, and so do links and codes."""


def everybody(world: World) -> Selection:
    """Return everybody who waits in the account."""
    return Selection(account=world.shop.account.id)


def placed(world: World, by: Actor) -> dict[str, Any]:
    """Return the fields of a new person whom a role over departments reaches."""
    grants = by.grants if isinstance(by, HostUser) else frozenset()
    return {"departments": {grant.scope for grant in grants if isinstance(grant.scope, DepartmentId)}}


def classes() -> set[type[Command[Any]]]:
    """Return every command there is."""
    found = {value for name in commands.__all__ if inspect.isclass(value := getattr(commands, name))}
    return {value for value in found if issubclass(value, Command) and value not in {Command, commands.Change}}


@pytest.mark.asvs("8.1.1")
def test_every_command_is_in_the_table() -> None:
    """A new command is walked too, or this fails."""
    assert classes() == set(COMMANDS) | WITHOUT_ACTOR


def test_every_action_is_some_commands() -> None:
    """No action of the authority table is without a command, and every command with an actor has an action."""
    assert set(Action) == set(AUTHORITY) == {command.action for command in classes()} - {None}
    with_actor = {command for command in classes() if "actor" in inspect.signature(command).parameters}
    assert with_actor == set(COMMANDS) == {command for command in classes() if command.action} - OWN


def test_every_input_is_some_commands() -> None:
    """What can happen to a person or an account, commands do, save what a sign-in does by itself."""
    taken = {command.takes for command in classes()} - {None}
    by_signing_in = {LifeInput.CLAIM, LifeInput.SIGN_IN, LifeInput.GUESSED_TOO_OFTEN, AccountInput.SIGN_IN}
    assert {*LifeInput, *AccountInput} - by_signing_in == taken


@pytest.mark.asvs("8.2.1", "8.3.1")
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.__name__)
@pytest.mark.parametrize("kind", KINDS)
def test_every_actor_with_every_command_in_every_state(kind: str, command: type[Command[Any]]) -> None:
    """An actor passes exactly where its role, its scope and the state let it; a refusal changes nothing."""
    target, _ = COMMANDS[command]
    if target in {PERSON, LIST}:
        for state in State:
            walk(kind, command, world(state), state=state)
    else:
        for account in AccountState:
            walk(kind, command, world(State.ACTIVE, account), account=account)


def walk(
    kind: str,
    command: type[Command[Any]],
    before: World,
    *,
    state: State = State.ACTIVE,
    account: AccountState = AccountState.OPEN,
) -> None:
    """Send one command by one actor in one state, and compare."""
    actor = KINDS[kind].make(before)
    if actor is None:
        return  # who has never signed in is nobody's subject
    shop = fork(before.shop)
    stored = shop.stored()
    asked = COMMANDS[command][1](before, actor)
    expected = expectation(KINDS[kind], command, state, account, actor)
    try:
        shop.handle(asked)
        answered: type[Refusal] | None = None
    except Refusal as refusal:
        answered = type(refusal)
    assert expected is answered, (kind, command.__name__, state, account)
    if answered is not None:
        assert stored == shop.stored()
    elif isinstance(command.takes, LifeInput):
        assert LIFE[state, command.takes] is shop.person(before.anna).state
    elif isinstance(command.takes, AccountInput):
        found = shop.repository.account(shop.account.id)
        assert found is not None
        assert ACCOUNT_LIFE[account, command.takes] is found.account.state


def expectation(
    kind: Kind, command: type[Command[Any]], state: State, account: AccountState, actor: Actor
) -> type[Refusal] | None:
    """Return the refusal that the tables say, or None."""
    target = COMMANDS[command][0]
    assert command.action is not None
    signed_out = (
        isinstance(actor, SignedIn) and kind.who is Who.ITSELF and target == PERSON and state is not State.ACTIVE
    )
    if kind.who not in AUTHORITY[command.action] or target not in kind.reaches or signed_out:
        return NotAllowed
    if target == PERSON and state is State.DELETED:
        # A tombstone is in no department any more, so that no role over one reaches it.
        return NotAllowed if kind.reaches is OVER_DEPARTMENT else NotFound
    takes = command.takes
    if takes is AccountInput.OPEN and account is AccountState.OPEN:
        return NameTaken
    if isinstance(takes, LifeInput) and (state, takes) not in LIFE:
        return WrongState
    if isinstance(takes, AccountInput) and (account, takes) not in ACCOUNT_LIFE:
        return WrongState
    return None


@pytest.mark.parametrize("kind", KINDS)
def test_the_notices_of_all_are_the_systems(kind: str) -> None:
    """Only the system delivers for every organization at once, whatever roles somebody has."""
    before = world()
    shop = fork(before.shop)
    actor = KINDS[kind].make(before)
    assert actor is not None
    asked = DeliverNotices(actor=actor)
    if KINDS[kind].who is Who.SYSTEM:
        assert 0 == shop.handle(asked).sent
    else:
        assert "not_allowed" == shop.refused(asked).code


def test_a_role_over_departments_adds_to_them_only() -> None:
    """A line without department, or with one out of reach, is refused by itself; the others go through."""
    before = world()
    shop = fork(before.shop)
    deputy = HostUser.administrator("deputy", of=before.above)
    people = tuple(
        NewPerson(login=login, fields={"departments": departments} if departments is not None else {})
        for login, departments in (
            ("one", {before.above}),
            ("two", {before.below}),
            ("three", {before.elsewhere}),
            ("four", {before.above, before.elsewhere}),
            ("five", set()),
            ("six", None),
        )
    )
    answers = shop.handle(AddPeople(actor=deputy, account=shop.account.id, people=people))
    refused = "field_refused"
    assert [None, None, refused, refused, refused, refused] == [
        answer.refusal.code if answer.refusal else None for answer in answers
    ]


def test_a_role_over_departments_lists_their_people_only() -> None:
    """Whatever it asks for, a role over departments is shown the people in them and below."""
    before = world()
    shop = fork(before.shop)
    expected = {before.hers: ["anna"], before.above: ["anna"], before.below: [], before.elsewhere: ["boris"]}
    for department, logins in expected.items():
        aide = HostUser.moderator("aide", of=department)
        page = shop.handle(ListPeople(actor=aide, organization=shop.id))
        assert logins == [person.login.text for person in page.people]
        both = frozenset({before.hers, before.elsewhere})
        asked = shop.handle(ListPeople(actor=aide, organization=shop.id, departments=both))
        assert logins == [person.login.text for person in asked.people]


@pytest.mark.parametrize(
    ("given", "allowed"),
    [
        ({"hers"}, True),
        ({"hers", "below"}, True),
        ({"below"}, True),
        ({"above", "hers"}, True),
        ({"elsewhere"}, False),
        ({"hers", "elsewhere"}, False),
        (set(), False),
        (None, False),
    ],
    ids=lambda given: " and ".join(sorted(given)) if isinstance(given, set) else str(given),
)
def test_a_role_over_departments_moves_nobody_out_of_reach(given: set[str] | None, allowed: bool) -> None:
    """An administrator of departments changes membership in those only, and never the last one."""
    before = world()
    shop = fork(before.shop)
    deputy = HostUser.administrator("deputy", of=before.above)
    departments = None if given is None else {getattr(before, name) for name in given}
    edit = EditPerson(actor=deputy, sub_account=before.anna, fields={"departments": departments})
    if allowed:
        assert (departments or set()) == shop.handle(edit).profile.departments
    else:
        assert "field_refused" == shop.refused(edit).code


def test_a_department_of_somebody_elses_stays() -> None:
    """Nobody's membership in a department out of reach is ended, or confirmed, by a role over another."""
    before = world()
    shop = fork(before.shop)
    both = {before.hers, before.elsewhere}
    shop.handle(EditPerson(actor=shop.admin, sub_account=before.anna, fields={"departments": both}))
    deputy = HostUser.administrator("deputy", of=before.above)

    def edit(departments: set[DepartmentId]) -> EditPerson:
        return EditPerson(actor=deputy, sub_account=before.anna, fields={"departments": departments})

    assert "field_refused" == shop.refused(edit({before.hers})).code
    assert both | {before.below} == shop.handle(edit(both | {before.below})).profile.departments


def test_a_role_over_the_account_is_not_narrowed_by_one_over_a_department() -> None:
    """Two roles of one actor add up: what one of them lets, the other does not take away."""
    before = world()
    shop = fork(before.shop)
    grants = (
        HostUser.administrator("boss", of=shop.account.id).grants
        | HostUser.administrator("boss", of=before.hers).grants
    )
    both = HostUser(id="both", grants=grants)
    edit = EditPerson(actor=both, sub_account=before.anna, fields={"departments": {before.elsewhere}})
    assert {before.elsewhere} == shop.handle(edit).profile.departments


@pytest.mark.asvs("8.2.2")
@pytest.mark.parametrize("scope", ["account", "other account", "department", "other department", "other organization"])
def test_what_does_not_exist_is_told_as_what_is_out_of_reach(scope: str) -> None:
    """Whoever reaches less than the organization cannot ask it for who exists."""
    before = world()
    shop = fork(before.shop)
    actor = HostUser.administrator("boss", of=SCOPES[scope][0](before))
    unknown = SubAccountId(organization=shop.id, value="nobody")
    assert "not_allowed" == shop.refused(ReadPerson(actor=actor, sub_account=unknown)).code
    assert "not_found" == shop.refused(ReadPerson(actor=shop.admin, sub_account=unknown)).code


def test_a_person_cannot_ask_who_exists() -> None:
    """A person is told the same of another one as of nobody."""
    before = world()
    shop = fork(before.shop)
    me = SignedIn(subject=before.subjects["boris"])
    unknown = SubAccountId(organization=shop.id, value="nobody")
    told = {repr(shop.refused(ReadPerson(actor=me, sub_account=who))) for who in (before.anna, unknown)}
    assert 1 == len(told)


def test_nobody_acts_under_a_promoted_host_account() -> None:
    """A person does nothing more, not even read itself, once its host account was seen promoted."""
    before = world()
    shop = fork(before.shop)
    me = SignedIn(subject=before.subjects["anna"])
    shop.handle(ReadPerson(actor=me, sub_account=before.anna))
    shop.hosts.promote(shop.account.host)
    shop.wait(minutes=5)
    assert "not_allowed" == shop.refused(ReadPerson(actor=me, sub_account=before.anna)).code
    change = ChangePassword(subject=me.subject, current=Secret(PASSWORD), new=Secret(OTHER_PASSWORD))
    assert "not_allowed" == shop.refused(change).code


def test_a_person_changes_no_password_but_its_own() -> None:
    """The subject is the person whose password changes; there is no way to name another."""
    before = world()
    shop = fork(before.shop)
    hers = shop.credential(before.anna)
    fresh = shop.handle(
        ChangePassword(subject=before.subjects["boris"], current=Secret(PASSWORD), new=Secret(OTHER_PASSWORD))
    )
    assert before.subjects["boris"].sub_account == fresh.sub_account
    assert hers == shop.credential(before.anna)


def test_authority_does_not_cross_organizations() -> None:
    """An administrator of one organization meets a wall at every command on another, whatever ids it puts together."""
    before = world()
    shop = fork(before.shop)
    shop.handle(CreateOrganization(actor=SETUP, id=ABROAD, name="Abroad", ungrouped=Ungrouped.EVERYBODY))
    foreign = HostUser.administrator("boss", of=ABROAD)
    account = shop.handle(
        OpenAccount(
            actor=foreign,
            organization=ABROAD,
            host=HostAccount(system="crm", id="shop-1"),
            name="Abroad",
            policy=BY_ADMINISTRATOR,
        )
    )
    of_account = HostUser.administrator("boss", of=account.id)
    for ask in (
        ReadAudit(actor=foreign, organization=shop.id, account=account.id),
        ReadAudit(actor=of_account, organization=shop.id, account=account.id),
        ListPeople(actor=foreign, organization=shop.id, account=account.id),
        ListPeople(actor=of_account, organization=shop.id, account=account.id),
        ReadAccount(actor=of_account, account=shop.account.id),
    ):
        assert "not_allowed" == shop.refused(ask).code
    assert () == shop.handle(ReadAudit(actor=foreign, organization=ABROAD, sub_account=before.anna))
    assert () == shop.handle(ListPeople(actor=foreign, organization=ABROAD, account=shop.account.id)).people
    parent = MakeDepartment(actor=foreign, organization=ABROAD, name="new", parent=before.hers)
    assert "not_found" == shop.refused(parent).code
