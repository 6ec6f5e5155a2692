"""Write small OpenStreetMap extracts for tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import quoteattr

Tags = Mapping[str, str]
LON, LAT, STEP = 24.94, 60.17, 0.001


class Extract:
    """Collects nodes, ways and relations, and writes them as .osm in the order that the format wants."""

    def __init__(self, bounds: tuple[float, float, float, float] | None = None) -> None:
        self.bounds = bounds
        self._nodes: list[str] = []
        self._ways: list[str] = []
        self._relations: list[str] = []
        self._ids = 0

    def _next(self) -> int:
        self._ids += 1
        return self._ids

    def node(self, lon: float, lat: float, **tags: str) -> int:
        number = self._next()
        self._nodes.append(f'<node id="{number}" version="1" lon="{lon:.7f}" lat="{lat:.7f}">{_tags(tags)}</node>')
        return number

    def way(self, nodes: Sequence[int], tags: Tags) -> int:
        number = self._next()
        refs = "".join(f'<nd ref="{node}"/>' for node in nodes)
        self._ways.append(f'<way id="{number}" version="1">{refs}{_tags(tags)}</way>')
        return number

    def square(self, lon: float, lat: float, side: float, tags: Tags) -> int:
        corners = [(lon, lat), (lon + side, lat), (lon + side, lat + side), (lon, lat + side)]
        nodes = [self.node(*corner) for corner in corners]
        return self.way([*nodes, nodes[0]], tags)

    def relation(self, members: Sequence[tuple[int, str]], tags: Tags) -> int:
        number = self._next()
        refs = "".join(f'<member type="way" ref="{way}" role="{role}"/>' for way, role in members)
        self._relations.append(f'<relation id="{number}" version="1">{refs}{_tags(tags)}</relation>')
        return number

    def write(self, file: Path) -> Path:
        box = ""
        if self.bounds:
            west, south, east, north = self.bounds
            box = f'<bounds minlon="{west}" minlat="{south}" maxlon="{east}" maxlat="{north}"/>'
        body = "\n".join((box, *self._nodes, *self._ways, *self._relations))
        file.write_text(
            f'<?xml version="1.0" encoding="UTF-8"?>\n<osm version="0.6" generator="test">{body}</osm>\n', "utf-8"
        )
        return file


def _tags(tags: Tags) -> str:
    return "".join(f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in tags.items())


def town(bounds: tuple[float, float, float, float] | None = None) -> Extract:
    """Make a town of 3 by 3 crossings: streets First, Second, Third east-west; Oak, Elm, Ash south-north."""
    extract = Extract(bounds or (LON - STEP, LAT - STEP, LON + 3 * STEP, LAT + 3 * STEP))
    grid = [[extract.node(LON + STEP * column, LAT + STEP * row) for column in range(3)] for row in range(3)]
    for row, name in enumerate(("First Street", "Second Street", "Third Street")):
        extract.way(grid[row], {"highway": "residential", "name": name})
    for column, name in enumerate(("Oak Avenue", "Elm Avenue", "Ash Avenue")):
        extract.way([grid[row][column] for row in range(3)], {"highway": "tertiary", "name": name})
    return extract
