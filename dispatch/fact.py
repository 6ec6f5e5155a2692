"""The names of facts whose last change is remembered: what a decision may depend on."""

from __future__ import annotations

WEATHER = "weather"


def of_incident(incident_id: int, field: str) -> str:
    """Name a field of an incident: `location`, `kind`, `priority`, `alarm_level`, `lead`, `charge`, `stage`."""
    return f"incident/{incident_id}/{field}"


def of_need(incident_id: int, need_id: str) -> str:
    """Name whether a need of an incident is filled."""
    return f"need/{incident_id}/{need_id}"


def of_order(assignment_id: str) -> str:
    """Name what the crew of an assignment was told."""
    return f"order/{assignment_id}"


def of_unit(unit_id: str, field: str) -> str:
    """Name a fact of a unit: `assignment` (bound, released), `status`, `held` (in reserve) or `post` (moved up)."""
    return f"unit/{unit_id}/{field}"


def of_closure(closure_id: str) -> str:
    """Name whether a closure stands."""
    return f"closure/{closure_id}"


def of_perimeter(perimeter_id: str) -> str:
    """Name whether a perimeter stands."""
    return f"perimeter/{perimeter_id}"


def of_case(case_id: int) -> str:
    """Name what is known of a case and where it has come to."""
    return f"case/{case_id}"


def of_duty(duty_id: int) -> str:
    """Name whose a duty is and how far it has come."""
    return f"duty/{duty_id}"


def of_major(incident_id: int, part: str) -> str:
    """Name a part of a major incident: `stage`, `methane/access`, `plan`, `clocks`, `sector/A`, `role/medical`, ..."""
    return f"major/{incident_id}/{part}"
