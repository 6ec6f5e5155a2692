"""The plain words of what is on the map: cards under the cursor, labels beside marks."""

from __future__ import annotations

from collections import Counter

from app.desk import Desk
from app.wording import label, listed, short_status, text
from app.wording.durations import clock, day_and_clock
from app.wording.plain import one_line
from app.wording.screen import say
from dispatch.case import Case
from dispatch.incident import Closure
from dispatch.standards import Standard
from maps.cluster_symbols import CLUSTER
from maps.layers import StationMark
from maps.overlay import Overlay
from resources.cameras import Cameras
from resources.status import FREE

CLUSTER_LINES = 8


class MapWords:
    """Word the marks of one map in the desk's language."""

    def __init__(self, desk: Desk, overlay: Overlay) -> None:
        self._desk = desk
        self._overlay = overlay
        self.cameras = Cameras()
        self.stations: tuple[StationMark, ...] = ()

    def describe(self, kind: str, key: str) -> str:
        """Return the plain words of a mark's card."""
        desk, language = self._desk, self._desk.language
        if kind == "unit" and key in desk.state.units:
            unit = desk.state.units[key]
            status = label("status", unit.status.value, language)
            able = listed((label("capability", one, language) for one in unit.unit.capabilities), language)
            code = "SOS" if unit.distress_at is not None else short_status(unit.status.value)
            bound = desk.state.assignments.get(unit.assignment_id)
            station = desk.state.stations.get(unit.unit.station)
            at = f"{say('board_incident', language)} {bound.incident_id}" if bound is not None else ""
            home = one_line(station.name, 60) if station is not None and bound is None else ""
            return "\n".join(part for part in (f"{one_line(key, 40)}  {code}  {status}", at, home, able) if part)
        incident = desk.state.incidents.get(int(key)) if kind == "incident" and key.isdigit() else None
        if incident is not None:
            stage = label("stage", incident.stage.value, language)
            return f"{incident.id} {self.kind(incident.kind)}\n{one_line(incident.location.text, 80)}\n{stage}"
        if kind == "case" and key.isdigit() and int(key) in desk.state.cases:
            return self._case_words(desk.state.cases[int(key)])
        if kind == CLUSTER:
            return self._cluster_words(key)
        if kind == "camera":
            return self._camera_words(key)
        if kind == "closure" and key in desk.state.closures:
            return self._closure_words(desk.state.closures[key])
        if kind == "station":
            return next((one_line(one.name) for one in self.stations if one.station_id == key), "")
        return ""

    def kind(self, kind: str) -> str:
        """Name a kind of incident as its run card does."""
        card = self._desk.state.cards.get(kind)
        if card is None:
            return one_line(kind)
        return one_line(card.name_zh if self._desk.language == "zh" and card.name_zh else card.name)

    def case_class(self, standard: Standard) -> str:
        """Name a class of cases as the standards do."""
        return one_line(standard.name_zh if self._desk.language == "zh" and standard.name_zh else standard.name, 60)

    def _case_words(self, case: Case) -> str:
        """Say what a case is, where, how far it has come, with whom, and until when."""
        desk, language = self._desk, self._desk.language
        known = next((each for each in desk.state.standards.small if each.id == case.standard_id), None)
        name = self.case_class(known) if known is not None else one_line(case.standard_id, 60)
        department = desk.state.departments.get(case.department or case.answerable)
        who = ""
        if department is not None:
            who = one_line(department.name_zh if language == "zh" and department.name_zh else department.name, 60)
        due = case.visit.due_at
        until = ""
        if case.paused:
            until = label("case_pause", case.paused, language)
        elif due is not None:
            code = "case_map.late_since" if case.visit.is_late(desk.clock()) else "case_map.due"
            until = text(code, language, when=day_and_clock(due, desk.state.time_zone))
        stage = " · ".join(part for part in (label("case_stage", case.stage.value, language), who) if part)
        return "\n".join(
            part for part in (f"{case.id}  {name}", one_line(case.place.location.text, 80), stage, until) if part
        )

    def closure(self, closure: Closure) -> str:
        """Say why a road is closed or slow, and until when."""
        reason = one_line(closure.reason, 60)
        if closure.kind != "closed" and not reason:
            reason = label("closure_kind", closure.kind, self._desk.language)
        if closure.until is None:
            return reason
        until = text("closures.till", self._desk.language, clock=clock(closure.until, self._desk.state.time_zone))
        return f"{reason}  {until}" if reason else until

    def _closure_words(self, closure: Closure) -> str:
        """Say of what kind a closure is, how slow, why, since when and until when."""
        language, zone = self._desk.language, self._desk.state.time_zone
        kind = label("closure_kind", closure.kind, language)
        if closure.kind == "slow":
            kind = text("closures.slow_to", language, percent=round(100 * closure.speed_factor))
        lines = [kind, one_line(closure.reason, 80)]
        times = []
        if closure.closed_at is not None:
            times.append(text("closures.since", language, clock=clock(closure.closed_at, zone)))
        if closure.until is not None:
            times.append(text("closures.till", language, clock=clock(closure.until, zone)))
        return "\n".join(line for line in (*lines, " · ".join(times)) if line)

    def _cluster_words(self, key: str) -> str:
        language, members = self._desk.language, self._overlay.members_of(key)
        if key.startswith("incident:"):
            shown = sorted(members, key=lambda one: (one.priority, one.number))[:CLUSTER_LINES]
            more = [f"+{len(members) - len(shown)}"] if len(members) > len(shown) else []
            return "\n".join([f"{one.number}  P{one.priority}  {one.label}" for one in shown] + more)
        if key.startswith("case:"):
            return self._classes_words(members)
        if key.startswith("camera:"):
            of_kind = Counter(one.camera_kind for one in members)
            return "\n".join(
                f"{label('camera_kind', kind, language)}  {count}" for kind, count in of_kind.most_common()
            )
        if key.startswith("station:"):
            names = [one_line(one.name, 60) for one in members if one.name][:CLUSTER_LINES]
            return "\n".join([*names, *([f"+{len(members) - len(names)}"] if len(members) > len(names) else [])])
        kinds = Counter(one.department_kind for one in members)
        free = sum(one.status in FREE for one in members)
        lines = [f"{label('department_kind', kind, language)}  {count}" for kind, count in kinds.most_common()]
        return "\n".join([*lines, say("free_of", language, free=free, total=len(members))])

    def _classes_words(self, numbers: tuple[int, ...]) -> str:
        """Count gathered cases by class, the most frequent first."""
        cases, names = self._desk.state.cases, {each.id: each for each in self._desk.state.standards.small}
        of_class = Counter(cases[each].standard_id for each in numbers if each in cases)
        lines = [
            f"{self.case_class(names[key]) if key in names else one_line(key, 60)}  {count}"
            for key, count in of_class.most_common(CLUSTER_LINES)
        ]
        more = len(of_class) - len(lines)
        return "\n".join([*lines, *([f"+{more}"] if more > 0 else [])])

    def _camera_words(self, key: str) -> str:
        try:
            camera = self.cameras.of(key)
        except KeyError:
            return ""
        return "\n".join(
            part for part in (one_line(camera.name), label("camera_kind", camera.kind, self._desk.language)) if part
        )
