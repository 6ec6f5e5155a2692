"""Generate an invented city: the same folder for the same seed, byte for byte."""

from __future__ import annotations

import secrets
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis import network_draft, profile
from gis.city import CITY_FILE, CitySource, write_city_file
from gis.city_place import put_in_place, write_checksums
from gis.coarse_writer import write_coarse
from gis.column_writer import write_columns
from gis.crs import LONLAT, transformer
from gis.invented import furniture
from gis.invented.buildings import Buildings, line_with_buildings
from gis.invented.house_numbers import house_numbers
from gis.invented.land import Land
from gis.invented.plan import CENTER, METRIC_CRS, TIME_ZONE, XY, Plan
from gis.invented.road_rows import Ways, draft_of, kinds_of, name_streets, roads_columns, ways_of
from gis.invented.rows import Rows
from gis.invented.search import write_search
from gis.invented.shaping import Shape, shape_city
from gis.network_warnings import network_warnings
from gis.osm_tags import LAYERS, ROAD_KINDS

SOURCE = "invented"
LICENCE = "CC0 1.0"
ATTRIBUTION = "Invented city: no such place"
BUILT_AT = datetime(2026, 1, 1, tzinfo=UTC)
Progress = Callable[[float, str], None]


class GenerateError(ValueError):
    """A city cannot be generated there; the message says why."""


@dataclass(frozen=True, slots=True)
class GenerateReport:
    """What was generated: features by layer, search entries by kind, the network's own report, seconds by part."""

    folder: Path
    name: str
    junctions: int
    features: int
    layers: dict[str, int]
    places: dict[str, int]
    network: dict[str, Any]
    warnings: tuple[str, ...]
    seconds: dict[str, float] = field(default_factory=dict)


def generate(
    out: Path,
    plan: Plan,
    *,
    name: str | None = None,
    built_at: datetime = BUILT_AT,
    force: bool = False,
    furnish: Callable[[Path], None] = lambda folder: None,
    progress: Progress | None = None,
) -> GenerateReport:
    """Generate the city folder `out`.

    name: by default an invented one. force: a city that stands there is replaced, edited files and all, for they were
    another city's. furnish(folder) may add files (roster, run cards) before the city is put in place. progress(share,
    doing) is called often; what it raises stops the work, and nothing is left behind. Raises GenerateError.
    """
    if out.exists() and not out.is_dir():
        raise GenerateError(f"{out} is a file")
    if out.is_dir() and any(out.iterdir()):
        if not (out / CITY_FILE).is_file():
            raise GenerateError(f"{out} holds other files and is not a city; it is left alone")
        if not force:
            raise GenerateError(f"{out} is already a city; say so (--force) to replace it")
    out = out.absolute()
    out.parent.mkdir(parents=True, exist_ok=True)
    beside = out.parent / f".{out.name}.{secrets.token_hex(4)}.building"
    beside.mkdir()
    try:
        making = _Generating(beside, plan, progress or (lambda share, doing: None))
        report = making.all(name, built_at, furnish)
        put_in_place(beside, out, kept=())
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    making.step(1.0, "done")
    return GenerateReport(out, *report)


class _Generating:
    """One city on its way."""

    def __init__(self, folder: Path, plan: Plan, step: Progress) -> None:
        self.folder, self.plan, self.step = folder, plan, step
        self.center_xy = np.array(transformer(LONLAT, METRIC_CRS).transform(*CENTER))
        self.layers: dict[str, int] = {}
        self.seconds: dict[str, float] = {}
        self._since = time.perf_counter()

    def lonlat(self, points: XY) -> XY:
        """Turn points (n, 2) in metres from the middle into lon/lat."""
        there = transformer(METRIC_CRS, LONLAT)
        return np.column_stack(there.transform(*(points + self.center_xy).T)).reshape(-1, 2)

    def all(self, name: str | None, built_at: datetime, furnish: Callable[[Path], None]) -> tuple[Any, ...]:
        """Make every part of the folder; answers the fields of the report after the folder."""
        shape = shape_city(self.plan, self._part(0.0, 0.18))
        self._took("shape")
        land = Land(shape)
        called = name or land.city.english[0]
        ways, names = ways_of(shape.streets), name_streets(shape)
        self._took("land")
        points = self._furnish_streets(shape, land, ways, names)
        buildings, numbers = self._build(shape, land, names)
        self._took("layers")
        self.step(0.62, "road network")
        network = network_draft.finish(
            draft_of(shape, ways, names, self.lonlat), self.folder / "roads", metric_crs=METRIC_CRS,
            progress=self._part(0.62, 0.16),
        )  # fmt: skip
        profile.write_default(self.folder / "profiles.toml")
        self._took("roads")
        self.step(0.79, "search")
        places, left_out = write_search(
            self.folder, shape, land, ways, names, buildings, numbers, points, self.lonlat, METRIC_CRS
        )
        del buildings, numbers
        self._took("search")
        warnings = [
            f"invented from seed {self.plan.seed}; it lies in open sea so that no real place is meant",
            *network_warnings(network),
        ]
        features = sum(self.layers.values())
        if features < 0.95 * self.plan.features:
            warnings.append(
                f"{features:,} of the {self.plan.features:,} features asked for find room along the streets"
            )
        if left_out:
            warnings.append(f"search: {left_out:,} of the addresses are drawn but not searched")
        half = shape.ground.half_m
        corners = self.lonlat(np.array([(-half, -half), (half, -half), (half, half), (-half, half)]))
        write_city_file(
            self.folder, name=called, name_zh=land.city.chinese[0] if name is None else "", time_zone=TIME_ZONE,
            metric_crs=METRIC_CRS, bounds=(*corners.min(axis=0), *corners.max(axis=0)), center=CENTER,
            built_at=built_at, attribution=ATTRIBUTION, warnings=warnings, sources=[self._source()],
        )  # fmt: skip
        del shape, land, ways, names, points  # a large city's roster is made from its layers, which takes room too
        furnish(self.folder)
        self.step(0.97, "checksums")
        write_checksums(self.folder)
        self._took("checksums")
        return called, network["junctions"], features, self.layers, places, network, tuple(warnings), self.seconds

    def _part(self, start: float, share: float) -> Progress:
        return lambda done, doing: self.step(start + share * min(max(done, 0.0), 1.0), doing)

    def _took(self, what: str) -> None:
        now = time.perf_counter()
        self.seconds[what] = round(now - self._since, 3)
        self._since = now

    def _source(self) -> CitySource:
        """State the request as the source: from it the same city comes again."""
        import hashlib

        asked = f"--junctions {self.plan.junctions} --features {self.plan.features} --seed {self.plan.seed}"
        return CitySource(
            f"opsroom city generate {asked}", hashlib.sha256(asked.encode()).hexdigest(), LICENCE, ATTRIBUTION, 0
        )

    def _furnish_streets(self, shape: Shape, land: Land, ways: Ways, names: Any) -> tuple[Rows, ...]:
        """Write every layer but buildings, house numbers and roads; answers the named points for search."""
        self.step(0.2, "land and water")
        stations, hospitals = furniture.stations(shape, land), furniture.hospitals(shape, land)
        for rows in (*land.layers.values(), stations, hospitals, furniture.cameras(shape, names)):
            self.layers[rows.layer] = rows.write(self.folder / "layers", self.center_xy, METRIC_CRS, SOURCE)
        self.step(0.24, "hydrants")
        points, kinds = furniture.hydrants(shape)
        none = _nulls(len(points))
        self._write(
            "hydrants", points, np.ones(len(points), np.int64), kinds,
            {"name": none, "ref": none, "diameter_mm": np.full(len(points), 100.0), "position": none},
        )  # fmt: skip
        self.step(0.26, "roads")
        self._roads(shape, land, ways, names)
        return stations, hospitals, land.layers["parks"], land.layers["water"]

    def _roads(self, shape: Shape, land: Land, ways: Ways, names: Any) -> None:
        """Write the drawn roads: the ways of the network, and the paths of parks, which nobody drives."""
        import pyarrow as arrow
        import shapely

        columns = roads_columns(shape, ways, names)
        paths = np.array(land.paths, dtype=object)
        count = len(paths)
        footway = ROAD_KINDS.index("footway")
        extra: dict[str, Any] = {
            "name": _nulls(count), "name_zh": _nulls(count), "ref": _nulls(count), "bridge": np.zeros(count, bool),
            "tunnel": np.zeros(count, bool), "layer": np.zeros(count, np.int64), "oneway": np.zeros(count, np.int64),
            "osm_id": len(ways.edge) + 1 + np.arange(count), "osm_type": _nulls(count),
        }  # fmt: skip
        joined = {
            key: np.concatenate((values, extra[key])) if isinstance(values, np.ndarray)
            else arrow.chunked_array([*getattr(values, "chunks", [values]), extra[key]]).combine_chunks()
            for key, values in columns.items()
        }  # fmt: skip
        self._write(
            "roads", np.concatenate((ways.coords, shapely.get_coordinates(paths))),
            np.concatenate((ways.sizes, shapely.get_num_coordinates(paths).astype(np.int64))),
            np.concatenate((kinds_of(shape.streets, ways.edge), np.full(count, footway))), joined, numbered=False,
        )  # fmt: skip

    def _build(self, shape: Shape, land: Land, names: Any) -> tuple[Buildings, NDArray[np.int64]]:
        """Write buildings and house numbers, as many as the features asked for leave."""
        import pyarrow as arrow
        import shapely

        left = max(self.plan.features - sum(self.layers.values()) - len(land.campus), 1_000)
        lined = line_with_buildings(shape, left, self._part(0.3, 0.22))
        numbers = house_numbers(lined, shape.streets)
        self.step(0.53, "layer buildings")
        kinds = LAYERS["buildings"][1]
        rings = shapely.orient_polygons(np.array([area for area, _, _ in land.campus], dtype=object))
        campus_kinds = np.array([kinds.index(kind) for _, kind, _ in land.campus], np.int64)
        extra = len(land.campus)
        titles = arrow.array([title or None for _, _, title in land.campus], arrow.string())
        text = arrow.array(numbers, mask=numbers == 0).cast(arrow.string())
        number = arrow.concat_arrays([text, _nulls(extra)])
        street = np.where(numbers > 0, shape.streets.street[lined.edge], -1)
        called = arrow.array(names.english).take(arrow.array(street, mask=street < 0))
        coords = np.concatenate((lined.coords, shapely.get_coordinates(rings)))
        lined = replace(lined, coords=np.empty((0, 2)))  # by far the largest part, and not needed again
        levels = np.concatenate((lined.levels, np.full(extra, 4))).astype(np.float64)
        self._write(
            "buildings", coords,
            np.concatenate((lined.sizes, shapely.get_num_coordinates(rings).astype(np.int64))),
            np.concatenate((lined.kinds, campus_kinds)),
            {
                "name": arrow.concat_arrays([_nulls(len(numbers)), titles]), "house_number": number,
                "street": arrow.concat_arrays([called, _nulls(extra)]), "levels": levels,
                "height_m": np.round(levels * 3.1 + 1.5, 1),
            },
        )  # fmt: skip
        del coords
        self.step(0.58, "layer house_numbers")
        use = np.flatnonzero(numbers > 0)
        taken = arrow.array(use)
        self._write(
            "house_numbers", lined.front[use], np.ones(len(use), np.int64), np.zeros(len(use), np.int64),
            {
                "house_number": text.take(taken), "street": called.take(taken), "city": _nulls(len(use)),
                "postcode": _nulls(len(use)),
            },
        )  # fmt: skip
        return lined, numbers

    def _write(
        self,
        layer: str,
        coords: XY,
        sizes: NDArray[np.int64],
        codes: NDArray[np.int64],
        columns: dict[str, Any],
        *,
        numbered: bool = True,
    ) -> None:
        """Write a layer; coords (metres from the middle) are moved to their place in the CRS where they stand."""
        geometry, kinds = LAYERS[layer]
        coords += self.center_xy
        if numbered:
            columns = columns | {"osm_id": np.arange(1, len(sizes) + 1), "osm_type": _nulls(len(sizes))}
        self.layers[layer] = write_columns(
            self.folder / "layers" / layer, coords, sizes, name=layer, geometry=geometry, kinds=kinds,
            kind_codes=codes, crs=METRIC_CRS, attributes=columns, source=SOURCE,
        )  # fmt: skip
        write_coarse(self.folder / "layers" / layer)


def _nulls(count: int) -> Any:
    import pyarrow as arrow

    return arrow.nulls(count, arrow.string())
