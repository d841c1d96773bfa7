"""What can go wrong, split by who can mend it.

A `Refusal` is an expected answer: a rule said no. Nothing is broken, the host renders it and goes on.
A `PortError` says that a part the host plugged in failed: a database, a key file, a hasher.
A `Conflict` is storage's answer to a commit, and the command reads and decides again; only where a repository has joined
the host's transaction does `Stale` reach the host, which has to repeat it.

Every error takes data and builds its own sentence, so that no message can carry a secret by accident.
Parsing, rules and storage raise these; no other exception is part of the contract.
"""

from .conflicts import Conflict, Full, Stale, Taken
from .port_errors import (
    BrokenPort,
    HostTransactionLost,
    InsideTransaction,
    KeyRingFailed,
    MissingExtra,
    NotRestored,
    OutcomeUnknown,
    PortError,
    StorageFailed,
    WrongColor,
)
from .refusals import (
    Busy,
    CycleRefused,
    EmployeesOnly,
    FieldRefused,
    FieldsMissing,
    HostAccountPrivileged,
    InvalidValue,
    LinkRefused,
    NameTaken,
    NotAllowed,
    NotFound,
    NotOffered,
    PasswordRefused,
    ProofNeeded,
    ProofRefused,
    Refusal,
    RequestReused,
    SeatsFull,
    SubscriptionRequired,
    TooMany,
    TooSoon,
    WrongState,
)
from .root import SubAccountsError
from .showing import PreviewFirst, WidensSight

__all__ = [
    "BrokenPort",
    "Busy",
    "Conflict",
    "CycleRefused",
    "EmployeesOnly",
    "FieldRefused",
    "FieldsMissing",
    "Full",
    "HostAccountPrivileged",
    "HostTransactionLost",
    "InsideTransaction",
    "InvalidValue",
    "KeyRingFailed",
    "LinkRefused",
    "MissingExtra",
    "NameTaken",
    "NotAllowed",
    "NotFound",
    "NotOffered",
    "NotRestored",
    "OutcomeUnknown",
    "PasswordRefused",
    "PortError",
    "PreviewFirst",
    "ProofNeeded",
    "ProofRefused",
    "Refusal",
    "RequestReused",
    "SeatsFull",
    "Stale",
    "StorageFailed",
    "SubAccountsError",
    "SubscriptionRequired",
    "Taken",
    "TooMany",
    "TooSoon",
    "WidensSight",
    "WrongColor",
    "WrongState",
]
