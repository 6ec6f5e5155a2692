from __future__ import annotations

from resources.roster import parse_roster
from resources.roster_made import DEPARTMENTS, TURNOUTS
from resources.roster_toml import roster_text
from resources.unit import Roster, Station, Unit


def test_what_is_written_is_read_again() -> None:
    stations = (Station("fire_1", 'The "old" house\\ 站', "fire", 24.9, 60.2, True),)
    units = (
        Unit("E1", "fire", ("engine", "first_aid"), 24.9, 60.2, "engine", "fire_1", 4, 3, "fire", True),
        Unit("C1", "fire", ("chief",), 25.0, 60.3, "chief"),
    )
    roster = Roster(DEPARTMENTS, stations, units, TURNOUTS)
    assert parse_roster(roster_text(roster, head="Invented.\nAll of it.")) == roster
