"""The cameras on the map: which way each looks, and which of them see what the operator looks at."""

from __future__ import annotations

import numpy as np

from app.desk import Desk
from gis.city import City
from maps.layers import CameraMark
from resources.camera import field_of
from resources.cameras import Cameras

NEAR_CAMERAS = 5


class CameraMarks:
    """Make the marks of `cameras`; they are made anew only where something about them is another."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.cameras = Cameras()
        self._key: object = None
        self._held: tuple[CameraMark, ...] = ()

    def marks(self, city: City, focus: tuple[float, float] | None) -> tuple[CameraMark, ...]:
        """Make the marks; `focus` is the lon/lat of what the operator looks at, whose nearest cameras bear numbers."""
        sight = self._desk.sight
        key = (id(self.cameras), focus, self._desk.selection.camera_id, sight)
        if key == self._key:
            return self._held
        self._key = key
        ranks: dict[str, int] = {}
        if sight is not None and sight.place == focus:
            ranks = sight.ranks
        elif focus is not None and len(self.cameras):  # until it is known which of them see the place
            x, y = city.to_metric(*focus)
            near = self.cameras.nearest(float(x), float(y), count=NEAR_CAMERAS)
            ranks = {one.camera.id: place for place, one in enumerate(near, start=1)}
        if not self.cameras.all:
            self._held = ()
            return ()
        lonlat = np.array([(one.lon, one.lat) for one in self.cameras.all])
        xs, ys = city.to_metric(lonlat[:, 0], lonlat[:, 1])
        held = self._desk.selection.camera_id
        fields = [field_of(one) for one in self.cameras.all]
        self._held = tuple(
            CameraMark(
                one.id, x, y, field.direction_deg, one.kind, ranks.get(one.id), one.id == held, one.name,
                field.angle_deg if field.is_sure else None,
            )
            for one, field, x, y in zip(self.cameras.all, fields, xs.tolist(), ys.tolist(), strict=True)
        )  # fmt: skip
        return self._held
