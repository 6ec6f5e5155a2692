"""Every file that a city edits, with each value in turn made nonsense: refused by its line, or rightly taken."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from dispatch import compliance_file, coverage_targets, penalties_file, redirects_file
from dispatch.coverage_targets import Target, Targets
from dispatch.times.profiles_file import parse_time_profiles, time_profiles_of
from gis import speeds
from gis.located_toml import BadFile
from resources.roster import parse_roster
from resources.roster_toml import roster_text
from resources.unit import FirstDueArea, Shift, TaskForce, Turnout, TurnoutHours
from tests.dispatch.town import ROSTER

FULL = replace(
    ROSTER,
    units=(
        replace(ROSTER.units[0], cross_staffed="one", equipment=("foam",), officers=1, height_m=3.3, width_m=2.5,
                weight_t=15.0, shift="day", min_crew=2),
        replace(ROSTER.units[2], cross_staffed="one"),
        *ROSTER.units[3:],
    ),
    shifts=(Shift("day", "07:00", "19:00"),),
    turnouts=(Turnout("fire", 80, 100, hours=(TurnoutHours(6, 8, 90.0),)), *ROSTER.turnouts[1:]),
    task_forces=(TaskForce("TF1", ("E1", "W1"), ("strike_team",), "Strike team", "突击队"),),
    areas=(FirstDueArea("centre", "fire", ("fire-00",), ((25.0, 60.0), (25.1, 60.0), (25.1, 60.1))),),
)  # fmt: skip
GOALS = Targets((Target("first", "fire", 240.0),))
COMPLIANCE = '[[table]]\ndepartment = "fire"\ntarget = "first"\nhold = [["fire-00"]]\n'
LEARNED = (
    '[[learned]]\nprofile = "emergency"\nroad_class = "primary"\ndays = "workdays"\nfrom_hour = 7\nto_hour = 9\n'
    'factor = 0.8\ntrips = 10\nunits = 3\nspread = 0.1\nevidence = "own"\n'
)
FILES: dict[str, tuple[Callable[[str], object], str]] = {
    "penalties": (penalties_file.parse_penalties, penalties_file.SHIPPED.read_text("utf-8")),
    "redirects": (redirects_file.parse_redirects, redirects_file.SHIPPED.read_text("utf-8")),
    "targets": (
        lambda text: (coverage_targets.parse_targets(text), parse_time_profiles(text)),  # two read it, each its part
        coverage_targets.SHIPPED.read_text("utf-8"),
    ),
    "speeds": (speeds.parse_speeds, speeds.SHIPPED.read_text("utf-8")),
    "learned": (speeds.parse_learned, LEARNED),
    "compliance": (
        lambda text: compliance_file.parse_compliance(text, roster=FULL, targets=GOALS),
        COMPLIANCE,
    ),
    "roster": (parse_roster, roster_text(FULL)),
}
NEVER = {  # no field of any file means one of these
    "nan": "nan",
    "inf": "inf",
    "huge": "1" + 400 * "0",
    "hex": "0x" + 9_000 * "f",
    "backwards": '"\\u202efire"',
    "broken line": '"a\\nb"',
    "true": "true",
    "list of odd things": '[1, "a", nan, {}, [[]]]',
    "instant": "1979-05-27T07:32:00Z",
}
MAYBE = {
    "backwards key": '1\n"\\u202ekey" = 1',
    "empty": '""',
    "nothing": "[]",
    "minus": "-1",
    "long": f'"{100_000 * "x"}"',
    "table": "{ a = 1 }",
}
TRUTHS = {"invented"}


def cases(text: str) -> list[tuple[int, str, str]]:
    """List the lines of a file that hold a value: number, indent and key; of lines alike only the first."""
    found: dict[str, tuple[int, str, str]] = {}
    for number, line in enumerate(text.splitlines()):
        if match := re.match(r'(\s*)([\w"]+)\s*=', line):
            found.setdefault(match[2], (number, match[1], match[2]))
    return list(found.values())


@pytest.mark.parametrize("name", FILES)
def test_nonsense_in_any_field_is_refused_with_its_line(name: str) -> None:
    parse, text = FILES[name]
    parse(text)
    lines = text.splitlines()
    for number, indent, key in cases(text):
        for what, value in {**NEVER, **MAYBE}.items():
            if what == "true" and key in TRUTHS:
                continue
            bad = [*lines[:number], f"{indent}{key} = {value}", *lines[number + 1 :]]
            try:
                parse("\n".join(bad))
            except BadFile as error:
                assert all(len(str(each)) < 500 for each in error.problems)
                assert "\u202e" not in str(error)
            else:
                assert what in MAYBE, f"{name}: {key} = {value[:40]} was taken"


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(
    "change",
    [
        lambda text: "\x00" + text,
        lambda text: text + "\nzz = 1\n",
        lambda text: text.replace("[[", "[", 1).replace("]]", "]", 1) + "\n[",
        lambda text: "a = " + "[" * 100_000,
        lambda text: f"a = {'9' * 10_000}",
        lambda text: "unit = 1\ntarget = [1]\ntraffic = 3\nlearned = 5\ntable = [[]]\nfrom = 2\nshift = 'x'\n",
    ],
    ids=["nul", "unknown", "unclosed", "nested", "digits", "no tables"],
)
def test_a_file_of_another_shape_is_refused(name: str, change: Callable[[str], str]) -> None:
    parse, text = FILES[name]
    with pytest.raises(BadFile):
        parse(change(text))


@pytest.mark.parametrize("name", ["penalties", "redirects", "targets"])
def test_a_byte_order_mark_and_other_line_ends_change_nothing(name: str, tmp_path: Path) -> None:
    reader = {
        "penalties": penalties_file.read_penalties,
        "redirects": redirects_file.read_redirects,
        "targets": lambda file: (coverage_targets.read_targets(file), time_profiles_of(file.parent)),
    }[name]
    parse, text = FILES[name]
    file = tmp_path / f"{name}.toml"
    file.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert reader(file) == parse(text)
