"""What tags mean to somebody who drives."""

import pytest

from gis.network_tags import CLASS_CODE, read_barrier, read_road, speed_of
from gis.roads import ArcFlag


@pytest.mark.parametrize(
    ("text", "kmh"),
    [
        ("50", 50.0),
        ("50 km/h", 50.0),
        ("30 mph", 48.28032),
        ("30mph", 48.28032),
        ("FI:urban", 50.0),
        ("IT:rural", 90.0),
        ("DE:zone:30", 30.0),
        ("DE:zone30", 30.0),
        ("walk", 7.0),
        ("none", 250.0),
        ("50;30", 30.0),
        ("30-50", 30.0),
        ("80|60", 60.0),
        ("signals", 0.0),
        ("", 0.0),
        ("fast", None),
        ("-50", None),
        ("0", None),
        ("5000", None),
        ("XX:nowhere", None),
        ("NaN", None),
        ("50" * 100_000, None),
    ],
)
def test_speed_limits_are_read_or_refused(text: str, kmh: float | None) -> None:
    assert speed_of(text) == (kmh if kmh is None else pytest.approx(kmh))


@pytest.mark.parametrize(
    ("tags", "flags"),
    [
        ({"highway": "residential"}, ArcFlag(0)),
        ({"highway": "residential", "access": "private"}, ArcFlag.PRIVATE),
        ({"highway": "residential", "motor_vehicle": "no"}, ArcFlag.EMERGENCY_ONLY),
        ({"highway": "service", "access": "no"}, ArcFlag.BARRED),
        ({"highway": "service", "access": "no", "emergency": "yes"}, ArcFlag.EMERGENCY_ONLY),
        ({"highway": "service", "access": "no", "bus": "yes"}, ArcFlag.BUS_LANE),
        ({"highway": "service", "access": "no", "motor_vehicle": "yes"}, ArcFlag(0)),
        ({"highway": "busway"}, ArcFlag.BUS_LANE),
        ({"highway": "pedestrian"}, ArcFlag.EMERGENCY_ONLY),
        ({"highway": "pedestrian", "motor_vehicle": "yes"}, ArcFlag(0)),
        ({"highway": "footway", "emergency": "yes"}, ArcFlag.EMERGENCY_ONLY),
        ({"highway": "service", "service": "emergency_access"}, ArcFlag.EMERGENCY_ONLY),
        ({"highway": "service", "service": "parking_aisle"}, ArcFlag.SERVICE),
        ({"highway": "primary", "bridge": "yes", "tunnel": "no", "toll": "yes"}, ArcFlag.BRIDGE | ArcFlag.TOLL),
        ({"highway": "residential", "motor_vehicle:conditional": "no @ (22:00-06:00)"}, ArcFlag.CONDITIONAL),
    ],
)
def test_access_becomes_flags(tags: dict[str, str], flags: ArcFlag) -> None:
    reading = read_road(tags)
    assert reading is not None
    assert ArcFlag(reading.forward or 0) == flags
    assert reading.backward == reading.forward


@pytest.mark.parametrize(
    "tags",
    [
        {"highway": "footway"},
        {"highway": "steps"},
        {"highway": "construction"},
        {"highway": "turn"},
        {"highway": "pedestrian", "area": "yes"},
        {"highway": "cycleway", "bicycle": "yes"},
        {"highway": "service", "emergency": "no"},
    ],
)
def test_what_is_no_road_is_left_out(tags: dict[str, str]) -> None:
    assert read_road(tags) is None


@pytest.mark.parametrize(
    ("tags", "forward", "backward"),
    [
        ({"oneway": "yes"}, 0, ArcFlag.CONTRAFLOW),
        ({"oneway": "-1"}, ArcFlag.CONTRAFLOW, 0),
        ({"oneway": "no"}, 0, 0),
        ({"junction": "roundabout"}, ArcFlag.ROUNDABOUT, None),
        ({"highway": "motorway"}, 0, None),
        ({"highway": "motorway", "oneway": "no"}, 0, 0),
        ({"oneway": "yes", "oneway:bus": "no"}, 0, ArcFlag.BUS_LANE),
        ({"oneway": "yes", "busway:left": "opposite_lane"}, 0, ArcFlag.BUS_LANE),
        ({"oneway": "yes", "oneway:emergency": "no"}, 0, ArcFlag.EMERGENCY_ONLY),
        ({"oneway": "reversible"}, ArcFlag.CONDITIONAL, ArcFlag.CONDITIONAL),
        ({"oneway": "alternating"}, 0, 0),
        ({"oneway": "-1; yes"}, ArcFlag.CONTRAFLOW, 0),
        ({"oneway": "yes", "oneway:motor_vehicle": "no"}, 0, 0),
    ],
)
def test_one_ways(tags: dict[str, str], forward: int | None, backward: int | None) -> None:
    reading = read_road({"highway": "residential", **tags})
    assert reading is not None
    assert (reading.forward, reading.backward) == (forward, backward)


def test_speeds_differ_by_direction_and_unread_ones_are_told() -> None:
    reading = read_road({"highway": "primary", "maxspeed": "60", "maxspeed:backward": "40"})
    assert reading is not None
    assert (reading.forward_kmh, reading.backward_kmh) == (60, 40)
    odd = read_road({"highway": "primary", "maxspeed": "quick"})
    assert odd is not None
    assert (odd.forward_kmh, odd.unread_speed) == (0, "quick")
    assert odd.class_code == CLASS_CODE["primary"]


@pytest.mark.parametrize(
    ("tags", "flag"),
    [
        ({"barrier": "gate"}, ArcFlag.GATE),
        ({"barrier": "gate", "locked": "no"}, None),
        ({"barrier": "gate", "motor_vehicle": "yes"}, None),
        ({"barrier": "lift_gate", "access": "private"}, ArcFlag.GATE),
        ({"barrier": "bollard"}, ArcFlag.BOLLARD),
        ({"barrier": "bollard", "access": "yes"}, ArcFlag.BOLLARD),
        ({"barrier": "bollard", "bollard": "removable"}, ArcFlag.GATE),
        ({"barrier": "bollard", "emergency": "yes"}, ArcFlag.GATE),
        ({"barrier": "block"}, ArcFlag.BOLLARD),
        ({"barrier": "toll_booth"}, ArcFlag.TOLL),
        ({"barrier": "kerb"}, None),
        ({"crossing": "marked"}, None),
    ],
)
def test_barriers(tags: dict[str, str], flag: ArcFlag | None) -> None:
    assert read_barrier(tags) == flag
