"""The first schema: Alembic's first step makes the tables, and Django learns which models read them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations, models

from subaccounts.repositories.django.fields import MomentField
from subaccounts.repositories.django.operations import Step


def _text(length: int, *, null: bool = False) -> Any:
    return models.CharField(max_length=length, null=null)


def _key(*columns: str) -> Any:
    return models.CompositePrimaryKey(*columns, blank=True, editable=False, primary_key=True, serialize=False)


def _stored(name: str, table: str, key: tuple[str, ...], /, **columns: Any) -> migrations.CreateModel:
    fields = [("pk", _key(*key)), ("organization", _text(200)), *columns.items()]
    options = {"db_table": f"subaccounts_{table}", "managed": False, "default_permissions": (), "abstract": False}
    return migrations.CreateModel(name=name, fields=fields, options=options)


def _shown(name: str, table: str, columns: dict[str, Any], **options: Any) -> migrations.CreateModel:
    own: Any = models.CharField(max_length=64, primary_key=True, serialize=False)
    fields = [("organization", _text(200)), ("id", own), *columns.items()]
    fixed = {"db_table": f"subaccounts_{table}", "managed": False, "default_permissions": ("view",), "abstract": False}
    return migrations.CreateModel(name=name, fields=fields, options={**options, **fixed})


def _record() -> dict[str, Any]:
    return {"version": models.BigIntegerField(), "body": models.TextField()}


def _account() -> dict[str, Any]:
    columns = {"system": _text(100), "host_id": _text(200), "name": _text(200), "state": _text(20)}
    return {**columns, "opened_at": MomentField()}


def _event() -> dict[str, Any]:
    links = {"account": _text(64, null=True), "sub_account": _text(64, null=True)}
    sealed = {"position": models.BigIntegerField(null=True), "digest": _text(64, null=True)}
    return {"at": MomentField(), "happening": _text(64), **links, **sealed}


def _person(**search: Any) -> dict[str, Any]:
    names = {"account": _text(64), "login": _text(64), "login_key": _text(64)}
    times = {"created_at": MomentField(), "claimed_at": MomentField(null=True)}
    return {**names, "state": _text(20), "kind": _text(20), **search, **times}


def _organizations() -> migrations.CreateModel:
    own: Any = models.CharField(max_length=200, primary_key=True, serialize=False)
    fields = [("organization", own), ("name", _text(200)), ("created_at", MomentField()), *_record().items()]
    options = {
        "db_table": "subaccounts_organizations",
        "managed": False,
        "default_permissions": (),
        "abstract": False,
    }
    return migrations.CreateModel(name="StoredOrganization", fields=fields, options=options)


_OWN = ("organization", "id")
_ENTRY = {"kind": _text(64), "id": _text(64), "name": _text(200), "parent": _text(64, null=True)}
_REQUEST = {"id": _text(200), "command": _text(100), "fingerprint": _text(64), "at": MomentField()}
_TASK = {"id": _text(200), "queue": _text(200), "due_at": MomentField(), "fence": models.IntegerField()}


class Migration(migrations.Migration):
    """Make every table."""

    initial: ClassVar[bool | None] = True
    dependencies: ClassVar[list[tuple[str, str]]] = []
    operations: ClassVar[list[Any]] = [
        Step("subaccounts_0001"),
        _organizations(),
        _stored(
            "StoredCatalogEntry",
            "catalog",
            ("organization", "kind", "id"),
            **_ENTRY,
            retired_at=MomentField(null=True),
            **_record(),
        ),
        _stored("StoredAccount", "accounts", _OWN, id=_text(64), **_account(), **_record()),
        _stored(
            "StoredSubAccount", "sub_accounts", _OWN, id=_text(64), **_person(search=models.TextField()), **_record()
        ),
        _stored(
            "StoredSubAccountDepartment",
            "sub_account_departments",
            ("organization", "sub_account", "department"),
            sub_account=_text(64),
            department=_text(64),
        ),
        _stored("StoredCredential", "credentials", _OWN, id=_text(64), **_record()),
        _stored("StoredStranger", "strangers", _OWN, id=_text(64), last_at=MomentField(), **_record()),
        _stored("StoredChain", "chains", _OWN, id=_text(64), position=models.BigIntegerField(), **_record()),
        _stored(
            "StoredUniqueKey",
            "unique_keys",
            ("organization", "space", "value"),
            space=_text(20),
            value=_text(500),
            kind=_text(20),
            holder=_text(64),
        ),
        _stored("StoredCounter", "counters", ("organization", "name"), name=_text(200), value=models.BigIntegerField()),
        _stored("StoredEvent", "events", _OWN, id=_text(64), **_event(), body=models.TextField()),
        _stored("StoredRequest", "requests", _OWN, **_REQUEST, receipt=models.TextField()),
        _stored("StoredTask", "tasks", _OWN, **_TASK, body=models.TextField()),
        _shown("Account", "accounts", {**_account(), "version": models.BigIntegerField()}),
        _shown(
            "Person", "sub_accounts", {**_person(), "version": models.BigIntegerField()}, verbose_name_plural="people"
        ),
        _shown("AuditEvent", "events", _event()),
    ]
