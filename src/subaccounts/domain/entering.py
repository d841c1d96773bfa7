"""Letting somebody in, by whichever way: the seat it takes, the subject it gets, what is written beside and must hold.

What lets somebody in is the business of the ways: `sign_in`, `arriving`. What follows is the same for all of them, and here.
"""

from __future__ import annotations

from . import accounts, seats, tellings
from .credential import Credential
from .decision import Count, Decision, Happened, Record, Seen, seen
from .events import By, Happening
from .ids import SubAccountId
from .notice import Telling
from .organization import LapsePolicy
from .scene import Scene
from .steps import AnyStep, Authenticated
from .sub_account import SubAccount
from .subject import Pathway, subject
from .subscription import MonthlySeats


def taken(scene: Scene, then: SubAccount, /, *, new: bool = False) -> tuple[Count, ...]:
    """Return the seats that letting the person in takes: this month's first, or that of who becomes what it is `then`.

    `new` says that nobody was there before.
    """
    rule = scene.subscription.seats
    if scene.found is None or scene.facts.account is None:
        return ()
    person, credential = scene.found
    system = scene.facts.account.host.system
    if isinstance(rule, MonthlySeats):
        return seats.monthly(rule, person, credential, system=system, now=scene.now)
    before = None if new else person
    return seats.stored(rule, before=before, after=then, system=system, taken=scene.seats_taken)


def has_room(scene: Scene, counts: tuple[Count, ...], /) -> bool:
    """Tell whether none of these seats is one too many."""
    return all(count.at_most is None or scene.seats_taken + count.by <= count.at_most for count in counts)


def was_here_today(scene: Scene, credential: Credential, /) -> bool:
    """Tell whether the person signed in today already (UTC)."""
    last = credential.last_sign_in_at
    return last is not None and last.date() == scene.now.date()


def security(scene: Scene, then: SubAccount, happened: tuple[Happening, ...], /) -> tuple[Telling, ...]:
    """Return what the person is told of a change to its account."""
    organization, account, before = scene.facts.organization, scene.facts.account, scene.facts.sub_account
    assert account is not None, "who comes in has an account"  # noqa: S101 - narrows the type
    assert before is not None, "who comes in was found"  # noqa: S101 - narrows the type
    sms = scene.subscription.sms
    return tellings.security(before, then, happened, organization=organization, account=account, sms=sms)


def let_in(
    scene: Scene,
    person: SubAccount,
    pathway: Pathway,
    /,
    *,
    puts: tuple[Record, ...],
    happened: tuple[Happening, ...],
    counts: tuple[Count, ...],
) -> Decision[AnyStep]:
    """Decide that the person is in: `person` is what it is from now on, `puts` what is written of it, `counts` its seats."""
    entered = subject(
        person,
        organization=scene.facts.organization,
        account=scene.facts.account,
        pathway=pathway,
        terminal=scene.door.terminal,
        at=scene.now,
    )
    lapsed = not scene.subscription.covers(scene.now)
    read_only = lapsed and scene.facts.organization.lapse is LapsePolicy.READ_ONLY
    answer = Authenticated(subject=entered, read_only=read_only)
    return answered(scene, answer, puts=puts, happened=happened, counts=counts)


def answered(
    scene: Scene,
    answer: AnyStep,
    /,
    *,
    puts: tuple[Record, ...] = (),
    happened: tuple[Happening, ...] = (),
    counts: tuple[Count, ...] = (),
) -> Decision[AnyStep]:
    """Make the decision, with a change of the host account's roles remembered beside it.

    Where somebody is let in, or anything is put, whatever it was decided on has to hold until the commit.
    """
    account, person = scene.facts.account, scene.facts.sub_account
    by, guarded = By(kind="terminal", id=scene.door.terminal), bool(puts)
    whats = [Happened(what=what, account=person.account, sub_account=person.id) for what in happened if person]
    if account is not None:
        changed, promoted = accounts.met(account, scene.roles)
        puts, whats = (*puts, *changed), [*promoted, *whats]
    if isinstance(answer, Authenticated):
        by, guarded = By(kind="sub_account", id=answer.subject.sub_account.value), True
    return Decision(
        organization=scene.facts.organization.id,
        by=by,
        result=answer,
        puts=puts,
        guards=held(scene, puts) if guarded else (),
        counts=counts,
        happened=tuple(whats),
    )


def held(scene: Scene, puts: tuple[Record, ...], /) -> tuple[Seen, ...]:
    """Return what was read and is not written: the policy and the person's state and fields are in the answer too.

    A proof that was wrong under the policy before can be none under the present one. Who is not known is guarded as
    nobody, and an account that is not known by the organization, so that the commit is the same for every login.
    """
    facts = scene.facts
    nobody = SubAccountId(organization=facts.organization.id, value=scene.stranger.value)
    person = Seen(id=nobody, version=0) if facts.sub_account is None else seen(facts.sub_account)
    written = [record.id for record in puts]
    account = seen(facts.organization if facts.account is None else facts.account)
    read = (account, person, seen(scene.attempts_row))
    return tuple(each for each in read if each.id not in written)
