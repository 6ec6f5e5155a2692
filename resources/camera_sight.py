"""Which cameras see a place, best first, and why the others do not."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gis.sight import Eye, free_lines, look
from gis.walls import Walls
from resources.camera import Camera, Field, field_of
from resources.cameras import Cameras

if TYPE_CHECKING:
    from gis.city import City

PART_M = 12.0  # who does not see the place itself may see what happens this near to it
PARTS = 4
MOST_RANKED = 5  # so many cameras are numbered as those to look at
BEHIND_DEG = 90.0  # what is beside a place behind the camera is not part of it
ABOUT_M = 10.0  # distances closer to each other than this count as one
# A code and how good it is; those up to SEEING see the place.
CODES = ("sees", "can_turn", "may_see", "sees_part", "may_see_part", "hidden", "turned_away", "indoors", "too_far")
SEEING = frozenset(CODES[:5])
_ORDER = {"sees": 0, "can_turn": 0, "may_see": 1, "sees_part": 2, "may_see_part": 3}


@dataclass(frozen=True, slots=True)
class Seen:
    """How one camera stands to a place: distance, direction of the camera as seen from there (from north), and a code.

    "sees", "can_turn" (it pans), "may_see" (nobody knows where it looks, and nothing is between), "sees_part" and
    "may_see_part" (not the place itself but what is beside it); "hidden" (by a building), "turned_away", "indoors",
    "too_far". `off_axis_deg` is how far the place lies aside from the middle of the picture, None where unknown.
    """

    camera: Camera
    distance_m: float
    bearing_deg: float
    code: str
    off_axis_deg: float | None = None

    @property
    def is_seeing(self) -> bool:
        """Tell whether the camera sees the place, or part of it, as far as is known."""
        return self.code in SEEING


@dataclass(frozen=True, slots=True)
class Sight:
    """The answer for one place (lon, lat): the cameras that see it, best first, then the nearest others."""

    place: tuple[float, float]
    seen: tuple[Seen, ...]

    @property
    def ranks(self) -> dict[str, int]:
        """Return the cameras to look at by id, numbered from 1."""
        seeing = [one.camera.id for one in self.seen if one.is_seeing]
        return {camera_id: rank for rank, camera_id in enumerate(seeing[:MOST_RANKED], start=1)}


class CameraSight:
    """The cameras of a city with what they see between its buildings. Belongs to one thread at a time."""

    def __init__(self, cameras: Cameras, walls: Walls) -> None:
        self.cameras = cameras
        self._walls = walls
        self._fields = tuple(field_of(camera) for camera in cameras.all)
        self._numbers = {camera.id: number for number, camera in enumerate(cameras.all)}
        self._eyes: dict[int, Eye] = {}
        self._ranges = np.array([field.range_m for field in self._fields])

    @classmethod
    def of_city(cls, city: City, cameras: Cameras | None = None) -> CameraSight:
        """Take a city's cameras and buildings; either may be missing."""
        buildings = city.layer("buildings") if "buildings" in city.layer_names() else None
        return cls(Cameras.of_city(city) if cameras is None else cameras, Walls(buildings))

    def field(self, camera_id: str) -> Field:
        """Return the field of view of a camera. Raises KeyError for an id that the city does not have."""
        return self._fields[self._numbers[camera_id]]

    def polygon(self, camera_id: str) -> NDArray[np.float64]:
        """Return the outline of what a camera sees, float64 (n, 2) closed, counter-clockwise, metric CRS; may be empty.

        All that it could see where nobody knows its direction. Raises KeyError for an unknown id.
        """
        eye = self._eye(self._numbers[camera_id])
        return look(eye, self._walls.near(eye.x, eye.y, eye.range_m, eye.ignored)).polygon()

    def that_see(self, x: float, y: float, *, limit: int = 10) -> tuple[Seen, ...]:
        """Return the cameras that see a point of the metric CRS, best first, then the nearest others, at most `limit`.

        Best: that see the place itself rather than what is beside it, and surely rather than perhaps; then the nearer
        one, which shows more of it; then the one that has it in the middle of its picture. Sight is symmetric: one
        sweep from the place answers for all cameras. A place inside a building stands for its outside: that building
        hides nothing.
        """
        if not len(self.cameras):
            return ()
        apart = self.cameras.xy - (x, y)
        away = np.hypot(apart[:, 0], apart[:, 1])
        near = np.flatnonzero(away <= self._ranges + PART_M)
        found = dict(zip(near.tolist(), self._codes(near, x, y), strict=True))
        others = np.argsort(away, kind="stable")[: limit + len(near)]
        numbers = [*found, *(number for number in others.tolist() if number not in found)]
        made = [self._seen(number, found.get(number, self._far_code(number)), x, y) for number in numbers]
        return tuple(sorted(made, key=_order)[:limit])

    def _codes(self, near: NDArray[np.int64], x: float, y: float) -> list[str]:
        """Say how each of some cameras sees a point or what is beside it."""
        if not len(near):
            return []
        eyes = [self._eye(number) for number in near.tolist()]
        places = self._places(x, y)
        own = self._walls.holding(x, y)
        free = np.zeros((len(places), len(eyes)), bool)
        at = np.array([(eye.x, eye.y) for eye in eyes])
        reach = float(self._ranges[near].max()) + 2 * PART_M
        walls = self._walls.near(x, y, reach + PART_M, own)
        for row, (place_x, place_y) in enumerate(places.tolist()):
            free[row] = look(Eye(place_x, place_y, range_m=reach), walls).sees(at)
        for column, eye in enumerate(eyes):
            if eye.ignored:  # from a roof: that building is in nobody's way
                half_m = math.dist((eye.x, eye.y), (x, y)) / 2 + PART_M
                between = self._walls.near((eye.x + x) / 2, (eye.y + y) / 2, half_m, (*eye.ignored, *own))
                free[:, column] = free_lines(eye.x, eye.y, places, between)
        return [
            self._code(number, eye, free[:, column], places)
            for column, (number, eye) in enumerate(zip(near.tolist(), eyes, strict=True))
        ]

    def _code(self, number: int, eye: Eye, free: NDArray[np.bool_], places: NDArray[np.float64]) -> str:
        camera, field = self.cameras.all[number], self._fields[number]
        if camera.kind == "indoor":
            return "indoors"
        in_range = np.hypot(places[:, 0] - eye.x, places[:, 1] - eye.y) <= eye.range_m
        in_angle = np.array([eye.off_axis_deg(*place) <= eye.angle_deg / 2 for place in places.tolist()])
        seen = in_range & in_angle & free
        if seen[0]:
            return "may_see" if not field.is_sure else "can_turn" if camera.mount == "panning" else "sees"
        if seen.any() and eye.off_axis_deg(*places[0].tolist()) < BEHIND_DEG:
            return "sees_part" if field.is_sure else "may_see_part"
        if not in_range[0]:
            return "too_far"
        return "turned_away" if not in_angle[0] else "hidden"

    def _far_code(self, number: int) -> str:
        return "indoors" if self.cameras.all[number].kind == "indoor" else "too_far"

    def _places(self, x: float, y: float) -> NDArray[np.float64]:
        """Return the place and the points beside it that can be seen from it, float64 (n, 2)."""
        turn = np.arange(PARTS) * math.tau / PARTS
        beside = np.stack((x + PART_M * np.cos(turn), y + PART_M * np.sin(turn)), axis=1)
        walls = self._walls.near(x, y, PART_M + 1.0, self._walls.holding(x, y))
        open_to_it = look(Eye(x, y, range_m=PART_M + 1.0), walls).sees(beside)
        return np.vstack(([(x, y)], beside[open_to_it]))

    def _eye(self, number: int) -> Eye:
        """Return where a camera really looks from, worked out once."""
        if number not in self._eyes:
            field = self._fields[number]
            x, y = (float(value) for value in self.cameras.xy[number])
            eye = Eye(x, y, field.direction_deg, field.angle_deg, field.range_m)
            # One that watches a room is left in it, and its walls hold its view.
            self._eyes[number] = eye if self.cameras.all[number].kind == "indoor" else self._walls.hung(eye)
        return self._eyes[number]

    def _seen(self, number: int, code: str, x: float, y: float) -> Seen:
        camera, field = self.cameras.all[number], self._fields[number]
        east, north = (float(value) for value in self.cameras.xy[number] - (x, y))
        off = self._eye(number).off_axis_deg(x, y) if field.is_sure and field.direction_deg is not None else None
        bearing = math.degrees(math.atan2(east, north)) % 360.0
        return Seen(
            camera,
            round(math.hypot(east, north), 1),
            round(bearing, 1),
            code,
            None if off is None else round(off, 1),
        )


def _order(one: Seen) -> tuple[int, float, float, float]:
    if not one.is_seeing:
        return len(_ORDER), one.distance_m, 0.0, 0.0
    return _ORDER[one.code], one.distance_m // ABOUT_M, one.off_axis_deg or 0.0, one.distance_m
