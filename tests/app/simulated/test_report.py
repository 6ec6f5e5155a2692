"""The report of a simulation: the same for the same runs, in both languages, with its charts, on paper and as page."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QColor, QGuiApplication

from app.charts.picture import picture_of
from app.simulated.charts import CHARTS
from app.simulated.content import Content
from app.simulated.report import SIZES, report_of, write_report
from dispatch.sim.against import against_records
from dispatch.sim.build import Ready, times_of
from dispatch.sim.records import records_of_state
from dispatch.sim.replicate import Case, compare_cases
from dispatch.sim.study import BUILT_IN, DemandPlan, Study, TimesPlan
from dispatch.state import State, fold
from resources.unit import Station
from tests.dispatch.sim.sim_town import START, WORLD, ZONES, finished

HOSTILE = "<script>alert(1)</script>\n=cmd()"


@pytest.fixture(scope="module")
def content(qapp: QGuiApplication) -> Content:
    from datetime import datetime

    records = records_of_state(fold(State(), finished(48.0, seed=9).desk.log.read()))
    local = datetime.fromisoformat("2026-03-02T02:00:00")
    study = Study(HOSTILE, Path(), local, 2.0, DemandPlan("history"), TimesPlan("empirical"), replications=2)
    times, fitted = times_of(study, records, ZONES)
    stations = tuple(
        Station(each.id, HOSTILE if not number else each.name, each.department, each.lon, each.lat)
        for number, each in enumerate(WORLD.roster.stations)
    )
    world = replace(WORLD, roster=replace(WORLD.roster, stations=stations))
    ready = Ready(study, world, times, START, np.full(len(ZONES), 1.0 / len(ZONES)), records, fitted)
    fewer = replace(world, roster=replace(world.roster, units=world.roster.units[2:]))
    found = compare_cases([Case("A", ready, BUILT_IN[0]), Case("B", replace(ready, world=fewer), BUILT_IN[0])])
    against = against_records(ready, [each for each in found.outcomes if each.policy == "A"])
    pair = next(iter(against.by_station.values()))  # so short a past has no hour with enough arrivals
    against = replace(against, by_hour=dict.fromkeys(range(24), pair), hour_p90=dict.fromkeys(range(24), pair))
    return Content(ready, (("A", f"A: {HOSTILE}"), ("B", "B: fewer")), found, against, "en")


def test_the_same_runs_make_the_same_page_and_hostile_names_are_text(content: Content, tmp_path: Path) -> None:
    files = [tmp_path / "one.html", tmp_path / "two.html"]
    for file in files:
        write_report(content, file)
    assert files[0].read_bytes() == files[1].read_bytes()
    page = files[0].read_text("utf-8")
    assert "<script" not in page and "&lt;script&gt;" in page
    assert page.count("<img") == 4 and "http" not in page.split("<body>")[1].replace("data:", "")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_is_said_is_what_came_out(content: Content, language: str, tmp_path: Path) -> None:
    report = report_of(replace(content, language=language))
    figures = next(part for part in report.parts if len(part.headings) == 4)
    cells = {row[0]: row[1:] for row in figures.rows}
    spread = content.compared.figures["A"]["first_arrival_mean_s"]
    paired = content.compared.differences["B"]["first_arrival_mean_s"]
    first = next(iter(cells.values()))
    assert first[0] == f"{spread.mean:,.1f} s ± {spread.half:,.1f} s" and f"{paired.mean:+,.1f} s" in first[2]
    assert content.against is not None
    stations = next(part for part in report.parts if part.begins_page)
    assert len(stations.rows) == len(content.against.by_station) and len(stations.headings) == 9
    file = tmp_path / "report.pdf"
    write_report(replace(content, language=language), file)
    assert file.read_bytes().startswith(b"%PDF") and file.stat().st_size > 20_000


@pytest.mark.parametrize("name", sorted(CHARTS))
def test_every_chart_draws_what_it_is_of(content: Content, name: str) -> None:
    drawn = picture_of(CHARTS[name](content), SIZES[name])
    bare = picture_of(CHARTS[name](replace(content, against=None, names=content.names[:1])), SIZES[name])
    assert drawn.size() == bare.size() and drawn != bare
    ink = {QColor(drawn.pixel(x, y)).name() for x in range(0, drawn.width(), 3) for y in range(0, drawn.height(), 3)}
    assert len(ink) > 8
