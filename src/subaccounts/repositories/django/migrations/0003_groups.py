"""Groups and resources: Alembic's third step makes the tables, and Django learns which models read them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations, models

from subaccounts.repositories.django.fields import MomentField
from subaccounts.repositories.django.operations import Step

OPTIONS: Any = {"managed": False, "default_permissions": (), "abstract": False}


def _text(length: int, **more: Any) -> Any:
    return models.CharField(max_length=length, **more)


def _moment() -> Any:
    return MomentField(null=True)


def _model(model: str, table: str, key: tuple[str, ...], /, **columns: Any) -> migrations.CreateModel:
    pk: Any = models.CompositePrimaryKey(
        "organization", *key, blank=True, editable=False, primary_key=True, serialize=False
    )
    fields = [("pk", pk), ("organization", _text(200)), *columns.items()]
    return migrations.CreateModel(name=model, fields=fields, options={"db_table": f"subaccounts_{table}", **OPTIONS})


def _record() -> dict[str, Any]:
    return {"version": models.BigIntegerField(), "body": models.TextField()}


def _models() -> list[migrations.CreateModel]:
    group = {"id": _text(64), "name": _text(200), "allows_external": models.BooleanField(), "retired_at": _moment()}
    ends = {"begins_at": _moment(), "ends_at": _moment()}
    membership = {"id": _text(64), "group_id": _text(64), "person": _text(64), "state": _text(20), **ends}
    shown = {"application": _text(200, null=True), "hidden": models.BooleanField(), "rostered": models.BooleanField()}
    named = {"named": models.IntegerField(), "removed_at": _moment()}
    resource = {"id": _text(241), "type": _text(40), "name_key": _text(100), **shown, **named}
    order = {"door": models.BooleanField(), "type": _text(40), "name_key": _text(100)}
    audience = {"resource": _text(241), "part": _text(20), "value": _text(64), **order}
    participation = {"id": _text(64), "resource": _text(241), "person": _text(64)}
    trait = {"sub_account": _text(64), "part": _text(20), "value": _text(64)}
    opened = {"group_id": _text(64), "application": _text(200)}
    return [
        _model("StoredGroup", "groups", ("id",), **group, **_record()),
        _model("StoredGroupApplication", "group_applications", ("group_id", "application"), **opened),
        _model("StoredMembership", "memberships", ("id",), **membership, **_record()),
        _model("StoredResource", "resources", ("id",), **resource, **_record()),
        _model("StoredAudience", "audiences", ("resource", "part", "value"), **audience),
        _model("StoredParticipation", "participations", ("id",), **participation, **_record()),
        _model("StoredSubAccountTrait", "sub_account_traits", ("sub_account", "part", "value"), **trait),
    ]


class Migration(migrations.Migration):
    """Make the tables."""

    dependencies: ClassVar[list[tuple[str, str]]] = [("subaccounts", "0002_sign_ups")]
    operations: ClassVar[list[Any]] = [Step("subaccounts_0003", after="subaccounts_0002"), *_models()]
