"""The contract of the port `Sights`: what is written by hand, and what is drawn."""

from __future__ import annotations

from .resource_pages import ResourcePagesContract
from .sights_drawn import SightsDrawnContract
from .viewer_facts import ViewerFactsContract
from .viewer_pages import ViewerPagesContract


class SightsContract(ViewerFactsContract, ResourcePagesContract, ViewerPagesContract, SightsDrawnContract):
    """Prove the clauses of `Sights`; needs its five reads and `commit`.

    Beside organizations made by hand, so many small ones as `drawn` says are drawn by Hypothesis, without chance; where that
    library is not installed these tests are skipped.
    """
