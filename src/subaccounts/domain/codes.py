"""Claim codes: derived from an id under the key ring, never stored; shown once, typed by a person.

Ten symbols of Crockford's base 32 are 50 bits. With five tries a code and fifty before a password is disabled, guessing
one is a chance of 4e-14.
"""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from typing import Final, final

from attrs import evolve, frozen

from ..errors import InvalidValue
from .account import Account
from .channel import address_text
from .contacts import Chosen
from .credential import ClaimCode, Credential
from .ids import SubAccountId
from .organization import Organization
from .policy import ByCode, OpenClaim
from .proof import WRONG_TRIES, Form
from .secret import Secret

PURPOSE: Final = "claim-code"
"""What the key ring derives claim codes for."""
CHOSEN_PURPOSE: Final = "chosen-code"
"""What codes that somebody chose are kept under."""
SHORTEST_CHOSEN: Final = 8
"""Symbols of a code that somebody chose; six digits are the least anywhere (OWASP ASVS 5.0 6.5.4), and people choose badly."""
LONGEST_CHOSEN: Final = 64
"""Symbols of a code that somebody chose; it is typed by hand."""

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_SYMBOLS: Final = 10
_SYMBOL_OF: Final = bytes(ord(_ALPHABET[byte % len(_ALPHABET)]) for byte in range(256))
"""The symbol each byte of a digest becomes: five of its bits, and every symbol for eight bytes."""
_READ_AS: Final = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})


@final
@frozen(kw_only=True)
class IssuedCode:
    """Hand over a code: to show once, print or send. `expires_at` is UTC."""

    sub_account: SubAccountId
    login: str
    code: Secret
    expires_at: datetime


def parts(person: SubAccountId, code: ClaimCode | None, /) -> tuple[str, ...]:
    """Return what a code is derived from: organization, person and the code's own id."""
    return (person.organization.value, person.value, code.id if code else "")


def text(digest: bytes, /) -> str:
    """Return the code a digest stands for: `XXXXX-XXXXX`."""
    symbols = digest[:_SYMBOLS].translate(_SYMBOL_OF).decode("ascii")
    return f"{symbols[:5]}-{symbols[5:]}"


def is_code(typed: Secret, digest: bytes, /) -> bool:
    """Tell whether what a person typed is the code of this digest; case, blanks and hyphens do not matter."""
    expected = text(digest).replace("-", "")
    return hmac.compare_digest(_canonical(typed).encode(), expected.encode())


def _canonical(typed: Secret) -> str:
    return typed.reveal().upper().translate(_READ_AS)


def issue(
    *,
    id: str,  # noqa: A002 - the field's name
    key: str,
    organization: Organization,
    account: Account,
    now: datetime,
    form: Form = Form.SLIP,
    sent_to: str | None = None,
) -> ClaimCode:
    """Return a new code or link under the account's present policy, in the organization's present epoch.

    One that is sent begins its life when a worker takes the message; until then it has what it would have now.
    """
    lasts = account.policy.claim.lasts if isinstance(account.policy.claim, ByCode) else ByCode().lasts
    if form is not Form.SLIP:
        lasts = organization.activation.lasts(form)
    return ClaimCode(
        id=id,
        key=key,
        issued_at=now,
        expires_at=now + lasts,
        policy_version=account.policy_version,
        organization_epoch=organization.epoch,
        form=form,
        sent_to=sent_to,
        begun=form is Form.SLIP,
    )


def sent(
    chosen: Chosen,
    /,
    *,
    id: str,  # noqa: A002 - the field's name
    key: str,
    organization: Organization,
    account: Account,
    now: datetime,
) -> ClaimCode | None:
    """Return what an activation carries by the way chosen; None for a company account, which proves by itself."""
    if chosen.to is None or chosen.issuer is not None:
        return None
    form, to = organization.activation.form(chosen.channel), address_text(chosen.to)
    return issue(id=id, key=key, organization=organization, account=account, now=now, form=form, sent_to=to)


def begin(code: ClaimCode, /, *, lasts: timedelta, now: datetime) -> ClaimCode:
    """Return a code with its life begun now; one that has begun stays as it is, whatever is sent again."""
    return code if code.begun else evolve(code, begun=True, expires_at=now + lasts)


def alive(code: ClaimCode | None, /, *, organization: Organization, account: Account, now: datetime) -> bool:
    """Tell whether a code would still be taken."""
    return code is not None and now < code.expires_at and valid(code, organization=organization, account=account)


def valid(code: ClaimCode, /, *, organization: Organization, account: Account) -> bool:
    """Tell whether a code would be taken at its time."""
    return (
        code.policy_version == account.policy_version
        and code.organization_epoch == organization.epoch
        and code.wrong < WRONG_TRIES
    )


def chosen_parts(person: SubAccountId, code_id: str, typed: Secret, /) -> tuple[str, ...]:
    """Return what a code that somebody chose becomes under the key: its id and the letters that matter."""
    return (person.organization.value, person.value, code_id, _canonical(typed))


def check_chosen(typed: Secret, /, *, login: str) -> None:
    """Refuse a code that nobody should choose: too short or long, with letters that cannot be told apart by case, the login.

    Raises `InvalidValue` for the field `code`: `too_short` and `too_long` with the limit, `characters`.
    """
    canonical = _canonical(typed)
    if len(canonical) < SHORTEST_CHOSEN:
        raise InvalidValue(field="code", problem="too_short", limit=SHORTEST_CHOSEN)
    if len(canonical) > LONGEST_CHOSEN:
        raise InvalidValue(field="code", problem="too_long", limit=LONGEST_CHOSEN)
    if not (canonical.isascii() and canonical.isalnum()) or canonical == _canonical(Secret(login)):
        raise InvalidValue(field="code", problem="characters")


def is_chosen(code: ClaimCode, digest: bytes, /) -> bool:
    """Tell whether what was typed, as this digest, is the code that somebody chose."""
    return hmac.compare_digest((code.chosen or "").encode(), digest.hex().encode())


def mistyped(code: ClaimCode, /) -> ClaimCode:
    """Return the code with one more wrong try on its record."""
    return evolve(code, wrong=code.wrong + 1)


def open_until(credential: Credential, /, *, organization: Organization, account: Account) -> datetime | None:
    """Return when the window of an open claim ends (UTC), or None where claims are not open.

    A code that was put out under the present policy closes the window, also when it is dead: five mistakes must not
    open what it was to guard. Voiding it opens the window again. A window that began before the organization was
    restored from a backup is closed for good: whoever waits there can have claimed since the backup.
    """
    claim, code = account.policy.claim, credential.code
    guarded = code is not None and code.policy_version == account.policy_version
    before = organization.restored_at is not None and credential.waiting_since <= organization.restored_at
    if not isinstance(claim, OpenClaim) or guarded or before:
        return None
    return credential.waiting_since + claim.within
