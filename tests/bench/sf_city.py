"""San Francisco for the benches of the simulation: its streets, stations and real week, built where the data is."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from dispatch.ground import Ground
from dispatch.history.fold_rows import fold_rows
from dispatch.history.recognise import recognise
from dispatch.history.table import read_table
from dispatch.sim.build import Ready, make_ready
from dispatch.sim.records import Records, records_of_past
from dispatch.sim.study import DemandPlan, Study, TimesPlan
from gis.city import City
from gis.city_build import StreetFile, build

DATA = Path(os.environ.get("OPSROOM_DATA") or Path(__file__).resolve().parents[3] / "shared" / "data") / "sanfrancisco"
WEEK, STREETS, STATIONS = "fire_calls_2017_week.csv", "streets_2014.gpkg", "fire_stations.geojson"
# Hospitals that take ambulances, about where they stand: the records do not say which of them a patient came to.
HOSPITALS = (
    (-122.405, 37.756), (-122.458, 37.763), (-122.435, 37.769), (-122.442, 37.783), (-122.454, 37.774),
    (-122.417, 37.789), (-122.409, 37.795), (-122.421, 37.748), (-122.391, 37.766), (-122.505, 37.782),
)  # fmt: skip


def missing() -> str:
    """Name the first file that is not here; empty where all are."""
    return next((name for name in (WEEK, STREETS, STATIONS) if not (DATA / name).exists()), "")


def san_francisco(folder: Path) -> tuple[City, Records]:
    """Build the city and read its week."""
    build(
        folder, streets=StreetFile(DATA / STREETS, "F_NODE_CNN", "T_NODE_CNN"), layers={"stations": DATA / STATIONS},
        name="San Francisco", time_zone="America/Los_Angeles",
    )  # fmt: skip
    city = City.open(folder)
    table = read_table(DATA / WEEK)
    past, _ = fold_rows([(table, recognise(table))], city=city)
    return city, records_of_past(past)


def week(city: City, records: Records, *, fitted_to: Records | None = None) -> Ready:
    """Let the week happen again with its own units, each incident asking for what it was sent then.

    `fitted_to` are the records that times are fitted to, where these are not those that happen again.
    """
    study = Study(
        "San Francisco, the week", city.folder, datetime.fromisoformat("2016-12-31T00:00:00"), 8.0,
        DemandPlan("history", needs="as_sent", duty="as_recorded"), TimesPlan("empirical"), hospitals=HOSPITALS,
    )  # fmt: skip
    ready = _ready(study, city, records)
    if fitted_to is not None:
        from dispatch.sim.fits import fit_times

        fitted = fit_times(fitted_to, ready.world.roads[0].zones)
        ready = replace(ready, times=fitted.times, fitted=fitted)
    return ready


def year(city: City, records: Records, *, days: float = 365.0) -> Ready:
    """Draw a year from rates that are fitted to the week: some 185,000 incidents."""
    study = Study(
        "San Francisco, a year", city.folder, datetime.fromisoformat("2017-01-02T00:00:00"), days,
        DemandPlan("rates", needs="as_sent", spread_m=50.0), TimesPlan("empirical"), hospitals=HOSPITALS,
    )  # fmt: skip
    return _ready(study, city, records)


def _ready(study: Study, city: City, records: Records) -> Ready:
    return make_ready(
        study, city=city, roster=records.roster, cards=records.cards, records=records, ground=Ground.of_city(city)
    )
