"""What the ground of the bundled city says of a place, and what the card of a place says of it."""

from __future__ import annotations

from pathlib import Path

from app.case_ground.on_ground import on_ground
from app.case_intake.here_rows import cases_near
from gis.city import City
from gis.components import Components
from tests.dispatch.case_town import LAMP, PLACE, CaseStory


def test_a_place_has_its_cell_and_the_components_near_by(helsinki: Path) -> None:
    city = City.open(helsinki)
    x, y = Components.of(city, ("hydrants",)).xy[0].tolist()
    lon, lat = (float(each) for each in city.to_lonlat(x + 3.0, y))
    found = on_ground(city, lon, lat, ("hydrants", "cameras"))
    assert found.has_grid
    assert len(found.cell) == 15
    component, away_m = found.components[0]
    assert component.layer == "hydrants"
    assert abs(away_m - 3.0) < 0.1
    outside = on_ground(city, 25.5, 60.5, ("hydrants", "cameras"))
    assert (outside.has_grid, outside.cell, outside.components) == (True, "", ())


def test_open_cases_of_a_place_are_found_nearest_first(helsinki: Path) -> None:
    story = CaseStory()
    one, other = story.report("rubbish"), story.report("sewer_cover")
    place = PLACE.location
    assert cases_near(story.state, place.lon, place.lat, None) == (one, other)
    assert cases_near(story.state, place.lon + 0.01, place.lat, None) == ()
    assert LAMP not in story.state.cases_of_component
