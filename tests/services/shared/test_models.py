"""Moments keep their instant on every database; a moment of no zone is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql, sqlite

from services.shared.models import UtcDateTime

ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(datetime(1970, 1, 3), datetime(2999, 1, 1), timezones=ZONES)  # noqa: DTZ001 - ZONES are added


@given(MOMENTS, st.sampled_from([sqlite.dialect(), postgresql.dialect()]))
def test_a_moment_comes_back_as_the_same_instant_in_utc(moment: datetime, dialect: sqlite.dialect) -> None:
    kept = UtcDateTime().process_bind_param(moment, dialect)
    back = UtcDateTime().process_result_value(kept, dialect)
    assert back == moment and back is not None and back.tzinfo is UTC


@given(MOMENTS, MOMENTS)
def test_moments_sort_in_sqlite_as_in_time(one: datetime, other: datetime) -> None:
    kept = [UtcDateTime().process_bind_param(moment, sqlite.dialect()) for moment in (one, other)]
    assert kept[0] is not None and kept[1] is not None
    assert (kept[0] < kept[1]) is (one < other)


def test_nothing_stays_nothing() -> None:
    assert UtcDateTime().process_bind_param(None, sqlite.dialect()) is None
    assert UtcDateTime().process_result_value(None, sqlite.dialect()) is None


def test_a_moment_of_no_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a time zone"):
        UtcDateTime().process_bind_param(datetime(2026, 11, 24), sqlite.dialect())  # noqa: DTZ001 - that is the point
