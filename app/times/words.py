"""How response times, their groups and what is blank of them are said."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from app.wording import label, one_line, text
from app.wording.durations import clock_span
from dispatch.events import LogKind
from dispatch.state import State
from dispatch.times.figure import Figure, TargetFigure
from dispatch.times.groups import ALL
from dispatch.times.profiles import TimeProfile, TimeTarget
from dispatch.times.report import TimesReport
from dispatch.times.spans import INTERVALS
from resources.unit import Shift

COMPASS = "compass "


def interval_name(interval: str, language: str) -> str:
    """Name an interval."""
    return label("times_interval", interval, language)


def profile_name(profile: TimeProfile, language: str) -> str:
    """Name a profile on one line, whatever a city wrote into its file."""
    return one_line((profile.name_zh or profile.name) if language == "zh" else profile.name, 60)


def target_name(target: TimeTarget, language: str) -> str:
    """Name a target."""
    return one_line((target.name_zh or target.name) if language == "zh" else target.name, 80)


def limit_words(target: TimeTarget, language: str) -> str:
    """Say what a target asks."""
    mean = text("times.limit_mean", language, time=clock_span(target.mean_s)) if target.mean_s is not None else ""
    if target.within_s is None:
        return mean
    share = f"{100 * target.at_least:g} %"
    limit = text("times.limit_within", language, share=share, time=clock_span(target.within_s))
    return text("times.limit_both", language, limit=limit, mean=mean) if mean else limit


def met_words(figure: TargetFigure, language: str) -> str:
    """Say whether a target is met; nothing where nothing is known."""
    if figure.is_met is None:
        return "–"
    return text("times.yes" if figure.is_met else "times.no", language)


def share_words(share: float | None) -> str:
    """Word a share in hundredths, to one place."""
    return "–" if share is None else f"{100 * share:.1f} %"


def key_words(state: State, group: str, key: str, language: str) -> str:
    """Name what figures are of, on one line: a department, a station, an hour, a kind; a unit by its call sign."""
    if group == ALL:
        return label("times_group", ALL, language)
    if group == "weekday":
        return label("weekday", int(key), language)
    if group == "hour":
        return f"{key}:00"
    if group == "area" and key.startswith(COMPASS):
        return label("direction", key.removeprefix(COMPASS), language)
    english, chinese = key, ""
    if group == "department" and key in state.departments:
        department = state.departments[key]
        english, chinese = department.name, department.name_zh
    elif group == "station" and key in state.stations:
        english = state.stations[key].name
    elif group == "shift":
        english = key.replace("_", " ")
    elif group == "kind" and key in state.cards:
        card = state.cards[key]
        english, chinese = card.name, card.name_zh
    return one_line((chinese or english) if language == "zh" else english, 60)


def named_in(names: Sequence[str], fits: Callable[[str], bool]) -> list[str]:
    """Leave out words that all names begin with, as few as it takes for all to fit: "Station 9" of "City Station 9"."""
    shown = list(names)
    while len(shown) > 1 and not all(map(fits, shown)):
        parted = [name.partition(" ") for name in shown]
        if len({first for first, _, _ in parted}) > 1 or not all(rest for _, _, rest in parted):
            break
        shown = [rest for _, _, rest in parted]
    return shown


def shift_words(shift: Shift) -> str:
    """Name a shift with its hours."""
    return f"{one_line(shift.id.replace('_', ' '), 30)} {shift.starts}–{shift.ends}"


def not_live_words(state: State, language: str) -> str:
    """Say what nobody may overlook of a log that is no live one; empty for a live one."""
    kind = state.kind
    if kind is None or kind is LogKind.LIVE:
        return ""
    words = label("log_kind", kind.value, language)
    return text("times.of_history" if kind is LogKind.HISTORY else "report.not_live", language, kind=words)


def treated(figure: Figure, language: str) -> str:
    """Say how many of an interval are known, and how those that are not are treated."""
    name = interval_name(figure.interval, language)
    if not figure.rows:
        return text("times.none_at_all", language, interval=name)
    if not figure.blank:
        return text("times.all_known", language, interval=name, rows=f"{figure.rows:,}")
    parts = (
        text("times.part", language, count=f"{count:,}", why=label("times_why", why.name.lower(), language))
        for why, count in figure.blank.items()
    )
    return text(
        "times.some_known", language, interval=name, n=f"{figure.n:,}", rows=f"{figure.rows:,}", parts="; ".join(parts)
    )


def all_treated(report: TimesReport, scope: str, language: str) -> Iterator[str]:
    """Say that of every interval."""
    for interval in INTERVALS:
        yield treated(report.figure(scope, interval), language)
