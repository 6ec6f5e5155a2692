from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.grid_codes import (
    CELLS_A_COMMUNITY,
    cell_codes,
    communities_made,
    component_code,
    is_cell_code,
    is_component_code,
    is_county,
)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 3000), st.integers(0, 99))
def test_every_cell_has_a_code_of_its_own_in_a_small_community(count: int, seed: int) -> None:
    centres = np.random.default_rng(seed).uniform(0, 9000, (count, 2))
    communities = communities_made(centres)
    codes = cell_codes(centres, communities, "110101")
    assert len(set(codes)) == count and all(is_cell_code(code) for code in codes)
    assert all(size <= CELLS_A_COMMUNITY for size in Counter(code[:12] for code in codes).values())
    assert [(int(code[6:9]), int(code[9:12])) for code in codes] == communities


def test_cells_are_numbered_in_rows_from_the_north_west() -> None:
    centres = np.array([[250.0, 50.0], [50.0, 250.0], [150.0, 240.0], [50.0, 60.0]])
    codes = cell_codes(centres, [(1, 2)] * 4, "110101")
    assert [code[12:] for code in codes] == ["004", "001", "002", "003"]


def test_codes_that_do_not_suffice_are_said() -> None:
    with pytest.raises(ValueError, match="counts to 999"):
        cell_codes(np.zeros((1000, 2)), [(1, 1)] * 1000, "110101")
    with pytest.raises(ValueError, match="6 digits"):
        cell_codes(np.zeros((1, 2)), [(1, 1)], "11010")


@pytest.mark.parametrize("text", ["", "11010", "1101011", "11010a", "１１０１０１", "11010\n"])
def test_what_is_no_county(text: str) -> None:
    assert not is_county(text)
    assert not is_cell_code(text + "001001001")


def test_a_component_has_county_class_and_serial() -> None:
    code = component_code("110101", "0111", 42)
    assert code == "1101010111000042" and is_component_code(code)
    for county, small, serial in (("1", "0111", 1), ("110101", "111", 1), ("110101", "0111", 0)):
        with pytest.raises(ValueError, match=r"county|serial"):
            component_code(county, small, serial)
    with pytest.raises(ValueError, match="999,999 at most"):
        component_code("110101", "0111", 1_000_000)
