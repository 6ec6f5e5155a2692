"""Cases on a page to hand out: what is in view, the most pressing kept, explained once, and text stays text."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gis.city import City
from maps import web_marks
from maps.case_symbols import CHECKED, COMPONENT, IN_HAND, REPORTED, CaseLook
from maps.layers import Marks
from maps.live_cases import CaseTable
from maps.painter import base_image
from maps.style import NIGHT
from maps.view import View
from maps.web import Page, web_page
from maps.web_marks import PageMarks
from tests.browser import chromium
from tests.maps.test_web import HOSTILE, write
from tests.maps.village import view

LOOKS = (CaseLook("event", REPORTED), CaseLook(COMPONENT, IN_HAND, True), CaseLook(COMPONENT, CHECKED, False, True))


def table(names: tuple[str, ...] = ("Rubbish", "Lamp out")) -> CaseTable:
    """Make cases 1 to 4 in view and 5 far outside; 4 is a danger and presses most."""
    places = [(500_000.0, 6_650_000.0), (500_020.0, 6_650_010.0), (500_030.0, 6_650_000.0), (499_980.0, 6_650_000.0)]
    return CaseTable(
        np.array([5, 1, 2, 3, 4]),
        np.array([(590_000.0, 6_650_000.0), *places]),
        LOOKS,
        np.array([0, 0, 0, 1, 2]),
        names,
        np.arange(5) % len(names),
    )


def marks_of(city: City, shown: CaseTable, look: View) -> PageMarks:
    made = PageMarks(city, look, NIGHT, label=lambda group, code: f"{group}.{code}", clean=lambda words: words)
    made.add(Marks(cases=(shown,)))
    return made


def test_cases_in_view_say_what_they_are_and_what_presses(qapp: object, village: City) -> None:
    made = marks_of(village, table(), view(0, 0, 1.0, 400, 300))
    (group,) = made.groups
    assert group.name == "live_layer.cases"
    assert [item.words for item in group.items] == [
        ("4 Rubbish", "case_look.checked", "case_look.danger"),
        ("3 Lamp out", "case_look.in_hand", "case_look.late"),
        ("2 Rubbish", "case_look.reported"),
        ("1 Lamp out", "case_look.reported"),
    ]
    lon, lat = (float(each) for each in village.to_lonlat(499_980.0, 6_650_000.0))
    assert group.items[0].lonlat == (pytest.approx((lon, lat)),)
    assert sorted(words for _, words in made.legend) == [
        "case_legend.component", "case_legend.danger", "case_legend.event", "case_legend.in_hand", "case_legend.late",
    ]  # fmt: skip
    assert all(sign in made.signs for sign, _ in made.legend)


def test_where_there_are_too_many_the_pressing_ones_stay(
    qapp: object, village: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_marks, "MOST_OF_A_KIND", 2)
    made = marks_of(village, table(), view(0, 0, 1.0, 400, 300))
    assert [item.words[0] for item in made.groups[0].items] == ["4 Rubbish", "3 Lamp out"]
    assert made.left_out == 2


def test_a_hostile_class_stays_text_in_the_browser(qapp: object, village: City, tmp_path: Path) -> None:
    look = view(0, 0, 1.0, 400, 300)
    made = marks_of(village, table(HOSTILE), look)
    page = Page(("Town",), "", groups=tuple(made.groups), legend=tuple(made.legend), signs=made.signs)
    html = web_page(village, look, NIGHT, page, paint=lambda seen: base_image(village, seen, NIGHT))
    with chromium() as browser:
        browser.open(write(html, tmp_path))
        said = browser.run("[...document.querySelectorAll('.leaflet-marker-icon')].map(one => one.alt).join('\\n')")
        browser.run("document.querySelector('.leaflet-marker-icon').click()")
        browser.run("new Promise(done => setTimeout(done, 400))")
        assert browser.run("document.querySelector('.leaflet-popup-content').textContent").startswith("4 ")
        assert browser.run("document.title") == "Town"
        assert browser.run("document.querySelectorAll('body img[src=x]').length") == 0
        assert (browser.requests, browser.complaints) == ([], [])
    assert all(f"{number} {HOSTILE[number]}" in said for number in range(1, 5))
