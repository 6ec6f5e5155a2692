"""Read what a trainer lets happen from a scenario's TOML: `[[inject]]` and `[[trainee]]`."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from dispatch import injects as i
from dispatch.injects import Condition, Ground, Inject
from dispatch.trainee import ROLES, Trainee
from gis.located_toml import Fields, LocatedToml
from resources.status import Signal

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,59}")
LINE, AREA = "line", "area"
_MOST_POINTS = 1000
_DAY_S = 864_000.0


def read_injects(
    toml: LocatedToml, *, incidents: Collection[str], units: Collection[str] = (), departments: Collection[str] = ()
) -> tuple[Inject, ...]:
    """Read every `[[inject]]`, noting each problem; `units` and `departments` are checked where they are known."""
    found: list[Inject] = []
    ids = set[str]()
    for index, (path, table) in enumerate(toml.tables("inject"), start=1):
        item = Fields(toml, path, table, f"[[inject]] {index}")
        found.append(_Reader(item, incidents, units, departments).inject(index))
        item.done()
        if found[-1].id in ids:
            item.bad("id", "stands twice")
        ids.add(found[-1].id)
    return tuple(found)


def read_trainees(toml: LocatedToml, *, departments: Collection[str] = ()) -> tuple[Trainee, ...]:
    """Read every `[[trainee]]`, noting each problem."""
    found: list[Trainee] = []
    for index, (path, table) in enumerate(toml.tables("trainee"), start=1):
        item = Fields(toml, path, table, f"[[trainee]] {index}")
        name, department = item_id(item, ""), item.text("department", "")
        if department and departments and department not in departments:
            item.bad("department", f"there is no department {department!r}")
        found.append(Trainee(name, department, item.one_of("role", ROLES, "role", "operator")))
        item.done()
        if name in {each.id for each in found[:-1]}:
            item.bad("id", "stands twice")
    return tuple(found)


def item_id(item: Fields, default: str | None) -> str:
    """Take an id; `default` empty makes it required."""
    found = item.text("id", default or None)
    if found and not ID.fullmatch(found):
        item.bad("id", "must be letters, digits and _ . -, 60 at most")
    return found


class _Reader:
    """Read one inject: first what every one has, then what its kind asks for."""

    def __init__(
        self, item: Fields, incidents: Collection[str], units: Collection[str], departments: Collection[str]
    ) -> None:
        self._item, self._incidents, self._units, self._departments = item, incidents, units, departments

    def inject(self, index: int) -> Inject:
        item = self._item
        name = item_id(item, str(index))
        kind = item.one_of("kind", i.INJECTS, "kind of inject")
        when = self._when()
        more: dict[str, Any] = {}
        if kind in (i.CALLER, i.CREW, i.RAISED):
            more["incident"] = self._incident(item, "incident", required=True)
        if kind == i.RADIO:
            more["incident"] = self._incident(item, "incident", required=False)
            more["department"] = self._known(item, "department", self._departments, required=False)
        if kind in (i.CREW, i.FAILURE):
            more["unit"] = self._known(item, "unit", self._units, required=kind == i.FAILURE)
        if kind in (i.CLOSURE, i.FAILURE, i.WEATHER):
            more["for_s"] = item.number("for_s", 0, _DAY_S, 0)
        if kind == i.CALL:
            more["channel"] = item.text("channel", "phone")
            if "lon" in item.table or "lat" in item.table:
                more["lon"], more["lat"] = item.number("lon", -180, 180), item.number("lat", -90, 90)
        if kind == i.RAISED:
            more["level"] = item.whole("level", 1, 9)
        if kind == i.WEATHER:
            more["weather"] = item.text("weather", "")
        else:
            needs_text = kind in (i.CALL, i.RADIO, i.CALLER) or (kind == i.CREW and "signal" not in item.table)
            more["text"] = item.text("text", None if needs_text else "")
        if kind == i.CREW:
            more["signal"] = item.one_of("signal", tuple(Signal), "signal", "")
        if kind == i.CLOSURE:
            more["ground"] = self._ground()
        return Inject(name, kind, when, **more)

    def _when(self) -> tuple[Condition, ...]:
        item = self._item
        if "when" not in item.table:
            return (Condition(i.CLOCK, after_s=item.number("after_s", 0, _DAY_S)),)
        found = []
        for number, (path, table) in enumerate(item.tables("when"), start=1):
            found.append(self._condition(Fields(item.toml, path, table, f"{item.label}, condition {number}")))
        if not found:
            item.bad("when", 'must be a list of conditions such as [ { kind = "clock", after_s = 60 } ]')
        return tuple(found)

    def _condition(self, item: Fields) -> Condition:
        kind = item.one_of("kind", i.CONDITIONS, "kind of condition")
        more: dict[str, Any] = {}
        if kind in (i.ON_SCENE, i.UNATTENDED, i.ALARM, i.CLOSED):
            more["incident"] = self._incident(item, "incident", required=True)
        if kind == i.UNIT:
            more["incident"] = self._incident(item, "incident", required=False)
            more["unit"] = self._known(item, "unit", self._units, required=not more["incident"])
            more["status"] = item.one_of("status", i.STATUSES, "status")
        if kind in (i.ON_SCENE, i.FEW_FREE, i.UNIT):
            more["capability"] = item.text("capability", "")
        if kind in (i.ON_SCENE, i.FEW_FREE, i.ALARM):
            more["count"] = item.whole("count", 0 if kind == i.FEW_FREE else 1, 1000, 1)
        if kind != i.FEW_FREE:
            is_time = kind in (i.CLOCK, i.UNATTENDED)
            more["after_s"] = item.number("after_s", 0, _DAY_S, None if is_time else 0)
        item.done()
        return Condition(kind, **more)

    def _incident(self, item: Fields, key: str, *, required: bool) -> str:
        return self._known(item, key, self._incidents, required=required, what="incident with that id")

    def _known(self, item: Fields, key: str, known: Collection[str], *, required: bool, what: str = "") -> str:
        found = item.text(key, None if required else "")
        if found and known and found not in known:
            item.bad(key, f"there is no {what or key} {found[:60]!r}")
        elif found and not known and key == "incident":
            item.bad(key, "no incident has an id")
        return found

    def _ground(self) -> Ground:
        item = self._item
        kind = item.one_of("closure", ("closed", "flooded", "slow"), "kind of closure", "closed")
        factor = item.number("speed_factor", 0.01, 0.99) if kind == "slow" else 0.0
        shapes = [key for key in (LINE, AREA) if key in item.table]
        if len(shapes) != 1:
            item.bad(LINE, "a closure has either a line or an area, as [[lon, lat], ...]")
            return Ground()
        fewest = 2 if shapes == [LINE] else 3
        points = _points(item.any(shapes[0]))
        if points is None or not fewest <= len(points) <= _MOST_POINTS:
            item.bad(shapes[0], f"must be {fewest} to {_MOST_POINTS} places as [[lon, lat], ...]")
            return Ground()
        return Ground("LineString" if shapes == [LINE] else "Polygon", points, kind=kind, speed_factor=factor)


def _points(value: Any) -> tuple[tuple[float, float], ...] | None:
    if not isinstance(value, list):
        return None
    found = []
    for each in value:
        if not (isinstance(each, list) and len(each) == 2 and all(type(part) in (int, float) for part in each)):
            return None
        lon, lat = float(each[0]), float(each[1])
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            return None
        found.append((lon, lat))
    return tuple(found)
