"""The scenarios that stand in a city's folder, and what one of them holds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.city_files import roster_of, run_cards_of
from dispatch.scenario import Scenario
from dispatch.scenario_file import read_scenario
from gis.city import City
from gis.toml_reading import read_toml

FOLDER = "exercises"
MOST = 200


@dataclass(frozen=True, slots=True)
class Offered:
    """One scenario of the city by its file, with what it calls itself."""

    file: Path
    name: str
    name_zh: str = ""

    def called(self, language: str) -> str:
        """Return its name in a language."""
        return self.name_zh if language == "zh" and self.name_zh else self.name


def offered_by(folder: Path) -> tuple[Offered, ...]:
    """Return the scenarios in a city's folder `exercises`, by name; a file that is none goes by its file's name."""
    files = sorted((folder / FOLDER).glob("*.toml"))[:MOST]
    return tuple(sorted((_offered(file) for file in files), key=lambda each: (each.name.casefold(), each.file)))


def scenario_of(file: Path, city: City) -> Scenario:
    """Read a scenario against a city's own units and kinds. Raises BadFile with every problem, OSError."""
    (roster, _), (cards, _) = roster_of(city), run_cards_of(city)
    return read_scenario(
        file,
        kinds=[card.kind for card in cards.cards],
        units=[unit.id for unit in roster.units],
        departments=[each.id for each in roster.departments],
    )


def _offered(file: Path) -> Offered:
    try:
        head = read_toml(file)
    except (OSError, ValueError):
        return Offered(file, file.stem)
    name, name_zh = head.get("name"), head.get("name_zh")
    return Offered(file, name if isinstance(name, str) else file.stem, name_zh if isinstance(name_zh, str) else "")
