"""Whatever `USE_TZ` and `TIME_ZONE` are, a time that was stored is the same time when it is read, by whoever reads it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connections
from django.test import override_settings

from subaccounts.domain.decision import Batch
from subaccounts.repositories.django import DjangoRepository
from subaccounts.repositories.django.models import StoredStranger
from subaccounts.repositories.sqlalchemy import SQLAlchemyRepository
from subaccounts.testing import NOON
from subaccounts.testing import builders as b
from tests.repositories.django.site import each_alias, on

ZONES = ("UTC", "Asia/Kathmandu", "America/St_Johns", "Pacific/Kiritimati")
MOMENTS = (
    NOON,
    datetime(2026, 3, 29, 1, 30, 0, 1, tzinfo=UTC),  # within an hour that some zones skip
    datetime(2026, 10, 25, 0, 59, 59, 999_999, tzinfo=UTC),
    datetime(2026, 11, 1, 3, 45, tzinfo=UTC),  # in St. John's a quarter past one,
    datetime(2026, 11, 1, 4, 45, tzinfo=UTC),  # and an hour later a quarter past one
    datetime(1970, 1, 1, tzinfo=UTC),
)


@each_alias
@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("aware", [True, False])
def test_a_moment_is_a_moment(alias: str, zone: str, aware: bool, tmp_path: Path) -> None:
    """What a host that counts in its own zone stores, others read as the same time, and it reads theirs."""
    strangers = tuple(b.stranger(number, last_at=at) for number, at in enumerate(MOMENTS, start=1))
    late = max(MOMENTS) + timedelta(days=1)
    with override_settings(USE_TZ=aware, TIME_ZONE=zone), on(alias, tmp_path) as place:
        assert zone == connections[alias].timezone_name or aware
        repository, other = DjangoRepository(using=alias), SQLAlchemyRepository(place.url)
        repository.commit(Batch(organization=b.OURS, puts=(b.organization(), *strangers)))
        read = repository.stale_strangers(b.OURS, before=late, limit=9)
        assert sorted(MOMENTS) == [each.last_at for each in read]
        assert read == other.stale_strangers(b.OURS, before=late, limit=9)
        early = repository.stale_strangers(b.OURS, before=MOMENTS[1], limit=9)
        assert [each for each in sorted(MOMENTS) if each < MOMENTS[1]] == [each.last_at for each in early]
        seen = StoredStranger.objects.using(alias).order_by("last_at").values_list("last_at", flat=True)
        assert sorted(MOMENTS) == list(seen)
        assert {timedelta(0)} == {at.utcoffset() for at in seen}
        since = StoredStranger.objects.using(alias).filter(last_at__gte=MOMENTS[1])
        assert 4 == since.count()
        other.close()


@each_alias
def test_a_time_without_a_zone_is_not_compared(alias: str, tmp_path: Path) -> None:
    """A naive time could be any: whoever asks with one is told so."""
    naive = datetime(2026, 1, 1)  # noqa: DTZ001 - what is tested
    with on(alias, tmp_path), pytest.raises(ValueError, match="last_at is compared with aware times"):
        list(StoredStranger.objects.using(alias).filter(last_at__gte=naive))


def test_a_session_in_another_zone(tmp_path: Path) -> None:
    """A host that has the server count in the zone of whoever is looking, behind Django's back, changes no time of ours."""
    strangers = tuple(b.stranger(number, last_at=at) for number, at in enumerate(MOMENTS, start=1))
    with on("postgresql", tmp_path):
        repository = DjangoRepository(using="postgresql")
        repository.commit(Batch(organization=b.OURS, puts=(b.organization(), *strangers)))
        with connections["postgresql"].cursor() as cursor:
            cursor.execute("SET TIME ZONE 'Pacific/Kiritimati'")
        made = b.event(1)
        repository.commit(Batch(organization=b.OURS, events=(made,)))
        assert (made,) == repository.unsealed_events(b.OURS, limit=9)
        seen = StoredStranger.objects.using("postgresql").order_by("last_at").values_list("last_at", flat=True)
        assert sorted(MOMENTS) == list(seen)
