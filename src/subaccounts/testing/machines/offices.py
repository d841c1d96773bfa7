"""The rules of the office, for people: add, edit, rename, archive, restore, delete, codes, resets, delays."""

from __future__ import annotations

from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from ...commands import (
    AddPeople,
    AddPerson,
    ArchivePerson,
    DeletePerson,
    EditPerson,
    IssueCode,
    RenamePerson,
    ResetPassword,
    RestorePerson,
    UnlockPerson,
    VoidCode,
)
from ...domain.adding import NewPerson
from ...domain.catalog import CatalogEntry
from ...domain.ids import JobProfileId, PermissionTypeId
from .doors import PEOPLE
from .town import Town

LOGINS: Final = st.sampled_from(("anna", "ANNA", "boris", "anna@shop.example", "bor\u0456s"))
"""Logins that meet: by case, by a Cyrillic letter, by an e-mail."""
EMAILS: Final = ("anna@shop.example", "boris@shop.example")


class OfficeRules(Town):
    """Do anything an administrator can do to anybody, and know which proofs that ends."""

    @rule(login=LOGINS, shop=st.integers(0, 3), reuse=st.booleans(), email=st.booleans())
    def add(self, login: str, shop: int, reuse: bool, email: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """Add somebody, with a vouched e-mail or without."""
        given = self.shops[shop]
        fields = {"email": "anna@shop.example"} if email else {}
        command = AddPerson(actor=given.admin, account=given.account, login=login, fields=fields, reuse_deleted=reuse)
        added = self.do(given, command)
        if added is not None:
            self.know(given, added.sub_account, added.code)

    @rule(logins=st.lists(LOGINS, min_size=1, max_size=3), shop=st.integers(0, 3), reuse=st.booleans())
    def add_many(self, logins: list[str], shop: int, reuse: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """Add several at once; each line is answered, and the good ones are there."""
        given = self.shops[shop]
        people = tuple(NewPerson(login=login) for login in logins)
        command = AddPeople(actor=given.admin, account=given.account, people=people, reuse_deleted=reuse)
        for line in self.do(given, command) or ():
            self.expect("answers", command, line.sub_account is None, line.refusal is not None)
            if line.sub_account is not None:
                self.know(given, line.sub_account, line.code)

    @precondition(lambda self: self.people)
    @rule(who=PEOPLE, restore=st.booleans())
    def renew(self, who: int, restore: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """Reset or restore: everything older is dead, the new code is alive."""
        person = self.known(who)
        command = (RestorePerson if restore else ResetPassword)(actor=person.shop.admin, sub_account=person.id)
        handover = self.do(person.shop, command, only=person)
        if handover is not None:
            person.kill()
            person.code = handover.code.code.reveal() if handover.code else None

    @precondition(lambda self: self.people)
    @rule(who=PEOPLE, delete=st.booleans())
    def end(self, who: int, delete: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """Archive or delete: everything is dead."""
        person = self.known(who)
        command = (DeletePerson if delete else ArchivePerson)(actor=person.shop.admin, sub_account=person.id)
        if self.do(person.shop, command, only=person) is not None:
            person.kill()

    @precondition(lambda self: self.people)
    @rule(who=PEOPLE)
    def issue(self, who: int) -> None:
        """Issue a code, which kills the one before."""
        person = self.known(who)
        handover = self.do(person.shop, IssueCode(actor=person.shop.admin, sub_account=person.id), only=person)
        if handover is not None:
            person.kill(password=False)
            person.code = handover.code.code.reveal() if handover.code else None

    @precondition(lambda self: self.people)
    @rule(who=PEOPLE)
    def void(self, who: int) -> None:
        """Kill the code that is out."""
        person = self.known(who)
        if self.do(person.shop, VoidCode(actor=person.shop.admin, sub_account=person.id), only=person) is not None:
            person.kill(password=False)

    @precondition(lambda self: self.people)
    @rule(who=PEOPLE)
    def unlock(self, who: int) -> None:
        """End delays."""
        person = self.known(who)
        self.do(person.shop, UnlockPerson(actor=person.shop.admin, sub_account=person.id), only=person)

    @precondition(lambda self: self.people)
    @rule(who=PEOPLE, login=LOGINS, reuse=st.booleans())
    def rename(self, who: int, login: str, reuse: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """Give another login."""
        person = self.known(who)
        command = RenamePerson(actor=person.shop.admin, sub_account=person.id, login=login, reuse_deleted=reuse)
        if self.do(person.shop, command) is not None:
            person.login = login

    @precondition(lambda self: self.people)
    @rule(who=PEOPLE, email=st.sampled_from((*EMAILS, None)), entry=PEOPLE)
    def edit(self, who: int, email: str | None, entry: int) -> None:
        """Give or take an e-mail, with which one of a realm signs in, and a department of any organization, which is refused
        where it is not theirs."""
        person = self.known(who)
        entries = self.departments
        chosen = {"departments": frozenset({entries[entry % len(entries)]})} if entries and entry % 2 else {}
        command = EditPerson(actor=person.shop.admin, sub_account=person.id, fields={"email": email, **chosen})
        free = not any(email in self.signs_in_with(each) for each in self.living(person.shop) if each.id != person.id)
        edited = self.do(person.shop, command, only=person)
        if edited is not None and email is not None:
            self.expect("one holder", command, free, edited.email_is_key)
        if edited is not None and chosen:
            self.expect(
                "reach", command, {edited.id.organization}, {each.organization for each in edited.profile.departments}
            )

    @precondition(lambda self: self.stored(CatalogEntry) and self.people)
    @rule(who=PEOPLE, entry=PEOPLE, taken=st.sampled_from((False, False, True)))
    def qualify(self, who: int, entry: int, taken: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """Give a job profile and a permission type, of any organization, or take both; only its own are there to be given."""
        person = self.known(who)
        jobs, permissions = (
            [each.id for each in self.stored(CatalogEntry) if isinstance(each.id, kind)]
            for kind in (JobProfileId, PermissionTypeId)
        )
        fields: dict[str, Any] = {}
        if jobs:
            fields["job_profile"] = None if taken else jobs[entry % len(jobs)]
        if permissions:
            fields["permission_types"] = None if taken else frozenset({permissions[entry % len(permissions)]})
        command = EditPerson(actor=person.shop.admin, sub_account=person.id, fields=fields)
        edited = self.do(person.shop, command, only=person)
        if edited is not None:
            held = {
                each.organization for each in (edited.profile.job_profile, *edited.profile.permission_types) if each
            }
            self.expect("reach", command, set(), held - {edited.id.organization})
