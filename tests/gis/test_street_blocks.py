"""Blocks out of the address ranges of a street file."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely

from gis.street_blocks import RANGES, Block, blocks_of

LON, LAT = -122.4, 37.75
EAST = shapely.LineString([(LON, LAT), (LON + 0.004, LAT)])  # some 350 m
WEST = shapely.reverse(EAST)


def found(*rows: tuple[shapely.LineString, tuple[Any, ...]], fields: tuple[str, ...] = RANGES[0]) -> list[Block]:
    columns = {field: [numbers[place] for _, numbers in rows] for place, field in enumerate(fields)}
    lines = np.array([line for line, _ in rows], dtype=object)
    return blocks_of(["Elm St"] * len(rows), lines, columns, range(len(rows)))


@pytest.mark.parametrize("fields", RANGES)
def test_a_line_along_two_blocks_gives_the_middle_of_each(fields: tuple[str, ...]) -> None:
    near, far = found((EAST, (201, 399, 200, 398)), fields=tuple(field.upper() for field in fields))
    assert (near.street, near.first, far.first) == ("Elm St", 200, 300)
    assert near.numbers == tuple(range(200, 300)) and far.numbers == tuple(range(300, 400))
    assert near.lon == pytest.approx(LON + 0.001, abs=2e-5) and far.lon == pytest.approx(LON + 0.003, abs=2e-5)


def test_numbers_that_run_against_the_line_are_followed() -> None:
    near, far = found((WEST, (399.0, 201.0, "398", None)))
    assert (near.first, far.first) == (200, 300)
    assert near.lon == pytest.approx(LON + 0.001, abs=2e-5) and far.lon == pytest.approx(LON + 0.003, abs=2e-5)


def test_a_block_of_several_lines_is_one_and_a_second_street_of_the_name_is_another() -> None:
    beside = shapely.LineString([(LON, LAT + 0.0002), (LON + 0.004, LAT + 0.0002)])
    away = shapely.LineString([(LON + 0.1, LAT), (LON + 0.104, LAT)])
    one, other = found((EAST, (201, 299, 0, 0)), (beside, (0, 0, 200, 298)), (away, (201, 299, 200, 298)))
    assert one.numbers == other.numbers == tuple(range(200, 300)) and one.lat == pytest.approx(LAT + 0.0001)


@pytest.mark.parametrize(
    "numbers", [(0, 0, 0, 0), (None, None, "", ""), ("north", float("nan"), float("inf"), -5), (1, 99_999, 0, 0)]
)
def test_what_is_no_range_gives_no_block(numbers: tuple[Any, ...]) -> None:
    assert found((EAST, numbers)) == []


def test_a_file_without_ranges_has_no_blocks() -> None:
    assert blocks_of(["Elm St"], np.array([EAST], dtype=object), {"NAME": ["Elm St"]}, [0]) == []
