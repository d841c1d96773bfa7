"""The administrator's care: reset, archive, delete; and a host account that was promoted."""

from __future__ import annotations

from datetime import timedelta

from subaccounts import (
    AddPerson,
    ArchivePerson,
    AskAdministrator,
    Authenticated,
    CompleteFields,
    CreatePassword,
    DeletePerson,
    EnterLogin,
    HostAccountBarred,
    HostRole,
    IssuedCode,
    ResetPassword,
    RestorePerson,
)

from .company import Company, SurpriseError, expect
from .passphrase import passphrase
from .person import Person
from .scenes_office import AIRPORT, HARBOR, OLD_TOWN, slip


def reset(company: Company) -> None:
    """Reset a person: the old password and the running session are dead, a new code is handed over."""
    company.screen.scene(
        "Reset",
        "Nobody but the person ever chooses or sees a password. A reset hands over a new code, and ends the rest.",
    )
    eleni = Person.at(company, OLD_TOWN, "ελένη", "Eleni")
    expect(eleni.proves(passphrase("ελένη"), "the password"), Authenticated)
    handed = company.ask("Olga", "resets ελένη", ResetPassword(actor=company.olga, sub_account=company.people["ελένη"]))
    code = expect(handed.code, IssuedCode)
    company.screen.slip(slip(OLD_TOWN, code))
    _signed_out(eleni)
    expect(eleni.proves(passphrase("ελένη"), "the old password"), CreatePassword)
    again = eleni.registers(passphrase("ελένη", choice=2), "the new code and another password", code=code.code)
    expect(again, Authenticated)


def archive(company: Company) -> None:
    """Archive a person and bring the same person back."""
    company.screen.scene("Archive, and back", "The history stays; coming back always goes through a new claim.")
    wei = Person.at(company, AIRPORT, "王伟", "Wang Wei")
    expect(wei.proves(passphrase("王伟", choice=2), "the password"), Authenticated)
    before = company.people["王伟"]
    company.ask("Olga", "archives 王伟", ArchivePerson(actor=company.olga, sub_account=before))
    company.tell("Archived.")
    _signed_out(wei)
    expect(wei.begins(), AskAdministrator)
    restored = company.ask("Olga", "restores 王伟", RestorePerson(actor=company.olga, sub_account=before))
    if restored.sub_account.id != before:
        raise SurpriseError("a restored person is the same person")
    company.slips["王伟"] = expect(restored.code, IssuedCode)
    company.tell("The same person with the same id, who waits for a claim; a new slip is printed.")


def delete(company: Company) -> None:
    """Delete a person; the login is not silently given to the next one."""
    company.screen.scene("Delete", "A tombstone keeps the id, and the login from being given away by accident.")
    soren = Person.at(company, HARBOR, "søren", "Søren")
    expect(soren.proves(passphrase("søren"), "the password"), Authenticated)
    before = company.people["søren"]
    company.ask("Olga", "deletes søren", DeletePerson(actor=company.olga, sub_account=before))
    company.tell("Deleted. The host removes what it stored under this id.")
    _signed_out(soren)
    expect(soren.begins(), EnterLogin)
    account = company.shops[HARBOR]
    anew = AddPerson(actor=company.olga, account=account, login="søren")
    company.refused("Olga", "adds a new person as søren", anew)
    anew = AddPerson(actor=company.olga, account=account, login="søren", reuse_deleted=True)
    added = company.ask("Olga", "says that it is meant", anew)
    if added.sub_account.id == before:
        raise SurpriseError("an id is never used again")
    company.people["søren"], company.slips["søren"] = added.sub_account.id, expect(added.code, IssuedCode)
    company.tell("Added: another person with another id, and nothing of the one before.")
    expect(soren.begins(), CompleteFields)


def promote(company: Company) -> None:
    """Promote a shop's login in the host, and see everybody under it kept out until that is undone."""
    company.screen.scene(
        "A promoted host account",
        "If the shop's login becomes an administrator, everybody under it would inherit its powers.",
    )
    anna = Person.at(company, HARBOR, "anna", "Anna")
    expect(anna.proves(passphrase("anna"), "the password"), Authenticated)
    anna.opens_a_page()
    company.crm.give(company.hosts[HARBOR], HostRole.ADMINISTRATOR)
    company.screen.say("Somebody makes the login of Harbor Street an administrator of the CRM.")
    expect(anna.proves(passphrase("anna"), "the password"), HostAccountBarred)
    company.clock.jump(timedelta(minutes=6))
    company.screen.say("Roles are remembered for five minutes, so who was in is out soon after:")
    _signed_out(anna)
    company.crm.take(company.hosts[HARBOR])
    company.screen.say("Undone, and work goes on:")
    expect(anna.proves(passphrase("anna"), "the password"), Authenticated)


def _signed_out(person: Person) -> None:
    if person.opens_a_page():
        raise SurpriseError(f"{person.login} should have been signed out")
