"""Build a city's road network from an OpenStreetMap extract, or from the city's own street file."""

from pathlib import Path
from typing import Any

from gis.network_draft import NetworkError, Progress, finish
from gis.network_osm import draft_of, read_extract
from gis.network_restrictions import add_restrictions

__all__ = ["NetworkError", "build_from_osm"]


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
