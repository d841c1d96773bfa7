"""Refusals of who sees what: changes whose preview was not seen."""

from __future__ import annotations

from attrs import frozen

from .refusals import Refusal


@frozen(kw_only=True, slots=False, str=False)
class WidensSight(Refusal):
    """Refuse a change that opens something to many at once, until whoever makes it says that it accepts that.

    `loud` is what was not accepted, as values of `Loud`: `to_everybody`, `to_externals`.
    """

    code = "widens_sight"
    loud: tuple[str, ...]

    def sentence(self) -> str:
        whom = {"to_everybody": "everybody", "to_externals": "people from outside"}
        told = " and to ".join(whom.get(each, each.replace("_", " ")) for each in self.loud)
        return f"this would be opened to {told}; look at the preview, and say that you accept it"


@frozen(kw_only=True, slots=False, str=False)
class PreviewFirst(Refusal):
    """Refuse a change that decides what a person sees, until whoever makes it says that the preview was seen.

    `what` is what would change: `kind`.
    """

    code = "preview_first"
    what: str

    def sentence(self) -> str:
        return f"another {self.what.replace('_', ' ')} changes what a person sees; look at the preview, and say that you have"
