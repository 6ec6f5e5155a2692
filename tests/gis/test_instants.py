"""An instant is read with its offset, and the ends of the calendar are refused before they overflow."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from gis.instants import read_instant


def test_any_offset_is_brought_to_utc() -> None:
    for text in ("2026-03-02T22:30+02:00", "2026-03-02T20:30Z", "2026-03-02T09:30-11:00"):
        found = read_instant(text)
        assert (found, found.tzinfo) == (datetime(2026, 3, 2, 20, 30, tzinfo=UTC), UTC)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("soon", "'soon' is no moment such as"),
        ("", "is no moment"),
        ("2026-03-02", "lacks its offset"),
        ("0001-01-01T00:00+14:00", "is not between 1970 and 2200"),
        ("9999-12-31T23:59-14:00", "is not between 1970 and 2200"),
        ("9999-12-31T23:59Z", "is not between 1970 and 2200"),
        ("x" * 100_000, "…' is no moment"),
    ],
)
def test_what_is_none_is_told_and_never_overflows(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told) as caught:
        read_instant(text)
    assert len(str(caught.value)) < 120
