"""Read the road network from a city's own street file, whose lines name the junctions that they join."""

import re
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.io import VectorFile, read_vector
from gis.network_draft import Draft, NetworkError
from gis.network_limits import limit_fields, limits_of
from gis.network_tags import CLASS_CODE, speed_of
from gis.roads import ArcFlag, Limits

_FORWARD = frozenset({"ft", "f", "yes", "y", "true", "1", "forward", "from-to", "with", "one way", "oneway", "one-way"})
_BACKWARD = frozenset({"tf", "t", "-1", "reverse", "backward", "to-from", "against"})
_BOTH = frozenset({"", "b", "n", "no", "0", "false", "both", "two way", "two-way", "twoway", "none", "bd", "2"})
_NAME_FIELDS = (
    *("name", "streetname", "street_name", "full_name", "fullname", "st_name", "stname", "road_name", "rd_name"),
    *("street", "road"),
)
# Words of street files in English, and the class codes 0 to 6 of the City and County of San Francisco.
_CLASSES = {
    "freeway": "motorway",
    "highway": "trunk",
    "major": "primary",
    "arterial": "primary",
    "minor arterial": "secondary",
    "collector": "tertiary",
    "local": "residential",
    "ramp": "motorway_link",
    "alley": "service",
    "private": "service",
    "lane": "service",
    "0": "service",
    "1": "motorway",
    "2": "trunk",
    "3": "primary",
    "4": "tertiary",
    "5": "residential",
    "6": "motorway_link",
}
_ENDS_APART_M = 20.0
_M_PER_DEGREE = 111_320.0


def read_streets(
    file: Path, *, from_field: str, to_field: str, oneway_field: str | None, class_field: str | None
) -> Draft:
    """Make a draft network of a street file.

    A line runs from the junction named in `from_field` to the one in `to_field`. One-way values: FT, F, yes (along the
    line), TF, T, -1 (against it), B, no or empty (both). Class values: OpenStreetMap's words, or the usual English
    ones. Fields called maxspeed, maxheight, maxwidth and maxweight are read as OpenStreetMap writes them. Raises
    NetworkError for a field that is not there and where no line can be used; VectorError for a bad file. What was left
    out or not understood is counted in the draft's report.
    """
    streets = read_vector(file)
    for field in (from_field, to_field, oneway_field, class_field):
        if field is not None and field not in streets.columns:
            raise NetworkError(f"{file}: no field {field!r}; there are {', '.join(sorted(streets.columns))}")
    index, shapes, other = streets.of_kind("line")
    left_out = Counter({"not a line": sum(not problem.kept for problem in other)})
    unknown: dict[str, Counter[str]] = {"oneway": Counter(), "class": Counter()}
    rows = _Rows()
    names = _names(streets)
    limits = next((values for field, values in streets.columns.items() if field.casefold() == "maxspeed"), None)
    limit_columns = [streets.columns[field] if field else None for field in limit_fields(streets.columns)]
    unread_limits: Counter[str] = Counter()
    for i, shape in zip(index.tolist(), shapes, strict=True):
        points = _points(shape)
        start, end = (_key(streets.columns[field][i]) for field in (from_field, to_field))
        if points is None:
            left_out["in several pieces"] += 1
            continue
        if not start or not end:
            left_out["no junction named"] += 1
            continue
        direction = _direction(streets.columns[oneway_field][i] if oneway_field else None, unknown["oneway"])
        road_class = _class(streets.columns[class_field][i] if class_field else "residential", unknown["class"])
        speed = speed_of(_key(limits[i])) if limits else 0.0
        may_pass = limits_of([column[i] if column else None for column in limit_columns], unread_limits)
        about = (int(streets.numbers[i]), names[i], road_class, direction, speed or 0.0, may_pass)
        if start != end:
            rows.add(start, end, points, about)
        elif len(points) > 2:
            half = len(points) // 2
            middle = f"{start} (half-way, street {about[0]})"
            rows.add(start, middle, points[: half + 1], about)
            rows.add(middle, end, points[half:], about)
        else:
            left_out["ends where it begins"] += 1
    if not rows.ends:
        raise NetworkError(f"{file}: no line that joins two junctions ({dict(left_out)})")
    draft = rows.draft()
    draft.report = {
        "streets": len(streets.geometries),
        "left_out": {reason: count for reason, count in left_out.items() if count},
        "problems": streets.summary(),
        "oneway_not_understood": dict(unknown["oneway"].most_common(20)),
        "class_not_understood": dict(unknown["class"].most_common(20)),
        "limits_unread": dict(unread_limits.most_common(20)),
        "ends_apart": rows.ends_apart,
    }
    return draft


_About = tuple[int, str, int, int, float, Limits]  # number, name, class, direction, speed in km/h, limits


class _Rows:
    """Gather streets, and number the junctions by what the file calls them."""

    def __init__(self) -> None:
        self.ends: list[tuple[int, int]] = []
        self.ends_apart = 0
        self._points: list[NDArray[np.float64]] = []
        self._about: list[_About] = []
        self._junctions: dict[str, int] = {}
        self._places: list[tuple[float, float]] = []

    def add(self, start: str, end: str, points: NDArray[np.float64], about: _About) -> None:
        self.ends.append((self._junction(start, points[0]), self._junction(end, points[-1])))
        self._points.append(points)
        self._about.append(about)

    def _junction(self, key: str, at: NDArray[np.float64]) -> int:
        number = self._junctions.setdefault(key, len(self._places))
        if number == len(self._places):
            self._places.append((float(at[0]), float(at[1])))
        else:
            lon, lat = self._places[number]
            east, north = (at[0] - lon) * np.cos(np.radians(lat)), at[1] - lat
            self.ends_apart += bool(np.hypot(east, north) * _M_PER_DEGREE > _ENDS_APART_M)
        return number

    def draft(self) -> Draft:
        names: dict[str, int] = {}
        count = len(self.ends)
        start, end = np.array(self.ends).T
        of_edge = np.tile(np.arange(count), 2)
        backward = np.repeat([False, True], count)
        way, named, classes, directions, speeds, limits = zip(*self._about, strict=True)
        direction_of = np.array(directions)[of_edge]
        against = backward == (direction_of > 0)
        name_of = np.array([names.setdefault(name, len(names)) if name else -1 for name in named])
        counts = [len(points) for points in self._points]
        return Draft(
            junction_lonlat=np.array(self._places),
            edge_offset=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
            edge_lonlat=np.concatenate(self._points),
            edge=of_edge,
            backward=backward,
            tail=np.concatenate([start, end]),
            head=np.concatenate([end, start]),
            road_class=np.array(classes)[of_edge],
            speed_kmh=np.array(speeds)[of_edge],
            way_id=np.array(way)[of_edge],
            name=name_of[of_edge],
            flags=np.where((direction_of != 0) & against, int(ArcFlag.CONTRAFLOW), 0),
            names=list(names),
            limits=np.array(limits, dtype=np.float64)[of_edge],
        )


def _points(shape: Any) -> NDArray[np.float64] | None:
    if shape.geom_type == "MultiLineString":
        shape = shapely.line_merge(shape)
    if shape.geom_type != "LineString":
        return None
    points = shapely.get_coordinates(shape)
    return points if len(points) > 1 else None


def _key(value: Any) -> str:
    if value is None or value != value:
        return ""
    text = str(value).strip()
    # Number fields come as 12.0, 12 or 12.000000000000000, depending on the file's format.
    return re.sub(r"^(-?\d+)\.0+$", r"\1", text)


def _direction(value: Any, unknown: Counter[str]) -> int:
    word = _key(value).casefold()
    if word in _FORWARD:
        return 1
    if word in _BACKWARD:
        return -1
    if word not in _BOTH:
        unknown[word[:40]] += 1
    return 0


def _class(value: Any, unknown: Counter[str]) -> int:
    word = _key(value).casefold()
    word = _CLASSES.get(word, word)
    if word not in CLASS_CODE or word == "turn":
        unknown[word[:40]] += 1
        word = "residential"
    return CLASS_CODE[word]


def _names(streets: VectorFile) -> list[str]:
    by_word = {field.casefold(): field for field in streets.columns}
    field = next((by_word[word] for word in _NAME_FIELDS if word in by_word), None)
    if field is None:
        return [""] * len(streets.geometries)
    return [_key(value) for value in streets.columns[field]]
