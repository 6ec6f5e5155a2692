"""Plans as a file that outlives the program: what each department's two plans change, for one city. Knows no window."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.siting.drafting import MOST_UNITS, Changes
from app.siting.drafts import PLANS
from app.wording.plain import one_line
from dispatch.incident import Closure
from dispatch.siting.plan import Growth, Post
from dispatch.whole_file import write_whole

Kept = Mapping[str, Mapping[str, Changes]]
"""Changes by the letter of their plan, by the department's id."""
VERSION = 1
LARGEST_BYTES = 1_000_000
MOST = 500  # changes of a kind
LONGEST = 200
_KINDS = ("Point", "LineString", "Polygon")


class BadPlans(ValueError):
    """The file is there and cannot be read as plans; it is left as it is."""


def plans_file(folder: Path, city: str) -> Path:
    """Return where the plans of a city are kept in a folder; the name is safe on every system."""
    safe = re.sub(r"[^a-z0-9]+", "-", city.casefold()).strip("-") or "city"
    return folder / f"plans-{safe[:60]}.json"


def read_plans(file: Path, city: str) -> dict[str, dict[str, Changes]]:
    """Return what a file holds of a city; nothing where there is none. Raises BadPlans, OSError."""
    try:
        if file.stat().st_size > LARGEST_BYTES:
            raise BadPlans(f"{file.name}: too large")
        held = json.loads(file.read_text(encoding="utf-8"))
        if held["version"] != VERSION:
            raise BadPlans(f"{file.name}: written by another version of the program")
        if held["city"] != city:
            raise BadPlans(f"{file.name}: plans of another city")
        return {
            _words(department): {which: _changes(plans[which]) for which in PLANS if which in plans}
            for department, plans in held["departments"].items()
        }
    except FileNotFoundError:
        return {}
    except BadPlans:
        raise
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError, RecursionError) as problem:
        raise BadPlans(f"{file.name}: not plans as this program writes them ({problem!r})") from problem


def write_plans(file: Path, city: str, kept: Kept) -> None:
    """Write the plans of a city, whole or not at all. Raises OSError."""
    departments = {
        department: {which: _row(each) for which, each in plans.items()}
        for department, plans in kept.items()
        if not all(each.is_none for each in plans.values())
    }
    content = json.dumps({"version": VERSION, "city": city, "departments": departments}, ensure_ascii=True, indent=1)
    file.parent.mkdir(parents=True, exist_ok=True)
    write_whole(file, content.encode())


def _row(changes: Changes) -> dict[str, Any]:
    return {
        "closed": list(changes.closed),
        "joined": [list(each) for each in changes.joined],
        "moved": [list(each) for each in changes.moved],
        "opened": [[post.id, post.name, post.lon, post.lat, post.units, post.turnout_s] for post in changes.opened],
        "broken": [[each.id, each.geometry_type, [list(at) for at in each.coordinates]] for each in changes.broken],
        "growth": [[each.factor, each.area] for each in changes.growth],
        "staffed": [list(each) for each in changes.staffed],
    }


def _changes(row: Any) -> Changes:
    return Changes(
        tuple(_words(each) for each in _rows(row["closed"])),
        tuple((_words(post), _words(there)) for post, there in _rows(row["joined"])),
        tuple((_words(post), *_place(lon, lat)) for post, lon, lat in _rows(row["moved"])),
        tuple(
            Post(_words(post), one_line(_words(name), LONGEST), *_place(lon, lat), _units(units), _number(wait_s, 7200))
            for post, name, lon, lat, units, wait_s in _rows(row["opened"])
        ),
        tuple(_closure(*each) for each in _rows(row["broken"])),
        tuple(Growth(_number(factor, 100), _words(area)) for factor, area in _rows(row["growth"])),
        tuple((_words(post), _units(units)) for post, units in _rows(row["staffed"])),
    )


def _closure(closure_id: Any, kind: Any, corners: Any) -> Closure:
    if kind not in _KINDS:
        raise ValueError(f"{kind!r} is no shape of a closure")
    return Closure(_words(closure_id), kind, tuple(_place(*each) for each in _rows(corners)))


def _rows(found: Any) -> list[Any]:
    if not isinstance(found, list) or len(found) > MOST:
        raise ValueError(f"a list of at most {MOST} was expected")
    return found


def _words(found: Any) -> str:
    if not isinstance(found, str) or len(found) > LONGEST:
        raise ValueError("words were expected")
    return found


def _place(lon: Any, lat: Any) -> tuple[float, float]:
    if not (-180 <= float(lon) <= 180 and -90 <= float(lat) <= 90):
        raise ValueError("a place in degrees was expected")
    return float(lon), float(lat)


def _units(found: Any) -> int:
    if type(found) is not int or not 1 <= found <= MOST_UNITS:
        raise ValueError(f"1 to {MOST_UNITS} units were expected")
    return found


def _number(found: Any, most: float) -> float:
    if isinstance(found, bool) or not (math.isfinite(float(found)) and 0 <= float(found) <= most):
        raise ValueError(f"a number of at most {most:g} was expected")
    return float(found)
