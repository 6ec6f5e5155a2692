"""What a desk asks for beside a major incident and at it: buttons of the whole loop that could be right."""

from __future__ import annotations

from dispatch import account_commands as a
from dispatch import case_commands as k
from dispatch import commands as c
from dispatch import duty_commands as d
from dispatch import major_commands as m
from dispatch import message_commands as msg
from dispatch.clocks import URGENT, Limit
from dispatch.commands import Body
from dispatch.incident import Closure, OrderState, Perimeter, PerimeterKind, PremiseWarning
from dispatch.message import Addressee
from resources.status import Signal, Status
from tests.dispatch.case_town import PLACE, photo
from tests.dispatch.major_story import ONE_OF_EACH_MAJOR
from tests.dispatch.town import START

# What a desk that knows what it does asks for at a major incident and beside it, over and over.
AT_A_MAJOR: list[Body] = [
    body for kind, body in ONE_OF_EACH_MAJOR.items() if kind not in (m.LoadActionCards, m.StandDownMajorIncident)
]
STANDING_DOWN = (m.StandDownMajorIncident(1, "over"), m.DeclareMajorIncident(1))
BESIDE: list[Body] = [
    m.MoveToSector(1, ("E1",), "A"),
    m.MoveToSector(1, ("A1",), ""),
    c.AssignUnits(1, (c.Choice("E1"), c.Choice("A1"))),
    c.ReportStatus("E1", Status.ON_SCENE),
    c.AssignUnits(1, (c.Choice("E2"),)),
    c.ReleaseUnit("E2"),
    c.MoveOrder("1/1", OrderState.SENT),
    c.HoldUnit("E2", "cover"),
    c.UnholdUnit("E2"),
    c.MoveUp("E2", "fire-00"),
    c.EndMoveUp("E2"),
    c.RaiseSignal("E1", Signal.REQUEST_TO_SPEAK),
    c.AcknowledgeSignal("E1", Signal.REQUEST_TO_SPEAK),
    c.ChangePriority(1, 2),
    c.ChangePriority(1, 3),
    c.CorrectLocation(1, PLACE.location),
    c.AddNote(1, "seen"),
    c.RecordCall("call", answered_at=START),
    c.AttachCall("call", 1),
    c.DetachCall("call", 1),
    d.GiveDuties((d.DutyDraft("pump it", "water"),), 1),
    c.CloseIncident(1, "extinguished", "", True, False),
    c.CloseIncident(1, "extinguished", "", True, True),
    c.ReopenIncident(1, "smoke"),
    c.DrawPerimeter(Perimeter("ring", PerimeterKind.CORDON, ((25.0, 60.0),), 80.0, 1)),
    c.LiftPerimeter("ring"),
    c.CloseRoad(Closure("road", "LineString", ((25.0, 60.0), (25.01, 60.0)))),
    c.OpenRoad("road"),
    c.ReportWeather("snow"),
    c.ReportWeather(""),
    c.PostWarning(PremiseWarning("dog", 25.0, 60.0, 50.0, "biting dog")),
    c.RemoveWarning("dog"),
    d.SetDutyDeadline(1, "rain", Limit(URGENT, 3.0)),
    msg.ReceiveMessage(1, Addressee("department", "water"), "by telephone"),
    k.TellReporter(1, "soon"),
    k.AddCaseNote(1, "seen"),
    k.AddEvidence(1, (photo("other"),)),
    k.CorrectCase(1, "rubbish", PLACE, "urgent"),
    k.ReportMadeSafe(3),
    a.HandOver("all quiet"),
]
