"""The page as a supervisor uses it: a bar filters all others, a cluster says what it is, a short log says so."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QApplication, QLabel, QToolButton
from pytestqt.qtbot import QtBot

from app import theme
from app.beside.child import Broken
from app.demand.charts import Taken
from app.demand.page import DemandPage
from app.desk import Desk
from app.jobs import Job
from dispatch.commands import Who
from dispatch.demand.places import Answer, Question
from dispatch.events import LogKind
from dispatch.state import State
from tests.app.demand.conftest import shown


def counts(page: DemandPage, way: str) -> dict[str, int]:
    assert page.counted is not None
    return {bar.name: bar.count for bar in page.counted.counts.way(way).bars if bar.count}


def take(page: DemandPage, qtbot: QtBot, way: str, key: str) -> None:
    with qtbot.waitSignal(page.found_anew, timeout=30_000):
        page._on_taken(Taken(way, key))


def test_the_whole_log_stands_there_with_how_much_it_tells(page: DemandPage) -> None:
    assert page.known.text().startswith("As known at 2026-01-12 23:54 · 29 of 29 incidents · 8 whole days")
    assert "not a live log" in page.known.text()
    assert counts(page, "kind") == {"fall": 21, "fire": 8}
    assert counts(page, "hour")["20:00–21:00"] == 12
    assert sorted(counts(page, "priority").values()) == [8, 21]
    assert page.bar.days.span.text() == "2026-01-05 – 2026-01-12"
    assert "left out: 1" in page.density_note.text(), "one call has no place"


def test_a_bar_that_is_pressed_filters_everything_else(page: DemandPage, qtbot: QtBot) -> None:
    view = page.charts["kind"]
    qtbot.waitUntil(lambda: view.chart is not None and not view.chart.plot.isEmpty(), timeout=10_000)
    assert view.chart is not None
    second = view.chart.plot.topLeft() + QPointF(4, 1.5 * view.chart._high)  # type: ignore[attr-defined]
    assert view.chart.words_at(second) == "fire: 8, 28 %, 1 a day"
    with qtbot.waitSignal(page.found_anew, timeout=30_000):
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(round(second.x()), round(second.y())))
    assert counts(page, "kind") == {"fall": 21, "fire": 8}, "the bars beside the chosen one stay"
    assert counts(page, "hour") == {"08:00–09:00": 8} and page.list.rows.rowCount() == 8
    assert [each.text() for each in page.bar.words.findChildren(QToolButton)] == ["kind: fire  ✕"]
    assert not page.bar.clear.isHidden()
    with qtbot.waitSignal(page.found_anew, timeout=30_000):
        page.bar.clear.click()
    assert page.list.rows.rowCount() == 29


def test_two_ways_filter_together_and_each_is_taken_back_by_its_word(page: DemandPage, qtbot: QtBot) -> None:
    take(page, qtbot, "kind", "fall")
    take(page, qtbot, "weekday", "1")
    assert counts(page, "hour") == {"00:00–01:00": 1, "20:00–21:00": 12, "23:00–24:00": 2}
    assert page.counted is not None and page.counted.counts.chosen == "weekday: Mon, kind: fall"
    word = next(each for each in page.bar.words.findChildren(QToolButton) if "kind" in each.text())
    with qtbot.waitSignal(page.found_anew, timeout=30_000):
        word.click()
    assert page.counted.counts.chosen != "" and page.bar.chosen == (("weekday", ("1",)),)


def test_without_a_mouse_the_two_fields_choose(page: DemandPage, qtbot: QtBot) -> None:
    page.bar.way.setCurrentIndex(page.bar.way.findData("area"))
    page.bar.way.activated.emit(page.bar.way.currentIndex())
    first = page.bar.key.itemData(1)
    with qtbot.waitSignal(page.found_anew, timeout=30_000):
        page.bar.key.setCurrentIndex(1)
        page.bar.key.activated.emit(1)
    assert page.bar.chosen == (("area", (first,)),)


def test_a_log_too_short_says_why_it_foretells_nothing(page: DemandPage) -> None:
    assert (
        "No forecast: the log knows 8 whole days" in page.ahead.words.text() and "needs 21" in page.ahead.words.text()
    )
    assert page.ahead.notes.text().startswith("Import a longer history") and not page.ahead.notes.isHidden()
    assert page.ahead.chart.isHidden() and page.ahead.models.isHidden()


def test_a_cluster_says_in_a_sentence_what_it_is(page: DemandPage, qtbot: QtBot) -> None:
    cells = page.places.clusters.cells
    assert cells.rows and cells.rows[0][2].words in ("18", "19", "20", "21", "28")
    page.places.take_number(1)
    assert page.places.cluster_words.text().startswith(f"{cells.rows[0][2].words} calls lie close together within")
    assert "most were: fall" in page.places.cluster_words.text()


def test_a_square_is_counted_alone(page: DemandPage, qtbot: QtBot) -> None:
    assert page.found is not None and page.found.places is not None
    key = page.found.counted.cut.cell.names[0]
    take(page, qtbot, "cell", key)
    assert page.counted is not None and 0 < page.counted.counts.total < 29
    with qtbot.waitSignal(page.found_anew, timeout=30_000):
        page.look.side.setCurrentIndex(page.look.side.findData(1000.0))
        page.look.side.activated.emit(page.look.side.currentIndex())
    assert page.bar.chosen == () and page.counted.counts.total == 29, "squares of another side are other squares"


def test_an_incident_is_taken_in_hand(page: DemandPage, desk: Desk, qtbot: QtBot) -> None:
    page.tabs.setCurrentIndex(2)
    cell = page.list.visualRect(page.list.rows.index(0, 1)).center()
    with qtbot.waitSignal(desk.go_to):
        qtbot.mouseClick(page.list.viewport(), Qt.MouseButton.LeftButton, pos=cell)
    assert desk.selection.incident_id == page.list.rows.number(0)


def test_nothing_from_outside_is_markup(page: DemandPage) -> None:
    assert page.counted is not None
    for label in page.findChildren(QLabel):
        assert label.textFormat() is Qt.TextFormat.PlainText or "<" not in label.text()
    assert all("\n" not in bar.name and "\u202e" not in bar.name for bar in page.counted.counts.way("cell").bars)


def test_who_sees_a_department_sees_its_calls_alone(page: DemandPage, desk: Desk, qtbot: QtBot) -> None:
    with qtbot.waitSignal(page.found_anew, timeout=30_000):
        desk.set_who(Who("off", "department_officer", "a"))
    assert page.list.rows.rowCount() == 20 and counts(page, "kind") == {"fall": 20}
    assert counts(page, "department") == {"Ambulance": 20}


def test_what_comes_anew_is_counted(page: DemandPage, desk: Desk, told: State, qtbot: QtBot) -> None:
    page._again.setInterval(10)
    first = told.incidents[1]
    more = replace(told, incidents=told.incidents.set(900, replace(first, id=900, kind="flood")))
    desk.state = more
    with qtbot.waitSignal(page.found_anew, timeout=30_000):
        desk.state_changed.emit(None, more)
        page._again.start()
    assert counts(page, "kind")["flood"] == 1


@pytest.mark.parametrize(("language", "problem", "words"), [
    ("en", RuntimeError("it is so"), "Where calls gather could not be found: it is so"),
    ("zh", Broken("the child process ended"), "无法查找警情聚集处：计算程序已中断，下次提问时将重新启动"),
])  # fmt: skip
def test_what_cannot_be_found_is_said_and_the_counts_stay(
    bare: Desk, qtbot: QtBot, language: str, problem: Exception, words: str
) -> None:
    def broken(question: Question, job: Job) -> Answer:
        raise problem

    bare.language = language
    made = DemandPage(bare, workers=0, ask=broken)
    qtbot.addWidget(made, before_close_func=lambda each: each.stop())
    made.show()
    qtbot.waitUntil(lambda: made.density_note.text() == words, timeout=20_000)
    assert counts(made, "kind")["fire"] == 8


@pytest.mark.parametrize(("language", "look"), [("en", "day"), ("zh", "night")])
def test_an_empty_log_and_no_city_are_said_plainly(
    bare: Desk, told: State, qtbot: QtBot, qapp: QApplication, language: str, look: str
) -> None:
    theme.put_on(qapp, look)
    bare.state, bare.city, bare.language = (
        replace(told, incidents=told.incidents.__class__(), kind=LogKind.LIVE),
        None,
        language,
    )
    made = shown(qtbot, bare)
    assert (
        made.said.text() == {"en": "No incident was received in this time.", "zh": "这段时间没有接报警情。"}[language]
    )
    assert made.map.canvas is None and not made.grab().isNull()
