"""How the program starts: the parser, the system's libraries, the bridge, jobs, and what bootstrap refuses."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app import bootstrap, jobs, start, system_check
from app.__main__ import make_parser
from app.bootstrap import build
from app.bridge import Bridge
from app.desktop import Shown
from app.start import put_aside
from app.start_error import StartError
from dispatch.case_commands import ErasePhotograph
from dispatch.commands import AddNote, ReportIncident, Who
from dispatch.engine import Engine
from dispatch.events import LogKind
from dispatch.log import NotSaved
from dispatch.log_memory import MemoryLog
from tests import photographs
from tests.dispatch import town


def test_help_needs_neither_qt_nor_geopandas() -> None:
    program = (
        "import sys; from app.__main__ import make_parser; make_parser().format_help();"
        "heavy = [m for m in ('PySide6', 'geopandas', 'pandas', 'pyrosm', 'psycopg', 'keyring') if m in sys.modules];"
        "print(heavy)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"


def test_a_drill_and_a_live_log_exclude_each_other() -> None:
    arguments = make_parser().parse_args(["--drill", "--day", "--seat", "east"])
    assert (arguments.drill, arguments.look, arguments.seat, arguments.command) == (True, "day", "east", None)
    with pytest.raises(SystemExit):
        make_parser().parse_args(["--drill", "--live"])


def test_a_missing_library_is_named_with_its_package() -> None:
    def load(name: str) -> object:
        if name in ("libEGL.so.1", "libxcb-cursor.so.0"):
            raise OSError(name)
        return object()

    def missing(**environment: str) -> dict[str, str]:
        return system_check.missing_packages(with_display=True, platform="linux", environment=environment, load=load)

    assert missing(DISPLAY=":0") == {"libEGL.so.1": "libegl1", "libxcb-cursor.so.0": "libxcb-cursor0"}
    assert missing(WAYLAND_DISPLAY="w", DISPLAY=":0") == {"libEGL.so.1": "libegl1"}
    assert "apt-get install libegl1" in system_check.advice(missing(WAYLAND_DISPLAY="w"))
    assert system_check.missing_packages(with_display=True, platform="win32", load=load) == {}


def test_where_there_is_a_display() -> None:
    assert not system_check.has_display({}, "linux")
    assert system_check.has_display({"DISPLAY": ":0"}, "linux")
    assert not system_check.has_display({"DISPLAY": ":0", "QT_QPA_PLATFORM": "offscreen"}, "linux")
    assert system_check.has_display({}, "darwin")


def test_the_bridge_tells_in_the_windows_thread_in_the_logs_order(qtbot: QtBot) -> None:
    engine = Engine(MemoryLog())
    for command in town.opening():
        engine.do(command)
    engine.start()
    bridge = Bridge(engine)
    told: list[tuple[int, int]] = []
    refused: list[str] = []
    bridge.committed.connect(lambda entry, state: told.append((entry.sequence, threading.get_ident())))
    bridge.refused.connect(lambda command, why: refused.append(why.code))
    for _ in range(50):
        bridge.submit(town.command(ReportIncident("stray_dog", town.crossing(0, 0))))
    bridge.submit(town.command(AddNote(999, "nowhere")))
    assert told == []  # never from within submit
    qtbot.waitUntil(lambda: bool(refused), timeout=5_000)
    assert [sequence for sequence, _ in told] == list(range(4, 54))
    assert {thread for _, thread in told} == {threading.get_ident()}
    engine.stop()
    bridge.close()


def test_a_listener_may_send_the_next_command_without_a_thread(qtbot: QtBot) -> None:
    engine = Engine(MemoryLog())
    for command in town.opening():
        engine.do(command)
    bridge = Bridge(engine, in_thread=False)
    notes: list[str] = []

    def follow(entry: object, state: object) -> None:
        if len(engine.state.incidents[1].notes) < 3:
            bridge.submit(town.command(AddNote(1, f"note {len(notes)}")))
            notes.append("sent")

    bridge.committed.connect(follow)
    bridge.submit(town.command(ReportIncident("stray_dog", town.crossing(0, 0))))
    assert len(engine.state.incidents[1].notes) == 3
    bridge.close()


class _FailingLog(MemoryLog):
    fails = False

    def append(self, entry):  # type: ignore[no-untyped-def]
        if self.fails:
            raise NotSaved("disk_full", "no space left")
        return super().append(entry)


def test_what_is_not_saved_is_said_and_so_is_its_end(qtbot: QtBot) -> None:
    log = _FailingLog()
    engine = Engine(log)
    for command in town.opening():
        engine.do(command)
    bridge = Bridge(engine, in_thread=False)
    saved: list[bool] = []
    failed: list[str] = []
    bridge.saved_changed.connect(saved.append)
    bridge.failed.connect(lambda command, why: failed.append(why))
    log.fails = True
    lost = town.command(ReportIncident("stray_dog", town.crossing(0, 0)))
    bridge.submit(lost)
    assert (saved, len(failed), len(engine.state.incidents)) == ([False], 1, 0)
    log.fails = False
    bridge.submit(lost)
    assert (saved, len(engine.state.incidents)) == ([False, True], 1)
    bridge.close()


def test_a_job_answers_in_the_windows_thread_and_can_be_cancelled(qtbot: QtBot) -> None:
    answers: list[object] = []
    told: list[tuple[float, str]] = []
    mine = threading.get_ident()

    def work(job: jobs.Job) -> bool:
        job.report(0.5, "half")
        return threading.get_ident() != mine

    jobs.start(work, done=answers.append, progressed=lambda share, words: told.append((share, words)))
    qtbot.waitUntil(lambda: bool(answers), timeout=5_000)
    assert (answers, told) == ([True], [(0.5, "half")])
    problems: list[BaseException] = []
    jobs.start(lambda job: 1 / 0, done=answers.append, failed=problems.append)  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: bool(problems), timeout=5_000)
    assert isinstance(problems[0], ZeroDivisionError)
    gate = threading.Event()

    def slow(job: jobs.Job) -> str:
        gate.wait(5)
        job.report(1.0)
        return "late"

    job = jobs.start(slow, done=answers.append, failed=problems.append)
    job.cancel()
    gate.set()
    qtbot.waitUntil(lambda: job not in jobs._running, timeout=5_000)
    assert (answers, len(problems)) == ([True], 1)


def _start(city: Path, folder: Path, kind: LogKind = LogKind.DRILL, **given: object):  # type: ignore[no-untyped-def]
    given.setdefault("in_thread", False)
    given.setdefault("clock", lambda: datetime(2026, 3, 2, 8, tzinfo=UTC))
    return build(
        city,
        log_place=folder / "log.db",
        kind=kind,
        who=Who("anna"),
        planner=None,
        key_folder=folder / "keys",
        **given,  # type: ignore[arg-type]
    )


def test_roster_and_run_cards_are_loaded_once_and_again_only_when_they_changed(
    helsinki: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    first = _start(helsinki, tmp_path)
    sequence = first.desk.state.sequence
    assert sequence == 7
    assert len(first.desk.state.units) >= 40
    assert len({unit.unit.department for unit in first.desk.state.units.values()}) >= 7
    first.close()
    second = _start(helsinki, tmp_path)
    assert second.desk.state.sequence == sequence
    second.pulse.beat()  # nothing is due: no entry
    assert second.desk.state.sequence == sequence
    second.close()


def test_cases_have_their_rules_and_a_bad_file_of_them_stops_nobody(
    helsinki: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    city = tmp_path / "city"
    shutil.copytree(helsinki, city)
    first = _start(city, tmp_path)
    state = first.desk.state
    assert len(state.standards.small) > 80
    assert state.calendar is not None
    assert len(state.action_cards.cards) > 5
    assert {area.department for area in state.areas.areas} == {"urban_management"}
    assert first.desk.album is not None
    assert first.desk.album.store.folder == tmp_path / "log.db.evidence"
    first.close()
    (city / "areas.toml").write_text("[[area]]\nid = 4\n", "utf-8")
    (city / "standards.toml").write_text("nonsense\n", "utf-8")
    second = _start(city, tmp_path)
    said: list[str] = []
    second.desk.said.connect(lambda level, words: said.append(words))
    qtbot.waitUntil(lambda: len(said) > 1)
    assert [words.split(" kept ")[0] for words in said] == ["Standards of cases", "Responsible areas"]
    assert (second.desk.state.standards, second.desk.state.areas) == (state.standards, state.areas)
    second.close()


def test_a_photograph_that_the_log_erases_goes_from_the_store_and_stays_gone(
    helsinki: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    first = _start(helsinki, tmp_path)
    store = first.desk.album.store  # type: ignore[union-attr]
    bytes_of = photographs.jpeg(64)
    name = store.add_bytes(bytes_of).file.id
    first.desk.set_who(Who("sam", "supervisor"))
    first.desk.send(ErasePhotograph(name, "a face"))
    assert not store.holds(name)
    first.close()
    store.add_bytes(bytes_of)  # brought back from yesterday's copy
    second = _start(helsinki, tmp_path)
    assert not store.holds(name)
    second.close()


def test_rules_that_a_log_holds_are_looked_at_once_the_desk_stands(
    helsinki: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    city = tmp_path / "city"
    shutil.copytree(helsinki, city)
    first = _start(city, tmp_path)
    held = first.desk.state.areas
    first.close()
    file = city / "areas.toml"
    file.write_text(file.read_text("utf-8").replace("South-west of the centre", "Kamppi"), "utf-8")
    monkeypatch.setattr("app.set_up.RULES_AFTER_MS", 0)
    second = _start(city, tmp_path, in_thread=True, clock=lambda: datetime(2026, 3, 3, 8, tzinfo=UTC))
    assert second.desk.state.areas == held
    qtbot.waitUntil(lambda: second.desk.state.areas.areas[0].name == "Kamppi", timeout=5_000)
    second.close()


def test_a_drill_never_gets_into_a_live_log(helsinki: Path, tmp_path: Path, qtbot: QtBot) -> None:
    _start(helsinki, tmp_path, LogKind.LIVE).close()
    with pytest.raises(StartError, match="live log, not a drill"):
        _start(helsinki, tmp_path, LogKind.DRILL)


def test_a_second_program_on_a_live_log_watches_and_says_so(helsinki: Path, tmp_path: Path, qtbot: QtBot) -> None:
    writer = _start(helsinki, tmp_path)
    watcher = _start(helsinki, tmp_path)
    assert watcher.log.is_read_only
    watcher.pulse.beat()
    assert watcher.desk.figures.extra["read_only"]
    assert watcher.desk.figures.is_saved
    kind = next(iter(writer.desk.state.cards))
    lon, lat = writer.city.center
    from dispatch.incident import Location

    writer.desk.send(ReportIncident(kind, Location(lon, lat)))
    watcher.pulse.beat()
    watcher.bridge._drain()
    assert watcher.desk.state.incidents == writer.desk.state.incidents
    watcher.close()
    writer.close()


def test_a_drill_that_somebody_else_runs_is_watched_without_crews_of_its_own(
    helsinki: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    writer, watcher = _start(helsinki, tmp_path), _start(helsinki, tmp_path)
    shown = Shown(watcher, keep_in=None, workers=0, silent=True)
    shown.start(with_drill=True)
    assert shown.drill is None
    shown.window.close()
    shown.close()
    writer.close()


def test_an_old_drill_is_put_aside_whole(tmp_path: Path) -> None:
    for name in ("drill.db", "drill.db-wal", "other.db"):
        (tmp_path / name).write_text(name)
    put_aside(tmp_path / "drill.db")
    names = sorted(file.name for file in tmp_path.iterdir())
    assert "other.db" in names
    assert "drill.db" not in names
    assert len(names) == 3
    assert {file.read_text() for file in tmp_path.iterdir()} == {"drill.db", "drill.db-wal", "other.db"}


def test_waiting_shows_how_far_it_is_and_can_be_cancelled_once(qtbot: QtBot) -> None:
    from app.window.waiting import WaitingWindow

    cancelled: list[bool] = []
    one = WaitingWindow("Building <b>Helsinki</b>")
    qtbot.addWidget(one)
    one.cancelled.connect(lambda: cancelled.append(True))
    one.show_progress(0.25, "roads <i>1</i>\nsecond line")
    assert one.bar.value() == 250
    assert one.doing.text() == "roads <i>1</i> second line"
    one.finish()
    assert cancelled == []
    other = WaitingWindow("Building")
    qtbot.addWidget(other)
    other.cancelled.connect(lambda: cancelled.append(True))
    other.close()
    other.close()
    assert cancelled == [True]


def test_a_program_that_cannot_make_its_window_lets_its_log_go(
    helsinki: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*given: object, **more: object) -> None:
        raise RuntimeError("no window")

    monkeypatch.setattr(start, "Shown", fail)
    for module in (start, bootstrap):
        monkeypatch.setattr(module, "state_folder", lambda: tmp_path)
    log = tmp_path / "drill.db"
    with pytest.raises(RuntimeError, match="no window"):
        start.run(make_parser().parse_args(["--drill", "--city", str(helsinki), "--log", str(log)]))
    desktop = build(helsinki, log_place=log, kind=LogKind.DRILL, planner=None, key_folder=tmp_path / "keys")
    assert not desktop.log.is_read_only
    desktop.close()
