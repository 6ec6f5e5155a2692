"""User layers over the village: areas, lines and points whose every value is known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from gis.city import City
from gis.column_writer import write_layer
from maps.user_layers import LayerList, Look, UserLayer
from tests.maps.village import CRS, box, build_village, line, point


def build_overlaid(folder: Path) -> City:
    """Write the village with the layers wards, pipes and signs over it."""
    build_village(folder)

    def write(name: str, geometry: str, shapes: list[Any], **attributes: Any) -> None:
        write_layer(
            folder / "layers" / name, np.array(shapes, dtype=object), name=name, geometry=geometry, kinds=("feature",),
            kind_codes=np.zeros(len(shapes), np.uint16), crs=CRS, attributes=attributes,
        )  # fmt: skip

    wards = [box(-400, 200, -200, 400), box(-200, 200, 0, 400), box(0, 200, 200, 400)]
    hole = box(200, 200, 400, 400).difference(box(270, 270, 330, 330))
    write("wards", "polygon", [*wards, hole], ward=["A", "B", None, "A"], people=np.array([10.0, 20.0, np.nan, 40.0]))
    pipes = [line((-100, -300), (0, -300)), line((0, -300), (100, -300))]
    write("pipes", "line", pipes, width=np.array([1, 9]), text=["7", "x"])
    signs = [point(-50 + 50 * i, -50) for i in range(4)]
    write("signs", "point", signs, kind=["stop", "give way", "", "stop"], size=[1.0, 2.0, None, 9.0])
    return City.open(folder)


def listing(name: str, look: Look | None = None, **fields: Any) -> LayerList:
    """List one layer."""
    return LayerList((UserLayer(name, name.title(), "vector", look=look or Look(), **fields),))
