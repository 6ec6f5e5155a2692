"""Plans outlive the program: written whole, read back as they were, and never over what cannot be read."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from app.siting import keeping
from app.siting.drafting import NOTHING, Changes
from app.siting.drafts import A, B
from app.siting.keeping import Keeping
from app.siting.kept_plans import LARGEST_BYTES, BadPlans, plans_file, read_plans, write_plans
from dispatch.incident import Closure
from dispatch.siting.plan import Growth, Post

EVERYTHING = Changes(
    ("7",), (("8", "9"),), (("9", 25.0, 60.0),), (Post("new-1", "新驻点 1", 25.1, 60.1, 2, 80.0),),
    (Closure("plan-1", "LineString", ((25.0, 60.0), (25.1, 60.1))),), (Growth(1.3), Growth(0.5, "North")), (("9", 4),),
)  # fmt: skip


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = plans_file(tmp_path / "desk", "Helsinki")
    write_plans(made, "Helsinki", {"fire": {A: NOTHING, B: EVERYTHING}, "idle": {A: NOTHING, B: NOTHING}})
    return made


def test_plans_are_read_back_as_they_were(file: Path) -> None:
    assert file.name == "plans-helsinki.json" and [*file.parent.iterdir()] == [file]
    assert read_plans(file, "Helsinki") == {"fire": {A: NOTHING, B: EVERYTHING}}
    assert read_plans(file.with_name("none.json"), "Helsinki") == {}
    assert plans_file(file.parent, "CON / 市").name == "plans-con.json"


@pytest.mark.parametrize("spoil", [
    lambda told: told.update(version=2),
    lambda told: told.update(city="Espoo"),
    lambda told: told.update(departments=[]),
    lambda told: told["departments"]["fire"]["b"].pop("staffed"),
    lambda told: told["departments"]["fire"]["b"].update(staffed=[["9", 0]]),
    lambda told: told["departments"]["fire"]["b"].update(staffed=[["9", 10**9]]),
    lambda told: told["departments"]["fire"]["b"].update(moved=[["9", float("nan"), 60.0]]),
    lambda told: told["departments"]["fire"]["b"].update(growth=[[float("inf"), ""]]),
    lambda told: told["departments"]["fire"]["b"].update(broken=[["x", "Circle", [[25.0, 60.0]]]]),
    lambda told: told["departments"]["fire"]["b"].update(closed=["x"] * 501),
    lambda told: told["departments"]["fire"]["b"].update(closed=["x" * 201]),
])  # fmt: skip
def test_anything_else_is_refused(file: Path, spoil: Callable[[Any], object]) -> None:
    told = json.loads(file.read_text("utf-8"))
    spoil(told)
    file.write_text(json.dumps(told), "utf-8")
    with pytest.raises(BadPlans, match="plans-helsinki"):
        read_plans(file, "Helsinki")


def test_what_cannot_be_read_is_never_written_over(file: Path) -> None:
    for words in ("{", "[" * 100_000, " " * (LARGEST_BYTES + 1)):
        file.write_text(words, "utf-8")
        kept = Keeping(file.parent, "Helsinki")
        kept.read()
        kept.put("fire", {A: NOTHING, B: EVERYTHING})
        kept.end()
        assert isinstance(kept.problem, BadPlans) and not kept.is_busy and file.read_text("utf-8") == words


def test_changes_are_written_soon_and_at_the_end(
    file: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(keeping, "SOON_MS", 1)
    kept = Keeping(file.parent, "Helsinki")
    kept.read()
    assert kept.of("fire")[B] == EVERYTHING and not kept.is_busy
    kept.put("fire", kept.of("fire"))
    assert not kept.is_busy, "nothing is new"
    one = Changes(("a",))
    kept.put("police", {A: NOTHING, B: one})
    qtbot.waitUntil(lambda: not kept.is_busy)
    assert read_plans(file, "Helsinki")["police"][B] == one and "fire" in read_plans(file, "Helsinki")
    kept.put("police", {A: one, B: one})
    kept.end()
    assert read_plans(file, "Helsinki")["police"][A] == one and not kept.is_busy
    failed: list[object] = []
    (tmp_path / "file").write_text("")
    nowhere = Keeping(tmp_path / "file", "Helsinki")
    nowhere.not_kept.connect(failed.append)
    nowhere.put("fire", {A: one, B: NOTHING})
    nowhere.end()
    assert isinstance(failed[0], OSError)
