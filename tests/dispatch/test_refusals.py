"""Every code of refusal, each with a story in which it is the answer."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

import dispatch
from dispatch import commands as c
from dispatch.access import MAY, may
from dispatch.decide import TABLE, decide
from dispatch.events import Entry, LogKind
from dispatch.incident import CallerPosition, Closure, Location, Perimeter, PerimeterKind, PremiseWarning
from dispatch.refused import Refused
from dispatch.runcard import RunCards
from dispatch.state import State, fold
from resources.status import Signal, Status
from resources.unit import FirstDueArea, Roster, Shift, TaskForce
from tests.dispatch.account_refusals import ACCOUNT_CODES, ONE_OF_EACH_ACCOUNT
from tests.dispatch.case_refusals import CASE_CODES, ONE_OF_EACH_CASE
from tests.dispatch.desk_story import DESK_CODES, ONE_OF_EACH_DESK
from tests.dispatch.duty_story import DUTY_CODES, ONE_OF_EACH_DUTY
from tests.dispatch.island_story import ISLAND_CODES, ONE_OF_EACH_ISLAND
from tests.dispatch.major_story import MAJOR_CODES, ONE_OF_EACH_MAJOR
from tests.dispatch.story import Story
from tests.dispatch.town import (
    ADMINISTRATOR,
    OBSERVER,
    OPERATOR,
    ROSTER,
    RUN_CARDS,
    START,
    UNITS,
    at,
    command,
    crew,
    crossing,
)

LINE = Closure("road", "LineString", ((25.0, 60.0), (25.01, 60.0)))
WARNING = PremiseWarning("dog", 25.0, 60.0, 50.0, "biting dog")
CORDON = Perimeter("ring", PerimeterKind.CORDON, ((25.0, 60.0),), 80.0)
NOWHERE = Location(200.0, 60.0)
NAN = float("nan")


def _of(**changes: object) -> Closure:
    return replace(LINE, **changes)  # type: ignore[arg-type]


def _closed(story: Story) -> None:
    story.fire()
    story.do(c.CloseIncident(1, "extinguished"))


def _burnt_out(story: Story) -> None:
    story.fire("E1")
    story.do(c.ReportStatus("E2", Status.OUT_OF_SERVICE, "flat tyre"))


def _two_calls(story: Story) -> None:
    story.fire()
    story.fire()
    story.do(c.RecordCall("call-1"))
    story.do(c.AttachCall("call-1", 2))


def _off_roster(story: Story) -> None:
    story.fire()
    story.do(c.RaiseSignal("E1", Signal.DISTRESS), who=crew("E1"))
    story.do(c.LoadRoster(Roster(ROSTER.departments, ROSTER.stations, UNITS[1:])), who=ADMINISTRATOR)


def _one_crew(story: Story) -> None:
    units = tuple(replace(u, cross_staffed="house 1") if u.id in ("E1", "L1") else u for u in UNITS)
    story.do(c.LoadRoster(replace(ROSTER, units=units)), who=ADMINISTRATOR)
    story.fire("E1")


def _held(story: Story) -> None:
    story.fire()
    story.do(c.HoldUnit("E1", "cover for the harbour"))


def _there(story: Story) -> None:
    story.fire("E1")
    story.fire()
    story.do(c.ReportStatus("E1", Status.ON_SCENE))


def _redirect(unit_id: str, *, taken_from: int, to: int = 2) -> c.AssignUnits:
    return c.AssignUnits(to, (c.Choice(unit_id, taken_from=taken_from),))


def _nothing(story: Story) -> None:
    pass


def _send(*units: str) -> c.AssignUnits:
    return c.AssignUnits(1, tuple(c.Choice(unit) for unit in units))


# code: what was so, what is asked, and parameters that the refusal must carry
CASES: dict[str, tuple[Callable[[Story], object], c.Body, dict[str, object]]] = {
    "log_already_open": (_nothing, c.OpenLog(LogKind.LIVE, "elsewhere", "UTC"), {"kind": "drill", "city": "smalltown"}),
    "text_too_long": (Story.fire, c.AddNote(1, "x" * 10_001), {"field": "text", "length": 10_001, "limit": 10_000}),
    "number_not_finite": (Story.fire, c.AssignUnits(1, (c.Choice("E1", "", NAN),)), {"field": "eta_s"}),
    "number_too_large": (_nothing, c.CloseRoad(_of(way_ids=(2**63,))), {"field": "way_ids"}),
    "time_without_zone": (_nothing, c.RecordCall("c", ringing_at=datetime(2026, 1, 1)), {"field": "ringing_at"}),  # noqa: DTZ001
    "place_out_of_range": (_nothing, c.ReportIncident("structure_fire", NOWHERE), {"lon": 200.0, "lat": 60.0}),
    "priority_out_of_range": (Story.fire, c.ChangePriority(1, 6), {"priority": 6, "lowest": 1, "highest": 5}),
    "text_missing": (Story.fire, c.AddNote(1, " \n"), {"field": "text"}),
    "until_in_past": (_nothing, c.CloseRoad(_of(until=START)), {"until": START}),
    "incident_unknown": (Story.fire, c.AddNote(2, "seen"), {"incident_id": 2}),
    "incident_closed": (
        _closed,
        _send("E1"),
        {"incident_id": 1, "actor": "anna", "changed_at": START, "disposition": "extinguished"},
    ),
    "incident_not_closed": (Story.fire, c.ReopenIncident(1, "smoke"), {"incident_id": 1}),
    "kind_unknown": (_nothing, c.ReportIncident("dragon", crossing(0, 0)), {"kind": "dragon"}),
    "alarm_level_out_of_range": (Story.fire, c.ChangeAlarmLevel(1, 3), {"alarm_level": 3, "lowest": 1, "highest": 2}),
    "disposition_unknown": (
        Story.fire,
        c.CloseIncident(1, "towed"),
        {"disposition": "towed", "choices": ("extinguished", "false_alarm")},
    ),
    "units_still_bound": (
        lambda s: s.fire("E1", "A1"),
        c.CloseIncident(1, "extinguished"),
        {"incident_id": 1, "units": ("E1", "A1")},
    ),
    "nobody_chosen": (Story.fire, _send(), {"incident_id": 1}),
    "unit_chosen_twice": (Story.fire, _send("E1", "A1", "E1"), {"unit_id": "E1", "incident_id": 1}),
    "unit_unknown": (Story.fire, _send("E1", "E99"), {"unit_id": "E99"}),
    "unit_already_here": (
        lambda s: s.fire("E1"),
        _send("A1", "E1"),
        {"unit_id": "E1", "incident_id": 1, "status": "alerted"},
    ),
    "unit_elsewhere": (
        lambda s: (s.fire(), s.fire("E1", at=at(9))),
        _send("A1", "E1"),
        {"unit_id": "E1", "incident_id": 2, "status": "alerted", "actor": "anna", "changed_at": at(9)},
    ),
    "unit_out_of_service": (
        _burnt_out,
        _send("E2"),
        {"unit_id": "E2", "reason": "flat tyre", "until": None, "actor": "anna"},
    ),
    "unit_off_roster": (_off_roster, _send("E1"), {"unit_id": "E1"}),
    "crew_away": (_one_crew, _send("L1"), {"unit_id": "L1", "unit": "E1"}),
    "held_in_reserve": (_held, _send("E1"), {"unit_id": "E1", "reason": "cover for the harbour", "actor": "anna"}),
    "redirect_changed": (
        lambda s: (s.fire("E1"), s.fire(), s.do(c.ReleaseUnit("E1"))),
        _redirect("E1", taken_from=1),
        {"unit_id": "E1", "taken_from": 1, "incident_id": None},
    ),
    "redirect_too_late": (_there, _redirect("E1", taken_from=1), {"unit_id": "E1", "status": "on_scene"}),
    "need_not_shared": (
        Story.fire,
        c.AssignUnits(1, (c.Choice("E1", "engine", also=("als",)),)),
        {"unit_id": "E1", "need_id": "als"},
    ),
    "need_unknown": (
        Story.fire,
        c.AssignUnits(1, (c.Choice("E1", "boat"),)),
        {"need_id": "boat", "kind": "structure_fire"},
    ),
    "assignment_unknown": (_nothing, c.MoveOrder("7/1", c.OrderState.SENT), {"assignment_id": "7/1"}),
    "unit_not_assigned": (_nothing, c.ReleaseUnit("E1"), {"unit_id": "E1", "status": "available", "incident_id": None}),
    "status_against_order": (
        lambda s: (s.fire("E1"), s.do(c.ReportStatus("E1", Status.ON_SCENE))),
        c.ReportStatus("E1", Status.EN_ROUTE),
        {"unit_id": "E1", "status": "on_scene", "asked": "en_route", "incident_id": 1},
    ),
    "source_unknown": (_nothing, c.ReportStatus("E1", Status.AVAILABLE, source="rumour"), {"source": "rumour"}),
    "call_unknown": (Story.fire, c.AttachCall("call-9", 1), {"call_id": "call-9"}),
    "call_attached_elsewhere": (_two_calls, c.AttachCall("call-1", 1), {"call_id": "call-1", "incident_id": 2}),
    "call_not_attached": (_two_calls, c.DetachCall("call-1", 1), {"call_id": "call-1", "incident_id": 1}),
    "radius_negative": (_nothing, c.RecordCall("c", position=CallerPosition(25, 60, -1.0, "network")), {}),
    "closure_kind_unknown": (
        _nothing,
        c.CloseRoad(_of(kind="icy")),
        {"kind": "icy", "choices": ("closed", "slow", "flooded")},
    ),
    "speed_factor_out_of_range": (
        _nothing,
        c.CloseRoad(_of(kind="slow", speed_factor=1.0)),
        {"speed_factor": 1.0, "kind": "slow"},
    ),
    "weather_unclear": (_nothing, c.ReportWeather("rain\nand snow"), {"weather": "rain\nand snow", "limit": 40}),
    "closure_exists": (lambda s: s.do(c.CloseRoad(LINE)), c.CloseRoad(_of(reason="flood")), {"closure_id": "road"}),
    "closure_unknown": (
        lambda s: (s.do(c.CloseRoad(LINE)), s.do(c.OpenRoad("road"), at=at(5))),
        c.OpenRoad("road"),
        {"closure_id": "road", "actor": "anna", "changed_at": at(5)},
    ),
    "perimeter_exists": (
        lambda s: s.do(c.DrawPerimeter(CORDON)),
        c.DrawPerimeter(replace(CORDON, radius_m=90.0)),
        {"perimeter_id": "ring"},
    ),
    "perimeter_unknown": (
        lambda s: (s.do(c.DrawPerimeter(CORDON)), s.do(c.LiftPerimeter("ring"), at=at(5))),
        c.LiftPerimeter("ring"),
        {"perimeter_id": "ring", "actor": "anna", "changed_at": at(5)},
    ),
    "station_unknown": (_nothing, c.MoveUp("E1", "nowhere"), {"station_id": "nowhere"}),
    "move_up_not_free": (
        lambda story: story.fire("E1"),
        c.MoveUp("E1", "fire-22"),
        {"unit_id": "E1", "status": "alerted", "incident_id": 1},
    ),
    "perimeter_shape_wrong": (_nothing, c.DrawPerimeter(replace(CORDON, radius_m=None)), {"perimeter_id": "ring"}),
    "geometry_unknown": (_nothing, c.CloseRoad(_of(geometry_type="Circle")), {"geometry_type": "Circle"}),
    "points_out_of_range": (_nothing, c.CloseRoad(_of(coordinates=((25.0, 60.0),))), {"points": 1, "fewest": 2}),
    "warning_unknown": (_nothing, c.RemoveWarning("dog"), {"warning_id": "dog"}),
    "radius_out_of_range": (_nothing, c.PostWarning(replace(WARNING, radius_m=0.0)), {"radius_m": 0.0}),
    "named_twice": (_nothing, c.LoadRoster(Roster(ROSTER.departments, (), (UNITS[0], UNITS[0]))), {"id": "E1"}),
    "roster_wrong": (_nothing, c.LoadRoster(Roster((), (), UNITS[:1])), {"id": "E1", "field": "department"}),
}
TESTED_BELOW = {
    "time_zone_unknown",
    "log_not_open",
    "not_allowed",
    "command_id_wrong",
    "changed_since",
    "unit_changed_since",
    "status_changed_since",
    "need_filled_since",
    "unit_sent_since",
    "held_since",
    "moved_up_since",
}


@pytest.mark.parametrize("code", CASES)
def test_the_rules_say_no_and_what_one_needs_to_know(code: str) -> None:
    given, asked, parameters = CASES[code]
    story = Story()
    given(story)
    refused = story.refuses(asked, who=ADMINISTRATOR)
    assert refused.code == code
    assert parameters.items() <= refused.parameters.items()
    assert str(refused).startswith(code)


def test_every_code_in_the_rules_is_tested_here() -> None:
    codes = {
        call.args[0].value
        for file in Path(dispatch.__file__).parent.glob("*.py")
        if not file.stem.startswith(("evidence", "photograph"))  # what a file is refused for has tests of its own
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "Refused"
        and isinstance(call.args[0], ast.Constant)
    }
    # one call chooses between two codes
    assert (
        codes | {"unit_already_here", "unit_elsewhere"}
        == CASES.keys()
        | TESTED_BELOW
        | CASE_CODES
        | ACCOUNT_CODES
        | DUTY_CODES
        | MAJOR_CODES
        | DESK_CODES
        | ISLAND_CODES
    )


def test_nothing_happens_before_the_log_is_opened() -> None:
    with pytest.raises(Refused, match="log_not_open"):
        decide(State(), command(c.LoadRoster(ROSTER), who=ADMINISTRATOR))


@pytest.mark.parametrize("command_id", ["", "x" * 201, "a\nb", "a\0", "\ud800"])
def test_a_command_needs_an_id_that_every_store_keeps(command_id: str) -> None:
    story = Story()
    with pytest.raises(Refused, match="command_id_wrong"):
        decide(story.state, c.Command(command_id, START, OPERATOR, c.Tick()))


class TestAccess:
    @pytest.mark.parametrize("role", [*MAY, "stranger", ""])
    def test_every_command_is_allowed_or_refused_by_role_at_the_door(self, role: str) -> None:
        story = Story()
        story.fire("E1")
        who = c.Who("somebody", role)
        for kind, asked in (
            ONE_OF_EACH
            | ONE_OF_EACH_CASE
            | ONE_OF_EACH_ACCOUNT
            | ONE_OF_EACH_DUTY
            | ONE_OF_EACH_MAJOR
            | ONE_OF_EACH_DESK
            | ONE_OF_EACH_ISLAND
        ).items():
            code = ""
            try:
                story.decide(asked, who=who)
            except Refused as refused:
                code = refused.code
            assert (code == "not_allowed") == (not may(role, kind)), (role, kind)
        assert (
            ONE_OF_EACH.keys()
            | ONE_OF_EACH_CASE.keys()
            | ONE_OF_EACH_ACCOUNT.keys()
            | ONE_OF_EACH_DUTY.keys()
            | ONE_OF_EACH_MAJOR.keys()
            | ONE_OF_EACH_DESK.keys()
            | ONE_OF_EACH_ISLAND.keys()
            == TABLE.keys()
        )

    def test_a_crew_reports_but_sends_nobody(self) -> None:
        assert may("crew", c.ReportStatus)
        assert not may("crew", c.AssignUnits)
        assert not may("observer", c.AddNote)
        assert may("operator", c.AssignUnits) and not may("operator", c.LoadRoster)

    def test_distress_is_heard_from_anybody(self) -> None:
        for role in (*MAY, "stranger"):
            assert Story().decide(c.RaiseSignal("E1", Signal.DISTRESS), who=c.Who("x", role))


ONE_OF_EACH: dict[type, c.Body] = {
    type(body): body
    for body in (
        c.OpenLog(LogKind.DRILL, "x", "UTC"),
        c.LoadRoster(ROSTER),
        c.LoadRunCards(RUN_CARDS),
        c.RecordCall("call-1"),
        c.AttachCall("call-1", 1),
        c.DetachCall("call-1", 1),
        c.ReportIncident("structure_fire", crossing(0, 0)),
        c.CorrectLocation(1, crossing(0, 0)),
        c.ChangeKind(1, "stray_dog"),
        c.ChangePriority(1, 2),
        c.ChangeAlarmLevel(1, 2),
        c.AddNote(1, "seen"),
        c.AssignUnits(1, (c.Choice("E2"),)),
        c.MoveOrder("1/1", c.OrderState.SENT),
        c.ReportStatus("E1", Status.EN_ROUTE),
        c.ReleaseUnit("E1"),
        c.HoldUnit("E2", "cover"),
        c.UnholdUnit("E2"),
        c.MoveUp("E2", "fire-00"),
        c.EndMoveUp("E2"),
        c.RaiseSignal("E1", Signal.REQUEST_TO_SPEAK),
        c.AcknowledgeSignal("E1", Signal.DISTRESS),
        c.CloseIncident(1, "extinguished", release_units=True),
        c.ReopenIncident(1, "smoke"),
        c.CloseRoad(LINE),
        c.OpenRoad("road"),
        c.ReportWeather("snow"),
        c.DrawPerimeter(replace(CORDON, id="other")),
        c.LiftPerimeter("ring"),
        c.PostWarning(WARNING),
        c.RemoveWarning("dog"),
        c.Tick(),
    )
}


@pytest.mark.parametrize(
    "zone", ["", "Mars/Base", "../UTC", "/etc/localtime", "Europe", "europe helsinki", "x" * 300, "a\0b"]
)
def test_a_log_is_opened_for_a_clock_that_there_is(zone: str) -> None:
    asked = command(c.OpenLog(LogKind.DRILL, "x", zone), who=ADMINISTRATOR)
    with pytest.raises(Refused, match="time_zone_unknown") as caught:
        decide(State(), asked)
    assert caught.value.parameters == {"time_zone": zone}
    [event] = decide(State(), command(c.OpenLog(LogKind.DRILL, "x", "Asia/Shanghai"), who=ADMINISTRATOR))
    older = Entry(1, "open", at(0), at(0), "x", "administrator", "", "", (replace(event, time_zone=zone),))
    assert fold(State(), [older]).time_zone == zone, "what was opened before still opens"


def test_run_cards_are_checked_at_the_door() -> None:
    story = Story()
    twice = RunCards((*RUN_CARDS.cards, RUN_CARDS.cards[0]))
    assert story.refuses(c.LoadRunCards(twice), who=ADMINISTRATOR).code == "named_twice"
    wrong = RunCards((replace(RUN_CARDS.cards[0], priority=9),))
    assert story.refuses(c.LoadRunCards(wrong), who=ADMINISTRATOR).code == "priority_out_of_range"
    assert OBSERVER.role == "observer" and story.refuses(c.LoadRunCards(wrong), who=OBSERVER).code == "not_allowed"


GOOD_SHIFT = Shift("day", "07:00", "19:00")
RING = ((25.0, 60.0), (25.1, 60.0), (25.1, 60.1))


@pytest.mark.parametrize(
    ("wrong", "code", "parameters"),
    [
        (replace(ROSTER, shifts=(Shift("day", "7", "19:00"),)), "roster_wrong", {"list": "shifts", "field": "starts"}),
        (replace(ROSTER, shifts=(GOOD_SHIFT, GOOD_SHIFT)), "named_twice", {"list": "shifts", "id": "day"}),
        (
            replace(ROSTER, task_forces=(TaskForce("TF1", ("E1", "E9"), ("strike_team",)),)),
            "roster_wrong",
            {"list": "task_forces", "id": "TF1", "field": "units"},
        ),
        (
            replace(ROSTER, task_forces=(TaskForce("E1", ("E1", "E2"), ("strike_team",)),)),
            "named_twice",
            {"list": "task_forces", "id": "E1"},
        ),
        (
            replace(ROSTER, areas=(FirstDueArea("north", "fire", ("fire-00",), RING[:2]),)),
            "roster_wrong",
            {"list": "areas", "field": "ring"},
        ),
        (
            replace(ROSTER, areas=(FirstDueArea("north", "fire", ("fire-00",), (*RING, (25.0, 95.0))),)),
            "place_out_of_range",
            {"lat": 95.0},
        ),
    ],
)
def test_shifts_task_forces_and_areas_are_checked_at_the_door(
    wrong: Roster, code: str, parameters: dict[str, object]
) -> None:
    refused = Story().refuses(c.LoadRoster(wrong), who=ADMINISTRATOR)
    assert refused.code == code
    assert parameters.items() <= refused.parameters.items()
    whole = replace(ROSTER, shifts=(GOOD_SHIFT,), areas=(FirstDueArea("north", "fire", ("fire-00",), RING),))
    assert Story().do(c.LoadRoster(whole), who=ADMINISTRATOR)
