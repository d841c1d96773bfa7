"""Two who write at once, and a write that is not whole: a change that overwrites a colleague's."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from attrs import evolve

from subaccounts import ArchivePerson, EditPerson, State
from subaccounts.domain.decision import Batch
from subaccounts.errors import Stale, WrongState
from tests.cve.portal import Portal


def meanwhile(portal: Portal, act: Callable[[], object], patched: pytest.MonkeyPatch) -> None:
    """Have somebody else do this just before the next commit, once."""
    commit, waiting = portal.repository.commit, [act]

    def interrupted(batch: Batch, /) -> None:
        if waiting:
            waiting.pop()()
        commit(batch)

    patched.setattr(type(portal.repository), "commit", lambda _, batch: interrupted(batch))
    portal.subs = portal.facade()


class TestLostUpdate:
    """fullstackhero#1359, oxTrust#1525, trento#2595, gravitino#12744: two read one record, both wrote it whole, and the
    change of the first was gone. thunderid#5110: the precondition was compared before the write instead of in it.

    Here every put carries the version it was decided on, the write itself compares, and the later command decides again
    on what is there now.
    """

    @pytest.mark.asvs("15.4.2")
    def test_both_changes_are_kept(self, portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
        """An administrator edits one field while another edits another: both are kept, at two versions more."""
        who = portal.add("anna").sub_account
        first = EditPerson(actor=portal.admin, sub_account=who.id, fields={"position": "Cashier"})
        second = EditPerson(actor=portal.admin, sub_account=who.id, fields={"full_name": "Anna Koval"})
        meanwhile(portal, lambda: portal.handle(second), monkeypatch)
        portal.handle(first)
        kept = portal.person(who.id).sub_account
        assert ("Cashier", "Anna Koval") == (kept.profile.position, kept.profile.full_name)
        assert who.version + 2 == kept.version

    def test_a_rule_is_asked_again(self, portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
        """An edit that meets an archiving decides again on the archived person, is refused, and undoes nothing of it."""
        who = portal.active("anna").sub_account
        edit = EditPerson(actor=portal.admin, sub_account=who, fields={"position": "Cashier"})
        meanwhile(portal, lambda: portal.handle(ArchivePerson(actor=portal.admin, sub_account=who)), monkeypatch)
        assert isinstance(portal.refused(edit), WrongState)
        assert State.ARCHIVED is portal.person(who).sub_account.state

    def test_the_write_compares(self, portal: Portal) -> None:
        """A put decided on an older version is `Stale`, whatever else is in its batch, and nothing of it is written."""
        who = portal.add("anna").sub_account
        portal.handle(EditPerson(actor=portal.admin, sub_account=who.id, fields={"position": "Cashier"}))
        before = portal.stolen()
        renamed = evolve(portal.account, name="Renamed along with it")
        with pytest.raises(Stale):
            portal.repository.commit(Batch(organization=portal.id, puts=(renamed, who)))
        assert before == portal.stolen()

    def test_the_naive_write_loses(self) -> None:
        """The attack works on a record that is read, changed and written whole by two."""
        stored = {"name": "", "position": ""}
        first, second = dict(stored), dict(stored)
        for mine, field in ((first, "name"), (second, "position")):
            mine[field] = "changed"
            stored = mine
        assert {"name": "", "position": "changed"} == stored
