"""A template: one message as it is written, before anybody's values are in it. How it is checked is `replacement`."""

from __future__ import annotations

from typing import final

from attrs import frozen


@final
@frozen(kw_only=True)
class Template:
    """Hold the words of one message in one language.

    `text` is paragraphs with an empty line between; `$name` stands for a value and `$$` for a dollar sign. A line that
    names a value which a message does not have, such as `$account`, is left out of that message. A template that leads to
    a proof names `$link` or `$code`, once. `subject` is one line, for e-mail only.

    HTML is made of `text`. A line that is nothing but `$link` becomes a button that says `action`, with the address below
    it; without `action` the address itself is the link. `html` is a whole page of your own instead: values come
    into it escaped, so put attributes in quotes, and leave `<script>` and `<style>` without values.
    """

    text: str
    subject: str = ""
    action: str = ""
    html: str | None = None
