"""The room of a major incident as a seat uses it: every page, what is refused in place, what is never overwritten."""

from __future__ import annotations

from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QLineEdit, QPlainTextEdit, QSpinBox
from pytestqt.qtbot import QtBot

from app.major.call_outs import CallOutsPage
from app.major.cards import CardsPage
from app.major.casualties import CasualtiesPage
from app.major.cordons import CordonsPage
from app.major.methane import MethanePage
from app.major.page import Page
from app.major.plan import PlanPage
from app.major.roll import RollPage
from app.major.sectors import SectorsPage
from app.major.stagings import StagingsPage
from app.major.tabs import PAGES
from app.panels.major import MajorPanel
from dispatch import major_commands as m
from dispatch.commands import DrawPerimeter, Tick, Who
from dispatch.incident import Location, Perimeter, PerimeterKind
from dispatch.major import Methane, Plan, Triage
from dispatch.major_now import counts_now, methane_now, plan_now, roles_now, ticked, total, units_in
from tests.app.panels.seat import Seat

P = TypeVar("P", bound=Page)
RING = Perimeter("ring", PerimeterKind.CORDON, ((25.0, 60.0),), 120.0, 1, "market")


def page(panel: MajorPanel, key: str, kind: type[P]) -> P:
    panel.open_page(key)
    found = panel.pages[key]
    assert isinstance(found, kind) and found.isVisible()
    return found


def major(seat: Seat):
    return seat.state.majors[1]


def test_it_is_declared_with_what_is_known(seat: Seat, panel: MajorPanel) -> None:
    fields = panel.declare.methane.fields
    assert "Church Road" in fields["location"].words and "25.00" in fields["location"].words
    assert (fields["incident_type"].words, fields["services"].words) == ("Structure fire", "E1, A1, P1")
    fields["casualties"].setPlainText("about ten")
    panel.declare.do_button.click()
    said = methane_now(major(seat))
    assert said["casualties"].text == "about ten" and "access" not in said
    assert not panel.declare.isVisible() and panel.strip.isVisible()
    assert panel.tabs["methane"].text() == "METHANE 6/7"


def test_only_a_role_that_may_declare_can(seat: Seat, panel: MajorPanel) -> None:
    seat.desk.set_who(Who("E1", "crew", "fire", "unit-E1"))
    assert not panel.declare.do_button.isEnabled()
    panel.declare.ask()  # by its key
    assert not seat.state.majors and panel.said.text()


def test_a_letter_is_said_anew_and_the_next_one_is_asked_for(seat: Seat, declared: MajorPanel, qtbot: QtBot) -> None:
    methane = page(declared, "methane", MethanePage)
    assert methane.sheet.letter == "location"
    methane.letters.take_key("hazards")
    methane.sheet.entry.setPlainText("gas")
    methane.sheet.do_button.click()
    assert methane_now(major(seat))["hazards"].text == "gas"
    assert methane.sheet.letter == "location" and not methane.sheet.entry.words
    methane.letters.take_key("hazards")
    methane.sheet.entry.setPlainText("gas <b>bottles</b>")
    qtbot.keyClick(methane.sheet.entry, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    methane.letters.take_key("hazards")
    assert [row.title for row in methane.earlier.rows] == ["gas"]
    row = next(row for row in methane.letters.rows if row.key == "hazards")
    assert row.detail == "gas <b>bottles</b>"


def test_what_somebody_else_records_never_overwrites_what_is_typed(seat: Seat, declared: MajorPanel) -> None:
    plan = page(declared, "plan", PlanPage)
    plan.sheet.parts["objectives"].setPlainText("Get everybody out\nHold the fire")
    seat.pass_time(5)
    seat.other(m.RecordObjectives(1, Plan(("Theirs",))))
    assert plan.sheet.parts["objectives"].words.startswith("Get everybody") and "bela" in plan.said.text()
    plan.sheet.do_button.click()
    assert plan_now(major(seat)).objectives == ("Theirs",)
    assert "objectives" in declared.said.text()
    plan.again_button.click()
    assert plan.sheet.parts["objectives"].words == "Theirs" and not plan.again_button.isVisible()
    plan.sheet.parts["objectives"].setPlainText("Theirs\nOurs")
    plan.sheet.do_button.click()
    assert plan_now(major(seat)).objectives == ("Theirs", "Ours")
    assert len(plan.versions.rows) == 2


def test_units_are_moved_into_sectors(seat: Seat, declared: MajorPanel) -> None:
    sectors = page(declared, "sectors", SectorsPage)
    sectors.new_button.click()
    sectors.sheet.do_button.click()
    assert "name" in declared.said.text() and sectors.sheet.isVisible()
    sectors.sheet.name.setText("North")
    sectors.sheet.supervisor.setText("Chief One")
    sectors.sheet.do_button.click()
    assert not sectors.sheet.isVisible() and not declared.said.text()
    (sector,) = major(seat).sectors
    assert (sector.name, sector.supervisor) == ("North", "Chief One")
    sectors.list.take_key(f"sector:{sector.id}")
    sectors.list.ticked.emit("unit:E1", True)
    assert sectors.move_button.text() == "Move 1 to North"
    sectors.move_button.click()
    assert units_in(seat.state, major(seat), major(seat).sectors[0]) == ("E1",)
    seat.desk.select(incident_id=1, unit_ids=("E1", "A1", "E2"))  # a group from the board
    assert sectors.ticked == ("E1", "A1")
    sectors.out_button.click()
    assert units_in(seat.state, major(seat), major(seat).sectors[0]) == ()
    assert sectors.ticked == ()


def test_what_changes_nothing_is_put_away_too(seat: Seat, declared: MajorPanel, qtbot: QtBot) -> None:
    seat.other(m.SetSector(1, "s", "North"))
    sectors = page(declared, "sectors", SectorsPage)
    sectors.list.take_key("sector:s")
    head = seat.log.head
    sectors.edit_button.click()
    sectors.sheet.do_button.click()
    qtbot.waitUntil(lambda: not sectors.sheet.isVisible())
    assert seat.log.head == head


def test_units_wait_in_staging(seat: Seat, declared: MajorPanel) -> None:
    stagings = page(declared, "stagings", StagingsPage)
    stagings.new_button.click()
    stagings.sheet.do_button.click()
    assert stagings.sheet.isVisible() and not major(seat).stagings  # it has no place yet
    seat.desk.place_wanted.emit(False)
    stagings.sheet.place.map_button.click()
    seat.desk.place_clicked.emit(25.01, 60.0)
    stagings.sheet.name.setText("Market")
    stagings.sheet.do_button.click()
    (staging,) = major(seat).stagings
    assert (staging.lon, staging.lat) == (25.01, 60.0)
    stagings.list.take_key(staging.id)
    for words in ("e2", "Engine from next town"):
        stagings.check_in.unit.setText(words)
        stagings.check_in.do_button.click()
    assert [each.unit_id for each in major(seat).stagings[0].units] == ["E2", "Engine from next town"]
    stagings.list.take_key(f"{staging.id}\tE2")
    stagings.out_button.click()
    assert [each.unit_id for each in major(seat).stagings[0].units] == ["Engine from next town"]
    stagings.list.take_key(staging.id)
    stagings.show_button.click()
    assert seat.gone_to[-1] == (25.01, 60.0)
    stagings.end_button.click()
    assert "Engine from next town" in declared.said.text()


def test_a_drawn_cordon_becomes_a_ring(seat: Seat, declared: MajorPanel, qtbot: QtBot) -> None:
    cordons = page(declared, "cordons", CordonsPage)
    with qtbot.waitSignal(declared.draw_cordon_wanted):
        cordons.draw_button.click()
    seat.other(DrawPerimeter(RING))
    cordons.list.take_key("ring")
    assert cordons.ring.choice == "inner"
    cordons.ring.choose("outer")
    cordons.link_button.click()
    assert [each.ring for each in major(seat).cordons] == ["outer"]
    assert cordons.list.rows[0].title == "Outer cordon"
    cordons.unlink_button.click()
    assert not major(seat).cordons


def test_casualties_are_counted_by_place_and_summed(seat: Seat, declared: MajorPanel) -> None:
    casualties = page(declared, "casualties", CasualtiesPage)
    for place, kind, immediate, missing in (("hall", "scene", "2", "1"), ("City hospital", "destination", "1", "")):
        casualties.sheet.place.setEditText(place)
        casualties.sheet.kind.choose(kind)
        casualties.sheet.counts["immediate"].setText(immediate)
        casualties.sheet.counts["missing"].setText(missing)
        casualties.sheet.do_button.click()
    assert total(counts_now(major(seat))) == Triage(immediate=3, missing=1)
    cells = [
        [casualties.table.item(row, column).text() for column in range(8)] for row in range(casualties.table.rowCount())
    ]
    assert cells[0][:2] == ["hall", "2"] and cells[-1][:2] == ["Σ everybody", "3"]
    casualties.table.cellClicked.emit(0, 0)
    assert casualties.sheet.place.currentText() == "hall" and casualties.sheet.counts["missing"].number == 1


def test_a_tick_is_taken_back_with_a_reason(seat: Seat, declared: MajorPanel) -> None:
    cards = page(declared, "cards", CardsPage)
    cards.take_role("medical")
    cards.sheet.holder.setText("Dr Lind")
    cards.sheet.do_button.click()
    assert roles_now(major(seat)) == {"medical": "Dr Lind"}
    assert "Dr Lind" in cards.role.currentText()
    cards.lines.ticked.emit("triage", True)
    assert ticked(major(seat), "medical", "triage") is not None
    assert declared.tabs["cards"].text().endswith("1/3")
    cards.lines.ticked.emit("triage", False)
    assert ticked(major(seat), "medical", "triage") is not None and cards.why.isVisible()
    cards.why.reason.setText("not yet")
    cards.why.do_button.click()
    assert ticked(major(seat), "medical", "triage") is None


def test_the_call_out_list_tells_who_comes_when(seat: Seat, declared: MajorPanel) -> None:
    calls = page(declared, "call_outs", CallOutsPage)
    calls.new_button.click()
    calls.ask_sheet.duty.setText("officer on duty")
    calls.ask_sheet.do_button.click()
    (asked,) = major(seat).call_outs
    calls.list.take_key(asked.id)
    calls.buttons["coming"].click()
    calls.answer_sheet.eta.setValue(15)
    calls.answer_sheet.do_button.click()
    assert calls.list.rows[0].right == "in 15 min"
    seat.pass_time(20 * 60)
    assert calls.list.rows[0].right == "5 min late"
    calls.buttons["arrived"].click()
    assert calls.badge() == ("1/1", "")


def test_a_roll_call_goes_from_one_to_the_next_and_the_missing_are_loud(seat: Seat, declared: MajorPanel) -> None:
    roll = page(declared, "roll", RollPage)
    roll.start_button.click()
    roll.list.take_key("party:unit:E1")
    roll.all_button.click()
    assert roll.list.current_key == "party:unit:A1"
    roll.sheet.missing.setText("2")
    assert "2 MISSING" in roll.sheet.do_button.text()
    roll.sheet.words.setText("in the cellar")
    roll.sheet.do_button.click()
    assert [each.count for each in major(seat).missing] == [2]
    assert declared.strip.missing_frame.isVisible() and "2 missing of A1" in declared.strip.missing.text()
    assert roll.list.rows[0].tone == "alarm" and declared.tabs["roll"].property("level") == "alarm"
    declared.strip.down_button.click()
    declared.why.reason.setText("over")
    declared.why.do_button.click()
    assert major(seat).is_declared and "2 missing" in declared.said.text()
    roll.list.take_key("missing:unit:A1")
    roll.resolve_button.click()
    roll.resolve_sheet.outcome.choose("found")
    roll.resolve_sheet.words.setText("came out at the back")
    roll.resolve_sheet.do_button.click()
    assert not major(seat).missing and not declared.strip.missing_frame.isVisible()


def test_clocks_that_are_due_pulse_until_they_are_answered(seat: Seat, declared: MajorPanel) -> None:
    strip = declared.strip
    seat.pass_time(9 * 60)
    assert (strip.elapsed.left.text(), strip.elapsed.left.property("level")) == ("1:00", "warning")
    seat.pass_time(2 * 60)
    seen = {strip.elapsed.property("level")}
    seat.pass_time(1)
    seen.add(strip.elapsed.property("level"))
    assert seen == {"alarm", ""} and strip.elapsed.left.property("level") == "alarm"
    seat.other(Tick(), who=Who("clock", "system"))
    strip.called_button.click()
    assert strip.elapsed.left.text() == "10:00"
    declared.strip.clocks_button.click()
    declared.clocks.elapsed.setValue(0)
    declared.clocks.do_button.click()
    assert major(seat).elapsed_min is None and strip.elapsed.left.text() == "off"
    assert not declared.clocks.isVisible()


def test_standing_down_and_declaring_again_need_a_reason(seat: Seat, declared: MajorPanel) -> None:
    declared.strip.down_button.click()
    assert not declared.why.do_button.isEnabled()
    declared.why.reason.setText("under control")
    declared.why.do_button.click()
    assert not major(seat).is_declared and "under control" in declared.strip.stage.text()
    declared.again_button.click()
    declared.declare.do_button.click()
    assert not major(seat).is_declared and declared.said.text()
    declared.declare.reason.setText("it spread")
    declared.declare.do_button.click()
    assert major(seat).is_declared and not declared.declare.isVisible()


def test_another_incident_in_hand_shows_its_own_and_offers_the_first(seat: Seat, declared: MajorPanel) -> None:
    other = seat.report("stray_dog", Location(25.0, 60.0, "Park"))
    seat.desk.select(incident_id=other)
    assert declared.declare.isVisible() and not declared.strip.isVisible()
    (back,) = declared.others.findChildren(QAbstractButton)
    back.click()
    assert seat.desk.selection.incident_id == 1 and declared.strip.isVisible()


def test_what_happens_behind_another_tab_is_there_when_it_is_seen(seat: Seat, declared: MajorPanel) -> None:
    casualties = page(declared, "casualties", CasualtiesPage)
    page(declared, "roll", RollPage)
    seat.other(m.CountCasualties(1, "hall", Triage(dead=1)))
    assert declared.tabs["casualties"].text() == "Casualties 1"
    declared.open_page("casualties")
    assert casualties.table.rowCount() == 1
    declared.hide()
    seat.other(m.CountCasualties(1, "yard", Triage(dead=1)))
    seat.other(m.AnswerRollCall(1, "E1", missing=1))
    declared.show()
    assert casualties.table.rowCount() == 3 and declared.strip.missing_frame.isVisible()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_everything_has_a_name_and_nothing_reads_html(seat: Seat, fire: int, qtbot: QtBot, language: str) -> None:
    seat.desk.language = language
    seat.other(m.DeclareMajorIncident(fire, Methane(hazards="<img src=x>")))
    seat.other(m.SetSector(fire, "s", "<b>North</b>", "\u202etxt", "x"))
    panel = MajorPanel(seat.desk)
    qtbot.addWidget(panel)
    panel.resize(400, 700)
    panel.show()
    for key in PAGES:
        panel.open_page(key)
        assert panel.minimumSizeHint().width() <= 400, key
    for label in panel.findChildren(QLabel):
        assert label.textFormat() is Qt.TextFormat.PlainText, label.text()
    for kind in (QAbstractButton, QComboBox, QLineEdit, QPlainTextEdit, QSpinBox):
        for made in panel.findChildren(kind):
            if made.focusPolicy() & Qt.FocusPolicy.TabFocus and made.objectName() != "qt_spinbox_lineedit":
                name = made.accessibleName() or (made.text() if isinstance(made, QAbstractButton) else "")
                assert name or isinstance(made.parent(), QComboBox), made
    sectors = panel.pages["sectors"]
    assert isinstance(sectors, SectorsPage)
    assert sectors.list.rows[0].title == "<b>North</b>" and "\u202e" not in sectors.list.rows[0].detail
