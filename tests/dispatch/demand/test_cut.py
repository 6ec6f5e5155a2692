"""Ways to look that filter each other: every one is counted under what is chosen in all others but its own."""

from __future__ import annotations

import numpy as np
import pytest

from dispatch.demand.cut import Chosen, Cut
from dispatch.demand.rows import DemandRows, RowsKeeper, keys_of
from tests.dispatch.demand.told import Told, state_with

# Eight whole days from a Monday: fires at 8 h on each, falls at 20 h on Mondays only, for both departments.
TOLD = [
    *(Told(24 * day + 8.5, "fire", owners=("f",)) for day in range(8)),
    *(Told(24 * day + 20.2, "fall", owners=("f", "a"), priority=1) for day in (0, 7)),
    Told(0.1, "other", owners=()), Told(24 * 8 - 0.1, "other", owners=()),
]  # fmt: skip


@pytest.fixture(scope="module")
def rows() -> DemandRows:
    return RowsKeeper().rows(state_with(TOLD))


def cut(rows: DemandRows, *chosen: tuple[str, tuple[str, ...]], base: np.ndarray | None = None) -> Cut:
    some: Chosen = chosen
    every = np.ones(len(rows), dtype=bool) if base is None else base
    areas = keys_of(["north" if at % 2 else "south" for at in range(len(rows))])
    return Cut(rows, every, some, areas, keys_of(["1:1"] * len(rows)))


def told(made: Cut, way: str) -> dict[str, int]:
    found = made.counted(way)
    return {key: count for key, count in zip(found.keys, found.counts.tolist(), strict=True) if count}


def test_everything_is_counted_where_nothing_is_chosen(rows: DemandRows) -> None:
    made = cut(rows)
    assert told(made, "hour") == {"0": 1, "8": 8, "20": 2, "23": 1}
    assert told(made, "kind") == {"fire": 8, "fall": 2, "other": 2}
    assert told(made, "department") == {"f": 10, "a": 2}
    assert told(made, "priority") == {"1": 2, "2": 10}
    assert sum(told(made, "day").values()) == sum(told(made, "week").values()) == 12
    assert told(made, "cell") == {"1:1": 12} and told(made, "area") == {"north": 6, "south": 6}


def test_a_chosen_key_filters_all_other_ways_but_not_its_own(rows: DemandRows) -> None:
    made = cut(rows, ("kind", ("fall",)))
    assert told(made, "kind") == {"fire": 8, "fall": 2, "other": 2}
    assert told(made, "hour") == {"20": 2} and told(made, "weekday") == {"1": 2}
    assert int(made.left.sum()) == 2
    both = cut(rows, ("kind", ("fall", "fire")), ("hour", ("8",)))
    assert told(both, "kind") == {"fire": 8} and told(both, "hour") == {"8": 8, "20": 2}
    assert told(cut(rows, ("department", ("a",))), "kind") == {"fall": 2}
    assert told(cut(rows, ("day", ("2026-01-06",))), "kind") == {"fire": 1}
    assert told(cut(rows, ("week", ("20",))), "kind") == {"fall": 2}


def test_means_are_of_whole_days_and_of_such_days(rows: DemandRows) -> None:
    made = cut(rows)
    assert len(made.whole) == 8
    by_weekday = made.counted("weekday")
    assert by_weekday.counts.tolist() == [6, 1, 1, 1, 1, 1, 1]
    assert by_weekday.a_day.tolist() == [3, 1, 1, 1, 1, 1, 1], "two Mondays"
    assert made.counted("hour").a_day[8] == 1 and made.counted("week").a_day[20] == 1
    short = cut(rows, base=rows.at_s < rows.at_s[2])
    assert len(short.whole) == 1 and short.counted("weekday").a_day[0] == 2
    assert np.isnan(short.counted("weekday").a_day[1])


def test_forecasts_learn_from_kinds_and_places_whatever_the_hours(rows: DemandRows) -> None:
    made = cut(rows, ("kind", ("fire",)), ("hour", ("20",)), base=rows.at_s < rows.at_s[3])
    assert int(made.left.sum()) == 0 and int(made.timeless().sum()) == 8


def test_what_is_not_there_leaves_nothing_and_an_unknown_way_is_refused(rows: DemandRows) -> None:
    assert int(cut(rows, ("kind", ("flood",))).left.sum()) == 0
    assert int(cut(rows, ("hour", ("99",))).left.sum()) == 0
    empty = cut(rows, base=np.zeros(len(rows), dtype=bool))
    assert empty.days == range(0) and told(empty, "day") == {} and told(empty, "hour") == {}
    none = RowsKeeper().rows(state_with([]))
    assert told(cut(none), "week") == {} and len(cut(none).whole) == 0
    with pytest.raises(ValueError, match="no way to look"):
        cut(rows, ("colour", ("red",)))
