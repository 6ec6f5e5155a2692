"""Demand as rows of a table (CSV) and as one JSON object."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, TextIO

from app.demand.told import Content
from dispatch.log_export import csv_cell

COLUMNS = (
    "part", "key", "name", "calls", "a_day", "from", "lon", "lat", "radius_m", "z", "p", "expected", "low", "high",
    "mae", "mase", "deviance", "inside", "used",
)  # fmt: skip


def write_csv(content: Content, out: TextIO) -> int:
    """Write a line a bar, a square, a cluster, an hour to come and a model; return how many.

    No cell of a text begins as a formula. `part` says what a line is of: a way (hour, kind, ...), hot, cluster, ahead,
    model; what it has not stays empty.
    """
    writer = csv.DictWriter(out, COLUMNS, restval="", quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writeheader()
    count = 0
    for row in rows_of(content):
        writer.writerow({name: csv_cell(value) if isinstance(value, str) else value for name, value in row.items()})
        count += 1
    return count


def rows_of(content: Content) -> Iterator[dict[str, Any]]:
    """Give every row with the columns that it has."""
    for way in content.counts.ways:
        for bar in way.bars:
            yield {
                "part": way.way, "key": bar.key, "name": bar.name, "calls": bar.count,
                "a_day": "" if bar.a_day is None else bar.a_day,
            }  # fmt: skip
    places, ahead = content.places, content.ahead
    for hot in places.hot if places is not None else ():
        yield {
            "part": "hot", "key": hot.key, "name": hot.place, "from": hot.when, "calls": hot.count, "lon": hot.lon,
            "lat": hot.lat, "z": hot.z, "p": hot.p,
        }  # fmt: skip
    for each in places.clusters if places is not None else ():
        yield {
            "part": "cluster", "key": str(each.number), "name": each.place, "from": each.first, "calls": each.count,
            "lon": each.lon, "lat": each.lat, "radius_m": each.radius_m,
        }  # fmt: skip
    for hour in ahead.hours if ahead is not None else ():
        yield {
            "part": "ahead", "key": hour.at, "expected": hour.expected, "low": hour.low, "high": hour.high
        }  # fmt: skip
    for model in ahead.models if ahead is not None else ():
        yield {
            "part": "model", "key": model.model, "name": model.name, "mae": model.mae,
            "mase": "" if model.mase is None else model.mase, "deviance": model.deviance, "inside": model.inside,
            "used": int(model.is_used),
        }  # fmt: skip


def as_json(content: Content) -> dict[str, Any]:
    """Return everything as one object: facts, counts {total, of_all, ..., ways}, places, ahead; without the points."""
    found = asdict(content)
    if found["places"] is not None:
        del found["places"]["points"]
    return found
