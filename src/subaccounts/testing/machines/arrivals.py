"""The rules of company accounts: trust issuers, give external ids, arrive, link, unlink.

What is known of whom an arrival finds is read from what is stored before it, by ways that are told here a second time.
"""

from __future__ import annotations

from typing import Final

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from ...commands import ArriveBySSO, ChangeIssuers, EditPerson, LinkIdentity, UnlinkIdentity
from ...domain.identity import Identity, VerifiedIdentity
from ...domain.ids import SubAccountId
from ...domain.issuer import Issuer
from ...domain.life import State
from ...domain.secret import Secret
from ...domain.steps import Authenticated
from ...domain.sub_account import SubAccount
from .doors import FIELDS, PEOPLE
from .invariants import InvariantBroken
from .known import Known, Shop
from .town import ISSUER, Town, issuer

SUBJECTS: Final = st.sampled_from(("s-1", "s-2", "s-3"))
EXTERNAL: Final = st.sampled_from((None, "E-1", "E-2"))
EMAILS: Final = st.sampled_from((None, "anna@shop.example", "boris@shop.example"))


class ArrivalRules(Town):
    """Come by company accounts, and prove: who is let in was led to by what counts, and whoever is linked gets in."""

    @rule(
        shop=st.integers(0, 3), external=st.booleans(), email=st.booleans(), creates=st.booleans(), gone=st.booleans()
    )
    def trust(self, shop: int, external: bool, email: bool, creates: bool, gone: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """Trust an issuer with what was drawn, or with nothing at all."""
        given = self.shops[shop]
        trusted = issuer(given, external=external, email=email, creates=creates)
        issuers = () if gone and not external else (trusted,)
        command = ChangeIssuers(actor=given.admin, organization=given.organization, issuers=issuers)
        changed = self.do(given, command)
        self.expect("answers", command, issuers, changed.issuers if changed else None)

    @precondition(lambda self: self.people)
    @rule(who=PEOPLE, external=EXTERNAL)
    def give_external_id(self, who: int, external: str | None) -> None:
        """Give or take an external id; one that somebody in the realm has is refused."""
        person = self.known(who)
        holders = [each for each in self.living(person.shop) if each.profile.text("external_id") == external]
        taken = external is not None and any(each.id != person.id for each in holders)
        command = EditPerson(actor=person.shop.admin, sub_account=person.id, fields={"external_id": external})
        edited = self.do(person.shop, command, only=person)
        if taken:
            self.expect("one holder", command, None, edited)

    @rule(
        shop=st.integers(0, 3),
        subject=SUBJECTS,
        external=EXTERNAL,
        email=EMAILS,
        verified=st.booleans(),
        outside=st.booleans(),
    )
    def arrive(  # noqa: PLR0917 - each is drawn by Hypothesis
        self,
        shop: int,
        subject: str,
        external: str | None,
        email: str | None,
        verified: bool,  # noqa: FBT001 - drawn by Hypothesis
        outside: bool,  # noqa: FBT001 - drawn by Hypothesis
    ) -> None:
        """Arrive with whatever an issuer says; who is found, and who is let in, is what is stored before it."""
        given = self.shops[shop]
        said = {"eid": external, "uid": f"by-{subject}"}
        who = VerifiedIdentity(
            identity=Identity(issuer=ISSUER, subject=subject),
            email=email,
            email_verified=verified and email is not None,
            attributes={name: value for name, value in said.items() if value is not None},
        )
        before = {each.id: each for each in self.stored(SubAccount)}
        trusted = self._issuer(given)
        command = ArriveBySSO(door=given.door(outside=outside), identity=who, fields=FIELDS)
        step = self.do(given, command)
        linked = [each for each in self.living(given, before) if who.identity in each.identities]
        here = [each for each in linked if each.account == given.account]
        if isinstance(step, Authenticated):
            self._judge(command, before.get(step.subject.sub_account), step, given, trusted)
        elif trusted is not None and self.may_enter(given) and any(each.state is State.ACTIVE for each in here):
            raise InvariantBroken("living proofs", command, f"{here} was answered {step}")

    def _judge(
        self, command: ArriveBySSO, before: SubAccount | None, step: Authenticated, shop: Shop, trusted: Issuer | None
    ) -> None:
        """Raise `InvariantBroken` for who is let in by nothing that counts; else know what died and what lives."""
        if trusted is None or not self.may_enter(shop):
            raise InvariantBroken("dead proofs", command, "an issuer that is trusted with nothing let somebody in")
        who, external = command.identity, command.identity.said("eid") if trusted.external_id is not None else None
        if before is None:
            made = self.person(step.subject.sub_account).sub_account
            if trusted.creates is None:
                raise InvariantBroken("dead proofs", command, "somebody was created whom nobody wanted")
            self.know(shop, made, None)
        found = self._of(step.subject.sub_account)
        if before is not None:
            mail = who.said("email") if trusted.trusts_email else None
            unclaimed = before.state is State.WAITING and before.claimed_at is None and before.profile.email is not None
            ways = (
                who.identity in before.identities,
                external is not None and before.profile.text("external_id") == external,
                unclaimed and before.email_is_key and mail is not None and before.profile.email.text == mail,  # type: ignore[union-attr]  # asked just before
                before.claimed_at is None and before.login.text == mail,
            )
            if not any(ways) or before.state in {State.ARCHIVED, State.DELETED}:
                raise InvariantBroken("dead proofs", command, f"{before} was let in")
            if who.identity not in before.identities or before.state is not State.ACTIVE:
                found.kill()
        found.subjects.append(step.subject)

    @precondition(lambda self: any(person.subjects for person in self.people))
    @rule(who=PEOPLE, subject=SUBJECTS, right=st.booleans())
    def link(self, who: int, subject: str, right: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """Link a company account to who is signed in, with the present password or a sign-in that may be recent."""
        candidates = [each for each in self.people if each.subjects]
        person = candidates[who % len(candidates)]
        identity = Identity(issuer=ISSUER, subject=subject)
        current = Secret(person.password) if right and person.password else None
        command = LinkIdentity(
            subject=person.subjects[-1], identity=VerifiedIdentity(identity=identity), current=current
        )
        linked = self.do(person.shop, command, only=person)
        if linked is not None and identity not in linked.identities:
            raise InvariantBroken("answers", command, f"{linked} is not linked")

    @precondition(lambda self: self.people)
    @rule(who=PEOPLE)
    def unlink(self, who: int) -> None:
        """Unlink a company account: every sign-in ends, and whoever has nothing left waits for a new claim."""
        person = self.known(who)
        command = UnlinkIdentity(actor=person.shop.admin, sub_account=person.id, issuer=ISSUER)
        before = self.person(person.id).sub_account.state
        handover = self.do(person.shop, command, only=person)
        if handover is None:
            return
        person.sign_out()
        if handover.sub_account.state is not before:
            person.kill()
            person.code = handover.code.code.reveal() if handover.code else None

    def _issuer(self, shop: Shop) -> Issuer | None:
        """Return what an organization says of the issuer, if anything."""
        found = [each for each in self.organization(shop).issuers if each.issuer == ISSUER]
        return found[0] if found else None

    def _of(self, id: SubAccountId) -> Known:  # noqa: A002 - as the port calls it
        return next(each for each in self.people if each.id == id)
