"""The repository speaks of itself alone: no package index, no path of a machine, nothing that should not be there."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# Written in pieces, so that this file does not name what no file may name.
INDEX_HOSTS = ("py" + "pi.org", "python" + "hosted.org", "npm" + "js.org", "crates" + ".io", "conda" + ".anaconda")
MACHINE_PATHS = ("/ro" + "ot/", "/wo" + "rk/", "/home" + "/", "C:" + "\\Users")
FORBIDDEN_FILES = ("uv.lock", "poetry.lock", "pylock.toml", "Pipfile.lock")
ROOMS = {"app", "gis", "dispatch", "resources", "maps", "tests"}
PAGES = {"pyproject.toml", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "Makefile", "requirements.lock"}
HIDDEN = {".ci", ".gitignore", ".pre-commit-config.yaml"}


def tracked() -> list[Path]:
    answer = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if answer.returncode != 0:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in answer.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def texts() -> list[tuple[str, str]]:
    found = []
    for path in tracked():
        raw = path.read_bytes()
        if b"\0" not in raw:
            found.append((str(path.relative_to(ROOT)), raw.decode("utf-8")))
    return found


@pytest.mark.parametrize("words", [INDEX_HOSTS, MACHINE_PATHS], ids=["package index", "path of a machine"])
def test_no_file_names_what_none_may_name(words: tuple[str, ...]) -> None:
    assert [(name, word) for name, text in texts() for word in words if word in text] == []


def test_nothing_stands_outside_the_rooms() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in tracked()} <= ROOMS | PAGES | HIDDEN
    assert not [path for path in tracked() if path.name in FORBIDDEN_FILES]


def test_every_pin_carries_a_hash() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pins = [block for block in re.split(r"\n(?=\S)", lock) if "==" in block.split("\n")[0]]
    assert len(pins) > 50
    assert [block.split("\n")[0] for block in pins if "--hash=sha256:" not in block] == []


def test_the_declared_system_packages_are_the_ones_that_ci_installs() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    [listed] = re.findall(r"packages=\((.*?)\)", script, re.DOTALL)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [package for package in listed.split() if package not in readme] == []


def test_no_room_is_called_by_a_word_that_says_nothing() -> None:
    empty = {"utils", "util", "manager", "helper", "helpers", "base", "common", "misc"}
    assert [str(path.relative_to(ROOT)) for path in tracked() if path.stem in empty] == []


CLOCKS = {"monotonic", "perf_counter", "process_time", "thread_time", "time"}
SMALLER, LARGER = (ast.Lt, ast.LtE), (ast.Gt, ast.GtE)


def spans_bounded(text: str) -> Iterator[int]:
    """Yield the lines that say that a measured span of time must not be longer than a number."""
    if not any(f"{clock}() - " in text for clock in CLOCKS):
        return
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Assert):
            continue
        for compared in (each for each in ast.walk(node.test) if isinstance(each, ast.Compare)):
            sides = [compared.left, *compared.comparators]
            for how, one, other in zip(compared.ops, sides, sides[1:], strict=False):
                small, large = (one, other) if isinstance(how, SMALLER) else (other, one)
                if isinstance(how, SMALLER + LARGER) and is_span(small) and not is_span(large):
                    yield node.lineno


def is_span(side: ast.expr) -> bool:
    """Tell whether an expression is what a clock shows less what it showed before."""
    return any(
        isinstance(each, ast.BinOp)
        and isinstance(each.op, ast.Sub)
        and isinstance(each.left, ast.Call)
        and isinstance(each.left.func, ast.Attribute)
        and each.left.func.attr in CLOCKS
        for each in ast.walk(side)
    )


def test_no_test_fails_for_being_slow() -> None:
    told = [
        f"{name}:{line}"
        for name, text in texts()
        if name.startswith("tests/") and not name.startswith("tests/bench/") and name.endswith(".py")
        for line in spans_bounded(text)
    ]
    assert not told, "wait for what is to be, or count the work (tests.work): a machine may be slow"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("assert time.monotonic() - began < 2", 1),
        ("assert (time.perf_counter() - began) / 10 <= 0.05 and is_so", 1),
        ("assert 5 > time.monotonic() - began > 1", 1),
        ("assert time.monotonic() - began > 0.8", 0),
        ("assert time.monotonic() < deadline", 0),
        ("assert age_s <= time.monotonic() - began", 0),
    ],
)
def test_a_bound_on_time_is_known_by_sight(text: str, count: int) -> None:
    assert len(list(spans_bounded(text))) == count
