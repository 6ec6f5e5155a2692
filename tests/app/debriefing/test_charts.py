"""Charts and lanes: what is drawn answers for the decision behind it; nothing to draw is said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from app.charts.picture import chart_font
from app.debriefing.charts import DecideChart, LossChart, charts_of
from app.debriefing.choice import Choice
from app.debriefing.drawing import Chart, colour_of
from app.debriefing.from_call import FromCall, cut_off
from app.debriefing.lanes import RING_PX, Bar, Lanes, words_ink
from app.debriefing.names import Names
from app.theme import LOOKS
from dispatch.exercise import score_records as r
from maps.style import contrast
from maps.view import View
from tests.app.debriefing.conftest import place_of


def painted(chart: Chart, look: str = "day", size: tuple[int, int] = (640, 320)) -> QImage:
    image = QImage(*size, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFF)
    painter = QPainter(image)
    painter.setFont(chart_font())
    chart.paint(painter, QRectF(0, 0, *size), LOOKS[look])
    painter.end()
    return image


@pytest.mark.parametrize("look", ["day", "night"])
def test_every_chart_paints_something_in_every_look(names: Names, look: str, qapp: QApplication) -> None:
    rows = names.material.debriefing.score.incidents
    for chart in (*charts_of(names), Lanes(names), FromCall(names, rows, 600.0)):
        image = painted(chart, look)
        data = np.frombuffer(image.constBits(), dtype=np.uint32)
        assert len(np.unique(data)) > 10, type(chart).__name__


def test_a_bar_that_does_not_fit_says_where_it_ends() -> None:
    assert cut_off(r.Served(first_s=129.0, needs_s=543.0), 360.0) == "9:03"
    assert cut_off(r.Served(first_s=400.0), 360.0) == "6:40"
    assert cut_off(r.Served(first_s=129.0, needs_s=359.0), 360.0) == cut_off(r.Served(), 360.0) == ""


@pytest.mark.parametrize("look", ["day", "night"])
@pytest.mark.parametrize("column", [r.DID, r.REALLY, r.BEST])
def test_the_words_of_a_bar_that_nobody_was_sent_to_are_read_on_its_full_colour(look: str, column: str) -> None:
    worn, bar = LOOKS[look], Bar(1, 0, 0.0, None, None, 60.0)
    assert contrast(words_ink(bar, column, worn).name(), colour_of(column, worn).name()) >= 4.0


def test_a_click_on_a_chart_finds_its_decision(names: Names, qapp: QApplication) -> None:
    slow = place_of(names.material, r.SENT, r.SLOWER)
    late = place_of(names.material, r.NOTHING)
    loss, decide = LossChart(names), DecideChart(names)
    for chart, place in ((loss, slow), (decide, slow), (decide, late)):
        painted(chart)
        area = next(area for area, of, _ in chart.hits.spots if of == place)
        found, words = chart.hits.at(area.center())
        assert (found == place and "incident" in words.casefold()) or "·" in words
    assert loss.hits.at(QPointF(-5, -5)) == (-1, "")


def test_an_incident_lies_in_one_row_of_every_lane_and_leads_to_its_worst_decision(
    names: Names, qapp: QApplication
) -> None:
    lanes = Lanes(names)
    rows = {column: {bar.number: bar.row for bar in bars} for column, bars in lanes.bars.items()}
    assert set(rows) == {"did", "really", "best"}
    assert rows["did"][1] == rows["best"][1] == rows["really"][1] != rows["did"][2]
    [bar] = [bar for bar in lanes.bars["did"] if bar.number == 1]
    assert bar.from_s == 1.0 and bar.sent_s == 10.0 and bar.until_s == 380.0
    painted(lanes)
    slow = place_of(names.material, r.SENT, r.SLOWER)
    assert any(place == slow for _, place, _ in lanes.hits.spots)
    assert lanes.s_of(lanes.x_of(123.0)) == pytest.approx(123.0)


def test_nothing_to_draw_is_said(names: Names, qapp: QApplication) -> None:
    score = replace(names.material.debriefing.score, decisions=(), incidents=(), totals=())
    bare = replace(names.material, debriefing=replace(names.material.debriefing, score=score))
    for chart in (*charts_of(Names(bare, "en")), Lanes(Names(bare, "en"))):
        assert not chart.has_something()
        painted(chart)


def test_a_decision_on_a_map_shows_all_that_belongs_to_it(names: Names, qapp: QApplication) -> None:
    def flat(lon: np.ndarray, lat: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return (lon - 25.0) * 55_600, (lat - 60.0) * 111_200

    choice_place = place_of(names.material, r.SENT, r.SLOWER)
    choice = Choice(names, choice_place, flat)
    points = choice.points()
    incident = choice.decision
    x, y = flat(np.array(incident.lon), np.array(incident.lat))
    assert (np.abs(points - (x, y)).sum(axis=1) < 1.0).any()
    image = QImage(400, 300, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFF)
    painter = QPainter(image)
    view = View(0.0, 0.0, 1.0, 400, 300).fit((*points.min(axis=0).tolist(), *points.max(axis=0).tolist()), 0.2)
    choice.paint(painter, view, LOOKS["day"])
    painter.end()
    [way] = [way for way in names.material.ways[choice_place] if (way.column, way.unit_id) == ("did", "E2")]
    between = [(np.array(each[:-1]) + np.array(each[1:])) / 2 for each in flat(np.array(way.lon), np.array(way.lat))]
    found = set()
    for column, row in zip(*view.to_screen(*between), strict=True):
        found.add(image.pixelColor(round(float(column)), round(float(row))).name())
    assert "#0062a3" in found
    colours = {image.pixelColor(column, row).name() for column in range(0, 400, 2) for row in range(0, 300, 2)}
    assert {"#0062a3", "#00805d", "#c26a00"} <= colours  # who was sent, who was best, who was really sent


def test_the_ring_of_a_sending_covers_no_words_of_its_lane(names: Names, qapp: QApplication) -> None:
    lanes = Lanes(names)
    painted(lanes, size=(1200, 400))
    lane = QRectF(lanes.plot.left(), lanes.plot.top(), lanes.plot.width(), 200)
    sent = {each.incident: each.at_s for each in names.material.debriefing.score.decisions if each.kind == r.SENT}
    bars = [bar for bar in lanes.bars[r.DID] if bar.sent_s is not None and abs(bar.sent_s - sent[bar.number]) < 1]
    assert bars
    for bar in bars:
        assert lanes.words_box(lane, bar, r.DID, 90.0).left() > lanes.x_of(sent[bar.number]) + RING_PX


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 1.0])
def test_the_ring_of_the_decision_in_hand_leaves_room_to_the_words_of_its_bar(
    names: Names, qapp: QApplication, share: float
) -> None:
    score = names.material.debriefing.score
    place = place_of(names.material, r.NOTHING)
    [bar] = [bar for bar in Lanes(names).bars[r.DID] if bar.number == score.decisions[place].incident]
    at_s = bar.from_s + share * (bar.until_s - bar.from_s)
    decisions = tuple(replace(each, at_s=at_s) if of == place else each for of, each in enumerate(score.decisions))
    material = replace(
        names.material, debriefing=replace(names.material.debriefing, score=replace(score, decisions=decisions))
    )
    lanes = Lanes(Names(material, "en"))
    lanes.chosen = place
    painted(lanes, size=(1200, 400))
    lane = QRectF(lanes.plot.left(), lanes.plot.top(), lanes.plot.width(), 200)
    box, ring_x = lanes.words_box(lane, bar, r.DID, 90.0), lanes.x_of(at_s)
    assert box.width() > 90 and (box.right() <= ring_x - RING_PX - 4 or box.left() >= ring_x + RING_PX + 4)
    assert share <= 0.1 or box.right() < ring_x, "where they fit before it, they stay where they are looked for"
