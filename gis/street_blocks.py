"""Find the blocks of a street file: the hundreds of house numbers that its lines run along, by their address ranges."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from numpy.typing import NDArray

from gis.places import distance_m

# Fields of the numbers where a line begins and ends, on its left and on its right, as street files call them: San
# Francisco's, Esri's, those of the Census Bureau (TIGER) then and now, and the United States' NENA standard's.
RANGES = (
    ("lf_fadd", "lf_toadd", "rt_fadd", "rt_toadd"),
    ("l_f_add", "l_t_add", "r_f_add", "r_t_add"),
    ("fraddl", "toaddl", "fraddr", "toaddr"),
    ("lfromadd", "ltoadd", "rfromadd", "rtoadd"),
    ("fromaddr_l", "toaddr_l", "fromaddr_r", "toaddr_r"),
)
SAME_BLOCK_M = 400.0
BLOCK = 100  # house numbers of one block
MOST_BLOCKS = 30  # along one line: more is a slip of the file
HIGHEST = 99_999


@dataclass(frozen=True, slots=True)
class Block:
    """Hold the middle of a block (lon/lat): `first` is 300 for the numbers 300 to 399, of which `numbers` are there."""

    street: str
    first: int
    lon: float
    lat: float
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Stretch:
    numbers: range
    lon: float
    lat: float


def range_fields(columns: Sequence[str]) -> tuple[str, ...]:
    """Name the four fields of address ranges, none where a file has none."""
    known = {column.casefold(): column for column in columns}
    return next((tuple(known[each] for each in four) for four in RANGES if set(four) <= known.keys()), ())


def blocks_of(
    names: Sequence[str], lines: NDArray[Any], columns: Mapping[str, Sequence[Any]], rows: Sequence[int]
) -> list[Block]:
    """Return the blocks along lines (lon/lat) that bear `names`; `rows` are the lines' rows in the columns.

    A block is one where its lines lie together, on both sides of the street. 0 and blank are no number.
    """
    fields = range_fields(tuple(columns))
    gathered: dict[tuple[str, int], list[_Stretch]] = defaultdict(list)
    for name, line, row in zip(names, lines, rows, strict=True):
        sides = [_number(columns[field][row]) for field in fields]
        for stretch in _stretches(line, sides[::2], sides[1::2]):
            gathered[name, stretch.numbers[0] // BLOCK * BLOCK].append(stretch)
    return [block for (name, first), here in gathered.items() for block in _together(name, first, here)]


def _stretches(line: Any, starts: Sequence[int], ends: Sequence[int]) -> Iterator[_Stretch]:
    """Yield what a line has of each block, at the middle of it."""
    starts, ends = ([each for each in side if each] for side in (starts, ends))
    if not starts or not ends:
        return
    start, end = sum(starts) / len(starts), sum(ends) / len(ends)
    lowest, highest = min(*starts, *ends), max(*starts, *ends)
    if highest // BLOCK - lowest // BLOCK >= MOST_BLOCKS:
        return
    for first in range(lowest // BLOCK * BLOCK, highest + 1, BLOCK):
        low, high = max(lowest, first), min(highest, first + BLOCK - 1)
        share = ((low + high) / 2 - start) / (end - start) if end != start else 0.5
        at = shapely.line_interpolate_point(line, min(max(share, 0.0), 1.0), normalized=True)
        yield _Stretch(range(low, high + 1), float(at.x), float(at.y))


def _together(name: str, first: int, here: Sequence[_Stretch]) -> Iterator[Block]:
    while here:
        one = here[0]
        near = [each for each in here if distance_m(one.lon, one.lat, each.lon, each.lat) < SAME_BLOCK_M]
        here = [each for each in here if each not in near]
        lon, lat = (sum(at) / len(near) for at in zip(*((each.lon, each.lat) for each in near), strict=True))
        yield Block(name, first, lon, lat, tuple(sorted({number for each in near for number in each.numbers})))


def _number(cell: Any) -> int:
    try:
        found = int(float(cell))
    except (TypeError, ValueError, OverflowError):
        return 0
    return found if 0 < found <= HIGHEST else 0
