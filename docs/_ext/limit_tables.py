"""The numbers as Markdown tables: every limit with its reason, what costs much and what bounds it, the ladder of delays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from typing import Any, Final

from beside import beside
from tables import all_commands, link, table

from subaccounts.domain import attempts

LIMITS: Final = {
    "domain.ids": ("LONGEST_ID", "LONGEST_TERMINAL", "LONGEST_TYPE"),
    "domain.sign_in_key": ("LONGEST_LOGIN", "LONGEST_EMAIL", "LONGEST_LOCAL_PART", "LONGEST_LABEL"),
    "domain.phone": ("LONGEST_PHONE_TEXT",),
    "domain.language": ("LONGEST_LANGUAGE",),
    "domain.fields": ("LONGEST_TEXT", "LONGEST_HOST_TEXT", "MOST_VALUES"),
    "domain.organization": ("LONGEST_NAME",),
    "domain.catalog": ("DEEPEST_TREE",),
    "domain.secret": ("LONGEST_SECRET",),
    "domain.password_policy": ("SINGLE_FACTOR", "FLOOR", "LONGEST"),
    "domain.policy": ("SLIP_LASTS", "LONGEST_OPEN_CLAIM"),
    "domain.proof": ("WRONG_TRIES", "COOL_DOWN"),
    "domain.contact_change": ("RECENT",),
    "domain.codes": ("SHORTEST_CHOSEN", "LONGEST_CHOSEN"),
    "domain.link": ("MAC_BYTES", "LONGEST_LINK"),
    "domain.activation": ("LONGEST_LINK_LIFE",),
    "domain.identity": ("LONGEST_ISSUER", "LONGEST_SUBJECT", "MOST_ATTRIBUTES", "LONGEST_ATTRIBUTE"),
    "domain.issuer": ("MOST_ISSUERS", "MOST_DOMAINS", "MOST_DEFAULTS"),
    "domain.arriving": ("CLOCKS_DIFFER",),
    "domain.sign_up": ("MOST_FIELDS", "MOST_CHOICES", "ATTEMPT_LASTS", "COOL_DOWN", "MOST_MESSAGES", "MOST_NAMES"),
    "domain.attempts": ("FREE_FAILURES", "FIRST_DELAY", "LONGEST_DELAY", "DISABLED_AT", "FORGOTTEN_AFTER"),
    "domain.adding": ("MOST_LINES",),
    "domain.grouping": ("MOST_APPLICATIONS",),
    "domain.joining": ("MOST_PEOPLE",),
    "domain.audience": ("MOST_NAMED",),
    "domain.resource": ("LONGEST_NAME_KEY",),
    "domain.resources": ("MOST_RESOURCES", "MOST_NAMED_AT_ONCE"),
    "domain.rosters": ("MOST_PARTICIPANTS",),
    "domain.queries": ("LARGEST_PAGE", "LONGEST_SEARCH"),
    "domain.wording": ("LONGEST_SUBJECT", "LONGEST_MESSAGE"),
    "domain.delivery": (
        "LEASED", "ROOM", "MOST_TRIES", "MOST_LEASES", "PATIENCE", "FIRST_WAIT", "LONGEST_WAIT", "LONGEST_ASKED",
        "LONGEST_SAID",
    ),
    "domain.pace": ("MOST_AT_ONCE", "FRAIL_AFTER"),
    "commands.adding": ("MOST_PASTED",),
    "commands.command": ("LONGEST_REQUEST_ID",),
    "commands.filling": ("MOST_FIELDS",),
    "commands.scenes": ("STRANGER_BITS",),
    "commands.activation": ("MOST_AT_ONCE",),
    "commands.slips": ("MOST_SLIPS",),
    "commands.ports_at_hand": ("ROLES_KEPT", "MOST_ROLES_KEPT"),
    "commands.preview_pages": ("READ_AT_ONCE", "ROUNDS"),
    "commands.crowd_previews": ("AT_ONCE",),
    "commands.delivering": ("ORGANIZATIONS", "MOST_DECISIONS"),
    "commands.notices": ("MOST_NOTICES",),
    "commands.dead_letters": ("LOOKED_AT",),
    "commands.endings": ("CHUNK", "HELD"),
    "commands.chunks": ("MOST_DECISIONS",),
    "commands.signing_up": ("CHUNK",),
    "commands.generations": ("CHUNK", "HELD"),
    "commands.audit": ("CHUNK",),
    "_addresses": ("LONGEST_ADDRESS",),
    "_key_file": ("KEY_BYTES", "LARGEST_FILE"),
    "hashing.pool": ("MOST_WORKERS",),
    "hashing.argon2": ("CEILING_KIB", "CEILING_ROUNDS", "CEILING_LANES"),
    "hashing.profile": ("SALT_BYTES", "TAG_BYTES", "MOST_MEMORY_KIB", "MOST_ROUNDS", "MOST_LANES"),
    "hashing.legacy": ("MOST_ITERATIONS",),
    "messages.pages": ("LONGEST_FILLED",),
    "messages.pieces": ("LONGEST_IN_SUBJECT",),
    "messages.replacement": ("LONGEST_TEXT", "LONGEST_HTML", "MOST_NAMES"),
    "messages.sights": ("MOST_NAMES",),
    "notifiers.letterhead": ("LONGEST_SENDER_NAME",),
    "notifiers._post": ("TIMEOUT", "LARGEST_ANSWER"),
    "notifiers._retry_after": ("LONGEST_WAIT",),
    "notifiers._idle": ("MOST_KEPT", "KEPT_FOR"),
    "notifiers._signer": ("SHORTEST_KEY", "LONGEST_KEY"),
    "_shell": ("MOST_TRIES",),
}  # fmt: skip
"""Every number of a rule, by the module it stands in. What only databases and printers count is not here."""


def limit_table() -> str:
    """Print every limit with the sentence that stands beside it in the code."""
    rows = []
    for module, names in LIMITS.items():
        holder = import_module(f"subaccounts.{module}")
        said = beside(holder)
        rows += [(f"`{name}`", _shown(getattr(holder, name)), f"`{module}`", said.get(name, "")) for name in names]
    return table(("limit", "value", "where", "what it is"), rows)


COSTS: Final = {
    "hash a password": (
        ("hashing.pool.MOST_WORKERS",),
        "`Busy` at once when a queue of 64 is full",
        (
            "SignIn", "CompleteRegistration", "CompleteSignUp", "RedeemLink", "RedeemCode", "ChangePassword",
            "ChangeContact", "LinkIdentity",
        ),
    ),
    "read a page": (
        ("domain.queries.LARGEST_PAGE",),
        "refused",
        (
            "ListAccounts", "ListCatalog", "ListDeadLetters", "ListGroups", "ListMembers", "ListParticipants", "ListPeople",
            "ListResources", "EventsAfter", "ReadAudit",
        ),
    ),
    "tell who sees what": (
        ("domain.queries.LARGEST_PAGE",),
        "refused",
        ("ListVisible", "VisibleAmong", "WhoSees"),
    ),
    "compare what would change": (
        ("commands.preview_pages.READ_AT_ONCE", "commands.preview_pages.ROUNDS", "commands.crowd_previews.AT_ONCE"),
        "a page with fewer lines, and where the next one begins",
        ("PreviewDepartment", "PreviewGroup", "PreviewMembership", "PreviewPerson", "PreviewResource"),
    ),
    "change many at once": (
        (
            "commands.adding.MOST_PASTED", "domain.adding.MOST_LINES", "domain.joining.MOST_PEOPLE",
            "domain.rosters.MOST_PARTICIPANTS", "domain.resources.MOST_RESOURCES", "domain.grouping.MOST_APPLICATIONS",
            "domain.issuer.MOST_ISSUERS",
        ),
        "refused",
        (
            "AddPeople", "AddMembers", "InviteMembers", "RemoveMembers", "AddParticipants", "RemoveParticipants",
            "PutResources", "RemoveResources", "MakeGroup", "ChangeApplications", "ChangeIssuers",
        ),
    ),
    "write to people, print for them": (
        ("commands.activation.MOST_AT_ONCE", "commands.slips.MOST_SLIPS"),
        "refused",
        ("SendActivation", "ClaimSlips", "VoidSlips"),
    ),
    "read everybody of an account": (
        ("domain.queries.LARGEST_PAGE",),
        "goes on, page by page, until it has read all",
        ("PreviewPolicySwitch",),
    ),
    "work through what waits": (
        (
            "commands.notices.MOST_NOTICES", "commands.audit.CHUNK", "commands.endings.CHUNK", "commands.signing_up.CHUNK",
            "commands.generations.CHUNK",
        ),
        "goes on in the next commit; a job is run beside what people wait for",
        (
            "DeliverNotices", "SealAudit", "VerifyAudit", "ForgetStrangers", "ForgetSignUps", "ExpireMemberships",
            "AdvanceGeneration", "Restored",
        ),
    ),
}  # fmt: skip
"""What takes long or much: what bounds it, what happens beyond that, and the commands that do it."""


def cost_table() -> str:
    """Print what takes long or much, what bounds it, and the commands that do it."""
    named = {command.__name__: command for command in all_commands()}
    rows = [
        (
            what,
            ", ".join(f"`{bound.rpartition('.')[2]}` of `{bound.rpartition('.')[0]}`" for bound in bounds),
            beyond,
            ", ".join(link(named[each]) for each in those),
        )
        for what, (bounds, beyond, those) in COSTS.items()
    ]
    return table(("to", "is bounded by", "beyond it", "done by"), rows)


def delay_table() -> str:
    """Print the ladder of delays, from the first to the longest, and where a password is disabled."""
    rows = [(f"1 to {attempts.FREE_FAILURES - 1}", "none")]
    failures = attempts.FREE_FAILURES
    while attempts.delay_after(failures) < attempts.LONGEST_DELAY:
        rows.append((str(failures), str(attempts.delay_after(failures))))
        failures += 1
    rows.append((f"{failures} and more", str(attempts.delay_after(failures))))
    ending = "the password is disabled until a reset, or until the person proves itself in another way"
    rows.append((f"{attempts.DISABLED_AT} in a row, all terminals", ending))
    return table(("wrong proofs in a row at a terminal", "the next try waits"), rows)


def _shown(value: Any) -> str:
    if isinstance(value, timedelta):
        return str(value).removesuffix(", 0:00:00")
    return f"{value:,}"


TABLES: Final[dict[str, Callable[..., str]]] = {
    "limit-table": limit_table,
    "cost-table": cost_table,
    "delay-table": delay_table,
}
