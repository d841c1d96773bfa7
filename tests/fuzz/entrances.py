"""Every place where a text or bytes from outside are read, and the target that pushes things through it.

The table is complete by construction: `reading` finds each function that is named like a parser or calls something that
takes text apart, and a test compares the two. That a target really reaches its entrances is tested too.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import subaccounts

PACKAGE: Final = Path(subaccounts.__file__).parent

PARSERS: Final = ("parse", "parse_", "from_", "read_", "loads", "store_loads", "pasted", "open")
"""How a function is named that makes a value of what came from outside; a name ending in `_` is a beginning."""

TAKING_APART: Final = frozenset(
    [
        "fullmatch",
        "match",
        "search",
        "findall",
        "fromisoformat",
        "b64decode",
        "decode",
        "normalize",
        "splitlines",
        "fromhex",
        "strptime",
        "unpack",
        "unpack_from",
        "isprintable",
        "translate",
    ]
)
"""Methods that look into a text or bytes."""

LOADING: Final = frozenset(
    [
        "json.loads",
        "sqlite3.connect",
        "pickle.loads",
        "hmac.compare_digest",
        "clean_text",
        "refuse_hidden",
        "bounded",
        "sign_in_key",
    ]
)
"""Functions that read a format or judge a text; our own are called by their bare names."""

ENTRANCES: Final[Mapping[str, str]] = {
    "domain.login.Login.parse": "login",
    "domain.sign_in_key.login_key": "login",
    "domain.sign_in_key.username_key": "login",
    "domain.sign_in_key._slow_username_key": "login",
    "domain.sign_in_key.email_key": "email",
    "domain.sign_in_key._label": "email",
    "domain.sign_in_key._decoded": "email",
    "domain.confusables.skeleton": "login",
    "domain.email.Email.parse": "email",
    "domain.phone.Phone.parse": "phone",
    "domain.phone.Phone.calling_code": "phone",
    "domain.phone.Phone.country": "phone",
    "domain.phone.is_country": "phone",
    "domain.sign_up_form.parse": "sign_up",
    "domain.language.Language.parse": "language",
    "domain.text.clean_text": "name",
    "domain.text.shows_everything": "name",
    "domain.ids.opaque.judge": "id",
    "domain.account.HostAccount.__attrs_post_init__": "host_account",
    "domain.identity.VerifiedIdentity.from_claims": "claims",
    "domain.issuer._is_attribute": "shape",
    "domain.adding.parse": "pasted",
    "commands.adding.AddPeople.pasted": "pasted",
    "domain.queries.search_words": "search",
    "domain.queries.search_text": "search",
    "domain.password_policy.normalized": "password",
    "domain.password_policy.canonical": "password",
    "domain.codes.is_code": "code",
    "domain.codes._canonical": "code",
    "domain.link.parse": "link",
    "domain.link.is_link": "link",
    "domain.link._read": "link",
    "domain.contact_change.parse": "command",
    "hashing.phc.Encoded.parse": "hash",
    "hashing.phc._decoded": "hash",
    "hashing.legacy.DjangoPBKDF2.recognizes": "hash",
    "hashing.legacy.DjangoPBKDF2.matches": "hash",
    "domain.fields.field_type": "field",
    "domain.fields.parse_field": "field",
    "domain.policy.RegistrationPolicy.__attrs_post_init__": "shape",
    "wire.plain.from_plain": "shape",
    "wire.plain.dumps": "wire",
    "wire.plain.loads": "wire",
    "wire.plain.store_loads": "stored",
    "wire.shapes.read_time": "time",
    "_key_file.read_file": "key_file",
    "_key_file._parsed": "key_file",
    "keys.KeyRing.open": "key_file",
    "keys.KeyRing._sub_key": "key_file",
    "repositories.sqlite.opening.connect": "sqlite_file",
    "commands.scenes.scene": "command",
    "commands.ports_at_hand.PortsAtHand.recall": "command",
    "commands.organizations.CreateOrganization.decide": "command",
    "commands.accounts.OpenAccount.decide": "command",
    "commands.catalogs._MakeEntry._cleaned": "command",
    "commands.catalogs.RenameCatalogEntry.decide": "command",
    "commands.people.ListPeople.run": "command",
    "commands.groups._cleaned": "command",
    "commands.resources.prefix_key": "command",
    "domain.ids._typed": "command",
    "domain.ids.resource_type": "command",
    "domain.resource.name_key": "command",
    "domain.resources.drafted": "command",
    "notifiers._mail.compose": "mail",
    "notifiers._mail._encoded_words": "mail",
    "notifiers._mail._one_line": "mail",
    "notifiers._mail._transfer_encoding": "mail",
    "notifiers._sendable.unsendable_id": "mail",
    "notifiers.letterhead.ascii_domain": "mail",
    "notifiers.console._Console._show": "mail",
    "notifiers.console._visible": "mail",
    "notifiers.console._written": "mail",
    "notifiers._answer.json_object": "answer",
    "notifiers._post.header": "answer",
    "notifiers._retry_after.parse_retry_after": "answer",
    "notifiers._said.own_name": "answer",
    "notifiers._conversation.handing_over": "reply",
    "notifiers._conversation._enhanced": "reply",
    "notifiers._endpoint.Endpoint.parse": "setting",
    "notifiers._signer._key": "setting",
    "notifiers._signer.Signer.headers": "setting",
    "notifiers.authorization.Basic.__attrs_post_init__": "setting",
    "notifiers.authorization.Bearer.__attrs_post_init__": "setting",
    "notifiers.authorization.authorization_header": "setting",
    "notifiers.letterhead.Letterhead.__attrs_post_init__": "setting",
    "notifiers.smtp_server.SMTPServer.__attrs_post_init__": "setting",
    "notifiers.twilio._sender": "setting",
}
"""What is read where, by the name of its target."""

EXCLUDED: Final[Mapping[str, str]] = {
    "repositories.django.leafing.LeafedList._border": "reads where a page of the admin begins; its tests try what is no border",
    "_key_file.Ring.of_secret": "reads a constant of its own",
    "hashing.argon2._Argon2Room._found": "asks the two readers of hashes, on a thread that no profile follows",
    "repositories.django.fields.MomentField.from_db_value": "asks the reader of times; the rest is Django's, typed",
    "domain.link._encoded": "decodes what it has just encoded",
    "domain.codes.text": "writes a digest down; what a person types is read by `is_code`",
    "domain.codes.is_chosen": "compares two digests; what a person types is read by `_canonical`",
    "domain.delivery.said": "cuts a notifier's reason, whose readers have targets; tests/domain/test_delivery.py draws any",
    "domain.wording._one_line": "judges a subject; tests/domain/test_wording.py draws any text",
    "commands.selection._words": "hands a search to `clean_text` and `search_words`, which have targets",
    "hashing.phc._encoded": "decodes what it has just encoded",
    "_key_file.Ring.text": "decodes what it has just encoded",
    "domain.sign_in_key._ascii_form": "decodes what it has just encoded",
    "hashing.blocklist.BundledBlocklist.__len__": "reads the file that comes with the package, nobody else's",
    "hashing.blocklist.BundledBlocklist.long": "reads the file that comes with the package, nobody else's",
    "_addresses.checked": "reads the addresses that the host's programmer wrote",
    "_addresses._check_holes": "reads the addresses that the host's programmer wrote",
    "messages.replacement._check_subject": "reads the templates that the host's programmer wrote",
    "messages.pieces.on_one_line": "makes one line of any value, which `tests/messages/test_properties.py` tries",
    "repositories.sqlite.schema._traits": "reads bodies that a repository wrote; tests/repositories/test_sqlite_members.py damages them",
    "notifiers._conversation._base64": "decodes what it has just encoded",
    "_extra.from_extra": "reads nothing: it names the extra that brings a library",
    "notifiers.async_smtp._Connection.open": "opens a connection; what is said on it is read by `_conversation`",
    "notifiers.smtp._Connection.open": "opens a connection; what is said on it is read by `_conversation`",
    "notifiers.smtp._Connection._reply": "hands what smtplib read to `_conversation`",
    "notifiers.twilio._Twilio.__init__": "compares an account with its shape; the rest is read by `Endpoint.parse` and `_sender`",
    "notifiers.twilio._Twilio._outcome.accepted": "compares an id with its shape; what is kept of it is judged by `own_name`",
}
"""What looks like an entrance and is none, with the reason."""


def reading() -> frozenset[str]:
    """Return every function of the package that is named like a parser or takes a text apart; the kit for tests apart."""
    found: set[str] = set()
    for path in PACKAGE.rglob("*.py"):
        place = path.relative_to(PACKAGE).with_suffix("")
        if place.parts[0] != "testing":
            tree = ast.parse(path.read_text(encoding="utf-8"))
            found |= set(_found(tree, ".".join(place.parts).removesuffix(".__init__")))
    return frozenset(found)


def _found(node: ast.AST, name: str) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        match child:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                inner = f"{name}.{child.name}"
                if not is_overload(child) and (is_parser(child.name) or takes_apart(child)):
                    yield inner
                yield from _found(child, inner)
            case ast.ClassDef():
                yield from _found(child, f"{name}.{child.name}")
            case _:
                yield from _found(child, name)


def is_overload(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Tell whether a function only says something to type checkers."""
    return any("overload" in ast.unparse(each) for each in function.decorator_list)


def is_parser(name: str) -> bool:
    """Tell whether a function is named like one that reads."""
    return any(name == each or (each.endswith("_") and name.startswith(each)) for each in PARSERS)


def takes_apart(function: ast.AST) -> bool:
    """Tell whether a function itself, without those inside it, calls something that looks into a text."""
    for child in ast.iter_child_nodes(function):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            continue
        if isinstance(child, ast.Call):
            called = ast.unparse(child.func)
            if called in LOADING or (isinstance(child.func, ast.Attribute) and child.func.attr in TAKING_APART):
                return True
        if takes_apart(child):
            return True
    return False
