"""Driving profiles: what a road costs under blue lights, and by the ordinary rules of the road."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis.roads import ArcFlag, RoadNetwork
from gis.toml_lines import line_of, toml_lines
from gis.toml_reading import TooMuch, parse_toml, read_toml_bytes

INFINITE = 2**31 - 1  # the router's own 'no way'; larger numbers would be taken at their word
LONGEST_MS = 24 * 3600 * 1000
_KEYS = ("top_speed_kmh", "off_road_kmh", "closed", "speed_kmh", "factor", "flag_factor", "penalty_s")
_FLAGS = {flag.name.lower(): flag for flag in ArcFlag if flag.name}


class ProfileError(ValueError):
    """Say which line and field of a profiles file is wrong."""


@dataclass(frozen=True, slots=True)
class Profile:
    """Hold one way of driving.

    A road's speed is the signed one, or `speed_kmh` of its class where none is signed, times `factor` of its class and
    `flag_factor` of each of its flags, at most `top_speed_kmh`. `penalty_s` is added each time a barrier or a turn with
    the flag is passed. An arc with a flag in `closed`, or of a class whose factor is 0, is closed. `off_road_kmh` is
    the pace between the road and a place beside it.
    """

    name: str
    top_speed_kmh: float
    off_road_kmh: float
    closed: ArcFlag
    speed_kmh: Mapping[str, float]
    factor: Mapping[str, float]
    flag_factor: Mapping[ArcFlag, float]
    penalty_s: Mapping[ArcFlag, float]

    @property
    def off_road_mps(self) -> float:
        return self.off_road_kmh / 3.6

    def weights_ms(self, network: RoadNetwork) -> NDArray[np.uint32]:
        """Give the time on every arc, uint32 (m,) in milliseconds, INFINITE where closed."""
        signed = np.asarray(network.speed_kmh, dtype=np.float64)
        road_class = np.asarray(network.road_class)
        flags = np.asarray(network.flags)
        other = self.speed_kmh.get("road", 30.0)
        usual = np.array([self.speed_kmh.get(name, other) for name in network.classes])
        factor = np.array([self.factor.get(name, 1.0) for name in network.classes])
        shut = factor <= 0
        speed = np.where(signed > 0, signed, usual[road_class]) * np.where(shut, 1.0, factor)[road_class]
        for flag, slower in self.flag_factor.items():
            speed[(flags & flag) != 0] *= slower
        speed = np.clip(speed, 0.5, self.top_speed_kmh)
        time_ms = np.asarray(network.length_m, dtype=np.float64) / speed * 3600.0
        passing = np.asarray(network.edge) < 0
        for flag, seconds in self.penalty_s.items():
            time_ms[passing & ((flags & flag) != 0)] += seconds * 1000.0
        weights: NDArray[np.uint32] = np.minimum(np.rint(time_ms), LONGEST_MS).astype(np.uint32)
        weights[((flags & int(self.closed)) != 0) | shut[road_class]] = INFINITE
        return weights


def read_profiles(file: Path) -> dict[str, Profile]:
    """Read every profile of a TOML file; raise ProfileError with file, line and field."""
    try:
        text = read_toml_bytes(file).decode("utf-8")
    except TooMuch as error:
        raise ProfileError(f"{file}: {error}") from error
    except UnicodeDecodeError as error:
        raise ProfileError(f"{file}: not UTF-8 text (byte {error.start})") from error
    return parse_profiles(text, source=str(file))


def parse_profiles(text: str, *, source: str) -> dict[str, Profile]:
    """Read every profile of a TOML text; `source` names it in errors."""
    try:
        tables = parse_toml(text)
    except ValueError as error:  # no TOML, or a number of thousands of digits
        raise ProfileError(f"{source}: {error}") from error
    reader = _Reader(text, source)
    profiles = {name: reader.profile(name, table) for name, table in tables.items()}
    if not profiles:
        raise ProfileError(f"{source}: no profile in it")
    return profiles


def default_profiles() -> dict[str, Profile]:
    """Give the shipped profiles: 'emergency' and 'ordinary'."""
    return parse_profiles(_default_text(), source="profiles.toml")


def write_default(path: Path) -> None:
    """Write the shipped profiles file, comments and all, for a city to edit."""
    path.write_text(_default_text(), encoding="utf-8")


def profile_for(file: Path, name: str) -> Profile:
    """Read one profile from a city's file, or the shipped one where the city has no file.

    Raises ProfileError for a bad file and for a name that is not in it.
    """
    profiles = read_profiles(file) if file.exists() else default_profiles()
    if name not in profiles:
        raise ProfileError(f"{file}: no profile {name!r}; there are {', '.join(sorted(profiles))}")
    return profiles[name]


def _default_text() -> str:
    return resources.files("gis").joinpath("profiles.toml").read_text(encoding="utf-8")


class _Reader:
    def __init__(self, text: str, source: str) -> None:
        self._lines = toml_lines(text)
        self._source = source

    def profile(self, name: str, table: object) -> Profile:
        if not isinstance(table, dict):
            raise self._error((name,), "must be a table [name] with its own values")
        for key in table:
            if key not in _KEYS:
                raise self._error((name, key), f"is not known here; known: {', '.join(_KEYS)}")
        closed = table.get("closed", [])
        if not isinstance(closed, list):
            raise self._error((name, "closed"), "must be a list of words")
        shut = ArcFlag(0)
        for word in closed:
            shut |= self._flag((name, "closed"), word)
        return Profile(
            name=name,
            top_speed_kmh=self._number((name, "top_speed_kmh"), table.get("top_speed_kmh"), 1, 300),
            off_road_kmh=self._number((name, "off_road_kmh"), table.get("off_road_kmh"), 0.1, 100),
            closed=shut,
            speed_kmh=self._numbers((name, "speed_kmh"), table, 0.5, 300),
            factor=self._numbers((name, "factor"), table, 0, 5),
            flag_factor=self._flags((name, "flag_factor"), table, 0.01, 5),
            penalty_s=self._flags((name, "penalty_s"), table, 0, 3600),
        )

    def _numbers(self, where: tuple[str, ...], table: dict[str, Any], low: float, high: float) -> dict[str, float]:
        part = table.get(where[-1], {})
        if not isinstance(part, dict):
            raise self._error(where, "must be a table")
        return {key: self._number((*where, key), value, low, high) for key, value in part.items()}

    def _flags(self, where: tuple[str, ...], table: dict[str, Any], low: float, high: float) -> dict[ArcFlag, float]:
        return {self._flag((*where, key), key): value for key, value in self._numbers(where, table, low, high).items()}

    def _number(self, where: tuple[str, ...], value: object, low: float, high: float) -> float:
        if value is None:
            raise self._error(where, "is missing")
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise self._error(where, f"must be a number from {low:g} to {high:g}, not {value!r}")
        return float(value)

    def _flag(self, where: tuple[str, ...], word: object) -> ArcFlag:
        if not isinstance(word, str) or word not in _FLAGS:
            raise self._error(where, f"does not know {word!r}; known: {', '.join(_FLAGS)}")
        return _FLAGS[word]

    def _error(self, where: tuple[str, ...], problem: str) -> ProfileError:
        line = line_of(self._lines, where)
        return ProfileError(f"{self._source}, line {line}, {'.'.join(where)}: {problem}")
