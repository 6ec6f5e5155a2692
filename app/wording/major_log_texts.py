"""What happens to major incidents as lines of the shared log: names of the activity log, and what goes with them."""

from __future__ import annotations

import re

from app.wording import ics_texts

_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
EVENTS = (
    "MajorIncidentDeclared",
    "MajorIncidentStoodDown",
    "MethaneReported",
    "ObjectivesRecorded",
    "ClocksSet",
    "ElapsedTimeDue",
    "ElapsedTimeCalled",
    "SectorSet",
    "UnitsMovedToSector",
    "SectorEnded",
    "StagingSet",
    "UnitCheckedIn",
    "UnitCheckedOut",
    "StagingEnded",
    "CordonLinked",
    "CordonUnlinked",
    "CasualtiesCounted",
    "RoleAssigned",
    "ActionTicked",
    "ActionUnticked",
    "CallOutAsked",
    "CallOutAnswered",
    "RollCallStarted",
    "RollAnswered",
    "RollCallEnded",
    "RollCallUnanswered",
    "RollCallOverdue",
    "PeopleMissing",
    "MissingResolved",
)


def code_of(name: str) -> str:
    """Return the code of an event's line, as `dispatch.situation_log` makes it."""
    return f"log.{_WORDS.sub('_', name).lower()}"


SENTENCES = {code_of(name): f"{ics_texts.LABELS['ics_activity'][name]}[: {{details}}]" for name in EVENTS} | {
    "log.elapsed_time_due": "Elapsed time is to be called: {elapsed_s}",
    "log.elapsed_time_called": "Elapsed time called: {elapsed_s}",
    "log.clocks_set": "Clocks set[: elapsed time every {elapsed_min}][, roll call every {roll_call_min}]",
    "log.roll_call_started": "Roll call {number} started",
    "log.roll_call_overdue": "A roll call was due at {due_at}",
}
SENTENCES_ZH = {code_of(name): f"{ics_texts.LABELS_ZH['ics_activity'][name]}[：{{details}}]" for name in EVENTS} | {
    "log.elapsed_time_due": "应通报用时：{elapsed_s}",
    "log.elapsed_time_called": "已通报用时：{elapsed_s}",
    "log.clocks_set": "设定计时[：每 {elapsed_min} 通报用时][，每 {roll_call_min} 点名]",
    "log.roll_call_started": "第 {number} 次点名开始",
    "log.roll_call_overdue": "应于 {due_at} 点名",
}
