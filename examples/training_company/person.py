"""A person at a screen: types, reads what the page says, and is signed in or not."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import define

from subaccounts import (
    AnyStep,
    Authenticated,
    BeginSignIn,
    CompleteRegistration,
    Door,
    Recognize,
    Secret,
    SignIn,
    Subject,
)

from . import pages
from .company import Company, expect


@define(kw_only=True)
class Person:
    """Play one person. `subject` is what the host keeps in its session; `name` is only what the demo prints."""

    company: Company
    name: str
    login: str
    door: Door
    subject: Subject | None = None

    @classmethod
    def at(cls, company: Company, shop: str, login: str, name: str, *, terminal: str = "till 1") -> Person:
        """Put a person in front of a screen inside a shop."""
        return cls(company=company, name=name, login=login, door=Door.inside(company.shops[shop], terminal=terminal))

    def begins(self, login: str | None = None) -> AnyStep:
        """Type a login, the own one or another."""
        typed = self.login if login is None else login
        self.company.screen.act(self.name, f"types the login {typed}")
        return self.reads(self.company.subs.handle(BeginSignIn(door=self.door, login=typed)))

    def proves(self, secret: Secret, saying: str, *, login: str | None = None) -> AnyStep:
        """Type a password or code; `saying` is what the demo prints in its place."""
        typed = self.login if login is None else login
        self.company.screen.act(self.name, f"types {saying}")
        return self.reads(self.company.subs.handle(SignIn(door=self.door, login=typed, secret=secret)))

    def registers(
        self,
        password: Secret,
        saying: str,
        *,
        code: Secret | None = None,
        fields: Mapping[str, str] | None = None,
    ) -> AnyStep:
        """Fill in the page of the first sign-in and send it."""
        self.company.screen.act(self.name, f"sends {saying}")
        return self.reads(self.company.subs.handle(self.registration(password, code=code, fields=fields)))

    def registration(
        self, password: Secret, *, code: Secret | None = None, fields: Mapping[str, str] | None = None
    ) -> CompleteRegistration:
        """Return what the page of the first sign-in sends."""
        return CompleteRegistration(
            door=self.door, login=self.login, password=password, code=code, fields=dict(fields or {})
        )

    def reads(self, step: AnyStep) -> AnyStep:
        """Read what the page says now; who is let in gets the host's session."""
        self.company.screen.page(pages.page(step), style="good" if isinstance(step, Authenticated) else None)
        if isinstance(step, Authenticated):
            self.subject = step.subject
            self.company.people[self.login] = step.subject.sub_account
        return step

    def opens_a_page(self) -> bool:
        """Use the portal with the session as it is; the host recognizes the person, or asks to sign in."""
        found = self.company.subs.handle(Recognize(subject=expect(self.subject, Subject)))
        self.company.screen.act(self.name, "opens a page of the portal")
        told = f"Hello, {found.profile.full_name}." if found else "Your sign-in has ended. Please sign in."
        self.company.screen.page([told], style="good" if found else "bad")
        return found is not None
