"""Any commands in any order, on four accounts of two organizations with the same logins in each."""

from __future__ import annotations

from .activations import ActivationRules
from .arrivals import ArrivalRules
from .books import BookRules
from .deliveries import DeliveryRules
from .doors import DoorRules
from .forecasts import ForecastRules
from .furnishings import FurnishingRules
from .gatherings import GatheringRules
from .houses import HouseRules
from .offices import OfficeRules
from .phones import PhoneRules
from .recoveries import RecoveryRules
from .rosters import RosterRules
from .shelves import ShelfRules
from .sightings import SightingRules
from .sign_ups import SignUpRules


class CommandsMachine(
    FurnishingRules,
    DoorRules,
    OfficeRules,
    ArrivalRules,
    ActivationRules,
    DeliveryRules,
    PhoneRules,
    RecoveryRules,
    SignUpRules,
    HouseRules,
    GatheringRules,
    ForecastRules,
    ShelfRules,
    RosterRules,
    SightingRules,
    BookRules,
):
    """Do anything, in any order, to anybody.

    A model knows for every person which password, code and sign-ins are alive; everything older is dead. What breaks is
    named: an invariant of the commands, or beneath it the clause that the repository broke.
    """
