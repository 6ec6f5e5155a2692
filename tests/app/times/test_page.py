"""The page as a supervisor uses it: from a figure, a bar or an hour to each incident and to its place on the map."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QComboBox, QLabel
from pytestqt.qtbot import QtBot

from app import theme
from app.desk import Desk
from app.times.charts import BinChart, CurveChart, HourChart, KeyChart
from app.times.page import TimesPage
from dispatch.commands import Who
from dispatch.events import LogKind
from dispatch.times.spans import RESPONSE
from resources.unit import Shift
from tests.app.times.conftest import HOSTILE
from tests.dispatch.times.told import Times


def _choose(box: QComboBox, code: str) -> None:
    box.setCurrentIndex(box.findData(code))
    box.activated.emit(box.currentIndex())


def _ask(page: TimesPage, qtbot: QtBot, box: QComboBox, code: str) -> None:
    with qtbot.waitSignal(page.shown_anew, timeout=20_000):
        _choose(box, code)


def _cells(page: TimesPage) -> list[list[str]]:
    return [[cell.words for cell in row] for row in page.intervals.cells.rows]


def test_the_day_so_far_stands_there_with_what_is_known_of_it(page: TimesPage) -> None:
    assert _cells(page)[3] == ["Response", "3 / 4", "8:53", "6:40", "13:20"]
    assert page.known.text().startswith("As known at ")
    assert "4 incidents, 6 responses" in page.known.text()
    assert page.behind.rows.ids == (3, 2, 1)
    assert page.behind.detail.text() == ("Response: 3 of 4 are known. Blank, and in no figure: 1 still under way.")
    assert [row[0].words for row in page.targets.cells.rows][:2] == ["turnout to fires", "turnout to medical calls"]


def test_a_shift_of_the_roster_is_looked_at_alone(page: TimesPage, desk: Desk, qtbot: QtBot) -> None:
    assert not page.bar.shift.isVisible(), "a roster without shifts asks for whole days"
    begins = desk.state.incidents[3].received_at
    shifts = (Shift("late_watch", f"{begins:%H:%M}", f"{begins + timedelta(minutes=30):%H:%M}"),)
    desk.state = replace(desk.state, roster=replace(desk.state.roster, shifts=shifts), time_zone="UTC")
    with qtbot.waitSignal(page.shown_anew, timeout=20_000):
        page.recount.count()
    assert page.bar.shift.isVisible()
    assert page.bar.shift.itemText(1) == f"late watch {begins:%H:%M}–{begins + timedelta(minutes=30):%H:%M}"
    _ask(page, qtbot, page.bar.shift, "late_watch")
    assert "1 incidents, 1 responses" in page.known.text() and page.behind.rows.ids == (3,)
    _ask(page, qtbot, page.bar.shift, "")
    assert "4 incidents" in page.known.text()


def test_where_it_is_blank_is_one_button_away(page: TimesPage, qtbot: QtBot) -> None:
    assert page.behind.blank.text() == "Blank 1"
    qtbot.mouseClick(page.behind.blank, Qt.MouseButton.LeftButton)
    assert page.behind.rows.ids == (4,)
    assert page.behind.rows.data(page.behind.rows.index(0, 1)) == "–"
    qtbot.mouseClick(page.behind.known, Qt.MouseButton.LeftButton)
    assert page.behind.rows.ids == (3, 2, 1)


def test_an_incident_is_taken_in_hand_and_shown_on_the_map(page: TimesPage, desk: Desk, qtbot: QtBot) -> None:
    cell = page.behind.list.visualRect(page.behind.rows.index(1, 3)).center()
    with qtbot.waitSignal(desk.go_to) as went:
        qtbot.mouseClick(page.behind.list.viewport(), Qt.MouseButton.LeftButton, pos=cell)
    assert desk.selection.incident_id == 2
    assert went.args is not None and abs(went.args[0] - 25.00897) < 1e-6


def test_a_target_opens_where_it_was_not_kept(page: TimesPage, qtbot: QtBot) -> None:
    view = page.targets
    row = next(at for at, cells in enumerate(view.cells.rows) if "advanced life" in cells[0].words)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(view.cells.index(row, 1)).center())
    assert page.behind.rows.ids == (3,)
    assert page.behind.title.text() == "travel of advanced life support · all: 1 incidents beyond the limit"
    assert page.behind.detail.text() == "90 % within 8:00"


def test_another_interval_group_and_scope(page: TimesPage, qtbot: QtBot) -> None:
    _ask(page, qtbot, page.bar.scope, RESPONSE)
    _ask(page, qtbot, page.bar.group, "unit")
    _ask(page, qtbot, page.bar.interval, "turnout")
    rows = {row[0].words: [cell.words for cell in row[1:]] for row in page.keys.cells.rows}
    assert rows["E1"] == ["2 / 2", "1:00", "1:00", "1:00", "100.0 %", "–"]
    assert page.keys.cells.headings[-2:] == ("≤ 1:20", "≤ 1:00")
    view = page.keys
    first = [row[0].words for row in view.cells.rows].index("A1")
    cell = view.visualRect(view.cells.index(first, 0)).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=cell)
    assert set(page.behind.rows.ids) == {1, 2, 3}


def test_only_one_kind(page: TimesPage, qtbot: QtBot) -> None:
    _ask(page, qtbot, page.bar.filter, "kind")
    assert not page.bar.key.isHidden()
    _ask(page, qtbot, page.bar.key, "cardiac_arrest")
    assert _cells(page)[3][1] == "1 / 1"
    _ask(page, qtbot, page.bar.filter, "")
    assert _cells(page)[3][1] == "3 / 4"
    assert page.bar.key.isHidden()


def test_a_column_sorts_and_what_is_blank_comes_last(page: TimesPage, qtbot: QtBot) -> None:
    _ask(page, qtbot, page.bar.scope, RESPONSE)
    _ask(page, qtbot, page.bar.group, "unit")
    page.keys.horizontalHeader().sectionClicked.emit(4)
    assert [row[0].words for row in page.keys.cells.rows] == ["A1", "E1", "E2"]
    page.keys.horizontalHeader().sectionClicked.emit(4)
    assert [row[0].words for row in page.keys.cells.rows] == ["E1", "A1", "E2"]


def test_every_chart_says_and_opens_what_stands_under_the_mouse(page: TimesPage, qtbot: QtBot) -> None:
    page.tabs.setCurrentIndex(1)
    qtbot.waitUntil(lambda: all(view.chart is not None and not view.chart.plot.isEmpty() for view in page.charts))
    curve, bins, hours, keys = (view.chart for view in page.charts)
    assert isinstance(curve, CurveChart) and isinstance(bins, BinChart)
    assert isinstance(hours, HourChart) and isinstance(keys, KeyChart)
    middle = curve.plot.left() + curve.plot.width() * 390 / curve.top_s
    assert "33.3 % within 6:30: 1 of 3" in curve.words_at(QPointF(middle, curve.plot.center().y()))
    qtbot.mouseClick(
        page.charts[0], Qt.MouseButton.LeftButton, pos=QPoint(round(middle), round(curve.plot.center().y()))
    )
    assert page.behind.rows.ids == (3, 2)
    first = bins.behind(QPointF(bins.plot.left() + bins.plot.width() * 301 / bins.top_s, bins.plot.center().y()))
    assert first is not None and first.ids == (1,)
    ten = QPointF(hours.plot.left() + hours.plot.width() * 10.5 / 24, hours.plot.top() + 3)
    assert "Mon, 10:00 to 10:59" in hours.words_at(ten)
    at_ten = hours.behind(ten)
    assert at_ten is not None and at_ten.ids == (2, 1)
    bar = keys.behind(QPointF(keys.plot.left() + 5, keys.plot.top() + 3))
    assert bar is not None and bar.ids
    assert not curve.words_at(QPointF(0, 0)) and curve.behind(QPointF(0, 0)) is None


def test_a_bar_of_the_histogram_counts_what_it_opens(page: TimesPage) -> None:
    assert page.counted is not None
    chart = BinChart(replace(page.counted.charts[1].shown, scope=RESPONSE))
    image = QImage(500, 300, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    chart.paint(painter, image.rect().toRectF(), theme.LOOKS["day"])
    painter.end()
    wide = chart.plot.width() / len(chart.bins)
    opened = []
    for place in range(len(chart.bins)):
        found = chart.behind(QPointF(chart.plot.left() + (place + 0.5) * wide, chart.plot.center().y()))
        opened += found.ids if found is not None else ()
    assert sorted(opened) == [1, 2, 3] and int(chart.bins.sum()) == 3


def test_it_measures_again_while_the_log_grows(page: TimesPage, desk: Desk, told: Times, qtbot: QtBot) -> None:
    story = Times()
    story.state = told.state
    story.tells("E2", there=6400)
    page.recount.again.setInterval(1)
    page.recount.again.stop()
    desk.state = story.state
    with qtbot.waitSignal(page.shown_anew, timeout=20_000):
        desk.state_changed.emit(None, story.state)
    assert _cells(page)[3][1] == "4 / 4"


def test_whoever_is_judged_sees_the_own_department_alone(page: TimesPage, desk: Desk, qtbot: QtBot) -> None:
    with qtbot.waitSignal(page.shown_anew, timeout=20_000):
        desk.set_who(Who("omar", "department_officer", "ambulance"))
    assert _cells(page)[3][1] == "1 / 1"
    with qtbot.waitSignal(page.shown_anew, timeout=20_000):
        desk.set_who(Who("omar", "department_officer", ""))
    assert _cells(page)[3][1] == "0 / 0"


def test_text_from_outside_stays_text(page: TimesPage) -> None:
    assert page.counted is not None
    page.behind.show_incidents(page.counted.report, "response", HOSTILE, (4,))
    shown = str(page.behind.rows.data(page.behind.rows.index(0, 4)))
    assert "<img src=x" in shown and "\u202e" not in shown
    tip = str(page.behind.rows.data(page.behind.rows.index(0, 4), Qt.ItemDataRole.ToolTipRole))
    assert "<img" not in tip
    assert all(each.textFormat() is Qt.TextFormat.PlainText for each in page.findChildren(QLabel) if each.text())


def test_a_log_of_the_past_is_looked_at_as_a_whole(qtbot: QtBot, desk: Desk) -> None:
    desk.state = replace(desk.state, kind=LogKind.HISTORY)
    desk.clock = lambda: desk.state.at + timedelta(days=3_000)  # type: ignore[operator]
    page = TimesPage(desk)
    qtbot.addWidget(page)
    with qtbot.waitSignal(page.shown_anew, timeout=20_000):
        page.show()
    assert page.bar.days.span.text() == "2026-03-02 – 2026-03-02"
    assert "A record of the past" in page.known.text()
    with qtbot.waitSignal(page.shown_anew, timeout=20_000):
        page.bar.days.whole.click()
    assert page.said.text() == "No incident was received in this time."


def test_a_narrow_page_and_chinese(qtbot: QtBot, desk: Desk) -> None:
    desk.language = "zh"
    page = TimesPage(desk)
    qtbot.addWidget(page)
    page.resize(700, 760)
    with qtbot.waitSignal(page.shown_anew, timeout=20_000):
        page.show()
    assert page.split.orientation() is Qt.Orientation.Vertical
    assert _cells(page)[3][0] == "响应"
    assert "仍在进行" in page.behind.detail.text()
