"""Changing which company accounts an organization's people come by. What an issuer is, is `issuer`."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import evolve

from ..errors import NameTaken, NotFound, TooMany
from . import fields as f
from .account import Account
from .activation_events import IssuersChanged
from .adding import check_entries, named
from .catalog import CatalogEntry
from .decision import Decision, Happened, seen
from .events import By
from .fields import FieldValue
from .ids import AccountId, CatalogId
from .issuer import MOST_ISSUERS, Issuer, JustInTime
from .organization import Organization


def defaults(creates: JustInTime, /) -> dict[str, FieldValue]:
    """Return what an administrator decided that whoever is created has, by field; nothing where there is none."""
    given: dict[str, FieldValue | None] = {
        f.KIND: creates.kind,
        f.DEPARTMENTS: creates.departments or None,
        f.PERMISSION_TYPES: creates.permission_types or None,
        f.JOB_PROFILE: creates.job_profile,
    }
    return {name: value for name, value in given.items() if value is not None}


def accounts(issuers: tuple[Issuer, ...], /) -> frozenset[AccountId]:
    """Return the accounts under which somebody is created."""
    return frozenset(issuer.creates.account for issuer in issuers if issuer.creates is not None)


def entries(issuers: tuple[Issuer, ...], /) -> frozenset[CatalogId]:
    """Return the catalog entries somebody is created with."""
    created = [defaults(issuer.creates) for issuer in issuers if issuer.creates is not None]
    return frozenset().union(*map(named, created))


def check(issuers: tuple[Issuer, ...], /) -> None:
    """Raise `TooMany` for more than 20 issuers, `NameTaken` (`issuer`) for one that is there twice."""
    if len(issuers) > MOST_ISSUERS:
        raise TooMany(what="issuers", limit=MOST_ISSUERS)
    if len({issuer.issuer for issuer in issuers}) != len(issuers):
        raise NameTaken(field="issuer")


def change(
    organization: Organization,
    issuers: tuple[Issuer, ...],
    /,
    *,
    opened: Mapping[AccountId, Account],
    catalog: Mapping[CatalogId, CatalogEntry],
    by: By,
) -> Decision[Organization]:
    """Give an organization other issuers; `opened` and `catalog` are those accounts and entries they name that are its own.

    What is named has to be there until the commit. Raises, once `check` has passed, `NotFound` for an account and
    `FieldRefused` for a catalog entry that is not there or given to nobody new.
    """
    for issuer in issuers:
        if issuer.creates is not None:
            if issuer.creates.account not in opened:
                raise NotFound(what="account")
            check_entries(defaults(issuer.creates), catalog)
    changed = evolve(organization, issuers=issuers)
    if changed == organization:
        return Decision(organization=organization.id, by=by, result=organization)
    guards = (
        *(seen(opened[each]) for each in sorted(opened, key=str)),
        *(seen(catalog[each]) for each in sorted(catalog, key=str)),
    )
    return Decision(
        organization=organization.id,
        by=by,
        result=evolve(changed, version=changed.version + 1),
        puts=(changed,),
        guards=guards,
        happened=(Happened(what=IssuersChanged(issuers=tuple(issuer.issuer for issuer in issuers))),),
    )
