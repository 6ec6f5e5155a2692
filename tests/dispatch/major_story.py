"""A major incident in the town: a fire with units at the scene, declared, with cards; and one of every command."""

from __future__ import annotations

from datetime import datetime

from dispatch import commands as c
from dispatch import major_commands as m
from dispatch.action_cards import ActionCard, ActionCards, ActionLine
from dispatch.engine import Engine
from dispatch.events import Event
from dispatch.incident import Perimeter, PerimeterKind
from dispatch.log_interface import Log
from dispatch.major import MajorIncident, Methane, Plan, Triage
from resources.status import Status
from tests.dispatch.story import Story
from tests.dispatch.town import ADMINISTRATOR, OPERATOR, START, at, command

CARDS = ActionCards(
    (
        ActionCard(
            "medical",
            "Medical commander",
            (ActionLine("triage", "Begin triage", "开展检伤分类"), ActionLine("count", "Count again")),
            "医疗指挥员",
        ),
        ActionCard("safety_officer", "Safety officer", (ActionLine("hazards", "List the hazards"),)),
    )
)
SAID = Methane("corner of the market", "fire", "gas bottles", "from the north", "about ten", "three engines")
PLAN = Plan(("Get everybody out", "Hold the fire in the hall"), ("Search the hall",), "Hall on fire", "Masks on")
RING = Perimeter("ring", PerimeterKind.CORDON, ((25.0, 60.0),), 120.0, 1, "market")


class MajorStory(Story):
    """Incident 1 is a fire with E1 and A1 at the scene and P1 on its way; it is declared at 60 s."""

    def __init__(self, *, declared: bool = True, engine: Engine | None = None) -> None:
        self._engine = engine
        super().__init__()
        self.do(m.LoadActionCards(CARDS, "town"), who=ADMINISTRATOR)
        self.fire("E1", "A1", "P1")
        for unit_id in ("E1", "A1"):
            self.do(c.ReportStatus(unit_id, Status.ON_SCENE, source="crew"), at=at(40))
        if declared:
            self.do(m.DeclareMajorIncident(1, SAID), at=at(60))

    def do(
        self, body: c.Body, *, who: c.Who = OPERATOR, at: datetime = START, based_on: int | None = None
    ) -> tuple[Event, ...]:
        """Ask an engine, where the story has one, else let it happen by hand."""
        if self._engine is None:
            return super().do(body, who=who, at=at, based_on=based_on)
        entry = self._engine.do(command(body, at=at, who=who, based_on=based_on))
        self.state = self._engine.state
        return entry.events if entry is not None else ()

    def engine_log(self) -> Log:
        """Return the log of a story that has an engine."""
        assert self._engine is not None
        return self._engine.log

    @property
    def major(self) -> MajorIncident:
        return self.state.majors[1]

    def tick(self, when: datetime) -> tuple[object, ...]:
        """Let time pass, and return what major incidents made of it."""
        kinds = ("ElapsedTimeDue", "RollCallOverdue", "RollCallUnanswered")
        return tuple(each for each in self.do(c.Tick(), at=when) if type(each).__name__ in kinds)

    def walk(self) -> None:
        """Do something of everything, as a long afternoon would."""
        self.do(c.DrawPerimeter(RING), at=at(70))
        for seconds, body in enumerate(WALK, start=80):
            self.do(body, at=at(seconds))


WALK: tuple[c.Body, ...] = (
    m.ReportMethane(1, Methane(casualties="twelve, two children")),
    m.RecordObjectives(1, PLAN),
    m.SetClocks(1, 15.0, 30.0),
    m.CallElapsedTime(1),
    m.SetSector(1, "A", "North side", "E1", "search", "ring"),
    m.MoveToSector(1, ("E1",), "A"),
    m.SetStaging(1, "market", "Market square", 25.01, 60.0, "Ilse"),
    m.CheckIn(1, "market", "P1"),
    m.CheckIn(1, "market", "Engine from next town"),
    m.CheckOut(1, "P1"),
    m.LinkCordon(1, "ring", "outer"),
    m.CountCasualties(1, "hall", Triage(1, 2, 3, 1, 4, 2)),
    m.CountCasualties(1, "City hospital", Triage(immediate=1), "destination"),
    m.CountCasualties(1, "hall", Triage(0, 2, 3, 1, 4, 1)),
    m.AssignRole(1, "incident_commander", "Chief Berg"),
    m.AssignRole(1, "medical", "Dr Lind"),
    m.TickAction(1, "medical", "triage", "at the gate"),
    m.TickAction(1, "medical", "count"),
    m.UntickAction(1, "medical", "count", "not yet"),
    m.AskCallOut(1, "1", "", "officer on duty", "fire"),
    m.AnswerCallOut(1, "1", "coming", 900.0),
    m.AskCallOut(1, "2", "", "", "water"),
    m.StartRollCall(1),
    m.AnswerRollCall(1, "A", "sector", 3, 1, "one in the cellar"),
    m.AnswerRollCall(1, "A1"),
    m.ResolveMissing(1, "A", "found", "came out at the back", "sector"),
)

ONE_OF_EACH_MAJOR: dict[type, c.Body] = {
    type(body): body
    for body in (
        m.LoadActionCards(CARDS),
        m.DeclareMajorIncident(1),
        m.StandDownMajorIncident(1, "over"),
        m.ReportMethane(1, SAID),
        m.RecordObjectives(1, PLAN),
        m.SetClocks(1, None, None),
        m.CallElapsedTime(1),
        m.SetSector(1, "A", "North"),
        m.MoveToSector(1, ("E1",), ""),
        m.EndSector(1, "A"),
        m.SetStaging(1, "s", "Market", 25.0, 60.0),
        m.CheckIn(1, "s", "E1"),
        m.CheckOut(1, "E1"),
        m.EndStaging(1, "s"),
        m.LinkCordon(1, "ring", "inner"),
        m.UnlinkCordon(1, "ring"),
        m.CountCasualties(1, "hall", Triage()),
        m.AssignRole(1, "medical", "Dr Lind"),
        m.TickAction(1, "medical", "triage"),
        m.UntickAction(1, "medical", "triage", "x"),
        m.AskCallOut(1, "1", "Ilse"),
        m.AnswerCallOut(1, "1", "coming"),
        m.StartRollCall(1),
        m.AnswerRollCall(1, "E1"),
        m.EndRollCall(1, "x"),
        m.ResolveMissing(1, "E1", "found", "x"),
    )
}
# Those that make a major incident, or the cards for it.
FIRST = frozenset({m.LoadActionCards, m.DeclareMajorIncident})
# Those that also hold after standing down: hospitals count on, and whoever is missing is missing.
AFTERWARDS = frozenset({m.CountCasualties, m.TickAction, m.UntickAction, m.AnswerRollCall, m.ResolveMissing})
MAJOR_CODES = frozenset(
    {
        "not_major",
        "major_already_declared",
        "major_stood_down",
        "major_still_declared",
        "people_missing",
        "major_changed_since",
        "list_too_long",
        "count_out_of_range",
        "minutes_out_of_range",
        "eta_out_of_range",
        "action_cards_wrong",
        "sector_unknown",
        "sector_not_empty",
        "unit_not_here",
        "staging_unknown",
        "staging_not_empty",
        "not_checked_in",
        "perimeter_not_cordon",
        "perimeter_elsewhere",
        "card_unknown",
        "action_unknown",
        "call_out_unknown",
        "roll_call_running",
        "roll_call_not_running",
        "nobody_on_scene",
        "answers_for_itself",
        "not_missing",
    }
)
__all__ = [
    "AFTERWARDS",
    "CARDS",
    "FIRST",
    "MAJOR_CODES",
    "ONE_OF_EACH_MAJOR",
    "PLAN",
    "RING",
    "SAID",
    "START",
    "MajorStory",
]
