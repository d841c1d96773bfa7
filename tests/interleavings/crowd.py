"""Shops in which everything is under way at once, so that any two tasks mean something beside each other.

What belongs here: what happens in such a shop before anything runs at once. In each of them a stranger waits to sign up and
another has waited in vain, a membership ended a moment ago, a message was given up, an issuer knows somebody, a course is
shown to a group, an assessment has participants. What anna has to do with it differs, and is said of each.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

from attrs import evolve

from subaccounts import (
    AddMembers,
    AddParticipants,
    ArchivePerson,
    Audience,
    ChangeActivation,
    DeliverNotices,
    Door,
    EditPerson,
    GroupId,
    InviteMembers,
    LinkIdentity,
    Loud,
    PutResources,
    ReadMemberships,
    ReadOrganization,
    ResourceDraft,
    ResourceId,
    Secret,
    SubAccountId,
    Subject,
    Window,
)
from tests.interleavings.builder import BOSS, OPERATOR, ORGANIZATION, PASSWORD, Builder, arriving

WITH_CODE: Final = "crowded, waiting with a code"
"""She waits with a code in her hand; she was asked into the group, and the message that asked her was given up."""
WITH_LINK: Final = "crowded, waiting with a link"
"""She waits, from outside, and was sent a link, which was given up; then she was asked into the group, and an issuer knows her."""
WITH_LINKS: Final = "crowded, active with links"
"""She is active, from outside, and asked into the group; she takes part in the assessment, and an issuer knows her. Two links
are out, for another password and for another e-mail; the message with the first was given up."""
WITH_CODES: Final = "crowded, active with codes"
"""She is active and in the group, and comes by a company account too. Two codes are out by SMS, for another password and for
another phone; the message with the first was given up."""
FROM_OUTSIDE: Final = "crowded, active from outside"
"""As with links, and in the group."""
GONE: Final = "crowded, archived"
"""As with links, and archived since."""

COURSE: Final = ResourceId.of(ORGANIZATION, "course", "1")
FEEDBACK: Final = ResourceId.of(ORGANIZATION, "assessment", "360")
EMAIL: Final = "anna@shop.example"


def _yesterday(b: Builder) -> GroupId:
    """Make a group that vera was in until now, and have somebody begin to sign up for whom it is too late now."""
    partners, window = b.group(), Window(until=b.clock() + timedelta(days=1))
    b.subs.handle(AddMembers(actor=BOSS, group=partners, people=(b.named("vera"),), window=window))
    b.sign_up("old@example.com")
    b.subs.handle(DeliverNotices(actor=OPERATOR, organization=ORGANIZATION))
    b.clock.advance(timedelta(days=1))
    return partners


def _around(b: Builder, partners: GroupId, *, known: SubAccountId, taking_part: SubAccountId) -> None:
    """Show a course to the group, have two take part in an assessment, an issuer know one, and a stranger sign up; who comes by
    the issuer is told so too."""
    shown = Audience(groups=frozenset({partners}))
    drafts = (
        ResourceDraft(id=COURSE, name="Safety", audience=shown),
        ResourceDraft(id=FEEDBACK, name="Feedback", rostered=True),
    )
    accepting = frozenset(Loud)
    b.subs.handle(PutResources(actor=BOSS, organization=ORGANIZATION, resources=drafts, accepting=accepting))
    people = (b.named("boris"), taking_part)
    b.subs.handle(AddParticipants(actor=BOSS, resource=FEEDBACK, people=people))
    organization = b.subs.handle(ReadOrganization(actor=BOSS, id=ORGANIZATION))
    told = evolve(organization.activation, sso_told=True)
    b.subs.handle(ChangeActivation(actor=BOSS, organization=ORGANIZATION, activation=told))
    b.expect(known)
    b.sign_up()


def _from_outside(b: Builder, person: SubAccountId) -> None:
    b.subs.handle(EditPerson(actor=BOSS, sub_account=person, fields={"kind": "external"}, kind_previewed=True))


def _ask(b: Builder, partners: GroupId, person: SubAccountId) -> None:
    b.subs.handle(InviteMembers(actor=BOSS, group=partners, people=(person,)))


def _join(b: Builder, partners: GroupId, person: SubAccountId) -> None:
    b.subs.handle(AddMembers(actor=BOSS, group=partners, people=(person,)))


def _with_code(b: Builder, anna: SubAccountId, _: Subject) -> None:
    partners, vera = _yesterday(b), b.named("vera")
    b.subs.handle(EditPerson(actor=BOSS, sub_account=anna, fields={"email": EMAIL}))
    _ask(b, partners, anna)
    b.give_up()
    _around(b, partners, known=vera, taking_part=vera)


def _with_link(b: Builder, anna: SubAccountId, _: Subject) -> None:
    partners = _yesterday(b)
    b.tell(anna, given_up=True)
    _from_outside(b, anna)
    _ask(b, partners, anna)
    _around(b, partners, known=anna, taking_part=b.named("vera"))


def _with_links(b: Builder, anna: SubAccountId, subject: Subject) -> None:
    partners = _yesterday(b)
    b.send_everything(anna, subject, given_up=True)
    _from_outside(b, anna)
    _ask(b, partners, anna)
    _around(b, partners, known=anna, taking_part=anna)


def _with_codes(b: Builder, anna: SubAccountId, subject: Subject) -> None:
    partners = _yesterday(b)
    b.text_everything(anna, subject, given_up=True)
    _join(b, partners, anna)
    _around(b, partners, known=anna, taking_part=b.named("vera"))
    identity = arriving(Door.inside(b.account)).identity
    b.subs.handle(LinkIdentity(subject=subject, identity=identity, current=Secret(PASSWORD)))


def _inside(b: Builder, anna: SubAccountId, subject: Subject) -> None:
    _with_links(b, anna, subject)
    (membership,) = b.subs.handle(ReadMemberships(actor=BOSS, sub_account=anna))
    _join(b, membership.group.id, anna)


def _gone(b: Builder, anna: SubAccountId, subject: Subject) -> None:
    _with_links(b, anna, subject)
    b.subs.handle(ArchivePerson(actor=BOSS, sub_account=anna))


CROWDS: Final[Mapping[str, Callable[[Builder, SubAccountId, Subject], None]]] = {
    WITH_CODE: _with_code,
    WITH_LINK: _with_link,
    WITH_LINKS: _with_links,
    WITH_CODES: _with_codes,
    FROM_OUTSIDE: _inside,
    GONE: _gone,
}
"""What happens in each, after everything that happens in every shop."""
