"""Groups, resources and who is in them, and what people are found by who could see one. It is never changed once released."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

from subaccounts.repositories.sqlalchemy.types import Body, Exact, Moment

revision: str = "subaccounts_0003"
down_revision: str | None = "subaccounts_0002"
branch_labels: tuple[str, ...] | None = None
depends_on: str | None = None

_AT_ONCE: Final = 1_000
"""People whose traits are written by one statement."""


def upgrade() -> None:
    """Make the tables and the index, and write down the traits of everybody there is."""
    _groups()
    _memberships()
    _resources()
    _audiences()
    _participations()
    _traits()
    op.create_index(
        "subaccounts_sub_account_departments_by_department",
        "subaccounts_sub_account_departments",
        ["organization", "department", "sub_account"],
        unique=False,
    )
    _fill()


def downgrade() -> None:
    """Drop them, and with them every group, resource and participation."""
    op.drop_index("subaccounts_sub_account_departments_by_department", table_name="subaccounts_sub_account_departments")
    op.drop_table("subaccounts_sub_account_traits")
    op.drop_table("subaccounts_participations")
    op.drop_table("subaccounts_audiences")
    op.drop_table("subaccounts_resources")
    op.drop_table("subaccounts_memberships")
    op.drop_table("subaccounts_group_applications")
    op.drop_table("subaccounts_groups")


def _tenant() -> sa.Column[str]:
    return sa.Column("organization", Exact(length=200), nullable=False)


def _text(name: str, length: int, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, Exact(length=length), nullable=nullable)


def _record() -> tuple[sa.Column[int], sa.Column[str]]:
    return sa.Column("version", sa.BigInteger(), nullable=False), sa.Column("body", Body(), nullable=False)


def _under(table: str, column: str, other: str, *, goes: bool = False) -> sa.ForeignKeyConstraint:
    """Return that rows live under another table's, and whether they go with it."""
    return sa.ForeignKeyConstraint(
        ["organization", column],
        [f"subaccounts_{other}.organization", f"subaccounts_{other}.id"],
        name=op.f(f"subaccounts_{table}_organization_{column}_fkey"),
        ondelete="CASCADE" if goes else None,
    )


def _tenants(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"subaccounts_{table}_organization_fkey")
    return sa.ForeignKeyConstraint(["organization"], ["subaccounts_organizations.organization"], name=name)


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("organization", *columns, name=op.f(f"subaccounts_{table}_pkey"))


def _index(name: str, table: str, *columns: str) -> None:
    op.create_index(f"subaccounts_{name}", f"subaccounts_{table}", ["organization", *columns], unique=False)


def _groups() -> None:
    op.create_table(
        "subaccounts_groups",
        _tenant(),
        _text("id", 64),
        _text("name", 200),
        sa.Column("allows_external", sa.Boolean(), nullable=False),
        sa.Column("retired_at", Moment(), nullable=True),
        *_record(),
        _tenants("groups"),
        _key("groups", "id"),
    )
    op.create_table(
        "subaccounts_group_applications",
        _tenant(),
        _text("group_id", 64),
        _text("application", 200),
        _under("group_applications", "group_id", "groups", goes=True),
        _key("group_applications", "group_id", "application"),
    )


def _memberships() -> None:
    op.create_table(
        "subaccounts_memberships",
        _tenant(),
        _text("id", 64),
        _text("group_id", 64),
        _text("person", 64),
        _text("state", 20),
        sa.Column("begins_at", Moment(), nullable=True),
        sa.Column("ends_at", Moment(), nullable=True),
        *_record(),
        _under("memberships", "group_id", "groups"),
        _under("memberships", "person", "sub_accounts"),
        _key("memberships", "id"),
    )
    _index("memberships_by_group", "memberships", "group_id", "person")
    _index("memberships_by_person", "memberships", "person", "group_id")


def _resources() -> None:
    op.create_table(
        "subaccounts_resources",
        _tenant(),
        _text("id", 241),
        _text("type", 40),
        _text("name_key", 100),
        _text("application", 200, nullable=True),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("rostered", sa.Boolean(), nullable=False),
        sa.Column("named", sa.Integer(), nullable=False),
        sa.Column("removed_at", Moment(), nullable=True),
        *_record(),
        _tenants("resources"),
        _key("resources", "id"),
    )
    _index("resources_by_name", "resources", "type", "name_key", "id")


def _audiences() -> None:
    op.create_table(
        "subaccounts_audiences",
        _tenant(),
        _text("resource", 241),
        _text("part", 20),
        _text("value", 64),
        sa.Column("door", sa.Boolean(), nullable=False),
        _text("type", 40),
        _text("name_key", 100),
        _under("audiences", "resource", "resources", goes=True),
        _key("audiences", "resource", "part", "value"),
    )
    _index("audiences_by_door", "audiences", "part", "value", "door", "type", "name_key", "resource")


def _participations() -> None:
    op.create_table(
        "subaccounts_participations",
        _tenant(),
        _text("id", 64),
        _text("resource", 241),
        _text("person", 64),
        *_record(),
        _under("participations", "resource", "resources"),
        _under("participations", "person", "sub_accounts"),
        _key("participations", "id"),
    )
    _index("participations_by_person", "participations", "person", "resource")
    _index("participations_by_resource", "participations", "resource", "person")


def _traits() -> None:
    op.create_table(
        "subaccounts_sub_account_traits",
        _tenant(),
        _text("sub_account", 64),
        _text("part", 20),
        _text("value", 64),
        _under("sub_account_traits", "sub_account", "sub_accounts", goes=True),
        _key("sub_account_traits", "sub_account", "part", "value"),
    )
    _index("sub_account_traits_by_value", "sub_account_traits", "part", "value", "sub_account")


_WRITTEN: Final = (
    "INSERT INTO subaccounts_sub_account_traits (organization, sub_account, part, value)"
    " SELECT s.organization, s.id, {part}, held.value FROM subaccounts_sub_accounts s CROSS JOIN {held}"
    " WHERE held.value IS NOT NULL"
)
_POSTGRESQL: Final = {
    "'job_profile'": ("LATERAL (SELECT CAST(s.body AS json) #>> '{profile,job_profile,value,value}') AS held (value)"),
    "'permission_type'": (
        "LATERAL (SELECT listed.item ->> 'value' FROM json_array_elements("
        "CAST(s.body AS json) #> '{profile,permission_types,value}') AS listed (item)) AS held (value)"
    ),
}
_SQLITE: Final = {
    "'job_profile'": "json_each(json_array(json_extract(s.body, '$.profile.job_profile.value.value'))) AS held",
    "'permission_type'": (
        "json_each((SELECT json_group_array(json_extract(listed.value, '$.value'))"
        " FROM json_each(s.body, '$.profile.permission_types.value') AS listed)) AS held"
    ),
}
_MYSQL: Final = {
    "'job_profile'": (
        "JSON_TABLE(s.body, '$.profile.job_profile.value' COLUMNS (value VARCHAR(64) PATH '$.value')) AS held"
    ),
    "'permission_type'": (
        "JSON_TABLE(s.body, '$.profile.permission_types.value[*]' COLUMNS (value VARCHAR(64) PATH '$.value')) AS held"
    ),
}
_HELD: Final = {"postgresql": _POSTGRESQL, "sqlite": _SQLITE, "mysql": _MYSQL, "mariadb": _MYSQL}
_AFTER: Final = "(s.organization, s.id) > (:tenant, :id)"
_UNTIL: Final = "(s.organization, s.id) <= (:last_tenant, :last_id)"
_AFTER_MYSQL: Final = "(s.organization > :tenant OR (s.organization = :tenant AND s.id > :id))"
_UNTIL_MYSQL: Final = "(s.organization < :last_tenant OR (s.organization = :last_tenant AND s.id <= :last_id))"
"""MySQL finds no index for a comparison of two columns with two values."""


def _fill() -> None:
    """Write down the traits that the bodies of the people name: some at a time, or all where a script is written."""
    context = op.get_context()
    name = context.dialect.name
    writes = [_WRITTEN.format(part=part, held=held) for part, held in _HELD[name].items()]
    if context.as_sql:
        for write in writes:
            op.execute(sa.text(write))
        return
    after, until = (_AFTER_MYSQL, _UNTIL_MYSQL) if name in {"mysql", "mariadb"} else (_AFTER, _UNTIL)
    ends = f"SELECT s.organization, s.id FROM subaccounts_sub_accounts s WHERE {after} ORDER BY s.organization, s.id"  # noqa: S608 - our own words
    connection, begun = op.get_bind(), {"tenant": "", "id": ""}
    while True:
        last = connection.execute(sa.text(f"{ends} LIMIT 1 OFFSET {_AT_ONCE - 1}"), begun).first()
        given = {**begun, "last_tenant": last[0], "last_id": last[1]} if last else begun
        for write in writes:
            connection.execute(sa.text(f"{write} AND {after} AND {until}" if last else f"{write} AND {after}"), given)
        if last is None:
            return
        begun = {"tenant": last[0], "id": last[1]}
