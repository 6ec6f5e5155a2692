"""What the rules for major incidents check in the same way."""

from __future__ import annotations

from dispatch import fact
from dispatch.checks import changed_since, check_text, incident_of, open_incident, who_changed
from dispatch.commands import Command
from dispatch.major import SECTOR, MajorIncident, Sector, Staging
from dispatch.major_now import open_sectors, open_stagings
from dispatch.refused import Refused
from dispatch.state import State

LONGEST_LIST = 200
LONGEST_ID = 200
LARGEST_COUNT = 1_000_000
SHORTEST_MIN, LONGEST_MIN = 1.0, 240.0


def any_major(state: State, incident_id: int) -> MajorIncident:
    """Return a major incident, declared or stood down. Raises Refused `incident_unknown` or `not_major`."""
    incident = incident_of(state, incident_id)
    major = state.majors.get(incident.id)
    if major is None:
        raise Refused("not_major", incident_id=incident_id)
    return major


def major_of(state: State, incident_id: int) -> MajorIncident:
    """Return a major incident that is declared and open. Raises Refused as `any_major`, or `major_stood_down`."""
    major = any_major(state, incident_id)
    open_incident(state, incident_id)
    if not major.is_declared:
        raise Refused("major_stood_down", incident_id=incident_id, actor=major.stood_down_by, at=major.stood_down_at)
    return major


def check_unchanged(state: State, command: Command, incident_id: int, part: str) -> None:
    """Raise Refused `major_changed_since` where somebody else has changed the same part of it."""
    key = fact.of_major(incident_id, part)
    if changed_since(state, command, key) is not None:
        kind, _, name = part.partition("/")
        raise Refused(
            "major_changed_since", incident_id=incident_id, major_part=kind, id=name, **who_changed(state, key)
        )


def check_id(text: str, field: str) -> None:
    """Raise Refused where an id is empty or too long to be one."""
    check_text(text, field)
    if len(text) > LONGEST_ID:
        raise Refused("text_too_long", field=field, length=len(text), limit=LONGEST_ID)


def check_room(field: str, count: int) -> None:
    """Raise Refused `list_too_long` where there are more than anybody can work with."""
    if count > LONGEST_LIST:
        raise Refused("list_too_long", field=field, count=count, limit=LONGEST_LIST)


def check_count(field: str, count: int) -> None:
    """Raise Refused `count_out_of_range` unless so many people can be."""
    if not 0 <= count <= LARGEST_COUNT:
        raise Refused("count_out_of_range", field=field, count=count, highest=LARGEST_COUNT)


def check_minutes(field: str, minutes: float | None) -> None:
    """Raise Refused `minutes_out_of_range` unless a clock can run so (None: it does not)."""
    if minutes is not None and not SHORTEST_MIN <= minutes <= LONGEST_MIN:
        raise Refused("minutes_out_of_range", field=field, minutes=minutes, lowest=SHORTEST_MIN, highest=LONGEST_MIN)


def sector_of(major: MajorIncident, sector_id: str) -> Sector:
    """Return a sector that has not ended. Raises Refused `sector_unknown`."""
    for sector in open_sectors(major):
        if sector.id == sector_id:
            return sector
    raise Refused("sector_unknown", incident_id=major.incident_id, sector=sector_id)


def staging_of(major: MajorIncident, staging_id: str) -> Staging:
    """Return a staging area that has not ended. Raises Refused `staging_unknown`."""
    for staging in open_stagings(major):
        if staging.id == staging_id:
            return staging
    raise Refused("staging_unknown", incident_id=major.incident_id, staging=staging_id)


def check_nobody_missing(major: MajorIncident) -> None:
    """Raise Refused `people_missing` where it is not known of everybody what became of them."""
    if major.missing:
        names = {sector.id: sector.name for sector in major.sectors}
        raise Refused(
            "people_missing",
            incident_id=major.incident_id,
            count=sum(each.count for each in major.missing),
            parties=tuple(
                names.get(each.party, each.party) if each.kind == SECTOR else each.party for each in major.missing
            ),
        )


def check_may_close(state: State, incident_id: int) -> None:
    """Raise Refused where an incident is still a major one, or people are missing at it."""
    major = state.majors.get(incident_id)
    if major is None:
        return
    check_nobody_missing(major)
    if major.is_declared:
        raise Refused("major_still_declared", incident_id=incident_id)
