"""Working samples of the questions about who sees what, and of the previews: each on people, groups and resources of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from subaccounts import (
    AddParticipants,
    ApplicationId,
    Audience,
    Command,
    CountVisible,
    EditPerson,
    GroupId,
    Kind,
    ListParticipants,
    ListResources,
    ListVisible,
    MakeDepartment,
    MaySee,
    OpenableApplications,
    PreviewDepartment,
    PreviewGroup,
    PreviewMembership,
    PreviewPerson,
    PreviewResource,
    PutResources,
    ReadResource,
    ResourceDraft,
    ResourceId,
    SubAccountId,
    VisibleAmong,
    WhoSees,
)
from subaccounts.domain.decision import Batch
from subaccounts.domain.widening import Loud
from subaccounts.testing import groups as g
from tests.invariants.world import Shop


def _school(shop: Shop) -> ApplicationId:
    return ApplicationId(organization=shop.organization, value="school")


def _draft(shop: Shop, **said: Any) -> ResourceDraft:
    id_ = ResourceId.of(shop.organization, "test", "sample")
    return ResourceDraft(id=id_, **{"name": "Sample", "application": _school(shop), "rostered": True, **said})


def _resource(shop: Shop, **said: Any) -> ResourceId:
    """Put a test with a roster, which names nobody unless it is said whom."""
    draft = _draft(shop, **said)
    putting = PutResources(
        actor=shop.admin, organization=shop.organization, resources=(draft,), accepting=frozenset(Loud)
    )
    shop.world.rival.handle(putting)
    return draft.id


def _person(shop: Shop) -> SubAccountId:
    return shop.add("sample").sub_account.id


def _group(shop: Shop, *members: SubAccountId) -> GroupId:
    """Store a group with members, as it is."""
    made = g.group(1, of=shop.organization, allows_external=True, applications=frozenset({_school(shop)}))
    memberships = tuple(
        g.membership(number, group=made.id, person=each, of=shop.organization) for number, each in enumerate(members, 1)
    )
    shop.world.plain.commit(Batch(organization=shop.organization, puts=(made, *memberships)))
    return made.id


def _grouped(shop: Shop) -> tuple[SubAccountId, GroupId, ResourceId]:
    """Return somebody, a group that it is in, and a test that is shown to the group."""
    person = _person(shop)
    group = _group(shop, person)
    return person, group, _resource(shop, audience=Audience(groups=frozenset({group})))


def _may_see(shop: Shop) -> MaySee:
    person, _, resource = _grouped(shop)
    return MaySee(actor=shop.admin, person=person, resource=resource)


def _among(shop: Shop) -> VisibleAmong:
    person, _, resource = _grouped(shop)
    unknown = ResourceId.of(shop.organization, "test", "unknown")
    return VisibleAmong(actor=shop.admin, person=person, resources=frozenset({resource, unknown}))


def _visible(shop: Shop) -> ListVisible:
    person, _, _ = _grouped(shop)
    return ListVisible(actor=shop.admin, person=person, type="test", prefix="sam")


def _openable(shop: Shop) -> OpenableApplications:
    person, _, _ = _grouped(shop)
    return OpenableApplications(actor=shop.admin, person=person)


def _participants(shop: Shop) -> ListParticipants:
    resource, person = _resource(shop), _person(shop)
    shop.world.rival.handle(AddParticipants(actor=shop.admin, resource=resource, people=(person,)))
    return ListParticipants(actor=shop.admin, resource=resource)


def _preview_resource(shop: Shop) -> PreviewResource:
    _grouped(shop)
    return PreviewResource(actor=shop.admin, becomes=_draft(shop, application=None))


def _preview_group(shop: Shop) -> PreviewGroup:
    _, group, _ = _grouped(shop)
    return PreviewGroup(actor=shop.admin, group=group, type="test", applications=frozenset(), retired=True)


def _preview_membership(shop: Shop) -> PreviewMembership:
    person, group, _ = _grouped(shop)
    return PreviewMembership(actor=shop.admin, person=person, group=group, type="test", member=False)


def _preview_department(shop: Shop) -> PreviewDepartment:
    run = shop.world.rival.handle
    floor, till = (
        run(MakeDepartment(actor=shop.admin, organization=shop.organization, name=name)).department
        for name in ("Floor", "Till")
    )
    _resource(shop, audience=Audience(departments=frozenset({floor})))
    run(EditPerson(actor=shop.admin, sub_account=_person(shop), fields={"departments": frozenset({till})}))
    return PreviewDepartment(actor=shop.admin, department=till, parent=floor, type="test")


SIGHT_SAMPLES: Final[Mapping[type[Command[Any]], Callable[[Shop], Command[Any]]]] = {
    ReadResource: lambda s: ReadResource(actor=s.admin, resource=_resource(s)),
    ListResources: lambda s: ListResources(actor=s.admin, organization=s.organization, type="test", prefix="s"),
    ListParticipants: _participants,
    MaySee: _may_see,
    VisibleAmong: _among,
    ListVisible: _visible,
    CountVisible: lambda s: CountVisible(actor=s.admin, person=_person(s), type="test", prefix="s"),
    OpenableApplications: _openable,
    WhoSees: lambda s: WhoSees(actor=s.admin, resource=_resource(s)),
    PreviewResource: _preview_resource,
    PreviewDepartment: _preview_department,
    PreviewGroup: _preview_group,
    PreviewMembership: _preview_membership,
    PreviewPerson: lambda s: PreviewPerson(actor=s.admin, person=_person(s), type="test", kind=Kind.EXTERNAL),
}
"""How each is made so that it succeeds."""
