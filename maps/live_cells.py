"""Paint the cells of a city's grid, or the responsible areas that they make: quiet lines with codes or names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maps import symbols
from maps.lettering import text_sprite
from maps.live_areas import AreaLayer
from maps.scene import Scene, overlap
from maps.strokes import Canvas, segments, stroke, thinned
from maps.style import Theme

LEAST_CELL_PX = 12.0  # cells that are smaller on the screen are only noise
ROOM_PX = 8.0
MOST_NAMES = 200
AREA_WIDTH_PX, CELL_WIDTH_PX = 3.0, 1.3
AREA_NAME_PX, CELL_NAME_PX = 13.0, 10.5


@dataclass(frozen=True, slots=True, eq=False)
class CellsMark:
    """Hold rings: points float64 (n, 2), sizes int64 (m), boxes float64 (m, 4), and k names with where they stand.

    name_width_m float64 (k) is how wide the ground is that a name stands on. `is_area` paints them as areas.
    """

    points: NDArray[np.float64]
    sizes: NDArray[np.int64]
    boxes: NDArray[np.float64]
    names: tuple[str, ...]
    name_xy: NDArray[np.float64]
    name_width_m: NDArray[np.float64]
    is_area: bool = False


def cells_mark(shapes: NDArray[Any], names: Sequence[str], *, is_area: bool = False) -> CellsMark:
    """Make the mark of shapely polygons with a name each; the rings of a shape are all painted."""
    import shapely

    parts, _ = shapely.get_parts(shapes, return_index=True)
    rings = shapely.get_rings(parts)
    points, index = shapely.get_coordinates(rings, return_index=True)
    places = shapely.get_coordinates(shapely.point_on_surface(shapes))
    bounds = shapely.bounds(shapes)
    return CellsMark(
        points,
        np.bincount(index, minlength=len(rings)),
        shapely.bounds(rings),
        tuple(names),
        places,
        bounds[:, 2] - bounds[:, 0],
        is_area,
    )


class CellLayer(AreaLayer):
    """Lines of cells where they are large enough to be told apart; their codes where there is room."""

    kind = "cell"

    def draw(self, canvas: Canvas, theme: Theme) -> None:
        """Paint the rings that are in view."""
        west, south, east, north = canvas.view.box
        mpp = canvas.view.metres_per_pixel
        mark: CellsMark
        for mark in self.marks:
            boxes = mark.boxes
            seen = (boxes[:, 0] <= east) & (boxes[:, 2] >= west) & (boxes[:, 1] <= north) & (boxes[:, 3] >= south)
            if not seen.any():
                continue
            if not mark.is_area and float(np.median(boxes[:, 2] - boxes[:, 0])) / mpp < LEAST_CELL_PX:
                continue
            points, sizes = mark.points[np.repeat(seen, mark.sizes)], mark.sizes[seen]
            pieces = segments(*thinned(canvas.to_device(points), sizes, 0.75))
            width = AREA_WIDTH_PX if mark.is_area else CELL_WIDTH_PX
            stroke(canvas, pieces, theme.halo, width + 2.0)
            stroke(canvas, pieces, theme.zone, width)

    def paint_over(self, scene: Scene) -> None:
        """Write codes and names where there is room for them."""
        theme, scale = scene.theme, scene.scale
        mark: CellsMark
        for mark in self.marks:
            size_px = AREA_NAME_PX if mark.is_area else CELL_NAME_PX
            placed = scene.to_screen(mark.name_xy)
            longest = max((len(name) for name in mark.names), default=0)
            room = mark.name_width_m / scene.view.metres_per_pixel
            wide = room > (longest * size_px * 0.56 + ROOM_PX if not mark.is_area else 60.0)
            font = symbols.sign_font(size_px * scale, bold=mark.is_area)
            for index in np.flatnonzero(scene.in_view(placed, 0) & wide)[:MOST_NAMES].tolist():
                name = mark.names[index][:60]
                spot = scene.spot(
                    (self.kind, theme.name, scale, size_px, name),
                    lambda name=name, font=font: text_sprite(name, font, theme.text, theme.halo, 2.2 * scale),
                )
                if spot is None:
                    self.is_complete = False
                    continue
                at = placed[[index]]
                half = np.array([spot.width, spot.height]) / scale / 2
                box = np.hstack((at - half, at + half))
                if mark.is_area or not overlap(box, scene.taken_boxes()).any():
                    scene.take(box)
                    scene.paint_sprites(at, np.array([spot], dtype=np.float64))

    def paint(self, scene: Scene) -> None:
        """Copy the kept picture, painted anew where it must be."""
        self.is_complete = True
        super().paint(scene)
