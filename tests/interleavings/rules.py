"""What has to hold whatever the interleaving: invariants 1 to 4 and 12, read off the records alone, and that the
outcome is one of running the tasks one after the other.

The records are judged by the domain's own words for them (`keys`, `alive`, `still_holds`), without running a command.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from typing import Any, Final

from subaccounts import Form, Refusal, Secret
from subaccounts.domain import activation_events as w
from subaccounts.domain import events as e
from subaccounts.domain.activation_events import IdentityLinked
from subaccounts.domain.codes import PURPOSE, alive, is_code, parts
from subaccounts.domain.life import State
from subaccounts.domain.proof import SentProof
from subaccounts.domain.steps import AlreadyClaimed, Authenticated
from subaccounts.domain.sub_account import SIGN_IN_SPACE, Person, SubAccount
from subaccounts.domain.subject import Pathway, still_holds
from subaccounts.errors import Conflict, LinkRefused, ProofRefused
from subaccounts.testing import CheapHasher
from subaccounts.testing.interleavings import Ending, Exploration, Outcome
from tests.interleavings.builder import KEYS, PASSWORD
from tests.interleavings.shop import SEATS, Shop

KILLING: Final = (e.SubAccountReset, e.SubAccountArchived, e.SubAccountDeleted)
ENDING_CODES: Final = (
    *KILLING, e.CodeVoided, e.CodeIssued, e.PolicySwitched, e.SubAccountClaimed, e.OrganizationRestored
)  # fmt: skip
ENDING_LINKS: Final = (*KILLING, w.PasswordRecovered, e.PolicySwitched, e.OrganizationRestored)
REMEMBERED: Final = (e.SignInFailed, e.PasswordDisabled)
"""What a refusal has to remember."""


def breaches(shop: Shop, exploration: Exploration, outcome: Outcome) -> list[str]:
    """Say what one outcome breaks; nothing, when all is well."""
    told = broken(shop, outcome)
    for_any_reason = shop.state in SEATS or len(outcome.endings) > 2
    if exploration.serial_order(outcome, seen_as=refused if for_any_reason else whole) is None:
        told.append("no serial order ends like this")
    if any(ending.busy for ending in outcome.endings):
        told.append("busy, though nobody was in the way sixteen times")
    return told


def broken(shop: Shop, outcome: Outcome) -> list[str]:
    """Say which invariants one outcome breaks, whether or not some order of the tasks ends like it."""
    return [*_keys(outcome), *_claims(shop, outcome), *_old_proofs(shop, outcome), *_raised(shop, outcome)]


def whole(ending: Ending) -> Hashable:
    """See an ending as it is."""
    return ending.form


def refused(ending: Ending) -> Hashable:
    """See an ending without the reason of a refusal.

    A refusal writes nothing, so nothing it read is looked at again. Where a person and the holder of a name, or a name
    and a seat, are read one after the other, two others in between can each have given a reason, and either is told.
    Whether somebody is refused is judged all the same. With two tasks and no seats the reason is judged too.
    """
    if isinstance(ending.error, Refusal):
        return "refused"
    return tuple(map(_line, ending.value)) if isinstance(ending.value, tuple) else ending.form


def _line(line: Any) -> Hashable:
    return "refused" if getattr(line, "refusal", None) is not None else Ending(value=line).form


def happened(outcome: Outcome, seed: int | None = None) -> list[e.Event]:
    """Return what happened while the tasks ran, or what one of them did; events before are those of seed 0."""
    events: Sequence[e.Event] = list(outcome.world.repository._events.values())
    seeds = [(int(event.id.split("-")[2], 16) & 0xFFF, event) for event in events]
    return [event for by, event in seeds if (by == seed if seed is not None else by > 0)]


def authenticated(outcome: Outcome) -> list[Authenticated]:
    """Return the steps that let somebody in."""
    return [ending.value for ending in outcome.endings if isinstance(ending.value, Authenticated)]


def _people(outcome: Outcome) -> list[SubAccount]:
    return [record for record in outcome.world.repository._records.values() if isinstance(record, SubAccount)]


def _keys(outcome: Outcome) -> Iterator[str]:
    """Invariant 1: a sign-in key is held by at most one living sub-account of its realm."""
    people = _people(outcome)
    living = [person for person in people if person.state is not State.DELETED]
    held = Counter(key for person in living for key in person.keys if key.space == SIGN_IN_SPACE)
    if max(held.values()) > 1:
        yield "invariant 1: two people hold one key"
    holders = outcome.world.repository._holders
    if any(holders.get(key) != person.id for person in people for key in person.keys):
        yield "invariant 1: the key table says something else"


def _claims(shop: Shop, outcome: Outcome) -> Iterator[str]:
    """Invariants 2 and 4: of one person one claim at most succeeds, unless a reset or restore came between; a code works once."""
    proven = {
        Pathway.PASSWORD,
        Pathway.SSO,
    }  # a company account is no claim that is made once: it takes over what it finds
    claims = [step for step in authenticated(outcome) if step.subject.pathway not in proven]
    new = [event.happening for event in happened(outcome)]
    if len(claims) != sum(isinstance(what, e.SubAccountClaimed) and what.pathway not in proven for what in new):
        yield "invariant 2: claims and what happened do not agree"
    for person in {step.subject.sub_account for step in claims}:
        mine = [event.happening for event in happened(outcome) if event.sub_account == person]
        again = sum(isinstance(what, (e.SubAccountReset, e.SubAccountRestored)) for what in mine)
        ways = [step.subject.pathway for step in claims if step.subject.sub_account == person]
        if len(ways) > 1 + again:
            yield "invariant 2: several claims succeeded"
        if max(ways.count(Pathway.CLAIM_CODE), ways.count(Pathway.CLAIM_LINK)) > 1:
            yield "invariant 4: a code or link worked twice"
    if sum(step.subject.pathway is Pathway.SIGN_UP for step in claims) > 1:
        yield "invariant 2: one attempt made several people"
    told = any(isinstance(ending.value, AlreadyClaimed) for ending in outcome.endings)
    named = [p for p in _people(outcome) if p.id == shop.anna or p.login.key == "anna"]
    if told and all(person.claimed_at is None for person in named):
        yield "invariant 2: told of a claim that nobody made"


def _old_proofs(shop: Shop, outcome: Outcome) -> Iterator[str]:
    """Invariants 3 and 4: what was ended while the tasks ran works no more."""
    person: Person = outcome.world.repository.person(shop.anna)
    mine = [event.happening for event in happened(outcome) if event.sub_account == shop.anna]
    around = [event.happening for event in happened(outcome) if event.sub_account in {shop.anna, None}]
    killed = any(isinstance(what, KILLING) for what in mine)
    changed = any(isinstance(what, (e.PasswordChanged, w.PasswordRecovered)) for what in mine)
    claimed = any(isinstance(what, e.SubAccountClaimed) for what in mine)
    restored = any(isinstance(what, e.OrganizationRestored) for what in around)
    taken_over = any(isinstance(what, IdentityLinked) and what.how != "person" for what in mine)
    if (killed or changed or restored or taken_over) and still_holds(shop.subject, person):
        yield "invariant 3: the old subject holds"
    stored = person.credential.password
    if (killed or changed) and not claimed and CheapHasher().matches(password=Secret(PASSWORD), stored=stored):
        yield "invariant 3: the old password works"
    if person.sub_account.state is not State.ACTIVE and stored is not None:
        yield "invariant 3: somebody who is not active has a password"
    code = person.credential.code
    if code is not None and any(isinstance(what, ENDING_CODES) for what in around):
        digest = KEYS.derive(purpose=PURPOSE, parts=parts(shop.anna, code), key=code.key)
        if is_code(shop.code, digest) and alive(
            code, organization=person.organization, account=person.account, now=outcome.world.now
        ):
            yield "invariant 4: the old code works"
    yield from _old_links(shop, person, mine, around)


def _old_links(shop: Shop, person: Person, mine: list[e.Happening], around: list[e.Happening]) -> Iterator[str]:
    """Invariant 4: a link that was out works once at most, and after nothing that ended it."""
    before: Person = shop.world.repository.person(shop.anna)
    old, now = before.credential, person.credential
    if old.recovery is not None and sum(isinstance(what, w.PasswordRecovered) for what in mine) > 1:
        yield "invariant 4: a link for another password worked twice"
    ended = any(isinstance(what, (*ENDING_LINKS, e.PasswordChanged)) for what in around)
    if (
        _same(old.recovery, now.recovery)
        and (ended or _moved(now.recovery, before, person))
        and _works(now.recovery, person)
    ):
        yield "invariant 4: the old link or code for another password works"
    if old.contact is None or now.contact is None or not _same(old.contact.proof, now.contact.proof):
        return
    if (ended or _moved(now.contact.proof, before, person)) and _works(now.contact.proof, person):
        yield "invariant 4: the old link or code for another contact works"


def _moved(proof: SentProof | None, before: Person, now: Person) -> bool:
    """Tell whether the contact that was written to, and is to be replaced, is another one by now; codes go to phones here."""
    was, profile = before.sub_account.profile, now.sub_account.profile
    by_sms = proof is not None and proof.form is Form.CODE
    return was.phone != profile.phone if by_sms else was.email != profile.email


def _same(old: SentProof | None, now: SentProof | None) -> bool:
    return old is not None and now is not None and old.id == now.id


def _works(proof: SentProof | None, person: Person) -> bool:
    version, epoch = person.account.policy_version, person.organization.epoch
    return proof is not None and proof.valid(policy_version=version, epoch=epoch)


def _raised(shop: Shop, outcome: Outcome) -> Iterator[str]:
    """Invariant 12: a command that raised changed nothing, save what its refusal must remember."""
    for seed, ending in enumerate(outcome.endings, 1):
        if ending.error is None:
            continue
        if isinstance(ending.error, Conflict):
            yield "a conflict reached the host"
        left = [event.happening for event in happened(outcome, seed)]
        if isinstance(ending.error, ProofRefused):
            left = [what for what in left if not isinstance(what, REMEMBERED)]
        if left:
            yield f"invariant 12: raised {ending.error.code} and left {type(left[0]).__name__}"
    remembered = (ProofRefused, LinkRefused)  # a wrong code is counted on its row, and is no event
    silent = all(ending.error is not None and not isinstance(ending.error, remembered) for ending in outcome.endings)
    if silent and not outcome.world.same(shop.world):
        yield "invariant 12: all raised, and something is stored"
