"""Keys in the list of who should go: swap a unit, find one by its call sign, send; and what has changed is marked."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.panels.recommendation import RecommendationPanel
from app.parts.row import Row
from app.sending.choosing import Choosing
from dispatch.commands import AssignUnits, ChangeAlarmLevel, Choice, HoldUnit, LoadRunCards, ReportStatus
from dispatch.events import UnitAssigned
from dispatch.recommend import straight_line
from dispatch.recommendation import Chosen, Eta, Reason
from dispatch.runcard import RunCards
from resources.status import Status
from tests.app.panels.seat import Seat
from tests.dispatch.town import ADMINISTRATOR, RUN_CARDS, crossing

KEY = Qt.Key


@pytest.fixture
def panel(seat: Seat, qtbot: QtBot) -> RecommendationPanel:
    made = RecommendationPanel(seat.desk)
    qtbot.addWidget(made)
    made.resize(400, 620)
    made.show()
    return made


@pytest.fixture
def fire(seat: Seat, panel: RecommendationPanel) -> int:
    """A structure fire in hand."""
    number = seat.report("structure_fire", crossing(1, 1))
    seat.desk.select(incident_id=number)
    return number


def row(panel: RecommendationPanel, key: str) -> Row:
    return next(row for row in panel.list.rows if row.key == key)


def ticked(panel: RecommendationPanel) -> list[str]:
    return [row.key for row in panel.list.rows if row.check]


def sent(seat: Seat) -> dict[str, UnitAssigned]:
    return {event.unit_id: event for event in seat.bodies(UnitAssigned)}


def of_need(seat: Seat, need_id: str) -> str:
    answer = seat.desk.recommendation
    assert answer is not None
    return next(one.unit_id for one in answer.chosen if one.need_id == need_id)


def test_arrows_put_the_next_best_unit_in_the_place_and_back(
    seat: Seat, panel: RecommendationPanel, fire: int, qtbot: QtBot
) -> None:
    first = of_need(seat, "engine")
    other = {"E1": "E2", "E2": "E1"}[first]
    panel.list.take_key(first)
    qtbot.keyClick(panel.list, KEY.Key_Right)
    assert panel.list.current_key == other
    assert other in ticked(panel) and first not in ticked(panel)
    assert first in row(panel, other).badge  # later than, or instead of
    qtbot.keyClick(panel.list, KEY.Key_Right)
    assert panel.list.current_key == other and "no other unit" in panel.said.text()
    qtbot.keyClick(panel.list, KEY.Key_Left)
    assert panel.list.current_key == first and other not in ticked(panel)
    assert not Choosing.of(seat.desk).departs


def test_a_swap_is_sent_for_its_need_with_the_reason(
    seat: Seat, panel: RecommendationPanel, fire: int, qtbot: QtBot
) -> None:
    first = of_need(seat, "engine")
    panel.list.take_key(first)
    qtbot.keyClick(panel.list, KEY.Key_Right)
    other = panel.list.current_key
    qtbot.keyClick(panel.list, KEY.Key_Return)
    assert not sent(seat) and "reason" in panel.said.text()  # the field asks, and Enter there sends nothing
    panel.reason.setEditText("Already nearby")
    qtbot.keyClick(panel.reason.lineEdit(), KEY.Key_Return)
    assert not sent(seat)
    qtbot.keyClick(panel.list, KEY.Key_Return)
    event = sent(seat)[other]
    assert (event.need_id, event.override_reason) == ("engine", "Already nearby")
    assert event.eta_s and first not in sent(seat)
    assert {one.override_reason for unit, one in sent(seat).items() if unit != other} == {""}


def test_space_takes_a_swapped_unit_out(seat: Seat, panel: RecommendationPanel, fire: int, qtbot: QtBot) -> None:
    panel.list.take_key(of_need(seat, "engine"))
    qtbot.keyClick(panel.list, KEY.Key_Right)
    other = panel.list.current_key
    qtbot.keyClick(panel.list, KEY.Key_Space)
    assert row(panel, other).check is False
    assert other not in {choice.unit_id for choice in Choosing.of(seat.desk).choices()}
    qtbot.keyClick(panel.list, KEY.Key_Space)
    assert row(panel, other).check is True


def test_a_call_sign_that_is_typed_swaps_in_that_unit(
    seat: Seat, panel: RecommendationPanel, fire: int, qtbot: QtBot
) -> None:
    first = of_need(seat, "engine")
    other = {"E1": "E2", "E2": "E1"}[first]
    panel.list.take_key(first)
    panel.list.setFocus()
    qtbot.keyClicks(panel.list, "e")
    assert panel.why.text() == "e"
    qtbot.keyClicks(panel.why, other[1:])
    qtbot.keyClick(panel.why, KEY.Key_Return)
    assert panel.list.current_key == other and not panel.why.text() and not sent(seat)


def test_a_call_sign_that_does_not_fit_is_looked_at_instead(
    seat: Seat, panel: RecommendationPanel, fire: int, qtbot: QtBot
) -> None:
    panel.list.take_key(of_need(seat, "engine"))
    panel.why.setText("W1")
    qtbot.keyClick(panel.why, KEY.Key_Return)
    assert panel.list.current_key == "W1"
    assert row(panel, "W1").check is False and not Choosing.of(seat.desk).swapped


def test_enter_sends_exactly_what_is_ticked(seat: Seat, panel: RecommendationPanel, fire: int, qtbot: QtBot) -> None:
    shown = ticked(panel)
    qtbot.keyClick(panel.list, KEY.Key_Return)
    assert list(sent(seat)) == shown


def test_a_swap_outlives_a_refresh_also_where_another_unit_is_recommended(
    seat: Seat, panel: RecommendationPanel, fire: int, qtbot: QtBot
) -> None:
    first = of_need(seat, "als")
    other = {"A1": "A2", "A2": "A1"}[first]
    panel.list.take_key(first)
    qtbot.keyClick(panel.list, KEY.Key_Right)
    assert panel.list.current_key == other
    seat.pass_time(5)
    seat.ask()
    assert other in ticked(panel) and first not in ticked(panel)
    seat.other(ReportStatus(first, Status.OUT_OF_SERVICE, reason="tyre"))
    assert other in ticked(panel)  # it is recommended itself by now
    assert not Choosing.of(seat.desk).swapped


def test_a_swapped_unit_that_somebody_else_takes_is_marked_and_does_not_go(
    seat: Seat, panel: RecommendationPanel, fire: int, qtbot: QtBot
) -> None:
    first = of_need(seat, "engine")
    panel.list.take_key(first)
    qtbot.keyClick(panel.list, KEY.Key_Right)
    other = panel.list.current_key
    elsewhere = seat.report("structure_fire", crossing(2, 2))
    seat.desk.select(incident_id=fire)
    panel.list.take_key(first)
    qtbot.keyClick(panel.list, KEY.Key_Right)
    seat.other(AssignUnits(elsewhere, (Choice(other, "engine", override_reason="nearer"),)))
    gone = row(panel, other)
    assert gone.badge.startswith("\u25b2") and "no longer free" in gone.badge and gone.tone == "warn" and not gone.check
    assert not gone.right and other not in {one.unit_id for one in Choosing.of(seat.desk).choices()}


def test_what_is_held_since_is_marked_by_shape_and_word_and_goes_only_with_a_reason(
    seat: Seat, panel: RecommendationPanel, fire: int, qtbot: QtBot
) -> None:
    first = of_need(seat, "engine")
    seat.answers = False
    seat.other(HoldUnit(first, "for the stadium"))
    shown = row(panel, first)
    assert shown.tone == "warn" and shown.badge == "\u25b2 changed"
    assert "stadium" in shown.detail.splitlines()[0]
    assert first in panel.banner.text()
    qtbot.keyClick(panel.list, KEY.Key_Return)
    assert not sent(seat)
    panel.reason.setEditText("It is close")
    panel.send_shown()
    assert sent(seat)[first].override_reason == "It is close"


def test_a_changed_incident_is_said_above_the_list(seat: Seat, panel: RecommendationPanel, fire: int) -> None:
    seat.answers = False
    seat.other(ChangeAlarmLevel(fire, 2))
    assert "\u25b2 Alarm level 2 now" in panel.banner.text()


def test_a_redirect_is_not_gone_and_says_where_it_is_taken_from(
    seat: Seat, panel: RecommendationPanel, fire: int
) -> None:
    lesser = seat.report("traffic_collision", crossing(0, 0))
    first = of_need(seat, "patrol")
    seat.assign(lesser, first)
    answer = straight_line(seat.state, {}, incident_id=fire, at=seat.now)
    facts = (("from", lesser), ("from_kind", "traffic_collision"), ("gain_s", 250.0))
    one = Chosen(first, "patrol", "patrol", "police", Eta(0, 60), 500.0, Reason("redirected", facts), taken_from=lesser)
    seat.desk.recommendation = replace(answer, chosen=(*answer.chosen[:1], one))
    seat.desk.recommendation_changed.emit(seat.desk.recommendation)
    assert "Traffic collision" in row(panel, first).detail and first in ticked(panel)
    choices = {choice.unit_id: choice for choice in Choosing.of(seat.desk).choices()}
    assert choices[first].taken_from == lesser
    panel.send_shown()
    assert seat.state.assignments[seat.state.units[first].assignment_id].incident_id == fire


def test_figures_are_one_key_away(seat: Seat, panel: RecommendationPanel, fire: int, qtbot: QtBot) -> None:
    first = of_need(seat, "engine")
    assert "of 2" not in row(panel, first).detail and "turnout" in row(panel, first).detail
    panel.scope.figures.click()
    assert "Nearest of 2" in row(panel, first).detail and " m" in row(panel, first).detail


def test_what_a_unit_fills_beside_is_said_and_kept_by_a_swap_that_can(
    seat: Seat, panel: RecommendationPanel, qtbot: QtBot
) -> None:
    card = next(card for card in RUN_CARDS.cards if card.kind == "traffic_collision")
    needs = tuple(replace(need, shared=need.id == "rescue", level=1) for need in card.needs)
    cards = RunCards((replace(card, needs=needs),))
    seat.other(LoadRunCards(cards, "town"), who=ADMINISTRATOR)
    number = seat.report("traffic_collision", crossing(1, 1))
    seat.desk.select(incident_id=number)
    answer = seat.desk.recommendation
    assert answer is not None
    patrol = next(one for one in answer.chosen if one.need_id == "patrol")
    shown = replace(answer, chosen=(replace(patrol, also=("rescue",)),))
    seat.desk.recommendation = shown
    seat.desk.recommendation_changed.emit(shown)
    assert "also as" in row(panel, patrol.unit_id).detail
    panel.list.take_key(patrol.unit_id)
    qtbot.keyClick(panel.list, KEY.Key_Right)
    assert "does not serve as" in row(panel, panel.list.current_key).detail
    (choice,) = Choosing.of(seat.desk).choices()
    assert choice.also == ()


def test_a_part_of_a_task_force_keeps_its_place(
    seat: Seat, panel: RecommendationPanel, fire: int, qtbot: QtBot
) -> None:
    answer = seat.desk.recommendation
    assert answer is not None
    chosen = tuple(replace(one, task_force="Strike Team 1") for one in answer.chosen)
    seat.desk.recommendation = replace(answer, chosen=chosen)
    seat.desk.recommendation_changed.emit(seat.desk.recommendation)
    first = of_need(seat, "engine")
    assert "as part of Strike Team 1" in row(panel, first).detail
    panel.list.take_key(first)
    qtbot.keyClick(panel.list, KEY.Key_Right)
    assert panel.list.current_key == first and "no other unit" in panel.said.text()
