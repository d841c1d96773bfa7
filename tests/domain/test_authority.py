"""Who may do what: the scopes that narrow it, and that nothing is allowed by default."""

from __future__ import annotations

from itertools import product

import pytest

from subaccounts.domain.actor import Actor, Grant, HostUser, Role, Scope, SignedIn, System
from subaccounts.domain.authority import AUTHORITY, Action, Who, by, department_scopes, permit, permit_somewhere
from subaccounts.domain.events import By
from subaccounts.domain.ids import DepartmentId
from subaccounts.domain.subject import Pathway, Subject
from subaccounts.errors import NotAllowed
from subaccounts.testing import NOON
from subaccounts.testing import builders as a

ACCOUNT, PERSON, DEPARTMENT = a.account_id(), a.sub_account_id(), a.department_id()
SUBJECT = Subject(
    sub_account=PERSON, account=ACCOUNT, pathway=Pathway.PASSWORD, terminal="till", at=NOON, epoch=1, account_epoch=1
)


def allowed(actor: Actor, action: Action, *, lineage: frozenset[DepartmentId] = frozenset()) -> bool:
    """Tell whether an actor may do this to the first person of the first account of ours."""
    try:
        permit(actor, action, organization=a.OURS, account=ACCOUNT, person=PERSON, lineage=lineage)
    except NotAllowed:
        return False
    return True


@pytest.mark.asvs("8.1.1")
@pytest.mark.parametrize("action", Action)
def test_the_table_is_what_is_allowed(action: Action) -> None:
    """Each kind of actor, reaching everything, does what the table says and nothing else."""
    actors: dict[Who, Actor] = {
        Who.ADMINISTRATOR: HostUser.administrator("boss", of=a.OURS),
        Who.MODERATOR: HostUser.moderator("aide", of=a.OURS),
        Who.ITSELF: SignedIn(subject=SUBJECT),
        Who.SYSTEM: System(name="nightly"),
    }
    assert set(Who) == set(actors)
    for who, actor in actors.items():
        assert (who in AUTHORITY[action]) is allowed(actor, action)
    with pytest.raises(NotAllowed) as refusal:
        permit(HostUser(id="nobody"), action, organization=a.OURS, account=ACCOUNT, person=PERSON)
    assert action.value == refusal.value.action


def test_only_an_administrator_opens_adds_and_changes() -> None:
    """A moderator lists and sees; opening, adding, changing and the audit trail are not its own."""
    seeing = {
        Action.READ_ORGANIZATION,
        Action.READ_CATALOG,
        Action.LIST_ACCOUNTS,
        Action.READ_PERSON,
        Action.LIST_PEOPLE,
        Action.READ_RESOURCES,
        Action.READ_SIGHT,
        Action.READ_VIEWERS,
        Action.LIST_MEMBERS,
        Action.READ_GROUPS,
        Action.READ_MEMBERSHIPS,
    }
    assert seeing == {action for action, who in AUTHORITY.items() if Who.MODERATOR in who}
    itself = {
        Action.READ_PERSON,
        Action.READ_SIGHT,
        Action.EDIT_PERSON,
        Action.CHANGE_PASSWORD,
        Action.CHANGE_CONTACT,
        Action.LINK_IDENTITY,
        Action.ANSWER_INVITATION,
        Action.LEAVE_GROUP,
        Action.READ_MEMBERSHIPS,
    }
    assert itself == {action for action, who in AUTHORITY.items() if Who.ITSELF in who}
    for action in (Action.OPEN_ACCOUNT, Action.ADD_PEOPLE, Action.RESET_PERSON, Action.INVITE_MEMBERS):
        assert {Who.ADMINISTRATOR} == AUTHORITY[action]


SCOPES: tuple[tuple[Scope, bool], ...] = (
    (a.OURS, True),
    (a.THEIRS, False),
    (ACCOUNT, True),
    (a.account_id(2), False),
    (a.account_id(1, of=a.THEIRS), False),
    (DEPARTMENT, True),
    (a.department_id(2), True),
    (a.department_id(3), False),
    (a.department_id(1, of=a.THEIRS), False),
)


@pytest.mark.parametrize(("scope", "reaches"), SCOPES)
@pytest.mark.parametrize("role", Role)
def test_a_scope_narrows(scope: Scope, reaches: bool, role: Role) -> None:
    """A role reaches what lies in its scope, of its own organization only."""
    actor = HostUser(id="x", grants=frozenset({Grant(role=role, scope=scope)}))
    lineage = frozenset({DEPARTMENT, a.department_id(2), a.department_id(1, of=a.THEIRS)})
    assert reaches is allowed(actor, Action.READ_PERSON, lineage=lineage)


@pytest.mark.parametrize("scope", [scope for scope, _ in SCOPES])
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", [Action.LIST_MEMBERS, Action.ADD_MEMBERS])
def test_somewhere(scope: Scope, role: Role, action: Action) -> None:
    """What is no part's own takes a role over any part of the organization, of a kind that may do it."""
    actor = HostUser(id="x", grants=frozenset({Grant(role=role, scope=scope)}))
    may = action is Action.LIST_MEMBERS or role is Role.ADMINISTRATOR
    if may and scope.organization == a.OURS:
        permit_somewhere(actor, action, a.OURS)
        return
    with pytest.raises(NotAllowed) as refused:
        permit_somewhere(actor, action, a.OURS)
    assert action.value == refused.value.action


@pytest.mark.parametrize("action", Action)
def test_who_has_no_role_is_somewhere(action: Action) -> None:
    """The system does anywhere what it may do at all; a person is a part of nothing, and nobody without a role is."""
    may = Who.SYSTEM in AUTHORITY[action]
    actors: tuple[tuple[Actor, bool], ...] = (
        (System(name="nightly"), may),
        (SignedIn(subject=SUBJECT), False),
        (HostUser(id="nobody"), False),
    )
    for actor, passes in actors:
        if passes:
            permit_somewhere(actor, action, a.OURS)
            continue
        with pytest.raises(NotAllowed):
            permit_somewhere(actor, action, a.OURS)


def test_a_role_over_an_account_is_not_one_over_the_organization() -> None:
    """What is on the organization itself needs a role over it."""
    boss = HostUser.administrator("boss", of=ACCOUNT)
    with pytest.raises(NotAllowed):
        permit(boss, Action.CHANGE_CATALOG, organization=a.OURS)
    foreign = HostUser.administrator("boss", of=a.account_id(of=a.THEIRS))
    with pytest.raises(NotAllowed):
        permit(foreign, Action.LIST_PEOPLE, organization=a.OURS, account=a.account_id(of=a.THEIRS))


def test_roles_add_up() -> None:
    """Of several roles the one that reaches is enough; a reach of one role does not lend another its power."""
    here = Grant(role=Role.MODERATOR, scope=ACCOUNT)
    there = Grant(role=Role.ADMINISTRATOR, scope=a.account_id(2))
    both = HostUser(id="x", grants=frozenset({here, there}))
    assert allowed(both, Action.READ_PERSON)
    assert not allowed(both, Action.RESET_PERSON)


def test_a_person_is_itself_and_nobody_else() -> None:
    """A person acts on itself; where no person is acted on, it does nothing."""
    me = SignedIn(subject=SUBJECT)
    permit(me, Action.READ_PERSON, organization=a.OURS, person=PERSON)
    for other in (None, a.sub_account_id(2), a.sub_account_id(1, of=a.THEIRS)):
        with pytest.raises(NotAllowed):
            permit(me, Action.READ_PERSON, organization=a.OURS, person=other)


@pytest.mark.parametrize(("role", "action"), [*product(Role, (Action.LIST_PEOPLE, Action.ADD_PEOPLE))])
def test_departments_an_actor_may_do_it_in(role: Role, action: Action) -> None:
    """The departments of an actor's roles that allow the action, of the organization asked for."""
    scopes: tuple[Scope, ...] = (DEPARTMENT, a.department_id(2, of=a.THEIRS), ACCOUNT, a.OURS)
    actor = HostUser(id="x", grants=frozenset(Grant(role=role, scope=scope) for scope in scopes))
    may = role is Role.ADMINISTRATOR or action is Action.LIST_PEOPLE
    assert (frozenset({DEPARTMENT}) if may else frozenset()) == department_scopes(actor, action, a.OURS)
    assert frozenset() == department_scopes(System(name="nightly"), action, a.OURS)


@pytest.mark.parametrize(
    ("actor", "named"),
    [
        (HostUser(id="boss"), By(kind="host_user", id="boss")),
        (SignedIn(subject=SUBJECT), By(kind="sub_account", id=PERSON.value)),
        (System(name="nightly"), By(kind="system", id="nightly")),
    ],
)
def test_who_it_was(actor: Actor, named: By) -> None:
    """The audit trail names the actor by kind and id."""
    assert named == by(actor)
