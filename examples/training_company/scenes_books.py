"""The books: everybody who is there now, and everything that happened, sealed and checked."""

from __future__ import annotations

import sqlite3
import tempfile
from collections import Counter
from contextlib import closing
from pathlib import Path

from attrs import evolve

from subaccounts import Event, ListPeople, ReadAudit, SealAudit, SubAccounts, VerifyAudit
from subaccounts.repositories import SQLiteRepository

from .company import Company, SurpriseError


def list_people(company: Company) -> None:
    """List everybody shop by shop, page by page, and search."""
    company.screen.scene("Everybody, as it stands now", "Pages go on after the last person of the one before.")
    for shop, account in company.shops.items():
        company.screen.act("Olga", f"lists {shop}")
        query = ListPeople(actor=company.olga, organization=company.organization, account=account, limit=10)
        rows = []
        while True:
            page = company.subs.handle(query)
            for person in page.people:
                profile = person.profile
                rows.append((person.state.value, person.login.text, profile.full_name or "-", profile.position or "-"))
            if page.after is None:
                break
            query = evolve(query, after=page.after)
        company.screen.table(rows)
    for words in ("wang", "ბერ", "anna lind"):
        search = ListPeople(actor=company.olga, organization=company.organization, search=words)
        (found,) = company.ask("Olga", f"searches for {words}", search).people
        company.tell(f"{found.login.text}: {found.profile.full_name}, {found.profile.position}")


def read_trail(company: Company) -> None:
    """Seal the audit trail, read it, check it, and catch a change behind the library's back."""
    company.screen.scene(
        "The audit trail",
        "Every change wrote an event in the same commit. A job gives them positions and chains them.",
    )
    organization = company.organization
    sealed = company.ask("A job", "seals what is new", SealAudit(actor=company.jobs, organization=organization))
    company.tell(f"{sealed} events sealed.")
    events = _all_events(company)
    counted = Counter(type(event.happening).__name__ for event in events)
    company.screen.table([(f"{number:>3}", name) for name, number in counted.most_common()])
    company.screen.act("Olga", "reads what happened to ελένη")
    company.screen.table(
        [
            (f"{event.at:%d %b %H:%M:%S}", type(event.happening).__name__, f"by {event.by.kind} {_who(company, event)}")
            for event in events
            if event.sub_account == company.people["ελένη"]
        ]
    )
    if company.ask("Olga", "has the chain checked", VerifyAudit(actor=company.olga, organization=organization)):
        raise SurpriseError("the chain is broken")
    company.tell(f"All {len(events)} events are as they were written.")
    _tamper(company)


def _all_events(company: Company) -> list[Event]:
    events: list[Event] = []
    query = ReadAudit(actor=company.olga, organization=company.organization)
    while page := company.subs.handle(query):
        events += page
        query = evolve(query, after=page[-1].id)
    return events


def _who(company: Company, event: Event) -> str:
    logins = {person.value: login for login, person in company.people.items()}
    return logins.get(event.by.id, event.by.id)


def _tamper(company: Company) -> None:
    """Change one event in a copy of the file, and have that copy checked."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy.db"
        with closing(sqlite3.connect(company.path)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
            target.execute(
                "UPDATE sealed_events SET body = replace(body, 'olga', 'max') WHERE organization = ? AND position = 5",
                (company.organization.value,),
            )
            target.commit()
        with SQLiteRepository(copy) as repository:
            subs = SubAccounts(repository=repository, keys=company.keys, host_accounts=company.crm)
            company.screen.act("Somebody", "changes one event in a copy of the file: not olga did it, but max")
            broken = subs.handle(VerifyAudit(actor=company.olga, organization=company.organization))
    if broken is None:
        raise SurpriseError("the change was not noticed")
    company.screen.page([f"The chain breaks at event {broken}."], style="bad")
