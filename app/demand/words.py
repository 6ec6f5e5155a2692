"""How demand, where it gathers and what may come are said."""

from __future__ import annotations

import math

from app.times.words import key_words
from app.wording import label, one_line, text
from dispatch.demand.places import ALL, DAY, DAYS, PEAK_H, WEEK, Ahead, Cluster, Hot, PlacesFound
from dispatch.demand.rows import DAY_S, HOUR_S, date_of
from dispatch.forecast.backtest import BASELINE, Forecast, Tried
from dispatch.state import State
from maps.density_veil import shown_value

LEAST_P = 1e-6  # below it a number says no more


def way_name(way: str, language: str) -> str:
    """Name a way to look."""
    return label("demand_way", way, language)


def bar_name(state: State, way: str, key: str, language: str) -> str:
    """Name a key of a way; cells are named by whoever knows what lies there."""
    if way == "hour":
        return hours_words(int(key), int(key) + 1)
    if way == "week":
        day, hour = divmod(int(key), 24)
        return f"{label('weekday', day + 1, language)} {hours_words(hour, hour + 1)}"
    if way == "priority":
        return f"{key} {label('priority', key, language)}"
    if way in ("day", "cell"):
        return key
    return key_words(state, way, key, language)


def hours_words(start: int, stop: int) -> str:
    """Write hours of a day."""
    return f"{start % 24:02}:00–{(stop - 1) % 24 + 1:02}:00"


def when_words(hot: Hot, rhythm: str, language: str) -> str:
    """Say when a square stands out; nothing where time was not asked for."""
    if rhythm == ALL:
        return ""
    day, hour = divmod(int(hot.from_h), 24)
    hours = hours_words(hour, hour + int(hot.to_h - hot.from_h))
    if rhythm == DAY:
        return hours
    if rhythm == WEEK:
        return f"{label('weekday', day + 1, language)} {hours}"
    return date_of(int(hot.from_h * HOUR_S // DAY_S)).isoformat()


def hot_sentence(hot: Hot, found: PlacesFound, place: str, language: str) -> str:
    """Say what a hot square means."""
    key = {ALL: "demand.hot_all", DAY: "demand.hot_day", WEEK: "demand.hot_week", DAYS: "demand.hot_days"}
    return text(
        key[found.rhythm], language, count=f"{hot.count:,}", side=f"{found.side_m:g}", place=place,
        when=when_words(hot, found.rhythm, language), mean=f"{found.mean:.2g}", z=f"{hot.z:.1f}",
        chance=chance_words(hot.p, language),
    )  # fmt: skip


def chance_words(p: float, language: str) -> str:
    """Say how seldom chance alone does as much."""
    if p < LEAST_P:
        return text("demand.chance_least", language)
    return text("demand.chance", language, times=f"{_round(1 / p):,}")


def cluster_sentence(
    cluster: Cluster, *, place: str, kind: str, first: str, last: str, whole_days: int, language: str
) -> str:
    """Say what a cluster means."""
    a_day = text("demand.a_day", language, value=f"{cluster.count / whole_days:.1f}") if whole_days >= 1 else ""
    return text(
        "demand.cluster_words", language, count=f"{cluster.count:,}", radius=f"{cluster.radius_m:,.0f}", place=place,
        first=first, last=last, a_day=a_day, hours=hours_words(cluster.peak_h, cluster.peak_h + PEAK_H),
        peak=share_words(cluster.peak_share), kind=kind, share=share_words(cluster.kind_share),
    )  # fmt: skip


def hot_note(found: PlacesFound, asked_rhythm: str, language: str) -> str:
    """Say what was compared, and what standing out is."""
    if not found.placed:
        return text("demand.none_placed", language)
    note = text(
        "demand.hot_note", language, cells=f"{found.cells:,}", side=f"{found.side_m:g}", count=f"{found.all_hot:,}",
        rhythm=label("demand_rhythm", found.rhythm, language),
    )  # fmt: skip
    if found.rhythm != asked_rhythm:
        short = text("demand.too_short_round", language, rhythm=label("demand_rhythm", asked_rhythm, language))
        note = f"{short} {note}"
    return note


def problem_words(found: PlacesFound, language: str) -> str:
    """Say why a part of it could not be found, and what would help; nothing where all was."""
    if found.problem is None:
        return ""
    numbers = {name: value if name.endswith("_m") else f"{value:,.0f}" for name, value in found.problem.parameters}
    keys = {"too_many_squares": "demand.too_many_squares", "too_dense": "demand.too_dense"}
    return text(keys[found.problem.code], language, **numbers)


def cluster_note(found: PlacesFound, language: str) -> str:
    """Say what a cluster is, and how many calls lie in none."""
    if not found.placed:
        return text("demand.none_placed", language)
    key = "demand.cluster_note_time" if found.within_h else "demand.cluster_note"
    return text(
        key, language, count=f"{found.all_clusters:,}", least=found.least, within=f"{found.within_m:g}",
        hours=f"{found.within_h:g}", noise=f"{found.noise:,}",
    )  # fmt: skip


def density_note(found: PlacesFound, language: str) -> str:
    """Say what the surface is, and how many calls have no place on it."""
    if found.surface is None:
        return text("demand.none_placed", language)
    note = text(
        "demand.density_note", language, bandwidth=f"{found.surface.bandwidth_m:g}",
        highest=shown_value(found.surface.highest),
    )  # fmt: skip
    missing = found.asked - found.placed
    left_out = text("demand.unplaced", language, count=f"{missing:,}") if missing else ""
    return f"{note} {left_out}".rstrip()


def model_name(tried: Tried, language: str) -> str:
    """Name a model."""
    return label("demand_model", tried.model, language)


def ahead_sentence(ahead: Ahead, language: str) -> str:
    """Say how many are expected, or why nothing can be."""
    forecast = ahead.forecast
    if forecast is None:
        return text("demand.too_short", language, days=f"{ahead.days:.0f}", needed=f"{ahead.needed:.0f}")
    return text(
        "demand.ahead", language, count=f"{forecast.expected.sum():,.0f}", hours=len(forecast.expected),
        days=f"{forecast.days_known:.0f}", model=model_name(forecast.tried[0], language),
    )  # fmt: skip


def error_sentences(forecast: Forecast, language: str) -> tuple[str, ...]:
    """Say how wrong the model was, and how that compares with saying last week again."""
    best, naive = forecast.tried[0], forecast.baseline
    said = [
        text(
            "demand.error", language, mae=f"{best.mae:.2f}", weeks=forecast.weeks_tried, inside=share_words(best.inside)
        )
    ]
    if best.model == BASELINE:
        said.append(text("demand.naive_best", language))
    elif naive.mae > 0:
        change = 1 - best.mae / naive.mae
        key = "demand.better" if change > 0 else "demand.not_better"
        said.append(text(key, language, naive=f"{naive.mae:.2f}", share=share_words(abs(change))))
    if forecast.weeks_tried < 4:
        said.append(text("demand.few_weeks", language, weeks=forecast.weeks_tried))
    return tuple(said)


def share_words(share: float) -> str:
    """Word a share in hundredths."""
    return f"{100 * share:.0f} %"


def day_words(value: float | None, language: str) -> str:
    """Say how many that is a day."""
    return "" if value is None or not math.isfinite(value) else text("demand.a_day", language, value=f"{value:.2g}")


def place_of(words: str, lon: float, lat: float) -> str:
    """Name a place by the words of its nearest call; by its degrees where there are none."""
    return one_line(words, 60) or f"{lat:.5f}, {lon:.5f}"


def _round(value: float) -> int:
    """Leave one digit: more are not known of a chance."""
    if value < 10:
        return round(value)
    power = int(10 ** int(math.log10(value)))
    return round(value / power) * power
