"""Paint what stands still: cameras, stations, hospitals."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from maps import place_symbols, symbols
from maps.gathered_points import GatheredLayer
from maps.layers import CameraMark, StationMark
from maps.lettering import text_sprite
from maps.point_layer import TURNS
from maps.scene import Scene, overlap
from maps.style import Theme
from maps.view import View

CAMERAS_COARSEST_MPP = 16.0
LONE_CAMERAS_COARSEST_MPP = 6.0
FANS_COARSEST_MPP = 2.0
UNSURE_COARSEST_MPP = 0.6  # what a camera may see that nobody knows the direction of
APART_PX = 21.0
STATIONS_COARSEST_MPP = 16.0
STATION_NAMES_COARSEST_MPP = 0.8


class CameraLayer(GatheredLayer):
    """Cameras with the fan of their view when near, gathered from afar; highlighted ones everywhere with their rank."""

    kind = "camera"
    reach_px = 120.0
    gathered_coarsest_mpp = CAMERAS_COARSEST_MPP

    def height_of(self, mark: CameraMark) -> float:
        """Highlighted ones on top, the first one uppermost."""
        return 0.0 if mark.rank is None else 1000.0 - mark.rank

    def id_of(self, mark: CameraMark) -> str:
        """Return the camera's id."""
        return mark.camera_id

    def is_loud(self, mark: CameraMark) -> bool:
        """Highlighted and selected cameras are never gathered."""
        return mark.rank is not None or mark.selected

    def gathered_look(self, members: Sequence[CameraMark]) -> tuple[str, ...]:
        """All cameras look alike."""
        return ()

    def gathered_icon(self, theme: Theme, look: tuple[str, ...]) -> tuple[str, Callable[[QPainter], None]]:
        """Return the quiet colour of cameras and their dot with a lens."""
        return theme.building_edge, place_symbols.camera_icon(theme)

    def is_shown(self, mark: CameraMark, view: View) -> bool:
        """A quiet camera by itself is shown only when near."""
        return self.is_loud(mark) or view.metres_per_pixel <= LONE_CAMERAS_COARSEST_MPP

    def symbol_radius_px(self, mark: CameraMark) -> float:
        """Ranked ones are larger."""
        return 5.0 if mark.rank is None else 11.0

    def distance_px(self, index: int, view: View, across: float, down: float) -> float:
        """Measure to where the symbol was moved to when several highlighted ones share a mast."""
        shift = self._spread(view).get(index, 0.0)
        return super().distance_px(index, view, across - shift, down)

    def _spread(self, view: View) -> dict[int, float]:
        """Lay highlighted cameras that cover each other side by side: index to pixels to the right."""
        ranked = [index for index, mark in enumerate(self.marks) if mark.rank is not None]
        taken: list[tuple[float, float]] = []
        shifts: dict[int, float] = {}
        for index in reversed(ranked):  # the first one keeps its place
            x, y = (float(value) for value in view.to_screen(*self.xy[index]))
            shift = 0.0
            while any(
                abs(x + shift - other_x) < APART_PX and abs(y - other_y) < APART_PX for other_x, other_y in taken
            ):
                shift += APART_PX
            taken.append((x + shift, y))
            shifts[index] = shift
        return shifts

    def paint(self, scene: Scene) -> None:
        """Paint the cameras in view."""
        if not self.marks:
            return
        theme, scale = scene.theme, scene.scale
        if self.needs_spots(scene):
            self._symbols = self.spots_of(
                scene, [mark.rank for mark in self.marks], lambda rank: place_symbols.camera_symbol(theme, rank, scale)
            )
            self._is_sure = np.array([_turn(mark) is not None or _is_round(mark) for mark in self.marks], bool)
            self._fans = self.spots_of(
                scene,
                [("fan", _turn(mark), mark.rank is not None, _width(mark)) for mark in self.marks],
                lambda key: place_symbols.camera_fan(
                    theme, None if key[1] is None else key[1] * 360 / TURNS, key[2], scale, key[3]
                ),
            )
        mpp = scene.view.metres_per_pixel
        self.paint_gathered(scene)
        placed = scene.to_screen(self.xy)
        seen = scene.in_view(placed, 60) & self.is_alone(scene.view)
        if mpp > LONE_CAMERAS_COARSEST_MPP:
            seen &= self._is_loud
        near, very_near = mpp <= FANS_COARSEST_MPP, mpp <= UNSURE_COARSEST_MPP
        fans = seen & np.where(self._is_sure, self._is_loud | near, (self._is_loud & near) | very_near)
        scene.paint_sprites(placed[fans], self._fans[fans])
        shown = np.flatnonzero(seen)
        for index, shift in self._spread(scene.view).items():
            placed[index, 0] += shift
        scene.paint_sprites(placed[shown], self._symbols[shown], np.where(self._is_loud[shown], 1.0, 0.7))
        for index in shown.tolist():
            if self.marks[index].selected:
                scene.painter.setBrush(Qt.BrushStyle.NoBrush)
                scene.painter.setPen(QPen(QColor(theme.selection), 2.2))
                scene.painter.drawEllipse(QPointF(*placed[index]), 15, 15)


def _turn(mark: CameraMark) -> int | None:
    """Return which of the `TURNS` directions a camera looks in; None where nobody knows, and all round."""
    if mark.direction_deg is None or math.isnan(mark.direction_deg) or _is_round(mark):
        return None
    return round(mark.direction_deg / 360 * TURNS) % TURNS


def _is_round(mark: CameraMark) -> bool:
    return mark.angle_deg is not None and mark.angle_deg >= place_symbols.ALL_ROUND_DEG


def _width(mark: CameraMark) -> float:
    """Return how wide a fan is drawn, to five degrees."""
    return place_symbols.CAMERA_FAN_DEG if mark.angle_deg is None else max(5.0, round(mark.angle_deg / 5) * 5.0)


class StationLayer(GatheredLayer):
    """Stations and hospitals, with their names when near, gathered where several would stand on each other."""

    kind = "station"
    gather_from_level = 3
    cell_px = 32.0
    gathered_coarsest_mpp = STATIONS_COARSEST_MPP

    def id_of(self, mark: StationMark) -> str:
        """Return the station's id."""
        return mark.station_id

    def is_shown(self, mark: StationMark, view: View) -> bool:
        """Stations are shown up to the scale of a district."""
        return view.metres_per_pixel <= STATIONS_COARSEST_MPP

    def gathered_look(self, members: Sequence[StationMark]) -> tuple[str, ...]:
        """Name the department where all are of one."""
        kinds = {mark.department_kind for mark in members}
        return (kinds.pop() if len(kinds) == 1 else "",)

    def gathered_icon(self, theme: Theme, look: tuple[str, ...]) -> tuple[str, Callable[[QPainter], None]]:
        """Return the colour of the sign's rim and a house."""
        return theme.neutral, place_symbols.station_icon(theme, look[0])

    def paint(self, scene: Scene) -> None:
        """Paint the stations in view."""
        if not self.marks or scene.view.metres_per_pixel > STATIONS_COARSEST_MPP:
            return
        theme, scale = scene.theme, scene.scale
        self.paint_gathered(scene)
        placed = scene.to_screen(self.xy)
        seen = np.flatnonzero(scene.in_view(placed, 60) & self.is_alone(scene.view))
        spots = self.spots_of(
            scene,
            [self.marks[index].department_kind for index in seen.tolist()],
            lambda kind: place_symbols.station_symbol(theme, kind, scale),
        )
        scene.paint_sprites(placed[seen], spots, np.full(len(seen), 0.9))

    def paint_over(self, scene: Scene) -> None:
        """Write the names when near, but not where a unit, an incident or a chip stands."""
        if not self.marks or scene.view.metres_per_pixel > STATION_NAMES_COARSEST_MPP:
            return
        theme, scale = scene.theme, scene.scale
        placed = scene.to_screen(self.xy)
        named = [index for index in np.flatnonzero(scene.in_view(placed, 60)).tolist() if self.marks[index].name]
        font = symbols.sign_font(10 * scale, bold=False)
        spots = self.spots_of(
            scene,
            [("name", self.marks[index].name[:40]) for index in named],
            lambda key: text_sprite(key[1], font, theme.text, theme.halo, 1.8 * scale),
        )
        if not named:
            return
        at = placed[named] - np.array([0.0, 20.0])
        half = np.stack((spots[:, 2], spots[:, 3]), axis=1) / scale / 2
        boxes = np.hstack((at - half, at + half))
        boxes[:, 3] += 20.0  # a unit on the station itself is enough
        is_free = overlap(boxes, scene.taken_boxes()) == 0
        scene.paint_sprites(at[is_free], spots[is_free])
