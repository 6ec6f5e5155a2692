"""What covers the ground of an invented city: land use, parks, water, railways, boundaries and their names."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import shapely

from gis.invented.districts import (
    CEMETERY,
    EDUCATION,
    GRID,
    INDUSTRIAL,
    MEDICAL,
    NOTHING,
    OLD,
    PARK,
    RURAL,
    SPORTS,
    SQUARE,
)
from gis.invented.names import Names, place_names
from gis.invented.plan import Waves, wavy_circle
from gis.invented.rows import Rows
from gis.invented.shaping import Shape

_GROUND = {INDUSTRIAL: "industrial", CEMETERY: "cemetery", EDUCATION: "education", MEDICAL: "medical"}
_TRACK_M = 2.4
FAR_PATCH_M = 420.0


class Land:
    """The layers that cover the ground, and the names that they carry. `layers`: rows by layer."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self.dice = shape.plan.dice(10)
        districts = shape.districts
        self.city = place_names(shape.plan.dice(11), 1)
        self.district_names = place_names(shape.plan.dice(12), len(districts.district_xy))
        self.quarter_names = place_names(shape.plan.dice(13), len(districts.quarter_xy))
        names = ("land_use", "parks", "water", "waterways", "railways", "boundaries", "place_names")
        self.layers = {name: Rows(name) for name in names}
        self.paths: list[Any] = []
        self.campus: list[tuple[Any, str, str]] = []
        self.rail_stations: list[tuple[str, str, float, float]] = []
        self._cover()
        self._country()
        self._wet()
        self._rail()
        self._divide()

    def _cover(self) -> None:
        districts, dice, plan = self.shape.districts, self.dice, self.shape.plan
        land, parks = self.layers["land_use"], self.layers["parks"]
        away = np.hypot(*districts.middles.T) / plan.radius_m
        outside = ~shapely.intersects(self.shape.ground.outline, shapely.point_on_surface(districts.faces))
        throw = dice.random(len(away))
        for number, (face, use) in enumerate(zip(districts.faces, districts.use.tolist(), strict=True)):
            name = self.quarter_names.english[int(districts.quarter[number])]
            if use in _GROUND:
                land.add(face, _GROUND[use])
            elif use == PARK and outside[number]:
                land.add(face, "forest" if throw[number] < 0.7 else "grass")
            elif use == PARK:
                park = face.buffer(-7)
                parks.add(park, "park", name=f"{name} Park")
                self._park(park)
            elif use == SPORTS:
                parks.add(face.buffer(-7), "sports_centre", name=f"{name} Sports Ground")
            elif use == SQUARE:
                land.add(face.buffer(-5), "plaza" if away[number] < 0.3 and throw[number] < 0.6 else "grass")
            elif use <= RURAL:
                commercial = use in (OLD, GRID) and away[number] < 0.3 and throw[number] < 0.55
                retail = use != OLD and throw[number] > 0.96
                land.add(face, "commercial" if commercial else "retail" if retail else "residential")
            if use in (EDUCATION, MEDICAL, SPORTS):
                self._campus(number, use, name)
        land.add(self.shape.ground.rail_strip.intersection(self.shape.ground.outline), "railway")
        land.add(self.shape.ground.motorway_strip, "grass")
        island = self.shape.ground.island
        if island is not None:
            parks.add(island.buffer(-3), "park", name=f"{self.city.english[0]} Island")

    def _near(self, names: Names, number: int) -> tuple[str, str]:
        return names.english[number], names.chinese[number]

    def _park(self, park: Any) -> None:
        """Lead paths through a park, and put a pond and a playing field into a large one."""
        dice = self.dice
        whole = max(shapely.get_parts(park), key=lambda part: part.area) if not park.is_empty else None
        if whole is None or whole.area < 12_000:
            return
        middle = shapely.get_coordinates(shapely.point_on_surface(whole))[0]
        reach = math.sqrt(whole.area)
        for turn in dice.uniform(0, 2 * np.pi) + np.arange(5) * 1.257 + dice.uniform(-0.3, 0.3, 5):
            along = np.linspace(0, reach * 1.6, 30)
            bend = turn + 0.5 * np.sin(along / reach * 4 + dice.uniform(0, 6)) * along / reach / 1.6
            path = shapely.LineString(middle + along[:, None] * np.column_stack((np.cos(bend), np.sin(bend))))
            kept = shapely.get_parts(path.intersection(whole.buffer(7)))
            if len(kept) and shapely.get_type_id(kept[0]) == 1:
                self.paths.append(kept[0])
        ring = shapely.LineString(wavy_circle(dice, reach * 0.27, 0.2, step_m=12.0) + middle)
        self.paths += [part for part in shapely.get_parts(ring.intersection(whole)) if shapely.get_type_id(part) == 1]
        if whole.area > 40_000 and dice.random() < 0.6:
            pond = shapely.Polygon(
                wavy_circle(dice, reach * 0.09, 0.4, step_m=5.0) + middle + dice.normal(0, reach * 0.1, 2)
            )
            self.layers["water"].add(pond.buffer(0).intersection(whole.buffer(-10)), "pond")
        if dice.random() < 0.5:
            pitch = shapely.affinity.rotate(shapely.box(0, 0, 100, 64), dice.uniform(0, 180))
            pitch = shapely.affinity.translate(pitch, *(middle + dice.uniform(-0.3, 0.3, 2) * reach))
            if whole.buffer(-12).contains(pitch):
                self.layers["parks"].add(pitch, "pitch")

    def _campus(self, number: int, use: int, name: str) -> None:
        """Put the large buildings of a school, a hospital or a stadium on its ground."""
        districts, dice = self.shape.districts, self.dice
        face, turn = districts.faces[number], float(districts.turn_rad[number])
        ground = face.buffer(-16)
        middle = np.array(shapely.get_coordinates(shapely.point_on_surface(face))[0])
        kind = {EDUCATION: "school", MEDICAL: "hospital", SPORTS: "public"}[use]
        title = {EDUCATION: f"{name} School", MEDICAL: f"{name} Hospital", SPORTS: f"{name} Stadium"}[use]
        if use == EDUCATION and face.area > 160_000:
            title = f"University of {name}"
        reach = math.sqrt(face.area) * 0.8
        step = 70.0 if use != SPORTS else 130.0
        first = True
        ahead = np.array((math.cos(turn), math.sin(turn)))
        aside = np.array((-math.sin(turn), math.cos(turn)))
        for u in np.arange(-reach, reach, step):
            for v in np.arange(-reach, reach, step * 0.8):
                if dice.random() < 0.3 and not first:
                    continue
                long, wide = dice.uniform(28, 52), dice.uniform(14, 22)
                shape: Any = shapely.box(-long / 2, -wide / 2, long / 2, wide / 2)
                if use == SPORTS:
                    shape = shapely.box(-51, -33, 51, 33)
                elif dice.random() < 0.5:
                    shape = shape.union(shapely.box(-long / 2, -wide / 2, -long / 2 + wide * 0.8, wide * 1.4))
                shape = shapely.affinity.rotate(shape, turn, (0, 0), use_radians=True)
                shape = shapely.affinity.translate(shape, *(middle + u * ahead + v * aside))
                if not ground.contains(shape):
                    continue
                if use == SPORTS and not first:
                    self.layers["parks"].add(shape, "pitch")
                else:
                    self.campus.append((shape, kind, title if first else ""))
                first = False

    def _country(self) -> None:
        """Lay fields and woods round the city, patch beside patch."""
        ground, dice = self.shape.ground, self.dice
        size = max(FAR_PATCH_M, ground.half_m / 22)
        count = math.ceil(ground.half_m / size)
        grid = np.stack(np.meshgrid(*[np.arange(-count, count + 1)] * 2), -1).reshape(-1, 2) * size
        points = grid + dice.uniform(-0.42, 0.42, grid.shape) * size
        cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(points), ordered=True))
        frame = ground.frame
        not_country = shapely.union_all([ground.outline, ground.banks, ground.motorway_strip])
        far = Waves(dice, 9 * size).at(points)
        near = Waves(dice, 3 * size).at(points)
        kinds = np.select([far > 0.25, near > 0.45, near < -0.55], ["forest", "grass", "scrub"], "farmland")
        use = np.flatnonzero(~shapely.contains(not_country, cells))
        trimmed = shapely.intersection(shapely.buffer(cells[use], -4.0), frame)
        meets = shapely.intersects(trimmed, not_country)
        trimmed[meets] = shapely.difference(trimmed[meets], not_country)
        for shape, kind in zip(trimmed, kinds[use].tolist(), strict=True):
            self.layers["land_use"].add(shape, kind)

    def _wet(self) -> None:
        ground, water = self.shape.ground, self.layers["water"]
        names = place_names(self.shape.plan.dice(14), 2)
        frame = ground.frame
        wet = [area for area in (ground.river, ground.sea, ground.lake, ground.island) if area is not None]
        banks = ground.banks.difference(shapely.union_all(wet)).intersection(frame)
        self.layers["land_use"].add(banks, "grass")
        water.add(ground.river, "river", name=f"River {names.english[0]}")
        line = shapely.LineString(ground.river_line).intersection(frame)
        if ground.sea is not None:
            water.add(ground.sea, "sea", name=f"{self.city.english[0]} Bay")
            line = line.difference(ground.sea)
        if ground.lake is not None:
            water.add(ground.lake, "lake", name=f"Lake {names.english[1]}")
        self.layers["waterways"].add(line, "river", name=f"River {names.english[0]}")

    def _rail(self) -> None:
        ground, rows = self.shape.ground, self.layers["railways"]
        frame = ground.frame
        line = shapely.LineString(ground.rail).intersection(frame)
        line = max(shapely.get_parts(line), key=lambda part: part.length)
        wet = ground.banks
        for aside in (-_TRACK_M, _TRACK_M):
            track = shapely.offset_curve(line, aside)
            rows.add(track.difference(wet), "rail", bridge=False, layer=0)
            rows.add(track.intersection(wet), "rail", bridge=True, layer=1)
        spacing = max(1400.0, self.shape.plan.radius_m / 5)
        central = float(shapely.line_locate_point(line, shapely.Point(0, 0)))
        count = int(0.9 * self.shape.plan.radius_m // spacing)
        for number in range(-count, count + 1):
            at = central + number * spacing
            if not 0 < at < line.length:
                continue
            place = shapely.line_interpolate_point(line, at)
            if not ground.outline.contains(place) or ground.banks.distance(place) < 90:
                continue
            x, y = shapely.get_coordinates(place)[0].tolist()
            ahead = shapely.get_coordinates(shapely.line_interpolate_point(line, min(at + 20, line.length)))[0]
            turn = math.atan2(ahead[1] - y, ahead[0] - x)
            quarter = int(np.argmin(np.hypot(*(self.shape.districts.quarter_xy - (x, y)).T)))
            name, name_zh = self._near(self.quarter_names, quarter)
            title, title_zh = (f"{name} Station", f"{name_zh}站") if number else ("Central Station", "中央车站")
            size = (60, 9) if number else (110, 13)
            hall = shapely.affinity.rotate(
                shapely.box(-size[0], -size[1], size[0], size[1]), turn, (0, 0), use_radians=True
            )
            self.campus.append((shapely.affinity.translate(hall, x, y), "transport", title))
            self.rail_stations.append((title, title_zh, x, y))

    def _divide(self) -> None:
        districts = self.shape.districts
        boundaries, names = self.layers["boundaries"], self.layers["place_names"]
        inside = districts.use != NOTHING
        ground = self.shape.ground
        # In a very large city the districts are towns of their own.
        large, small = ("town", "suburb") if self.shape.plan.radius_m > 15_000 else ("suburb", "neighbourhood")
        lines = []
        for number in range(len(districts.district_xy)):
            faces = districts.faces[districts.district == number]
            if not len(faces):
                continue
            area = shapely.coverage_union_all(faces)
            lines.append(shapely.boundary(area))
            members = np.flatnonzero((districts.district == number) & inside)
            if len(members):
                near = members[np.argmin(np.hypot(*(districts.middles[members] - districts.district_xy[number]).T))]
                name, name_zh = self._near(self.district_names, number)
                names.add(
                    shapely.Point(districts.middles[near]), large, name=name, name_en=name, name_zh=name_zh,
                    place=large, population=int(len(members) * 2600),
                )  # fmt: skip
        merged = shapely.line_merge(shapely.union_all(lines))
        boundaries.add(merged.intersection(ground.outline.buffer(-60)), "district", admin_level=9)
        boundaries.add(shapely.boundary(ground.outline), "municipality", name=self.city.english[0], admin_level=8)
        from scipy.spatial import cKDTree

        built = np.flatnonzero(districts.use < PARK) if (districts.use < PARK).any() else np.arange(len(inside))
        nearest = built[cKDTree(districts.middles[built]).query(districts.quarter_xy)[1]]
        for number, place in enumerate(districts.middles[nearest]):
            name, name_zh = self._near(self.quarter_names, number)
            names.add(shapely.Point(place), small, name=name, name_en=name, name_zh=name_zh, place=small)
        names.add(
            shapely.Point(0, 0), "city", name=self.city.english[0], name_en=self.city.english[0],
            name_zh=self.city.chinese[0], place="city", population=self.shape.plan.junctions * 27,
        )  # fmt: skip
