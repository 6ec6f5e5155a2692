"""The duties of what is in hand and of a whole department: rows, buttons, forms, refusals, by keys too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.panels.duties import ALL, HAND, DutiesPanel
from dispatch import duty_commands as d
from dispatch.clocks import URGENT, Limit
from dispatch.duties_file import SHIPPED, read_usual_duties
from dispatch.duty import DutyState
from dispatch.duty_commands import DutyDraft
from tests.app.duties.duty_seat import DutySeat
from tests.dispatch import case_town as t
from tests.dispatch.duty_story import FENCE, VALVE
from tests.dispatch.town import OBSERVER

S = DutyState


@pytest.fixture
def seat(qtbot: QtBot) -> Iterator[DutySeat]:
    made = DutySeat()
    yield made
    made.bridge.close()


@pytest.fixture
def panel(seat: DutySeat, qtbot: QtBot) -> DutiesPanel:
    made = DutiesPanel(seat.desk)
    qtbot.addWidget(made)
    made.usual.take(read_usual_duties(SHIPPED))
    made.resize(400, 700)
    made.show()
    return made


def keys(panel: DutiesPanel) -> list[str]:
    return [row.key for row in panel.list.rows]


def detail(panel: DutiesPanel, duty_id: int) -> str:
    return next(row.detail for row in panel.list.rows if row.key == f"duty:{duty_id}")


def shown(panel: DutiesPanel) -> set[type]:
    return {command for command, made in panel.buttons.items() if not made.isHidden()}


def test_one_click_gives_what_is_usual_with_what_comes_first(seat: DutySeat, panel: DutiesPanel) -> None:
    assert panel.usual_button.text().startswith("Give") and not panel.usual_button.isHidden()
    panel.usual_button.click()
    codes = [duty.code for duty in seat.state.duties.values()]
    assert codes == ["divert_traffic", "shut_valve", "fence_hole", "repair_main", "restore_road"]
    repair = seat.duty(4)
    assert repair.state is S.WAITING and repair.depends_on == (2, 3)
    assert panel.usual_button.isHidden(), "nothing is usual that was not given"
    assert detail(panel, 4).startswith("Waits for 2 Shut the valve")


def test_a_tick_taken_out_leaves_one_out(seat: DutySeat, panel: DutiesPanel) -> None:
    panel.list.ticked.emit("usual:divert_traffic", False)
    panel.give_usual()
    assert "divert_traffic" not in [duty.code for duty in seat.state.duties.values()]
    assert "usual:divert_traffic" in keys(panel)


def test_rows_stand_under_their_department_and_say_what_keeps_them(seat: DutySeat, panel: DutiesPanel) -> None:
    seat.give(VALVE, FENCE)
    assert [key for key in keys(panel) if not key.startswith("usual")] == ["of:urban", "duty:2", "of:water", "duty:1"]
    assert "Waits for 1 shut the valve" in detail(panel, 2)
    seat.now += timedelta(hours=1, minutes=5)
    seat.tick()
    late = next(row for row in panel.list.rows if row.key == "duty:1")
    assert late.tone == "alarm" and "overdue" in late.right


def test_a_department_accepts_by_one_key_and_hands_back_with_its_reason(
    seat: DutySeat, panel: DutiesPanel, qtbot: QtBot
) -> None:
    seat.give(VALVE)
    seat.desk.set_who(t.WATER_OFFICER)
    assert panel.page == ALL and panel.foot.isHidden()
    panel.take_duty(1)
    assert shown(panel) == {d.AcceptDuty, d.HandBackDuty}
    panel.act(d.HandBackDuty)
    form = panel.move_forms[d.HandBackDuty]
    assert not form.isHidden() and not form.do_button.isEnabled() and form.behalf is not None
    assert form.behalf.isHidden(), "a department needs nobody to speak for it"
    assert form.reason is not None
    qtbot.keyClicks(form.reason, "not our pipe")
    qtbot.keyClick(form.reason, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert seat.duty().state is S.HANDED_BACK and form.isHidden()
    assert "not our pipe" in detail(panel, 1)


def test_the_desk_says_who_told_it_and_is_not_asked_twice(seat: DutySeat, panel: DutiesPanel) -> None:
    seat.give(VALVE)
    panel.take_duty(1)
    panel.act(d.AcceptDuty)
    form = panel.move_forms[d.AcceptDuty]
    assert form.behalf is not None and not form.behalf.isHidden() and not form.do_button.isEnabled()
    form.behalf.setPlainText("foreman by telephone")
    form.do_button.click()
    assert seat.duty().state is S.ACCEPTED and seat.duty().steps[-1].on_behalf == "foreman by telephone"
    panel.act(d.ReportDutyDone)
    done = panel.move_forms[d.ReportDutyDone]
    assert done.behalf is not None and done.behalf.words == "foreman by telephone"
    done.do_button.click()
    assert seat.duty().state is S.DONE
    panel.buttons[d.ConfirmDuty].click()
    assert seat.duty().state is S.CONFIRMED and not shown(panel)


@pytest.mark.parametrize("state", S)
def test_every_button_of_every_state_does_what_it_says(
    state: DutyState, seat: DutySeat, panel: DutiesPanel, qtbot: QtBot
) -> None:
    seat.bring(state)
    for command in list(shown(panel) if panel.take_duty(1) is None else ()):
        before = seat.duty()
        panel.take_duty(1)
        panel.act(command)
        form = panel.move_forms.get(command)
        if form is None or form.isHidden():
            assert seat.duty() != before
            return
        for words in (form.reason, form.behalf):
            if words is not None and not words.isHidden():
                words.setPlainText("because")
        if form.department is not None:
            form.department.setCurrentIndex(form.department.findData("police"))
        if form.before is not None and form.before.buttons:
            next(iter(form.before.buttons.values())).toggle()
        assert form.do_button.isEnabled(), command.__name__
        form.left.emit()
        assert form.isHidden() and seat.duty() == before, "given up"


def test_a_duty_by_hand_waits_for_another(seat: DutySeat, panel: DutiesPanel, qtbot: QtBot) -> None:
    seat.give(VALVE)
    panel.give()
    form = panel.give_form
    assert form.what.hasFocus() or form.isAncestorOf(panel.focusWidget() or panel)
    assert form.department.department == "water", "whoever leads is usual"
    qtbot.keyClicks(form.what, "pump the cellar")
    form.before.buttons[1].click()
    qtbot.keyClick(form.what, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    made = seat.duty(2)
    assert (made.text, made.department, made.depends_on, made.state) == ("pump the cellar", "water", (1,), S.WAITING)
    assert form.isHidden()


def test_another_department_leads_with_a_reason(seat: DutySeat, panel: DutiesPanel) -> None:
    assert panel.lead.text() == "Leads: Water Works"
    panel.lead_button.click()
    form = panel.lead_form
    assert not form.do_button.isEnabled()
    form.department.setCurrentIndex(form.department.findData("police"))
    form.reason.setPlainText("the junction is blocked")
    form.do_button.click()
    assert panel.lead.text() == "Leads: Police" and form.isHidden()


def test_what_others_did_meanwhile_is_said_in_place_and_the_words_stay(seat: DutySeat, panel: DutiesPanel) -> None:
    seat.give(VALVE)
    panel.take_duty(1)
    panel.act(d.CancelDuty)
    form = panel.move_forms[d.CancelDuty]
    assert form.reason is not None
    form.reason.setPlainText("not needed")
    seen = seat.desk.state
    seat.act(d.AcceptDuty(1), t.WATER_OFFICER)
    seat.desk.state = seen  # what the other did has not come to this desk yet
    form.do_button.click()
    assert "touched meanwhile" in panel.said.text() and form.reason.words == "not needed" and not form.isHidden()


def test_all_open_ones_by_deadline_take_their_incident_in_hand(seat: DutySeat, panel: DutiesPanel) -> None:
    seat.give(replace(VALVE, limit=None), replace(FENCE, after=()))
    seat.desk.select()
    assert panel.about.text() == "No incident or case in hand" and not panel.list.rows
    panel.open_page(ALL)
    assert keys(panel) == ["duty:2", "duty:1"], "what has no clock stands last"
    assert "Incident 1" in detail(panel, 2)
    panel.list.take_key("duty:2")
    panel.list.chosen.emit("duty:2")
    assert seat.desk.selection.incident_id == 1 and panel.page == ALL
    panel.department.setCurrentIndex(panel.department.findData("water"))
    assert keys(panel) == ["duty:1"]


def test_what_is_overdue_stands_first_then_what_waits_for_the_desk(seat: DutySeat, panel: DutiesPanel) -> None:
    hour = VALVE.limit
    seat.give(
        DutyDraft("later", "police", limit=Limit(URGENT, 5)),
        DutyDraft("back", "urban"),
        DutyDraft("soon", "fire", limit=hour),
        DutyDraft("sooner", "water", limit=Limit(URGENT, 0.5)),
    )
    seat.act(d.HandBackDuty(2, "no"), t.OFFICER)
    seat.now += timedelta(minutes=70)
    seat.tick()
    panel.open_page(ALL)
    assert keys(panel) == ["duty:4", "duty:3", "duty:2", "duty:1"]


def test_a_case_has_duties_too(seat: DutySeat, panel: DutiesPanel) -> None:
    number = seat.report_case()
    seat.desk.select(case_id=number)
    assert panel.page == HAND and panel.about.text().startswith(f"Case {number}") and panel.lead_line.isHidden()
    panel.give()
    panel.give_form.what.setPlainText("take it away")
    panel.give_form.department.setCurrentIndex(panel.give_form.department.findData("urban"))
    panel.give_form.do_button.click()
    assert seat.duty().case_id == number and f"duty:{seat.duty().id}" in keys(panel)


def test_who_only_looks_has_no_buttons(seat: DutySeat, panel: DutiesPanel) -> None:
    seat.give(VALVE)
    seat.desk.set_who(OBSERVER)
    panel.take_duty(1)
    assert not shown(panel) and panel.foot.isHidden() and panel.lead_button.isHidden()


def test_nothing_from_outside_takes_the_focus(seat: DutySeat, panel: DutiesPanel, qtbot: QtBot) -> None:
    window, elsewhere = QWidget(), QLineEdit()
    qtbot.addWidget(window)
    inside = QVBoxLayout(window)
    inside.addWidget(panel)
    inside.addWidget(elsewhere)
    window.show()
    window.activateWindow()
    elsewhere.setFocus()
    seat.give(VALVE, FENCE)
    seat.act(d.HandBackDuty(1, "no"), t.WATER_OFFICER)
    seat.pass_time(5_000)
    assert window.focusWidget() is elsewhere
    panel.setParent(None)
