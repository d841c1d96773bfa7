"""At the post: an activation by e-mail, one by SMS, a forgotten password, and slips for people nobody can write to.

The mails are in a real mailbox beside the file, put there by a real server of mail on this machine.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from typing import Final

from subaccounts import (
    ActivationPolicy,
    AddPeople,
    AddPerson,
    Authenticated,
    ChangeActivation,
    ClaimSlips,
    DeliverNotices,
    Door,
    EnterPassword,
    NewPerson,
    PeekLink,
    RedeemLink,
    RequestReset,
    Secret,
    Selection,
    SendActivation,
    SubAccountId,
    Way,
)
from subaccounts.slips import Slip, Slips

from .company import Company, SurpriseError, expect
from .passphrase import passphrase
from .person import Person
from .scenes_office import HARBOR, OLD_TOWN

MARTA: Final = "marta@training.example"
_LINK: Final = re.compile(r"https://portal\.training\.example/[\w-]+#(\S+)")


def activate_by_mail(company: Company) -> None:
    """Add a person with an e-mail, send the activation, read it in the mailbox and follow its link."""
    company.screen.scene(
        "An activation by e-mail",
        "Who is added by hand is told at once from now on. The notice is committed with the person and sent after it.",
    )
    at_once = ActivationPolicy(automatic=frozenset({Way.BY_HAND}))
    company.ask(
        "Olga",
        "has people who are added by hand told at once",
        ChangeActivation(actor=company.olga, organization=company.organization, activation=at_once),
    )
    added = company.ask(
        "Olga",
        f"adds marta with the e-mail {MARTA}",
        AddPerson(
            actor=company.olga,
            account=company.shops[OLD_TOWN],
            login="marta",
            fields={"full_name": "Marta Nowak", "position": "Clerk", "email": MARTA},
        ),
    )
    if added.code is not None:
        raise SurpriseError("who is sent a link is handed no code")
    deliver(company)
    link = read_mail(company, MARTA)
    page = company.ask("Marta", "opens the link, and so does a mail scanner before her", PeekLink(link=link))
    company.screen.page([f"Welcome, {page.name}. Your login is {page.login}. Please choose a password."])
    marta = Person.at(company, OLD_TOWN, "marta", "Marta")
    company.screen.act("Marta", "chooses a password")
    step = company.subs.handle(RedeemLink(link=link, password=passphrase("marta")))
    expect(marta.reads(step), Authenticated)
    company.refused(
        "Somebody", "opens the same link later", RedeemLink(link=link, password=passphrase("marta", choice=2))
    )
    company.screen.say(f"The mails are in {company.post.folder}, a mailbox that any mail program reads.")


def activate_by_sms(company: Company) -> None:
    """Add a person with a phone once SMS were bought, say dry how she would be told, and read the SMS."""
    company.screen.scene("An activation by SMS", "SMS is preferred where it was bought and there is a phone.")
    company.shop.sell_sms()
    company.tell("Olga buys SMS.")
    by_hand = ActivationPolicy()
    company.subs.handle(ChangeActivation(actor=company.olga, organization=company.organization, activation=by_hand))
    fields = {
        "full_name": "Jonas Holm",
        "position": "Driver",
        "email": "jonas@training.example",
        "phone": "+4520123456",
    }
    add = AddPerson(actor=company.olga, account=company.shops[OLD_TOWN], login="jonas", fields=fields)
    jonas = company.ask("Olga", "adds jonas with an e-mail and a phone, and tells nobody yet", add).sub_account.id
    for dry, saying in ((True, "asks who would be told, and how"), (False, "sends it")):
        line = _send(company, jonas, saying, dry=dry)
        company.tell(f"{line} {'would be told' if dry else 'is told'}")
    deliver(company)
    sms = company.post.texts[-1]
    company.screen.act("The gateway", f"sends an SMS to {sms['to']}")
    company.screen.page(sms["text"].splitlines())
    person = Person.at(company, OLD_TOWN, "jonas", "Jonas")
    company.screen.act("Jonas", "opens the link on his phone and chooses a password")
    link = _link_in(sms["text"])
    expect(person.reads(company.subs.handle(RedeemLink(link=link, password=passphrase("jonas")))), Authenticated)


def forget_the_password(company: Company) -> None:
    """Ask for another password as somebody who forgot it, at an open page; nothing changes before the link is used."""
    company.screen.scene(
        "A forgotten password", "The page says the same whether or not anybody has this login, and so does its work."
    )
    door = Door.outside(company.shops[OLD_TOWN])
    for who, login in (("Somebody", "nobody-at-all"), ("Marta", MARTA)):
        company.ask(who, f"asks for another password for {login}", RequestReset(door=door, login=login))
        company.screen.page(["If we know you, a message is on its way."])
    marta = Person.at(company, OLD_TOWN, "marta", "Marta")
    expect(marta.proves(passphrase("marta"), "the old password after all: it still works"), Authenticated)
    deliver(company)
    link = read_mail(company, MARTA)
    company.screen.act("Marta", "opens the link and chooses another password")
    redeemed = company.subs.handle(RedeemLink(link=link, password=passphrase("marta", choice=2)))
    expect(marta.reads(redeemed), EnterPassword)
    expect(marta.proves(passphrase("marta", choice=2), "the new password"), Authenticated)
    deliver(company)
    told = company.post.newest_mail(MARTA)
    company.screen.say(f"Her mailbox has one more: \u201c{told['Subject']}\u201d. Nobody can switch that off.")


def print_slips(company: Company) -> None:
    """Print slips with QR codes for people without e-mail or phone, eight to a page."""
    company.screen.scene("Slips for people without e-mail or phone", "Nobody is second class: a slip is handed over.")
    people = tuple(NewPerson(login=f"helper-{number}") for number in range(1, 9))
    lines = company.ask(
        "Olga",
        "adds eight helpers by their logins only",
        AddPeople(actor=company.olga, account=company.shops[HARBOR], people=people),
    )
    ids = tuple(line.sub_account.id for line in lines if line.sub_account is not None)
    page = company.ask(
        "Olga",
        "prints their slips",
        ClaimSlips(actor=company.olga, organization=company.organization, selection=Selection(people=ids)),
    )
    company.screen.page([f"{len(page.slips)} slips"])
    place = company.path.with_suffix(".slips.html")
    slips = Slips(
        organization="Harbor & Hill Training",
        address="https://portal.training.example/claim#login={login}&code={code}",
        slips=[
            Slip(issued=each.code, name=each.name or each.code.login, account=each.account, language=each.language)
            for each in page.slips
        ],
    )
    with suppress(FileNotFoundError):
        place.unlink()
    with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(slips.html(per_page=8).reveal())  # codes are in it, so nobody else reads it
    company.screen.say(f"They are in {place}: open it in a browser and print it.")


def _send(company: Company, person: SubAccountId, saying: str, *, dry: bool) -> str:
    """Send an activation, or ask how it would go, and return what the page says of the person."""
    selection = Selection(people=(person,))
    send = SendActivation(actor=company.olga, organization=company.organization, selection=selection, dry=dry)
    (line,) = company.ask("Olga", saying, send).lines
    if line.channel is None:
        raise SurpriseError("somebody who waits is told by some channel")
    carried = line.form.value if line.form is not None else "message"
    return f"{line.login}, a {carried} by {line.channel.value} to {line.to}:"


def deliver(company: Company) -> None:
    """Do what the host's worker does every few seconds."""
    delivered = company.subs.handle(DeliverNotices(actor=company.jobs, organization=company.organization))
    company.screen.act("The worker", f"delivers what waits: {delivered.sent} sent")


def read_mail(company: Company, to: str) -> Secret:
    """Show the newest mail to an address, and return its link."""
    return _link_in(show_mail(company, to))


def show_mail(company: Company, to: str) -> str:
    """Show the newest mail to an address, and return its text."""
    mail = company.post.newest_mail(to)
    body = mail.get_body(("plain",))
    text = str(body.get_content()) if body is not None else ""
    company.screen.act("The mailbox", f"has a mail to {mail['To']}: {mail['Subject']}")
    company.screen.page([line for line in text.strip().splitlines() if line])
    return text


def _link_in(text: str) -> Secret:
    found = _LINK.search(text)
    if found is None:
        raise SurpriseError("there is no link in the message")
    return Secret(found[1])
