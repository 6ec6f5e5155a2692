"""Number grid cells and components as GB/T 30428 does: 15 digits a cell, 16 a component.

A cell's code is county 6 + street 3 + community 3 + cell 3 (区县、街道、社区、单元网格). A component's is county 6 +
large class 2 + small class 2 + serial 6. Where a city states no communities, cells are gathered into made ones.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

NO_COUNTY = "000000"
CELLS_A_COMMUNITY, COMMUNITIES_A_STREET = 80, 12
MOST = 999
LAST_SERIAL = 999_999
_COUNTY, _CELL, _COMPONENT = re.compile(r"\d{6}"), re.compile(r"\d{15}"), re.compile(r"\d{16}")
_ROW_M = 100.0


def is_county(code: str) -> bool:
    """Tell whether a text is a county's code: 6 digits."""
    return _is(_COUNTY, code)


def is_cell_code(code: str) -> bool:
    """Tell whether a text is a grid cell's code: 15 digits."""
    return _is(_CELL, code)


def is_component_code(code: str) -> bool:
    """Tell whether a text is a component's code: 16 digits."""
    return _is(_COMPONENT, code)


def component_code(county: str, small_class: str, serial: int) -> str:
    """Return the code of a component. Raises ValueError for a part that does not fit, or a serial that is used up."""
    if not is_county(county) or not re.fullmatch(r"\d{4}", small_class, re.ASCII):
        raise ValueError(f"{county!r} is no county's code, or {small_class!r} no small class of 4 digits")
    if not 1 <= serial <= LAST_SERIAL:
        raise ValueError(f"serial {serial} of the class {small_class}: a class has {LAST_SERIAL:,} at most")
    return f"{county}{small_class}{serial:06d}"


def communities_made(centres: NDArray[np.float64]) -> list[tuple[int, int]]:
    """Gather cells (centres (n, 2), metres) into streets and communities, each (n,) numbered from 1.

    The ground is halved along its longer side, at the middle cell, until a street and then a community is small
    enough; so each is compact, and the same cells give the same numbers.
    """
    found = [(0, 0)] * len(centres)
    every = np.arange(len(centres))
    for street, members in enumerate(_halved(centres, every, CELLS_A_COMMUNITY * COMMUNITIES_A_STREET), start=1):
        for community, cells in enumerate(_halved(centres, members, CELLS_A_COMMUNITY), start=1):
            for cell in cells.tolist():
                found[cell] = (street, community)
    return found


def cell_codes(centres: NDArray[np.float64], communities: Sequence[tuple[int, int]], county: str) -> list[str]:
    """Number cells within their communities (street, community), from the north-west in rows of 100 m.

    Raises ValueError for a county that is none and where a community holds more than 999 cells.
    """
    if not is_county(county):
        raise ValueError(f"{county!r} is no county's code; it has 6 digits")
    rows = np.floor(-centres[:, 1] / _ROW_M)
    order = np.lexsort((centres[:, 0], rows))
    next_cell: dict[tuple[int, int], int] = {}
    codes = [""] * len(centres)
    for cell in order.tolist():
        street, community = communities[cell]
        number = next_cell[street, community] = next_cell.get((street, community), 0) + 1
        if max(street, community, number) > MOST:
            raise ValueError(
                f"street {street}, community {community}, cell {number}: a code counts to {MOST} at each level; "
                "state communities that are smaller, or build the counties one by one"
            )
        codes[cell] = f"{county}{street:03d}{community:03d}{number:03d}"
    return codes


def _halved(centres: NDArray[np.float64], members: NDArray[np.int64], most: int) -> list[NDArray[np.int64]]:
    if len(members) <= most:
        return [members] if len(members) else []
    places = centres[members]
    axis = int(np.ptp(places[:, 1]) > np.ptp(places[:, 0]))
    order = members[np.lexsort((members, places[:, 1 - axis], places[:, axis]))]
    half = len(order) // 2
    return _halved(centres, order[:half], most) + _halved(centres, order[half:], most)


def _is(pattern: re.Pattern[str], code: str) -> bool:
    return code.isascii() and pattern.fullmatch(code) is not None
