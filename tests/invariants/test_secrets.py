"""Invariant 11: no secret appears in a repr, an error, an event, a log, plain data or a stored byte.

Secrets are planted: every password and code of a whole story is remembered, and then looked for everywhere.
"""

from __future__ import annotations

import contextlib
import copy
import inspect
import json
import logging
import pickle
import re
import traceback
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

import pytest
from hypothesis import given, settings

from subaccounts import (
    AddPerson,
    ArchivePerson,
    ChangePassword,
    Command,
    CompleteRegistration,
    Door,
    IssueCode,
    OrganizationId,
    PeekLink,
    ReadAudit,
    Recognize,
    RequestReset,
    ResetPassword,
    RestorePerson,
    SealAudit,
    Secret,
    wire,
)
from subaccounts.domain.codes import IssuedCode
from subaccounts.errors import Refusal, SubAccountsError
from subaccounts.testing.strategies import passwords
from tests.invariants.sent_proofs import PROOFS, THIEF
from tests.invariants.served import EVERY_KIND, opened_world
from tests.invariants.stored import whole_bytes, whole_text
from tests.invariants.world import (
    FIELDS,
    KEY_SECRET,
    OPERATOR,
    OTHER_PASSWORD,
    PASSWORD,
    Shop,
    World,
    subject_of,
)
from tests.shell.samples import SAMPLES

TWO_HOURS: Final = timedelta(hours=2)
WRONG: Final = "wrong and nobody's secret 7251"
SHORT: Final = "tiny-9417"


class Spoken:
    """Remember every secret of a story and everything that was said while it was told."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.secrets = {PASSWORD, OTHER_PASSWORD, WRONG, SHORT, KEY_SECRET.decode(), KEY_SECRET.hex()}
        self.said: list[str] = []

    def handle(self, command: Command[Any]) -> Any:
        """Run a command; write down it, its answer or its error with the whole traceback and all that is in it."""
        self.say(command)
        try:
            answer = self.world.handle(command)
        except SubAccountsError as error:
            self.say(error)
            with_locals = traceback.TracebackException.from_exception(error, capture_locals=True)
            self.said += [line for line in with_locals.format() if "canonical" not in line]
            return error
        self.learn(answer)
        self.say(answer)
        return answer

    def learn(self, answer: Any) -> None:
        """Remember the code that an answer hands over."""
        code = getattr(answer, "code", None)
        if isinstance(code, IssuedCode):
            text = code.code.reveal()
            self.secrets |= {text, text.replace("-", "")}

    def say(self, value: Any) -> None:
        """Write down every way to print a value."""
        self.said += [repr(value), str(value), f"{value}", f"{value!r}"]
        for convert in (wire.dumps, json.dumps, pickle.dumps):
            try:
                self.said.append(str(convert(value)))
            # What counts with itertools is not pickled from Python 3.14 on; 3.12 and 3.13 warn of it.
            except (TypeError, AttributeError, pickle.PicklingError, DeprecationWarning) as refused:
                self.said.append(str(refused))

    def found(self, text: str) -> set[str]:
        """Return the secrets that a text holds."""
        return {secret for secret in self.secrets if secret in text}


@pytest.fixture(params=EVERY_KIND)
def spoken(request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> Iterator[Spoken]:
    """Tell a whole life, with every kind of secret in it, while every logger listens."""
    caplog.set_level(logging.DEBUG)
    with opened_world(request.param) as world:
        spoken = Spoken(world)
        _tell(spoken)
        spoken.said += [record.getMessage() for record in caplog.records]
        yield spoken


def _tell(spoken: Spoken) -> None:
    shop = Shop(spoken.world)
    added = spoken.handle(AddPerson(actor=shop.admin, account=shop.account.id, login="anna", request_id="r-1"))
    who = {"actor": shop.admin, "sub_account": added.sub_account.id}
    spoken.handle(shop.signing_in("anna", WRONG))
    spoken.handle(_claiming(shop, added.code.code.reveal(), SHORT))
    spoken.handle(_claiming(shop, WRONG, PASSWORD))
    subject = subject_of(spoken.handle(_claiming(shop, added.code.code.reveal(), PASSWORD)))
    spoken.say(spoken.world.handle(shop.signing_in(PASSWORD, WRONG)))  # the password typed where the login belongs
    spoken.handle(shop.signing_in("anna", PASSWORD))
    spoken.handle(ChangePassword(subject=subject, current=Secret(WRONG), new=Secret(OTHER_PASSWORD)))
    spoken.handle(ChangePassword(subject=subject, current=Secret(PASSWORD), new=Secret(SHORT)))
    spoken.handle(ChangePassword(subject=subject, current=Secret(PASSWORD), new=Secret(OTHER_PASSWORD)))
    spoken.handle(Recognize(subject=subject))
    handover = spoken.handle(ResetPassword(**who, request_id="r-2"))
    spoken.handle(ResetPassword(**who, request_id="r-2"))
    spoken.handle(IssueCode(**who))
    spoken.handle(_claiming(shop, handover.code.code.reveal(), PASSWORD))
    _tell_of_messages(spoken, shop)
    spoken.handle(ArchivePerson(**who))
    spoken.handle(RestorePerson(**who, request_id="r-3"))
    spoken.handle(SealAudit(actor=OPERATOR, organization=shop.organization))
    spoken.handle(ReadAudit(actor=shop.admin, organization=shop.organization))
    spoken.say(spoken.world.subs)
    spoken.say(spoken.world.keys)
    spoken.say(spoken.world.person(added.sub_account.id))


def _tell_of_messages(spoken: Spoken, shop: Shop) -> None:
    """Tell what messages lead to: a link and a code of every purpose, looked at, mistyped and used."""
    for name, make in PROOFS.items():
        login = name.replace(" ", "-")
        out = make(shop, login)
        spoken.secrets |= {
            THIEF,
            out.text.reveal(),
            out.text.reveal().replace("-", ""),
            out.text.reveal().rpartition(".")[2],
        }
        if name.endswith("link"):
            spoken.handle(PeekLink(link=out.text))
        else:
            spoken.say(spoken.world.rival.handle(RequestReset(door=shop.outside, login=login)))
            with contextlib.suppress(Refusal):
                spoken.say(spoken.world.handle(out.use(Secret(WRONG))))
        command = out.use(out.text)
        spoken.say(command)
        spoken.say(spoken.world.handle(command))
        spoken.say(spoken.world.person(out.who))


def _claiming(shop: Shop, code: str, password: str) -> CompleteRegistration:
    return CompleteRegistration(
        door=shop.inside, login="anna", password=Secret(password), code=Secret(code), fields=FIELDS
    )


class TestStory:
    """A whole life leaves no secret anywhere."""

    @pytest.mark.asvs("16.5.1")
    def test_nothing_said_holds_a_secret(self, spoken: Spoken) -> None:
        """No repr, sentence, traceback with its local values, plain data or log record holds a secret."""
        assert len(spoken.secrets) > 10
        assert len(spoken.said) > 100
        assert set() == spoken.found("\n".join(spoken.said))

    def test_nothing_stored_holds_a_secret(self, spoken: Spoken) -> None:
        """No row holds a secret; on a disk, no byte of the file or of the log beside it does."""
        stored = "\n".join(spoken.world.rows().values())
        assert "activation-link@shop.example" in stored
        assert set() == spoken.found(stored)
        if spoken.world.kind.endswith("sqlite"):
            assert set() == spoken.found(whole_text(spoken.world.path))
            kept = whole_bytes(spoken.world.path)
            assert b"SQLite format 3" in kept
            assert [] == [secret for secret in spoken.secrets if secret.encode() in kept]

    def test_nothing_stored_is_a_proof(self, spoken: Spoken) -> None:
        """Whatever is stored, typed at the door as a password or as a code, lets nobody in."""
        shop = _same_shop(spoken.world)
        for text in sorted(_texts("\n".join(spoken.world.rows().values()))):
            spoken.world.clock.advance(TWO_HOURS)
            for command in (shop.signing_in("anna", text), _claiming(shop, text, OTHER_PASSWORD)):
                assert "Authenticated" != type(spoken.world.rival.handle(command)).__name__


class TestValues:
    """A secret cannot be carried away by accident."""

    @settings(max_examples=50)
    @given(secret=passwords())
    def test_a_secret_is_not_shown(self, secret: Secret) -> None:
        """No way of printing shows it, and it can be neither compared, hashed, pickled nor written out."""
        text = secret.reveal()
        for shown in (repr(secret), str(secret), f"{secret}", f"{secret:>40}", repr([secret]), repr({"a": secret})):
            assert text not in shown
        for use in (pickle.dumps, json.dumps, wire.dumps, hash, lambda each: each == PASSWORD):
            with pytest.raises(TypeError):
                use(secret)
        assert copy.deepcopy(secret) is secret

    @pytest.mark.parametrize("command", SAMPLES, ids=lambda command: command.__name__)
    def test_a_command_with_a_proof_is_not_written_out(self, command: type[Command[Any]]) -> None:
        """Commands that carry proofs cannot be serialized; all others can, and hold no secret."""
        with World("memory") as world:
            made = SAMPLES[command](Shop(world))
            if "Secret" in " ".join(inspect.get_annotations(type(made)).values()):
                with pytest.raises(TypeError):
                    wire.dumps(made)
            else:
                assert PASSWORD not in wire.dumps(made)
            assert PASSWORD not in repr(made)

    def test_a_refused_secret_is_not_repeated(self) -> None:
        """A text that is no secret, too long or broken, is refused without being repeated."""
        for text in (WRONG * 100, f"{WRONG}\ud800"):
            with pytest.raises(Refusal) as refused:
                Secret(text)
            assert WRONG not in "".join(traceback.format_exception(refused.value))
            assert WRONG not in repr(refused.value)


def _same_shop(world: World) -> Shop:
    """Return the shop of a story that was told: the same account, opened no second time."""
    (account,) = world.plain.accounts_page(OrganizationId(value="acme"), after=None, limit=2)
    shop = Shop.__new__(Shop)
    shop.world, shop.account, shop.organization = world, account, account.id.organization
    shop.inside, shop.outside = Door.inside(account.id), Door.outside(account.id)
    return shop


def _texts(rows: str) -> set[str]:
    """Return everything in rows that could be typed: what stands between blanks, quotes and brackets."""
    return {part[:200] for part in re.findall(r"[^\s\"',(){}\[\]]{4,}", rows)}
