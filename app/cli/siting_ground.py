"""`opsroom siting isochrones | within`: what is reached from places in time, and who lies within an area."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from typing import Any

from app.city_files import roster_of
from app.cli.given import MOST_TOLD
from app.cli.siting_asked import rounded, write_geojson, write_text
from app.cli.siting_given import NoAnswer
from gis.city import City
from gis.isochrones import TOGETHER, Isochrone, as_geojson
from gis.isochrones import isochrones as drawn
from gis.located_toml import nearest

Answer = tuple[dict[str, Any], list[str]]
Places = list[tuple[str, float, float]]


def isochrones(args: argparse.Namespace) -> Answer:
    """Draw what is reached within minutes.

    JSON: city, mode, minutes, places [{name, lon, lat}], off_road [name], problems, and areas, a GeoJSON
    FeatureCollection of MultiPolygons with from ("" for all together), limit_s and area_km2; with --out it stands in
    the file, and `file` names that.
    """
    from gis.closures import effects_of, read_closures
    from gis.reach import ReachMap

    city = City.open(args.city)
    places = _places(city, args)
    drawings, problems = read_closures(args.closures, at=datetime.now(UTC)) if args.closures else ([], [])
    shut, slow, idle = effects_of(city.roads(), drawings) if drawings else (set(), {}, [])
    if slow:
        idle.append("slow roads are driven at their usual speed here")
    reach = ReachMap.of_city(city, args.mode, closed=shut)
    limits_s = [60.0 * each for each in args.minutes]
    found, off = drawn(reach, places, limits_s, each=args.each, towards=args.towards)
    if not found:
        raise NoAnswer(
            "off_road", f"none of {len(places)} places lies near a road of {city.name}; longitude comes first"
        )
    told: dict[str, Any] = {
        "city": city.name, "mode": args.mode, "minutes": list(args.minutes),
        "places": [{"name": name, "lon": lon, "lat": lat} for name, lon, lat in places], "off_road": list(off),
        "problems": [*problems, *idle],
    }  # fmt: skip
    collection = as_geojson(found, mode=args.mode)
    if args.out:
        write_geojson(args.out, collection["features"])
        told["file"] = str(args.out)
    else:
        told["areas"] = collection
    if args.page:
        from app.cli.siting_page import page_of

        write_text(args.page, page_of(city, found, places))
        told["page"] = str(args.page)
    lines = [f"{city.name}: {len(places) - len(off)} places, {args.mode} driving"]
    lines += [_line(one) for one in found]
    lines += [f"{name}: too far from every road, left out" for name in off]
    return told, [*lines, *told["problems"], *([f"written: {args.out}"] if args.out else [])]


def within(args: argparse.Namespace) -> Answer:
    """Count what lies within an area.

    JSON: city, area_km2, buildings, addresses, people, people_layer; null where no layer of the city
    tells; problems [text].
    """
    import shapely

    from gis.within import around, count_within

    city = City.open(args.city)
    problems: list[str] = []
    if args.at is not None:
        area = around(city, *args.at, args.radius)
    else:
        from gis.io import read_vector

        vector = read_vector(args.area, expected=city.bounds)
        problems = vector.summary(MOST_TOLD)
        shapes = [shapely.make_valid(each) for each in vector.geometries if shapely.get_dimensions(each) == 2]
        if not shapes:
            raise ValueError(f"{args.area}: there is no polygon in it")
        area = shapely.union_all(shapes)
    found = count_within(city, area)
    told = {
        "city": city.name, "area_km2": rounded(found.area_km2), "buildings": found.buildings,
        "addresses": found.addresses, "people": rounded(found.people, 1), "people_layer": found.people_layer or None,
        "problems": problems,
    }  # fmt: skip
    of = f", by the layer {found.people_layer}" if found.people_layer else ""
    return told, [
        f"{city.name}: {found.area_km2:.3f} km²",
        f"  buildings  {_count(found.buildings, 'no layer of buildings in this city')}",
        f"  addresses  {_count(found.addresses, 'no layer of addresses in this city')}",
        f"  people     {_count(found.people, 'no layer of this city says how many people live where')}{of}",
        *problems,
    ]


def _places(city: City, args: argparse.Namespace) -> Places:
    if args.at:
        return [(f"{lon:.5f}, {lat:.5f}", lon, lat) for lon, lat in args.at]
    if args.units:
        from resources.units_file import read_units

        return [(each.unit.id, each.unit.lon, each.unit.lat) for each in read_units(args.units)]
    stations = list(roster_of(city)[0].stations)
    known = {each.id for each in stations}
    for word in args.stations or ():
        if word not in known:
            raise ValueError(f"--stations: there is no station {word!r}{nearest(word, sorted(known))}")
    if args.department:
        departments = sorted({each.department for each in stations})
        if args.department not in departments:
            raise ValueError(f"--department: no stations of {args.department!r}{nearest(args.department, departments)}")
        stations = [each for each in stations if each.department == args.department]
    if args.stations:
        stations = [each for each in stations if each.id in args.stations]
    if not stations:
        raise ValueError("there are no such stations; give --at LON,LAT or --units FILE.csv")
    return [(each.name or each.id, each.lon, each.lat) for each in stations]


def _line(one: Isochrone) -> str:
    who = "all together" if one.name == TOGETHER else one.name
    return f"  {who[:40]:<40} {one.limit_s / 60:>5g} min  {one.area_km2:>9.2f} km²"


def _count(value: float | None, none: str) -> str:
    return none if value is None else f"{value:,.0f}"
