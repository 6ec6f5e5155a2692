"""Puts where calls gather and what may come into words, places and hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from app.demand.count import Counted
from app.demand.told import AheadTold, ClusterTold, HotTold, HourAhead, ModelTold, PlacesTold
from app.demand.words import (
    ahead_sentence,
    bar_name,
    cluster_note,
    cluster_sentence,
    density_note,
    error_sentences,
    hot_note,
    hot_sentence,
    model_name,
    problem_words,
    when_words,
)
from app.wording import text
from app.wording.durations import day_and_clock
from dispatch.demand.places import Ahead, Answer, Cluster, Hot, PlacesFound
from gis.crs import LONLAT, transformer


@dataclass(frozen=True, slots=True, eq=False)
class Findings:
    """Hold an answer with what it was asked of; either part may be missing."""

    counted: Counted
    answer: Answer
    places: PlacesTold | None
    ahead: AheadTold | None


def findings_of(counted: Counted, answer: Answer) -> Findings:
    """Word an answer."""
    places = places_told(counted, answer.places) if answer.places is not None else None
    ahead = ahead_told(answer.ahead, counted.rows.time_zone, counted.language) if answer.ahead is not None else None
    return Findings(counted, answer, places, ahead)


def places_told(counted: Counted, found: PlacesFound) -> PlacesTold:
    """Word where calls gather."""
    language, left = counted.language, counted.left
    to_lonlat = transformer(counted.metric_crs, LONLAT).transform
    xy = counted.xy[left]
    known = xy[np.isfinite(xy).all(axis=1)]
    asked_rhythm = counted.asked.how.rhythm
    is_alone = any(way in ("hour", "weekday", "week", "day") for way, _ in counted.asked.chosen)
    return PlacesTold(
        counted.metric_crs, found.side_m, tuple((round(x, 1), round(y, 1)) for x, y in known.tolist()),
        tuple(_hot(counted, found, each, left, to_lonlat) for each in found.hot),
        tuple(_cluster(counted, each, left, number, to_lonlat) for number, each in enumerate(found.clusters, 1)),
        hot_note(found, found.rhythm if is_alone else asked_rhythm, language), cluster_note(found, language),
        density_note(found, language), problem_words(found, language),
    )  # fmt: skip


def ahead_told(ahead: Ahead, time_zone: str, language: str) -> AheadTold:
    """Word what may come."""
    forecast = ahead.forecast
    if forecast is None:
        return AheadTold(
            ahead_sentence(ahead, language), (text("demand.too_short_help", language),), days_known=ahead.days
        )
    zone = ZoneInfo(time_zone)
    hours = tuple(
        HourAhead(
            (forecast.start_at + timedelta(hours=hour)).astimezone(zone).isoformat(), round(expected, 3), low, high
        )
        for hour, (expected, low, high) in enumerate(
            zip(forecast.expected.tolist(), forecast.low.tolist(), forecast.high.tolist(), strict=True)
        )
    )
    models = tuple(
        ModelTold(
            each.model, model_name(each, language), round(each.mae, 4),
            None if each.mase is None else round(each.mase, 4), round(each.deviance, 4), round(each.inside, 4),
            each is forecast.tried[0],
        )
        for each in forecast.tried
    )  # fmt: skip
    return AheadTold(
        ahead_sentence(ahead, language), error_sentences(forecast, language), hours, models, forecast.weeks_tried,
        forecast.days_known,
    )  # fmt: skip


def _hot(counted: Counted, found: PlacesFound, hot: Hot, left: Any, to_lonlat: Any) -> HotTold:
    place = counted.address(int(left[hot.near]))
    lon, lat = to_lonlat(hot.x + found.side_m / 2, hot.y + found.side_m / 2)
    key = f"{round(hot.x / found.side_m)}:{round(hot.y / found.side_m)}"
    return HotTold(
        key, hot.x, hot.y, round(float(lon), 6), round(float(lat), 6), place,
        when_words(hot, found.rhythm, counted.language), hot.count, round(hot.z, 3), float(f"{hot.p:.3g}"),
        hot_sentence(hot, found, place, counted.language),
    )  # fmt: skip


def _cluster(counted: Counted, cluster: Cluster, left: Any, number: int, to_lonlat: Any) -> ClusterTold:
    rows, language = counted.rows, counted.language
    place = counted.address(int(left[cluster.near]))
    lon, lat = to_lonlat(cluster.x, cluster.y)
    first, last = (
        day_and_clock(datetime.fromtimestamp(float(rows.at_s[left[row]]), UTC), rows.time_zone)
        for row in (cluster.first, cluster.last)
    )
    kind = bar_name(counted.state, "kind", rows.kind.names[cluster.kind], language) if rows.kind.names else ""
    words = cluster_sentence(
        cluster, place=place, kind=kind, first=first, last=last, whole_days=counted.counts.whole_days,
        language=language,
    )  # fmt: skip
    return ClusterTold(
        number, round(cluster.x, 1), round(cluster.y, 1), round(cluster.radius_m, 1), round(float(lon), 6),
        round(float(lat), 6), place, cluster.count, first, last, words,
    )  # fmt: skip
