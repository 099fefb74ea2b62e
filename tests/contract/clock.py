"""What every implementation of the `Clock` port keeps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cronlytic_mcp.application.ports import Clock


class ClockContract:
    """Subclass it as ``Test...`` and give a fixture `clock`."""

    def test_now_is_aware_and_in_utc(self, clock: Clock):
        assert clock.now().tzinfo is UTC

    def test_now_does_not_go_back(self, clock: Clock):
        first, second = clock.now(), clock.now()

        assert first <= second

    def test_monotonic_seconds_do_not_go_back(self, clock: Clock):
        readings = [clock.monotonic() for _ in range(100)]

        assert readings == sorted(readings)
        assert all(isinstance(reading, float) for reading in readings)

    def test_local_time_is_the_same_instant_with_an_offset(self, clock: Clock):
        for instant in (datetime(2026, 1, 15, 12, tzinfo=UTC), datetime(2026, 7, 15, 12, tzinfo=UTC)):
            local = clock.local(instant)

            assert local == instant
            assert isinstance(local.utcoffset(), timedelta)
