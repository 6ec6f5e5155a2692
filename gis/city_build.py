"""Build a city folder from an OpenStreetMap extract, a street file and any vector files.

The folder is built beside its place and renamed into it, so that a city is there whole or not at all.
"""

from __future__ import annotations

import secrets
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from gis import city_layers, network_build, places_build, profile
from gis.city import CITY_FILE, CitySource, checksum, write_city_file
from gis.city_place import put_in_place, write_checksums
from gis.columns import is_layer_name
from gis.crs import check_metric, utm_crs
from gis.io import VectorFile, read_vector
from gis.network_warnings import network_warnings
from gis.osm import Extract, read_extract
from gis.places_build import Gazetteer
from gis.roads import RoadNetwork
from gis.time_zones import country_of, guess_time_zone

Progress = Callable[[float, str], None]
OSM_LICENCE = "ODbL 1.0"
OSM_ATTRIBUTION = "© OpenStreetMap contributors"


class BuildError(ValueError):
    """A city cannot be built as asked; the message says why and, where it can, what would help."""


class BuildCancelledError(Exception):
    """The build was cancelled; nothing was left behind."""


@dataclass(frozen=True, slots=True)
class StreetFile:
    """A city's own street file: one line a segment, with the ids of the junctions at its ends in two fields."""

    file: Path
    from_field: str
    to_field: str
    oneway_field: str | None = None
    class_field: str | None = None


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What was built: features by layer, search entries by kind, the network's own report, what went wrong, seconds."""

    folder: Path
    name: str
    time_zone: str
    metric_crs: str
    layers: dict[str, int]
    places: dict[str, int]
    network: dict[str, Any]
    warnings: tuple[str, ...]
    seconds: dict[str, float] = field(default_factory=dict)


def build(
    out: Path,
    *,
    extract: Path | None = None,
    streets: StreetFile | None = None,
    layers: Mapping[str, Path] | None = None,
    name: str | None = None,
    name_zh: str = "",
    time_zone: str | None = None,
    metric_crs: str | None = None,
    licence: str = "",
    attribution: str = "",
    force: bool = False,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> BuildReport:
    """Build the city folder `out`.

    layers: drawn layers from vector files, by name; a name that the extract fills is replaced. metric_crs: by
    default the UTM zone of the centre. time_zone: by default that of the nearest reference place, said to be a guess.
    licence, attribution: of the vector files. progress(share, doing) is called often; cancelled() is asked as often.
    Raises BuildError, ExtractError, VectorError or NetworkError (all ValueError) for what cannot be built, and
    BuildCancelledError when cancelled.
    """
    layers = dict(layers or {})
    _check_request(out, extract, streets, layers, time_zone, metric_crs, force)
    tell = progress or (lambda share, doing: None)

    def step(share: float, doing: str) -> None:
        if cancelled():
            raise BuildCancelledError("cancelled")
        tell(share, doing)

    out = out.absolute()
    out.parent.mkdir(parents=True, exist_ok=True)
    beside = out.parent / f".{out.name}.{secrets.token_hex(4)}.building"
    beside.mkdir()
    try:
        making = _Building(beside, step)
        making.gather(extract, streets, layers)
        making.place(name or "", time_zone, metric_crs)
        making.write_layers()
        making.write_roads(streets)
        making.write_places()
        step(0.97, "checksums")
        sources = making.sources(licence, attribution)
        write_city_file(
            beside, name=making.name, name_zh=name_zh or making.name_zh, time_zone=making.time_zone,
            metric_crs=making.metric_crs, bounds=making.bounds, center=making.center, built_at=datetime.now(UTC),
            attribution="; ".join(dict.fromkeys(source.attribution for source in sources if source.attribution)),
            sources=sources, warnings=making.warnings,
        )  # fmt: skip
        write_checksums(beside)
        step(0.99, "putting the city in place")
        put_in_place(beside, out)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    tell(1.0, "done")
    return BuildReport(
        out, making.name, making.time_zone, making.metric_crs, making.layer_counts, making.place_counts,
        making.network, tuple(making.warnings), making.seconds,
    )  # fmt: skip


def _check_request(
    out: Path,
    extract: Path | None,
    streets: StreetFile | None,
    layers: Mapping[str, Path],
    time_zone: str | None,
    metric_crs: str | None,
    force: bool,
) -> None:
    if extract is None and streets is None:
        raise BuildError("nothing to build from: give an extract, or a street file")
    for layer in layers:
        if not is_layer_name(layer):
            raise BuildError(f"layer name {layer!r}: lower-case letters, digits and _, a letter first, at most 41")
    if out.exists() and not out.is_dir():
        raise BuildError(f"{out} is a file")
    if out.is_dir() and any(out.iterdir()):
        if not (out / CITY_FILE).is_file():
            raise BuildError(f"{out} holds other files and is not a city; it is left alone")
        if not force:
            raise BuildError(f"{out} is already a city; say so (--force) to replace it")
    if time_zone is not None:
        try:
            ZoneInfo(time_zone)
        except (KeyError, OSError, ValueError):
            raise BuildError(f"{time_zone!r} is not an IANA time zone") from None
    if metric_crs is not None:
        try:
            check_metric(metric_crs)
        except ValueError as error:
            raise BuildError(str(error)) from error


class _Building:
    """One build: what has been read so far, and where it goes."""

    def __init__(self, folder: Path, step: Progress) -> None:
        self.folder, self.step = folder, step
        self.extract: Extract | None = None
        self.vectors: dict[str, VectorFile] = {}
        self.street_lines: VectorFile | None = None
        self.files: list[tuple[Path, bool]] = []
        self.warnings: list[str] = []
        self.seconds: dict[str, float] = {}
        self.layer_counts: dict[str, int] = {}
        self.place_counts: dict[str, int] = {}
        self.network: dict[str, Any] = {}
        self.gazetteer = Gazetteer()
        self.name = self.name_zh = self.time_zone = self.metric_crs = ""
        self.bounds = (0.0, 0.0, 0.0, 0.0)
        self.center = (0.0, 0.0)
        self._since = time.perf_counter()

    def _took(self, what: str) -> None:
        now = time.perf_counter()
        self.seconds[what] = round(now - self._since, 3)
        self._since = now

    def gather(self, extract: Path | None, streets: StreetFile | None, layers: Mapping[str, Path]) -> None:
        """Read every file into lon/lat."""
        if extract is not None:
            self.extract = read_extract(extract, lambda share, doing: self.step(0.4 * share, doing))
            self.files.append((extract, True))
            self.warnings += self.extract.warnings
        if streets is not None:
            self.step(0.4, f"reading {streets.file.name}")
            self.street_lines = read_vector(streets.file)
            for column in (streets.from_field, streets.to_field, streets.oneway_field, streets.class_field):
                if column is not None and column not in self.street_lines.columns:
                    fields = ", ".join(self.street_lines.columns)
                    raise BuildError(f"{streets.file}: no field {column!r}; there are {fields}")
            self.files.append((streets.file, False))
            self.warnings += self.street_lines.summary()
        for name, file in layers.items():
            self.step(0.42, f"reading {file.name}")
            self.vectors[name] = read_vector(file)
            self.files.append((file, False))
            self.warnings += self.vectors[name].summary()
        self._took("read")

    def place(self, name: str, time_zone: str | None, metric_crs: str | None) -> None:
        """Settle where the city lies, its CRS, time zone and name."""
        if self.extract is not None:
            self.bounds, self.center = self.extract.bounds, self.extract.center
        elif self.street_lines is not None:
            self.bounds, self.center = self.street_lines.extent()
        west, south, east, north = self.bounds
        if east - west > 8 or north - south > 8:
            self.warnings.append("the extract is far larger than a city; distances at its edges are less exact")
        try:
            self.metric_crs = metric_crs or utm_crs(*self.center)
        except ValueError as error:
            raise BuildError(f"{error}; give the CRS (--crs)") from error
        country = self.extract.country if self.extract else ""
        self.time_zone = time_zone or guess_time_zone(*self.center, country=country)
        if time_zone is None:
            self.warnings.append(
                f"time zone {self.time_zone} is a guess from the nearest reference place (--time-zone)"
            )
        settlement = places_build.main_settlement(self.extract.named, self.center) if self.extract else None
        first = self.files[0][0].name
        self.name = name or (
            settlement.name if settlement else places_build.nice_name(first.split(".")[0].replace("_", " ").upper())
        )
        self.name_zh = settlement.name_zh if settlement and not name else ""

    def write_layers(self) -> None:
        """Write every drawn layer."""
        self.step(0.45, "drawn layers")
        writing = self.writing = city_layers.LayerWriter(self.folder / "layers", self.metric_crs, self.warnings)
        if self.extract is not None:
            for layer, content in self.extract.layers.items():
                if layer not in self.vectors:
                    self.step(0.45, f"layer {layer}")
                    writing.write_osm(layer, content, self.files[0][0].name)
        for layer, vector in self.vectors.items():
            self.step(0.55, f"layer {layer}")
            writing.write_vector(layer, vector)
        self.layer_counts = writing.counts
        for layer, what in (("house_numbers", "addresses"), ("cameras", "cameras"), ("stations", "stations")):
            if not self.layer_counts.get(layer):
                self.warnings.append(f"no {what} in the sources")
        self._took("layers")

    def write_roads(self, streets: StreetFile | None) -> None:
        """Write the road network and the driving profiles."""
        self.step(0.6, "road network")

        def told(share: float, doing: str) -> None:
            self.step(0.6 + 0.25 * min(max(share, 0.0), 1.0), f"roads: {doing}")

        roads = self.folder / "roads"
        if streets is not None:
            self.network = network_build.build_from_streets(
                streets.file, roads, metric_crs=self.metric_crs,
                from_field=streets.from_field, to_field=streets.to_field,
                oneway_field=streets.oneway_field, class_field=streets.class_field, progress=told,
            )  # fmt: skip
        elif self.extract is not None:
            self.network = network_build.build_from_osm(
                self.extract.file, roads, metric_crs=self.metric_crs, progress=told
            )
        self.warnings += network_warnings(self.network)
        if self.street_lines is not None and self.extract is None and "roads" not in self.vectors:
            self.writing.write_streets(self.street_lines, _classes_by_way(RoadNetwork.open(roads)))
        profile.write_default(self.folder / "profiles.toml")
        self._took("roads")

    def write_places(self) -> None:
        """Write the search over addresses, streets, crossings, named places and cameras."""
        self.step(0.86, "search")
        if self.extract is not None:
            nameless = sum(not address.street for address in self.extract.addresses)
            if nameless:
                self.warnings.append(f"{nameless:,} addresses name no street: they are drawn but not searched")
            country = self.extract.country or country_of(self.time_zone)
            self.gazetteer.add_extract(self.extract, number_first=country in places_build.NUMBER_FIRST)
        elif self.street_lines is not None:
            self.gazetteer.add_street_file(self.street_lines)
        self.gazetteer.add_layers(self.folder / "layers", self.metric_crs, replaced=self.vectors.keys())
        self.place_counts = self.gazetteer.write(self.folder / "places.sqlite")
        self._took("search")

    def sources(self, licence: str, attribution: str) -> list[CitySource]:
        """Describe the files that the city was built from, with their checksums."""
        found = []
        for file, is_osm in self.files:
            whose = (OSM_LICENCE, OSM_ATTRIBUTION) if is_osm else (licence, attribution)
            found.append(CitySource(file.name, checksum(file), *whose, file.stat().st_size))
            if not is_osm and not (licence and attribution):
                self.warnings.append(f"{file.name}: licence or attribution not stated (--licence, --attribution)")
        return found


def _classes_by_way(network: RoadNetwork) -> dict[int, str]:
    """Map each way id of a network to the class that it is driven as."""
    classes = [network.classes[code] for code in network.road_class.tolist()]
    return dict(zip(network.way_id.tolist(), classes, strict=True))
