"""`opsroom siting demand | hotspots | forecast`: where and when a log's calls came, and how many may come."""

from __future__ import annotations

import argparse
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from app.cli.siting_asked import area_name, calls_asked, recorded, rounded, square_feature, write_geojson
from app.cli.siting_given import NoAnswer
from dispatch.calls import Calls, days_of
from dispatch.demand.profile import profile_of
from gis.city import City

Answer = tuple[dict[str, Any], list[str]]
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MODEL_WORDS = {
    "last_week": "last week again", "mean_week": "mean of all weeks", "fading_weeks": "older weeks count less",
    "poisson_week": "Poisson regression",
}  # fmt: skip
MOST_ROWS, BAR = 12, 40
ROUND_S = {"day": 86_400.0, "week": 7 * 86_400.0}


def demand(args: argparse.Namespace) -> Answer:
    """Say how calls lie over the week, the kinds and the city.

    JSON: calls, days, time_zone, by_hour [24] and by_weekday [7, from Monday] (calls an hour and a day; null where no
    day tells), per_hour [168], by_kind and by_area [{name, a_day}], unplaced_a_day.
    """
    from dispatch.demand.cells import demand_of

    calls = calls_asked(args)
    ground = demand_of(City.open(args.city)) if args.city else None
    try:
        found = profile_of(calls, ground, name_area=area_name)
    except ValueError as error:
        raise NoAnswer("too_short", str(error)) from error
    recorded(args, "demand")
    told = {
        "calls": found.calls, "days": found.days, "time_zone": calls.time_zone,
        "by_hour": [rounded(each) for each in found.by_hour.tolist()],
        "by_weekday": [rounded(each) for each in found.by_weekday.tolist()],
        "per_hour": [rounded(each) for each in found.per_hour.tolist()],
        "by_kind": [{"name": name, "a_day": rounded(each)} for name, each in found.by_kind],
        "by_area": [{"name": name, "a_day": rounded(each)} for name, each in found.by_area],
        "unplaced_a_day": rounded(found.unplaced),
    }  # fmt: skip
    lines = [f"{found.calls:,} calls in {found.days:g} whole days ({calls.time_zone})", "", "calls an hour, by hour:"]
    lines += _bars([f"{hour:02d}" for hour in range(24)], found.by_hour.tolist())
    lines += ["", "calls a day, by weekday:", *_bars(DAYS, found.by_weekday.tolist())]
    for title, rows in (("kind", found.by_kind), ("area", found.by_area)):
        if rows:
            few = rows[:MOST_ROWS]
            lines += ["", f"calls a day, by {title}:", *_bars([name for name, _ in few], [each for _, each in few])]
    return told, lines


def hotspots(args: argparse.Namespace) -> Answer:
    """Say where, and with --hours when, calls gather.

    JSON: calls, cell_m, cells (compared, empty ones too), slot_hours, hot [{lon, lat, slot_from, slot_to (ISO, or of
    the round: hours from its beginning), count, z, p}] the hottest first, clusters [{lon, lat, calls, radius_m,
    first_at, last_at}] the largest first, noise (calls in no cluster), density {highest calls a km2, lon, lat,
    bandwidth_m}.
    """
    from gis.clusters import clusters
    from gis.hot_cells import hot_cells
    from gis.hotspots import density

    calls, city = calls_asked(args), City.open(args.city)
    if args.round and not args.hours:
        raise ValueError("--round needs --hours")
    if args.round:
        calls = _whole_rounds(calls, args.round)
    xy = np.column_stack(city.to_metric(calls.lonlat[:, 0], calls.lonlat[:, 1])).reshape(-1, 2)
    seconds = _local_s(calls)
    found = hot_cells(
        xy, seconds if args.hours else None, side_m=args.cell, slot_s=3600 * (args.hours or 1),
        round_s=ROUND_S[args.round] if args.round else None,
    )  # fmt: skip
    label = clusters(
        xy, calls.at_s if args.within_hours else None, within_m=args.within, within_s=3600 * (args.within_hours or 1),
        least=args.least,
    )  # fmt: skip
    hot = [_hot(city, found, int(row), args) for row in found.hottest]
    groups = [
        _cluster(calls, xy, city, np.flatnonzero(label == each)) for each in range(int(label.max(initial=-1)) + 1)
    ]
    surface = density(xy)
    if args.out:
        squares = [
            square_feature(city, found.corner_xy[row], found.side_m, **each)
            for row, each in zip(found.hottest.tolist(), hot, strict=True)
        ]
        write_geojson(args.out, [*squares, *(_as_point(each) for each in groups)])
    recorded(args, "hotspots")
    told = {
        "calls": len(calls), "cell_m": found.side_m, "cells": found.cells, "slot_hours": args.hours, "hot": hot,
        "clusters": groups, "noise": int((label < 0).sum()), "density": _highest(city, surface),
    }  # fmt: skip
    lines = [
        f"{len(calls):,} calls; {len(hot)} hot of {found.cells:,} cells of {found.side_m:g} m (Gi*, 5 % false at most)"
    ]
    lines += [
        f"  z {each['z']:>6.1f}{each['count']:>6} calls  {each['lon']:.5f},{each['lat']:.5f}  {_slot_words(each, args)}"
        for each in hot[:MOST_ROWS]
    ]
    lines += [
        "",
        f"{len(groups)} clusters (DBSCAN, {args.least} within {args.within:g} m), {told['noise']:,} calls in none",
    ]
    lines += [
        f"  {each['calls']:>5} calls within {each['radius_m']:>6.0f} m of {each['lon']:.5f},{each['lat']:.5f}"
        for each in groups[:MOST_ROWS]
    ]
    return told, lines


def forecast(args: argparse.Namespace) -> Answer:
    """Say how many calls the next hours may bring, and how wrong every model was about the weeks before.

    JSON: model, weeks_tried, days_known, time_zone, tried [{model, mae, mase, deviance, inside}] the best first,
    hours [{at, expected, low, high}], total. Exit code 1 with {"error": "too_short", ...} where the log is too short.
    """
    from dispatch.forecast.backtest import TooShort
    from dispatch.forecast.backtest import forecast as foretold

    if not 1 <= args.hours <= 24 * 366:
        raise ValueError("--hours: 1 to 8784")
    calls = calls_asked(args)
    try:
        found = foretold(calls, hours=args.hours)
    except TooShort as error:
        raise NoAnswer("too_short", str(error)) from error
    recorded(args, "forecast")
    zone = ZoneInfo(calls.time_zone)
    at = [(found.start_at + timedelta(hours=hour)).astimezone(zone) for hour in range(args.hours)]
    told = {
        "model": found.model, "weeks_tried": found.weeks_tried, "days_known": found.days_known,
        "time_zone": calls.time_zone, "total": rounded(float(found.expected.sum()), 2),
        "tried": [
            {"model": each.model, "mae": rounded(each.mae), "mase": rounded(each.mase),
             "deviance": rounded(each.deviance), "inside": rounded(each.inside)}
            for each in found.tried
        ],
        "hours": [
            {"at": one.isoformat(), "expected": rounded(expected, 3), "low": low, "high": high}
            for one, expected, low, high in zip(
                at, found.expected.tolist(), found.low.tolist(), found.high.tolist(), strict=True
            )
        ],
    }  # fmt: skip
    head = f"{found.expected.sum():,.0f} calls expected in {args.hours} hours from {at[0]:%Y-%m-%d %H:%M}"
    lines = [
        f"{head}, from {found.days_known:g} days",
        "",
        f"how wrong each model was by the hour about the last {found.weeks_tried} weeks, each from those before it:",
        f"  {'':<26} {'error':>7} {'of naive':>9} {'deviance':>9} {'in range':>9}",
    ]
    lines += [
        f"{'*' if each is found.tried[0] else ' '} {MODEL_WORDS.get(each.model, each.model):<26} {each.mae:>7.2f} "
        f"{'–' if each.mase is None else f'{each.mase:.2f}':>9} {each.deviance:>9.3f} {each.inside:>9.0%}"
        for each in found.tried
    ]
    lines += ["", "calls a day (80 of 100 hours lie in the hourly range of --json):"]
    days: dict[str, float] = {}
    for one, expected in zip(at, found.expected.tolist(), strict=True):
        days[f"{DAYS[one.weekday()][:3]} {one:%Y-%m-%d}"] = (
            days.get(f"{DAYS[one.weekday()][:3]} {one:%Y-%m-%d}", 0) + expected
        )
    return told, lines + _bars(list(days), list(days.values()))


def _whole_rounds(calls: Calls, word: str) -> Calls:
    """Keep the latest whole days, or weeks of them: else two Saturdays would be held against one Sunday."""
    try:
        begin_at, end_at = days_of(calls)
    except ValueError as error:
        raise NoAnswer("too_short", str(error)) from error
    zone = ZoneInfo(calls.time_zone)
    days = (end_at.astimezone(zone).date() - begin_at.astimezone(zone).date()).days
    whole = days - days % (7 if word == "week" else 1)
    if not whole:
        raise NoAnswer("too_short", f"{days} whole days of calls are less than a {word}")
    begin_s = (end_at.astimezone(zone) - timedelta(days=whole)).timestamp()
    return calls.only((calls.at_s >= begin_s) & (calls.at_s < end_at.timestamp()))


def _local_s(calls: Calls) -> np.ndarray:
    """Return seconds by the city's clock from a Monday on, so that rounds of days and weeks begin where people's do."""
    zone = ZoneInfo(calls.time_zone)
    monday = datetime(1970, 1, 5)  # noqa: DTZ001  the wall's clock, whatever it says of the zone
    walls = (datetime.fromtimestamp(each, zone).replace(tzinfo=None) for each in calls.at_s.tolist())
    return np.array([(wall - monday).total_seconds() for wall in walls], dtype=np.float64)


def _hot(city: City, found: Any, row: int, args: argparse.Namespace) -> dict[str, Any]:
    x, y = (found.corner_xy[row] + found.side_m / 2).tolist()
    lon, lat = city.to_lonlat(x, y)
    told = {
        "lon": rounded(lon, 6), "lat": rounded(lat, 6), "slot_from": None, "slot_to": None,
        "count": int(found.counts[row]), "z": rounded(found.z[row], 3), "p": float(f"{found.p[row]:.3g}"),
    }  # fmt: skip
    if args.hours:
        start_s, end_s = (float((found.slot[row] + step) * found.slot_s) for step in (0, 1))
        if args.round:
            told |= {"slot_from": start_s / 3600, "slot_to": end_s / 3600}
        else:
            monday = datetime(1970, 1, 5)  # noqa: DTZ001
            told |= {
                "slot_from": (monday + timedelta(seconds=start_s)).isoformat(),
                "slot_to": (monday + timedelta(seconds=end_s)).isoformat(),
            }
    return told


def _slot_words(each: dict[str, Any], args: argparse.Namespace) -> str:
    if not args.hours:
        return ""
    if not args.round:
        return f"{each['slot_from'][:16].replace('T', ' ')} to {each['slot_to'][11:16]}"
    day, hour = divmod(each["slot_from"], 24)
    name = f"{DAYS[int(day)]} " if args.round == "week" else ""
    return f"{name}{hour:02.0f}–{(each['slot_to'] - 1) % 24 + 1:02.0f} h"


def _cluster(calls: Calls, xy: np.ndarray, city: City, rows: np.ndarray) -> dict[str, Any]:
    middle = xy[rows].mean(axis=0)
    lon, lat = city.to_lonlat(float(middle[0]), float(middle[1]))
    zone = ZoneInfo(calls.time_zone)
    first, last = (
        datetime.fromtimestamp(float(each), zone) for each in (calls.at_s[rows].min(), calls.at_s[rows].max())
    )
    return {
        "lon": rounded(lon, 6), "lat": rounded(lat, 6), "calls": len(rows),
        "radius_m": rounded(float(np.hypot(*(xy[rows] - middle).T).max()), 1),
        "first_at": first.isoformat(timespec="seconds"), "last_at": last.isoformat(timespec="seconds"),
    }  # fmt: skip


def _as_point(each: dict[str, Any]) -> dict[str, Any]:
    from app.cli.siting_asked import point_feature

    return point_feature(each["lon"], each["lat"], **{key: each[key] for key in each if key not in ("lon", "lat")})


def _highest(city: City, surface: Any) -> dict[str, Any] | None:
    if not surface.values.size:
        return None
    row, column = divmod(int(surface.values.argmax()), surface.values.shape[1])
    x = surface.box[0] + (column + 0.5) * surface.cell_m
    y = surface.box[3] - (row + 0.5) * surface.cell_m
    lon, lat = city.to_lonlat(x, y)
    return {"highest": rounded(surface.highest, 2), "lon": rounded(lon, 6), "lat": rounded(lat, 6),
            "bandwidth_m": rounded(surface.bandwidth_m, 1)}  # fmt: skip


def _bars(names: Any, values: list[float]) -> list[str]:
    most = max((each for each in values if np.isfinite(each)), default=0.0)
    wide = max((len(str(name)) for name in names), default=0)
    return [
        f"  {name!s:<{wide}}  {each:>7.2f}  {'█' * round(BAR * each / most) if most > 0 else ''}"
        if np.isfinite(each)
        else f"  {name!s:<{wide}}        –"
        for name, each in zip(names, values, strict=True)
    ]
