"""Reads the body of a provider's answer, in which anything can stand."""

from __future__ import annotations

import json
from collections.abc import Mapping


def json_object(body: bytes, /) -> Mapping[str, object]:
    """Return the JSON object in a body; an empty one for whatever else is in it."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):  # no JSON, no UTF-8, numbers of ten thousand digits, brackets without end
        return {}
    return found if isinstance(found, dict) else {}
