"""Problems of a TOML file name the line where the value really stands."""

from __future__ import annotations

import pickle
import tomllib
from pathlib import Path
from typing import Any

import pytest

from gis.located_toml import BadFile, Fields, LocatedToml, read_listed
from gis.toml_lines import line_of, toml_lines
from gis.toml_reading import LARGEST_BYTES

TEXT = '''# a comment with = and [brackets]
title = "plain"
"quoted key" = 1

[plain.dotted]
a.b = 2          # comment
when = 2026-03-02 08:00:00
text = """
three
lines \\""" still
"""
literal = \'\'\'a
b\'\'\'

[[unit]]
id = "E1"
list = [
  "one",  # [ not a bracket
  "two ] }",
]

[[unit]]
id = "E2"
needs = [
  { id = "x", any_of = ["a", "b"] },
  { id = "y", any_of = [
      "c",
  ] },
]

[[unit.part]]
p = 1

[[unit.part]]
p = 2
'''


def test_every_value_has_the_line_it_begins_on() -> None:
    lines = toml_lines(TEXT)
    assert lines[("title",)] == 2
    assert lines[("quoted key",)] == 3
    assert lines[("plain", "dotted", "a", "b")] == 6
    assert lines[("plain", "dotted", "when")] == 7
    assert lines[("plain", "dotted", "text")] == 8
    assert lines[("plain", "dotted", "literal")] == 12
    assert lines[("unit", 0, "list", 1)] == 19
    assert lines[("unit", 1)] == 22
    assert lines[("unit", 1, "needs", 0, "any_of", 1)] == 25
    assert lines[("unit", 1, "needs", 1, "any_of", 0)] == 27
    assert lines[("unit", 1, "part", 1, "p")] == 35
    assert line_of(lines, ("unit", 1, "missing")) == 22
    assert line_of(lines, ("nowhere",)) == 1


def test_the_map_covers_everything_that_the_parser_sees() -> None:
    lines = toml_lines(TEXT)

    def paths(value: Any, path: tuple[str | int, ...]) -> list[tuple[str | int, ...]]:
        if isinstance(value, dict):
            return [p for key, item in value.items() for p in paths(item, (*path, key))]
        if isinstance(value, list):
            return [p for index, item in enumerate(value) for p in paths(item, (*path, index))]
        return [path]

    assert [path for path in paths(tomllib.loads(TEXT), ()) if path not in lines] == []


def test_a_syntax_error_names_its_line(tmp_path: Path) -> None:
    file = tmp_path / "roster.toml"
    file.write_text('a = 1\nb = "no end\n', encoding="utf-8")
    with pytest.raises(BadFile, match=r"roster\.toml:2: not valid TOML"):
        LocatedToml.read(file)


def test_a_missing_file_and_another_encoding_are_said(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match=r"none\.toml:1: cannot be read"):
        LocatedToml.read(tmp_path / "none.toml")
    (tmp_path / "old.toml").write_bytes(b"a = 1\nb = '\xe4'\n")
    with pytest.raises(BadFile, match=r"old\.toml:2: must be UTF-8"):
        LocatedToml.read(tmp_path / "old.toml")


def test_all_problems_come_in_one_answer_in_the_order_of_lines() -> None:
    toml = LocatedToml.parse('[[unit]]\nid = "E1"\nlon = 999\ncrew = true\nclew = 2\nlist = ["a", "a"]\n', "r.toml")
    path, table = toml.tables("unit")[0]
    fields = Fields(toml, path, table, "[[unit]] E1")
    fields.text("id")
    fields.texts("list")
    fields.whole("crew", 0, 99)
    fields.number("lon", -180, 180)
    fields.text("department")
    fields.done()
    with pytest.raises(BadFile) as caught:
        toml.raise_if_bad()
    assert [str(problem) for problem in caught.value.problems] == [
        "r.toml:1: [[unit]] E1: field 'department': is missing",
        "r.toml:3: [[unit]] E1: field 'lon': must be a number from -180 to 180, not 999",
        "r.toml:4: [[unit]] E1: field 'crew': must be a whole number from 0 to 99, not True",
        "r.toml:5: [[unit]] E1: field 'clew': unknown field; did you mean 'crew'?",
        "r.toml:6: [[unit]] E1: field 'list': 'a' stands twice",
    ]
    assert pickle.loads(pickle.dumps(caught.value)).problems == caught.value.problems


@pytest.mark.parametrize(
    "value",
    ["1" + 400 * "0", "0x" + 9000 * "f", "-inf", f'"{9999 * "x"}"', f"[{9999 * '1, '}]", '"\\u202eevil"', '"\\u0085"'],
)
def test_what_is_huge_or_turns_words_round_is_told_in_one_short_line(value: str) -> None:
    toml = LocatedToml.parse(f"a = {value}\n", "r.toml")
    for take in ("text", "number", "whole", "truth", "texts", "one_of"):
        fields = Fields(toml, (), toml.data, "r")
        limits = {"number": (0, 9), "whole": (0, 9), "one_of": (["b"], "letter")}
        getattr(fields, take)("a", *limits.get(take, ()))
    told = [str(problem) for problem in toml.problems]
    assert len(told) >= 5 and all(len(each) < 150 and "\u202e" not in each for each in told)


def test_a_list_holds_no_line_breaks_either() -> None:
    toml = LocatedToml.parse('a = ["one", "two\\nthree"]\n', "r.toml")
    assert Fields(toml, (), toml.data, "r").texts("a") == ()
    assert len(toml.problems) == 1


def test_a_number_that_nobody_can_read_is_told() -> None:
    with pytest.raises(BadFile, match="thousands of digits"):
        LocatedToml.parse(f"a = {9999 * '9'}\n", "r.toml")


def test_not_a_number_is_no_number() -> None:
    toml = LocatedToml.parse("[[unit]]\nlon = nan\n", "r.toml")
    path, table = toml.tables("unit")[0]
    Fields(toml, path, table, "[[unit]]").number("lon", -180, 180)
    assert len(toml.problems) == 1


def test_a_list_is_read_whole_or_said_to_be_too_large_or_no_text(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes("\ufeffE1,Töölö\n".encode())
    assert read_listed(file, largest_bytes=100) == "E1,Töölö\n"
    with pytest.raises(BadFile, match=r"list\.csv:1: is larger than 0 MB"):
        read_listed(file, largest_bytes=10)
    file.write_bytes(b"E1\nT\xf6\xf6l\xf6\n")
    with pytest.raises(BadFile, match=r"list\.csv:2: must be UTF-8"):
        read_listed(file, largest_bytes=100)


def test_a_file_that_never_ends_is_not_read_to_its_end(tmp_path: Path) -> None:
    (tmp_path / "large.toml").write_bytes(b"#" * (LARGEST_BYTES + 1))
    for file in (tmp_path / "large.toml", Path("/dev/zero")):
        if file.exists():
            with pytest.raises(BadFile, match="is larger than 10 MB"):
                LocatedToml.read(file)
