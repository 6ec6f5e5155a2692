"""The page as a supervisor uses it: from a tile, a cell or a bar to each case; as somebody else, only one's own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from PySide6.QtCore import QDate, QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from app import theme
from app.desk import Desk
from app.figures.count import Counted
from app.figures.page import FiguresPage
from app.figures.words import change_words, period_words
from dispatch.commands import Who
from dispatch.figures.indicators import Indicator
from dispatch.figures.period import days
from dispatch.figures.places import HotSpot
from dispatch.state import State
from tests.app.figures.conftest import SUPERVISOR

HOSTILE = "<img src=x onerror=alert(1)>\u202e=cmd|' /C calc'!A0"
Again = Callable[[FiguresPage, Callable[[], object]], None]


def _tile(page: FiguresPage, indicator_id: str) -> Any:
    return next(tile for tile in page.tiles.tiles if tile.figure is not None and tile.figure.indicator == indicator_id)


def test_a_tile_opens_its_cases_and_a_case_is_taken_in_hand(page: FiguresPage, desk: Desk, qtbot: QtBot) -> None:
    assert page.counted is not None
    figures = page.counted.figures
    tile = _tile(page, "handle_in_time_rate")
    figure = figures.of("handle_in_time_rate")
    assert tile.lines[1] == f"{100 * (figure.value or 0):.1f} %"
    assert tile.lines[2] == f"{figure.numerator:,} of {figure.denominator:,}"
    qtbot.mouseClick(tile, Qt.MouseButton.LeftButton)
    assert page.behind.rows.ids == figures.cases(figure)
    assert page.behind.definition.text() == figures.profile.of("handle_in_time_rate").definition
    qtbot.mouseClick(page.behind.missed, Qt.MouseButton.LeftButton)
    missed = set(figures.cases(figure, "denominator")) - set(figures.cases(figure))
    assert missed
    assert page.behind.rows.ids == tuple(sorted(missed))
    cell = page.behind.list.visualRect(page.behind.rows.index(0, 1)).center()
    qtbot.mouseClick(page.behind.list.viewport(), Qt.MouseButton.LeftButton, pos=cell)
    assert desk.selection.case_id == min(missed)


def test_a_tile_is_opened_by_the_keyboard(page: FiguresPage, qtbot: QtBot) -> None:
    tile = _tile(page, "found")
    qtbot.keyClick(tile, Qt.Key.Key_Return)
    assert page.behind.figure == tile.figure
    assert page.behind.missed.isHidden()  # a plain number is of nothing


def test_a_cell_of_the_table_opens_its_cases_and_columns_sort(page: FiguresPage, qtbot: QtBot) -> None:
    assert page.counted is not None
    figures, table, view = page.counted.figures, page.table, page.view
    column = 1  # after the mark
    header = view.horizontalHeader()
    across = QPoint(header.sectionViewportPosition(column) + 20, 10)
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=across)
    values = [table.figure_at(table.index(row, column)).numerator for row in range(table.rowCount())]  # type: ignore[union-attr]
    assert values[0] == figures.of("found").numerator  # all cases stay on top
    assert values[1:] == sorted(values[1:], reverse=True)
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=across)
    ids = [table.figure_at(table.index(row, column)).key for row in range(1, table.rowCount())]  # type: ignore[union-attr]
    assert [figures.of("found", "department", key).numerator for key in ids] == sorted(values[1:])
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(table.index(2, column)).center())
    assert page.behind.figure == table.figure_at(table.index(2, column))
    assert len(page.behind.rows.ids) == page.behind.figure.numerator  # type: ignore[union-attr]


@pytest.mark.parametrize("group", ["area", "community", "post", "collector", "class", "source"])
def test_every_group_has_its_rows(page: FiguresPage, count_again: Again, group: str) -> None:
    page.bar.groups.setCurrentIndex(page.bar.groups.findData(group))
    count_again(page, lambda: page.bar.groups.activated.emit(0))
    assert page.counted is not None
    keys = page.counted.figures.keys(group)
    assert page.table.rowCount() == len(keys) + 1
    assert {page.table.figure_at(page.table.index(row, 0)).group for row in range(1, len(keys) + 1)} == {group}  # type: ignore[union-attr]


def test_the_period_goes_back_and_on_and_never_past_the_present(page: FiguresPage, count_again: Again) -> None:
    shown = page.bar.period
    assert not page.bar.on.isEnabled()
    count_again(page, page.bar.back.click)
    assert page.bar.period == shown.before()
    assert page.said.text() == "Nothing was counted in this period."
    count_again(page, page.bar.on.click)
    assert page.bar.period == shown
    count_again(page, page.bar.buttons["week"].click)
    assert (page.bar.period.last_day - page.bar.period.first_day).days == 6
    count_again(page, page.bar.back.click)
    assert page.counted is not None
    assert page.counted.figures.before is not None
    assert any("▲" in tile.lines[3] or "▼" in tile.lines[3] for tile in page.tiles.tiles)


def test_another_profile_counts_and_defines_anew(page: FiguresPage, count_again: Again) -> None:
    page.tiles.pressed.emit(page.counted.figures.of("handle_in_time_rate"))  # type: ignore[union-attr]
    page.bar.profiles.setCurrentIndex(page.bar.profiles.findData("with_suspended"))
    count_again(page, lambda: page.bar.profiles.activated.emit(1))
    assert page.counted is not None
    assert page.counted.figures.profile.id == "with_suspended"
    assert page.behind.definition.text() == page.counted.figures.profile.of("handle_in_time_rate").definition


def test_an_officer_sees_only_the_own_department_and_nothing_stays_of_the_others(
    page: FiguresPage, desk: Desk, count_again: Again
) -> None:
    page.tiles.pressed.emit(page.counted.figures.of("found"))  # type: ignore[union-attr]
    assert page.behind.rows.ids
    count_again(page, lambda: desk.set_who(Who("o", "department_officer", "urban_1")))
    counted = page.counted
    assert counted is not None
    assert page.behind.figure == page.tiles.tiles[0].figure
    own = counted.figures.of("found", "department", "urban_1")
    assert page.behind.figure == own and page.behind.rows.ids == counted.figures.cases(own)
    assert [page.bar.groups.itemData(n) for n in range(page.bar.groups.count())] == ["department"]
    assert page.table.rowCount() == 1
    assert page.table.figure_at(page.table.index(0, 0)).key == "urban_1"  # type: ignore[union-attr]
    assert _tile(page, "found").figure == counted.figures.of("found", "department", "urban_1")
    page.tabs.setCurrentIndex(2)
    assert [row.is_heading for row in page.places.hot.rows] == [True]


def test_a_collector_sees_the_own_reports(page: FiguresPage, desk: Desk, count_again: Again) -> None:
    assert page.counted is not None
    name = max(
        page.counted.figures.keys("department") and _collectors(desk),
        key=lambda each: sum(case.reported_by == each for case in desk.state.cases.values()),
    )
    count_again(page, lambda: desk.set_who(Who(name, "collector")))
    figure = page.counted.figures.of("received", "collector", name)
    assert figure.numerator == sum(
        case.reported_by == name and case.source == "patrol" for case in desk.state.cases.values()
    )
    assert page.bar.group == "collector"


def _collectors(desk: Desk) -> list[str]:
    return sorted({case.reported_by for case in desk.state.cases.values() if case.source == "patrol"})


def test_charts_are_drawn_and_a_bar_opens_its_department(page: FiguresPage, qtbot: QtBot) -> None:
    page.tabs.setCurrentIndex(1)
    qtbot.waitUntil(lambda: len(page.charts) == 4, timeout=20_000)
    days, bars, spans, hours = page.charts
    assert page.counted is not None
    series = page.counted.series
    day = int(series.found.argmax())
    assert f"found {int(series.found[day]):,}" in days.words_at(day, 1)
    figure = bars.figure_at(1.0, 0.0)
    assert figure is not None
    bars.pressed.emit(figure)
    assert page.behind.figure == figure
    assert f"{figure.numerator:,} of {figure.denominator:,}" in bars.words_at(1.0, 0.0)
    assert f"{int(series.spans[4]):,} cases" in spans.words_at(4.0, 1.0)
    assert hours.words_at(9.5, 6.5).startswith("Mon 9:00: ")
    assert hours.words_at(25.0, 3.0) == ""
    title, ids = days.cases_at(day, float(series.found[day]))
    assert title == f"{series.days[day]:%Y-%m-%d}: found"
    assert len(ids) == series.found[day]
    days.cases_wanted.emit(title, ids)
    assert page.behind.rows.ids == ids
    assert len(spans.cases_at(4.0, 1.0)[1]) <= series.spans[4]
    assert len(hours.cases_at(9.5, 6.5)[1]) == series.hours[0, 9]


def test_a_place_shows_its_cases_and_asks_the_map(page: FiguresPage, desk: Desk, qtbot: QtBot) -> None:
    assert page.counted is not None
    place = page.counted.repeated[0]
    page.tabs.setCurrentIndex(2)
    with qtbot.waitSignal(desk.go_to) as went:
        page.places.repeated.chosen.emit("repeated:0")
    assert went.args == [place.lon, place.lat]
    assert page.behind.rows.ids == place.case_ids


def test_what_changes_in_the_log_is_counted_again_but_not_at_once(page: FiguresPage, desk: Desk, qtbot: QtBot) -> None:
    page.recount.again.stop()
    page.recount.again.setInterval(30)
    before = page.counted
    desk.state_changed.emit(None, desk.state)
    desk.state_changed.emit(None, desk.state)
    assert page.counted is before
    qtbot.waitUntil(lambda: page.counted is not before, timeout=20_000)


def test_a_page_that_is_not_seen_counts_nothing(page: FiguresPage, desk: Desk, qtbot: QtBot) -> None:
    page.hide()
    before = page.counted
    page.recount.again.setInterval(1)
    desk.state_changed.emit(None, desk.state)
    qtbot.wait(60)
    assert page.counted is before
    assert not page.recount.is_busy


def test_names_from_outside_stay_plain(desk: Desk, month: State, qtbot: QtBot) -> None:
    hostile = {
        key: replace(each, name=HOSTILE, name_zh=HOSTILE) if key == "urban_1" else each
        for key, each in month.departments.items()
    }
    desk.state = replace(month, departments=hostile)  # type: ignore[arg-type]
    page = FiguresPage(desk)
    qtbot.addWidget(page)
    with qtbot.waitSignal(page.shown_anew, timeout=20_000):
        page.show()
    assert page.counted is not None
    page.tiles.pressed.emit(page.counted.figures.of("found", "department", "urban_1"))
    assert page.behind.title.textFormat() is Qt.TextFormat.PlainText
    assert "<img src=x" in page.behind.title.text()
    assert "\u202e" not in page.behind.title.text()
    tips = [
        str(page.table.data(page.table.index(row, 1), Qt.ItemDataRole.ToolTipRole))
        for row in range(page.table.rowCount())
    ]
    assert any("&lt;img" in tip for tip in tips)
    assert not any("<img" in tip for tip in tips)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("look", ["night", "day"])
def test_it_is_read_in_both_languages_and_looks(
    desk: Desk, qtbot: QtBot, qapp: QApplication, language: str, look: str
) -> None:
    theme.put_on(qapp, look)
    desk.language = language
    page = FiguresPage(desk)
    qtbot.addWidget(page)
    page.resize(760, 640)
    with qtbot.waitSignal(page.shown_anew, timeout=20_000):
        page.show()
    page.tabs.setCurrentIndex(1)
    qtbot.waitUntil(lambda: len(page.charts) == 4, timeout=20_000)
    assert page.bar.shown.text() == "2025-10"
    for made in page.findChildren(QLabel):
        if made.isVisible() and not made.wordWrap():
            assert made.fontMetrics().horizontalAdvance(made.text()) <= made.width(), made.text()
    for tile in page.tiles.tiles:
        assert tile.lines[1] not in ("", "–")
    theme.put_on(qapp, "night")


def test_change_is_said_in_words_and_not_by_colour_alone() -> None:
    share = Indicator("x", "X", "", "handling", ("a",), "", "", of=("b",), better="higher")
    number = Indicator("y", "Y", "", "volume", ("a",), "", "", better="neither")
    assert change_words(share, 0.021, "en") == ("▲ 2.1 points, better", "good")
    assert change_words(share, -0.021, "en") == ("▼ 2.1 points, worse", "warning")
    assert change_words(replace(share, better="lower"), -0.021, "en") == ("▼ 2.1 points, better", "good")
    assert change_words(number, 1200.0, "en") == ("▲ 1,200 more", "")
    assert change_words(share, 0.0, "en") == ("As before", "")
    assert change_words(share, None, "zh") == ("无可比数据", "")


def test_a_period_that_is_not_over_holds_no_number_against_a_whole_one(page: FiguresPage, count_again: Again) -> None:
    count_again(page, page.bar.buttons["week"].click)
    assert page.counted is not None
    assert page.counted.figures.at < page.counted.figures.period.to_at
    before = page.counted.figures.before
    assert before is not None
    assert _tile(page, "found").lines[3] == f"Not over; {before.of('found').numerator:,} before"


def test_hot_spots_stand_in_their_list(page: FiguresPage, counted: Counted) -> None:
    spot = HotSpot(116.0, 40.0, 250.0, 3.1, tuple(counted.figures.cases(counted.figures.of("found"))[:7]))
    page.places.show_counted(replace(counted, hot=(spot,)))
    row = page.places.hot.rows[0]
    assert row.right == "Gi* 3.1"
    assert row.detail.startswith("7 cases")


def test_counting_goes_on_after_a_failure(page: FiguresPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*given: object) -> Counted:
        raise RuntimeError("no <b>disk</b>")

    with monkeypatch.context() as patch:
        patch.setattr(page.counter, "count", broken)
        page.recount.count()
        qtbot.waitUntil(lambda: "no <b>disk</b>" in page.said.text(), timeout=10_000)
    page.recount.count()
    qtbot.waitUntil(lambda: page.said.text() == "", timeout=20_000)


def test_the_present_goes_with_the_clock(page: FiguresPage, desk: Desk) -> None:
    assert desk.who == SUPERVISOR
    shown = page.bar.period
    desk.ticked.emit(desk.clock() + timedelta(days=20))
    assert page.bar.period.first_day > shown.first_day


def test_the_first_tile_is_open_once_counted_and_nothing_else_is_taken_from_the_operator(
    page: FiguresPage, count_again: Again
) -> None:
    first = page.tiles.tiles[0]
    assert page.counted is not None and first.figure is not None
    assert first.is_taken and page.behind.figure == first.figure
    assert page.behind.definition.text() and page.behind.rows.ids == page.counted.figures.cases(first.figure)
    page.behind.show_cases("A place", (1, 2))
    count_again(page, page.recount.count)
    assert page.behind.rows.ids == (1, 2) and page.behind.figure is None


def test_free_days_are_counted_with_the_last_one(page: FiguresPage, count_again: Again) -> None:
    bar, month = page.bar, page.bar.period
    assert bar.span.isHidden()
    count_again(page, bar.buttons["span"].click)
    assert bar.span.isVisible() and bar.shown.isHidden()
    assert bar.span.first == month.first_day and bar.span.last == min(month.last_day, bar._today)
    first = month.first_day
    count_again(page, lambda: bar.span.to_field.setDate(QDate(first.year, first.month, 9)))
    count_again(page, lambda: bar.span.from_field.setDate(QDate(first.year, first.month, 3)))
    wanted = days(first.replace(day=3), first.replace(day=9), page.counted.state.time_zone)  # type: ignore[union-attr]
    assert bar.period == wanted and page.counted is not None and page.counted.figures.period == wanted
    assert (wanted.to_at - wanted.from_at) == timedelta(days=7)
    count_again(page, bar.back.click)
    assert bar.period == wanted.before()
    count_again(page, bar.on.click)
    assert bar.period == wanted
    count_again(page, bar.now.click)
    assert bar.span.last == bar._today and (bar.span.last - bar.span.first).days == 6
    assert not bar.on.isEnabled() and not bar.now.isEnabled()
    count_again(page, bar.buttons["month"].click)
    assert bar.period == month and bar.span.isHidden()


def test_free_days_never_end_before_they_begin_nor_after_today(
    page: FiguresPage, desk: Desk, count_again: Again
) -> None:
    span = page.bar.span
    count_again(page, page.bar.buttons["span"].click)
    today = page.bar._today
    earlier = QDate(2025, 9, 1)
    count_again(page, lambda: span.to_field.setDate(earlier))
    assert span.first == span.last == date(2025, 9, 1)
    span.to_field.setDate(QDate(2099, 1, 1))
    assert span.last == today
    shown = page.bar.period
    desk.ticked.emit(desk.clock() + timedelta(days=2))
    assert page.bar.period == shown  # chosen days do not go with the clock
    assert page.bar.on.isEnabled()


def test_days_of_two_years_are_written_with_both() -> None:
    assert period_words(days(date(2025, 12, 20), date(2026, 1, 5), "UTC")) == "2025-12-20 – 2026-01-05"
    assert period_words(days(date(2025, 12, 20), date(2025, 12, 22), "UTC")) == "2025-12-20 – 12-22"
