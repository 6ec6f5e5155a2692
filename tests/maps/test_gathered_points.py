"""Cameras and stations gather from afar, and open when near."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QImage

from maps.gathered_points import pill, pill_width_px
from maps.layers import CameraMark, StationMark
from maps.place_symbols import camera_fan, camera_icon
from maps.style import THEMES
from maps.view import View
from tests.maps.test_crowds import at
from tests.maps.test_overlay import colours, painted, show

pytestmark = pytest.mark.usefixtures("qapp")
NIGHT = THEMES["night"]
FAR = View(0, 0, 8.0, 400, 300)


def cameras(count: int, **changes) -> list[CameraMark]:
    return [CameraMark(f"c{i}", 200 + 6 * i, 210, 45.0, "traffic", **changes) for i in range(count)]


def test_cameras_are_one_sign_from_afar_and_open_when_near() -> None:
    overlay = show(cameras=cameras(5))
    ((kind, identity),) = at(overlay, FAR)
    assert kind == "cluster" and identity.startswith("camera:")
    assert overlay.box_of(identity) == (200, 210, 224, 210)
    assert {mark.camera_id for mark in overlay.members_of(identity)} == {f"c{i}" for i in range(5)}
    near = View(212, 210, 0.5, 400, 300)
    assert {key for key in at(overlay, near) if key[0] == "camera"} == {("camera", f"c{i}") for i in range(5)}
    assert not any(kind == "cluster" for kind, _ in at(overlay, near))
    assert overlay.members_of("camera:9:77") == () and overlay.box_of("camera:9:77") is None


def test_ranked_and_selected_cameras_stay_out() -> None:
    held = [CameraMark("first", 204, 212, rank=1), CameraMark("mine", 260, 250, selected=True)]
    found = at(show(cameras=cameras(5) + held), FAR)
    assert {("camera", "first"), ("camera", "mine")} <= set(found)
    assert sum(kind == "cluster" for kind, _ in found) == 1


def test_the_whole_city_shows_no_signs_of_cameras() -> None:
    overlay = show(cameras=cameras(5))
    view = View(0, 0, 40.0, 400, 300)
    assert at(overlay, view) == {} and colours(painted(overlay, view), 205, 145, 40) == {NIGHT.ground}


def test_the_sign_is_painted_and_stays_while_panning() -> None:
    overlay = show(cameras=cameras(5))
    images = []
    for step in (0, 16):
        view = FAR.panned(step, 0)
        ((_, identity),) = at(overlay, view)
        x, y = view.to_screen(212, 210)
        images.append((identity, len(colours(painted(overlay, view), round(float(x)), round(float(y)), 9))))
    assert images[0] == images[1] and images[0][1] > 5


def test_stations_gather_only_where_they_would_stand_on_each_other() -> None:
    stations = [StationMark(f"s{i}", f"Station {i}", "fire", 2 * i, 0) for i in range(4)]
    lone = StationMark("far", "Far", "police", 900, 0)
    overlay = show(stations=[*stations, lone])
    found = at(overlay, View(0, 0, 8.0, 400, 300))
    assert ("station", "far") in found and {kind for kind, _ in found} == {"station", "cluster"}
    assert not any(kind == "cluster" for kind, _ in at(overlay, View(0, 0, 2.0, 400, 300)))


def test_a_sign_is_as_wide_as_its_number() -> None:
    images = [pill(NIGHT, count, NIGHT.camera, camera_icon(NIGHT), 1.0) for count in (3, 33, 3333)]
    widths = [image.width() for image in images]
    assert widths == sorted(widths) and widths[0] < widths[2]
    assert all(
        abs(image.width() - pill_width_px(count)) < 7 for image, count in zip(images, (3, 33, 3333), strict=True)
    )


def inked(image: QImage) -> np.ndarray:
    image = image.convertToFormat(QImage.Format.Format_ARGB32)
    bits = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
    return bits[:, :, 3] > 0


def test_a_fan_is_as_wide_as_the_camera_sees() -> None:
    shares = [inked(camera_fan(NIGHT, 90.0, False, 2.0, angle)).sum() for angle in (30.0, 60.0, 120.0)]
    assert shares[1] / shares[0] == pytest.approx(2.0, rel=0.15)
    assert shares[2] / shares[1] == pytest.approx(2.0, rel=0.1)
    east = inked(camera_fan(NIGHT, 90.0, False, 2.0, 60.0))
    assert not east[:, : east.shape[1] // 2 - 3].any()
    round_ = inked(camera_fan(NIGHT, None, False, 2.0, 360.0))
    assert round_.sum() == pytest.approx(np.pi * 64**2, rel=0.05)
    unsure = camera_fan(NIGHT, None, False, 2.0)
    assert unsure != camera_fan(NIGHT, None, False, 2.0, 360.0) and inked(unsure).any()
