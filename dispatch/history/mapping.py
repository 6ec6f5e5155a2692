"""Say which column of a file means what, and how its words are read. Frozen records; `mapping_file` reads them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from functools import lru_cache

from resources.unit import Department

# The instants of a response in the order in which they come, as `incident.Assignment` keeps them.
INSTANTS = (
    "dispatched", "acknowledged", "en_route", "staged", "on_scene", "transporting", "at_destination", "available",
)  # fmt: skip
INCIDENT_INSTANTS = ("received", "entered", "closed")
FIELDS = (
    "incident", "unit", *INCIDENT_INSTANTS, *INSTANTS,
    "kind", "kind_detail", "priority", "alarm_level", "disposition", "text", "channel",
    "address", "cross_street", "cross_street_2", "municipality", "lon", "lat", "point", "x", "y",
    "unit_kind", "station", "department", "caller_name", "caller_number",
)  # fmt: skip
_SIGNS = re.compile(r"[\W_]+")


@lru_cache(maxsize=8_192)
def folded(name: str) -> str:
    """Return a column's name as names are compared: without case, blanks and signs."""
    return _SIGNS.sub("", name.casefold())


@dataclass(frozen=True, slots=True)
class UnitKind:
    """Say what the file's word for a kind of unit stands for; `department` is one of the mapping's."""

    word: str
    capabilities: tuple[str, ...]
    department: str = ""
    crew: int = 2


@dataclass(frozen=True, slots=True)
class Mapping:
    """Map a file's columns to fields.

    `columns` holds alternatives for each field: the first of which all columns are there is read, several columns of
    one alternative are joined by a blank. `seconds` gives instants that a file tells as seconds since another field.
    `stations` is a pattern on call signs whose first group is the number of the unit's station. `is_day_first` None
    is decided by the file's content.
    """

    name: str
    columns: Map[str, tuple[tuple[str, ...], ...]]
    needs: tuple[str, ...] = ()
    time_zone: str = ""
    formats: tuple[str, ...] = ()
    is_day_first: bool | None = None
    seconds: Map[str, tuple[str, str]] = field(default_factory=dict)
    crs: str = ""
    precision: str = "exact"
    kinds: Map[str, str] = field(default_factory=dict)
    priorities: Map[str, int] = field(default_factory=dict)
    priority: int = 3
    mode: str = "emergency"
    departments: tuple[Department, ...] = ()
    unit_kinds: tuple[UnitKind, ...] = ()
    stations: str = ""
    close_after_min: float = 60.0
    file: str = ""

    def fits(self, columns: Iterable[str]) -> bool:
        """Tell whether a table has every column by which its kind of file is known."""
        known = {folded(name) for name in columns}
        return bool(self.needs) and all(any(folded(n) in known for n in need.split("|")) for need in self.needs)

    def of(self, field_name: str, columns: Iterable[str]) -> tuple[str, ...]:
        """Return the columns of a table that hold a field, as the table spells them; none where it has none."""
        known: dict[str, str] = {}
        for name in columns:
            known.setdefault(folded(name), name)
        for alternative in self.columns.get(field_name, ()):
            if all(folded(name) in known for name in alternative):
                return tuple(known[folded(name)] for name in alternative)
        return ()
