"""What an entry of an island is about, as it can be shown on the map of the room."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.desk import Desk
from app.wording import one_line, text
from dispatch.commands import AssignUnits, Command
from dispatch.island.ids import CASE, INCIDENT, Ids, Unmapped
from dispatch.island.outcome import Words

MOST = 4
UNIT = "unit"
_NAMED = {"incident_id": INCIDENT, "other_id": INCIDENT, "case_id": CASE, "unit_id": UNIT}


@dataclass(frozen=True, slots=True)
class Target:
    """Name an incident, a case or a unit as the room calls it."""

    kind: str
    key: str

    def words(self, language: str) -> str:
        """Name it."""
        if self.kind == UNIT:
            return one_line(self.key, 30)
        return text("alone.case" if self.kind == CASE else "alone.incident", language, number=self.key)


def targets(desk: Desk, command: Command | None, told: Iterable[Words], ids: Ids) -> tuple[Target, ...]:
    """Return what an entry and what was said of it are about, as far as it is in the room."""
    found = dict.fromkeys((*_told(told), *_asked(command, ids)))
    return tuple(each for each in found if _is_there(desk, each))[:MOST]


def show(desk: Desk, target: Target) -> None:
    """Take it in hand and let the map show it."""
    state = desk.state
    if target.kind == UNIT:
        desk.select(unit_id=target.key)
        fix = desk.fixes.get(target.key)
        if fix is not None:
            desk.go_to.emit(fix.lon, fix.lat)
    elif target.kind == CASE:
        where = state.cases[int(target.key)].place.location
        desk.select(case_id=int(target.key))
        desk.go_to.emit(where.lon, where.lat)
    else:
        place = state.incidents[int(target.key)].location
        desk.select(incident_id=int(target.key))
        desk.go_to.emit(place.lon, place.lat)


def take_as_in_room(desk: Desk, ids: Ids) -> None:
    """Keep in hand what was in hand on the island, as the room calls it; what is not there is let go."""
    held = desk.selection
    numbers: dict[str, int | None] = {}
    for kind, number in ((INCIDENT, held.incident_id), (CASE, held.case_id)):
        try:
            numbers[kind] = int(ids.of(kind, number)) if number is not None else None
        except Unmapped:
            numbers[kind] = None
    desk.select(incident_id=numbers[INCIDENT], case_id=numbers[CASE], unit_ids=held.unit_ids, camera_id=held.camera_id)


def _told(told: Iterable[Words]) -> Iterator[Target]:
    for words in told:
        is_case = any(name == "case_id" for name, _ in words)
        for name, value in words:
            kind = _NAMED.get(name)
            if kind is not None and value:
                yield Target(CASE if name == "other_id" and is_case else kind, str(value))


def _asked(command: Command | None, ids: Ids) -> Iterator[Target]:
    body = command.body if command is not None else None
    for field, kind in (("incident_id", INCIDENT), ("case_id", CASE)):
        number = getattr(body, field, None)
        if isinstance(number, int) and not isinstance(number, bool):
            try:
                yield Target(kind, str(ids.of(kind, number)))
            except Unmapped:
                continue
    if isinstance(body, AssignUnits):
        yield from (Target(UNIT, choice.unit_id) for choice in body.choices)
    elif isinstance(unit_id := getattr(body, "unit_id", None), str):
        yield Target(UNIT, unit_id)


def _is_there(desk: Desk, target: Target) -> bool:
    state = desk.state
    if target.kind == UNIT:
        return target.key in state.units
    if not target.key.isdigit():
        return False
    return int(target.key) in (state.cases if target.kind == CASE else state.incidents)
