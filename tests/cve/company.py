"""A portal whose people come by company accounts, and a colleague who prepares the record of one of them and waits.

What belongs here: who is who. Mallory works in the same shop, knows logins and e-mails, and has whatever a colleague can get;
Anna is who comes later. The attacks are in `test_pre_hijacking`.
"""

from __future__ import annotations

from typing import Any, Final

from subaccounts import (
    AnyStep,
    ArriveBySSO,
    ChangeIssuers,
    CompleteFields,
    Issuer,
    JustInTime,
    Secret,
    SubAccountId,
    Subject,
    VerifiedIdentity,
)
from subaccounts.domain.notice import NoticeKind
from subaccounts.domain.proof import Purpose
from tests.cve.portal import FIELDS, OTHER_PASSWORD, Portal, subject_of
from tests.sent import proof_of, waiting

ISSUER: Final = "https://login.acme.example"
CARELESS: Final = "https://idp.careless.example"
MAIL: Final = "anna@acme.example"
EVIL: Final = "mallory@evil.example"
HERS: Final[dict[str, Any]] = {
    "iss": ISSUER,
    "sub": "anna-1",
    "email": MAIL,
    "email_verified": True,
    "employee": "E-1",
    "name": "Anna Lind",
}
"""What the trusted issuer says of Anna."""


class Company:
    """Hold a portal whose people come by a trusted issuer, and by one that says whatever its people typed."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self._heard: set[str] = set()
        creates = JustInTime(account=portal.account.id, login="email", fields={"name": "full_name"})
        trusted = Issuer(issuer=ISSUER, name="Acme", external_id="employee", trusts_email=True)
        careless = Issuer(issuer=CARELESS, name="Careless", creates=creates)
        portal.handle(ChangeIssuers(actor=portal.admin, organization=portal.id, issuers=(trusted, careless)))

    def arrive(self, **claims: Any) -> AnyStep:
        """Have somebody come by a company account, with the fields that a new record needs."""
        who = VerifiedIdentity.from_claims(HERS | claims)
        step = self.portal.handle(ArriveBySSO(door=self.portal.inside, identity=who))
        if isinstance(step, CompleteFields):
            given = {name: FIELDS[name] for name in step.fields}
            return self.portal.handle(ArriveBySSO(door=self.portal.inside, identity=who, fields=given))
        return step

    def prepared(self, **fields: Any) -> Subject:
        """Have Mallory claim the record that waits for Anna, in an open window, with a password of her own."""
        self.portal.add("anna", **fields)
        return subject_of(self.portal.claim("anna", None, OTHER_PASSWORD))

    def proof(self, who: SubAccountId, purpose: Purpose) -> Secret:
        """Return the link that is out for a person, as the message has it."""
        return proof_of(self.portal.keys, self.portal.person(who), purpose)

    def told(self) -> list[tuple[NoticeKind, str]]:
        """Return what was told to whom since the last look."""
        found = waiting(self.portal.repository, self.portal.id, now=self.portal.clock())
        fresh = [each for each in found if each.id not in self._heard]
        self._heard |= {each.id for each in fresh}
        return [(each.kind, getattr(each.to, "text", "")) for each in fresh]
