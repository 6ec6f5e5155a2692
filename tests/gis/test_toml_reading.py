"""What is too large or too deep is refused before it is parsed, and nothing that a person writes is."""

from __future__ import annotations

from pathlib import Path

import pytest

from gis.located_toml import BadFile, LocatedToml
from gis.toml_reading import LARGEST_BYTES, MOST_PARTS, TooMuch, parse_toml, read_toml
from tests.work import lines_run

DEEP = ".".join(["a"] * 100_000)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f"{DEEP} = 1", 1),
        (f"name = 'a'\n[{DEEP}]\n", 2),
        (f"x = {{ {DEEP} = 1 }}", 1),
        ("\n\n" + " . ".join(['"b"'] * 90_000) + " = 1", 3),
        ("x = " + "[" * 50_000, 1),
        ("x = " + "{a=" * 50_000, 1),
        ('x = """\n\n"""\n' + ".".join(["a"] * (MOST_PARTS + 1)) + " = 1", 4),
    ],
)
def test_a_key_of_many_parts_and_what_is_nested_deeply_are_refused_at_once(text: str, line: int) -> None:
    def refused() -> None:
        with pytest.raises(TooMuch) as refusal:
            parse_toml(text)
        assert refusal.value.line == line

    assert lines_run(refused) < 20_000  # nobody walks through it, however long it is
    with pytest.raises(BadFile, match=rf"^x\.toml:{line}: not valid TOML: "):
        LocatedToml.parse(text, "x.toml")


@pytest.mark.parametrize(
    "text",
    [
        "x = [" + ", ".join(["1.5"] * 500) + "]",
        'x = "' + "a." * 500 + '"',
        "x = '" + "[{." * 500 + "'",
        "# " + "a.b[" * 500 + "\nx = 1",
        'x = """' + 'a."[{' * 500 + '\n"""""',
        "x = '''" + "a.'[{" * 500 + "'''''",
        "x = [ { a = 1.5, b = [1.0] }, 2020-01-01T00:00:00.5Z ]",
        "\r\n".join(f"[t{number}.u.v]\r\nx = 1.5" for number in range(200)),
        ".".join(["a"] * MOST_PARTS) + " = 1",
        'x = "\\"a.[" # ' + "." * 500,
    ],
)
def test_what_a_person_writes_is_read(text: str) -> None:
    assert parse_toml(text)


@pytest.mark.parametrize("text", ['x = """' + '\\"""' * 2_000, "x = '''" + "'' " * 2_000, 'x = "a', "x = 'a\n'"])
def test_a_text_that_never_ends_is_left_to_the_parser(text: str) -> None:
    with pytest.raises(ValueError, match=r"at line|at end of document"):
        parse_toml(text)


def test_a_file_is_read_as_far_as_it_may_be_long(tmp_path: Path) -> None:
    file = tmp_path / "x.toml"
    file.write_bytes(b"#" * (LARGEST_BYTES + 1))
    with pytest.raises(TooMuch, match="larger than 10 MB"):
        read_toml(file)
    file.write_bytes(b"\xff")
    with pytest.raises(ValueError, match="utf-8"):
        read_toml(file)
