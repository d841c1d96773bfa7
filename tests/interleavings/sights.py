"""Who sees what, by name: what is done with a course and a roster, what is asked about anna, and what her sight hangs on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from attrs import evolve

from subaccounts import (
    AddParticipants,
    Audience,
    CountVisible,
    EditPerson,
    Kind,
    ListParticipants,
    ListResources,
    ListVisible,
    Loud,
    MaySee,
    OpenableApplications,
    PreviewDepartment,
    PreviewGroup,
    PreviewMembership,
    PreviewPerson,
    PreviewResource,
    PutResources,
    ReadResource,
    RemoveParticipants,
    RemoveResources,
    ResourceDraft,
    ResourceId,
    SignedIn,
    VisibleAmong,
    WhoSees,
)
from subaccounts.testing.interleavings import Task
from tests.interleavings.builder import BOSS, ORGANIZATION
from tests.interleavings.crowd import COURSE, FEEDBACK
from tests.interleavings.gatherings import partners
from tests.interleavings.shop import Shop

EVERYTHING: Final = frozenset(Loud)


def draft(shop: Shop) -> ResourceDraft:
    """Return the course as it is, shown to the group."""
    return ResourceDraft(id=COURSE, name="Safety", audience=Audience(groups=frozenset({partners(shop)})))


def put(drafted: ResourceDraft, *, accepting: frozenset[Loud] = EVERYTHING) -> PutResources:
    """Return the command that puts a resource."""
    return PutResources(actor=BOSS, organization=ORGANIZATION, resources=(drafted,), accepting=accepting)


CHANGES: Final[Mapping[str, Callable[[Shop], Task]]] = {
    "rename the course": lambda s: put(evolve(draft(s), name="Fire")),
    "hide the course": lambda s: put(evolve(draft(s), hidden_from_external=True)),
    "open the course": lambda s: put(evolve(draft(s), audience=Audience())),
    "open it unseen": lambda s: put(evolve(draft(s), audience=Audience()), accepting=frozenset()),
    "show it to the office": lambda s: put(evolve(draft(s), audience=Audience(departments=frozenset({s.office})))),
    "show it to her job": lambda s: put(evolve(draft(s), audience=Audience(job_profiles=frozenset({s.seller})))),
    "make another": lambda s: put(evolve(draft(s), id=ResourceId.of(ORGANIZATION, "course", "2"))),
    "make another once": lambda s: evolve(
        put(evolve(draft(s), id=ResourceId.of(ORGANIZATION, "course", "2"))), request_id="put-1"
    ),
    "remove the course": lambda s: RemoveResources(actor=BOSS, organization=ORGANIZATION, resources=(COURSE,)),
    "hide the assessment": lambda s: put(
        ResourceDraft(id=FEEDBACK, name="Feedback", rostered=True, hidden_from_external=True)
    ),
    "take the roster away": lambda s: put(ResourceDraft(id=FEEDBACK, name="Feedback")),
    "remove the assessment": lambda s: RemoveResources(actor=BOSS, organization=ORGANIZATION, resources=(FEEDBACK,)),
    "have her take part": lambda s: AddParticipants(actor=BOSS, resource=FEEDBACK, people=(s.anna, s.boris)),
    "take her off": lambda s: RemoveParticipants(actor=BOSS, resource=FEEDBACK, people=(s.anna,)),
    "take boris off": lambda s: RemoveParticipants(actor=BOSS, resource=FEEDBACK, people=(s.boris,)),
    "make her external": lambda s: EditPerson(
        actor=BOSS, sub_account=s.anna, fields={"kind": Kind.EXTERNAL}, kind_previewed=True
    ),
    "make her external unseen": lambda s: EditPerson(actor=BOSS, sub_account=s.anna, fields={"kind": Kind.EXTERNAL}),
}
"""What changes who sees what, each in one commit."""

QUESTIONS: Final[Mapping[str, Callable[[Shop], Task]]] = {
    "may she": lambda s: MaySee(actor=BOSS, person=s.anna, resource=COURSE),
    "may she, she asks": lambda s: MaySee(actor=SignedIn(subject=s.subject), person=s.anna, resource=COURSE),
    "may she take part": lambda s: MaySee(actor=BOSS, person=s.anna, resource=FEEDBACK),
    "what of these": lambda s: VisibleAmong(actor=BOSS, person=s.anna, resources=frozenset({COURSE, FEEDBACK})),
    "what she sees": lambda s: ListVisible(actor=BOSS, person=s.anna, type="course"),
    "how much she sees": lambda s: CountVisible(actor=BOSS, person=s.anna, type="course"),
    "what she opens": lambda s: OpenableApplications(actor=BOSS, person=s.anna),
    "who sees it": lambda s: WhoSees(actor=BOSS, resource=COURSE),
    "read the course": lambda s: ReadResource(actor=BOSS, resource=COURSE),
    "list the courses": lambda s: ListResources(actor=BOSS, organization=ORGANIZATION, type="course"),
}
"""What is asked, each answered of one moment beside any one change."""

READINGS: Final[Mapping[str, Callable[[Shop], Task]]] = {
    "who takes part": lambda s: ListParticipants(actor=BOSS, resource=FEEDBACK),
    "preview the course": lambda s: PreviewResource(actor=BOSS, becomes=evolve(draft(s), audience=Audience())),
    "preview her": lambda s: PreviewPerson(actor=BOSS, person=s.anna, type="course", kind=Kind.EXTERNAL),
    "preview her membership": lambda s: PreviewMembership(
        actor=BOSS, person=s.anna, group=partners(s), type="course", member=False
    ),
    "preview the group": lambda s: PreviewGroup(actor=BOSS, group=partners(s), type="course", retired=True),
    "preview the department": lambda s: PreviewDepartment(
        actor=BOSS, department=s.till, parent=s.office, type="course"
    ),
}
"""What reads several times, and is no snapshot: the people of a roster, and the two sides of a preview.

Each task is made for a shop in which everything is under way."""
