"""The contract of the port `Sights`: what is written by hand, and what is drawn."""

from __future__ import annotations

from .resource_pages import ResourcePagesContract
from .sights_drawn import SightsDrawnContract
from .viewer_facts import ViewerFactsContract
from .viewer_pages import ViewerPagesContract


class SightsContract(ViewerFactsContract, ResourcePagesContract, ViewerPagesContract, SightsDrawnContract):
    """Prove the clauses of `Sights`; needs its five reads and `commit`.

    Beside organizations made by hand, `drawn` small ones are drawn by Hypothesis, the same every time; without that library
    these tests are skipped.
    """
