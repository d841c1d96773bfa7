"""The rules for adding people: one, or up to a thousand lines, with an answer for each. Good lines go through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, final

from attrs import evolve, field, frozen

from ..errors import FieldRefused, FieldsMissing, NameTaken, Refusal
from . import codes, registration, seats
from . import fields as f
from . import tellings as tellings_
from .activation import Way
from .activation_events import ActivationSent
from .catalog import CatalogEntry
from .channel import Channel, channel_of
from .contacts import choose
from .credential import ClaimCode, Credential
from .decision import Count, Happened, Record, Seen, seen
from .email import Email
from .events import CodeIssued, LoginReleased, SubAccountAdded
from .fields import FieldValue, RawValue
from .ids import CatalogId, JobProfileId, SubAccountId
from .key import Key
from .login import Login
from .notice import Telling
from .policy import ByCode
from .profile import NO_PROFILE
from .sub_account import (
    DELETED_SPACE,
    EXTERNAL_SPACE,
    LOOK_ALIKE_SPACE,
    SIGN_IN_SPACE,
    AccountFacts,
    SubAccount,
    realm_key,
)
from .subscription import Subscription
from .supplier import Supplier

MOST_LINES: Final = 1000
"""People added by one command; larger rosters are imported."""


@final
@frozen(kw_only=True)
class NewPerson:
    """Hold one person as handed in: a login as typed, and fields by name."""

    login: str
    fields: Mapping[str, RawValue] = field(factory=dict)


@final
@frozen(kw_only=True)
class Line:
    """Hold one parsed line; `refusal` is there when it cannot be parsed, and then nothing else is."""

    number: int
    login: Login | None = None
    fields: Mapping[str, FieldValue] = field(factory=dict)
    refusal: Refusal | None = None


@final
@frozen(kw_only=True)
class LineAnswer:
    """Answer one line (numbers count from 1): the person added with the stored part of its code, or why not."""

    number: int
    sub_account: SubAccount | None = None
    code: ClaimCode | None = None
    refusal: Refusal | None = None


@final
@frozen(kw_only=True)
class Surroundings:
    """Hold what lines are judged against.

    `holders` says who holds the keys the lines ask for; `entries` are the catalog entries they name; `tombstones` the
    deleted people whose logins are asked for. `reuse_deleted` gives such a login to the new person on purpose.
    `taken` is how many stored seats are taken, `way` how these people come to be: whether they are told by itself.
    """

    facts: AccountFacts
    holders: frozenset[Key]
    entries: Mapping[CatalogId, CatalogEntry]
    tombstones: Mapping[Key, SubAccount]
    reuse_deleted: bool
    subscription: Subscription
    taken: int
    key: str
    now: datetime
    way: Way = Way.BY_HAND


@final
@frozen(kw_only=True)
class Added:
    """Hold what adding decided: the answers, and everything to write."""

    answers: tuple[LineAnswer, ...]
    puts: tuple[Record, ...]
    guards: tuple[Seen, ...]
    counts: tuple[Count, ...]
    happened: tuple[Happened, ...]
    tellings: tuple[Telling, ...]


def parse(people: Sequence[NewPerson], /) -> tuple[Line, ...]:
    """Parse every line by itself, so that a bad one refuses only itself."""
    return tuple(_line(number, person) for number, person in enumerate(people, 1))


def _line(number: int, person: NewPerson) -> Line:
    try:
        values = {name: f.parse_field(name, raw) for name, raw in person.fields.items()}
        return Line(number=number, login=Login.parse(person.login), fields=values)
    except Refusal as refusal:
        return Line(number=number, refusal=refusal)


def wanted(line: Line, facts: AccountFacts, /) -> Mapping[str, Key]:
    """Return the keys a line asks for, by their meaning: `held`, `looks_like`, `deleted`, and `email` and `external`
    if it has them."""
    if line.login is None:
        return {}
    account, realm = facts.account.id, facts.organization.realm
    keys = {
        "held": realm_key(account, realm, SIGN_IN_SPACE, line.login.key),
        "looks_like": realm_key(account, realm, LOOK_ALIKE_SPACE, line.login.skeleton),
        "deleted": realm_key(account, realm, DELETED_SPACE, line.login.key),
    }
    email = line.fields.get(f.EMAIL)
    if isinstance(email, Email):
        keys["email"] = realm_key(account, realm, SIGN_IN_SPACE, email.key)
    external = line.fields.get(f.EXTERNAL_ID)
    if isinstance(external, str):
        keys["external"] = realm_key(account, realm, EXTERNAL_SPACE, external)
    return keys


def named(fields: Mapping[str, FieldValue | None], /) -> frozenset[CatalogId]:
    """Return the catalog entries that fields name."""
    found: set[CatalogId] = set()
    for name in registration.FIELDS_WITH_IDS:
        value = fields.get(name)
        if isinstance(value, frozenset):
            found |= value
        elif isinstance(value, JobProfileId):
            found.add(value)
    return frozenset(found)


def check_entries(fields: Mapping[str, FieldValue | None], entries: Mapping[CatalogId, CatalogEntry], /) -> None:
    """Raise `FieldRefused` for a catalog entry that does not exist (`unknown`) or is given to nobody new (`retired`)."""
    for name in registration.FIELDS_WITH_IDS:
        for entry in named({name: fields[name]}) if name in fields else ():
            if entry not in entries:
                raise FieldRefused(field=name, why="unknown")
            if entries[entry].retired_at is not None:
                raise FieldRefused(field=name, why="retired")


def add(lines: Sequence[Line], around: Surroundings, /, *, ids: Sequence[tuple[str, str]]) -> Added:
    """Decide every line in order; `ids` gives each line the id of its person and of its code."""
    held, taken = set(around.holders), around.taken
    answers: list[LineAnswer] = []
    puts: list[Record] = []
    happened: list[Happened] = []
    tellings: list[Telling] = []
    used: set[CatalogId] = set()
    counts: tuple[Count, ...] = ()
    move = 0
    for line, (person_id, code_id) in zip(lines, ids, strict=True):
        try:
            keys = wanted(line, around.facts)
            person, tombstone = _judge(line, keys, around, held, person_id, taken=taken + move)
        except Refusal as refusal:
            answers.append(LineAnswer(number=line.number, refusal=refusal))
            continue
        code, told = _code(code_id, person, around)
        tellings += told
        credential = Credential(id=person.id.credential, waiting_since=around.now, code=code)
        puts += [person, credential]
        if tombstone is not None:
            released, what = release(tombstone, to=person.id)
            puts.append(released)
            happened.append(what)
        happened += _happened(person, code, told)
        answers.append(LineAnswer(number=line.number, sub_account=evolve(person, version=1), code=code))
        held.update(keys.values())  # what the person holds now; an e-mail it does not hold is held by another
        used |= named(line.fields)
        for count in _seat(person, around, taken + move):
            move += count.by
            counts = (evolve(count, by=move, initial=taken),)
    guards = (seen(around.facts.account), *(seen(around.entries[entry]) for entry in sorted(used, key=str)))
    return Added(
        answers=tuple(answers),
        puts=tuple(puts),
        guards=guards,
        counts=counts,
        happened=tuple(happened),
        tellings=tuple(tellings),
    )


def _judge(
    line: Line, keys: Mapping[str, Key], around: Surroundings, held: set[Key], person_id: str, *, taken: int
) -> tuple[SubAccount, SubAccount | None]:
    if line.refusal is not None or line.login is None:
        raise line.refusal or NameTaken(field="login")
    for why in ("held", "looks_like"):
        if keys[why] in held:
            raise NameTaken(field="login", why=why)
    if keys.get("external") in held:
        raise NameTaken(field=f.EXTERNAL_ID)
    tombstone = around.tombstones.get(keys["deleted"])
    if tombstone is not None and not around.reuse_deleted:
        raise NameTaken(field="login", why="deleted")
    account = around.facts.account
    check_entries(line.fields, around.entries)
    profile = NO_PROFILE.supply(line.fields, by=Supplier.ADMINISTRATOR, at=around.now, policy=account.policy)
    missing = registration.owed(profile, account.policy)
    if missing:
        raise FieldsMissing(fields=missing)
    person = SubAccount(
        id=SubAccountId(organization=account.id.organization, value=person_id),
        account=account.id,
        realm=around.facts.organization.realm,
        login=line.login,
        profile=profile,
        email_is_key="email" in keys and keys["email"] not in held,
        created_at=around.now,
    )
    seats.require(_seat(person, around, taken), taken=taken, subscription=around.subscription)
    return person, tombstone


def _seat(person: SubAccount, around: Surroundings, taken: int) -> tuple[Count, ...]:
    system = around.facts.account.host.system
    return seats.stored(around.subscription.seats, before=None, after=person, system=system, taken=taken)


def _code(code_id: str, person: SubAccount, around: Surroundings) -> tuple[ClaimCode | None, tuple[Telling, ...]]:
    """Return what proves the person's claim, and what it is told of it: a code to hand over, unless it is sent."""
    organization, account = around.facts.organization, around.facts.account
    given: dict[str, Any] = {"id": code_id, "key": around.key, "now": around.now}
    if around.way in organization.activation.automatic:
        chosen = choose(person, organization.activation, organization.issuers, sms=around.subscription.sms)
        if chosen.channel is not Channel.SLIP:
            code = codes.sent(chosen, organization=organization, account=account, **given)
            return code, tellings_.activation(person, code, chosen, organization=organization, account=account)
    if not isinstance(account.policy.claim, ByCode):
        return None, ()
    return codes.issue(organization=organization, account=account, **given), ()


def release(tombstone: SubAccount, /, *, to: SubAccountId) -> tuple[SubAccount, Happened]:
    """Return a tombstone without its hold on the login, which is given to somebody else on purpose, and what happened."""
    what = LoginReleased(login=tombstone.login.text, to=to)
    return evolve(tombstone, login_released=True), Happened(
        what=what, account=tombstone.account, sub_account=tombstone.id
    )


def _happened(person: SubAccount, code: ClaimCode | None, told: tuple[Telling, ...]) -> list[Happened]:
    happenings = [
        Happened(what=SubAccountAdded(login=person.login.text), account=person.account, sub_account=person.id)
    ]
    if code is not None:
        issued = CodeIssued(expires_at=code.expires_at)
        happenings.append(Happened(what=issued, account=person.account, sub_account=person.id))
    for each in told:
        sent = ActivationSent(channel=channel_of(each.to).value)
        happenings.append(Happened(what=sent, account=person.account, sub_account=person.id))
    return happenings
