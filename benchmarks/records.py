"""A record of fifteen fields to plain data and back: through the wire, by hand, by cattrs as it comes, by pydantic."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from attrs import asdict, fields, frozen

from benchmarks.figure import Figure
from benchmarks.rounds import medians, timed
from benchmarks.scale import Scale
from subaccounts import wire

ROUNDS = 15
TIMES = 2_000


@frozen(kw_only=True)
class Row:
    """Hold a person as a spreadsheet or a directory gives it."""

    id: str
    login: str
    full_name: str
    given_name: str
    family_name: str
    position: str
    email: str
    phone: str
    language: str
    department: str
    job_profile: str
    kind: str
    number: int
    active: bool
    note: str | None = None


ROW = Row(**{field.name: "text" for field in fields(Row)} | {"number": 7, "active": True})  # type: ignore[arg-type]  # by their names
NAMES = tuple(field.name for field in fields(Row))


def figures(scale: Scale) -> list[Figure]:
    """Measure both directions, everybody in turn."""
    plain = wire.to_plain(ROW)
    times = max(1, TIMES * scale.codes // 100_000)
    back = _measured(
        {"ours": lambda: wire.from_plain(Row, plain), "limit": lambda: _by_hand(plain)}, _back(plain), times
    )
    out = _measured({"ours": lambda: wire.to_plain(ROW), "limit": lambda: _dict_by_hand(ROW)}, _out(plain), times)
    bar = "≤ 1.3 x in bulk loops"
    return [
        Figure(
            what="record of 15 fields from plain data, types checked; the limit checks none", bar=bar, most=1.3, **back
        ),
        Figure(what="record of 15 fields to plain data", bar=bar, most=1.3, **out),
    ]


def _measured(
    both: dict[str, Callable[[], object]], peers: dict[str, Callable[[], object]], times: int
) -> dict[str, Any]:
    found = medians({name: timed(work, times=times) for name, work in {**both, **peers}.items()}, rounds=ROUNDS)
    return {"ours": found.pop("ours"), "limit": found.pop("limit"), "peers": found}


def _by_hand(data: dict[str, Any]) -> Row:
    return Row(
        id=data["id"],
        login=data["login"],
        full_name=data["full_name"],
        given_name=data["given_name"],
        family_name=data["family_name"],
        position=data["position"],
        email=data["email"],
        phone=data["phone"],
        language=data["language"],
        department=data["department"],
        job_profile=data["job_profile"],
        kind=data["kind"],
        number=data["number"],
        active=data["active"],
        note=data["note"],
    )


def _dict_by_hand(row: Row) -> dict[str, object]:
    return {
        "id": row.id,
        "login": row.login,
        "full_name": row.full_name,
        "given_name": row.given_name,
        "family_name": row.family_name,
        "position": row.position,
        "email": row.email,
        "phone": row.phone,
        "language": row.language,
        "department": row.department,
        "job_profile": row.job_profile,
        "kind": row.kind,
        "number": row.number,
        "active": row.active,
        "note": row.note,
    }


def _back(plain: dict[str, Any]) -> dict[str, Callable[[], object]]:
    from cattrs import Converter

    converter = Converter()
    peers: dict[str, Callable[[], object]] = {"cattrs": lambda: converter.structure(plain, Row)}
    model = _model()
    if model is not None:
        peers["pydantic"] = lambda: model.model_validate(plain)
    return peers


def _out(plain: dict[str, Any]) -> dict[str, Callable[[], object]]:
    from cattrs import Converter

    converter = Converter()
    peers: dict[str, Callable[[], object]] = {
        "cattrs": lambda: converter.unstructure(ROW),
        "attrs.asdict": lambda: asdict(ROW),
    }
    model = _model()
    if model is not None:
        held = model.model_validate(plain)
        peers["pydantic"] = held.model_dump
    return peers


def _model() -> Any:
    """Return the record as a model of pydantic, or None without it."""
    try:
        from pydantic import create_model
    except ImportError:
        return None
    kinds: dict[str, Any] = dict.fromkeys(NAMES, (str, ...))
    kinds |= {"number": (int, ...), "active": (bool, ...), "note": (str | None, None)}
    return create_model("Model", **kinds)
