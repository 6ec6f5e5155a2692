"""Writes two plans to a file in the child process: a report, a page for a browser, or what is reached as GeoJSON."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from app.beside.child import Tell
from app.siting.content import GEOJSON, MAP, Content
from app.siting.drafting import Changes
from app.siting.questions import Write
from app.siting.work import Work
from dispatch.siting.plan import Plan
from gis.isochrones import as_geojson

_kept: list[Any] = []  # the application of this process: letters need one


def write(work: Work, asked: Write, tell: Tell) -> str:
    """Write what is asked for, whole or not at all; return the file's name. Raises OSError."""
    from app.paper.whole import replace_file

    file, content = Path(asked.file), asked.content
    tell(0.05, "write")
    if asked.form == GEOJSON:
        words = json.dumps(geojson_of(content), ensure_ascii=False, allow_nan=False)
    else:
        _make_application()
        if asked.form != MAP:
            from app.siting.report import write_report

            write_report(content, work.city, file, tell)
            return file.name
        from app.siting.web import plans_page

        words = plans_page(content, work.city, tell)
    file.parent.mkdir(parents=True, exist_ok=True)
    replace_file(file, lambda beside: beside.write_text(words, encoding="utf-8", newline="\n"))
    return file.name


def geojson_of(content: Content) -> dict[str, Any]:
    """Return a FeatureCollection: what each plan reaches, the longest limits first, then its posts."""
    found = content.weighed.comparison
    plans = (("A", found.before.plan, content.changes[0]), ("B", found.after.plan, content.changes[1]))
    features: list[dict[str, Any]] = []
    for (name, _, _), areas in zip(plans, content.weighed.areas, strict=True):
        features += as_geojson(areas, plan=name, mode=found.after.target.mode)["features"]
    for name, plan, changes in plans:
        features += _posts(name, content.base, plan, changes)
    return {"type": "FeatureCollection", "features": features}


def _posts(name: str, base: Plan, plan: Plan, changes: Changes) -> list[dict[str, Any]]:
    stands, was = {post.id: post for post in plan.posts}, {post.id for post in base.posts}
    moved = {each[0] for each in changes.moved}
    features = []
    for post in (*base.posts, *changes.opened):
        shown = stands.get(post.id, post)
        state = "closed" if post.id not in stands else "new" if post.id not in was else "stays"
        properties = {
            "plan": name, "post": post.id, "name": post.name, "units": shown.units if post.id in stands else 0,
            "state": "moved" if state == "stays" and post.id in moved else state,
        }  # fmt: skip
        place = {"type": "Point", "coordinates": [round(shown.lon, 6), round(shown.lat, 6)]}
        features.append({"type": "Feature", "properties": properties, "geometry": place})
    return features


def _make_application() -> None:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtGui import QGuiApplication

    if not _kept:
        _kept.append(QGuiApplication.instance() or QGuiApplication(["opsroom"]))
