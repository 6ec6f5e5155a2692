"""What stands in sight, what opens and closes, and what becomes of what was typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from dispatch import case_commands as k
from dispatch.case import CaseStage
from dispatch.commands import Command
from dispatch.refused import Refused
from tests.app.case_forms.conftest import CaseSeat, Shown
from tests.dispatch.case_town import ACCEPTOR, CHECKER, COLLECTOR, DISPATCHER, OFFICER, WALK, WATER_OFFICER, photo
from tests.dispatch.town import OBSERVER, SUPERVISOR

S = CaseStage


def test_a_merge_begins_with_a_case_chosen_elsewhere(seat: CaseSeat, shown: Shown) -> None:
    seat.report_case()
    seat.report_case()
    seat.sit(ACCEPTOR)
    actions = shown(seat)
    actions.open("merge", into=2)
    form: Any = actions.form
    assert form.other.text() == "2"
    form.do_button.click()
    assert seat.sent == [k.MergeCase(1, 2)]
    actions.open("merge", into=2)
    assert actions.form is None


def test_no_case_no_buttons(seat: CaseSeat, shown: Shown) -> None:
    actions = shown(seat)
    assert actions.buttons == {}
    assert actions.row.isHidden()


def test_the_usual_step_is_the_one_primary_button(seat: CaseSeat, shown: Shown) -> None:
    seat.report_case()
    seat.sit(ACCEPTOR)
    actions = shown(seat)
    primary = [command for command, made in actions.buttons.items() if made.property("role") == "primary"]
    assert primary == [k.AcceptCase]
    assert isinstance(actions.buttons[k.AcceptCase], QPushButton)
    assert actions.buttons[k.EscalateCase].isVisible()
    assert not actions.buttons[k.PauseCase].isVisible()
    actions.more_button.click()
    assert actions.buttons[k.PauseCase].isVisible()


def test_a_key_opens_the_next_step_and_another_does_it(seat: CaseSeat, shown: Shown, qtbot: QtBot) -> None:
    seat.report_case()
    seat.sit(ACCEPTOR)
    actions = shown(seat)
    qtbot.keyClick(actions, Qt.Key.Key_Return, Qt.KeyboardModifier.AltModifier)
    form: Any = actions.form
    assert form.command is k.AcceptCase
    qtbot.keyClick(actions.focusWidget(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert seat.case().stage is S.VERIFY


def test_who_may_do_nothing_sees_nothing(seat: CaseSeat, shown: Shown) -> None:
    seat.report_case()
    seat.walk(S.HANDLE)
    seat.sit(OBSERVER)
    actions = shown(seat)
    assert actions.buttons == {}
    seat.sit(WATER_OFFICER)
    assert actions.buttons == {}
    seat.sit(OFFICER)
    assert k.ReportHandled in actions.buttons


def test_a_rule_in_the_way_is_said_in_sight_and_where_the_mouse_rests(seat: CaseSeat, shown: Shown) -> None:
    seat.report_case("rubbish", "patrol")
    seat.walk(S.FILE)
    seat.sit(ACCEPTOR)
    actions = shown(seat)
    made = actions.buttons[k.FileCase]
    assert made.isVisible() and not made.isEnabled()
    assert "0 of 1 photographs" in made.toolTip()
    assert "0 of 1 photographs" in actions.why_not.text()
    seat.other(k.AddEvidence(1, (photo("before"),)), who=COLLECTOR)
    assert actions.buttons[k.FileCase].isEnabled()
    assert actions.why_not.isHidden()


def test_a_form_takes_the_room_and_gives_it_back(seat: CaseSeat, shown: Shown, qtbot: QtBot) -> None:
    seat.report_case()
    seat.sit(ACCEPTOR)
    actions = shown(seat)
    told: list[bool] = []
    actions.working.connect(told.append)
    actions.open_form(k.DeclineCase)
    assert told == [True]
    assert actions.row.isHidden()
    form: Any = actions.form
    qtbot.keyClick(form.entry, Qt.Key.Key_Escape)
    assert told == [True, False]
    assert actions.form is None and form.isHidden()
    assert actions.row.isVisible()
    assert not seat.sent


def test_a_refusal_is_said_in_place_and_what_was_typed_stays(seat: CaseSeat, shown: Shown) -> None:
    seat.report_case()
    seat.sit(ACCEPTOR)
    actions = shown(seat)
    actions.open_form(k.DeclineCase)
    form: Any = actions.form
    form.entry.setPlainText("a joke")
    sent: list[Command] = []
    seat.desk.submit = sent.append
    form.do_button.click()
    seat.desk.refused.emit(sent[0], Refused("case_unknown", case_id=1))
    assert actions.said.text() == "There is no case 1."
    assert actions.form is form and form.entry.toPlainText() == "a joke"
    seat.desk.refused.emit(replace(sent[0], id="somebody else's"), Refused("case_unknown", case_id=99))
    assert "99" not in actions.said.text()


def test_somebody_elses_step_leaves_the_form_and_its_words(seat: CaseSeat, shown: Shown) -> None:
    seat.report_case()
    seat.sit(ACCEPTOR)
    actions = shown(seat)
    actions.open_form(k.DeclineCase)
    form: Any = actions.form
    form.entry.setPlainText("a joke")
    seat.other(k.AcceptCase(1), who=replace(ACCEPTOR, actor="eve", seat="seat-99"))
    assert actions.form is form and form.entry.toPlainText() == "a joke"
    assert "Verify" in actions.said.text()
    assert not form.do_button.isEnabled()


def test_another_case_in_hand_begins_anew(seat: CaseSeat, shown: Shown) -> None:
    seat.report_case()
    seat.report_case()
    seat.sit(ACCEPTOR)
    actions = shown(seat)
    actions.open_form(k.DeclineCase)
    actions.show_case(seat.state.cases[2])
    assert actions.form is None
    actions.open_form(k.DeclineCase)
    form: Any = actions.form
    assert form.entry.toPlainText() == ""
    actions.show_case(None)
    assert actions.form is None and actions.buttons == {}


def test_nothing_from_outside_takes_the_focus(seat: CaseSeat, shown: Shown, qtbot: QtBot) -> None:
    seat.report_case()
    seat.sit(DISPATCHER)
    actions = shown(seat)
    assert actions.focusWidget() is None
    seat.other(k.AcceptCase(1), who=replace(ACCEPTOR, seat="seat-99"))
    seat.walk(S.DISPATCH)
    assert k.DispatchCase in actions.buttons
    assert actions.focusWidget() is None


def test_a_case_goes_round_the_loop_by_its_primary_buttons_alone(
    seat: CaseSeat, shown: Shown, qtbot: QtBot, picture: Callable[..., Path]
) -> None:
    seat.report_case()
    actions = shown(seat)
    people = (ACCEPTOR, COLLECTOR, ACCEPTOR, DISPATCHER, OFFICER, DISPATCHER, CHECKER, SUPERVISOR, ACCEPTOR)
    been = []
    for who in people:
        been.append(seat.case().stage)
        seat.sit(replace(who, seat="seat-1"))
        (primary,) = (made for made in actions.buttons.values() if made.property("role") == "primary")
        primary.click()
        form: Any = actions.form
        if been[-1] in (S.VERIFY, S.HANDLE):
            assert not form.do_button.isEnabled()
            form.photos.take([picture()])
            qtbot.waitUntil(lambda form=form: not form.photos.is_busy)
        form.do_button.click()
        assert actions.form is None, actions.said.text()
    assert been == [*WALK]
    assert seat.case().told


def test_what_falls_due_meanwhile_is_asked_anew(seat: CaseSeat, shown: Shown) -> None:
    seat.report_case()
    seat.walk(CaseStage.HANDLE)
    seat.sit(OFFICER)
    actions = shown(seat)
    assert actions.buttons[k.AskExtension].isEnabled()
    due = seat.case().visit.due_at
    assert due is not None
    actions.open_form(k.AskExtension)
    form = actions.form
    assert form is not None
    form.entry.setPlainText("the lorry is late")
    assert form.do_button.isEnabled()
    seat.pass_time((due - seat.now).total_seconds() - 1)
    assert form.do_button.isEnabled()
    seat.pass_time(2)
    assert not form.do_button.isEnabled() and form.missing.text()
    actions.close_form()
    assert not actions.buttons[k.AskExtension].isEnabled()


def test_a_second_that_changes_nothing_asks_nothing(
    seat: CaseSeat, shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    seat.report_case()
    actions = shown(seat)
    asked: list[object] = []
    monkeypatch.setattr(actions, "_offer", lambda: asked.append(1))
    seat.pass_time(1)
    assert asked == []
