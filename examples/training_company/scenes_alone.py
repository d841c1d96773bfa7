"""Coming alone: a person who signs up on the page, and one who arrives with the company account."""

from __future__ import annotations

from typing import Final

from subaccounts import (
    ArriveBySSO,
    Authenticated,
    BeginSignIn,
    BeginSignUp,
    ChangeIssuers,
    CompleteSignUp,
    Door,
    EnterLoginAndProof,
    Identity,
    Issuer,
    JustInTime,
    SignUpField,
    SignUpForm,
    SwitchSignUp,
    VerifiedIdentity,
)

from .company import Company, expect
from .passphrase import passphrase
from .person import Person
from .scenes_office import HARBOR, OLD_TOWN
from .scenes_post import deliver, read_mail

LENA: Final = "lena@home.example"
ISSUER: Final = "https://id.training.example"


def sign_up(company: Company) -> None:
    """Offer a form on the page, fill it in, prove the e-mail, and be in; nobody is there before the proof."""
    company.screen.scene(
        "Signing up alone", "A form for each account. No one is in any list before the contact is proven."
    )
    form = SignUpForm(fields=(SignUpField(name="full_name"), SignUpField(name="position", choices=("Trainee", "Temp"))))
    switch = SwitchSignUp(actor=company.olga, account=company.shops[OLD_TOWN], form=form)
    company.ask("Olga", f"offers people to sign up at {OLD_TOWN}", switch)
    door = Door.outside(company.shops[OLD_TOWN], terminal="phone")
    page = expect(company.ask("Lena", "opens the sign-in page", BeginSignIn(door=door)), EnterLoginAndProof)
    offered = page.offers.sign_up
    company.screen.page(["Login, and password or code?", "Or sign up." if offered is not None else ""])
    fields = {"email": LENA, "full_name": "Lena Vogt", "position": "Trainee"}
    company.ask("Lena", "fills in the form", BeginSignUp(door=door, fields=fields))
    company.screen.page(["Please look into your mailbox."])
    known = {**fields, "email": "marta@training.example"}
    company.ask(
        "Somebody", "signs up with the e-mail of Marta, who is here already", BeginSignUp(door=door, fields=known)
    )
    company.screen.page(["Please look into your mailbox."])
    deliver(company)
    company.screen.say(f"Marta reads: \u201c{company.post.newest_mail('marta@training.example')['Subject']}\u201d.")
    link = read_mail(company, LENA)
    lena = Person(company=company, name="Lena", login=LENA, door=door)
    company.screen.act("Lena", "follows the link and chooses a password")
    step = company.subs.handle(CompleteSignUp(link=link, password=passphrase("lena")))
    expect(lena.reads(step), Authenticated)
    lena.opens_a_page()


def arrive(company: Company) -> None:
    """Let people come by the company account; somebody unknown is created on arrival, and found again the next time."""
    company.screen.scene(
        "Arriving with the company account",
        "The host has verified the assertion; the library finds the person, or creates it with the defaults given here.",
    )
    issuer = Issuer(
        issuer=ISSUER,
        name="Harbor & Hill account",
        creates=JustInTime(account=company.shops[HARBOR], fields={"name": "full_name", "title": "position"}),
    )
    company.ask(
        "Olga",
        f"has people come by {issuer.name}",
        ChangeIssuers(actor=company.olga, organization=company.organization, issuers=(issuer,)),
    )
    door = Door.outside(company.shops[HARBOR], terminal="phone")
    noor = Person(company=company, name="Noor", login="noor@training.example", door=door)
    for saying, title in (("arrives for the first time", "Trainer"), ("arrives again, with another title", "Head")):
        identity = VerifiedIdentity(
            identity=Identity(issuer=ISSUER, subject="00u17"),
            email="noor@training.example",
            email_verified=True,
            attributes={"name": "Noor Haddad", "title": title},
        )
        company.screen.act("Noor", saying)
        expect(noor.reads(company.subs.handle(ArriveBySSO(door=door, identity=identity))), Authenticated)
    company.screen.say("The second arrival changed nothing of the record: defaults are given at creation only.")
