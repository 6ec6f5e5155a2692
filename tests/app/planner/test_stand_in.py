"""What stands in when something fails: a guess for a plan, the shipped rules for a file that cannot be read."""

from __future__ import annotations

import os
import shutil
import threading
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from app.planner import face
from app.planner import process as planner_process
from app.planner.face import PlannerFace
from app.planner.inline import InlinePlanner
from app.planner.process import PlannerProcess
from app.planner.questions import Answer, PlanQuestion, StandIn
from tests.app.planner.test_process import _engine
from tests.dispatch.town import START


def test_a_plan_that_failed_by_road_is_guessed_outside_the_windows_thread_unless_a_newer_one_is_asked(
    qtbot: QtBot, helsinki: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    process, engine = PlannerProcess(), _engine(helsinki)
    heard: list[object] = []
    threads: list[int] = []
    process.planned.connect(lambda _, plan: heard.append(plan))

    def guess(question: Any, *_: object) -> Any:
        threads.append(threading.get_ident())
        return estimate(question, engine.state, {})

    estimate = face.estimate
    monkeypatch.setattr(planner_process, "estimate", guess)
    PlannerFace.start(process, helsinki, engine.state)  # no child: the answers are the test's
    question = PlanQuestion("all", 1, START)
    process._on_answered(question, Answer(("PlanQuestion", "all"), 1, None, "ValueError: broken"))
    qtbot.waitUntil(lambda: bool(heard), timeout=5_000)
    assert threads and threading.get_ident() not in threads
    process._on_answered(question, Answer(("PlanQuestion", "all"), 1, None, "ValueError: broken"))
    process._put(PlanQuestion("all", 2, START))
    qtbot.waitUntil(lambda: len(threads) == 2, timeout=5_000)
    qtbot.wait(20)
    assert len(heard) == 1, "an estimate of an older question would take the place of the new one's answer"


def test_a_file_of_rules_that_cannot_be_read_is_told_once_by_name(tmp_path: Path, helsinki: Path) -> None:
    folder = tmp_path / "city"
    shutil.copytree(helsinki, folder, copy_function=os.symlink)
    for name in ("penalties.toml", "targets.toml"):
        (folder / name).unlink(missing_ok=True)
        (folder / name).write_text("prices = [broken")
    planner, told = InlinePlanner(), list[tuple[str, str]]()
    planner.stood_in.connect(lambda file, error: told.append((file, error)))
    planner.start(folder, _engine(helsinki).state)
    assert planner.is_up and [file for file, _ in told] == ["penalties.toml"] == list(planner.stand_ins)
    assert planner._planner is not None and planner._planner.coverage
    assert [file for file, _ in told] == ["penalties.toml", "targets.toml"] and all("toml" in why for _, why in told)
    planner._take_stand_in(StandIn(*told[0]))
    assert len(told) == 2
