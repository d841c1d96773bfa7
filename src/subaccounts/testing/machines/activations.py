"""The rules of telling people how to come in: by itself or by hand, slips for many, codes somebody chose."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from ...commands import ChangeActivation, ClaimSlips, GrantCode, Selection, SendActivation, VoidSlips
from ...domain.activation import ActivationPolicy, Way
from ...domain.secret import Secret
from .doors import PEOPLE
from .town import Town


class ActivationRules(Town):
    """Tell people, and know that whatever is put out kills what was out before."""

    @rule(shop=st.integers(0, 3), automatic=st.booleans())
    def change_activation(self, shop: int, automatic: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """Have people told by themselves when they are added by hand, or not."""
        given = self.shops[shop]
        policy = ActivationPolicy(automatic=frozenset({Way.BY_HAND}) if automatic else frozenset())
        command = ChangeActivation(actor=given.admin, organization=given.organization, activation=policy)
        changed = self.do(given, command)
        self.expect("answers", command, policy, changed.activation if changed else None)

    @precondition(lambda self: self.people)
    @rule(who=PEOPLE, dry=st.booleans())
    def send(self, who: int, dry: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """Send an activation, or ask who would be told; what was out before is dead only if one is sent."""
        person = self.known(who)
        of, selection = person.shop.organization, Selection(people=(person.id,))
        command = SendActivation(actor=person.shop.admin, organization=of, selection=selection, dry=dry)
        page = self.do(person.shop, command, only=person)
        if page is not None and page.lines[0].sent and not dry:
            person.kill(password=False)

    @precondition(lambda self: self.people)
    @rule(who=PEOPLE, reissue=st.booleans())
    def print_slips(self, who: int, reissue: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """Print a slip: the living one again, or a new one, which kills what was out before."""
        person = self.known(who)
        of, selection = person.shop.organization, Selection(people=(person.id,))
        command = ClaimSlips(actor=person.shop.admin, organization=of, selection=selection, reissue=reissue)
        page = self.do(person.shop, command, only=person)
        for slip in page.slips if page is not None else ():
            printed = slip.code.code.reveal()
            if printed != person.code:
                person.kill(password=False)
                person.code = printed

    @precondition(lambda self: self.people)
    @rule(who=PEOPLE)
    def void_slips(self, who: int) -> None:
        """Void a lost stack: what is out is dead."""
        person = self.known(who)
        of, selection = person.shop.organization, Selection(people=(person.id,))
        command = VoidSlips(actor=person.shop.admin, organization=of, selection=selection)
        page = self.do(person.shop, command, only=person)
        if page is not None and page.voided:
            person.kill(password=False)

    @precondition(lambda self: self.people)
    @rule(who=PEOPLE)
    def grant(self, who: int) -> None:
        """Grant a code that somebody chose, which kills what was out before."""
        person = self.known(who)
        chosen = f"CHOSEN-{self.next_number():04}"
        command = GrantCode(actor=person.shop.admin, sub_account=person.id, code=Secret(chosen))
        if self.do(person.shop, command, only=person) is not None:
            person.kill(password=False)
            person.code = chosen
