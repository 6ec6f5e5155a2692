"""A report from the desk: place and class suffice, what follows is said, what was written is never lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.case_ground.on_ground import OnGround
from app.panels.case_intake import CaseIntakePanel
from dispatch import case_commands as k
from dispatch.case import CasePlace, CaseStage
from dispatch.commands import ReportIncident, Who
from dispatch.incident import Location
from dispatch.refused import Refused
from gis.components import Component
from tests.app.case_forms.conftest import CaseSeat
from tests.dispatch.case_town import CELL, COLLECTOR, COMMUNITY, LAMP, PLACE
from tests.dispatch.town import crossing

Report = Callable[..., CaseIntakePanel]


@pytest.fixture
def panel(seat: CaseSeat, qtbot: QtBot) -> CaseIntakePanel:
    made = CaseIntakePanel(seat.desk)
    qtbot.addWidget(made)
    made.resize(400, 700)
    made.show()
    return made


def _fill(panel: CaseIntakePanel, qtbot: QtBot, standard_id: str = "rubbish", where: Location = PLACE.location) -> None:
    panel.page.place.take_point(where.lon, where.lat, words="Here")
    qtbot.waitUntil(lambda: not panel.ground.is_busy)
    panel._on_ground(OnGround(where.lon, where.lat, True, CELL))
    panel.page.standard._take(standard_id)


def test_place_and_class_are_enough(panel: CaseIntakePanel, seat: CaseSeat, qtbot: QtBot) -> None:
    panel.start()
    panel.report()
    assert "Where is it" in panel.page.said.text()
    _fill(panel, qtbot)
    QTest.keyClick(panel.page.words, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    (body,) = seat.sent
    assert (body.source, body.standard_id, body.answerable) == ("hotline", "rubbish", "urban")
    assert (body.place.cell, body.place.area, body.place.community) == (CELL, "centre", COMMUNITY)
    assert seat.case().stage is CaseStage.COLLECT
    assert seat.desk.selection.case_id == 1
    assert panel.page.said.text() == "Case 1 is reported."
    assert panel.page.place.location is None
    assert panel.page.standard.standard_id == ""


def test_enter_in_a_field_never_reports(panel: CaseIntakePanel, seat: CaseSeat, qtbot: QtBot) -> None:
    _fill(panel, qtbot)
    for field in (panel.page.place.entry, panel.page.standard.entry, panel.page.reporter.number, panel.page.words):
        QTest.keyClick(field, Qt.Key.Key_Return)
    assert seat.sent == []


def test_what_a_class_means_is_said_before_it_is_reported(panel: CaseIntakePanel, seat: CaseSeat, qtbot: QtBot) -> None:
    _fill(panel, qtbot)
    says = panel.page.consequences
    assert says.due.text() == "4 working hours: would be due 16:05"
    assert says.answers.text() == "Answers: Urban Management, by Centre"
    assert says.filed.text() == "Filed when: seen"
    panel.page.standard._take("sewer_cover")
    assert says.at_once.text().startswith("Danger")
    assert says.at_once.property("level") == "alarm"
    panel.page.standard._take("gas_smell")
    assert says.at_once.text().startswith("Emergency")
    panel.report()
    assert seat.case().stage is CaseStage.EMERGENCY
    assert panel.page.said.text() == "Case 1 became incident 1."


def test_a_component_that_stands_there_is_taken_for_the_class(
    panel: CaseIntakePanel, seat: CaseSeat, qtbot: QtBot
) -> None:
    lamp, other = Component(LAMP, "lamps", 0, 0.0, 0.0), Component("1101010301000008", "lamps", 1, 9.0, 0.0)
    where = PLACE.location
    _fill(panel, qtbot, "lamp_out")
    panel._on_ground(OnGround(where.lon, where.lat, True, CELL, components=((lamp, 2.0), (other, 11.0))))
    assert panel.page.component.component == lamp
    panel.page.component.setCurrentIndex(2)
    panel._refresh()
    panel.page.standard._take("lamp_out")
    assert panel.page.component.component == other  # what was chosen by hand stays
    panel.page.standard._take("rubbish")
    assert panel.page.component.component is None
    panel.page.standard._take("lamp_out")
    panel.report()
    assert seat.case().place.component == LAMP


def test_the_same_thing_is_reported_and_merged(panel: CaseIntakePanel, seat: CaseSeat, qtbot: QtBot) -> None:
    seat.report_case("rubbish", text="bags by the kiosk")
    _fill(panel, qtbot)
    panel.looking.look()
    assert panel.page.twins.case_id == 1
    panel.page.twins.same_button.click()
    assert [type(body) for body in seat.sent] == [k.ReportCase, k.MergeCase]
    assert (seat.case(2).stage, seat.case(2).merged_into) == (CaseStage.MERGED, 1)
    assert panel.page.said.text() == "Case 2 is reported and merged with case 1."


def test_whoever_may_not_merge_adds_to_the_case(panel: CaseIntakePanel, seat: CaseSeat, qtbot: QtBot) -> None:
    seat.report_case("rubbish")
    seat.sit(COLLECTOR)
    assert panel.page.source.currentData() == "patrol"
    _fill(panel, qtbot)
    panel.page.words.setPlainText("still there")
    panel.looking.look()
    panel.page.twins.same_button.click()
    assert seat.sent == [k.AddCaseNote(1, "Reported again (Patrol collector): still there")]
    assert seat.case().notes[-1].text.endswith("still there")
    assert panel.page.place.location is None


def test_fixed_on_the_spot_in_two_steps(
    panel: CaseIntakePanel, seat: CaseSeat, qtbot: QtBot, picture: Callable[..., Path]
) -> None:
    assert not panel.page.fix_button.isVisibleTo(panel)
    seat.sit(COLLECTOR)
    _fill(panel, qtbot)
    assert panel.page.fix_button.isVisibleTo(panel)
    panel.fix_on_the_spot()  # without photographs: the report stands, and why it is not closed is said
    assert seat.case().stage is CaseStage.COLLECT
    assert "not closed" in panel.page.said.text()
    _fill(panel, qtbot)
    photographs = panel.page.photographs
    photographs.take([picture(), picture()])
    qtbot.waitUntil(lambda: len(photographs.evidence()) == 2)
    photographs.tiles[1].kind.setCurrentIndex(photographs.tiles[1].kind.findData("after"))
    panel.fix_on_the_spot()
    assert seat.case(2).outcome == "fixed_on_the_spot"
    assert panel.page.said.text() == "Case 2 was fixed on the spot and is closed."


def test_what_was_refused_or_not_answered_stays_and_is_never_taken_twice(
    panel: CaseIntakePanel, seat: CaseSeat, qtbot: QtBot
) -> None:
    _fill(panel, qtbot)
    panel.page.words.setPlainText("a heap")
    submit, kept = seat.desk.submit, []
    seat.desk.submit = kept.append
    panel.report()
    assert not panel.page.report_button.isEnabled()
    panel.sending._on_no_answer()
    assert "never taken twice" in panel.page.said.text()
    assert panel.page.words.words == "a heap"
    seat.desk.submit = submit
    panel.report()
    submit(kept[0])  # the first one comes through after all
    assert len(seat.state.cases) == 1
    _fill(panel, qtbot)
    seat.desk.submit = lambda command: seat.desk.refused.emit(command, Refused("calendar_missing"))
    panel.report()
    assert "calendar" in panel.page.said.text()
    assert panel.page.standard.standard_id == "rubbish"


def test_who_may_not_report_is_told_so(panel: CaseIntakePanel, seat: CaseSeat, qtbot: QtBot) -> None:
    seat.sit(Who("eve", "observer", "", "seat-1"))
    _fill(panel, qtbot)
    assert not panel.page.report_button.isEnabled()
    panel.report()
    assert (seat.sent, "may not report" in panel.page.said.text()) == ([], True)


def test_the_reporter_is_kept_apart_from_the_log(panel: CaseIntakePanel, seat: CaseSeat, qtbot: QtBot) -> None:
    _fill(panel, qtbot)
    panel.page.reporter.number.setText("050 123")
    panel.page.reporter.name.setText("Aino")
    panel.report()
    person_id = seat.case().person_id
    assert person_id
    qtbot.waitUntil(lambda: seat.log.person(person_id) is not None)
    assert seat.log.person(person_id).number == "050 123"
    assert not any("050 123" in repr(entry) for entry in seat.entries())


def test_a_repair_order_comes_from_its_incident(panel: CaseIntakePanel, seat: CaseSeat, qtbot: QtBot) -> None:
    seat.other(ReportIncident("stray_dog", crossing(1, 1)))
    panel.start_from(1)
    assert not panel.page.source.isVisibleTo(panel)
    panel.page.standard._take("rubbish")
    qtbot.waitUntil(lambda: not panel.ground.is_busy)
    panel.report()
    assert (seat.case().source, seat.case().incident_id) == ("incident", 1)
    assert panel.page.source.isVisibleTo(panel)


def test_the_map_marks_the_place_and_a_new_place_forgets_the_old_ground(
    panel: CaseIntakePanel, seat: CaseSeat, qtbot: QtBot
) -> None:
    marked: list[Location | None] = []
    panel.place_changed.connect(marked.append)
    _fill(panel, qtbot)
    assert marked[-1] is not None
    panel.page.place.take_point(25.5, 60.5)
    qtbot.waitUntil(lambda: not panel.ground.is_busy)
    panel.report()
    assert seat.case().place.cell == ""
    assert replace(seat.case().place, location=PLACE.location) == CasePlace(PLACE.location)
    assert marked[-1] is None


def _drafts(panel: CaseIntakePanel) -> list[str]:
    return [panel.page.drafts.describe(each) for each in panel.page.drafts.kept]


def test_esc_keeps_a_draft_and_it_is_gone_on_with(panel: CaseIntakePanel, seat: CaseSeat, qtbot: QtBot) -> None:
    _fill(panel, qtbot)
    panel.page.words.setPlainText("two bags")
    panel.page.reporter.name.setText("Aino")
    QTest.keyClick(panel.page.words, Qt.Key.Key_Escape)
    assert panel.page.place.location is None and panel.page.words.words == "" and seat.sent == []
    assert panel.page.said.text().startswith("Draft kept") and "rubbish" in panel.page.said.text()
    assert len(panel.page.drafts.kept) == 1 and panel.page.drafts.isVisible()
    panel.page.words.setPlainText("something else")  # goes among the drafts while the other is taken up
    panel.resume(panel.page.drafts.kept[0])
    assert (panel.page.standard.standard_id, panel.page.words.words) == ("rubbish", "two bags")
    assert panel.page.reporter.name.text() == "Aino"  # known while the program runs
    assert [draft.text for draft in panel.page.drafts.kept] == ["something else"]
    qtbot.waitUntil(lambda: not panel.ground.is_busy)
    panel.report()
    assert seat.case().text == "two bags"
    assert [draft.text for draft in panel.page.drafts.kept] == ["something else"]


def test_a_number_alone_is_not_taken_away_by_a_key(panel: CaseIntakePanel, qtbot: QtBot) -> None:
    panel.page.reporter.number.setText("+358 40 123")
    QTest.keyClick(panel.page.reporter.number, Qt.Key.Key_Escape)
    assert panel.page.reporter.number.text() == "+358 40 123" and panel.page.drafts.kept == ()


def test_a_draft_outlives_the_program_without_who_reported(
    seat: CaseSeat, qtbot: QtBot, tmp_path: Path, picture: Callable[..., Path]
) -> None:
    file = tmp_path / "state" / "case-drafts.json"
    panel = CaseIntakePanel(seat.desk, drafts_file=file)
    qtbot.addWidget(panel)
    panel.show()
    _fill(panel, qtbot, "lamp_out")
    panel.page.words.setPlainText("dark since Monday")
    panel.page.reporter.number.setText("+358 40 123")
    panel.page.reporter.name.setText("Aino")
    panel.page.photographs.take([picture()])
    qtbot.waitUntil(lambda: len(panel.page.photographs.evidence()) == 1)
    panel.page.photographs.tiles[0].kind.setCurrentIndex(1)
    shown = panel.page.photographs.evidence()
    kept = file.with_name("case-drafts-drill.json")
    qtbot.waitUntil(lambda: kept.exists() and shown[0].id in kept.read_text(), timeout=3000)  # nobody pressed a key
    assert "Aino" not in kept.read_text() and "358" not in kept.read_text()
    assert kept.stat().st_mode & 0o777 == 0o600

    again = CaseIntakePanel(seat.desk, drafts_file=file)
    qtbot.addWidget(again)
    again.show()
    (draft,) = again.page.drafts.kept
    again.resume(draft)
    qtbot.waitUntil(lambda: not again.page.photographs.is_busy)
    assert [(each.id, each.kind) for each in again.page.photographs.evidence()] == [(shown[0].id, shown[0].kind)]
    assert again.page.standard.standard_id == "lamp_out" and again.page.place.location == draft.location
    assert again.page.reporter.name.text() == ""
    again.clear()  # what is cleared is gone
    assert again.page.drafts.kept == () and kept.read_text() == "[]"


def test_a_draft_remembers_its_component_and_where_it_came_from(
    panel: CaseIntakePanel, seat: CaseSeat, qtbot: QtBot
) -> None:
    incident = seat.report("stray_dog", crossing(1, 1))
    panel.start_from(incident)
    qtbot.waitUntil(lambda: not panel.ground.is_busy)
    where = seat.state.incidents[incident].location
    ground = OnGround(where.lon, where.lat, True, CELL, components=((Component(LAMP, "lamps", 0, 0.0, 0.0), 5.0),))
    panel._on_ground(ground)
    panel.page.standard._take("lamp_out")
    panel.page.component.setCurrentIndex(0)  # not that one
    panel.page.component.activated.emit(0)
    panel.put_aside()
    panel.resume(panel.page.drafts.kept[0])
    panel._on_ground(ground)
    assert panel.page.component.code == ""  # it is not chosen anew
    assert f"incident {incident}" in panel.page.origin.text()
    panel.page.component.setCurrentIndex(1)
    panel.page.component.activated.emit(1)
    panel.put_aside()
    panel.resume(panel.page.drafts.kept[0])
    panel._on_ground(ground)
    assert panel.page.component.code == LAMP
    qtbot.waitUntil(lambda: not panel.ground.is_busy)
    panel.report()
    assert (seat.case().place.component, seat.case().incident_id) == (LAMP, incident)


@pytest.mark.parametrize("words", ["[1]", '[{"id": "a", "started_at": "2026-03-02T10:00:00"}]', "{", "null"])
def test_a_broken_file_of_drafts_stops_nobody(seat: CaseSeat, qtbot: QtBot, tmp_path: Path, words: str) -> None:
    (tmp_path / "d-drill.json").write_text(words)
    panel = CaseIntakePanel(seat.desk, drafts_file=tmp_path / "d.json")
    qtbot.addWidget(panel)
    assert panel.page.drafts.kept == ()


def test_drafts_that_the_disk_refuses_are_said_once_and_kept(seat: CaseSeat, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    panel = CaseIntakePanel(seat.desk, drafts_file=tmp_path / "file" / "d.json")
    qtbot.addWidget(panel)
    panel.page.words.setPlainText("two bags")
    panel.put_aside()
    assert [draft.text for draft in panel.page.drafts.kept] == ["two bags"]
    assert [level for level, _ in seat.said] == ["warning"]
