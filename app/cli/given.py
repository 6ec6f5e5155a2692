"""What a question without a log is asked of: a state made of files, and what is odd in them."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from immutables import Map

from app.city_files import speeds_of
from dispatch.ground import Ground
from dispatch.incident import Closure
from dispatch.runcard import RunCards
from dispatch.state import State, UnitState
from dispatch.straight import GUESS_LIMIT_M
from gis.city import City
from gis.closures import effects_of, read_closures
from gis.instants import read_instant
from gis.located_toml import nearest
from resources.status import Status
from resources.unit import Roster, Turnout
from resources.units_file import ListedUnit, read_units

MOST_TOLD = 5


def listed_units(file: Path | None, roster: Roster) -> Sequence[ListedUnit]:
    """Read the units of a file, or take those of the roster, all free. Raises BadFile."""
    return read_units(file) if file else [ListedUnit(unit, Status.AVAILABLE) for unit in roster.units]


def closures_of(file: Path | None, ground: Ground, *, at: datetime) -> tuple[list[Closure], list[str]]:
    """Read the closures that stand at a moment, and say what was left out. Raises VectorError."""
    drawn, problems = read_closures(file, at=at) if file else ([], [])
    if drawn:
        problems = [*problems, *effects_of(ground.network, drawn)[2]]
    closures = [
        replace(
            shape,
            id=f"{row}.{part}",
            way_ids=each.way_ids,
            kind=each.kind,
            speed_factor=each.speed_factor,
            until=each.until,
        )
        for row, each in enumerate(drawn)
        for part, shape in enumerate(_shapes(each.geometry))
    ]
    return closures, problems


def weather_of(city: City, word: str) -> str:
    """Return a weather that the city's speeds know, empty for none. Raises ValueError for another word, BadFile."""
    weathers = speeds_of(city)[0].weathers if word else ()
    if word and word not in weathers:
        raise ValueError(f"--weather: {word!r} is not known here{nearest(word, weathers)}")
    return word


def far_off(city: City, ground: Ground, listed: Sequence[ListedUnit]) -> list[str]:
    """Say which units stand far off the city's map: mostly a longitude and a latitude that changed places."""
    units = [each.unit for each in listed]
    away_m = ground.away_m([(unit.lon, unit.lat) for unit in units])
    far = [unit for unit, metres in zip(units, away_m.tolist(), strict=True) if metres > GUESS_LIMIT_M]
    told = f"far off the map of {city.name}; longitude comes first"
    found = [f"{unit.id}: {unit.lon:g},{unit.lat:g} lies {told}" for unit in far[:MOST_TOLD]]
    return [*found, f"and {len(far) - MOST_TOLD} more units {told}"] if len(far) > MOST_TOLD else found


def state_of(
    roster: Roster,
    run_cards: RunCards,
    units: Iterable[ListedUnit],
    closures: Iterable[Closure] = (),
    *,
    time_zone: str = "UTC",
    weather: str = "",
) -> State:
    """Make a state without a log: what a question from a file needs. A unit's turnout is its department's."""
    since = datetime.fromtimestamp(0, UTC)
    turnouts: dict[str, Turnout] = {turnout.id: turnout for turnout in roster.turnouts}
    return State(
        time_zone=time_zone,
        weather=weather,
        roster=roster,
        run_cards=run_cards,
        cards=Map({card.kind: card for card in run_cards.cards}),
        turnouts=Map(turnouts),
        units=Map({each.unit.id: UnitState(each.unit, each.status, since) for each in units}),
        closures=Map({closure.id: closure for closure in closures}),
    )


def _shapes(geometry: Any) -> list[Closure]:
    """Take a shapely geometry apart into points, lines and areas, as closures without names."""
    import shapely

    if geometry is None:
        return [Closure("", "Point", ())]
    shapes = []
    for part in shapely.get_parts(geometry).tolist():
        if part.geom_type == "Polygon":
            holes = tuple(_points(ring) for ring in part.interiors)
            shapes.append(Closure("", "Polygon", _points(part.exterior), holes=holes))
        else:
            name = "LineString" if part.geom_type == "LinearRing" else part.geom_type
            shapes.append(Closure("", name, _points(part)))
    return shapes


def _points(shape: Any) -> tuple[tuple[float, float], ...]:
    return tuple((float(x), float(y)) for x, y in shape.coords)


def instant(text: str) -> datetime:
    """Read a moment with its offset from UTC, as an argument of the command line."""
    try:
        return read_instant(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
