"""A town of 3 × 3 crossings with four departments and ten units, and a log that tests write by hand.

Crossings stand 500 m apart from 25.0 E, 60.0 N: `crossing(0, 0)` is the south-west corner, `crossing(2, 2)` the
north-east.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count

from dispatch.commands import Body, Command, LoadRoster, LoadRunCards, OpenLog, Who
from dispatch.events import LogKind
from dispatch.incident import Location
from dispatch.runcard import Need, RunCard, RunCards
from resources.unit import Department, Roster, Station, Turnout, Unit

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
STEP_LON, STEP_LAT = 0.00897, 0.00449
STREETS_EAST = ("South Street", "Middle Street", "North Street")
STREETS_NORTH = ("West Road", "Church Road", "East Road")

OPERATOR = Who("anna", "operator", "", "seat-1")
OTHER_OPERATOR = Who("bela", "operator", "", "seat-2")
SUPERVISOR = Who("carla", "supervisor", "", "seat-3")
ADMINISTRATOR = Who("dora", "administrator", "", "seat-4")
OBSERVER = Who("emil", "observer", "", "seat-5")
CLOCK = Who("clock", "system", "", "system")


def crew(unit_id: str) -> Who:
    """Return the voice of a unit's crew."""
    return Who(unit_id, "crew", "", f"unit-{unit_id}")


def at(seconds: float = 0.0) -> datetime:
    """Return an instant `seconds` after eight o'clock of the town's Monday."""
    return START + timedelta(seconds=seconds)


def crossing(east: int, north: int) -> Location:
    """Return the place of a crossing, counted from the south-west corner."""
    words = f"{STREETS_NORTH[east]} / {STREETS_EAST[north]}"
    return Location(25.0 + east * STEP_LON, 60.0 + north * STEP_LAT, words, "Smalltown", crossing=words)


def _unit(unit_id: str, department: str, capabilities: str, east: int, north: int, crew_size: int) -> Unit:
    place = crossing(east, north)
    return Unit(
        unit_id,
        department,
        tuple(capabilities.split()),
        place.lon,
        place.lat,
        kind=capabilities.split()[0],
        station=f"{department}-{east}{north}",
        crew=crew_size,
        turnout=department,
        invented=True,
    )


UNITS = (
    _unit("E1", "fire", "engine rescue", 0, 0, 4),
    _unit("E2", "fire", "engine", 2, 2, 4),
    _unit("L1", "fire", "ladder", 0, 0, 2),
    _unit("A1", "ambulance", "ambulance_als ambulance_bls", 0, 2, 2),
    _unit("A2", "ambulance", "ambulance_bls", 2, 0, 2),
    _unit("P1", "police", "patrol traffic_control", 1, 1, 2),
    _unit("P2", "police", "patrol", 1, 1, 1),
    _unit("W1", "water", "water_repair", 2, 1, 2),
    _unit("W2", "water", "water_repair pump", 2, 1, 2),
    _unit("T 12", "water", "pump", 1, 0, 1),
)
ROSTER = Roster(
    departments=(
        Department("fire", "Fire Service", "fire", "消防"),
        Department("ambulance", "Ambulance Service", "ambulance", "急救"),
        Department("police", "Police", "police", "公安"),
        Department("water", "Water Works", "water", "供水"),
    ),
    stations=tuple(
        Station(u.station, f"{u.department.title()} {u.station[-2:]}", u.department, u.lon, u.lat, invented=True)
        for u in {u.station: u for u in UNITS}.values()
    ),
    units=UNITS,
    turnouts=(
        Turnout("fire", 80, 100),
        Turnout("ambulance", 60, 75),
        Turnout("police", 15, 15),
        Turnout("water", 300, 900),
    ),
)
RUN_CARDS = RunCards(
    (
        RunCard(
            "structure_fire",
            "Structure fire",
            "fire",
            1,
            "emergency",
            (
                Need("engine", ("engine",), 1, "fire"),
                Need("als", ("ambulance_als", "ambulance_bls"), 1),
                Need("patrol", ("patrol",), 1, optional=True),
                Need("engine_2", ("engine",), 1, "fire", level=2),
                Need("ladder_2", ("ladder",), 1, "fire", level=2),
            ),
            lead="fire",
            deadline_min=60,
            hazards=("smoke",),
            words=("fire", "burning house"),
            dispositions=("extinguished", "false_alarm"),
            name_zh="建筑火灾",
        ),
        RunCard(
            "cardiac_arrest",
            "Cardiac arrest",
            "medical",
            1,
            "emergency",
            (Need("als", ("ambulance_als",)), Need("first", ("engine", "patrol"))),
            lead="ambulance",
            dispositions=("transported", "treated_on_scene", "dead"),
            name_zh="心脏骤停",
        ),
        RunCard(
            "traffic_collision",
            "Traffic collision",
            "traffic",
            2,
            "emergency",
            (Need("patrol", ("patrol",), 1, "police"), Need("rescue", ("rescue",), level=2)),
            lead="police",
            deadline_min=90,
            hazards=("traffic",),
            dispositions=("cleared", "towed"),
            name_zh="交通事故",
        ),
        RunCard(
            "burst_water_main",
            "Burst water main",
            "water",
            3,
            "ordinary",
            (Need("repair", ("water_repair",), 2, "water"), Need("pump", ("pump",), 1, "water", optional=True)),
            lead="water",
            deadline_min=240,
            dispositions=("repaired", "shut_off"),
            name_zh="水管爆裂",
        ),
        RunCard("stray_dog", "Stray dog", "other", 5, "ordinary", (), name_zh="流浪狗"),
    )
)

_numbers = count(1)


def command(
    body: Body, *, at: datetime = START, who: Who = OPERATOR, based_on: int | None = None, id: str = ""
) -> Command:
    """Wrap `body` in a command with a fresh id."""
    return Command(id or f"command-{next(_numbers)}", at, who, body, based_on)


def opening(kind: LogKind = LogKind.DRILL, *, at: datetime = START) -> tuple[Command, Command, Command]:
    """Return the three commands that open the town's log with its roster and run cards."""
    return (
        command(OpenLog(kind, "smalltown", "Europe/Helsinki", "test"), at=at, who=ADMINISTRATOR),
        command(LoadRoster(ROSTER, "town"), at=at, who=ADMINISTRATOR),
        command(LoadRunCards(RUN_CARDS, "town"), at=at, who=ADMINISTRATOR),
    )
