"""`opsroom siting cover | place | compare`: what a plan comes to, where more posts would do most, two plans beside."""

from __future__ import annotations

import argparse
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.cli.given import closures_of
from app.cli.siting_asked import (
    Desk,
    area_name,
    desk_of,
    minutes,
    point_feature,
    recorded,
    rounded,
    square_feature,
    write_geojson,
)
from app.cli.siting_given import NoAnswer, factor
from app.cli.siting_record import record_json, record_lines
from dispatch.siting import compare as side_by_side
from dispatch.siting import place as placing
from dispatch.siting.measure import AreaFigures, Measured
from dispatch.siting.plan import Growth, Plan, Post, closed, moved, opened, usual_turnout_s

Answer = tuple[dict[str, Any], list[str]]
MOST_AREAS = 12


def cover(args: argparse.Namespace) -> Answer:
    """Say how the stations cover the demand.

    JSON: asked {city, department, target, within_s, clock, at_least, mode, demand, cells, when, recorded}, plan (as
    `plan_json`), areas [{area, share, reached, mean_s, p90_s}], problems.
    """
    desk = desk_of(args)
    found = desk.siting.measure(desk.plan)
    if args.out:
        write_geojson(args.out, _cells(desk, found))
    recorded(args, f"cover {desk.department.id}")
    told = {
        "asked": asked_json(desk, args),
        "plan": plan_json(found),
        "areas": [area_json(each) for each in found.areas],
        "problems": list(desk.problems),
    }
    lines = [
        _head(desk),
        *_figures(found),
        *record_lines(desk.record),
        "",
        f"{'area':<28} {'demand':>7} {'in time':>8} {'mean':>6} {'90 %':>6}",
    ]
    worst = sorted(found.areas, key=lambda area: (-(1 - area.reached) * area.share, area.area.name))
    lines += [
        f"{area_name(each.area)[:28]:<28} {each.share:>7.1%} {each.reached:>8.1%} "
        f"{minutes(each.mean_s):>6} {minutes(each.p90_s):>6}"
        for each in worst[:MOST_AREAS]
    ]
    return told, [*lines, *desk.problems]


def place(args: argparse.Namespace) -> Answer:
    """Say where to put posts.

    JSON: asked, aim, before and after (as `plan_json`), posts [{id, name, lon, lat, is_new}] in the order in which to
    open them, candidates, value (share of demand for cover, mean seconds for p-median, number for fewest), bound, gap,
    is_proven, problems.
    """
    desk = desk_of(args)
    candidates = _candidates(args.candidates, desk)
    if args.at_least is not None and not 0 < args.at_least <= 1:
        raise ValueError("--at-least: a share above 0, up to 1")
    before = desk.siting.measure(desk.plan)
    try:
        found = placing.place(
            desk.siting, desk.plan, candidates, aim=args.aim, count=args.count, at_least=args.at_least,
            keep=not args.afresh, budget_s=args.budget,
        )  # fmt: skip
    except ValueError as error:
        raise NoAnswer("no_choice", str(error)) from error
    kept = set() if args.afresh else {post.id for post in desk.plan.posts}
    new = [post for post in found.order if post.id not in kept]
    if args.out:
        write_geojson(
            args.out,
            [
                point_feature(post.lon, post.lat, id=post.id, name=post.name, is_new=post.id not in kept, order=number)
                for number, post in enumerate(found.order, start=1)
            ],
        )
    recorded(args, f"place {args.aim} {args.count}")
    told = {
        "asked": asked_json(desk, args), "aim": args.aim,
        "before": plan_json(before), "after": plan_json(found.measured),
        "posts": [
            {"id": post.id, "name": post.name, "lon": round(post.lon, 6), "lat": round(post.lat, 6),
             "is_new": post.id not in kept}
            for post in found.order
        ],
        "candidates": len(found.candidates), "value": rounded(found.sited.value, 6),
        "bound": rounded(found.sited.bound, 6), "gap": rounded(found.sited.gap, 6),
        "is_proven": found.sited.is_proven, "problems": list(desk.problems),
    }  # fmt: skip
    proof = "no better choice exists" if found.sited.is_proven else f"at most {found.sited.gap:.2%} better could exist"
    lines = [_head(desk), f"{len(new)} of {len(candidates)} candidates, {args.aim}: {proof}"]
    lines += [f"  {number:>3}  {post.lon:.5f},{post.lat:.5f}  {post.name}" for number, post in enumerate(new, start=1)]
    return told, [*lines, "", *_both(before, found.measured), *record_lines(desk.record), *desk.problems]


def compare(args: argparse.Namespace) -> Answer:
    """Put the plan as it is beside one with changes.

    JSON: asked, before and after (as `plan_json`), changes {close, move, open, fallen, growth}, lost, won, slower,
    quicker (shares of the later demand), areas [{area, share, reached_before, reached_after, mean_before_s,
    mean_after_s}], the worst first, problems.
    """
    desk = desk_of(args)
    after, problems = _changed(desk, args)
    found = side_by_side.compare(desk.siting.measure(desk.plan), desk.siting.measure(after))
    if args.out:
        write_geojson(args.out, _cells(desk, found.after, before=found.before))
    recorded(args, f"compare {desk.department.id}")
    growth = [{"area": each.area or None, "factor": each.factor} for each in after.growth]
    told = {
        "asked": asked_json(desk, args), "before": plan_json(found.before), "after": plan_json(found.after),
        "changes": {"close": list(args.close), "move": [list(each) for each in args.move],
                    "open": [list(each) for each in args.open], "fallen": args.fallen.name if args.fallen else None,
                    "growth": growth},
        "lost": rounded(found.lost), "won": rounded(found.won), "slower": rounded(found.slower),
        "quicker": rounded(found.quicker),
        "areas": [
            {"area": area_name(each.area), "share": rounded(each.after.share if each.after else 0.0),
             "reached_before": rounded(each.before.reached if each.before else None),
             "reached_after": rounded(each.after.reached if each.after else None),
             "mean_before_s": rounded(each.before.mean_s if each.before else None, 1),
             "mean_after_s": rounded(each.after.mean_s if each.after else None, 1)}
            for each in found.areas
        ],
        "problems": [*desk.problems, *problems],
    }  # fmt: skip
    lines = [_head(desk), *_both(found.before, found.after), *record_lines(desk.record), ""]
    lines.append(
        f"of the demand {found.lost:.1%} is reached in time no more, {found.won:.1%} now is; "
        f"{found.slower:.1%} waits a minute or more longer, {found.quicker:.1%} less"
    )
    lines += ["", f"{'area':<28} {'demand':>7} {'in time':>17} {'mean':>14}"]
    lines += [_area_line(each) for each in found.areas[:MOST_AREAS]]
    return told, [*lines, *desk.problems, *problems]


def asked_json(desk: Desk, args: argparse.Namespace) -> dict[str, Any]:
    """Return what was asked, for a program."""
    target = desk.target
    return {
        "city": desk.city.name, "department": desk.department.id, "target": target.id, "within_s": target.within_s,
        "clock": target.clock, "at_least": target.at_least, "mode": target.mode, "demand": desk.siting.demand.source,
        "cells": len(desk.siting.demand), "when": args.when.isoformat() if args.when else None,
        "weather": args.weather or None, "recorded": record_json(desk.record),
    }  # fmt: skip


def plan_json(found: Measured) -> dict[str, Any]:
    """Return a plan's figures: posts, units, busy, reached, expected, never (shares), mean_s, p50_s, p90_s,
    calls_a_day, late_a_day."""
    return {
        "posts": len(found.plan.posts), "units": found.plan.units, "busy": rounded(found.busy),
        "reached": rounded(found.reached, 6), "expected": rounded(found.expected, 6), "never": rounded(found.never, 6),
        "mean_s": rounded(found.mean_s, 1), "p50_s": rounded(found.p50_s, 1), "p90_s": rounded(found.p90_s, 1),
        "calls_a_day": rounded(found.calls_a_day, 2), "late_a_day": rounded(found.late_a_day, 2),
    }  # fmt: skip


def area_json(each: AreaFigures) -> dict[str, Any]:
    """Return how an area is served, for a program."""
    return {"area": area_name(each.area), "share": rounded(each.share), "reached": rounded(each.reached),
            "mean_s": rounded(each.mean_s, 1), "p90_s": rounded(each.p90_s, 1)}  # fmt: skip


def _changed(desk: Desk, args: argparse.Namespace) -> tuple[Plan, list[str]]:
    plan = closed(desk.plan, args.close)
    plan = moved(plan, dict(args.move))
    turnout_s = usual_turnout_s(desk.plan)
    new = [
        Post(f"new_{number}", f"{lon:.5f}, {lat:.5f}", lon, lat, 1, turnout_s)
        for number, (lon, lat) in enumerate(args.open, start=1)
    ]
    plan = opened(plan, new)
    away_m = desk.ground.away_m([(post.lon, post.lat) for post in new])
    far = [post.name for post, metres in zip(new, away_m.tolist(), strict=True) if metres > 0]
    if far:
        raise ValueError(f"--open: {far[0]} lies outside the roads of {desk.city.name}; longitude comes first")
    fallen, problems = closures_of(args.fallen, desk.ground, at=args.when or datetime.now(UTC))
    fallen = [replace(each, id=f"fallen {each.id}") for each in fallen]
    growth = [] if args.demand is None else [Growth(args.demand)]
    names = {area_name(area).casefold(): area.name for area in desk.siting.demand.areas}
    for word, times in args.demand_in:
        if word.casefold() not in names:
            raise ValueError(f"--demand-in: there is no area {word!r}; there are {', '.join(sorted(names))}")
        try:
            growth.append(Growth(factor(times), names[word.casefold()]))
        except argparse.ArgumentTypeError as error:
            raise ValueError(f"--demand-in: {error}") from error
    changed = replace(plan, name="what if", closures=(*plan.closures, *fallen), growth=tuple(growth))
    if changed == replace(desk.plan, name="what if"):
        raise ValueError("nothing differs: say --close, --move, --open, --fallen, --demand or --demand-in")
    return changed, problems


def _candidates(word: str, desk: Desk) -> list[Post]:
    turnout_s = usual_turnout_s(desk.plan)
    if word == "cells":
        return placing.cells_as_candidates(desk.siting, desk.city, turnout_s=turnout_s)
    if word == "stations":
        return [
            Post(each.id, each.name or each.id, each.lon, each.lat, 1, turnout_s) for each in desk.roster.stations
        ]  # fmt: skip
    return _of_file(Path(word), turnout_s)


def _of_file(file: Path, turnout_s: float) -> list[Post]:
    from gis.io import read_vector

    if not file.exists():
        raise ValueError(f"--candidates: {str(file)!r} is neither cells, nor stations, nor a file")
    vector = read_vector(file)
    columns = {name.casefold(): values for name, values in vector.columns.items()}
    names = next((columns[name] for name in ("name", "id") if name in columns), [None] * len(vector.geometries))
    found = []
    for row, (shape, name) in enumerate(zip(vector.geometries, names, strict=True), start=1):
        point = shape if shape.geom_type == "Point" else shape.centroid
        found.append(Post(f"candidate_{row}", str(name or f"candidate {row}"), point.x, point.y, 1, turnout_s))
    return found


def _cells(desk: Desk, found: Measured, *, before: Measured | None = None) -> list[dict[str, Any]]:
    demand = desk.siting.demand
    features = []
    for cell, corner in enumerate(demand.corner_xy.tolist()):
        told: dict[str, Any] = {
            "area": area_name(demand.areas[demand.area[cell]]), "demand": rounded(found.weight[cell], 8),
            "seconds": rounded(found.nearest_s[cell], 1), "units": int(found.counts[cell]),
        }  # fmt: skip
        if before is not None:
            told |= {"seconds_before": rounded(before.nearest_s[cell], 1), "units_before": int(before.counts[cell])}
        features.append(square_feature(desk.city, corner, demand.cell_m, **told))
    return features


def _head(desk: Desk) -> str:
    target = desk.target
    clock = "driving" if target.clock == "travel" else "turnout and driving"
    return (
        f"{desk.city.name}, {desk.department.name}: {target.name or target.id} within {minutes(target.within_s)} of "
        f"{clock} for {target.at_least:.0%}; demand of {desk.siting.demand.source} in {len(desk.siting.demand)} cells"
    )


ROWS = (
    ("stations and posts", lambda found: f"{len(found.plan.posts)}"),
    ("units that count", lambda found: f"{found.plan.units}"),
    ("a unit is busy", lambda found: f"{found.busy:.1%}"),
    ("demand reached in time", lambda found: f"{found.reached:.1%}"),
    ("… weighed by busy units", lambda found: f"{found.expected:.1%}"),
    ("demand nobody gets to", lambda found: f"{found.never:.1%}"),
    ("mean time", lambda found: minutes(found.mean_s)),
    ("middle time", lambda found: minutes(found.p50_s)),
    ("90 % within", lambda found: minutes(found.p90_s)),
    ("calls a day", lambda found: "–" if found.calls_a_day is None else f"{found.calls_a_day:.1f}"),
    ("late calls a day", lambda found: "–" if found.late_a_day is None else f"{found.late_a_day:.1f}"),
)  # fmt: skip


def _figures(found: Measured) -> list[str]:
    return [f"  {name:<26} {word(found):>8}" for name, word in ROWS]


def _both(before: Measured, after: Measured) -> list[str]:
    lines = [f"  {'':<26} {'now':>8}   {'then':>8}"]
    return lines + [f"  {name:<26} {word(before):>8} → {word(after):>8}" for name, word in ROWS]


def _area_line(each: side_by_side.AreaChange) -> str:
    before, after = each.before, each.after
    share = after.share if after else 0.0
    reached = [f"{one.reached:.1%}" if one else "–" for one in (before, after)]
    mean = [minutes(one.mean_s) if one else "–" for one in (before, after)]
    return (
        f"{area_name(each.area)[:28]:<28} {share:>7.1%} {reached[0]:>7} → {reached[1]:>7} {mean[0]:>5} → {mean[1]:>6}"
    )
