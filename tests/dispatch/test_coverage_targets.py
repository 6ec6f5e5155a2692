"""Targets are read whole; what is wrong is told with line and field; only the profiles in use count."""

from __future__ import annotations

from pathlib import Path

import pytest

from dispatch.coverage_targets import BadFile, MoveUpRules, default_targets, parse_targets, read_targets

GOOD = """
[use]
fire = "a"
[[target]]
profile = "a"
id = "first"
department = "fire"
within_s = 240
name = "engine"
[[target]]
profile = "b"
id = "first"
department = "fire"
within_s = 300
name = "engine"
"""


def test_the_shipped_profiles_are_those_of_the_standards() -> None:
    shipped = default_targets()
    first = shipped.of("fire")[0]
    assert (first.id, first.within_s, first.clock, first.at_least) == ("first_engine", 240.0, "travel", 0.9)
    assert [each.within_s for each in shipped.of("ambulance")] == [240.0, 480.0]
    assert all(each.name and each.name_zh for each in shipped.targets)
    assert shipped.of("volunteers") == ()


def test_only_the_profile_in_use_counts_and_what_is_left_out_has_its_usual_value() -> None:
    found = parse_targets(GOOD)
    [target] = found.targets
    assert (target.profile, target.within_s, target.clock, target.mode) == ("a", 240.0, "travel", "emergency")
    assert (target.name_zh, target.capabilities, found.move_up) == ("engine", (), MoveUpRules())
    assert parse_targets(GOOD.replace('"a"\n[[', '"b"\n[[', 1)).targets[0].within_s == 300.0


def test_every_problem_comes_with_its_line() -> None:
    text = (
        '[use]\nfire = "c"\nbakers = "a"\n'
        '[[target]]\nprofile = "a"\nid = "x"\ndepartment = "fire"\nwithin_s = 0\n'
        'clock = "wall"\nbusy = 1.5\nname = ""\n'
        "[move_up]\nleast = 3\n[tea]\n"
    )
    with pytest.raises(BadFile) as caught:
        parse_targets(text, "t.toml")
    told = [(each.line, each.field.split("'")[-2] if "'" in each.field else "") for each in caught.value.problems]
    assert [line for line, _ in told] == [2, 3, 3, 8, 9, 10, 11, 13, 14]
    assert {"fire", "bakers", "within_s", "clock", "busy", "name", "least"} <= {field for _, field in told}


def test_twice_the_same_and_no_target_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="stands already"):
        parse_targets(GOOD.replace('profile = "b"', 'profile = "a"'))
    with pytest.raises(BadFile, match="has no"):
        parse_targets("")
    with pytest.raises(BadFile, match="cannot be read"):
        read_targets(tmp_path / "none.toml")
