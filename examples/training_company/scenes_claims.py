"""Claims without a slip: an open window, two at once, and what a page in the street tells."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Final

from subaccounts import (
    AlreadyClaimed,
    AnyStep,
    AskAdministrator,
    Authenticated,
    CompleteFields,
    Door,
    EnterLoginAndProof,
    EventsAfter,
    IssueCode,
    IssuedCode,
    OpenClaim,
    Pathway,
    PreviewPolicySwitch,
    RegistrationPolicy,
    SealAudit,
    Secret,
    SwitchPolicy,
)
from subaccounts.domain.events import SubAccountClaimed

from .company import Company, SurpriseError, expect
from .passphrase import passphrase
from .person import Person
from .scenes_office import HARBOR, slip

_WEEK: Final = RegistrationPolicy.by_person(claim=OpenClaim(within=timedelta(days=7)))


def claim_openly(company: Company) -> None:
    """Switch a shop to open claims, after a look at what that does, and claim without a code."""
    company.screen.scene(
        "First sign-in as an open claim",
        "For a week after a login was made, whoever is inside the shop's account and knows it can take it. It trusts"
        " the first comer, so it is a choice with an end, and the administrator hears of each.",
    )
    account = company.shops[HARBOR]
    preview = company.ask(
        "Olga",
        f"asks what open claims would change at {HARBOR}",
        PreviewPolicySwitch(actor=company.olga, account=account, policy=_WEEK),
    )
    company.tell(f"Of {preview.people} people {preview.waiting} wait; {preview.codes_dying} codes would die.")
    company.ask("Olga", "switches to open claims", SwitchPolicy(actor=company.olga, account=account, policy=_WEEK))
    company.tell("Switched. Who is active stays so.")
    freja = Person.at(company, HARBOR, "freja", "Freja")
    expect(freja.begins(), CompleteFields)
    fields = {"full_name": "Freja Østergaard", "position": "Seller"}
    expect(
        freja.registers(passphrase("freja"), "a name, a position, a password; no code", fields=fields), Authenticated
    )
    _tell_olga(company)


def _tell_olga(company: Company) -> None:
    """Follow the events, as a host does every few seconds, and tell the administrator of open claims."""
    company.subs.handle(SealAudit(actor=company.jobs, organization=company.organization))
    logins = {person.value: login for login, person in company.people.items()}
    position = 0
    while page := company.subs.handle(
        EventsAfter(actor=company.jobs, organization=company.organization, position=position)
    ):
        position = page[-1].position
        for event in (sealed.event for sealed in page):
            what, who = event.happening, event.sub_account
            if isinstance(what, SubAccountClaimed) and what.pathway is Pathway.OPEN_CLAIM and who is not None:
                company.screen.act(
                    "Mail to Olga", f"{logins[who.value]} was claimed at {what.terminal}, without a code"
                )


def claim_at_once(company: Company) -> None:
    """Let two people claim one login in the same moment, from two threads."""
    company.screen.scene(
        "Two people claim one login at once",
        "Two tills, two threads, one file; both press the button in the same moment. One of them gets it.",
    )
    fields = {"full_name": "Zoë van 't Hoff", "position": "Seller"}
    tills = [Person.at(company, HARBOR, "zoë", f"Till {number}", terminal=f"till {number}") for number in (1, 2)]
    line = Barrier(len(tills))

    def press(person: Person) -> AnyStep:
        registration = person.registration(passphrase("zoë", choice=tills.index(person) + 1), fields=fields)
        line.wait()
        return company.subs.handle(registration)

    with ThreadPoolExecutor(len(tills)) as threads:
        steps = list(threads.map(press, tills))
    for person, step in zip(tills, steps, strict=True):
        company.screen.act(person.name, "claims zoë")
        person.reads(step)
    if sorted(type(step).__name__ for step in steps) != [AlreadyClaimed.__name__, Authenticated.__name__]:
        raise SurpriseError(f"one winner was expected: {steps}")


def come_too_late(company: Company) -> None:
    """Find the window of open claims closed, and the way back to a code."""
    company.clock.jump(timedelta(days=8))
    company.screen.scene(
        "Eight days later the window is closed", "The demo moves its clock again. A code always leads in."
    )
    ines = Person.at(company, HARBOR, "ines", "Inês")
    expect(ines.begins(), AskAdministrator)
    company.ask(
        "Olga",
        f"switches {HARBOR} back to codes",
        SwitchPolicy(actor=company.olga, account=company.shops[HARBOR], policy=RegistrationPolicy.by_person()),
    )
    issue = IssueCode(actor=company.olga, sub_account=company.people["ines"])
    code = expect(company.ask("Olga", "has a slip printed for ines", issue).code, IssuedCode)
    company.screen.slip(slip(HARBOR, code))
    expect(ines.begins(), CompleteFields)
    fields = {"full_name": "Inês de Araújo", "position": "Cashier"}
    claimed = ines.registers(
        passphrase("ines"), "the code, a name, a position, a password", code=code.code, fields=fields
    )
    expect(claimed, Authenticated)


def stand_outside(company: Company) -> None:
    """Show that a page anybody can reach answers everybody alike."""
    company.screen.scene(
        "The same from the street: a closed door",
        "On a page that anybody can reach, an unknown login, one that waits and a wrong password look alike, and cost"
        " the same work.",
    )
    anna = Person.at(company, HARBOR, "anna", "From home")
    anna.door = Door.outside(company.shops[HARBOR], terminal="the web")
    for login, who in (("nobody", "nobody here"), ("coco", "somebody who waits"), ("anna", "somebody active")):
        guess = anna.proves(Secret("is it this one?"), f"{login} ({who}) and a guess", login=login)
        expect(guess, EnterLoginAndProof)
    expect(anna.proves(passphrase("anna"), "anna and the right password"), Authenticated)
