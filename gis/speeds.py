"""Speed factors: what the hour, the weather and recorded trips change in the speed of a driving profile.

A city's speeds.toml says what is expected, its learned_speeds.toml what was measured; both are read here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis.located_toml import Fields, LocatedToml, nearest
from gis.network_tags import ROAD_CLASSES
from gis.roads import RoadNetwork
from gis.toml_lines import Path as FieldPath

SHIPPED = Path(__file__).resolve().parent / "speeds.toml"
FILE_NAME = "speeds.toml"
LEARNED_FILE_NAME = "learned_speeds.toml"
LEAST, MOST = 0.05, 3.0
OTHER = "other"
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EVIDENCE = ("own", "class")
_DAY_WORDS = {"every": range(7), "workdays": range(5), "weekend": range(5, 7)}
_CLASSES = tuple(name for name in ROAD_CLASSES if name != "turn")


@dataclass(frozen=True, slots=True)
class Band:
    """Hold some local hours of some weekdays (Monday is 0)."""

    days: frozenset[int]
    from_hour: int
    to_hour: int

    @property
    def hours(self) -> frozenset[int]:
        """Give the hours, over midnight where the band ends before it begins."""
        stop = self.to_hour if self.to_hour > self.from_hour else self.to_hour + 24
        return frozenset(hour % 24 for hour in range(self.from_hour, stop))

    def holds(self, weekday: int, hour: int) -> bool:
        """Tell whether an hour of a weekday lies in it."""
        if weekday not in self.days:
            return False
        if self.from_hour < self.to_hour:
            return self.from_hour <= hour < self.to_hour
        return hour >= self.from_hour or hour < self.to_hour


@dataclass(frozen=True, slots=True)
class Traffic:
    """Hold what is expected of the roads in a band: a factor by road class, `other` for those not named."""

    name: str
    band: Band
    factor: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Learned:
    """Hold what was measured of one road class in a band with one profile, as a share of the profile's speed.

    `spread` is the robust relative scatter between trips. `evidence` is "own" where the band's own trips are enough,
    "class" where they are not and the trips of all hours of the class moved what was expected.
    """

    profile: str
    road_class: str
    band: Band
    factor: float
    trips: int
    units: int
    spread: float = 0.0
    evidence: str = "own"


@dataclass(frozen=True, slots=True)
class Felt:
    """Say how much of traffic and weather a profile feels, 0 to 1."""

    traffic: float = 1.0
    weather: float = 1.0


@dataclass(frozen=True, slots=True)
class Speeds:
    """Answer the speed factors of a city. Rows of `traffic` never share an hour; what is not named is 1.0."""

    traffic: tuple[Traffic, ...] = ()
    weather: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    felt: Mapping[str, Felt] = field(default_factory=dict)
    learned: tuple[Learned, ...] = ()

    @property
    def weathers(self) -> tuple[str, ...]:
        """Name the weathers that are known, in the order of the file."""
        return tuple(self.weather)

    def factors(
        self, network: RoadNetwork, *, weekday: int, hour: int, weather: str = "", profile: str
    ) -> NDArray[np.float32]:
        """Give what multiplies the driving speed on every arc, float32 (m,); 1.0 on turns.

        `weekday` (Monday is 0) and `hour` are local. A weather that is not known, as "" is, changes nothing. Dividing
        a profile's weights by it is right on every arc: its penalties of seconds stand on turns alone.
        """
        row, learned, weather, profile = self.slot(weekday=weekday, hour=hour, weather=weather, profile=profile)
        of_class = [self._factor(name, row, learned, weather, profile) for name in network.classes]
        table = np.array(of_class, dtype=np.float32)
        factors: NDArray[np.float32] = table[np.asarray(network.road_class)]
        factors[np.asarray(network.edge) < 0] = 1.0
        return factors

    def slot(
        self, *, weekday: int, hour: int, weather: str = "", profile: str
    ) -> tuple[int, tuple[int, ...], str, str]:
        """Name the conditions: where two are equal, the factors are."""
        if not 0 <= weekday <= 6 or not 0 <= hour <= 23:
            raise ValueError(f"weekdays are 0 to 6 and hours 0 to 23, not {weekday} and {hour}")
        row = next((at for at, row in enumerate(self.traffic) if row.band.holds(weekday, hour)), -1)
        learned = tuple(
            at for at, row in enumerate(self.learned) if row.profile == profile and row.band.holds(weekday, hour)
        )
        return row, learned, weather if weather in self.weather else "", profile

    def expected(self, road_class: str, *, weekday: int, hour: int, profile: str) -> float:
        """Give the factor of traffic that is expected of a road class, without what was learned."""
        row, _, _, _ = self.slot(weekday=weekday, hour=hour, profile=profile)
        return self._factor(road_class, row, (), "", profile)

    def _factor(self, road_class: str, row: int, learned: tuple[int, ...], weather: str, profile: str) -> float:
        felt = self.felt.get(profile, Felt())
        measured = next((self.learned[at].factor for at in learned if self.learned[at].road_class == road_class), None)
        traffic = measured or (
            _felt(_of_class(self.traffic[row].factor, road_class), felt.traffic) if row >= 0 else 1.0
        )
        return traffic * _felt(_of_class(self.weather.get(weather, {}), road_class), felt.weather)


def read_speeds(path: Path, *, learned: Path | None = None) -> Speeds:
    """Read a speeds.toml, and what was learned on top of it. Raises BadFile with every problem of a file."""
    speeds = _speeds(LocatedToml.read(path))
    return replace(speeds, learned=read_learned(learned)) if learned is not None else speeds


def read_learned(path: Path) -> tuple[Learned, ...]:
    """Read a learned_speeds.toml. Raises BadFile with every problem of it."""
    return _learned(LocatedToml.read(path))


def parse_speeds(text: str, file: str = FILE_NAME) -> Speeds:
    """Read speeds from TOML text; `file` names it in the problems of BadFile."""
    return _speeds(LocatedToml.parse(text, file))


def parse_learned(text: str, file: str = LEARNED_FILE_NAME) -> tuple[Learned, ...]:
    """Read what was learned from TOML text; `file` names it in the problems of BadFile."""
    return _learned(LocatedToml.parse(text, file))


@cache
def default_speeds() -> Speeds:
    """Return the speeds that are shipped, for cities that have none of their own."""
    return read_speeds(SHIPPED)


def speeds_of(folder: Path) -> Speeds:
    """Read the speeds of a city's folder, with what was learned where it was."""
    learned = folder / LEARNED_FILE_NAME
    return read_speeds(expected_file(folder), learned=learned if learned.is_file() else None)


def expected_file(folder: Path) -> Path:
    """Name the file that says what is expected in a city's folder: its own or the shipped one."""
    own = folder / FILE_NAME
    return own if own.is_file() else SHIPPED


def _felt(factor: float, share: float) -> float:
    return 1.0 + share * (factor - 1.0)


def _of_class(factor: Mapping[str, float], road_class: str) -> float:
    for name in (road_class, road_class.removesuffix("_link"), OTHER):
        if name in factor:
            return factor[name]
    return 1.0


def _speeds(toml: LocatedToml) -> Speeds:
    toml.check_keys(("traffic", "weather", "felt"))
    traffic: list[Traffic] = []
    for path, table in toml.tables("traffic"):
        fields = Fields(toml, path, {key: table[key] for key in table if key != "factor"}, "[[traffic]]")
        name, band = fields.text("name"), _band(fields)
        fields.done()
        raw = table.get("factor")
        if not isinstance(raw, dict):
            fields.bad("factor", "must be a table such as { primary = 0.7, other = 0.9 }")
            raw = {}
        factor = _factors(toml, (*path, "factor"), raw, name)
        shared = next((row.name for row in traffic if row.band.days & band.days and row.band.hours & band.hours), None)
        if shared is not None:
            fields.bad("from_hour", f"shares hours with {shared!r}, and only one of them can hold")
        traffic.append(Traffic(name, band, factor))
    weather = {
        name: _factors(toml, ("weather", name), table, f"[weather.{name}]")
        for name, table in _tables_of(toml, "weather").items()
    }
    felt = {}
    for name, table in _tables_of(toml, "felt").items():
        fields = Fields(toml, ("felt", name), table, f"[felt.{name}]")
        felt[name] = Felt(fields.number("traffic", 0, 1, 1.0), fields.number("weather", 0, 1, 1.0))
        fields.done()
    toml.raise_if_bad()
    return Speeds(tuple(traffic), weather, felt)


def _learned(toml: LocatedToml) -> tuple[Learned, ...]:
    toml.check_keys(("learned",))
    rows: list[Learned] = []
    taken: dict[tuple[str, str, int, int], int] = {}
    for path, table in toml.tables("learned"):
        fields = Fields(toml, path, table, "[[learned]]")
        row = Learned(
            profile=fields.text("profile"),
            road_class=fields.one_of("road_class", _CLASSES, "road class"),
            band=_band(fields),
            factor=fields.number("factor", LEAST, MOST),
            trips=fields.whole("trips", 0, 10**9),
            units=fields.whole("units", 0, 10**9),
            spread=fields.number("spread", 0, 100, 0.0),
            evidence=fields.one_of("evidence", EVIDENCE, "evidence", "own"),
        )
        fields.done()
        hours = [
            (row.profile, row.road_class, day, hour) for day in sorted(row.band.days) for hour in sorted(row.band.hours)
        ]
        shared = next((taken[each] for each in hours if each in taken), None)
        if shared is not None:
            fields.bad("from_hour", f"shares hours of {row.road_class} with row {shared + 1}, and only one can hold")
        taken.update(dict.fromkeys(hours, len(rows)))
        rows.append(row)
    toml.raise_if_bad()
    return tuple(rows)


def _band(fields: Fields) -> Band:
    start, stop = fields.whole("from_hour", 0, 23), fields.whole("to_hour", 0, 24)
    if start == stop:
        fields.bad("to_hour", "must differ from from_hour; the whole day is 0 to 24")
    return Band(_days(fields), start, stop)


def _days(fields: Fields) -> frozenset[int]:
    if isinstance(fields.table.get("days"), list):
        names = fields.texts("days", required=True)
        for name in names:
            if name not in DAYS:
                fields.bad("days", f"{name!r} is no day{nearest(name, DAYS)}")
        return frozenset(DAYS.index(name) for name in names if name in DAYS)
    return frozenset(_DAY_WORDS.get(fields.one_of("days", _DAY_WORDS, "choice of days"), ()))


def _factors(toml: LocatedToml, path: FieldPath, table: dict[str, Any], label: str) -> dict[str, float]:
    fields = Fields(toml, path, table, label)
    found = {name: fields.number(name, LEAST, MOST) for name in (*_CLASSES, OTHER) if name in table}
    for name in table:
        if name not in found:
            fields.bad(name, f"is no road class{nearest(name, (*_CLASSES, OTHER))}")
    return found


def _tables_of(toml: LocatedToml, name: str) -> dict[str, dict[str, Any]]:
    """Return the tables [name.*]; what is there and is none is a problem."""
    content = toml.data.get(name, {})
    if not isinstance(content, dict):
        toml.problem((name,), f"must be written as [{name}.*] tables", label=f"[{name}]")
        return {}
    for key, table in content.items():
        if not isinstance(table, dict):
            toml.problem((name, key), f"must be a table [{name}.{key}]", label=f"[{name}]")
    return {key: table for key, table in content.items() if isinstance(table, dict)}
