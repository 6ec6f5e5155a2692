"""Build a city's road network from an OpenStreetMap extract, or from the city's own street file."""

from pathlib import Path
from typing import Any

from gis.network_cutting import draft_of
from gis.network_draft import NetworkError, Progress, finish
from gis.network_osm import read_extract
from gis.network_restrictions import add_restrictions
from gis.network_streets import read_streets

__all__ = ["NetworkError", "build_from_osm", "build_from_streets"]


def build_from_osm(extract: Path, folder: Path, *, metric_crs: str, progress: Progress | None = None) -> dict[str, Any]:
    """Build the network of an extract into a folder and report what was counted.

    `progress` is called with a share (0 to 1) and a word. Raises NetworkError where no network can be made.
    """
    tell = progress or (lambda share, what: None)
    tell(0.0, "roads")
    roads = read_extract(extract)
    tell(0.35, "junctions")
    draft = draft_of(roads)
    add_restrictions(draft, roads.restrictions)
    return finish(draft, folder, metric_crs=metric_crs, progress=progress)


def build_from_streets(
    file: Path,
    folder: Path,
    *,
    metric_crs: str,
    from_field: str,
    to_field: str,
    oneway_field: str | None = None,
    class_field: str | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Build the network of a street file into a folder and report what was counted.

    The fields are as `gis.network_streets.read_streets` says, which also names the errors.
    """
    tell = progress or (lambda share, what: None)
    tell(0.0, "streets")
    draft = read_streets(
        file, from_field=from_field, to_field=to_field, oneway_field=oneway_field, class_field=class_field
    )
    return finish(draft, folder, metric_crs=metric_crs, progress=progress)
