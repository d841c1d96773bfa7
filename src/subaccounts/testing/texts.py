"""Words for tests: short, the same every time, and with everything in them that was to be told. The port `Texts`.

Real words are those of `subaccounts.messages`; what is tested with these is who is told what, and that a proof works.
"""

from __future__ import annotations

import html
from typing import Final, final

from ..domain.channel import Channel, channel_of
from ..domain.ids import OrganizationId
from ..domain.message import Message
from ..domain.notice import Telling
from ..domain.proof import Form, Purpose
from ..domain.secret import Secret
from ..domain.wording import Place, Wording

PAGES: Final = "https://portal.example/"
"""Where the links of these words lead."""
_PLACES: Final = {Form.LINK: Place.LINK, Form.CODE: Place.CODE}


@final
class FakeTexts:
    """Word everything as its kind, its language and its values; the proof is the last word, which `proof_in` finds.

    An activation in English is `activation en account=Shop login=anna ...; https://portal.example/claim#<link>`. An e-mail
    has a subject and HTML too.
    """

    def wording(self, telling: Telling, /) -> Wording:
        """Return the words."""
        said = f"{telling.kind.value} {telling.language.tag}"
        values = "".join(f" {name}={value}" for name, value in sorted(telling.values.items()))
        place = _PLACES.get(telling.proof.form) if telling.proof is not None else None
        proof = () if place is None else (place,)
        text = (f"{said}{values}; ", *proof)
        if channel_of(telling.to) is Channel.SMS:
            return Wording(subject="", text=text)
        return Wording(subject=said, text=text, html=(f"<p>{html.escape(said + values)}; ", *proof, "</p>"))

    def page(self, organization: OrganizationId, purpose: Purpose, link: Secret, /) -> Secret:
        """Return the page of a purpose, with the link's text behind the `#`."""
        return Secret(f"{PAGES}{purpose.value}#{link.reveal()}")


def proof_in(message: Message, /) -> Secret:
    """Return the link's text or the code that a message in these words carries; an empty one when it carries none."""
    last = message.text.reveal().rpartition("; ")[2]
    return Secret(last.rpartition("#")[2])
