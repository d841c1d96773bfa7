"""Addresses of the host's pages, as templates: `https://portal.example/claim#login={login}&code={code}`.

What belongs here: what such a template can hold, and filling it. What leads to a page is `messages` and `slips`.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final
from urllib.parse import SplitResult, quote, urlsplit

LONGEST_ADDRESS: Final = 300
"""Characters of a template; a link of 100 still fits on a few lines of a message."""
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
"""Hosts that a message of a developer's own machine can name without TLS."""

_HOLE: Final = re.compile(r"\{(\w+)\}", re.ASCII)
_SHAPE: Final = re.compile(r"[!#-;=?-\[\]_a-z{}~]+")
"""The characters of RFC 3986 and the braces of a template; everything else has to be percent-encoded, a host in Punycode."""


def checked(
    template: str, /, *, named: str, holes: Collection[str] = (), also: Collection[str] = (), behind: str = "path"
) -> str:
    """Return the template of an address if it is one; `named` is how an error calls it.

    Each of `holes` has to be in it once, each of `also` at most once. They are secrets, so that they stand behind the `#`,
    or in the path where `behind` is `path`: what stands in a query is in the log of every server and in the Referer of
    every click. Raises ValueError, also for an address without TLS that is not on this machine.
    """
    if len(template) > LONGEST_ADDRESS or not _SHAPE.fullmatch(template):
        raise ValueError(f"{named}: an address has up to {LONGEST_ADDRESS} characters of RFC 3986 and no blank")
    try:
        parts = urlsplit(template)
        host = parts.hostname
        parts.port  # noqa: B018 - it is asked for what it raises
    except ValueError:
        raise ValueError(f"{named}: {template!r} is no address") from None
    local = host in LOOPBACK or (host or "").endswith(".localhost")
    if not host or not (parts.scheme == "https" or (parts.scheme == "http" and local)):
        raise ValueError(
            f"{named}: {template!r} does not begin with https:// and a host; http:// is for this machine only"
        )
    if "@" in parts.netloc or "{" in parts.netloc or "}" in parts.netloc:
        raise ValueError(
            f"{named}: the host of {template!r} has to be plain, without a name before it or a {{place}} in it"
        )
    _check_holes(template, parts, named=named, holes=holes, also=also, behind=behind)
    return template


def _check_holes(
    template: str, parts: SplitResult, *, named: str, holes: Collection[str], also: Collection[str], behind: str
) -> None:
    found = _HOLE.findall(template)
    stray = sorted({*found} - {*holes, *also})
    if stray or "{" in _HOLE.sub("", template) or "}" in _HOLE.sub("", template):
        known = ", ".join(f"{{{hole}}}" for hole in (*holes, *also)) or "none"
        raise ValueError(f"{named}: {template!r} has a place that nothing is known for; known are: {known}")
    for hole in (*holes, *also):
        if found.count(hole) > 1 or (hole in holes and hole not in found):
            raise ValueError(f"{named}: {{{hole}}} has to be in {template!r} once")
    for hole in holes:
        places = parts.fragment if behind == "fragment" else parts.path + parts.fragment
        if f"{{{hole}}}" not in places:
            where = "behind a #" if behind == "fragment" else "behind a #, or in the path"
            raise ValueError(f"{named}: {{{hole}}} has to stand {where}: what is in a query is in every server's log")


def filled(template: str, /, **values: str) -> str:
    """Return an address with values in their places, percent-encoded whole, so that none of them ends its place."""
    return _HOLE.sub(lambda hole: quote(values[hole[1]], safe=""), template)
