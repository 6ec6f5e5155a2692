"""Areas are painted where they lie, quietly, with their holes; a kept picture is copied and renewed when it must be."""

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage, QPainter

from maps import kept_picture
from maps.density_veil import DensityMark, veil
from maps.live_areas import ReachMark, ZoneMark, dashed
from maps.overlay import Overlay
from maps.style import DAY, NIGHT, Theme
from maps.view import View

VIEW = View(0.0, 0.0, 10.0, 600, 300)


def square(half_m: float) -> np.ndarray:
    return half_m * np.array([[-1.0, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]])


REACH = (
    ReachMark(480.0, (square(1000.0), square(200.0)[::-1]), "8 min", "Reach of E1"),
    ReachMark(240.0, (square(600.0), square(200.0)[::-1]), "4 min", "Reach of E1"),
)


def painted(overlay: Overlay, view: View = VIEW, theme: Theme = NIGHT, *, is_moving: bool = False) -> QImage:
    image = QImage(600, 300, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(QColor(theme.ground))
    painter = QPainter(image)
    overlay.paint(painter, view, theme, 0.0, is_moving=is_moving)
    painter.end()
    return image


def shown(**marks: object) -> Overlay:
    overlay = Overlay()
    overlay.set_marks(**marks)  # type: ignore[arg-type]
    return overlay


def strength(image: QImage, x: int, y: int, theme: Theme = NIGHT) -> float:
    """Tell how far a pixel is from the ground."""
    one, other = image.pixelColor(x, y), QColor(theme.ground)
    return sum(abs(getattr(one, part)() - getattr(other, part)()) for part in ("red", "green", "blue"))


@pytest.mark.parametrize("theme", [NIGHT, DAY])
def test_nearer_bands_are_clearer_and_holes_are_free(qapp: object, theme: Theme) -> None:
    image = painted(shown(reach=REACH), theme=theme)
    hole, inner, outer, beyond = (strength(image, x, 150, theme) for x in (300, 340, 380, 420))
    assert hole == beyond == 0
    assert inner > 1.5 * outer > 20


def test_areas_cannot_be_picked(qapp: object) -> None:
    overlay = shown(reach=REACH, zones=[ZoneMark("Centre", (square(900.0),), 0.0, 0.0)])
    assert overlay.pick_all(VIEW, 300, 150) == []


def test_a_picture_is_painted_once_while_the_map_moves_over_it(qapp: object, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[bool] = []
    draw = kept_picture.KeptPicture._draw

    def spy(self: kept_picture.KeptPicture, *given: object, is_rough: bool) -> View:
        drawn.append(is_rough)
        return draw(self, *given, is_rough=is_rough)  # type: ignore[arg-type]

    monkeypatch.setattr(kept_picture.KeptPicture, "_draw", spy)
    overlay = shown(reach=REACH)
    before = painted(overlay)
    moved = painted(overlay, VIEW.panned(30, 10), is_moving=True)
    assert drawn == [False]
    assert moved.pixelColor(370, 160) == before.pixelColor(340, 150)
    painted(overlay, VIEW.panned(200, 0), is_moving=True)
    assert drawn == [False, True]
    painted(overlay, VIEW.panned(200, 0))
    assert drawn == [False, True, False]
    painted(overlay, VIEW.panned(200, 0).zoomed(1.5), is_moving=True)
    assert len(drawn) == 3  # stretched meanwhile
    painted(overlay, VIEW.zoomed(1.5))
    painted(overlay, VIEW.zoomed(1.5), DAY)
    overlay.set_marks(reach=REACH[:1])
    painted(overlay, VIEW.zoomed(1.5), DAY)
    assert len(drawn) == 6


def test_a_surface_is_clear_where_there_is_nothing(qapp: object) -> None:
    values = np.zeros((20, 20), np.float32)
    values[:10, :10] = 5.0  # the north-west
    values[:10, 10:] = 1.0
    made = veil(values, NIGHT)
    assert made.pixelColor(15, 15).alpha() == 0
    assert made.pixelColor(5, 5).alpha() > made.pixelColor(15, 5).alpha() > 40
    image = painted(shown(density=[DensityMark(values, (-1000.0, -1000.0, 1000.0, 1000.0), "Incidents")]))
    assert strength(image, 250, 100) > strength(image, 350, 100) > 0
    assert strength(image, 350, 200) == 0
    assert veil(np.zeros((3, 3), np.float32), NIGHT).pixelColor(1, 1).alpha() == 0
    painted(shown(density=[DensityMark(np.zeros((0, 0), np.float32), (0.0, 0.0, 0.0, 0.0))]))


def test_a_zone_has_its_line_and_its_name_unless_it_is_tiny(qapp: object) -> None:
    def coloured(image: QImage, x: range, y: range) -> int:
        return sum(image.pixelColor(i, j).lightness() > 100 for i in x for j in y)

    zone = ZoneMark("Harbour", (square(1000.0),), 0.0, 0.0)
    near = painted(shown(zones=[zone]))
    assert coloured(near, range(200, 400), range(248, 253)) > 100
    assert coloured(near, range(260, 340), range(140, 160)) > 30
    far = painted(shown(zones=[zone]), VIEW.zoomed(0.2))
    assert coloured(far, range(290, 310), range(146, 154)) == 0


def test_dashes_follow_the_line_and_leave_gaps() -> None:
    line = np.array([[0.0, 0.0], [100.0, 0.0], [100.0, 50.0]])
    made = dashed(line, 10.0, 5.0)
    assert len(made) == 10
    assert made[0].tolist() == [0, 0, 10, 0]
    assert made[-1].tolist() == [100, 35, 100, 45]
    assert np.hypot(made[:, 2] - made[:, 0], made[:, 3] - made[:, 1]).max() <= 10
