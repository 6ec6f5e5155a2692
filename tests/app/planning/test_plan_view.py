"""The plan of all open incidents from the key to the log: what it shows is what is sent, and nothing else."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.desk import Draft
from app.panels.recommendation import RecommendationPanel
from app.parts.row import Row
from app.planning.accepting import Accepting
from app.planning.planning import Planning
from app.sending.sending import Sending
from dispatch.commands import AssignUnits, Choice, HoldUnit, ReportStatus
from dispatch.events import UnitAssigned, UnitReleased
from dispatch.plan import GreedPrice
from dispatch.redirects import Redirects
from resources.position import Fix
from resources.status import Status
from tests.app.panels.seat import Seat
from tests.app.planning.conftest import Oracle
from tests.dispatch.town import crossing

KEY = Qt.Key
ALT = Qt.KeyboardModifier.AltModifier


def row(panel: RecommendationPanel, key: str) -> Row:
    return next(line.row for line in panel.plan.list.rows if line.key == key)


def going(panel: RecommendationPanel) -> set[tuple[int, str]]:
    """Return the units that the list shows as going, with their incidents."""
    shown = (one.key.split(":", 2) for one in (line.row for line in panel.plan.list.rows) if one.tone == "normal")
    return {(int(parts[1]), parts[2]) for parts in shown if parts[0] == "unit"}


def sent(seat: Seat) -> set[tuple[int, str]]:
    return {(event.incident_id, event.unit_id) for event in seat.bodies(UnitAssigned)}


@pytest.fixture
def three(seat: Seat, panel: RecommendationPanel) -> tuple[int, int, int]:
    """A burst main, a fire and a collision, in the order of reporting."""
    return (
        seat.report("burst_water_main", crossing(0, 0)),
        seat.report("structure_fire", crossing(1, 1)),
        seat.report("traffic_collision", crossing(2, 1)),
    )


def test_incidents_stand_by_urgency_with_who_goes_and_what_is_missing(
    seat: Seat, panel: RecommendationPanel, three: tuple[int, int, int]
) -> None:
    for unit_id in ("E1", "E2"):
        seat.other(ReportStatus(unit_id, Status.OUT_OF_SERVICE, reason="workshop"))
    panel.show_scope()
    heads = [one.key for one in panel.plan.list.rows if one.key.startswith("incident:")]
    _, fire, collision = three
    assert heads[:2] == [f"incident:{fire}", f"incident:{collision}"]
    assert row(panel, f"incident:{fire}").right == "2/3"
    gap = row(panel, f"unmet:{fire}:engine")
    assert "engine missing" in gap.title and "out of service" in gap.detail and gap.mark == "!"
    als = next(one.row for one in panel.plan.list.rows if one.key.startswith(f"unit:{fire}:A"))
    assert "turnout 1:00" in als.detail and als.right and als.mark == "A"
    assert "Priority 1: 1 of 2 places filled" in panel.plan.banner.text()


def test_one_key_shows_the_plan_and_again_the_incident_in_hand(
    seat: Seat, panel: RecommendationPanel, three: tuple[int, int, int], oracle: Oracle
) -> None:
    assert panel.one.isVisible() and not panel.plan.isVisible() and not oracle.asked
    panel.show_scope()
    assert panel.plan.isVisible() and not panel.one.isVisible() and panel.scope.all.isChecked()
    asked = oracle.asked
    assert asked
    panel.show_scope()
    assert panel.one.isVisible() and panel.scope.one.isChecked()
    seat.report("stray_dog", crossing(2, 2))
    assert oracle.asked == asked  # nobody looks at it, nobody pays for it


def test_enter_sends_the_part_of_the_incident_in_hand_as_shown(
    seat: Seat, panel: RecommendationPanel, three: tuple[int, int, int], qtbot: QtBot
) -> None:
    panel.show_scope()
    fire = three[1]
    plan = Planning.of(seat.desk).plan
    assert plan is not None
    answer = next(answer for answer in plan.answers if answer.incident_id == fire)
    panel.plan.list.take_key(f"incident:{fire}")
    wanted = {(fire, one.unit_id) for one in answer.chosen}
    qtbot.keyClick(panel.plan.list, KEY.Key_Return)
    assert sent(seat) == wanted
    assert {event.recommendation for event in seat.bodies(UnitAssigned)} == {answer.hash}
    assert ("plan", plan.hash) in answer.inputs  # so the log proves the plan too
    assert all(event.eta_s for event in seat.bodies(UnitAssigned))


def test_a_key_that_bounces_or_is_held_sends_once(
    seat: Seat, panel: RecommendationPanel, three: tuple[int, int, int], qtbot: QtBot
) -> None:
    panel.show_scope()
    qtbot.keyClick(panel.plan.list, KEY.Key_Return)
    before = sent(seat)
    assert before
    qtbot.keyClick(panel.plan.list, KEY.Key_Return)
    Sending.of(seat.desk).send()  # F12
    assert sent(seat) == before


def test_f12_sends_what_the_plan_shows_for_the_incident_in_hand(
    seat: Seat, panel: RecommendationPanel, three: tuple[int, int, int]
) -> None:
    panel.show_scope()
    panel.plan.list.take_key(f"incident:{three[2]}")
    wanted = {pair for pair in going(panel) if pair[0] == three[2]}
    Sending.of(seat.desk).send()
    assert sent(seat) == wanted != set()


def test_all_of_it_is_asked_once_in_place_and_then_sent_as_shown(
    seat: Seat, panel: RecommendationPanel, three: tuple[int, int, int], qtbot: QtBot
) -> None:
    panel.show_scope()
    panel.plan.all_button.click()
    assert panel.plan.ask_all.isVisible() and f"Units: {len(going(panel))}, incidents: 3" in (
        panel.plan.ask_all.question.text()
    )
    assert not sent(seat)
    qtbot.keyClick(panel.plan.ask_all, KEY.Key_Escape)
    assert not panel.plan.ask_all.isVisible() and not sent(seat) and panel.plan.list.hasFocus()
    wanted = going(panel)
    panel.plan.all_button.click()
    qtbot.keyClick(panel.plan.ask_all, KEY.Key_Return)
    assert sent(seat) == wanted
    assert {number for number, _ in wanted} == set(three)


def test_a_plan_that_changed_under_the_question_is_not_sent(
    seat: Seat, panel: RecommendationPanel, three: tuple[int, int, int], oracle: Oracle
) -> None:
    panel.show_scope()
    panel.plan.all_button.click()
    gone = next(unit for number, unit in going(panel) if number == three[1])
    seat.other(ReportStatus(gone, Status.OUT_OF_SERVICE, reason="tyre"))
    assert not panel.plan.ask_all.isVisible()
    assert "changed meanwhile" in panel.plan.said.text()
    assert not sent(seat)


def test_a_refusal_of_one_keeps_the_others_and_says_which(
    seat: Seat, panel: RecommendationPanel, three: tuple[int, int, int], qtbot: QtBot
) -> None:
    main, fire, collision = three
    panel.show_scope()
    wanted = going(panel)
    real, taken = seat.desk.submit, []

    def submit(command: object) -> object:
        if not taken:  # between the press and the log another seat sends the collision's patrol elsewhere
            taken.extend(unit for number, unit in wanted if number == collision)
            seat.desk.submit = real
            seat.assign(main, *taken)
        return real(command)  # type: ignore[arg-type]

    seat.desk.submit = submit
    Accepting.of(seat.desk).accept_all()
    assert f"Not sent to {collision}" in panel.plan.said.text() and taken[0] in panel.plan.said.text()
    assert {pair for pair in wanted if pair[0] == fire} <= sent(seat)
    assert not {pair for pair in sent(seat) if pair[0] == collision}
    seat.desk.select(incident_id=main)
    assert f"Not sent to {collision}" in panel.plan.said.text()  # it stays where the operator looks


def test_a_failure_is_said_and_asked_again_with_the_same_id(
    seat: Seat, panel: RecommendationPanel, three: tuple[int, int, int], qtbot: QtBot
) -> None:
    panel.show_scope()
    real, ids = seat.desk.submit, []

    def fail(command: object) -> None:
        ids.append(command.id)  # type: ignore[attr-defined]
        seat.desk.failed.emit(command, "disk full")

    seat.desk.submit = fail
    accepting = Accepting.of(seat.desk)
    accepting.accept_all()
    assert "disk full" in panel.plan.said.text() and not accepting.is_busy and len(ids) == 3

    def again(command: object) -> object:
        ids.append(command.id)  # type: ignore[attr-defined]
        return real(command)  # type: ignore[arg-type]

    seat.desk.submit = again
    accepting.accept_all()
    assert ids[3:] == ids[:3] and {number for number, _ in sent(seat)} == set(three)


def test_what_changed_since_is_marked_and_not_sent(
    seat: Seat, panel: RecommendationPanel, three: tuple[int, int, int], oracle: Oracle
) -> None:
    main, fire, collision = three
    panel.show_scope()
    oracle.answers = False  # the planner has not answered anew yet
    (patrol,) = (unit for number, unit in going(panel) if number == collision)
    engine = next(unit for number, unit in going(panel) if number == fire and unit.startswith("E"))
    seat.assign(main, patrol)
    seat.other(HoldUnit(engine, "for the stadium"))
    for number, unit_id, words in ((collision, patrol, f"incident {main}"), (fire, engine, "stadium")):
        shown = row(panel, f"unit:{number}:{unit_id}")
        assert shown.tone == "warn" and shown.badge.startswith("\u25b2") and words in shown.detail
    Planning.of(seat.desk).hold(collision)
    Accepting.of(seat.desk).accept_in_hand()
    assert "Nobody" in panel.plan.said.text()
    Planning.of(seat.desk).hold(fire)
    Accepting.of(seat.desk).accept_in_hand()
    assert engine not in {unit for _, unit in sent(seat)} and len({pair for pair in sent(seat) if pair[0] == fire}) > 0


def test_a_redirect_is_drawn_on_both_incidents_and_is_one_command(
    seat: Seat, panel: RecommendationPanel, oracle: Oracle
) -> None:
    oracle.redirects = Redirects(min_gain_s=10.0, pairs=frozenset({(2, 1), (3, 1), (4, 1), (5, 1)}))
    lesser = seat.report("traffic_collision", crossing(1, 1))
    seat.other(AssignUnits(lesser, (Choice("P1", "patrol", 240.0),)))
    seat.other(ReportStatus("P2", Status.OUT_OF_SERVICE, reason="break"))
    for unit_id in ("E1", "E2"):
        seat.other(ReportStatus(unit_id, Status.OUT_OF_SERVICE, reason="break"))
    urgent = seat.report("cardiac_arrest", crossing(1, 1))
    panel.show_scope()
    shown = row(panel, f"unit:{urgent}:P1")
    assert f"from {lesser}" in shown.badge and "Traffic collision" in shown.detail
    assert row(panel, f"leaves:{lesser}:P1").title == f"P1 is taken to {urgent}"
    assert f"after {urgent}" in row(panel, f"incident:{lesser}").badge
    Planning.of(seat.desk).hold(lesser)
    Accepting.of(seat.desk).accept_in_hand()
    assert len(sent(seat)) == 1  # what follows from the redirect waits for it
    Planning.of(seat.desk).hold(urgent)
    Accepting.of(seat.desk).accept_in_hand()
    assert (urgent, "P1") in sent(seat)
    assert [event.reason for event in seat.bodies(UnitReleased)] == ["redirected"]


def test_what_follows_from_a_redirect_waits_for_it(seat: Seat, panel: RecommendationPanel, oracle: Oracle) -> None:
    oracle.redirects = Redirects(min_gain_s=10.0, pairs=frozenset({(2, 1)}))
    lesser = seat.report("traffic_collision", crossing(1, 1))
    seat.other(AssignUnits(lesser, (Choice("P1", "patrol", 240.0),)))
    for unit_id in ("E1", "E2"):
        seat.other(ReportStatus(unit_id, Status.OUT_OF_SERVICE, reason="break"))
    far = crossing(0, 0)
    seat.desk.fixes = {"P2": Fix("P2", far.lon - 0.05, far.lat, seat.now, seat.now)}
    urgent = seat.report("cardiac_arrest", crossing(1, 1))
    panel.show_scope()
    assert {(urgent, "P1"), (lesser, "P2")} <= going(panel)
    oracle.answers = False
    Planning.of(seat.desk).hold(lesser)
    Accepting.of(seat.desk).accept_in_hand()
    assert sent(seat) == {(lesser, "P1")} and f"Send to {urgent} first" in panel.plan.said.text()
    Accepting.of(seat.desk).accept_all()
    assert {(urgent, "P1"), (lesser, "P2")} <= sent(seat)
    assert "Not sent" not in panel.plan.said.text()


def test_the_list_leads_to_the_incident_and_its_own_units(
    seat: Seat, panel: RecommendationPanel, three: tuple[int, int, int], qtbot: QtBot
) -> None:
    panel.show_scope()
    panel.plan.list.take_key(f"incident:{three[2]}")
    qtbot.keyClick(panel.plan.list, KEY.Key_Right)
    assert seat.desk.selection.incident_id == three[2]
    assert panel.one.isVisible()
    panel.show_scope()
    assert Planning.of(seat.desk).in_hand == three[2]
    seat.desk.select(incident_id=three[0])
    assert panel.plan.list.current_key == f"incident:{three[0]}"


def test_figures_are_one_key_away(
    seat: Seat, panel: RecommendationPanel, three: tuple[int, int, int], qtbot: QtBot
) -> None:
    panel.show_scope()
    first = next(one.key for one in panel.plan.list.rows if one.key.startswith("unit:"))
    panel.plan.list.take_key(first)
    assert " km" not in panel.plan.at_length.text() and "Proved" not in panel.plan.banner.text()
    panel.scope.figures.click()
    assert "turnout" in panel.plan.at_length.text() and " m" in panel.plan.at_length.text()
    Planning.of(seat.desk).take_greed(
        (GreedPrice(1, False, 2, 41.0), GreedPrice(2, False, 0, 0.2), GreedPrice(3, True, 0, -42.0))
    )
    assert "One after another, P1: 2 fewer filled 0:41 longer" in panel.plan.banner.text()
    assert "if free P3: 0:42 shorter" in panel.plan.banner.text()
    assert "P2:" not in panel.plan.banner.text()
    assert "Proved" in panel.plan.banner.text() and "P1 2/2 in " in panel.plan.banner.text()


def test_a_call_being_taken_comes_before_the_plan(
    seat: Seat, panel: RecommendationPanel, three: tuple[int, int, int]
) -> None:
    panel.show_scope()
    seat.desk.set_draft(Draft(location=crossing(0, 0), kind="stray_dog", call_id="c"))
    assert panel.one.isVisible() and not panel.plan.isVisible()
    seat.desk.set_draft(None)
    assert panel.plan.isVisible()


def test_figures_make_no_row_anew(
    seat: Seat, panel: RecommendationPanel, three: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    panel.show_scope()
    made: list[int] = []
    monkeypatch.setattr(panel.plan._rows, "lines", lambda: made.append(1) or [])
    panel.scope.figures.click()
    Planning.of(seat.desk).take_greed((GreedPrice(1, False, 2, 41.0),))
    assert "One after another" in panel.plan.banner.text()
    assert not made and panel.plan.list.rows, "of a whole city there would be thousands"
