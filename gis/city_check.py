"""Count what is inside a city folder, and find what is wrong with it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gis.city import CHECKSUM_FILE, City, CityError, checksum
from gis.columns import LayerColumns, LayerError
from gis.places import PlacesError
from gis.profile import ProfileError, profile_for
from gis.roads import RoadNetwork, RoadsError

MARGIN_DEG = 0.05
MOST_CUT_OFF = 0.2


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found. file: relative to the city; is_wrong: something does not work, else it is only worth knowing."""

    file: str
    what: str
    is_wrong: bool


def info(folder: Path) -> dict[str, Any]:
    """Count what is inside a city; plain values, ready for JSON. Raises CityError for a folder that is no city.

    Parts that are missing or broken are None; `check` says why.
    """
    city = City.open(folder)
    layers: dict[str, Any] = {}
    for name in city.layer_names():
        try:
            layer = city.layer(name)
            codes, counts = np.unique(layer.kind_codes, return_counts=True)
            kinds = {layer.kinds[int(code)]: int(count) for code, count in zip(codes, counts, strict=True)}
            layers[name] = {"geometry": layer.geometry, "count": layer.count, "kinds": kinds}
        except (CityError, IndexError):
            layers[name] = None
    places: dict[str, int] | None = None
    try:
        index = city.places()
        places = index.counts()
        index.close()
    except (CityError, PlacesError, sqlite3.Error):
        pass
    roads: dict[str, Any] | None = None
    try:
        network = RoadNetwork.open(city.roads_folder)
        roads = {
            "junctions": len(np.unique(network.junction)),
            "nodes": network.node_count,
            "arcs": network.arc_count,
            "edges": network.edge_count,
            "report": network.report,
        }
    except (RoadsError, OSError):
        pass
    return {
        "name": city.name,
        "name_zh": city.name_zh,
        "folder": str(city.folder),
        "time_zone": city.time_zone,
        "metric_crs": city.metric_crs,
        "bounds": list(city.bounds),
        "center": list(city.center),
        "built_at": city.built_at.isoformat() if city.built_at else None,
        "attribution": city.attribution,
        "sources": [
            {
                "file": s.file,
                "bytes": s.size_bytes,
                "sha256": s.sha256,
                "licence": s.licence,
                "attribution": s.attribution,
            }
            for s in city.sources
        ],
        "bytes": sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()),
        "layers": layers,
        "places": places,
        "roads": roads,
        "warnings": list(city.warnings),
    }


def check(folder: Path, *, sources: Iterable[Path] = ()) -> list[Finding]:
    """Find what is wrong with a city, what does not work first; roster and run cards are not of this room.

    sources: the files that it was built from, where they are at hand; their checksums are compared. Never raises
    for a broken city: a folder that is none is a finding too.
    """
    try:
        city = City.open(folder)
    except CityError as error:
        return [Finding("city.toml", str(error), True)]
    found = [
        *_head(city),
        *_files(city),
        *_sources(city, sources),
        *_layers(city),
        *_search(city),
        *_roads(city),
        *_edited_files(city),
        *(Finding("city.toml", f"from the build: {warning}", False) for warning in city.warnings),
    ]
    return sorted(found, key=lambda finding: not finding.is_wrong)


def _head(city: City) -> Iterator[Finding]:
    if not city.attribution.strip():
        yield Finding("city.toml", "the attribution is missing: the map may not be shown without it", True)
    if not city.sources:
        yield Finding("city.toml", "no [[source]]: where the data comes from is not stated", True)
    for source in city.sources:
        if not source.licence:
            yield Finding("city.toml", f"source {source.file}: no licence stated", False)
        if len(source.sha256) != 64:
            yield Finding("city.toml", f"source {source.file}: its checksum is missing", True)
    try:
        x, y = city.to_metric(*city.center)
        lon, lat = city.to_lonlat(x, y)
        if not abs(lon - city.center[0]) + abs(lat - city.center[1]) < 1e-6:
            yield Finding("city.toml", f"{city.metric_crs} does not fit the city's place", True)
    except ValueError as error:
        yield Finding("city.toml", f"metric_crs: {error}", True)
    west, south, east, north = city.bounds
    if not (west <= city.center[0] <= east and south <= city.center[1] <= north):
        yield Finding("city.toml", "the centre lies outside the bounds", True)


def _files(city: City) -> Iterator[Finding]:
    listing = city.folder / CHECKSUM_FILE
    try:
        lines = listing.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        yield Finding(CHECKSUM_FILE, "missing: damage to single files cannot be told", False)
        return
    for line in lines:
        expected, _, name = line.partition("  ")
        file = city.folder / name
        if ".." in Path(name).parts or Path(name).is_absolute():
            yield Finding(CHECKSUM_FILE, f"names a file outside the city: {name}", True)
        elif not file.is_file():
            yield Finding(name, "missing", True)
        elif checksum(file) != expected and name != "city.toml":
            yield Finding(name, "changed since the city was built", True)


def _sources(city: City, files: Iterable[Path]) -> Iterator[Finding]:
    known = {source.file: source.sha256 for source in city.sources}
    for file in files:
        if file.name not in known:
            yield Finding("city.toml", f"{file} is none of the city's sources", False)
        elif not file.is_file():
            yield Finding("city.toml", f"{file}: no such file", False)
        elif checksum(file) != known[file.name]:
            yield Finding("city.toml", f"{file} is not the file that the city was built from", True)


def _layers(city: City) -> Iterator[Finding]:
    folder = city.folder / "layers"
    if not folder.is_dir():
        yield Finding("layers", "missing: nothing to draw", True)
        return
    for path in sorted(p for p in folder.iterdir() if p.is_dir()):
        name = f"layers/{path.name}"
        if path.name.startswith("."):
            yield Finding(name, "left over from a build that was cut short", False)
            continue
        try:
            layer = LayerColumns.open(path)
            yield from (Finding(name, what, True) for what in layer_problems(layer))
            if layer.crs != city.metric_crs:
                yield Finding(name, f"is in {layer.crs}, the city in {city.metric_crs}", True)
            elif layer.count:
                yield from _outside(city, layer, name)
        except LayerError as error:
            yield Finding(name, str(error), True)
    for layer_name, is_wrong in (("roads", True), ("buildings", False), ("cameras", False), ("stations", False)):
        try:
            empty = city.layer(layer_name).count == 0
        except CityError:
            empty = not (folder / layer_name).is_dir()
        if empty:
            yield Finding(f"layers/{layer_name}", f"no {layer_name}", is_wrong)


def layer_problems(layer: LayerColumns) -> list[str]:
    """Tell what is inconsistent in a layer's arrays; an empty list for a sound layer."""
    found = []
    for name, offsets, end in (
        ("parts", layer.parts, len(layer.coords)),
        ("features", layer.features, len(layer.parts) - 1),
    ):
        if not len(offsets) or offsets[0] != 0 or offsets[-1] != end or np.any(np.diff(offsets) < 1):
            found.append(f"{name}.npy does not cut what it should into pieces")
    if not np.isfinite(layer.coords).all():
        found.append("coords.npy holds a coordinate that is not a number")
    if layer.count:
        if int(layer.kind_codes.max()) >= len(layer.kinds):
            found.append("kinds.npy holds a class that layer.json does not name")
        if np.any(np.diff(layer.kind_codes.astype(np.int64)) < 0):
            found.append("the features are not sorted by class")
        if not found:
            first = layer.parts[layer.features[:-1]]
            low = np.minimum.reduceat(layer.coords, first, axis=0)
            high = np.maximum.reduceat(layer.coords, first, axis=0)
            if not np.allclose(np.column_stack((low, high)), layer.boxes):
                found.append("boxes.npy does not fit the coordinates")
    try:
        import pyarrow.parquet as parquet

        rows = parquet.read_metadata(layer.folder / "attributes.parquet").num_rows
        if rows != layer.count and layer.columns():
            found.append(f"attributes.parquet has {rows} rows for {layer.count} features")
    except (OSError, ValueError) as error:
        found.append(f"attributes.parquet cannot be read ({error})")
    return found


def _outside(city: City, layer: LayerColumns, name: str) -> Iterator[Finding]:
    """Points far outside the bounds are a mistake; lines and areas that only reach over the edge are none."""
    x, y = (layer.boxes[:, 0] + layer.boxes[:, 2]) / 2, (layer.boxes[:, 1] + layer.boxes[:, 3]) / 2
    lon, lat = city.to_lonlat(np.asarray(x), np.asarray(y))
    west, south, east, north = city.bounds
    margin = MARGIN_DEG if layer.geometry == "point" else max(east - west, north - south)
    inside = (lon >= west - margin) & (lon <= east + margin) & (lat >= south - margin) & (lat <= north + margin)
    if not inside.all():
        what = f"{int((~inside).sum()):,} of {layer.count:,} features lie outside the city's bounds"
        yield Finding(name, what, layer.geometry == "point")


def _search(city: City) -> Iterator[Finding]:
    name = city.places_file.name
    try:
        places = city.places()
    except (CityError, PlacesError) as error:
        yield Finding(name, str(error), True)
        return
    try:
        counts = places.counts()
        outside = places.count_outside(city.bounds, MARGIN_DEG)
        if not counts.get("address"):
            yield Finding(name, "no addresses: places are found by street, crossing and name only", False)
        if not counts.get("street"):
            yield Finding(name, "no streets to search", True)
        if outside:
            yield Finding(name, f"{outside:,} places lie outside the city's bounds", True)
        if fault := places.fault():
            yield Finding(name, f"damaged: {fault}", True)
    except sqlite3.Error as error:
        yield Finding(name, f"damaged: {error}", True)
    finally:
        places.close()


def _roads(city: City) -> Iterator[Finding]:
    try:
        network = city.roads()
    except (RoadsError, OSError, ValueError) as error:
        yield Finding("roads", str(error), True)
        return
    if not network.arc_count:
        yield Finding("roads", "there are no roads to drive on", True)
        return
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    # Over junctions, not their copies: a copy behind a forbidden turn need not be driven to and from.
    junctions = int(network.junction.max()) + 1
    ends = (network.junction[network.tail], network.junction[network.head])
    graph = coo_matrix((np.ones(network.arc_count, np.int32), ends), shape=(junctions, junctions))
    count, label = connected_components(graph.tocsr(), directed=True, connection="strong")
    if count > 1:
        lost = junctions - int(np.bincount(label).max())
        what = f"not all connected: {lost:,} of {junctions:,} junctions cannot be driven to and from"
        yield Finding("roads", what, True)
    cut_off = float(network.report.get("cut_off_junctions", 0))
    if cut_off > MOST_CUT_OFF * (cut_off + network.node_count):
        yield Finding(
            "roads",
            f"{cut_off:,.0f} junctions were cut off from the rest and left out: islands, or a torn extract?",
            False,
        )


def _edited_files(city: City) -> Iterator[Finding]:
    if not city.profiles_file.is_file():
        yield Finding("profiles.toml", "missing: nobody can drive", True)
        return
    for name in ("emergency", "ordinary"):
        try:
            profile_for(city.profiles_file, name)
        except (ProfileError, OSError) as error:
            yield Finding("profiles.toml", f"cannot be read: {error}", True)
            return
