"""A closure on the way is told from one beside it, by shape alone."""

from __future__ import annotations

import pytest

from dispatch.incident import Closure
from dispatch.on_way import lies_on

WAY = ((25.0, 60.0), (25.02, 60.0), (25.02, 60.01))  # 1.1 km east, then 1.1 km north
M = 1 / 111_195  # degrees of latitude a metre


def line(*points: tuple[float, float]) -> Closure:
    return Closure("c", "LineString", points)


@pytest.mark.parametrize(
    ("closure", "expected"),
    [
        (Closure("c", "Point", ((25.01, 60.0 + 10 * M),)), True),
        (Closure("c", "Point", ((25.01, 60.0 + 60 * M),)), False),
        (line((25.005, 60.0), (25.008, 60.0)), True),
        (line((25.005, 60.0 + 40 * M), (25.008, 60.0 + 40 * M)), False),
        (line((25.01, 60.0 - 200 * M), (25.01, 60.0 + 200 * M)), False),
        (line((25.01, 60.0 - 20 * M), (25.01, 60.0 + 20 * M)), True),
        (Closure("c", "Polygon", ((25.01, 59.9), (25.03, 59.9), (25.03, 60.1), (25.01, 60.1))), True),
        (Closure("c", "Polygon", ((25.1, 59.9), (25.3, 59.9), (25.3, 60.1))), False),
        (
            Closure(
                "c",
                "Polygon",
                ((24.0, 59.0), (26.0, 59.0), (26.0, 61.0), (24.0, 61.0)),
                holes=(((24.5, 59.5), (25.5, 59.5), (25.5, 60.5), (24.5, 60.5)),),
            ),
            False,
        ),
        (Closure("c", "Polygon", ((25.0, 60.0),)), False),
        (Closure("c", "Point", ()), False),
    ],
    ids=["on", "beside", "along", "parallel", "crossed", "across", "area", "elsewhere", "hole", "broken", "none"],
)
def test_what_lies_on_a_way(closure: Closure, expected: bool) -> None:
    assert lies_on(closure, WAY) is expected
    assert not lies_on(closure, WAY[:1])


def test_a_way_over_the_180th_meridian() -> None:
    way = ((179.995, -17.0), (-179.995, -17.0))
    assert lies_on(Closure("c", "Point", ((-179.999, -17.0),)), way)
    assert not lies_on(Closure("c", "Point", ((0.0, -17.0),)), way)
