"""What events make of incidents and tasks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dispatch import events, fact
from dispatch.events import Entry
from dispatch.fold_desk import forget_charge
from dispatch.incident import Incident, Note, Stage, Task
from dispatch.record import replace
from dispatch.work import Work


def restage(work: Work, incident_id: int) -> None:
    """Bring an incident's stage and first instants in line with its assignments."""
    incident = work.incidents.get(incident_id)
    if incident is None:
        return
    assigned = on_scene = None
    is_bound = is_there = has_worked = False
    since = incident.reopened_at
    for each in map(work.assignments.__getitem__, work.assignments_of.get(incident_id, ())):
        if assigned is None or each.assigned_at < assigned:
            assigned = each.assigned_at
        arrived_at = each.on_scene_at
        if arrived_at is not None and (on_scene is None or arrived_at < on_scene):
            on_scene = arrived_at
        has_arrived = (arrived_at or each.transporting_at or each.at_destination_at) is not None
        if each.released_at is None:
            is_bound = True
            is_there = is_there or has_arrived
        has_worked = has_worked or (has_arrived and (since is None or each.assigned_at >= since))
    stage = incident.stage
    if stage is not Stage.CLOSED:
        if is_bound:
            stage = Stage.WORKING if is_there else Stage.ASSIGNED
        else:
            stage = Stage.CLEARED if has_worked else Stage.WAITING
    if (stage, assigned, on_scene) != (incident.stage, incident.first_assigned_at, incident.first_on_scene_at):
        work.incidents[incident_id] = replace(
            incident, stage=stage, first_assigned_at=assigned, first_on_scene_at=on_scene
        )


def _reported(work: Work, event: events.IncidentReported, entry: Entry) -> None:
    work.incidents[event.incident_id] = Incident(
        id=event.incident_id,
        kind=event.kind,
        priority=event.priority,
        alarm_level=event.alarm_level,
        location=event.location,
        stage=Stage.WAITING,
        received_at=event.received_at,
        reported_at=entry.occurred_at,
        mode=event.mode,
        lead=event.lead,
        text=event.text,
        hazards=event.hazards,
        deadline_at=event.deadline_at,
    )
    work.open_incidents[event.incident_id] = None
    work.next_incident = max(work.next_incident, event.incident_id + 1)


def _location_corrected(work: Work, event: events.LocationCorrected, entry: Entry) -> None:
    _edit(work, entry, event.incident_id, "location", location=event.location)


def _kind_changed(work: Work, event: events.KindChanged, entry: Entry) -> None:
    _edit(
        work,
        entry,
        event.incident_id,
        "kind",
        kind=event.kind,
        priority=event.priority,
        mode=event.mode,
        lead=event.lead,
        deadline_at=event.deadline_at,
        hazards=event.hazards,
        is_overdue=False,
    )
    work.touch(entry, fact.of_incident(event.incident_id, "priority"))


def _priority_changed(work: Work, event: events.PriorityChanged, entry: Entry) -> None:
    _edit(work, entry, event.incident_id, "priority", priority=event.priority)


def _alarm_raised(work: Work, event: events.AlarmRaised, entry: Entry) -> None:
    _edit(work, entry, event.incident_id, "alarm_level", alarm_level=event.alarm_level)


def _note_added(work: Work, event: events.NoteAdded, entry: Entry) -> None:
    if (incident := work.incidents.get(event.incident_id)) is not None:
        note = Note(entry.occurred_at, entry.actor, event.text)
        work.incidents[incident.id] = replace(incident, notes=(*incident.notes, note))


def _deadline_passed(work: Work, event: events.DeadlinePassed, entry: Entry) -> None:
    _edit(work, entry, event.incident_id, "", is_overdue=True)


def _closed(work: Work, event: events.IncidentClosed, entry: Entry) -> None:
    _edit(
        work,
        entry,
        event.incident_id,
        "stage",
        stage=Stage.CLOSED,
        closed_at=entry.occurred_at,
        disposition=event.disposition,
        closing_text=event.text,
    )
    work.open_incidents.pop(event.incident_id, None)
    forget_charge(work, event.incident_id)
    needs = {work.assignments[a].need_id for a in work.assignments_of.get(event.incident_id, ())}
    work.forget(*(fact.of_need(event.incident_id, need_id) for need_id in needs))
    fields = ("location", "kind", "priority", "alarm_level", "lead")
    work.forget(*(fact.of_incident(event.incident_id, field) for field in fields))


def _reopened(work: Work, event: events.IncidentReopened, entry: Entry) -> None:
    incident = work.incidents.get(event.incident_id)
    if incident is not None:
        _edit(
            work,
            entry,
            incident.id,
            "stage",
            stage=Stage.WAITING,
            closed_at=None,
            disposition="",
            closing_text="",
            reopened=incident.reopened + 1,
            reopened_at=entry.occurred_at,
        )
        work.open_incidents[incident.id] = None


def _edit(work: Work, entry: Entry, incident_id: int, field: str, **changes: Any) -> None:
    incident = work.incidents.get(incident_id)
    if incident is not None:
        work.incidents[incident_id] = replace(incident, **changes)
        if field:
            work.touch(entry, fact.of_incident(incident_id, field))


def _task_opened(work: Work, event: events.TaskOpened, entry: Entry) -> None:
    """Open a task, or add needs to it and open it again where it was done."""
    known = work.tasks.get(event.task_id)
    if known is not None:
        needs = tuple(dict.fromkeys((*known.need_ids, *event.need_ids)))
        work.tasks[known.id] = replace(known, need_ids=needs, deadline_at=event.deadline_at, done_at=None)
        return
    work.tasks[event.task_id] = Task(
        event.task_id, event.incident_id, event.department, event.need_ids, entry.occurred_at, event.deadline_at
    )
    work.tasks_of[event.incident_id] = (*work.tasks_of.get(event.incident_id, ()), event.task_id)


def _task_done(work: Work, event: events.TaskDone, entry: Entry) -> None:
    if (task := work.tasks.get(event.task_id)) is not None:
        work.tasks[task.id] = replace(task, done_at=entry.occurred_at)


TABLE: dict[type, Callable[[Any, Any, Entry], None]] = {
    events.IncidentReported: _reported,
    events.LocationCorrected: _location_corrected,
    events.KindChanged: _kind_changed,
    events.PriorityChanged: _priority_changed,
    events.AlarmRaised: _alarm_raised,
    events.NoteAdded: _note_added,
    events.DeadlinePassed: _deadline_passed,
    events.IncidentClosed: _closed,
    events.IncidentReopened: _reopened,
    events.TaskOpened: _task_opened,
    events.TaskDone: _task_done,
}
