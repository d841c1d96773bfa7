"""The rules of the books: lists and pages, the trail, its sealing and its feed, and the jobs."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from ...commands import (
    AdvanceGeneration,
    EventsAfter,
    ExplainField,
    ForgetStrangers,
    ListAccounts,
    ListCatalog,
    ListPeople,
    ReadAccount,
    ReadAudit,
    ReadOrganization,
    ReadPerson,
    SealAudit,
    VerifyAudit,
)
from ...domain.attempts import FORGOTTEN_AFTER
from ...domain.credential import Stranger
from ...domain.ids import OrganizationId
from ...domain.life import State
from ...domain.sub_account import SubAccount
from .answers import Answers
from .doors import PEOPLE
from .houses import SHOPS
from .known import Shop
from .town import OPERATOR, Town


class BookRules(Town):
    """Read everything commands can read, and compare it with what was written."""

    @rule(
        shop=SHOPS,
        kind=st.sampled_from(("department", "job_profile", "permission_type")),
        limit=st.sampled_from((100, 1)),
    )
    def read_house(self, shop: int, kind: str, limit: int) -> None:
        """Read the organization, an account, a page of accounts and a page of a catalog."""
        given, answers = self.shops[shop], Answers(self.checked.model)
        of, actor = given.organization, given.admin
        facts = answers.account(given.account)
        read = self.do(given, ReadOrganization(actor=actor, id=of))
        self.expect("answers", "ReadOrganization", facts.organization if facts else None, read)
        account = self.do(given, ReadAccount(actor=actor, account=given.account))
        self.expect("answers", "ReadAccount", facts.account if facts else None, account)
        accounts = self.do(given, ListAccounts(actor=actor, organization=of, limit=limit))
        self.expect("answers", "ListAccounts", answers.accounts_page(of, after=None, limit=limit), accounts)
        entries = self.do(given, ListCatalog(actor=actor, organization=of, kind=kind, limit=limit))
        self.expect("answers", "ListCatalog", answers.catalog_page(of, kind=kind, after=None, limit=limit), entries)

    @rule(
        shop=SHOPS,
        everywhere=st.booleans(),
        search=st.sampled_from(("", "ann", "b")),
        limit=st.sampled_from((50, 1, 2)),
    )
    def list_people(self, shop: int, everywhere: bool, search: str, limit: int) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """Walk the pages of a list: everybody who lives and begins like that, each once, in order."""
        given, found, after = self.shops[shop], list[SubAccount](), None
        account = None if everywhere else given.account
        for _ in range(100):
            page = self.do(
                given,
                ListPeople(
                    actor=given.admin,
                    organization=given.organization,
                    account=account,
                    search=search,
                    after=after,
                    limit=limit,
                ),
            )
            found += page.people if page else ()
            after = page.after if page else None
            if after is None:
                break
        people = [
            each
            for each in self.stored(SubAccount)
            if each.id.organization == given.organization
            and account in (None, each.account)
            and each.state is not State.DELETED
            and (not search or any(word.startswith(search) for word in _words(each)))
        ]
        expected = sorted(people, key=lambda each: (each.login.key, each.id.value))
        self.expect("answers", "ListPeople", expected, found)

    @precondition(lambda self: self.people)
    @rule(who=PEOPLE, field=st.sampled_from(("email", "full_name", "departments")))
    def read_person(self, who: int, field: str) -> None:
        """Read a person and why a field has its value; who is deleted is not there."""
        known = self.known(who)
        stored = self.person(known.id).sub_account
        there = stored if stored.state is not State.DELETED else None
        read = self.do(known.shop, ReadPerson(actor=known.shop.admin, sub_account=known.id), only=known)
        self.expect("answers", "ReadPerson", there, read)
        why = self.do(known.shop, ExplainField(actor=known.shop.admin, sub_account=known.id, field=field), only=known)
        held = stored.profile.values.get(field) if there else None
        self.expect("answers", "ExplainField", held, why.held if why else None)

    @rule(shop=SHOPS, only=st.booleans(), limit=st.sampled_from((1_000, 3)))
    def read_trail(self, shop: int, only: bool, limit: int) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """Read the trail of an organization or of one account, in the order of ids."""
        given = self.shops[shop]
        account = given.account if only else None
        command = ReadAudit(actor=given.admin, organization=given.organization, account=account, limit=limit)
        events = [event for (of, _), event in self.checked.model.events.items() if of == given.organization]
        expected = sorted((each for each in events if account in (None, each.account)), key=lambda each: each.id)
        self.expect("answers", command, tuple(expected[:limit]), self.do(given, command))

    @rule(shop=SHOPS)
    def seal(self, shop: int) -> None:
        """Seal what waits; the feed has it then, and the chain verifies."""
        given = self.shops[shop]
        of = given.organization
        waiting = len(Answers(self.checked.model).unsealed_events(of, limit=1_000))
        self.expect("chain", "SealAudit", waiting, self.do(given, SealAudit(actor=OPERATOR, organization=of)))
        feed = self.do(given, EventsAfter(actor=OPERATOR, organization=of, limit=1_000)) or ()
        self.expect("chain", "EventsAfter", list(range(1, len(feed) + 1)), [each.position for each in feed])
        self.expect("chain", "VerifyAudit", None, self.do(given, VerifyAudit(actor=OPERATOR, organization=of)))

    @rule(shop=SHOPS, later=st.booleans())
    def forget_strangers(self, shop: int, later: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """Forget wrong logins of yesterday, and no others."""
        given = self.shops[shop]
        self.portal.clock.advance(timedelta(days=2) if later else timedelta())
        before = self.portal.clock() - FORGOTTEN_AFTER
        strangers = [each for each in self.stored(Stranger) if each.id.organization == given.organization]
        old = sum(each.last_at < before for each in strangers)
        forgotten = self.do(given, ForgetStrangers(actor=OPERATOR, organization=given.organization))
        self.expect("answers", "ForgetStrangers", old, forgotten)

    @rule(to_the_end=st.booleans())
    def advance(self, to_the_end: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """Advance store and key ring, or die before the last organization: nobody is refused for it."""
        ring = self.portal.keys.generation
        first = {given.organization: given for given in reversed(self.shops)}
        reached = [self._advanced(of, first[of]) for of in sorted(first, key=lambda each: each.value)[: 1 + to_the_end]]
        self.expect("answers", "AdvanceGeneration", [ring + 1] * len(reached), reached)
        if to_the_end:
            self.portal.keys.advance(to=ring + 1)

    def _advanced(self, of: OrganizationId, given: Shop) -> int | None:
        return self.do(given, AdvanceGeneration(actor=OPERATOR, organization=of))


def _words(person: SubAccount) -> list[str]:
    profile = person.profile
    parts = (
        person.login.text,
        person.login.key,
        profile.full_name,
        profile.position,
        profile.email and profile.email.text,
    )
    return " ".join(part for part in parts if part).casefold().split()
