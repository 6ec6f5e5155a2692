from __future__ import annotations

from resources.roster import parse_roster
from resources.roster_made import DEPARTMENTS, TURNOUTS
from resources.roster_toml import roster_text
from resources.unit import FirstDueArea, Roster, Shift, Station, TaskForce, Turnout, TurnoutHours, Unit


def test_what_is_written_is_read_again() -> None:
    stations = (Station("fire_1", 'The "old" house\\ 站', "fire", 24.9, 60.2, True),)
    units = (
        Unit("E1", "fire", ("engine", "first_aid"), 24.9, 60.2, "engine", "fire_1", 4, 3, "fire", True),
        Unit("C1", "fire", ("chief",), 25.0, 60.3, "chief"),
    )
    turnouts = (*TURNOUTS, Turnout("own", 60, 90, hours=(TurnoutHours(22, 6, 120.5), TurnoutHours(7, 9, 70))))
    roster = Roster(DEPARTMENTS, stations, units, turnouts)
    assert parse_roster(roster_text(roster, head="Invented.\nAll of it.")) == roster


def test_what_units_carry_and_how_they_go_together_is_written_too() -> None:
    stations = (Station("fire_1", "Station", "fire", 24.9, 60.2),)
    able = {"equipment": ("foam", "ladder"), "officers": 1, "cross_staffed": "house", "shift": "day", "weight_t": 14.5}
    units = (
        Unit("E1", "fire", ("engine",), 24.9, 60.2, "engine", "fire_1", height_m=3.3, width_m=2.55, **able),
        Unit("L1", "fire", ("ladder",), 24.9, 60.2, "ladder", "fire_1", **able),
    )
    ring = ((24.9, 60.1), (25.0, 60.1), (25.0, 60.2))
    roster = Roster(
        DEPARTMENTS,
        stations,
        units,
        TURNOUTS,
        (Shift("day", "07:00", "19:00"), Shift("night", "19:00", "07:00")),
        (TaskForce("TF1", ("E1", "L1"), ("strike_team",), "Strike team", "突击队"),),
        (FirstDueArea("north", "fire", ("fire_1",), ring),),
    )
    assert parse_roster(roster_text(roster)) == roster
