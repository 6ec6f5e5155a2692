"""The page of what was done alone: rows, what stands against them, choices by keys, who may decide, the report."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QToolButton

from app.island.panel import IslandPanel
from app.island.report import merge_tables
from app.printout import put_on_paper
from app.wording import label
from dispatch.commands import AddNote, ReportIncident, ReportStatus, Who
from dispatch.island_commands import BeginIsland
from resources.status import Status
from tests.app.island.alone_seat import AloneSeat
from tests.app.island.alone_seat import seat as seat
from tests.app.rooms import room
from tests.dispatch.town import crew, crossing

EVIL = "<img src=x onerror=alert(1)>\u202e</script>"


def page(seat: AloneSeat, language: str = "en") -> IslandPanel:
    seat.desk.language = language
    made = IslandPanel(seat.desk)
    seat.bot.addWidget(made)
    made.resize(400, 700)
    made.show()
    return made


def buttons(panel: IslandPanel, *, places: bool = False) -> list[QToolButton]:
    flow = panel.places if places else panel.choices
    return [each for each in flow.children() if isinstance(each, QToolButton) and not each.isHidden()]


def press(panel: IslandPanel, how: str) -> None:
    words = label("island_how", how, panel._desk.language)
    next(each for each in buttons(panel) if each.text() == words).click()


def test_a_desk_of_its_own_says_that_nothing_is_merged(seat: AloneSeat) -> None:
    alone = IslandPanel(room().desk)
    seat.bot.addWidget(alone)
    assert "to itself" in alone.head.text() and not alone.rows.rows
    calm = page(seat)
    assert "Nothing" in calm.head.text() and "bar" in calm.counts.text()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_was_done_and_what_stands_against_it_are_read_and_decided(seat: AloneSeat, language: str) -> None:
    seat.conflict()
    panel = page(seat, language)
    heading, row = panel.rows.rows[0], panel.rows.rows[1]
    assert heading.is_heading and "1" in heading.title
    assert "E1" in row.title and "A1" in row.title and "E1" in row.detail and row.detail_tone == "warn"
    assert "operator-2" in row.detail or "bela" in row.detail, "who"
    names = [each.text() for each in buttons(panel)]
    assert names[0] == label("island_how", "leave", language) and len(names) >= 3
    press(panel, "rest")
    assert panel.why.isVisible() and not panel.why.do_button.isEnabled(), "no decision without a reason"
    QTest.keyClicks(panel.why.reason, "A1 is free")
    QTest.keyClick(panel.why.reason, Qt.Key.Key_Return)
    seat.settle()
    seat.bot.waitUntil(lambda: bool(seat.desk.state.units["A1"].assignment_id))
    seat.bot.waitUntil(lambda: not panel.rows.isVisible())
    assert seat.alone.over is not None and seat.alone.over.file.name in panel.counts.text()


def test_by_keys_alone(seat: AloneSeat) -> None:
    seat.conflict()
    panel = page(seat)
    panel.activateWindow()
    panel.focus_list()
    QTest.keyClick(panel.rows, Qt.Key.Key_Return)
    focus = panel.focusWidget()
    assert focus is buttons(panel)[0]
    QTest.keyClick(focus, Qt.Key.Key_Space)
    assert panel.why.isVisible()
    QTest.keyClick(panel.why.reason, Qt.Key.Key_Escape)
    assert not panel.why.isVisible() and not seat.alone.is_working


def test_who_may_not_decide_reads_who_may(seat: AloneSeat) -> None:
    seat.conflict()
    panel = page(seat)
    seat.desk.set_who(Who("anna", "operator", seat="seat-1"))
    panel.refresh()
    assert not buttons(panel) and "dispatcher" in panel.may_not.text() and panel.may_not.isVisible()
    seat.desk.set_who(Who("dina", "dispatcher", seat="seat-1"))
    panel.refresh()
    assert buttons(panel) and not panel.may_not.isVisible()


def test_a_refusal_by_the_rules_is_said_and_nothing_is_decided(seat: AloneSeat) -> None:
    seat.conflict()
    panel = page(seat)
    seat.alone.decide("again", seat.alone.look.conflicts[0].sequence, "try it")  # type: ignore[union-attr]
    seat.settle()
    assert "E1" in panel.said.text() and panel.said.property("level") == "warning"
    assert seat.whys == ["unit_elsewhere"]


def test_what_hangs_on_it_is_named_and_goes_with_it(seat: AloneSeat) -> None:
    seat.go()
    seat.fire("E1")
    report = ReportStatus("E1", Status.EN_ROUTE, source="crew")
    seat.bridge.submit(seat.command(report, crew("E1"))).result(10)
    seat.parted.fire_in_room("E1")
    seat.come_back()
    panel = page(seat)
    assert "E1" in panel.behind.text() and panel.rows.rows[1].badge
    assert "1" in buttons(panel)[0].text(), "all at once is offered"
    buttons(panel)[0].click()
    panel.why._do("the room's stands")
    seat.settle()
    assert seat.alone.over is not None and seat.alone.over.report.left == 2


def test_two_that_may_be_one_are_shown_both_on_the_map(seat: AloneSeat) -> None:
    seat.go()
    seat.do(ReportIncident("structure_fire", crossing(2, 2)))
    there = seat.parted.fire_in_room()
    seat.come_back()
    panel = page(seat)
    mine = max(seat.desk.state.incidents)
    assert mine != there and f"Incident {mine} reported" in panel.rows.rows[1].title, "as the room calls it"
    shown = {each.text(): each for each in buttons(panel, places=True)}
    assert set(shown) >= {f"incident {there}", f"incident {mine}"}
    moved: list[tuple[float, float]] = []
    seat.desk.go_to.connect(lambda lon, lat: moved.append((lon, lat)))
    shown[f"incident {there}"].click()
    assert seat.desk.selection.incident_id == there and len(moved) == 1
    buttons(panel)[0].click()
    seat.settle()
    assert seat.alone.over is not None and seat.alone.over.report.unseen == 0


def test_islands_of_other_seats_are_known(seat: AloneSeat) -> None:
    seat.parted.room(BeginIsland("b" * 32, seat.parted.base, seat="seat-9", actor="olga"), who=seat.desk.who)
    seat.engine.catch_up()
    seat.bot.waitUntil(lambda: len(seat.desk.state.islands) == 1)
    panel = page(seat)
    assert panel.rows.rows[0].is_heading and "not merged" in panel.rows.rows[1].detail
    assert panel.in_hand is None and not buttons(panel)


def test_text_from_outside_is_plain_and_the_report_tells_of_every_entry(seat: AloneSeat, tmp_path: Path) -> None:
    seat.go(EVIL)
    number = seat.fire("E1")
    seat.do(AddNote(number, EVIL))
    seat.parted.fire_in_room("E1")
    seat.come_back()
    panel = page(seat)
    assert all(each.textFormat() is Qt.TextFormat.PlainText for each in panel.findChildren(QLabel))
    alone = seat.alone
    assert alone.merge is not None and alone.look is not None
    panel.write_report = lambda: None
    panel.refresh()
    assert panel.report_button.isVisible()
    tables = merge_tables(seat.desk, alone.merge, alone.look.report, alone.island_state, "a file")
    file = put_on_paper(tables, tmp_path, "merge-x")
    words = file.with_suffix(".txt").read_text(encoding="utf-8")
    assert file.read_bytes().startswith(b"%PDF") and len(tables[1][2]) == alone.look.report.entries == 4
    assert "\u202e" not in words and "E1 is on incident" in words and alone.merge.island.base.island_id in words
    assert label("island_outcome", "conflict") in words
