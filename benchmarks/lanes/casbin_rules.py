"""casbin with its policy in memory: may a person see a resource? A rule for each group that a resource is shown to.

People from outside have the roles of their groups; employees have beside each one more, to which what is hidden from others is
shown. Only those who are ever asked about have roles here: all of them would take minutes to read, and change no answer.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import casbin

from benchmarks.portal import Portal

ASKED: Final = 100
"""People whose roles are read."""
_MODEL: Final = """
[request_definition]
r = sub, obj
[policy_definition]
p = sub, obj
[role_definition]
g = _, _
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.obj == p.obj && g(r.sub, p.sub)
"""


def open_lane(folder: Path, people: int, option: str) -> Callable[[list[int]], None]:
    """Read the policy; the option is `fast` or `plain`, then how many groups and resources there are."""
    how, groups, resources = option.split()
    portal = Portal.ordinary(people=people, groups=int(groups), resources=int(resources))
    model, policy = folder / "model.conf", folder / "policy.csv"
    model.write_text(_MODEL, encoding="utf-8")
    policy.write_text("\n".join((*_rules(portal), *_roles(portal))), encoding="utf-8")
    enforcer: Any
    if how == "fast":
        enforcer = casbin.FastEnforcer(str(model), str(policy), cache_key_order=[1])
    else:
        enforcer = casbin.Enforcer(str(model), str(policy))

    def ask(whom: list[int]) -> None:
        for number in whom:
            person, resource = number % min(ASKED, people) + 1, number * 31 % len(portal.shown) + 1
            if enforcer.enforce(f"person{person}", f"course{resource}") != portal.sees(person, resource):
                raise ValueError(f"another answer about {person} and {resource}")

    return ask


def _rules(portal: Portal) -> list[str]:
    return [
        f"p, {group}{' inside' if portal.hidden(number) else ''}, course{number}"
        for number, groups in enumerate(portal.shown, start=1)
        for group in ([f"group{each}" for each in groups] or ["everybody"])
    ]


def _roles(portal: Portal) -> list[str]:
    found = []
    for person, groups in enumerate(portal.members[:ASKED], start=1):
        for group in ("everybody", *(f"group{each}" for each in groups)):
            roles = (group,) if portal.external(person) else (group, f"{group} inside")
            found += [f"g, person{person}, {role}" for role in roles]
    return found
