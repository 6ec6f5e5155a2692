"""Coverage in words of the floor, and its figures; nothing here asks or keeps anything."""

from __future__ import annotations

from datetime import datetime

from app.desk import Desk
from app.parts.names import department_name
from app.wording import one_line, sentence, text
from app.wording.durations import clock, rough_span
from dispatch.coverage_report import LEAST_LOST, Cover, CoverageReport
from dispatch.move_ups import MoveUp
from dispatch.state import State

OLD_AFTER_S = 60.0
CLOCKS = {"travel": "cover.clock_travel", "response": "cover.clock_response"}
LEVELS = {
    "cover_nobody": "alarm", "cover_lost": "warning", "cover_lost_wholly": "alarm", "cover_thinner": "notice",
    "cover_gap": "warning", "cover_gap_wholly": "warning", "cover_holds": "good",
}  # fmt: skip


def key_of(cover: Cover) -> tuple[str, str]:
    """Name a cover: its department and its target."""
    return cover.department, cover.target.id


def loses(cover: Cover) -> bool:
    """Tell whether what leaves takes something from a cover."""
    return max(cover.reached - cover.reached_after, cover.expected - cover.expected_after) > LEAST_LOST


def foremost(report: CoverageReport) -> Cover | None:
    """Choose the cover that is spoken of: what loses most, else what is farthest below its target, else the first."""
    hit = report.most_hit
    if hit is not None or not report.covers:
        return hit
    return min(report.covers, key=lambda each: min(0.0, each.reached_after - each.target.at_least))


def who(cover: Cover, desk: Desk) -> str:
    """Name what units of a cover are called, capital first."""
    target = cover.target
    name = target.name_zh if desk.language == "zh" and target.name_zh else target.name
    words = one_line(name, 40) or department_name(desk.state, cover.department, desk.language)
    return words[:1].upper() + words[1:]


def floor(cover: Cover, language: str) -> str:
    """Say it as it is said on the floor: North: no ambulance for 11 min."""
    return sentence(cover.reason.code, cover.reason.parameters, language)


def percent(share: float) -> int:
    """Round a share to whole percent; what is not quite all is never called all."""
    return min(round(100 * share), 99) if share < 0.9995 else 100


def change(cover: Cover, language: str) -> str:
    """Give the share that is reached in time, before and after: 86 → 78 %."""
    before, after = percent(cover.reached), percent(cover.reached_after)
    if before == after:
        return text("cover.same", language, after=after)
    return text("cover.change", language, before=before, after=after)


def ages(report: CoverageReport, state: State, now: datetime, language: str) -> str:
    """Say what of a report is old or missing; empty where nothing is."""
    parts = []
    age_s = (now - report.at).total_seconds()
    if age_s > OLD_AFTER_S:
        parts.append(text("cover.old", language, rough=rough_span(age_s)))
    if report.progress < 1.0:
        at = clock(report.times_at, state.time_zone)
        parts.append(text("cover.old_times", language, clock=at, percent=int(100 * report.progress)))
    missing = len(report.unplaced) + len(report.untimed)
    if missing:
        parts.append(text("cover.unplaced", language, count=missing))
    return " · ".join(parts)


def figures(cover: Cover, language: str) -> str:
    """Give the figures of a cover in one line."""
    return text(
        "cover.detail",
        language,
        units=cover.units,
        units_after=cover.units_after,
        expected=percent(cover.expected),
        expected_after=percent(cover.expected_after),
        busy=percent(cover.busy),
        least=percent(cover.target.at_least),
    )


def heading(cover: Cover, desk: Desk) -> str:
    """Say whose cover it is, and within what time by which clock."""
    clock_word = text(CLOCKS[cover.target.clock], desk.language)
    within_s = cover.target.within_s
    return text("cover.figures_of", desk.language, who=who(cover, desk), within_s=within_s, clock_word=clock_word)


def station_name(state: State, station_id: str) -> str:
    """Name a station; one that is not on the roster by its id."""
    station = state.stations.get(station_id)
    return one_line(station.name if station is not None and station.name else station_id, 60)


def move_detail(move: MoveUp, state: State, language: str) -> str:
    """Say from where a unit would move up, and why; the reason tells what it costs."""
    why = sentence(move.reason.code, move.reason.parameters, language)
    at = station_name(state, move.from_station) or text("posts.own", language)
    return text("moves.detail", language, station=at, why=why)
