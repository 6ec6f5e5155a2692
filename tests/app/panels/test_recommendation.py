"""What the recommendation shows, what the operator may depart from, and that exactly that is sent."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.desk import Draft
from app.panels.recommendation import RecommendationPanel
from app.parts.row import Row
from app.sending.choosing import Choosing
from app.sending.reasons import floor_words
from app.sending.sending import Sending
from dispatch.commands import ReportStatus
from dispatch.events import AlarmRaised, UnitAssigned
from dispatch.incident import OrderState
from dispatch.recommendation import Eta, Reason
from resources.status import Status
from tests.app.panels.seat import Seat
from tests.dispatch.town import crossing


@pytest.fixture
def panel(seat: Seat, qtbot: QtBot) -> RecommendationPanel:
    made = RecommendationPanel(seat.desk)
    qtbot.addWidget(made)
    made.resize(400, 420)
    made.show()
    return made


@pytest.fixture
def fire(seat: Seat, panel: RecommendationPanel) -> int:
    number = seat.report("structure_fire", crossing(1, 1))
    seat.desk.select(incident_id=number)
    return number


def row(panel: RecommendationPanel, key: str) -> Row:
    return next(row for row in panel.list.rows if row.key == key)


def ticked(panel: RecommendationPanel) -> list[str]:
    return [row.key for row in panel.list.rows if row.check]


def sent(seat: Seat) -> list[str]:
    return [event.unit_id for event in seat.bodies(UnitAssigned)]


def test_each_unit_stands_under_its_need_with_its_time_in_parts(
    seat: Seat, panel: RecommendationPanel, fire: int
) -> None:
    answer = seat.desk.recommendation
    assert answer is not None
    for one in answer.chosen:
        shown = row(panel, one.unit_id)
        assert "turnout 1:20" in shown.detail or one.department != "fire"
        assert shown.check
        assert "\n" in shown.detail  # the reason, then the parts
    assert "structure" in panel.title.text().casefold()
    assert panel.list.rows[0].is_heading


def test_an_estimate_is_marked_and_a_dead_planner_said(seat: Seat, panel: RecommendationPanel, fire: int) -> None:
    assert "planner is down" in panel.banner.text()
    seat.desk.figures.planner_is_up = True
    seat.desk.figures_changed.emit(seat.desk.figures)
    assert "Straight-line" in panel.banner.text() and "down" not in panel.banner.text()
    assert all(row(panel, one).badge == "straight line" for one in ticked(panel))


def test_what_is_ticked_is_sent_and_nothing_else(seat: Seat, panel: RecommendationPanel, fire: int) -> None:
    shown = ticked(panel)
    panel.send_shown()
    assert sent(seat) == shown
    answer_hashes = {event.recommendation for event in seat.bodies(UnitAssigned)}
    assert len(answer_hashes) == 1 and answer_hashes != {""}
    assert all(event.eta_s for event in seat.bodies(UnitAssigned))


def test_departing_needs_a_reason_which_is_kept(seat: Seat, panel: RecommendationPanel, fire: int) -> None:
    first, *rest = ticked(panel)
    panel.others_button.setChecked(True)
    Choosing.of(seat.desk).tick(first, False)
    other = next(r.key for r in panel.list.rows if r.check is False and r.key != first)
    Choosing.of(seat.desk).tick(other, True)
    assert panel.reason.isVisible()
    panel.send_shown()
    assert not sent(seat)
    assert "reason" in panel.said.text()
    panel.reason.setEditText("Local knowledge")
    panel.send_shown()
    assert sorted(sent(seat)) == sorted([*rest, other])
    assert {event.override_reason for event in seat.bodies(UnitAssigned)} == {"Local knowledge"}
    assert first not in ticked(panel)  # not offered to the next press of F12


def test_an_added_unit_alone_carries_the_reason(seat: Seat, panel: RecommendationPanel, fire: int) -> None:
    panel.why.setText("L1")
    Choosing.of(seat.desk).tick("L1", True)
    panel.reason.setEditText("High building")
    panel.send_shown()
    reasons = {event.unit_id: event.override_reason for event in seat.bodies(UnitAssigned)}
    assert reasons.pop("L1") == "High building"
    assert set(reasons.values()) == {""}


def test_space_ticks_the_row_in_hand(panel: RecommendationPanel, fire: int, qtbot: QtBot) -> None:
    first = ticked(panel)[0]
    panel.list.take_key(first)
    qtbot.keyClick(panel.list, Qt.Key.Key_Space)
    assert first not in ticked(panel)
    qtbot.keyClick(panel.list, Qt.Key.Key_Space)
    assert first in ticked(panel)


def test_the_panel_is_driven_by_keys(seat: Seat, panel: RecommendationPanel, fire: int, qtbot: QtBot) -> None:
    panel.activateWindow()
    qtbot.waitUntil(panel.isActiveWindow)
    qtbot.keyClick(panel, Qt.Key.Key_O, Qt.KeyboardModifier.AltModifier)
    assert panel.others_button.isChecked()
    qtbot.keyClick(panel, Qt.Key.Key_L, Qt.KeyboardModifier.AltModifier)
    assert seat.state.incidents[fire].alarm_level == 2
    shown = ticked(panel)
    qtbot.keyClick(panel, Qt.Key.Key_S, Qt.KeyboardModifier.AltModifier)
    assert sent(seat) == shown


def test_why_not_is_answered_by_typing_the_unit(seat: Seat, panel: RecommendationPanel, fire: int) -> None:
    seat.other(ReportStatus("L1", Status.OUT_OF_SERVICE, reason="flat tyre"))
    panel.why.setText("l1")
    shown = row(panel, "L1")
    assert "Out of service: flat tyre" in shown.detail
    assert shown.check is None


def test_a_missing_unit_is_said_with_why(seat: Seat, panel: RecommendationPanel, fire: int) -> None:
    for unit_id in ("E1", "E2"):
        seat.other(ReportStatus(unit_id, Status.OUT_OF_SERVICE, reason="workshop"))
    gap = row(panel, "unmet:engine")
    assert gap.tone == "alarm" and gap.mark == "!"
    assert "1 × engine missing" in gap.title
    assert "out of service" in gap.detail


def test_an_optional_gap_is_calm(seat: Seat, panel: RecommendationPanel, fire: int) -> None:
    for unit_id in ("P1", "P2"):
        seat.other(ReportStatus(unit_id, Status.OUT_OF_SERVICE, reason="break"))
    assert row(panel, "unmet:patrol").tone == "muted"


def test_a_unit_gone_since_is_marked_and_not_sent(seat: Seat, panel: RecommendationPanel, fire: int) -> None:
    first, *rest = ticked(panel)
    seat.answers = False  # the planner has not answered anew yet
    number = seat.report("stray_dog", crossing(0, 0))
    seat.assign(number, first)
    assert "no longer free" in row(panel, first).badge
    assert first in panel.banner.text()
    panel.send_shown()
    assert sent(seat)[1:] == rest


def test_a_time_that_moved_is_marked(seat: Seat, panel: RecommendationPanel, fire: int) -> None:
    answer = seat.desk.recommendation
    assert answer is not None
    slower = tuple(replace(one, eta=Eta(80, one.eta.travel_s + 120), is_estimate=False) for one in answer.chosen)
    seat.desk.recommendation = replace(answer, chosen=slower, is_estimate=False)
    seat.desk.recommendation_changed.emit(seat.desk.recommendation)
    assert row(panel, answer.chosen[0].unit_id).badge.startswith("was ")


def test_ticks_outlive_a_refresh_of_the_same_answer(seat: Seat, panel: RecommendationPanel, fire: int) -> None:
    first = ticked(panel)[0]
    Choosing.of(seat.desk).tick(first, False)
    seat.pass_time(5)
    seat.ask()
    assert first not in ticked(panel)
    seat.desk.select(incident_id=seat.report("structure_fire", crossing(0, 2)))
    assert first in ticked(panel)  # another incident, another question


def test_units_on_their_way_count_down_and_say_their_order(seat: Seat, panel: RecommendationPanel, fire: int) -> None:
    seat.assign(fire, "E1", eta_s=240)
    seat.pass_time(60)
    assert row(panel, "sent:E1").right == "in 3:00"
    seat.status("E1", Status.ACKNOWLEDGED)
    assert "acknowledged" in row(panel, "sent:E1").detail
    seat.pass_time(200)
    assert row(panel, "sent:E1").right == "0:20 over"
    seat.status("E1", Status.ON_SCENE)
    seat.pass_time(65)
    assert row(panel, "sent:E1").right == "on scene 1:05"
    assert seat.state.assignments[seat.state.units["E1"].assignment_id].order_state is OrderState.ACKNOWLEDGED


def test_the_level_rises_for_an_incident_and_for_a_draft(seat: Seat, panel: RecommendationPanel, fire: int) -> None:
    panel.raise_button.click()
    assert [event.alarm_level for event in seat.bodies(AlarmRaised)] == [2]
    assert not panel.raise_button.isEnabled()  # the town's card has two levels
    assert "2 " in panel.list.rows[0].title or any("level 2" in r.title for r in panel.list.rows if r.is_heading)
    seat.desk.set_draft(Draft(location=crossing(0, 0), kind="structure_fire", call_id="c"))
    panel.raise_button.click()
    assert seat.desk.draft is not None and seat.desk.draft.alarm_level == 2


def test_an_answer_to_another_question_is_not_shown(seat: Seat, panel: RecommendationPanel, fire: int) -> None:
    seat.answers = False
    seat.desk.set_draft(Draft(location=crossing(0, 0), kind="stray_dog", call_id="c"))
    assert not ticked(panel)
    assert Choosing.of(seat.desk).choices() == ()


def test_a_failed_send_is_said_where_the_operator_looks(seat: Seat, panel: RecommendationPanel, fire: int) -> None:
    seat.desk.submit = lambda command: seat.desk.failed.emit(command, "disk full")
    panel.send_shown()
    assert "disk full" in panel.said.text()
    assert not Sending.of(seat.desk).is_busy


def test_hostile_words_stay_plain(seat: Seat, panel: RecommendationPanel, fire: int) -> None:
    seat.other(ReportStatus("L1", Status.OUT_OF_SERVICE, reason="<img src=x>\u202e\n${x}"))
    panel.why.setText("L1")
    assert "<img src=x> ${x}" in row(panel, "L1").detail
    panel.grab()


def test_the_rows_take_the_height_that_their_words_need(panel: RecommendationPanel, fire: int) -> None:
    narrow = [panel.list.sizeHintForRow(number) for number in range(len(panel.list.rows))]
    panel.resize(900, 420)
    wide = [panel.list.sizeHintForRow(number) for number in range(len(panel.list.rows))]
    assert sum(narrow) >= sum(wide)


@pytest.mark.parametrize(("ahead_s", "said"), [(0.3, "hardly later"), (0.6, "0:01 later"), (71.0, "1:11 later")])
def test_nobody_is_said_to_be_no_time_later(seat: Seat, ahead_s: float, said: str) -> None:
    parameters = (("rank", 1), ("of", 4), ("runner_up", "E2"), ("ahead_s", ahead_s))
    assert said in floor_words(Reason("nearest_suitable", parameters), seat.desk)
