"""Whom an event names: hosts and auditors find what happened to an account or a person by it."""

from __future__ import annotations

import typing
from datetime import timedelta

import pytest
from attrs import evolve

from subaccounts import (
    AcceptInvitation,
    Account,
    ActivationPolicy,
    AddMembers,
    AddParticipants,
    ApplicationId,
    ArchivePerson,
    BeginSignUp,
    ChangeActivation,
    ChangeApplications,
    ChangeContact,
    ChangePassword,
    CloseAccount,
    DeclineInvitation,
    DeletePerson,
    DeliverNotices,
    DepartmentId,
    Door,
    DropDeadLetter,
    EditPerson,
    ExpireMemberships,
    HostAccount,
    InviteMembers,
    IssueCode,
    LeaveGroup,
    ListDeadLetters,
    MakeDepartment,
    MakeGroup,
    MessageBudget,
    MoveDepartment,
    NoticeKind,
    OpenAccount,
    RedeemLink,
    RegistrationPolicy,
    Rejected,
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
    Secret,
    SignUpField,
    SignUpForm,
    SwitchExternal,
    SwitchPolicy,
    SwitchSignUp,
    UnlinkIdentity,
    UnlockPerson,
    VoidCode,
    Way,
    Window,
)
from subaccounts.domain import activation_events as ways_in
from subaccounts.domain import events as e
from subaccounts.domain import group_events as groups
from subaccounts.domain import resource_events as r
from subaccounts.domain.message import SendOutcome
from subaccounts.domain.widening import Loud
from subaccounts.testing.texts import proof_in
from tests.commands.company import ACME, creating, enter, issuer, trusting, verified
from tests.commands.shop import NAMED, OTHER_PASSWORD, PASSWORD, SETUP, Shop
from tests.commands.shown import course, put

OF_THE_ORGANIZATION: set[type] = {
    e.OrganizationCreated,
    e.OrganizationRestored,
    e.CatalogEntryMade,
    e.CatalogEntryRenamed,
    e.DepartmentMoved,
    e.CatalogEntryRetired,
    ways_in.ActivationSwitched,
    ways_in.IssuersChanged,
    ways_in.MessageBudgetSpent,
    groups.GroupMade,
    groups.GroupRenamed,
    groups.GroupExternalSwitched,
    groups.GroupApplicationsChanged,
    groups.GroupRetired,
    r.ResourceMade,
    r.ResourceChanged,
    r.ResourceRemoved,
}
OF_AN_ACCOUNT: set[type] = {
    e.AccountOpened,
    e.AccountClosed,
    e.PolicySwitched,
    e.HostAccountRefused,
    e.HostAccountAccepted,
    ways_in.SignUpSwitched,
    ways_in.SignUpRequested,
}
EVERY: frozenset[type] = frozenset(typing.get_args(e.Happening))


def name_of(kind: type) -> str:
    """Return what a kind of event is called."""
    return kind.__name__


@pytest.fixture(scope="module")
def told() -> Shop:
    """Play a story in which everything happens that can happen; two shops, so that a wrong account shows."""
    shop = Shop()
    department = made(shop, "Sales")
    shop.handle(RenameCatalogEntry(actor=shop.admin, entry=department, name="Shop floor"))
    shop.handle(MoveDepartment(actor=shop.admin, department=department, parent=made(shop, "Trade")))
    shop.handle(RetireCatalogEntry(actor=shop.admin, entry=department))
    second = shop.open("shop-2")
    anna = shop.claimed("anna", account=second)
    change = ChangePassword(subject=anna, current=Secret(PASSWORD), new=Secret(OTHER_PASSWORD))
    shop.handle(change)
    who = anna.sub_account
    for command in (
        EditPerson(actor=shop.admin, sub_account=who, fields={"position": "Manager"}),
        RenamePerson(actor=shop.admin, sub_account=who, login="hanna"),
        UnlockPerson(actor=shop.admin, sub_account=who),
        ResetPassword(actor=shop.admin, sub_account=who),
        VoidCode(actor=shop.admin, sub_account=who),
        IssueCode(actor=shop.admin, sub_account=who),
        ArchivePerson(actor=shop.admin, sub_account=who),
        RestorePerson(actor=shop.admin, sub_account=who),
        DeletePerson(actor=shop.admin, sub_account=who),
    ):
        shop.handle(command)
    shop.add("hanna", account=second, reuse_deleted=True)
    shop.claimed("boris")
    shop.guess_until_disabled("boris")
    shop.hosts.promote(second.host)
    shop.sign_in("hanna", door=Door.inside(second.id))
    shop.hosts.demote(second.host)
    shop.sign_in("hanna", door=Door.inside(second.id))
    gather(shop, second)
    show(shop, second)
    write(shop)
    open_the_page(shop, second)
    shop.handle(SwitchPolicy(actor=shop.admin, account=second.id, policy=RegistrationPolicy.by_administrator()))
    shop.handle(CloseAccount(actor=shop.admin, account=second.id))
    shop.handle(Restored(actor=SETUP, organization=shop.id))
    return shop


def show(shop: Shop, account: Account) -> None:
    """Put a course, change it, have somebody take part in it and not any more, and remove it."""
    put(shop, course(shop, rostered=True))
    put(shop, course(shop, rostered=True, hidden_from_external=True))
    lars = shop.add("lars", account=account).sub_account.id
    resource = course(shop).id
    for change in (AddParticipants, RemoveParticipants):
        shop.handle(change(actor=shop.admin, resource=resource, people=(lars,)))
    shop.handle(RemoveResources(actor=shop.admin, organization=shop.id, resources=(resource,)))


def deliver(shop: Shop, *answers: SendOutcome) -> None:
    """Deliver what waits, the first messages being answered so."""
    shop.notifier.answers(*answers)
    shop.handle(DeliverNotices(actor=SETUP, organization=shop.id))


def link(shop: Shop, kind: NoticeKind) -> Secret:
    """Return the link of the last message of a kind."""
    return proof_in([message for message in shop.notifier.messages if message.kind is kind][-1])


def write(shop: Shop) -> None:
    """Write to people: activations, a dead letter, a notice that was overtaken, a forgotten password, another address."""
    budget = MessageBudget(emails_a_day=2, sms_countries=frozenset({"45"}))
    policy = ActivationPolicy(automatic=frozenset({Way.BY_HAND}), budget=budget)
    shop.handle(ChangeActivation(actor=shop.admin, organization=shop.id, activation=policy))
    shop.add("vera", fields={"email": "vera@shop.example"})
    deliver(shop)
    shop.handle(RedeemLink(link=link(shop, NoticeKind.ACTIVATION), password=Secret(PASSWORD), fields=NAMED))
    for change in (RetryDeadLetter, DropDeadLetter):
        deliver(shop, Rejected(reason="gone"))
        (letter, *_) = shop.handle(ListDeadLetters(actor=SETUP, organization=shop.id))
        shop.handle(change(actor=SETUP, organization=shop.id, dead_letter=letter.id))
    wim = shop.add("wim", fields={"email": "wim@shop.example"}).sub_account.id
    shop.handle(DeletePerson(actor=shop.admin, sub_account=wim))
    deliver(shop)
    shop.handle(RequestReset(door=shop.outside, login="vera"))
    deliver(shop)
    shop.handle(RedeemLink(link=link(shop, NoticeKind.RECOVERY), password=Secret(OTHER_PASSWORD)))
    vera = shop.enter("vera", OTHER_PASSWORD)
    shop.subscriptions.sell(shop.id, evolve(shop.subscriptions.current(shop.id), sms=True))
    shop.handle(ChangeContact(subject=vera, field="phone", value="+4512345678"))


def gather(shop: Shop, account: Account) -> None:
    """Make a group and change it; ask one who accepts and leaves, one who declines, and remove a third, whose time runs out the
    next time."""
    group = shop.handle(MakeGroup(actor=shop.admin, organization=shop.id, name="Partners")).id
    mail = frozenset({ApplicationId(organization=shop.id, value="mail")})
    loud = frozenset({Loud.TO_EXTERNALS})
    shop.handle(RenameGroup(actor=shop.admin, group=group, name="Friends"))
    shop.handle(SwitchExternal(actor=shop.admin, group=group, allows_external=True, accepting=loud))
    shop.handle(ChangeApplications(actor=shop.admin, group=group, add=mail, accepting=loud))
    dora, egon = (shop.claimed(login, account=account) for login in ("dora", "egon"))
    fred = shop.claimed("fred").sub_account
    asked = (dora.sub_account, egon.sub_account)
    shop.handle(InviteMembers(actor=shop.admin, group=group, people=asked))
    shop.handle(AddMembers(actor=shop.admin, group=group, people=(fred,)))
    shop.handle(AcceptInvitation(subject=dora, group=group))
    shop.handle(LeaveGroup(subject=dora, group=group))
    shop.handle(DeclineInvitation(subject=egon, group=group))
    shop.handle(RemoveMembers(actor=shop.admin, group=group, people=(fred,)))
    window = Window(until=shop.clock() + timedelta(seconds=1))
    shop.handle(AddMembers(actor=shop.admin, group=group, people=(fred,), window=window))
    shop.clock.advance(timedelta(seconds=1))
    shop.handle(ExpireMemberships(actor=SETUP, organization=shop.id))
    shop.handle(RetireGroup(actor=shop.admin, group=group))


def open_the_page(shop: Shop, account: Account) -> None:
    """Let people come alone: by signing up, one more than the budget has room for, and by a company account."""
    form = SignUpForm(fields=(SignUpField(name="full_name"), SignUpField(name="position")))
    shop.handle(SwitchSignUp(actor=shop.admin, account=account.id, form=form))
    for name in ("lena", "liam"):
        fields = {**NAMED, "email": f"{name}@home.example"}
        shop.handle(BeginSignUp(door=Door.outside(account.id), fields=fields))
    trusting(shop, issuer(creates=creating(shop)))
    noor = enter(shop, verified(uid="noor", name="Noor Haddad", title="Trainer")).sub_account
    shop.handle(UnlinkIdentity(actor=shop.admin, sub_account=noor, issuer=ACME))


def made(shop: Shop, name: str) -> DepartmentId:
    """Make a department."""
    entry = shop.handle(MakeDepartment(actor=shop.admin, organization=shop.id, name=name))
    assert isinstance(entry.id, DepartmentId)
    return entry.id


def test_everything_happens(told: Shop) -> None:
    """The story leaves no kind of event out."""
    assert set() == EVERY - {type(event.happening) for event in told.events()}


@pytest.mark.parametrize("kind", sorted(EVERY, key=str), ids=name_of)
def test_whom_an_event_names(told: Shop, kind: type) -> None:
    """What happens to a person names it and its account, what happens to an account names that, the rest neither."""
    events = [event for event in told.events() if type(event.happening) is kind]
    for event in events:
        assert told.id == event.organization
        named = (event.account is not None, event.sub_account is not None)
        assert (kind not in OF_THE_ORGANIZATION, kind not in OF_THE_ORGANIZATION | OF_AN_ACCOUNT) == named
        if event.sub_account is not None:
            assert told.person(event.sub_account).account == event.account


@pytest.mark.parametrize("kind", sorted(OF_AN_ACCOUNT - {e.AccountOpened}, key=str))
def test_the_account_it_happened_to(told: Shop, kind: type) -> None:
    """What happened to the second account names the second."""
    second = next(event.account for event in told.events() if getattr(event.happening, "host", None) == SECOND)
    assert [second] == [event.account for event in told.events() if type(event.happening) is kind]


SECOND = HostAccount(system="crm", id="shop-2")


@pytest.mark.parametrize("kind", [e.HostAccountRefused, e.HostAccountAccepted])
def test_the_host_promotes(told: Shop, kind: type) -> None:
    """A change of roles is the host's, whoever stood at the page when it was found."""
    assert [e.By(kind="system", id="host_accounts")] == [
        event.by for event in told.events() if type(event.happening) is kind
    ]


def test_a_salt_is_not_shown(told: Shop) -> None:
    """The salt that hides an erased event's content is in no text of the event."""
    assert not [event for event in told.events() if event.salt in repr(event)]


def test_the_login_released_is_the_deleted_persons() -> None:
    """The event stands in the history of who had the login, and says who has it now."""
    shop = Shop()
    gone = shop.add().sub_account
    shop.handle(DeletePerson(actor=shop.admin, sub_account=gone.id))
    given = shop.add(reuse_deleted=True).sub_account
    (event,) = (event for event in shop.events() if isinstance(event.happening, e.LoginReleased))
    assert (gone.id, gone.account) == (event.sub_account, event.account)
    assert e.LoginReleased(login="anna", to=given.id) == event.happening


def test_opening_again_is_a_new_beginning() -> None:
    """A closed account opens again with the name, policy and time of the opening, and as the account it was."""
    shop = Shop()
    shop.handle(CloseAccount(actor=shop.admin, account=shop.account.id))
    shop.wait(days=1)
    policy = RegistrationPolicy.by_administrator()
    opening = OpenAccount(
        actor=shop.admin, organization=shop.id, host=shop.account.host, name="New name", policy=policy
    )
    opened = shop.handle(opening)
    assert (shop.account.id, "New name", policy, shop.clock()) == (
        opened.id,
        opened.name,
        opened.policy,
        opened.opened_at,
    )
