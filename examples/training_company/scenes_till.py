"""At the till: first sign-ins, mistakes, and coming back."""

from __future__ import annotations

from datetime import timedelta

from subaccounts import (
    Authenticated,
    ChangePassword,
    CompleteFields,
    CreatePassword,
    EnterLogin,
    EnterPassword,
    LockedUntil,
    Secret,
    Subject,
)

from .company import Company, expect
from .passphrase import passphrase
from .person import Person
from .scenes_office import AIRPORT, HARBOR, OLD_TOWN

_ANNA = {"full_name": "Anna Lindqvist", "position": "Shop manager"}


def sign_in_by_code(company: Company) -> None:
    """Claim a login with the code from the slip, after every mistake that can be made with it."""
    company.screen.scene(
        "First sign-in with a code", "The page asks for what the record lacks. Nothing half-done is kept."
    )
    anna, code = Person.at(company, HARBOR, "anna", "Anna"), company.slips["anna"].code
    expect(anna.begins(), CompleteFields)
    expect(anna.registers(passphrase("anna"), "a wrong code", code=Secret("7QK2M-9XW4T"), fields=_ANNA), CompleteFields)
    short = anna.registers(
        Secret("anna2024"), "the right code, her name, and a short password", code=code, fields={"full_name": "Anna"}
    )
    expect(short, CompleteFields)
    expect(anna.registers(passphrase("anna"), "everything", code=code, fields=_ANNA), Authenticated)
    other = Person.at(company, HARBOR, "anna", "Somebody", terminal="till 2")
    company.screen.say("The slip is waste paper now:")
    expect(other.proves(code, "the same code"), EnterPassword)


def sign_in_prepared(company: Company) -> None:
    """Claim logins whose records the administrator filled in: only a password is asked for."""
    company.screen.scene(
        "First sign-in where the administrator filled in everything", "Only the code and a password are asked for."
    )
    for shop, login, name in ((OLD_TOWN, "ελένη", "Eleni"), (AIRPORT, "王伟", "Wang Wei")):
        person = Person.at(company, shop, login, name)
        expect(person.begins(), CreatePassword)
        code = company.slips[login].code
        expect(person.registers(passphrase(login), "the code and a password", code=code), Authenticated)


def make_mistakes(company: Company) -> None:
    """Type a wrong login, then wrong passwords until the screen waits."""
    company.screen.scene(
        "A wrong login, a wrong password, a delay",
        "Five wrong passwords are free. Then this screen waits, for this login only: the shop goes on selling.",
    )
    anna = Person.at(company, HARBOR, "anna", "Anna")
    expect(anna.begins("ana"), EnterLogin)
    expect(anna.begins("ANNA"), EnterPassword)
    for tried in ("a wrong password", "another", "another", "another"):
        expect(anna.proves(Secret("is it this one?"), tried), EnterPassword)
    expect(anna.proves(Secret("is it this one?"), "the fifth"), LockedUntil)
    expect(anna.proves(passphrase("anna"), "the right one, too early: nobody learns that it is right"), LockedUntil)
    company.clock.jump(timedelta(seconds=31))
    company.screen.say("Half a minute later (the demo moves its clock instead of waiting):")
    expect(anna.proves(passphrase("anna"), "the right one"), Authenticated)


def come_back(company: Company) -> None:
    """Sign in later, by login and by e-mail; be recognized; change the password."""
    company.screen.scene("Coming back later", "An e-mail that the administrator vouched for is as good as the login.")
    anna, wei = Person.at(company, HARBOR, "anna", "Anna"), Person.at(company, AIRPORT, "王伟", "Wang Wei")
    expect(anna.begins(), EnterPassword)
    expect(anna.proves(passphrase("anna"), "the password"), Authenticated)
    anna.opens_a_page()
    by_mail = wei.proves(
        passphrase("王伟"), "wang.wei@airport.example and the password", login="wang.wei@airport.example"
    )
    expect(by_mail, Authenticated)
    wei.opens_a_page()
    change = ChangePassword(
        subject=expect(wei.subject, Subject), current=passphrase("王伟"), new=passphrase("王伟", choice=2)
    )
    elsewhere = Person.at(company, AIRPORT, "王伟", "Another till", terminal="till 2")
    elsewhere.subject, wei.subject = wei.subject, company.ask("Wang Wei", "chooses another password", change)
    company.tell("Changed. This session goes on; every other one has ended.")
    wei.opens_a_page()
    elsewhere.opens_a_page()


def interrupt(company: Company) -> None:
    """Begin a first sign-in, lose the portal, and go on where it stopped."""
    company.screen.scene(
        "An interrupted first sign-in resumes", "Where somebody stands is derived from what is stored, each time."
    )
    soren, code = Person.at(company, HARBOR, "søren", "Søren"), company.slips["søren"].code
    expect(soren.begins(), CompleteFields)
    expect(soren.proves(code, "the code from the slip"), CompleteFields)
    company.restart()
    company.screen.say("Then the power goes. The portal starts again, on the same file:")
    expect(soren.begins(), CompleteFields)
    row = {"full_name": "Søren Kjærgård", "position": "Seller"}
    expect(
        soren.registers(passphrase("søren"), "the code, a name, a position, a password", code=code, fields=row),
        Authenticated,
    )
