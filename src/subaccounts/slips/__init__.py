"""Slips: one-time codes on paper, for whoever has neither an e-mail address nor a phone (extra `slips`).

What belongs here: a page to print, made of codes that were issued. Issuing and voiding them is a command's. The page holds
codes, so that it is a `Secret`; whoever can read it can claim.
"""

from .slips import Slip, Slips

__all__ = ["Slip", "Slips"]
