"""The case in hand: head, loop, clocks, demands, photographs, story, relations; and who sees the reporter."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QPixmap
from PySide6.QtWidgets import QAbstractButton, QLabel
from pytestqt.qtbot import QtBot

from app.cases import picture_view
from app.cases.steps import AHEAD, DONE, HERE, SKIPPED, steps_of
from app.evidence.album import Album
from app.panels.case import DEMANDS, RELATED, STORY, TIMES, CasePanel
from dispatch import case_commands as k
from dispatch.account_events import Exported
from dispatch.case import AFTER, BEFORE, CaseStage, Evidence
from dispatch.commands import Command
from dispatch.evidence_store import EvidenceStore
from dispatch.refused import Refused
from tests import photographs as p
from tests.app.cases.case_seat import CaseSeat
from tests.app.evidence.test_album import Pictures
from tests.dispatch import case_town as t

LAMP = "1101010301000007"


@pytest.fixture
def seat(qtbot: QtBot) -> Iterator[CaseSeat]:
    made = CaseSeat()
    yield made
    made.bridge.close()


@pytest.fixture
def panel(seat: CaseSeat, qtbot: QtBot) -> CasePanel:
    made = CasePanel(seat.desk)
    qtbot.addWidget(made)
    made.resize(400, 800)
    made.show()
    return made


def titles(panel: CasePanel) -> list[str]:
    return [row.title for row in panel.story.rows]


def sent_back(seat: CaseSeat) -> int:
    number = seat.report_case(place="Church Road 1", text="bags <b>x</b>")
    seat.walk(number, CaseStage.CHECK)
    seat.act(k.ReportCheck(number, "failed", (), "half is still there"), t.CHECKER)
    return number


def test_nothing_in_hand_says_so_and_asks_nothing(panel: CasePanel) -> None:
    assert panel.head.title.text() == "No case in hand"
    assert not panel.reading.isVisible() and not panel.actions.isVisible() and not panel.steps.isVisible()


def test_the_head_says_what_where_who_and_what_presses(seat: CaseSeat, panel: CasePanel) -> None:
    number = sent_back(seat)
    seat.desk.select(case_id=number)
    head = panel.head
    assert head.title.text() == f"{number}  rubbish"
    assert head.place.text().startswith("Church Road 1")
    assert "Urban Management" in head.answers.text()
    assert t.CELL in head.ground.text() and t.COMMUNITY not in head.ground.text().replace(t.CELL, "")
    assert "half is still there" in head.returned.text() and "Handle" in head.returned.text()
    assert head.text.text() == "bags <b>x</b>"
    assert "left" in head.due.text()
    seat.now += timedelta(days=4)
    seat.desk.ticked.emit(seat.now)
    assert "overdue" in head.due.text() and head.due.property("level") == "alarm"


def test_a_danger_and_a_pause_are_said(seat: CaseSeat, panel: CasePanel) -> None:
    number = seat.report_case("sewer_cover")
    seat.desk.select(case_id=number)
    assert "Water" in panel.head.danger.text() and panel.head.danger.property("level") == "alarm"
    seat.walk(number, CaseStage.HANDLE)
    seat.act(k.PauseCase(number, "suspended", "no key", seat.now + timedelta(days=2)), t.COORDINATOR)
    assert "Suspended" in panel.head.paused.text()


def test_the_loop_shows_where_it_is_what_was_skipped_and_who_must_put_it_right(seat: CaseSeat) -> None:
    number = sent_back(seat)
    steps = {step.stage: step for step in steps_of(seat.case(number), seat.now)}
    assert steps[CaseStage.HANDLE].standing == HERE and steps[CaseStage.HANDLE].is_fixer
    assert steps[CaseStage.VERIFY].standing == SKIPPED  # a patrol has seen it
    assert steps[CaseStage.FILE].standing == DONE and steps[CaseStage.CHECK].standing == AHEAD
    assert steps[CaseStage.HANDLE].times == 2
    later = {step.stage: step for step in steps_of(seat.case(number), seat.now + timedelta(days=9))}
    assert later[CaseStage.HANDLE].late_s > 0


def test_the_story_is_built_as_it_happens_and_read_again_from_the_log(seat: CaseSeat, panel: CasePanel) -> None:
    number = seat.report_case(text="bags")
    seat.desk.select(case_id=number)
    seat.walk(number, CaseStage.CHECK)
    seat.act(k.ReportCheck(number, "failed", (), "half is still there"), t.CHECKER)
    other = seat.report_case()
    seat.act(k.AddCaseNote(other, "not this one"), t.ACCEPTOR)
    live = titles(panel)
    assert live[0].startswith("Check failed") and "half is still there" in live[0]
    assert "bags" in live[-1]
    assert not any("not this one" in line for line in live)
    seat.desk.select(case_id=other)
    assert any("not this one" in line for line in titles(panel))
    seat.desk.select(case_id=number)
    assert titles(panel) == live


def test_where_the_log_is_not_at_hand_the_case_itself_remembers(seat: CaseSeat, panel: CasePanel) -> None:
    number = sent_back(seat)
    seat.desk.case_history = None
    seat.desk.select(case_id=number)
    lines = titles(panel)
    assert lines[-1].startswith("Patrol collector: rubbish")
    assert any(line.startswith("Dispatched") for line in lines)


def test_the_clocks_say_what_is_spent_of_what_and_by_how_much_it_was_late(seat: CaseSeat, panel: CasePanel) -> None:
    number = seat.report_case()
    seat.now += timedelta(minutes=45)
    seat.walk(number, CaseStage.HANDLE, minutes=0)
    seat.desk.select(case_id=number)
    panel.open_page(TIMES)
    rows = {row.key: row for row in panel.times.rows}
    assert rows["case"].title == "The whole case"
    assert rows["visit:0"].right == "45 min / 15 working min" and rows["visit:0"].tone == "alarm"
    assert rows["visit:0"].detail.startswith("30 min late")
    assert rows["visit:3"].right == "0 s / 4 working hours"


def test_the_standard_says_what_is_demanded(seat: CaseSeat, panel: CasePanel) -> None:
    seat.desk.select(case_id=seat.report_case(degree="urgent"))
    panel.open_page(DEMANDS)
    rows = {row.key: row for row in panel.demands.rows}
    assert rows["file"].detail == "seen" and rows["close"].detail == "gone"
    assert rows["limit:urgent"].right == "2 urgent hours"
    assert (rows["limit:urgent"].tone, rows["limit:usual"].tone) == ("normal", "muted")


def test_what_is_related_is_one_click_away(seat: CaseSeat, panel: CasePanel, qtbot: QtBot) -> None:
    first = seat.report_case("lamp_out", component=LAMP)
    seat.walk(first, CaseStage.EVALUATE)
    second = seat.report_case("lamp_out", component=LAMP)
    same = seat.report_case("lamp_out", component=LAMP)
    seat.desk.select(case_id=second)
    panel.open_page(RELATED)
    keys = [row.key for row in panel.related.rows]
    assert f"same:{same}" in keys and f"case:{first}" in keys
    assert panel.page_buttons.button(RELATED).text() == "Related (2)"
    panel.related.take_key(f"same:{same}")
    panel.merge_button.click()
    assert panel.actions.form is not None and not panel.reading.isVisible()
    panel.actions.close_form()
    panel.related.chosen.emit(f"case:{first}")
    assert seat.desk.selection.case_id == first


def test_merged_cases_are_taken_apart_with_a_reason(seat: CaseSeat, panel: CasePanel, qtbot: QtBot) -> None:
    main, part = seat.report_case(), seat.report_case()
    seat.act(k.MergeCase(part, main), t.ACCEPTOR)
    seat.desk.select(case_id=main)
    assert titles(panel)[0] == f"Case {part} was merged into this one"
    panel.open_page(RELATED)
    assert panel.part_button.isVisible()
    panel.related.take_key(f"merged:{part}")
    panel.part_button.click()
    qtbot.keyClicks(panel.reason.reason, "two heaps")
    panel.reason.do_button.click()
    assert seat.case(part).merged_into is None and seat.case(main).merged == ()
    assert f"merged:{part}" not in [row.key for row in panel.related.rows]


def test_the_linked_incident_is_one_click_away(seat: CaseSeat, panel: CasePanel) -> None:
    number = seat.report_case("gas_smell")
    seat.desk.select(case_id=number)
    panel.open_page(RELATED)
    panel.related.chosen.emit(f"incident:{seat.case(number).incident_id}")
    assert seat.desk.selection.incident_id == seat.case(number).incident_id


@pytest.fixture
def album(seat: CaseSeat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Album:
    made = Album(EvidenceStore(tmp_path / "e"), tmp_path / "t", pictures=Pictures())  # type: ignore[arg-type]
    seat.desk.album = made
    monkeypatch.setattr(picture_view, "export_folder", lambda: tmp_path / "out")
    return made


def kept(album: Album, folder: Path, kind: str, width: int, **more: object) -> Evidence:
    file = folder / "a.jpg"
    file.write_bytes(p.jpeg(width))
    return Evidence(album.take(file).file.id, kind, **more)  # type: ignore[arg-type]


def test_photographs_are_shown_small_then_large_and_handed_out_plain(
    seat: CaseSeat, panel: CasePanel, album: Album, tmp_path: Path, qtbot: QtBot
) -> None:
    before = kept(album, tmp_path, BEFORE, 64, near=True, distance_m=20.0)
    after = kept(album, tmp_path, AFTER, 80, near=False, distance_m=230.0)
    number = seat.report_case(evidence=(before, after))
    seat.desk.select(case_id=number)
    assert panel.strip.isVisible()
    qtbot.waitUntil(lambda: isinstance(panel.thumbnails.find(after.id), QPixmap), timeout=5000)
    exhibits = seat.case(number).evidence
    panel.strip.opened.emit(exhibits[1])
    assert panel.picture.isVisible() and not panel.reading.isVisible()
    assert "230 m from the place" in panel.picture.caption.text()
    qtbot.waitUntil(lambda: panel.picture.picture.pixmap is not None and panel.picture.picture.pixmap.width() == 80)
    panel.picture.export_button.click()
    qtbot.waitUntil(lambda: bool(panel.picture.said.text()), timeout=5000)
    assert [file.name for file in (tmp_path / "out").iterdir()] == [f"case-{number}-after-{after.id[:8]}.jpg"]
    qtbot.waitUntil(lambda: bool(seat.bodies(Exported)), timeout=1000)
    qtbot.keyClick(panel.picture, Qt.Key.Key_Left)
    assert panel.picture.exhibit == exhibits[0]
    panel.picture.back_button.click()
    assert panel.reading.isVisible() and not panel.picture.isVisible()


def test_a_photograph_that_is_gone_says_so_in_its_place(
    seat: CaseSeat, panel: CasePanel, album: Album, qtbot: QtBot
) -> None:
    number = seat.report_case()
    seat.desk.select(case_id=number)
    panel.open_exhibit(seat.case(number).evidence[0])
    qtbot.waitUntil(lambda: "missing" in panel.picture.said.text(), timeout=5000)


def test_a_form_takes_the_room_of_the_reading_side(seat: CaseSeat, panel: CasePanel) -> None:
    seat.desk.select(case_id=seat.report_case())
    panel.actions.working.emit(True)
    assert not panel.reading.isVisible()
    panel.actions.working.emit(False)
    assert panel.reading.isVisible()


@pytest.mark.parametrize(("who", "sees"), [(t.ACCEPTOR, True), (t.COLLECTOR, False), (t.OFFICER, False)])
def test_the_reporter_is_shown_to_those_alone_who_speak_with_reporters(who: object, sees: bool, qtbot: QtBot) -> None:
    seat = CaseSeat(who)  # type: ignore[arg-type]
    seat.log.save_person("p1", "Aino", "+358 40 123")
    panel = CasePanel(seat.desk)
    qtbot.addWidget(panel)
    panel.show()
    number = seat.report_case(source="hotline", person_id="p1")
    seat.desk.select(case_id=number)
    if sees:
        qtbot.waitUntil(lambda: panel.head.reporter.line.text() == "Reporter: Aino +358 40 123", timeout=2000)
    else:
        qtbot.wait(50)
        assert not panel.head.reporter.isVisible() and "Aino" not in panel.head.reporter.line.text()
    seat.bridge.close()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_is_clipped_in_a_narrow_dock_and_no_label_reads_html(language: str, qtbot: QtBot) -> None:
    seat = CaseSeat(t.SUPERVISOR)
    seat.desk.language = language
    panel = CasePanel(seat.desk)
    qtbot.addWidget(panel)
    panel.resize(400, 800)
    panel.show()
    seat.desk.select(case_id=sent_back(seat))
    for page in (STORY, TIMES, DEMANDS, RELATED):
        panel.open_page(page)
        qtbot.wait(1)
    assert panel.width() == 400
    for label in panel.findChildren(QLabel):
        assert label.textFormat() is Qt.TextFormat.PlainText
        if label.isVisible() and label.text() and label.wordWrap():
            assert label.height() >= label.heightForWidth(label.width()) - 1, label.text()
    for button in panel.findChildren(QAbstractButton):
        if button.isVisible() and button.text():
            assert button.width() >= QFontMetrics(button.font()).horizontalAdvance(button.text()), button.text()
    seat.bridge.close()


def test_a_photograph_is_erased_with_a_reason_and_what_is_left_of_it_is_said(
    album: Album, tmp_path: Path, qtbot: QtBot
) -> None:
    seat = CaseSeat(t.SUPERVISOR)
    seat.desk.album = album
    panel = CasePanel(seat.desk)
    qtbot.addWidget(panel)
    panel.resize(400, 800)
    panel.show()
    shown = kept(album, tmp_path, BEFORE, 64)
    number, other = seat.report_case(evidence=(shown,)), seat.report_case(evidence=(shown,))
    seat.desk.select(case_id=number)
    panel.open_exhibit(seat.case(number).evidence[0])
    qtbot.waitUntil(lambda: panel.picture.picture.pixmap is not None, timeout=5000)
    panel.picture.erase_button.click()
    assert f"case {other}" in panel.picture.deed.question.text()
    assert not panel.picture.deed.do_button.isEnabled()  # no reason yet
    qtbot.keyClicks(panel.picture.deed.reason, "a face is seen")
    panel.picture.deed.do_button.click()
    assert shown.id in seat.state.erased_photographs
    assert panel.picture.picture.pixmap is None
    assert "a face is seen" in panel.picture.said.text()
    assert not panel.picture.erase_button.isVisible() and not panel.picture.export_button.isVisible()
    assert titles(panel)[0].startswith("A photograph was erased: a face is seen")
    seat.desk.set_who(t.ACCEPTOR)
    panel.open_exhibit(seat.case(number).evidence[0])
    assert not panel.picture.erase_button.isVisible()
    seat.bridge.close()


def test_a_reporters_data_are_erased_with_a_reason_where_they_are_shown(qtbot: QtBot) -> None:
    seat = CaseSeat(t.SUPERVISOR)
    seat.log.save_person("p1", "Aino", "+358 40 123")
    panel = CasePanel(seat.desk)
    qtbot.addWidget(panel)
    panel.show()
    seat.desk.select(case_id=seat.report_case(source="hotline", person_id="p1"))
    reporter = panel.head.reporter
    qtbot.waitUntil(lambda: "Aino" in reporter.line.text(), timeout=2000)
    reporter.erase_button.click()
    qtbot.keyClicks(reporter.deed.reason, "she asked for it")
    reporter.deed.do_button.click()
    assert seat.log.person("p1") is None
    assert "erased" in reporter.line.text() and "Aino" not in reporter.line.text()
    assert not reporter.erase_button.isVisible()
    seat.desk.set_who(t.ACCEPTOR)  # may see it, and not erase
    assert "erased" in reporter.line.text() and not reporter.erase_button.isVisible()
    seat.bridge.close()


def test_a_refused_reason_stands_there_to_be_mended(seat: CaseSeat, panel: CasePanel, qtbot: QtBot) -> None:
    main, part = seat.report_case(), seat.report_case()
    seat.act(k.MergeCase(part, main), t.ACCEPTOR)
    seat.desk.select(case_id=main)
    panel.open_page(RELATED)
    panel.part_button.click()
    qtbot.keyClicks(panel.reason.reason, "two heaps")
    seat.act(k.UnmergeCase(part, "sooner"), t.ACCEPTOR)
    seat.desk.refused.emit(Command("other", seat.now, seat.desk.who, k.UnmergeCase(part, "x")), Refused("not_allowed"))
    assert panel.reason.said.text() == ""  # another's refusal is not ours
    panel.reason.show()
    panel.reason.do_button.click()
    assert panel.reason.said.text().startswith("Refused")
    assert panel.reason.reason.text() == "two heaps"
