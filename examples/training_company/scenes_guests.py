"""Guests: somebody from outside is invited to a group, sees what is shown to it, is told why it does not see the rest, until its
time is over."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from subaccounts import (
    AcceptInvitation,
    AddPerson,
    ApplicationId,
    Audience,
    Authenticated,
    ExpireMemberships,
    GroupId,
    InviteMembers,
    IssuedCode,
    ListVisible,
    Loud,
    MakeGroup,
    MaySee,
    PreviewResource,
    PutResources,
    ReadAudit,
    ReadResource,
    ResourceDraft,
    ResourceId,
    SignedIn,
    SubAccountId,
    Subject,
    Window,
)
from subaccounts.errors import WidensSight
from subaccounts.messages import sight_sentences

from .company import Company, SurpriseError, expect
from .passphrase import passphrase
from .person import Person
from .scenes_office import OLD_TOWN
from .scenes_post import deliver, show_mail

IDA: Final = "ida@supplier.example"
LEARNING: Final = "learning"
SEASON: Final = timedelta(days=90)


def invite_a_guest(company: Company) -> None:
    """Make a group that takes people from outside, show it courses, and invite somebody, who accepts and sees them."""
    company.screen.scene(
        "A guest from outside",
        "Somebody from outside opens an application only through a group, and sees what that group is shown.",
    )
    learning = ApplicationId(organization=company.organization, value=LEARNING)
    making = MakeGroup(
        actor=company.olga,
        organization=company.organization,
        name="Suppliers",
        allows_external=True,
        applications=frozenset({learning}),
        accepting=frozenset({Loud.TO_EXTERNALS}),
    )
    group = company.ask("Olga", "makes the group Suppliers, open to people from outside, with the learning", making).id
    put = PutResources(
        actor=company.olga,
        organization=company.organization,
        resources=_courses(company, group),
        accepting=frozenset({Loud.TO_EXTERNALS}),
    )
    lines = company.ask("Olga", "offers two courses to it, one of them hidden from people from outside", put)
    company.tell(*(f"{line.resource.value}: {line.outcome.value}" for line in lines if line.outcome))
    ida = _add(company)
    season = Window(until=company.clock() + SEASON)
    inviting = InviteMembers(actor=company.olga, group=group, people=(ida,), window=season)
    company.ask("Olga", "invites Ida for ninety days", inviting)
    deliver(company)
    show_mail(company, IDA)
    person = Person.at(company, OLD_TOWN, "ida", "Ida", terminal="laptop")
    code = company.slips["ida"].code
    expect(person.registers(passphrase("ida"), "her code and a password", code=code), Authenticated)
    subject = expect(person.subject, Subject)
    company.ask("Ida", "accepts", AcceptInvitation(subject=subject, group=group))
    seen = company.ask(
        "Ida", "opens the list of courses", ListVisible(actor=SignedIn(subject=subject), person=ida, type="course")
    )
    company.screen.page([each.name for each in seen.resources])


def ask_why(company: Company) -> None:
    """Ask why somebody does not see something, and what would change; what opens to people from outside is said first."""
    company.screen.scene(
        "Why does she not see it?", "Every answer has the facts that it comes from, as sentences to read to her."
    )
    prices = ResourceId.of(company.organization, "course", "prices")
    asking = MaySee(actor=company.olga, person=company.people["ida"], resource=prices)
    company.screen.page(sight_sentences(company.ask("Olga", "asks why Ida does not see the prices", asking)))
    stored = company.subs.handle(ReadResource(actor=company.olga, resource=prices))
    shown = ResourceDraft(id=prices, name=stored.name, application=stored.application, audience=stored.audience)
    preview = company.ask(
        "Olga", "asks who would gain if it was hidden no more", PreviewResource(actor=company.olga, becomes=shown)
    )
    if preview.loud != {Loud.TO_EXTERNALS}:
        raise SurpriseError("what opens something to people from outside is said loudly")
    gaining = sum(each.gains for each in preview.differences)
    company.tell(f"{gaining} would gain it, and it would be opened to people from outside.")
    (line,) = company.ask(
        "Olga",
        "hides it no more",
        PutResources(actor=company.olga, organization=company.organization, resources=(shown,)),
    )
    company.screen.page([f"Not yet: {expect(line.refusal, WidensSight)}."], style="bad")
    company.screen.say("Olga thinks again, and leaves it hidden.")


def let_it_end(company: Company) -> None:
    """Let the ninety days pass: what she saw ends by itself, and a job tells the trail of it."""
    company.screen.scene(
        "Ninety days later", "A membership ends when its window does, by itself; a job tells the trail that it did."
    )
    company.clock.jump(SEASON)
    ida = company.people["ida"]
    seen = company.ask("Olga", "asks what Ida sees now", ListVisible(actor=company.olga, person=ida, type="course"))
    company.tell(f"{len(seen.resources)} courses.")
    ending = ExpireMemberships(actor=company.jobs, organization=company.organization)
    company.tell(f"{company.ask('A job', 'looks for what has ended', ending)} membership ended.")
    trail = company.subs.handle(ReadAudit(actor=company.olga, organization=company.organization, sub_account=ida))
    company.screen.act("Olga", "reads what happened to Ida")
    company.screen.table([(f"{event.at:%d %b %Y}", type(event.happening).__name__) for event in trail])


def _courses(company: Company, group: GroupId) -> tuple[ResourceDraft, ResourceDraft]:
    """Return two courses of the learning that are shown to a group, the second to employees only."""
    inside = ApplicationId(organization=company.organization, value=LEARNING)
    shown = Audience(groups=frozenset({group}))
    products = ResourceId.of(company.organization, "course", "products")
    prices = ResourceId.of(company.organization, "course", "prices")
    return (
        ResourceDraft(id=products, name="Our products", application=inside, audience=shown),
        ResourceDraft(id=prices, name="Our prices", application=inside, audience=shown, hidden_from_external=True),
    )


def _add(company: Company) -> SubAccountId:
    """Add somebody from outside, with a slip to hand over."""
    fields = {"full_name": "Ida Sand", "position": "Trainer", "email": IDA, "kind": "external"}
    adding = AddPerson(actor=company.olga, account=company.shops[OLD_TOWN], login="ida", fields=fields)
    added = company.ask("Olga", "adds ida, who is from outside", adding)
    company.people["ida"], company.slips["ida"] = added.sub_account.id, expect(added.code, IssuedCode)
    return added.sub_account.id
