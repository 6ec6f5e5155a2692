"""Colours: what must be read can be read, what must be told apart can be told apart."""

from __future__ import annotations

import itertools

import pytest

from gis import osm_tags
from maps.ground_style import LABEL_STYLES, ROAD_STYLES, land_colour, road_group
from maps.style import THEMES, Theme, contrast, department_colour, luminance, priority_colour
from resources.unit import DEPARTMENT_KINDS

LOOKS = pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)


def test_contrast_follows_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@LOOKS
def test_every_label_can_be_read_on_its_halo(theme: Theme) -> None:
    for name, style in LABEL_STYLES.items():
        assert contrast(getattr(theme, style.colour), theme.halo) >= 4.5, name


@LOOKS
def test_marks_stand_out_from_every_ground(theme: Theme) -> None:
    grounds = [theme.ground, theme.water, theme.building, *theme.land.values()]
    for ground in grounds:
        for kind in DEPARTMENT_KINDS:
            fill = contrast(department_colour(theme, kind), ground)
            edge = max(contrast(theme.ink, ground), contrast(theme.paper, ground))
            assert max(fill, edge) >= 3.0, (kind, ground)
        assert max(contrast(theme.closure, ground), contrast(theme.closure_gap, ground)) >= 3.0
        assert contrast(theme.selection, ground) >= 3.0


@LOOKS
def test_letters_in_symbols_can_be_read(theme: Theme) -> None:
    for kind in DEPARTMENT_KINDS:
        assert contrast(department_colour(theme, kind), theme.ink) >= 3.0, kind
    for priority in (1, 2, 3, 4, 5):
        assert contrast(priority_colour(theme, priority), theme.ink) >= 4.5, priority


@LOOKS
def test_departments_have_colours_of_their_own(theme: Theme) -> None:
    colours = [department_colour(theme, kind) for kind in DEPARTMENT_KINDS]
    assert len(set(colours)) == len(colours)
    assert department_colour(theme, "balloonists") == theme.neutral


def test_the_city_is_quieter_than_what_happens_by_night() -> None:
    night = THEMES["night"]
    roads = max(contrast(colour, night.ground) for colour in night.roads.values())
    loud = min(contrast(priority_colour(night, priority), night.ground) for priority in (1, 2, 3, 4))
    assert roads < loud
    assert luminance(night.ground) < 0.01


def test_every_road_that_a_city_has_is_drawn_at_some_scale() -> None:
    for kind in osm_tags.ROAD_KINDS:
        assert ROAD_STYLES[road_group(kind)].width_px(0.5) > 0, kind
    assert road_group("no_such_road") == "street"


def test_greater_roads_are_wider_and_seen_from_farther() -> None:
    styles = list(ROAD_STYLES.values())
    for lesser, greater in itertools.pairwise(styles[3:]):
        assert greater.width_m > lesser.width_m
        assert greater.coarsest_mpp > lesser.coarsest_mpp
    assert ROAD_STYLES["street"].width_px(50) == 0


def test_unknown_land_looks_like_plain_ground() -> None:
    night = THEMES["night"]
    assert land_colour(night, "moon_base") == night.ground
    assert land_colour(night, "forest") == night.land["wood"]
