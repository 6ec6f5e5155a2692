"""What an inject waits for, in words: the condition, and how far it has come."""

from __future__ import annotations

from app.intake.kind_field import kind_name
from app.trainer.sitting import Sitting
from app.wording import label, one_line, text
from app.wording.durations import clock_span
from dispatch import injects as i
from dispatch.exercise.due import incident_of
from dispatch.exercise.exercise import Incoming
from dispatch.injects import Condition
from resources.status import FREE

WHEN = {
    i.CLOCK: "trainer.when_clock",
    i.ON_SCENE: "trainer.when_on_scene",
    i.UNATTENDED: "trainer.when_unattended",
    i.UNIT: "trainer.when_unit",
    i.ALARM: "trainer.when_alarm",
    i.CLOSED: "trainer.when_closed",
    i.FEW_FREE: "trainer.when_few_free",
}


def condition_words(sitting: Sitting, condition: Condition) -> str:
    """Say what a condition asks."""
    return text(
        WHEN[condition.kind],
        sitting.language,
        incident=incident_words(sitting, condition.incident) if condition.incident else "",
        unit=one_line(condition.unit, 40) or _any_words(sitting, condition),
        what=_any_words(sitting, condition),
        status=label("inject_status", condition.status, sitting.language),
        count=f"{condition.count:,}",
        after=clock_span(condition.after_s) if condition.after_s else "",
    )


def progress_words(sitting: Sitting, condition: Condition) -> str:
    """Say how far what a condition asks has come; empty where there is nothing to say."""
    state, language = sitting.state, sitting.language
    incident = incident_of(state, condition.incident) if condition.incident else None
    if condition.incident and incident is None:
        item = incoming_of(sitting, condition.incident)
        after_s = item.after_s if item is not None else None
        return text("trainer.not_in_yet", language, after=clock_span(after_s) if after_s is not None else "")
    if condition.kind == i.UNATTENDED and incident is not None:
        if incident.first_assigned_at is not None or incident.id not in state.open_incidents:
            return text("trainer.never_now", language)
    elif condition.kind == i.ON_SCENE and incident is not None:
        held = [state.assignments[each] for each in state.assignments_of.get(incident.id, ())]
        there = [each for each in held if each.on_scene_at is not None and _able(sitting, each.unit_id, condition)]
        return text("trainer.so_far", language, count=f"{len(there):,}")
    elif condition.kind == i.ALARM and incident is not None:
        return text("trainer.level_now", language, level=incident.alarm_level)
    elif condition.kind == i.FEW_FREE:
        free = [
            each
            for each in state.units.values()
            if each.on_roster and each.status in FREE and not each.held and _able(sitting, each.unit.id, condition)
        ]
        return text("trainer.free_now", language, count=f"{len(free):,}")
    elif condition.kind == i.UNIT and condition.unit in state.units:
        status = label("status", state.units[condition.unit].status, language)
        return text("trainer.status_now", language, status=status)
    return ""


def incident_words(sitting: Sitting, key: str) -> str:
    """Name an incident that the exercise calls `key`, by its number once it is in."""
    incident = incident_of(sitting.state, key)
    if incident is not None:
        kind = kind_name(sitting.desk, incident.kind)
        return text("trainer.incident", sitting.language, number=incident.id, kind=kind)
    item = incoming_of(sitting, key)
    kind = kind_name(sitting.desk, item.kind) if item is not None else ""
    return text("trainer.incident_to_come", sitting.language, name=one_line(key, 20), kind=kind)


def incoming_of(sitting: Sitting, key: str) -> Incoming | None:
    """Return the incident of the exercise that is called `key`."""
    return next((each for each in sitting.exercise.incoming if each.key == key), None)


def _any_words(sitting: Sitting, condition: Condition) -> str:
    if condition.capability:
        return label("capability", condition.capability, sitting.language)
    return text("trainer.any_unit", sitting.language)


def _able(sitting: Sitting, unit_id: str, condition: Condition) -> bool:
    unit = sitting.state.units.get(unit_id)
    return unit is not None and (not condition.capability or condition.capability in unit.unit.capabilities)
