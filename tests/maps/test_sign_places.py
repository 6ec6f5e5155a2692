"""Signs find room beside their symbols, or are left out."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QImage, QPainter

from maps import unit_signs
from maps.layers import IncidentMark
from maps.overlay import Overlay
from maps.scene import boxes_around, overlap
from maps.sign_places import ABOVE, BELOW, LEFT, RIGHT, Placing, side_offsets
from maps.style import THEMES
from maps.view import View
from tests.maps.test_overlay import show, unit

SIZE = (48.0, 18.0)
VIEW = View(0, 0, 4.0, 800, 600)


def sides_of(middles, *, obstacles=(), held=(), must=()) -> list[int]:
    middles = np.array(middles, float).reshape(-1, 2)
    boxes = np.concatenate((boxes_around(middles, 20, 20), np.array(obstacles, float).reshape(-1, 4)))
    fill = np.full(len(middles), -1, np.int8)
    fill[: len(held)] = held
    loud = np.zeros(len(middles), bool)
    loud[: len(must)] = must
    placing = Placing(middles, np.tile(SIZE, (len(middles), 1)), boxes, fill, loud)
    assert placing.go_on()
    return placing.sides.tolist()


def test_alone_a_sign_stands_below() -> None:
    assert sides_of([(0, 0)]) == [BELOW]
    assert sides_of([]) == []


@pytest.mark.parametrize(
    ("taken", "side"),
    [([BELOW], RIGHT), ([BELOW, RIGHT], LEFT), ([BELOW, RIGHT, LEFT], ABOVE), ([BELOW, RIGHT, LEFT, ABOVE], -1)],
)
def test_a_sign_goes_where_nothing_stands(taken: list[int], side: int) -> None:
    offsets = side_offsets(np.array([SIZE[0]]))[0]
    assert sides_of([(0, 0)], obstacles=boxes_around(offsets[taken], 8, 8)) == [side]


def test_what_must_be_read_stands_even_on_others() -> None:
    assert sides_of([(0, 0)], obstacles=[(-200, -200, 200, 200)], must=[True]) == [BELOW]


def test_a_sign_stays_where_it_was_and_the_first_goes_first() -> None:
    assert sides_of([(0, 0)], held=[LEFT]) == [LEFT]
    assert sides_of([(0, 0), (30, 0)], held=[-1, -1])[0] == BELOW
    assert sides_of([(0, 0), (0, 2), (0, 4), (0, 6), (0, 8)]).count(-1) >= 1


def test_no_sign_covers_another_or_a_symbol() -> None:
    rng = np.random.default_rng(5)
    middles = rng.uniform(0, (900, 600), (400, 2))
    sides = np.array(sides_of(middles))
    shown = np.flatnonzero(sides >= 0)
    assert 30 < len(shown) < 300
    at = middles[shown] + side_offsets(np.full(len(shown), SIZE[0]))[np.arange(len(shown)), sides[shown]]
    signs = boxes_around(at, *SIZE)
    own = SIZE[0] * SIZE[1]
    assert np.allclose(overlap(signs, signs), own)
    assert overlap(signs, boxes_around(middles, 14, 14)).max() == 0


def test_the_work_is_done_piece_by_piece() -> None:
    middles = np.random.default_rng(6).uniform(0, 3_000, (500, 2))
    whole = sides_of(middles)
    placing = Placing(
        middles, np.tile(SIZE, (500, 1)), boxes_around(middles, 20, 20), np.full(500, -1, np.int8), np.zeros(500, bool)
    )
    steps = 0
    while not placing.go_on(until_s=0.0):
        steps += 1
    assert steps > 3 and placing.sides.tolist() == whole


# On the map


def signs_of(overlay: Overlay, view: View, **how) -> dict[str, int]:
    image = QImage(view.width, view.height, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    for _ in range(40):
        if overlay.paint(painter, view, THEMES["night"], how.pop("now_s", 0.0), **how):
            break
    painter.end()
    layer = overlay._layers["units"]
    placed = layer._signs._placed
    return {
        layer.marks.unit_ids[row]: side for row, side in zip(placed.rows.tolist(), placed.sides.tolist(), strict=True)
    }


def crowd(count: int, seed: int = 7) -> list:
    places = np.random.default_rng(seed).uniform(-1_500, 1_500, (count, 2))
    return [unit(f"U{i}", x, y, heading_deg=10.0) for i, (x, y) in enumerate(places.tolist())]


@pytest.mark.usefixtures("qapp")
def test_panning_keeps_every_sign_on_its_side() -> None:
    overlay = show(units=crowd(150))
    first = signs_of(overlay, VIEW)
    assert 20 < len(first) < 150
    for step in (7, 60, 160, 300):
        later = signs_of(overlay, VIEW.panned(step, step // 2))
        both = set(first) & set(later)
        assert len(both) > 15 and all(first[one] == later[one] for one in both)


@pytest.mark.usefixtures("qapp")
def test_a_sign_keeps_its_side_when_units_drive_on_and_the_loud_are_named_always() -> None:
    units = crowd(150)
    overlay = show(units=units)
    first = signs_of(overlay, VIEW)
    unnamed = next(one for one in units if one.unit_id not in first)
    moved = [unit(one.unit_id, one.x + 3, one.y + 2, heading_deg=10.0, selected=one is unnamed) for one in units]
    overlay.set_marks(units=moved)
    second = signs_of(overlay, VIEW)
    assert unnamed.unit_id in second
    both = [one for one in first if one in second]
    assert len(both) > 0.85 * len(first)
    assert sum(first[one] == second[one] for one in both) > 0.9 * len(both)


@pytest.mark.usefixtures("qapp")
def test_a_sign_leaves_the_flag_of_an_incident_free() -> None:
    lone = [unit("E1", 0, 150)]
    flag = IncidentMark(14, "structure_fire", 1, 0, 0)
    assert signs_of(show(units=lone), VIEW) == {"E1": BELOW}
    assert signs_of(show(units=lone, incidents=[flag]), VIEW)["E1"] != BELOW


@pytest.mark.usefixtures("qapp")
def test_a_frame_finds_room_for_many_over_several_frames() -> None:
    overlay = show(units=crowd(500))
    image = QImage(800, 600, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    wide = View(0, 0, 1.9, 800, 600)
    first = overlay.paint(painter, wide, THEMES["night"], 0.0, most_new=10_000)
    painter.end()
    assert not first and not len(overlay._layers["units"]._signs._placed.rows)
    assert len(signs_of(overlay, wide, most_new=10_000)) > 50


@pytest.mark.usefixtures("qapp")
def test_of_a_pile_one_sign_speaks_for_all_and_every_loud_one_for_itself() -> None:
    pile = [unit(f"U{i}", i, 0, heading_deg=10.0) for i in range(3)]
    assert len(signs_of(show(units=pile), VIEW)) == 1
    loud = [unit(f"S{i}", i, 1, selected=True) for i in range(2)]
    assert {"S0", "S1"} <= set(signs_of(show(units=pile + loud), VIEW))


@pytest.mark.usefixtures("qapp")
def test_who_is_gathered_meanwhile_is_not_named_alone(monkeypatch) -> None:
    monkeypatch.setattr(unit_signs, "FEW", 5)  # more of them: room is found again only after a while
    monkeypatch.setattr(unit_signs, "STEADY_PX", 1e9)

    def frame(overlay: Overlay) -> QImage:
        image = QImage(800, 600, QImage.Format.Format_RGB32)
        image.fill(0)
        painter = QPainter(image)
        overlay.paint(painter, VIEW, THEMES["night"], 0.5, most_new=10_000)
        painter.end()
        return image

    many = crowd(150)
    overlay = show(units=many)
    assert len(signs_of(overlay, VIEW)) > 20
    home = [unit(one.unit_id, 40, 40, status="on_scene") for one in many]
    overlay.set_marks(units=home)
    assert frame(overlay) == frame(show(units=home))
