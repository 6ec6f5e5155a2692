"""Broken polygons are mended where that ends, and left out with a word where it would not."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from gis.io_mending import Mender, cost_of, crossings


def scribble(corners: int) -> shapely.Polygon:
    return shapely.Polygon(np.random.default_rng(1).random((corners, 2)))


def test_a_bow_tie_is_mended_and_said() -> None:
    shape, what = Mender().mended(shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)]))
    assert shape.is_valid and shape.area == pytest.approx(0.5)
    assert what.startswith("mended: Self-intersection")


def test_a_scribble_that_would_take_minutes_is_not_begun_with(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[object] = []
    monkeypatch.setattr(shapely, "make_valid", lambda *given, **_: begun.append(given))
    shape, what = Mender().mended(scribble(3000))
    assert shape is None and "too often" in what and not begun


def test_many_that_take_long_together_are_mended_as_far_as_it_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gis.io_mending.MOST_TOGETHER_S", 1.5 * cost_of(scribble(350)))
    mender = Mender()
    answers = [mender.mended(scribble(350))[0] for _ in range(3)]
    assert answers[0] is not None and answers[1:] == [None, None]


def test_crossings_are_about_counted() -> None:
    zigzag = np.array([(x, y) for x in range(20) for y in (0, 1)], float)
    corners = np.random.default_rng(2).random((400, 2))
    pieces = shapely.linestrings(np.stack((corners[:-1], corners[1:]), axis=1))
    counted = int(shapely.crosses(pieces[:, None], pieces[None]).sum()) / 2
    assert crossings(zigzag) == 0
    assert crossings(corners) == pytest.approx(counted, rel=0.1)


def test_a_million_corners_without_a_crossing_cost_nothing() -> None:
    angle = np.linspace(0, 2 * np.pi, 1_000_000, endpoint=False)
    assert cost_of(shapely.Polygon(np.stack((np.cos(angle), np.sin(angle)), axis=1))) < 0.1
