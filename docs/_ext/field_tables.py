"""The fields as Markdown tables: what each takes and refuses, and who gives it under which policy."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from typing import Final, assert_never

from tables import NONE, sentence, table

from subaccounts.domain.email import Email
from subaccounts.domain.fields import FIELDS, LONGEST_HOST_TEXT, LONGEST_TEXT, MOST_VALUES, FieldType, Kind
from subaccounts.domain.language import Language
from subaccounts.domain.login import Login
from subaccounts.domain.phone import Phone
from subaccounts.domain.policy import ByCode, FieldRule, RegistrationPolicy
from subaccounts.domain.text import clean_text


def field_table() -> str:
    """Print what the login and each field take, and the words by which anything else is refused."""
    rows = [("`login`", _said(Login.parse), _refused(Login.parse))]
    rows += [(f"`{name}`", _taken(kind, LONGEST_TEXT), _turned_down(kind)) for name, kind in FIELDS.items()]
    rows.append(("`host:<name>`", _taken(FieldType.TEXT, LONGEST_HOST_TEXT), _turned_down(FieldType.TEXT)))
    return table(("field", "what is taken", "refused as"), rows)


def _taken(kind: FieldType, longest: int) -> str:
    match kind:
        case FieldType.TEXT:
            return f"{_said(clean_text)}; up to {longest:,} code points"
        case FieldType.EMAIL | FieldType.PHONE | FieldType.LANGUAGE:
            return _said(_PARSERS[kind])
        case FieldType.KIND:
            return " or ".join(f"`{each.value}`" for each in Kind)
        case FieldType.JOB_PROFILE:
            return "a `JobProfileId`"
        case FieldType.DEPARTMENTS:
            return f"up to {MOST_VALUES} of `DepartmentId`"
        case FieldType.PERMISSION_TYPES:
            return f"up to {MOST_VALUES} of `PermissionTypeId`"
        case _:
            assert_never(kind)


_PARSERS: Final[Mapping[FieldType, Callable[..., object]]] = {
    FieldType.TEXT: clean_text,
    FieldType.EMAIL: Email.parse,
    FieldType.PHONE: Phone.parse,
    FieldType.LANGUAGE: Language.parse,
}


def _turned_down(kind: FieldType) -> str:
    """Return the words by which a field refuses what it does not take."""
    if kind in _PARSERS:
        return _refused(_PARSERS[kind]).replace(", `too_short`", "")  # a field takes one letter: shorter is `empty`
    more = {FieldType.KIND: ", `not_text`", FieldType.JOB_PROFILE: ""}
    return "`syntax`" + more.get(kind, ", `too_many`")


def _said(parser: Callable[..., object]) -> str:
    """Return what a parser's docstring says it reads or returns, without the verb."""
    return sentence(parser).partition(" ")[2]


def _refused(parser: Callable[..., object]) -> str:
    """Return the words that a parser's docstring says it refuses by."""
    raises = (inspect.getdoc(parser) or "").partition("Raises `InvalidValue`")[2]
    return ", ".join(f"`{word}`" for word in dict.fromkeys(re.findall(r"`([a-z_]+)`", raises)))


def policy_table() -> str:
    """Print the three named policies, field by field."""
    policies = (
        RegistrationPolicy.by_person(),
        RegistrationPolicy.by_administrator(),
        RegistrationPolicy.complete_record(),
    )
    rows = [(f"`{name}`", *(_rule(policy.fields.get(name)) for policy in policies)) for name in FIELDS]
    chosen = [", ".join(" or ".join(sorted(f"`{n}`" for n in names)) for names in p.one_of) or NONE for p in policies]
    rows.append(("one of", *chosen))
    rows.append(("proof of a claim", *(_claim(policy) for policy in policies)))
    return table(("field", *(f"`{policy.name}`" for policy in policies)), rows)


def _rule(rule: FieldRule | None) -> str:
    if rule is None:
        return NONE
    suppliers = " > ".join(supplier.value for supplier in rule.suppliers)
    return f"**{rule.asked_of.value} has to**; {suppliers}" if rule.asked_of else suppliers


def _claim(policy: RegistrationPolicy) -> str:
    return f"code, {policy.claim.lasts.days} days" if isinstance(policy.claim, ByCode) else "open"


TABLES: Final[dict[str, Callable[..., str]]] = {"field-table": field_table, "policy-table": policy_table}
