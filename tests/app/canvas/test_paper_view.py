"""The map on an incident's papers looks at its ground, whatever the screen shows."""

from __future__ import annotations

from dataclasses import replace

import pytest
from immutables import Map

from app.canvas.paper_view import FARTHEST_MPP, NEAREST_MPP, view_round
from dispatch.incident import Perimeter, PerimeterKind
from dispatch.state import State
from tests.dispatch.major_story import MajorStory
from tests.dispatch.town import crossing

M_PER_DEGREE = 100_000.0


class _Flat:
    """A city whose degrees are all of one length."""

    def to_metric(self, lon: float, lat: float) -> tuple[float, float]:
        return lon * M_PER_DEGREE, lat * M_PER_DEGREE


@pytest.fixture(scope="module")
def alone() -> State:
    """A major incident without any ground of its own."""
    story = MajorStory()
    story.walk()
    state = story.state
    major = replace(state.majors[1], stagings=(), sectors=(), cordons=())
    incident = replace(state.incidents[1], location=crossing(1, 1))
    return replace(
        state,
        majors=state.majors.set(1, major),
        incidents=state.incidents.set(1, incident),
        perimeters=Map(),
    )


def _circle(state: State, radius_m: float, *, off_m: float = 0.0, incident_id: int | None = 1) -> State:
    place = state.incidents[1].location
    middle = (place.lon + off_m / M_PER_DEGREE, place.lat)
    drawn = Perimeter("c", PerimeterKind.CORDON, (middle,), radius_m, incident_id)
    return replace(state, perimeters=state.perimeters.set("c", drawn))


def test_an_incident_alone_is_in_the_middle_with_the_streets_round_it(alone: State) -> None:
    view = view_round(alone, _Flat(), 1)
    place = alone.incidents[1].location
    assert view is not None
    assert (view.x, view.y) == _Flat().to_metric(place.lon, place.lat)
    assert view.metres_per_pixel == NEAREST_MPP


def test_a_cordon_is_seen_whole_with_the_incident(alone: State) -> None:
    state = _circle(alone, 600.0, off_m=400.0)
    view = view_round(state, _Flat(), 1)
    assert view is not None
    west, south, east, north = view.box
    x, y = _Flat().to_metric(state.incidents[1].location.lon, state.incidents[1].location.lat)
    assert west < x - 200 and east > x + 1000 and south < y - 600 and north > y + 600
    assert NEAREST_MPP < view.metres_per_pixel < FARTHEST_MPP


def test_ground_far_off_or_of_others_does_not_make_the_picture_small(alone: State) -> None:
    plain = view_round(alone, _Flat(), 1)
    assert view_round(_circle(alone, 300.0, off_m=30_000.0), _Flat(), 1) == plain
    assert view_round(_circle(alone, 600.0, incident_id=2), _Flat(), 1) == plain
    assert view_round(_circle(alone, 600.0), _Flat(), 1) != plain


def test_there_is_no_view_of_no_incident(alone: State) -> None:
    assert view_round(alone, _Flat(), 99) is None
