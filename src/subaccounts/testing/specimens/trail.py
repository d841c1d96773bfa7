"""What is appended, of every shape: requests, tasks, and events with everything that can happen."""

from __future__ import annotations

from typing import Any

from ...domain import activation_events as w
from ...domain import events as e
from ...domain import group_events as g
from ...domain import resource_events as r
from ...domain.account import HostAccount, HostRole
from ...domain.decision import RequestRecord
from ...domain.ids import OrganizationId, ResourceId
from ...domain.membership import Window
from ...domain.subject import Pathway
from ...domain.task import Task
from .. import builders as a
from .. import groups as b
from .records import catalog_entries
from .values import MOMENTS, TEXTS


def requests(*, of: OrganizationId = a.OURS) -> tuple[RequestRecord, ...]:
    """Return request records of every shape."""
    shapes: list[dict[str, Any]] = [{"receipt": ""}, {"receipt": "null"}, {"receipt": '{"a":"' + "й🦊" * 2000 + '"}'}]
    shapes += [{"at": moment} for moment in MOMENTS]
    shapes += [{"fingerprint": "", "command": text, "receipt": text} for text in TEXTS]
    made = [a.request(f"request-{number}", of=of, **shape) for number, shape in enumerate(shapes)]
    return (*made, a.request("Запит №7 🦊", of=of), a.request("REQUEST-1", of=of))


def tasks(*, of: OrganizationId = a.OURS) -> tuple[Task, ...]:
    """Return tasks of every shape, numbered from 1."""
    shapes: list[dict[str, Any]] = [{"due": moment} for moment in MOMENTS]
    shapes += [{"body": text, "queue": text if text.isprintable() else "q"} for text in TEXTS] + [
        {"body": ""},
        {"body": "й🦊" * 2000},
    ]
    return tuple(a.task(number, of=of, **shape) for number, shape in enumerate(shapes, start=1))


def happenings(*, of: OrganizationId = a.OURS) -> tuple[e.Happening, ...]:
    """Return every happening at least once."""
    entry, parent = a.department_id(1, of=of), a.department_id(2, of=of)
    host = HostAccount(system="crm", id="магазин")
    return (
        e.OrganizationCreated(),
        e.OrganizationRestored(before=1, after=2_000_000_000),
        *(e.CatalogEntryMade(entry=made.id, name=made.name) for made in catalog_entries(of=of)[:5]),
        e.CatalogEntryRenamed(entry=a.job_profile_id(of=of), before=TEXTS[0], after=TEXTS[1]),
        e.DepartmentMoved(entry=entry, before=None, after=parent),
        e.DepartmentMoved(entry=entry, before=parent, after=None),
        e.CatalogEntryRetired(entry=a.permission_type_id(of=of)),
        e.AccountOpened(host=host, policy="by_person"),
        e.AccountClosed(),
        e.PolicySwitched(before="by_person", after="", policy_version=2),
        e.HostAccountRefused(roles=frozenset(HostRole)),
        e.HostAccountAccepted(),
        e.SubAccountAdded(login=TEXTS[2]),
        e.SubAccountEdited(fields=("host:a", "full_name")),
        e.SubAccountEdited(fields=()),
        e.SubAccountRenamed(before="anna", after="ganna"),
        e.SubAccountArchived(),
        e.SubAccountRestored(),
        e.SubAccountDeleted(),
        e.LoginReleased(login="anna", to=a.sub_account_id(9, of=of)),
        e.CodeIssued(expires_at=MOMENTS[1]),
        e.CodeVoided(),
        *(e.SubAccountClaimed(pathway=pathway, terminal="каса") for pathway in Pathway),
        e.PersonSignedIn(pathway=Pathway.PASSWORD, terminal=""),
        e.SignInFailed(terminal="till-1", failures=3),
        e.PasswordDisabled(),
        e.PasswordChanged(),
        e.SubAccountReset(),
        e.SubAccountUnlocked(),
        *_ways_in(),
        *_groups(of=of),
        *_of_resources(of),
    )


def _ways_in() -> tuple[e.Happening, ...]:
    """Return every happening on the ways in."""
    return (
        w.ActivationSwitched(automatic=("by_hand", "directory")),
        w.IssuersChanged(issuers=("https://login.example", "urn:компанія")),
        w.IssuersChanged(issuers=()),
        w.SignUpSwitched(offered=True),
        w.ActivationSent(channel="sms"),
        w.NoticeDelivered(notice=a.value(1), kind="activation", channel="email", provider_id=TEXTS[3]),
        w.NoticeCancelled(notice=a.value(2), kind="recovery"),
        w.NoticeGivenUp(notice=a.value(3), kind="claimed", why="too_many_tries"),
        w.DeadLetterRetried(notice=a.value(3)),
        w.DeadLetterDropped(notice=a.value(3)),
        w.RecoveryRequested(channel="email"),
        w.PasswordRecovered(),
        w.ContactChangeRequested(field="phone"),
        w.SignUpRequested(channel="sms", known=True),
        w.MessageBudgetSpent(channel="sms"),
        w.IdentityLinked(issuer="https://login.example", how="external_id"),
        w.IdentityUnlinked(issuer="urn:компанія"),
    )


def _groups(*, of: OrganizationId) -> tuple[e.Happening, ...]:
    """Return every happening of groups and memberships."""
    group, applications = b.group_id(of=of), frozenset(b.application_id(number, of=of) for number in (1, 2, 3))
    return (
        g.GroupMade(group=group, name=TEXTS[1], allows_external=True, applications=applications),
        g.GroupMade(group=group, name=TEXTS[7], allows_external=False),
        g.GroupRenamed(group=group, before=TEXTS[0], after=TEXTS[2]),
        g.GroupExternalSwitched(group=group, allows_external=False),
        g.GroupApplicationsChanged(group=group, added=applications, removed=frozenset()),
        g.GroupRetired(group=group),
        g.MemberAdded(group=group),
        *(g.MemberAdded(group=group, window=Window(since=moment)) for moment in MOMENTS),
        g.MemberInvited(group=group, window=Window(since=MOMENTS[0], until=MOMENTS[4]), channel="sms"),
        g.MemberInvited(group=group),
        g.InvitationAccepted(group=group),
        g.InvitationDeclined(group=group),
        g.MemberLeft(group=group),
        g.MemberRemoved(group=group),
        g.MembershipExpired(group=group, window=Window(until=MOMENTS[4]), accepted=True),
        g.MembershipExpired(group=group, window=Window(since=MOMENTS[0], until=MOMENTS[4]), accepted=False),
    )


def _of_resources(of: OrganizationId) -> tuple[e.Happening, ...]:
    """Return every happening to resources and their rosters."""
    resource = ResourceId.of(of, "course", "№7/Ärzte 🦊")
    return (
        r.ResourceMade(resource=resource),
        r.ResourceMade(resource=resource, loud=("to_everybody", "to_externals")),
        r.ResourceChanged(resource=resource, changed=("name", "audience"), loud=("to_externals",)),
        r.ResourceRemoved(resource=resource),
        r.ParticipantAdded(resource=resource),
        r.ParticipantRemoved(resource=resource),
    )


def events(*, of: OrganizationId = a.OURS) -> tuple[e.Event, ...]:
    """Return events of every shape in the order of their ids: every happening, with and without account and person."""
    made = [a.event(number, of=of, happening=what) for number, what in enumerate(happenings(of=of), start=1)]
    made += [a.event(len(made) + n, of=of, at=moment) for n, moment in enumerate(MOMENTS, start=1)]
    made += [a.event(len(made) + n, of=of, by=e.By(kind="system", id=text)) for n, text in enumerate(TEXTS, start=1)]
    made.append(a.event(len(made) + 1, of=of, account=None, sub_account=None))
    made.append(a.event(len(made) + 1, of=of, sub_account=None, salt=""))
    return tuple(made)
