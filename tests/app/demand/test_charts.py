"""Charts without a window: means where weekdays stand in a log more often than others, a forecast in its band."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from app.demand.ahead_chart import AheadChart
from app.demand.bar_charts import AcrossChart, UprightChart
from app.demand.chart import Chart, Of, Taken
from app.demand.findings import ahead_told
from app.demand.told import Bar, Way
from app.demand.week_chart import WeekChart
from app.theme import LOOKS
from dispatch.demand.places import Ahead, look_ahead
from dispatch.demand.rows import RowsKeeper
from tests.dispatch.demand.told import DAY, Told, state_with

WEEKDAYS = Way(
    "weekday", "weekday", tuple(Bar(str(day), f"day {day}", 20 if day == 1 else 10, 10.0) for day in range(1, 8))
)


def painted(chart: object, *, width: int = 400, height: int = 220) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(LOOKS["night"].panel))
    painter = QPainter(image)
    chart.paint(painter, QRectF(4, 4, width - 8, height - 8), LOOKS["night"])  # type: ignore[attr-defined]
    painter.end()
    return image


def test_two_mondays_are_no_busier_than_one(qapp: object) -> None:
    chart = UprightChart(Of(WEEKDAYS, "en"))
    assert chart.values == [10.0] * 7 and chart.title == "Calls by weekday (mean)"
    painted(chart)
    monday = QPointF(chart.plot.left() + 5, chart.plot.bottom() - 5)
    assert chart.words_at(monday) == "day 1: 20, 25 %, 10 on each such day"
    assert chart.behind(monday) == Taken("weekday", "1")
    assert chart.behind(QPointF(0, 0)) is None
    young = Way("weekday", "weekday", (Bar("1", "Mon", 3), Bar("2", "Tue", 1)))
    assert UprightChart(Of(young, "en")).values == [3, 1], "no whole day tells: what came is shown"


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("kind", [UprightChart, AcrossChart, WeekChart])
def test_a_chart_of_a_month_without_calls_says_so(qapp: object, kind: type[Chart], language: str) -> None:
    nothing = kind(Of(Way("hour", "hour", ()), language))
    blank = QImage(400, 220, QImage.Format.Format_RGB32)
    blank.fill(QColor(LOOKS["night"].panel))
    assert not nothing.has_something() and painted(nothing) != blank


def test_bars_beside_a_chosen_one_are_pale(qapp: object) -> None:
    way = Way("kind", "kind", (Bar("a", "a", 5, is_chosen=True), Bar("b", "b", 5)))
    chart = AcrossChart(Of(way, "en"))
    image = painted(chart)
    colours = [
        image.pixelColor(round(chart.plot.left()) + 6, round(chart.plot.top() + place * chart._high + 10))
        for place in (0, 1)
    ]
    assert colours[0] == QColor(LOOKS["night"].accent) and colours[1].lightness() < colours[0].lightness() - 30


def test_a_chosen_bar_is_shown_however_small_and_the_rest_is_told(qapp: object) -> None:
    bars = tuple(Bar(str(at), f"kind {at}", 100 - at, is_chosen=at == 60) for at in range(61))
    chart = AcrossChart(Of(Way("kind", "kind", bars, more=4), "en"))
    painted(chart, height=130)
    assert chart._drawn[-1].key == "60" and len(chart._drawn) < 10
    assert chart.behind(QPointF(200, chart.plot.top() + 2)) == Taken("kind", "0")


def test_the_week_answers_where_it_is_asked(qapp: object) -> None:
    bars = tuple(Bar(str(hour), f"hour {hour}", hour % 5, float(hour % 5)) for hour in range(168))
    chart = WeekChart(Of(Way("week", "hour of the week", bars), "en"))
    painted(chart)
    spot = chart.plot.topLeft() + QPointF(chart.plot.width() * 17.5 / 24, chart.plot.height() * 2.5 / 7)
    assert chart.behind(spot) == Taken("week", str(2 * 24 + 17))
    assert not Chart(Of(Way("week", "", ()), "en")).has_something()


@pytest.fixture(scope="module")
def ahead() -> Ahead:
    """Foretell the week after five weeks of busy days and quiet nights."""
    dice = np.random.default_rng(3)
    told = [
        Told(24 * day + hour + part)
        for day in range(35) for hour in range(24)
        for part in np.sort(dice.uniform(0.01, 0.99, dice.poisson(6 if hour in range(8, 20) else 2)))
    ]  # fmt: skip
    rows = RowsKeeper().rows(state_with(told))
    return look_ahead(rows.calls(np.ones(len(rows), dtype=bool)), (DAY, DAY + timedelta(days=35)))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_five_weeks_foretell_the_next_with_their_error_beside_the_naive_ones(
    qapp: object, ahead: Ahead, language: str
) -> None:
    found = ahead_told(ahead, "UTC", language)
    assert len(found.hours) == 168 and found.hours[0].at == "2026-02-09T00:00:00+00:00"
    assert found.weeks_tried == 3 and {each.model for each in found.models} >= {"last_week", "mean_week"}
    best, naive = found.models[0], next(each for each in found.models if each.model == "last_week")
    assert best.is_used and best.model != "last_week" and best.mae < naive.mae
    words = " ".join(found.notes)
    assert f"{best.mae:.2f}" in words and f"{naive.mae:.2f}" in words
    assert ("Only 3 weeks" in words) is (language == "en")
    chart = AheadChart(found, language)
    image = painted(chart, width=700)
    noon = QPointF(chart.plot.left() + chart.plot.width() * 12.5 / 168, chart.plot.center().y())
    assert "2026-02-09 12:00" in chart.words_at(noon) and chart.behind(noon) is None
    column = round(noon.x())
    assert any(image.pixelColor(column, y).blue() > 120 for y in range(40, 200)), "the line"
