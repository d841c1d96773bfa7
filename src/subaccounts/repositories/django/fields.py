"""The columns of ours that Django's ORM would read otherwise, moments, and how long the texts are."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from django.db import models

from ...wire import read_time, time_text

TENANT: Final = 200
"""Characters of an organization's id, and of the longest texts."""
OWN_ID: Final = 64
"""Characters of an id that the library makes."""

if TYPE_CHECKING:
    _Moments = models.DateTimeField[Any, Any]
    Text = models.CharField[str, str]
    MaybeText = models.CharField[str | None, str | None]
    Number = models.BigIntegerField[int, int]
    MaybeNumber = models.BigIntegerField[int | None, int | None]
    Flag = models.BooleanField[bool, bool]
    Body = models.TextField[str, str]
else:  # Django's own classes take no parameters while they run
    _Moments = models.DateTimeField
    Text = MaybeText = models.CharField
    Number = MaybeNumber = models.BigIntegerField
    Flag = models.BooleanField
    Body = models.TextField


class MomentField(_Moments):
    """Hold a time to the microsecond, aware and in UTC for who reads it, whatever `USE_TZ` and `TIME_ZONE` are.

    PostgreSQL has times; on SQLite it is the text that `repositories.sqlalchemy` writes there, and sorts as one.
    """

    def select_format(self, compiler: Any, sql: str, params: Any) -> tuple[str, Any]:
        """Have PostgreSQL count in UTC: in a zone of the host's an hour of autumn is there twice."""
        return (f"({sql}) AT TIME ZONE 'UTC'" if compiler.connection.vendor == "postgresql" else sql), params

    def from_db_value(self, value: Any, _expression: object, _connection: object) -> datetime | None:
        """Return what was selected as an aware time in UTC."""
        if value is None or isinstance(value, str):
            return None if value is None else read_time(value)
        at: datetime = value
        return at.replace(tzinfo=UTC)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:  # noqa: FBT001, FBT002 - Django's own signature
        """Return what a column is compared with; ValueError for a time that does not say of which zone it is."""
        if value is None:
            return None
        if not isinstance(value, datetime) or value.tzinfo is None:
            raise ValueError(f"{self.name} is compared with aware times")
        return value.astimezone(UTC) if connection.vendor == "postgresql" else time_text(value.astimezone(UTC))

    def get_prep_value(self, value: Any) -> Any:
        """Leave a time as it is."""
        return value

    def get_internal_type(self) -> str:
        """Keep Django's own converters for times away: they would take SQLite's texts for local times."""
        return "MomentField"

    def db_type(self, connection: Any) -> str:
        """Return the type of the columns that Alembic made."""
        return "timestamp(6) with time zone" if connection.vendor == "postgresql" else "varchar(27)"


def text(longest: int, title: str | None = None) -> Text:
    """Return a column of a text."""
    return models.CharField(title, max_length=longest)


def own_key(longest: int) -> Text:
    """Return a column of a text that is the key by itself."""
    return models.CharField(max_length=longest, primary_key=True)


def text_or_none(longest: int, title: str | None = None) -> MaybeText:
    """Return a column of a text that can be missing."""
    return models.CharField(title, max_length=longest, null=True)


def number() -> Number:
    """Return a column of a number."""
    return models.BigIntegerField()


def number_or_none() -> MaybeNumber:
    """Return a column of a number that can be missing."""
    return models.BigIntegerField(null=True)


def flag() -> Flag:
    """Return a column of yes or no."""
    return models.BooleanField()


def body() -> Body:
    """Return a column of a text of any length."""
    return models.TextField()
