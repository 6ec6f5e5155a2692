"""Perimeters: drawn round an open incident, lifted by hand, and drawn again to take the lifting back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dispatch import commands as c
from dispatch import events as e
from dispatch.incident import Perimeter, PerimeterKind
from tests.dispatch.story import Story
from tests.dispatch.town import at

CIRCLE = Perimeter("ring", PerimeterKind.HAZARD, ((25.0, 60.0),), 80.0, 1, "gas")
CORNERS = ((25.0, 60.0), (25.01, 60.0), (25.01, 60.01))


@pytest.fixture
def story() -> Story:
    told = Story()
    told.fire()
    return told


def test_a_perimeter_is_drawn_once_and_stands_until_lifted(story: Story) -> None:
    (drawn,) = story.do(c.DrawPerimeter(CIRCLE), at=at(5))
    assert drawn == e.PerimeterDrawn(replace(CIRCLE, drawn_at=at(5)))
    assert story.do(c.DrawPerimeter(CIRCLE), at=at(6)) == ()
    assert story.do(c.LiftPerimeter("ring", "aired"), at=at(7)) == (e.PerimeterLifted("ring", 1, "aired"),)
    assert not story.state.perimeters
    story.do(c.DrawPerimeter(drawn.perimeter), at=at(9))
    assert story.state.perimeters["ring"].drawn_at == at(5), "taking the lifting back keeps when it was drawn"


def test_it_outlives_its_incident_but_is_not_drawn_round_a_closed_one(story: Story) -> None:
    story.do(c.DrawPerimeter(CIRCLE))
    story.do(c.CloseIncident(1, "extinguished"))
    assert "ring" in story.state.perimeters
    assert story.refuses(c.DrawPerimeter(replace(CIRCLE, id="second"))).code == "incident_closed"
    assert story.do(c.LiftPerimeter("ring"))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"coordinates": CORNERS}, "perimeter_shape_wrong"),  # a circle has one middle
        ({"coordinates": CORNERS[:2], "radius_m": None}, "perimeter_shape_wrong"),
        ({"coordinates": (), "radius_m": None}, "perimeter_shape_wrong"),
        ({"coordinates": CORNERS * 4_000, "radius_m": None}, "points_out_of_range"),
        ({"radius_m": 0.0}, "radius_out_of_range"),
        ({"radius_m": 200_000.0}, "radius_out_of_range"),
        ({"radius_m": float("inf")}, "number_not_finite"),
        ({"coordinates": ((200.0, 60.0),)}, "place_out_of_range"),
        ({"incident_id": 9}, "incident_unknown"),
        ({"id": " "}, "text_missing"),
    ],
)
def test_what_is_no_perimeter_is_refused(story: Story, changes: dict[str, object], code: str) -> None:
    assert story.refuses(c.DrawPerimeter(replace(CIRCLE, **changes))).code == code


def test_one_of_no_incident_has_corners_only(story: Story) -> None:
    area = Perimeter("area", PerimeterKind.SEARCH, CORNERS)
    assert story.do(c.DrawPerimeter(area))
    assert story.state.perimeters["area"].incident_id is None
