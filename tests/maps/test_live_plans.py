"""Cells by their fate and posts of a plan: each looks its own way, told without colour too, and posts are picked."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage, QPainter

from maps.live_plans import FATES, PlanCellsMark, PlanPostMark, post_sign, show_plans
from maps.overlay import Overlay
from maps.style import DAY, NIGHT, Theme
from maps.view import View

VIEW = View(0.0, 0.0, 10.0, 600, 300)  # 6 km by 3 km
CORNERS = np.array([[-1500.0, 0.0], [-500.0, 0.0], [500.0, 0.0], [1500.0, 0.0]])
PLACES = [(200, 100), (300, 100), (400, 100), (500, 100)]
CHANGES = ("lost", "won", "slower", "quicker", "never")


def overlay(**marks: object) -> Overlay:
    made = Overlay()
    show_plans(made)
    made.set_marks(**marks)  # type: ignore[arg-type]
    return made


def painted(made: Overlay, theme: Theme = NIGHT) -> QImage:
    image = QImage(600, 300, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(QColor(theme.ground))
    painter = QPainter(image)
    made.paint(painter, VIEW, theme, 0.0)
    painter.end()
    return image


def cells(fates: list[int], **more: str) -> PlanCellsMark:
    words = {name: more.get(name, "") for name in FATES}
    return PlanCellsMark(CORNERS, 1000.0, np.array(fates), CHANGES, words, more.get("caption", ""))


def mean(image: QImage, place: tuple[int, int]) -> np.ndarray:
    """Average the colour round a place, wide enough for a hatch."""
    found = [
        image.pixelColor(place[0] + dx, place[1] + dy).getRgb()[:3]
        for dx in range(-18, 19, 2) for dy in range(-18, 19, 2)
    ]  # fmt: skip
    return np.array(found, dtype=float).mean(axis=0)


@pytest.mark.parametrize("theme", [NIGHT, DAY])
def test_worse_is_warm_and_better_is_cold_and_the_rest_is_left_alone(qapp: object, theme: Theme) -> None:
    image = painted(overlay(plan_cells=[cells([0, 1, 2, -1])]), theme)
    lost, won, slower, alone = (mean(image, place) for place in PLACES)
    assert lost[0] > lost[2] and won[2] > won[0] and slower[0] > slower[2]
    ground = np.array(QColor(theme.ground).getRgb()[:3])
    assert np.abs(lost - ground).sum() > np.abs(slower - ground).sum() > 10
    assert np.abs(alone - ground).max() < 1


def test_lost_and_won_are_hatched_the_other_way_round(qapp: object) -> None:
    image = painted(overlay(plan_cells=[cells([0, 1, 2, 3])]))

    def slant(place: tuple[int, int]) -> int:
        """Tell along which diagonal the picture stays alike: 1 rising, -1 falling, 0 for no hatch."""
        x, y = place
        at = [image.pixel(x + step, y) for step in range(-20, 21)]
        rises = sum(image.pixel(x + d, y) == image.pixel(x + d + 4, y - 4) for d in range(-16, 17))
        falls = sum(image.pixel(x + d, y) == image.pixel(x + d + 4, y + 4) for d in range(-16, 17))
        return 0 if len(set(at)) == 1 else 1 if rises > falls else -1

    assert [slant(place) for place in PLACES] == [1, -1, 0, 0]


def test_the_legend_names_only_what_is_there(qapp: object) -> None:
    plain = painted(overlay(plan_cells=[cells([0, -1, -1, -1])]))
    told = painted(overlay(plan_cells=[cells([0, -1, -1, -1], lost="in time no more", won="in time now")]))
    both = painted(overlay(plan_cells=[cells([0, 1, -1, -1], lost="in time no more", won="in time now")]))

    def width(one: QImage, other: QImage) -> int:
        return len({x for x in range(600) for y in range(200, 300) if one.pixel(x, y) != other.pixel(x, y)})

    assert 60 < width(plain, told) < width(plain, both)


def test_posts_are_picked_by_their_disc(qapp: object) -> None:
    made = overlay(plan_posts=[PlanPostMark("a", "Anna", "fire", 0.0, 0.0), PlanPostMark("b", "", "fire", 1000.0, 0.0)])
    assert made.pick(VIEW, 300, 150) == ("plan_post", "a") and made.pick(VIEW, 408, 150) == ("plan_post", "b")
    assert made.pick(VIEW, 350, 150) is None


@pytest.mark.parametrize("theme", [NIGHT, DAY])
def test_every_state_of_a_post_looks_its_own_way(qapp: object, theme: Theme) -> None:
    signs = [
        post_sign(theme, state, units, "#D55E00", chosen, 2.0)
        for state, units, chosen in (("stays", 1, False), ("stays", 2, False), ("new", 1, False), ("closed", 1, False),
                                     ("stays", 1, True))
    ]  # fmt: skip
    looks = {(sign.width(), bytes(sign.constBits())) for sign in signs}
    assert len(looks) == 5


def test_a_moved_post_shows_where_it_stood(qapp: object) -> None:
    there = PlanPostMark("a", "", "fire", 1500.0, 0.0)
    moved = PlanPostMark("a", "", "fire", 1500.0, 0.0, state="moved", from_x=-1500.0, from_y=0.0)
    still, gone = painted(overlay(plan_posts=[there])), painted(overlay(plan_posts=[moved]))
    assert any(still.pixel(x, 150) != gone.pixel(x, 150) for x in range(200, 300))
    assert any(still.pixel(150, y) != gone.pixel(150, y) for y in range(140, 161))
