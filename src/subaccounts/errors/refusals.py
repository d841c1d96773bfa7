"""Refusals: a rule said no, and nothing is broken. Data in, the sentence is built inside."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import ClassVar

from attrs import frozen

from .root import SubAccountsError


class Refusal(SubAccountsError):
    """Say that a rule said no; nothing changed, save what the refusal must remember."""

    code = "refused"
    status: ClassVar[int] = 409
    """The HTTP status that fits, as a hint to hosts."""


@frozen(kw_only=True, slots=False, str=False)
class InvalidValue(Refusal):
    """Refuse outside text that cannot be what it claims to be; the text itself is not repeated."""

    code = "invalid_value"
    status = 422
    field: str
    problem: str
    """A stable word: `empty`, `too_long`, `too_short`, `control`, `surrogate`, `bidi`, `invisible`, `mixed_scripts`,
    `unassigned`, `characters`, `syntax`, `not_text`, `before_its_beginning`, `not_utc`, `past`, `repeated`."""
    limit: int | None = None

    def sentence(self) -> str:
        problem = self.problem.replace("_", " ")
        return f"{self.field}: {problem}" + (f" (limit {self.limit})" if self.limit is not None else "")


@frozen(kw_only=True, slots=False, str=False)
class PasswordRefused(Refusal):
    """Refuse a new password and say why; the reason is `too_short`, `too_long`, `common`, `personal`, `unassigned` or
    `same`."""

    code = "password_refused"
    status = 422
    reason: str
    limit: int | None = None

    def sentence(self) -> str:
        reasons = {
            "too_short": f"use at least {self.limit} characters",
            "too_long": f"use at most {self.limit} characters",
            "common": "this password is on a list of common passwords",
            "personal": "this password is made of your own data",
            "unassigned": "it contains characters this system does not know",
            "same": "this is the password you have now",
        }
        return reasons.get(self.reason, "choose another password")


@frozen(kw_only=True, slots=False, str=False)
class NotAllowed(Refusal):
    """Refuse an actor whose roles or scope do not cover the action."""

    code = "not_allowed"
    status = 403
    action: str

    def sentence(self) -> str:
        return f"not allowed: {self.action.replace('_', ' ')}"


@frozen(kw_only=True, slots=False, str=False)
class NotFound(Refusal):
    """Refuse what does not exist, or belongs to somebody else: the two are not told apart."""

    code = "not_found"
    status = 404
    what: str

    def sentence(self) -> str:
        return f"there is no such {self.what.replace('_', ' ')}"


@frozen(kw_only=True, slots=False, str=False)
class WrongState(Refusal):
    """Refuse an input that the present state does not take."""

    code = "wrong_state"
    what: str
    state: str
    action: str

    def sentence(self) -> str:
        return f"cannot {self.action.replace('_', ' ')} while the {self.what.replace('_', ' ')} is {self.state}"


@frozen(kw_only=True, slots=False, str=False)
class NameTaken(Refusal):
    """Refuse a name or login that somebody else holds; `why` is `held`, `looks_like` or `deleted`."""

    code = "name_taken"
    field: str
    why: str = "held"

    def sentence(self) -> str:
        reasons = {
            "held": "is taken",
            "looks_like": "looks like one that is taken",
            "deleted": "belonged to somebody deleted; say so to give it to a new person",
        }
        return f"this {self.field.replace('_', ' ')} {reasons.get(self.why, 'cannot be had')}"


@frozen(kw_only=True, slots=False, str=False)
class HostAccountPrivileged(Refusal):
    """Refuse a host account that is an administrator or a moderator: persons would inherit its powers."""

    code = "host_account_privileged"
    status = 403
    roles: Collection[str]

    def sentence(self) -> str:
        return f"the host account holds the role {', '.join(sorted(self.roles))}; sub-accounts need an ordinary one"


@frozen(kw_only=True, slots=False, str=False)
class SubscriptionRequired(Refusal):
    """Refuse to open or add without a subscription; carries what to buy and where."""

    code = "subscription_required"
    status = 402
    product: str
    buy_at: str
    ended_at: datetime | None = None

    def sentence(self) -> str:
        return f"this needs a subscription to {self.product}: {self.buy_at}"


@frozen(kw_only=True, slots=False, str=False)
class SeatsFull(Refusal):
    """Refuse one person more than the seats bought; carries the limit and where to buy more."""

    code = "seats_full"
    status = 402
    limit: int
    buy_at: str

    def sentence(self) -> str:
        return f"all {self.limit} seats are taken; more at {self.buy_at}"


@frozen(kw_only=True, slots=False, str=False)
class FieldsMissing(Refusal):
    """Refuse a record that lacks what its registration policy requires; carries every missing field."""

    code = "fields_missing"
    status = 422
    fields: tuple[str, ...]

    def sentence(self) -> str:
        return f"still needed: {', '.join(self.fields)}"


@frozen(kw_only=True, slots=False, str=False)
class FieldRefused(Refusal):
    """Refuse a field from this supplier.

    `why` is `not_supplied_by_you`, `outranked`, `needs_proof` (a person's own contact), `unknown`, `retired` or
    `too_many`.
    """

    code = "field_refused"
    status = 422
    field: str
    why: str

    def sentence(self) -> str:
        return f"{self.field}: {self.why.replace('_', ' ')}"


@frozen(kw_only=True, slots=False, str=False)
class CycleRefused(Refusal):
    """Refuse to move a department under itself or below one of its own children."""

    code = "cycle"

    def sentence(self) -> str:
        return "a department cannot lie below itself"


@frozen(kw_only=True, slots=False, str=False)
class TooMany(Refusal):
    """Refuse a request larger than its documented limit."""

    code = "too_many"
    status = 413
    what: str
    limit: int

    def sentence(self) -> str:
        return f"at most {self.limit} {self.what} at once"


@frozen(kw_only=True, slots=False, str=False)
class RequestReused(Refusal):
    """Refuse a request id that was used for something else."""

    code = "request_reused"
    request_id: str

    def sentence(self) -> str:
        return "this request id was used for another command"


@frozen(kw_only=True, slots=False, str=False)
class ProofRefused(Refusal):
    """Refuse a wrong current password, or a wrong code for a new phone; the attempt is counted before this is raised.

    `until` is the end of the delay in UTC when one began or lasts, else None. A sign-in that ended is `NotAllowed`.
    """

    code = "proof_refused"
    status = 401
    until: datetime | None = None

    def sentence(self) -> str:
        return "the proof was not accepted" + (f"; try again at {self.until:%H:%M:%S} UTC" if self.until else "")


@frozen(kw_only=True, slots=False, str=False)
class ProofNeeded(Refusal):
    """Refuse a change that needs a fresh proof of who asks: the present password, or a sign-in of a few minutes ago."""

    code = "proof_needed"
    status = 401

    def sentence(self) -> str:
        return "prove that it is you: with your password, or by signing in again"


@frozen(kw_only=True, slots=False, str=False)
class LinkRefused(Refusal):
    """Refuse a link or a code from a message.

    `why` is `expired`, or `unknown`: it was used, something newer replaced it, what it was for has ended, or it never was; a
    mistyped code of a sign-up is that too, counted before it is told.
    """

    code = "link_refused"
    status = 410
    why: str

    def sentence(self) -> str:
        ended = "has expired" if self.why == "expired" else "does not work, or does not work any more"
        return f"this link or code {ended}"


@frozen(kw_only=True, slots=False, str=False)
class TooSoon(Refusal):
    """Refuse another message for now; it can be asked for again at `until` (UTC).

    `why` is `just_sent`, so soon after the last, or `spent`: the organization's messages of this day are, and `until` is the
    next one.
    """

    code = "too_soon"
    status = 429
    until: datetime
    why: str = "just_sent"

    def sentence(self) -> str:
        if self.why == "spent":
            return f"the messages of today are spent; ask again on {self.until:%Y-%m-%d at %H:%M} UTC"
        return f"a message was just sent; ask again at {self.until:%H:%M:%S} UTC"


@frozen(kw_only=True, slots=False, str=False)
class NotOffered(Refusal):
    """Refuse what this account or organization does not offer: `sign_up`, `sso`, or `sms`, which were not bought, or do not
    go to the country of the number."""

    code = "not_offered"
    status = 403
    what: str

    def sentence(self) -> str:
        return f"this is not offered here: {self.what.replace('_', ' ')}"


@frozen(kw_only=True, slots=False, str=False)
class EmployeesOnly(Refusal):
    """Refuse a person from outside where only employees are taken; `what` is `group`, or a `resource` hidden from others."""

    code = "employees_only"
    status = 403
    what: str

    def sentence(self) -> str:
        return f"this {self.what.replace('_', ' ')} takes employees only"


@frozen(kw_only=True, slots=False, str=False)
class Busy(Refusal):
    """Refuse for now: too many at once. Nothing was done and nothing is revealed; repeat in a moment."""

    code = "busy"
    status = 503

    def sentence(self) -> str:
        return "busy, try again in a moment"
