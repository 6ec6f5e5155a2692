"""What the page of demand shows, as plain records: drawn in the window, on paper and on a page for a browser alike.

They travel as JSON to the program that draws; text stays text all the way.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, fields, is_dataclass
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

WAYS = ("hour", "weekday", "week", "day", "kind", "priority", "department", "area", "cell")


@dataclass(frozen=True, slots=True)
class Bar:
    """Hold a key of a way to look: its calls, and how many that is a day (None where no whole day tells)."""

    key: str
    name: str
    count: int
    a_day: float | None = None
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class Way:
    """Hold a way to look with its bars; `more` keys are left out."""

    way: str
    name: str
    bars: tuple[Bar, ...]
    more: int = 0

    @property
    def has_chosen(self) -> bool:
        """Tell whether some of it are looked at alone."""
        return any(bar.is_chosen for bar in self.bars)


@dataclass(frozen=True, slots=True)
class Counts:
    """Hold how `total` of `of_all` calls lie between two days; whole_days are those that means are of."""

    total: int
    of_all: int
    first_day: str
    last_day: str
    whole_days: int
    chosen: str
    ways: tuple[Way, ...]

    def way(self, name: str) -> Way:
        """Return a way; one without bars where it is not told."""
        return next((each for each in self.ways if each.way == name), Way(name, "", ()))


@dataclass(frozen=True, slots=True)
class HotTold:
    """Hold a square that stands out, its south-west corner in metres, with what it means in a sentence."""

    key: str
    x: float
    y: float
    lon: float
    lat: float
    place: str
    when: str
    count: int
    z: float
    p: float
    words: str


@dataclass(frozen=True, slots=True)
class ClusterTold:
    """Hold a cluster, its middle in metres, with what it means in a sentence."""

    number: int
    x: float
    y: float
    radius_m: float
    lon: float
    lat: float
    place: str
    count: int
    first: str
    last: str
    words: str


@dataclass(frozen=True, slots=True)
class PlacesTold:
    """Hold where calls gather. points: x, y (metres) of those that are placed; notes: how it was found."""

    metric_crs: str
    side_m: float
    points: tuple[tuple[float, float], ...]
    hot: tuple[HotTold, ...]
    clusters: tuple[ClusterTold, ...]
    hot_note: str
    cluster_note: str
    density_note: str
    problem: str = ""


@dataclass(frozen=True, slots=True)
class ModelTold:
    """Hold how wrong a model was, calls an hour; of_naive by the seasonal naive forecast's own."""

    model: str
    name: str
    mae: float
    mase: float | None
    deviance: float
    inside: float
    is_used: bool


@dataclass(frozen=True, slots=True)
class HourAhead:
    """Hold an hour to come, `at` in ISO with the city's offset."""

    at: str
    expected: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class AheadTold:
    """Hold the hours to come with how wrong the models were; without hours, `words` say why."""

    words: str
    notes: tuple[str, ...] = ()
    hours: tuple[HourAhead, ...] = ()
    models: tuple[ModelTold, ...] = ()
    weeks_tried: int = 0
    days_known: float = 0.0


@dataclass(frozen=True, slots=True)
class Facts:
    """Hold where it all comes from."""

    language: str
    city: str
    kind: str
    log_name: str
    head: str
    entries: int
    known_at: str
    made_at: str
    made_by: str
    time_zone: str
    warning: str


@dataclass(frozen=True, slots=True)
class Content:
    """Hold everything that a report or a map says."""

    facts: Facts
    counts: Counts
    places: PlacesTold | None
    ahead: AheadTold | None

    def write(self, file: Path) -> None:
        """Write it down. Raises OSError."""
        file.write_text(json.dumps(asdict(self), allow_nan=False), encoding="utf-8")


def read_content(file: Path) -> Content:
    """Read what was written. Raises OSError; ValueError where it is something else."""
    try:
        found = _made(Content, json.loads(file.read_text(encoding="utf-8")))
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"{file.name} holds no figures of demand") from error
    assert isinstance(found, Content)
    return found


def _made(kind: Any, told: Any) -> Any:
    """Make a record, or what stands in one, of what JSON says; anything else raises."""
    if is_dataclass(kind) and isinstance(kind, type):
        hints = get_type_hints(kind)
        return kind(**{each.name: _made(hints[each.name], told[each.name]) for each in fields(kind)})
    if get_origin(kind) in (Union, UnionType):
        inner = next(each for each in get_args(kind) if each is not type(None))
        return None if told is None else _made(inner, told)
    if get_origin(kind) is tuple:
        inner = get_args(kind)
        if not isinstance(told, list):
            raise TypeError("a list was expected")
        if inner[-1] is Ellipsis:
            return tuple(_made(inner[0], each) for each in told)
        return tuple(_made(one, each) for one, each in zip(inner, told, strict=True))
    if kind is float and isinstance(told, int | float) and not isinstance(told, bool) and math.isfinite(told):
        return float(told)
    if type(told) is not kind:
        raise TypeError(f"{kind} was expected")
    return told
