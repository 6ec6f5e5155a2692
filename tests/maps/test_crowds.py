"""Where much happens at one place: gathered from afar, listed when near, and nothing that calls is hidden."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage, QPainter

from maps.incident_symbols import Look, gathered_flag, incident_flag, look_of
from maps.layers import ClosureMark, IncidentMark, TrailMark, UnitMark
from maps.overlay import Overlay
from maps.scene import Scene, overlap
from maps.style import THEMES
from maps.view import View
from tests.maps.test_overlay import colours, painted, show, unit

pytestmark = pytest.mark.usefixtures("qapp")
FAR = View(0, 0, 16.0, 400, 300)
NEAR = View(0, 0, 1.0, 400, 300)
NIGHT = THEMES["night"]


def crowd(count: int, **changes) -> list[UnitMark]:
    return [
        unit(f"U{i}", 400 + i, 400 + i, department_kind=("fire", "police")[i % 2], status="available", **changes)
        for i in range(count)
    ]


def at(overlay: Overlay, view: View) -> dict[tuple[str, str], tuple[float, float]]:
    """Return where each thing that can be picked answers, on a fine grid."""
    found: dict[tuple[str, str], tuple[float, float]] = {}
    for across in range(0, 400, 8):
        for down in range(0, 300, 8):
            for entry in overlay.pick_all(view, across, down):
                found.setdefault(entry, (across, down))
    return found


def test_a_crowd_is_one_symbol_from_afar_and_opens_when_near() -> None:
    overlay = show(units=crowd(12))
    ((kind, identity),) = at(overlay, FAR)
    assert kind == "cluster"
    assert overlay.box_of(identity) == (400, 400, 411, 411)
    assert {mark.unit_id for mark in overlay.members_of(identity)} == {f"U{i}" for i in range(12)}
    near = View(405, 405, 1.0, 400, 300)
    assert {key for key in at(overlay, near) if key[0] == "unit"} == {("unit", f"U{i}") for i in range(12)}
    assert overlay.box_of("unit:4:12345") is None and overlay.members_of("unit:4:12345") == ()
    assert overlay.box_of("nobody:4:1") is None


def test_three_stay_by_themselves() -> None:
    assert {kind for kind, _ in at(show(units=crowd(3)), FAR)} == {"unit"}


def test_nobody_who_calls_or_is_chosen_is_hidden_in_a_crowd() -> None:
    loud = [
        unit("SOS", 405, 405, distress=True),
        unit("MINE", 440, 420, selected=True),
        unit("SAY", 420, 440, speak=True),
    ]
    found = at(show(units=crowd(12) + loud), FAR)
    assert {("unit", "SOS"), ("unit", "MINE"), ("unit", "SAY")} <= set(found)
    assert sum(kind == "cluster" for kind, _ in found) == 1


def test_a_crowd_stays_the_same_while_panning() -> None:
    overlay = show(units=crowd(12) + [unit(f"V{i}", -900 + 3 * i, 300, status="available") for i in range(9)])
    clusters = [
        {identity for kind, identity in at(overlay, FAR.panned(dx, 0)) if kind == "cluster"} for dx in (0, 7, 31)
    ]
    assert len(clusters[0]) == 2 and clusters[0] == clusters[1] == clusters[2]


def test_a_crowd_shows_its_departments_and_whether_some_work() -> None:
    overlay = show(units=crowd(12))
    place = next(iter(at(overlay, FAR).values()))
    across, down = (round(value) for value in place)
    found = {colour.lower() for colour in colours(painted(overlay, FAR), across + 8, down + 8, 26)}
    assert {NIGHT.departments["fire"].lower(), NIGHT.departments["police"].lower()} <= found
    busy = show(units=[*crowd(11), unit("W", 405, 405, status="on_scene")])
    assert NIGHT.neutral in colours(painted(busy, FAR), across + 8, down + 8, 26)
    assert NIGHT.neutral not in found


def test_many_at_one_place_are_listed_beside_it() -> None:
    scene = [unit(f"E{i}", 0.5 * i, 0, status="on_scene") for i in range(8)]
    overlay = show(units=scene, incidents=[IncidentMark(14, "structure_fire", 1, 2, 0, label="Structure fire")])
    found = at(overlay, NEAR)
    rows = {identity: place for (kind, identity), place in found.items() if kind == "unit"}
    assert set(rows) == {f"E{i}" for i in range(8)}
    assert ("incident", "14") in found
    for one in rows:  # each is picked alone
        across, down = rows[one]
        assert next(key for key in overlay.pick_all(NEAR, across, down) if key[0] == "unit") == ("unit", one)
    moving = show(units=[unit(f"E{i}", 0.5 * i, 0, heading_deg=90.0) for i in range(8)])
    assert NIGHT.departments["fire"].lower() in {c.lower() for c in colours(painted(moving), 200, 150, 8)}


def test_the_words_of_a_scene_touch_neither_its_units_nor_each_other() -> None:
    overlay = show(
        units=[unit(f"E{i}", 0.5 * i, 0, status="on_scene") for i in range(6)] + [unit("P9", 4, -28)],
        incidents=[IncidentMark(14, "structure_fire", 1, 2, 0, label="A structure fire with a very long label")],
    )
    image = QImage(400, 300, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    scene = Scene(painter, NEAR, NIGHT, overlay.sheet)
    units, incidents = overlay._layers["units"], overlay._layers["incidents"]
    incidents.claim(scene)
    units.paint(scene)
    before = scene.taken_boxes()
    incidents.paint(scene)
    painter.end()
    label = scene.taken_boxes()[len(before) :]
    assert len(label) == 1 and overlap(label, before)[0] == 0


def test_crowded_incidents_gather_and_the_chosen_one_stays_out() -> None:
    marks = [IncidentMark(i, "noise", 2 + i % 3, 400 + i, 400, is_new=i < 2) for i in range(1, 7)]
    overlay = show(incidents=[*marks, IncidentMark(9, "x", 1, 405, 405, selected=True)])
    found = at(overlay, FAR)
    clusters = [identity for kind, identity in found if kind == "cluster"]
    assert len(clusters) == 1 and ("incident", "9") in found
    assert [mark.number for mark in overlay.members_of(clusters[0])] and overlay.box_of(clusters[0]) == (
        401,
        400,
        406,
        400,
    )
    assert overlay.pulsing(FAR), "what is new still pulses"


def test_incidents_at_one_place_stand_side_by_side_when_near() -> None:
    overlay = show(incidents=[IncidentMark(number, "noise", 3, 0, 0) for number in (1, 2, 3)])
    found = at(overlay, View(0, 0, 0.5, 400, 300))
    assert {identity for _, identity in found} == {"1", "2", "3"}
    tops = {overlay.pick(View(0, 0, 0.5, 400, 300), across, 130) for across in range(120, 290, 4)}
    assert {("incident", "1"), ("incident", "2"), ("incident", "3")} <= tops


def test_a_sign_at_the_edge_is_picked_and_stands_for_those_behind() -> None:
    far = [IncidentMark(number, "noise", 4, 9_000, 10 * number) for number in (3, 4)]
    overlay = show(incidents=[*far, IncidentMark(5, "fire", 1, 9_000, 0)])
    assert overlay.pick(NEAR, 374, 150) == ("incident", "5")
    assert overlay.pick(NEAR, 300, 150) is None
    alone = show(incidents=[IncidentMark(5, "fire", 1, 9_000, 0)])
    assert painted(overlay) != painted(alone)


def test_a_hidden_layer_is_neither_painted_nor_picked() -> None:
    overlay = show(units=[unit()], incidents=[IncidentMark(1, "x", 1, 100, 0, is_new=True)])
    assert overlay.set_shown("units", False) and not overlay.set_shown("units", False)
    assert overlay.set_shown("incidents", False)
    assert overlay.pick(NEAR, 200, 150) is None and overlay.pulsing(NEAR) == []
    assert colours(painted(overlay), 200, 150, 140) == {NIGHT.ground}
    assert overlay.marks.units == () and not overlay.is_shown("units") and overlay.is_shown("trails")
    overlay.set_shown("units", True)
    assert overlay.pick(NEAR, 200, 150) == ("unit", "E1")
    with pytest.raises(KeyError, match="trains"):
        overlay.set_shown("trains", True)


def test_a_closure_s_hole_is_open() -> None:
    ring = np.array([[-100.0, -80], [100, -80], [100, 80], [-100, 80]])
    overlay = show(closures=[ClosureMark("c", "Polygon", ring, "Flood", (ring * 0.5,))])
    image = painted(overlay)
    assert colours(image, 200, 150, 30) == {NIGHT.ground}
    assert len(colours(image, 125, 150, 10)) > 1
    assert overlay.pick(NEAR, 200, 150) is None
    assert overlay.pick(NEAR, 125, 150) == ("closure", "c")
    assert overlay.pick(NEAR, 150, 150) == ("closure", "c"), "the hole's edge belongs to it"


def test_trails_fade_and_far_ones_are_not_painted() -> None:
    line = np.array([[-150.0, 0, 0, 0], [0, 0, 150, 0]])
    image = painted(show(trails=[TrailMark("police", line, np.array([0.9, 0.0]))]))
    old, new = (QColor(image.pixelColor(across, 150)).lightness() for across in (120, 280))
    assert QColor(NIGHT.ground).lightness() < old < new
    overlay = show(trails=[TrailMark("police", line + 5_000, np.zeros(2))])
    assert colours(painted(overlay), 200, 150, 140) == {NIGHT.ground}
    assert at(show(trails=[TrailMark("police", line, np.zeros(2), True)]), NEAR) == {}


def test_the_stage_and_the_minutes_over_show_on_a_flag() -> None:
    stages = [
        incident_flag(NIGHT, Look(14, "noise", 2, stage), 1.0)
        for stage in ("waiting", "assigned", "working", "cleared")
    ]
    assert all(one != other for place, one in enumerate(stages) for other in stages[:place])
    assert incident_flag(NIGHT, Look(14, "noise", 2, late_min=5), 1.0) != incident_flag(
        NIGHT, Look(14, "noise", 2, late_min=6), 1.0
    )
    mark = IncidentMark(14, "noise", 2, 0, 0, is_overdue=True, stage="working", overdue_min=7)
    assert look_of(mark) == Look(14, "noise", 2, "working", 7)
    assert look_of(IncidentMark(14, "noise", 2, 0, 0, overdue_min=7)).late_min is None
    assert gathered_flag(NIGHT, 7, 1, 0, False, 1.0) != gathered_flag(NIGHT, 7, 1, 2, False, 1.0)
