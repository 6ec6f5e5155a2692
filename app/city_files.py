"""A city's own files of rules, or the shipped ones where it has none; and checksums of all that answers come from."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import gis
import maps
from dispatch.runcard import RunCards
from dispatch.runcard_file import read_run_cards
from gis.city import City, checksum
from resources.roster import default_roster, read_roster
from resources.unit import Roster

if TYPE_CHECKING:
    from dispatch.action_cards import ActionCards
    from dispatch.areas import Areas
    from dispatch.calendar import WorkCalendar
    from dispatch.coverage_targets import Targets
    from dispatch.duty_templates import UsualDuties
    from dispatch.penalties import Penalties
    from dispatch.redirects import Redirects
    from dispatch.standards import Standards
    from gis.speeds import Speeds

T = TypeVar("T")

SHIPPED_PROFILES = Path(gis.__file__).resolve().parent / "profiles.toml"
SHIPPED_RUN_CARDS = Path(maps.__file__).resolve().parent / "cities" / "runcards.toml"
SHIPPED_STANDARDS = Path(maps.__file__).resolve().parent / "cities" / "standards.toml"


@dataclass(frozen=True, slots=True)
class Loaded:
    """Rules as read, with where from (a file's name) and the SHA-256 of that file (empty: made)."""

    source: str
    checksum: str


def roster_of(city: City) -> tuple[Roster, Loaded]:
    """Return the city's roster.toml, or a roster made for it. Raises BadFile with every problem of the file."""
    file = city.folder / "roster.toml"
    if file.is_file():
        return read_roster(file), _loaded(file)
    return default_roster(city), Loaded(f"made for {city.name}", "")


def run_cards_of(city: City) -> tuple[RunCards, Loaded]:
    """Return the city's runcards.toml, or the shipped run cards. Raises BadFile with every problem of the file."""
    return _read(city, "runcards.toml", SHIPPED_RUN_CARDS, read_run_cards)


def calendar_of(city: City) -> tuple[WorkCalendar, Loaded]:
    """Return the city's calendar.toml, or the shipped plain week. Raises BadFile with every problem of the file."""
    from dispatch.calendar_file import FILE, SHIPPED, read_calendar

    return _read(city, FILE, SHIPPED, lambda file: read_calendar(file, time_zone=city.time_zone))


def standards_of(city: City, *, cards: RunCards | None = None) -> tuple[Standards, Loaded]:
    """Return the city's standards.toml, or the shipped ones, read beside its run cards. Raises BadFile.

    `cards` are those in force where somebody has read them: reading them again takes a third of the time.
    """
    from dispatch.standards_file import FILE, read_standards

    beside = cards or run_cards_of(city)[0]
    return _read(city, FILE, SHIPPED_STANDARDS, lambda file: read_standards(file, cards=beside))


def areas_of(city: City, *, roster: Roster | None = None, standards: Standards | None = None) -> tuple[Areas, Loaded]:
    """Return the city's areas.toml, read beside its roster, standards and grid; none without it. Raises BadFile.

    `roster` and `standards` are those in force, where somebody has read them.
    """
    from dispatch.areas import Areas
    from dispatch.areas_file import FILE, read_areas
    from gis.grid import Grid

    file = city.folder / FILE
    if not file.is_file():
        return Areas(), Loaded(f"none for {city.name}", "")
    grid = Grid.of(city)
    areas = read_areas(
        file,
        roster=roster or roster_of(city)[0],
        standards=standards or standards_of(city)[0],
        cells=grid.codes if grid else (),
    )
    return areas, _loaded(file)


def usual_duties_of(city: City, *, cards: RunCards | None = None) -> tuple[UsualDuties, Loaded]:
    """Return the city's duties.toml, or the shipped usual duties, read beside its run cards. Raises BadFile.

    `cards` are those in force, where somebody has read them. A city without one of the shipped kinds of incident leaves
    its duties out; its own file must name kinds that it has.
    """
    from dispatch.duties_file import FILE, SHIPPED, read_usual_duties

    own = city.folder / FILE
    if not own.is_file():
        return read_usual_duties(SHIPPED), _loaded(SHIPPED)
    beside = cards or run_cards_of(city)[0]
    return read_usual_duties(own, kinds=[card.kind for card in beside.cards]), _loaded(own)


def action_cards_of(city: City) -> tuple[ActionCards, Loaded]:
    """Return the city's action_cards.toml, or the shipped cards. Raises BadFile with every problem of the file."""
    from dispatch.action_cards_file import FILE, SHIPPED, read_action_cards

    return _read(city, FILE, SHIPPED, read_action_cards)


def penalties_of(city: City) -> tuple[Penalties, Loaded]:
    """Return the city's penalties.toml, or the shipped prices. Raises BadFile with every problem of the file."""
    from dispatch.penalties_file import SHIPPED, read_penalties

    return _read(city, "penalties.toml", SHIPPED, read_penalties)


def redirects_of(city: City) -> tuple[Redirects, Loaded]:
    """Return the city's redirects.toml, or the shipped rules. Raises BadFile with every problem of the file."""
    from dispatch.redirects_file import SHIPPED, read_redirects

    return _read(city, "redirects.toml", SHIPPED, read_redirects)


def targets_of(city: City) -> tuple[Targets, Loaded]:
    """Return the city's targets.toml, or the shipped targets. Raises BadFile with every problem of the file."""
    from dispatch.coverage_targets import SHIPPED, read_targets

    return _read(city, "targets.toml", SHIPPED, read_targets)


def speeds_of(city: City) -> tuple[Speeds, Loaded]:
    """Return the city's speeds.toml, or the shipped factors, with what was learned. Raises BadFile."""
    from gis.speeds import FILE_NAME, SHIPPED
    from gis.speeds import speeds_of as speeds_in

    return speeds_in(city.folder), _loaded(_chosen(city, FILE_NAME, SHIPPED))


def inputs_of(city: City) -> tuple[tuple[str, str], ...]:
    """Name every file that answers for a city come from, with its SHA-256; the road network's files have one together.

    Reads them whole: some 20 ms for a city of 40 MB of roads, once when the planner opens it.
    """
    from dispatch.compliance_file import FILE as COMPLIANCE
    from dispatch.coverage_targets import SHIPPED as TARGETS
    from dispatch.penalties_file import SHIPPED as PENALTIES
    from dispatch.redirects_file import SHIPPED as REDIRECTS
    from gis.speeds import LEARNED_FILE_NAME
    from gis.speeds import SHIPPED as SPEEDS

    shipped = {
        "penalties": PENALTIES,
        "profiles": SHIPPED_PROFILES,
        "redirects": REDIRECTS,
        "speeds": SPEEDS,
        "targets": TARGETS,
    }
    found = [(name, checksum(_chosen(city, f"{name}.toml", file))) for name, file in shipped.items()]
    for name, file_name in (("learned_speeds", LEARNED_FILE_NAME), ("compliance", COMPLIANCE)):
        own = city.folder / file_name
        if own.is_file():  # nothing is shipped in their place
            found.append((name, checksum(own)))
    return (*found, ("roads", roads_checksum(city)))


def roads_checksum(city: City) -> str:
    """Return the SHA-256 over the road network's files, their names and checksums as sha256sum writes them."""
    files = sorted(path for path in city.roads_folder.rglob("*") if path.is_file())
    lines = [f"{checksum(file)}  {file.relative_to(city.roads_folder).as_posix()}\n" for file in files]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _read(city: City, name: str, shipped: Path, read: Callable[[Path], T]) -> tuple[T, Loaded]:
    file = _chosen(city, name, shipped)
    return read(file), _loaded(file)


def _chosen(city: City, name: str, shipped: Path) -> Path:
    own = city.folder / name
    return own if own.is_file() else shipped


def _loaded(file: Path) -> Loaded:
    return Loaded(file.name, checksum(file))
