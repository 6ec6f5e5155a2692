"""Live marks over the city: painted where they are, found where they are painted."""

from __future__ import annotations

import math

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage, QPainter

from maps.layers import (
    CallerMark,
    CameraMark,
    ClosureMark,
    IncidentMark,
    PlaceMark,
    RouteMark,
    StationMark,
    UnitMark,
)
from maps.live_routes import eta_text
from maps.live_shapes import distance_to_line
from maps.live_units import age_opacity
from maps.overlay import Overlay
from maps.style import THEMES
from maps.view import View

pytestmark = pytest.mark.usefixtures("qapp")
SEEN = View(0, 0, 1.0, 400, 300)
NIGHT = THEMES["night"]


def unit(unit_id: str = "E1", x: float = 0, y: float = 0, **changes) -> UnitMark:
    return UnitMark(
        unit_id, unit_id, changes.pop("department_kind", "fire"), changes.pop("status", "en_route"), x, y, **changes
    )


def painted(overlay: Overlay, view: View = SEEN, now_s: float = 0.0, *, is_moving: bool = False) -> QImage:
    ratio = view.device_pixel_ratio
    image = QImage(round(view.width * ratio), round(view.height * ratio), QImage.Format.Format_RGB32)
    image.fill(QColor(NIGHT.ground))
    image.setDevicePixelRatio(ratio)
    painter = QPainter(image)
    try:
        overlay.paint(painter, view, NIGHT, now_s, is_moving=is_moving)
    finally:
        painter.end()
    return image


def colours(image: QImage, across: int, down: int, reach: int) -> set[str]:
    return {
        image.pixelColor(x, y).name()
        for x in range(max(0, across - reach), min(image.width(), across + reach))
        for y in range(max(0, down - reach), min(image.height(), down + reach))
    }


def show(**marks) -> Overlay:
    overlay = Overlay()
    overlay.set_marks(**marks)
    return overlay


def test_a_unit_stands_where_it_is_in_its_department_s_colour() -> None:
    overlay = show(units=[unit(x=50, y=20, fix_age_s=5)])
    image = painted(overlay)
    assert NIGHT.departments["fire"].lower() in {c.lower() for c in colours(image, 250, 130, 10)}
    assert colours(image, 100, 100, 20) == {NIGHT.ground}


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_marks_grow_with_the_screen_s_pixels(ratio: float) -> None:
    view = View(0, 0, 1.0, 400, 300, ratio)
    image = painted(show(units=[unit()]), view)
    touched = [x for x in range(image.width()) if image.pixelColor(x, image.height() // 2).name() != NIGHT.ground]
    width = (touched[-1] - touched[0] + 1) / ratio
    assert 18 <= width <= 30
    assert (touched[0] + touched[-1]) / 2 == pytest.approx(image.width() / 2, abs=2)


def test_nothing_stands_over_a_unit_in_distress() -> None:
    under = IncidentMark(14, "structure_fire", 1, 0, -6, selected=True, label="Structure fire, with a long label")
    alone = painted(show(units=[unit(distress=True, fix_age_s=1)]))
    image = painted(show(units=[unit(distress=True, fix_age_s=1)], incidents=[under]))
    assert all(image.pixelColor(x, 170) == alone.pixelColor(x, 170) for x in range(185, 215))
    assert all(image.pixelColor(200 + x, 150) == alone.pixelColor(200 + x, 150) for x in range(-7, 8))


def test_a_pile_of_units_says_how_many_it_hides() -> None:
    one, three = (
        show(units=[unit("E1")]),
        show(units=[unit("E1"), unit("E2", status="available"), unit("E3", status="available")]),
    )
    top = SEEN.to_screen(0, 0)
    assert three.pick(SEEN, *(float(value) for value in top)) == ("unit", "E1")
    assert len(three.pick_all(SEEN, 200, 150)) == 3

    def chip_width(overlay: Overlay) -> int:
        image = painted(overlay)
        return sum(image.pixelColor(x, 170).name() != NIGHT.ground for x in range(150, 250))

    assert chip_width(three) > chip_width(one) + 10


def test_new_call_signs_are_spread_over_frames() -> None:
    overlay = show(units=[unit(f"U{i}", 60 * (i % 6) - 150, 45 * (i // 6) - 68) for i in range(24)])
    image = QImage(400, 300, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    frames = [overlay.paint(painter, SEEN, NIGHT, 0.0, most_new=10) for _ in range(9)]
    painter.end()
    assert frames[:2] == [False, False] and frames[-1]  # a slow machine draws three a frame


def test_marks_out_of_view_cost_no_paint() -> None:
    image = painted(show(units=[unit(x=10_000)], cameras=[CameraMark("c", 9_000, 0)]))
    assert colours(image, 200, 150, 150) == {NIGHT.ground}


def test_an_old_position_fades() -> None:
    now, minute, two, ten, quarter, ages, never = age_opacity(np.array([0, 60, 120, 600, 900, 1e9, np.nan])).tolist()
    assert now == minute == 1.0
    assert two > ten > quarter == pytest.approx(0.4) and ages == 0.4
    assert 0.4 < never < 1.0
    fresh, old = painted(show(units=[unit(fix_age_s=5)])), painted(show(units=[unit(fix_age_s=3_000)]))
    assert colours(fresh, 200, 150, 8) != colours(old, 200, 150, 8)


def test_the_topmost_mark_is_picked() -> None:
    overlay = show(units=[unit("E1")], cameras=[CameraMark("c1", 3, 0)], incidents=[IncidentMark(7, "x", 1, 2, 0)])
    assert overlay.pick(SEEN, 200, 150) == ("incident", "7")
    assert overlay.pick_all(SEEN, 202, 151) == [("incident", "7"), ("unit", "E1"), ("camera", "c1")]
    overlay.set_marks(incidents=[])
    assert overlay.pick(SEEN, 200, 150) == ("unit", "E1")
    assert overlay.pick(SEEN, 300, 150) is None


def test_a_mark_right_under_the_cursor_wins_over_one_near_it() -> None:
    overlay = show(units=[unit("E1", x=-22), unit("E2", x=0, status="available")])
    assert overlay.pick(SEEN, 200, 150) == ("unit", "E2")


def test_a_flag_is_picked_above_its_place() -> None:
    overlay = show(incidents=[IncidentMark(14, "structure_fire", 1, 0, 0)])
    assert overlay.pick(SEEN, 200, 150 - 22) == ("incident", "14")
    assert overlay.pick(SEEN, 200, 150 + 30) is None


def test_picking_reaches_eight_pixels_at_every_scale() -> None:
    overlay = show(units=[unit()])
    for scale in (0.2, 1.0, 50.0):
        view = View(0, 0, scale, 400, 300)
        assert overlay.pick(view, 200 + 9 + 7, 150) == ("unit", "E1")
        assert overlay.pick(view, 200 + 9 + 9, 150) is None


def test_quiet_cameras_hide_from_afar_but_ranked_ones_stay() -> None:
    overlay = show(cameras=[CameraMark("quiet", 0, 0), CameraMark("ranked", 1000, 0, rank=1)])
    far = View(500, 0, 10.0, 400, 300)
    assert overlay.pick(far, 150, 150) is None
    assert overlay.pick(far, 250, 150) == ("camera", "ranked")


def test_highlighted_cameras_on_one_mast_stand_side_by_side() -> None:
    overlay = show(cameras=[CameraMark(f"c{rank}", 0, 0, rank=rank) for rank in (3, 1, 2)])
    assert [overlay.pick(SEEN, 200 + 21 * place, 150) for place in range(3)] == [
        ("camera", "c1"),
        ("camera", "c2"),
        ("camera", "c3"),
    ]
    image = painted(overlay)
    assert all(len(colours(image, 200 + 21 * place, 150, 4)) > 1 for place in range(3))
    assert colours(image, 200 + 21 * 4, 150, 4) == {NIGHT.ground}


def test_the_nearest_of_five_thousand_is_found() -> None:
    rng = np.random.default_rng(1)
    places = rng.uniform(-5_000, 5_000, (5_000, 2))
    overlay = show(units=[unit(f"U{i}", x, y) for i, (x, y) in enumerate(places.tolist())])
    found = overlay.pick(View(*places[1234], 1.0, 400, 300), 200, 150)
    assert found == ("unit", "U1234")


def test_routes_and_closures_are_picked_along_their_line() -> None:
    path = np.array([[-100.0, 0], [0, 0], [0, 80]])
    ring = np.array([[40.0, -40], [100, -40], [100, -100], [40, -100]])
    overlay = show(
        routes=[RouteMark("E1", path, True, 100, "E1")],
        closures=[ClosureMark("c1", "Polygon", ring), ClosureMark("c2", "LineString", path - 120)],
    )
    assert overlay.pick(SEEN, 150, 155) == ("route", "E1")
    assert overlay.pick(SEEN, 150, 175) is None
    assert overlay.pick(SEEN, 270, 220) == ("closure", "c1")
    assert overlay.pick(SEEN, 0, 270) == ("closure", "c2")


def test_sent_routes_are_solid_and_ghosts_have_gaps() -> None:
    path = np.array([[-150.0, 0], [150, 0]])

    def share(is_sent: bool) -> float:
        image = painted(show(routes=[RouteMark("E1", path, is_sent)]))
        row = [image.pixelColor(x, 150).name() for x in range(180, 340)]
        return sum(colour == QColor(NIGHT.route).name() for colour in row) / len(row)

    assert share(True) > 0.9  # an arrow head stands on it
    assert 0.3 < share(False) < 0.8


def test_closures_show_red_and_white() -> None:
    path = np.array([[-150.0, 0], [150, 0]])
    found = {c.lower() for c in colours(painted(show(closures=[ClosureMark("c", "LineString", path)])), 100, 150, 30)}
    assert {NIGHT.closure, NIGHT.closure_gap} <= found


def test_new_incidents_and_distress_pulse_and_nothing_else() -> None:
    assert show(units=[unit()], incidents=[IncidentMark(1, "x", 1, 0, 0)]).pulsing(SEEN) == []
    assert show(units=[unit(x=900, distress=True)]).pulsing(SEEN) == []
    new = show(incidents=[IncidentMark(1, "x", 1, 0, 0, is_new=True)])
    assert new.pulsing(SEEN) == [(200, 150)] and painted(new, now_s=0.2) != painted(new, now_s=0.6)
    distress = show(units=[unit(distress=True)])
    assert distress.pulsing(SEEN) == [(200, 150)] and painted(distress, now_s=0.2) != painted(distress, now_s=0.6)


def test_every_kind_of_mark_leaves_ink() -> None:
    line = np.array([[-30.0, 0], [30, 0]])
    marks = {
        "closures": ClosureMark("c", "Point", np.array([[0.0, 0.0]]), "Closed"),
        "routes": RouteMark("E1", line, False, 75.0),
        "callers": CallerMark(0, 0, 40),
        "stations": StationMark("s", "Station", "hospital", 0, 0),
        "cameras": CameraMark("c", 0, 0, 45.0, rank=2, selected=True),
        "units": unit(heading_deg=30, speak=True, selected=True),
        "incidents": IncidentMark(1, "gas_leak", 5, 0, 0, is_overdue=True, selected=True, label="Gas leak"),
        "places": PlaceMark(0, 0, "Here"),
    }
    for name, mark in marks.items():
        for is_moving in (False, True):
            image = painted(show(**{name: [mark]}), is_moving=is_moving)
            assert len(colours(image, 200, 150, 40)) > 3, name


def test_marks_change_their_look_with_the_theme() -> None:
    def in_look(overlay: Overlay, name: str) -> QImage:
        image = QImage(400, 300, QImage.Format.Format_RGB32)
        image.fill(QColor(NIGHT.ground))
        painter = QPainter(image)
        overlay.paint(painter, SEEN, THEMES[name], 0.0)
        painter.end()
        return image

    marks = {"units": [unit(status="available")], "cameras": [CameraMark("c", 60, 0, 45.0)]}
    overlay = show(**marks)
    night, day = in_look(overlay, "night"), in_look(overlay, "day")
    assert night != day
    assert day == in_look(show(**marks), "day")


def test_marks_are_compared_before_they_are_replaced() -> None:
    overlay = show(units=[unit()])
    assert not overlay.set_marks(units=[unit()])
    assert overlay.set_marks(units=[unit(x=1)])
    assert overlay.marks.units == (unit(x=1),)
    with pytest.raises(KeyError, match="no layer of marks is called trains"):
        overlay.set_marks(trains=[])


def test_distances_to_lines() -> None:
    line = np.array([[0.0, 0], [10, 0], [10, 10]])
    assert distance_to_line(line, 5, 3) == pytest.approx(3)
    assert distance_to_line(line, -3, -4) == pytest.approx(5)
    assert distance_to_line(line[:1], 3, 4) == pytest.approx(5)
    assert math.isfinite(distance_to_line(np.array([[1.0, 1], [1, 1]]), 0, 0))


def test_times_are_round() -> None:
    assert [eta_text(value) for value in (0, 59.6, 245, 3_600)] == ["0:00", "1:00", "4:05", "60:00"]


def test_a_free_unit_at_its_station_is_quiet_from_afar() -> None:
    far = View(0, 0, 1.5, 400, 300)

    def touched(view: View, *, at_home: bool, **changes) -> int:
        image = painted(show(units=[unit(status="available", at_home=at_home, fix_age_s=1, **changes)]), view)
        return sum(image.pixelColor(x, y).name() != NIGHT.ground for x in range(150, 250) for y in range(100, 200))

    assert touched(far, at_home=True) < 0.4 * touched(far, at_home=False)
    assert touched(SEEN, at_home=True) == touched(SEEN, at_home=False)
    assert touched(far, at_home=True, selected=True) > touched(far, at_home=False)


def test_a_station_s_name_stands_where_nobody_stands() -> None:
    near = View(0, 0, 0.5, 400, 300)
    station = StationMark("s", "Erottaja", "fire", 0, 0)

    def name_is_there(view: View, **marks) -> bool:
        image = painted(show(stations=[station], **marks), view)
        return any(image.pixelColor(x, y).name() != NIGHT.ground for x in range(175, 188) for y in range(120, 137))

    assert name_is_there(near)
    assert not name_is_there(near, units=[unit(status="available", at_home=True)])
    assert not name_is_there(SEEN)


def test_an_incident_off_the_screen_is_pointed_to() -> None:
    east = IncidentMark(14, "structure_fire", 1, 5_000, 0)
    image = painted(show(incidents=[east]))
    assert NIGHT.priorities[1].lower() in {c.lower() for c in colours(image, 390, 150, 10)}
    assert colours(image, 200, 150, 100) == {NIGHT.ground}


def test_two_departments_on_one_street_are_both_seen() -> None:
    street = np.array([[-150.0, 0.0], [150.0, 0.0]])
    image = painted(
        show(
            routes=[
                RouteMark("E1", street, True, 60.0, "E1", "fire"),
                RouteMark("P1", street, True, 70.0, "P1", "police"),
            ]
        )
    )
    seen = {image.pixelColor(280, y).name().lower() for y in range(135, 165)}
    assert {NIGHT.departments["fire"].lower(), NIGHT.departments["police"].lower()} <= seen


def test_chips_of_routes_cover_neither_each_other_nor_units() -> None:
    from maps.scene import Scene, boxes_around, overlap

    street = np.array([[-150.0, 0.0], [150.0, 0.0]])
    overlay = show(
        routes=[RouteMark(f"E{i}", street, True, 60.0 + i, f"E{i}", "fire") for i in range(5)],
        units=[unit("E9", -45.0, 0.0)],
    )
    image = QImage(400, 300, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    scene = Scene(painter, SEEN, NIGHT, overlay.sheet)
    layers = list(overlay._layers.values())
    for layer in layers:
        layer.paint(scene)
    before = len(scene.taken)
    for layer in layers:
        layer.paint_over(scene)
    painter.end()
    chips = scene.taken[before:]
    assert len(chips) == 5
    for place, chip in enumerate(chips):
        others = np.concatenate([*chips[:place], *chips[place + 1 :], boxes_around(np.array([[155.0, 150.0]]), 20, 20)])
        assert overlap(chip, others)[0] == 0
