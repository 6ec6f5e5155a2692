"""The repository speaks of itself alone: no package index, no path of a machine, nothing that should not be there."""

from __future__ import annotations

import re
import subprocess
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
