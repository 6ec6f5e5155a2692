"""A city folder: what it is called, where it lies, whose data it is, and its layers, places and roads."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from gis.columns import LayerColumns, LayerError, is_layer_name
from gis.crs import LONLAT, check_metric, transformer
from gis.toml_reading import read_toml

if TYPE_CHECKING:
    from gis.places import Places
    from gis.roads import RoadNetwork

CITY_FILE = "city.toml"
CHECKSUM_FILE = "checksums.sha256"
FORMAT = 1
_UTM = r"EPSG:32[67](0[1-9]|[1-5]\d|60)"  # what `utm_crs` names


class CityError(ValueError):
    """A folder is no city, or part of it is missing or broken; the message names the file and what is wrong."""


@dataclass(frozen=True, slots=True)
class CitySource:
    """A file that a city was built from. sha256: hexadecimal; size_bytes: its length."""

    file: str
    sha256: str
    licence: str
    attribution: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class City:
    """An opened city. bounds: west, south, east, north in lon/lat; center: lon, lat; built_at: UTC."""

    folder: Path
    name: str
    name_zh: str
    time_zone: str
    metric_crs: str
    bounds: tuple[float, float, float, float]
    center: tuple[float, float]
    built_at: datetime | None
    attribution: str
    sources: tuple[CitySource, ...]
    warnings: tuple[str, ...]
    _layers: dict[str, LayerColumns] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def open(cls, folder: Path) -> City:
        """Read a city folder's city.toml. Raises CityError saying which file or field is missing or wrong."""
        file = folder / CITY_FILE
        try:
            head = read_toml(file)
        except FileNotFoundError:
            what = "no such folder" if not folder.is_dir() else f"not a city: {CITY_FILE} is missing"
            raise CityError(f"{folder}: {what}") from None
        except (OSError, ValueError) as error:  # no UTF-8, no TOML, or a number of thousands of digits
            raise CityError(f"{file}: cannot be read ({error})") from error
        if head.get("format", FORMAT) != FORMAT:
            raise CityError(f"{file}: format {head['format']} was written by a newer program; this one reads {FORMAT}")
        zone = _field(file, head, "time_zone", str)
        try:
            ZoneInfo(zone)
        except (KeyError, OSError, ValueError):  # a zone that is not found is a KeyError
            raise CityError(f"{file}: time_zone {zone!r} is not an IANA time zone") from None
        built_at = head.get("built_at")
        if built_at is not None and (not isinstance(built_at, datetime) or built_at.tzinfo is None):
            raise CityError(f"{file}: built_at is not an instant with its offset")
        return cls(
            folder=folder,
            name=_field(file, head, "name", str),
            name_zh=str(head.get("name_zh", "")),
            time_zone=zone,
            metric_crs=_metric_crs(file, head),
            bounds=_bounds(file, head),
            center=_center(file, head),
            built_at=built_at.astimezone(UTC) if built_at else None,
            attribution=str(head.get("attribution", "")),
            sources=tuple(_source(file, entry) for entry in head.get("source", ())),
            warnings=tuple(str(warning) for warning in head.get("warnings", ())),
        )

    def layer_names(self) -> tuple[str, ...]:
        """Name the drawn layers that the city has."""
        folder = self.folder / "layers"
        if not folder.is_dir():
            return ()
        return tuple(sorted(p.name for p in folder.iterdir() if is_layer_name(p.name) and (p / "layer.json").is_file()))

    def layer(self, name: str) -> LayerColumns:
        """Open a drawn layer (kept open). Raises CityError for one that the city does not have or that is broken."""
        if name not in self._layers:
            if not is_layer_name(name) or not (self.folder / "layers" / name).is_dir():
                raise CityError(
                    f"{self.folder}: no layer {name!r}; there are {', '.join(self.layer_names()) or 'none'}"
                )
            try:
                self._layers[name] = LayerColumns.open(self.folder / "layers" / name)
            except LayerError as error:
                raise CityError(str(error)) from error
        return self._layers[name]

    def to_metric(self, lon: Any, lat: Any) -> tuple[Any, Any]:
        """Turn lon/lat in degrees into x/y in metres of the city's CRS; numbers or arrays."""
        x, y = transformer(LONLAT, self.metric_crs).transform(lon, lat)
        return x, y

    def to_lonlat(self, x: Any, y: Any) -> tuple[Any, Any]:
        """Turn x/y in metres of the city's CRS into lon/lat in degrees; numbers or arrays."""
        lon, lat = transformer(self.metric_crs, LONLAT).transform(x, y)
        return lon, lat

    def roads(self) -> RoadNetwork:
        """Open the city's road network. Raises RoadsError: it is missing, damaged, or in another CRS."""
        from gis.roads import RoadNetwork, RoadsError

        network = RoadNetwork.open(self.roads_folder)
        if network.crs.casefold() != self.metric_crs.casefold():
            both = f"the roads are in {network.crs}, the city in {self.metric_crs}"
            raise RoadsError(f"{self.roads_folder}: {both}; build the city again")
        if problems := network.problems():  # 10 ms of a large city: a router trusts the numbers of nodes and roads
            raise RoadsError(f"{self.roads_folder}: {'; '.join(problems)}; build the city again")
        return network

    def places(self) -> Places:
        """Open the city's search. Raises CityError when it is missing."""
        from gis.places import Places

        if not self.places_file.is_file():
            raise CityError(f"{self.places_file}: missing; there is no search in this city")
        return Places.open(self.places_file)

    @property
    def places_file(self) -> Path:
        """The index of addresses, streets, crossings and named places."""
        return self.folder / "places.sqlite"

    @property
    def roads_folder(self) -> Path:
        """The road network's folder."""
        return self.folder / "roads"

    @property
    def profiles_file(self) -> Path:
        """The driving profiles, which a city edits."""
        return self.folder / "profiles.toml"


def checksum(file: Path) -> str:
    """Answer a file's SHA-256 in hexadecimal."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def write_city_file(
    folder: Path,
    *,
    name: str,
    name_zh: str = "",
    time_zone: str,
    metric_crs: str,
    bounds: tuple[float, float, float, float],
    center: tuple[float, float],
    built_at: datetime,
    attribution: str,
    sources: Sequence[CitySource],
    warnings: Sequence[str] = (),
) -> None:
    """Write city.toml."""
    lines = [
        f"format = {FORMAT}",
        f"name = {_quoted(name)}",
        *([f"name_zh = {_quoted(name_zh)}"] if name_zh else []),
        f"time_zone = {_quoted(time_zone)}",
        f"metric_crs = {_quoted(metric_crs)}",
        f"bounds = [{', '.join(f'{value:.7f}' for value in bounds)}]  # west, south, east, north",
        f"center = [{center[0]:.7f}, {center[1]:.7f}]  # lon, lat",
        f"built_at = {built_at.astimezone(UTC).strftime('%Y-%m-%dT%H:%M:%SZ')}",
        f"attribution = {_quoted(attribution)}  # the map always shows this",
        "warnings = [",
        *(f"    {_quoted(warning)}," for warning in warnings),
        "]",
    ]
    for source in sources:
        lines += [
            "",
            "[[source]]",
            f"file = {_quoted(source.file)}",
            f"sha256 = {_quoted(source.sha256)}",
            f"licence = {_quoted(source.licence)}",
            f"attribution = {_quoted(source.attribution)}",
            f"bytes = {source.size_bytes}",
        ]
    (folder / CITY_FILE).write_text("\n".join(lines) + "\n", "utf-8", newline="\n")


def _quoted(text: str) -> str:
    """Write a TOML basic string; lone surrogates and control characters are not TOML and go."""
    clean = text.encode("utf-8", "replace").decode("utf-8")
    clean = re.sub(r"[\x00-\x1f\x7f]+", " ", clean)
    return '"' + clean.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _field(file: Path, head: Mapping[str, Any], key: str, kind: type[str]) -> str:
    value = head.get(key)
    if not isinstance(value, kind) or not value:
        raise CityError(f"{file}: {key} is {'missing' if value is None else 'not ' + kind.__name__}")
    return value


def _metric_crs(file: Path, head: Mapping[str, Any]) -> str:
    crs = _field(file, head, "metric_crs", str)
    if not re.fullmatch(_UTM, crs):  # those need not be looked up, which takes as long as all the rest of opening
        try:
            check_metric(crs)
        except ValueError as error:
            raise CityError(f"{file}: metric_crs: {error}") from error
    return crs


def _numbers(file: Path, head: Mapping[str, Any], key: str, count: int) -> list[float]:
    value = head.get(key)
    numbers = isinstance(value, list) and all(type(v) in (int, float) for v in value)
    if not isinstance(value, list) or len(value) != count or not numbers:
        raise CityError(f"{file}: {key} is not a list of {count} numbers")
    return [float(v) for v in value]


def _bounds(file: Path, head: Mapping[str, Any]) -> tuple[float, float, float, float]:
    west, south, east, north = _numbers(file, head, "bounds", 4)
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise CityError(f"{file}: bounds are not west, south, east, north in degrees")
    return west, south, east, north


def _center(file: Path, head: Mapping[str, Any]) -> tuple[float, float]:
    lon, lat = _numbers(file, head, "center", 2)
    return lon, lat


def _source(file: Path, entry: Any) -> CitySource:
    if not isinstance(entry, dict):
        raise CityError(f"{file}: a [[source]] is not a table")
    size = entry.get("bytes", 0)
    return CitySource(
        str(entry.get("file", "")), str(entry.get("sha256", "")), str(entry.get("licence", "")),
        str(entry.get("attribution", "")), size if isinstance(size, int) else 0,
    )  # fmt: skip
