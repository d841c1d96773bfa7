"""Port errors: a part that the host plugged in failed."""

from __future__ import annotations

from attrs import frozen

from .root import SubAccountsError


class PortError(SubAccountsError):
    """Say that a part the host plugged in failed."""

    code = "port_failed"


@frozen(kw_only=True, slots=False, str=False)
class WrongColor(PortError):
    """Name the port that is plain where an async one is needed, or the other way round."""

    code = "wrong_color"
    port: str
    wanted: str

    def sentence(self) -> str:
        return f"port {self.port} is of the wrong color: this facade needs a {self.wanted} one"


@frozen(kw_only=True, slots=False, str=False)
class BrokenPort(PortError):
    """Name the port that answered something its contract does not allow."""

    code = "broken_port"
    port: str
    problem: str

    def sentence(self) -> str:
        return f"port {self.port} broke its contract: {self.problem}"


@frozen(kw_only=True, slots=False, str=False)
class StorageFailed(PortError):
    """Say that storage could not do its work and nothing was written.

    `problem` is a stable word: `foreign`, `newer`, `outdated`, `damaged`, `unreachable`, `read_only`, `full`, `locked`,
    `closed`, `unstorable` (a text this storage cannot hold) or `dangling` (a record without the one it belongs to).
    """

    code = "storage_failed"
    store: str
    problem: str
    detail: str = ""

    def sentence(self) -> str:
        return f"{self.store}: {self.problem.replace('_', ' ')}" + (f" ({self.detail})" if self.detail else "")


class OutcomeUnknown(PortError):
    """Say that storage went away during a commit; repeat with the same `request_id` to learn what happened."""

    code = "outcome_unknown"


@frozen(kw_only=True, slots=False, str=False)
class KeyRingFailed(PortError):
    """Say what is wrong with the key ring; `problem` is `missing`, `foreign`, `unreadable`, `unwritable`, `exposed` or
    `damaged`."""

    code = "key_ring_failed"
    problem: str
    detail: str = ""

    def sentence(self) -> str:
        return f"key ring {self.problem}" + (f": {self.detail}" if self.detail else "")
