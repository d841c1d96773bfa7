"""Who gave a value."""

from __future__ import annotations

from enum import Enum


class Supplier(Enum):
    """Who gave a field's value; every value remembers it. Who outranks whom is the registration policy's."""

    ADMINISTRATOR = "administrator"
    PERSON = "person"
    DIRECTORY = "directory"
    IMPORT = "import"
    SIGN_UP = "sign_up"
    SSO = "sso"
