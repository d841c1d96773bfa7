"""Forgotten passwords: ask for another one, and create it with a code typed from a message. Links are redeemed in `links`."""

from __future__ import annotations

from typing import ClassVar, final

from attrs import frozen

from ..domain import codes, link, recovery
from ..domain.budget import BUDGETED
from ..domain.dialogue import Door
from ..domain.life import LifeInput
from ..domain.proof import Form, Purpose
from ..domain.recovery import Requested
from ..domain.scene import Scene
from ..domain.secret import Secret
from ..domain.steps import AnyStep
from .command import Command
from .ports_at_hand import PortsAtHand
from .registering import Typed, scene_password_problems
from .scenes import scene
from .spending import spending


@final
@frozen(kw_only=True)
class RequestReset(Command[Requested]):
    """Ask for another password for a login (or an e-mail that signs in), as somebody does who forgot it.

    Whether or not anybody has the login, the answer and the work are the same. A person who can recover is sent a link or a
    code to the preferred contact that counts, at most once in five minutes and within the organization's message budget; one
    that waits and never signed in is sent its activation again; one that comes by a company account is reminded of it where
    such people are told. Nothing changes before the proof is used, and the present password goes on working. Raises what
    `BeginSignIn` raises.
    """

    proves: ClassVar[bool] = True
    door: Door
    login: str

    async def run(self, ports: PortsAtHand, /) -> Requested:
        """Answer when it can be asked again."""
        here = await scene(ports, self.door, self.login)
        organization = here.facts.organization
        today = {channel: await spending(ports, organization, channel) for channel in BUDGETED}
        key = ports.keys.current
        decision = recovery.request(here, id=ports.new_id(), key=key, spending=today)
        if not decision.tellings:
            # Words take longer than all the rest: who is not told is worded for as well, so that time tells nothing.
            ports.texts.wording(recovery.decoy(here, key=key))
        return await ports.settle(decision)


@final
@frozen(kw_only=True)
class RedeemCode(Command[AnyStep]):
    """Create another password with the code from a message that `RequestReset` had sent.

    Answers `EnterPassword`, or the step to show again. A wrong code is counted before it is told, and five end the right one.
    Exactly one hash is computed and one record written, whatever is stored; at a closed door everything but a right code is
    one answer. Raises what `SignIn` raises.
    """

    takes: ClassVar[LifeInput] = LifeInput.RECOVER
    proves: ClassVar[bool] = True
    door: Door
    login: str
    code: Secret
    password: Secret

    async def run(self, ports: PortsAtHand, /) -> AnyStep:
        """Answer the step, after its attempt is committed."""
        here = await scene(ports, self.door, self.login)
        right = self._is_code(ports, here)
        password = await ports.hashed(self.password)
        typed = Typed(proof=self.code if right else None, password=self.password)
        problems = tuple(scene_password_problems(ports, here, typed, {}))
        return await ports.settle(recovery.redeem_code(here, right=right, password=password, problems=problems))

    def _is_code(self, ports: PortsAtHand, here: Scene) -> bool:
        ref, like = recovery.code_that_is_out(here), link.purpose_of(Purpose.RECOVERY, Form.CODE)
        digest, derived = ports.known_digest(here.facts.organization.id, ref, like=like)
        return codes.is_code(self.code, digest) and derived
