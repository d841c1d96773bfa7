"""In the office: the company, its shops, and the people written down in rosters."""

from __future__ import annotations

from collections.abc import Iterable

from subaccounts import (
    AddedLine,
    AddPeople,
    AddPerson,
    CreateOrganization,
    DepartmentId,
    HostAccount,
    HostRole,
    IssuedCode,
    JobProfileId,
    MakeDepartment,
    MakeJobProfile,
    MakePermissionType,
    NewPerson,
    OpenAccount,
    PermissionTypeId,
    RegistrationPolicy,
    Ungrouped,
)

from . import pages, roster
from .company import Company, expect

HARBOR, OLD_TOWN, AIRPORT = "Harbor Street", "Old Town", "Airport"
_POLICIES = {
    HARBOR: (RegistrationPolicy.by_person(), "the administrator gives logins, each person fills in the rest"),
    OLD_TOWN: (RegistrationPolicy.by_administrator(), "the administrator fills in everything but the password"),
    AIRPORT: (RegistrationPolicy.complete_record(), "names, departments, a job profile, permissions, contacts"),
}


def found_company(company: Company) -> None:
    """Create the organization, which is the customer and the tenant."""
    company.screen.scene("The company", "The host creates a customer; everything below carries its id.")
    created = company.ask(
        "The host",
        f"creates the organization {company.organization.value}",
        CreateOrganization(
            actor=company.jobs, id=company.organization, name="Harbor & Hill Training", ungrouped=Ungrouped.EMPLOYEES
        ),
    )
    company.tell(
        f"{created.name}: logins are unique in each {created.realm.value}",
        f"a course that is shown to nobody in particular is shown to {created.ungrouped.value}",
    )


def open_shops(company: Company) -> None:
    """Open an account for each shop, after each reason why it can be refused."""
    company.screen.scene(
        "Opening accounts, and three refusals",
        "Each shop has one login of the CRM that everybody there shares. Persons are added under it.",
    )
    company.hosts = {name: HostAccount(system="crm", id=name.lower().replace(" ", "-")) for name in _POLICIES}
    commands = {
        name: OpenAccount(
            actor=company.olga, organization=company.organization, host=company.hosts[name], name=name, policy=policy
        )
        for name, (policy, _) in _POLICIES.items()
    }
    harbor = commands[HARBOR]
    by_max = OpenAccount(
        actor=company.max, organization=harbor.organization, host=harbor.host, name=HARBOR, policy=harbor.policy
    )
    company.refused("Max", f"opens {HARBOR}, but is not an administrator", by_max)
    company.refused("Olga", f"opens {HARBOR}, but nothing was bought", harbor)
    company.shop.sell()
    company.tell("Olga buys the subscription.")
    company.crm.give(company.hosts[AIRPORT], HostRole.MODERATOR)
    company.refused("Olga", f"opens {AIRPORT}, whose login is a moderator", commands[AIRPORT])
    company.crm.take(company.hosts[AIRPORT])
    company.tell(f"The CRM makes the login of {AIRPORT} an ordinary one.")
    for name, (policy, about) in _POLICIES.items():
        opened = company.ask("Olga", f"opens {name} on the login crm/{company.hosts[name].id}", commands[name])
        company.shops[name] = opened.id
        company.tell(f"open, policy {policy.name}: {about}")


def paste_logins(company: Company) -> None:
    """Paste a list of logins, good and bad ones, and show what each line is answered."""
    company.screen.scene(
        f"Pasting logins: {HARBOR}",
        "One login a line, as they come out of a chat. Each line is answered; the good ones go through together.",
    )
    pasted = "\n".join([*(row["login"] for row in roster.read("harbor-street.csv")), "", roster.note("late-note.txt")])
    lines = company.ask(
        "Olga",
        "pastes the roster and a late note",
        AddPeople.pasted(pasted, actor=company.olga, account=company.shops[HARBOR]),
    )
    show_lines(company, [line for line in pasted.splitlines() if line], lines)
    company.screen.say("A code is shown once, here or on a slip like this; the file holds none of them.")
    company.screen.slip(slip(HARBOR, company.slips["anna"]))


def read_rosters(company: Company) -> None:
    """Add the people of the other two shops from files, and refuse a record that is not complete."""
    company.screen.scene(
        f"Two rosters from files: {OLD_TOWN} and {AIRPORT}",
        "The first has a byte order mark and semicolons, as spreadsheets write them; the second has every field.",
    )
    old_town = roster.read("old-town.csv")
    people = tuple(
        NewPerson(login=row["login"], fields={"full_name": row["full_name"], "position": row["position"]})
        for row in old_town
    )
    add = AddPeople(actor=company.olga, account=company.shops[OLD_TOWN], people=people)
    show_lines(company, [row["login"] for row in old_town], company.ask("Olga", "reads in old-town.csv", add))
    airport = roster.read("airport.csv")
    add = AddPeople(actor=company.olga, account=company.shops[AIRPORT], people=_complete(company, airport))
    show_lines(company, [row["login"] for row in airport], company.ask("Olga", "reads in airport.csv", add))
    alone = AddPerson(actor=company.olga, account=company.shops[AIRPORT], login="newcomer")
    company.refused("Olga", f"adds newcomer to {AIRPORT}, with nothing but a login", alone)


def _complete(company: Company, rows: list[roster.Row]) -> tuple[NewPerson, ...]:
    """Make the catalogs that the roster names, and return its people."""
    olga, organization, handle = company.olga, company.organization, company.subs.handle
    departments = {
        name: expect(handle(MakeDepartment(actor=olga, organization=organization, name=name)).id, DepartmentId)
        for name in dict.fromkeys(row["department"] for row in rows)
    }
    profiles = {
        name: expect(handle(MakeJobProfile(actor=olga, organization=organization, name=name)).id, JobProfileId)
        for name in dict.fromkeys(row["job_profile"] for row in rows)
    }
    permissions = {
        name: expect(handle(MakePermissionType(actor=olga, organization=organization, name=name)).id, PermissionTypeId)
        for name in dict.fromkeys(name for row in rows for name in row["permission_types"].split("|"))
    }
    as_they_are = ("given_name", "family_name", "full_name", "position", "language", "email", "phone")
    return tuple(
        NewPerson(
            login=row["login"],
            fields={
                **{name: row[name] for name in as_they_are if row[name]},
                "departments": {departments[row["department"]]},
                "job_profile": profiles[row["job_profile"]],
                "permission_types": {permissions[name] for name in row["permission_types"].split("|")},
            },
        )
        for row in rows
    )


def show_lines(company: Company, typed: list[str], lines: Iterable[AddedLine]) -> None:
    """Show the answer to each line, and keep the slips."""
    rows, styles = [], []
    for line in lines:
        if line.sub_account is None:
            answer = pages.refused(line.refusal)[0] if line.refusal else ""
        else:
            code = expect(line.code, IssuedCode)
            company.people[line.sub_account.login.text], company.slips[code.login] = line.sub_account.id, code
            answer = f"added, code {code.code.reveal()}"
        rows.append((f"{line.number:>2}", typed[line.number - 1], answer))
        styles.append("bad" if line.sub_account is None else None)
    company.screen.table(rows, styles=styles)


def slip(shop: str, code: IssuedCode) -> list[str]:
    """Return the text of a slip to hand over."""
    return [
        f"{shop}: your first sign-in",
        f"login  {code.login}",
        f"code   {code.code.reveal()}",
        f"works once, until {code.expires_at:%d %B %Y}",
    ]
