"""What a host developer's type checker sees of refusals and secrets; read by mypy and pyright, run by nobody."""

from __future__ import annotations

from datetime import datetime
from typing import assert_type

from subaccounts.domain.secret import Secret
from subaccounts.errors import InvalidValue, PortError, ProofRefused, Refusal


def refusals_carry_typed_data(refusal: InvalidValue | ProofRefused) -> None:
    assert_type(refusal.code, str)
    assert_type(refusal.status, int)
    match refusal:
        case InvalidValue():
            assert_type(refusal.limit, int | None)
        case ProofRefused():
            assert_type(refusal.until, datetime | None)


def a_failed_port_is_no_refusal(error: PortError) -> Refusal:
    return error  # type: ignore[return-value]  # the two trees never meet


def a_refusal_is_made_with_names(field: str) -> None:
    InvalidValue(field, "empty")  # type: ignore[call-arg]  # two texts in a row are easily swapped


def a_secret_gives_its_text_only_when_asked(secret: Secret) -> None:
    assert_type(secret.reveal(), str)
    text: str = secret  # type: ignore[assignment]  # a secret is no text
