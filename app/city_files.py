"""A city's own roster and run cards, or the shipped ones where it has none."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import maps
from dispatch.runcard import RunCards
from dispatch.runcard_file import read_run_cards
from gis.city import City
from resources.roster import default_roster, read_roster
from resources.unit import Roster

SHIPPED_RUN_CARDS = Path(maps.__file__).resolve().parent / "cities" / "runcards.toml"


@dataclass(frozen=True, slots=True)
class Loaded:
    """A roster or run cards as read, with where from (a file's name) and the SHA-256 of that file (empty: made)."""

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
    file = city.folder / "runcards.toml"
    chosen = file if file.is_file() else SHIPPED_RUN_CARDS
    return read_run_cards(chosen), _loaded(chosen)


def _loaded(file: Path) -> Loaded:
    return Loaded(file.name, hashlib.sha256(file.read_bytes()).hexdigest())
