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
class MissingExtra(PortError, ImportError):
    """Name the extra that brings a library which is not installed; it is an `ImportError` too, as Python would raise.

    `library` is the module that was looked for, `detail` what else helps.
    """

    code = "missing_extra"
    extra: str
    library: str
    detail: str = ""

    def __attrs_post_init__(self) -> None:
        ImportError.__init__(self, name=self.library)  # where a handler of ImportError looks

    def sentence(self) -> str:
        how = f'pip install "subaccounts[{self.extra}]"'
        return f"{self.library} is not installed: {how}" + (f" ({self.detail})" if self.detail else "")


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
    `closed`, `unstorable` (a text this storage cannot hold), `dangling` (a record without the one it belongs to),
    `no_transaction` (a connection of the host that is in none) or `no_foreign_keys` (one to SQLite that enforces none).
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


class HostTransactionLost(PortError):
    """Say that the database gave up the host's transaction, which the repository had joined: roll back and repeat it."""

    code = "host_transaction_lost"


@frozen(kw_only=True, slots=False, str=False)
class InsideTransaction(PortError):
    """Name the command that must not run inside a transaction of the host: its rollback would undo what has to stay."""

    code = "inside_transaction"
    command: str

    def sentence(self) -> str:
        return f"{self.command} does what no rollback may undo, so it has to run outside the host's transaction"


@frozen(kw_only=True, slots=False, str=False)
class NotRestored(PortError):
    """Say that the store and the key ring are not of the same time: one is an older backup, or a copy left behind.

    `organization` is the organization's generation, `ring` the key ring's. Nothing is proven and no code is made until
    an operator has looked and says `Restored`.
    """

    code = "not_restored"
    organization: int
    ring: int

    def sentence(self) -> str:
        older = "store" if self.organization < self.ring else "key ring"
        return (
            f"the organization is of generation {self.organization}, the key ring of {self.ring}: the {older} is older"
        )


@frozen(kw_only=True, slots=False, str=False)
class KeyRingFailed(PortError):
    """Say what is wrong with the key ring; `problem` is `missing`, `foreign`, `unreadable`, `unwritable`, `exposed` or
    `damaged`."""

    code = "key_ring_failed"
    problem: str
    detail: str = ""

    def lacks(self, key: str | None, /) -> bool:
        """Tell whether it is this key that is not there: once retired, it killed what it made, and nothing else."""
        return (self.problem, self.detail) == ("missing", key)

    def sentence(self) -> str:
        return f"key ring {self.problem}" + (f": {self.detail}" if self.detail else "")
